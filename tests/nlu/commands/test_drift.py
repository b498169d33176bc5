from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from nlu.audit.store import rows
from nlu.commands.drift import main
from nlu.drift.reading import Reader
from nlu.drift.sample import Heard
from nlu.drift.sketch import Sketch
from nlu.journal.store import RecordStore
from nlu.store.bundle import Bundle, write_bundle
from tests.nlu import tiny
from tests.nlu.drift.examples import heard, mixed, refunds
from tests.nlu.drift.test_passing import record


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_bundle_files: Mapping[str, bytes]) -> Bundle:
    """The tiny bot in `models`, with a sketch of what people wrote."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NLU_RECORDS_URL", raising=False)
    bare = write_bundle(tmp_path / "bare", tiny_bundle_files, tiny.MANIFEST)
    sketch = Sketch.of(Reader.open(bare).read(heard(1_000, seed=1)), "written")
    return write_bundle(tmp_path / "models", {**tiny_bundle_files, **sketch.files()}, tiny.MANIFEST)


def recorded(path: Path, several: Sequence[Heard]) -> str:
    """Write a file as `GET /records` gives records."""
    lines = [
        {
            "parse_id": f"{at:032x}",
            "time": f"2026-11-21T10:{at % 60:02}:00+00:00",
            "text": one.text,
            "intent": {"name": one.intent, "confidence": one.confidence},
            "entities": [{"entity": name, "start": 0, "end": 1, "value": "?"} for name in one.entities],
            "feedback": [],
        }
        for at, one in enumerate(several)
    ]
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")
    return str(path)


def test_a_quiet_file_ends_well_and_one_with_a_new_subject_as_a_check_that_failed(
    bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = recorded(tmp_path / "quiet.jsonl", heard(600, seed=2))
    assert main([quiet]) == 0
    assert "달라졌다고 볼 것이 없습니다." in capsys.readouterr().out
    moved = recorded(tmp_path / "moved.jsonl", heard(500, seed=2) + mixed(heard(475, seed=3), refunds(25)))
    assert main([moved]) == 1
    told = capsys.readouterr().out
    assert "첫 경보: 발화" in told
    assert "! 쓰는 낱말" in told
    assert "환불" in told.partition("이렇게 만든 발화:")[2]
    assert main([moved, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert 500 < found["first_alarm"] <= 1_000
    assert found["windows"][-1]["end"] == 1_000


def test_texts_without_answers_are_answered_and_labels_measure_the_accuracy(
    bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [{"text": one.text, "intent": one.intent} for one in tiny.corpus()[:120]]
    path = tmp_path / "texts.jsonl"
    path.write_text("\ufeff" + "".join(f"{json.dumps(line)}\n\n" for line in lines), encoding="utf-8")
    main([str(path), "--reference", str(path), "--json"])
    (window, *_) = json.loads(capsys.readouterr().out)["windows"]
    assert window["accuracy"][-1]["method"] == "feedback"
    assert window["accuracy"][-1]["value"] > 0.9


def test_a_table_is_answered_too(bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"{one.text},{one.intent}\n" for one in tiny.corpus()[:120] if "," not in one.text)
    (tmp_path / "texts.csv").write_text(f"고객 말씀,분류\n{rows}", encoding="cp949")
    main([str(tmp_path / "texts.csv"), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["utterances"] == rows.count("\n")
    assert found["windows"][-1]["accuracy"][-1]["method"] == "feedback"


@pytest.mark.parametrize(
    "line", ["[]", "{", '{"text": 3}', '{"text": "a", "confidence": 2, "intent": "b"}', '{"text": "a", "time": "x"}']
)
def test_a_line_that_is_something_else_is_named(
    bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    (tmp_path / "bad.jsonl").write_text(f'{{"text": "안녕"}}\n{line}\n', encoding="utf-8")
    assert main([str(tmp_path / "bad.jsonl")]) == 2
    assert "2번째 줄" in capsys.readouterr().err


def test_records_are_compared_and_made_the_reference_by_name(
    bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([]) == 0
    assert "아직 기록된 발화가 없습니다." in capsys.readouterr().out
    assert main(["--rebase"]) == 2
    store = RecordStore(f"sqlite:///{tmp_path / 'records' / 'records.db'}")
    record(store, bundle.version, mixed(heard(475, seed=3), refunds(125)))
    assert main([]) == 1
    assert "환불" in capsys.readouterr().out
    monkeypatch.setenv("NLU_ACTOR", "김저자")
    assert main(["--rebase"]) == 0
    assert main([]) == 0
    (row,) = rows(store.database)
    store.close()
    assert (row.actor, row.action, row.subject) == ("김저자", "drift.rebase", bundle.version)


def test_a_bundle_without_a_sketch_says_what_to_do(
    tmp_path: Path, bundle: Bundle, capsys: pytest.CaptureFixture[str]
) -> None:
    path = recorded(tmp_path / "some.jsonl", heard(200))
    assert main([path, "--models", str(tmp_path / "bare")]) == 2
    assert "--reference" in capsys.readouterr().err
    assert main(["--models", str(tmp_path / "bare")]) == 0
    assert "기준을 모으는 중입니다: 0 / 2,000" in capsys.readouterr().out


def test_what_does_not_go_together_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    path = recorded(tmp_path / "some.jsonl", heard(200))
    assert main([path, "--rebase"]) == 2
    assert main(["--reference", path]) == 2
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    assert main([str(tmp_path / "empty.jsonl")]) == 2
    assert main([str(tmp_path / "none.jsonl")]) == 2
