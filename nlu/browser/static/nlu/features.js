// Turn a text into the arrays both networks read; with them what the verdict asks of it.

import { charsOf, isAlnum, isSpace, isSyllable } from "./characters.js";
import TABLES from "./tables.js";

const { edge: EDGE, joiners: JOINERS, names: NAMES, priorNgrams: PRIOR, rows: ROWS } = TABLES.features;
const { initialIds: INITIAL, medialIds: MEDIAL, finalIds: FINAL } = TABLES.jamo;
const UNKNOWN = 1;
const RESERVED = 2;
const MEDIALS = Object.keys(MEDIAL).length;
const FINALS = Object.keys(FINAL).length;

/** What may cut a text in a browser, by the name a bundle gives it: the same promises as in `nlu/tokenizers`. */
export const TOKENIZERS = {
  syllable: (chars) => [...chars.keys()].filter((at) => !isSpace(chars[at])).map((at) => token(chars, at, at + 1)),
  whitespace: (chars) => {
    const found = [];
    let begin = 0;
    for (let place = 0; place <= chars.length; place++) {
      if (place < chars.length && !isSpace(chars[place])) continue;
      if (begin < place) found.push(token(chars, begin, place));
      begin = place + 1;
    }
    return found;
  },
};

function token(chars, start, end) {
  return { text: chars.slice(start, end).join(""), start, end, size: end - start, pos: "" };
}

/** Symbols with consecutive ids from 2; 0 is padding, 1 is any symbol outside the set. */
class Vocabulary {
  constructor(symbols) {
    this.ids = new Map(symbols.map((symbol, row) => [symbol, row + RESERVED]));
  }

  id(symbol) {
    return this.ids.get(symbol) ?? UNKNOWN;
  }

  known(symbols) {
    return symbols.map((symbol) => this.ids.get(symbol)).filter((id) => id !== undefined);
  }
}

/** Text → what the networks read, with fixed vocabularies. */
export class FeatureEncoder {
  constructor(vocabularies, settings, lexicon, tokenize) {
    const { entities, taught = 0, ...symbols } = vocabularies;
    this.names = Object.fromEntries(Object.entries(symbols).map(([name, known]) => [name, new Vocabulary(known)]));
    this.entities = new Map(entities.map((entity, number) => [entity, number]));
    this.settings = settings;
    this.isNewWord = (id) => id === UNKNOWN || (taught > 0 && id >= taught);
    this.lexicon = lexicon;
    this.tokenize = tokenize;
  }

  encode(chars) {
    const places = [...chars.keys()].filter((at) => !isSpace(chars[at]));
    const squeezed = places.map((at) => chars[at]);
    const tokens = this.tokenize(chars);
    const matches = this.lexicon.matches(chars);
    const grams = this.ngrams(squeezed, tokens);
    const wordIds = tokens.map(({ text }) => this.names.word.id(text));
    return {
      places,
      tokens,
      matches,
      ids: this.ids(chars, squeezed, tokens, wordIds),
      flags: this.flags(matches, places),
      ngram: this.names.ngram.known(grams),
      isUnknownName: !matches.length && areNames(tokens) && wordIds.every(this.isNewWord),
      ...this.familiarity(squeezed, grams),
    };
  }

  /** One row of ids a feature, in the order the networks expect. */
  ids(chars, squeezed, tokens, wordIds) {
    const edged = [EDGE, ...squeezed, EDGE];
    const pairs = edged.slice(1).map((char, at) => this.names.bigram.id(edged[at] + char));
    const each = (of) => tokens.flatMap((one, row) => Array(one.size).fill(of(one, row)));
    const jamo = squeezed.map(jamoIds);
    const columns = {
      left: pairs.slice(0, -1),
      right: pairs.slice(1),
      word: each((_, row) => wordIds[row]),
      pos: each((one) => this.names.pos.id(one.pos)),
      position: tokens.flatMap(({ size }) => edges(size, 4, 1, 2, 3)),
      spacing: wordSizes(chars).flatMap((size) => edges(size, 4, 2, 1, 3)),
      syllable: squeezed.map((char) => this.names.syllable.id(char)),
      initial: jamo.map(([initial]) => initial),
      medial: jamo.map(([, medial]) => medial),
      final: jamo.map(([, , final]) => final),
    };
    const rows = [];
    for (const [name, row] of Object.entries(ROWS)) rows[row] = columns[name];
    return rows;
  }

  /** Of each unit in turn: 1 where a value of a type begins, or goes on; at the end 1 for a unit. */
  flags(matches, places) {
    const width = 2 * this.entities.size + 1;
    const flags = new Float32Array(places.length * width);
    for (let row = 1; row <= places.length; row++) flags[row * width - 1] = 1;
    const rowOf = new Map(places.map((at, row) => [at, row]));
    for (const { start, end, entity } of matches) {
      const number = this.entities.get(entity);
      if (number === undefined) continue;
      const [first, last] = [rowOf.get(start), rowOf.get(end - 1)];
      flags[first * width + 2 * number] = 1;
      for (let row = first + 1; row <= last; row++) flags[row * width + 2 * number + 1] = 1;
    }
    return flags;
  }

  ngrams(squeezed, tokens) {
    const edged = [EDGE, ...squeezed, EDGE];
    const words = tokens.map(({ text }) => ` ${text}`);
    const runs = (list, n) =>
      Array.from({ length: Math.max(0, list.length - n + 1) }, (_, at) => list.slice(at, at + n).join(""));
    return [
      ...this.settings.ngram_orders.flatMap((n) => runs(edged, n)),
      ...this.settings.morpheme_orders.flatMap((n) => runs(words, n)),
    ];
  }

  /** The part of the different n-grams of letters and digits that training has seen, plain and with a prior. */
  familiarity(squeezed, grams) {
    let different = [...new Set(grams)];
    if (!squeezed.length || !squeezed.every(isAlnum)) {
      different = different.filter((gram) => charsOf(gram).every((char) => isAlnum(char) || JOINERS.includes(char)));
    }
    const seen = this.names.ngram.known(different).length;
    const count = different.length;
    if (!count) return { coverage: 0, familiarity: 0 };
    return { coverage: seen / count, familiarity: (seen + PRIOR / 2) / (count + PRIOR) };
  }
}

function areNames(tokens) {
  return tokens.length > 0 && tokens.every(({ pos }) => NAMES.some((name) => pos.startsWith(name)));
}

/** The places in a word of so many characters: alone, or first, inside and last. */
function edges(size, alone, first, inside, last) {
  return size === 1 ? [alone] : [first, ...Array(size - 2).fill(inside), last];
}

function wordSizes(chars) {
  return TOKENIZERS.whitespace(chars).map(({ size }) => size);
}

function jamoIds(char) {
  if (isSyllable(char)) {
    const place = char.charCodeAt(0) - 0xac00;
    return [Math.floor(place / FINALS / MEDIALS) + 2, (Math.floor(place / FINALS) % MEDIALS) + 2, (place % FINALS) + 2];
  }
  return [INITIAL[char] ?? UNKNOWN, MEDIAL[char] ?? UNKNOWN, UNKNOWN];
}
