// One chat on one phone: its messages in order, older ones as one scrolls up, new ones as they come.

import { h, newId } from "./dom.js";
import { icon } from "./icons.js";
import { bubble, onItsWay } from "./message.js";
import { get, Refusal } from "./net.js";
import { dayName, dayOf, t } from "./words.js";

const KEEP = 250; // elements a chat keeps while one reads its end

export class Chat {
  #nodes = []; // { message, el } by id
  #stuck = true;
  #loading = false;

  constructor(phone, id, page) {
    this.owner = phone;
    this.phone = phone.id;
    this.id = id;
    this.page = page;
    this.mark = `sandbox:${page.code}:${this.phone}:${id}`;
    this.read = Number(localStorage.getItem(this.mark)) || 0;
    this.list = h("ol", { class: "list" });
    this.waiting = h("ol", { class: "list" });
    this.hint = h("p", { class: "hint" }, t(id.startsWith("g:") ? "emptyGroup" : "empty"));
    this.jump = h("button", { type: "button", class: "jump", hidden: true, label: t("jump"), on: { click: () => this.toEnd(true) } });
    this.inner = h("div", { class: "inner" }, this.hint, this.list, this.waiting);
    this.scroll = h("div", { class: "scroll", tabIndex: 0, role: "log", on: { scroll: () => this.#scrolled() } }, this.inner);
    this.el = h("div", { class: "chat", hidden: true }, this.scroll, this.jump);
    const follow = new ResizeObserver(() => this.#stuck && this.toEnd());
    follow.observe(this.inner);
    follow.observe(this.scroll);
  }

  /** The chat's newest messages; forgets what was there. */
  set(messages) {
    this.#nodes = [];
    this.list.replaceChildren();
    this.more = messages.length >= this.page.size;
    for (const message of messages) this.put(message, false);
    if (!this.#nodes.some(({ message }) => message.id <= this.read)) this.read = Math.max(this.read, 0);
    this.#settle();
  }

  find(id) {
    return this.#nodes.find(({ message }) => message.id === id)?.message;
  }

  nameOf(phone) {
    return this.page.nameOf(phone);
  }

  /** Shows a message, in place if it is there already. */
  put(message, live = true) {
    this.waiting.querySelector(`[data-key="${message.key}"]`)?.remove();
    const at = this.#nodes.findIndex((node) => node.message.id >= message.id);
    if (at >= 0 && this.#nodes[at].message.id === message.id) return this.#change(at, message);
    if (at === 0 && this.more) return; // older than what is loaded: it comes with scrolling
    this.#insert(at < 0 ? this.#nodes.length : at, message);
    if (!live) return;
    if (message.from === this.phone) this.toEnd();
    else if (this.#stuck) this.#nodes.at(-1).el.classList.add("fresh");
    this.#trim();
    this.#settle();
  }

  #insert(at, message) {
    const el = bubble(message, this);
    const next = this.#nodes[at];
    next ? next.el.before(el) : this.list.append(el);
    this.#nodes.splice(at, 0, { message, el });
    this.#dress(at);
    this.#dress(at + 1);
  }

  #change(at, message) {
    const node = this.#nodes[at];
    if (node.message.version >= message.version) return;
    const el = bubble(message, this);
    el.classList.add("flash");
    node.el.replaceWith(el);
    this.#nodes[at] = { message, el };
    this.#dress(at);
  }

  // A new day gets a line; what one says in one go moves together.
  #dress(at) {
    const node = this.#nodes[at];
    if (!node) return;
    const before = this.#nodes[at - 1]?.message;
    const newDay = !before || dayOf(before.at) !== dayOf(node.message.at);
    node.el.querySelector(".day")?.remove();
    node.el.classList.toggle("newday", newDay);
    if (newDay) node.el.prepend(h("div", { class: "day" }, dayName(node.message.at, this.page.now())));
    const near = !newDay && before.from === node.message.from && node.message.at - before.at < 180000;
    node.el.classList.toggle("near", near);
  }

  #trim() {
    if (!this.#stuck || this.#nodes.length <= KEEP) return;
    for (const { el } of this.#nodes.splice(0, this.#nodes.length - KEEP / 2)) el.remove();
    this.more = true;
    this.#dress(0);
  }

  async #older() {
    if (this.#loading || !this.more || !this.#nodes.length) return;
    this.#loading = true;
    try {
      const first = this.#nodes[0].message.id;
      const { messages } = await get(`messages/${encodeURIComponent(this.id)}?before=${first}`);
      const below = this.scroll.scrollHeight - this.scroll.scrollTop;
      messages.forEach((message, n) => this.#insert(n, message));
      this.more = messages.length >= this.page.size;
      this.scroll.scrollTop = this.scroll.scrollHeight - below;
    } catch {
      // Without a connection it is tried again at the next scrolling.
    } finally {
      this.#loading = false;
    }
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    if (!clientHeight) return;
    this.#stuck = scrollHeight - scrollTop - clientHeight < 48;
    if (scrollTop < 400) this.#older();
    this.#settle();
  }

  toEnd(smooth = false) {
    this.#stuck = true;
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  /** Shows or hides the chat. */
  show(on) {
    this.el.hidden = !on;
    if (on && this.#stuck) this.toEnd();
    this.#settle();
  }

  get unread() {
    return this.#nodes.filter(({ message }) => message.id > this.read && message.from !== this.phone).length;
  }

  #settle() {
    this.hint.hidden = this.#nodes.length > 0;
    const seen = !this.el.hidden && this.owner.seen && this.#stuck && !document.hidden;
    const newest = this.#nodes.at(-1)?.message.id ?? 0;
    if (seen && newest > this.read) {
      this.read = newest;
      localStorage.setItem(this.mark, String(newest));
    }
    const unread = this.unread;
    this.jump.hidden = this.#stuck;
    this.jump.replaceChildren(icon("down"), ...(unread ? [t("newer", { n: unread })] : []));
    this.owner.counted();
  }

  /** Looks again whether what is there has been seen. */
  look() {
    this.#settle();
  }

  reply(message) {
    this.owner.composer.reply(message);
  }

  /** Sends a draft; it stands at the end until the server has it. */
  async send(path, draft, body) {
    const el = onItsWay(draft);
    this.waiting.append(el);
    this.toEnd();
    try {
      const { message } = await this.owner.outbox.put(path, body);
      this.put(message);
      for (const source of draft.sources ?? []) URL.revokeObjectURL(source);
    } catch (error) {
      this.#failed(el, error);
    }
  }

  #failed(el, error) {
    const word = error instanceof Refusal ? error.message : "bad";
    this.owner.toast(t(word === "empty" ? "empty_error" : ["too_big", "too_many", "no_chat", "locked"].includes(word) ? word : "bad"));
    el.classList.add("failed");
    el.prepend(h("button", { type: "button", class: "again", label: `${t("failed")} · ${t("drop_failed")}`, on: { click: () => el.remove() } }, icon("bang")));
  }

  async tap(message, data, button) {
    if (button.classList.contains("busy")) return;
    const id = newId();
    button.classList.add("busy");
    button.dataset.waits = id;
    setTimeout(() => this.release(id), 8000);
    try {
      await this.owner.outbox.put("tap", { phone: this.phone, message: message.id, data, id });
    } catch {
      this.release(id);
    }
  }

  /** Ends the wait of a tapped button. */
  release(id) {
    this.list.querySelector(`[data-waits="${id}"]`)?.classList.remove("busy");
  }
}
