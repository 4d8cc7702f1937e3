/* The page on which a person says which certificate on the own token is to be used. */
import { Panel } from "./agent.mjs";

const list = document.getElementById("certificates");
const template = document.getElementById("certificate");
const panel = new Panel(document.getElementById("agent"), show);

async function show() {
  const found = await panel.agent.certificates();
  const own = found.filter((one) => !one.authority);
  const read = await described(found);
  list.replaceChildren(...own.map((one) => card(one, read[one.id], found)));
  list.hidden = false;
  if (!own.length) panel.say(panel.sentence("no_certificate"), "warning");
}

/* The server reads certificates better than a script does: it says who, by whom, until when, and whether they are fit. */
async function described(found) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  found.forEach((one) => body.append("certificate", one.der));
  const answer = await fetch(list.dataset.describe, { method: "POST", body });
  return answer.ok ? (await answer.json()).certificates : {};
}

function card(one, told, all) {
  const made = template.content.cloneNode(true);
  const words = { ...told, token: one.token };
  made.querySelectorAll("[data-fact]").forEach((place) => { place.textContent = words[place.dataset.fact] || "–"; });
  const refusal = made.querySelector("[data-refusal]");
  refusal.textContent = told?.refusal || "";
  refusal.hidden = !told?.refusal;
  made.querySelectorAll("form").forEach((form) => {
    form.hidden = Boolean(told?.refusal) || !told;
    form.elements.certificate.value = one.der;
    all.filter((other) => other.authority).forEach((other) => {
      const chain = document.createElement("input");
      Object.assign(chain, { type: "hidden", name: "chain", value: other.der });
      form.append(chain);
    });
  });
  return made;
}

panel.look();
