/* Two-phase signing: the server prepares, the program on this computer signs digests, the server puts signatures in. */
import { Panel, Trouble } from "./agent.mjs";

const form = document.getElementById("signing");
const start = form.querySelector("[data-start]");
const stop = form.querySelector("[data-stop]");
const progress = form.querySelector("progress");
const told = form.querySelector("[data-told]");
const panel = new Panel(document.getElementById("agent"), () => { start.disabled = false; });
const rows = Array.from(form.querySelectorAll("[data-document]"));
let stopped = false;

const tone = { waiting: "neutral", preparing: "info", token: "info", signed: "success", failed: "danger" };

function mark(row, state, words) {
  row.querySelector("[data-state]").className = "status status-" + tone[state];
  row.querySelector("[data-state-words]").textContent = form.dataset[state];
  row.querySelector("[data-problem]").textContent = words || "";
  row.dataset.at = state;
}

const grouped = (digest) => digest.match(/.{1,4}/g).join(" ");
const chosen = () => rows.filter((row) => row.dataset.at !== "signed" && row.querySelector("[name=chosen]").checked);

async function post(address, row, values) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  row.querySelectorAll("[data-sent]").forEach((field) => {
    if (field.type !== "checkbox" || field.checked) body.append(field.dataset.sent, field.value);
  });
  Object.entries(values || {}).forEach(([name, list]) => list.forEach((value) => body.append(name, value)));
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch {
    throw new Error(panel.sentence("lost"));
  }
  const said = await answer.json().catch(() => ({ error: panel.sentence("lost") }));
  if (!answer.ok) throw new Error(said.error);
  return said;
}

/* First phase of one document. Returns the digests that the token must sign, none when the server refuses. */
async function begin(row) {
  mark(row, "preparing");
  try {
    const said = await post(row.dataset.begin, row);
    row.pending = said.signatures;
    row.signatures = new Map();
    row.querySelector("[data-digests]").replaceChildren(...said.signatures.map((one) => {
      const code = document.createElement("code");
      code.className = "digest";
      code.textContent = one.algorithm + ": " + grouped(one.digest);
      return code;
    }));
    mark(row, "token");
    return said.signatures;
  } catch (problem) {
    mark(row, "failed", problem.message);
    return [];
  }
}

/* Second phase, once all signatures of the document are there. */
async function finish(row) {
  try {
    const values = { pending: row.pending.map((one) => one.id), signature: row.pending.map((one) => row.signatures.get(one.id)) };
    const said = await post(row.dataset.finish, row, values);
    mark(row, "signed", said.said);
    row.querySelector("[name=chosen]").checked = false;
  } catch (problem) {
    mark(row, "failed", problem.message);
  }
  progress.value += 1;
}

async function run() {
  const waiting = chosen();
  stopped = false;
  progress.closest(".progress-line").hidden = false;
  progress.max = waiting.length;
  progress.value = 0;
  const owner = new Map();
  const documents = [];
  for (const row of waiting) {
    if (stopped) break;
    for (const one of await begin(row)) {
      owner.set(one.id, row);
      documents.push({ id: one.id, algorithm: one.algorithm, digest: one.digest, text: one.text });
    }
    if (row.dataset.at === "failed") progress.value += 1;
  }
  if (stopped) return;
  if (!documents.length) return panel.say(panel.sentence("partly"), "warning");
  panel.say(panel.sentence("look_at_agent"), "info");
  await panel.agent.sign({ certificate: form.dataset.certificate, body: form.dataset.body, documents }, async (result) => {
    const row = owner.get(result.id);
    if (result.error) {
      mark(row, "failed", panel.sentence(result.error));
      progress.value += 1;
      return;
    }
    row.signatures.set(result.id, result.signature);
    if (row.signatures.size === row.pending.length) await finish(row);
  });
  if (waiting.some((row) => row.dataset.at !== "signed")) panel.say(panel.sentence("partly"), "warning");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!chosen().length) return panel.say(panel.sentence("nothing_chosen"), "warning");
  start.disabled = true;
  stop.hidden = false;
  try {
    await panel.doing(run);
  } finally {
    rows.filter((row) => ["preparing", "token"].includes(row.dataset.at)).forEach((row) => mark(row, "waiting"));
    start.disabled = false;
    stop.hidden = true;
    sum();
  }
});

stop.addEventListener("click", () => {
  stopped = true;
  panel.agent.cancel().catch((problem) => { if (!(problem instanceof Trouble)) throw problem; });
});

function sum() {
  const signed = rows.filter((row) => row.dataset.at === "signed").length;
  told.textContent = form.dataset.sum.replace("{signed}", signed).replace("{all}", rows.length);
  if (signed === rows.length) {
    panel.say(panel.sentence("all_signed"), "success");
    start.hidden = true;
  }
}

rows.forEach((row) => mark(row, "waiting"));
panel.look();
