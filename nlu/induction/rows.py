"""Dictionary rows: nouns that stand where a line of the author's has a slot, and that the dictionary lacks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2

from nlu.induction.effects import MOST_STOLEN
from nlu.induction.language import BotLanguage
from nlu.induction.length import LETTER, bits_of_text
from nlu.induction.proposal import DictionaryRow, Proposal, Stolen
from nlu.induction.units import Reading
from nlu.korean.normalization import normalize
from nlu.lexicon.computed import Computed
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import Expansion, Inventory, Pattern, Permutation
from nlu.pattern.recognizer import Recognized
from nlu.types import Token

_NOUNS = ("NNG", "NNP", "SL", "SH", "XR", "UN")
_MORE = (*_NOUNS, "XSN", "XPN", "NNB", "SN", "NR")
_LONGEST_RUN = 5
_NAMED = 7.0
_FEW_JAMO = 5
_ALIKE = str.maketrans("ᄁᄏᄄᄐᄈᄑᄊᄍᄎᆩᆿᇀᇁᆻᆽᆾᅦᅨᅫᅬ", "ᄀᄀᄃᄃᄇᄇᄉᄌᄌᆨᆨᆮᆸᆺᆮᆮᅢᅤᅰᅰ")
"""Tense and aspirated consonants, and vowels, that are typed one for the other."""


def propose_rows(
    readings: Sequence[Reading],
    texts: Mapping[int, str],
    intent: str,
    language: BotLanguage,
    seed: int,
    sample_count: int,
) -> list[Proposal]:
    """Propose the values with which the author's lines of an intent say utterances that they don't say yet.

    Args:
        readings: the utterances.
        texts: them as they were given.
        intent: theirs.
        language: the bot.
        seed: which sentences are shown.
        sample_count: how many are shown.
    """
    evidence: dict[tuple[str, str], dict[int, str]] = {}
    for reading in readings:
        for entity, surface, origin in _explanations(reading, intent, language):
            evidence.setdefault((entity, surface), {}).setdefault(reading.number, origin)
    by_origin = {pattern.origin: pattern for pattern in language.file.patterns}
    found = []
    for (entity, surface), said in _likeliest(evidence, language.lexicon).items():
        row = DictionaryRow(entity, surface, synonym_of(entity, surface, language.lexicon))
        lines = [by_origin[origin] for origin in said.values()]
        found.append(_proposal(row, said, lines, texts, intent, language, seed, sample_count))
    return found


def synonym_of(entity: str, surface: str, lexicon: Lexicon) -> str | None:
    """Find the value that a surface is another spelling of; None where there is none.

    One jamo sounds different, of six or more.

    Example:
        >>> synonym_of("menu", "떡뽁이", Lexicon([Entry("menu", "떡볶이")]))
        '떡볶이'
    """
    if entity not in lexicon.entities:
        return None
    jamo = _sounds(surface)
    for entry in lexicon.entries:
        if entry.entity == entity:
            for known in (entry.value, *entry.synonyms):
                other = _sounds(known)
                if min(len(jamo), len(other)) > _FEW_JAMO and _is_one_edit(jamo, other):
                    return entry.value
    return None


def _sounds(surface: str) -> str:
    """The jamo of a surface, those that are mistaken for one another made the same."""
    return unicodedata.normalize("NFD", squeeze(surface)).translate(_ALIKE)


def _is_one_edit(one: str, other: str) -> bool:
    """Whether a letter must be changed, added or left out, or two have changed places."""
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    swapped = len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


@dataclass(frozen=True)
class _Supposed:
    """A dictionary that also takes some stretches of one text for values of any type."""

    lexicon: Lexicon
    entities: Sequence[str]
    ends: Mapping[int, Sequence[int]]

    def values_at(self, squeezed: str, start: int) -> Iterator[tuple[int, Entry]]:
        yield from self.lexicon.values_at(squeezed, start)
        for end in self.ends.get(start, ()):
            for entity in self.entities:
                if self.lexicon.canonical(entity, squeezed[start:end]) is None:
                    yield end, Entry(entity, squeezed[start:end])

    def canonical(self, entity: str, surface: str) -> str | None:
        return self.lexicon.canonical(entity, surface)

    @property
    def computed(self) -> Computed:
        return self.lexicon.computed

    def computed_values(self, text: str) -> dict[int, list[tuple[int, Entry]]]:
        return self.lexicon.computed_values(text)


def _explanations(reading: Reading, intent: str, language: BotLanguage) -> Iterator[tuple[str, str, str]]:
    """Type, surface and line of each value that alone would let a line of the intent say an utterance."""
    runs = _runs(reading, language)
    supposed = _Supposed(
        language.own_lexicon, language.lexicon.entities, {start: tuple(ends) for start, ends in runs.items()}
    )
    places = [at for at, char in enumerate(reading.text) if not char.isspace()]
    for said in language.recognizer.lines(reading.text, supposed):  # type: ignore[arg-type]
        if said.line.intent == intent and not said.marks:
            unknown = [one for one in said.entities if _is_unknown(one.entity, one.value, language.own_lexicon)]
            if len(unknown) == 1:
                first, last = places[unknown[0].start], places[unknown[0].end - 1] + 1
                yield unknown[0].entity, reading.text[first:last], said.line.origin


def _is_unknown(entity: str, value: str, lexicon: Lexicon) -> bool:
    return lexicon.canonical(entity, value) is None


def _runs(reading: Reading, language: BotLanguage) -> dict[int, list[int]]:
    """Where runs of nouns begin and end in the text without spaces; one letter is no value."""
    before = [0]
    for char in reading.text:
        before.append(before[-1] + (not char.isspace()))
    tokens = language.tokenizer.tokenize(reading.text)
    runs: dict[int, list[int]] = {}
    for first in range(len(tokens)):
        for last in range(first, min(first + _LONGEST_RUN, len(tokens))):
            some = tokens[first : last + 1]
            start, end = before[some[0].start], before[some[-1].end]
            if end - start > 1 and _may_be_value(reading, some):
                runs.setdefault(start, []).append(end)
    return runs


def _may_be_value(reading: Reading, tokens: Sequence[Token]) -> bool:
    """Whether a stretch may be a name: nouns, or a word that holds one, since a new word is often cut at random."""
    start, end = tokens[0].start, tokens[-1].end
    if any(span.start < end and start < span.end for span in reading.spans):
        return False
    is_whole = (start == 0 or reading.text[start - 1].isspace()) and not any(map(str.isspace, reading.text[start:end]))
    has_noun = any(token.pos.startswith(_NOUNS) for token in tokens)
    return has_noun and (is_whole or all(token.pos.startswith(_MORE) for token in tokens))


def _likeliest(
    evidence: Mapping[tuple[str, str], Mapping[int, str]], lexicon: Lexicon
) -> dict[tuple[str, str], dict[int, str]]:
    """Of the types that a surface may be of the one whose values it is like; none where nothing tells them apart."""
    by_surface: dict[str, list[tuple[float, int, str]]] = {}
    for (entity, surface), said in evidence.items():
        by_surface.setdefault(surface, []).append((_likeness(entity, surface, lexicon), len(said), entity))
    found = {}
    for surface, several in by_surface.items():
        best, *others = sorted(several, key=lambda one: (-one[0], -one[1], one[2]))
        if not others or best[:2] > others[0][:2]:
            found[best[2], surface] = dict(evidence[best[2], surface])
    return found


def _likeness(entity: str, surface: str, lexicon: Lexicon) -> float:
    """The share of a type's values that end in the same letter."""
    values = lexicon.values(entity)
    return sum(value[-1] == surface[-1] for value in values) / len(values)


