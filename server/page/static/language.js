// Which language the page speaks, and its texts.
import { TEXTS } from "./texts.js";
import { recall, remember } from "./storage.js";

const KEY = "nlu.language";
const LANGUAGES = ["ko", "en"];
const listeners = [];
const texts = { ...TEXTS };
let current = chosen();

function chosen() {
  const kept = recall(KEY);
  if (LANGUAGES.includes(kept)) return kept;
  const wanted = (navigator.languages ?? [navigator.language]).map((name) => name.slice(0, 2).toLowerCase());
  return wanted.find((name) => LANGUAGES.includes(name)) ?? "en";
}

export const language = () => current;

/** Learn the texts of a page of its own: key → `{ ko, en }`. */
export const learnTexts = (more) => Object.assign(texts, more);

/** Whether there is a text. */
export const has = (key) => key in texts;

/** Give a text with its `{places}` filled in. */
export function t(key, values = {}) {
  return texts[key][current].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A share of 1, such as 97%. */
export function percent(share, digits = 0) {
  return new Intl.NumberFormat(current, {
    style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(share);
}

/** A number with the language's separators. */
export const number = (value) => new Intl.NumberFormat(current).format(value);

/** A time of ISO 8601, short, by the reader's clock. */
export const moment = (time, timeStyle = "medium") => new Intl.DateTimeFormat(current, { dateStyle: "short", timeStyle }).format(new Date(time));

/** Seconds as people say them. */
export function duration(seconds) {
  const [count, unit] = seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return new Intl.NumberFormat(current, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 }).format(Math.max(0, count));
}

/** A number with its sign, and a true minus. */
export function signed(value) {
  const rounded = Math.abs(value).toFixed(2);
  return rounded === "0.00" ? rounded : (value < 0 ? "−" : "+") + rounded;
}

/** Speak another language from now on, and after a reload. */
export function speak(name) {
  current = name;
  remember(KEY, name);
  translate();
  for (const listener of listeners) listener();
}

export const onLanguage = (listener) => listeners.push(listener);

/** Write the texts of everything that the document itself holds. */
export function translate() {
  document.documentElement.lang = current;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = t(node.dataset.placeholder);
  for (const node of document.querySelectorAll("[data-language]")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === current));
  }
}
