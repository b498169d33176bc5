// Put back the spaces that someone in a hurry left out.

import { tensorIn } from "./networks.js";
import { Reading } from "./normalization.js";
import TABLES from "./tables.js";

const { edge: EDGE, left: LEFT, right: RIGHT, windows: WINDOWS, step: STEP, hash: HASH } = TABLES.spacing;
const SALTS = WINDOWS.map((_, row) => Math.imul(row + 1, HASH.ofWindow));

/** Knows how likely a space is between any two characters. */
export class Spacer {
  constructor({ surprise, long_word: longWord }, tensors) {
    this.weights = tensorIn(tensors, "weights");
    [this.bias] = tensorIn(tensors, "bias");
    this.knows = this.weights.some((weight) => weight !== 0);
    this.surprise = surprise;
    this.longWord = longWord;
  }

  /** Space a text anew if its own spacing is very unlikely; no space comes into a value of the dictionary. */
  restore(reading, lexicon) {
    const { chars } = reading;
    if (!this.knows || longestWord(chars) < this.longWord) return reading;
    const places = [...chars.keys()].filter((at) => chars[at] !== " ");
    const odds = this.logOdds(places.map((at) => chars[at]));
    let whole = null;
    let surprise = 0;
    const wanted = odds.map((chance, row) => {
      const before = places[row];
      const given = places[row + 1] - before > 1;
      let likely = chance > 0;
      if (likely && !given) {
        whole ??= insideValues(lexicon.matches(chars));
        likely = !whole.has(before);
      }
      if (given !== likely) surprise += Math.abs(chance);
      return likely;
    });
    const spaces = chars.filter((char) => char === " ").length;
    return surprise < this.surprise * (1 + spaces) ? reading : respaced(reading, places, wanted);
  }

  /** The log-odds of a space after each character but the last of a text without spaces. */
  logOdds(squeezed) {
    const edges = (size) => Array(size).fill(EDGE);
    const codes = [...edges(LEFT), ...squeezed, ...edges(RIGHT)].map((char) => char.codePointAt(0));
    const mask = this.weights.length - 1;
    const found = [];
    for (let at = LEFT + 1; at < LEFT + squeezed.length; at++) {
      const before = hashes(LEFT, (size) => codes[at - size]);
      const after = hashes(RIGHT, (size) => codes[at + size - 1]);
      let sum = 0;
      WINDOWS.forEach(([left, right], row) => {
        sum += this.weights[mixed(before[left], after[right], SALTS[row]) & mask];
      });
      found.push(this.bias + STEP * sum);
    }
    return found;
  }
}

/** The hashes of the first characters of one side of a gap: of none, of the nearest, of the two nearest … */
function hashes(most, codeOf) {
  const found = [HASH.start];
  for (let size = 1; size <= most; size++) found.push(Math.imul(found[size - 1] ^ codeOf(size), HASH.ofCharacter));
  return found;
}

function mixed(left, right, salt) {
  let hashed = (Math.imul(left, HASH.ofLeft) + Math.imul(right, HASH.ofRight) + salt) >>> 0;
  hashed = Math.imul(hashed ^ (hashed >>> 15), HASH.mixing);
  return hashed ^ (hashed >>> 13);
}

function longestWord(chars) {
  let longest = 0;
  let size = 0;
  for (const char of chars) {
    size = char === " " ? 0 : size + 1;
    longest = Math.max(longest, size);
  }
  return longest;
}

function insideValues(matches) {
  const inside = new Set();
  for (const { start, end } of matches) for (let at = start; at < end - 1; at++) inside.add(at);
  return inside;
}

function respaced(reading, places, wanted) {
  const found = new Reading([], reading.original, [], []);
  const add = (char, start, end) => {
    found.chars.push(char);
    found.starts.push(start);
    found.ends.push(end);
  };
  places.forEach((at, row) => {
    add(reading.chars[at], reading.starts[at], reading.ends[at]);
    if (wanted[row]) add(" ", reading.ends[at], reading.ends[at]);
  });
  return found;
}
