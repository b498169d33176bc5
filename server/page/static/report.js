// The report of the bundle in use.
import { confusionSection } from "./confusion.js";
import { el, facts, place, table } from "./dom.js";
import { language, number, percent, t } from "./language.js";
import { named } from "./names.js";

const HEADLINES = ["intent_accuracy", "intent_macro_f1", "entity_f1", "exact_match", "caught", "false_rejects"];
const PATTERNS = ["seen_pattern", "unseen_pattern"];
const VALUES = ["seen_value", "unseen_value"];
const ALL = "all";

const shown = (share) => (share == null ? "–" : percent(share, 1));

/** Everything the report says. */
export function reportView(report, ask) {
  const { slices, intents, entities, confusion, utterances } = report.scores;
  const overall = slices[ALL];
  return el("div", { class: "report" },
    bundle(report),
    overall ? [headlines(overall), four(slices), others(slices)] : el("p", { class: "notice" }, t("report_none")),
    Object.keys(confusion).length ? confusionSection(confusion, utterances ?? {}, ask) : null,
    el("div", { class: "pair" }, each("per_intent", intents, (name) => el("span", {}, named(name))), each("per_entity", entities)),
    made(report));
}

function bundle(report) {
  const made = new Intl.DateTimeFormat(language(), { dateStyle: "long", timeStyle: "short" });
  return facts([
    [t("version"), report.model_version],
    [t("created"), made.format(new Date(report.created_at))],
    [t("size"), `${number(Math.round(report.bytes / 1e5) / 10)} MB`],
    [t("intents_count"), number(report.intents.length)],
    [t("tokenizer"), report.tokenizer],
    [t("product"), report.product_version],
  ], "facts bundle");
}

function headlines(overall) {
  return el("section", { "aria-labelledby": "scores" },
    el("h2", { class: "lead", id: "scores" }, t("report_intro", { count: number(overall.utterances) })),
    el("ul", { class: "scores" }, HEADLINES.filter((name) => overall[name] != null).map((name) =>
      el("li", { class: "card score" },
        el("span", { class: "score-name" }, t(`score_${name}`)),
        el("strong", { class: "score-value" }, shown(overall[name])),
        el("span", { class: "note" }, t(`score_${name}_note`))))));
}

function four(slices) {
  if (!PATTERNS.some((pattern) => VALUES.some((value) => slices[`${pattern}/${value}`]))) return null;
  return el("section", { class: "card", "aria-labelledby": "slices" },
    el("h2", { id: "slices" }, t("slices")),
    el("p", { class: "note" }, t("slices_note")),
    el("table", { class: "four" },
      el("caption", { class: "visually-hidden" }, t("slices")),
      el("thead", {}, el("tr", {}, el("td"), VALUES.map((value) => el("th", { scope: "col" }, t(value))))),
      el("tbody", {}, PATTERNS.map((pattern) => el("tr", {}, el("th", { scope: "row" }, t(pattern)),
        VALUES.map((value) => el("td", {}, quarter(slices[`${pattern}/${value}`]))))))));
}

function quarter(scores) {
  if (!scores) return "–";
  return el("div", { class: "quarter" },
    el("strong", {}, shown(scores.exact_match)),
    el("span", { class: "meter-track", "aria-hidden": "true" },
      place(el("span", { class: "meter-fill" }), "width", scores.exact_match)),
    facts([
      [t("score_intent_accuracy"), shown(scores.intent_accuracy)],
      [t("score_entity_f1"), shown(scores.entity_f1)],
      [t("utterances"), number(scores.utterances)],
    ]));
}

function others(slices) {
  const four = new Set(PATTERNS.flatMap((pattern) => VALUES.map((value) => `${pattern}/${value}`)));
  const names = Object.keys(slices).filter((name) => name !== ALL && !four.has(name));
  if (!names.length) return null;
  const columns = [t("slice"), t("utterances"), t("score_intent_accuracy"), t("score_entity_f1"), t("score_exact_match")];
  return el("section", { class: "card" }, el("h2", {}, t("slices_other")), table(t("slices_other"), columns, names.map((name) => {
    const { utterances, intent_accuracy: intent, entity_f1: entity, exact_match: exact } = slices[name];
    return [name.split("/").map((part) => (PATTERNS.includes(part) || VALUES.includes(part) ? t(part) : part)).join(" · "),
      number(utterances), shown(intent), shown(entity), shown(exact)];
  })));
}

function each(title, scores, written = (name) => name) {
  const names = Object.keys(scores);
  if (!names.length) return null;
  const columns = [t("name"), t("f1"), t("precision"), t("recall"), t("support")];
  return el("section", { class: "card" }, el("h2", {}, t(title)), table(t(title), columns, names.map((name) => {
    const { precision, recall, support, "f1-score": f1 } = scores[name];
    return [written(name), el("span", { class: "meter" }, el("span", { class: "meter-track", "aria-hidden": "true" },
      place(el("span", { class: "meter-fill" }), "width", f1)), shown(f1)), shown(precision), shown(recall), number(support)];
  })));
}

function made({ settings, libraries, data }) {
  const groups = [["settings_group", flat(settings)], ["libraries", Object.entries(libraries)], ["data", Object.entries(data)]];
  return el("section", { class: "card", "aria-labelledby": "settings" },
    el("h2", { id: "settings" }, t("settings")),
    groups.map(([title, pairs]) => (pairs.length
      ? el("details", {}, el("summary", {}, t(title)), facts(pairs, "facts listed")) : null)));
}

function flat(settings, path = "") {
  return Object.entries(settings).flatMap(([name, value]) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? flat(value, `${path}${name}.`) : [[`${path}${name}`, JSON.stringify(value)]]);
}
