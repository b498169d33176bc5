// Which of many patterns say a text, in time and memory that do not grow with how much they stand for.

import { squeeze } from "./characters.js";
import { partOf } from "./parts.js";
import { KEEP, NOTHING, TooMuchWork, applySkip, both, isCheaper, skipThen, tailKey, valuesOf } from "./readings.js";
import { Said } from "./said.js";
import TABLES from "./tables.js";

const { mostSteps: MOST_STEPS, mostCharacters: MOST_CHARACTERS } = TABLES.authored;

/** Matches texts against all that patterns stand for, up to spaces, case and final marks. */
export class Recognizer {
  constructor({ intents, rows, lines }) {
    this.rows = rows;
    this.intents = lines.map(([, , intent]) => intents[intent]);
    this.parts = new Map();
    this.root = treeOf(lines.map(([, , , ...items]) => items), whatIsInside(rows));
  }

  /** The lines that say a text, in their order, each in its best reading. */
  find(chars, lexicon) {
    const squeezed = squeeze(chars);
    if (!squeezed.length || squeezed.length > MOST_CHARACTERS || !this.intents.length) return [];
    try {
      const found = this.match(new Said(squeezed, lexicon, MOST_STEPS));
      const numbers = [...found.keys()].sort((one, other) => one - other);
      return numbers.map((number) => ({ intent: this.intents[number], ...found.get(number) }));
    } catch (error) {
      if (error instanceof TooMuchWork) return [];
      throw error;
    }
  }

  /** The best reading of each line, by number. */
  match(said) {
    const size = said.chars.length;
    const best = new Map();
    const at = Array.from({ length: size + 1 }, () => new Map());
    arrive(at[0], this.root, "", NOTHING);
    at.forEach((waiting, start) => {
      while (waiting.size) {
        const [[key, [state, tail, reading]]] = waiting;
        waiting.delete(key);
        const plan = this.planOf(state);
        if (said.ends.has(start)) accept(best, plan, tail, reading, size - start);
        for (const { part, target, skip } of stepsOf(plan, said, start)) {
          said.step();
          const [isAllowed, before] = applySkip(skip, tail);
          if (!isAllowed) continue;
          for (const [end, after, more] of part.read(said, start, before)) {
            const together = end > start || more.marks ? both(reading, more) : null;
            if (together === null) continue;
            said.step();
            arrive(at[end], target, after, together);
          }
        }
      }
    });
    return best;
  }

  part(number) {
    if (!this.parts.has(number)) this.parts.set(number, partOf(this.rows[number], (inner) => this.part(inner)));
    return this.parts.get(number);
  }

  /** What may be said next at a place of the tree. */
  planOf(state) {
    state.plan ??= this.newPlan(state);
    return state.plan;
  }

  newPlan(state) {
    const plan = { byFirst: new Map(), byEntity: new Map(), lines: [] };
    const waiting = [[state, KEEP]];
    const seen = new Set([`${state.id} ${KEEP}`]);
    for (const [here, skip] of waiting) {
      for (const number of here.lines) plan.lines.push([number, skip]);
      for (const [item, target] of here.edges) {
        const part = this.part(item);
        const step = { part, target, skip };
        for (const first of part.firsts) append(plan.byFirst, first, step);
        for (const entity of part.entities) append(plan.byEntity, entity, step);
        for (const more of part.skips) {
          const together = skipThen(skip, more);
          const key = `${target.id} ${together}`;
          if (seen.has(key)) continue;
          seen.add(key);
          waiting.push([target, together]);
        }
      }
    }
    return plan;
  }
}

/** The lines as one tree, whose edges are the parts that lines begin alike with. */
function treeOf(lines, inside) {
  const states = [];
  const newState = () => {
    states.push({ id: states.length, edges: new Map(), lines: [], agrees: false, slots: new Set(), plan: null });
    return states[states.length - 1];
  };
  const root = newState();
  lines.forEach((items, number) => {
    let state = root;
    for (const item of items) {
      if (!state.edges.has(item)) state.edges.set(item, newState());
      state = state.edges.get(item);
    }
    state.lines.push(number);
  });
  for (const state of states.reverse()) {
    for (const [item, target] of state.edges) {
      state.agrees ||= target.agrees || inside[item].agrees;
      for (const slot of [...target.slots, ...inside[item].slots]) state.slots.add(slot);
    }
  }
  return root;
}

/** Of each row whether a particle is in it, and which entities have a slot in it. */
function whatIsInside(rows) {
  const found = [];
  for (const [kind, ...rest] of rows) {
    const inner = kind === "c" || kind === "q" ? rest.map((number) => found[number]) : [];
    found.push({
      agrees: kind === "p" || inner.some(({ agrees }) => agrees),
      slots: new Set([...(kind === "s" ? [rest[0]] : []), ...inner.flatMap(({ slots }) => [...slots])]),
    });
  }
  return found;
}

function* stepsOf(plan, said, start) {
  for (const first of said.firsts(start)) yield* plan.byFirst.get(first) ?? [];
  if (!plan.byEntity.size || start >= said.chars.length) return;
  for (const entity of said.values(start).keys()) yield* plan.byEntity.get(entity) ?? [];
}

function accept(best, plan, tail, reading, marks) {
  const whole = { ...reading, marks: reading.marks + marks };
  for (const [number, skip] of plan.lines) {
    const isBetter = !best.has(number) || isCheaper(whole, best.get(number));
    if (applySkip(skip, tail)[0] && isBetter) best.set(number, whole);
  }
}

/** Keep the best way to a place of the tree. */
function arrive(waiting, state, given, reading) {
  const tail = state.agrees ? given : null;
  const key = `${state.id} ${tailKey(tail)}\n${valuesOf(reading, state.slots)}`;
  if (!waiting.has(key) || isCheaper(reading, waiting.get(key)[2])) waiting.set(key, [state, tail, reading]);
}

function append(map, key, value) {
  if (map.has(key)) map.get(key).push(value);
  else map.set(key, [value]);
}
