/** The web chat: joins the wire, the view of the conversation and the part people write in. */

import { Composer } from "./composer.js";
import { View, bubbleOf, el, thumb } from "./view.js";
import { Wire, recall, visiting } from "./wire.js";

const NEAR = 80; // px from the end that still count as "reading the newest"
const STAYING = new Set(["/back", "/change", "/language"]); // all else is answered in the chat a visit came from
const SHORT = 10; // a first look with fewer entries than this is the whole conversation

const $ = (id) => document.getElementById(id);
const words = JSON.parse($("words").textContent);
const commandButtons = [...document.querySelectorAll("[data-say]")];
const commands = new Map(commandButtons.map((button) => [button.dataset.say, button.textContent]));
const flow = document.body.dataset.flow;
const log = $("log");
const calmly = matchMedia("(prefers-reduced-motion: reduce)");

const view = new View($("entries"), words, commands);
const wire = new Wire({ replied, refused, troubled, sending }, words);
const composer = new Composer(words, { text: sayText, files: sendFiles });
const bubbles = new Map(); // id of what is unsent -> its li
let met = false;
let atEnd = true;

// Saying

function sayText(text) {
  showUnsent(wire.send({ body: { text }, label: text }));
  composer.focus();
}

function sendFiles(files) {
  const bar = el("progress", { max: 1, value: 0, "aria-label": words.sending });
  const item = wire.send({
    files: files.map(({ file }) => file),
    shown: el("div", { class: "files" }, ...files.map(thumb)),
    progress: (share) => (bar.value = share),
  });
  showUnsent(item, item.shown, bar);
}

function tap(button) {
  const li = button.closest(".bot");
  // One tap at a time: the second would be stale by the time it arrives.
  if (li.dataset.waiting || document.body.classList.contains("over")) return;
  const { tap: token, label } = button.dataset;
  view.choose(button);
  const item = wire.send({ body: { tap: token, label }, label });
  item.button = button;
  // A tick changes its question in place; it becomes a bubble only when it meets trouble.
  item.quiet = view.entryOf(li).expects === "choices";
  li.dataset.waiting = item.id;
  if (!item.quiet) showUnsent(item);
}

function start() {
  if (visiting) return; // The conversation has begun elsewhere.
  const begun = `chat.begun.${flow}`;
  const known = view.oldest !== undefined && (!flow || recall(begun));
  if (known || wire.unsent.some((item) => "start" in (item.body ?? {}))) return;
  recall(begun, "yes");
  const language = new URLSearchParams(location.search).get("language") ?? "";
  wire.send({ body: { start: flow, language }, label: "" });
}

// Hearing

function sending(item) {
  $("dots").hidden = Boolean(item.quiet || bubbles.get(item.id)?.querySelector(".fate p"));
  if (atEnd) follow();
}

function replied(reply, item) {
  setBanner("");
  if (item) {
    release(item, true);
    removeUnsent(item);
  }
  $("dots").hidden = wire.unsent.length === 0;
  const fresh = view.add(reply.entries, { files: item?.shown, byTap: Boolean(item?.button) });
  composer.expect(view.question);
  if (visiting) settle();
  if (met) bringIn(fresh, Boolean(item));
  else meet(reply);
  speakLanguage(reply);
}

function meet(reply) {
  met = true;
  $("connecting").hidden = true;
  $("older").hidden = reply.entries.length < SHORT;
  follow({ calm: true });
  requestAnimationFrame(() => log.classList.add("met"));
  start();
}

/** A visit is over once its page asks nothing more: then there is nothing to type or to tap. */
function settle() {
  const last = view.newest;
  const over = last?.from === "bot" && last.expects === "nothing" && !last.buttons.length;
  $("composer").hidden = $("menu").hidden = over;
  document.body.classList.toggle("over", over);
}

function bringIn(fresh, asked) {
  const heard = fresh.filter((li) => li.matches(".bot:not(.again)"));
  heard.forEach(announce);
  const first = fresh.find((li) => !li.classList.contains("folded"));
  if (!first) return;
  if (asked || atEnd) follow({ first });
  else $("pill").hidden = heard.length === 0;
}

function refused(item, problem) {
  $("dots").hidden = true;
  release(item);
  say(problem);
  const li = bubbles.get(item.id) ?? showUnsent(item);
  if (!li) return setBanner(problem);
  li.classList.add("refused");
  setFate(li, problem, [words.close, () => removeUnsent(item)]);
  if (item.body?.text && composer.isEmpty) composer.write(item.body.text);
  follow();
}

function troubled(fault, item, failures) {
  $("dots").hidden = true;
  if (fault.signedOut && visiting) setBanner(words.link_old);
  else if (fault.signedOut) setBanner(words.load_again, true);
  else if (!navigator.onLine || failures > 1 || !fault.status) setBanner(words.offline);
  const li = item && (bubbles.get(item.id) ?? showUnsent(item));
  if (!li) return;
  setFate(li, words.not_sent, [words.try_again, () => wire.wake()], [words.discard, () => discard(item)]);
  if (failures === 1) say(words.not_sent);
  if (atEnd) follow();
}

// Not sent yet

