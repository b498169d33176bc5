// A proposal: what it says, what it takes, and the diff of the author's files before anything is written.
import * as api from "./api.js";
import { el } from "./dom.js";
import { errorCard } from "./errors.js";
import { number, t } from "./language.js";

/** A card; `accepted` is called with the decision. */
export function proposalCard(group, proposal, intent, accepted) {
  const below = el("div");
  const field = proposal.line
    ? el("input", { type: "text", class: "pattern", autocomplete: "off", spellcheck: "false", maxlength: "2000", value: proposal.line })
    : null;
  const asked = (isDry) => ({
    number: proposal.number,
    line: proposal.line,
    ...(intent ? { intent } : {}),
    ...(field && field.value !== proposal.line ? { edited: field.value } : {}),
    dry_run: isDry,
  });
  const look = async () => {
    try {
      const { diff } = await api.acceptInbox(group, asked(true));
      below.replaceChildren(diffView(diff), el("div", { class: "group-buttons" },
        el("button", { type: "button", class: "solid", click: write }, t("inbox_accept"))));
      below.querySelector(".solid").focus();
    } catch (error) {
      below.replaceChildren(errorCard(error, look));
    }
  };
  const write = async () => {
    try {
      accepted((await api.acceptInbox(group, asked(false))).decision);
    } catch (error) {
      below.replaceChildren(errorCard(error, write));
    }
  };
  const send = (event) => {
    event.preventDefault();
    look();
  };
  return el("section", { class: "proposal", "aria-label": `${t("inbox_proposals")} ${proposal.number}` },
    el("p", {}, el("strong", {}, `${proposal.number}. ${t(`inbox_kind_${proposal.kind}`)} `),
      el("span", { class: "intent-id" }, proposal.intent), proposal.is_new_intent ? el("span", { class: "badge" }, t("inbox_new_intent")) : null),
    proposal.line ? el("code", {}, proposal.line) : null,
    el("dl", {}, told(proposal)),
    el("form", { class: "inbox-form", submit: send },
      field ? el("label", { class: "wide" }, t("inbox_line"), field) : null,
      el("button", { type: "submit", class: "quiet" }, t("inbox_preview"))),
    below);
}

function told({ rows, covers, texts, samples, size, stolen }) {
  const values = rows.map(({ entity, surface, synonym_of: value }) =>
    `${entity}: ${value ? t("inbox_synonym", { surface, value }) : surface}`);
  const taken = stolen.map(({ text, intent }) => `${text} [${intent}]`);
  return [
    rows.length ? fact(t("inbox_rows"), values) : [],
    fact(t("inbox_covers", { count: number(covers.length) }), texts),
    samples.length ? fact(t("inbox_samples", { size: number(size) }), samples) : [],
    taken.length ? fact(t("inbox_stolen", { count: number(taken.length) }), taken, "stolen") : fact(t("inbox_nothing_stolen"), []),
  ].flat();
}

const fact = (term, several, name = "") => [
  el("div", { class: name }, el("dt", { class: name }, term), el("dd", {}, several.slice(0, 8).join(" / ") || "–")),
];

/** A diff, its lines coloured; what they are is said by their signs as well. */
export function diffView(diff) {
  const kind = (line) => (/^\+(?!\+\+)/.test(line) ? "added" : /^-(?!--)/.test(line) ? "removed" : null);
  return el("div", {}, el("p", { class: "note" }, t("inbox_diff")),
    el("pre", { class: "diff", tabindex: "0", role: "group", "aria-label": t("inbox_diff") },
      diff.split("\n").map((line) => el("span", { class: kind(line) }, `${line}\n`))));
}
