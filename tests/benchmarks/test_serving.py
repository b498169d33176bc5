from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from benchmarks import load, serving
from nlu.store.bundle import Bundle
from tests.benchmarks.toy import utterances, write_task

pytestmark = pytest.mark.slow


def test_made_up_values_are_distinct_and_of_the_texts_syllables() -> None:
    values = [entry.value for entry in serving.made_up_values(["판교 날씨", "피자 줘"], 500)]
    assert len(set(values)) == 500
    assert set("".join(values)) <= set("판교날씨피자줘")
    assert values == [entry.value for entry in serving.made_up_values(["판교 날씨", "피자 줘"], 500)]


def test_memory_of_a_process_is_at_least_what_it_has_for_itself() -> None:
    found = load.memory(os.getpid())
    assert 0 < found.own <= found.proportional <= found.resident


def test_a_program_that_never_listens_is_said() -> None:
    with pytest.raises(RuntimeError, match="expected a URL from -c pass, got none"), load.serving(["-c", "pass"]):
        pass


@pytest.mark.server
@pytest.mark.wrk
def test_requests_that_fail_are_counted() -> None:
    with load.serving(["-m", "benchmarks.echo", "--workers", "1"]) as (url, pid, seconds):
        assert load.ask(url, [b'{"text": "1"}', b"no JSON"], 2, 1).failed > 10
        assert len(load.children(pid)) == 1
        assert seconds > 0


@pytest.mark.server
@pytest.mark.wrk
@pytest.mark.slow
def test_everything_is_measured_in_one_run(
    tiny_bundle: Bundle, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    texts = write_task(tmp_path / "data" / "toy", utterances()) / "toy" / "train.jsonl"
    quick = ["--seconds", "1", "--connections", "2", "--values", "200", "--workers", "1"]
    options = ["--models", str(tiny_bundle.folder), "--texts", str(texts), "--json", str(tmp_path / "out.json")]
    assert serving.main([*options, *quick]) == 0
    rows = {row["measured"]: row for row in json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rows"]}
    assert rows["in process, one at a time"]["p50_ms"] > 0
    assert rows["echo: 2 connections"]["failed"] == rows["/parse: 2 connections"]["failed"] == 0
    assert rows["/parse: memory of a worker"]["megabytes"] > rows["echo: memory of a worker"]["megabytes"] > 0
    assert rows["200 values, MeCab's too: one at a time"]["per_second"] > 0
    assert "cold start, in process" in capfd.readouterr().out
