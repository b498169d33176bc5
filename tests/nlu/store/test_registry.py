from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from nlu.errors import BundleError, RegistryError, UnknownChoiceError
from nlu.store.bundle import write_bundle
from nlu.store.registry import Registry, locate
from tests.bundles import START, a_manifest, some_files


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models", lock_seconds=5)


def publish(registry: Registry, count: int) -> list[str]:
    return [registry.publish(some_files({"피자": f"menu{n}"}), a_manifest(n)) for n in range(count)]


def spoil(registry: Registry, version: str) -> None:
    path = registry.path(version) / "words.json"
    path.write_bytes(path.read_bytes().replace(b"menu", b"menU"))


def test_an_empty_registry_has_nothing_and_makes_no_folder(registry: Registry) -> None:
    assert registry.list() == ()
    assert registry.active() is None
    assert not registry.root.exists()


def test_a_published_version_is_listed_but_not_active(registry: Registry) -> None:
    version = registry.publish(some_files(), a_manifest(scores={"f1": 0.9}))
    (info,) = registry.list()
    assert (info.version, info.created_at, info.scores, info.active, info.broken) == (
        version,
        START,
        {"f1": 0.9},
        False,
        None,
    )
    assert info.size == registry.open(version).size()
    assert registry.active() is None


def test_publishing_the_same_again_changes_nothing(registry: Registry) -> None:
    assert publish(registry, 1) == publish(registry, 1)
    assert len(registry.list()) == 1


def test_a_bundle_from_elsewhere_keeps_its_version(registry: Registry, tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "staging", some_files(), a_manifest())
    assert registry.publish_folder(tmp_path / "staging") == bundle.version


def test_an_altered_bundle_from_elsewhere_is_refused(registry: Registry, tmp_path: Path) -> None:
    write_bundle(tmp_path / "staging", some_files(), a_manifest())
    (tmp_path / "staging" / "words.json").write_bytes(b"")
    with pytest.raises(BundleError):
        registry.publish_folder(tmp_path / "staging")
    assert registry.list() == ()


def test_the_last_activated_version_is_active(registry: Registry) -> None:
    first, second = publish(registry, 2)
    registry.activate(first)
    registry.activate(second)
    assert registry.active() == second
    assert [info.active for info in registry.list()] == [False, True]


def test_rolling_back_walks_through_the_past(registry: Registry) -> None:
    first, second, third = publish(registry, 3)
    for version in (first, second, third):
        registry.activate(version)
    assert [registry.roll_back(), registry.roll_back()] == [second, first]
    assert registry.active() == first


def test_a_candidate_is_what_was_never_served(registry: Registry) -> None:
    first, second, third = publish(registry, 3)
    assert registry.candidates() == (first, second, third)
    for version in (first, second):
        registry.activate(version)
    assert registry.candidates() == (third,)
    registry.roll_back()
    assert registry.candidates() == (third,)  # the second was found wanting, and is none again
    assert [(info.active, info.candidate) for info in registry.list()] == [(True, False), (False, False), (False, True)]
    registry.activate(second)
    registry.delete(third)
    assert (registry.active(), registry.candidates(), registry.roll_back()) == (second, (), first)


def test_an_active_file_of_an_earlier_program_is_read(registry: Registry) -> None:
    first, second = publish(registry, 2)
    (registry.root / "ACTIVE").write_text(json.dumps({"version": second, "history": [first]}), encoding="utf-8")
    assert (registry.active(), registry.candidates(), registry.roll_back()) == (second, (), first)


def test_nothing_to_roll_back_to_is_said(registry: Registry) -> None:
    (version,) = publish(registry, 1)
    registry.activate(version)
    with pytest.raises(RegistryError, match=f"^no version was active before {version} in "):
        registry.roll_back()
    assert registry.active() == version


def test_activating_the_active_version_is_no_step_to_roll_back(registry: Registry) -> None:
    first, second = publish(registry, 2)
    for version in (first, second, second):
        registry.activate(version)
    assert registry.roll_back() == first


