// The server counts code points, JavaScript counts UTF-16 units: an emoji is one there and two here.

/** Cut a text at offsets in code points. */
export class CodePoints {
  constructor(text) {
    this.points = Array.from(text);
  }

  get length() {
    return this.points.length;
  }

  slice(start, end) {
    return this.points.slice(start, end).join("");
  }

  /** How many code points from `start` spell a text, however they are composed; 0 when they don't. */
  reach(start, text) {
    for (let end = start + 1; text && end <= Math.min(this.length, start + 4 * text.length); end += 1) {
      if (this.slice(start, end).normalize("NFKC") === text) return end - start;
    }
    return 0;
  }
}

/** Cut a text into what people see as one sign each: `{ text, start, end }`, in code points. */
export function graphemes(text) {
  const cut = Intl.Segmenter ? Array.from(new Intl.Segmenter("ko").segment(text), ({ segment }) => segment) : Array.from(text);
  let end = 0;
  return cut.map((sign) => {
    const start = end;
    end += Array.from(sign).length;
    return { text: sign, start, end };
  });
}

/** Cut an utterance into plain stretches, entities, and the particles after them: `{ kind, text, entity }`. */
export function segments(text, entities) {
  const points = new CodePoints(text);
  const found = [];
  let at = 0;
  const add = (kind, end, entity) => {
    if (end > at) found.push({ kind, text: points.slice(at, end), entity });
    at = Math.max(at, end);
  };
  entities.forEach((entity, row) => {
    add("plain", entity.start);
    add("entity", entity.end, entity);
    const next = entities[row + 1]?.start ?? points.length;
    add("particle", Math.min(next, at + points.reach(at, entity.particle)), entity);
  });
  add("plain", points.length);
  return found;
}
