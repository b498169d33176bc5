// Put back the spaces that someone in a hurry left out.

import { Reading } from "./normalization.js";
import TABLES from "./tables.js";

const { edge: EDGE, left: LEFT, right: RIGHT, windows: WINDOWS } = TABLES.spacing;

/** Knows how likely a space is between any two characters. */
export class Spacer {
  constructor({ weights, bias, surprise, long_word: longWord }) {
    this.weights = new Map(Object.entries(weights));
    this.bias = bias;
    this.surprise = surprise;
    this.longWord = longWord;
  }

  /** Space a text anew if its own spacing is very unlikely; no space comes into a value of the dictionary. */
  restore(reading, lexicon) {
    const { chars } = reading;
    if (!this.weights.size || longestWord(chars) < this.longWord) return reading;
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
    const text = [...Array(LEFT).fill(EDGE), ...squeezed, ...Array(RIGHT).fill(EDGE)];
    const found = [];
    for (let at = LEFT + 1; at < LEFT + squeezed.length; at++) {
      let sum = 0;
      for (const [left, right] of WINDOWS) {
        const name = `${text.slice(at - left, at).join("")} ${text.slice(at, at + right).join("")}`;
        sum += this.weights.get(name) ?? 0;
      }
      found.push(this.bias + sum);
    }
    return found;
  }
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
