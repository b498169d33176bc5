"""JSON from anywhere: whatever is wrong with it is one error with a place, never a crash."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_HALF = re.compile(r"\\u[dD][89a-fA-F]", re.ASCII)


class JsonMistake(ValueError):
    """A text that is no JSON, or JSON that can't be used.

    Attributes:
        code: a message's code.
        position: where, in characters from 0.
        values: what the message names.
    """

    def __init__(self, code: str, position: int, **values: object) -> None:
        super().__init__(code)
        self.code, self.position, self.values = code, position, values


def load(text: str) -> Any:
    r"""Read JSON; an object with a key twice, and endless depth or digits, are mistakes.

    Raises:
        JsonMistake: the text can't be read.

    Example:
        >>> load('{"a": [1, 2]}')
        {'a': [1, 2]}
        >>> load('{"a": 1, "a": 2}')
        Traceback (most recent call last):
        nlu.data.json_text.JsonMistake: data.key_twice
    """
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except JsonMistake as mistake:
        mistake.position = max(text.rfind(json.dumps(mistake.values["name"], ensure_ascii=False)), 0)
        raise
    except json.JSONDecodeError as error:
        raise JsonMistake("data.no_json", error.pos, problem=error.msg) from None
    except RecursionError:
        raise JsonMistake("data.too_deep", 0) from None
    except ValueError:  # Python reads integers of 4,300 digits at most
        raise JsonMistake("data.number_long", 0) from None
    return value


def half_character(text: str, value: Any) -> int | None:
    """Find where an escape of half a character begins that no other half completes; such text can't be written.

    Args:
        text: the JSON.
        value: what it says, or a part of that.
    """
    half = _HALF.search(text)
    return half.start() if half and has_half(value) else None


def has_half(value: Any) -> bool:
    """Tell whether a text somewhere in a value has half a character."""
    return any(any("\ud800" <= char <= "\udfff" for char in text) for text in _strings(value))


class Lines:
    """Finds the line that a string of a JSON text stands in, for strings asked for in the text's order."""

    _WINDOW = 20_000

    def __init__(self, text: str) -> None:
        self._text, self._place, self._line = text, 0, 1

    def of(self, value: str) -> int:
        """Return the line of the next such string; of the last one that was found where it is written otherwise."""
        for written in dict.fromkeys((json.dumps(value, ensure_ascii=False), json.dumps(value))):
            found = self._text.find(written, self._place, self._place + self._WINDOW)
            if found >= 0:
                self._line += self._text.count("\n", self._place, found)
                self._place = found
                break
        return self._line


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise JsonMistake("data.key_twice", 0, name=twice)
    return found


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
