"""`nlu-evaluate --compare A B`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from nlu.commands.evaluate import main
from nlu.store.bundle import Bundle, write_bundle
from nlu.store.registry import Registry
from nlu.types import FALLBACK_INTENT
from nlu.understanding.model import TrainedModel
from tests.bundles import START, a_manifest, some_files
from tests.nlu import tiny

LINES = """\
{"text": "피자 둘 시켜줘", "intent": "order_food", "entities": [{"start": 0, "end": 2, "entity": "menu"}]}
{"text": "부산 날씨 알려줘", "intent": "weather", "entities": [{"start": 0, "end": 2, "entity": "loc"}]}
{"text": "처음 듣는 말", "intent": "elsewhere", "entities": []}
"""


@pytest.fixture
def versions(tmp_path: Path, tiny_bundle_files: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two versions of a registry that answer alike, and labelled utterances beside it, with the command there."""
    monkeypatch.chdir(tmp_path)
    Path("real.jsonl").write_text(LINES, encoding="utf-8")
    registry = Registry(Path("models"))
    made = [replace(tiny.MANIFEST, created_at=START + timedelta(minutes=minutes)) for minutes in range(2)]
    return [registry.publish(tiny_bundle_files, manifest) for manifest in made]


def test_versions_are_compared_on_files(versions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["real.jsonl", "--compare", *versions]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"A  {versions[0]}\nB  {versions[1]}\n발화 3개 (패턴이나 줄 3개), 달리 답한 발화 0개")
    assert "알 수 없습니다" in shown
    assert Path("reports/comparison.html").exists()


def test_figures_are_json_on_demand(versions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["real.jsonl", "--compare", *versions, "--json", "--margin", "0.02"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown == json.loads(Path("reports/comparison.json").read_text(encoding="utf-8"))
    assert (shown["old"], shown["new"], shown["margin"]) == (*versions, 0.02)


def test_bundles_in_folders_are_compared_too(versions: list[str]) -> None:
    assert main(["real.jsonl", "--compare", versions[1], f"models/versions/{versions[0]}"]) == 0


def test_the_same_model_twice_is_refused(versions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["real.jsonl", "--compare", versions[0], f"models/versions/{versions[0]}"]) == 2
    expected = f"같은 모델을 두 번 적었습니다({versions[0]}). 서로 다른 모델 둘을 적어 주세요.\n"
    assert capsys.readouterr().err == expected


def test_what_cannot_be_loaded_is_never_compared(versions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    weights = next(Path("models/versions", versions[1]).rglob("*.onnx"))
    weights.write_bytes(weights.read_bytes()[:-1])
    assert main(["real.jsonl", "--compare", *versions]) == 3
    write_bundle(Path("other/kind"), some_files(), a_manifest())
    assert main(["real.jsonl", "--compare", versions[0], "other/kind"]) == 3
    assert main(["real.jsonl", "--compare", versions[0], "no/where"]) == 3
    assert main(["real.jsonl", "--compare", versions[0], "20200101-000000-00000000"]) == 2
    assert versions[0] in capsys.readouterr().err.splitlines()[-1]
    assert not Path("reports").exists()


def test_bounds_of_one_model_and_margins_that_are_none_are_refused(
    versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--compare", *versions, "--least", "0.9"]) == 2
    assert "--compare와 함께 쓸 수 없습니다" in capsys.readouterr().err
    for margin in ("0", "1", "5%", "-0.1", "nan"):
        assert main(["--compare", *versions, f"--margin={margin}"]) == 2
        assert "0보다 크고 1보다 작은 비율이어야 합니다" in capsys.readouterr().err


def test_nothing_to_compare_on_has_code_one(versions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path("real.jsonl").write_text("", encoding="utf-8")
    assert main(["real.jsonl", "--compare", *versions]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "잴 발화가 없습니다."


@pytest.mark.slow
def test_on_the_test_part_the_models_that_have_not_learned_it_are_compared(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = Registry(Path("models"))
    active = registry.active()
    assert active is not None
    served, measured = registry.open(active), registry.measured(active)
    assert measured is not None
    made = [{name: bundle.path(name) for name in bundle.manifest.files} for bundle in (served, measured)]
    later = replace(served.manifest, created_at=served.manifest.created_at + timedelta(minutes=1))
    other = registry.publish(made[0], later, measured=made[1])
    assert main(["--compare", active, other]) == 0
    shown = capsys.readouterr().out
    assert "학습할 때 재려고 떼어 둔 모델끼리 견주었습니다. test 40개 가운데" in shown
    assert "달리 답한 발화 0개" in shown


def test_intents_that_only_one_knows_are_listed_and_those_known_to_both_are_a_slice(
    versions: list[str], tiny_bundle: Bundle, capsys: pytest.CaptureFixture[str]
) -> None:
    model = TrainedModel.read(tiny_bundle)

    def renamed(**names: str) -> str:
        """A version whose intents have other names."""
        known = tuple(names.get(name, name) for name in model.intents.names)
        changed = replace(model, intents=replace(model.intents, names=known))
        return Registry(Path("models")).publish(changed.files(), tiny.MANIFEST)

    assert main(["real.jsonl", "--compare", versions[0], renamed(weather="forecast")]) == 0
    shown = capsys.readouterr().out
    assert "· A만 아는 의도: weather. 다른 모델은" in shown
    assert "· B만 아는 의도: forecast. 다른 모델은" in shown
    assert "\nknown_to_both\n" in shown
    stranger = renamed(**{name: f"{name}_2" for name in set(model.intents.names) - {FALLBACK_INTENT}})
    assert main(["real.jsonl", "--compare", versions[0], stranger]) == 2
    assert "서로 다른 봇의 모델입니다. A의 의도: " in capsys.readouterr().err


@pytest.mark.slow
def test_on_the_test_part_it_is_said_who_has_learned_it(
    trained: Path, tiny_bundle_files: Mapping[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    registry = Registry(Path("models"))
    active = registry.active()
    assert active is not None
    other = registry.publish(tiny_bundle_files, tiny.MANIFEST)
    assert main(["--compare", active, other]) == 0
    shown = capsys.readouterr().out
    assert "· A는 data의 이 발화를 배웠고 다른 모델은 다른 데이터로 배웠습니다. A에게 유리합니다." in shown
    assert "\nseen_pattern/unseen_value\n" in shown
    assert "학습할 때 재려고 떼어 둔" not in shown
    assert "known_to_both" not in shown
