"""Take what a person said out of what was made of records: imported sets, data sets, exports, snapshots."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from nlu.data import dataset as datasets
from nlu.data.importers.imported_set import files_of_set, is_set
from nlu.data.json_lines import decode_row
from nlu.data.rows import IMPORTED, DatasetRow
from nlu.erasure.redaction import Redactor
from nlu.erasure.said import Said
from nlu.errors import NluError, SnapshotError
from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.intake.sets import ImportedSet, read_rows
from nlu.pipeline.data_versions import snapshots_beside
from nlu.pipeline.publish import DATA_MANIFEST
from nlu.store.registry import Registry
from nlu.system.files import sha256, write_atomic
from nlu.tokenizers import create as make_tokenizer

STALE = "stale"
"""The key of a data set's manifest that says how many rows were taken out of it; new data is to be made."""


def sets_in(folder: Path) -> Iterator[Path]:
    """Find the imported sets in a folder."""
    return (path.parent for path in sorted(folder.rglob("manifest.json")) if is_set(path.parent))


def learned_from(folder: Path, said: Said) -> Iterator[str]:
    """Give the SHA-256 of each file of an imported set that models learned a person's rows from."""
    for path in files_of_set(folder):
        if path.exists() and any(_is_imported_of(row, said) for row in read_rows(path)):
            yield sha256(path)


def trained_on(models: Path, sources: Collection[str]) -> list[str]:
    """Find the versions that were trained on data that was made of any of these files, by their SHA-256."""
    registry, found = Registry(models), []
    for info in registry.list():
        try:
            bundle = registry.open(info.version, verify=False)
            inputs = bundle.read_json(DATA_MANIFEST).get("inputs", {}) if DATA_MANIFEST in bundle.manifest.files else {}
        except NluError:  # a broken one can't answer, nor tell
            continue
        if not set(sources).isdisjoint(inputs.values()):
            found.append(info.version)
    return found


def forget_in_set(folder: Path, said: Said) -> int:
    """Take a person's rows out of an imported set, those that were refused too, and tell how many."""
    with ImportedSet(folder).writing() as writer:
        count = writer.remove(lambda row: _is_imported_of(row, said))
        refused = writer.remove_refused(lambda row: _is_imported_of(row, said))
        if count or refused:
            writer.commit("", None)
    return count + refused


def forget_in_data(folder: Path, said: Said) -> int:
    """Take a person's rows out of a data set, mark it as stale, and tell how many there were."""
    if not (folder / "manifest.json").is_file() or is_set(folder):
        return 0
    gone = sum(_is_theirs(row, said) for row in datasets.scan(folder))
    if gone:
        _rewrite(folder, said, gone)
    return gone


def lines_of(path: Path, said: Said) -> int:
    """Count a person's rows in a file that was exported from the records."""
    with path.open(encoding="utf-8") as lines:
        return sum(_is_their_line(line, said) for line in lines)


def forget_in_export(path: Path, said: Said) -> int:
    """Take a person's rows out of a file that was exported from the records, and tell how many there were."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not _is_their_line(line, said)]
    if len(kept) < len(lines):
        write_atomic(path, "".join(kept))
    return len(lines) - len(kept)


def forget_in_snapshots(data: Path, said: Said) -> int:
    """Take contents that hold what a person said out of the snapshots, and tell how many there were."""
    objects, redactor, count = snapshots_beside(data).objects, Redactor(said.texts - said.shared), 0
    for name in objects:
        try:
            content = objects.get(name)
        except SnapshotError:
            continue
        if redactor.holds(content) and _is_of_rows(content):
            objects.erase(name)
            count += 1
    return count


def _is_of_rows(content: bytes) -> bool:
    """Whether a content is a file of rows that were mixed in, not one that an author wrote."""
    first = content.lstrip()[:1]
    return first == b"{" and b'"text"' in content


def _rewrite(folder: Path, said: Said, gone: int) -> None:
    before = datasets.read_manifest(folder)
    whole = datasets.read(folder)
    tokenizer = make_tokenizer(before["tokenizer"]["name"], **before["tokenizer"]["settings"])
    rows = [row for row in datasets.scan(folder) if not _is_theirs(row, said)]
    with datasets.writing(folder, tokenizer, seed=before["seed"]) as writer:
        for row in rows:
            writer.add(row)
        writer.keep(whole.patterns, whole.lines)
    after = datasets.read_manifest(folder)
    counted = {"counts": after["counts"], "files": after["files"], STALE: before.get(STALE, 0) + gone}
    text = json.dumps({**before, **counted}, ensure_ascii=False, indent=2) + "\n"
    write_atomic(folder / "manifest.json", text)


def _is_imported_of(row: IncomingRow | RefusedRow, said: Said) -> bool:
    return row.place in said.origins or row.text in said.texts - said.shared


def _is_theirs(row: DatasetRow, said: Said) -> bool:
    """Whether a row comes from a person; one that a pattern made has a pattern's line for its origin, and stays."""
    if row.utterance.origin in said.origins:
        return True
    return row.slice.name in ("", IMPORTED.name) and row.utterance.text in said.texts - said.shared


def _is_their_line(line: str, said: Said) -> bool:
    try:
        return bool(line.strip()) and _is_theirs(decode_row(line), said)
    except NluError:  # a line that somebody broke by hand
        return False
