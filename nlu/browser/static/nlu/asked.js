// How to say an intent in its author's words: short lines of patterns, filled with the values that were said.

const SLOT = /\{([^{}]+)\}/g;

const slotsOf = (line) => Array.from(line.matchAll(SLOT), ([, slot]) => slot);

/** A value for each slot, none used twice: of its role, else one of its type where only one of them has a role. */
function fillingOf(slots, entities) {
  const left = [...entities];
  const values = [];
  for (const slot of slots) {
    const [kind, role] = slot.split(":");
    const fitting = left.filter((one) => one.entity === kind && (!role || !one.role || one.role === role));
    if (!fitting.length) return null;
    const best = fitting.find((one) => (one.role ?? "") === (role ?? "")) ?? fitting[0];
    left.splice(left.indexOf(best), 1);
    values.push(best.value);
  }
  return values;
}

/** Lines that say intents, the best first. */
export class AskedLines {
  constructor(lines) {
    this.lines = new Map(Object.entries(lines));
  }

  /** An intent with as many of the values that were said as a line takes; null where no line can say it. */
  say(intent, entities) {
    const meant = entities.filter(({ negated }) => !negated);
    let best = null;
    for (const line of this.lines.get(intent) ?? []) {
      const values = fillingOf(slotsOf(line), meant);
      if (values !== null && (best === null || values.length > best.values.length)) best = { line, values };
    }
    if (best === null) return null;
    let at = 0;
    return best.line.replace(SLOT, () => best.values[at++]);
  }

  /** One of the intents that are asked about, as the answer has it. */
  words({ name, confidence }, entities) {
    const text = this.say(name, entities);
    return text === null ? { name, confidence } : { name, confidence, text };
  }
}
