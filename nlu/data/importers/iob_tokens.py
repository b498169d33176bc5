"""Tokens with tags, put together to an utterance with spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.data.importers.base import LONGEST_TEXT, File, Tally
from nlu.data.importers.iob_tags import PlainTag
from nlu.data.iob import OUTSIDE
from nlu.types import Span


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token with its tag, its line, and its offset where known."""

    line: int
    token: str
    tag: PlainTag
    start: int | None = None


def add_tokens(rows: Sequence[TokenRow], intent: str | None, source: File, tally: Tally, between: str = " ") -> None:
    """Put tokens together and take them as an utterance.

    An `I-x` that follows neither `B-x` nor `I-x` begins a span, as in conlleval.

    Args:
        rows: at least one.
        intent: the utterance's intent.
        source: the file.
        tally: takes the utterance.
        between: what stands between tokens whose offsets are not known.
    """
    place = source.origin(rows[0].line)
    parts: list[str] = []
    length = 0
    spans: list[tuple[int, int, str]] = []
    label = ""  # of the span that may go on
    for row in rows:
        start = length + len(between) * bool(parts) if row.start is None else row.start
        if start + len(row.token) > LONGEST_TEXT:
            tally.refuse_row("import.long", place, entities=sum(row.tag.mark == "B" for row in rows))
            return
        parts += [between if parts and row.start is None else " " * (start - length), row.token]
        length = start + len(row.token)
        mark, own, ends = row.tag
        goes_on = mark == "I" and bool(label) and own in ("", label)
        if goes_on:
            spans[-1] = (spans[-1][0], length, label)
        elif mark != OUTSIDE and own:
            spans.append((start, length, own))
        elif mark != OUTSIDE:
            tally.refuse_entity("import.tag_alone", source.origin(row.line))
        label = "" if mark == OUTSIDE or ends else (own or label if goes_on or own else "")
    tally.add("".join(parts), intent, [_span(*span) for span in spans], place)


def _span(start: int, end: int, label: str) -> Span:
    entity, _, role = label.partition(":")
    return Span(start, end, entity, role or None)
