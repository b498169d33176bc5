"""Ask a model for what its author wrote: the list of what it does not understand, which should be empty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nlu.data.dataset import Dataset
from nlu.data.rows import IMPORTED
from nlu.system.files import write_atomic
from nlu.types import Entity, LabelledUtterance, Parse, Span
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser

TITLE = "당신이 쓴 말 가운데 알아듣지 못하는 것"
MOST_FOR_NETWORKS = 3_000
"""Utterances that are put to the networks alone, evenly spread; they take a millisecond each."""


@dataclass(frozen=True)
class NotUnderstood:
    """An utterance that a model took for something else than its author.

    Attributes:
        text: the utterance.
        origin: the file and line where it was written.
        intent: the author's.
        got: the model's.
        entities: the author's, as `판교 (loc)`.
        got_entities: the model's.
    """

    text: str
    origin: str
    intent: str | None
    got: str | None
    entities: tuple[str, ...]
    got_entities: tuple[str, ...]

    @property
    def is_wrong_intent(self) -> bool:
        """Whether the intent itself is another one."""
        return self.intent is not None and self.intent != self.got


@dataclass(frozen=True)
class OwnLines:
    """What became of the author's own lines.

    Attributes:
        utterances: how many were asked for: some of each pattern's line, and every imported row.
        lines: the lines of files that they come from.
        missed: what the model as it is served does not understand.
        networks_asked: how many were put to the networks alone, without the patterns.
        networks_missed: what those do not understand.
    """

    utterances: int
    lines: int
    missed: tuple[NotUnderstood, ...]
    networks_asked: int
    networks_missed: tuple[NotUnderstood, ...]

    def counts(self) -> dict[str, int]:
        """The numbers without the texts."""
        return {
            "utterances": self.utterances,
            "lines": self.lines,
            "not_understood": len(self.missed),
            "networks_alone_asked": self.networks_asked,
            "networks_alone_not_understood": len(self.networks_missed),
            "networks_alone_wrong_intent": sum(one.is_wrong_intent for one in self.networks_missed),
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            **self.counts(),
            "missed": [asdict(one) for one in self.missed],
            "networks_alone_missed": [asdict(one) for one in self.networks_missed],
        }


def write_own_lines(found: OwnLines, folder: Path) -> tuple[Path, ...]:
    """Write the list as `own_lines.json` and `own_lines.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "own_lines.json": json.dumps(found.to_dict(), ensure_ascii=False, indent=2) + "\n",
        "own_lines.md": to_markdown(found),
    }
    for name, content in files.items():
        write_atomic(folder / name, content)
    return tuple(folder / name for name in files)


def to_text(found: OwnLines, most: int = 20) -> str:
    """Write the list for the terminal, in Korean."""
    lines = [f"{TITLE}: {len(found.missed):,}개 (줄 {found.lines:,}개의 발화 {found.utterances:,}개 가운데)"]
    lines += [f"  {one.origin}: {_line(one)}" for one in found.missed[:most]]
    lines += [f"  … 외 {len(found.missed) - most:,}개"] if len(found.missed) > most else []
    return "\n".join([*lines, f"  {_networks_alone(found)}"] if found.networks_asked else lines)


def to_markdown(found: OwnLines) -> str:
    """Write both lists as Markdown, in Korean."""
    parts = [f"# {TITLE}", f"줄 {found.lines:,}개의 발화 {found.utterances:,}개 가운데 {len(found.missed):,}개.", ""]
    parts += [f"- `{one.origin}` {_line(one)}" for one in found.missed]
    parts += ["", "## 패턴과 맞추지 않고 신경망에만 물으면", f"{_networks_alone(found)}.", ""]
    parts += [f"- `{one.origin}` {_line(one)}" for one in found.networks_missed]
    return "\n".join(parts) + "\n"


def _networks_alone(found: OwnLines) -> str:
    wrong = sum(one.is_wrong_intent for one in found.networks_missed)
    missed = f"{len(found.networks_missed):,}개 (의도가 다른 것 {wrong:,}개)"
    return f"신경망만으로는 {found.networks_asked:,}개 가운데 {missed}"


def _line(one: NotUnderstood) -> str:
    def shown(intent: str | None, entities: tuple[str, ...]) -> str:
        return f"[{intent}]" + (f" {', '.join(entities)}" if entities else "")

    return f"{one.text} — {shown(one.intent, one.entities)} → {shown(one.got, one.got_entities)}"


def ask_for_own_lines(model: TrainedModel, dataset: Dataset, *, most_for_networks: int = MOST_FOR_NETWORKS) -> OwnLines:
    """Ask a model for utterances of every line of the patterns, and for every imported row.

    Args:
        model: the model that is served, with what its author wrote.
        dataset: holds the lines.
        most_for_networks: how many to put to the networks alone; 0 for none.
    """
    imported = (row.utterance for row in dataset.rows if row.slice == IMPORTED)
    lines = [*dataset.lines, *(utterance for utterance in imported if utterance.intent is not None)]
    alone = replace(model, authored=AuthoredUtterances())
    some = lines[:: -(-len(lines) // most_for_networks) or 1] if most_for_networks else []
    return OwnLines(
        len(lines),
        len({line.origin for line in lines}),
        _missed(UtteranceParser(model).parse_many, lines),
        len(some),
        _missed(UtteranceParser(alone).parse_many, some),
    )


def _missed(
    parse_many: Callable[[Iterable[str]], list[Parse]], lines: Sequence[LabelledUtterance]
) -> tuple[NotUnderstood, ...]:
    parses = parse_many([line.text for line in lines])
    pairs = [(line, parse) for line, parse in zip(lines, parses, strict=True) if not _is_understood(line, parse)]
    return tuple(
        NotUnderstood(
            line.text, line.origin, line.intent, parse.intent.name,
            _shown(line.text, line.spans), _shown(line.text, parse.entities),
        )
        for line, parse in pairs
    )  # fmt: skip


def _is_understood(line: LabelledUtterance, parse: Parse) -> bool:
    return line.intent == parse.intent.name and _plain(line.spans) == _plain(parse.entities)


def _plain(entities: Sequence[Span | Entity]) -> list[tuple[int, int, str, str | None]]:
    return [(one.start, one.end, one.entity, one.role) for one in entities]


def _shown(text: str, entities: Sequence[Span | Entity]) -> tuple[str, ...]:
    labels = (f"{one.entity}:{one.role}" if one.role else one.entity for one in entities)
    return tuple(f"{text[one.start : one.end]} ({label})" for one, label in zip(entities, labels, strict=True))
