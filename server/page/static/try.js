// The view in which one types: asks while one types, shows the newest answer, keeps a history.
import { AskError, PASSING, parse, parseMeant } from "./api.js";
import { el } from "./dom.js";
import { onEnter } from "./entering.js";
import { entitiesCard } from "./entities.js";
import { errorCard } from "./errors.js";
import { examplesList } from "./examples.js";
import { exchangeCard } from "./exchange.js";
import { feedbackCard } from "./feedback.js";
import { History, historyList } from "./history.js";
import { intentsCard } from "./intents.js";
import { number, percent, t } from "./language.js";
import { nameOf } from "./names.js";
import { CodePoints } from "./offsets.js";
import { askCard, replyCard } from "./reply.js";
import { verdictCard } from "./verdict.js";
import { whyCard } from "./why.js";

const PAUSE = 120; // milliseconds without a key before the server is asked
const SHORT = 2; // seconds that a busy server may ask for without a word about it
const SETTLED = 1500; // … before an utterance counts as meant, and is kept and read out

const SOONEST = 1_000; // milliseconds until a server that is away is asked again, and twice that each time …
const LATEST = 15_000; // … but no more than this

const $ = (id) => document.getElementById(id);

/** What stands between typing and seeing; `answered` is called with the version behind each answer. */
export class TryView {
  constructor(answered) {
    this.answered = answered;
    this.history = new History();
    this.field = $("utterance");
    this.most = Number(this.field.dataset.maxTextLength);
    this.examples = [];
    this.names = { intents: [], entities: [] };
    this.answer = null;
    this.error = null;
    this.all = false;
    this.question = 0;
    this.away = SOONEST;
    this.promised = null;
    this.field.addEventListener("input", () => this.changed(PAUSE));
    onEnter(this.field, () => this.meant());
    $("clear-history").addEventListener("click", () => this.clearHistory());
    addEventListener("online", () => this.error && this.changed(0));
  }

  /** Ask soon; what was asked before is dropped. */
  changed(pause) {
    clearTimeout(this.waiting);
    clearTimeout(this.settling);
    this.dropped?.abort();
    this.question += 1;
    this.measure();
    const text = this.field.value;
    if (this.promised !== null && this.promised !== text) this.keepAside(this.promised);
    const count = new CodePoints(text).length;
    if (!text.trim()) this.shows(null, null);
    else if (count > this.most) this.shows(null, new AskError("too_long"));
    else this.waiting = setTimeout(() => this.ask(text), pause);
  }

  async ask(text) {
    const question = (this.question += 1);
    this.dropped = new AbortController();
    $("result").setAttribute("aria-busy", "true");
    try {
      const answer = await parse(text, this.dropped.signal);
      if (question !== this.question) return;
      this.away = SOONEST;
      this.shows(answer, null);
      if (this.promised === text) this.keep();
      this.settling = setTimeout(() => this.keep(), SETTLED);
      this.answered(answer.model_version);
    } catch (error) {
      if (question !== this.question) return;
      if (error.kind === "busy") this.waiting = setTimeout(() => this.ask(text), 1000 * error.seconds);
      if (PASSING.has(error.kind)) this.waiting = setTimeout(() => this.ask(text), this.later());
      if (error.kind !== "busy" || error.seconds > SHORT) this.shows(null, error);
    }
  }

  /** How long to wait before a server that is away is asked again. */
  later() {
    const wait = this.away;
    this.away = Math.min(2 * wait, LATEST);
    return wait;
  }

  /** Put a text into the field and ask at once. */
  put(text) {
    this.keep();
    this.field.value = text;
    this.field.focus();
    this.changed(0);
  }

  /** Keep what is answered: it was meant, not just passed through. */
  keep() {
    clearTimeout(this.settling);
    if (!this.answer || this.answer.text !== this.field.value || this.kept === this.answer) return;
    this.kept = this.answer;
    this.promised = null;
    this.add(this.answer);
    this.say(summary(this.answer));
    this.offerFeedback(this.answer);
  }

  /** Keep what Enter was pressed on though its answer is not there yet and one types on. */
  async keepAside(text) {
    this.promised = null;
    try {
      this.add(await parseMeant(text));
    } catch (error) {
      if (PASSING.has(error.kind)) setTimeout(() => this.keepAside(text), LATEST);
      else if (error.kind === "busy") setTimeout(() => this.keepAside(text), 1000 * error.seconds);
    }
  }

  add(answer) {
    this.history.add(answer);
    this.showHistory();
  }

  /** What is recorded can be corrected. */
  async offerFeedback(answer) {
    const recorded = await parseMeant(answer.text).catch(() => null); // it was only an offer
    if (!recorded?.parse_id || this.answer !== answer) return;
    this.recorded = recorded;
    this.showFeedback();
  }

