/** Shows entries: turns them into elements, keeps them in order, knows which question is open. */

const ADDRESS = /https?:\/\/[^\s<>"，。；：！？、（）《》「」【】]+/g;
const TRAILING = /[.,;:!?'")\]}]+$/;
const ALLOWED = new Set(["http:", "https:", "mailto:", "tel:"]);

/** An element with attributes (`false` and `null` leave one out) and children (text or nodes). */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== false) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** A picture of a chosen file, or its kind and name where the browser cannot draw it. */
export function thumb({ file, url }) {
  const named = chip("pdf", file.name);
  if (!file.type.startsWith("image/")) return named;
  const image = el("img", { src: url, alt: file.name });
  image.onerror = () => image.replaceWith(named);
  return image;
}

function chip(picture, name) {
  return el("span", { class: "chip" }, icon(picture), el("span", { dir: "auto" }, name));
}

export function bubbleOf(...content) {
  return el("div", { class: "bubble", dir: "auto" }, ...content);
}

export class View {
  #list;
  #words;
  #commands;
  #shown = new Map(); // li -> entry
  #keys = new Set();

  /** The bot's last entry that asks, unless the person has spoken since. */
  question;

  /** `commands` maps what the menu sends ("/back") to the words it is shown with. */
  constructor(list, words, commands) {
    this.#list = list;
    this.#words = words;
    this.#commands = commands;
  }

  get oldest() {
    return this.#shown.get(this.#list.firstElementChild)?.n;
  }

  /** Show what is not shown yet, and return the new items in order. */
  add(entries, { files = null, byTap = false } = {}) {
    const fresh = entries.filter((entry) => !this.#keys.has(key(entry))).sort(byOrder);
    const items = fresh.map((entry) => {
      const li = entry.from === "me" ? this.#mine(entry, files) : this.#bots(entry);
      this.#keys.add(key(entry));
      this.#shown.set(li, entry);
      this.#place(li, entry);
      if (entry.from === "me" && !byTap) this.#markTyped(li, entry);
      return li;
    });
    this.#separateDays();
    this.#refresh();
    return items;
  }

  get newest() {
    return this.#shown.get(this.#list.lastElementChild);
  }

  entryOf(li) {
    return this.#shown.get(li);
  }

  choose(button) {
    taps(button.closest(".bot")).forEach(this.unchoose);
    button.classList.add("chosen");
    button.append(el("span", { class: "unseen" }, ` (${this.#words.chosen})`));
  }

  unchoose(button) {
    button.classList.remove("chosen");
    button.querySelector(".unseen")?.remove();
  }

  /** Earlier questions are one stop for Tab; the arrow keys go on from there. */
  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches(".past [data-tap]")) return;
    const buttons = taps(event.target.closest(".past"));
    event.preventDefault();
    buttons[buttons.indexOf(event.target) + step]?.focus();
  }

  #items() {
    return [...this.#list.children];
  }

  #place(li, entry) {
    let before = this.#list.lastElementChild;
    while (before && byOrder(this.#shown.get(before), entry) > 0)
      before = before.previousElementSibling;
    before ? before.after(li) : this.#list.prepend(li);
  }

  #mine(entry, files) {
    const text = this.#commands.get(entry.text) ?? entry.text ?? "";
    const names = { image: this.#words.picture, pdf: "PDF" };
    const kinds = (entry.files ?? []).map((kind) =>
      chip(kind === "image" ? "image" : "pdf", names[kind] ?? "?"),
    );
    const shown = files ?? (kinds.length ? el("div", { class: "files" }, ...kinds) : "");
    return this.#item("me", this.#words.you, entry, bubbleOf(shown, linked(text)));
  }

  #bots(entry) {
    const id = `q${key(entry)}`;
    const bubble = entry.text ? bubbleOf(linked(entry.text)) : null;
    if (bubble) bubble.id = id;
    const li = this.#item("bot", this.#words.assistant, entry, bubble);
    const cards = (entry.cards ?? []).map((card) => this.#card(card));
    const links = (entry.links ?? []).map(goButton);
    const buttons = (entry.buttons ?? []).map(tapButton);
    const named = { "aria-labelledby": bubble && id };
    const scrolls = cards.length > 1 ? { class: "cards several", tabindex: 0 } : { class: "cards" };
    if (cards.length) li.append(el("ul", { ...scrolls, ...named, role: "list" }, ...cards));
    if (links.length) li.append(el("div", { class: "links" }, ...links));
    if (buttons.length) li.append(el("div", { class: "buttons", role: "group", ...named }, ...buttons));
    return li;
  }

  #item(side, speaker, entry, bubble) {
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const time = el("time", { datetime: entry.at }, format(new Date(entry.at), clock));
    const line = bubble && el("div", { class: "line" }, bubble, time);
    return el("li", { class: side }, el("span", { class: "unseen" }, speaker), line);
  }

  #card({ title, lines = [], photo, links = [], button }) {
    return el(
      "li",
      { class: "card" },
      photo ? el("img", { src: photo, alt: title, loading: "lazy" }) : null,
      el("h2", { dir: "auto" }, title),
      ...lines.map((line) => el("p", { dir: "auto" }, linked(line))),
      ...links.map(goButton),
      button ? tapButton(button) : null,
    );
  }

  /** Who typed a label, or chose it before a reload, sees it marked as if it had been tapped. */
  #markTyped(li, entry) {
    let asked = li.previousElementSibling;
    while (asked && !isQuestion(this.#shown.get(asked))) asked = asked.previousElementSibling;
    if (!asked || asked.querySelector(".chosen")) return;
    const meant = taps(asked).find((button) => button.dataset.label === entry.text);
    if (meant) this.choose(meant);
  }

  #separateDays() {
    let last = "";
    for (const li of this.#items()) {
      const at = new Date(this.#shown.get(li).at);
      const day = at.toDateString();
      const shown = li.querySelector(":scope > .day");
      if (day === last) shown?.remove();
      else if (!shown) li.prepend(el("p", { class: "day" }, dayName(at)));
      last = day;
    }
  }

  #refresh() {
    const entries = this.#items().map((li) => this.#shown.get(li));
    const spoken = entries.findLastIndex((entry) => entry.from === "me");
    this.question = entries.slice(spoken + 1).findLast(isQuestion);
    this.#items().forEach((li, index) => {
      setPast(li, index <= spoken || entries[index].n !== this.question?.n);
    });
    this.#foldTicked();
  }

  /** A question with ticks is asked anew after each: only its newest copy stays, as if in place. */
  #foldTicked() {
    const items = this.#items().filter((li) => !li.classList.contains("folded"));
    const asked = items.filter((li) => this.#shown.get(li).expects === "choices");
    asked.slice(1).forEach((li, index) => {
      const old = asked[index];
      const gone = items.slice(items.indexOf(old), items.indexOf(li));
      const same = this.#shown.get(old).text === this.#shown.get(li).text;
      if (!same || gone.slice(1).some((between) => between.matches(".bot"))) return;
      const focused = taps(old).indexOf(document.activeElement);
      for (const item of gone) item.classList.add("folded");
      li.classList.add("again");
      taps(li)[focused]?.focus({ preventScroll: true });
    });
  }
}

