// The confusion matrix as a heat map; the tables beside it hold the same figures.
import { el, svg, table } from "./dom.js";
import { number, percent, t } from "./language.js";
import { fullName, nameOf } from "./names.js";

const MOST_SHOWN = 8;
const MANY = 20; // intents whose matrix takes the whole width

/** Every cell that is not empty: `{ right, decision, times, share }`. */
export function cells(confusion) {
  return Object.entries(confusion).flatMap(([right, decisions]) => {
    const total = Object.values(decisions).reduce((sum, times) => sum + times, 0);
    return Object.entries(decisions).map(([decision, times]) => ({ right, decision, times, share: times / total }));
  });
}

/**
 * The section on confusions.
 *
 * @param confusion right intent → decision → how often
 * @param utterances right intent → decision → some of the utterances, of those that may be shown
 * @param ask called with an utterance that one wants to try
 */
export function confusionSection(confusion, utterances, ask) {
  const found = cells(confusion).sort((a, b) => b.times - a.times);
  const wrong = found.filter((cell) => cell.right !== cell.decision);
  const columns = [t("right_intent"), t("decision"), t("times"), t("share")];
  const opened = el("div", { class: "cell", tabindex: "-1" });
  const open = (cell) => {
    opened.replaceChildren(...cellView(cell, utterances[cell.right]?.[cell.decision] ?? [], ask));
    opened.focus();
    opened.scrollIntoView({ block: "nearest" });
  };
  const written = (list) => list.map((cell) => [
    nameOf(cell.right), nameOf(cell.decision), counted(cell, open), percent(cell.share, 1)]);
  return el("section", { class: "card", "aria-labelledby": "confusion" },
    el("h2", { id: "confusion" }, t("confusion")),
    el("p", { class: "note" }, `${t("confusion_note")} ${t("confusion_hint")}`),
    el("div", { class: Object.keys(confusion).length > MANY ? "confusion wide" : "confusion" },
      el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("confusion") }, map(confusion, found, open)),
      el("div", {},
        el("h3", {}, t("confusion_most")),
        wrong.length ? table(t("confusion_most"), columns, written(wrong.slice(0, MOST_SHOWN)))
          : el("p", { class: "note" }, t("confusion_no_errors")))),
    opened,
    el("details", {}, el("summary", {}, t("confusion_table")), table(t("confusion"), columns, written(found))));
}

/** How often, as a button that opens the cell; the squares of the map do the same for the mouse. */
const counted = (cell, open) => el("button", {
  type: "button", class: "quiet", click: () => open(cell),
  "aria-label": `${number(cell.times)}, ${t("confusion_open", named(cell))}`,
}, number(cell.times));

const named = ({ right, decision }) => ({ right: fullName(right), decision: fullName(decision) });

function cellView(cell, texts, ask) {
  const { right, decision } = named(cell);
  return [
    el("h3", {}, `${right} → ${decision}`),
    texts.length ? el("ul", { class: "examples" }, texts.map((text) =>
      el("li", {}, el("button", { type: "button", lang: "ko", click: () => ask(text) }, text))))
      : el("p", { class: "note" }, t("confusion_hidden")),
  ];
}

function map(confusion, found, open) {
  const names = [...new Set([...Object.keys(confusion), ...found.map((cell) => cell.decision)])].sort();
  const at = new Map(names.map((name, row) => [name, row]));
  const side = names.length > 30 ? 14 : 30;
  const edge = 20 + Math.max(...names.map((name) => widthOf(nameOf(name))));
  const size = edge + side * names.length + 4;
  const total = found.reduce((sum, cell) => sum + cell.times, 0);
  const right = found.filter((cell) => cell.right === cell.decision).reduce((sum, cell) => sum + cell.times, 0);
  const label = t("confusion_label", { count: names.length, total: number(total), right: number(right) });
  return svg("svg", { class: "heat", role: "img", "aria-label": label, viewBox: `0 0 ${size} ${size}`, width: size, height: size },
    names.map((name, row) => heading(name, edge, side, row)),
    svg("rect", { class: "heat-frame", x: edge, y: edge, width: side * names.length, height: side * names.length }),
    found.map((cell) => square(cell, edge + side * at.get(cell.decision), edge + side * at.get(cell.right), side, open)));
}

/** About how wide a name is written, in pixels: Hangul is wider. */
const widthOf = (name) => Array.from(name).reduce((sum, char) => sum + (char > "\u1100" ? 12 : 6.8), 0);

function heading(name, edge, side, row) {
  const middle = edge + side * row + side / 2;
  return [
    svg("text", { x: edge - 8, y: middle, class: "heat-name", "text-anchor": "end", "dominant-baseline": "central" }, nameOf(name)),
    svg("text", { x: middle, y: edge - 8, class: "heat-name", transform: `rotate(-90 ${middle} ${edge - 8})`,
      "dominant-baseline": "central" }, nameOf(name)),
  ];
}

function square(cell, x, y, side, open) {
  const { right, decision, times, share } = cell;
  const strength = Math.sqrt(share);
  const kind = right === decision ? "right" : "wrong";
  return svg("g", { class: `heat-cell ${kind}`, click: () => open(cell) },
    svg("title", {}, `${nameOf(right)} → ${nameOf(decision)}: ${number(times)} (${percent(share, 1)})`),
    svg("rect", { x: x + 1, y: y + 1, width: side - 2, height: side - 2, rx: 3, "fill-opacity": (0.1 + 0.9 * strength).toFixed(3) }),
    side < 20 ? null : svg("text", { x: x + side / 2, y: y + side / 2, class: strength > 0.6 ? "heat-count strong" : "heat-count",
      "text-anchor": "middle", "dominant-baseline": "central" }, String(times)));
}
