"""Read jobs as people type them: `train activate=false files=a.jsonl,b.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, get_origin, get_type_hints

from nlu.errors import InputError
from nlu.jobs.kinds import kind_of
from nlu.jobs.store import Step


def read_step(kind: str, words: Sequence[str]) -> Step:
    """Read a job of its kind and `name=value` words; a name alone is switched on.

    Raises:
        UnknownChoiceError: no such kind.
        InputError: a word that begins with no name.

    Example:
        >>> read_step("generate", ["count=50", "imports=a.jsonl=2,b.csv", "force"]).arguments
        {'count': 50, 'imports': ['a.jsonl=2', 'b.csv'], 'force': True}
    """
    hints = get_type_hints(kind_of(kind))
    values: dict[str, Any] = {}
    for text in words:
        name, equals, written = text.partition("=")
        if not name:
            raise InputError("jobs.word", got=text)
        values[name] = _value(hints.get(name), written) if equals else True
    return Step(kind, values)


def _value(hint: Any, written: str) -> Any:
    if get_origin(hint) is tuple:
        return [part for part in written.split(",") if part]
    if hint is str or _takes_text_only(hint):
        return written
    try:
        return json.loads(written)
    except ValueError:
        return written


def _takes_text_only(hint: Any) -> bool:
    """Whether a value is text whatever it looks like, such as a version or a file that is called 12."""
    parts = [part for part in getattr(hint, "__args__", ()) if part is not type(None)] or [hint]
    return all(getattr(part, "__origin__", part) is str for part in parts)
