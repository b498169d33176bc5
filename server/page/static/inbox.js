// The page of the inbox: groups of what was not understood, what to do with each, and how to undo it.
import * as api from "./api.js";
import { el } from "./dom.js";
import { errorCard } from "./errors.js";
import { GroupCard, button } from "./inbox_group.js";
import { TEXTS } from "./inbox_texts.js";
import { language, learnTexts, number, t } from "./language.js";
import { start } from "./shell.js";
import { onKey } from "./storage.js";

const STATES = ["open", "held", "excluded", "done"];
const REASONS = ["failed", "unsure", "complained"];
const $ = (id) => document.getElementById(id);
const list = el("ol", { class: "group-list" });
const state = { counts: {}, chosen: "open", groups: [], next: null, isLoaded: false, told: null, record: new URLSearchParams(location.search).get("record") };

learnTexts(TEXTS);

async function load(after = null) {
  try {
    const reason = $("reason").value;
    const wanted = state.record === null ? { state: state.chosen, reason, after } : { record: state.record };
    const page = await api.inbox(wanted);
    $("problem").replaceChildren();
    state.groups = after === null ? page.groups : [...state.groups, ...page.groups];
    Object.assign(state, { counts: page.counts, next: page.next, isLoaded: true });
    show();
  } catch (error) {
    tell(error, () => load(after));
  }
}

async function gather() {
  $("gather").disabled = true;
  $("gather").textContent = t("inbox_gathering");
  try {
    const { found, joined, new_groups: made } = await api.gatherInbox();
    say(() => t("inbox_gathered", { found: number(found), joined: number(joined), made: number(made) }));
    await load();
  } catch (error) {
    tell(error, gather);
  }
  $("gather").disabled = false;
  $("gather").textContent = t("inbox_gather");
}

/** Say what was decided, with the way back, and go on. */
async function decided(made) {
  const text = () => [
    t("inbox_told", { group: made.group, action: t(`inbox_action_${made.action}`) }),
    made.action === "accept" ? ` ${t("inbox_accepted")}` : "",
  ].join("");
  say(text, () => undo(made.id));
  await load();
  if ($("log").open) await showLog();
}

async function undo(id) {
  try {
    await api.undoInbox(id);
    say(() => t("inbox_undone", { number: id }));
    await load();
    if ($("log").open) await showLog();
  } catch (error) {
    tell(error, () => undo(id));
  }
}

async function showLog() {
  try {
    const { decisions } = await api.inboxDecisions();
    $("decisions").replaceChildren(...(decisions.length ? decisions.map(decisionRow) : [el("p", { class: "note" }, t("inbox_log_none"))]));
  } catch (error) {
    tell(error, showLog);
  }
}

function decisionRow(one) {
  const action = t(`inbox_action_${one.action}`);
  const what = t("inbox_decision", { number: one.id, action, group: one.group, count: number(one.count) });
  const time = new Date(one.time).toLocaleString(language());
  return el("div", { class: "decision", "data-undone": one.undone },
    el("span", { class: "what" }, one.intent ? `${what} (${one.intent})` : what), el("span", { class: "note" }, `${one.by}, ${time}`),
    one.undone ? null : button("inbox_undo", () => undo(one.id), "quiet"));
}

function say(text, back = null) {
  state.told = { text, back };
  showTold();
  $("status").textContent = text();
}

function showTold() {
  if (!state.told) return;
  const { text, back } = state.told;
  $("told").replaceChildren(el("span", {}, text()), ...(back ? [button("inbox_undo", back, "quiet")] : []));
}

function tell(error, again) {
  $("problem").replaceChildren(errorCard(error, again));
}

function show() {
  document.title = `${t("view_inbox")} · korean-nlu`;
  $("states").replaceChildren(...STATES.map((name) => el("button", {
    type: "button",
    "aria-pressed": String(name === state.chosen),
    click: () => choose(name),
  }, t(`inbox_state_${name}`, { count: number(state.counts[name] ?? 0) }))));
  const wanted = $("reason").value;
  $("reason").replaceChildren(el("option", { value: "" }, t("inbox_reason_all")),
    ...REASONS.map((name) => el("option", { value: name }, t(`inbox_reason_${name}`))));
  $("reason").value = wanted;
  $("gather").textContent = t("inbox_gather");
  showTold();
  if (!state.isLoaded) return;
  list.replaceChildren(...state.groups.map((group) => new GroupCard(group, decided).node));
  $("groups").replaceChildren(state.groups.length ? list : el("p", { class: "notice" }, t(state.record === null ? "inbox_none" : "inbox_record_none")));
  $("more").hidden = state.next === null;
}

function choose(name) {
  state.chosen = name;
  state.record = null;
  for (const one of $("states").children) one.setAttribute("aria-pressed", "false");
  load().then(() => $("states").querySelector('[aria-pressed="true"]')?.focus());
}

async function learnIntents() {
  try {
    const { scores } = await api.report();
    $("intents").replaceChildren(...Object.keys(scores.intents).map((value) => el("option", { value })));
  } catch {
    // Without a report the names are typed.
  }
}

$("gather").addEventListener("click", gather);
$("reason").addEventListener("change", () => {
  state.record = null;
  load();
});
$("more").addEventListener("click", () => load(state.next));
$("log").addEventListener("toggle", () => ($("log").open ? showLog() : null));
onKey(() => load());
start(show);
load();
learnIntents();
