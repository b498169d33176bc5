// Whether the utterance was understood, and the utterance with its entities marked.
import { colourOf } from "./colours.js";
import { el, longer } from "./dom.js";
import { percent, t } from "./language.js";
import { isNamed, nameOf } from "./names.js";
import { segments } from "./offsets.js";

const REASONS = new Set(["unfamiliar", "unsure", "out_of_scope", "nothing", "not_allowed"]);

const LONG = 120; // characters beyond which an utterance scrolls in its card

/** Why it was not understood; the server's own words, which are English, only for a code that is new to the page. */
export function reasonOf({ code, reason, coverage }, ranking) {
  if (!REASONS.has(code)) return reason ?? "";
  const best = ranking.find((one) => one.name !== "nlu_fallback");
  return t(`why_${code}`, { coverage: percent(coverage), confidence: percent(best?.confidence ?? 0) });
}

/** The card on top of an answer. */
export function verdictCard(answer) {
  const { fallback, intent, entities, intent_ranking: ranking } = answer;
  const not = fallback.is_fallback;
  return el("section", { class: `card verdict ${not ? "is-fallback" : "is-understood"}`, "aria-labelledby": "verdict" },
    el("h2", { id: "verdict", class: "verdict-title" },
      el("span", { class: "sign", "aria-hidden": "true" }, not ? "?" : "✓"),
      el("span", {}, t(not ? "not_understood" : "understood")),
      not || !isNamed(intent.name) ? null : el("strong", { class: "verdict-name" }, nameOf(intent.name)),
      not ? null : el("strong", { class: "verdict-intent" }, intent.name),
      answer.source === "pattern" ? el("span", { class: "badge", title: t("why_written") }, t("written")) : null),
    el("p", { class: "verdict-why" }, not ? `${reasonOf(fallback, ranking)} ` : null,
      t("needed", { score: percent(fallback.score), threshold: percent(fallback.threshold) })),
    el("p", { class: "marked", lang: "ko", "aria-label": t("marked"), role: "group", ...longer(answer.text.length > LONG) },
      marked(answer.text, entities)));
}

/** An utterance with its entities and their particles marked. */
export function marked(text, entities) {
  return segments(text, entities).map(({ kind, text: piece, entity }) => {
    if (kind === "plain") return piece;
    if (kind === "particle") return el("span", { class: "particle", title: t("particle") }, piece);
    return el("mark", { class: "entity", "data-colour": colourOf(entity.entity) },
      el("span", { class: "entity-text" }, piece),
      el("span", { class: "entity-type" }, entity.role ? `${entity.entity} · ${entity.role}` : entity.entity));
  });
}
