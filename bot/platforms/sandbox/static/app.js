// The page: the plant, its clock, and its phones.

import { ask, field, h, newId } from "./dom.js";
import { code, get, post, Refusal, Stream } from "./net.js";
import { Phone } from "./phone.js";
import { fill, hm, longDay, setZone, swap, t } from "./words.js";

const $ = (id) => document.getElementById(id);
const CHOSEN = `sandbox:${code}:chosen`;

class Page {
  code = code;
  phones = new Map();
  groups = new Map();
  people = [];
  #offset = 0;

  async start() {
    const state = await get("state");
    this.size = state.page;
    this.plant = state.name;
    setZone(state.zone);
    this.#clock(state.now);
    this.people = state.people;
    this.#draw(state);
    this.stream = new Stream(state.seq, this.#news());
    setInterval(() => this.#tick(), 1000);
  }

  #draw(state) {
    for (const phone of this.phones.values()) phone.el.remove(), phone.tab.remove();
    this.phones.clear();
    this.groups = new Map(state.groups.map((group) => [group.chat, group]));
    for (const phone of state.phones) this.#add(phone);
    for (const group of state.groups) this.#join(group);
    for (const [chat, messages] of Object.entries(state.messages)) {
      for (const phone of this.#showing(chat)) phone.set(chat, messages);
    }
    this.choose(this.phones.get(localStorage.getItem(CHOSEN)) ?? this.phones.values().next().value);
    $("plant").textContent = state.name;
    const options = state.sites.map((site) => h("option", { value: site.code, selected: site.code === code }, site.name));
    $("sites").replaceChildren(...options);
    $("sites").hidden = options.length < 2;
    this.#tick();
    this.counted();
  }

  #news() {
    return {
      link: (up) => {
        $("link").textContent = t(up ? "connected" : "reconnecting");
        $("link").classList.toggle("down", !up);
      },
      locked: () => { $("link").textContent = t("locked"); },
      message: (message) => {
        for (const phone of this.#showing(message.chat)) phone.put(message);
        if (!message.from) this.#refreshPeople();
      },
      phone: (phone) => {
        if (this.phones.has(phone.chat)) return this.phones.get(phone.chat).update(phone);
        this.#add(phone);
        this.#fetchPeople();
      },
      group: (group) => {
        this.groups.set(group.chat, group);
        this.#join(group);
      },
      toast: (toast) => this.phones.get(toast.phone)?.answered(toast),
      clock: ({ now }) => this.#clock(now),
      reset: () => this.reload(),
    };
  }

  async reload() {
    const state = await get("state");
    this.people = state.people;
    this.stream.seq = state.seq;
    this.#draw(state);
    this.stream.open();
  }

  #add(data) {
    const phone = new Phone(data, this, `c${this.phones.size % 8}`);
    this.phones.set(data.chat, phone);
    $("shelf").append(phone.el);
    $("tabs").append(phone.tab);
    return phone;
  }

  #join(group) {
    for (const member of group.members) {
      this.phones.get(member)?.addChat(group.chat);
      this.phones.get(member)?.drawBar();
    }
  }

