// Marks beside words: which belong to a word, and a text without those that only stand around them.

import { integerOf, isMark, matchesOf, pattern, separates } from "./characters.js";
import { Reading } from "./normalization.js";
import { following } from "./particles.js";
import TABLES from "./tables.js";

const { atTheEnd: AT_THE_END, keptAtTheEnd: KEPT_AT_THE_END, closing: CLOSING } = TABLES.marks;
const PLAIN = new RegExp(`^(?:${TABLES.patterns.plain[0]})$`, "u");
const [HELD, ROW, LAUGHS] = ["held", "row", "laughs"].map((name) => pattern(name, "g"));

/** Leave out the marks that stand beside words; `valuesOf` finds the stretches whose marks stay. */
export function withoutMarks(reading, valuesOf) {
  const { chars, starts, ends } = reading;
  if (PLAIN.test(chars.join(""))) return reading;
  const loose = looseMarks(chars, valuesOf);
  if (!loose.size || chars.every((char, at) => loose.has(at) || char === " ")) return reading;
  const pieces = piecesOf(chars, loose);
  return new Reading(
    pieces.map(([char]) => char), reading.original,
    pieces.map(([, start]) => starts[start]), pieces.map(([, , stop]) => ends[stop - 1]),
  );
}

/** Before which characters marks of the original were left out. */
export function cutsOf(reading) {
  const found = new Set();
  let before = -1;
  reading.chars.forEach((char, at) => {
    if (char === " ") return;
    if (before >= 0 && reading.original.slice(reading.ends[before], reading.starts[at]).some(separates)) found.add(at);
    before = at;
  });
  return found;
}

/** Where the marks and the laughter at the end of a text begin. */
export function bodyEnd(chars) {
  let end = chars.length;
  while (end && (AT_THE_END.includes(chars[end - 1]) || chars[end - 1] === " ")) end--;
  return end;
}

export const mayBegin = (char) => "$€£¥₩+-−".includes(char) || !(char === " " || isMark(char));
export const mayEnd = (char) => "%‰℃℉°′″+#.".includes(char) || !(char === " " || isMark(char));

/** Where the marks are that belong to no word, laughter among them. */
function looseMarks(chars, valuesOf) {
  const loose = new Set();
  const each = (start, end, what) => {
    for (let at = start; at < end; at++) loose[what](at);
  };
  chars.forEach((char, at) => isMark(char) && loose.add(at));
  for (const { start, end } of matchesOf(LAUGHS, chars)) each(start, end, "add");
  for (const { start, end } of matchesOf(HELD, chars)) each(start, end, "delete");
  for (const [start, end] of numbering(chars)) each(start, end, "add");
  if (loose.size) for (const [start, end] of valuesOf(chars)) each(start, end, "delete");
  return loose;
}

/** Where a list has its numbers, as in `1) 피자 2) 콜라`. */
function numbering(chars) {
  if (chars[0] !== "1" || !(chars[1] === "." || chars[1] === ")")) return [];
  const rows = [];
  for (const { match, start, end } of matchesOf(ROW, chars)) {
    if (integerOf(match.groups.number) === rows.length + 1 && match.groups.sign === chars[1]) rows.push([start, end]);
  }
  return rows.length > 1 ? rows : [];
}

/** What is left of a text: characters, each with the stretch that it stands for. */
function piecesOf(chars, loose) {
  let end = chars.length;
  while (loose.has(end - 1) || chars[end - 1] === " ") end--;
  const pieces = [];
  let gap = null;
  for (let at = 0; at < end; at++) {
    if (loose.has(at) || chars[at] === " ") {
      gap ??= at;
      continue;
    }
    if (gap !== null && pieces.length && !goesOn(chars, gap, at)) pieces.push([" ", gap, at]);
    pieces.push([chars[at], at, at + 1]);
    gap = null;
  }
  return [...pieces, ...finalMarks(chars, end)];
}

/** Whether marks close a word that goes on with a particle. */
function goesOn(chars, start, end) {
  return CLOSING.includes(chars[end - 1]) && !chars.slice(start, end).includes(" ") && following(chars, end) !== "";
}

/** The question marks at the end, two of them, after a space where they had one. */
function finalMarks(chars, end) {
  const places = [];
  for (let at = end; at < chars.length && places.length < 2; at++) {
    if (KEPT_AT_THE_END.includes(chars[at])) places.push(at);
  }
  const kept = places.map((at) => [chars[at], at, at + 1]);
  const [first] = places;
  return places.length && chars[first - 1] === " " ? [[" ", first - 1, first], ...kept] : kept;
}

/** Stretches that hold something for machines: addresses, tags, scripts. */
export function markupOf(original) {
  if (!original.some((char) => "<&:@.".includes(char))) return [];
  return [...matchesOf(pattern("markup", "g"), original)].map(({ start, end }) => [start, end]);
}

