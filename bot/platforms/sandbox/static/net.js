// Talks to the server: every message of a phone in its order, again and again until it has arrived.

export const code = decodeURIComponent(location.pathname.split("/")[1]);
export const base = `/${encodeURIComponent(code)}/`;

/** A refusal with the server's word for it. */
export class Refusal extends Error {}

async function answer(response) {
  if (response.status === 401) throw new Refusal("locked");
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  if (response.status >= 500) throw new Error("busy");
  throw new Refusal(body.error ?? "bad");
}

export const get = async (path) => answer(await fetch(base + path));

/** Posts JSON, or a form with files. */
export async function post(path, body) {
  const json = !(body instanceof FormData);
  return answer(
    await fetch(base + path, {
      method: "POST",
      headers: json ? { "Content-Type": "application/json" } : {},
      body: json ? JSON.stringify(body) : body,
    }),
  );
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What one phone sends: one after the other; without a connection it waits and goes out later. */
export class Outbox {
  #last = Promise.resolve();

  /** Resolves with the server's answer; rejects only if the server will never take it. */
  put(path, body) {
    const sent = this.#last.then(() => this.#until(path, body));
    this.#last = sent.catch(() => {});
    return sent;
  }

  async #until(path, body) {
    for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
      try {
        return await post(path, body);
      } catch (error) {
        if (error instanceof Refusal) throw error;
        await pause(wait);
      }
    }
  }
}

/** The stream of changes; it resumes after a break and lets go while nobody looks. */
export class Stream {
  #source = null;
  #timer = 0;

  constructor(seq, on) {
    this.seq = seq;
    this.on = on;
    document.addEventListener("visibilitychange", () => this.#seen());
    this.open();
  }

  open() {
    this.close();
    const source = new EventSource(`${base}events?since=${this.seq}`);
    this.#source = source;
    source.onopen = () => this.on.link(true);
    source.onerror = () => {
      this.on.link(false);
      // The browser tries again by itself, except after an answer that was no stream.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.#source === source && this.#again(), 2000);
    };
    for (const kind of ["message", "phone", "group", "toast", "clock", "reset"]) {
      source.addEventListener(kind, (event) => {
        if (event.lastEventId) this.seq = Math.max(this.seq, Number(event.lastEventId) || 0);
        this.on[kind](JSON.parse(event.data));
      });
    }
  }

  #again() {
    get("people").then(() => this.open(), (error) => error.message === "locked" ? this.on.locked() : this.open());
  }

  close() {
    this.#source?.close();
    this.#source = null;
  }

  // A browser opens six connections to a server; hidden tabs must not hold them.
  #seen() {
    clearTimeout(this.#timer);
    if (document.hidden) this.#timer = setTimeout(() => this.close(), 20000);
    else if (!this.#source) this.open();
  }
}
