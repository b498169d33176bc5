"""Values of entities exchanged for others of their type, so that a tagger learns the words around them too.

Source: Dai and Adel (2020), An Analysis of Simple Data Augmentation for Named Entity Recognition (mention replacement).
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

from nlu.augmentation.edits import Edit, apply_edits
from nlu.korean import particles as josa
from nlu.types import LabelledUtterance


def values_by_type(utterances: Iterable[LabelledUtterance]) -> dict[str, list[str]]:
    """List the values of each entity type as they are said, as often as they are."""
    values: dict[str, list[str]] = {}
    for utterance in utterances:
        for span in utterance.spans:
            values.setdefault(span.entity, []).append(utterance.text[span.start : span.end])
    return values


class ValueExchange:
    """Puts other values of the same type into labelled utterances; the particle after one takes the form that fits.

    Args:
        utterances: where the values come from; one that is said more often is drawn more often.
        rate: the part of the entities whose value is exchanged.

    Example:
        >>> from nlu.types import Span
        >>> seen = [LabelledUtterance(text, None, (Span(0, 2, "loc"),)) for text in ("판교로 가줘", "강남")]
        >>> exchange = ValueExchange(seen, 1.0).exchange
        >>> sorted({exchange(seen[0], random.Random(seed)).text for seed in range(9)})
        ['강남으로 가줘', '판교로 가줘']
    """

    def __init__(self, utterances: Iterable[LabelledUtterance], rate: float) -> None:
        self._rate = rate
        self._values = values_by_type(utterances) if rate else {}

    def exchange(self, utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance:
        """Return the utterance with other values, or the very same; its entities move along, their types stay."""
        if not self._rate:
            return utterance
        chosen = [span for span in utterance.spans if rng.random() < self._rate]
        edits: list[Edit] = []
        for span in chosen:
            value = rng.choice(self._values[span.entity])
            edits.append(Edit(span.start, span.end, value))
            particles = josa.following(utterance.text, span.end)
            if particles and not any(span.end <= other.start < span.end + len(particles) for other in utterance.spans):
                edits.append(Edit(span.end, span.end + len(particles), josa.refit(particles, value)))
        if not edits:
            return utterance
        spans = tuple(replace(span, value=None) if span in chosen else span for span in utterance.spans)
        return apply_edits(replace(utterance, spans=spans), edits)
