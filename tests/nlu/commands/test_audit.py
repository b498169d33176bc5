from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from nlu.adjustment.runs import State as RunState
from nlu.audit.files import ACTIONS as FILE_ACTIONS
from nlu.commands import convert, data, generate, models
from nlu.commands.audit import main
from nlu.commands.audit_text import ACTIONS
from nlu.inbox import decisions
from nlu.store.registry import Registry
from tests.bundles import START
from tests.nlu import tiny


@pytest.fixture(autouse=True)
def audit_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLU_AUDIT", "on")
    monkeypatch.setenv("NLU_ACTOR", "김저자")


def listed(capsys: pytest.CaptureFixture[str], *filters: str) -> list[dict]:
    capsys.readouterr()
    assert main(["list", "--json", "--most", "1000", *filters]) == 0
    return json.loads(capsys.readouterr().out)[::-1]


def done(rows: list[dict]) -> list[tuple[str, str]]:
    return [(row["action"], row["subject"]) for row in rows]


def test_making_data_is_written_down_with_what_changed_in_the_files(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate.main(["--count", "60"]) == 0
    first = listed(capsys)
    assert done(first)[-1] == ("data.generate", "data")
    assert ("dictionary.change", "dictionaries/dict.csv") in done(first)
    assert {row["actor"] for row in first} == {"김저자"}
    assert {row["source"] for row in first} == {"nlu-generate"}
    path = project / "dictionaries" / "dict.csv"
    path.write_text(path.read_text(encoding="utf-8") + "menu,우동,\n", encoding="utf-8")
    (project / "promotion.toml").write_text("", encoding="utf-8")
    generate.main(["--count", "60"])
    changed = listed(capsys)[len(first) :]
    assert done(changed) == [
        ("dictionary.change", "dictionaries/dict.csv"),
        ("policy.change", "promotion.toml"),
        ("data.generate", "data"),
    ]
    (known,) = [row for row in first if row["subject"] == "dictionaries/dict.csv"]
    assert changed[0]["detail"]["before"] == known["detail"]["after"] != changed[0]["detail"]["after"]
    assert changed[2]["detail"]["before"] == first[-1]["detail"]["after"]
    generate.main(["--count", "60"])
    assert len(listed(capsys)) == len(first) + 3  # nothing changed
    (project / "promotion.toml").unlink()
    generate.main(["--count", "60"])
    (gone,) = listed(capsys)[len(first) + 3 :]
    assert (gone["action"], gone["detail"]["after"]) == ("policy.change", None)


def test_putting_files_back_and_converting_are_written_down(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generate.main(["--count", "60"])
    path = project / "patterns" / "pattern.txt"
    path.write_text(path.read_text(encoding="utf-8") + "[greet]\n또 왔네\n", encoding="utf-8")
    assert data.main(["restore", "last", "--force"]) == 0
    assert ("data.restore", "nlu-data restore") in [(row["action"], row["source"]) for row in listed(capsys)]
    (project / "talk.csv").write_text("text,intent\n안녕,greet\n", encoding="utf-8")
    assert convert.main(["talk.csv", "talk.jsonl"]) == 0
    converted = listed(capsys)[-1]
    assert (converted["action"], converted["subject"]) == ("data.convert", "talk.jsonl")
    assert converted["detail"]["before"] is None
    assert not any("안녕" in json.dumps(row, ensure_ascii=False) for row in listed(capsys))


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_bundle_files: Mapping[str, bytes]) -> list[str]:
    monkeypatch.setenv("NLU_MODELS", str(tmp_path / "models"))
    registry = Registry(tmp_path / "models")
    times = [START + timedelta(minutes=number) for number in range(3)]
    made = [registry.publish(tiny_bundle_files, replace(tiny.MANIFEST, created_at=time)) for time in times]
    registry.activate(made[0])
    return made


def test_what_is_done_to_models_is_written_down(
    versions: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third = versions
    bundle = shutil.copytree(Registry(tmp_path / "models").path(third), tmp_path / "elsewhere")
    for asked in (
        ["activate", second],
        ["rollback"],
        ["redo"],
        ["note", first, "추석 메뉴"],
        ["label", first, "champion"],
        ["delete", third],
        ["add", str(bundle)],
        ["prune", "--keep", "1"],
        ["list"],
    ):
        assert models.main(asked) == 0, asked
    rows = listed(capsys, "--action", "model")
    assert done(rows) == [
        ("model.activate", second),
        ("model.rollback", first),
        ("model.redo", second),
        ("model.note", first),
        ("model.label", first),
        ("model.delete", third),
        ("model.add", third),
        ("model.delete", first),
    ]
    assert rows[0]["detail"] == {"before": first}
    assert "추석" not in json.dumps(rows, ensure_ascii=False)
    assert models.main(["activate", "20200101-000000-00000000"]) != 0
    assert len(listed(capsys)) == len(rows)


def test_where_a_model_comes_from_is_told(
    versions: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models.main(["activate", versions[1]])
    capsys.readouterr()
    assert main(["version", versions[1], "--data", str(tmp_path / "data")]) == 0
    told = capsys.readouterr().out
    assert "지금 답하는 모델" in told
    assert "김저자  모델 씀  (nlu-models activate)" in told
    assert main(["version", versions[2], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["was_served"], found["audit"]) == (False, [])


def altered(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        for what in ("UPDATE", "DELETE"):
            connection.execute(f"DROP TRIGGER IF EXISTS audit_no_{what}")
        connection.execute(statement)
    connection.close()


def test_an_altered_and_a_missing_row_are_found(
    versions: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(4):
        models.main(["note", versions[0], f"{number}"])
    capsys.readouterr()
    assert main(["verify"]) == 0
    assert capsys.readouterr().out == "4줄을 확인했습니다. 모두 그대로입니다.\n"
    main(["head"])
    head, path = capsys.readouterr().out.strip(), tmp_path / "records" / "records.db"
    altered(path, "UPDATE audit SET actor = '다른 사람' WHERE number = 2")
    assert main(["verify"]) == 1
    assert "2번 줄이 고쳐졌습니다." in capsys.readouterr().out
    altered(path, "DELETE FROM audit WHERE number = 2")
    assert main(["verify"]) == 1
    assert "2번부터 2번까지의 줄이 없습니다." in capsys.readouterr().out
    altered(path, "DELETE FROM audit WHERE number > 2")
    altered(path, "UPDATE audit_head SET number = 1, hash = (SELECT hash FROM audit)")
    assert main(["verify"]) == 0
    assert main(["verify", "--head", head]) == 1
    assert "끝의 2번부터 4번까지의 줄이 없습니다." in capsys.readouterr().out


def test_rows_are_chosen_and_exported(versions: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models.main(["label", versions[0], "champion"])
    models.main(["note", versions[1], "="])
    assert main(["export", str(tmp_path / "a.csv"), "--subject", versions[1]]) == 0
    with (tmp_path / "a.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert (row["actor"], row["action"], row["detail"]) == ("김저자", "model.note", '{"characters": 1}')
    assert main(["export", str(tmp_path / "a.jsonl")]) == 0
    assert len((tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert listed(capsys, "--since", "2999-01-01") == []
    assert len(listed(capsys, "--days", "1", "--actor", "김저자")) == 2
    assert main(["list", "--action", "model.label"]) == 0
    assert "김저자  모델에 이름표" in capsys.readouterr().out
    assert main(["list", "--since", "어제"]) == 2


@pytest.mark.parametrize("url", ["sqlite:///{folder}/file/records.db", "postgresql://nlu@127.0.0.1:1/nlu"])
def test_a_command_goes_on_where_the_database_is_away(
    versions: list[str], tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NLU_RECORDS_URL", url.format(folder=tmp_path))
    assert models.main(["label", versions[0], "champion"]) == 0
    shown = capsys.readouterr()
    assert shown.out == f"{versions[0]}: 이름표 champion\n"
    assert shown.err.startswith("주의: 감사에 적지 못했습니다 (하던 일은 그대로 되었습니다): ")


def test_it_can_be_turned_off(versions: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLU_AUDIT", "off")
    models.main(["label", versions[0], "champion"])
    assert not (tmp_path / "records").exists()
    assert main(["list"]) == 0


def test_all_that_is_done_has_a_korean_name() -> None:
    decided = (f"inbox.{action}" for action in get_args(decisions.Action))
    runs = (f"loop.{state}" for state in get_args(RunState))
    assert {*decided, *runs, *FILE_ACTIONS.values()} <= ACTIONS.keys()
