// Which form of a particle fits the word before it, and which particles follow a word in a text.

import { charsOf, isAlnum, isCombining, isDigit, isSyllable, pattern } from "./characters.js";
import { normalize } from "./normalization.js";
import TABLES from "./tables.js";

const READINGS = TABLES.readings;
const { finals: FINALS, medials: MEDIALS } = TABLES.jamo;
const PARTICLES = TABLES.particles;
const CHAINS = new Map(Object.entries(PARTICLES.chains));
const STRICT = new Set(PARTICLES.strict);
const GLUED = new Set(PARTICLES.glued);
const GLUED_BEFORE_REQUEST = new Set(PARTICLES.gluedBeforeRequest);
const ACRONYMS = new Set(READINGS.acronyms);
const OPENERS = READINGS.openers;
const REQUEST = pattern("request", "y");
const FIND = Object.fromEntries(
  ["unit", "latin", "number", "price", "fraction", "nameWithDigits", "capitalsAtEnd"].map((name) => [name, pattern(name)]),
);
const own = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
const last = (list) => list[list.length - 1];

/** Remembers what a function of one text gave. */
function remembered(of) {
  const known = new Map();
  return (text) => {
    let found = known.get(text);
    if (found === undefined) {
      found = of(text);
      if (known.size > 1 << 14) known.clear();
      known.set(text, found);
    }
    return found;
  };
}

/** The final consonant of a word as it is read aloud, "" when it ends in a vowel. */
export const finalSound = remembered((word) => {
  const end = last(charsOf(word));
  if (end !== undefined && isSyllable(end)) return finalConsonant(end);
  const chars = withoutSilentEnd(normalize(charsOf(word)).chars);
  if (!chars.length) return "";
  const text = chars.join("");
  const char = last(chars);
  if (own(READINGS.signs, char) !== undefined) return closing(READINGS.signs[char]);
  const unit = FIND.unit.exec(text);
  if (unit) return closing(READINGS.units[unit[1]]);
  if (isSyllable(char)) return finalConsonant(char);
  if (char >= "ㄱ" && char <= "ㅣ") return soundOfJamo(chars);
  if (char >= "0" && char <= "9") return closing(readingOfNumber(text));
  const letters = FIND.latin.exec(text);
  if (letters) return closing(readingOfLatin(letters[0]));
  if (char === "ん" || char === "ン") return "ㄴ";
  return closing(own(READINGS.greek, char.toLowerCase()) ?? "");
});

/** The form of a particle, in an author's notation, that fits a word. */
export function choose(word, notation) {
  return formOf(PARTICLES.forms[PARTICLES.notations[notation]], finalSound(word));
}

/** The forms of a particle: after a vowel, after ㄹ, after another consonant. */
export function formsOf(notation) {
  return PARTICLES.forms[PARTICLES.notations[notation]];
}

/** The particles right after a place of a text, "" when none follow. */
export function following(chars, end) {
  for (let size = Math.min(PARTICLES.longestChain, chars.length - end); size > 0; size--) {
    const chain = chars.slice(end, end + size).join("");
    if (CHAINS.has(chain) && isChainHere(chars, end, chain, size)) return chain;
  }
  return "";
}

function isChainHere(chars, start, chain, size) {
  const before = chars.slice(Math.max(0, start - PARTICLES.context), start);
  const after = chars[start + size];
  if (before.length && isDigit(last(before)) && "만도".includes(chain[0])) return false;
  const fits = fitsWord(before.join(""), chain);
  if (after === undefined || !isSyllable(after)) {
    const rest = chars.slice(start + 2, start + 6).join("");
    if (chain === "하고" && PARTICLES.wishes.some((wish) => rest.startsWith(wish))) return false;
    return fits || !STRICT.has(chain);
  }
  if (!fits) return false;
  if (GLUED.has(chain)) return !(chain === "을" && "지왕밀".includes(after));
  if (!GLUED_BEFORE_REQUEST.has(chain)) return false;
  REQUEST.lastIndex = 0;
  return REQUEST.test(chars.slice(start + size).join(""));
}

function fitsWord(word, chain) {
  const opening = CHAINS.get(chain);
  return opening === null || chain.startsWith(formOf(PARTICLES.forms[opening], finalSound(word)));
}

