// The rows of a pattern table as parts that read a text: where each may end, with which entities.

import { charsOf, squeeze } from "./characters.js";
import { core } from "./final_marks.js";
import { normalize } from "./normalization.js";
import { choose, formsOf } from "./particles.js";
import { KEEP, NOTHING, NO_WORD, SPACE, applySkip, both, isCheaper, skipThen, tailKey, valuesOf } from "./readings.js";
import TABLES from "./tables.js";

const { mostFirst: MOST_FIRST } = TABLES.authored;

/** A piece of a pattern; each kind has `read`, which gives [end, tail, reading] of each way to say it from a place on. */
class Part {
  firsts = new Set();
  entities = new Set();
  skips = new Set();
  slots = new Set();

  mayBegin(said, start) {
    const here = said.firsts(start);
    for (const first of this.firsts) if (here.has(first)) return true;
    if (!this.entities.size) return false;
    const values = said.values(start);
    return [...this.entities].some((entity) => values.has(entity));
  }
}

const folded = (text) => squeeze(normalize(charsOf(text)).chars);
const firstOf = (chars) => chars.slice(0, MOST_FIRST).join("");
const ascending = (sizes) => [...new Set(sizes)].sort((one, other) => one - other);

/** One of several texts. */
class Words extends Part {
  constructor(texts) {
    super();
    this.tails = new Map();
    this.marked = new Map();
    const sizes = [];
    const coreSizes = [];
    for (const text of texts) {
      const chars = folded(text);
      const key = chars.join("");
      if (key === "") {
        this.skips.add(text.includes(" ") ? SPACE : KEEP);
        continue;
      }
      if (this.tails.has(key)) {
        this.tails.get(key).push(text);
        continue;
      }
      this.tails.set(key, [text]);
      this.firsts.add(firstOf(chars));
      sizes.push(chars.length);
      const [end] = core.ends(chars);
      if (end === chars.length) continue;
      const before = chars.slice(0, end).join("");
      this.marked.set(before, [...(this.marked.get(before) ?? []), chars]);
      this.firsts.add(firstOf(chars.slice(0, end)));
      coreSizes.push(end);
    }
    this.sizes = ascending(sizes);
    this.coreSizes = ascending(coreSizes);
  }

  *read(said, start, tail) {
    for (const skip of this.skips) yield [start, applySkip(skip, tail)[1], NOTHING];
    for (const size of this.sizes) {
      if (start + size > said.chars.length) break;
      const texts = this.tails.get(said.text(start, start + size));
      if (texts) for (const after of tailsAfter(texts, tail)) yield [start + size, after, NOTHING];
    }
    if (this.marked.size) yield* this.withOtherMarks(said, start, tail);
  }

  /** The texts that the rest of what is said is but for its final marks. */
  *withOtherMarks(said, start, tail) {
    for (const size of this.coreSizes) {
      const end = start + size;
      if (!said.ends.has(end) && end) continue;
      const rest = said.chars.slice(end);
      for (const chars of this.marked.get(said.text(start, end)) ?? []) {
        const marks = chars.slice(size);
        if (rest.join("") === marks.join("")) continue;
        if (end || core.onceEach(rest) === core.onceEach(marks)) {
          yield [said.chars.length, tail, { ...NOTHING, marks: rest.length + marks.length }];
        }
      }
    }
  }
}

/** A slot: any value that the dictionary has. */
class Value extends Part {
  constructor(entity, role) {
    super();
    this.entity = entity;
    this.role = role;
    this.entities = this.slots = new Set([entity]);
  }

  *read(said, start, tail) {
    for (const { end, entry } of said.values(start).get(this.entity) ?? []) {
      const { value, synonyms } = entry;
      const reading = {
        ...covering(start, end, { start, end, entity: this.entity, role: this.role, value }),
        drawn: [{ entity: this.entity, key: JSON.stringify([this.entity, value]) }],
      };
      if (tail === null) {
        yield [end, null, reading];
        continue;
      }
      const key = said.text(start, end);
      const surfaces = [value, ...synonyms].filter((one) => squeeze(charsOf(one)).join("") === key);
      for (const after of tailsAfter(surfaces, tail)) yield [end, after, reading];
    }
  }
}