  showFeedback() {
    const card = this.recorded && feedbackCard(this.recorded, this.names, (text) => this.say(text));
    $("feedback").replaceChildren(...(card ? [card] : []));
  }

  /** What stands in the field is meant; it is kept as soon as its answer is there, even if one types on. */
  meant() {
    const text = this.field.value;
    if (this.answer?.text === text) return this.keep();
    const count = new CodePoints(text).length;
    if (text.trim() && count <= this.most) this.promised = text;
    return this.changed(0);
  }

  clearHistory() {
    this.history.clear();
    this.showHistory();
    this.say(t("history_cleared"));
    this.field.focus();
  }

  shows(answer, error) {
    const same = PASSING.has(error?.kind) && error.kind === this.error?.kind && error.message === this.error.message;
    this.answer = answer;
    this.error = error;
    if (same) return this.rest(); // said already: it is not said again each time the server is asked in vain
    this.recorded = null;
    this.showFeedback();
    return this.showAnswer();
  }

  rest() {
    $("result").setAttribute("aria-busy", "false");
  }

  say(text) {
    $("status").textContent = text;
  }

  measure() {
    this.field.rows = 1;
    while (this.field.scrollHeight > this.field.clientHeight + 2 && this.field.rows < 6) this.field.rows += 1;
    const count = new CodePoints(this.field.value).length;
    $("count").textContent = t("count", { count: number(count), most: number(this.most) });
    $("count").classList.toggle("over", count > this.most);
    this.field.setAttribute("aria-invalid", String(count > this.most));
  }

  /** Draw everything anew, in the language of now. */
  show() {
    this.measure();
    this.showExamples(this.examples);
    this.showHistory();
    this.showAnswer();
    this.showFeedback();
  }

  /** Learn from the report what there is to try, and to choose from. */
  learn({ examples, intents, scores }) {
    this.names = { intents: [...intents, "nlu_fallback"], entities: Object.keys(scores.entities).sort() };
    this.examples = Object.entries(examples);
    this.showExamples(this.examples);
    this.showHistory();
    if (!this.error) this.showAnswer(); // it learns nothing from a report, and a key may be half typed
  }

  /** Offer utterances to try: `[intent, text]` each. */
  showExamples(examples, all = false) {
    this.examples = examples;
    if (examples.length) $("examples").replaceChildren(examplesList(examples, all, (text) => this.put(text), () => {
      this.showExamples(examples, !all);
      document.querySelector("#examples .quiet").focus();
    }));
    else $("examples").replaceChildren();
  }

  showHistory() {
    const focused = $("history").contains(document.activeElement) && document.activeElement.dataset.utterance;
    $("history").replaceChildren(historyList(this.history, (text) => this.put(text)));
    if (focused) [...$("history").querySelectorAll("button")].find((one) => one.dataset.utterance === focused)?.focus();
    $("clear-history").hidden = !this.history.entries.length;
  }

  showAnswer() {
    const { answer, error } = this;
    const open = new Set(Array.from(document.querySelectorAll("#reasons [open][data-fold]"), (node) => node.dataset.fold));
    const facts = { count: new CodePoints(this.field.value).length, most: this.most };
    $("error").replaceChildren(...(error ? [errorCard(error, () => this.askAgain(), facts)] : []));
    $("result").replaceChildren(...(answer ? [
      verdictCard(answer),
      askCard(answer, (text) => this.put(text)),
      replyCard(answer, (text) => this.put(text)),
      el("div", { class: "pair" },
        intentsCard(answer, this.all, () => this.toggleAll()),
        entitiesCard(answer)),
    ].filter(Boolean) : error ? [] : [start()]));
    $("reasons").replaceChildren(...(answer ? [
      whyCard(answer),
      exchangeCard(answer.text, answer, (text) => this.say(text)),
    ].filter(Boolean) : []));
    for (const node of document.querySelectorAll("#reasons [data-fold]")) node.open = open.has(node.dataset.fold);
    this.rest();
  }

  toggleAll() {
    this.all = !this.all;
    this.showAnswer();
    document.querySelector(".intents button").focus({ preventScroll: true });
  }

  askAgain() {
    this.field.focus();
    this.changed(0);
  }
}

const start = () => el("section", { class: "start" },
  el("p", { class: "start-title" }, t("start_title")), el("p", {}, t("start_text")));

/** An answer in a sentence, for those who listen. */
function summary({ intent, entities, fallback, ask }) {
  const named = entities.map((entity) => `${entity.raw} ${entity.entity}`).join(", ");
  const values = { count: entities.length, entities: named ? `: ${named}` : "" };
  if (ask) return t("summary_asked", { intents: ask.map(({ name }) => nameOf(name)).join(", ") });
  if (fallback.is_fallback) return t("summary_not", values);
  return t("summary", { ...values, intent: nameOf(intent.name), confidence: percent(intent.confidence) });
}
