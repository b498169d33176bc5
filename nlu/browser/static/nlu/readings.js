// How parts of a pattern may be read: which reading is better, and what goes on from one.

/** How a part may be read: other final marks, less one for each character in entities, and how many these are. */
export const NOTHING = Object.freeze({ marks: 0, uncovered: 0, number: 0, entities: [], drawn: [] });

export class TooMuchWork extends Error {}

/** The best first: few other marks, then many characters in entities, then few entities. */
export function isCheaper(one, other) {
  return (one.marks - other.marks || one.uncovered - other.uncovered || one.number - other.number) < 0;
}

/** Both readings, one after the other; null where two slots would have the same value. */
export function both(one, more) {
  if (more === NOTHING) return one;
  if (one === NOTHING) return more;
  if (one.drawn.some(({ key }) => more.drawn.some((other) => other.key === key))) return null;
  return {
    marks: one.marks + more.marks,
    uncovered: one.uncovered + more.uncovered,
    number: one.number + more.number,
    entities: [...one.entities, ...more.entities],
    drawn: [...one.drawn, ...more.drawn],
  };
}

/** What tells readings apart that may go on differently: the values in slots of some entities. */
export function valuesOf(reading, entities) {
  const keys = reading.drawn.filter(({ entity }) => entities.has(entity)).map(({ key }) => key);
  return keys.sort().join("\n");
}

/** What a tail is known by; null, where no particle asks, is not "". */
export const tailKey = (tail) => (tail === null ? "-" : `+${tail}`);

/** What a part does where it says nothing: goes on, ends a word, or does so only where no word has begun. */
export const KEEP = "keep";
export const SPACE = "space";
export const NO_WORD = "no word";

export const skipThen = (one, other) => (one === KEEP ? other : one);

/** Whether a part may be skipped, and what was said since the last space afterwards. */
export function applySkip(skip, tail) {
  if (skip === SPACE) return [true, tail === null ? null : ""];
  return [skip === KEEP || !tail, tail];
}
