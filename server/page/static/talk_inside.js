// Inside a turn: what was read, what the bot did and why, and where the talk stands.
import { colourOf } from "./colours.js";
import { el } from "./dom.js";
import { has, moment, percent, t } from "./language.js";
import { named, nameOf } from "./names.js";
import { changes, known, said } from "./talk_changes.js";
import { marked, reasonOf } from "./verdict.js";

const STEPS = { cancel: ["cancel"], yes_no: ["yes", "no"], correction: ["correction"], answer: ["answer"],
  over_answer: ["over_answer"], digression: ["digression"], asks_back: ["asks_back"], not_understood: ["not_understood"] };
const CONFIRM = "?confirm";
const CHANGE = "?change";
const CLARIFY = "?clarify:"; // begins what waits for a word which of two things a slot's value means

/** What fills a slot, as it was said, with its value where that says more. */
const shown = (slot) => slot.map(({ said, value, unit, computed }) => {
  const meant = [computed ?? value, unit].filter(Boolean).join(" ");
  return meant && meant !== said ? `${said} → ${meant}` : said;
}).join(", ");

/** The short line over it: as what the turn was read, and what was done. */
export const headline = (answer) => [...whysOf(answer).map(stepName), ...actNames(answer)].join(" · ");

/** All of it; `before` is the answer to the turn before, `rules` what the scenarios ask for. */
export function inside(answer, before, rules) {
  return el("div", { class: "talk-parts" },
    part("read", answer.parses.length > 1 ? el("p", { class: "note" }, t("talk_split")) : null, answer.parses.map(read)),
    part("did", el("ol", { class: "talk-acts" }, actNames(answer).map((name) => el("li", {}, name)))),
    whysOf(answer).length ? part("why", reasons(answer, before)) : null,
    part("where", stands(answer, rules)));
}

const part = (name, ...content) => el("section", { class: "talk-part", "data-part": name },
  el("h2", {}, t(`talk_${name}`)), content);

function read(parse) {
  const { intent, fallback, intent_ranking: ranking } = parse;
  return el("div", { class: "talk-parse" },
    el("p", { class: "talk-marked", lang: "ko" }, marked(parse.text, parse.entities)),
    el("p", { class: "talk-intent" },
      fallback.is_fallback ? el("strong", { class: "is-not" }, t("talk_not_understood")) : el("strong", {}, named(intent.name)),
      el("span", { class: "figures" }, percent(intent.confidence)),
      parse.source === "pattern" ? el("span", { class: "badge" }, t("written")) : null),
    fallback.is_fallback ? el("p", { class: "note" }, reasonOf(fallback, ranking)) : null,
    parse.entities.length ? el("ul", { class: "talk-entities" }, parse.entities.map(entity)) : null,
    parse.now && parse.entities.some((one) => one.resolved) ? el("p", { class: "note" }, t("talk_read_at", { now: localTime(parse.now), zone: parse.timezone })) : null);
}

function entity(one) {
  const type = one.role ? `${one.entity} · ${one.role}` : one.entity;
  return el("li", { "data-colour": colourOf(one.entity), "data-negated": Boolean(one.negated) },
    el("span", { class: "entity-chip" }, type), el("span", { lang: "ko" }, one.raw),
    one.resolved || one.value !== one.raw ? el("b", {}, `→ ${meant(one)}`) : null,
    one.negated ? el("span", { class: "talk-flag" }, t("talk_negated")) : null);
}

function meant({ resolved, value }) {
  if (!resolved) return String(value);
  const range = resolved.minimum && resolved.maximum
    ? t("talk_between", { least: resolved.minimum, most: resolved.maximum }) : resolved.value;
  const whole = [range, resolved.unit].filter(Boolean).join(" ");
  const left = (resolved.ambiguities ?? []).map((name) => (has(`talk_open_${name}`) ? t(`talk_open_${name}`) : name));
  const open = left.length ? ` (${left.join(", ")})` : "";
  return (resolved.approximate ? t("talk_about", { value: whole }) : whole) + open;
}

