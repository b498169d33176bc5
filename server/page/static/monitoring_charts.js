// Charts of the page of monitoring, as SVG that says its content in words, too.
import { svg } from "./dom.js";
import { number, percent } from "./language.js";

const WIDTH = 520, HEIGHT = 220, LEFT = 78, RIGHT = 14, TOP = 16, BOTTOM = 30;

const across = (at, count) => LEFT + (count < 2 ? 0.5 : at / (count - 1)) * (WIDTH - LEFT - RIGHT);
const up = (share) => TOP + (1 - Math.min(1, Math.max(0, share))) * (HEIGHT - TOP - BOTTOM);

function frame(title, ticks, ends, ...drawn) {
  return svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title },
    ticks.map(([share, label]) => [
      svg("line", { class: "axis", x1: LEFT, x2: WIDTH - RIGHT, y1: up(share), y2: up(share) }),
      svg("text", { x: LEFT - 8, y: up(share) + 4, "text-anchor": "end" }, label),
    ]),
    drawn,
    svg("text", { x: LEFT, y: HEIGHT - 8 }, ends[0]),
    svg("text", { x: WIDTH - RIGHT, y: HEIGHT - 8, "text-anchor": "end" }, ends[1]));
}

const path = (points) => svg("polyline", { class: "line", points: points.map((point) => point.join(",")).join(" ") });

/** Shares day by day: the line, and an upright one where they moved for good. */
export function daysChart(title, days, moved) {
  const shares = days.map((day) => day.fallbacks / Math.max(1, day.utterances));
  const most = Math.max(0.05, ...shares) * 1.1;
  const points = shares.map((share, at) => [across(at, days.length), up(share / most)]);
  return frame(`${title}: ${days.map((day, at) => `${day.day} ${percent(shares[at], 1)}`).join(", ")}`,
    [[0, percent(0)], [0.5, percent(most / 2, 1)], [1, percent(most, 1)]],
    [days[0]?.day ?? "", days.length > 1 ? days.at(-1).day : ""],
    days.map((day, at) => moved.includes(day.day) &&
      svg("line", { class: "moved", x1: points[at][0], x2: points[at][0], y1: TOP, y2: HEIGHT - BOTTOM })).filter(Boolean),
    path(points),
    points.map(([x, y], at) => svg("circle", { class: "dot", cx: x, cy: y, r: 3.5 },
      svg("title", {}, `${days[at].day}: ${percent(shares[at], 1)} (${number(days[at].utterances)})`))));
}

/** Chances of earlier checks, the rarer the higher; an alarm is above the limit. */
export function pastChart(title, past, limit, shownTime) {
  const found = past.filter((one) => one.adjusted !== null);
  const height = (chance) => Math.min(1, -Math.log10(Math.max(chance, 1e-6)) / 6);
  const points = found.map((one, at) => [across(at, found.length), up(height(one.adjusted))]);
  const raised = found.filter((one) => one.alarm).length;
  return frame(`${title}: ${number(raised)} / ${number(found.length)}`,
    [[0, "1"], [1 / 3, "0.01"], [2 / 3, "0.0001"], [1, "10⁻⁶"]],
    [found.length ? shownTime(found[0].time) : "", found.length > 1 ? shownTime(found.at(-1).time) : ""],
    svg("line", { class: "limit", x1: LEFT, x2: WIDTH - RIGHT, y1: up(height(limit)), y2: up(height(limit)) }),
    path(points),
    points.map(([x, y], at) => svg("circle", { class: found[at].alarm ? "dot raised" : "dot", cx: x, cy: y, r: 3.5 },
      svg("title", {}, `${shownTime(found[at].time)}: ${found[at].adjusted.toPrecision(2)}`))));
}

/** Estimates with their intervals, one below the other. */
export function accuracyChart(title, estimates, nameOf) {
  const rows = estimates.length, height = 34 * rows + 34;
  const x = (share) => 150 + share * (WIDTH - 150 - 70);
  const told = estimates.map((one) => `${nameOf(one)} ${percent(one.value, 1)}`).join(", ");
  return svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": `${title}: ${told}` },
    [0, 0.5, 1].map((share) => [
      svg("line", { class: "axis", x1: x(share), x2: x(share), y1: 6, y2: height - 26 }),
      svg("text", { x: x(share), y: height - 8, "text-anchor": "middle" }, percent(share)),
    ]),
    estimates.map((one, at) => [
      svg("text", { x: 0, y: 28 + 34 * at }, nameOf(one)),
      svg("line", { class: "range", x1: x(one.low), x2: x(one.high), y1: 24 + 34 * at, y2: 24 + 34 * at }),
      svg("circle", { class: "dot", cx: x(one.value), cy: 24 + 34 * at, r: 5 }),
      svg("text", { x: WIDTH, y: 28 + 34 * at, "text-anchor": "end" }, percent(one.value, 1)),
    ]));
}
