from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlu.adjustment.shadowing import ShadowCounts, Shadowing
from nlu.commands.models import main
from nlu.database.engine import Database
from nlu.database.place import database_url
from nlu.journal.rows import UnmaskedRecord, to_row
from nlu.journal.store import RecordStore
from nlu.store.registry import Registry
from tests.server.words import WordParser, publish


@pytest.fixture
def candidate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A shadow that understood one of two recorded utterances otherwise."""
    monkeypatch.chdir(tmp_path)
    models = tmp_path / "models"
    active, version = publish(models, 0), publish(models, 1, activate=False)
    Registry(models).try_beside("shadow", version, 0.5)
    database, parser = Database(database_url(models)), WordParser({"피자": "menu", "판교": "loc"}, active)
    database.prepare()
    record = UnmaskedRecord(
        "a" * 32, datetime(2026, 11, 30, 12, tzinfo=UTC), "/parse", "", parser.parse("판교에서 피자")
    )
    RecordStore(database).write([to_row(record)])
    row = {"version": version, "intent": "greet", "confidence": 0.5, "is_fallback": False, "entities": []}
    shadowing, now = Shadowing(database), datetime.now(UTC)
    shadowing.keep([{**row, "record_id": record.id, "other_intent": True}])
    about = {"version": version, "against": active, "place": "here:1", "since": now}
    shadowing.count("b" * 32, about, ShadowCounts(2, 1, 0, 0, 3, 0.004, 200), now)
    database.close()
    return version


def test_what_a_shadow_understood_otherwise_is_listed(candidate: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["differences"]) == 0
    assert capsys.readouterr().out == (
        f"{candidate}: 견준 발화 2개, 의도가 다름 1개(50.0%), 개체만 다름 0개(0.0%), "
        "답하지 못함 0개, 자리가 없어 묻지 못함 3개, "
        "발화 하나에 2.0 ms, 따로 쓰는 메모리 200 MiB\n"
        "11-30 12:00 판교에서 피자\n"
        f"    order_food 0.90 loc:from=판교 menu=피자 → greet 0.50  ({'a' * 32})\n"
    )


def test_the_list_as_json_holds_the_same(candidate: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["differences", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["version"], [row["text"] for row in said["differences"]]) == (candidate, ["판교에서 피자"])


def test_where_nothing_was_tried_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["differences"]) == 0
    assert capsys.readouterr().out == "다르게 알아들은 발화가 없습니다.\n"
