/* The arrow keys turn the pages of a comparison. */
"use strict";

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select")) return;
  const link = document.querySelector(`[data-arrow="${event.key}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
