// A talk as a story of `tests/stories`: what was said, and what came of it.
import { changes, known, said } from "./talk_changes.js";

const EXPECTED = {
  ask: ["asks", "slot"], confirm: ["confirms", "intent"], done: ["done", "intent"], cancelled: ["cancelled", "intent"],
  answer: ["answers", "intent"], hand_over: ["hands_over", "intent"],
};
const PLAIN = /^[\p{Script=Hangul}\w]+(?: [\p{Script=Hangul}\w]+)*$/u;
// What YAML takes for a line's end or for no text at all, even in quotes.
const ODD = /[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Write the turns that were answered: `{ text, answer }` each. */
export function story(turns) {
  const lines = [`- story: ${scalar(turns[0]?.text ?? "")}`, "  turns:"];
  turns.forEach(({ text, answer }, at) => {
    const row = [["user", scalar(text)], ...expected(answer), ...slots(answer, turns[at - 1]?.answer)];
    lines.push(`    - {${row.map(([name, value]) => `${name}: ${value}`).join(", ")}}`);
    const spoken = answer.text.replace(/\s+/g, " ").replace(ODD, " ").trim();
    if (spoken) lines.push(`    # ${spoken}`);
  });
  return `${lines.join("\n")}\n`;
}

function expected({ acts }) {
  const found = new Map();
  for (const act of acts) {
    const [name, of] = EXPECTED[act.kind] ?? [];
    if (name && act[of]) found.set(name, scalar(act[of]));
  }
  return [...found];
}

/** Which slots were filled, where the last thing that was done tells them. */
function slots(answer, before) {
  const last = answer.acts.at(-1);
  if (!["ask", "confirm", "done"].includes(last?.kind)) return [];
  const whole = known(answer)[last.intent] ?? {};
  const filled = last.kind === "done"
    ? Object.entries(whole)
    : changes(answer, before).filled.filter(([intent]) => intent === last.intent).map(([, slot, values]) => [slot, values]);
  if (!filled.length) return [];
  return [["slots", `{${filled.map(([slot, values]) => `${scalar(slot)}: ${scalar(said(values))}`).join(", ")}}`]];
}

/** A text as YAML reads it inside braces. */
function scalar(text) {
  if (PLAIN.test(text)) return text;
  return JSON.stringify(text).replace(ODD, (sign) => `\\u${sign.codePointAt(0).toString(16).padStart(4, "0")}`);
}
