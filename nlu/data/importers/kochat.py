"""Kochat's CSV: `question,label`, where a label is an intent, or a tag for each word of the question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from nlu.data.importers.base import File, Imported, Tally
from nlu.data.importers.iob_tags import PlainTag, plain_tag
from nlu.data.importers.iob_tokens import TokenRow, add_tokens
from nlu.lexicon.csv_cells import Cell
from nlu.names import is_label


def read_table(source: File, weight: float, header: Sequence[str], table: Sequence[tuple[Cell, ...]]) -> Imported:
    """Read questions with their intents, or with their tags where every label of the file is made of tags.

    Tags are of words, as Kochat writes them, of syllables, or of all characters: as many as there are of these.
    """
    tally = Tally(source.path, weight)
    question, label = header.index("question"), header.index("label")
    for name in header:
        if name not in ("question", "label", "", "id", "index", "unnamed: 0"):
            tally.note("import.column_unused", source.origin(1), name=name)
    rows = [row for row in table if _is_whole(row, len(header), source)]
    cells = [[row[place].text if place < len(row) else "" for place in (question, label)] for row in rows]
    has_tags = bool(cells) and all(_tags(tags) for _, tags in cells)
    for row, (text, said) in zip(rows, cells, strict=True):
        place = source.origin(row[0].line)
        if not has_tags:
            _intent(text, said, place, tally)
        elif (tokens := _tokens(text, _tags(said) or [], row[0].line)) is None:
            tally.refuse_row("import.tags_count", place, entities=sum(tag.mark == "B" for tag in _tags(said) or []))
        else:
            add_tokens(tokens, None, source, tally, "")
    return tally.finish()


def _is_whole(row: Sequence[Cell], most: int, source: File) -> bool:
    if len(row) > most:
        extra = row[most]
        source.complain("csv.cells_many", extra.line, extra.column, header=most, cells=len(row))
    return len(row) <= most


def _intent(text: str, label: str, place: str, tally: Tally) -> None:
    name = tally.intent(label, place) if label else ""
    if label and not name:
        tally.refuse_row("import.intent_odd", place, name=label)
        return
    if not label:
        tally.note("import.no_intent", place)
    tally.add(text, name or None, (), place)


def _tags(label: str) -> list[PlainTag] | None:
    """Read a label as tags; None where it is none."""
    tags = [tag for word in label.split() if (tag := plain_tag(word)) and tag.mark in "BIO" and _is_named(tag)]
    return tags if tags and len(tags) == len(label.split()) else None


def _is_named(tag: PlainTag) -> bool:
    return tag.mark == "O" or is_label(tag.label)


def _tokens(text: str, tags: list[PlainTag], line: int) -> list[TokenRow] | None:
    """Give every word, syllable or character its tag; None where there are more or fewer tags than any of these."""
    units = next((units for units in _units(text) if len(units) == len(tags)), None)
    if units is None:
        return None
    return [TokenRow(line, text[start:end], tag, start) for (start, end), tag in zip(units, tags, strict=True)]


def _units(text: str) -> Iterator[list[tuple[int, int]]]:
    """The ways to cut a text: words, characters that are not spaces, all characters."""
    edges = [0, *(at for at, (a, b) in enumerate(pairwise(text), 1) if a.isspace() != b.isspace()), len(text)]
    yield [(start, end) for start, end in pairwise(edges) if not text[start].isspace()] if text else []
    yield [(at, at + 1) for at, char in enumerate(text) if not char.isspace()]
    yield [(at, at + 1) for at in range(len(text))]
