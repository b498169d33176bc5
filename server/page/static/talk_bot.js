// What is to be known of a bot before one talks: that it has no scenarios, or that their file has a mistake.
import { el } from "./dom.js";
import { errorCard } from "./errors.js";
import { fold } from "./exchange.js";
import { t } from "./language.js";

const EXAMPLE = `scenarios:
  order_food:
    slots:
      menu: {ask: "어떤 음식을 주문할까요?", choices: [피자, 치킨]}
      count: {ask: "{menu}을(를) 몇 개 드릴까요?"}
    confirm: "{menu} {count}, 주문할까요?"
    done: "{menu} {count}을(를) 주문했어요."
`;

/** The card of why there is nothing to talk by, and how to begin; `again` asks once more, `said` is told of copying. */
export const noRules = (error, again, said) => [
  again && errorCard(error, again),
  error.kind === "no_scenarios" ? el("section", { class: "card" },
    el("h2", {}, t("talk_how")), el("p", {}, t("talk_how_text")), fold("talk_how_example", EXAMPLE, said)) : null,
];

/** The card of a mistake in the file, while what it said before goes on. */
export const mistakeCard = (mistake) => el("section", { class: "card talk-mistake" },
  el("h2", {}, t("talk_mistake")), el("pre", { tabindex: "0" }, mistake));