function formOf([afterVowel, afterRieul, afterConsonant], sound) {
  if (!sound) return afterVowel;
  return sound === "ㄹ" ? afterRieul : afterConsonant;
}

function finalConsonant(syllable) {
  return FINALS[(syllable.charCodeAt(0) - 0xac00) % 28];
}

/** Cut what is not read at the end: marks, quotes, emoji, and a gloss in brackets. */
function withoutSilentEnd(given) {
  let chars = given;
  while (chars.length) {
    const char = last(chars);
    if (own(OPENERS, char) !== undefined) {
      const before = chars.slice(0, openerOf(chars));
      chars = before.some(isRead) ? before : chars.slice(0, -1);
    } else if (isRead(char)) break;
    else chars = chars.slice(0, -1);
  }
  return chars;
}

const isRead = (char) => isAlnum(char) || own(READINGS.signs, char) !== undefined;

/** Where the bracket that closes at the end opens; 0 when nowhere. */
function openerOf(chars) {
  const closer = last(chars);
  let depth = 0;
  for (let at = chars.length - 1; at >= 0; at--) {
    depth += (chars[at] === closer) - (chars[at] === OPENERS[closer]);
    if (!depth) return at;
  }
  return 0;
}

/** The final consonant of a reading: of its last syllable, or the jamo that stands for one. */
function closing(reading) {
  if (!reading) return "";
  const char = last(charsOf(reading));
  return isSyllable(char) ? finalConsonant(char) : char;
}

function soundOfJamo(chars) {
  const before = chars[chars.length - 2];
  if (MEDIALS.includes(last(chars)) || (before !== undefined && before >= "ㄱ" && before <= "ㅣ")) return "";
  return last(chars);
}

function readingOfNumber(text) {
  const name = own(READINGS.withDigits, (FIND.nameWithDigits.exec(text)?.[0] ?? "").toLowerCase());
  if (name) return name;
  const price = FIND.price.exec(text);
  if (price) return READINGS.currencies[price[1]];
  const fraction = FIND.fraction.exec(text);
  if (fraction && fraction[1] < fraction[2]) return READINGS.digits[Number(fraction[1])];
  const { whole, decimals } = FIND.number.exec(text).groups;
  const digits = whole.replaceAll(",", "");
  if (decimals || last(digits) !== "0" || digits[0] === "0") return READINGS.digits[Number(last(text))];
  const zeros = digits.length - digits.replace(/0+$/, "").length;
  return own(READINGS.zeros, zeros < 4 ? zeros : zeros - (zeros % 4)) ?? READINGS.digits[0];
}

/** Spell acronyms letter by letter; read words by their ending. */
function readingOfLatin(letters) {
  const [stem, ...rest] = letters.replaceAll("’", "'").split("'");
  const afterApostrophe = rest.join("'");
  if (afterApostrophe === "s" || afterApostrophe === "S") return "스";
  const word = withoutAccents(afterApostrophe || stem);
  const lower = word.toLowerCase();
  const reading = own(READINGS.words, lower);
  if (reading) return reading;
  if (isSpelledOut(word, lower)) return READINGS.letters[last(charsOf(word)).toUpperCase()];
  const low = charsOf(lower);
  for (let size = Math.min(READINGS.longestSuffix, low.length); size > 0; size--) {
    const ending = own(READINGS.suffixes, low.slice(-size).join(""));
    if (ending) return ending;
  }
  return "";
}

function isSpelledOut(word, lower) {
  const chars = charsOf(word);
  const isOne =
    chars.length === 1 || ACRONYMS.has(lower) || (isUpper(chars) && chars.length <= 4) ||
    !/[aeiouyé]/u.test(lower) || FIND.capitalsAtEnd.test(word);
  return isOne && own(READINGS.letters, last(chars).toUpperCase()) !== undefined;
}

/** Whether letters are capitals, as `str.isupper` has it. */
function isUpper(chars) {
  return chars.some((char) => /\p{Uppercase}/u.test(char)) && !chars.some((char) => /[\p{Lowercase}\p{Lt}]/u.test(char));
}

/** Fold accents, except é at the end; a letter without an ASCII base stays. */
function withoutAccents(letters) {
  const folded = charsOf(letters.normalize("NFD")).filter((char) => !isCombining(char));
  return "éÉ".includes(last(charsOf(letters))) ? `${folded.slice(0, -1).join("")}é` : folded.join("");
}
