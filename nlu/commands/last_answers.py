"""What the last run of `nlu-parse` answered, to mark what is different now."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from nlu.errors import SourceError
from nlu.store.bundle import MANIFEST_NAME
from nlu.store.registry import VERSIONS_NAME
from nlu.system.files import read_bytes, write_atomic
from nlu.types import Parse

_FORMAT = 1
_MOST_TEXTS = 10_000
_LONGEST = 1_000
"""Longer texts, in characters, are not kept."""
_MOST_BYTES = 8_000_000


@dataclass(frozen=True)
class Answer:
    """What counts as an answer here: a confidence that moved a little is none.

    Attributes:
        intent: its name; `nlu_fallback` where nothing was understood.
        entities: each as `type:role raw = value`, in the order of the text.
        verdict: the code of why nothing was understood, or None.
    """

    intent: str
    entities: tuple[str, ...] = ()
    verdict: str | None = None

    @classmethod
    def of(cls, parse: Parse) -> Self:
        """Take from a parse what counts."""
        entities = tuple(
            f"{one.entity}{f':{one.role}' if one.role else ''}  {one.raw}{f' = {one.value}' * (one.value != one.raw)}"
            for one in parse.entities
        )
        return cls(parse.intent.name or "", entities, parse.fallback.code)

    def to_json(self) -> dict[str, Any]:
        """Write it."""
        return {"intent": self.intent, "entities": list(self.entities), "verdict": self.verdict}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote.

        Raises:
            KeyError, TypeError: it is something else.
        """
        verdict = written["verdict"]
        return cls(
            str(written["intent"]), tuple(map(str, written["entities"])), None if verdict is None else str(verdict)
        )


class LastAnswers:
    """The answers of the last run, and those of this one, which take their place.

    The file is one of the project, beside its models; where it can't be read there was no last run, and where it can't
    be written there will be none for the next.

    Args:
        path: the file; None neither compares nor keeps anything.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._before = _read(path) if path is not None else {}
        self._now: dict[str, Answer] = {}
        self.compared = 0
        self.changed = 0

    @classmethod
    def beside(cls, models: Path) -> Self:
        """Those of the project whose models lie in a folder: a registry, or one bundle."""
        folder = models.absolute()
        if (folder / MANIFEST_NAME).exists():
            folder = folder.parent.parent if folder.parent.name == VERSIONS_NAME else folder
        return cls(folder.parent / "reports" / "last_answers.json")

    def compare(self, parse: Parse) -> Answer | None:
        """Note an answer, and give that of the last run where it was another one."""
        now = Answer.of(parse)
        before = self._before.get(parse.text)
        self._now.pop(parse.text, None)
        if len(parse.text) <= _LONGEST:
            self._now[parse.text] = now
            if len(self._now) > _MOST_TEXTS:
                del self._now[next(iter(self._now))]
        if before is None:
            return None
        self.compared += 1
        self.changed += before != now
        return before if before != now else None

    def keep(self) -> None:
        """Write the answers of this run over those that it gave anew; of the others the newest stay."""
        if self._path is None or not self._now:
            return
        answers = {text: answer for text, answer in self._before.items() if text not in self._now} | self._now
        newest = list(answers.items())[-_MOST_TEXTS:]
        written = {"format": _FORMAT, "answers": {text: answer.to_json() for text, answer in newest}}
        text = json.dumps(written, ensure_ascii=False, indent=1)
        with contextlib.suppress(OSError, UnicodeEncodeError):  # a folder for reading only, half a surrogate pair
            self._path.parent.mkdir(exist_ok=True)
            if len(data := text.encode()) <= _MOST_BYTES:
                is_new = not self._path.exists()
                write_atomic(self._path, data)
                if is_new:
                    os.chmod(self._path, 0o600)  # what people said


def difference(before: Answer, parse: Parse) -> list[str]:
    """Say what is different: a line for what was (`-`) and is (`+`), intent first.

    Example:
        >>> from nlu.types import Fallback, IntentScore
        >>> bye = IntentScore("goodbye", 0.9)
        >>> difference(Answer("greet", ("date  내일",)), Parse("안녕", bye, (bye,), (), (), Fallback(None, 0.9, 0.2)))
        ['- 의도  greet', '+ 의도  goodbye', '- 개체  date  내일']
    """
    now = Answer.of(parse)
    lines = [] if before.intent == now.intent else [f"- 의도  {before.intent}", f"+ 의도  {now.intent}"]
    lines += [f"- 개체  {one}" for one in before.entities if one not in now.entities]
    lines += [f"+ 개체  {one}" for one in now.entities if one not in before.entities]
    if before.verdict is None and now.verdict is not None:
        lines.append("+ 못 알아들음")
    elif before.verdict is not None and now.verdict is None:
        lines.append("- 못 알아들음")
    return lines or ["~ 개체의 차례나 못 알아들은 까닭"]


def _read(path: Path) -> dict[str, Answer]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return {}
        written = json.loads(read_bytes(path))
        if written["format"] != _FORMAT:
            return {}
        return {text: Answer.from_json(answer) for text, answer in written["answers"].items()}
    except (OSError, SourceError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
