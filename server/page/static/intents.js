// The ranking of intents as bars, with the threshold drawn through them.
import { el, place } from "./dom.js";
import { percent, t } from "./language.js";

const FEW = 5;
const FALLBACK = "nlu_fallback"; // the threshold is for the others: it wins where none of them reaches it

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
    el("ol", { class: "bars" }, shown.map((one, row) => bar(one, row, one.name === decision.name, fallback.threshold))),
    more ? el("button", { type: "button", class: "quiet", "aria-expanded": String(all), click: toggle },
      all ? t("show_fewer") : t("show_all", { count: ranking.length })) : null);
}

function bar({ name, confidence }, row, wins, threshold) {
  return el("li", { class: `bar-row${wins ? " wins" : ""}${name === FALLBACK ? " is-fallback" : ""}` },
    el("span", { class: "bar-name", id: `intent-${row}` }, name),
    el("span", { class: "bar-track", "aria-hidden": "true" },
      place(el("span", { class: "bar-fill" }), "width", confidence),
      name === FALLBACK ? null : place(el("span", { class: "bar-threshold" }), "left", threshold)),
    el("span", { class: "bar-share" }, percent(confidence, 1)));
}
