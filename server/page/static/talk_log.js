// The turns of a talk, one below the other, and what one may press below the last.
import { el } from "./dom.js";
import { t } from "./language.js";
import { replies, turnRow, waitingRow } from "./talk_turn.js";

const MARGIN = 12; // pixels

/** Draws a talk in a place; `press` is called with what is pressed. */
export class Log {
  constructor(place, talk, press) {
    Object.assign(this, { place, talk, press });
    this.rows = new Map(); // answered turn → its row
    this.asked = new Set(); // turns whose answer is on its way
  }

  /** Draw all anew: the language changed, or what is known of the bot. */
  renew(rules, examples) {
    Object.assign(this, { rules, examples });
    this.rows.clear();
    this.show();
  }

  /** Draw what is new; what is drawn stays as it is, so that nothing is lost that one reads or presses. */
  show() {
    const { answered } = this.talk;
    const shown = answered.map((turn, at) => {
      if (!this.rows.has(turn)) this.rows.set(turn, this.row(turn, answered[at - 1]?.answer));
      const row = this.rows.get(turn);
      row.lastElementChild.open = Boolean(turn.open);
      return row;
    });
    for (const node of [...this.place.children]) if (!shown.includes(node)) node.remove();
    shown.forEach((row, at) => {
      if (this.place.children[at] !== row) this.place.insertBefore(row, this.place.children[at] ?? null);
    });
    this.showEnd();
  }

  row(turn, before) {
    return turnRow(turn, before, this.rules ?? {}, (isOpen) => {
      if (Boolean(turn.open) === isOpen) return;
      Object.assign(turn, { open: isOpen, isKept: isOpen });
      this.talk.keep();
    });
  }

  /** What waits for its answer, else what one may press. */
  showEnd() {
    for (const node of this.place.querySelectorAll("[data-waiting], .talk-replies, .talk-begin")) node.remove();
    const { waiting, answered } = this.talk;
    if (waiting.length) {
      this.place.append(...waiting.map((turn) => waitingRow(turn, this.asked.has(turn))));
    } else if (answered.length) {
      const { quick_replies: choices } = answered.at(-1).answer;
      if (choices.length) this.place.lastElementChild.firstElementChild.append(replies(choices, t("quick_replies"), this.press));
    } else {
      this.place.append(this.beginning());
    }
  }

  beginning() {
    const known = Object.entries(this.examples ?? {}).filter(([intent]) => this.rules?.[intent]);
    return el("li", { class: "talk-begin" },
      el("p", { class: "note" }, t(known.length ? "talk_start" : "talk_empty")),
      known.length ? replies(known.map(([, text]) => ({ label: text, text })), t("talk_start"), this.press) : null);
  }

  /** Scroll to the last turn, above what stands at the foot of the window. */
  reveal() {
    const last = this.place.lastElementChild;
    last.style.scrollMarginBottom = `${this.place.nextElementSibling.offsetHeight + MARGIN}px`;
    last.scrollIntoView({ block: "nearest" });
  }
}
