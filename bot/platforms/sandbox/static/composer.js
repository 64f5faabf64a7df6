// Where a phone's owner writes, attaches, records.

import { ask, field, h, newId } from "./dom.js";
import { icon } from "./icons.js";
import { gist } from "./message.js";
import { quick, t } from "./words.js";

const TEXT = 4096;
const MOST = 10;
const touch = matchMedia("(pointer: coarse)");

export class Composer {
  #staged = [];
  #replyTo = null;
  #recorder = null;

  constructor(phone) {
    this.phone = phone;
    this.input = h("textarea", { rows: "1", maxlength: String(TEXT), placeholder: t("write"), "aria-label": t("write"), on: {
      input: () => this.#fit(),
      keydown: (event) => this.#key(event),
      paste: (event) => this.stage(event.clipboardData.files),
    } });
    this.send = h("button", { type: "submit", class: "send", label: t("send") }, icon("send"));
    this.mic = h("button", { type: "button", class: "tool mic", label: t("voice"), on: { click: () => this.#record() } }, icon("mic"));
    this.tray = h("div", { class: "tray", hidden: true });
    this.quote = h("div", { class: "quote", hidden: true });
    this.ownNumber = h("div", { class: "own", hidden: true });
    const form = h("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); this.#submit(); } } },
      touch.matches && this.#picker("camera", "camera", { capture: "environment" }),
      this.#picker(touch.matches ? "picture" : "camera", "photo", { multiple: true }),
      h("button", { type: "button", class: "tool", label: t("location"), on: { click: () => this.#where() } }, icon("pin")),
      h("div", { class: "write" }, this.input), this.mic, this.send);
    this.el = h("footer", { class: "foot-of-phone" }, this.#quick(), this.ownNumber, this.quote, this.tray, form);
    this.#fit();
  }

  #quick() {
    const press = (text) => this.#say(text);
    return h("div", { class: "quick" }, ...quick().map(({ label, text }) =>
      h("button", { type: "button", on: { click: () => press(text) } }, label)));
  }

  #picker(sign, label, more) {
    const input = h("input", { type: "file", accept: "image/*", ...more, "aria-label": t(label), on: {
      change: () => { this.stage(input.files); input.value = ""; },
    } });
    return h("label", { class: "tool", title: t(label) }, input, icon(sign));
  }

  // While one chooses characters with an input method, Enter belongs to it.
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  #fit() {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
    const something = this.input.value.trim() !== "" || this.#staged.length > 0;
    this.send.hidden = !something;
    this.mic.hidden = something;
  }

  /** Lays files beside the text until it is sent. */
  stage(files) {
    for (const file of files) {
      if (this.#staged.length >= MOST) {
        this.phone.toast(t("too_many"));
        break;
      }
      this.#staged.push({ file, source: URL.createObjectURL(file) });
    }
    this.#drawTray();
  }

  #drawTray() {
    this.tray.hidden = this.#staged.length === 0;
    this.tray.replaceChildren(...this.#staged.map((item, n) =>
      h("button", { type: "button", label: t("unstage"), on: { click: () => { this.#staged.splice(n, 1); this.#drawTray(); } } },
        item.file.type.startsWith("image/") ? h("img", { src: item.source, alt: item.file.name }) : icon("clip"),
        h("i", {}, icon("close")))));
    this.#fit();
  }

  /** The next message answers this one. */
  reply(message) {
    this.#replyTo = message;
    this.quote.hidden = !message;
    if (!message) return;
    this.quote.replaceChildren(h("span", {}, gist(message)),
      h("button", { type: "button", label: t("noReply"), on: { click: () => this.reply(null) } }, icon("close")));
    this.input.focus();
  }

  /** A button that shares the phone's own number, or none. */
  askNumber(label) {
    this.ownNumber.hidden = !label;
    this.ownNumber.replaceChildren(...(label ? [h("button", { type: "button", on: { click: () => this.#contact() } }, label)] : []));
  }

  #base() {
    const body = { phone: this.phone.id, chat: this.phone.chat.id, id: newId() };
    if (this.#replyTo) body.reply_to = this.#replyTo.id;
    this.reply(null);
    return body;
  }

  #say(text) {
    const body = { ...this.#base(), text };
    this.phone.chat.send("send", { id: body.id, text }, body);
  }

  /** Sends words as if they had been typed. */
  say(text) {
    this.#say(text);
  }

  #submit() {
    const text = this.input.value.trim();
    if (this.#staged.length) this.#upload("photos", this.#staged.splice(0), text);
    else if (text) this.#say(text);
    this.input.value = "";
    this.#drawTray();
  }

  #upload(path, items, text, kind = "photo") {
    const body = { ...this.#base(), text };
    const form = new FormData();
    for (const [name, value] of Object.entries(body)) form.append(name, String(value));
    items.forEach(({ file }, n) => form.append("file", file, file.name || `${kind}${n}`));
    const media = items.map(({ file }) => ({ kind: file.type.startsWith("image/") || kind === "voice" ? kind : "file", mime: file.type, size: file.size }));
    this.phone.chat.send(path, { id: body.id, text, media, sources: items.map(({ source }) => source) }, form);
  }

  async #record() {
    if (this.#recorder) return this.#recorder.stop();
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return this.phone.toast(t("noMicrophone"));
    }
    const pieces = [];
    const recorder = new MediaRecorder(stream);
    this.#recorder = recorder;
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      this.#recorder = null;
      this.mic.classList.remove("on");
      this.mic.replaceChildren(icon("mic"));
      this.mic.setAttribute("aria-label", t("voice"));
      const file = new Blob(pieces, { type: recorder.mimeType });
      if (file.size) this.#upload("voice", [{ file, source: URL.createObjectURL(file) }], "", "voice");
    };
    this.mic.classList.add("on");
    this.mic.replaceChildren(icon("stop"));
    this.mic.setAttribute("aria-label", t("stopVoice"));
    recorder.start();
  }

  async #where() {
    const number = (name, value, limit) => h("input", { name, type: "number", step: "any", min: String(-limit), max: String(limit), required: true, value });
    const latitude = number("latitude", "31.82170", 90);
    const longitude = number("longitude", "117.22720", 180);
    const note = h("p", { class: "note", role: "status" });
    const here = h("button", { type: "button", on: { click: () => {
      const refuse = () => { note.textContent = t("noPosition"); };
      if (!navigator.geolocation) return refuse();
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        latitude.value = coords.latitude.toFixed(6);
        longitude.value = coords.longitude.toFixed(6);
      }, refuse, { enableHighAccuracy: true, timeout: 8000 });
    } } }, t("here"));
    const data = await ask(t("where"), t("send"), here, field(t("latitude"), latitude), field(t("longitude"), longitude), note);
    if (!data) return;
    const point = [Number(data.get("latitude")), Number(data.get("longitude"))];
    const body = { ...this.#base(), latitude: point[0], longitude: point[1] };
    this.phone.chat.send("location", { id: body.id, location: point }, body);
  }

  async #contact() {
    const number = h("input", { name: "number", type: "tel", required: true, minlength: "3", maxlength: "24", autocomplete: "off" });
    const own = h("input", { name: "own", type: "checkbox", checked: true });
    const data = await ask(t("contact"), t("send"), field(t("number"), number), h("label", { class: "tickbox" }, own, t("own")));
    if (!data) return;
    const body = { ...this.#base(), number: data.get("number"), own: data.has("own") };
    this.phone.chat.send("contact", { id: body.id, contact: body.number }, body);
  }
}
