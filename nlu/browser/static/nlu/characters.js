// Characters as the Python half knows them, texts as arrays of code points, and patterns that match over them.

import TABLES from "./tables.js";

/** The characters of a text, one code point each: offsets count these, as Python's do. */
export function charsOf(text) {
  return Array.from(text);
}

/** A set of code points, written as distances. */
class Characters {
  constructor(distances) {
    this.edges = new Uint32Array(distances.length);
    let at = 0;
    distances.forEach((distance, row) => {
      at += distance;
      this.edges[row] = at;
    });
    this.known = new Map();
  }

  has(char) {
    let answer = this.known.get(char);
    if (answer === undefined) {
      answer = this.holds(char.codePointAt(0));
      if (this.known.size < 4096) this.known.set(char, answer);
    }
    return answer;
  }

  holds(code) {
    return this.edgesUpTo(code) % 2 === 1;
  }

  /** How far a code point of the set is behind the first of its run. */
  placeInRun(char) {
    const code = char.codePointAt(0);
    return code - this.edges[this.edgesUpTo(code) - 1];
  }

  edgesUpTo(code) {
    let low = 0;
    let high = this.edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.edges[middle] <= code) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const SETS = Object.fromEntries(Object.entries(TABLES.sets).map(([name, packed]) => [name, new Characters(packed)]));

export const isAlnum = (char) => SETS.alnum.has(char);
export const isDigit = (char) => SETS.digit.has(char);
export const isDecimal = (char) => SETS.decimal.has(char);
export const isSpace = (char) => SETS.space.has(char);
export const isCombining = (char) => SETS.combining.has(char);
export const isUnassigned = (char) => SETS.unassigned.has(char);
export const isDropped = (char) => SETS.dropped.has(char);
export const isMark = (char) => SETS.mark.has(char);
export const separates = (char) => SETS.separates.has(char);
export const isFinalMark = (char) => SETS.final_mark.has(char);
export const isSyllable = (char) => char >= "가" && char <= "힣" && char.length === 1;

/** From each character of one text to that at the same place of another. */
export function pairing([from, to]) {
  const others = charsOf(to);
  return new Map(charsOf(from).map((char, at) => [char, others[at]]));
}

/** The number that decimal digits of any script write; those of each stand in a row from 0 to 9. */
export function integerOf(digits) {
  return charsOf(digits).reduce((number, char) => 10 * number + (SETS.decimal.placeInRun(char) % 10), 0);
}

/** Order two texts as Python does, by code points. */
export function byCodePoints(one, other) {
  const [left, right] = [charsOf(one), charsOf(other)];
  for (let at = 0; at < left.length && at < right.length; at++) {
    if (left[at] !== right[at]) return left[at].codePointAt(0) - right[at].codePointAt(0);
  }
  return left.length - right.length;
}

const FOLDED = pairing(TABLES.folded);

/** Fold characters for comparison: no spaces, no difference of case. */
export function squeeze(chars) {
  const folded = [];
  for (const char of chars) if (!isSpace(char)) folded.push(FOLDED.get(char) ?? char);
  return folded;
}

/** The pattern of that name, to be searched for anywhere (flag `g`), at one place (`y`), or once. */
export function pattern(name, flags = "") {
  const [source, own] = TABLES.patterns[name];
  return new RegExp(source, own + flags);
}

/** Each match of a `g` pattern, as its groups and where it begins and ends in characters. */
export function* matchesOf(regex, chars) {
  const text = chars.join("");
  const counted = counter(text, chars.length);
  for (const match of text.matchAll(regex)) {
    yield { match, start: counted(match.index), end: counted(match.index + match[0].length) };
  }
}

/** Turns growing offsets of UTF-16 into offsets of code points. */
function counter(text, length) {
  if (text.length === length) return (offset) => offset;
  let unit = 0;
  let point = 0;
  return (offset) => {
    if (offset < unit) unit = point = 0;
    for (; unit < offset; point++) unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
    return point;
  };
}
