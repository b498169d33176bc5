"""What can be checked of the image and the compose file without Docker."""

from __future__ import annotations

import configparser
import re
from typing import Any

import pytest
import yaml

from server.settings import ServerSettings
from tests.processes import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
WRITTEN = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (DEPLOY / "env.example").read_text(encoding="utf-8")


def test_the_image_installs_what_serving_needs_and_nothing_of_training() -> None:
    (extras,) = re.findall(r'pip install --no-cache-dir --constraint constraints\.txt "\.\[([a-z,]+)\]"', DOCKERFILE)
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = setup["options"]["install_requires"]
    wanted += "".join(setup["options.extras_require"][extra] for extra in extras.split(","))
    assert "train" not in extras.split(",")
    assert not re.search(r"^(torch|gensim|onnx|pandas)\b", wanted, flags=re.MULTILINE)
    assert "gunicorn" in wanted
    assert "psycopg" in wanted


def test_the_image_runs_as_nobody_special_and_tells_its_health() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001$", last, flags=re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert last.index("\nUSER") < last.index("\nCMD")


@pytest.mark.parametrize("path", re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, flags=re.MULTILINE))
def test_what_the_image_copies_is_there_and_not_ignored(path: str) -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for name in path.split():
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored


def test_secrets_come_from_the_environment_and_the_example_holds_none() -> None:
    needed = set(re.findall(r"\$\{(\w+):\?", WRITTEN))
    named = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, flags=re.MULTILINE))
    assert {"NLU_API_KEY", "POSTGRES_PASSWORD", "GRAFANA_PASSWORD"} <= needed
    assert set(re.findall(r"\$\{(\w+)", WRITTEN)) == named.keys()
    assert not any(named[name] for name in named if "PASSWORD" in name or "KEY" in name)
    assert "/deploy/.env" in (ROOT / ".gitignore").read_text().split()


def test_the_servers_start_when_the_tables_of_records_are_made() -> None:
    services = COMPOSE["services"]
    assert services["tables"]["command"] == ["nlu-records", "migrate"]
    assert services["tables"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("nlu1", "nlu2"):
        assert services[name]["depends_on"] == {"tables": {"condition": "service_completed_successfully"}}


def test_every_setting_of_the_servers_exists() -> None:
    given = set(re.findall(r"\b(NLU_[A-Z_]+)\b", WRITTEN + DOCKERFILE))
    assert given <= ServerSettings().to_environment().keys()


def test_every_file_that_is_mounted_is_there() -> None:
    for name, service in COMPOSE["services"].items():
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in COMPOSE["volumes"] or source.startswith("${") or (DEPLOY / source).exists(), (name, volume)


def test_nginx_and_prometheus_know_the_servers_by_their_names() -> None:
    servers = {f"{name}:8000" for name in COMPOSE["services"] if name.startswith("nlu")}
    balancer = (DEPLOY / "nginx/nginx.conf").read_text(encoding="utf-8")
    scraped = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    assert servers == {"nlu1:8000", "nlu2:8000"}
    assert set(re.findall(r"^\s+server (\S+:\d+) ", balancer, flags=re.MULTILINE)) == servers
    assert set(scraped[0]["static_configs"][0]["targets"]) == servers


def test_nobody_outside_reaches_the_servers_but_through_nginx() -> None:
    for name, service in COMPOSE["services"].items():
        if name not in ("nginx", "grafana"):
            assert "ports" not in service, name
            assert set(service["networks"]) == {"inside"}, name
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["grafana"]["ports"])
