"""An utterance as units: slots where entities stand, particles that agree, and morphemes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from nlu.data.alignment import normalize_utterance, split_at
from nlu.features.reading import plain_utterance
from nlu.induction.masked import without_personal_data
from nlu.induction.written import escaped
from nlu.korean.final_marks import core_ends
from nlu.korean.particles import choose, following, notation_of
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon, Match
from nlu.linter.particles import is_word
from nlu.tokenizers import Tokenizer
from nlu.types import LabelledUtterance, Span, Token

WordClass = Literal["slot", "noun", "verb", "particle", "other", "macro"]
_CLASSES: tuple[tuple[tuple[str, ...], WordClass], ...] = (
    (("J", "VCP"), "particle"),
    (("V", "E", "XSV", "XSA"), "verb"),
    (("N", "XR", "XSN", "XPN", "SL", "SN", "SH", "UN"), "noun"),
)
_IN_NOUN = ("N", "XR", "XSN", "XPN", "SL", "SN", "SH", "UN", "MM")
_GOES_ON = ("E", "XSN", "XSA")
"""Morphemes that belong to the word before them; an analyser cuts 주차비 as 주차 + 비 or 주 + 차비, so nouns do too."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The least piece of an utterance that a pattern keeps or leaves out.

    Attributes:
        written: how a pattern says it: `{loc}`, `을(를)`, `날씨`.
        said: how the utterance said it.
        word_class: of what kind it is.
        is_glued: whether no space stands before it.
        texts: how many texts it stands for; 1 but for a macro.
    """

    written: str
    said: str = field(compare=False)
    word_class: WordClass = field(compare=False)
    is_glued: bool = field(default=False, compare=False)
    texts: int = field(default=1, compare=False)

    @property
    def is_content(self) -> bool:
        """Whether it carries meaning by itself."""
        return self.word_class in ("slot", "noun", "verb")


@dataclass(frozen=True)
class Reading:
    """An utterance as proposals read it.

    Attributes:
        number: its place among the utterances that were given.
        text: normalised, without marks that say nothing.
        spans: its entities, in `text`.
        units: what it is made of.
        rows: entity type and surface of the entities that the dictionary lacks.
    """

    number: int
    text: str
    spans: tuple[Span, ...]
    units: tuple[Unit, ...]
    rows: tuple[tuple[str, str], ...] = ()


def read(
    utterance: LabelledUtterance,
    number: int,
    lexicon: Lexicon,
    tokenizer: Tokenizer,
    slot: Callable[[str], str] = "{{{}}}".format,
) -> Reading | None:
    """Read an utterance; None where nothing is left of it, or where personal data is in it that no slot stands for.

    Args:
        utterance: its text, and the entities that are known of it; the dictionary's are found besides.
        number: its place among those given.
        lexicon: the dictionary.
        tokenizer: the analyser.
        slot: writes the slot of an entity type, or of one and a role.
    """
    public = without_personal_data(normalize_utterance(utterance), lexicon)
    if public is None:
        return None
    plain = plain_utterance(public, lexicon)
    text = _without_final_marks(plain.text)
    if not text:
        return None
    spans = _with_values(text, [span for span in plain.spans if span.end <= len(text)], lexicon)
    rows = ((span.entity, text[span.start : span.end]) for span in spans)
    unknown = tuple(dict.fromkeys(row for row in rows if lexicon.canonical(*row) is None))
    return Reading(number, text, tuple(spans), tuple(_units(text, spans, tokenizer, slot)), unknown)


def _without_final_marks(text: str) -> str:
    squeezed = squeeze(text)
    end = core_ends(squeezed)[0]
    places = [at for at, char in enumerate(text) if not char.isspace()]
    return text[: places[end - 1] + 1] if end else ""


def _with_values(text: str, spans: Sequence[Span], lexicon: Lexicon) -> list[Span]:
    """The spans, and the dictionary's values that stand as words of their own, the longest first."""

    def rank(match: Match) -> int:
        """Of several types the one that the author wrote first."""
        types = lexicon.types(text[match.start : match.end])
        return types.index(match.entity) if match.entity in types else len(types)

    found = list(spans)
    matches = sorted(lexicon.matches(text), key=lambda match: (match.start - match.end, match.start, rank(match)))
    for match in matches:
        is_free = all(match.end <= span.start or span.end <= match.start for span in found)
        starts = match.start == 0 or not text[match.start - 1].isalnum() or _ends_at(found, match.start)
        ends = match.end == len(text) or not text[match.end].isalnum() or following(text, match.end) != ""
        whole = match.end - match.start > 1 and is_word(text, match.start, match.end)
        if is_free and starts and ends and whole:
            found.append(Span(match.start, match.end, match.entity, None, match.value))
    return sorted(found)


