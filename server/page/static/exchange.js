// What was sent and what came back, to copy.
import { PARSE, bodyOf } from "./api.js";
import { el } from "./dom.js";
import { t } from "./language.js";
import { apiKey } from "./storage.js";

/** The card with the request as a curl line and the answer as JSON; `said` is told what copying led to. */
export function exchangeCard(text, answer, said) {
  return el("section", { class: "exchange" },
    fold("request", curl(text), said),
    fold("response", JSON.stringify(answer, null, 2), said));
}

/** The line that asks the same in a shell. */
export function curl(text) {
  const quoted = (written) => `'${written.replaceAll("'", "'\\''")}'`;
  const url = new URL(PARSE, document.baseURI).href;
  const key = apiKey() ? ` -H "X-API-Key: $NLU_API_KEY"` : ""; // the key itself is shown to nobody
  return `curl ${quoted(url)}${key} -H 'Content-Type: application/json' -d ${quoted(bodyOf(text))}`;
}

/** A card to open, with a text to copy; `title` names its text, `said` is told what copying led to. */
export function fold(title, content, said) {
  const written = el("pre", { tabindex: "0", "aria-label": t(title) }, el("code", {}, content));
  const copy = el("button", { type: "button", class: "quiet", click: async () => {
    const key = (await copied(content, written)) ? "copied" : "copy_failed";
    copy.textContent = t(key === "copied" ? key : "copy");
    said(t(key));
  } }, t("copy"));
  return el("details", { class: "card fold", "data-fold": title },
    el("summary", {}, t(title)), el("div", { class: "fold-body" }, copy, written));
}

/** Copy a text; pages without a secure connection may only copy what is selected. */
async function copied(content, written) {
  try {
    await navigator.clipboard.writeText(content);
    return true;
  } catch {
    getSelection().selectAllChildren(written);
    return document.execCommand("copy");
  }
}
