from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nlu.pipeline.data_versions import keep, keep_training, project_of, snapshots_beside
from nlu.pipeline.generate import generate
from nlu.pipeline.publish import DATA_MANIFEST
from nlu.snapshots.author_files import Places
from nlu.store.registry import Registry
from nlu.system.files import sha256
from tests.projects import add_to_dictionary, config_of, dictionaries_of, patterns_of


@pytest.fixture
def places(project: Path) -> Places:
    places = Places(project, patterns_of(project), dictionaries_of(project), project / "nlu.toml")
    generate(places.patterns, places.dictionaries, project / "data", config_of(project))
    return places


def test_a_model_learned_from_patterns_as_they_were_and_from_the_rest_as_it_is(places: Places) -> None:
    data, path = places.project / "data", places.patterns[0]
    first, written = keep(places, data), path.read_bytes()
    path.write_text("[greet]\n안녕\n", encoding="utf-8")
    add_to_dictionary(places.project, "menu,마라탕,")
    name, store = keep_training(places, data, "v1"), snapshots_beside(data)
    snapshot, before = store.open(name), store.open(first)
    assert store.find("v1") == name
    assert [one for one in snapshot.files if one not in before.files] == [snapshot.file("dictionaries/dict.csv")]
    pattern = snapshot.file("patterns/pattern.txt")
    assert pattern is not None
    assert store.objects.get(pattern.sha256) == written


def test_a_training_on_what_was_generated_is_the_same_snapshot(places: Places) -> None:
    data = places.project / "data"
    assert keep(places, data) == keep_training(places, data, "v1") == keep_training(places, data, "v2")
    assert [event.version for event in snapshots_beside(data).events()] == [None, "v1", "v2"]


def test_data_that_an_earlier_program_made_is_taken_with_the_files_as_they_are(places: Places) -> None:
    data = places.project / "data"
    name = keep_training(places, data, "v1")
    assert len(snapshots_beside(data).open(name).files) == 4
    assert keep(replace(places), data) == name


def test_the_project_is_the_folder_around_the_data_unless_the_patterns_lie_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert project_of(Path("data"), [Path("patterns/a.txt")]) == tmp_path
    assert project_of(Path("bot/data"), [Path("bot/patterns/a.txt")]) == tmp_path / "bot"
    assert project_of(Path("../here/bot/data"), [Path("../here/bot/patterns/a.txt")]) == tmp_path.parent / "here/bot"
    assert project_of(Path("/elsewhere/data"), [Path("patterns/a.txt")]) == tmp_path


def test_a_bundle_holds_the_manifest_of_its_data_and_the_hashes_of_the_authors_files(trained_once: Path) -> None:
    """Reads a bot that was trained once for all tests."""
    registry, data = Registry(trained_once / "models"), trained_once / "data"
    bundle = registry.open(str(registry.active()))
    assert bundle.read(DATA_MANIFEST) == (data / "manifest.json").read_bytes()
    files = [*patterns_of(trained_once), trained_once / "patterns/endings.txt", *dictionaries_of(trained_once)]
    assert {path.name: sha256(path) for path in files}.items() <= bundle.manifest.data.items()
