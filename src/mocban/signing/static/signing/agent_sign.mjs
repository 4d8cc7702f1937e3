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

/* Returns a function that does steps, AT_ONCE of them at the same time, and promises each one's end. */
const AT_ONCE = 3;
function inTurns() {
  const queue = [];
  let running = 0;
  const next = async () => {
    if (running >= AT_ONCE || !queue.length) return;
    running += 1;
    const { step, end } = queue.shift();
    await step();
    running -= 1;
    end();
    next();
  };
  return (step) => new Promise((end) => { queue.push({ step, end }); next(); });
}

const signed = (row) => Boolean(row.pending) && row.signatures.size === row.pending.length;

/* First phase of one document. One whose signatures came before, but could not be put in, needs no token again. */
async function begin(row) {
  if (stopped) return;
  if (signed(row)) return finish(row);
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
  } catch (problem) {
    row.pending = null;
    fail(row, problem.message);
  }
}

/* Second phase, once all signatures of the document are there. */
async function finish(row) {
  const again = row.dataset.at === "failed";
  mark(row, "preparing");
  try {
    const values = { pending: row.pending.map((one) => one.id), signature: row.pending.map((one) => row.signatures.get(one.id)) };
    const said = await post(row.dataset.finish, row, values);
    mark(row, "signed", said.said);
    row.querySelector("[name=chosen]").checked = false;
    progress.value += 1;
  } catch (problem) {
    if (again) row.pending = null; // begin anew next time
    fail(row, problem.message);
  }
}

function fail(row, words) {
  mark(row, "failed", words);
  progress.value += 1;
}

async function run() {
  const waiting = chosen();
  const turn = inTurns();
  stopped = false;
  progress.closest(".progress-line").hidden = false;
  progress.max = waiting.length;
  progress.value = 0;
  await Promise.all(waiting.map((row) => turn(() => begin(row))));
  if (stopped) return;
  const owner = new Map();
  const documents = [];
  for (const row of waiting.filter((one) => one.dataset.at === "token")) {
    for (const one of row.pending) {
      owner.set(one.id, row);
      documents.push({ id: one.id, algorithm: one.algorithm, digest: one.digest, text: one.text });
    }
  }
  if (documents.length) await signAll(documents, owner, turn);
  if (waiting.some((row) => row.dataset.at !== "signed")) panel.say(panel.sentence("partly"), "warning");
}

/* The token signs; each document is finished as soon as its signatures are there, while the token goes on. */
async function signAll(documents, owner, turn) {
  const finishing = [];
  panel.say(panel.sentence("look_at_agent"), "info");
  try {
    await panel.agent.sign({ certificate: form.dataset.certificate, body: form.dataset.body, documents }, (result) => {
      const row = owner.get(result.id);
      if (result.error) return fail(row, panel.sentence(result.error));
      row.signatures.set(result.id, result.signature);
      if (signed(row)) finishing.push(turn(() => finish(row)));
    });
  } finally {
    await Promise.all(finishing);
  }
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
  const done = rows.filter((row) => row.dataset.at === "signed").length;
  told.textContent = form.dataset.sum.replace("{signed}", done).replace("{all}", rows.length);
  if (done === rows.length) {
    panel.say(panel.sentence("all_signed"), "success");
    start.hidden = true;
  }
}

rows.forEach((row) => mark(row, "waiting", row.querySelector("[data-problem]").textContent));
panel.look();
