from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from nlu.store.registry import Registry
from nlu.understanding.parser import UtteranceParser
from server import ServerSettings, create_app
from server.live_model import ModelHolder
from server.metrics import FOLDER_VARIABLE, Metrics
from tests.server.words import WordParser, publish


def numbers(text: str) -> dict[tuple[str, ...], float]:
    """Each sample as (name, the values of its labels in the order of their names) -> value."""
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(client: FlaskClient) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    return numbers(answer.text)


def test_requests_are_counted_by_route_method_and_status(client: FlaskClient) -> None:
    for text in ("피자", "", "피자", "고장"):
        client.post("/parse", json={"text": text})
    client.get("/parse")
    found = scrape(client)
    assert found["nlu_http_requests_total", "POST", "/parse", "200"] == 2
    assert found["nlu_http_requests_total", "POST", "/parse", "400"] == 1
    assert found["nlu_http_requests_total", "POST", "/parse", "500"] == 1
    assert found["nlu_http_request_duration_seconds_count", "/parse"] == 4
    assert found["nlu_http_request_duration_seconds_bucket", "+Inf", "/parse"] == 4


def test_the_least_bucket_is_a_quarter_of_a_millisecond(client: FlaskClient) -> None:
    client.post("/parse", json={"text": "피자"})
    buckets = {key[1] for key in scrape(client) if key[0] == "nlu_http_request_duration_seconds_bucket"}
    assert min(buckets - {"+Inf"}, key=float) == "0.00025"


def test_names_that_clients_make_up_make_no_new_series(client: FlaskClient) -> None:
    for number in range(5):
        client.get(f"/{number}")
        client.open("/health", method=f"M{number}")
        client.post("/model/parse", json={"text": f"/intent{number}"})
    found = scrape(client)
    assert found["nlu_http_requests_total", "GET", "unknown", "404"] == 5
    assert sum(found[key] for key in found if key[:2] == ("nlu_http_requests_total", "other")) == 5
    assert not [key for key in found if "intent0" in key or "M0" in key or "/0" in key]


def test_utterances_are_counted_by_intent_entities_by_type(client: FlaskClient) -> None:
    client.post("/parse", json={"text": ["판교에서 피자", "피자", "음"]})
    client.post("/model/parse", json={"text": "피자"})
    client.post("/kakao/skill", json={"userRequest": {"utterance": "글쎄"}})
    found = scrape(client)
    assert found["nlu_parses_total", "order_food"] == 3
    assert found["nlu_parses_total", "nlu_fallback"] == 2
    assert found["nlu_fallbacks_total",] == 2
    assert found["nlu_entities_total", "menu0"] == 3
    assert found["nlu_entities_total", "loc"] == 1
    assert found["nlu_parse_duration_seconds_count",] == 3  # a list counts once: its utterances are parsed together


def test_syllables_that_training_never_saw_are_a_share_of_the_utterance(trained: Path) -> None:
    client = create_app(ServerSettings(trained / "models"), UtteranceParser.load).test_client()
    client.post("/parse", json={"text": "판교 피자"})
    before = scrape(client)
    client.post("/parse", json={"text": "뷁뷁 피자"})
    after = scrape(client)
    assert before["nlu_unknown_syllable_ratio_sum",] == 0
    assert after["nlu_unknown_syllable_ratio_sum",] == 0.5
    assert after["nlu_unknown_syllable_ratio_count",] == 2


def test_each_version_in_service_and_each_load_is_told(models: Path) -> None:
    key = "a-key-of-this-test-alone-0123456789"
    settings = ServerSettings(models, reload_seconds=0, api_key=key)
    client = create_app(settings, WordParser.load).test_client()
    first, second = str(Registry(models).active()), publish(models, 1, activate=False)
    assert scrape(client)["nlu_model_processes", first] == 1
    assert client.put("/model", json={"model_file": second}, headers={"X-API-Key": key}).status_code == 204
    found = scrape(client)
    assert (found["nlu_model_processes", first], found["nlu_model_processes", second]) == (0, 1)
    assert found["nlu_model_loads_total",] == 2
    assert found["nlu_model_load_failures_total",] == found["nlu_model_degraded_processes",] == 0


def test_a_version_that_cannot_be_loaded_is_a_failure_until_a_good_one_comes(models: Path) -> None:
    metrics = Metrics()
    ticks = iter(range(10_000))
    holder = ModelHolder(models, WordParser.load, metrics, reload_seconds=0, clock=lambda: next(ticks))
    first = str(Registry(models).active())
    broken = publish(models, 1)
    (Registry(models).path(broken) / "words.json").write_bytes(b"{}")

    def told() -> tuple[float, float, float]:
        holder.parser()
        found = numbers(metrics.render("")[0].decode())
        names = ("nlu_model_loads_total", "nlu_model_load_failures_total", "nlu_model_degraded_processes")
        return tuple(found[name,] for name in names)

    while told()[1] == 0:
        pass
    assert told()[::2] == (1, 1)
    Registry(models).activate(first)
    while told()[2] == 1:
        pass
    assert told()[0] == 1  # the first version never left


@dataclass
class Statistics:
    queued: int = 0
    written: int = 0
    dropped: int = 0
    failed: int = 0
    renewed: int = 0


def test_what_the_recorder_tells_is_taken_over_as_it_grows() -> None:
    metrics = Metrics()
    for statistics in (Statistics(3, 10, 1, 2), Statistics(3, 10, 1, 2), Statistics(0, 14, 1, 3, 2)):
        metrics.recording(statistics)
    found = numbers(metrics.render("")[0].decode())
    assert found["nlu_records_queued",] == 0
    assert found["nlu_records_written_total",] == 14
    assert found["nlu_records_dropped_total",] == 1
    assert found["nlu_record_write_failures_total",] == 3
    assert found["nlu_records_files_lost_total",] == 2


def test_one_process_of_several_that_share_nothing_says_so(client: FlaskClient) -> None:
    answer = client.get("/metrics", environ_overrides={"wsgi.multiprocess": True})
    assert answer.status_code == 503
    assert answer.json["reason"] == "MetricsUnavailable"
    assert "nlu-serve" in answer.json["help"]


def test_a_process_that_just_makes_its_file_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    metrics = Metrics()
    metrics.answered("/parse", "POST", 200, 0.1)
    (whole,) = tmp_path.glob("counter_*.db")
    beginning = tmp_path / "counter_0.db"
    beginning.touch()
    made = threading.Timer(0.1, lambda: beginning.write_bytes(whole.read_bytes()))
    made.start()
    assert b"nlu_http_requests_total{" in metrics.render("")[0]
    made.join()


def test_a_process_that_ended_keeps_its_counts_and_serves_no_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models: Path
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    client = create_app(ServerSettings(models), WordParser.load).test_client()
    client.post("/parse", json={"text": "피자"})
    version = str(Registry(models).active())
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        for file in list(tmp_path.glob("*.db")):
            prefix = file.name.rpartition("_")[0]
            (tmp_path / f"{prefix}_{other.pid}.db").write_bytes(file.read_bytes())  # as another process would leave it
        assert scrape(client)["nlu_model_processes", version] == 2
        other.kill()
    found = scrape(client)
    assert found["nlu_model_processes", version] == 1
    assert found["nlu_parses_total", "order_food"] == 2
