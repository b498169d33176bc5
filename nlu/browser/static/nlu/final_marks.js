// The marks at the end of an utterance that change nothing of what is meant.

import { isFinalMark } from "./characters.js";
import TABLES from "./tables.js";

const LAUGHTER = TABLES.marks.finalLaughter;

/** Where a text without spaces may be said to end, the shortest first: all that follows is marks. */
function ends(chars) {
  let end = chars.length;
  while (end && isFinalMark(chars[end - 1])) end--;
  const found = [];
  for (let at = end; at <= chars.length; at++) if (!isWithinWord(chars, at)) found.push(at);
  return found;
}

/** A text whose repeated characters are written once. */
function onceEach(chars) {
  return chars.filter((char, at) => char !== chars[at - 1]).join("");
}

export const core = { ends, onceEach };

function isWithinWord(chars, at) {
  if (at <= 0 || at >= chars.length || !LAUGHTER.includes(chars[at])) return false;
  const before = chars[at - 1];
  if (!(before >= "ㄱ" && before <= "ㅣ")) return false;
  return chars[at] !== before && !(at + 1 < chars.length && LAUGHTER.includes(chars[at + 1]));
}
