// Understand an utterance: text in, the answer of `POST /parse` out.

import { charsOf } from "./characters.js";
import { cutsOf, withoutMarks } from "./marks.js";
import { withNegations } from "./negation.js";
import { normalize } from "./normalization.js";
import { following } from "./particles.js";
import { shortened } from "./repetition.js";
import { FALLBACK, reasonOf, softmax } from "./verdict.js";
import { tensorsOf } from "./networks.js";

const NOTHING = { code: "nothing", score: 0, threshold: 0, coverage: 0, confidence: 0 };

/** Answers what utterances mean; made by `load`. */
export class Parser {
  constructor(model) {
    this.model = model;
    this.version = model.version;
    this.examples = model.examples;
    this.intents = model.intents;
  }

  /**
   * Understand one utterance.
   *
   * @param {string} text the utterance.
   * @param {{intents?: string[], top_n?: number}} options only these intents may win; how many to rank at most.
   * @returns {Promise<object>} the answer, as `POST /parse` gives it.
   */
  async parse(text, { intents, top_n: topN } = {}) {
    if (typeof text !== "string") throw new TypeError(`expected a text, got ${typeof text}`);
    const allowed = this.allowed(intents);
    const { lexicon, spacer, corrector } = this.model;
    const valuesOf = (chars) => lexicon.matches(chars).map(({ start, end }) => [start, end]);
    const normal = normalize(charsOf(text));
    const spaced = spacer.restore(shortened(withoutMarks(normal, valuesOf), valuesOf), lexicon);
    const reading = corrector.restore(spaced, lexicon);
    const written = this.written(normal, reading, allowed);
    if (written.found.length === 1) return this.asWritten(text, written, [1], allowed, topN);
    if (!reading.chars.length) return this.nothing(text);
    return this.judged(text, reading, written, allowed, topN);
  }

  /** The places of the intents that may win; null for all. */
  allowed(intents) {
    if (intents === undefined || intents === null) return null;
    for (const name of intents) {
      if (!this.intents.includes(name) && name !== FALLBACK) {
        throw new RangeError(`no intent '${name}'; there are: ${this.intents.join(", ")}`);
      }
    }
    return [...this.intents.keys()].filter((at) => intents.includes(this.intents[at]) || this.intents[at] === FALLBACK);
  }

  /** How the author wrote a text: with its marks, else as the networks read it. */
  written(normal, reading, allowed) {
    const { authored, lexicon } = this.model;
    const exact = normalize(normal.original);
    let written = { reading: exact, found: authored.find(exact.chars, lexicon) };
    if (!written.found.length && reading.chars.join("") !== exact.chars.join("")) {
      const whole = [...cutsOf(reading)];
      const crosses = ({ span }) => whole.some((cut) => span.start < cut && cut < span.end);
      const found = authored.find(reading.chars, lexicon).filter(({ findings }) => !findings.some(crosses));
      written = { reading, found };
    }
    if (allowed === null) return written;
    const names = allowed.map((at) => this.intents[at]);
    return { ...written, found: written.found.filter(({ intent }) => names.includes(intent)) };
  }

  async judged(text, reading, written, allowed, topN) {
    const { encoder, networks, entities, evidence, rule, lexicon, asked } = this.model;
    const features = encoder.encode(reading.chars);
    const tensors = tensorsOf(features);
    const scores = await networks.intent.run(tensors, "logits");
    const inferred = await entities.infer(tensors, features.places.length);
    const logits = evidence.addedTo(scores, entities.present(inferred));
    const known = written.found.filter(({ intent }) => this.intents.includes(intent));
    if (known.length) {
      const shares = softmax(known.map(({ intent }) => logits[this.intents.indexOf(intent)]), rule.temperature);
      return this.asWritten(text, { ...written, found: known }, shares, allowed, topN);
    }
    const { ranking, verdict } = this.ranked(logits, features, allowed);
    const findings = entities.find(reading, features, inferred, lexicon, encoder.tokenize);
    const answer = this.answer(text, reading, features.tokens, findings, ranking.slice(0, topN), verdict, "networks");
    const two = rule.ask(ranking, verdict.score);
    return two.length ? { ...answer, ask: two.map((one) => asked.words(one, answer.entities)) } : answer;
  }

