// One message as an element.

import { base } from "./net.js";
import { h, viewer } from "./dom.js";
import { icon } from "./icons.js";
import { hm, t } from "./words.js";

const SHOWN = new Set(["image/jpeg", "image/png", "image/webp", "image/gif"]);

function size(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const address = (phone, message, n) => `${base}media/${phone}/${message.id}/${n}`;

function attachment(item, source) {
  if (item.kind === "voice") return h("audio", { controls: true, preload: "metadata", src: source, "aria-label": t("audio") });
  if (item.kind === "video") return h("video", { controls: true, preload: "metadata", src: source, "aria-label": t("video") });
  const name = item.name || (item.mime === "image/heic" ? t("heic") : t("file"));
  return h("a", { class: "file", href: source, download: item.name || "" }, icon("clip"), h("span", {}, name), h("small", {}, size(item.size)));
}

function pictures(sources) {
  const grid = h("div", { class: `album n${Math.min(sources.length, 5)}` });
  sources.forEach((source, n) => {
    const picture = h("img", { src: source, alt: t("photoOf", { n: n + 1 }), loading: "lazy", decoding: "async" });
    grid.append(h("button", { type: "button", label: t("open"), on: { click: () => viewer(sources, n) } }, picture));
  });
  return grid;
}

function media(items, sources) {
  const flat = items.map((item, n) => ({ item, source: sources[n] }));
  const photos = flat.filter(({ item }) => item.kind === "photo" && SHOWN.has(item.mime));
  const rest = flat.filter((one) => !photos.includes(one));
  return [
    photos.length > 0 && pictures(photos.map(({ source }) => source)),
    ...rest.map(({ item, source }) => attachment(item, source)),
  ];
}

// A card's first line is its title, unless it is a sentence.
function words(text, lead) {
  const cut = lead ? text.indexOf("\n") : -1;
  if (cut < 0 || /[。！？.!?]$/.test(text.slice(0, cut))) return h("p", {}, text);
  return h("p", {}, h("strong", {}, text.slice(0, cut)), text.slice(cut));
}

function place([latitude, longitude]) {
  return h("p", { class: "place" }, icon("pin"), h("span", {}, `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`));
}

function keyboard(message, chat) {
  const rows = message.buttons.map((row) =>
    h("div", { class: "row" }, ...row.map((button) =>
      h("button", { type: "button", data: { tap: button.data }, on: { click: (event) => chat.tap(message, button.data, event.currentTarget) } },
        h("span", {}, button.label)))));
  return h("div", { class: "keyboard" }, ...rows);
}

/** A short line that stands for a message in a reply. */
export function gist(message) {
  if (message.text) return message.text.split("\n")[0];
  if (message.location) return t("place");
  if (message.contact) return message.contact;
  return t(message.media.some((item) => item.kind === "voice") ? "audio" : "image");
}

/** The bubble of a message that the server has. */
export function bubble(message, chat) {
  const mine = message.from === chat.phone;
  const other = message.from && !mine;
  const sources = message.media.map((_, n) => address(chat.phone, message, n));
  const quoted = message.reply_to && chat.find(message.reply_to);
  const card = message.buttons.length > 0;
  const body = h("div", { class: "bubble" },
    other && h("b", { class: `name ${chat.page.colourOf(message.from)}` }, chat.nameOf(message.from)),
    quoted && h("blockquote", {}, gist(quoted)),
    ...media(message.media, sources),
    message.location && place(message.location),
    message.contact && h("p", { class: "place" }, icon("person"), h("span", {}, message.contact)),
    message.text && words(message.text, !message.from && (card || message.version > 1)),
    h("span", { class: "foot" }, h("time", {}, hm(message.at)), mine && icon("tick")),
  );
  const column = h("div", { class: "column" }, body, card && keyboard(message, chat));
  const reply = h("button", { type: "button", class: "again", label: t("reply"), on: { click: () => chat.reply(message) } }, icon("reply"));
  const kind = mine ? "mine" : other ? "other" : "bot";
  return h("li", { class: `message ${kind}${card ? " card" : ""}`, data: { id: String(message.id) } }, column, !mine && reply);
}

/** The bubble of a message on its way. */
export function onItsWay(draft) {
  const body = h("div", { class: "bubble" },
    ...media(draft.media ?? [], draft.sources ?? []),
    draft.location && place(draft.location),
    draft.contact && h("p", { class: "place" }, icon("person"), h("span", {}, draft.contact)),
    draft.text && words(draft.text, false),
    h("span", { class: "foot" }, h("span", { role: "img", label: t("sending") }, icon("clock"))),
  );
  return h("li", { class: "message mine waiting", data: { key: draft.id } }, h("div", { class: "column" }, body));
}