function showUnsent(item, ...content) {
  if (!item.label && !content.length) return null;
  for (const old of $("unsent").querySelectorAll(".refused")) old.remove();
  const line = el("div", { class: "line" }, bubbleOf(...content, item.label ?? ""));
  const fate = el("div", { class: "fate" });
  const li = el("li", { class: "me unsent" }, el("span", { class: "unseen" }, words.you), line, fate);
  bubbles.set(item.id, li);
  $("unsent").append(li);
  follow();
  return li;
}

function setFate(li, sentence, ...choices) {
  const buttons = choices.map(([label, act]) => {
    const button = el("button", { type: "button" }, label);
    button.addEventListener("click", act);
    return button;
  });
  li.querySelector(".fate").replaceChildren(el("p", {}, sentence), ...buttons);
}

function discard(item) {
  release(item);
  removeUnsent(item);
  wire.discard(item);
}

function removeUnsent(item) {
  const li = bubbles.get(item.id);
  const focused = li?.contains(document.activeElement);
  li?.remove();
  bubbles.delete(item.id);
  if (focused) composer.focus();
}

/** Let the question of a tapped button be answered again; forget the mark unless the tap arrived. */
function release(item, arrived = false) {
  if (!item.button) return;
  delete item.button.closest(".bot").dataset.waiting;
  if (!arrived) view.unchoose(item.button);
}

// Reading

/** Go to the end, but never past the beginning of what is new. */
function follow({ first, calm = calmly.matches } = {}) {
  const end = log.scrollHeight - log.clientHeight;
  const top = first ? Math.min(end, first.offsetTop - 12) : end;
  log.scrollTo({ top, behavior: calm ? "instant" : "smooth" });
}

async function loadOlder() {
  if ($("older").disabled || $("older").hidden) return;
  $("older").disabled = true;
  try {
    const { entries } = await wire.older(view.oldest);
    const height = log.scrollHeight;
    $("older").hidden = view.add(entries).length === 0;
    log.scrollTo({ top: log.scrollTop + log.scrollHeight - height, behavior: "instant" });
  } catch {
    setBanner(words.offline);
  }
  $("older").disabled = false;
}

function announce(li) {
  const { text, cards = [], buttons = [] } = view.entryOf(li);
  const offers = [...cards.map((card) => card.title), ...buttons.map((button) => button.label)];
  say([words.assistant, text, ...offers].filter(Boolean).join("\n"));
}

/** Have screen readers say it; gone soon after, so that nobody meets it twice. */
function say(sentence) {
  const spoken = el("p", {}, sentence);
  $("spoken").append(spoken);
  setTimeout(() => spoken.remove(), 5000);
}

function setBanner(sentence, reload = false) {
  if ($("banner-text").textContent !== sentence) $("banner-text").textContent = sentence;
  $("banner").classList.toggle("on", Boolean(sentence));
  $("again").hidden = !reload;
}

/** The contact changed the language: take its direction at once, and its words from a fresh page. */
function speakLanguage({ language, direction }) {
  const root = document.documentElement;
  if (!language || language === root.lang) return;
  root.lang = language;
  root.dir = direction;
  if (wire.unsent.length || recall("chat.language") === language) return;
  recall("chat.language", language);
  const address = new URL(location.href);
  address.searchParams.set("language", language);
  location.replace(address);
}

// Listening

log.addEventListener("scroll", () => {
  atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  if (atEnd) $("pill").hidden = true;
  else if (log.scrollTop < NEAR) loadOlder();
});
new ResizeObserver(() => atEnd && follow({ calm: true })).observe(log);
log.addEventListener("keydown", (event) => view.walk(event));
log.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-tap]");
  if (button) tap(button);
});
$("older").addEventListener("click", loadOlder);
$("pill").addEventListener("click", () => {
  follow();
  log.focus({ preventScroll: true });
});
$("again").addEventListener("click", () => location.reload());

for (const button of visiting ? commandButtons : [])
  button.parentElement.hidden = !STAYING.has(button.dataset.say);
for (const button of commandButtons)
  button.addEventListener("click", () => {
    $("menu").open = false;
    showUnsent(wire.send({ body: { text: button.dataset.say }, label: button.textContent }));
  });
addEventListener("click", ({ target }) => {
  if (!$("menu").contains(target)) $("menu").open = false;
});
addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  if ($("menu").open) {
    $("menu").open = false;
    $("menu").querySelector("summary").focus();
  } else closeFrame();
});

const framed = window.parent !== window;
$("close").hidden = !framed;
$("close").addEventListener("click", closeFrame);
function closeFrame() {
  if (framed) window.parent.postMessage("chat.close", "*");
}

addEventListener("online", () => wire.wake());
addEventListener("offline", () => setBanner(words.offline));
document.addEventListener("visibilitychange", () => document.hidden || wire.wake());
addEventListener("beforeunload", (event) => {
  if (wire.unsent.some((item) => item.files)) event.preventDefault();
});

// iOS lays its keyboard over the page instead of shrinking it; a zoomed page is left alone.
visualViewport?.addEventListener("resize", () => {
  if (visualViewport.scale !== 1) return;
  document.documentElement.style.setProperty("--height", `${visualViewport.height}px`);
  scrollTo(0, 0);
});

$("connecting").hidden = false;
for (const item of wire.unsent) showUnsent(item);
wire.run();
