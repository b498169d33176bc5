// What people type in one form, whose characters remember where they came from.

import {
  charsOf, isCombining, isDropped, isSpace, isSyllable, isUnassigned, pairing,
} from "./characters.js";
import TABLES from "./tables.js";

const REPLACED = pairing(TABLES.replaced);
const COMPATIBILITY = new Map(Object.entries(TABLES.jamo.compatibility));

/** A normalised text: its characters, the original's, and the stretch of the original each stands for. */
export class Reading {
  constructor(chars, original, starts, ends) {
    this.chars = chars;
    this.original = original;
    this.starts = starts;
    this.ends = ends;
  }

  /** The stretch of the original that a stretch, not empty, stands for. */
  toOriginal(start, end) {
    return [this.starts[start], this.ends[end - 1]];
  }

  /** The same with some of its characters alone. */
  keeping(places) {
    return new Reading(
      places.map((at) => this.chars[at]), this.original,
      places.map((at) => this.starts[at]), places.map((at) => this.ends[at]),
    );
  }
}

/** Normalise a text given as characters. */
export function normalize(original) {
  const { chars, starts, ends } = replaced(original);
  return composed(chars, starts, ends, original);
}

/** A text, normalised, as one string. */
export function normalized(text) {
  return normalize(charsOf(text)).chars.join("");
}

function replacement(char) {
  if (isDropped(char)) return "";
  return REPLACED.get(char) ?? char;
}

function replaced(original) {
  const chars = [];
  const starts = [];
  const ends = [];
  original.forEach((given, position) => {
    const char = replacement(given);
    if (!char || (char === " " && !chars.length)) return;
    if (char === " " && chars[chars.length - 1] === " ") {
      ends[ends.length - 1] = position + 1;
      return;
    }
    chars.push(char);
    starts.push(position);
    ends.push(position + 1);
  });
  if (chars[chars.length - 1] === " ") for (const list of [chars, starts, ends]) list.pop();
  return { chars, starts, ends };
}

function composed(chars, starts, ends, original) {
  const found = new Reading([], original, [], []);
  for (let first = 0, last; first < chars.length; first = last) {
    last = first + 1;
    while (last < chars.length && joins(chars.slice(first, last), chars[last])) last++;
    const cluster = chars.slice(first, last).join("");
    const together = nfc(cluster);
    const isSame = together === cluster;
    charsOf(together).forEach((char, at) => {
      found.chars.push(COMPATIBILITY.get(char) ?? char);
      found.starts.push(isSame ? starts[first + at] : starts[first]);
      found.ends.push(isSame ? ends[first + at] : ends[last - 1]);
    });
  }
  return found;
}

/** Whether a character belongs to the cluster before it. */
function joins(cluster, char) {
  if (isSyllable(char) || char < "\u0300") return false;
  if (isCombining(char)) return true;
  const before = nfc(cluster.join(""));
  return nfc(before + char) !== before + nfc(char);
}

/** Compose; what Python's Unicode does not know yet composes with nothing. */
function nfc(text) {
  const chars = charsOf(text);
  if (!chars.some(isUnassigned)) return text.normalize("NFC");
  let done = "";
  let piece = "";
  for (const char of chars) {
    if (isUnassigned(char)) {
      done += piece.normalize("NFC") + char;
      piece = "";
    } else piece += char;
  }
  return done + piece.normalize("NFC");
}
