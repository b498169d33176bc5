"""Values that are named only to be left out, so that a tagger finds them too: 내일 말고 모레, 콜라는 빼고 사이다."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

from nlu.augmentation.value_exchange import values_by_type
from nlu.korean import particles as josa
from nlu.types import LabelledUtterance, Span

_WORDS = (" 말고", "말고", "은(는) 말고", " 빼고", "은(는) 빼고", " 아니고", "이(가) 아니라", "이(가) 아니고")
"""What follows a value that is left out; a particle first, where there is one."""


class LeftOut:
    """Says before a value another one of its type that is not meant.

    Args:
        utterances: where the values come from; one that is said more often is drawn more often.
        rate: the part of the entities before which another is left out; only those that begin a word.

    Example:
        >>> seen = [LabelledUtterance(text, None, (Span(0, 2, "date"),)) for text in ("내일 갈게", "모레 올래")]
        >>> said = LeftOut(seen, 1.0).say(seen[0], random.Random(1))
        >>> said.text, [said.text[one.start : one.end] for one in said.spans]
        ('모레는 빼고 내일 갈게', ['모레', '내일'])
    """

    def __init__(self, utterances: Iterable[LabelledUtterance], rate: float) -> None:
        self._rate = rate
        self._values = values_by_type(utterances) if rate else {}

    def say(self, utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance:
        """Return the utterance with a value that is left out, or the very same; at most one is added."""
        if not self._rate:
            return utterance
        chosen = [one for one in utterance.spans if rng.random() < self._rate and _begins_word(utterance.text, one)]
        for span in chosen[:1]:
            meant = utterance.text[span.start : span.end]
            others = [value for value in self._values.get(span.entity, ()) if value != meant]
            if others:
                return _before(utterance, span, rng.choice(others), rng.choice(_WORDS))
        return utterance


def _begins_word(text: str, span: Span) -> bool:
    return span.start == 0 or text[span.start - 1].isspace()


def _before(utterance: LabelledUtterance, span: Span, value: str, words: str) -> LabelledUtterance:
    said = f"{value}{_fitting(value, words)} "
    moved = tuple(
        replace(one, start=one.start + len(said), end=one.end + len(said)) if one.start >= span.start else one
        for one in utterance.spans
    )
    added = Span(span.start, span.start + len(value), span.entity, span.role)
    text = utterance.text[: span.start] + said + utterance.text[span.start :]
    return replace(utterance, text=text, spans=tuple(sorted((*moved, added), key=lambda one: one.start)))


def _fitting(value: str, words: str) -> str:
    particle, space, rest = words.partition(" ")
    return josa.choose(value, particle) + space + rest if "(" in particle else words
