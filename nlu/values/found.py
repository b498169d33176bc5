"""What a grammar finds in a text: where, of which type, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Value:
    """A system entity in a text.

    Attributes:
        type: without the sign of system entities, such as `money`.
        start: its first character.
        end: behind its last character.
        value: what it says: a decimal, or ISO 8601.
        unit: what it is counted in: a currency by ISO 4217, a counter (판), a unit (km); None where there is none.
        least: the least that it may mean, of what is said vaguely.
        most: the most that it may mean.
        more: what else is known: `grain`, `ambiguities`, …
    """

    type: str
    start: int
    end: int
    value: str
    unit: str | None = None
    least: str | None = None
    most: str | None = None
    more: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_approximate(self) -> bool:
        """Whether it was said vaguely: 두세 개, 만 원쯤."""
        return self.least is not None or self.most is not None or bool(self.more.get("approximate"))


def decimal_text(number: Decimal) -> str:
    """Write a decimal without an exponent and without zeros that say nothing.

    Example:
        >>> decimal_text(Decimal("1.50")), decimal_text(Decimal("3E+4")), decimal_text(Decimal("-0"))
        ('1.5', '30000', '0')
    """
    written = f"{number:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in ("-0", "") else written
