// Start the page: the two views, the language, and the report that both need.
import * as api from "./api.js";
import { PASSING } from "./api.js";
import { learnColours } from "./colours.js";
import { el } from "./dom.js";
import { errorCard } from "./errors.js";
import { learnNames } from "./names.js";
import { t } from "./language.js";
import { reportView } from "./report.js";
import { start } from "./shell.js";
import { onKey } from "./storage.js";
import { TryView } from "./try.js";

const $ = (id) => document.getElementById(id);
const state = { report: null, problem: null };
const view = new TryView((version) => {
  if (version !== state.report?.model_version) loadReport();
});
const AGAIN = 5_000; // milliseconds until a server that was away is asked for its report again
let loading = false;

async function loadReport() {
  if (loading) return;
  loading = true;
  try {
    state.report = await api.report();
    state.problem = null;
    learnNames(state.report.display_names);
    learnColours(Object.keys(state.report.scores.entities));
    view.learn(state.report);
  } catch (error) {
    state.problem = error;
    if (PASSING.has(error.kind)) setTimeout(loadReport, AGAIN);
  }
  loading = false;
  showReport();
}

/** Try an utterance of the report. */
function tryOut(text) {
  location.hash = "#try";
  showView(false);
  view.put(text);
}

function showReport() {
  const { report, problem } = state;
  $("served").textContent = report ? t("served", { version: report.model_version }) : "";
  if (report) $("report").replaceChildren(reportView(report, tryOut));
  else $("report").replaceChildren(problem ? errorCard(problem, loadReport) : el("p", { class: "notice" }, t("report_loading")));
}

function showView(focus) {
  const wanted = location.hash === "#report" ? "report" : "try";
  for (const name of ["try", "report"]) {
    const [link, here] = [document.querySelector(`[data-view=${name}]`), name === wanted];
    $(`view-${name}`).hidden = !here;
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${t(`view_${wanted}`)} · korean-nlu`;
  if (wanted === "report" && !state.report) loadReport();
  if (focus) $(wanted === "report" ? "report-title" : "utterance").focus({ preventScroll: true });
}

addEventListener("hashchange", () => showView(true));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  if (location.hash === "#report") location.hash = "#try";
  $("utterance").focus();
});
start(() => {
  view.show();
  showReport();
  showView();
});
onKey(loadReport);
if (!state.report) loadReport();