def _ends_at(spans: Sequence[Span], place: int) -> bool:
    return any(span.end == place for span in spans)


def _units(text: str, spans: Sequence[Span], tokenizer: Tokenizer, slot: Callable[[str], str]) -> Iterator[Unit]:
    """Cut a text into units: an ending belongs to the verb before it, particles after a slot are one."""
    tokens = split_at(tokenizer.tokenize(text), spans)
    starts, end, pending = {span.start: span for span in spans}, 0, list[Token]()
    for token in tokens:
        if token.start < end:
            continue
        glued = token.start > 0 and not text[token.start - 1].isspace()
        if pending and not (glued and _goes_on(pending[-1], token)):
            yield _word(text, pending)
            pending = []
        if span := starts.get(token.start):
            end = span.end
            yield Unit(slot(span.label), text[span.start : end], "slot", glued)
            if chain := following(text, end):
                yield Unit(_particle(text[span.start : end], chain), chain, "particle", True)
                end += len(chain)
        else:
            pending.append(token)
    if pending:
        yield _word(text, pending)


def _goes_on(before: Token, token: Token) -> bool:
    """Whether a morpheme belongs to the word of the one before it."""
    is_noun = before.pos.startswith(_IN_NOUN) and token.pos.startswith(_IN_NOUN)
    return is_noun or token.pos.startswith(_GOES_ON)


def _word(text: str, tokens: Sequence[Token]) -> Unit:
    first = tokens[0]
    letters = text[first.start : tokens[-1].end]
    glued = first.start > 0 and not text[first.start - 1].isspace()
    word_class = _class_of(tokens)
    before = text[: first.start].rstrip().rpartition(" ")[2]
    if word_class == "particle" and before:
        return Unit(_particle(before, letters), letters, "particle", True)
    return Unit(escaped(letters), letters, word_class, glued)


def _class_of(tokens: Sequence[Token]) -> WordClass:
    for starts, name in _CLASSES:
        if tokens[0].pos.startswith(starts):
            return name
    return "noun" if len(tokens) > 1 else "other"


def _particle(before: str, chain: str) -> str:
    """How a pattern writes particles: in the notation that agrees, where they agree with what stands before them."""
    for size in range(len(chain), 0, -1):
        notation = notation_of(chain[:size])
        if notation is not None and choose(before, notation) == chain[:size]:
            return notation + escaped(chain[size:])
    return escaped(chain)


def with_joined_compounds(readings: Sequence[Reading]) -> list[Reading]:
    """Write two nouns as one, with a space that may be missing, where some utterance says them without a space."""
    whole = {unit.said for reading in readings for unit in reading.units if unit.word_class == "noun"}
    pairs: dict[str, str] = {}
    for reading in readings:
        for one, other in pairwise(reading.units):
            if one.word_class == other.word_class == "noun" and one.said + other.said in whole:
                pairs.setdefault(one.said + other.said, f"{one.written}~{other.written}")
    if not pairs:
        return list(readings)
    return [replace(reading, units=tuple(_joined(reading.units, pairs))) for reading in readings]


def _joined(units: Sequence[Unit], pairs: Mapping[str, str]) -> Iterator[Unit]:
    at = 0
    while at < len(units):
        one, both = units[at], "".join(unit.said for unit in units[at : at + 2])
        is_noun = one.word_class == "noun"
        if is_noun and at + 1 < len(units) and both in pairs and units[at + 1].word_class == "noun":
            yield replace(one, written=pairs[both], said=both)
            at += 2
        else:
            yield replace(one, written=pairs[one.said]) if is_noun and one.said in pairs else one
            at += 1