/** The reader's own clock would say something else: the time is shown as it is there. */
const localTime = (time) => moment(time.slice(0, 19), "short");

const whysOf = ({ acts }) => [...new Set(acts.map((act) => act.why))].filter(Boolean);

function reasons(answer, before) {
  const whys = whysOf(answer);
  const isOrdered = whys.some((why) => Object.values(STEPS).flat().includes(why));
  const { filled, emptied } = changes(answer, before);
  return [
    ...whys.map((why) => el("p", { class: "talk-because" }, has(`talk_why_${why}`) ? t(`talk_why_${why}`) : why)),
    filled.length ? el("p", {}, t("talk_filled", { slots: listed(filled) })) : null,
    emptied.length ? el("p", {}, t("talk_emptied", { slots: listed(emptied) })) : null,
    isOrdered ? el("ol", { class: "talk-order", "aria-label": t("talk_order") }, Object.entries(STEPS).map(([step, names]) =>
      el("li", names.some((name) => whys.includes(name)) ? { "aria-current": "step" } : {}, t(`talk_step_${step}`)))) : null,
  ];
}

const listed = (slots) => slots.map(([, slot, values]) => `${slot} ${said(values)}`).join(", ");

function stepName(why) {
  const step = Object.keys(STEPS).find((name) => STEPS[name].includes(why)) ?? why;
  return has(`talk_step_${step}`) ? t(`talk_step_${step}`) : step;
}

const actNames = (answer) => (answer.acts.length ? answer.acts.map((act) => actName(act, answer)) : [t("talk_act_none")]);

function actName({ kind, intent, slot, attempt, before }, answer) {
  const again = kind === "ask" && attempt > 1 ? "_again" : kind === "corrected" && before?.length ? "_from" : "";
  const key = `talk_act_${kind}${again}`;
  if (!has(key)) return [kind, slot ?? intent].filter(Boolean).join(" ");
  const after = known(answer)[intent]?.[slot] ?? [];
  return t(key, { intent: nameOf(intent), slot, attempt, before: said(before ?? []), after: said(after) });
}

function stands({ frames, done }, rules) {
  const cards = [
    ...Object.entries(done).map(([intent, slots]) => frameCard({ intent, slots, asked: null, asks: 0 }, rules, "done")),
    ...frames.map((frame, at) => frameCard(frame, rules, at === frames.length - 1 ? stateOf(frame) : "waiting")).reverse(),
  ];
  return cards.length ? cards : el("p", { class: "note" }, t("talk_nowhere"));
}

function stateOf({ asked }) {
  if (asked === CONFIRM) return "confirm";
  if (asked === CHANGE) return "change";
  return asked?.startsWith(CLARIFY) ? "clarify" : "now";
}

function frameCard(frame, rules, state) {
  const wanted = rules[frame.intent] ?? { slots: {}, max_asks: 0 };
  const names = [...new Set([...Object.keys(wanted.slots), ...Object.keys(frame.slots)])];
  return el("div", { class: "talk-frame", "data-state": state },
    el("p", { class: "talk-frame-head" }, el("strong", {}, named(frame.intent)), el("span", { class: "talk-flag" }, t(`talk_frame_${state}`))),
    el("ul", {}, names.filter((name) => state !== "done" || frame.slots[name]).map((name) => slotRow(name, frame, wanted))));
}

function slotRow(name, frame, { slots, max_asks: most }) {
  const filled = frame.slots[name];
  const state = slotState(name, frame, slots[name]);
  const key = state === "asked" && frame.asks > 1 ? "asked_again" : state;
  return el("li", { "data-slot": state },
    el("span", { class: "talk-slot" }, name), el("span", { class: "talk-value", lang: "ko" }, filled ? shown(filled) : "–"),
    el("span", { class: "talk-flag" }, t(`talk_slot_${key}`, { asks: frame.asks, most })));
}

function slotState(name, { slots, asked }, rule) {
  if (asked === CLARIFY + name) return "unclear";
  if (slots[name]) return "filled";
  if (asked === name) return "asked";
  return rule?.required && !slots[rule.unless] ? "missing" : "optional";
}