def test_an_unknown_version_lists_what_there_is(registry: Registry) -> None:
    (version,) = publish(registry, 1)
    with pytest.raises(UnknownChoiceError) as caught:
        registry.activate("20200101-000000-00000000")
    assert str(caught.value) == f"no version '20200101-000000-00000000'; there are: {version}"


@pytest.mark.parametrize("version", ["../../etc", "..", "", "/etc", "versions"])
def test_a_version_can_not_lead_out_of_the_registry(registry: Registry, version: str) -> None:
    publish(registry, 1)
    with pytest.raises(UnknownChoiceError):
        registry.path(version)


def test_an_altered_version_is_not_activated_and_the_old_one_stays(registry: Registry) -> None:
    first, second = publish(registry, 2)
    registry.activate(first)
    spoil(registry, second)
    with pytest.raises(BundleError, match=r"words\.json: expected SHA-256"):
        registry.activate(second)
    assert registry.active() == first


def test_a_half_copied_version_is_not_activated(registry: Registry) -> None:
    (version,) = publish(registry, 1)
    (registry.path(version) / "manifest.json").unlink()
    with pytest.raises(BundleError, match="has no manifest"):
        registry.activate(version)
    assert registry.active() is None


def test_a_manifest_that_was_altered_is_found_by_its_version(registry: Registry) -> None:
    (version,) = publish(registry, 1)
    path = registry.path(version) / "manifest.json"
    path.write_text(path.read_text().replace('"mecab"', '"whitespace"'))
    with pytest.raises(BundleError, match=f"expected the manifest of version {version}, got that of"):
        registry.activate(version)


def test_an_altered_version_is_not_rolled_back_to(registry: Registry) -> None:
    first, second = publish(registry, 2)
    registry.activate(first)
    registry.activate(second)
    spoil(registry, first)
    with pytest.raises(BundleError):
        registry.roll_back()
    assert registry.active() == second


def test_a_broken_version_is_listed_with_its_reason(registry: Registry) -> None:
    first, second = publish(registry, 2)
    (registry.path(first) / "words.json").unlink()
    spoil(registry, second)
    quick, thorough = registry.list(), registry.list(verify=True)
    assert [info.broken is None for info in quick] == [False, True]
    assert [info.broken is None for info in thorough] == [False, False]
    assert (quick[0].broken or "").endswith("words.json: is listed in the manifest but missing")


def test_a_damaged_active_file_is_said(registry: Registry) -> None:
    publish(registry, 1)
    (registry.root / "ACTIVE").write_text("{")
    with pytest.raises(RegistryError, match="ACTIVE: expected JSON with version and history"):
        registry.active()


@pytest.mark.parametrize("kind", ["folder", "pipe", "endless", "deep"])
def test_an_active_file_that_is_none_is_said_and_not_waited_for(registry: Registry, kind: str) -> None:
    publish(registry, 1)
    path = registry.root / "ACTIVE"
    path.unlink(missing_ok=True)
    {
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
        "endless": lambda: path.symlink_to("/dev/zero"),
        "deep": lambda: path.write_text("[" * 100_000),
    }[kind]()
    with pytest.raises(RegistryError, match="ACTIVE: expected JSON with version and history"):
        registry.active()


def test_activating_mends_a_damaged_active_file(registry: Registry) -> None:
    (version,) = publish(registry, 1)
    (registry.root / "ACTIVE").write_text("{")
    registry.activate(version)
    assert registry.active() == version


def test_a_wrong_folder_is_said_and_not_made(registry: Registry) -> None:
    for change in (lambda: registry.activate("x"), registry.roll_back, lambda: registry.prune(1)):
        with pytest.raises(RegistryError, match=r"^no version is active in .*models$"):
            change()
    assert not registry.root.exists()


def test_the_active_version_is_never_deleted(registry: Registry) -> None:
    (version,) = publish(registry, 1)
    registry.activate(version)
    with pytest.raises(RegistryError, match=r"is active; activate another one before deleting it$"):
        registry.delete(version)
    assert registry.open(version).version == version


