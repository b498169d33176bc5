"""A range of numbers to try, as a search space says it: low, high, on a log scale or in steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from optuna.trial import BaseTrial

_NAMES = ("low", "high", "log", "step")
_LARGEST = 1 << 53
"""Up to which a float is every whole number."""


class RangeMistake(Exception):
    """What is wrong with a range, as a row of `nlu.messages`."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included.

    Attributes:
        low: the lowest.
        high: the highest, on the grid of the steps.
        log: whether small differences count as much among small numbers as large ones among large.
        step: between two neighbours; None for all numbers.
        is_whole: whether the setting takes whole numbers only.
    """

    low: float
    high: float
    log: bool = False
    step: float | None = None
    is_whole: bool = False

    def __contains__(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            return False
        return self.step is None or (_exact(value) - _exact(self.low)) % _exact(self.step) == 0

    def suggest(self, trial: BaseTrial, name: str) -> float:
        """Draw a value."""
        if self.is_whole:
            return trial.suggest_int(name, int(self.low), int(self.high), log=self.log, step=int(self.step or 1))
        return trial.suggest_float(name, self.low, self.high, log=self.log, step=self.step)

    def setting(self, drawn: float) -> float:
        """What a drawn value is as a setting: three digits tell all that a training can.

        Example:
            >>> Range(0.001, 0.01).setting(0.0052039998)
            0.0052
        """
        if self.is_whole or self.step is not None:
            return drawn
        return min(max(float(f"{drawn:.3g}"), self.low), self.high)

    def to_json(self) -> dict[str, Any]:
        """The same as a table."""
        return {"low": self.low, "high": self.high, "log": self.log, "step": self.step}


def read_range(table: Mapping[str, Any], *, is_whole: bool) -> Range:
    """Read a range; `low` and `high` are numbers that the setting allows.

    Raises:
        RangeMistake: it is empty, or not one.

    Example:
        >>> read_range({"low": 0.1, "high": 0.55, "step": 0.1}, is_whole=False).high
        0.5
    """
    if unknown := next((name for name in table if name not in _NAMES), None):
        raise RangeMistake("space.range_key", name=unknown, choices=_NAMES)
    if missing := next((name for name in ("low", "high") if name not in table), None):
        raise RangeMistake("space.range_end", missing=missing)
    low, high, log, step = table["low"], table["high"], table.get("log", False), table.get("step")
    if not isinstance(log, bool):
        raise RangeMistake("space.log_bool", value=log)
    if not all(math.isfinite(end) and abs(end) <= _LARGEST for end in (low, high)):
        raise RangeMistake("space.not_finite")
    if low >= high:
        raise RangeMistake("space.empty", low=low, high=high)
    if log and low <= 0:
        raise RangeMistake("space.log", low=low)
    if step is not None:
        _check_step(step, low, high, log, is_whole)
        steps = (_exact(high) - _exact(low)) // _exact(step)
        high = type(step * low)(_exact(low) + steps * _exact(step))
    return Range(low, high, log, step, is_whole)


def _check_step(step: object, low: float, high: float, log: bool, is_whole: bool) -> None:
    is_number = isinstance(step, int if is_whole else int | float) and not isinstance(step, bool)
    most = _exact(high) - _exact(low)
    if not is_number or not 0 < _exact(step) <= most:  # type: ignore[arg-type]
        raise RangeMistake("space.step", value=step, most=most)
    if log:
        raise RangeMistake("space.step_log")


def _exact(number: float) -> Decimal:
    return Decimal(str(number))
