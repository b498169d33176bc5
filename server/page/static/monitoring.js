// The page of monitoring: the newest check, what moved it, the days, and what is usual from now on.
import { AskError, monitoring, rebase } from "./api.js";
import { el, table } from "./dom.js";
import { errorCard } from "./errors.js";
import { language, learnTexts, number, percent, t } from "./language.js";
import { accuracyChart, daysChart, pastChart } from "./monitoring_charts.js";
import { MONITORING_TEXTS } from "./monitoring_texts.js";
import { start } from "./shell.js";
import { apiKey, onKey } from "./storage.js";

const LIMIT = 0.002;
const AGAIN = 3_000; // milliseconds until a check that is on its way is looked for
const $ = (id) => document.getElementById(id);
let answer = null, failure = null, waiting = 0, isSure = false;

learnTexts(MONITORING_TEXTS);
start(show);
onKey(load);
load();

async function load() {
  clearTimeout(waiting);
  try {
    answer = await monitoring();
    failure = null;
    if (answer.refreshing) waiting = setTimeout(load, AGAIN);
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    failure = error;
  }
  show();
}

function show() {
  document.title = `${t("monitoring_title")} · korean-nlu`;
  $("error").replaceChildren(...(failure ? [errorCard(failure, load)] : []));
  $("monitoring").replaceChildren(...(answer && !failure ? cards(answer) : []));
  $("served").textContent = answer ? answer.model_version : "";
}

function cards(found) {
  const isTested = found.signals.length > 0;
  return [
    verdict(found),
    found.movers.length ? movers(found) : null,
    isTested ? signals(found) : null,
    el("div", { class: "charts" },
      found.accuracy.length ? chart("accuracy", accuracyChart(t("monitoring_accuracy"), found.accuracy, (one) => t(`monitoring_method_${one.method}`))) : null,
      found.days.length ? chart("days", daysChart(t("monitoring_days"), found.days, found.moved.fallback ?? [])) : null,
      found.past.some((one) => one.adjusted !== null) ? chart("past", pastChart(t("monitoring_past"), found.past, LIMIT, time)) : null),
    found.window.size ? usual() : null,
  ].filter(Boolean);
}

const time = (text) => new Date(text).toLocaleString(language(), { dateStyle: "medium", timeStyle: "short" });

function verdict(found) {
  const kinds = { alarm: ["is-alarm", "!"], quiet: ["is-quiet", "✓"] };
  const [name, sign] = kinds[found.state] ?? ["is-waiting", "…"];
  const isSmall = found.state === "quiet" && found.signals.length === 0;
  const lines = [];
  if (found.reference) {
    const reference = t(`monitoring_kind_${found.reference.kind}`, { size: number(found.reference.size) });
    lines.push(t("monitoring_window", { size: number(found.window.size), reference }));
    if (isSmall) lines.push(t("monitoring_few", { size: number(found.window.size) }));
    if (found.reference.kind === "generated") lines.push(t("monitoring_generated_note"));
  }
  if (found.baseline.wanted) {
    lines.push(t("monitoring_wanted", { wanted: number(found.baseline.wanted), served: number(found.baseline.served) }));
  }
  if (found.checked) lines.push(t("monitoring_checked", { time: time(found.checked) }));
  if (found.refreshing) lines.push(t("monitoring_refreshing"));
  const state = isSmall ? "monitoring_unchecked" : `monitoring_${found.state}`;
  return el("section", { class: `card ${isSmall ? "is-waiting" : name}` },
    el("h2", { class: "state" },
      el("span", { class: "sign", "aria-hidden": "true" }, isSmall ? "…" : sign), el("span", {}, t(state))),
    lines.map((line) => el("p", { class: "note" }, line)));
}

function signals(found) {
  const rows = found.signals.map((one) => [
    el("span", one.alarm ? { class: "raised" } : {}, t(`monitoring_signal_${one.name}`), one.alarm ? ` · ${t("monitoring_raised")}` : ""),
    one.adjusted < 0.0001 ? "< 0.0001" : one.adjusted.toFixed(4),
    one.psi === null ? "" : one.psi.toFixed(3),
    beforeNow(one),
  ]);
  return el("section", { class: "card" },
    el("h2", {}, t("monitoring_signals")), el("p", { class: "note" }, t("monitoring_signals_note")),
    table(t("monitoring_signals"), [t("monitoring_signal"), t("monitoring_chance"), t("monitoring_psi"), t("monitoring_before_now")], rows));
}

function beforeNow(one) {
  if (one.before !== null && one.now !== null) {
    const shown = one.name === "length" ? (value) => value.toFixed(1) : (value) => percent(value, 1);
    return `${shown(one.before)} → ${shown(one.now)}`;
  }
  const [most] = [...one.grown].sort((a, b) => b.now - b.before - (a.now - a.before));
  return most && one.name !== "topics" ? `${most.name} ${percent(most.before, 1)} → ${percent(most.now, 1)}` : "";
}

function movers(found) {
  return el("section", { class: "card" },
    el("h2", {}, t("monitoring_movers")), el("p", { class: "note" }, t("monitoring_movers_note")),
    el("ol", { class: "movers" }, found.movers.map((one) => el("li", {},
      el("p", { class: "mover-text" }, one.text === null ? t("monitoring_mover_gone") : marked(one.text, one.spans)),
      el("p", { class: "note" },
        `${one.intent} ${percent(one.confidence)} · ${one.signals.map((name) => t(`monitoring_signal_${name}`)).join(", ")} `,
        el("a", { href: `inbox?record=${encodeURIComponent(one.id)}` }, t("monitoring_mover_inbox")))))));
}

function marked(text, spans) {
  const points = [...text], parts = [];
  let at = 0;
  for (const [first, last] of spans) {
    if (first < at) continue;
    parts.push(points.slice(at, first).join(""), el("mark", {}, points.slice(first, last).join("")));
    at = last;
  }
  return [...parts, points.slice(at).join("")];
}

const chart = (name, drawn) => el("section", { class: "card" },
  el("h2", {}, t(`monitoring_${name}`)), drawn, el("p", { class: "note" }, t(`monitoring_${name}_note`)));

function usual() {
  const click = async () => {
    if (!isSure) {
      isSure = true;
      show();
      return $("rebase").focus();
    }
    isSure = false;
    try {
      const done = await rebase();
      $("status").textContent = t("monitoring_rebased", { size: number(done.size) });
      await load();
      waiting = setTimeout(load, AGAIN);
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      failure = error;
      show();
    }
  };
  if (!apiKey()) return null;
  return el("section", { class: "card rebase" }, el("h2", {}, t("monitoring_rebase")), el("p", { class: "note" }, t("monitoring_rebase_note")),
    el("button", { type: "button", class: isSure ? "solid" : "quiet", id: "rebase", click },
      t(isSure ? "monitoring_rebase_sure" : "monitoring_rebase")));
}
