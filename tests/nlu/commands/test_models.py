from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from nlu.commands.models import main
from nlu.store.bundle import FORMAT_VERSION, TokenizerInfo, write_bundle
from nlu.store.registry import Registry
from tests.bundles import START, a_manifest, some_files
from tests.nlu import tiny


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setenv("NLU_MODELS", str(tmp_path / "models"))
    return Registry(tmp_path / "models")


@pytest.fixture
def versions(registry: Registry) -> list[str]:
    made = [
        registry.publish(some_files({"피자": str(n)}), a_manifest(n, scores={"intent": 0.9 + n / 100}))
        for n in range(3)
    ]
    registry.activate(made[0])
    return made


@pytest.fixture
def real_versions(registry: Registry, tiny_bundle_files: Mapping[str, bytes]) -> list[str]:
    """Versions that can be loaded, as one that is activated must be."""
    made = [
        registry.publish(tiny_bundle_files, replace(tiny.MANIFEST, created_at=START + timedelta(minutes=n)))
        for n in range(3)
    ]
    registry.activate(made[0])
    return made


def test_the_list_marks_the_active_version(versions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"* {versions[0]}  2026-11-21 14:30 UTC  0.0 MB  intent 0.900",
        f"  {versions[1]}  2026-11-21 14:31 UTC  0.0 MB  (후보)  intent 0.910",
        f"  {versions[2]}  2026-11-21 14:32 UTC  0.0 MB  (후보)  intent 0.920",
    ]


