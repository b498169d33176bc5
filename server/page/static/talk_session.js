// The talk of this tab: who talks, what was said and what came, what still waits; it outlives a reload.
import { recallHere, rememberHere } from "./storage.js";

const KEY = "nlu.talk";
const MOST = 200; // turns that outlive a reload

/** A talk. Each turn is `{ id, text, answer }`; one that was not answered yet has no answer, and is asked again by its id. */
export class Talk {
  constructor() {
    const kept = recallHere(KEY);
    this.user = kept?.user ?? anyName();
    this.turns = kept?.turns ?? [];
    this.clock = kept?.clock ?? { now: "", zone: "" };
    this.before = null;
  }

  get waiting() {
    return this.turns.filter((turn) => !turn.answer);
  }

  get answered() {
    return this.turns.filter((turn) => turn.answer);
  }

  say(text) {
    this.turns.push({ id: anyName(), text, answer: null });
    this.keep();
  }

  answer(turn, answer) {
    turn.answer = answer;
    turn.clock = { ...this.clock };
    this.keep();
  }

  /** Take back what was not taken. */
  drop(turn) {
    this.turns = this.turns.filter((one) => one !== turn);
    this.keep();
  }

  /** Begin anew, as somebody else; the talk before can be gone back to. */
  begin() {
    this.before = { user: this.user, turns: this.turns };
    Object.assign(this, { user: anyName(), turns: [] });
    this.keep();
  }

  goBack() {
    Object.assign(this, this.before, { before: null });
    this.keep();
  }

  setClock(clock) {
    this.clock = clock;
    this.keep();
  }

  keep() {
    const { user, clock } = this;
    rememberHere(KEY, { user, clock, turns: this.turns.slice(-MOST) });
  }
}

function anyName() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `page-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
