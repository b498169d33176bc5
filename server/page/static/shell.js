// What every page has around it: the language, and the key that this tab uses.
import { el } from "./dom.js";
import { onLanguage, speak, t, translate } from "./language.js";
import { apiKey, onKey, useKey } from "./storage.js";

const $ = (id) => document.getElementById(id);

/** Start the bar; `show` draws the page, at once and when the language has changed. What a key opens is the page's own. */
export function start(show) {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => speak(button.dataset.language));
  }
  $("key-switch").addEventListener("click", () => openKey($("key-panel").hidden));
  $("key-panel").addEventListener("keydown", (event) => {
    if (event.key === "Escape") openKey(false);
  });
  onLanguage(() => {
    showSwitch();
    if (!$("key-panel").hidden) $("key-panel").replaceChildren(keyForm());
    show();
  });
  onKey(showSwitch);
  translate();
  showSwitch();
  show();
}

function showSwitch() {
  $("key-switch").textContent = t(apiKey() ? "key_kept" : "key_give");
  $("key-switch").toggleAttribute("data-kept", Boolean(apiKey()));
}

function openKey(isOpen) {
  $("key-panel").hidden = !isOpen;
  $("key-switch").setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) return $("key-switch").focus();
  $("key-panel").replaceChildren(keyForm());
  $("key-panel").querySelector("input").focus();
}

function keyForm() {
  const field = el("input", { type: "password", name: "key", autocomplete: "off", required: true });
  const give = (event) => {
    event.preventDefault();
    openKey(false);
    useKey(field.value.trim());
  };
  const forget = () => {
    openKey(false);
    useKey("");
  };
  return el("form", { class: "key", submit: give },
    el("label", {}, t("key"), field),
    el("button", { type: "submit", class: "solid" }, t("key_use")),
    apiKey() ? el("button", { type: "button", class: "quiet", click: forget }, t("key_forget")) : null,
    el("p", { class: "note" }, t("key_note")));
}
