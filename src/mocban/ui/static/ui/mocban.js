/* The keyboard, the rail on a narrow screen, menus, and one submit per form. Every page works without this file. */
"use strict";

document.documentElement.classList.add("scripted");

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const list = dialog.querySelector("[data-keys]");
  list.querySelectorAll("[data-own]").forEach((row) => row.remove());
  document.querySelectorAll("[data-key]").forEach((element) => {
    const row = document.createElement("div");
    row.dataset.own = "";
    const key = document.createElement("dt");
    key.appendChild(document.createElement("kbd")).textContent = element.dataset.key;
    const words = document.createElement("dd");
    words.textContent = element.dataset.keyLabel || element.textContent.trim();
    row.append(key, words);
    list.append(row);
  });
  dialog.showModal();
}

function moveRow(table, step) {
  const links = Array.from(table.querySelectorAll("tbody tr")).map((row) => row.querySelector("a[href]")).filter(Boolean);
  if (!links.length) return;
  const now = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = now < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(now + step, 0), links.length - 1);
  links[next].focus();
}

function closeRail() {
  document.body.classList.remove("rail-open");
  if (location.hash === "#rail") history.replaceState(null, "", location.pathname + location.search);
}

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.key === "Escape") {
    closeRail();
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    if (typing(target) && !document.querySelector("dialog[open]")) target.blur();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) {
    event.preventDefault();
    target.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    const box = document.getElementById("search-box");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  if (event.key === "?") {
    event.preventDefault();
    showKeys();
    return;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const table = target.closest("[data-rows]");
    const only = document.querySelector("[data-rows]");
    const chosen = table || (target === document.body || target.id === "content" ? only : null);
    if (!chosen) return;
    event.preventDefault();
    moveRow(chosen, event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  const keyed = Array.from(document.querySelectorAll("[data-key]")).find((one) => one.dataset.key === event.key);
  if (!keyed) return;
  event.preventDefault();
  if (keyed.matches("input:not([type=checkbox], [type=radio]), textarea, select")) keyed.focus();
  else keyed.click();
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("[data-toggle-rail]")) {
    event.preventDefault();
    const open = document.body.classList.toggle("rail-open");
    if (open) document.querySelector("#rail a:not(.rail-close)")?.focus();
    else closeRail();
  }
  if (event.target.closest("[data-show-keys]")) showKeys();
  if (event.target.closest("[data-print]")) window.print();
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target) || event.target.closest("[data-show-keys]")) menu.open = false;
  });
});

/* One box ticks every box of its form; without a script it is not shown. */
document.querySelectorAll("[data-check-all]").forEach((box) => { box.hidden = false; });
document.addEventListener("change", (event) => {
  if (!(event.target instanceof Element) || !event.target.matches("[data-check-all]")) return;
  event.target.closest("table").querySelectorAll("tbody input[type=checkbox]").forEach((box) => { box.checked = event.target.checked; });
});

/* A second Enter must not register a document twice. Disabling waits a tick, or the pressed button would not be sent. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
  window.setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
  });
});

/* A chosen file is named in its box, and shown beside the form while it is still on this computer. */
const fileSize = (bytes) => (bytes < 1024 * 1024 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1024 / 1024).toFixed(1) + " MB");

function preview(frame) {
  const file = document.getElementById(frame.dataset.previewOf)?.files[0];
  if (!file) return;
  file.arrayBuffer().then((bytes) => frame.contentWindow.postMessage(bytes, location.origin, [bytes]));
}

document.addEventListener("change", (event) => {
  const box = event.target.closest(".drop");
  if (!box) return;
  const words = box.querySelector(".drop-words");
  words.dataset.empty ??= words.textContent;
  const files = Array.from(event.target.files);
  words.textContent = files.map((file) => file.name + " (" + fileSize(file.size) + ")").join(", ") || words.dataset.empty;
  box.classList.toggle("has-file", files.length > 0);
  document.querySelectorAll("iframe[data-preview-of]").forEach((frame) => {
    if (frame.dataset.previewOf === event.target.id) preview(frame);
  });
});
for (const [kind, over] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(kind, (event) => event.target.closest?.(".drop")?.classList.toggle("is-over", over));
}
window.addEventListener("message", (event) => {
  if (event.origin !== location.origin || event.data !== "viewer ready") return;
  document.querySelectorAll("iframe[data-preview-of]").forEach((frame) => {
    if (frame.contentWindow === event.source) preview(frame);
  });
});

/* A page that comes back with errors puts the cursor where the first one is. */
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".field-wrong input, .field-wrong textarea, .field-wrong select")?.focus();
});
