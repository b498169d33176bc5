// What an author wrote is answered as it is written: utterances that patterns say, and imported rows.

import { isSpace, squeeze } from "./characters.js";
import { blake2b } from "./blake2b.js";
import { core } from "./final_marks.js";
import { Recognizer } from "./recognizer.js";
import TABLES from "./tables.js";

const { sources: SOURCES, digestSize: DIGEST_SIZE, purpose: PURPOSE } = TABLES.authored;

/** Answers what was written, up to spaces, case and final marks, without a network. */
export class AuthoredUtterances {
  constructor(patterns, rows, wholeWords) {
    this.recognizer = patterns && new Recognizer(patterns);
    this.rows = rows && new Map(Object.entries(rows));
    this.wholeWords = wholeWords;
  }

  /** How a normalised text was written, once for each intent; where final marks differ, what differs least counts. */
  find(chars, lexicon) {
    const found = [...this.ofRows(chars, lexicon), ...this.ofPatterns(chars, lexicon)];
    const least = Math.min(...found.map(({ rank }) => rank[0]));
    const best = new Map();
    for (const one of found.filter(({ rank }) => rank[0] === least)) {
      if (!best.has(one.intent) || isLess(one.rank, best.get(one.intent).rank)) best.set(one.intent, one);
    }
    return [...best.values()];
  }

  *ofPatterns(chars, lexicon) {
    if (!this.recognizer) return;
    const places = [...chars.keys()].filter((at) => !isSpace(chars[at]));
    for (const { intent, entities, marks } of this.recognizer.find(chars, lexicon)) {
      const spans = entities.map(({ start, end, entity, role, value }) => ({
        span: { start: places[start], end: places[end - 1] + 1, entity, role },
        value,
      }));
      const findings = (this.wholeWords ? toWordEnds(chars, spans) : spans).map(finding);
      const covered = entities.reduce((sum, { start, end }) => sum + end - start, 0);
      yield { intent, findings, rank: [marks, -covered, entities.length] };
    }
  }

  *ofRows(chars, lexicon) {
    if (!this.rows) return;
    const squeezed = squeeze(chars);
    const places = [...chars.keys()].filter((at) => !isSpace(chars[at]));
    const ends = core.ends(squeezed);
    const keys = new Map();
    for (const end of new Set([...ends.slice(0, 3), squeezed.length])) {
      if (end) keys.set(squeezed.slice(0, end).join(""), squeezed.length - end);
    }
    if (!ends[0]) {
      keys.clear();
      keys.set(core.onceEach(squeezed), 0);
    }
    for (const [key, marks] of keys) {
      for (const [intent, entities] of this.rows.get(blake2b(key, DIGEST_SIZE, PURPOSE)) ?? []) {
        const findings = entities.map(([start, end, entity, role, value]) => {
          const span = { start: places[start], end: places[end - 1] + 1, entity, role };
          const raw = chars.slice(span.start, span.end);
          return finding({ span, value: value ?? lexicon.canonical(entity, raw) ?? raw.join("") });
        });
        yield { intent, findings, rank: [marks, -squeezed.length, 0] };
      }
    }
  }
}

function finding({ span, value }) {
  return { span, value, confidence: 1, sources: [...SOURCES] };
}

/** Move each span's end to the next space, or to where the next span starts. */
function toWordEnds(chars, spans) {
  return spans.map((one, row) => {
    const limit = spans[row + 1]?.span.start ?? chars.length;
    const space = chars.indexOf(" ", one.span.end);
    return { ...one, span: { ...one.span, end: space >= 0 && space < limit ? space : limit } };
  });
}

function isLess(one, other) {
  const at = one.findIndex((number, row) => number !== other[row]);
  return at >= 0 && one[at] < other[at];
}
