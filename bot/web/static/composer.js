/** The part people write in: text, a date, or files, whichever the open question wants. */

import { el, icon, thumb } from "./view.js";

const KEYBOARDS = { number: "decimal", phone: "tel", email: "email", date: "text" };
const AUTOFILLS = { phone: "tel", email: "email" };
const ACCEPTED = { image: "image/*", pdf: "application/pdf" };
const TALLEST = 132; // five lines; beyond that the box scrolls and the conversation stays in sight

const $ = (id) => document.getElementById(id);

export class Composer {
  #form = $("composer");
  #text = $("text");
  #words;
  #picked = [];

  /** `send` has text(string) and files([{file, url}]). */
  constructor(words, send) {
    this.#words = words;
    this.#form.addEventListener("submit", (event) => this.#submit(event, send));
    this.#text.addEventListener("input", () => this.#grow());
    this.#text.addEventListener("keydown", (event) => this.#typed(event));
    // Keeps the phone's keyboard open when somebody taps Send.
    $("send").addEventListener("pointerdown", (event) => event.preventDefault());
    $("date").addEventListener("change", (event) => this.write(event.target.value));
    for (const input of [$("files"), $("photo")])
      input.addEventListener("change", () => {
        this.#pick(input.files);
        input.value = "";
      });
    this.#acceptDrops();
  }

  get takesFiles() {
    return !$("tray").hidden;
  }

  /** Prepare for the answer of the open question, if there is one. */
  expect(question) {
    const expects = question?.expects ?? "text";
    this.#text.inputMode = KEYBOARDS[expects] ?? "text";
    this.#text.autocomplete = AUTOFILLS[expects] ?? "off";
    if ($("date").hidden !== (expects !== "date")) $("date").value = "";
    $("date").hidden = expects !== "date";
    $("tray").hidden = expects !== "upload";
    const kinds = question?.files?.length ? question.files : Object.keys(ACCEPTED);
    $("files").accept = kinds.map((kind) => ACCEPTED[kind] ?? `.${kind}`).join(",");
    if (!this.takesFiles) this.#drop(this.#picked);
  }

  write(text) {
    this.#text.value = text;
    this.#grow();
  }

  get isEmpty() {
    return !this.#text.value.trim();
  }

  focus() {
    this.#text.focus();
  }

  #submit(event, send) {
    event.preventDefault();
    const text = this.#text.value.trim();
    const files = this.#picked.splice(0);
    this.#drawPicked();
    if (files.length) send.files(files);
    if (text) send.text(text);
    this.write("");
    $("date").value = "";
  }

  #typed(event) {
    // While pinyin or kana are composed, Enter accepts a suggestion; Safari says so by 229 only.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #grow() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight + 2, TALLEST)}px`;
  }

  #pick(files) {
    for (const file of files) this.#picked.push({ file, url: URL.createObjectURL(file) });
    this.#drawPicked();
    if (files.length) $("send").focus({ preventScroll: true });
  }

  #drop(gone) {
    for (const { url } of gone) URL.revokeObjectURL(url);
    this.#picked = this.#picked.filter((one) => !gone.includes(one));
    this.#drawPicked();
  }

  #drawPicked() {
    $("picked").replaceChildren(...this.#picked.map((one) => this.#pickedItem(one)));
    const count = this.#picked.length;
    $("count").textContent = count ? this.#words.files_selected.replace("{count}", count) : "";
  }

  #pickedItem(one) {
    const label = `${this.#words.remove}: ${one.file.name}`;
    const remove = el("button", { type: "button", "aria-label": label, title: label }, icon("close"));
    remove.addEventListener("click", () => {
      this.#drop([one]);
      $("files").focus();
    });
    return el("li", {}, thumb(one), remove);
  }

  #acceptDrops() {
    const mark = (over) => $("tray").classList.toggle("over", over);
    addEventListener("dragleave", () => mark(false));
    // Without this the browser leaves the chat to open the dropped file.
    addEventListener("dragover", (event) => {
      event.preventDefault();
      mark(true);
    });
    addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      if (this.takesFiles) this.#pick(event.dataTransfer.files);
    });
    addEventListener("paste", ({ clipboardData }) => {
      if (this.takesFiles && clipboardData?.files.length) this.#pick(clipboardData.files);
    });
  }
}
