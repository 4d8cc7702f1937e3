/* The clerk's form by keyboard: Enter to the next empty box, kinds by symbol, what the server found filled in. */
"use strict";

(() => {
  const form = document.querySelector("form[data-desk]");
  if (!form) return;
  const steps = form.dataset.desk.split(",");
  const box = (name) => form.elements.namedItem(name);
  const code = /^[^/\-\s]{1,11}\s*[/-]\s*(\S.*)$/;

  const usable = (field) => field && !field.disabled && field.type !== "hidden";
  const last = () => form.querySelector("[data-last-step]");

  /* Enter goes to the next box of the chain that is still empty, and from the last one to the button that saves. */
  function next(from) {
    const at = steps.indexOf(from.name);
    const rest = steps.slice(at + 1).concat(at < 0 ? steps : []);
    const empty = rest.map(box).find((field) => usable(field) && !field.value);
    (empty || last()).focus();
  }

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!field.matches("input:not([type=file], [type=checkbox], [type=radio]), textarea, select")) return;
    event.preventDefault();
    field.dispatchEvent(new Event("change", { bubbles: true }));
    next(field);
  });

  /* The symbol of a typed code names the kind; a kind shows the shape of its codes. */
  function kindOf(typed) {
    const found = code.exec(typed.trim());
    const select = box("kind_code");
    if (!found || !select) return;
    const parts = found[1].split(/[-/]/).filter(Boolean);
    if (/^\d{4}$/.test(parts[0])) parts.shift();
    const options = Array.from(select.options);
    const named = options.find((option) => option.dataset.symbol && option.dataset.symbol === parts[0]);
    const letter = parts.length > 1 && found[1].includes("-") ? options.find((option) => option.value === form.dataset.letter) : null;
    const kind = named || (letter && !letter.dataset.symbol ? letter : null);
    if (!kind || (select.value && !select.dataset.guessed)) return;
    select.value = kind.value;
    select.dataset.guessed = "1";
    shape();
  }

  function shape() {
    const select = box("kind_code");
    const target = box("printed_code");
    if (!select || !target) return;
    const symbol = select.selectedOptions[0]?.dataset.symbol || "";
    const pattern = symbol ? form.dataset.shape : form.dataset.shapeLetter;
    target.placeholder = select.value ? pattern.replace("KIND", symbol) : "";
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "printed_code") kindOf(event.target.value);
    if (event.target.name === "kind_code") {
      delete event.target.dataset.guessed;
      shape();
    }
    if (event.target.name === "book") showNumber();
  });

  function showNumber() {
    const select = box("book");
    const shown = document.getElementById("next-number");
    if (select && shown) shown.textContent = select.selectedOptions[0]?.dataset.next || "";
  }

  /* The answer of a check: fill a box that is empty, write a day in full; never what the clerk is typing now. */
  function fillIn(root) {
    root.querySelectorAll("[data-fill]").forEach((found) => {
      const field = box(found.dataset.fill);
      if (!usable(field)) return;
      const day = field.matches(".date");
      if (field === document.activeElement && field.value) return;
      if (day || !field.value) field.value = found.dataset.value;
    });
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target.id === "check") fillIn(target);
    if (target.id !== "fields") return;
    const wrong = target.querySelector(".field-wrong input, .field-wrong textarea, .field-wrong select");
    (wrong || target.querySelector("[name=confirmed]") || box(steps[0])).focus();
    shape();
    showNumber();
  });

  /* A screen reader hears the number just given: words that are put into a live region after the page is there. */
  window.setTimeout(() => {
    const said = document.querySelector("[data-say]");
    const live = document.getElementById("said");
    if (said && live) live.textContent = said.textContent.trim();
  }, 150);

  shape();
  showNumber();
})();
