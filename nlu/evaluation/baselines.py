"""Simple systems that a model has to beat: the most frequent intent, and rules of keywords and dictionary values."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from nlu.korean.normalization import normalize
from nlu.korean.particles import following
from nlu.lexicon.lexicon import Entry, Lexicon, Match
from nlu.types import FALLBACK_INTENT, Entity, Fallback, IntentScore, LabelledUtterance, Parse, Span

_LENGTHS = (2, 3, 4)
"""Of a keyword, in characters; the edge of a word counts as one."""
_LEAST_SEEN = 3
"""Training utterances that a keyword occurs in at least."""
_LEAST_SHARE = 0.5
"""Of the utterances with a keyword, those of its intent, at least."""
_MOST_KEYWORDS = 1000
"""Of one intent."""
_UNDERSTOOD = Fallback(None, 1.0, 0.0)
_NOT_UNDERSTOOD = Fallback("unsure", 0.0, 0.0)


class Baseline(Protocol):
    """A system to compare with, fitted.

    Attributes:
        name: how reports name it.
        finds_entities: whether it finds entities at all.
    """

    name: str
    finds_entities: bool

    def answer(self, texts: Sequence[str]) -> list[Parse]:
        """Answer each text; the ranking holds every intent that it knows."""


class MajorityIntent:
    """Always answers the intent in scope that training has most of.

    Example:
        >>> said = {"피자 줘": "order", "콜라": "order", "안녕": "greet"}
        >>> rows = [LabelledUtterance(text, intent) for text, intent in said.items()]
        >>> MajorityIntent(rows).answer(["비 와"])[0].intent.name
        'order'
    """

    name = "majority"
    finds_entities = False

    def __init__(self, train: Sequence[LabelledUtterance]) -> None:
        counts = Counter(one.intent for one in train if one.intent not in (None, FALLBACK_INTENT))
        total = max(1, counts.total())
        self._scores = {str(intent): count / total for intent, count in sorted(counts.items(), key=_by_count)}

    def answer(self, texts: Sequence[str]) -> list[Parse]:
        """Give the same answer to each text."""
        return [answer_of(text, self._scores) for text in texts]


class KeywordRules:
    """What somebody writes in an hour: a list of keywords, the surest first, and a dictionary.

    The first keyword of the list that an utterance has decides its intent; a type of entity that the dictionary finds
    is a keyword too. Where none is found, nothing was understood. Entities are the longest dictionary values that begin
    a word.

    Args:
        train: what is learned from.
        lexicon: the author's dictionary; the labelled values of `train` are added to it.

    Source: Yarowsky (1994), Decision Lists for Lexical Ambiguity Resolution.
    """

    name = "rules"
    finds_entities = True

    def __init__(self, train: Sequence[LabelledUtterance], lexicon: Lexicon) -> None:
        values = Counter((span.entity, one.text[span.start : span.end]) for one in train for span in one.spans)
        labelled = (Entry(entity, value) for entity, value in values if value.strip())
        self._lexicon = Lexicon((*lexicon.entries, *labelled))
        self._types = Counter[str]()
        for (entity, _), count in values.items():
            self._types[entity] += count
        rows = [(one.intent, _signs(one.text, one.spans)) for one in train if one.intent is not None]
        self._priors = Counter(intent for intent, _ in rows)
        self._keywords = _keywords(rows)

    def answer(self, texts: Sequence[str]) -> list[Parse]:
        """Answer each text by keywords and dictionary."""
        return [self._answer(text) for text in texts]

    def _answer(self, text: str) -> Parse:
        normalized = normalize(text)
        matches = dictionary_values(normalized.text, self._lexicon, self._types)
        spans = [Span(match.start, match.end, match.entity) for match in matches]
        best: dict[str, float] = {}
        for sign in _signs(normalized.text, spans):
            for intent, weight in self._keywords.get(sign, ()):
                best[intent] = max(weight, best.get(intent, weight))
        entities = []
        for match in matches:
            start, end = normalized.to_original(match.start, match.end)
            entities.append(Entity(match.entity, start, end, text[start:end], match.value, sources=("dictionary",)))
        return answer_of(text, self._scores(best), entities, is_understood=bool(best))

    def _scores(self, best: Mapping[str, float]) -> dict[str, float]:
        """A share of each intent: first those with a keyword, then the others by how many utterances they have."""
        total = max(1, self._priors.total())
        odds = {intent: math.exp(best[intent]) if intent in best else 0.0 for intent in self._priors}
        shares = {intent: odds[intent] + 1e-3 * count / total for intent, count in self._priors.items()}
        whole = sum(shares.values())
        return {intent: share / whole for intent, share in shares.items()}


def dictionary_values(text: str, lexicon: Lexicon, types: Mapping[str, int]) -> list[Match]:
    """Find the longest values that begin a word; a value of one syllable fills its word, or a particle follows it.

    Args:
        text: the text.
        lexicon: the values.
        types: entity type → how often it occurs; of values of the same length, that of the commoner type is taken.

    Example:
        >>> lexicon = Lexicon([Entry("loc", "서울"), Entry("loc", "서울역"), Entry("menu", "배")])
        >>> [match.value for match in dictionary_values("서울역에 배달", lexicon, {})]
        ['서울역']
    """
    words = [match for match in lexicon.matches(text) if _is_word(text, match)]
    taken: list[Match] = []
    for match in sorted(words, key=lambda one: (one.start - one.end, -types.get(one.entity, 0), one)):
        if all(match.end <= other.start or other.end <= match.start for other in taken):
            taken.append(match)
    return sorted(taken)


def answer_of(
    text: str, scores: Mapping[str, float], entities: Iterable[Entity] = (), *, is_understood: bool = True
) -> Parse:
    """Make an answer of a system that gives each intent a share; without an intent, or not sure of any, a fallback."""
    ranked = [IntentScore(intent, score) for intent, score in sorted(scores.items(), key=lambda one: (-one[1], one[0]))]
    if not is_understood or not ranked or ranked[0].name == FALLBACK_INTENT:
        others = [score for score in ranked if score.name != FALLBACK_INTENT]
        ranked = [IntentScore(FALLBACK_INTENT, 1.0), *others]
    verdict = _NOT_UNDERSTOOD if ranked[0].name == FALLBACK_INTENT else _UNDERSTOOD
    return Parse(text, ranked[0], tuple(ranked), tuple(entities), (), verdict)


def _by_count(pair: tuple[str | None, int]) -> tuple[int, str]:
    return -pair[1], str(pair[0])


def _is_word(text: str, match: Match) -> bool:
    begins = match.start == 0 or not text[match.start - 1].isalnum()
    if not begins or len(text[match.start : match.end].replace(" ", "")) > 1:
        return begins
    end = match.end + len(following(text, match.end))
    return end == len(text) or not text[end].isalnum()


def _signs(text: str, spans: Iterable[Span]) -> set[str]:
    """What a rule can ask for: pieces of the words outside of entities, and the types of the entities."""
    found, done, pieces = set[str](), 0, list[str]()
    for span in spans:
        pieces.append(text[done : span.start])
        done = span.end
        found.add(f"{{{span.entity}}}")
    for piece in (*pieces, text[done:]):
        padded = f" {' '.join(piece.split())} "
        found.update(padded[at : at + size] for size in _LENGTHS for at in range(len(padded) - size + 1))
    return found


def _keywords(rows: Sequence[tuple[str, set[str]]]) -> dict[str, list[tuple[str, float]]]:
    """Keyword → the intents that it speaks for, each with the logarithm of its odds."""
    seen, of_intent, sizes = Counter[str](), dict[str, Counter[str]](), Counter[str]()
    for intent, signs in rows:
        sizes[intent] += 1
        seen.update(signs)
        of_intent.setdefault(intent, Counter()).update(signs)
    keywords: dict[str, list[tuple[str, float]]] = {}
    for intent, counts in sorted(of_intent.items()):
        others = len(rows) - sizes[intent] + 1
        weights = {
            sign: math.log((count + 0.5) / (sizes[intent] + 1)) - math.log((seen[sign] - count + 0.5) / others)
            for sign, count in counts.items()
            if count >= _LEAST_SEEN and count >= _LEAST_SHARE * seen[sign]
        }
        best = sorted(weights, key=lambda sign: (-weights[sign], sign))[:_MOST_KEYWORDS]
        for sign in best:
            keywords.setdefault(sign, []).append((intent, weights[sign]))
    return keywords
