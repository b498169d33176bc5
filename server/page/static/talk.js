// The page of conversations: one says something, and sees what the bot says, did and why.
import * as api from "./api.js";
import { AskError, PASSING } from "./api.js";
import { learnColours } from "./colours.js";
import { el } from "./dom.js";
import { errorCard } from "./errors.js";
import { fold } from "./exchange.js";
import { learnTexts, t } from "./language.js";
import { learnNames } from "./names.js";
import { start } from "./shell.js";
import { onKey } from "./storage.js";
import { showClock, startClock } from "./talk_clock.js";
import { mistakeCard, noRules } from "./talk_bot.js";
import { Composer } from "./talk_composer.js";
import { Log } from "./talk_log.js";
import { Talk } from "./talk_session.js";
import { story } from "./talk_story.js";
import { TEXTS } from "./talk_texts.js";

const SOONEST = 1_000; // milliseconds until a server that is away is asked again, and twice that each time …
const LATEST = 15_000; // … but no more than this
const UNTAKEN = new Set(["refused", "too_long"]); // errors of what will never be taken as it is
const $ = (id) => document.getElementById(id);
const wide = matchMedia("(min-width: 941px)");
const talk = new Talk();
const log = new Log($("turns"), talk, pressed);
const composer = new Composer(meant, changed);
const drawn = new Map(); // what stands in a place, to see whether it changed
const state = { rules: null, mistake: null, unruled: null, examples: {}, problem: null, away: SOONEST, told: null };

learnTexts(TEXTS);

/** What was typed is meant; tell whether it is taken. */
function meant(text) {
  if (composer.isTooLong) {
    state.problem = new AskError("too_long");
    showProblem();
    return false;
  }
  changed();
  say(text);
  return true;
}

/** What the server would not take is typed anew. */
function changed() {
  if (!UNTAKEN.has(state.problem?.kind)) return;
  state.problem = null;
  showProblem();
}

/** Say something: it waits for what was said before it. */
function say(text) {
  talk.say(text);
  state.told = null;
  showAll();
  log.reveal();
  sendNext();
}

async function sendNext() {
  const [turn] = talk.waiting;
  if (!turn || log.asked.has(turn)) return;
  clearTimeout(state.again);
  const { user, clock } = talk;
  log.asked.add(turn);
  log.showEnd();
  try {
    const answer = await api.chat({ text: turn.text, message_id: turn.id, user, now: clock.now || undefined, timezone: clock.zone || undefined });
    state.away = SOONEST;
    if (talk.user === user) arrived(turn, answer);
    else turn.answer = answer; // of the talk before, to which one may go back
  } catch (error) {
    if (talk.user === user) failed(turn, error);
  }
  log.asked.delete(turn);
  const isNew = showProblem();
  log.showEnd();
  if (isNew) log.reveal();
  if (!state.problem) sendNext();
}

function arrived(turn, answer) {
  const last = talk.answered.at(-1);
  if (last && !last.isKept) last.open = false;
  turn.open = wide.matches;
  state.problem = null;
  talk.answer(turn, answer);
  showAll();
  log.reveal();
  announce([answer.text, ...answer.quick_replies.map((one) => one.label)].join(" · "));
}

/** Tell what went wrong; what passes by itself is tried again, what the server will never take goes back to the field. */
function failed(turn, error) {
  state.problem = error;
  if (error.kind === "busy") state.again = setTimeout(retry, 1000 * error.seconds);
  else if (PASSING.has(error.kind)) {
    state.again = setTimeout(retry, state.away);
    state.away = Math.min(2 * state.away, LATEST);
  } else if (UNTAKEN.has(error.kind)) {
    talk.drop(turn);
    composer.giveBack(turn.text);
    showAll();
  }
}

function retry() {
  if (state.unruled) learnRules();
  sendNext();
}

