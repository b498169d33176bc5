from __future__ import annotations

from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from nlu.errors import SnapshotError, UnknownChoiceError
from nlu.snapshots.author_files import AuthorFile
from nlu.snapshots.objects import hash_of
from nlu.snapshots.snapshot import FileEntry
from nlu.snapshots.store import Snapshots

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def a_file(content: str, name: str = "patterns/pattern.txt") -> AuthorFile:
    data = content.encode()
    return AuthorFile(FileEntry(name, "patterns", hash_of(data), len(data)), data)


def saved(store: Snapshots, *contents: str) -> list[str]:
    """Take a snapshot of each content, a minute apart."""
    times = (NOON + timedelta(minutes=number) for number in range(len(contents)))
    return [store.save([a_file(text)], "generate", now=now) for text, now in zip(contents, times, strict=True)]


def test_the_same_again_is_no_other_snapshot(tmp_path: Path) -> None:
    store = Snapshots(tmp_path / "snapshots")
    first, second = saved(store, "a", "a")
    assert first == second
    assert [event.time for event in store.events()] == [NOON]


def test_what_comes_back_after_something_else_is_the_last_again(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    first, second, third = saved(store, "a", "b", "a")
    assert (third, store.find("last"), store.names()) == (first, first, (second, first))


def test_the_order_stays_where_the_clock_was_set_back(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    store.save([a_file("a")], "generate", now=NOON)
    store.save([a_file("b")], "generate", now=NOON - timedelta(days=1))
    assert [event.time for event in store.events()] == [NOON, NOON]


def test_a_snapshot_is_found_by_the_start_of_its_hash_and_by_its_model(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    name, _ = saved(store, "a", "b")
    store.save([a_file("a")], "train", version="20261130-120000-00000000", now=NOON + timedelta(hours=1))
    assert store.find(name[:4]) == store.find(name) == store.find("20261130-120000-00000000") == name
    for wrong in (name[:3], "zzzz", ""):
        with pytest.raises(UnknownChoiceError, match="no snapshot"):
            store.find(wrong)


def test_a_log_that_is_damaged_or_gone_is_made_up_for_by_the_snapshots(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    names = saved(store, "a", "b", "c")
    log = tmp_path / "log.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines()
    log.write_text("\n".join([lines[0], lines[1][:50], lines[2]]), encoding="utf-8")
    assert set(store.names()) == set(names)
    log.unlink()
    assert set(store.names()) == set(names)
    store.prune(3)
    assert {store.open(name).files[0].sha256 for name in store.names()} == {
        hash_of(text) for text in (b"a", b"b", b"c")
    }


def test_pruning_keeps_the_newest_and_what_models_learned_from(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    trained = store.save([a_file("a")], "train", version="v1", now=NOON)
    gone = store.save([a_file("b")], "train", version="v2", now=NOON + timedelta(minutes=1))
    left = store.save([a_file("c")], "generate", now=NOON + timedelta(minutes=2))
    done = store.prune(1, ["v1"])
    assert (done.snapshots, done.contents) == ((gone,), 2)
    assert store.names() == (trained, left)
    assert store.broken() == ()
    assert hash_of(b"b") not in store.objects


def test_a_broken_snapshot_is_not_kept_in_place_of_a_whole_one(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    whole, broken = saved(store, "a", "b")
    (tmp_path / "objects" / broken[:2] / f"{broken[2:]}.gz").unlink()
    assert store.prune(1).snapshots == (broken,)
    assert store.names() == (whole,)
    assert store.broken() == ()


def test_what_is_broken_is_named_and_the_rest_can_be_had(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    first, second = saved(store, "a", "b")
    path = tmp_path / "objects" / hash_of(b"a")[:2] / f"{hash_of(b'a')[2:]}.gz"
    path.write_bytes(b"")
    ((name, error),) = store.broken()
    assert (name, str(path) in str(error)) == (first, True)
    assert store.objects.get(store.open(second).files[0].sha256) == b"b"
    assert hash_of(b"a") in store.objects  # it is there, but can't be read


def test_a_store_that_another_process_holds_is_said_to_be_busy(tmp_path: Path) -> None:
    held = Snapshots(tmp_path, lock_seconds=0.0)
    with held._writing(), pytest.raises(SnapshotError, match="another process"):
        Snapshots(tmp_path, lock_seconds=0.05).save([a_file("a")], "generate")


def save_many(root: Path, mark: str) -> None:
    for number in range(10):
        Snapshots(root).save([a_file(f"{mark}{number}")], "generate")


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    """Starts two processes: what they write into one log is what is tested."""
    processes = [get_context("fork").Process(target=save_many, args=(tmp_path, mark)) for mark in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    store = Snapshots(tmp_path)
    assert len(store.names()) == len(store.events()) == 20
    assert store.broken() == ()
