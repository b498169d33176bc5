// What the bot says to an utterance, as its author wrote it.
import { el } from "./dom.js";
import { t } from "./language.js";

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
