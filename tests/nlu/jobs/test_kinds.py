from __future__ import annotations

import argparse
import importlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from nlu.errors import InputError, NluError
from nlu.jobs.adding import Wanted
from nlu.jobs.arguments import check_made, read
from nlu.jobs.inputs import key_of
from nlu.jobs.kinds import KINDS
from nlu.jobs.settings import Place

A, B = "20261121-143015-ab12cd34", "20261122-090000-0f1e2d3c"
WHOLE: Mapping[str, Mapping[str, Any]] = {
    "generate": {
        "patterns": ["patterns/pattern.txt"], "dictionary": ["dict.csv"], "config": "nlu.toml", "count": 3, "seed": 0,
        "mode": "random", "imports": ["a.jsonl=2", "dict.csv"], "force": True,
    },
    "train": {
        "dictionary": ["dict.csv"], "config": "nlu.toml", "corpus": "a.jsonl", "outside": "a.jsonl", "draft": True,
        "refit": False, "activate": False, "force": True, "gpu": True,
    },
    "tune": {"minutes": 0.5, "trials": 3, "what": "intents", "workers": 2, "seed": -1, "name": "밤"},
    "evaluate": {"files": ["a.jsonl"], "quick": True},
    "compare": {"new": A, "old": B, "files": ["a.jsonl"]},
    "promote": {"version": A, "force": True, "activate": False},
    "predict": {"source": "a.jsonl", "target": "out/a.csv", "text": "고객 질문", "processes": 2},
    "import": {
        "source": "env:TALKS_URL", "name": "상담", "text": "말", "intent": "", "table": "t", "query": "SELECT 1",
        "watermark": "id", "key": "id", "speakers": ["손님"], "not_speakers": ["상담원"], "corrected": True,
    },
}  # fmt: skip
"""Every argument of every kind."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A project with a file of each sort, and two versions."""
    for name in ("patterns/pattern.txt", "dict.csv", "nlu.toml", "a.jsonl", "data/manifest.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("[a]\n피자\n" if name.endswith(".txt") else "", encoding="utf-8")
    for version in (A, B):
        (tmp_path / "models" / "versions" / version).mkdir(parents=True)
    return Place.of(tmp_path / "models", tmp_path)


def test_a_worker_looks_again_where_a_job_writes(place: Place) -> None:
    arguments = Wanted.later("predict", {"source": "a.jsonl", "target": "dictionaries/a.csv"}).arguments
    with pytest.raises(InputError, match="lies where the bot keeps its files"):
        check_made(arguments, place)


def key(place: Place, kind: str, values: Mapping[str, Any]) -> str:
    wanted = Wanted.read(kind, values, place)
    return key_of(kind, values, wanted.inputs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("values", [WHOLE, {"predict": WHOLE["predict"], "import": {"source": "journal"}}])
def test_the_command_of_each_kind_reads_its_arguments(
    place: Place, monkeypatch: pytest.MonkeyPatch, kind: str, values: Mapping[str, Mapping[str, Any]]
) -> None:
    wanted = Wanted.read(kind, values.get(kind, {}), place)
    (place.models / "ACTIVE").write_text(json.dumps({"version": B, "history": []}), encoding="utf-8")
    module, *argv = wanted.arguments.command(place, {"version": A})
    found: list[argparse.Namespace] = []

    def only_read(parser: argparse.ArgumentParser, _: Callable[..., int], given: list[str]) -> int:
        found.append(parser.parse_args(given))
        return 0

    command = importlib.import_module(module)
    monkeypatch.setattr(command, "run_command", only_read)
    assert command.main(argv) == 0
    assert getattr(found[0], "models", place.models) == place.models


@pytest.mark.parametrize("kind", KINDS)
def test_all_arguments_of_each_kind_are_tried_and_described(kind: str) -> None:
    described = TypeAdapter(KINDS[kind]).json_schema()["properties"]
    assert WHOLE[kind].keys() <= described.keys()
    assert described.keys() - WHOLE[kind].keys() <= {"dictionary", "config", "folds"}


@pytest.mark.parametrize(
    ("kind", "values", "told"),
    [
        ("generate", {"count": 0}, "count: 필요한 값은 ≥ 1, 온 값은 0입니다."),
        ("generate", {"count": "3"}, "count: 필요한 값은 정수, 온 값은 '3'입니다."),
        ("generate", {"cuont": 3}, "cuont: 그런 값이 없습니다. 혹시 'count'입니까?"),
        (
            "generate",
            {"mode": "all of it"},
            "mode: 다음 가운데 하나여야 하는데 'all of it'입니다: held-out, random, all",
        ),
        ("generate", {"imports": "a.jsonl"}, "imports: 필요한 값은 목록, 온 값은 'a.jsonl'입니다."),
        ("generate", {"imports": ["/etc/passwd"]}, "imports: 프로젝트 폴더 안의 파일을 그 폴더에서부터 적어야 하는데"),
        ("generate", {"imports": ["a/../../x=2"]}, "imports: 프로젝트 폴더 안의 파일을"),
        ("generate", {"imports": ["--force"]}, "imports: 프로젝트 폴더 안의 파일을"),
        ("generate", {"imports": ["none.jsonl=3"]}, "imports: 'none.jsonl' 파일이 없습니다."),
        ("train", {"draft": "yes"}, "draft: 필요한 값은 true나 false, 온 값은 'yes'입니다."),
        ("train", {"corpus": "link"}, "corpus: 프로젝트 폴더 안의 파일을"),
        ("tune", {"minutes": 0}, "minutes: 필요한 값은 > 0, 온 값은 0입니다."),
        ("compare", {"new": "newest"}, "new: 모델의 버전(20261121-143015-ab12cd34 같은 것)이어야 하는데"),
        ("promote", {"version": "20200101-000000-00000000"}, "'20200101-000000-00000000': 그런 모델이 없습니다."),
        ("predict", {"source": "a.jsonl"}, "target: 꼭 적어야 합니다."),
        ("predict", {"source": "a.jsonl", "target": "b.csv", "text": "-x"}, "text: -로 시작하지 않는 글이어야"),
        ("predict", {"source": "a.jsonl", "target": "./a.jsonl"}, "./a.jsonl: 결과를 원래 파일에 덮어쓸 수 없습니다."),
        ("predict", {"source": "a.jsonl", "target": "out.txt"}, "'.txt': 그런 표 파일이 없습니다."),
        ("predict", {"source": "nlu.toml", "target": "out.csv"}, "'.toml': 그런 표 파일이 없습니다."),
        ("predict", {"source": "a.jsonl", "target": "patterns/must.jsonl"}, "target: 'patterns/must.jsonl'은 봇의"),
        ("predict", {"source": "a.jsonl", "target": "x/../models/a.csv"}, "target: 'x/../models/a.csv'는 봇의"),
        ("predict", {"source": "a.jsonl", "target": "away/a.csv"}, "target: 프로젝트 폴더 안의 파일을"),
        ("import", {"source": "env:NLU_API_KEY"}, "source: 프로젝트의 파일, journal, 또는 env:TALKS_URL처럼"),
        ("import", {"source": "postgresql://nlu:secret@db/nlu"}, "source: 프로젝트의 파일, journal, 또는"),
    ],
)
def test_bad_arguments_say_what_is_wrong(place: Place, kind: str, values: Mapping[str, Any], told: str) -> None:
    (place.project / "link").symlink_to("/etc/passwd")
    (place.project / "away").symlink_to("/etc")
    with pytest.raises(InputError) as caught:
        Wanted.read(kind, values, place)
    assert caught.value.worded("ko").startswith(told)
    assert caught.value.parameter in values or caught.value.parameter in told
    assert "secret" not in caught.value.worded("en") + caught.value.worded("ko")


def test_a_bot_without_patterns_is_told_so_before_there_is_a_job(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Wanted.read("generate", {}, Place.of(tmp_path / "models", tmp_path))
    assert caught.value.worded("ko") == "patterns: 'patterns/pattern.txt' 파일이 없습니다."


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("generate", "patterns/pattern.txt"), ("generate", "dictionaries/dict.csv"), ("generate", "nlu.toml"),
        ("generate", "imports/talk/rows.jsonl"), ("train", "data/manifest.json"), ("train", "promotion.toml"),
        ("tune", "search.toml"), ("evaluate", "models/ACTIVE"), ("promote", "patterns/must.jsonl"),
        ("import", "a.jsonl"),
    ],
)  # fmt: skip
def test_other_input_files_make_another_job(place: Place, kind: str, changed: str) -> None:
    (place.project / "nlu.toml").write_text('[intake]\nimports = ["imports/talk=3"]\n', encoding="utf-8")
    values = {"promote": {"version": A}, "import": {"source": "a.jsonl"}}.get(kind, {})
    before = key(place, kind, values)
    assert key(place, kind, values) == before
    path = place.project / changed
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{path.read_text(encoding='utf-8') if path.exists() else ''}\n# changed\n", encoding="utf-8")
    assert key(place, kind, values) != before


def test_a_large_file_is_known_by_its_edges_its_length_and_its_time(place: Place) -> None:
    path = place.project / "a.jsonl"
    with path.open("wb") as file:
        file.truncate(20 << 20)
    values = {"source": "a.jsonl", "target": "b.csv"}
    before = key(place, "predict", values)
    os.utime(path, (1, 1))
    assert key(place, "predict", values) != before


def test_the_order_of_arguments_makes_no_other_job() -> None:
    assert key_of("train", {"draft": True, "gpu": False}, ()) == key_of("train", {"gpu": False, "draft": True}, ())
    assert key_of("train", {}, (), "night") != key_of("train", {}, ())


def test_what_is_gone_is_made_again(place: Place) -> None:
    assert read(KINDS["generate"], {}).still_holds(place, {})
    (place.project / "data" / "manifest.json").unlink()
    assert not read(KINDS["generate"], {}).still_holds(place, {})
    assert read(KINDS["train"], {}).still_holds(place, {"version": A})
    assert not read(KINDS["train"], {}).still_holds(place, {"version": "20200101-000000-00000000"})
    assert not read(KINDS["import"], {"source": "journal"}).still_holds(place, {})


def test_a_version_comes_from_the_chain_or_is_missing(place: Place) -> None:
    promote = read(KINDS["promote"], {})
    assert promote.missing == "version"
    assert A in promote.command(place, {"version": A})
    with pytest.raises(NluError):
        promote.command(place, {})


def test_training_on_a_gpu_waits_for_a_worker_that_has_one() -> None:
    assert read(KINDS["train"], {"gpu": True}).queue == "gpu"
    assert read(KINDS["train"], {}).queue == "cpu"
