// What the page asks of its server.
import { apiKey } from "./storage.js";

const PATIENCE = 10_000; // milliseconds; the slowest honest answer takes far less

/** An answer that did not come; `kind` names the texts that tell it. */
export class AskError extends Error {
  constructor(kind, message = "", seconds = 0) {
    super(message);
    this.kind = kind;
    this.seconds = seconds;
  }
}

export const PARSE = "parse?explain=1";

export const bodyOf = (text) => JSON.stringify({ text });

/** The kinds of errors that pass by themselves: whoever asks again is answered one day. */
export const PASSING = new Set(["offline", "timeout", "no_model", "no_scenarios", "no_database"]);

const MISSING = { ModelUnavailable: "no_model", ScenariosUnavailable: "no_scenarios", DatabaseUnavailable: "no_database" };

/** Ask what an utterance means, half-typed as it may be: it is not recorded. `signal` drops the question. */
export const parse = (text, signal) => read(`${PARSE}&reply=1&record=0`, { method: "POST", body: bodyOf(text) }, signal);

/** Ask what an utterance means that was meant; the server may record it, and says under which id. */
export const parseMeant = (text) => read("parse", { method: "POST", body: bodyOf(text) });

/** Say what a recorded utterance really means. */
export const feedback = (body) => read("feedback", { method: "POST", body: JSON.stringify(body) });

/** Ask for the report of the bundle in use. */
export const report = () => read("report", {});

/** Ask whether people still say what the model was made for. */
export const monitoring = () => read("monitoring", {});

/** Take what was said last for what is usual. */
export const rebase = () => read("monitoring/rebase", { method: "POST" }, undefined, { patience: 120_000 });

/** Ask for jobs, the newest first; `wanted` holds parameters, "" and null for none. */
export const jobs = (wanted) => read(`jobs?${new URLSearchParams(Object.entries(wanted).filter(([, value]) => value))}`, {});

/** Ask for one job. */
export const job = (id) => read(`jobs/${id}`, {});

/** Ask which kinds of jobs there are, and what each takes. */
export const jobKinds = () => read("jobs/kinds", {});

/** Add a job; the status is 202 for a new one, 200 for one that was there. */
export async function addJob(kind, given) {
  let status = 0;
  const answer = await read(`jobs/${kind}`, { method: "POST", body: JSON.stringify(given) }, undefined, { told: (got) => { status = got; } });
  return { answer, status };
}

/** Stop a job. */
export const cancelJob = (id) => read(`jobs/${id}`, { method: "DELETE" });

const parameters = (wanted) => new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== "" && value != null));
const post = (path, body, how) => read(path, { method: "POST", body: JSON.stringify(body) }, undefined, how);
const WEBHOOK = 45_000; // milliseconds: an author may let it be waited for as long as 30 s
const LONG = { patience: 120_000 }; // milliseconds: what gathers and proposes works through much

/** Ask for a page of the inbox's groups; `wanted` holds parameters, "" and null for none. */
export const inbox = (wanted) => read(`inbox?${parameters(wanted)}`, {});

/** Ask for one group with all its members. */
export const inboxGroup = (id) => read(`inbox/groups/${id}`, {});

/** Ask what could be written so that a group is understood. */
export const inboxProposals = (id, intent) => read(`inbox/groups/${id}/proposals?${parameters({ intent })}`, {}, undefined, LONG);

/** Take up what waits. */
export const gatherInbox = () => post("inbox/gather", {}, LONG);

/** Decide of a group, or of some of its records. */
export const decideInbox = (id, body) => post(`inbox/groups/${id}/decisions`, body);

/** Accept a proposal, or only see what it would write. */
export const acceptInbox = (id, body) => post(`inbox/groups/${id}/accept`, body, LONG);

/** Take a decision back. */
export const undoInbox = (number) => post(`inbox/decisions/${number}/undo`, {});

/** Ask what was decided. */
export const inboxDecisions = () => read("inbox/decisions", {});

/** Take a turn of a talk: `{ text, user, message_id, now, timezone }`; asked again by the same id, it is taken once. */
export const chat = (body) => post("chat", body, { patience: WEBHOOK, kinds: { 409: "elsewhere" } });

/** Ask what the scenarios ask for. */
export const scenarios = () => read("chat", {});

async function read(path, options, dropped, { told = () => {}, patience = PATIENCE, kinds = {} } = {}) {
  const late = AbortSignal.timeout(patience);
  const signal = dropped ? AbortSignal.any([dropped, late]) : late;
  const headers = { "Content-Type": "application/json" };
  if (/[^\x21-\x7e]/.test(apiKey())) throw new AskError("wrong_key"); // no header can bear it, so no server has it
  if (apiKey()) headers["X-API-Key"] = apiKey();
  try {
    const response = await fetch(path, { ...options, headers, signal });
    const answer = await response.json().catch((error) => {
      if (signal.aborted) throw error;
      return null;
    });
    told(response.status);
    if (response.ok && answer !== null) return answer;
    if (response.status in kinds) throw new AskError(kinds[response.status]);
    throw refusal(response, answer ?? {});
  } catch (error) {
    if (error instanceof AskError || dropped?.aborted) throw error;
    throw new AskError(late.aborted ? "timeout" : "offline", String(error.message ?? error));
  }
}

function refusal(response, answer) {
  const inKorean = document.documentElement.lang === "ko" ? answer.details?.ko : null;
  const message = inKorean ?? (typeof answer.message === "string" ? answer.message : `${response.status} ${response.statusText}`);
  if (response.status === 401) return new AskError(apiKey() ? "wrong_key" : "key", message);
  if (response.status === 403 && answer.details?.role) return new AskError("role", message);
  if (response.status === 403) return new AskError("closed", message);
  if (response.status === 413) return new AskError("too_long", message);
  if (response.status === 429) {
    const wanted = Number(response.headers.get("Retry-After"));
    return new AskError("busy", message, Math.min(60, Math.max(1, Math.ceil(wanted) || 2)));
  }
  if (response.status === 503 && answer.reason in MISSING) return new AskError(MISSING[answer.reason], message);
  if ([502, 503, 504].includes(response.status)) return new AskError("offline", message);
  return new AskError(response.status < 500 ? "refused" : "broken", message);
}
