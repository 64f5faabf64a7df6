// A phone: whose it is, its chats, and where one writes.

import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { face, h } from "./dom.js";
import { icon } from "./icons.js";
import { Outbox } from "./net.js";
import { t } from "./words.js";

export class Phone {
  chats = new Map();
  outbox = new Outbox();
  seen = false;
  #timer = 0;

  constructor(data, page, colour) {
    this.page = page;
    this.colour = colour;
    this.id = data.chat;
    this.data = data;
    this.composer = new Composer(this);
    this.badge = h("span", { class: "badge", hidden: true });
    this.tab = h("button", { type: "button", class: "tab", role: "tab", "aria-selected": "false", on: { click: () => page.choose(this) } });
    this.caption = h("header", { class: "caption" });
    this.bar = h("div", { class: "bar" });
    this.banner = h("div", { class: "banner", hidden: true });
    this.screens = h("div", { class: "screens" });
    this.note = h("div", { class: "toast", role: "status", "aria-live": "polite" });
    const frame = h("div", { class: "frame" }, this.bar, this.banner, this.screens, this.composer.el, h("div", { class: "drop", "aria-hidden": "true" }, t("drop")));
    this.screens.append(this.note);
    this.el = h("section", { class: "phone", data: { phone: this.id } }, this.caption, frame);
    this.#takeDrops(frame);
    new IntersectionObserver(([entry]) => {
      this.seen = entry.intersectionRatio > 0.4;
      this.look();
    }, { threshold: [0, 0.4, 0.6] }).observe(this.el);
    this.addChat(this.id);
    this.update(data);
  }

  get language() {
    return this.data.language.startsWith("en") ? "en" : "zh";
  }

  update(data) {
    this.data = data;
    this.el.setAttribute("aria-label", data.name);
    const to = this.language === "zh" ? "en" : "zh";
    const swap = h("button", { type: "button", class: "swap", label: t("language", { name: data.name, to: to === "en" ? "English" : "中文" }), on: { click: () => this.#speak(to) } },
      h("span", { class: this.language === "zh" ? "now" : "" }, "中"), h("span", { class: this.language === "en" ? "now" : "" }, "EN"));
    this.caption.replaceChildren(face(data.name, this.colour), h("div", { class: "whose" }, h("h2", {}, data.name), h("p", {}, data.note)), this.badge, swap);
    this.tabBadge = h("span", { class: "badge", hidden: true });
    this.tab.replaceChildren(face(data.name, this.colour), h("span", { class: "whose" }, h("b", {}, data.name), h("small", {}, data.note)), this.tabBadge);
    this.tab.setAttribute("aria-label", data.name);
    this.welcome();
    this.drawBar();
    this.counted();
  }

  /** A phone whose owner has not joined yet shows the code to type. */
  welcome() {
    const code = this.page.codeOf(this.data.person);
    this.banner.hidden = !code;
    if (!code) return;
    this.banner.replaceChildren(h("span", {}, t("join", { code })),
      h("button", { type: "button", on: { click: () => { this.open(this.id); this.composer.say(`/start ${code}`); this.banner.hidden = true; } } }, t("joinSend")));
  }

  #speak(language) {
    this.open(this.id);
    this.composer.say(`/lang ${language}`);
  }

  addChat(id) {
    if (this.chats.has(id)) return this.chats.get(id);
    const chat = new Chat(this, id, this.page);
    this.chats.set(id, chat);
    this.screens.append(chat.el);
    if (!this.chat) this.open(id);
    return chat;
  }

  open(id) {
    this.chat = this.chats.get(id);
    for (const chat of this.chats.values()) chat.show(chat === this.chat);
    this.#askNumber();
    this.drawBar();
  }

  drawBar() {
    const group = this.page.groups.get(this.chat?.id);
    const picture = group ? face(group.title, "c5") : h("img", { src: "/-/icon.svg", alt: "", class: "face" });
    const title = group ? group.title : t("bot");
    const under = group ? t("group", { n: group.members.length }) : this.page.plant;
    const danger = h("button", { type: "button", class: "danger", on: { click: () => this.composer.say(t("dangerSend")) } }, icon("alarm"), t("danger"));
    const names = [...this.chats.values()].map((chat) => {
      const name = this.page.groups.get(chat.id)?.title ?? t("bot");
      const badge = h("span", { class: "badge", hidden: true, data: { chat: chat.id } });
      return h("button", { type: "button", "aria-pressed": String(chat === this.chat), on: { click: () => this.open(chat.id) } }, name, badge);
    });
    this.bar.replaceChildren(h("div", { class: "title" }, picture, h("div", { class: "whose" }, h("b", {}, title), h("small", {}, under)), !group && danger),
      ...(names.length > 1 ? [h("div", { class: "chats", role: "group", "aria-label": t("chats") }, ...names)] : []));
    this.counted();
  }

  set(id, messages) {
    this.addChat(id).set(messages);
    this.#askNumber(messages);
  }

  put(message) {
    this.chats.get(message.chat)?.put(message);
    if (!message.from && message.version === 1) this.#askNumber([message]);
  }

  // The newest message that says something of the number button decides.
  #askNumber(messages = []) {
    for (const message of messages) {
      if (message.ask_phone) this.asked = message.ask_phone;
      if (message.drop_keyboard) this.asked = "";
    }
    this.composer.askNumber(this.chat?.id === this.id ? this.asked : "");
  }

  /** What the bot says to a tap, for a moment. */
  answered({ tap, text }) {
    for (const chat of this.chats.values()) chat.release(tap);
    if (text) this.toast(text);
  }

  toast(text) {
    clearTimeout(this.#timer);
    this.note.textContent = text;
    this.note.classList.add("on");
    this.#timer = setTimeout(() => this.note.classList.remove("on"), Math.min(6000, 2200 + text.length * 60));
  }

  look() {
    for (const chat of this.chats.values()) chat.look();
  }

  get unread() {
    return [...this.chats.values()].reduce((sum, chat) => sum + chat.unread, 0);
  }

  counted() {
    const show = (badge, n) => {
      if (!badge) return;
      badge.hidden = n === 0;
      badge.textContent = n > 99 ? "99+" : String(n);
    };
    show(this.badge, this.unread);
    show(this.tabBadge, this.unread);
    for (const badge of this.bar.querySelectorAll(".chats .badge")) show(badge, this.chats.get(badge.dataset.chat)?.unread ?? 0);
    this.page.counted();
  }

  #takeDrops(frame) {
    const files = (event) => event.dataTransfer?.types.includes("Files");
    frame.addEventListener("dragover", (event) => {
      if (!files(event)) return;
      event.preventDefault();
      frame.classList.add("over");
    });
    frame.addEventListener("dragleave", (event) => frame.contains(event.relatedTarget) || frame.classList.remove("over"));
    frame.addEventListener("drop", (event) => {
      if (!files(event)) return;
      event.preventDefault();
      frame.classList.remove("over");
      this.composer.stage(event.dataTransfer.files);
    });
  }
}
