from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.errors import SnapshotError
from nlu.snapshots import objects
from nlu.snapshots.objects import Objects, hash_of
from tests.projects import contents


@given(st.binary(max_size=2000))
def test_a_content_comes_back(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    store = Objects(tmp_path_factory.mktemp("objects"))
    assert store.get(store.put(content)) == content
    assert list(store) == [hash_of(content)]


def test_the_same_content_is_kept_once_and_as_the_same_bytes(tmp_path: Path) -> None:
    name = Objects(tmp_path / "a").put("패턴".encode())
    store = Objects(tmp_path / "b")
    store.put("패턴".encode())
    before = contents(tmp_path / "b")
    assert store.put("패턴".encode()) == name
    assert contents(tmp_path / "b") == before == contents(tmp_path / "a")


@pytest.mark.parametrize(
    "damaged", [b"", b"no gzip", gzip.compress(b"other", mtime=0), gzip.compress(b"same", mtime=0)[:-3]]
)
def test_a_damaged_content_is_named_and_mended_by_keeping_it_again(tmp_path: Path, damaged: bytes) -> None:
    store = Objects(tmp_path)
    name = store.put(b"same")
    (path,) = (path for path in tmp_path.rglob("*.gz"))
    path.write_bytes(damaged)
    with pytest.raises(SnapshotError, match=path.name):
        store.get(name)
    store.put(b"same")
    assert store.get(name) == b"same"


def test_what_unpacks_to_more_than_is_ever_kept_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "MOST_BYTES", 1000)
    store = Objects(tmp_path)
    name = store.put(bytes(10_000))
    with pytest.raises(SnapshotError, match="ValueError"):
        store.get(name)


def test_a_content_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="not there"):
        Objects(tmp_path).get("0" * 64)


def test_only_hashes_are_names(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected a SHA-256"):
        Objects(tmp_path).get("../../etc/passwd")