def test_a_deleted_version_is_gone_from_the_list_and_the_past(registry: Registry) -> None:
    first, second, third = publish(registry, 3)
    for version in (first, second, third):
        registry.activate(version)
    registry.delete(second)
    assert [info.version for info in registry.list()] == [first, third]
    assert registry.roll_back() == first


def test_pruning_keeps_the_newest_and_the_active(registry: Registry) -> None:
    first, second, third, fourth, fifth = publish(registry, 5)
    registry.activate(first)
    assert registry.prune(keep=2) == (second, third)
    assert [info.version for info in registry.list()] == [first, fourth, fifth]


def test_pruning_removes_what_killed_writers_left(registry: Registry) -> None:
    publish(registry, 1)
    (registry.root / "versions" / ".x.0123.tmp").mkdir()
    (registry.root / ".ACTIVE.0123.tmp").write_text("")
    registry.prune(keep=1)
    assert sorted(path.name for path in registry.root.rglob(".*")) == [".lock"]


def test_pruning_everything_is_refused(registry: Registry) -> None:
    with pytest.raises(ValueError, match=r"^expected keep of at least 1, got 0$"):
        registry.prune(keep=0)


def test_a_second_writer_gives_up_with_the_reason(tmp_path: Path) -> None:
    registry = Registry(tmp_path, lock_seconds=0.05)
    publish(registry, 1)
    with FileLock(tmp_path / ".lock"), pytest.raises(RegistryError, match=r"^another process is writing to "):
        publish(registry, 2)


def test_readers_never_wait_for_a_writer(registry: Registry) -> None:
    (version,) = publish(registry, 1)
    registry.activate(version)
    with FileLock(registry.root / ".lock"):
        assert registry.active() == version
        assert len(registry.list(verify=True)) == 1


WRITER = """
import sys
from pathlib import Path
from nlu.store.registry import Registry, locate
from tests.bundles import a_manifest, some_files
registry, start = Registry(Path(sys.argv[1])), int(sys.argv[2])
for minute in range(start, start + 8):
    version = registry.publish(some_files({"n": str(minute)}), a_manifest(minute))
    print(version, flush=True)
    registry.activate(version)
"""


