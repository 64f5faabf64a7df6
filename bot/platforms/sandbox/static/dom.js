// Elements without markup: text only ever becomes a text node.

import { icon } from "./icons.js";
import { t } from "./words.js";

/** An element with properties (`class`, `data`, `on`, anything else an attribute) and children. */
export function h(tag, properties = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false || value === null) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) el.addEventListener(event, listener);
    else if (name === "data") Object.assign(el.dataset, value);
    else if (name === "label") {
      el.setAttribute("aria-label", value);
      el.title = value;
    } else if (name in el && typeof value !== "string") el[name] = value;
    else el.setAttribute(name, value === true ? "" : value);
  }
  el.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return el;
}

/** A fresh id for something this page makes. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(10))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** A round picture with the first letter of a name. */
export function face(name, colour) {
  return h("span", { class: `face ${colour}`, "aria-hidden": "true" }, [...name.trim()].slice(0, 1).join(""));
}

/** Asks something in a dialog; resolves with the form's data, or null. */
export function ask(title, submit, ...fields) {
  return new Promise((resolve) => {
    let answer = null;
    const form = h(
      "form",
      { method: "dialog", on: { submit: (event) => { event.preventDefault(); answer = new FormData(form); dialog.close(); } } },
      h("h2", {}, title),
      ...fields,
      h("div", { class: "choices" },
        h("button", { type: "button", on: { click: () => dialog.close() } }, t("cancel")),
        h("button", { type: "submit", class: "primary" }, submit)),
    );
    const dialog = h("dialog", { class: "ask", "aria-label": title, on: {
      close: () => { dialog.remove(); resolve(answer); },
      click: (event) => { if (event.target === dialog) dialog.close(); },
    } }, form);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A labelled field of a dialog. */
export const field = (label, input) => h("label", { class: "field" }, h("span", {}, label), input);

/** Pictures, one at a time, as large as the window. */
export function viewer(sources, start) {
  let at = start;
  const picture = h("img", { alt: "" });
  const count = h("span", { class: "count" });
  const show = (n) => {
    at = (n + sources.length) % sources.length;
    picture.src = sources[at];
    picture.alt = t("photoOf", { n: at + 1 });
    count.textContent = sources.length > 1 ? `${at + 1} / ${sources.length}` : "";
  };
  const turn = (step, label, sign) => h("button", { type: "button", class: sign, label, on: { click: () => show(at + step) } }, icon(sign));
  const dialog = h("dialog", { class: "viewer", "aria-label": t("open"), on: {
    close: () => dialog.remove(),
    click: (event) => { if (event.target === dialog || event.target === picture) dialog.close(); },
    keydown: (event) => {
      if (event.key === "ArrowLeft") show(at - 1);
      if (event.key === "ArrowRight") show(at + 1);
    },
  } }, picture, count, h("button", { type: "button", class: "shut", label: t("close"), on: { click: () => dialog.close() } }, icon("close")));
  if (sources.length > 1) dialog.append(turn(-1, t("previous"), "left"), turn(1, t("next"), "right"));
  show(start);
  document.body.append(dialog);
  dialog.showModal();
}
