"""What flows from a source through the cleaning into a set: a row, or a row that is refused and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from nlu.korean.normalization import normalize
from nlu.types import LabelledUtterance, Span


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """An utterance as a source gives it.

    Attributes:
        text: what was said.
        intent: its label; None where it has none.
        spans: its entities, sorted, not overlapping.
        place: where it stands, such as `상담.xlsx:12`.
        masks: kinds of personal data that are masked in it.
    """

    text: str
    intent: str | None
    spans: tuple[Span, ...]
    place: str
    masks: tuple[str, ...] = ()

    @property
    def is_labelled(self) -> bool:
        """Whether a model can learn from it."""
        return self.intent is not None or bool(self.spans)

    @property
    def utterance(self) -> LabelledUtterance:
        """The same as a data set holds it."""
        return LabelledUtterance(self.text, self.intent, self.spans, self.place)

    @property
    def key(self) -> bytes:
        """What the same utterance has everywhere: its text, hashed."""
        return text_key(self.text)

    @property
    def label(self) -> bytes:
        """Its intent and entities, hashed; empty where it has none."""
        if not self.is_labelled:
            return b""
        spans = [(span.start, span.end, span.label, span.value) for span in self.spans]
        return blake2b(repr((self.intent, spans)).encode("utf-8", "backslashreplace"), digest_size=8).digest()


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is left out.

    Attributes:
        text: what it says, masked.
        place: where it stands.
        code: why: `CODE` of a message `refused.CODE`.
        values: what that message names.
        intent: the label that it had.
    """

    text: str
    place: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    intent: str | None = None

    @property
    def key(self) -> bytes:
        """What the same refusal has in every run."""
        return blake2b(
            f"{self.code}\0{self.place}\0{self.text}".encode("utf-8", "backslashreplace"), digest_size=8
        ).digest()


def text_key(text: str) -> bytes:
    """Hash a text, but for how its characters and its spaces are written.

    Example:
        >>> text_key("판교  날씨") == text_key("판교 날씨"), text_key("판교날씨") == text_key("판교 날씨")
        (True, False)
    """
    return blake2b(normalize(text).text.encode("utf-8", "backslashreplace"), digest_size=8).digest()
