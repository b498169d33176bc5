// Mark an entity: tap its first and its last syllable, say what it is.
import { el } from "./dom.js";
import { t } from "./language.js";
import { CodePoints, graphemes } from "./offsets.js";

const FEW = 12; // types to tap; any other can be typed
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };

/**
 * What to mark entities with: by finger or mouse a tap on both ends, by keyboard the arrows, with Shift to select.
 *
 * @param text the utterance
 * @param types the entity types to choose from
 * @param draft the entities so far, which are changed
 * @param changed told of every change
 */
export function marker(text, types, draft, changed) {
  const chosen = new Selection(text);
  const type = el("input", { list: "entity-types", autocomplete: "off", autocapitalize: "off" });
  const role = el("input", { autocomplete: "off", autocapitalize: "off" });
  const told = el("p", { class: "note", role: "status" });
  const say = () => { told.textContent = chosen.told(); };
  const mark = () => {
    const entity = type.value.trim();
    if (!chosen.span || !entity) {
      told.textContent = t(chosen.span ? "feedback_type_first" : "feedback_select");
      return;
    }
    const { span } = chosen;
    const apart = draft.filter((one) => one.end <= span.start || one.start >= span.end);
    draft.splice(0, draft.length, ...[...apart, { entity, role: role.value.trim() || undefined, ...span }]
      .sort((a, b) => a.start - b.start));
    chosen.clear();
    say();
    changed();
  };
  return el("div", { class: "marker" },
    el("div", { class: "wide" }, el("p", { id: "select-label" }, t("feedback_select")), chosen.view(say)),
    told,
    el("label", {}, t("type"), type), el("datalist", { id: "entity-types" }, types.map((name) => el("option", { value: name }))),
    el("label", {}, t("role"), role),
    el("div", { class: "wide types", role: "group", "aria-label": t("feedback_types") }, types.slice(0, FEW).map((name) =>
      el("button", { type: "button", class: "quiet", click: () => { type.value = name; } }, name))),
    el("button", { type: "button", class: "quiet", click: mark }, t("feedback_mark")));
}

/** The syllables that are selected, from one to another. */
class Selection {
  constructor(text) {
    this.text = text;
    this.syllables = graphemes(text).filter((one) => one.text.trim());
    this.clear();
  }

  clear() {
    this.first = this.last = null;
    this.open = false; // whether the next tap ends it
    this.draw();
  }

  /** What is selected, in code points; null when nothing is. */
  get span() {
    if (this.first === null) return null;
    const [from, to] = [this.first, this.last].sort((a, b) => a - b);
    return { start: this.syllables[from].start, end: this.syllables[to].end };
  }

  told() {
    if (!this.span) return "";
    const text = new CodePoints(this.text).slice(this.span.start, this.span.end);
    return t(this.open ? "feedback_select_end" : "feedback_selected", { text });
  }

  tap(at) {
    if (!this.open) this.first = at;
    this.last = at;
    this.open = !this.open;
    this.draw();
  }

  /** Select from where the selection began, or from here, to another syllable. */
  reach(from, to) {
    this.first ??= from;
    this.last = to;
    this.open = false;
    this.draw();
  }

  draw() {
    const { start, end } = this.span ?? { start: 0, end: 0 };
    this.buttons?.forEach((button, at) => {
      const { start: here } = this.syllables[at];
      button.setAttribute("aria-pressed", String(start <= here && here < end));
    });
  }

  view(say) {
    this.buttons = this.syllables.map(({ text }, at) => el("button", {
      type: "button", class: "syllable", "aria-pressed": "false", tabindex: at ? "-1" : "0",
      click: () => { this.tap(at); this.rest(at); say(); },
      keydown: (event) => { this.key(event, at); say(); },
    }, text));
    const words = [];
    let done = -1;
    this.syllables.forEach(({ start, end }, at) => {
      if (start > done) words.push([]);
      words.at(-1).push(this.buttons[at]);
      done = end;
    });
    return el("div", { class: "syllables", lang: "ko", role: "group", "aria-labelledby": "select-label" },
      words.map((buttons) => el("span", { class: "word" }, buttons)));
  }

  key(event, at) {
    const to = event.key === "Home" ? 0 : event.key === "End" ? this.buttons.length - 1 : at + (STEPS[event.key] ?? NaN);
    if (!this.buttons[to]) return;
    event.preventDefault();
    if (event.shiftKey) this.reach(at, to);
    this.rest(to);
    this.buttons[to].focus();
  }

  /** One syllable alone is reached by Tab, the others from it by the arrows. */
  rest(at) {
    this.buttons.forEach((button, place) => { button.tabIndex = place === at ? 0 : -1; });
  }
}
