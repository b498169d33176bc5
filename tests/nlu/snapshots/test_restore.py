from __future__ import annotations

import os
from pathlib import Path

import pytest

from nlu.errors import SnapshotError, UnknownChoiceError
from nlu.snapshots.author_files import Places, read_files
from nlu.snapshots.objects import hash_of
from nlu.snapshots.restore import extract, restore
from nlu.snapshots.snapshot import FileEntry, Snapshot
from nlu.snapshots.store import Snapshots
from tests.projects import contents

PATTERN, DICTIONARY = "patterns/pattern.txt", "dictionaries/dict.csv"


@pytest.fixture
def places(project: Path) -> Places:
    return Places(project, [project / PATTERN], [project / DICTIONARY], project / "nlu.toml")


@pytest.fixture
def store(places: Places) -> Snapshots:
    return Snapshots(places.project / ".nlu")


@pytest.fixture
def first(store: Snapshots, places: Places) -> str:
    return store.save(read_files(places), "generate")


def authored(places: Places) -> dict[str, bytes]:
    return {name: data for name, data in contents(places.project).items() if not name.startswith(".nlu")}


def test_what_was_saved_comes_back_and_what_was_there_is_kept(store: Snapshots, places: Places, first: str) -> None:
    before = authored(places)
    (places.project / PATTERN).write_text("[greet]\n새 봇\n", encoding="utf-8")
    (places.project / DICTIONARY).unlink()
    (places.project / "dictionaries").rmdir()
    changed = authored(places)
    done = restore(store, first, places, force=True)
    assert (done.written, authored(places)) == ((PATTERN, DICTIONARY), before)
    restore(store, done.before, places, delete=True)
    assert authored(places) == changed


def test_what_no_snapshot_holds_is_not_overwritten(store: Snapshots, places: Places, first: str) -> None:
    (places.project / PATTERN).write_text("[greet]\n새 봇\n", encoding="utf-8")
    changed, events = authored(places), store.events()
    with pytest.raises(SnapshotError, match=PATTERN):
        restore(store, first, places)
    assert (authored(places), store.events()) == (changed, events)
    second = store.save(read_files(places), "generate")
    restore(store, first, places)
    restore(store, second, places)
    assert authored(places) == changed


def test_some_files_are_chosen_by_name_folder_or_pattern(store: Snapshots, places: Places, first: str) -> None:
    for name in (PATTERN, DICTIONARY):
        (places.project / name).write_text("x", encoding="utf-8")
    for only, written in ((["*.csv"], (DICTIONARY,)), (["patterns/"], (PATTERN,))):
        assert restore(store, first, places, only=only, force=True).written == written
    with pytest.raises(UnknownChoiceError, match=r"no file in the snapshot 'patern\.txt'"):
        restore(store, first, places, only=["patern.txt"])


def test_files_that_were_not_there_stay_unless_they_are_to_go(store: Snapshots, places: Places, first: str) -> None:
    extra = places.project / "dictionaries/more.csv"
    extra.write_text("entity,value\nloc,세종\n", encoding="utf-8")
    more = Places(places.project, places.patterns, [*places.dictionaries, extra], places.settings)
    with pytest.raises(SnapshotError, match=r"more\.csv"):
        restore(store, first, more, delete=True)
    assert restore(store, first, more).extra == ("dictionaries/more.csv",)
    assert restore(store, first, more, delete=True).deleted == ("dictionaries/more.csv",)
    assert not extra.exists()


@pytest.mark.parametrize("name", ["../evil.txt", "/tmp/evil.txt", "patterns/../../evil.txt", ".git/hooks/pre-commit"])
def test_a_hostile_snapshot_writes_nothing(store: Snapshots, places: Places, name: str) -> None:
    evil = store.objects.put(b"evil")
    hostile = Snapshot((FileEntry("a.txt", "patterns", evil, 4),)).to_json().replace(b"a.txt", name.encode())
    before = contents(places.project.parent)
    snapshot = store.objects.put(hostile)
    with pytest.raises(SnapshotError, match="within the project"):
        restore(store, snapshot, places, force=True)
    os.unlink(store.objects._path(snapshot))
    assert contents(places.project.parent) == before


def test_links_that_lead_out_are_not_followed(store: Snapshots, places: Places, first: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (places.project / "patterns").rename(outside)
    (places.project / "patterns").symlink_to(outside)
    (outside / "pattern.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SnapshotError, match="leads out"):
        restore(store, first, places, force=True)
    assert (outside / "pattern.txt").read_text(encoding="utf-8") == "x"


def test_a_folder_in_the_place_of_a_file_is_left(store: Snapshots, places: Places, first: str) -> None:
    (places.project / DICTIONARY).unlink()
    (places.project / DICTIONARY).mkdir()
    with pytest.raises(SnapshotError, match="expected a file"):
        restore(store, first, places, force=True)


def test_a_broken_content_is_named_and_the_others_can_be_had(store: Snapshots, places: Places, first: str) -> None:
    digest = hash_of((places.project / DICTIONARY).read_bytes())
    store.objects._path(digest).write_bytes(b"")
    for name in (PATTERN, DICTIONARY):
        (places.project / name).write_text("x", encoding="utf-8")
    with pytest.raises(SnapshotError, match=f"damaged: {DICTIONARY}; whole are: patterns/endings.txt, {PATTERN}"):
        restore(store, first, places, force=True)
    assert (places.project / PATTERN).read_text(encoding="utf-8") == "x"
    assert restore(store, first, places, only=[PATTERN], force=True).written == (PATTERN,)


def test_where_one_file_cannot_be_written_none_is(
    store: Snapshots, places: Places, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (PATTERN, DICTIONARY):
        (places.project / name).write_text("x", encoding="utf-8")
    changed, replaced = authored(places), os.replace

    def fails(source: Path, target: Path) -> None:
        if Path(target).name == "dict.csv" and Path(target).read_bytes() == b"x" and Path(source).read_bytes() != b"x":
            raise OSError(28, "No space left on device")
        replaced(source, target)

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="No space"):
        restore(store, first, places, force=True)
    assert authored(places) == changed


def test_files_are_taken_out_into_a_folder_of_their_own(store: Snapshots, places: Places, first: str) -> None:
    folder = places.project.parent / "옛것"
    names = extract(store, first, folder)
    assert contents(folder) == authored(places)
    assert set(names) == set(authored(places))
    with pytest.raises(FileExistsError):
        extract(store, first, folder)
