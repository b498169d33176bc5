// Where a value may begin and end: at words, not at marks, and at what the dictionary knows.

import { isAlnum, isSyllable } from "./characters.js";
import { bodyEnd, cutsOf, markupOf, mayBegin, mayEnd } from "./marks.js";
import { following } from "./particles.js";
import { shortenedAt } from "./repetition.js";
import TABLES from "./tables.js";

const { nouns: NOUNS, suffixes: SUFFIXES } = TABLES.entities;

/** A text as the networks read it, and where words, marks and values are in it. */
export class Ground {
  constructor(reading, tokens) {
    const { chars } = reading;
    this.reading = reading;
    this.chars = chars;
    this.cuts = cutsOf(reading);
    this.sortedCuts = [...this.cuts].sort((one, other) => one - other);
    this.shortened = shortenedAt(reading);
    this.end = bodyEnd(chars);
    this.morphemes = new Map(tokens.map((token) => [token.end, token]));
    this.inner = new Set();
    for (const { start, end, pos } of tokens) {
      if (pos !== "UNKNOWN") for (let at = start + 1; at < end; at++) this.inner.add(at);
    }
    this.markup = markupOf(reading.original);
  }

  text(start, end) {
    return this.chars.slice(start, end).join("");
  }

  /** Whether a stretch holds no mere part of an address, a tag or a script. */
  isSpeech(start, end) {
    if (!this.markup.length) return true;
    const [begin, stop] = this.reading.toOriginal(start, end);
    return this.markup.every(
      ([first, last]) => stop <= first || last <= begin || (begin <= first && first < last && last <= stop),
    );
  }

  /** Whether no mark was left out inside a stretch. */
  isWhole(start, end) {
    return !this.sortedCuts.some((cut) => start < cut && cut < end);
  }

  /** Whether a value may begin here: not in the middle of a word. */
  begins(at) {
    return !(this.isInside(at) && this.inner.has(at));
  }

  /** Whether a value may end here: not in the middle of a word, but for a particle. */
  ends(at) {
    return this.begins(at) || following(this.chars, at) !== "" || this.isSuffix(at);
  }

  fits(start, end) {
    return this.begins(start) && this.ends(end) && !this.isRun(start, end);
  }

  /** Whether a stretch is part of a run of one syllable, as 아아 is in 아아아아. */
  isRun(start, end) {
    const { chars } = this;
    const char = chars[start];
    if (end - start < 2 || !chars.slice(start, end).every((one) => one === char)) return false;
    const goesOn = (start > 0 && chars[start - 1] === char) || chars[end] === char;
    return goesOn || end - start > 2 || [...this.shortened].some((at) => start < at && at <= end);
  }

  /** Whether a stretch is one value and a particle or suffix, and no name. */
  isWithParticle(start, end, values) {
    if (values.length !== 1 || values[0][0] !== start) return false;
    const [[, valueEnd]] = values;
    const name = this.morphemes.get(end);
    const isName = name !== undefined && name.start <= start;
    const after = this.text(valueEnd, end);
    return !isName && (SUFFIXES.includes(after) || after === following(this.chars, valueEnd));
  }

  /** Whether a stretch is a word by itself, but for a particle. */
  isWord(start, end) {
    const begins = start === 0 || this.chars[start - 1] === " " || this.cuts.has(start);
    const after = end + following(this.chars, end).length;
    return begins && (after >= this.end || this.chars[after] === " " || this.cuts.has(after));
  }

  /** Whether nothing but a stretch was said, a particle and marks at the end aside. */
  isAll(start, end) {
    return start === 0 && end + following(this.chars, end).length >= this.end;
  }

  /** Whether a word ends or begins here, but for a particle. */
  isWordEdge(at) {
    if (at <= 0 || at >= this.end || this.cuts.has(at) || following(this.chars, at) !== "") return true;
    return !(isAlnum(this.chars[at - 1]) && isAlnum(this.chars[at]));
  }

  /** A stretch that is no value up to the edges of its words; `known` tells whether another value ends at a place. */
  widened(start, end, known) {
    while (this.isInside(start) && !known(start)) {
      const noun = this.morphemes.get(start);
      if (noun !== undefined && !NOUNS.some((kind) => noun.pos.startsWith(kind))) break;
      start = noun === undefined ? start - 1 : noun.start;
    }
    while (!this.ends(end)) end++;
    return [start, end];
  }

  /** What marks leave of a stretch; a particle after a quote is no piece. */
  *pieces(start, given) {
    const end = Math.min(given, this.end);
    const places = [start, ...this.sortedCuts.filter((cut) => start < cut && cut < end), end];
    for (let row = 1; row < places.length; row++) {
      let [first, last] = [places[row - 1], places[row]];
      while (first < last && !mayBegin(this.chars[first])) first++;
      while (first < last && !mayEnd(this.chars[last - 1])) last--;
      const isParticle = first > start && this.chars[first - 1] !== " " && this.isParticle(first, last);
      if (!isParticle && this.chars.slice(first, last).some(isAlnum)) yield [first, last];
    }
  }

  isParticle(start, end) {
    return start + following(this.chars, start).length >= end;
  }

  /** Whether the word ends with something that is said of a value, as of a place where a train goes. */
  isSuffix(at) {
    const sizes = SUFFIXES.filter((suffix) => this.text(at, at + suffix.length) === suffix).map(({ length }) => length);
    const end = at + Math.max(0, ...sizes);
    return end > at && (end === this.chars.length || !this.isInside(end) || following(this.chars, end) !== "");
  }

  /** Whether a place lies inside a Hangul word. */
  isInside(at) {
    const isWithin = at > 0 && at < this.chars.length && !this.cuts.has(at);
    return isWithin && isSyllable(this.chars[at - 1]) && isSyllable(this.chars[at]);
  }
}