function begin() {
  talk.begin();
  Object.assign(state, { problem: null, told: "talk_begun" });
  clearTimeout(state.again);
  learnRules();
  showAll();
  announce(t("talk_begun"));
  composer.focus();
}

function goBack() {
  talk.goBack();
  state.told = null;
  showAll();
  composer.focus();
  sendNext();
}

async function learnRules() {
  clearTimeout(state.rulesAgain);
  try {
    const { scenarios, problem } = await api.scenarios();
    const isSame = JSON.stringify(scenarios) === JSON.stringify(state.rules);
    Object.assign(state, { rules: scenarios, mistake: problem, unruled: null });
    if (!isSame) log.renew(state.rules, state.examples);
  } catch (error) {
    state.unruled = error;
    if (PASSING.has(error.kind)) state.rulesAgain = setTimeout(learnRules, LATEST / 3);
  }
  showBot();
}

async function learnReport() {
  try {
    const report = await api.report();
    learnNames(report.display_names);
    learnColours(Object.keys(report.scores.entities));
    state.examples = report.examples;
    log.renew(state.rules, state.examples);
  } catch {
    // Without a report intents are shown by their names in the patterns, and nothing is offered to begin with.
  }
}

/** Draw what is there, and tell whether it changed: what is said is not said again each time a server is asked in vain. */
function draw(id, parts, make) {
  const key = JSON.stringify(parts);
  const isNew = drawn.get(id) !== key;
  if (isNew) $(id).replaceChildren(...make().filter(Boolean));
  drawn.set(id, key);
  return isNew;
}

const words = (error) => error && [error.kind, error.message, error.seconds];

function showBot() {
  const { unruled, mistake, problem } = state;
  draw("bot", [words(unruled), mistake, Boolean(problem)], () => (unruled
    ? noRules(unruled, problem ? null : learnRules, announce)
    : [mistake && mistakeCard(mistake)]));
}

function showTurns() {
  log.show();
  showStory();
}

function pressed(text, byKeyboard) {
  if (talk.waiting.length) return;
  say(text);
  if (byKeyboard || !matchMedia("(pointer: coarse)").matches) composer.focus();
}

function showStory() {
  const { answered } = talk;
  const isOpen = $("story").querySelector("details")?.open ?? false;
  if (!answered.length) return $("story").replaceChildren();
  const now = answered.find((turn) => turn.clock?.now)?.clock.now;
  const card = fold("talk_story", story(answered), announce);
  card.open = isOpen;
  card.append(el("p", { class: "note" }, t("talk_story_note"), now ? ` ${t("talk_story_now", { now })}` : null));
  $("story").replaceChildren(card);
}

function showProblem() {
  const { problem } = state;
  const isNew = draw("problem", [words(problem)], () => [problem && errorCard(problem, () => {
    state.problem = null;
    showProblem();
    retry();
  }, composer)]);
  showBot();
  return isNew;
}

function showTold() {
  $("told").replaceChildren(...(state.told ? [el("span", {}, t(state.told)),
    talk.before?.turns.length ? el("button", { type: "button", class: "quiet", click: goBack }, t("talk_back")) : null].filter(Boolean) : []));
}

function showAll() {
  showTold();
  showTurns();
  showProblem();
}

function announce(text) {
  $("status").textContent = "";
  setTimeout(() => { $("status").textContent = text; }, 50); // the same words twice are two things to hear
}

$("anew").addEventListener("click", begin);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  composer.focus();
});
addEventListener("online", retry);
addEventListener("focus", learnRules);
onKey(() => {
  learnRules();
  learnReport();
  state.problem = null;
  showProblem();
  sendNext();
});
startClock(talk.clock, (clock) => talk.setClock(clock));
start(() => {
  document.title = `${t("view_talk")} · korean-nlu`;
  composer.measure();
  showClock();
  drawn.clear();
  log.renew(state.rules, state.examples);
  showAll();
});
learnRules();
learnReport();
sendNext();
