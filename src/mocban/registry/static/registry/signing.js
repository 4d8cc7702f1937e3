/* Choosing documents for a batch: by the space bar, a whole page at once, over several pages, and told how many. */
"use strict";

(() => {
  const form = document.querySelector("form[data-choose]");
  if (!form) return;
  const boxes = Array.from(form.querySelectorAll('input[name="document"]'));
  const all = form.querySelector("[data-choose-all]");
  const none = form.querySelector("[data-choose-none]");
  const told = form.querySelector("[data-chosen]");
  const limit = Number(form.dataset.limit);
  const here = new Set(boxes.map((box) => box.value));
  const kept = form.dataset.choose; // ticks of the other pages: for this tab, until the batch is made

  form.querySelector("[data-choose-bar]").hidden = false; // without this script its box would do nothing

  const read = () => {
    try {
      const found = JSON.parse(sessionStorage.getItem(kept) || "[]");
      return new Set(Array.isArray(found) ? found : []);
    } catch {
      return new Set();
    }
  };
  const chosen = read();
  const elsewhere = () => Array.from(chosen).filter((id) => !here.has(id));

  const tell = () => {
    boxes.forEach((box) => { if (box.checked) chosen.add(box.value); else chosen.delete(box.value); });
    sessionStorage.setItem(kept, JSON.stringify(Array.from(chosen)));
    const away = elsewhere().length;
    told.textContent = chosen.size
      ? `${told.dataset.words} ${chosen.size}/${limit}` + (away ? ` (${away} ${told.dataset.elsewhere})` : "")
      : "";
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
    none.hidden = !chosen.size;
    boxes.forEach((box) => { box.disabled = !box.checked && chosen.size >= limit; });
  };

  boxes.forEach((box) => { box.checked = chosen.has(box.value); });
  all.addEventListener("change", () => {
    let room = limit - elsewhere().length;
    boxes.forEach((box) => { box.checked = all.checked && room > 0; room -= 1; });
    tell();
  });
  none.addEventListener("click", () => {
    chosen.clear();
    boxes.forEach((box) => { box.checked = false; });
    tell();
    all.focus();
  });
  form.addEventListener("submit", (event) => {
    form.querySelectorAll("input[data-elsewhere]").forEach((input) => input.remove());
    if (!(event.submitter && event.submitter.name === "all")) {
      elsewhere().forEach((id) => {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name: "document", value: id });
        input.dataset.elsewhere = "1";
        form.append(input);
      });
    }
    sessionStorage.removeItem(kept);
  });
  boxes.forEach((box, place) => {
    box.addEventListener("change", tell);
    box.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      let next = place + step;
      while (boxes[next] && boxes[next].disabled) next += step;
      if (!boxes[next]) return;
      boxes[next].focus();
      event.preventDefault();
    });
  });
  tell();
})();
