// The page of conversations: one says something, and sees what the bot says, did and why.
import * as api from "./api.js";
import { AskError, PASSING } from "./api.js";
import { learnColours } from "./colours.js";
import { el } from "./dom.js";
import { errorCard } from "./errors.js";
import { fold } from "./exchange.js";
import { learnTexts, number, t } from "./language.js";
import { learnNames } from "./names.js";
import { CodePoints } from "./offsets.js";
import { start } from "./shell.js";
import { onKey } from "./storage.js";
import { showClock, startClock } from "./talk_clock.js";
import { Talk } from "./talk_session.js";
import { story } from "./talk_story.js";
import { TEXTS } from "./talk_texts.js";
import { replies, turnRow, waitingRow } from "./talk_turn.js";

const SOONEST = 1_000; // milliseconds until a server that is away is asked again, and twice that each time …
const LATEST = 15_000; // … but no more than this
const EXAMPLE = `scenarios:
  order_food:
    slots:
      menu: {ask: "어떤 음식을 주문할까요?", choices: [피자, 치킨]}
      count: {ask: "{menu}을(를) 몇 개 드릴까요?"}
    confirm: "{menu} {count}, 주문할까요?"
    done: "{menu} {count}을(를) 주문했어요."
`;
const $ = (id) => document.getElementById(id);
const field = $("said");
const most = Number(field.dataset.maxTextLength);
const wide = matchMedia("(min-width: 941px)");
const talk = new Talk();
const rows = new Map(); // answered turn → its row
const asked = new Set(); // turns whose answer is on its way
const state = { rules: null, mistake: null, unruled: null, examples: {}, problem: null, away: SOONEST, told: null };

learnTexts(TEXTS);

/** Say something: it waits for what was said before it. */
function say(text) {
  if (!text.trim()) return;
  talk.say(text.trim());
  state.told = null;
  showAll();
  reveal();
  sendNext();
}

async function sendNext() {
  const [turn] = talk.waiting;
  if (!turn || asked.has(turn)) return;
  clearTimeout(state.again);
  const { user, clock } = talk;
  asked.add(turn);
  showWaiting();
  try {
    const answer = await api.chat({ text: turn.text, message_id: turn.id, user, now: clock.now || undefined, timezone: clock.zone || undefined });
    state.away = SOONEST;
    if (talk.user === user) arrived(turn, answer);
    else turn.answer = answer; // of the talk before, to which one may go back
  } catch (error) {
    if (talk.user === user) failed(turn, error);
  }
  asked.delete(turn);
  showProblem();
  showWaiting();
  if (!state.problem) sendNext();
}

function arrived(turn, answer) {
  const last = talk.answered.at(-1);
  if (last && !last.isKept) last.open = false;
  turn.open = wide.matches;
  state.problem = null;
  talk.answer(turn, answer);
  showAll();
  reveal();
  announce([answer.text, ...answer.quick_replies.map((one) => one.label)].join(" · "));
}

