// One list of entities out of two sources: what the tagger found and what the dictionary knows.

import TABLES from "./tables.js";

const { certain: CERTAIN, even: EVEN, inside: INSIDE } = TABLES.entities;

/**
 * Merge, sorted and without overlaps; the tagger comes first, the dictionary adds what it is likely to have missed.
 *
 * `sources`: `tagged` spans, `matches`, `lexicon`, `confidence` of a span, `endsBeforeParticles`.
 * `bounds`: how sure the tagger must be, `known` of a value of the dictionary, `unknown` of any other.
 */
export function merge(ground, sources, bounds) {
  const { lexicon } = sources;
  const matches = sources.matches.filter(({ start, end }) => ground.isWhole(start, end));
  const findings = [];
  const isFree = (span) => findings.every((one) => span.end <= one.span.start || one.span.end <= span.start);
  const endsOne = (at) =>
    findings.some((one) => one.span.end === at) ||
    matches.some((match) => match.end === at && ground.fits(match.start, match.end));
  const isNew = (match) => isNewWord(ground, match, lexicon);

  for (const span of sources.tagged) {
    const found = sources.confidence(span);
    for (const mended of mendedSpans(ground, span, found, matches, sources, endsOne, isNew)) {
      const isSame = mended.start === span.start && mended.end === span.end;
      const sure = isSame ? found : Math.min(1, found + sources.confidence(mended));
      const finding = tagged(ground, mended, lexicon, sure);
      const least = finding.sources.includes("dictionary") ? bounds.known : bounds.unknown;
      if (sure >= least && isFree(mended)) findings.push(finding);
    }
  }
  for (const match of stable(matches, longestFirst)) {
    const span = { start: match.start, end: match.end, entity: match.entity, role: null };
    let sure = sources.confidence(span);
    if (sure < bounds.known && isNew(match)) sure = Math.max(EVEN, bounds.known);
    const least = areWords(ground, [[match.start, match.end]]) ? bounds.known : Math.max(INSIDE, bounds.known);
    if (sure >= least && isFree(span) && ground.fits(match.start, match.end)) {
      findings.push({ span, value: match.value, confidence: sure, sources: ["dictionary"] });
    }
  }
  if (!findings.length) {
    for (const match of matches.filter((one) => isAll(ground, one, lexicon))) {
      const span = { start: match.start, end: match.end, entity: match.entity, role: null };
      findings.push({ span, value: match.value, confidence: Math.max(EVEN, bounds.known), sources: ["dictionary"] });
    }
  }
  const said = findings.filter(({ span }) => ground.isSpeech(span.start, span.end));
  return stable(said, (one, other) => one.span.start - other.span.start);
}

const longestFirst = (one, other) => one.start - one.end - (other.start - other.end) || one.start - other.start;

/** Sorted by a rule; what the rule holds for equal stays in its order, which for matches is that of their entities. */
function stable(list, rule) {
  return [...list].sort(rule);
}

/** Whether a match is a word by itself, of one type only, that came to the dictionary after training. */
function isNewWord(ground, match, lexicon) {
  const raw = ground.chars.slice(match.start, match.end);
  return (
    lexicon.isAdded(match.entity, raw) && lexicon.types(raw).length === 1 && ground.isWord(match.start, match.end)
  );
}

/** Whether a match of one type only is all that was said. */
function isAll(ground, { start, end }, lexicon) {
  const types = lexicon.types(ground.chars.slice(start, end));
  return types.length === 1 && ground.isAll(start, end) && ground.fits(start, end);
}

function tagged(ground, span, lexicon, confidence) {
  const raw = ground.chars.slice(span.start, span.end);
  const known = lexicon.canonical(span.entity, raw);
  const sources = known !== null ? ["tagger", "dictionary"] : ["tagger"];
  return { span, value: known ?? raw.join(""), confidence, sources };
}

/** A span of the tagger with the edges that a value may have; several where it holds several values. */
function* mendedSpans(ground, span, sure, matches, sources, known, isNew) {
  const ofType = matches.filter((match) => match.entity === span.entity);
  if (ofType.some((match) => match.start === span.start && match.end === span.end)) {
    if (ground.fits(span.start, span.end)) yield span;
    return;
  }
  for (const [start, end] of ground.pieces(span.start, span.end)) {
    const near = ofType.filter((match) => match.start < end && start < match.end);
    let values = separate(near.filter((match) => ground.fits(match.start, match.end)));
    const isDoubtful = sure < CERTAIN || near.some(isNew);
    const repeated = separate(near);
    let isPlain;
    if (repeats(ground, start, end, repeated)) [values, isPlain] = [repeated, true];
    else isPlain = sources.endsBeforeParticles && ground.isWithParticle(start, end, values);
    const isOne = values.some(([first, last]) => first === start && last === end);
    if (isOne || isPlain || (values.length && isDoubtful && areWords(ground, values))) {
      for (const [first, last] of values) yield { ...span, start: first, end: last };
    } else {
      const [first, last] = ground.widened(start, end, known);
      if (!ground.isRun(first, last)) yield { ...span, start: first, end: last };
    }
  }
}

/** The longest of overlapping matches, sorted. */
function separate(matches) {
  const kept = [];
  for (const { start, end } of stable(matches, longestFirst)) {
    if (kept.every(([first, last]) => end <= first || last <= start)) kept.push([start, end]);
  }
  return kept.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
}

/** Whether a stretch is one value again and again, which makes no longer name. */
function repeats(ground, start, end, values) {
  if (values.length < 2) return false;
  return ground.text(...values[0]).repeat(values.length) === ground.text(start, end).replaceAll(" ", "");
}

/** Whether values are words of their own, not parts of a longer one. */
function areWords(ground, values) {
  return values.every(([start, end]) => ground.isWordEdge(start) && ground.isWordEdge(end));
}
