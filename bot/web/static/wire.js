/** Talks with the server: one request at a time, and what is to be said goes before listening. */

const LISTEN_SECONDS = 25;
const ANSWER_SECONDS = 45; // longer than the longest honest answer, shorter than a person's patience
const UPLOAD_SECONDS = 900; // ten photos over a poor mobile line
const SLOWEST_SECONDS = 30; // between two tries
const REPEATABLE = new Set([408, 425, 429]);
const SIGNED_OUT = new Set([401, 403]); // a reload gives a new session, and what is unsent goes on

const base = location.pathname.replace(/\/+$/, "");
const UNSENT = `${base.split("/").pop()}.unsent`; // a visit must not send what the chat left unsent

/** Whether this page was opened by a one-time link from another chat. */
export const visiting = base.endsWith("/visit");

/** Something went wrong on the way; `final` when trying again is of no use. */
class Fault extends Error {
  constructor(status, facts) {
    super(`status ${status}`);
    Object.assign(this, { status, final: false, ...facts });
  }
}

export class Wire {
  #watcher;
  #words;
  #unsent = JSON.parse(recall(UNSENT) ?? "[]");
  #cursor = -1;
  #met = false;
  #hurry = true; // look without waiting: are we connected at all?
  #interrupt = new AbortController();

  /** `watcher` hears sending(item), replied(reply, item), refused(item, problem), troubled(fault, item). */
  constructor(watcher, words) {
    this.#watcher = watcher;
    this.#words = words;
  }

  get unsent() {
    return [...this.#unsent];
  }

  /** Queue `{body}` or `{files}`; `label` is what the person sees until the server has it. */
  send(item) {
    const queued = { id: newId(), ...item };
    // A beginning comes before what an earlier visit left unsent.
    if ("start" in (item.body ?? {})) this.#unsent.unshift(queued);
    else this.#unsent.push(queued);
    this.#remember();
    if (this.#unsent[0] === queued) this.wake();
    return queued;
  }

  discard(item) {
    this.#unsent = this.#unsent.filter((other) => other !== item);
    this.#remember();
    item.abort?.abort();
    this.wake();
  }

  /** Stop listening or pausing, and look at once what there is to do. */
  wake() {
    this.#hurry = true;
    this.#interrupt.abort();
  }

  older(before) {
    return ask("GET", `/entries?before=${before}`, null, { seconds: ANSWER_SECONDS });
  }

  async run() {
    for (let failures = 0; ; ) {
      this.#interrupt = new AbortController();
      const item = this.#met ? this.#unsent[0] : undefined;
      try {
        const reply = await (item ? this.#deliver(item) : this.#listen());
        failures = 0;
        this.#took(reply, item);
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        if (this.#isOver(fault, item)) continue;
        failures += 1;
        this.#hurry = true;
        this.#watcher.troubled(fault, item, failures);
        await this.#pause(fault.seconds || delay(failures));
      }
    }
  }

  #took(reply, item) {
    this.#met = true;
    this.#hurry = false;
    this.#cursor = Math.max(this.#cursor, reply.cursor);
    if (item) this.#forget(item);
    // A fault in showing one reply must not end the conversation.
    try {
      this.#watcher.replied(reply, item);
    } catch (error) {
      reportError(error);
    }
  }

  #isOver(fault, item) {
    if (item && !this.#unsent.includes(item)) return true;
    if (item && fault.final) {
      this.#forget(item);
      // The server's own sentence is for developers, and in one language.
      this.#watcher.refused(item, this.#words.not_accepted);
      return true;
    }
    return !item && this.#interrupt.signal.aborted;
  }

  async #listen() {
    const wait = this.#hurry ? 0 : LISTEN_SECONDS;
    const asked = Date.now();
    const reply = await ask("GET", `/entries?after=${this.#cursor}&wait=${wait}`, null, {
      seconds: wait + ANSWER_SECONDS,
      abort: this.#interrupt.signal,
    });
    // A server that cannot wait must not be hammered.
    const idle = wait && !reply.entries.length && Date.now() - asked < 1000;
    if (idle) await this.#pause(3);
    return reply;
  }

  #deliver(item) {
    this.#watcher.sending(item);
    item.abort = new AbortController();
    const abort = item.abort.signal;
    if (!item.files) {
      const body = { id: item.id, after: this.#cursor, ...item.body };
      return ask("POST", "/say", JSON.stringify(body), { seconds: ANSWER_SECONDS, abort });
    }
    const form = new FormData();
    for (const file of item.files) form.append("file", file, file.name);
    const path = `/upload?id=${item.id}&after=${this.#cursor}`;
    return ask("POST", path, form, { seconds: UPLOAD_SECONDS, abort, progress: item.progress });
  }

  #pause(seconds) {
    const { signal } = (this.#interrupt = new AbortController());
    return new Promise((resolve) => {
      setTimeout(resolve, seconds * 1000);
      signal.addEventListener("abort", resolve);
    });
  }

  #forget(item) {
    this.#unsent = this.#unsent.filter((other) => other !== item);
    this.#remember();
  }

  #remember() {
    const kept = this.#unsent.filter((item) => !item.files);
    recall(UNSENT, JSON.stringify(kept.map(({ id, body, label }) => ({ id, body, label }))));
  }
}

/** Read, or write, what outlives a reload of this tab. */
export function recall(name, value) {
  try {
    if (value !== undefined) sessionStorage.setItem(name, value);
    return sessionStorage.getItem(name);
  } catch {
    return null; // Storage may be closed to an embedded page; then a reload forgets.
  }
}

function delay(failures) {
  return Math.min(SLOWEST_SECONDS, 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
}

/** A random UUID. Plain http has no `randomUUID`, but every object URL ends in one. */
function newId() {
  return crypto.randomUUID?.() ?? URL.createObjectURL(new Blob()).slice(-36);
}

function ask(method, path, body, { seconds, abort, progress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, base + path);
    request.responseType = "json";
    request.timeout = seconds * 1000;
    if (typeof body === "string") request.setRequestHeader("Content-Type", "application/json");
    if (progress) request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    request.onerror = request.ontimeout = request.onabort = () => reject(new Fault(0));
    request.onload = () => {
      // A hotel's sign-in page also answers 200, but not in our form.
      const good = request.status === 200 && request.response?.entries;
      good ? resolve(request.response) : reject(faultOf(request));
    };
    abort?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

function faultOf(request) {
  const { status } = request;
  const seconds = Math.min(Number(request.getResponseHeader("Retry-After")) || 0, 120);
  const final = status >= 400 && status < 500 && !REPEATABLE.has(status) && !SIGNED_OUT.has(status);
  return new Fault(status, { final, seconds, signedOut: SIGNED_OUT.has(status) });
}
