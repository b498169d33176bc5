// What went wrong, told kindly, with the way on.
import { el } from "./dom.js";
import { number, t } from "./language.js";
import { useKey } from "./storage.js";

// What the server said adds nothing to these.
const SAYS_ENOUGH = new Set(["offline", "timeout", "key", "wrong_key"]);

/** The card of an error; `again` asks once more, `facts` fills in `{count}` and `{most}`. */
export function errorCard({ kind, message, seconds }, again, { count = 0, most = 0 } = {}) {
  const told = kind === "refused" ? null : t(`error_${kind}_text`, { count: number(count), most: number(most), seconds });
  return el("section", { class: "card error", role: "alert", "data-kind": kind },
    el("h2", {}, t(`error_${kind}`)),
    told ? el("p", {}, told) : null,
    message && !SAYS_ENOUGH.has(kind) ? el("p", { class: "note" }, t("error_details", { message })) : null,
    wayOn(kind, again));
}

function wayOn(kind, again) {
  if (["too_long", "refused", "closed"].includes(kind)) return null;
  if (["key", "wrong_key", "role"].includes(kind)) return keyForm(again);
  return el("button", { type: "button", class: "solid", click: again }, t("retry"));
}

function keyForm(again) {
  const field = el("input", { type: "password", name: "key", autocomplete: "off", required: true });
  const send = (event) => {
    event.preventDefault();
    useKey(field.value.trim());
    again();
  };
  return el("form", { class: "key", submit: send },
    el("label", {}, t("key"), field), el("button", { type: "submit", class: "solid" }, t("key_send")));
}
