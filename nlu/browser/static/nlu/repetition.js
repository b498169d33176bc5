// Runs of the same, shortened: a syllable typed thirty times says what it says three times.

import { isAlnum, isDigit, matchesOf, pattern, separates } from "./characters.js";
import TABLES from "./tables.js";

const LONGEST = TABLES.marks.longestUnit;
const RUN = pattern("run");
const SYLLABLES = pattern("syllables", "g");

/** Leave of a run of the same the first three, of one syllable two, of digits twelve. */
export function shortened(reading, valuesOf) {
  const { chars } = reading;
  if (!RUN.test(chars.join(""))) return reading;
  const whole = new Set();
  for (const [start, end] of valuesOf(chars)) {
    if (!RUN.test(chars.slice(start, end).join("").replaceAll(" ", ""))) continue;
    for (let at = start; at < end; at++) whole.add(at);
  }
  return reading.keeping(ofUnits(chars, ofSyllables(chars, whole), whole));
}

/** Behind which characters something of a run was left out, as the places one past them. */
export function shortenedAt({ chars, original, starts, ends }) {
  const found = new Set();
  chars.forEach((_, at) => {
    const left = original.slice(ends[at], starts[at + 1] ?? original.length);
    if (left.some((char) => isAlnum(char) && !separates(char))) found.add(at + 1);
  });
  return found;
}

function ofSyllables(chars, whole) {
  const gone = new Set();
  for (const { start, end } of matchesOf(SYLLABLES, chars)) {
    const run = [];
    for (let at = start + 2; at < end; at++) run.push(at);
    if (!run.some((at) => whole.has(at))) run.forEach((at) => gone.add(at));
  }
  return [...chars.keys()].filter((at) => !gone.has(at));
}

/** The places that stay when nothing longer follows itself more than three times. */
function ofUnits(chars, places, whole) {
  const char = (at) => chars[at] ?? " ";
  const kept = [];
  for (const at of [...places, chars.length]) {
    kept.push(at);
    for (let size = 1; size <= Math.min(LONGEST, kept.length >> 1); size++) {
      if (char(kept[kept.length - 1 - size]) !== char(at)) continue;
      const unit = kept.slice(-size).map(char);
      const times = unit.some(isDigit) ? 13 : 4;
      const tail = kept.slice(-size * times);
      const repeats = tail.length === size * times && tail.every((place, row) => char(place) === unit[row % size]);
      if (repeats && !tail.slice(-size).some((place) => whole.has(place))) {
        kept.length -= size;
        break;
      }
    }
  }
  while (char(kept[kept.length - 1]) === " ") kept.pop();
  return kept;
}
