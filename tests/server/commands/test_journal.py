from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nlu.journal.rows import to_row
from nlu.journal.store import RecordStore
from server.commands.journal import main
from tests.nlu.journal.examples import a_fallback, a_feedback, a_row, an_id


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordStore]:
    monkeypatch.setenv("NLU_MODELS", str(tmp_path / "models"))
    made = RecordStore(f"sqlite:///{tmp_path}/records/records.db")
    made.migrate()
    yield made
    made.close()


def test_the_numbers_are_shown(store: RecordStore, capsys: pytest.CaptureFixture[str]) -> None:
    store.write([a_row(1), a_row(2), a_row(3), to_row(a_fallback(4))])
    store.add_feedback(an_id(1), a_feedback())
    assert main(["stats"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{store.place}: 기록 4개",
        "2026-11-21 14:31 UTC부터 2026-11-21 14:34 UTC까지",
        "알아듣지 못함 1개(25.0%), 피드백 있음 1개(25.0%)",
        "  order_food  3개(75.0%)",
        "  nlu_fallback  1개(25.0%)",
    ]
    assert main(["stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["intents"] == {"order_food": 3, "nlu_fallback": 1}


def test_the_numbers_of_nothing_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NLU_MODELS", str(tmp_path / "models"))
    assert main(["stats"]) == 0
    assert capsys.readouterr().out == f"sqlite:///{tmp_path}/records/records.db: 기록 0개\n"


def test_old_records_are_deleted(
    store: RecordStore, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    store.write([a_row(number, time=now - timedelta(days=number)) for number in range(1, 1400)])
    assert main(["prune", "--days", "1000"]) == 0
    assert main(["prune"]) == 0
    assert capsys.readouterr().out == "기록 400개를 지웠습니다.\n기록 910개를 지웠습니다.\n"
    monkeypatch.setenv("NLU_RECORD_DAYS", "0")
    assert main(["prune"]) == 2
    assert "--days" in capsys.readouterr().err


def test_tables_are_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NLU_RECORDS_URL", f"sqlite:///{tmp_path}/a/b.db")
    assert main(["migrate"]) == main(["migrate"]) == 0
    place = f"sqlite:///{tmp_path}/a/b.db"
    assert capsys.readouterr().out == f"{place}: 표를 새로 고쳤습니다.\n{place}: 고칠 것이 없습니다.\n"


def test_an_export_labels_a_repeated_text_as_the_last_said(
    store: RecordStore, capsys: pytest.CaptureFixture[str]
) -> None:
    store.write([a_row(1, "피자"), a_row(2, "피자"), a_row(3, "콜라")])
    for number, intent in ((1, "a"), (3, "b"), (2, "c")):
        store.add_feedback(an_id(number), a_feedback(intent))
    assert main(["export"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["text"], line["intent"]) for line in lines] == [("콜라", "b"), ("피자", "c")]


def test_a_database_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("NLU_RECORDS_URL", "postgresql://nlu:geheim@127.0.0.1:1/records")
    assert main(["stats"]) == 4
    said = capsys.readouterr().err
    assert said.startswith("기록을 쓸 수 없습니다: postgresql+psycopg://nlu:***@127.0.0.1:1/records: ")
    assert "geheim" not in said
