// What was asked before, newest first.
import { el } from "./dom.js";
import { t } from "./language.js";
import { nameOf } from "./names.js";
import { recall, remember } from "./storage.js";

const KEY = "nlu.history";
const MOST = 30;

/** The utterances that were asked: `{ text, intent, understood }`. */
export class History {
  constructor() {
    const kept = recall(KEY);
    this.entries = Array.isArray(kept) ? kept.filter((entry) => typeof entry?.text === "string").slice(0, MOST) : [];
  }

  add(answer) {
    const entry = { text: answer.text, intent: answer.intent.name, understood: !answer.fallback.is_fallback };
    this.entries = [entry, ...this.entries.filter((other) => other.text !== entry.text)].slice(0, MOST);
    remember(KEY, this.entries);
  }

  clear() {
    this.entries = [];
    remember(KEY, []);
  }
}

/** The list as buttons; `ask` is called with the text of the one that is clicked. */
export function historyList(history, ask) {
  if (!history.entries.length) return el("p", { class: "note" }, t("history_empty"));
  return el("ol", { class: "history" }, history.entries.map(({ text, intent, understood }) =>
    el("li", {}, el("button", { type: "button", "data-utterance": text, click: () => ask(text) },
      el("span", { class: "history-text", lang: "ko" }, text),
      el("span", { class: "history-intent" }, understood ? nameOf(intent) : t("not_understood"))))));
}
