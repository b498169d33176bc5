// One job: where it stands, how far it is, what it says, and how to stop it.
import { cancelJob, job as read } from "./api.js";
import { el, facts } from "./dom.js";
import { errorCard } from "./errors.js";
import { follow } from "./events.js";
import { kindName } from "./job_form.js";
import { duration, moment, number, t } from "./language.js";

const LOOK = 2_000; // milliseconds between two looks at what a running job prints
const PATIENCE = 20_000; // milliseconds in the queue until it is said what a job may wait for
const ENDED = new Set(["done", "failed", "cancelled"]);

/** Whether a job came to its end. */
export const isEnded = (job) => ENDED.has(job.state);

/** The card of a job; it follows the job while it is open. */
export class JobCard {
  constructor(job, changed) {
    this.job = job;
    this.changed = changed;
    this.isOpen = false;
    this.stopper = null;
    this.node = el("li", {}, (this.body = el("article", { class: "card job", "data-job": job.id, "aria-label": this.name() })));
    this.problem = el("div", {});
    this.show();
  }

  name() {
    return t("job_name", { id: this.job.id, kind: kindName(this.job.kind) });
  }

  /** Take what is newer of the job. */
  update(job) {
    const before = this.job.state;
    this.job = job;
    this.show();
    if (before !== job.state) this.changed(job);
  }

  show() {
    const { job } = this;
    const focused = document.activeElement?.dataset?.act;
    const within = this.body.contains(document.activeElement);
    this.body.replaceChildren(
      el("div", { class: "job-line" },
        el("h2", {}, this.name()),
        el("span", { class: "job-state", "data-state": job.state }, t(`job_state_${job.state}`)),
        el("span", { class: "note" }, `${job.added_by} · ${moment(job.created)}`)),
      this.given(), this.waiting(), this.progress(), this.buttons(), this.isOpen ? this.details() : "", this.problem);
    if (within && focused) this.body.querySelector(`[data-act=${focused}]`)?.focus();
  }

  given() {
    const words = Object.entries(this.job.arguments).map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : value}`);
    if (this.job.after) words.push(t("job_after", { id: this.job.after }));
    return words.length ? el("p", { class: "job-given" }, words.join("  ")) : "";
  }

  waiting() {
    const isLong = this.job.state === "queued" && Date.now() - new Date(this.job.created) > PATIENCE;
    return isLong ? el("p", { class: "note" }, t("job_waits")) : "";
  }

  progress() {
    const found = this.job.progress;
    if (!found || this.job.state !== "running") return "";
    const share = found.total ? found.done / found.total : null;
    const words = [found.stage, share === null ? null : `${number(found.done)} / ${number(found.total)}`,
      found.eta == null ? null : t("job_left", { time: duration(found.eta) })];
    return el("div", { class: "job-progress" },
      el("progress", { "aria-label": this.name(), max: "1", value: share }),
      el("span", {}, words.filter(Boolean).join(" · ")));
  }

  buttons() {
    const open = el("button", { type: "button", class: "quiet", "data-act": "open", "aria-expanded": String(this.isOpen), click: () => this.toggle() },
      t(this.isOpen ? "job_close" : "job_open"));
    const stop = el("button", { type: "button", class: "quiet", "data-act": "stop", disabled: this.job.cancel_requested, click: () => this.cancel() },
      t(this.job.cancel_requested ? "job_stopping" : "job_stop"));
    return el("div", { class: "job-buttons" }, open, isEnded(this.job) ? "" : stop);
  }

  details() {
    const { job } = this;
    const rows = [
      [t("job_queue"), `${job.queue} · ${t("job_attempts", { attempts: job.attempts, allowed: job.attempts_allowed })}`],
      job.started ? [t("job_started"), moment(job.started)] : null,
      job.ended ? [t("job_ended"), moment(job.ended)] : null,
      Object.keys(job.result).length ? [t("job_result"), Object.entries(job.result).map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", ")] : null,
    ].filter(Boolean);
    return el("div", {}, facts(rows),
      job.error ? el("pre", { class: "job-error", tabindex: "0", role: "group", "aria-label": t("job_error") }, job.error) : "",
      job.tail ? el("pre", { tabindex: "0", role: "group", "aria-label": t("job_log") }, job.tail) : el("p", { class: "note" }, t("job_log_none")));
  }

  toggle() {
    this.isOpen = !this.isOpen;
    this.show();
    if (this.isOpen) this.watch();
    else this.leave();
  }

  /** Stop following. */
  leave() {
    this.stopper?.abort();
    this.stopper = null;
  }

  watch() {
    this.leave();
    if (isEnded(this.job)) return;
    this.stopper = new AbortController();
    const { signal } = this.stopper;
    follow(`jobs/${this.job.id}/events`, (kind, data) => this.hear(kind, data), signal);
    const look = setInterval(() => (signal.aborted ? clearInterval(look) : this.look()), LOOK);
    signal.addEventListener("abort", () => clearInterval(look));
  }

  hear(kind, data) {
    if (kind === "job" || kind === "end") this.update(data);
    else if (kind === "progress") this.update({ ...this.job, state: "running", progress: data });
    else if (kind === "state") this.look();
    if (kind === "end") this.leave();
  }

  async look() {
    try {
      this.update(await read(this.job.id));
    } catch {
      // The next look tells.
    }
  }

  async cancel() {
    try {
      this.update(await cancelJob(this.job.id));
      this.problem.replaceChildren();
      if (!isEnded(this.job) && !this.stopper) this.watch();
    } catch (error) {
      this.problem.replaceChildren(errorCard(error, () => this.cancel()));
    }
  }
}
