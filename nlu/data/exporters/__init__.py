"""Exporters: labelled utterances in other people's formats, each read back to see what it could not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from nlu.data.exporters import chunks, lines, rasa, tables
from nlu.data.exporters.rows import Rows
from nlu.data.importers import read_any
from nlu.errors import UnknownChoiceError
from nlu.events import Notice
from nlu.lexicon.dictionary import Entry
from nlu.types import LabelledUtterance

__all__ = ["FORMATS", "Format", "format_of", "write"]

Writer = Callable[[Path, Rows, Sequence[Entry]], None]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that utterances can be written in.

    Attributes:
        suffix: the end of its files' names; "" for a folder.
        write: writes rows that it can hold, and counts the others.
        says: what it is, for people.
    """

    suffix: str
    write: Writer
    says: str


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "jsonl": Format(".jsonl", lines.write_ours, "이 프로그램의 JSON Lines (아무것도 잃지 않음)"),
        "csv": Format(".csv", tables.write_csv, "text,intent 표; 개체는 [값](개체)"),
        "tsv": Format(".tsv", tables.write_tsv, "탭으로 나눈 같은 표"),
        "xlsx": Format(".xlsx", tables.write_workbook, "엑셀의 같은 표"),
        "rasa": Format(".yml", rasa.write_yaml, "Rasa 2·3의 YAML"),
        "rasa-md": Format(".md", rasa.write_markdown, "Rasa 1의 마크다운"),
        "rasa-json": Format(".json", rasa.write_json, "Rasa 1의 JSON"),
        "dialogflow": Format("", chunks.write_agent, "Dialogflow ES 에이전트 폴더"),
        "snips": Format(".json", chunks.write_snips, "Snips JSON"),
        "doccano": Format(".jsonl", lines.write_doccano, "doccano JSON Lines"),
        "kochat": Format(".csv", tables.write_kochat_intents, "Kochat의 의도 표"),
        "kochat-entities": Format(".csv", tables.write_kochat_entities, "Kochat의 개체 표"),
        "klue": Format(".tsv", lines.write_klue, "KLUE-NER: 한 줄에 한 글자와 태그"),
    }
)
"""name → format; the first of a suffix is meant where the suffix alone is given."""


def format_of(path: Path) -> str:
    """Find the format that a path's suffix means; a folder's where it has none.

    Raises:
        UnknownChoiceError: no format has that suffix.

    Example:
        >>> format_of(Path("bot.yml")), format_of(Path("agent"))
        ('rasa', 'dialogflow')
    """
    suffix = ".yml" if path.suffix.lower() == ".yaml" else path.suffix.lower()
    for name, one in FORMATS.items():
        if one.suffix == suffix:
            return name
    raise UnknownChoiceError(
        "format", suffix or path.name, tuple(dict.fromkeys(one.suffix for one in FORMATS.values()))
    )


def write(
    path: Path, name: str, utterances: Sequence[LabelledUtterance], entries: Sequence[Entry] = ()
) -> Iterator[Notice]:
    """Write utterances, and tell what the format could not hold.

    Args:
        path: the file, or a folder that is not there yet; an existing file is replaced.
        name: one of `FORMATS`.
        utterances: what to write.
        entries: dictionary values, for formats that have such.

    Yields:
        What was left out and why, what came back otherwise than it was, and a summary.

    Raises:
        UnknownChoiceError: there is no such format.
    """
    if name not in FORMATS:
        raise UnknownChoiceError("format", name, tuple(FORMATS))
    rows = Rows(utterances)
    FORMATS[name].write(path, rows, entries)
    for code, (count, places) in rows.refused().items():
        yield Notice(code, {"path": path, "count": count, "places": places})
    again = read_any(path, suffix=FORMATS[name].suffix).utterances if rows.kept else ()
    for code, count in _changes(rows.kept, again).items():
        yield Notice(code, {"path": path, "count": count})
    facts = {"rows": len(utterances), "kept": len(rows.kept), "refused": len(utterances) - len(rows.kept)}
    yield Notice("export.summary", {"path": path, **facts})


def _changes(written: Sequence[LabelledUtterance], read: Sequence[LabelledUtterance]) -> Counter[str]:
    """Count what came back otherwise: intents, texts, roles, canonical values, spans, weights, whole rows."""
    found: Counter[str] = Counter()
    if len(written) != len(read):
        found["export.rows_differ"] = abs(len(written) - len(read))
    for before, after in zip(sorted(written, key=_key), sorted(read, key=_key), strict=False):
        found["export.text_differs"] += before.text != after.text
        found["export.intent_lost"] += before.intent != after.intent
        found["export.weight_lost"] += before.weight != after.weight
        same = [replace(span, value=None) for span in before.spans] == [replace(s, value=None) for s in after.spans]
        found["export.spans_differ"] += not same
        found["export.value_lost"] += same and _values(before) != _values(after)
    return +found


def _values(utterance: LabelledUtterance) -> list[str]:
    """What each entity means: its value, or what is said where it has none, which is the same."""
    return [utterance.text[span.start : span.end] if span.value is None else span.value for span in utterance.spans]


def _key(utterance: LabelledUtterance) -> tuple[str, str, str]:
    return utterance.text, utterance.intent or "", str(utterance.spans)
