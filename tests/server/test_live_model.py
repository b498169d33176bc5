from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from nlu.errors import BundleError, InputError, RegistryError
from nlu.store.bundle import write_bundle
from nlu.store.registry import Registry
from nlu.types import Parse
from server import ServerSettings, create_app
from server.live_model import ModelHolder
from server.metrics import Metrics
from tests.bundles import a_manifest, some_files
from tests.server.words import WordParser, publish


def holder(models: Path, load: Callable[[Path], WordParser] = WordParser.load, **settings: float) -> ModelHolder:
    return ModelHolder(models, load, Metrics(), **{"reload_seconds": 0, "retry_seconds": 0, **settings})


def eventually(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.002)


def test_the_active_version_is_served(models: Path) -> None:
    assert holder(models).parser().version == Registry(models).active()


def test_a_bundles_folder_can_be_served_without_a_registry(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "bundle", some_files(), a_manifest())
    assert holder(tmp_path / "bundle").parser().version == bundle.version


def test_a_newly_activated_version_is_served_soon(models: Path) -> None:
    held = holder(models)
    version = publish(models, 1)
    eventually(lambda: held.version == version)
    assert held.problem is None


def test_a_rolled_back_version_is_served_again(models: Path) -> None:
    held, first = holder(models), Registry(models).active()
    second = publish(models, 1)
    eventually(lambda: held.version == second)
    Registry(models).roll_back()
    eventually(lambda: held.version == first)


def test_the_first_version_of_an_empty_registry_is_served_soon(tmp_path: Path) -> None:
    held = holder(tmp_path)
    with pytest.raises(RegistryError, match=r"^no model is being served: no version is active in "):
        held.parser()
    version = publish(tmp_path, 0)
    eventually(lambda: held.version == version)


def test_a_published_version_is_not_served_before_it_is_activated(models: Path) -> None:
    loaded = []
    held = holder(models, lambda folder: loaded.append(folder.name) or WordParser.load(folder))
    publish(models, 1, activate=False)
    for _ in range(50):
        held.parser()
    assert loaded == [Registry(models).active()]


def test_the_folder_is_looked_at_only_once_in_a_while(models: Path) -> None:
    now = [100.0]
    held = ModelHolder(models, WordParser.load, Metrics(), reload_seconds=0.5, clock=lambda: now[0])
    first, second = held.version, publish(models, 1)
    now[0] = 100.4
    held.parser()
    time.sleep(0.1)
    assert held.version == first
    now[0] = 100.6
    eventually(lambda: held.version == second)


def spoil(models: Path, version: str) -> None:
    (Registry(models).path(version) / "words.json").write_bytes(b"{}")


