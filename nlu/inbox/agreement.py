"""Whether people who labelled the same records say the same: Cohen's κ for intents, F1 for entities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from nlu.inbox.labels import GivenLabel, Label


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two people agree.

    Attributes:
        people: the two.
        count: records that both labelled.
        observed: the share of these with the same intent, 0..1.
        kappa: how much better that is than chance: 1 for always, 0 for no better.
        span_f1: F1 of the entities of one against those of the other, 0..1; None where neither marked any.
        disagreed: records of different labels, as each labelled them.
    """

    people: tuple[str, str]
    count: int
    observed: float
    kappa: float
    span_f1: float | None
    disagreed: tuple[tuple[Label, Label], ...]


def agreements(given: Sequence[GivenLabel]) -> list[Agreement]:
    """Compare every two people who labelled a record both, those with the most records first."""
    of_person: dict[str, dict[str, Label]] = {}
    for label in given:
        of_person.setdefault(label.by, {})[label.label.record_id] = label.label
    found = []
    for one, other in combinations(sorted(of_person), 2):
        both = sorted(of_person[one].keys() & of_person[other].keys())
        if both:
            pairs = [(of_person[one][record], of_person[other][record]) for record in both]
            found.append(_compare((one, other), pairs))
    return sorted(found, key=lambda one: (-one.count, one.people))


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's κ of labels given twice; 1 where both always gave the same single label, of which chance knows nothing.

    Source: Cohen (1960), A Coefficient of Agreement for Nominal Scales.

    Example:
        >>> kappa([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")])
        0.5
    """
    count = len(pairs)
    observed = sum(one == other for one, other in pairs) / count
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[label] * second[label] for label in first) / count**2
    return 1.0 if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def _compare(people: tuple[str, str], pairs: Sequence[tuple[Label, Label]]) -> Agreement:
    intents = [(one.intent, other.intent) for one, other in pairs]
    return Agreement(
        people,
        len(pairs),
        sum(one == other for one, other in intents) / len(pairs),
        kappa(intents),
        _span_f1(pairs),
        tuple((one, other) for one, other in pairs if (one.intent, _places(one)) != (other.intent, _places(other))),
    )


def _span_f1(pairs: Sequence[tuple[Label, Label]]) -> float | None:
    marked = sum(len(label.spans) for pair in pairs for label in pair)
    same = sum(len(_places(one) & _places(other)) for one, other in pairs)
    return 2 * same / marked if marked else None


def _places(label: Label) -> frozenset[tuple[int, int, str]]:
    return frozenset((span.start, span.end, span.label) for span in label.spans)
