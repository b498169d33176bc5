"""The dashboard and the alerts speak of what the server tells, and of nothing else."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from nlu.drift.store import Kept
from server.metrics import Metrics
from server.monitoring.gauges import DriftGauges
from server.monitoring.loop_gauge import LoopGauge
from tests.processes import ROOT

DEPLOY = ROOT / "deploy"
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana/dashboards/nlu.json").read_text(encoding="utf-8"))
ALERTS: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def dashboard_expressions() -> Iterator[str]:
    for panel in PANELS:
        for target in panel["targets"]:
            yield target["expr"]
    for variable in DASHBOARD["templating"]["list"]:
        yield variable["query"]["query"]


def metrics_with_drift() -> Metrics:
    """The server's numbers, with those of a check."""
    signals = [{"name": "words", "psi": 0.1, "adjusted": 0.5}]
    check = {
        "reference": {"kind": "written"},
        "window": {"size": 500},
        "baseline": {"wanted": 0},
        "signals": signals,
        "movers": [{"id": "01ab", "weight": 0.5}],
        "accuracy": [{"method": "confidence", "value": 0.8, "low": 0.7, "high": 0.9}],
    }
    metrics = Metrics()
    metrics.collect_from(DriftGauges(lambda: ("1", Kept(datetime.now(UTC), False, check))))
    metrics.collect_from(LoopGauge(lambda: None))
    return metrics


def exported() -> dict[str, set[str]]:
    """Each name of a sample that the server can tell, and its labels."""
    samples = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
    metrics = metrics_with_drift()
    labels = {
        "nlu_drift_alarm": {"reference", "version"},
        "nlu_drift_psi": {"signal"},
        "nlu_drift_chance": {"signal"},
        "nlu_drift_mover": {"place", "record"},
        **{f"nlu_estimated_accuracy{end}": {"method"} for end in ("", "_low", "_high")},
        "nlu_http_requests": {"route", "method", "status"},
        "nlu_http_request_duration_seconds": {"route"},
        "nlu_parses": {"intent"},
        "nlu_entities": {"entity"},
        "nlu_model_processes": {"version"},
        "nlu_loop_run": {"state"},
        "nlu_canary_processes": {"version"},
        "nlu_trials_stopped": {"kind", "reason"},
    }
    found = {"up": {"job", "instance"}}
    for family in text_string_to_metric_families(metrics.render("")[0].decode()):
        for ending in samples.get(family.type, ()):
            extra = {"le"} if ending == "_bucket" else set()
            found[family.name + ending] = labels.get(family.name, set()) | extra | {"job", "instance"}
    return found


@pytest.mark.parametrize("expression", [*dashboard_expressions(), *(rule["expr"] for rule in RULES)])
def test_every_expression_names_metrics_and_labels_that_the_server_exports(expression: str) -> None:
    known = exported()
    names = re.findall(r"\b(nlu_[a-z_]+|up)\b", expression)
    assert names
    assert set(names) <= known.keys()
    for name, matchers in re.findall(r"\b(nlu_[a-z_]+|up)\{([^}]*)\}", expression):
        assert {label.strip() for label in re.findall(r"([a-z_]+)\s*[=!]", matchers)} <= known[name]


def test_every_metric_of_the_server_is_shown_or_watched() -> None:
    written = " ".join([*dashboard_expressions(), *(rule["expr"] for rule in RULES)])
    families = {family.name for family in text_string_to_metric_families(metrics_with_drift().render("")[0].decode())}
    assert {name for name in families if name not in written and not name.endswith("_created")} == set()


def test_panels_lie_beside_one_another_without_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"].keys() == {"summary", "description"}


@pytest.mark.promtool
def test_the_alerts_fire_when_they_should_and_not_before() -> None:
    run_promtool("test", "rules", "alerts_test.yml", folder=DEPLOY / "prometheus")


@pytest.mark.alertmanager
def test_the_alertmanager_takes_its_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DEPLOY))
    monkeypatch.setenv("ALERT_WEBHOOK", "https://operators.example/alerts?key=a-secret")
    from loopback import alertmanager

    assert alertmanager(tmp_path, 9093)
    command = ["amtool", "check-config", str(tmp_path / "alertmanager.yml")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.promtool
def test_prometheus_takes_its_configuration() -> None:
    run_promtool("check", "config", "prometheus.yml", folder=DEPLOY / "prometheus")


@pytest.mark.promtool
def test_prometheus_understands_every_expression_of_the_dashboard(tmp_path: Path) -> None:
    expressions = [
        expression.replace("$__rate_interval", "1m").replace("$instance", ".*")
        for expression in dashboard_expressions()
        if not expression.startswith("label_values(")
    ]
    rules = [{"record": f"panel:{number}", "expr": expression} for number, expression in enumerate(expressions)]
    (tmp_path / "panels.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    run_promtool("check", "rules", "panels.yml", folder=tmp_path)


def run_promtool(*arguments: str, folder: Path) -> None:
    run = subprocess.run(["promtool", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
