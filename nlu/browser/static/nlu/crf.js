// Inference in a linear-chain CRF: the best path of tags, and how likely a span is.

import TABLES from "./tables.js";

const { reach: REACH, moreThanHalf: MORE_THAN_HALF } = TABLES.crf;
const f32 = Math.fround;

/** The CRF's own scores: of the first tag, of moves from a tag to the next (row by row), of the last tag. */
export class Transitions {
  constructor(start, moves, end) {
    this.size = start.length;
    this.start = start;
    this.moves = moves;
    this.end = end;
    this.factors = { start: weights(start), moves: weights(moves), end: weights(end) };
  }

  /** Viterbi: the tags of the path with the highest score, in single precision as in Python. */
  bestPath(emissions) {
    const { size } = this;
    let score = Float32Array.from(this.start, (one, tag) => one + emissions[0][tag]);
    const cameFrom = [];
    for (const emission of emissions.slice(1)) {
      const before = new Uint16Array(size);
      const next = new Float32Array(size);
      for (let after = 0; after < size; after++) {
        let best = -Infinity;
        for (let tag = 0; tag < size; tag++) {
          const total = f32(this.moves[tag * size + after] + score[tag]);
          if (total > best) [best, before[after]] = [total, tag];
        }
        next[after] = best + emission[after];
      }
      cameFrom.push(before);
      score = next;
    }
    const path = [greatest(score.map((one, tag) => one + this.end[tag]))];
    for (const before of cameFrom.reverse()) path.push(before[path[path.length - 1]]);
    return path.reverse();
  }

  /** The best path through one utterance, and how likely any span of it is. */
  infer(emissions) {
    const { size, factors } = this;
    const length = emissions.length;
    const row = () => new Float64Array(size);
    let isExact = true;
    const own = emissions.map((scores) => {
      const top = Math.max(...scores);
      return Float64Array.from(scores, (score) => {
        if (top - score > REACH) isExact = false;
        return Math.exp(-Math.min(top - score, REACH));
      });
    });
    const into = [factors.start];
    for (let at = 1; at < length; at++) {
      const through = scaled(own[at - 1].map((one, tag) => one * into[at - 1][tag]));
      const found = row();
      for (let tag = 0; tag < size; tag++) {
        for (let after = 0; after < size; after++) found[after] += through[tag] * factors.moves[tag * size + after];
      }
      into.push(found);
    }
    const onward = Array(length);
    const outOf = Array(length);
    outOf[length - 1] = factors.end;
    for (let at = length - 1; at >= 0; at--) {
      onward[at] = scaled(own[at].map((one, tag) => one * outOf[at][tag]));
      if (!at) continue;
      outOf[at - 1] = row();
      for (let tag = 0; tag < size; tag++) {
        for (let after = 0; after < size; after++) {
          outOf[at - 1][tag] += onward[at][after] * factors.moves[tag * size + after];
        }
      }
    }
    const tags = into.map((before, at) => scaled(before.map((one, tag) => one * onward[at][tag])));
    const inference = new Inference(tags, onward, outOf, factors.moves, size);
    const path = tags.map(greatest);
    inference.path = isExact && inference.probability(path) > MORE_THAN_HALF ? path : this.bestPath(emissions);
    return inference;
  }
}

/** What a CRF says of one utterance. */
class Inference {
  constructor(tags, onward, outOf, moves, size) {
    Object.assign(this, { tags, onward, outOf, moves, size });
  }

  /** The exact probability that a span is tagged just so: begins, goes on, and ends there. */
  confidence(first, last, begin, inside) {
    let probability = this.tags[first][begin];
    let tag = begin;
    for (let at = first + 1; at < last; at++) {
      probability *= this.goesOn(at, tag, inside);
      tag = inside;
    }
    if (last < this.tags.length) probability *= 1 - this.goesOn(last, tag, inside);
    return Math.min(probability, 1);
  }

  /** The probability of a tag at the unit where it is likeliest. */
  anywhere(tag) {
    return this.tags.reduce((most, row) => Math.max(most, row[tag]), 0);
  }

  probability(path) {
    let found = this.tags[0][path[0]];
    for (let at = 1; at < path.length; at++) found *= this.goesOn(at, path[at - 1], path[at]);
    return found;
  }

  goesOn(at, before, tag) {
    const likely = this.moves[before * this.size + tag] * this.onward[at][tag];
    return likely > 0 ? Math.min(1, likely / this.outOf[at - 1][before]) : 0;
  }
}

function weights(scores) {
  const top = Math.max(...scores);
  return Float64Array.from(scores, (score) => Math.exp(score - top));
}

function scaled(numbers) {
  const total = numbers.reduce((sum, one) => sum + one, 0);
  return numbers.map((one) => one / total);
}

function greatest(numbers) {
  let best = 0;
  for (let at = 1; at < numbers.length; at++) if (numbers[at] > numbers[best]) best = at;
  return best;
}
