"""Doubted labels as a table that people correct and `nlu-import` takes back, and as a page that writes such a table."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from nlu.data.json_lines import encode_row
from nlu.data.rows import DatasetRow
from nlu.evaluation.label_errors import Reviewed, Suspect
from nlu.system.files import write_atomic
from nlu.types import LabelledUtterance

COLUMNS = ("text", "intent", "likely", "probability", "quality", "given", "place", "entities")
"""`intent` is there to be corrected; `entities` keeps what is marked in the text."""


def write_review(
    folder: Path, name: str, utterances: Sequence[LabelledUtterance], reviewed: Reviewed
) -> tuple[Path, Path]:
    """Write `NAME.csv` and `NAME.html` and give their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    table, page = folder / f"{name}.csv", folder / f"{name}.html"
    rows = [_row(one, utterances[one.row]) for one in reviewed.suspects]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([COLUMNS, *rows])
    write_atomic(table, "\ufeff" + file.getvalue())
    write_atomic(page, _page(name, rows, sorted({one.intent for one in utterances if one.intent})))
    return table, page


def to_text(utterances: Sequence[LabelledUtterance], reviewed: Reviewed, most: int = 20) -> str:
    """Write the most doubted labels for the terminal, in Korean."""
    sure = sum(one.is_sure for one in reviewed.suspects)
    lines = [
        f"답이 틀린 듯한 발화: {len(reviewed.suspects):,}개 ({reviewed.judged:,}개 가운데); 거의 틀림없는 것 {sure:,}개"
    ]
    lines += [_line(one, utterances[one.row]) for one in reviewed.suspects[:most]]
    if len(reviewed.suspects) > most:
        lines.append(f"  … 외 {len(reviewed.suspects) - most:,}개")
    if reviewed.too_few:
        shown = ", ".join(f"{name} {count}" for name, count in reviewed.too_few[:10])
        lines.append(f"발화가 하나뿐이라 보지 못한 의도 {len(reviewed.too_few):,}개: {shown}")
    return "\n".join(lines)


def _line(one: Suspect, utterance: LabelledUtterance) -> str:
    doubt = f"[{one.given}] {one.quality:.1%} → [{one.likely}] {one.probability:.0%}"
    return f"  {doubt}  {utterance.text[:60]}  ({utterance.origin})"


def _row(one: Suspect, utterance: LabelledUtterance) -> tuple[str, ...]:
    entities = json.dumps(json.loads(encode_row(DatasetRow(utterance)))["entities"], ensure_ascii=False)
    return (
        utterance.text, one.given, one.likely, f"{one.probability:.4f}", f"{one.quality:.6f}", one.given,
        utterance.origin, entities,
    )  # fmt: skip


def _page(name: str, rows: Sequence[Sequence[str]], intents: Sequence[str]) -> str:
    """One file that needs no server: the rows, the intents, and a script that writes the corrected table."""
    template = files("nlu.evaluation.page").joinpath("review.html").read_text(encoding="utf-8")
    data = json.dumps({"name": name, "columns": COLUMNS, "rows": rows, "intents": intents}, ensure_ascii=False)
    return template.replace("{{name}}", html.escape(name)).replace("{{data}}", data.replace("<", "\\u003c"))
