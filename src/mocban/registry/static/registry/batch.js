/* Files of a batch are sent one by one: each is looked at on its own, and the clerk sees how far it is. */
"use strict";

document.querySelectorAll("form[data-one-by-one]").forEach((form) => {
  form.addEventListener("submit", async (event) => {
    const files = Array.from(form.elements.namedItem("files").files);
    if (files.length < 2) return;
    event.preventDefault();
    event.stopPropagation();
    const told = form.querySelector("[data-sent]");
    form.setAttribute("aria-busy", "true");
    form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    let address = form.action;
    const limit = Number(form.dataset.limit || files.length);
    let failed = 0;
    for (const [place, file] of files.slice(0, limit).entries()) {
      told.textContent = `${told.dataset.words} ${place + 1}/${files.length}: ${file.name}`;
      const body = new FormData();
      body.append("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
      body.append("files", file);
      const answer = await fetch(address, { method: "POST", body }).catch(() => null);
      if (!answer || !answer.ok) failed += 1;
      else if (address === form.action && form.dataset.limit) address = `${answer.url}add/`;
    }
    location.href = address.replace(/add\/$/, "");
    if (failed) told.textContent = "";
  }, { capture: true });
});
