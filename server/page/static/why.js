// Why the answer is as it is: the syllables behind the intent, the dictionary's rows, the nearest pattern.
import { colourOf } from "./colours.js";
import { el, longer, table } from "./dom.js";
import { percent, signed, t } from "./language.js";
import { fullName, nameOf } from "./names.js";

const LEVELS = 4;
const LONG = 60; // syllables beyond which they scroll in their card

/** The card with the reasons. */
export function whyCard({ explanation, source }) {
  if (!explanation) return null;
  return el("section", { class: "card why", "aria-labelledby": "why" },
    el("h2", { id: "why" }, t("why")),
    el("div", { class: "why-parts" },
      part("why_syllables", explanation.intent ? syllables(explanation.intent) : note(source === "pattern" ? "why_written" : "why_unknown")),
      part("why_dictionary", explanation.dictionary.length ? rows(explanation.dictionary) : note("why_no_rows")),
      part("why_pattern", explanation.pattern ? pattern(explanation.pattern) : note("why_no_pattern"))));
}

const part = (title, content) => el("div", { class: "why-part" }, el("h3", {}, t(title)), content);

const note = (key) => el("p", { class: "note" }, t(key));

function syllables({ intent, over, margin, bias, units, ngrams, entities }) {
  const most = Math.max(0.01, ...[...units, ...entities].map((one) => Math.abs(one.score)));
  const sum = total(units);
  return [
    el("p", { class: "note" }, over
      ? t("why_versus", { intent: nameOf(intent), over: nameOf(over) }) : t("why_alone", { intent: nameOf(intent) })),
    el("div", { role: "group", "aria-label": t("why_syllables"), ...longer(units.length > LONG) },
      el("ol", { class: "units", lang: "ko" }, units.map((unit) => weighed(unit, most)))),
    entities.length ? el("div", { class: "why-more" },
      el("h3", {}, t("why_entities")),
      el("ol", { class: "units entity-units" }, entities.map((one) => weighed({ text: named(one), score: one.score }, most)))) : null,
    el("p", { class: "note figures" },
      t("why_sum", { margin: signed(margin), bias: signed(bias), sum: signed(sum), entities: signed(total(entities)) })),
    ngrams.length ? el("details", {},
      el("summary", {}, t("why_ngrams")),
      el("ol", { class: "units", lang: "ko" }, ngrams.map((gram) => weighed(gram, most)))) : null,
  ];
}

const total = (parts) => parts.reduce((sum, one) => sum + one.score, 0);

const named = ({ entity, role }) => (role ? `${entity} · ${role}` : entity);

function weighed({ text, score }, most) {
  const level = Math.min(LEVELS, Math.round((LEVELS * Math.abs(score)) / most));
  const sign = level === 0 ? "none" : score < 0 ? "against" : "for";
  return el("li", { class: `unit ${sign}`, "data-level": level },
    el("span", { class: "unit-text" }, text), el("span", { class: "unit-score" }, signed(score)));
}

/** The rows that became entities, and the others behind a fold: a long utterance holds many short words by chance. */
function rows(found) {
  const used = found.filter((row) => row.used);
  const others = found.filter((row) => !row.used);
  return [
    used.length ? rowsTable("why_dictionary", used) : note("why_no_used_rows"),
    others.length ? el("details", { "data-fold": "rows" },
      el("summary", {}, t("why_unused_rows", { count: others.length })), rowsTable("why_dictionary_unused", others)) : null,
  ];
}

function rowsTable(caption, found) {
  const columns = [t("text"), t("type"), t("value"), t("synonyms")];
  return table(t(caption), columns, found.map((row) => [
    row.raw, chip(row.entity), row.value, row.synonyms.join(", ") || "–",
  ]));
}

function pattern({ origin, intent, example, similarity }) {
  const pieces = example.split(/(\{[^{}]+\})/).filter(Boolean);
  return el("div", { class: "pattern" },
    el("p", { class: "pattern-example", lang: "ko" },
      pieces.map((piece) => (/^\{.+\}$/.test(piece) ? chip(piece.slice(1, -1)) : piece))),
    el("p", { class: "note" }, [intent ? fullName(intent) : "", t("similarity", { share: percent(similarity) }), origin].filter(Boolean).join(" · ")));
}

const chip = (name) => el("span", { class: "entity-chip", "data-colour": colourOf(name.split(":")[0]) }, name);