def _proposal(
    row: DictionaryRow,
    said: Mapping[int, str],
    lines: Sequence[Pattern],
    texts: Mapping[int, str],
    intent: str,
    language: BotLanguage,
    seed: int,
    sample_count: int,
) -> Proposal:
    lexicon, inventory = language.saying((), [row[:2]])
    sizes = [Expansion(line, inventory).count for line in lines]
    distinct = {squeeze(texts[number]): size for number, size in zip(said, sizes, strict=True)}
    cost = _NAMED + LETTER * len(row.surface)
    known = [texts[number] for number in said]
    return Proposal(
        kind="dictionary",
        intent=intent,
        line="",
        rows=(row,),
        covers=tuple(sorted(said)),
        texts=tuple(texts[number] for number in sorted(said)),
        samples=tuple(_samples(row, lines, inventory, known, sample_count, seed)),
        size=sum(_said_with(line, language, inventory) for line in dict.fromkeys(lines)),
        stolen=tuple(_stolen(row, intent, language, lexicon)),
        saved=round(sum(bits_of_text(text) - log2(size) for text, size in distinct.items()) - cost, 3),
    )


def _said_with(line: Pattern, language: BotLanguage, inventory: Inventory) -> int:
    """How many more utterances a line says with a row than without."""
    return Expansion(line, inventory).count - Expansion(line, language.inventory).count


def _samples(
    row: DictionaryRow, lines: Sequence[Pattern], inventory: Inventory, known: Sequence[str], count: int, seed: int
) -> list[str]:
    found: dict[str, str] = {}
    seen = {squeeze(text) for text in known}
    for line in dict.fromkeys(lines):
        expansion = Expansion(line, inventory)
        order = Permutation(expansion.count, f"{seed} {row.surface} {line.source}")
        for at in range(min(expansion.count, 4 * count)):
            index = expansion.index_with(order(at), row.entity, row.surface)
            text = "" if index is None else expansion.render(index)[0]
            if text and squeeze(text) not in seen:
                found.setdefault(squeeze(text), text)
    return list(found.values())[:count]


def _stolen(row: DictionaryRow, intent: str, language: BotLanguage, lexicon: Lexicon) -> Iterator[Stolen]:
    """Held-out utterances of other intents that some line of the intent says once the row is there."""
    told = 0
    for utterance in language.held_out:
        if utterance.intent in (None, intent) or squeeze(row.surface) not in squeeze(utterance.text):
            continue
        text = normalize(utterance.text).text
        before = {said.line for said in language.recognizer.lines(text, language.own_lexicon)}
        after: list[Recognized] = language.recognizer.lines(text, lexicon)
        if told < MOST_STOLEN and any(said.line not in before and said.line.intent == intent for said in after):
            told += 1
            yield Stolen(utterance.text, str(utterance.intent))
