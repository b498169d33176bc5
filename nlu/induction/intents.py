"""The intent that a group of utterances should have: the nearest there is, or a new one with a name of its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt
from typing import NamedTuple

from nlu.induction.language import BotLanguage
from nlu.induction.units import Reading
from nlu.names import as_intent
from nlu.types import FALLBACK_INTENT

_NEAR_FOR_MODEL, _NEAR_FOR_WORDS = 0.5, 0.35
"""Mean confidence, and cosine of words, from which a group belongs to an intent that is there."""
_NAME_WORDS = 2

Weights = Mapping[str, float]


class Suggestion(NamedTuple):
    """An intent for a group of utterances.

    Attributes:
        intent: its name.
        is_new: whether the bot has it not yet.
        nearness: of the nearest intent there is, 0..1.
        nearest: that intent; None where the bot has none.
    """

    intent: str
    is_new: bool
    nearness: float = 0.0
    nearest: str | None = None


def suggest_intent(readings: Sequence[Reading], language: BotLanguage) -> Suggestion:
    """Suggest the intent of a group of utterances, by the present model, or without one by their words."""
    scores = _by_model(readings, language) if language.parse else _by_words(readings, language)
    near = _NEAR_FOR_MODEL if language.parse else _NEAR_FOR_WORDS
    nearest, nearness = max(scores.items(), key=lambda pair: (pair[1], pair[0]), default=(None, 0.0))
    if nearest is not None and nearness >= near:
        return Suggestion(nearest, False, nearness, nearest)
    return Suggestion(new_name(readings, language), True, nearness, nearest)


def new_name(readings: Sequence[Reading], language: BotLanguage) -> str:
    """Name a new intent after the words that tell its utterances from the bot's others."""
    weights = _weights([_words(readings)], language.intent_words.values())
    units = [unit for reading in readings for unit in reading.units if unit.word_class == "noun"]
    nouns = {unit.written for unit in units if not language.macros.has_ending(unit.said)}
    ranked = sorted(weights[0].items(), key=lambda pair: (-pair[1], pair[0]))
    said = [word for word, _ in ranked if word in nouns] or [word for word, _ in ranked if "{" not in word]
    name = as_intent("_".join(said[:_NAME_WORDS])) or "새_의도"
    taken, number, free = set(language.file.intents), 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _by_model(readings: Sequence[Reading], language: BotLanguage) -> dict[str, float]:
    """Each intent's mean confidence."""
    assert language.parse is not None
    parses = language.parse([reading.text for reading in readings])
    sums = dict[str, float]()
    for parse in parses:
        for name, confidence in parse.ranking:
            if name is not None and name != FALLBACK_INTENT:
                sums[name] = sums.get(name, 0.0) + confidence
    return {name: total / len(parses) for name, total in sums.items()}


def _by_words(readings: Sequence[Reading], language: BotLanguage) -> dict[str, float]:
    """How alike the words of a group and of each intent's lines are, 0..1."""
    of_intents = language.intent_words
    own, *others = _weights([_words(readings), *of_intents.values()])
    return {intent: _cosine(own, other) for intent, other in zip(of_intents, others, strict=True)}


def _words(readings: Iterable[Reading]) -> Counter[str]:
    return Counter(unit.written for reading in readings for unit in reading.units if unit.is_content)


def _weights(several: Sequence[Counter[str]], more: Iterable[Counter[str]] = ()) -> list[Weights]:
    """Counts into tf-idf weights over all of them."""
    every = [*several, *more]
    holders = Counter(word for counts in every for word in counts)
    return [{word: count * log(1 + len(every) / holders[word]) for word, count in counts.items()} for counts in several]


def _cosine(one: Weights, other: Weights) -> float:
    shared = sum(weight * other[word] for word, weight in one.items() if word in other)
    lengths = sqrt(sum(w * w for w in one.values())) * sqrt(sum(w * w for w in other.values()))
    return shared / lengths if lengths else 0.0