  ranked(logits, features, allowed) {
    const { rule } = this.model;
    const every = softmax(logits, rule.temperature);
    const places = allowed ?? [...this.intents.keys()];
    const names = places.map((at) => this.intents[at]);
    if (names.every((name) => name === FALLBACK)) {
      const verdict = { code: "not_allowed", score: 0, threshold: rule.threshold, coverage: 1, confidence: 0 };
      return { ranking: [{ name: FALLBACK, confidence: 1 }], verdict };
    }
    return rule.judge(names, places.map((at) => every[at]), features);
  }

  /** The answer that was written; where it was written in several ways, the one with the greatest share. */
  asWritten(text, { reading, found }, shares, allowed, topN) {
    const { encoder, rule } = this.model;
    const order = [...found.keys()].sort((one, other) => shares[other] - shares[one]);
    const first = order.map((at) => ({ name: found[at].intent, confidence: shares[at] }));
    const names = allowed === null ? this.intents : allowed.map((at) => this.intents[at]);
    const others = [...new Set([...names, FALLBACK])].filter((name) => found.every(({ intent }) => intent !== name));
    const ranking = [...first, ...others.map((name) => ({ name, confidence: 0 }))].slice(0, topN);
    const isFallback = first[0].name === FALLBACK;
    const score = isFallback ? 0 : 1;
    const code = isFallback ? "out_of_scope" : null;
    const verdict = { code, score, threshold: rule.threshold, coverage: 1, confidence: score };
    const { findings } = found[order[0]];
    const tokens = encoder.tokenize(reading.chars);
    return this.answer(text, reading, tokens, findings, ranking, verdict, "pattern", first[0]);
  }

  nothing(text) {
    const ranking = [{ name: FALLBACK, confidence: 1 }];
    return this.answer(text, normalize([]), [], [], ranking, NOTHING, "networks");
  }

  answer(text, reading, tokens, findings, ranking, verdict, source, intent = ranking[0]) {
    return {
      text,
      intent,
      entities: entitiesOf(reading, findings),
      intent_ranking: ranking,
      text_tokens: originals(reading, tokens).filter((place) => place !== null),
      fallback: {
        is_fallback: verdict.code !== null,
        code: verdict.code,
        reason: reasonOf(verdict, "en"),
        score: verdict.score,
        threshold: verdict.threshold,
        coverage: verdict.coverage,
      },
      source,
      model_version: this.version,
    };
  }
}

function entitiesOf(reading, findings) {
  const places = originals(reading, findings.map(({ span }) => span));
  const rendered = findings.map((finding, row) => places[row] && entityOf(reading, finding, ...places[row]));
  return withNegations(reading.original, rendered.filter((one) => one !== null));
}

function entityOf(reading, { span, value, confidence, sources }, start, end) {
  const raw = reading.original.slice(start, end).join("");
  return {
    entity: span.entity,
    start,
    end,
    confidence_entity: confidence,
    value,
    extractor: sources[0] ?? "",
    raw,
    particle: following(reading.chars, span.end),
    sources,
    ...(span.role === null ? {} : { role: span.role }),
    ...(value === raw ? {} : { processors: ["dictionary"] }),
  };
}

/** The stretches of the original that sorted, separate spans stand for, separate too; null where nothing is left. */
function originals(reading, spans) {
  let taken = 0;
  return spans.map(({ start: first, end: last }) => {
    const [begin, end] = reading.toOriginal(first, last);
    const start = Math.max(begin, taken);
    taken = Math.max(taken, end);
    return start < end ? [start, end] : null;
  });
}