/** Text with its web addresses made into links; never read as markup. */
function linked(text) {
  const whole = document.createDocumentFragment();
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const url = found.replace(TRAILING, "");
    whole.append(text.slice(end, index), anchor(url, url));
    end = index + url.length;
  }
  whole.append(text.slice(end));
  return whole;
}

function anchor(label, url, look = null) {
  const link = el("a", { href: url, class: look, target: "_blank", rel: "noopener noreferrer" }, label);
  return ALLOWED.has(link.protocol) ? link : label;
}

function goButton({ label, url }) {
  return anchor(label, url, "go");
}

function tapButton({ label, tap }) {
  return el("button", { type: "button", dir: "auto", "data-tap": tap, "data-label": label }, label);
}

function setPast(li, past) {
  const buttons = taps(li);
  const stop = buttons.find((button) => button.matches(".chosen")) ?? buttons[0];
  li.classList.toggle("past", past);
  for (const button of buttons) button.tabIndex = past && button !== stop ? -1 : 0;
}

function taps(li) {
  return [...li.querySelectorAll("[data-tap]")];
}

function isQuestion({ from, expects, buttons = [], cards = [] }) {
  if (from === "me") return false;
  return (expects ?? "nothing") !== "nothing" || buttons.length > 0 || cards.some((card) => card.button);
}

function key({ n, i }) {
  return `${n}-${i}`;
}

function byOrder(one, other) {
  return one.n - other.n || one.i - other.i;
}

function dayName(at) {
  const midnight = (date) => new Date(date).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(at) - midnight(Date.now())) / 86_400_000);
  if (days < -1 || days > 0) return format(at, { weekday: "long", day: "numeric", month: "long" });
  return new Intl.RelativeTimeFormat(pageLanguage(), { numeric: "auto" }).format(days, "day");
}

function format(at, how) {
  return new Intl.DateTimeFormat(pageLanguage(), how).format(at);
}

function pageLanguage() {
  return document.documentElement.lang || undefined;
}
