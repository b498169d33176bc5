"""The chain that every row goes through on its way in: each step keeps it, changes it or refuses it, and is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from nlu.intake.cleaning.duplicates import KNOWN, Duplicates, Known, NearDuplicates
from nlu.intake.cleaning.spam import spam
from nlu.intake.cleaning.steps import blank, korean, length, masked, tidy
from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.intake.settings import IntakeSettings
from nlu.korean.personal_data import mask_text

__all__ = ["KNOWN", "STEPS", "Before", "Chain", "StepCount"]

Step = Callable[[IncomingRow], IncomingRow | RefusedRow]


@dataclass(frozen=True)
class Before:
    """What a set holds before a run.

    Attributes:
        labels: the hash of the label of each text, by the hash of the text.
        rows: reads its rows.
    """

    labels: Mapping[bytes, bytes] = field(default_factory=dict)
    rows: Callable[[], Iterable[IncomingRow]] = tuple


STEPS: Mapping[str, Callable[[IntakeSettings, Before], Step]] = MappingProxyType(
    {
        "tidy": lambda settings, before: tidy,
        "blank": lambda settings, before: blank,
        "length": lambda settings, before: length(settings.shortest, settings.longest),
        "spam": lambda settings, before: spam if settings.spam else _same,
        "language": lambda settings, before: korean(settings.korean),
        "masking": lambda settings, before: masked if settings.mask else _same,
        "known": lambda settings, before: Known(before.labels),
        "duplicates": lambda settings, before: Duplicates(),
        "near_duplicates": lambda settings, before: NearDuplicates(settings.near, before.rows()),
    }
)
"""The steps in their order, each made of the settings and of what is there already."""


@dataclass(frozen=True, slots=True)
class StepCount:
    """What a step did.

    Attributes:
        name: of the step: a key of `STEPS`.
        rows: that came to it.
        changed: of these.
        refused: of these.
    """

    name: str
    rows: int
    changed: int
    refused: int


class Chain:
    """All steps, made for one run; they remember what they saw in it.

    Args:
        settings: how strict the steps are.
        before: what the set holds already.

    Example:
        >>> chain = Chain(IntakeSettings())
        >>> chain.clean(IncomingRow(" 판교  날씨 ", None, (), "a.csv:2")).text
        '판교 날씨'
        >>> chain.clean(IncomingRow("판교 날씨", None, (), "a.csv:3")).code
        'duplicate'
    """

    def __init__(self, settings: IntakeSettings, before: Before | None = None) -> None:
        self._steps = [(name, make(settings, before or Before())) for name, make in STEPS.items()]
        self._rows: Counter[str] = Counter()
        self._changed: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._hides = settings.mask

    def clean(self, row: IncomingRow) -> IncomingRow | RefusedRow:
        """Take a row through the steps, up to the one that refuses it; personal data of what is refused is masked."""
        for name, step in self._steps:
            self._rows[name] += 1
            found = step(row)
            if isinstance(found, RefusedRow):
                self._refused[name] += 1
                return self.hidden(replace(found, intent=row.intent))
            self._changed[name] += found is not row
            row = found
        return row

    def hidden(self, row: RefusedRow) -> RefusedRow:
        """The same without personal data."""
        return replace(row, text=mask_text(row.text)) if self._hides else row

    def counts(self) -> Sequence[StepCount]:
        """What each step did so far."""
        return [StepCount(name, self._rows[name], self._changed[name], self._refused[name]) for name, _ in self._steps]


def _same(row: IncomingRow) -> IncomingRow:
    return row
