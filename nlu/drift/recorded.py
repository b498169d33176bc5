"""Utterances out of a JSON Lines file: recorded answers, or texts that a model is yet to answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from nlu.drift.sample import Heard
from nlu.errors import InputError
from nlu.korean.personal_data import mask_text
from nlu.types import Parse

Answer = Callable[[Sequence[str]], list[Parse]]
_TOGETHER = 256


@dataclass(frozen=True)
class _Asked:
    """A text without an answer."""

    text: str
    label: str | None
    time: datetime | None
    id: str


def read_lines(path: Path, answer: Answer) -> Iterator[Heard]:
    """Read utterances in the order of the file.

    A line is an object with `text`. Where it says how sure the model was, as `GET /records` and `POST /parse` do,
    it is taken as answered; else a model answers it now, and its `intent` is the right one.

    Args:
        path: the file.
        answer: answers texts.

    Raises:
        InputError: a line is something else; says which.
    """
    waiting: list[Heard | _Asked] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                waiting.append(_read(path, number, line))
            if len(waiting) == _TOGETHER:
                yield from _answered(waiting, answer)
                waiting = []
    yield from _answered(waiting, answer)


def answer_texts(texts: Iterable[tuple[str, str | None]], answer: Answer) -> Iterator[Heard]:
    """Answer texts now.

    Args:
        texts: each with its label; None where nobody gave it one.
        answer: answers them.
    """
    rows = iter(texts)
    while some := list(islice(rows, _TOGETHER)):
        yield from _answered([_Asked(text, label, None, "") for text, label in some], answer)


def _answered(waiting: Iterable[Heard | _Asked], answer: Answer) -> Iterator[Heard]:
    rows = tuple(waiting)
    asked = [one.text for one in rows if isinstance(one, _Asked)]
    parses = iter(answer(asked) if asked else [])
    for row in rows:
        if isinstance(row, Heard):
            yield row
        else:
            heard = Heard.of_parse(next(parses), mask_text(row.text), row.label)
            yield heard._replace(id=row.id, time=row.time)


def _read(path: Path, number: int, line: bytes) -> Heard | _Asked:
    try:
        row = json.loads(line.decode("utf-8-sig"))
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise ValueError("no text")
        return _heard(row) if _confidence(row) is not None else _asked(row)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InputError("drift.line", path=path, number=number) from None


def _confidence(row: Mapping[str, Any]) -> float | None:
    intent = row.get("intent")
    found = intent.get("confidence") if isinstance(intent, dict) else row.get("confidence")
    return None if found is None or isinstance(found, bool) else float(found)


def _heard(row: Mapping[str, Any]) -> Heard:
    intent = row["intent"]
    name = intent["name"] if isinstance(intent, dict) else intent
    entities = [{"entity": str(one["entity"])} for one in row.get("entities") or ()]
    heard = Heard.of_record(
        {
            "id": _id(row),
            "time": _time(row),
            "text": row["text"],
            "intent": str(name),
            "confidence": _confidence(row),
            "entities": entities,
            "feedback": row.get("feedback") or [],
        }
    )
    if not 0.0 <= heard.confidence <= 1.0:
        raise ValueError(heard.confidence)
    return heard


def _asked(row: Mapping[str, Any]) -> _Asked:
    label = row.get("intent")
    return _Asked(row["text"], label if isinstance(label, str) else None, _time(row), _id(row))


def _id(row: Mapping[str, Any]) -> str:
    return str(row.get("parse_id") or row.get("id") or "")


def _time(row: Mapping[str, Any]) -> datetime | None:
    if not row.get("time"):
        return None
    time = datetime.fromisoformat(str(row["time"]))
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
