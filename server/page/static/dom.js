// Elements from a line each; text is always text, never markup.

/** Make an element: `el("p", { class: "note" }, "text", other)`; a function as an attribute listens to that event. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat(2).filter((child) => child != null));
  return node;
}

/** Set a length in percent by the object model: a strict policy forbids the attribute `style`. */
export function place(node, property, share) {
  node.style.setProperty(property, `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`);
  return node;
}

/** A table with a heading for each column; the first cell of a row heads it. */
export function table(caption, columns, rows) {
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
    el("table", {},
      el("caption", { class: "visually-hidden" }, caption),
      el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col" }, column)))),
      el("tbody", {}, rows.map(([first, ...others]) =>
        el("tr", {}, el("th", { scope: "row" }, first), others.map((cell) => el("td", {}, cell)))))));
}

/** The attributes of what scrolls in itself where it is long, by keyboard too. */
export const longer = (isLong) => (isLong ? { "data-long": true, tabindex: "0" } : {});

/** A list of names and what they stand for. */
export function facts(pairs, name = "facts") {
  return el("dl", { class: name }, pairs.map(([term, fact]) =>
    el("div", {}, el("dt", {}, term), el("dd", {}, fact))));
}
