/* Talks to the signing program on this computer. Every failure is a Trouble with a code; sentences come from the page. */

export class Trouble extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const KEPT = "mocban-agent"; // the secret of the pairing; of use on this computer and for this page's origin only
const PAUSE = 500; // milliseconds between two questions about a job

export class Agent {
  constructor(address) {
    this.address = address;
  }

  async ask(path, values) {
    const headers = {};
    const secret = localStorage.getItem(KEPT);
    if (secret) headers.Authorization = "Bearer " + secret;
    if (values) headers["Content-Type"] = "application/json";
    let answer;
    try {
      answer = await fetch(this.address + path, {
        method: values ? "POST" : "GET", headers, body: values && JSON.stringify(values),
        cache: "no-store", credentials: "omit", redirect: "error",
      });
    } catch {
      throw new Trouble("not_running");
    }
    const told = await answer.json().catch(() => ({ error: "not_running" }));
    if (!answer.ok) throw new Trouble(told.error || "fault");
    return told;
  }

  /* Whether the program knows this page. Throws when it does not run, or something else answers in its place. */
  async isPaired() {
    const told = await this.ask("/state");
    if (told.agent !== "mocban") throw new Trouble("not_running");
    return told.paired === true;
  }

  beginPairing() {
    return this.ask("/pair/begin", {});
  }

  async pair(code) {
    localStorage.setItem(KEPT, (await this.ask("/pair", { code })).token);
  }

  async unpair() {
    try {
      await this.ask("/unpair", {});
    } finally {
      localStorage.removeItem(KEPT);
    }
  }

  async certificates() {
    return (await this.ask("/certificates", {})).certificates;
  }

  /* Sign the digests; `onResult` gets each result as soon as it is there. Throws when the job ends before its end. */
  async sign(request, onResult) {
    let job = await this.ask("/sign", request);
    this.running = job.job;
    let seen = 0;
    try {
      while (true) {
        for (; seen < job.results.length; seen += 1) onResult(job.results[seen]);
        if (job.state === "done") return;
        if (job.state === "failed") throw new Trouble(job.code);
        await new Promise((done) => setTimeout(done, PAUSE));
        job = await this.ask("/job", { job: this.running });
      }
    } finally {
      this.running = null;
    }
  }

  async cancel() {
    if (this.running) await this.ask("/cancel", { job: this.running });
  }
}

/* The part of a page that says how things stand with the program, and pairs. Calls `ready` once the page is paired. */
export class Panel {
  constructor(element, ready) {
    this.element = element;
    this.agent = new Agent(element.dataset.address);
    this.sentences = JSON.parse(document.getElementById("agent-sentences").textContent);
    this.ready = ready;
    this.status = element.querySelector("[data-agent-status]");
    this.form = element.querySelector("[data-agent-code]");
    this.retry = element.querySelector("[data-agent-retry]");
    this.start = element.querySelector("[data-agent-pair]");
    this.away = element.querySelector("[data-agent-unpair]");
    this.start.addEventListener("click", () => this.doing(() => this.askCode()));
    this.retry.addEventListener("click", () => this.look());
    this.away?.addEventListener("click", () => this.doing(async () => { await this.agent.unpair(); await this.look(); }));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation(); // the code goes to the program on this computer, never to the server
      this.doing(() => this.enter(this.form.elements.code.value));
    });
  }

  sentence(code) {
    return this.sentences[code] || this.sentences.fault;
  }

  say(words, tone) {
    this.status.textContent = words;
    this.status.className = "alert alert-" + tone;
    this.status.hidden = false;
  }

  /* Look whether the program runs and knows this page; show what is to be done next. */
  look() {
    return this.doing(async () => {
      const paired = await this.agent.isPaired();
      this.start.hidden = paired;
      this.retry.hidden = true;
      if (this.away) this.away.hidden = !paired;
      if (!paired) return this.say(this.sentence("not_paired"), "warning");
      this.say(this.sentence("paired"), "success");
      await this.ready(this);
    });
  }

  async askCode() {
    await this.agent.beginPairing();
    this.form.hidden = false;
    this.start.hidden = true;
    this.say(this.sentence("type_code"), "info");
    this.form.elements.code.focus();
  }

  async enter(code) {
    await this.agent.pair(code);
    this.form.hidden = true;
    this.form.reset();
    await this.look();
  }

  /* Do a step; what goes wrong is said, and what can be pressed next is shown. */
  async doing(step) {
    this.element.setAttribute("aria-busy", "true");
    try {
      await step();
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      this.trouble(trouble);
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }

  trouble(trouble) {
    this.say(this.sentence(trouble.code), "danger");
    const lost = trouble.code === "not_paired";
    if (lost || trouble.code === "no_code") this.form.hidden = true;
    this.start.hidden = !(lost || trouble.code === "no_code");
    this.retry.hidden = lost || ["wrong_code", "no_code"].includes(trouble.code);
  }
}
