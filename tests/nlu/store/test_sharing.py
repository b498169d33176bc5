"""Hosts that share one store: what one activates the others fetch, check and serve, and never half of a version."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import pytest
import s3fs

from nlu.errors import BundleError, ConfigError, RegistryError, UnknownChoiceError
from nlu.store.following import STORE_VARIABLE, share_as_told
from nlu.store.mirror import STORE_NAME
from nlu.store.registry import Registry
from nlu.store.served import ACTIVE_NAME
from nlu.store.shared_store import SharedStore
from tests import s3_server
from tests.bundles import a_manifest, some_files

BUCKETS = itertools.count()


@pytest.fixture(scope="module")
def s3() -> Iterator[s3_server.Server]:
    with s3_server.running() as server:
        yield server


@pytest.fixture(params=["file", pytest.param("s3", marks=pytest.mark.server)])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store with nothing in it, of each kind."""
    if request.param == "file":
        (tmp_path / "shared").mkdir()
        return (tmp_path / "shared").as_uri()
    server: s3_server.Server = request.getfixturevalue("s3")
    set_variables(server, monkeypatch)
    return server.make_bucket(f"bucket-{next(BUCKETS)}") + "/bots/pizza"


def set_variables(server: s3_server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in server.variables.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()  # those of another server


@dataclass(frozen=True)
class Hosts:
    """Two hosts with folders of their own."""

    trainer: Registry
    server: Registry


@pytest.fixture
def hosts(url: str, tmp_path: Path) -> Hosts:
    both = Hosts(Registry(tmp_path / "trainer", 5), Registry(tmp_path / "server", 5))
    both.trainer.share(url)
    both.server.share(url)
    return both


def publish(registry: Registry, number: int, *, measured: bool = False) -> str:
    files = some_files({"피자": f"menu{number}"})
    return registry.publish(files, a_manifest(number), some_files({"치킨": "menu"}) if measured else None)


def activated(registry: Registry, number: int) -> str:
    registry.activate(version := publish(registry, number))
    return version


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_one_host_activates_another_fetches_and_serves(hosts: Hosts) -> None:
    version = publish(hosts.trainer, 1, measured=True)
    assert not hosts.server.follow()  # a candidate concerns no server
    hosts.trainer.activate(version)
    assert hosts.server.follow()
    assert not hosts.server.follow()
    assert hosts.server.active() == version
    assert contents(hosts.server.path(version)) == contents(hosts.trainer.path(version))
    kept, fetched = hosts.trainer.measured(version), hosts.server.measured(version)
    assert kept is not None
    assert fetched is not None
    assert contents(kept.folder) == contents(fetched.folder)


def test_a_candidate_of_another_host_is_fetched_when_it_is_asked_for(hosts: Hosts) -> None:
    version = publish(hosts.trainer, 1)
    assert hosts.server.open(version).version == version
    with pytest.raises(UnknownChoiceError):
        hosts.server.path("20261121-143015-00000000")


def test_hosts_take_turns_and_share_one_past(hosts: Hosts) -> None:
    first, second = activated(hosts.trainer, 1), activated(hosts.server, 2)
    third = activated(hosts.trainer, 3)
    assert hosts.server.follow()
    assert hosts.server.active() == third
    assert hosts.server.roll_back() == second
    assert hosts.trainer.roll_back() == first
    hosts.server.follow()
    assert hosts.server.active() == first
    assert contents_of_pointer(hosts.server) == contents_of_pointer(hosts.trainer)


def contents_of_pointer(registry: Registry) -> Any:
    return json.loads((registry.root / ACTIVE_NAME).read_bytes())


def test_candidates_that_are_tried_reach_other_hosts_before_they_are_named(hosts: Hosts) -> None:
    activated(hosts.trainer, 1)
    candidate = publish(hosts.trainer, 2)
    hosts.trainer.try_beside("canary", candidate, 0.05)
    hosts.server.follow()
    canary = hosts.server.trials().canary
    assert canary is not None
    assert canary.version == candidate
    hosts.server.open(candidate)


def test_a_registry_that_is_there_already_goes_into_an_empty_store(url: str, tmp_path: Path) -> None:
    old, new = Registry(tmp_path / "old"), Registry(tmp_path / "new")
    version = activated(old, 1)
    old.share(url)
    new.share(url)
    assert new.active() == version
    new.open(version)


def test_a_version_that_is_damaged_in_the_store_is_not_served(hosts: Hosts) -> None:
    before = activated(hosts.trainer, 1)
    hosts.server.follow()
    version = activated(hosts.trainer, 2)
    url = json.loads((hosts.trainer.root / STORE_NAME).read_bytes())["url"]
    files, place = fsspec.core.url_to_fs(url)
    files.pipe_file(f"{place}/versions/{version}/words.json", b'{"\xed\x94\xbc\xec\x9e\x90": "menU2"}')
    with pytest.raises(BundleError, match=r"words\.json"):
        hosts.server.follow()
    assert hosts.server.active() == before
    assert [info.version for info in hosts.server.list()] == [before]


@pytest.mark.parametrize("steps", range(6))
def test_a_host_that_dies_while_it_uploads_leaves_nothing_that_others_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """The two files, the manifest, the file that names the version, and its move into place are five steps."""
    (tmp_path / "shared").mkdir()
    hosts = Hosts(Registry(tmp_path / "trainer"), Registry(tmp_path / "server"))
    for registry in (hosts.trainer, hosts.server):
        registry.share((tmp_path / "shared").as_uri())
    files, left = fsspec.implementations.local.LocalFileSystem, [steps]
    for name in ("put_file", "pipe_file", "mv"):
        monkeypatch.setattr(files, name, dying(getattr(files, name), left))
    if steps < 5:
        with pytest.raises(RegistryError, match="the host is gone"):
            activated(hosts.trainer, 1)
    else:
        activated(hosts.trainer, 1)
    assert hosts.server.follow() == (steps == 5)
    assert hosts.trainer.active() == hosts.server.active()
    if steps == 5:
        hosts.server.open(str(hosts.server.active()))
    left[0] = 99
    assert activated(hosts.trainer, 1) == hosts.trainer.active()  # tried again, it works
    hosts.server.follow()
    assert hosts.server.active() == hosts.trainer.active()


def dying(step: Any, left: list[int]) -> Any:
    def one(*arguments: Any, **options: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise OSError("the host is gone")
        return step(*arguments, **options)

    return one


@pytest.mark.server
def test_a_store_that_is_away_changes_nothing_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waits for the attempts of the client library."""
    with s3_server.running() as server:
        set_variables(server, monkeypatch)
        registry = Registry(tmp_path / "trainer")
        registry.share(server.make_bucket("models"))
        before = activated(registry, 1)
    with pytest.raises(RegistryError, match="can't be reached"):
        publish(registry, 2)
    versions = [info.version for info in registry.list()]
    assert len(versions) == 2  # what was trained is kept
    with pytest.raises(RegistryError, match="can't be reached"):
        registry.activate(versions[1])
    assert registry.active() == before
    (tmp_path / "shared").mkdir()
    registry.share((tmp_path / "shared").as_uri())
    registry.activate(versions[1])
    other = Registry(tmp_path / "server")
    other.share((tmp_path / "shared").as_uri())
    assert other.active() == versions[1]


def test_another_host_that_was_quicker_is_not_overruled(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    first = activated(hosts.trainer, 1)
    hosts.server.follow()
    second, third = publish(hosts.trainer, 2), publish(hosts.server, 3)
    with pytest.raises(RegistryError, match="another host"):
        hosts.server.activate(third, lambda _: hosts.trainer.activate(second))
    assert hosts.server.active() == first
    assert hosts.server.follow()
    assert hosts.server.active() == second


@pytest.mark.parametrize("url", ["models", "ftp://host/models", "s3://", "file://models", "http://host"])
def test_what_is_no_store_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="expected s3://"):
        Registry(tmp_path).share(url)


@pytest.mark.parametrize("url", ["s3://id:secret@bucket/models", "s3://bucket/models?key=secret"])
def test_secrets_are_not_taken_from_urls(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError) as raised:
        SharedStore(url)
    assert "secret@" not in str(raised.value)
    assert "key=secret" not in str(raised.value)


def test_a_store_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="there is no"):
        Registry(tmp_path / "models").share((tmp_path / "typo").as_uri())
    assert not (tmp_path / "models").exists()


def test_a_server_that_starts_while_the_store_is_away_asks_it_again(tmp_path: Path) -> None:
    models, shared = tmp_path / "models", tmp_path / "shared"
    assert share_as_told(models, {STORE_VARIABLE: shared.as_uri()})
    shared.mkdir()
    other = Registry(tmp_path / "other")
    other.share(shared.as_uri())
    version = activated(other, 1)
    assert Registry(models).follow()
    assert Registry(models).active() == version
    assert not share_as_told(Registry(models).path(version), {STORE_VARIABLE: shared.as_uri()})  # one bundle
