"""The regression book `must.jsonl`, written by hand: what a bot must understand, or no candidate is promoted.

Each line is JSON: `{"text": "피자 두 판 주문해줘", "intent": "order_food", "entities": {"menu": "피자"}}`. Empty lines
and those that begin with `#` say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.data.json_text import JsonMistake, half_character, load
from nlu.errors import DataError, SourceErrors
from nlu.events import Notice
from nlu.lexicon.dictionary import squeeze
from nlu.names import is_intent, is_label
from nlu.system.files import read_text
from nlu.types import Parse

KEYS = ("text", "intent", "entities", "must_not", "note")


@dataclass(frozen=True)
class Demand:
    """One line of the book.

    Attributes:
        text: what is said.
        origin: the file and line where it stands.
        intent: what it must be understood as; None where only the rest matters.
        entities: (type, or type:role; value as written, or canonical) of every entity that must be found, and no other
            may be; None where they do not matter.
        must_not: intents that it must not be taken for.
    """

    text: str
    origin: str
    intent: str | None = None
    entities: tuple[tuple[str, str], ...] | None = None
    must_not: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """A line of the book that a model does not answer as it says.

    Attributes:
        demand: the line.
        got: what the model understood, in short.
        why: what is wrong with it.
    """

    demand: Demand
    got: str
    why: Notice


def read_book(path: Path) -> tuple[Demand, ...]:
    """Read the book; where there is no such file, it demands nothing.

    Raises:
        SourceErrors: lines that can't be read, all of them.
        SourceError: the file is no text.
    """
    if not path.exists():
        return ()
    demands: list[Demand] = []
    errors: list[DataError] = []
    for number, line in enumerate(read_text(path)[0].split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            read = _Line(line, str(path), number)
            if (demand := read.demand()) is not None:
                demands.append(demand)
            errors += read.errors
    if errors:
        raise SourceErrors(errors)
    return tuple(demands)


def ask(demands: Sequence[Demand], parse_many: Callable[[Sequence[str]], Sequence[Parse]]) -> tuple[Failure, ...]:
    """Find the lines that a model does not answer as they say.

    Args:
        demands: the book.
        parse_many: the model's.
    """
    parses = parse_many([demand.text for demand in demands]) if demands else ()
    pairs = zip(demands, parses, strict=True)
    return tuple(Failure(one, shown(parse), why) for one, parse in pairs if (why := _wrong(one, parse)))


def shown(parse: Parse) -> str:
    """What a model understood: `[order_food] menu=피자`."""
    entities = (f"{_label(one.entity, one.role)}={one.raw}" for one in parse.entities)
    return " ".join([f"[{parse.intent.name}]", *entities])


def _wrong(demand: Demand, parse: Parse) -> Notice | None:
    if demand.intent is not None and parse.intent.name != demand.intent:
        return Notice("book.intent", {"wanted": demand.intent, "got": parse.intent.name})
    if parse.intent.name in demand.must_not:
        return Notice("book.must_not", {"got": parse.intent.name})
    if demand.entities is None:
        return None
    left = list(parse.entities)
    for label, value in demand.entities:
        wanted = squeeze(value)
        found = (
            one for one in left
            if label in (one.entity, _label(one.entity, one.role)) and wanted in (squeeze(one.raw), squeeze(one.value))
        )  # fmt: skip
        if (match := next(found, None)) is None:
            return Notice("book.entity_missing", {"entity": label, "value": value})
        left.remove(match)
    if left:
        return Notice("book.entity_more", {"entity": _label(left[0].entity, left[0].role), "value": left[0].raw})
    return None


def _label(entity: str, role: str | None) -> str:
    return f"{entity}:{role}" if role else entity


class _Line:
    """A line that is being read, and the mistakes found in it so far."""

    def __init__(self, line: str, path: str, number: int) -> None:
        self._line, self._path, self._number = line, path, number
        self.errors: list[DataError] = []

    def demand(self) -> Demand | None:
        """What the line demands; None where it can't be read."""
        if (row := self._row()) is None:
            return None
        for key in row.keys() - set(KEYS):
            self._complain("book.key", key, name=key, choices=KEYS)
        text, intent = row.get("text"), row.get("intent")
        if not isinstance(text, str) or not text.strip():
            self._complain("data.text_missing", "text")
        if intent is not None and not is_intent(intent):
            self._complain("data.intent_name", "intent")
        must_not, entities = self._must_not(row.get("must_not")), self._entities(row.get("entities"), text)
        if not self.errors and intent is None and not must_not and entities is None:
            self._complain("book.nothing", "text")
        if self.errors:
            return None
        return Demand(str(text), f"{self._path}:{self._number}", intent, entities, must_not)

    def _row(self) -> dict[str, Any] | None:
        try:
            row = load(self._line)
        except JsonMistake as mistake:
            self._complain(mistake.code, mistake.position, **mistake.values)
            return None
        if not isinstance(row, dict):
            self._complain("data.no_object", len(self._line) - len(self._line.lstrip()))
        elif (half := half_character(self._line, row)) is not None:
            self._complain("data.surrogate", half)
        return None if self.errors else row

    def _must_not(self, given: Any) -> tuple[str, ...]:
        several = given if isinstance(given, list) else [] if given is None else [given]
        if not all(isinstance(one, str) and is_intent(one) for one in several):
            self._complain("data.intent_name", "must_not")
        return tuple(map(str, several))

    def _entities(self, given: Any, text: object) -> tuple[tuple[str, str], ...] | None:
        """Entities as `{"menu": "피자"}`, `{"menu": ["피자", "콜라"]}`, or a list as a data set has it."""
        if given is None:
            return None
        if isinstance(given, Mapping):
            pairs = [(label, value) for label, values in given.items() for value in _several(values)]
        elif isinstance(given, list) and all(isinstance(one, dict) for one in given):
            pairs = [(_label(one.get("entity"), one.get("role")), _value(one, text)) for one in given]
        else:
            self._complain("book.entities", "entities")
            return None
        for label, value in pairs:
            if not isinstance(label, str) or not is_label(label):
                self._complain("data.entity_name", label if isinstance(label, str) else "entities")
            elif not isinstance(value, str) or not value.strip():
                self._complain("book.value", str(label), entity=label)
        return tuple((str(label), str(value)) for label, value in pairs)

    def _complain(self, code: str, at: int | str, **values: object) -> None:
        """Note a mistake at a position from 0, or at a key or text of the line."""
        position = at if isinstance(at, int) else max(self._line.find(f'"{at}"'), 0)
        self.errors.append(DataError(code, self._path, self._number, position + 1, self._line, **values))


def _several(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _value(entity: Mapping[str, Any], text: object) -> Any:
    """The value of an entity in a list: said, canonical, or by its place."""
    value = entity.get("value", entity.get("canonical"))
    start, end = entity.get("start"), entity.get("end")
    if value is None and isinstance(text, str) and type(start) is int and type(end) is int:
        return text[start:end]
    return value
