// The page of jobs: a form to ask for one, and all of them, the newest first, as they go on.
import * as api from "./api.js";
import { el } from "./dom.js";
import { errorCard } from "./errors.js";
import { JobCard } from "./job_card.js";
import { jobForm, kindName } from "./job_form.js";
import { TEXTS } from "./jobs_texts.js";
import { learnTexts, t } from "./language.js";
import { start } from "./shell.js";
import { onKey } from "./storage.js";

const LOOK = 4_000; // milliseconds between two looks at the list
const STATES = ["queued", "running", "done", "failed", "cancelled"];
const $ = (id) => document.getElementById(id);
const list = el("ol", { class: "job-list" });
const cards = new Map();
let kinds = null;
let next = null;

learnTexts(TEXTS);

async function load() {
  try {
    kinds ??= (await api.jobKinds()).kinds;
    showForm();
    await look();
  } catch (error) {
    tell(error);
  }
}

async function look() {
  const page = await api.jobs({ state: $("state").value });
  $("problem").replaceChildren();
  const seen = new Set(page.jobs.map((job) => job.id));
  const oldest = page.jobs.at(-1)?.id ?? 0;
  for (const [id, card] of cards) {
    if (seen.has(id) || (id < oldest && page.next)) continue;
    card.leave();
    card.node.remove();
    cards.delete(id);
  }
  if (next === null || page.next === null || !cards.size) next = page.next;
  page.jobs.forEach(put);
  showList();
}

function put(job) {
  if (cards.has(job.id)) {
    const known = cards.get(job.id);
    if (job.state === "queued" || JSON.stringify(known.job) !== JSON.stringify(job)) known.update(job);
  } else {
    cards.set(job.id, new JobCard(job, changed));
  }
}

function showList() {
  const sorted = [...cards.keys()].sort((one, other) => other - one).map((id) => cards.get(id).node);
  if (sorted.length !== list.children.length || sorted.some((node, at) => list.children[at] !== node)) list.replaceChildren(...sorted);
  $("jobs").replaceChildren(sorted.length ? list : el("p", { class: "notice" }, t("jobs_none")));
  $("more").hidden = next === null;
}

async function more() {
  try {
    const page = await api.jobs({ state: $("state").value, before: next });
    next = page.next;
    page.jobs.forEach(put);
    showList();
  } catch (error) {
    tell(error);
  }
}

function changed(job) {
  $("status").textContent = `${t("job_name", { id: job.id, kind: kindName(job.kind) })}: ${t(`job_state_${job.state}`)}`;
}

function tell(error) {
  $("problem").replaceChildren(errorCard(error, load));
  if (["key", "wrong_key", "role", "closed"].includes(error.kind)) $("jobs").replaceChildren();
}

function showForm() {
  if (!kinds) return $("new").replaceChildren();
  const isOpen = $("new").querySelector("details")?.open ?? false;
  $("new").replaceChildren(el("details", { class: "card fold", open: isOpen },
    el("summary", {}, t("jobs_new")), jobForm(kinds, add)));
}

async function add(kind, given) {
  try {
    const { answer, status } = await api.addJob(kind, given);
    await look();
    return el("p", { class: "thanks" }, t(status === 202 ? "job_added" : "job_same", { id: answer.id }));
  } catch (error) {
    return errorCard(error, load);
  }
}

function showStates() {
  const before = $("state").value;
  $("state").replaceChildren(el("option", { value: "" }, t("jobs_all")), ...STATES.map((name) => el("option", { value: name }, t(`job_state_${name}`))));
  $("state").value = before;
}

$("state").addEventListener("change", () => {
  for (const card of cards.values()) card.leave();
  cards.clear();
  next = null;
  load();
});
$("more").addEventListener("click", more);
document.querySelector(".skip").addEventListener("click", () => $("main").focus());
onKey(() => {
  kinds = null;
  load();
});
start(() => {
  document.title = `${t("jobs_title")} · korean-nlu`;
  showStates();
  if (kinds) showForm();
  for (const card of cards.values()) card.show();
  if (kinds) showList();
});
setInterval(() => {
  if (!document.hidden && kinds) look().catch(tell);
}, LOOK);
load();
