// Utterances to try, one of each intent.
import { el } from "./dom.js";
import { t } from "./language.js";
import { nameOf } from "./names.js";

const FEW = 6;

/** The list as buttons; the long ones, which show the most, come first. */
export function examplesList(examples, all, ask, toggle) {
  const sorted = [...examples].sort(([, one], [, other]) => other.length - one.length);
  const shown = all ? sorted : sorted.slice(0, FEW);
  return el("div", {},
    el("h2", { class: "examples-title", id: "examples-title" }, t("examples")),
    el("ul", { class: "examples", "aria-labelledby": "examples-title" },
      shown.map(([intent, text]) =>
        el("li", {}, el("button", { type: "button", lang: "ko", title: nameOf(intent), click: () => ask(text) }, text))),
      examples.length > FEW ? el("li", {}, el("button", { type: "button", class: "quiet", "aria-expanded": String(all), click: toggle },
        all ? t("show_fewer") : t("show_all", { count: examples.length }))) : null));
}
