// What is known of each entity.
import { colourOf } from "./colours.js";
import { el, facts, longer, place } from "./dom.js";
import { percent, t } from "./language.js";

const LONG = 6; // entities beyond which they scroll in their card
const SOURCES = new Set(["tagger", "dictionary", "message", "pattern"]);

/** The card with the entities. */
export function entitiesCard(answer) {
  return el("section", { class: "card entities", "aria-labelledby": "entities" },
    el("h2", { id: "entities" }, t("entities")),
    answer.entities.length
      ? el("div", { role: "group", "aria-labelledby": "entities", ...longer(answer.entities.length > LONG) },
        el("ul", { class: "entity-list" }, answer.entities.map((entity) => el("li", {}, one(entity)))))
      : el("p", { class: "note" }, t("entities_none")));
}

function one(entity) {
  const pairs = [[t("value"), el("b", { lang: "ko" }, String(entity.value))]];
  if (entity.role) pairs.push([t("role"), entity.role]);
  pairs.push(
    [t("particle"), entity.particle ? el("span", { lang: "ko" }, entity.particle) : t("none")],
    [t("source"), entity.sources.map((name) => (SOURCES.has(name) ? t(`source_${name}`) : name)).join(" + ")],
  );
  return el("div", { class: "entity-card", "data-colour": colourOf(entity.entity) },
    el("h3", {},
      el("span", { class: "entity-chip" }, entity.entity),
      el("span", { lang: "ko" }, entity.raw),
      el("span", { class: "meter" },
        el("span", { class: "visually-hidden" }, t("confidence")),
        el("span", { class: "meter-track", "aria-hidden": "true" },
          place(el("span", { class: "meter-fill" }), "width", entity.confidence_entity)),
        percent(entity.confidence_entity))),
    facts(pairs));
}
