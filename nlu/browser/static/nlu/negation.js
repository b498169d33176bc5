// Whether a value is meant or left out: 피자 말고 치킨, 오이는 빼고, 내일이 아니라 모레.

import { pattern } from "./characters.js";

const NEGATES = pattern("negates", "y");
const JOINS = pattern("joins", "y");

/**
 * Mark the entities that are said only to leave them out; of several joined before 말고 all are.
 *
 * @param {string[]} chars the utterance as it was given.
 * @param {object[]} entities what was found in it, sorted, as the answer tells of it.
 */
export function withNegations(chars, entities) {
  const marked = entities.map(({ end }) => begins(NEGATES, chars.slice(end).join("")));
  for (let at = entities.length - 2; at >= 0; at--) {
    const [one, following] = [entities[at], entities[at + 1]];
    const between = chars.slice(one.end, following.start).join("");
    const joined = between !== "" && begins(JOINS, between) && JOINS.lastIndex === between.length;
    marked[at] ||= marked[at + 1] && one.entity === following.entity && joined;
  }
  return entities.map((one, at) => (marked[at] ? { ...one, negated: true } : one));
}

function begins(regex, text) {
  regex.lastIndex = 0;
  return regex.test(text);
}