/** Tell what went wrong; what passes by itself is tried again, what the server will never take goes back to the field. */
function failed(turn, error) {
  state.problem = error;
  if (error.kind === "busy") state.again = setTimeout(retry, 1000 * error.seconds);
  else if (PASSING.has(error.kind)) {
    state.again = setTimeout(retry, state.away);
    state.away = Math.min(2 * state.away, LATEST);
  } else if (["refused", "too_long"].includes(error.kind)) {
    talk.drop(turn);
    if (!field.value) field.value = turn.text;
    measure();
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
  field.focus();
}

function goBack() {
  talk.goBack();
  state.told = null;
  showAll();
  field.focus();
  sendNext();
}

async function learnRules() {
  clearTimeout(state.rulesAgain);
  try {
    const { scenarios, problem } = await api.scenarios();
    const isSame = JSON.stringify(scenarios) === JSON.stringify(state.rules);
    Object.assign(state, { rules: scenarios, mistake: problem, unruled: null });
    if (!isSame) showTurns(true);
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
    showTurns(true);
  } catch {
    // Without a report intents are shown by their names in the patterns, and nothing is offered to begin with.
  }
}

/** What is to be known of the bot before one talks: that it has no scenarios, or that a file has a mistake. */
function showBot() {
  const { unruled, mistake } = state;
  const isMissing = unruled?.kind === "no_scenarios";
  $("bot").replaceChildren(...[
    unruled && !state.problem ? errorCard(unruled, learnRules) : null,
    isMissing ? el("section", { class: "card" }, el("h2", {}, t("talk_how")), el("p", {}, t("talk_how_text")),
      fold("talk_how_example", EXAMPLE, announce)) : null,
    mistake && !unruled ? el("section", { class: "card talk-mistake" }, el("h2", {}, t("talk_mistake")), el("pre", { tabindex: "0" }, mistake)) : null,
  ].filter(Boolean));
}

/** Draw the turns; rows that are drawn stay as they are, so that nothing is lost that one reads or presses, unless `anew`. */
function showTurns(anew = false) {
  if (anew) rows.clear();
  const { answered } = talk;
  const shown = answered.map((turn, at) => {
    if (!rows.has(turn)) rows.set(turn, turnRow(turn, answered[at - 1]?.answer, state.rules ?? {}, (isOpen) => opened(turn, isOpen)));
    const row = rows.get(turn);
    row.lastElementChild.open = Boolean(turn.open);
    return row;
  });
  for (const node of [...$("turns").children]) if (!shown.includes(node)) node.remove();
  shown.forEach((row, at) => {
    if ($("turns").children[at] !== row) $("turns").insertBefore(row, $("turns").children[at] ?? null);
  });
  showWaiting();
  showStory();
}

function opened(turn, isOpen) {
  if (Boolean(turn.open) === isOpen) return;
  Object.assign(turn, { open: isOpen, isKept: isOpen });
  talk.keep();
}

/** What waits for its answer, else what one may press. */
function showWaiting() {
  for (const node of document.querySelectorAll("[data-waiting], .talk-replies, .talk-begin")) node.remove();
  const { waiting, answered } = talk;
  if (waiting.length) {
    $("turns").append(...waiting.map((turn) => waitingRow(turn, asked.has(turn))));
  } else if (answered.length) {
    const { quick_replies: choices } = answered.at(-1).answer;
    if (choices.length) $("turns").lastElementChild.firstElementChild.append(replies(choices, t("quick_replies"), pressed));
  } else {
    $("turns").append(beginning());
  }
}

function beginning() {
  const known = Object.entries(state.examples).filter(([intent]) => state.rules?.[intent]).map(([, text]) => ({ label: text, text }));
  return el("li", { class: "talk-begin" },
    el("p", { class: "note" }, t(known.length ? "talk_start" : "talk_empty")),
    known.length ? replies(known, t("talk_start"), pressed) : null);
}

function pressed(text, byKeyboard) {
  if (talk.waiting.length) return;
  say(text);
  if (byKeyboard || !matchMedia("(pointer: coarse)").matches) field.focus({ preventScroll: true });
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
  const facts = { count: new CodePoints(field.value).length, most };
  $("problem").replaceChildren(...(problem ? [errorCard(problem, () => {
    state.problem = null;
    showProblem();
    retry();
  }, facts)] : []));
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

const reveal = () => $("turns").lastElementChild?.scrollIntoView({ block: "nearest" });

function announce(text) {
  $("status").textContent = "";
  setTimeout(() => { $("status").textContent = text; }, 50); // the same words twice are two things to hear
}

function measure() {
  field.rows = 1;
  while (field.scrollHeight > field.clientHeight + 2 && field.rows < 4) field.rows += 1;
  const count = new CodePoints(field.value).length;
  $("count").hidden = count <= 0.8 * most;
  $("count").textContent = t("count", { count: number(count), most: number(most) });
  $("count").classList.toggle("over", count > most);
  field.setAttribute("aria-invalid", String(count > most));
}

function send() {
  const text = field.value;
  if (!text.trim()) return;
  if (new CodePoints(text).length > most) {
    state.problem = new AskError("too_long");
    showProblem();
    return;
  }
  if (["refused", "too_long"].includes(state.problem?.kind)) state.problem = null;
  field.value = "";
  measure();
  say(text);
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
  field.focus();
});
field.addEventListener("input", measure);
field.addEventListener("keydown", (event) => {
  state.shift = event.shiftKey;
  // While a syllable is being composed, Enter belongs to the input method; Safari says so by the code alone.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  send();
});
field.addEventListener("beforeinput", (event) => {
  if (!["insertLineBreak", "insertParagraph"].includes(event.inputType) || state.shift || event.isComposing) return;
  event.preventDefault();
  send();
});
$("anew").addEventListener("click", begin);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  field.focus();
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
  measure();
  showClock();
  showBot();
  rows.clear();
  showAll();
});
learnRules();
learnReport();
sendNext();
