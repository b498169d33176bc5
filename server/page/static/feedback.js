// What an utterance really means, said by whoever knows better.
import { feedback } from "./api.js";
import { colourOf } from "./colours.js";
import { el } from "./dom.js";
import { errorCard } from "./errors.js";
import { t } from "./language.js";
import { marker } from "./marker.js";
import { fullName } from "./names.js";
import { CodePoints } from "./offsets.js";

const MANY = 6; // entities beyond which their list scrolls
const LONGEST_COMMENT = 1000; // characters that the server takes

/**
 * The card to correct a recorded answer with.
 *
 * @param recorded the answer, which bears a `parse_id`
 * @param names the intents and the entity types to choose from
 * @param said told what it led to
 */
export function feedbackCard(recorded, names, said) {
  const draft = recorded.entities.map(({ entity, role, start, end, value }) => ({ entity, role, start, end, value }));
  const intent = intentChoice(recorded, names.intents);
  const marks = el("ul", { class: "marks" });
  const show = () => {
    marks.replaceChildren(...markList(recorded.text, draft, show));
    marks.toggleAttribute("data-long", draft.length > MANY);
  };
  const comment = el("textarea", { rows: "2", maxlength: LONGEST_COMMENT, placeholder: t("feedback_comment_hint") });
  const outcome = el("div", {});
  const send = async (event) => {
    event?.preventDefault();
    try {
      const words = comment.value.trim() || null;
      await feedback({ parse_id: recorded.parse_id, intent: intent.value, entities: draft, comment: words });
      outcome.replaceChildren(el("p", { class: "thanks" }, t("feedback_thanks")));
      said(t("feedback_thanks"));
    } catch (error) {
      outcome.replaceChildren(errorCard(error, send));
    }
  };
  show();
  return el("details", { class: "card fold", "data-fold": "feedback" },
    el("summary", {}, t("feedback")),
    el("form", { class: "feedback", submit: send },
      el("label", {}, t("feedback_intent"), intent),
      el("fieldset", {}, el("legend", {}, t("feedback_entities")), marks, marker(recorded.text, typesOf(recorded, names.entities), draft, show)),
      el("label", { class: "wide" }, t("feedback_comment"), comment),
      el("button", { type: "submit", class: "solid" }, t("feedback_send"))),
    outcome);
}

const typesOf = (recorded, known) => [...new Set([...known, ...recorded.entities.map((one) => one.entity)])].sort();

function intentChoice(recorded, intents) {
  const decision = recorded.intent.name;
  const choices = [...new Set([decision, ...intents])].sort();
  return el("select", {}, choices.map((name) => el("option", { value: name, selected: name === decision }, fullName(name))));
}

function markList(text, draft, changed) {
  if (!draft.length) return [el("li", { class: "note" }, t("entities_none"))];
  const points = new CodePoints(text);
  return draft.map((one) => el("li", {},
    el("span", { class: "entity-chip", "data-colour": colourOf(one.entity) }, one.role ? `${one.entity} · ${one.role}` : one.entity),
    el("span", { lang: "ko" }, points.slice(one.start, one.end)),
    el("button", { type: "button", class: "quiet", click: () => {
      draft.splice(draft.indexOf(one), 1);
      changed();
    } }, t("feedback_remove", { text: points.slice(one.start, one.end) }))));
}
