// The dictionary in memory: which stretches of a text are values, and what each stands for.

import { byCodePoints, charsOf, isSpace, matchesOf, pattern, squeeze } from "./characters.js";

const LEAVING_OUT = pattern("leavingOut", "g");

/** The text with a character that no value has where a 말고 begins: 이번 주 말고 holds no 이번 주말. */
function hideLeavingOut(chars) {
  if (!chars.includes("말")) return chars;
  const hidden = [...chars];
  for (const { start } of matchesOf(LEAVING_OUT, chars)) hidden[start] = "\0";
  return hidden;
}

const squeezed = (text) => squeeze(charsOf(text)).join("");

/** Looks values up by entity, by surface, and in running text. */
export class Lexicon {
  constructor({ entries, added = [] }) {
    this.added = new Set(added.map(([entity, surface]) => JSON.stringify([entity, squeezed(surface)])));
    this.bySurface = new Map();
    const lengths = new Map();
    for (const [entity, value, synonyms] of entries) {
      const entry = { entity, value, synonyms };
      for (const surface of [value, ...synonyms]) this.learn(entry, squeeze(charsOf(surface)), lengths);
    }
    this.lengths = new Map(
      [...lengths].map(([prefix, several]) => [prefix, [...[...several].sort((one, other) => other - one), 1]]),
    );
  }

  learn(entry, chars, lengths) {
    const key = chars.join("");
    const before = this.bySurface.get(key);
    if (before === undefined) {
      this.bySurface.set(key, [entry]);
      if (chars.length < 2) return;
      const prefix = chars.slice(0, 2).join("");
      if (!lengths.has(prefix)) lengths.set(prefix, new Set());
      lengths.get(prefix).add(chars.length);
    } else if (before.every((other) => other.entity !== entry.entity)) before.push(entry);
  }

  /** Whether a surface came to the dictionary after the model was trained. */
  isAdded(entity, chars) {
    return this.added.has(JSON.stringify([entity, squeeze(chars).join("")]));
  }

  /** The entity types that a surface is a value of. */
  types(chars) {
    return (this.bySurface.get(squeeze(chars).join("")) ?? []).map((entry) => entry.entity);
  }

  /** The canonical value that a surface stands for; null when unknown. */
  canonical(entity, chars) {
    const entries = this.bySurface.get(squeeze(chars).join("")) ?? [];
    return entries.find((entry) => entry.entity === entity)?.value ?? null;
  }

  /** Values anywhere in a text, also inside words, sorted: at each start the longest of each entity. */
  matches(chars) {
    const folded = squeeze(hideLeavingOut(chars));
    const places = [...chars.keys()].filter((at) => !isSpace(chars[at]));
    const found = [];
    folded.forEach((char, first) => {
      const several = this.lengths.get(char + (folded[first + 1] ?? ""));
      if (!several && !this.bySurface.has(char)) return;
      const seen = new Set();
      for (const length of several ?? [1]) {
        const last = first + length - 1;
        if (last >= folded.length) continue;
        for (const { entity, value } of this.bySurface.get(folded.slice(first, first + length).join("")) ?? []) {
          if (seen.has(entity)) continue;
          seen.add(entity);
          found.push({ start: places[first], end: places[last] + 1, entity, value });
        }
      }
    });
    return found.sort(
      (one, other) =>
        one.start - other.start || one.end - other.end ||
        byCodePoints(one.entity, other.entity) || byCodePoints(one.value, other.value),
    );
  }

  /** Every value that a text without spaces has at a place, longest first, each with where it ends. */
  valuesAt(folded, start) {
    const found = [];
    const prefix = folded.slice(start, start + 2).join("");
    for (const length of this.lengths.get(prefix) ?? [1]) {
      if (start + length > folded.length) continue;
      const key = folded.slice(start, start + length).join("");
      for (const entry of this.bySurface.get(key) ?? []) found.push({ end: start + length, entry });
    }
    return found;
  }
}
