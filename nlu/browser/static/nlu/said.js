// A text that patterns are matched against, and what is remembered of it.

import { core } from "./final_marks.js";
import { TooMuchWork } from "./readings.js";
import TABLES from "./tables.js";

const { mostFirst: MOST_FIRST } = TABLES.authored;

/** A text that is matched, without spaces and without difference of case. */
export class Said {
  constructor(chars, lexicon, steps) {
    this.chars = chars;
    this.lexicon = lexicon;
    this.steps = steps;
    const ends = core.ends(chars);
    this.ends = new Set(ends.filter((end) => end));
    this.isMarks = !ends[0];
    this.valuesAt = new Map();
    this.firstsAt = new Map();
    this.known = new Map();
  }

  text(start, end) {
    return this.chars.slice(start, end).join("");
  }

  /** The dictionary's values that begin at a place, by entity. */
  values(start) {
    if (!this.valuesAt.has(start)) {
      const here = new Map();
      for (const one of this.lexicon.valuesAt(this.chars, start)) {
        const { entity } = one.entry;
        here.set(entity, [...(here.get(entity) ?? []), one]);
      }
      this.valuesAt.set(start, here);
    }
    return this.valuesAt.get(start);
  }

  /** What a part that begins at a place may have among its `firsts`. */
  firsts(start) {
    if (!this.firstsAt.has(start)) {
      const found = new Set(this.ends.has(start) || (this.isMarks && !start) ? [""] : []);
      const most = Math.min(start + MOST_FIRST, this.chars.length);
      for (let end = start + 1; end <= most; end++) found.add(this.text(start, end));
      this.firstsAt.set(start, found);
    }
    return this.firstsAt.get(start);
  }

  step() {
    if (--this.steps < 0) throw new TooMuchWork();
  }
}
