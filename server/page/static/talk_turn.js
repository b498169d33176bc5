// A turn of a talk: what was said, what the bot said, and a look inside.
import { el } from "./dom.js";
import { t } from "./language.js";
import { headline, inside } from "./talk_inside.js";

const FRESH = 300; // milliseconds in which nobody can have read new buttons: a second tap was meant for the ones before

/** Draw a turn that was answered; `before` is the answer before it, `look` is told when it is opened or closed. */
export function turnRow(turn, before, rules, look) {
  const { answer } = turn;
  const details = el("details", { class: "talk-inside", open: Boolean(turn.open), toggle: () => look(details.open) },
    el("summary", {}, t("talk_inside", { text: headline(answer) })), inside(answer, before, rules));
  return el("li", { class: "turn" }, el("div", { class: "talk-both" }, mine(turn.text), bots(answer.text)), details);
}

/** Draw one that waits for its answer, or for a server. */
export const waitingRow = ({ text }, isSent) => el("li", { class: "turn", "data-waiting": true },
  el("div", { class: "talk-both" }, mine(text), el("p", { class: "note" }, t(isSent ? "talk_sending" : "talk_waiting"))));

/** The buttons below the last answer; `say` is called once, with what was pressed and whether by keyboard. */
export function replies(choices, label, say) {
  let isDone = false;
  const press = (text) => (event) => {
    if (isDone || event.detail > 1) return;
    isDone = true;
    say(text, event.detail === 0);
  };
  const list = el("ul", { class: "talk-replies is-fresh", "aria-label": label }, choices.map(({ label: name, text }) =>
    el("li", {}, el("button", { type: "button", lang: "ko", click: press(text) }, name))));
  setTimeout(() => list.classList.remove("is-fresh"), FRESH);
  return list;
}

const mine = (text) => el("p", { class: "talk-me", lang: "ko" }, who("talk_me"), text);

const bots = (text) => (text
  ? el("p", { class: "bubble", lang: "ko" }, who("talk_bot"), text)
  : el("p", { class: "note" }, t("talk_silent")));

const who = (key) => el("span", { class: "visually-hidden" }, `${t(key)}: `);