def test_a_broken_version_leaves_the_old_one_answering(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    held, first = holder(models), Registry(models).active()
    second = publish(models, 1)
    spoil(models, second)
    with caplog.at_level(logging.WARNING, "nlu.server"):
        eventually(lambda: held.problem is not None)
    assert held.parser().version == first
    assert "words.json: expected" in (held.problem or "")
    assert f"serving {first}, since the active version can't be loaded: " in caplog.text


def test_a_problem_that_stays_is_logged_once(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    loads = []

    def load(folder: Path) -> WordParser:
        loads.append(folder)
        return WordParser.load(folder)

    held = holder(models, load)
    spoil(models, publish(models, 1))
    with caplog.at_level(logging.WARNING, "nlu.server"):
        eventually(lambda: held.problem is not None and len(loads) > 5)
    assert len(caplog.records) == 1


def test_a_failed_load_is_not_tried_again_too_soon(models: Path) -> None:
    loads = []

    def load(folder: Path) -> WordParser:
        loads.append(folder)
        return WordParser.load(folder)

    held = holder(models, load, retry_seconds=1000)
    spoil(models, publish(models, 1))
    eventually(lambda: held.problem is not None)
    for _ in range(50):
        held.parser()
        time.sleep(0.001)
    assert len(loads) == 2


def test_a_version_that_heals_is_served(models: Path) -> None:
    held = holder(models)
    second = publish(models, 1)
    path = Registry(models).path(second) / "words.json"
    content = path.read_bytes()
    path.write_bytes(b"")
    eventually(lambda: held.problem is not None)
    path.write_bytes(content)
    eventually(lambda: held.version == second and held.problem is None)


def test_a_good_version_after_a_broken_one_ends_the_trouble(models: Path) -> None:
    held = holder(models, retry_seconds=1000)
    spoil(models, publish(models, 1))
    eventually(lambda: held.problem is not None)
    third = publish(models, 2)
    eventually(lambda: held.version == third and held.problem is None)


def test_a_damaged_active_file_leaves_the_old_version_answering(models: Path) -> None:
    held, first = holder(models), Registry(models).active()
    (models / "ACTIVE").write_text("{")
    eventually(lambda: held.problem is not None)
    assert held.parser().version == first


def test_an_altered_manifest_is_not_served(models: Path) -> None:
    held, first = holder(models), Registry(models).active()
    second = publish(models, 1, activate=False)
    path = Registry(models).path(second) / "manifest.json"
    original = path.read_text()
    Registry(models).activate(second)
    eventually(lambda: held.version == second)
    Registry(models).activate(first or "")
    eventually(lambda: held.version == first)
    path.write_text(original.replace('"mecab"', '"whitespace"'))
    (models / "ACTIVE").write_text(f'{{"version": "{second}", "history": []}}')
    eventually(lambda: held.problem is not None)
    assert held.version == first


def test_an_error_of_any_kind_in_loading_is_survived(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    first = Registry(models).active()

    def load(folder: Path) -> WordParser:
        if folder.name != first:
            raise ZeroDivisionError
        return WordParser.load(folder)

    held = holder(models, load)
    publish(models, 1)
    eventually(lambda: held.problem == "ZeroDivisionError")
    assert held.parser().version == first
    assert "Traceback" in caplog.text


def test_requests_go_on_with_the_old_parser_while_the_new_one_loads(models: Path) -> None:
    first, go_on = Registry(models).active(), threading.Event()

    def load(folder: Path) -> WordParser:
        if folder.name != first:
            assert go_on.wait(20)
        return WordParser.load(folder)

    held = holder(models, load)
    second = publish(models, 1)
    started = time.monotonic()
    assert {held.parser().version for _ in range(1000)} == {first}
    assert time.monotonic() - started < 10
    go_on.set()
    eventually(lambda: held.version == second)


def test_a_degraded_server_says_so_in_its_health(models: Path) -> None:
    client = create_app(ServerSettings(models, reload_seconds=0), WordParser.load).test_client()
    first = Registry(models).active()
    spoil(models, publish(models, 1))
    eventually(lambda: client.get("/health").json["status"] == "degraded")
    answer = client.get("/health")
    assert (answer.status_code, answer.json["model_version"]) == (200, first)
    assert "words.json: expected" in answer.json["degraded"]


def test_no_request_is_dropped_and_no_answer_is_mixed_while_versions_change(models: Path) -> None:
    app = create_app(ServerSettings(models, reload_seconds=0), WordParser.load)
    versions = [Registry(models).active(), *(publish(models, number, activate=False) for number in range(1, 6))]
    kinds = {version: f"menu{number}" for number, version in enumerate(versions)}
    stop, failures, seen = threading.Event(), [], set()

    def hammer() -> None:
        client = app.test_client()
        while not stop.is_set():
            response = client.post("/parse", json={"text": ["피자"] * 8})
            if response.status_code != 200:
                failures.append(response.text)
                return
            version = response.json["model_version"]
            found = {(one["model_version"], one["entities"][0]["entity"]) for one in response.json["results"]}
            if found != {(version, kinds[version])}:
                failures.append(str(found))
            seen.add(version)

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    registry = Registry(models)
    try:
        for version in [*versions[1:], *versions] * 2:
            registry.activate(version)
            eventually(lambda version=version: version in seen or bool(failures))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert seen == set(versions)


class Unanswering(WordParser):
    """Loads, and fails whatever it is asked."""

    def parse_many(self, texts: Sequence[str], **more: object) -> list[Parse]:
        raise ValueError("shapes (3,) and (4,) do not fit")


def loads_only(*versions: str, instead: type[WordParser] | None = None) -> Callable[[Path], WordParser]:
    def load(folder: Path) -> WordParser:
        if folder.name in versions:
            return WordParser.load(folder)
        if instead is not None:
            return instead.load(folder)
        raise BundleError("bundle.tokenizer", folder=folder, problem="no such tokenizer")

    return load


@pytest.mark.parametrize("instead", [None, Unanswering])
def test_at_the_start_the_last_version_that_loads_answers_and_that_is_said(
    models: Path, caplog: pytest.LogCaptureFixture, instead: type[WordParser] | None
) -> None:
    first, second, third = Registry(models).active(), publish(models, 1), publish(models, 2)
    assert first
    app = create_app(ServerSettings(models, record="off"), loads_only(first, instead=instead))
    client = app.test_client()
    health = client.get("/health")
    assert (health.status_code, health.json["status"], health.json["model_version"]) == (200, "degraded", first)
    assert third in health.json["degraded"]
    assert client.post("/parse", json={"text": "피자"}).json["entities"][0]["entity"] == "menu0"
    assert f"version {second} can't be loaded either" in caplog.text
    assert f"serving {first}, since the active version can't be loaded" in caplog.text
    shown = client.get("/metrics").text
    assert "nlu_model_degraded_processes 1.0" in shown
    assert f'nlu_model_processes{{version="{first}"}} 1.0' in shown


def test_a_version_that_loads_and_cannot_answer_is_not_activated(models: Path) -> None:
    first, second = Registry(models).active(), publish(models, 1, activate=False)
    assert first
    held = holder(models, loads_only(first, instead=Unanswering))
    with pytest.raises(InputError, match="can't answer here"):
        held.activate(second)
    assert Registry(models).active() == first
    assert held.version == first


def test_a_damaged_file_of_the_active_version_leaves_one_that_loads(models: Path) -> None:
    publish(models, 1)
    (models / "ACTIVE").write_text("nonsense")
    held = holder(models)
    assert held.version == Registry(models).earlier()[0]
    assert held.problem is not None
