// Undo one wrong keystroke in a word that neither the bot's training nor people's reviews know.

import { isSyllable } from "./characters.js";
import { Reading } from "./normalization.js";
import TABLES from "./tables.js";

const { finals: FINALS, medials: MEDIALS } = TABLES.jamo;
const { initials: INITIALS, compounds: COMPOUNDS, neighbours: NEIGHBOURS, costs: COSTS, hash: HASH } = TABLES.corrector;
const { leastKeys: LEAST_KEYS } = TABLES.corrector;

/** Knows the words that training saw often. */
export class Corrector {
  constructor(counts, filter) {
    this.counts = new Map(Object.entries(counts ?? {}));
    this.filter = filter;
    this.words = new Map();
    for (const word of this.counts.keys()) {
      for (const left of lefts(keystrokes([...word]))) {
        const several = this.words.get(left);
        if (several) several.push(word);
        else this.words.set(left, [word]);
      }
    }
  }

  /** Undo slips of typing in a text; no word that holds a value of the dictionary is changed. */
  restore(reading, lexicon) {
    if (!this.counts.size) return reading;
    const found = wordsOf(reading.chars)
      .map(({ start, chars }) => ({ start, chars, meant: this.meant(chars) }))
      .filter(({ meant }) => meant !== null);
    if (!found.length) return reading;
    const values = lexicon.matches(reading.chars).filter(({ start, end }) => end - start > 1);
    let restored = reading;
    for (const { start, chars, meant } of found.reverse()) {
      if (values.every((value) => value.end <= start || start + chars.length <= value.start)) {
        restored = replaced(restored, start, chars, [...meant]);
      }
    }
    return restored;
  }

  /** The word that was probably meant by one that nobody types; null for one that stays. */
  meant(chars) {
    const word = chars.join("");
    if (this.counts.has(word) || !chars.every((char) => isSyllable(char) || isJamo(char)) || this.isCommon(chars)) {
      return null;
    }
    const keys = keystrokes(chars);
    if (keys.length < LEAST_KEYS) return null;
    let [best, meant] = [0, null];
    for (const other of new Set(lefts(keys).flatMap((left) => this.words.get(left) ?? []))) {
      const slip = [...other].length <= chars.length ? slipOf(keys, keystrokes([...other])) : null;
      if (slip === null) continue;
      const gain = Math.log(this.counts.get(other)) - COSTS[slip];
      if (gain > best || (gain === best && (meant === null || other < meant))) [best, meant] = [gain, other];
    }
    return meant;
  }

  isCommon(chars) {
    const most = this.filter.length * 8 - 1;
    let hashed = HASH.start;
    for (const char of chars) hashed = Math.imul(hashed ^ char.codePointAt(0), HASH.prime);
    const step = (hashed >>> 16) ^ Math.imul(hashed, HASH.prime) | 1;
    for (let probe = 0; probe < HASH.probes; probe++) {
      const at = (hashed + Math.imul(probe, step)) & most;
      if (!((this.filter[at >> 3] >> (at & 7)) & 1)) return false;
    }
    return true;
  }
}

const isJamo = (char) => char >= "ㄱ" && char <= "ㅣ" && char.length === 1;

function wordsOf(chars) {
  const found = [];
  let start = 0;
  for (let at = 0; at <= chars.length; at++) {
    if (at < chars.length && chars[at] !== " ") continue;
    if (at > start) found.push({ start, chars: chars.slice(start, at) });
    start = at + 1;
  }
  return found;
}

function keystrokes(chars) {
  return chars.flatMap(jamoOf).flatMap((jamo) => [...(COMPOUNDS[jamo] ?? jamo)]);
}

function jamoOf(char) {
  if (!isSyllable(char)) return [char];
  const code = char.charCodeAt(0) - 0xac00;
  const jamo = [INITIALS[Math.floor(code / 588)], MEDIALS[Math.floor((code % 588) / 28)], FINALS[code % 28]];
  return jamo.filter(Boolean);
}

/** The keys as one string, and what is left without any one of them. */
function lefts(keys) {
  return [keys.join(""), ...keys.map((_, at) => keys.filter((__, other) => other !== at).join(""))];
}

/** The one slip that turns keys into others, if any; null for several. */
function slipOf(typed, meant) {
  let first = 0;
  while (first < typed.length && first < meant.length && typed[first] === meant[first]) first++;
  const rest = (keys, from) => keys.slice(from).join("");
  if (typed.length === meant.length) {
    if (first === typed.length) return "same"; // not composed to the same syllables
    const [one, other] = [typed[first], meant[first]];
    if (rest(typed, first + 1) === rest(meant, first + 1)) {
      return (NEIGHBOURS[other] ?? "").includes(one) || (NEIGHBOURS[one] ?? "").includes(other) ? "near" : "other";
    }
    const isSwapped = one === meant[first + 1] && typed[first + 1] === other;
    return isSwapped && rest(typed, first + 2) === rest(meant, first + 2) ? "swapped" : null;
  }
  if (typed.length === meant.length + 1 && rest(typed, first + 1) === rest(meant, first)) {
    return first && typed[first] === typed[first - 1] ? "twice" : "other";
  }
  return typed.length + 1 === meant.length && rest(typed, first) === rest(meant, first + 1) ? "missing" : null;
}

/** The text with another word; the syllables that differ share what was typed in their place. */
function replaced(reading, start, typed, meant) {
  const size = meant.length;
  let before = 0;
  while (before < size && typed[before] === meant[before]) before++;
  let after = 0;
  while (after < size - before && typed[typed.length - 1 - after] === meant[size - 1 - after]) after++;
  const [wide, narrow] = [typed.length - before - after, size - before - after];
  const edges = [...Array(before).keys()];
  for (let at = 0; at < narrow; at++) edges.push(before + Math.floor((at * wide) / narrow));
  for (let at = typed.length - after; at <= typed.length; at++) edges.push(at);
  const end = start + typed.length;
  const spliced = (values, inner) => [...values.slice(0, start), ...inner, ...values.slice(end)];
  return new Reading(
    spliced(reading.chars, meant),
    reading.original,
    spliced(reading.starts, edges.slice(0, -1).map((at) => reading.starts[start + at])),
    spliced(reading.ends, edges.slice(1).map((at) => reading.ends[start + at - 1])),
  );
}
