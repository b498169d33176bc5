from __future__ import annotations

import json
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.errors import SnapshotError
from nlu.snapshots.snapshot import FileEntry, Snapshot, is_inside

ENTRY = FileEntry("patterns/pattern.txt", "patterns", "0" * 64, 3)
SNAPSHOT = Snapshot((ENTRY,), {"intents": 2}, "1" * 64)


def altered(**values: object) -> bytes:
    raw = json.loads(SNAPSHOT.to_json())
    raw["files"][0] |= values
    return json.dumps(raw).encode()


def test_a_snapshot_comes_back() -> None:
    assert Snapshot.from_json(SNAPSHOT.to_json()) == SNAPSHOT


@pytest.mark.parametrize(
    "name",
    [
        "../a",
        "/etc/passwd",
        "a/../../b",
        "a/./b",
        "a//b",
        "",
        "C:/a",
        "a\\..\\b",
        ".git/hooks/x",
        "a\0b",
        "NUL.txt",
        "a.",
    ],
)
def test_a_snapshot_whose_file_leads_out_is_refused(name: str) -> None:
    with pytest.raises(SnapshotError, match="within the project"):
        Snapshot.from_json(altered(name=name), "f" * 64)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"[" * 100_000, b"null", altered(kind="other"), altered(sha256="x"), altered(size=-1)],
)
def test_what_is_no_snapshot_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(SnapshotError, match="expected a snapshot"):
        Snapshot.from_json(content)


def test_a_snapshot_of_another_format_is_said_to_be_one() -> None:
    raw = json.loads(SNAPSHOT.to_json()) | {"format": 2}
    with pytest.raises(SnapshotError, match="expected format 1, got 2"):
        Snapshot.from_json(json.dumps(raw).encode())


@given(st.text(st.sampled_from("ab./\\: 한~"), max_size=12))
def test_a_name_inside_stays_inside_on_every_system(name: str) -> None:
    if is_inside(name):
        for kind in (PurePosixPath, PureWindowsPath):
            path = kind(name)
            assert not path.is_absolute()
            assert not path.drive
            assert ".." not in path.parts
        assert Path("/project", name).resolve().is_relative_to("/project")