  #showing(chat) {
    const ids = this.groups.get(chat)?.members ?? [chat];
    return ids.map((id) => this.phones.get(id)).filter(Boolean);
  }

  nameOf(phone) {
    return this.phones.get(phone)?.data.name ?? phone;
  }

  colourOf(phone) {
    return this.phones.get(phone)?.colour ?? "c0";
  }

  codeOf(number) {
    return number ? this.people.find((person) => person.number === number)?.code : null;
  }

  // Who was asked to join may have joined by now; without open codes there is nothing to ask.
  #refreshPeople() {
    if ([...this.phones.values()].some((phone) => this.codeOf(phone.data.person))) this.#fetchPeople();
  }

  #fetchPeople() {
    clearTimeout(this.later);
    this.later = setTimeout(async () => {
      this.people = (await get("people")).people;
      for (const phone of this.phones.values()) phone.welcome();
    }, 300);
  }

  /** On a narrow screen one phone is shown; on a wide one it is brought into view. */
  choose(phone) {
    if (!phone) return;
    for (const one of this.phones.values()) {
      one.el.classList.toggle("chosen", one === phone);
      one.tab.setAttribute("aria-selected", String(one === phone));
    }
    localStorage.setItem(CHOSEN, phone.id);
    phone.tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  counted() {
    const unread = [...this.phones.values()].reduce((sum, phone) => sum + phone.unread, 0);
    document.title = (unread ? `(${unread}) ` : "") + t("title", { plant: this.plant });
  }

  now() {
    return Date.now() + this.#offset;
  }

  #clock(now) {
    this.#offset = now - Date.now();
    this.#tick();
  }

  #tick() {
    const [time, day] = $("now").children;
    time.textContent = hm(this.now());
    day.textContent = longDay(this.now());
    $("now").dateTime = new Date(this.now()).toISOString();
  }

  async move(button) {
    const { minutes, until } = button.dataset;
    const buttons = document.querySelectorAll(".moves button");
    for (const one of buttons) one.disabled = true;
    try {
      this.#clock((await post("clock", until ? { until } : { minutes: Number(minutes) })).now);
      $("now").classList.remove("moved");
      requestAnimationFrame(() => $("now").classList.add("moved"));
    } finally {
      for (const one of buttons) one.disabled = false;
    }
  }

  async addPhone() {
    this.people = (await get("people")).people;
    const taken = new Set([...this.phones.values()].map((phone) => phone.data.person));
    const free = this.people.filter((person) => !taken.has(person.number));
    const name = h("input", { name: "name", maxlength: "40", placeholder: t("strangerSample") });
    const named = field(t("name"), name);
    const whose = h("select", { name: "person", on: { change: () => { named.hidden = whose.value !== ""; } } },
      ...free.map((person) => h("option", { value: person.number }, person.label)), h("option", { value: "" }, t("stranger")));
    named.hidden = whose.value !== "";
    const data = await ask(t("newPhone"), t("add"), field(t("whose"), whose), named);
    if (!data) return;
    const person = data.get("person");
    const [first, ...rest] = (free.find((one) => one.number === person)?.label ?? "").split(" · ");
    const body = { id: "p" + newId().slice(0, 8), person, name: first || data.get("name").trim() || t("strangerSample"), note: rest.join(" · "), language: "" };
    const { phone, people } = await post("phone", body);
    this.people = people;
    const shown = this.phones.get(phone.chat) ?? this.#add(phone);
    shown.welcome();
    this.choose(shown);
    shown.el.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
  }

  async addGroup() {
    const title = h("input", { name: "title", maxlength: "40", required: true, value: t("groupSample") });
    const members = [...this.phones.values()].map((phone) =>
      h("label", { class: "tickbox" }, h("input", { type: "checkbox", name: "members", value: phone.id, checked: true }), phone.data.name));
    const data = await ask(t("newGroup"), t("found"), field(t("groupName"), title), h("fieldset", {}, h("legend", {}, t("members")), ...members));
    if (!data || !data.getAll("members").length) return;
    const { group } = await post("group", { id: newId().slice(0, 12), title: data.get("title"), members: data.getAll("members") });
    this.groups.set(group.chat, group);
    this.#join(group);
    for (const member of group.members) this.phones.get(member)?.open(group.chat);
  }
}

const page = new Page();
const careful = (work) => () => work().catch((error) => page.phones.values().next().value?.toast(t(error instanceof Refusal ? "bad" : "busy")));

fill();
for (const button of document.querySelectorAll(".moves button")) button.addEventListener("click", careful(() => page.move(button)));
$("add-phone").addEventListener("click", careful(() => page.addPhone()));
$("add-group").addEventListener("click", careful(() => page.addGroup()));
$("chrome-language").addEventListener("click", () => { swap(); location.reload(); });
$("sites").addEventListener("change", () => location.assign(`/${encodeURIComponent($("sites").value)}/`));
$("more").addEventListener("click", () => {
  const open = document.body.classList.toggle("open");
  $("more").setAttribute("aria-expanded", String(open));
});
document.addEventListener("visibilitychange", () => { for (const phone of page.phones.values()) phone.look(); });
// A file dropped beside a phone must not replace the page.
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());

page.start().catch((error) => {
  $("link").textContent = t(error.message === "locked" ? "locked" : "reconnecting");
  if (error.message !== "locked") setTimeout(() => location.reload(), 2000);
});