def writer(registry: Registry, start: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", WRITER, str(registry.root), str(start)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def test_processes_that_publish_and_activate_together_lose_nothing(registry: Registry) -> None:
    processes = [writer(registry, start) for start in (0, 100, 200)]
    published = {line for process in processes for line in process.communicate()[0].split()}
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert {info.version for info in registry.list(verify=True) if info.broken is None} == published
    state = json.loads((registry.root / "ACTIVE").read_text())
    assert {*state["history"], state["version"]} == published


def test_a_writer_killed_at_any_moment_leaves_a_working_version_active(registry: Registry) -> None:
    for round_number in range(6):
        with writer(registry, round_number * 10) as process:
            assert process.stdout is not None
            for _ in range(round_number + 1):
                process.stdout.readline()
            os.kill(process.pid, signal.SIGKILL)
        assert all(info.broken is None for info in registry.list(verify=True))
        if (active := registry.active()) is not None:
            registry.open(active)
    publish(registry, 1)


def test_a_registry_can_be_moved(registry: Registry, tmp_path: Path) -> None:
    (version,) = publish(registry, 1)
    registry.activate(version)
    shutil.move(registry.root, tmp_path / "elsewhere")
    moved = Registry(tmp_path / "elsewhere")
    assert moved.open(moved.active() or "").version == version


def test_the_bundle_to_serve_is_the_active_version_or_the_folder_itself(registry: Registry) -> None:
    first, second = publish(registry, 2)
    registry.activate(second)
    assert locate(registry.root) == registry.path(second)
    assert locate(registry.path(first)) == registry.path(first)


def test_a_registry_without_active_version_has_nothing_to_serve(registry: Registry) -> None:
    publish(registry, 1)
    with pytest.raises(RegistryError, match=r"^no version is active in "):
        locate(registry.root)


def test_what_a_file_manager_or_somebody_leaves_there_stops_nothing(registry: Registry) -> None:
    first, second = publish(registry, 2)
    versions = registry.root / "versions"
    (versions / ".DS_Store").write_bytes(b"\0")
    (versions / ".hidden").mkdir()
    (versions / ".hidden" / "mine").touch()
    (versions / "rubbish").mkdir()
    (versions / "20261121-143015-0a1b2c3d").write_text("no folder")
    (versions / "20261121-143015-0a1b2c3e").mkdir()
    (versions / first / ".DS_Store").touch()
    (versions / first / "weights" / "._intent.safetensors").touch()
    os.mkfifo(versions / "pipe")
    registry.activate(first)
    registry.activate(second)
    assert registry.roll_back() == first
    broken = {info.version: info.broken is not None for info in registry.list(verify=True)}
    assert broken == {first: False, second: False, "20261121-143015-0a1b2c3e": True}
    registry.delete("20261121-143015-0a1b2c3e")
    assert registry.prune(1) == ()
    assert publish(registry, 3)[2] in [info.version for info in registry.list()]
    assert (versions / ".hidden" / "mine").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"files": []},
        {"files": {"a": None}},
        {"files": {"a": {"sha256": "", "size": float("inf")}}},
        {"scores": {"slices": []}},
        {"scores": {"slices": {"all": 3}}},
        {"scores": {"\ud800": "\ud800"}},
        {"tokenizer": "mecab"},
        {"tokenizer": {"name": "\ud800", "settings": {}}},
        {"created_at": 3},
        {"settings": [1]},
    ],
)
def test_a_bundle_that_is_odd_is_listed_and_the_others_too(registry: Registry, wrong: dict) -> None:
    first, second = publish(registry, 2)
    path = registry.path(first) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **wrong}))
    one, other = registry.list()
    assert (one.version, one.broken is not None) == (first, True)
    assert (other.version, other.broken) == (second, None)


def test_a_manifest_of_any_depth_or_length_is_refused(registry: Registry) -> None:
    first, _ = publish(registry, 2)
    for written in ("[" * 200_000, '{"format_version": 4, "files": ' + "[" * 200_000, " " * 20_000_000):
        (registry.path(first) / "manifest.json").write_text(written)
        assert [info.broken is None for info in registry.list()] == [False, True]


@pytest.mark.parametrize("name", ["manifest.json", "words.json", "more", "folder"])
@pytest.mark.parametrize("kind", ["pipe", "device", "socket"])
def test_a_bundle_with_what_never_ends_is_refused_at_once(
    registry: Registry, tmp_path: Path, name: str, kind: str
) -> None:
    folder = tmp_path / "staging"
    if name == "folder":
        path = folder
    else:
        write_bundle(folder, some_files(), a_manifest())
        path = folder / name
        path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with socket.socket(socket.AF_UNIX) as one, contextlib.chdir(path.parent):  # whose path must be short
            one.bind(path.name)
    with pytest.raises(BundleError):
        registry.publish_folder(folder)
    assert registry.list() == ()


def test_the_versions_served_before_are_those_to_fall_back_on(registry: Registry) -> None:
    first, second, third, fourth = publish(registry, 4)
    assert registry.earlier() == ()
    for version in (first, second, third):
        registry.activate(version)
    assert registry.earlier() == (second, first)
    registry.roll_back()
    assert registry.earlier() == (first, third)
    (registry.root / "ACTIVE").write_text("nonsense")
    assert registry.earlier() == (fourth, third, second, first)


def test_a_version_that_does_not_pass_a_check_is_not_activated(registry: Registry) -> None:
    def refuse(folder: Path) -> None:
        raise BundleError("bundle.unusable", folder=folder, problem="because")

    first, second = publish(registry, 2)
    registry.activate(first)
    with pytest.raises(BundleError, match=r"can't answer here \(because\)"):
        registry.activate(second, refuse)
    assert registry.active() == first
    registry.activate(second)
    with pytest.raises(BundleError, match="because"):
        registry.roll_back(refuse)
    assert registry.active() == second
