// What a turn changed in what is known.

/** What is known after a turn: intent → slot → what fills it, of what is talked about and what was done. */
export const known = ({ frames, done }) => ({ ...Object.fromEntries(frames.map(({ intent, slots }) => [intent, slots])), ...done });

/** Which slots a turn filled anew and which it emptied: `[intent, slot, what fills it]` each. */
export function changes(answer, before) {
  const was = before ? known({ frames: before.frames, done: {} }) : {};
  const now = known(answer);
  const filled = [];
  const emptied = [];
  for (const [intent, slots] of Object.entries(now)) {
    for (const [slot, values] of Object.entries(slots)) {
      if (JSON.stringify(was[intent]?.[slot]) !== JSON.stringify(values)) filled.push([intent, slot, values]);
    }
    for (const [slot, values] of Object.entries(was[intent] ?? {})) {
      if (!slots[slot]) emptied.push([intent, slot, values]);
    }
  }
  return { filled, emptied };
}

/** What fills a slot, in the words in which it was said. */
export const said = (values) => values.map((one) => one.said).join(", ");
