"""nginx in front of two servers, as the compose file draws it, under load while servers die and are restarted."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

from nlu.store.bundle import Bundle
from tests.postgresql import binaries
from tests.processes import PATIENCE, ROOT, Command, running, until

pytestmark = [pytest.mark.nginx, pytest.mark.server]

CLIENTS = 4
UTTERANCE = "판교에서 피자 주문해줘"
# The clients are one address, and ask without a pause.
ENVIRONMENT = {"NLU_RECORDS_URL": "", "NGINX_RATE": "100000", "NGINX_BURST": "100000"}


@dataclass
class Topology:
    command: Command
    port: int
    folder: Path
    processes: list[int]

    def recorded(self) -> set[str]:
        """The ids of all parses in the database."""
        with psycopg.connect((self.folder / "records.url").read_text().strip()) as connection:
            return {row[0] for row in connection.execute("SELECT id FROM records")}

    def wait_until_recorded(self, parse_ids: list[str]) -> None:
        assert parse_ids
        missing, deadline = set(parse_ids), time.monotonic() + PATIENCE
        while missing:
            assert time.monotonic() < deadline, missing
            time.sleep(0.1)
            with suppress(psycopg.OperationalError):  # it has not started again
                missing -= self.recorded()

    def request(self, method: str, path: str, body: bytes | None = None) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def answered_by(self) -> list[str]:
        """The server that answered each request, in their order."""
        lines = (self.folder / "access.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["upstream"].split(", ")[-1] for line in lines]


@dataclass
class Load:
    """Clients that ask without a pause, each on one connection."""

    port: int
    answers: int = 0
    failures: list[str] = field(default_factory=list)
    parse_ids: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    more: threading.Condition = field(default_factory=threading.Condition)

    def ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.stop.is_set():
            failure = ""
            try:
                connection.request("POST", "/parse", json.dumps({"text": UTTERANCE}).encode())
                answer = connection.getresponse()
                body = json.loads(answer.read())
                if answer.status != 200 or body["text"] != UTTERANCE:
                    failure = f"{answer.status} {body}"
                elif "parse_id" in body:
                    self.parse_ids.append(body["parse_id"])
            except (OSError, http.client.HTTPException, ValueError) as error:
                failure = repr(error)
                connection.close()
            with self.more:
                self.answers += 1
                self.failures += [failure] if failure else []
                self.more.notify_all()
        connection.close()

    def wait_for(self, count: int) -> None:
        """Wait until so many more requests have been answered."""
        with self.more:
            wanted = self.answers + count
            assert self.more.wait_for(lambda: self.answers >= wanted, timeout=120)


@pytest.fixture(scope="module")
def topology(tiny_bundle: Bundle) -> Iterator[Topology]:
    with tempfile.TemporaryDirectory(prefix="nlu-loopback-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # where root runs it, another user runs PostgreSQL
        yield from run_topology(tiny_bundle, Path(folder))


def run_topology(bundle: Bundle, folder: Path) -> Iterator[Topology]:
    port = free_port()
    script = [str(ROOT / "deploy" / "loopback.py"), "--models", str(bundle.folder), "--port", str(port)]
    with running([*script, "--folder", str(folder), "--no-prometheus"], folder, **ENVIRONMENT) as command:
        processes = [process_of(command.line_with(f"server-{number} (")) for number in (1, 2)]
        command.line_with(f"http://127.0.0.1:{port} 에서 답합니다.")
        yield Topology(command, port, folder, processes)
        command.process.terminate()
        assert command.end() == 0
    assert not (folder / "postgresql" / "data" / "postmaster.pid").exists()  # it was stopped, and not killed


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def process_of(line: str) -> int:
    (process,) = re.findall(r"답합니다 \(프로세스 (\d+)\)", line)
    return int(process)


@contextmanager
def load_on(topology: Topology) -> Iterator[Load]:
    load = Load(topology.port)
    threads = [threading.Thread(target=load.ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stop.set()
        for thread in threads:
            thread.join()


def test_both_servers_answer(topology: Topology) -> None:
    for _ in range(4):
        assert topology.request("POST", "/parse", b'{"text": "hi"}')[0].status == 200
    assert len(set(topology.answered_by())) == 2


def test_a_killed_server_costs_no_request_but_those_in_flight_and_comes_back(topology: Topology) -> None:
    with load_on(topology) as load:
        load.wait_for(100)
        os.killpg(topology.processes[0], signal.SIGKILL)  # the server with all its processes
        load.wait_for(100)
        topology.command.line_with("exited: server-1 (terminated by SIGKILL; not expected)")
        back = topology.command.line_with("spawned: 'server-1' with pid")
        answered = len(topology.answered_by())
        until(lambda: len(set(topology.answered_by()[answered:])) == 2)
        before = len(load.parse_ids)
        load.wait_for(100)
    assert len(load.failures) <= CLIENTS, load.failures
    topology.processes[0] = int(back.split()[-1])
    if binaries():
        topology.wait_until_recorded(load.parse_ids[before:])


def test_a_rolling_restart_costs_no_request(topology: Topology) -> None:
    before = len(topology.answered_by())
    with load_on(topology) as load:
        load.wait_for(50)
        os.kill(topology.command.process.pid, signal.SIGHUP)
        topology.command.line_with("모두 다시 켰습니다.")
        load.wait_for(100)
    assert load.failures == []
    assert len(set(topology.answered_by()[before:])) == 2
    assert len(set(topology.answered_by()[-50:])) == 2


def test_what_the_balancer_answers_itself_looks_like_the_servers_errors(topology: Topology) -> None:
    for path, body, status, reason in (
        ("/metrics", None, 404, "NotFound"),
        ("/parse", b"x" * 2_000_000, 413, "RequestEntityTooLarge"),
    ):
        answer, written = topology.request("POST" if body else "GET", path, body)
        error = json.loads(written)
        assert (answer.status, error["code"], error["reason"]) == (status, status, reason)
        assert error.keys() == {"version", "status", "reason", "message", "details", "help", "code", "request_id"}
        assert error["request_id"] == answer.headers["X-Request-ID"]


def test_one_request_bears_one_id_in_all_logs(topology: Topology) -> None:
    answer, _ = topology.request("GET", "/version")
    given = answer.headers["X-Request-ID"]
    logs = [topology.folder / name for name in ("access.log", "server-1.log", "server-2.log")]
    found: list[dict] = []
    deadline = time.monotonic() + 10  # a server writes its line when the answer is on its way already
    while len(found) < 2 and time.monotonic() < deadline:
        found = [
            json.loads(line)
            for log in logs
            for line in log.read_text(encoding="utf-8").splitlines()
            if given in line and line.startswith("{") and line.endswith("}")
        ]
        time.sleep(0.05)
    assert [line["logger"] for line in found] == ["nginx", "nlu.access"]
    assert {line["request_id"] for line in found} == {given}


def test_what_one_address_may_send_is_set_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "deploy"))
    monkeypatch.setenv("NGINX_RATE", "1")
    monkeypatch.setenv("NGINX_BURST", "2")
    from loopback import nginx

    command = nginx(tmp_path, port := free_port(), [f"127.0.0.1:{free_port()}"])
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as balancer:
        until(lambda: is_open(port))
        statuses: list[int] = []
        for _ in range(4):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/version")
            statuses.append(connection.getresponse().status)
            connection.close()
        balancer.send_signal(signal.SIGQUIT)
    assert statuses == [502, 502, 502, 429]  # there is no server, and the fourth does not get as far as finding out


def is_open(port: int) -> bool:
    with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def test_a_port_that_is_taken_is_said_once(tiny_bundle: Bundle, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        script = [str(ROOT / "deploy" / "loopback.py"), "--models", str(tiny_bundle.folder), "--port", str(port)]
        with running([*script, "--folder", str(tmp_path)], tmp_path) as command:
            assert command.end() == 1
    assert command.output == f"http://127.0.0.1:{port}: Address already in use. 다른 --port를 주세요.\n"


@pytest.mark.postgresql
def test_the_database_is_nobodys_but_the_operators(topology: Topology) -> None:
    url = topology.folder / "records.url"
    assert url.stat().st_mode & 0o777 == 0o600
    postmaster = (topology.folder / "postgresql" / "data" / "postmaster.pid").read_text().split()[0]
    assert Path("/proc", postmaster).stat().st_uid != 0
    without_password = re.sub(r":[^:@]+@", "@", url.read_text().strip())
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(without_password)
    assert re.search(r":([^:@]+)@", url.read_text())[1] not in topology.command.output


@pytest.mark.postgresql
def test_a_killed_database_costs_no_request_and_is_written_to_again(topology: Topology) -> None:
    postmaster = int((topology.folder / "postgresql" / "data" / "postmaster.pid").read_text().split()[0])
    with load_on(topology) as load:
        load.wait_for(50)
        os.kill(postmaster, signal.SIGKILL)
        topology.command.line_with("exited: postgresql (")
        load.wait_for(100)
    assert load.failures == []
    topology.wait_until_recorded(load.parse_ids[-50:])


@pytest.mark.postgresql
def test_the_next_start_opens_the_same_database(topology: Topology, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "deploy"))
    from loopback_postgresql import Database

    port = re.search(r":(\d+)/", written := (topology.folder / "records.url").read_text().strip())[1]
    assert Database(topology.folder, int(port)).url == written


@pytest.mark.prometheus
def test_prometheus_sees_every_server_and_knows_the_alerts(tiny_bundle: Bundle, tmp_path: Path) -> None:
    script = [str(ROOT / "deploy" / "loopback.py"), "--models", str(tiny_bundle.folder), "--port", str(free_port())]
    with running([*script, "--folder", str(tmp_path), "--no-postgresql"], tmp_path, NLU_RECORDS_URL="") as command:
        (url,) = re.findall(r"Prometheus \((http://127\.0\.0\.1:\d+)\)", command.line_with("Prometheus ("))
        command.line_with("에서 답합니다.")
        servers = re.findall(r"server-\d \((127\.0\.0\.1:\d+)\): 답합니다", command.output)
        assert len(servers) == 2
        until(lambda: healths(url) == dict.fromkeys(servers, "up"))
        groups = json.loads(urllib.request.urlopen(f"{url}/api/v1/rules", timeout=10).read())["data"]["groups"]
        healths_of_rules = {rule["health"] for group in groups for rule in group["rules"]}
        assert healths_of_rules
        assert healths_of_rules <= {"ok", "unknown"}
        command.process.terminate()
        assert command.end() == 0


@pytest.mark.prometheus
@pytest.mark.alertmanager
def test_an_alert_reaches_the_operators_address(tiny_bundle: Bundle, tmp_path: Path) -> None:
    """Alerts of one group are waited for during ten seconds."""
    heard: list[dict] = []

    class Operators(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Operators) as operators:
        threading.Thread(target=operators.serve_forever, daemon=True).start()
        webhook = f"http://127.0.0.1:{operators.server_port}/alerts"
        script = [str(ROOT / "deploy" / "loopback.py"), "--models", str(tiny_bundle.folder), "--port", str(free_port())]
        environment = {"NLU_RECORDS_URL": "", "ALERT_WEBHOOK": webhook}
        with running([*script, "--folder", str(tmp_path), "--no-postgresql"], tmp_path, **environment) as command:
            (prometheus,) = re.findall(r"Prometheus \((http\S+)\)", command.line_with("Prometheus ("))
            (sender,) = re.findall(r"Alertmanager \((http\S+)\)", command.line_with("Alertmanager ("))
            command.line_with("에서 답합니다.")
            until(lambda: known_alertmanagers(prometheus) == [f"{sender}/api/v2/alerts"])
            alert = json.dumps([{"labels": {"alertname": "NluServerDown", "severity": "critical"}}]).encode()
            json_type = {"Content-Type": "application/json"}
            request = urllib.request.Request(f"{sender}/api/v2/alerts", alert, json_type)
            assert urllib.request.urlopen(request, timeout=10).status == 200
            until(lambda: heard)
            command.process.terminate()
            assert command.end() == 0
        operators.shutdown()
    assert [one["labels"]["alertname"] for one in heard[0]["alerts"]] == ["NluServerDown"]
    assert (tmp_path / "alertmanager.yml").stat().st_mode & 0o077 == 0


def known_alertmanagers(prometheus: str) -> list[str]:
    """Where Prometheus sends its alerts; nowhere while it starts."""
    try:
        answer = json.loads(urllib.request.urlopen(f"{prometheus}/api/v1/alertmanagers", timeout=10).read())
    except OSError:
        return []
    return [one["url"] for one in answer["data"]["activeAlertmanagers"]]


def healths(url: str) -> dict[str, str]:
    """Each server that Prometheus asks, and whether it answers; none while Prometheus starts."""
    try:
        answer = json.loads(urllib.request.urlopen(f"{url}/api/v1/targets", timeout=10).read())
    except OSError:
        return {}
    return {target["labels"]["instance"]: target["health"] for target in answer["data"]["activeTargets"]}


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"NLU_RECORD": "off"}, {}),
        ({"NLU_RECORDS_URL": "sqlite:////srv/records.db"}, {}),
        ({}, {"no_postgresql": True}),
    ],
)
def test_no_database_is_started_where_none_is_wanted(
    settings: dict[str, str], options: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "deploy"))
    for name, value in {"NLU_RECORD": "", "NLU_RECORDS_URL": "", **settings}.items():
        monkeypatch.setenv(name, value)
    from loopback import wants_database

    assert not wants_database(Namespace(**{"no_postgresql": False, **options}))
