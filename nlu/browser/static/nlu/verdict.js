// From logits to a ranking, and to the verdict whether the utterance was understood.

import TABLES from "./tables.js";

const { intent: FALLBACK, mostLogOdds: MOST_LOG_ODDS, reasons: REASONS } = TABLES.fallback;

export { FALLBACK };

/** Probabilities from logits. */
export function softmax(logits, temperature) {
  const scaled = Array.from(logits, (one) => one / temperature);
  const top = Math.max(...scaled);
  const exponents = scaled.map((one) => Math.exp(one - top));
  const total = exponents.reduce((sum, one) => sum + one, 0);
  return exponents.map((one) => one / total);
}

/** What entities say of the intents: a naive Bayes classifier whose features are the entities found. */
export class Evidence {
  constructor({ weight, labels, rates }, intents) {
    this.gains = rates.map((row) => row.map((rate) => weight * (Math.log(rate) - Math.log1p(-rate))));
    this.without = Array.from({ length: intents }, (_, intent) =>
      weight * rates.reduce((sum, row) => sum + Math.log1p(-row[intent]), 0),
    );
    this.labels = labels;
  }

  /** The logits with what the entities add, in single precision. */
  addedTo(logits, present) {
    return Float32Array.from(logits, (logit, intent) => {
      const speaks = present.reduce((sum, likely, label) => sum + likely * this.gains[label][intent], 0);
      return logit + Math.fround(this.without[intent] + speaks);
    });
  }
}

/** When to say "I don't know". */
export class FallbackRule {
  constructor({ temperature, threshold, sharpness = 1, rejects_unknown_names: rejectsUnknownNames = false, ask_below: askBelow = 0, ask_from: askFrom = 0 }) {
    Object.assign(this, { temperature, threshold, sharpness, rejectsUnknownNames, askBelow, askFrom });
  }

  /** The two intents that the user should be asked about; none where acting, or declining, is better. */
  ask(ranking, score) {
    const named = ranking.filter(({ name }) => name !== FALLBACK);
    if (named.length < 2 || !this.askBelow || score < this.askFrom || !named[0].confidence) return [];
    const [first, second, ...others] = named;
    if (rejects(score, this.threshold)) {
      const rest = others.reduce((sum, { confidence }) => sum + confidence, 0);
      return first.confidence + second.confidence > rest ? [first, second] : [];
    }
    const lead = score * (1 - second.confidence / first.confidence);
    return lead < this.askBelow ? [first, second] : [];
  }

  /** The ranking, whose first is the verdict, and why. */
  judge(intents, probabilities, features) {
    const { coverage } = features;
    const familiarity = this.rejectsUnknownNames && features.isUnknownName ? 0 : features.familiarity;
    const best = Math.max(0, ...probabilities.filter((_, at) => intents[at] !== FALLBACK));
    const score = best * familiarity;
    const ranking = ranked(intents, probabilities, score, this.threshold, this.sharpness);
    let code = null;
    if (rejects(score, this.threshold)) {
      const top = intents[probabilities.indexOf(Math.max(...probabilities))];
      if (top === FALLBACK) code = "out_of_scope";
      else code = coverage < best ? "unfamiliar" : "unsure";
    }
    const confidence = ranking.find(({ name }) => name !== FALLBACK)?.confidence ?? 0;
    return { ranking, verdict: { code, score, threshold: this.threshold, coverage, confidence } };
  }
}

/** Why an utterance was not understood, in words. */
export function reasonOf({ code, coverage, confidence }, language) {
  if (code === null) return null;
  const values = { coverage, confidence };
  return REASONS[language][code].replace(/\{(\w+):\.(\d)([f%])\}/g, (_, name, digits, kind) =>
    kind === "%" ? `${rounded(values[name] * 100, Number(digits))}%` : rounded(values[name], Number(digits)),
  );
}

/** A number with so many digits, halves to the even neighbour as Python writes them. */
function rounded(number, digits) {
  const shifted = number * 10 ** digits;
  const isHalf = shifted % 1 === 0.5 && shifted / 10 ** digits === number && Number.isInteger(number * 2 ** 20);
  return isHalf ? ((Math.floor(shifted / 2 + 0.25) * 2) / 10 ** digits).toFixed(digits) : number.toFixed(digits);
}

function ranked(intents, probabilities, score, threshold, sharpness) {
  const order = [...probabilities.keys()].sort((one, other) => probabilities[other] - probabilities[one]);
  const named = order.filter((at) => intents[at] !== FALLBACK);
  const total = named.reduce((sum, at) => sum + probabilities[at], 0) || 1;
  const best = named.length ? probabilities[named[0]] / total : 0;
  let doubt = best ? best / (best + odds(score, threshold, sharpness)) : 1;
  const others = named.map((at) => ({ name: intents[at], confidence: (probabilities[at] / total) * (1 - doubt) }));
  const top = others[0]?.confidence ?? 0;
  if (rejects(score, threshold)) return [{ name: FALLBACK, confidence: Math.max(doubt, top) }, ...others];
  doubt = Math.min(doubt, top);
  const found = others.findIndex(({ confidence }) => confidence < doubt);
  others.splice(found < 0 ? others.length : found, 0, { name: FALLBACK, confidence: doubt });
  return others;
}

function rejects(score, threshold) {
  return score < threshold || score === 0;
}

/** How many times likelier the best intent is than that none is meant. */
function odds(score, threshold, sharpness) {
  if (rejects(score, threshold) && (score <= 0 || threshold >= 1)) return 0;
  if (score >= 1 || threshold <= 0) return Infinity;
  const logarithm = Math.log(score) + Math.log1p(-threshold) - Math.log(threshold) - Math.log1p(-score);
  return Math.exp(Math.min(sharpness * logarithm, MOST_LOG_ODDS));
}
