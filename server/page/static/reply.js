// What the bot says to an utterance, as its author wrote it.
import { el } from "./dom.js";
import { percent, t } from "./language.js";
import { nameOf } from "./names.js";

/** The card with the bot's answer and its buttons; `ask` is called with what a button says. */
export function replyCard({ reply }, ask) {
  if (!reply) return null;
  return el("section", { class: "card reply", "aria-labelledby": "reply" },
    el("h2", { id: "reply" }, t("reply")),
    el("p", { class: "bubble", lang: "ko" }, reply.text),
    reply.quick_replies.length ? el("ul", { class: "examples", "aria-label": t("quick_replies") },
      reply.quick_replies.map(({ label, text }) =>
        el("li", {}, el("button", { type: "button", lang: "ko", click: () => ask(text) }, label)))) : null);
}

/** The card with the two intents between which it would be a guess, where no answer of the bot asks; as `replyCard`. */
export function askCard({ ask: two, reply }, ask) {
  if (!two || reply) return null;
  return el("section", { class: "card asked", "aria-labelledby": "asked" },
    el("h2", { id: "asked" }, t("asked")),
    el("ul", { class: "examples" }, two.map(({ name, confidence, text }) => {
      const label = [el("strong", {}, nameOf(name)), text ? ` ${text}` : null, ` ${percent(confidence)}`].filter(Boolean);
      return el("li", {}, text ? el("button", { type: "button", lang: "ko", click: () => ask(text) }, ...label)
        : el("span", { lang: "ko" }, ...label));
    })));
}
