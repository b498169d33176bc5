"""From a group of utterances to proposals: lines and dictionary rows, the most useful first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlu.induction.candidates import Candidate, candidates
from nlu.induction.cover import Chosen, cover
from nlu.induction.effects import samples, stolen_by_lines, stolen_from_model
from nlu.induction.generalise import generalise
from nlu.induction.intents import Suggestion, suggest_intent
from nlu.induction.language import BotLanguage
from nlu.induction.proposal import DictionaryRow, Proposal, Stolen
from nlu.induction.rows import propose_rows, synonym_of
from nlu.induction.units import Reading, read
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon
from nlu.linter.findings import INFO
from nlu.linter.patterns import check_pattern
from nlu.types import FALLBACK_INTENT, LabelledUtterance

_SAMPLES = 5
_STOLEN = 20.0
"""Bits that a held-out utterance of another intent costs a line that says it: two letters."""


def propose(
    utterances: Sequence[LabelledUtterance],
    language: BotLanguage,
    *,
    intent: str | None = None,
    seed: int = 0,
    sample_count: int = _SAMPLES,
) -> list[Proposal]:
    """Propose what an author could write so that a group of utterances is understood.

    An utterance with personal data in it that no slot of the bot stands for is left alone. Of the dictionary's values
    in the texts and the given entities, the given ones count where they overlap. A line is worth less
    for each held-out utterance of another intent that it says.

    Args:
        utterances: of one meaning; their spans are the entities that are known of them.
        language: the bot.
        intent: theirs; None to have it suggested.
        seed: which sentences are shown.
        sample_count: how many are shown.

    Returns:
        The proposals, the one that saves the most bits first; the same for the same input.
    """
    readings = read_all(utterances, language)
    if not readings:
        return []
    suggested = suggest_intent(readings, language) if intent is None else _given(intent, language)
    readings = [reading for reading in readings if not _is_said(reading, suggested.intent, language)]
    entities = {span.entity for reading in readings for span in reading.spans}
    lexicon, inventory = language.saying(entities, (row for reading in readings for row in reading.rows))
    lines = candidates(generalise(readings, language.macros), readings, language.file, lexicon)

    def is_sound(line: Candidate) -> bool:
        slots_allowed = suggested.intent != FALLBACK_INTENT or "{" not in line.line
        return slots_allowed and all(one.severity == INFO for one in check_pattern(line.pattern, lexicon, inventory))

    stolen = stolen_by_lines({one.line: one.pattern for one in lines}, suggested.intent, language, lexicon)
    dear = [replace(one, bits=one.bits + _STOLEN * len(stolen[one.line])) for one in lines]
    chosen = cover(dear, {reading.number: reading.text for reading in readings}, is_sound)
    texts = {reading.number: utterances[reading.number].text for reading in readings}
    found = []
    for one in chosen:
        covered = [reading for reading in readings if reading.number in one.candidate.covers]
        known = [text for reading in covered for text in (texts[reading.number], reading.text)]
        shown = samples(one.candidate.pattern, inventory, known, sample_count, seed)
        taken = [*stolen[one.candidate.line], *stolen_from_model(shown, suggested.intent, language)]
        found.append(_proposal(one, covered, texts, suggested, language.lexicon, shown, taken))
    rows = [] if suggested.is_new else propose_rows(readings, texts, suggested.intent, language, seed, sample_count)
    found = [one for one in found if not _is_said_with(one, rows)] + rows
    return sorted(found, key=lambda one: (-one.saved, one.line, one.rows))


def read_all(utterances: Sequence[LabelledUtterance], language: BotLanguage) -> list[Reading]:
    """Read the utterances that proposals can be made from."""
    lexicon, tokenizer = language.whole_lexicon, language.tokenizer
    found = (read(one, number, lexicon, tokenizer, language.slot) for number, one in enumerate(utterances))
    return [reading for reading in found if reading is not None and reading.units]


def _is_said(reading: Reading, intent: str, language: BotLanguage) -> bool:
    """Whether the author's lines of an intent say an utterance already."""
    said = language.recognizer.lines(reading.text, language.own_lexicon)
    return any(one.line.intent == intent and not one.marks for one in said)


def _is_said_with(line: Proposal, rows: Sequence[Proposal]) -> bool:
    """Whether dictionary rows do what a line does that has their values as letters, or that saves no more."""
    better = [one for one in rows if one.saved >= line.saved or squeeze(one.rows[0].surface) in squeeze(line.line)]
    return set(line.covers) <= {number for row in better for number in row.covers}


def _given(intent: str, language: BotLanguage) -> Suggestion:
    return Suggestion(intent, intent not in language.file.intents)


def _proposal(
    one: Chosen,
    said: Sequence[Reading],
    texts: dict[int, str],
    suggested: Suggestion,
    lexicon: Lexicon,
    shown: Sequence[str],
    stolen: Sequence[Stolen],
) -> Proposal:
    unknown = dict.fromkeys(row for reading in said for row in reading.rows)
    numbers = tuple(reading.number for reading in said)
    return Proposal(
        kind="pattern",
        intent=suggested.intent,
        line=one.candidate.line,
        rows=tuple(DictionaryRow(*row, synonym_of(*row, lexicon)) for row in unknown),
        covers=numbers,
        texts=tuple(texts[number] for number in numbers),
        samples=tuple(shown),
        size=one.candidate.size,
        stolen=tuple(stolen),
        saved=round(one.saved, 3),
        is_new_intent=suggested.is_new,
    )
