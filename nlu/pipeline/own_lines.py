"""Ask a model for what its author wrote: the list of what it does not understand, which should be empty."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nlu.data.dataset import Dataset
from nlu.data.rows import IMPORTED
from nlu.korean.normalization import normalize
from nlu.system.files import write_atomic
from nlu.types import Entity, LabelledUtterance, Parse, Span
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser

TITLE = "당신이 쓴 말 가운데 알아듣지 못하는 것"
CONTRADICTED = "두 의도에 적혀 있어 신경망이 다른 쪽을 고른 말"
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
        other: where the author gave it the model's intent, too; "" where that is an imported row, or not so.
    """

    text: str
    origin: str
    intent: str | None
    got: str | None
    entities: tuple[str, ...]
    got_entities: tuple[str, ...]
    other: str = ""

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
        contradicted: what the author wrote with two intents, and the networks gave the other one.
        networks_asked: how many were put to the networks alone, without the patterns.
        networks_missed: what those do not understand.
    """

    utterances: int
    lines: int
    missed: tuple[NotUnderstood, ...]
    contradicted: tuple[NotUnderstood, ...]
    networks_asked: int
    networks_missed: tuple[NotUnderstood, ...]

    def counts(self) -> dict[str, int]:
        """The numbers without the texts."""
        return {
            "utterances": self.utterances,
            "lines": self.lines,
            "not_understood": len(self.missed),
            "with_two_intents": len(self.contradicted),
            "networks_alone_asked": self.networks_asked,
            "networks_alone_not_understood": len(self.networks_missed),
            "networks_alone_wrong_intent": sum(one.is_wrong_intent for one in self.networks_missed),
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            **self.counts(),
            "missed": [asdict(one) for one in self.missed],
            "contradicted": [asdict(one) for one in self.contradicted],
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
    """Write the lists for the terminal, in Korean."""
    lines = [f"{TITLE}: {len(found.missed):,}개 (줄 {found.lines:,}개의 발화 {found.utterances:,}개 가운데)"]
    lines += _listed(found.missed, most)
    if found.contradicted:
        lines += [
            f"{CONTRADICTED}: {len(found.contradicted):,}개. 한쪽을 고치세요.",
            *_listed(found.contradicted, most),
        ]
    return "\n".join([*lines, f"  {_networks_alone(found)}"] if found.networks_asked else lines)


def _listed(several: Sequence[NotUnderstood], most: int) -> list[str]:
    more = [f"  … 외 {len(several) - most:,}개"] if len(several) > most else []
    return [*(f"  {one.origin}: {_line(one)}" for one in several[:most]), *more]


def to_markdown(found: OwnLines) -> str:
    """Write all lists as Markdown, in Korean."""
    parts = [f"# {TITLE}", f"줄 {found.lines:,}개의 발화 {found.utterances:,}개 가운데 {len(found.missed):,}개.", ""]
    parts += [f"- `{one.origin}` {_line(one)}" for one in found.missed]
    parts += ["", f"## {CONTRADICTED}", f"{len(found.contradicted):,}개.", ""]
    parts += [f"- `{one.origin}` {_line(one)}" for one in found.contradicted]
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

    other = f" ({one.other})" if one.other else ""
    return f"{one.text} — {shown(one.intent, one.entities)} → {shown(one.got, one.got_entities)}{other}"


def ask_for_own_lines(model: TrainedModel, dataset: Dataset, *, most_for_networks: int = MOST_FOR_NETWORKS) -> OwnLines:
    """Ask a model for utterances of every line of the patterns, and for every imported row.

    Args:
        model: the model that is served, with what its author wrote.
        dataset: holds the lines.
        most_for_networks: how many to put to the networks alone; 0 for none.
    """
    imported = (row.utterance for row in dataset.rows if row.slice == IMPORTED)
    lines = [*dataset.lines, *(utterance for utterance in imported if utterance.intent is not None)]
    served = _answered(UtteranceParser(model), lines)
    alone = UtteranceParser(replace(model, authored=AuthoredUtterances()))
    some = lines[:: -(-len(lines) // most_for_networks) or 1] if most_for_networks else []
    contradicted = [pair for pair in served if pair[1].source == "pattern" and pair[0].intent != pair[1].intent.name]
    return OwnLines(
        len(lines),
        len({line.origin for line in lines}),
        tuple(_told(*pair) for pair in served if pair[1].source == "networks" and not _is_understood(*pair)),
        tuple(replace(_told(*pair), other=_other(model, pair[1])) for pair in contradicted),
        len(some),
        tuple(_told(*pair) for pair in _answered(alone, some) if not _is_understood(*pair)),
    )


def _answered(parser: UtteranceParser, lines: Sequence[LabelledUtterance]) -> list[tuple[LabelledUtterance, Parse]]:
    return list(zip(lines, parser.parse_many([line.text for line in lines]), strict=True))


def _other(model: TrainedModel, parse: Parse) -> str:
    """Where the line stands by which an answer was given."""
    found = model.authored.find(normalize(parse.text).text, model.encoder.lexicon)
    return next((one.origin for one in found if one.intent == parse.intent.name), "")


def _told(line: LabelledUtterance, parse: Parse) -> NotUnderstood:
    entities, got = _shown(line.text, line.spans), _shown(line.text, parse.entities)
    return NotUnderstood(line.text, line.origin, line.intent, parse.intent.name, entities, got)


def _is_understood(line: LabelledUtterance, parse: Parse) -> bool:
    return line.intent == parse.intent.name and _plain(line.spans) == _plain(parse.entities)


def _plain(entities: Sequence[Span | Entity]) -> list[tuple[int, int, str, str | None]]:
    return [(one.start, one.end, one.entity, one.role) for one in entities]


def _shown(text: str, entities: Sequence[Span | Entity]) -> tuple[str, ...]:
    labels = (f"{one.entity}:{one.role}" if one.role else one.entity for one in entities)
    return tuple(f"{text[one.start : one.end]} ({label})" for one, label in zip(entities, labels, strict=True))
