"""Which column of a table holds what was said, and which its label: by name, by usual names, by what is in them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from nlu.data.importers.tables import INTENT_HEADERS, TEXT_HEADERS
from nlu.data.streams.table import Header, Row, Table, written
from nlu.errors import InputError
from nlu.intake.cleaning.steps import korean_share

_MORE_TEXT_HEADERS = frozenset((
    "사용자 발화", "사용자발화", "패턴 발화", "고객 발화", "고객발화", "질문", "문의", "문의내용", "문의 내용", "내용",
    "메시지", "대화", "댓글", "리뷰", "질의", "질의문", "본문", "고객 질문", "고객질문", "질문내용", "질문 내용",
    "message", "question", "utt", "input", "content", "comment", "review", "document", "body", "request",
    "user_message", "user_utterance",
))  # fmt: skip
ENTITY_HEADERS = frozenset(("entities", "개체"))
_SAMPLE = 200
_MOST_GUESSED = 1_000
"""Columns that are looked into at most."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table that are read.

    Attributes:
        text: holds what was said.
        intent: holds its label; None where there is none.
        entities: holds its entities as JSON; None where there is none.
    """

    text: str
    intent: str | None = None
    entities: str | None = None


def find_columns(table: Table, text: str | None = None, intent: str | None = None) -> tuple[Header, Columns]:
    """Find the header of a table and the columns to read.

    Args:
        table: the table.
        text: the column of what was said, by its name or its number from 1; None to find it.
        intent: the column of the labels, likewise; "" for none.

    Raises:
        InputError: there is no such column, or none that can be told to be what people said.
    """
    header = table.header(_knows(text, intent))
    if not header.names:
        return header, Columns("")
    text_column = (
        _named(header, text) if text else _usual(header.names, TEXT_HEADERS) or _usual(header.names, _MORE_TEXT_HEADERS)
    )
    text_column = text_column or _by_content(header, table.rows(header), intent)
    if text_column is None and len(header.names) == 1:
        text_column = header.names[0]
    if (
        text is None
        and not header.is_known
        and text_column
        and _is_said(header.written[header.names.index(text_column)])
        and not _names_others(header, table.rows(header), text_column)
    ):
        number, header = header.names.index(text_column), header.left_out()  # the first row is one as the others are
        text_column = header.names[number]
    if text_column is None:
        raise InputError("intake.no_text_column", columns=header.written[:20])
    others = [name for name in header.names if name != text_column]
    intent_column = _named(header, intent) if intent else None if intent == "" else _usual(others, INTENT_HEADERS)
    return header, Columns(text_column, intent_column, _usual(others, ENTITY_HEADERS))


def _knows(text: str | None, intent: str | None) -> Callable[[Sequence[str]], bool]:
    wanted = {written(name).casefold() for name in (text, intent) if name and not name.isdecimal()}
    usual = TEXT_HEADERS | _MORE_TEXT_HEADERS

    def knows(names: Sequence[str]) -> bool:
        folded = {name.casefold() for name in names}
        return wanted <= folded if wanted else not folded.isdisjoint(usual)

    return knows


def _usual(columns: Iterable[str], names: Container[str]) -> str | None:
    return next((name for name in columns if name.casefold() in names), None)


def _named(header: Header, wanted: str) -> str:
    """A column by its name, or else by its number."""
    folded = written(wanted).casefold()
    for name in header.names:
        if name.casefold() == folded:
            return name
    if wanted.isdecimal() and 0 < int(wanted[:6]) <= len(header.names):
        return header.names[int(wanted) - 1]
    raise InputError("intake.no_column", name=wanted, columns=header.written[:20])


def _is_said(cell: str) -> bool:
    """Whether a cell looks like what somebody said rather than like the name of a column."""
    return (korean_share(cell) or 0) > 0.5 and (" " in cell or len(cell) > 6)


def _names_others(header: Header, rows: Iterable[Row], text: str) -> bool:
    """Whether a first row names the columns beside the text: labels, entities, or what holds figures below."""
    sample = list(islice(rows, _SAMPLE))
    others = [name for name in header.names[:_MOST_GUESSED] if name != text]
    if _usual(others, INTENT_HEADERS | ENTITY_HEADERS):
        return True
    plain = (name for name in others if not _has_figure(header.written[header.names.index(name)]))
    return any(2 * sum(_has_figure(str(row.cells.get(name) or "")) for row in sample) > len(sample) for name in plain)


def _has_figure(cell: str) -> bool:
    return any(map(str.isdigit, cell))


def _by_content(header: Header, rows: Iterable[Row], intent: str | None) -> str | None:
    """The column with the most Korean text: long, and seldom the same."""
    sample = list(islice(rows, _SAMPLE))
    scores: dict[str, float] = {}
    for name in header.names[:_MOST_GUESSED]:
        cells = [str(row.cells.get(name) or "") for row in sample]
        said = [cell for cell in cells if (korean_share(cell) or 0) > 0.5]
        if name != intent and len(said) * 2 > len(sample):
            scores[name] = sum(map(len, said)) / len(said) * len(set(said)) / len(said)
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] >= 3 else None
