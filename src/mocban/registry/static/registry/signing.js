/* Choosing documents for a batch: all at once, by the space bar, and told how many. */
"use strict";

(() => {
  const form = document.querySelector("form[data-choose]");
  if (!form) return;
  const boxes = Array.from(form.querySelectorAll('input[name="document"]'));
  const all = form.querySelector("[data-choose-all]");
  const told = form.querySelector("[data-chosen]");
  const limit = Number(form.dataset.limit);
  form.querySelector("[data-choose-bar]").hidden = false; // without this script the box would do nothing
  const count = () => boxes.filter((box) => box.checked).length;
  const tell = () => {
    const chosen = count();
    told.textContent = chosen ? `${told.dataset.words} ${chosen}/${Math.min(boxes.length, limit)}` : "";
    all.checked = chosen > 0 && chosen === Math.min(boxes.length, limit);
    all.indeterminate = chosen > 0 && !all.checked;
  };
  all.addEventListener("change", () => {
    boxes.forEach((box, place) => { box.checked = all.checked && place < limit; });
    tell();
  });
  boxes.forEach((box, place) => {
    box.addEventListener("change", tell);
    box.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const next = step && boxes[place + step];
      if (!next) return;
      next.focus();
      event.preventDefault();
    });
  });
  tell();
})();
