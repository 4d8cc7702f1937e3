/* A text field with a pick-list (ARIA combobox): type, arrows, Enter; Esc keeps what was typed. Without this file the
   field stays a text field and the server resolves an exact match. One list serves a field of one value; a text area
   with data-pick-many becomes chips, one a line ("name | code"), with a field of its own to add to them. */
"use strict";

(() => {
  const PAUSE = 120; // milliseconds without a key before the server is asked
  const SHORTEST = 1;
  let serial = 0;

  /* One combobox on `field`; `choose(option)` takes the chosen <li>, `free(text)` Enter without a choice (or null). */
  function combobox(field, { pick: url, pickFound: words }, choose, free) {
    const list = document.createElement("ul");
    serial += 1;
    list.id = "pick-" + serial;
    list.className = "pick-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.getAttribute("aria-label") || field.labels?.[0]?.textContent.trim() || "");
    list.hidden = true;
    field.after(list);
    field.parentElement.classList.add("pick");
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    list.after(said);
    for (const [name, value] of Object.entries({
      role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": list.id,
    })) field.setAttribute(name, value);

    let timer = 0;
    let asking = null;
    let active = -1;
    const rows = () => Array.from(list.children);

    function close() {
      window.clearTimeout(timer);
      asking?.abort();
      list.hidden = true;
      active = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    function mark(place) {
      const options = rows();
      active = options.length ? (place + options.length) % options.length : -1;
      options.forEach((option, index) => option.setAttribute("aria-selected", index === active ? "true" : "false"));
      if (active < 0) return;
      field.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    }

    async function ask(then) {
      asking?.abort();
      const text = field.value.trim();
      if (text.length < SHORTEST) return close();
      asking = new AbortController();
      try {
        const answer = await fetch(url + "?q=" + encodeURIComponent(text), {
          signal: asking.signal, headers: { "HX-Request": "true" }, credentials: "same-origin",
        });
        if (!answer.ok || answer.redirected) return close();
        list.innerHTML = await answer.text(); // our own server's fragment, escaped there
      } catch {
        return undefined; // a newer question has taken its place, or the network is gone: the field stays a text field
      }
      rows().forEach((option, index) => { option.id = list.id + "-" + index; });
      const open = rows().length > 0 && document.activeElement === field;
      list.hidden = !open;
      field.setAttribute("aria-expanded", open ? "true" : "false");
      said.textContent = open ? rows().length + " " + words : "";
      if (open) mark(0);
      else close();
      if (then) then(open);
      return undefined;
    }

    function take(option) {
      choose(option);
      close();
    }

    field.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, PAUSE);
      field.dataset.asked = "";
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) ask();
        else mark(active + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter") {
        if (!list.hidden && active >= 0) {
          event.preventDefault();
          take(rows()[active]);
        } else if (field.value.trim() && field.dataset.asked === "") {
          event.preventDefault(); // Enter came before the list: letters and Enter are enough
          window.clearTimeout(timer);
          ask((open) => { if (open) take(rows()[0]); else if (free) free(field.value); });
        } else if (free) {
          event.preventDefault();
          free(field.value);
        }
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        close();
        field.dataset.asked = "1";
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) take(option);
    });
    field.addEventListener("blur", close);
    field.dataset.asked = "1";
  }

  function one(field) {
    const code = field.form?.elements[field.dataset.pickCode] || null;
    const clear = () => { if (code) code.value = ""; };
    field.addEventListener("input", clear);
    combobox(field, field.dataset, (option) => {
      field.value = option.dataset.value;
      field.dataset.asked = "1";
      if (code) code.value = option.dataset.code;
    }, null);
  }

  function many(area) {
    const chips = document.createElement("ul");
    chips.className = "pick-chips";
    const holder = document.createElement("div");
    const field = document.createElement("input");
    field.className = "form-control";
    field.type = "text";
    const label = area.labels?.[0];
    field.id = area.id + "_pick";
    if (label) label.htmlFor = field.id;
    if (area.getAttribute("aria-describedby")) field.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
    area.hidden = true;
    holder.append(field);
    area.after(chips, holder);

    const lines = () => area.value.split("\n").map((line) => line.trim()).filter(Boolean);
    function draw() {
      chips.replaceChildren(...lines().map((line, place) => {
        const chip = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = "×";
        button.setAttribute("aria-label", area.dataset.pickRemove + " " + line);
        button.addEventListener("click", () => {
          area.value = lines().filter((_line, index) => index !== place).join("\n");
          draw();
          field.focus();
        });
        const words = document.createElement("span");
        words.textContent = line.replace(/\s*\|\s*/, " · ");
        chip.append(words, button);
        return chip;
      }));
      chips.hidden = lines().length === 0;
    }
    function add(line) {
      const text = line.trim().replace(/\s*\n\s*/g, " ");
      if (text && !lines().includes(text)) area.value = [...lines(), text].join("\n");
      field.value = "";
      field.dataset.asked = "1";
      draw();
    }
    combobox(field, area.dataset, (option) => add(option.dataset.value + " | " + option.dataset.code), add);
    field.addEventListener("blur", () => add(field.value)); // what was typed is not lost
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Backspace" || field.value || !lines().length) return;
      area.value = lines().slice(0, -1).join("\n");
      draw();
    });
    draw();
  }

  function start(root) {
    root.querySelectorAll("[data-pick]:not([data-pick-ready])").forEach((field) => {
      field.dataset.pickReady = "";
      if (field.hasAttribute("data-pick-many")) many(field);
      else one(field);
    });
  }

  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:load", (event) => start(event.target.parentElement || document));
})();
