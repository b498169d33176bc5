"""Bounds that figures of a report must keep: at least, or at most, over all utterances or in one slice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu.errors import InputError, UnknownChoiceError
from nlu.evaluation.report import ALL

FIGURES = (
    *("intent_accuracy", "ranking_accuracy", "intent_macro_f1", "entity_precision", "entity_recall", "entity_f1"),
    *("role_f1", "exact_match", "false_rejects", "caught", "calibration_error"),
)
"""What may be bounded: every part between 0 and 1."""

Slices = Mapping[str, Mapping[str, float | int | None]]
"""Slice → figure → value."""


@dataclass(frozen=True)
class Bound:
    """What one figure of one slice must be.

    Attributes:
        slice: the name of a slice.
        figure: one of `FIGURES`.
        value: 0..1.
        is_least: whether the figure must be at least this; else at most.
    """

    slice: str
    figure: str
    value: float
    is_least: bool = True

    @classmethod
    def parse(cls, text: str, *, is_least: bool = True) -> Bound:
        """Read `0.9`, `entity_f1=0.85` or `unseen_pattern/seen_value:intent_accuracy=0.8`.

        Raises:
            InputError: the value is no part between 0 and 1.
            UnknownChoiceError: there is no such figure.

        Example:
            >>> Bound.parse("imported:entity_f1=0.85")
            Bound(slice='imported', figure='entity_f1', value=0.85, is_least=True)
        """
        name, _, written = text.rpartition("=")
        slice_, _, figure = name.rpartition(":")
        figure = figure or "intent_accuracy"
        if figure not in FIGURES:
            raise UnknownChoiceError("figure", figure, FIGURES)
        value = float(written) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{0,9})?|\.[0-9]{1,9}", written) else -1.0
        if 1.0 < value <= 100.0:
            raise InputError("input.bound_percent", given=text, percent=written, part=f"{value / 100:g}")
        if not 0.0 <= value <= 1.0:
            raise InputError("input.bound", given=text)
        return cls(slice_ or ALL, figure, value, is_least)

    def failure(self, slices: Slices) -> str | None:
        """Say in Korean how the scores miss the bound; None where they keep it.

        Raises:
            UnknownChoiceError: there is no such slice.
        """
        if self.slice not in slices:
            raise UnknownChoiceError("slice", self.slice, list(slices))
        found = slices[self.slice].get(self.figure)
        name = f"{self.slice} {self.figure}"
        if found is None:
            return f"{name}: 잴 발화가 없습니다"
        if (found < self.value) if self.is_least else (found > self.value):
            return f"{name}: {found:.4f} (기준: {self.value:g} {'이상' if self.is_least else '이하'})"
        return None


def failures(bounds: Sequence[Bound], slices: Slices) -> list[str]:
    """Say of each bound that is missed how it is."""
    return [failure for bound in bounds if (failure := bound.failure(slices)) is not None]
