// Whether the utterance is meant for the bot, as a bar with its threshold, and the ranking of intents below.
import { el, place } from "./dom.js";
import { percent, t } from "./language.js";
import { named } from "./names.js";

const FEW = 5;
const FALLBACK = "nlu_fallback";

/** The card with the bars; `all` says whether to show every intent. */
export function intentsCard(answer, all, toggle) {
  const { intent_ranking: ranking, fallback, intent: decision } = answer;
  const shown = all ? ranking : ranking.slice(0, FEW);
  const more = ranking.length > FEW;
  return el("section", { class: "card intents", "aria-labelledby": "intents" },
    el("div", { class: "card-head" },
      el("h2", { id: "intents" }, t("intents")),
      el("p", { class: "threshold-key", title: t("threshold_note") },
        t("threshold", { threshold: percent(fallback.threshold) }))),
    scoreBar(fallback),
    el("div", all && more ? { class: "scroll all", tabindex: "0", role: "group", "aria-labelledby": "intents" } : {},
      el("ol", { class: "bars" }, shown.map((one) => bar(one, one.name === decision.name)))),
    more ? el("button", { type: "button", class: "quiet", "aria-expanded": String(all), click: toggle },
      all ? t("show_fewer") : t("show_all", { count: ranking.length })) : null);
}

function scoreBar({ score, threshold }) {
  return el("p", { class: "score-bar" },
    el("span", { class: "bar-name" }, t("score")),
    track(score, place(el("span", { class: "bar-threshold" }), "left", threshold)),
    el("span", { class: "bar-share" }, percent(score, 1)));
}

function bar({ name, confidence }, wins) {
  return el("li", { class: `bar-row${wins ? " wins" : ""}${name === FALLBACK ? " is-fallback" : ""}` },
    el("span", { class: "bar-name" }, named(name)),
    track(confidence),
    el("span", { class: "bar-share" }, percent(confidence, 1)));
}

const track = (share, line = null) => el("span", { class: "bar-track", "aria-hidden": "true" },
  place(el("span", { class: "bar-fill" }), "width", share), line);
