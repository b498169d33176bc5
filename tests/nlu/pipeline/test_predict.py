from __future__ import annotations

import csv
import io
import json
import os
import random
import signal
import time
from pathlib import Path

import openpyxl
import pytest

from nlu.data.importers import read_any
from nlu.errors import InputError, UnknownChoiceError
from nlu.events import Event, Notice, Progress
from nlu.pipeline import predict as prediction
from nlu.pipeline.predict import predict
from nlu.store.bundle import Bundle
from nlu.understanding.parser import UtteranceParser
from tests.processes import until

SAID = ("판교 날씨 알려줘", "피자 주문해 줘", "서울에서 부산까지 얼마나 걸려", "", "주식이 올랐을까", "아" * 3000)


def table(path: Path, count: int = 6) -> Path:
    rows = [(number, f"{SAID[number % len(SAID)]}{number // 6 or ''}", ' "x", y ') for number in range(count)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("번호", "문의", "intent"), *rows])
    return path


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_every_row_keeps_its_cells_and_gets_its_answer(tmp_path: Path, tiny_bundle: Bundle) -> None:
    parser = UtteranceParser.from_bundle(tiny_bundle)
    found = predict(table(tmp_path / "in.csv"), tmp_path / "out.csv", tiny_bundle.folder)
    rows = read(tmp_path / "out.csv")
    assert found.columns == ("predicted_intent", "confidence", "entities", "fallback")
    assert [row["번호"] for row in rows] == [*"012345"]
    assert {row["intent"] for row in rows} == {' "x", y '}
    for row in rows[:3]:
        parse = parser.parse(row["문의"])
        assert row["predicted_intent"] == parse.intent.name
        assert float(row["confidence"]) == pytest.approx(parse.intent.confidence, abs=1e-5)
        assert [one["value"] for one in json.loads(row["entities"])] == [one.raw for one in parse.entities]
    assert [row["fallback"] for row in rows[3:]] == ["nothing", rows[4]["fallback"], "too_long"]
    assert rows[4]["predicted_intent"] == "nlu_fallback"
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


@pytest.mark.slow  # starts two processes, which load the model
def test_several_processes_give_the_same_bytes(tmp_path: Path, tiny_bundle: Bundle) -> None:
    source = table(tmp_path / "in.csv", 600)
    predict(source, tmp_path / "one.csv", tiny_bundle.folder)
    predict(source, tmp_path / "two.csv", tiny_bundle.folder, processes=2)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def how_far(folder: Path) -> int:
    try:
        return int(json.loads((folder / ".out.csv.work/note.json").read_text("utf-8"))["done"])
    except FileNotFoundError:
        return 0


@pytest.mark.slow  # real processes are killed
def test_what_is_killed_goes_on_to_the_same_bytes(
    tmp_path: Path, tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prediction, "CHUNK", 16)
    monkeypatch.setattr(prediction, "_NOTED_SECONDS", 0.0)
    source, rng, told = table(tmp_path / "in.csv", 1200), random.Random(0), list[Event]()
    predict(source, tmp_path / "whole.csv", tiny_bundle.folder)
    for _ in range(6):
        before = how_far(tmp_path)
        child = os.fork()
        if not child:
            try:
                predict(source, tmp_path / "out.csv", tiny_bundle.folder)
            finally:
                os._exit(0)
        until(lambda before=before: how_far(tmp_path) > before + 1)
        time.sleep(rng.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert not (tmp_path / "out.csv").exists()
    assert predict(source, tmp_path / "out.csv", tiny_bundle.folder, listen=told.append).resumed > 0
    assert any(isinstance(event, Notice) and event.code == "predict.resumed" for event in told)
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_what_another_source_left_behind_is_not_used(
    tmp_path: Path, tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prediction, "CHUNK", 2)
    monkeypatch.setattr(prediction, "_NOTED_SECONDS", 0.0)

    def cut_off(event: Event) -> None:
        if isinstance(event, Progress) and event.done == 4:
            raise KeyboardInterrupt

    source = table(tmp_path / "in.csv", 12)
    with pytest.raises(KeyboardInterrupt):
        predict(source, tmp_path / "out.csv", tiny_bundle.folder, listen=cut_off)
    assert not (tmp_path / "out.csv").exists()
    source.write_text(source.read_text("utf-8").replace("판교", "부산"), encoding="utf-8")
    assert predict(source, tmp_path / "out.csv", tiny_bundle.folder).resumed == 0
    assert "부산 날씨" in (tmp_path / "out.csv").read_text("utf-8")


def test_formats_become_one_another_and_equal_runs_give_equal_workbooks(tmp_path: Path, tiny_bundle: Bundle) -> None:
    source = table(tmp_path / "in.csv")
    for name in ("a.xlsx", "b.xlsx", "a.jsonl", "a.tsv"):
        predict(source, tmp_path / name, tiny_bundle.folder)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [cell.value for cell in sheet[1]][:4] == ["번호", "문의", "intent", "predicted_intent"]
    assert sheet["D2"].value == "weather"
    predict(tmp_path / "a.xlsx", tmp_path / "c.jsonl", tiny_bundle.folder, text="문의")
    (first, *_) = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert first["entities"][0]["value"] == "판교"
    assert first["fallback"] is None
    assert (tmp_path / "a.tsv").read_text("utf-8-sig").startswith("번호\t문의\t")


def test_rows_that_say_something_else_in_json_are_kept_as_they_are(tmp_path: Path, tiny_bundle: Bundle) -> None:
    rows = ['{"text": "판교 날씨 알려줘", "meta": {"a": [1]}}', "{", '{"text": null, "late": true}', '{"text": 7}']
    (tmp_path / "in.jsonl").write_text("\n".join(rows), encoding="utf-8")
    predict(tmp_path / "in.jsonl", tmp_path / "out.jsonl", tiny_bundle.folder)
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [row.get("meta") for row in found] == [{"a": [1]}, None, None, None]
    assert [row["fallback"] for row in found][1:3] == ["unreadable", "nothing"]
    predict(tmp_path / "in.jsonl", tmp_path / "out.csv", tiny_bundle.folder)
    assert list(read(tmp_path / "out.csv")[0])[:3] == ["text", "meta", "late"]


def test_predictions_can_be_imported_as_labels(tmp_path: Path, tiny_bundle: Bundle) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "판교 날씨 알려줘"}\n', encoding="utf-8")
    predict(tmp_path / "in.jsonl", tmp_path / "out.jsonl", tiny_bundle.folder)
    (one,) = read_any(tmp_path / "out.jsonl").utterances
    assert (one.intent, [span.entity for span in one.spans]) == ("weather", ["loc"])


def test_a_result_is_never_written_over_its_source(tmp_path: Path, tiny_bundle: Bundle) -> None:
    source = table(tmp_path / "in.csv")
    with pytest.raises(InputError, match="would replace"):
        predict(source, source, tiny_bundle.folder)
    with pytest.raises(UnknownChoiceError, match="pdf"):
        predict(source, tmp_path / "out.pdf", tiny_bundle.folder)
