"""How far the scores fall on copies of utterances that were typed in a hurry, entity spans carried along."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nlu.augmentation.augmenter import perturb
from nlu.evaluation.answers import Answered, spread
from nlu.evaluation.report import SliceScores, scores_of
from nlu.types import LabelledUtterance, Parse


@dataclass(frozen=True)
class Copy:
    """A way of roughening: operations of `nlu.augmentation.augmenter` with their rates, one after the other."""

    name: str
    operations: tuple[tuple[str, float], ...]


COPIES = (
    Copy("as it is", ()),
    Copy("all spaces removed", (("drop_all_spaces", 1.0),)),
    Copy("spaces scattered", (("drop_spaces", 0.3), ("add_spaces", 0.1))),
    Copy("typos in 5 % of syllables", (("typos", 0.05),)),
    Copy("typos in 10 % of syllables", (("typos", 0.10),)),
    Copy("particles dropped", (("drop_particles", 1.0),)),
    Copy("polite endings", (("polite_endings", 1.0),)),
    Copy("blunt endings", (("blunt_endings", 1.0),)),
)
"""The copies; the first is what the others are compared with."""


@dataclass(frozen=True, slots=True)
class SturdinessRow:
    """The scores of one copy; None where there is nothing to measure them on.

    Attributes:
        copy: its name.
        utterances: how many.
        changed: the part whose text is another one.
        intent_accuracy: as in a report.
        entity_f1: as in a report.
        exact_match: as in a report.
        intent_fall: how many points the first lies below that of the utterances as they are.
        entity_fall: the same of the entities.
    """

    copy: str
    utterances: int
    changed: float
    intent_accuracy: float | None
    entity_f1: float | None
    exact_match: float
    intent_fall: float | None
    entity_fall: float | None

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON values."""
        return asdict(self)


def roughen(utterances: Sequence[LabelledUtterance], copy: Copy, seed: int = 0) -> list[LabelledUtterance]:
    """Make a copy of the utterances; each is roughened with a chance of its own, whatever stands before it.

    Example:
        >>> roughen([LabelledUtterance("내일 날씨", "weather")], COPIES[1])[0].text
        '내일날씨'
    """
    rough = []
    for number, utterance in enumerate(utterances):
        rng = random.Random(f"{seed}/{copy.name}/{number}")
        for operation, rate in copy.operations:
            utterance = perturb(utterance, operation, rate, rng)
        rough.append(utterance)
    return rough


def sturdiness(
    answers: Callable[[Iterable[str]], list[Parse]],
    gold: Sequence[LabelledUtterance],
    *,
    most: int | None = None,
    seed: int = 0,
) -> tuple[SturdinessRow, ...]:
    """Score a parser on every copy.

    Args:
        answers: answers several texts.
        gold: labelled utterances.
        most: how many of them, evenly spread; None for all.
        seed: of the copies.
    """
    some = spread(gold, most)
    copies = [roughen(some, copy, seed) for copy in COPIES]
    parses = answers(one.text for rough in copies for one in rough)  # all together, which is faster
    size, first = len(some), scores_of(list(zip(some, parses[: len(some)], strict=True)))
    return tuple(
        _row(copy, some, list(zip(rough, parses[at * size : (at + 1) * size], strict=True)), first if at else None)
        for at, (copy, rough) in enumerate(zip(COPIES, copies, strict=True))
    )


def _row(
    copy: Copy, before: Sequence[LabelledUtterance], answered: Answered, first: SliceScores | None
) -> SturdinessRow:
    scores, changed = scores_of(answered), zip(before, answered, strict=True)
    return SturdinessRow(
        copy=copy.name,
        utterances=len(answered),
        changed=sum(one.text != other.text for one, (other, _) in changed) / len(answered),
        intent_accuracy=scores.intent_accuracy,
        entity_f1=scores.entity_f1,
        exact_match=scores.exact_match,
        intent_fall=points_below(first.intent_accuracy, scores.intent_accuracy) if first else None,
        entity_fall=points_below(first.entity_f1, scores.entity_f1) if first else None,
    )


def points_below(before: float | None, after: float | None) -> float | None:
    """How many points a score lies below another; None where there is none.

    Example:
        >>> round(points_below(0.9, 0.875), 9), points_below(None, 0.5)
        (2.5, None)
    """
    return 100 * (before - after) if before is not None and after is not None else None
