"""The rows of an export: what a format holds of them, and what it does not, counted with its places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from nlu.types import LabelledUtterance

_T = TypeVar("_T")
_PLACES = 3


class Rows:
    """Utterances that are being written.

    Args:
        utterances: all of them; spaces at the edges of texts are cut off, as most formats do.

    Attributes:
        kept: those that were written, in that order.
    """

    def __init__(self, utterances: Sequence[LabelledUtterance]) -> None:
        self._all = [stripped(utterance) for utterance in utterances]
        self.kept: list[LabelledUtterance] = []
        self._refused: dict[str, list[str]] = {}

    def by_intent(self, *, needs_intent: bool = True) -> Iterator[LabelledUtterance]:
        """Give the utterances, those of an intent together; those without one are refused where one is needed."""
        groups: dict[str, list[LabelledUtterance]] = {}
        for utterance in self._all:
            groups.setdefault(utterance.intent or "", []).append(utterance)
        for intent, several in groups.items():
            if intent or not needs_intent:
                yield from several
            else:
                self.refuse("export.no_intent", several)

    def write(self, encode: Callable[[LabelledUtterance], _T | Refusal], *, needs_intent: bool = True) -> Iterator[_T]:
        """Write each utterance; where a refusal comes back, it can't be, for that reason."""
        for utterance in self.by_intent(needs_intent=needs_intent):
            written = encode(utterance)
            if isinstance(written, Refusal):
                self.refuse(written.code, [utterance])
            else:
                self.kept.append(utterance)
                yield written

    def refuse(self, code: str, utterances: Sequence[LabelledUtterance]) -> None:
        """Count utterances that can't be written."""
        self._refused.setdefault(code, []).extend(utterance.origin or utterance.text[:20] for utterance in utterances)

    def refused(self) -> dict[str, tuple[int, tuple[str, ...]]]:
        """Tell how many were refused for each reason, and the first of their places."""
        return {
            code: (len(places), (*places[:_PLACES], *(("…",) if len(places) > _PLACES else ())))
            for code, places in self._refused.items()
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """The code of the message that says why an utterance can't be written."""

    code: str


def stripped(utterance: LabelledUtterance) -> LabelledUtterance:
    """Cut spaces off the edges of a text and of its spans; spans with nothing else go."""
    text = utterance.text.strip()
    first = len(utterance.text) - len(utterance.text.lstrip())
    spans = []
    for span in utterance.spans:
        inside = utterance.text[span.start : span.end]
        if inside.strip():
            start = span.start + len(inside) - len(inside.lstrip())
            end = span.start + len(inside.rstrip())
            spans.append(replace(span, start=start - first, end=end - first))
    return replace(utterance, text=text, spans=tuple(spans))
