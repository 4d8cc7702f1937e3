/* The clerk's desk: drop a file anywhere on the form, see it beside the fields. The page works without this file. */
"use strict";

const form = document.querySelector("[data-entry]");

if (form) {
  const input = form.querySelector("#id_file");
  const preview = form.querySelector("[data-preview]");
  const empty = preview.querySelector("[data-preview-empty]");

  const show = async () => {
    preview.querySelector("iframe")?.remove();
    const file = input.files[0];
    empty.hidden = Boolean(file) && file.type === "application/pdf";
    if (!empty.hidden) return;
    const bytes = await file.arrayBuffer();
    const frame = document.createElement("iframe");
    frame.title = file.name;
    frame.className = "pdf-local";
    const answer = (event) => {
      if (event.source !== frame.contentWindow || event.origin !== location.origin || event.data !== "pdf-ready") return;
      window.removeEventListener("message", answer);
      frame.contentWindow.postMessage({ pdf: bytes }, location.origin);
    };
    window.addEventListener("message", answer);
    frame.src = preview.dataset.viewer;
    preview.append(frame);
  };

  input.addEventListener("change", show);
  for (const name of ["dragover", "drop"]) {
    form.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (name === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
}