def test_an_empty_registry_is_said(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert capsys.readouterr().out == f"{registry.root}: 모델이 없습니다.\n"


def test_the_list_as_json_holds_the_same(versions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    assert [(one["version"], one["active"], one["candidate"]) for one in json.loads(capsys.readouterr().out)] == [
        (versions[0], True, False),
        (versions[1], False, True),
        (versions[2], False, True),
    ]


def test_a_broken_version_is_listed_with_its_reason_and_code_three(
    registry: Registry, versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (registry.path(versions[1]) / "words.json").unlink()
    assert main(["list"]) == 3
    line = capsys.readouterr().out.splitlines()[1]
    assert line.startswith(f"  {versions[1]}  깨짐: ")
    assert line.endswith("words.json: is listed in the manifest but missing")


def of_another_format(folder: Path) -> str:
    """Make a bundle one of the format before; give what commands say of it."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format_version": FORMAT_VERSION - 1}))
    return (
        f"{path}: 이 판의 프로그램은 형식 {FORMAT_VERSION}의 모델을 읽는데, 형식 {FORMAT_VERSION - 1}의 모델입니다. "
        "다른 판의 프로그램이 만들었으니 nlu-train으로 다시 학습하세요."
    )


def test_a_version_of_another_format_is_told_in_korean(
    registry: Registry, versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = of_another_format(registry.path(versions[1]))
    assert main(["list"]) == 3
    assert capsys.readouterr().out.splitlines()[1] == f"  {versions[1]}  못 씀: {said}"
    for command in (["show", versions[1]], ["activate", versions[1]], ["add", str(registry.path(versions[1]))]):
        assert main(command) == 3
        assert capsys.readouterr().err == f"{said}\n"


def test_a_changed_byte_is_found_on_demand(registry: Registry, versions: list[str]) -> None:
    path = registry.path(versions[1]) / "words.json"
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    assert main(["list"]) == 0
    assert main(["list", "--verify"]) == 3


def test_activate_and_rollback_change_the_active_version(registry: Registry, real_versions: list[str]) -> None:
    assert main(["activate", real_versions[2]]) == 0
    assert registry.active() == real_versions[2]
    assert main(["rollback"]) == 0
    assert registry.active() == real_versions[0]


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ({"model.json": b"{}"}, "모델의 한 부분이 없거나 깨졌습니다"),
        ({"tokenizer": TokenizerInfo("okt9")}, "형태소 분석기"),
    ],
)
def test_a_version_that_can_not_be_loaded_here_is_never_activated(
    registry: Registry,
    real_versions: list[str],
    tiny_bundle_files: Mapping[str, bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    part: dict,
    problem: str,
) -> None:
    manifest = replace(tiny.MANIFEST, tokenizer=part.get("tokenizer", tiny.MANIFEST.tokenizer))
    files = {**tiny_bundle_files, **{name: one for name, one in part.items() if name in tiny_bundle_files}}
    broken = write_bundle(tmp_path / "bundle", files, manifest).version
    assert main(["add", str(tmp_path / "bundle"), "--activate"]) == 3
    assert problem in capsys.readouterr().err
    assert main(["activate", broken]) == 3
    assert problem in capsys.readouterr().err
    assert registry.active() == real_versions[0]
    registry.activate(broken)  # as code of before would have
    registry.activate(real_versions[1])
    assert main(["rollback"]) == 3
    assert problem in capsys.readouterr().err
    assert registry.active() == real_versions[1]


def test_a_bundle_of_pipes_and_devices_is_refused_at_once(registry: Registry, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "bundle").mkdir()
    os.mkfifo(tmp_path / "bundle" / "manifest.json")
    for path in ("/dev/zero", tmp_path / "pipe", tmp_path / "bundle"):
        assert main(["add", str(path)]) == 3


def test_a_bundle_with_odd_scores_does_not_keep_others_from_the_list(
    registry: Registry, versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for number, scores in enumerate([{"slices": [1]}, {"slices": {"all": "x"}}, {"f1": float("nan"), "e": "x"}]):
        registry.publish(some_files(), a_manifest(10 + number, scores=scores))
    assert main(["list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert main(["list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out, parse_constant=pytest.fail)) == 6


def test_rolling_back_without_a_past_is_refused(
    registry: Registry, versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rollback"]) == 3
    assert capsys.readouterr().err == f"{registry.root}: 되돌릴 모델이 없습니다. 앞에 쓰던 모델이 없습니다.\n"


def test_a_damaged_active_file_is_said_with_the_way_out(
    registry: Registry, real_versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (registry.root / "ACTIVE").write_text("{")
    assert main(["rollback"]) == 3
    assert capsys.readouterr().err == (
        f"{registry.root}/ACTIVE: 쓰는 모델이 적힌 파일이 깨졌습니다. nlu-models activate로 모델을 다시 고르세요.\n"
    )
    assert main(["activate", real_versions[0]]) == 0


def test_an_unknown_version_lists_what_there_is(versions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["activate", "어제것"]) == 2
    assert capsys.readouterr().err == f"'어제것': 그런 모델이 없습니다. 있는 것: {', '.join(versions)}\n"


def test_a_broken_version_is_not_activated(
    registry: Registry, versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (registry.path(versions[1]) / "words.json").write_bytes(b"")
    assert main(["activate", versions[1]]) == 3
    assert "words.json: 모델의 파일이 15바이트여야 하는데 0바이트입니다. 다시 학습하세요." in capsys.readouterr().err
    assert registry.active() == versions[0]


def test_show_prints_the_manifest_of_the_active_version(
    versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show"]) == 0
    assert json.loads(capsys.readouterr().out)["scores"] == {"intent": 0.9}
    assert main(["show", versions[1]]) == 0
    assert json.loads(capsys.readouterr().out)["scores"] == {"intent": 0.91}


def test_show_without_any_model_has_code_three(registry: Registry) -> None:
    assert main(["show"]) == 3


def test_a_bundle_from_elsewhere_is_added_and_activated(
    registry: Registry, tiny_bundle_files: Mapping[str, bytes], tmp_path: Path
) -> None:
    bundle = write_bundle(tmp_path / "bundle", tiny_bundle_files, tiny.MANIFEST)
    assert main(["add", str(tmp_path / "bundle"), "--activate"]) == 0
    assert registry.active() == bundle.version


def test_the_active_version_is_not_deleted_and_the_way_out_is_said(
    versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["delete", versions[0]]) == 3
    told = "쓰는 모델은 지울 수 없습니다. nlu-models activate로 다른 모델을 먼저 고르세요."
    assert capsys.readouterr().err == f"{versions[0]}: {told}\n"


def test_delete_and_prune_keep_the_active_version(registry: Registry, versions: list[str]) -> None:
    assert main(["delete", versions[0]]) == 3
    assert main(["prune", "--keep", "1"]) == 0
    assert [info.version for info in registry.list()] == [versions[0], versions[2]]
    assert main(["delete", versions[2]]) == 0
    assert [info.version for info in registry.list()] == [versions[0]]


@pytest.mark.parametrize(
    "verb", [["activate", "x"], ["rollback"], ["delete", "x"], ["prune", "--keep", "1"], ["update-dictionary", "d.csv"]]
)
def test_a_folder_without_models_is_said_in_korean(
    verb: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*verb, "--models", str(tmp_path)]) == 3
    shown = capsys.readouterr().err
    assert shown.startswith(f"{tmp_path}: 쓰는 모델이 없습니다. ")
    assert "active in" not in shown


def test_notes_and_labels_are_listed_and_change_no_bundle(
    registry: Registry, versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = registry.list(verify=True)
    assert main(["note", versions[1], "추석  메뉴"]) == 0
    assert main(["label", versions[1], "champion"]) == 0
    assert main(["label", versions[0], "challenger"]) == 0
    assert main(["label", versions[2], "champion"]) == 0  # it moves
    capsys.readouterr()
    assert main(["list"]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.endswith("  [challenger]")
    assert second.endswith("  # 추석 메뉴")
    assert third.endswith("  [champion]")
    found = registry.list(verify=True)
    assert [replace(one, note="", labels=()) for one in found] == list(before)
    assert (
        main(["note", versions[1], f"{'가' * 200}\n👨‍👩‍👧\x1b[31m\udcf0"]) == 0
    )  # what a terminal would obey, and half a character
    assert registry.list()[1].note == f"{'가' * 200} 👨‍👩‍👧[31m"
    capsys.readouterr()
    assert main(["list"]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith(f"  # {'가' * 100}…")
    assert main(["note", versions[1], ""]) == 0
    assert registry.list()[1].note == ""
    assert main(["note", "20261121-143015-ab12cd34", "x"]) == 2
    assert main(["label", versions[0], "best"]) == 2


def test_a_deleted_version_takes_its_note_and_labels_with_it(registry: Registry, versions: list[str]) -> None:
    assert main(["note", versions[1], "x"]) == main(["label", versions[1], "champion"]) == 0
    assert main(["delete", versions[1]]) == 0
    assert json.loads((registry.root / "NOTES").read_text()) == {"texts": {}, "labels": {}}


def test_damaged_notes_hide_no_model_and_are_not_overwritten(
    registry: Registry, versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (registry.root / "NOTES").write_text("{")
    assert main(["list"]) == 0
    assert main(["note", versions[0], "x"]) == 3
    assert "메모가 적힌 파일이 깨졌습니다" in capsys.readouterr().err
    assert (registry.root / "NOTES").read_text() == "{"


def test_what_was_rolled_back_is_done_again_until_another_is_activated(
    registry: Registry, real_versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third = real_versions
    registry.activate(second)
    registry.activate(third)
    assert main(["rollback"]) == main(["rollback"]) == 0
    assert registry.active() == first
    assert main(["redo"]) == main(["redo"]) == 0
    assert registry.active() == third
    assert main(["redo"]) == 3
    assert main(["rollback"]) == 0
    registry.activate(first)
    assert main(["redo"]) == 3
    assert "다시 쓸 모델이 없습니다" in capsys.readouterr().err
    assert registry.active() == first


def test_a_candidate_is_tried_beside_the_active_version_and_listed_so(
    registry: Registry, real_versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = real_versions[:2]
    registry.activate(first)
    assert main(["canary", second, "--share", "5%"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"카나리아: {second} 모델이 사용자의 5%에게 답합니다. ")
    assert said.endswith("그만두려면: nlu-models canary --off\n")
    assert main(["shadow", second]) == 0
    assert "요청의 20%에 곁에서 답합니다 (보이지 않게)" in capsys.readouterr().out
    main(["list"])
    assert "(그림자 20%)" in capsys.readouterr().out
    main(["list", "--json"])
    assert json.loads(capsys.readouterr().out)[1]["trials"] == {"canary": 0.05, "shadow": 0.2}
    assert registry.active() == first
    assert main(["canary", "--off"]) == 0
    assert capsys.readouterr().out == f"{second}: 카나리아 시험을 그만둡니다.\n"
    assert main(["canary"]) == 0
    assert "UTC에 끝남, 그만둠)" in capsys.readouterr().out
    main(["canary", "--off"])
    assert capsys.readouterr().out == "카나리아: 시험 중인 모델이 없습니다.\n"


@pytest.mark.parametrize("share", ["0", "0%", "1.01", "101%", "-1", "다섯", "5％", "nan", ""])
def test_a_share_is_a_part_of_the_whole(
    registry: Registry, versions: list[str], share: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["canary", versions[1], "--share", share]) == 2
    assert f"0보다 크고 1까지인 몫이 필요합니다. 예: 0.05, 5%. 지금은 {share!r}입니다" in capsys.readouterr().err


def test_the_active_version_is_no_candidate(
    registry: Registry, real_versions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    registry.activate(real_versions[0])
    assert main(["shadow", real_versions[0]]) == 3
    assert "지금 쓰는 모델이라 곁에서 시험할 수 없습니다" in capsys.readouterr().err
