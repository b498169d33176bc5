"""What can be checked of the image and the compose file without Docker."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu.jobs.settings import BROKER_VARIABLE
from server.settings import ServerSettings
from tests import compose
from tests.processes import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
WRITTEN = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (DEPLOY / "env.example").read_text(encoding="utf-8")
REQUIREMENTS = (DEPLOY / "requirements.txt").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([\w-]+)==(\S+)", REQUIREMENTS, flags=re.MULTILINE))
WORKER_REQUIREMENTS = (DEPLOY / "requirements-worker.txt").read_text(encoding="utf-8")
ASK_OUTSIDE = {"alertmanager", "worker1", "worker2", "master", "loop"}
"""What sends alerts on, and what asks a store of models, or imports."""
SERVING = ("server", "postgresql", "celery", "s3")
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")


def test_the_image_installs_what_serving_needs_and_nothing_of_training() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = setup["options"]["install_requires"]
    wanted += "".join(setup["options.extras_require"][extra] for extra in SERVING)
    names = {canonical(name) for name in re.findall(r"^([\w-]+)", wanted, flags=re.MULTILINE)}
    assert names <= LOCKED.keys()
    assert not {"torch", "gensim", "onnx", "pandas"} & LOCKED.keys()
    assert {"granian", "psycopg", "psycopg-binary"} <= LOCKED.keys()


def test_the_image_installs_each_package_by_version_and_hash() -> None:
    constraints = dict(re.findall(r"^([\w.-]+)==(\S+)$", CONSTRAINTS, flags=re.MULTILINE))
    known = {canonical(name): version for name, version in constraints.items()}
    others = {"setuptools", "colorama", "tzdata"}  # what builds our package, and what only Windows needs
    assert {name: version for name, version in LOCKED.items() if name not in others} == {
        name: known[name] for name in LOCKED if name not in others
    }
    blocks = re.split(r"^(?=\w)", REQUIREMENTS, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(LOCKED)
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)
    assert "pip install --no-cache-dir --require-hashes --requirement ${REQUIREMENTS}" in DOCKERFILE
    assert "ARG REQUIREMENTS=requirements.txt\n" in DOCKERFILE
    assert "pip install --no-cache-dir --no-deps --no-build-isolation ." in DOCKERFILE
    assert len(re.findall(r"pip install", DOCKERFILE)) == 2


def canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def test_the_image_starts_from_what_a_company_can_replace_by_its_own() -> None:
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE) == ["${BASE}", "${BASE}", "common", "common"]
    assert re.search(r"^ARG BASE=python:3\.\d+-slim-\w+$", DOCKERFILE, flags=re.MULTILINE)


def test_the_image_runs_as_nobody_special_and_tells_its_health() -> None:
    worker, last = DOCKERFILE.split("\nFROM common AS ")[1:]
    for image in (worker, last):
        assert re.search(r"^USER 10001$", image, flags=re.MULTILINE)
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
    assert {"NLU_API_KEY", "POSTGRES_PASSWORD", "GRAFANA_PASSWORD", "REDIS_PASSWORD"} <= needed
    secrets = {one["environment"] for one in COMPOSE["secrets"].values()}
    assert set(re.findall(r"\$\{(\w+)", WRITTEN)) | secrets == named.keys()
    assert not any(named[name] for name in named if "PASSWORD" in name or "KEY" in name)
    assert "/deploy/.env" in (ROOT / ".gitignore").read_text().split()


def test_the_servers_start_when_the_tables_of_records_are_made() -> None:
    services = COMPOSE["services"]
    assert services["tables"]["command"] == ["nlu-records", "migrate"]
    assert services["tables"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("nlu1", "nlu2"):
        assert services[name]["depends_on"] == {"tables": {"condition": "service_completed_successfully"}}


@pytest.mark.compose
def test_compose_takes_the_file_with_the_examples_names_filled_in(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(re.sub(r"^(\w+)=$", r"\1=a-secret-of-the-tests", EXAMPLE, flags=re.MULTILINE))
    found = json.loads(run_compose(tmp_path / ".env", "config", "--format", "json").stdout)
    assert found["services"].keys() == COMPOSE["services"].keys()
    for name in ("tables", "nlu1", "nlu2"):
        server = found["services"][name]
        assert server["environment"]["NLU_API_KEY"] == "a-secret-of-the-tests"
        assert server["environment"]["NLU_RECORDS_URL"] == "postgresql://nlu:a-secret-of-the-tests@postgres:5432/nlu"
        assert (server["read_only"], server["cap_drop"]) == (True, ["ALL"])
        assert Path(server["build"]["context"], server["build"]["dockerfile"]) == DEPLOY / "Dockerfile"
        mounted = {one["target"]: (one["source"], one.get("read_only", False)) for one in server["volumes"]}
        assert mounted == {
            "/srv/nlu/models": (str(ROOT / "models"), False),
            "/srv/nlu/patterns": (str(ROOT / "patterns"), True),  # answers.yml, as it is changed
            "/srv/nlu/project": (str(ROOT), False),
            "/srv/nlu/records": ("logs", False),
        }
    for name in ("worker1", "worker2", "master", "loop"):
        worker = found["services"][name]
        assert worker["environment"] == found["services"]["nlu1"]["environment"]
        assert worker["environment"]["NLU_BROKER_URL"] == "redis://:a-secret-of-the-tests@redis:6379/0"
        assert (worker["image"], worker["build"]["target"]) == ("korean-nlu-worker", "worker")
        assert worker["build"]["args"] == {"REQUIREMENTS": "requirements-worker.txt"}
        assert (worker["read_only"], worker["healthcheck"]) == (True, {"disable": True})
    assert all(one["logging"]["options"] == {"max-size": "50m", "max-file": "4"} for one in found["services"].values())
    published = {name: one.get("ports", []) for name, one in found["services"].items()}
    assert {name: [port["published"] for port in ports] for name, ports in published.items() if ports} == {
        "nginx": ["8080"],
        "grafana": ["3000"],
    }


@pytest.mark.compose
@pytest.mark.parametrize(
    "secret", ["NLU_API_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "GRAFANA_PASSWORD", "ALERT_WEBHOOK"]
)
def test_compose_refuses_to_start_without_a_secret(tmp_path: Path, secret: str) -> None:
    filled = re.sub(r"^(\w+)=$", r"\1=a-secret-of-the-tests", EXAMPLE, flags=re.MULTILINE)
    (tmp_path / ".env").write_text(filled.replace(f"{secret}=a-secret-of-the-tests", f"{secret}="))
    run = run_compose(tmp_path / ".env", "config", "--quiet")
    assert run.returncode != 0
    assert f"{secret} is missing a value: write it into deploy/.env" in run.stderr


def run_compose(environment: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = compose.command()
    assert program is not None
    known = {name: value for name, value in os.environ.items() if name not in re.findall(r"\$\{(\w+)", WRITTEN)}
    command = [program, "--file", str(DEPLOY / "compose.yaml"), "--env-file", str(environment), *arguments]
    return subprocess.run(command, env=known, capture_output=True, text=True, check=False)


def test_every_setting_of_the_servers_exists() -> None:
    given = set(re.findall(r"\b(NLU_[A-Z_]+)\b", WRITTEN + DOCKERFILE))
    assert given - {BROKER_VARIABLE} <= ServerSettings().to_environment().keys()


def test_the_workers_image_installs_all_that_a_server_has_and_what_trains() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = "".join(setup["options.extras_require"][extra] for extra in ("train", "search", "excel"))
    names = {canonical(name) for name in re.findall(r"^([\w-]+)", wanted, flags=re.MULTILINE)}
    locked = dict(re.findall(r"^([\w-]+)==(\S+)", WORKER_REQUIREMENTS, flags=re.MULTILINE))
    assert names <= locked.keys()
    assert locked.items() >= LOCKED.items()
    blocks = re.split(r"^(?=\w)", WORKER_REQUIREMENTS, flags=re.MULTILINE)[1:]
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)


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


def test_what_one_address_may_send_is_set_in_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    named = dict(re.findall(r"^(NGINX_\w+)=(\d+)$", EXAMPLE, flags=re.MULTILINE))
    assert dict(re.findall(r"\$\{(NGINX_\w+):-(\d+)\}", WRITTEN)) == named
    assert COMPOSE["services"]["nginx"]["environment"].keys() == named.keys()
    assert "./nginx/templates:/etc/nginx/templates:ro" in COMPOSE["services"]["nginx"]["volumes"]
    assert "include /etc/nginx/conf.d/limits.conf;" in (DEPLOY / "nginx/nginx.conf").read_text(encoding="utf-8")
    for path in (DEPLOY / "nginx").glob("*.conf"):
        assert not re.search(r"\b(rate|burst)=", path.read_text(encoding="utf-8")), path
    monkeypatch.syspath_prepend(str(DEPLOY))
    monkeypatch.setenv("NGINX_RATE", "7")
    monkeypatch.delenv("NGINX_BURST", raising=False)
    from loopback import limits

    rules = limits()
    assert "limit_req_zone $binary_remote_addr zone=clients:10m rate=7r/s;" in rules
    assert f"limit_req zone=clients burst={named['NGINX_BURST']} nodelay;" in rules


def test_nobody_outside_reaches_the_servers_but_through_nginx() -> None:
    for name, service in COMPOSE["services"].items():
        if name not in ("nginx", "grafana"):
            assert "ports" not in service, name
            asks_outside = {"outside"} if name in ASK_OUTSIDE else set()
            assert set(service["networks"]) == {"inside"} | asks_outside, name
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["grafana"]["ports"])
