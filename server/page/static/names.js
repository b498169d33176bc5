// What people call the intents: the author's words where there are some, else the intent itself.
import { el } from "./dom.js";

let names = new Map();

/** Learn the author's words for intents. */
export const learnNames = (given) => { names = new Map(Object.entries(given ?? {})); };

/** Whether an intent has a name for people. */
export const isNamed = (intent) => names.has(intent);

/** What people call an intent. */
export const nameOf = (intent) => names.get(intent) ?? String(intent);

/** The same with the intent behind it, where they differ, in one line. */
export const fullName = (intent) => (names.has(intent) ? `${nameOf(intent)} (${intent})` : String(intent));

/** The same as nodes; the intent itself stands small behind the words. */
export const named = (intent) => (names.has(intent)
  ? [nameOf(intent), " ", el("span", { class: "intent-id" }, intent)] : [String(intent)]);