/** An entity whose words stand in the pattern. */
class FixedValue extends Part {
  constructor(entity, role, words) {
    super();
    Object.assign(this, { entity, role, words, key: folded(words) });
    this.firsts.add(firstOf(this.key));
  }

  *read(said, start, tail) {
    const end = start + this.key.length;
    if (said.text(start, end) !== this.key.join("")) return;
    const value = said.lexicon.canonical(this.entity, charsOf(this.words)) ?? this.words;
    const reading = covering(start, end, { start, end, entity: this.entity, role: this.role, value });
    for (const after of tailsAfter([this.words], tail)) yield [end, after, reading];
  }
}

/** A particle in the form that fits what was said before it; none where no word has begun. */
class Agreeing extends Part {
  constructor(notation) {
    super();
    this.notation = notation;
    this.skips.add(NO_WORD);
    for (const form of formsOf(notation)) this.firsts.add(firstOf(charsOf(form)));
  }

  *read(said, start, tail) {
    if (!tail) {
      yield [start, tail, NOTHING];
      return;
    }
    const form = choose(tail, this.notation);
    const end = start + form.length;
    if (said.text(start, end) === form) yield [end, tail + form, NOTHING];
  }
}

class Group extends Part {
  constructor(parts) {
    super();
    this.parts = parts;
    for (const part of parts) add(this.slots, part.slots);
  }

  read(said, start, tail) {
    if (!said.known.has(this)) said.known.set(this, new Map());
    const known = said.known.get(this);
    const key = `${start} ${tailKey(tail)}`;
    if (!known.has(key)) known.set(key, best(said, this.readAll(said, start, tail), this.slots));
    return known.get(key);
  }
}

/** One of several parts. */
class OneOf extends Group {
  constructor(parts) {
    super(parts);
    for (const part of parts) {
      add(this.firsts, part.firsts);
      add(this.entities, part.entities);
      add(this.skips, part.skips);
    }
  }

  *readAll(said, start, tail) {
    for (const part of this.parts) if (part.skips.size || part.mayBegin(said, start)) yield* part.read(said, start, tail);
  }
}

/** Parts one after the other. */
class InTurn extends Group {
  constructor(parts) {
    super(parts);
    let skips = new Set([KEEP]);
    for (const part of parts) {
      add(this.firsts, part.firsts);
      add(this.entities, part.entities);
      skips = new Set([...skips].flatMap((one) => [...part.skips].map((other) => skipThen(one, other))));
      if (!skips.size) break;
    }
    this.skips = skips;
  }

  readAll(said, start, tail) {
    let found = [[start, tail, NOTHING]];
    for (const part of this.parts) found = best(said, longer(said, found, part), this.slots);
    return found;
  }
}

function* longer(said, found, part) {
  for (const [at, before, reading] of found) {
    for (const [end, after, more] of part.read(said, at, before)) {
      const together = both(reading, more);
      if (together !== null) yield [end, after, together];
    }
  }
}

/** Of those that end alike the best: what goes on from them is the same. */
function best(said, found, again) {
  const kept = new Map();
  for (const one of found) {
    said.step();
    const [end, tail, reading] = one;
    const key = `${end} ${tailKey(tail)}\n${valuesOf(reading, again)}`;
    if (!kept.has(key) || isCheaper(reading, kept.get(key)[2])) kept.set(key, one);
  }
  return [...kept.values()];
}

/** The part that a row of a table describes; `parts` gives those that it names, by number. */
export function partOf([kind, ...rest], parts) {
  if (kind === "w") return new Words(rest);
  if (kind === "s") return new Value(...rest);
  if (kind === "f") return new FixedValue(...rest);
  if (kind === "p") return new Agreeing(...rest);
  return new { c: OneOf, q: InTurn }[kind](rest.map(parts));
}

function covering(start, end, entity) {
  return { marks: 0, uncovered: start - end, number: 1, entities: [entity], drawn: [] };
}

/** What was said since the last space after each of some texts, each once. */
function tailsAfter(texts, tail) {
  if (tail === null) return [null];
  return new Set(texts.map((text) => (text.includes(" ") ? text.slice(text.lastIndexOf(" ") + 1) : tail + text)));
}

function add(set, more) {
  for (const one of more) set.add(one);
}
