// A group of the inbox: what was said, what could be written, what to do with it.
import * as api from "./api.js";
import { colourOf } from "./colours.js";
import { el } from "./dom.js";
import { errorCard } from "./errors.js";
import { number, percent, t } from "./language.js";
import { proposalCard } from "./inbox_proposal.js";

/** A card; `decided` is called with what was decided of it. */
export class GroupCard {
  constructor(group, decided) {
    this.group = group;
    this.decided = decided;
    this.chosen = new Set();
    this.inside = el("div", { class: "group-inside", hidden: true });
    this.problem = el("div");
    this.form = el("div");
    this.opener = button("inbox_open_group", () => this.open(), "quiet");
    this.opener.setAttribute("aria-expanded", "false");
    this.node = el("li", { class: "card group" }, head(group), facts(group),
      el("ul", { class: "said" }, group.members.map((member) => el("li", {}, marked(member)))),
      this.buttons(), this.form, this.problem, this.inside);
  }

  buttons() {
    const { group } = this;
    const shown = group.state === "open" ? ["hold", "exclude"] : ["reopen"];
    if (group.reasons.complained || group.reasons.unsure) shown.push("answer");
    return el("div", { class: "group-buttons" }, this.opener,
      button("inbox_edit", () => this.edit(), "quiet"),
      shown.map((action) => button(`inbox_${action}`, () => this.decide({ action }), "quiet")));
  }

  async open() {
    const isOpen = this.inside.hidden;
    this.inside.hidden = !isOpen;
    this.opener.setAttribute("aria-expanded", String(isOpen));
    this.opener.textContent = t(isOpen ? "inbox_close_group" : "inbox_open_group");
    if (!isOpen) return;
    this.chosen.clear();
    this.proposals = el("div", { class: "group-inside" });
    this.members = el("ul", { class: "said" });
    this.inside.replaceChildren(el("h3", {}, t("inbox_members")), el("p", { class: "note" }, t("inbox_members_note")),
      this.members, this.proposals);
    await this.guarded(async () => {
      const whole = await api.inboxGroup(this.group.id);
      this.members.replaceChildren(...whole.members.map((member) => this.choice(member)));
      await this.propose();
    });
  }

  choice(member) {
    const box = el("input", { type: "checkbox", change: () => {
      if (box.checked) this.chosen.add(member.parse_id);
      else this.chosen.delete(member.parse_id);
    } });
    return el("li", {}, el("label", {}, box, el("span", {}, marked(member))));
  }

  async propose(intent = "") {
    this.proposals.replaceChildren(el("h3", {}, t("inbox_proposals")), el("p", { class: "note" }, t("inbox_proposing")));
    const { proposals } = await api.inboxProposals(this.group.id, intent);
    const field = intentField("inbox_propose_for", intent);
    const again = (event) => {
      event.preventDefault();
      this.guarded(() => this.propose(field.input.value.trim()));
    };
    this.proposals.replaceChildren(el("h3", {}, t("inbox_proposals")),
      el("form", { class: "inbox-form", submit: again }, field.label,
        el("button", { type: "submit", class: "quiet" }, t("inbox_propose_again"))),
      ...(proposals.length
        ? proposals.map((one) => proposalCard(this.group.id, one, intent, (made) => this.decided(made)))
        : [el("p", { class: "note" }, t("inbox_no_proposals"))]));
  }

  edit() {
    if (this.form.children.length) return this.form.replaceChildren();
    const field = intentField("inbox_intent", this.group.intent ?? "");
    const save = (event) => {
      event.preventDefault();
      this.decide({ action: "edit", intent: field.input.value.trim() });
    };
    field.input.required = true;
    this.form.replaceChildren(el("form", { class: "inbox-form", submit: save }, field.label,
      el("button", { type: "submit", class: "solid" }, t("inbox_edit_save"))));
    field.input.focus();
  }

  decide(body) {
    return this.guarded(async () => this.decided(await api.decideInbox(this.group.id, { ...body, records: [...this.chosen] })));
  }

  async guarded(work) {
    try {
      this.problem.replaceChildren();
      await work();
    } catch (error) {
      this.problem.replaceChildren(errorCard(error, () => this.guarded(work)));
    }
  }
}

function head(group) {
  const words = group.words.join(" · ") || "–";
  return el("div", { class: "group-line" }, el("h2", {}, words),
    group.intent ? el("span", { class: "badge" }, group.intent) : null,
    Object.entries(group.reasons).map(([reason, count]) =>
      el("span", { class: "reason", "data-reason": reason }, `${t(`inbox_reason_${reason}`)} ${number(count)}`)),
    el("span", { class: "note" }, `#${group.id}`));
}

function facts(group) {
  const intents = Object.keys(group.taken_for).slice(0, 3).map((name) => name || "?").join(", ");
  return el("p", { class: "group-facts" },
    el("span", {}, t("inbox_said_by", { people: number(group.frequency), count: number(group.count) })),
    el("span", {}, t("inbox_doubt", { doubt: percent(group.doubt) })),
    el("span", {}, t("inbox_taken_for", { intents })));
}

/** An utterance with its entities and its masked stretches marked; offsets are code points. */
function marked(member) {
  const chars = [...member.text];
  const stretches = [
    ...member.masked.map((one) => ({ ...one, isMasked: true })),
    ...member.entities,
  ].sort((one, other) => one.start - other.start);
  const parts = [];
  let at = 0;
  for (const one of stretches) {
    if (one.start < at) continue;
    parts.push(chars.slice(at, one.start).join(""));
    parts.push(el("mark", { "data-colour": colourOf(one.entity), class: one.isMasked ? "masked" : "", title: one.entity },
      chars.slice(one.start, one.end).join(""), el("span", { class: "visually-hidden" }, ` (${one.entity})`)));
    at = one.end;
  }
  parts.push(chars.slice(at).join(""));
  return parts;
}

function intentField(key, value) {
  const input = el("input", { type: "text", list: "intents", autocomplete: "off", spellcheck: "false", maxlength: "200", value });
  return { input, label: el("label", {}, t(key), input) };
}

export const button = (key, click, name) => el("button", { type: "button", class: name, click }, t(key));
