/* Boxes of the fields: dragged on the page or moved with the arrow keys; the inputs in millimetres follow, and lead. */
"use strict";

(() => {
  const form = document.querySelector("form[data-places]");
  if (!form) return;
  const STEP = 0.5, LEAP = 5;
  const input = (name, side) => form.elements.namedItem(`${name}-${side}`);
  const bounded = (value, most) => Math.min(Math.max(value, 0), Math.max(most, 0));

  const put = (box, left, top) => {
    const sheet = box.ownerSVGElement.viewBox.baseVal;
    const x = Math.round(bounded(left, sheet.width - Number(box.dataset.width)) * 10) / 10;
    const y = Math.round(bounded(top, sheet.height - Number(box.dataset.height)) * 10) / 10;
    box.setAttribute("transform", `translate(${x} ${y})`);
    box.dataset.left = x;
    box.dataset.top = y;
    box.classList.add("is-moved");
  };
  const tell = (box) => {
    input(box.dataset.place, "left").value = box.dataset.left;
    input(box.dataset.place, "top").value = box.dataset.top;
    const page = input(box.dataset.place, "page");
    if (page) page.value = box.ownerSVGElement.dataset.page;
  };
  /* The seal stands over the signature's left, so it goes with it until somebody moves it by itself. */
  const carry = (box, act) => {
    const seal = box.dataset.place === "signature" && document.querySelector('.place[data-place="seal"]');
    const from = [Number(box.dataset.left), Number(box.dataset.top)];
    act();
    if (!seal || seal.dataset.own) return;
    if (seal.ownerSVGElement !== box.ownerSVGElement) box.ownerSVGElement.appendChild(seal);
    const across = Number(box.dataset.left) - from[0], down = Number(box.dataset.top) - from[1];
    put(seal, Number(seal.dataset.left) + across, Number(seal.dataset.top) + down);
    tell(seal);
  };
  const onPage = (box, number) => {
    const target = document.querySelector(`svg[data-page="${number}"]`);
    if (target && target !== box.ownerSVGElement) target.appendChild(box);
  };

  document.querySelectorAll(".place[data-place]").forEach((box) => {
    const name = box.dataset.place;
    let grip = null;
    const point = (event) => {
      const svg = box.ownerSVGElement;
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return { x: at.x, y: at.y };
    };
    box.addEventListener("pointerdown", (event) => {
      const at = point(event);
      grip = { x: at.x - Number(box.dataset.left), y: at.y - Number(box.dataset.top) };
      box.setPointerCapture(event.pointerId);
      box.focus();
      event.preventDefault();
    });
    box.addEventListener("pointermove", (event) => {
      if (!grip) return;
      if (name === "seal") box.dataset.own = "1";
      carry(box, () => {
        const under = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.matches("svg[data-page]"));
        if (under && input(name, "page") && under !== box.ownerSVGElement) {
          onPage(box, under.dataset.page);
          box.setPointerCapture(event.pointerId);
        }
        const at = point(event);
        put(box, at.x - grip.x, at.y - grip.y);
        tell(box);
      });
    });
    ["pointerup", "pointercancel"].forEach((kind) => box.addEventListener(kind, () => { grip = null; }));
    box.addEventListener("keydown", (event) => {
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      const move = moves[event.key];
      if (!move) return;
      const step = event.shiftKey ? LEAP : STEP;
      if (name === "seal") box.dataset.own = "1";
      carry(box, () => {
        put(box, Number(box.dataset.left) + move[0] * step, Number(box.dataset.top) + move[1] * step);
        tell(box);
      });
      event.preventDefault();
      event.stopPropagation();
    });
    ["left", "top", "page"].forEach((side) => {
      const field = input(name, side);
      if (!field) return;
      field.addEventListener("change", () => {
        if (name === "seal") box.dataset.own = "1";
        carry(box, () => {
          if (side === "page") onPage(box, field.value);
          put(box, Number(input(name, "left").value), Number(input(name, "top").value));
        });
      });
    });
  });
})();
