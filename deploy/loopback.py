#!/usr/bin/env python3
"""The topology of compose.yaml on this machine alone, without Docker: nginx in front of nlu-serve, twice.

nginx (and PostgreSQL and Prometheus, where they are installed) come from the system's packages; everything listens on
127.0.0.1 and runs as the user who started it. What dies is started again; SIGHUP restarts the servers one after the
other.
"""

from __future__ import annotations

import argparse
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from string import Template

from loopback_postgresql import URL_FILE, CannotStart, Database, programs
from loopback_process import HOST, PATIENCE, Process, free_ports, say

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parent / "scripts"
REST = 2.5
"""Seconds between two restarts: longer than nginx leaves a failed server alone."""

EPILOG = """\
보기:
  deploy/loopback.py --models models                  http://127.0.0.1:8080 에서 답합니다
  kill -HUP $(cat .loopback/loopback.pid)             서버를 하나씩 다시 켭니다 (답은 끊기지 않습니다)
  tail -f .loopback/server-1.log .loopback/access.log

  NLU_RECORDS_URL=$(cat .loopback/records.url) nlu-records stats

서버의 설정(NLU_API_KEY, NLU_RECORD …)은 환경 변수로 주면 그대로 넘깁니다. NLU_RECORDS_URL을 주면 그 데이터베이스에,
주지 않으면 여기서 켠 PostgreSQL에 기록합니다. nginx가 주소 하나에서 받는 요청은 NGINX_RATE, NGINX_BURST로 정합니다."""


class Server(Process):
    """One nlu-serve.

    Args:
        number: from 1.
        port: where it listens.
        models: the models' folder.
        workers: its processes.
        folder: for its log.
        environment: its settings beside those of the environment.
    """

    def __init__(
        self, number: int, port: int, models: Path, workers: int, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.address = f"{HOST}:{port}"
        command = [sys.executable, "-m", "server.commands.serve", "--models", str(models)]
        command += ["--host", HOST, "--port", str(port), "--workers", str(workers)]
        settings = {"NLU_TRUSTED_PROXIES": "1", "NLU_LOG_FORMAT": "json", **environment}
        super().__init__(f"서버 {number} ({self.address})", command, folder / f"server-{number}.log", settings)

    def is_healthy(self) -> bool:
        """Whether it answers."""
        try:
            with urllib.request.urlopen(f"http://{self.address}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_until_healthy(self) -> bool:
        """Wait until it answers; false when it ended instead, or took too long."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.end is None:
            if self.is_healthy():
                return True
            time.sleep(0.1)
        return False


class Topology:
    """All of it: starts, watches, restarts, stops."""

    def __init__(self, options: argparse.Namespace) -> None:
        folder: Path = options.folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = options.port
        self.url = f"http://{HOST}:{options.port}"
        ports = free_ports(options.servers + 2)
        self.database = Database(folder, ports[1]) if wants_database(options) else None
        self.records = {} if self.database is None else {"NLU_RECORDS_URL": self.database.url}
        self.servers = [
            Server(number, port, options.models.resolve(), options.workers, folder, self.records)
            for number, port in enumerate(ports[2:], 1)
        ]
        addresses = [server.address for server in self.servers]
        self.others = [nginx(folder, options.port, addresses)]
        if shutil.which("prometheus") and not options.no_prometheus:
            self.others.append(prometheus(folder, ports[0], addresses))
        self.restart_wanted = False
        self.stop_wanted = False
        self.is_up = False

    def run(self) -> int:
        """Run until a signal ends it; give the exit code."""
        (self.folder / "loopback.pid").write_text(f"{os.getpid()}\n")
        signal.signal(signal.SIGTERM, self._want_stop)
        signal.signal(signal.SIGINT, self._want_stop)
        signal.signal(signal.SIGHUP, self._want_restart)
        try:
            if not self._start():
                return 1
            self.is_up = True
            while not self.stop_wanted:
                time.sleep(0.1)
                self._look_after([*self.databases, *self.servers, *self.others])
                if self.restart_wanted:
                    self.restart_wanted = False
                    self._restart_one_by_one()
            say("끝냅니다.")
            return 0
        finally:
            self._stop()

    @property
    def databases(self) -> list[Process]:
        """The database, if this script runs one."""
        return [] if self.database is None else [self.database.process]

    def _start(self) -> bool:
        if not self._start_database():
            return False
        for server in self.servers:
            server.start()
        for server in self.servers:
            if not server.wait_until_healthy():
                say(f"{server.name}: 켜지지 않았습니다 ({server.end or '답이 없음'}). {self.folder}의 로그를 보세요.")
                return False
            say(f"{server.name}: 답합니다 (프로세스 {server.pid}).")
        for process in self.others:
            process.start()
            say(f"{process.name}: 켰습니다 (프로세스 {process.pid}).")
        if not self._wait_for_nginx():
            say(f"nginx가 답하지 않습니다. {self.folder / 'error.log'}를 보세요.")
            return False
        say(f"{self.url} 에서 답합니다. 멈추려면 Ctrl+C, 하나씩 다시 켜려면 kill -HUP {os.getpid()}")
        return True

    def _start_database(self) -> bool:
        if self.database is None:
            return True
        try:
            self.database.start()
        except CannotStart as error:
            say(f"{error}\nPostgreSQL 없이 켜려면 --no-postgresql")
            return False
        command = [sys.executable, "-m", "server.commands.journal", "migrate"]
        environment = {**os.environ, **self.records}
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if run.returncode:
            say(f"기록할 표를 만들지 못했습니다.\n{run.stderr.strip()}")
            return False
        process = self.database.process
        say(f"{process.name}: 켰습니다 (프로세스 {process.pid}). 주소는 {self.folder / URL_FILE}에 있습니다.")
        return True

    def _wait_for_nginx(self) -> bool:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.others[0].end is None:
            with suppress(OSError), socket.create_connection((HOST, self.port), timeout=1):
                return True
            time.sleep(0.05)
        return False

    def _look_after(self, processes: Iterable[Process]) -> None:
        for process in processes:
            if (end := process.end) is not None and not self.stop_wanted:
                say(f"{process.name}: 죽었습니다 ({end}). 다시 켭니다.")
                process.sweep()
                time.sleep(1)  # one that can't start must not take all the time there is
                process.start()
                if isinstance(process, Server) and process.wait_until_healthy():
                    say(f"{process.name}: 다시 답합니다 (프로세스 {process.pid}).")

    def _restart_one_by_one(self) -> None:
        for server in self.servers:
            if self.stop_wanted:
                return
            say(f"{server.name}: 다시 켭니다.")
            server.stop()
            server.start()
            if not server.wait_until_healthy():
                say(f"{server.name}: 켜지지 않았습니다. 나머지는 그대로 둡니다.")
                return
            say(f"{server.name}: 다시 답합니다 (프로세스 {server.pid}).")
            time.sleep(REST)
        say("모두 다시 켰습니다.")

    def _stop(self) -> None:
        for process in self.others:
            process.stop(signal.SIGQUIT if process.name == "nginx" else signal.SIGTERM)
        for server in self.servers:
            server.stop()
        for database in self.databases:
            database.stop(signal.SIGINT)  # "fast": it waits for no client
        (self.folder / "loopback.pid").unlink(missing_ok=True)

    def _want_stop(self, *_: object) -> None:
        if not self.is_up:
            raise SystemExit(1)  # while it waits for the first answer; what was started is stopped
        self.stop_wanted = True

    def _want_restart(self, *_: object) -> None:
        self.restart_wanted = True


def wants_database(options: argparse.Namespace) -> bool:
    """Whether to start PostgreSQL: the records go there unless the operator says otherwise, or it is not installed."""
    if options.no_postgresql or os.environ.get("NLU_RECORDS_URL") or os.environ.get("NLU_RECORD") in ("off", "0"):
        return False
    if programs() is None or find_spec("psycopg") is None:
        say("PostgreSQL(postgresql, psycopg)이 없어 SQLite에 기록합니다.")
        return False
    return True


def limits(folder: Path) -> Path:
    """Write how much one address may send: as the environment says, or else as env.example does."""
    example = (HERE / "env.example").read_text(encoding="utf-8")
    values = dict(re.findall(r"^(NGINX_\w+)=(.+)$", example, flags=re.MULTILINE))
    values.update({name: given for name in values if (given := os.environ.get(name, "").strip())})
    template = (HERE / "nginx" / "templates" / "limits.conf.template").read_text(encoding="utf-8")
    path = folder / "limits.conf"
    path.write_text(Template(template).safe_substitute(values), encoding="utf-8")
    return path


def nginx(folder: Path, port: int, servers: Sequence[str]) -> Process:
    """Write nginx's configuration, the rules of compose.yaml over these servers, and give the process."""
    upstream = "\n".join(f"        server {server} max_fails=3 fail_timeout=2s;" for server in servers)
    places = "\n".join(
        f"    {kind}_temp_path {quoted(folder / kind)};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = f"user {pwd.getpwuid(0).pw_name};\n" if os.geteuid() == 0 else ""
    configuration = f"""\
{user}daemon off;
worker_processes 1;
pid {quoted(folder / "nginx.pid")};
error_log {quoted(folder / "error.log")} warn;
events {{
    worker_connections 1024;
}}
http {{
{places}
    include {quoted(HERE / "nginx" / "http.conf")};
    access_log {quoted(folder / "access.log")} answered;
    include {quoted(limits(folder))};
    upstream nlu {{
        zone nlu 64k;
{upstream}
        keepalive 32;
        keepalive_timeout 20s;
    }}
    server {{
        listen {HOST}:{port};
        include {quoted(HERE / "nginx" / "server.conf")};
    }}
}}
"""
    path = folder / "nginx.conf"
    path.write_text(configuration, encoding="utf-8")
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise SystemExit("nginx가 없습니다. 데비안·우분투라면: sudo apt-get install nginx-light")
    command = [program, "-p", str(folder), "-c", str(path), "-e", str(folder / "error.log")]
    if (check := subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)).returncode:
        raise SystemExit(f"nginx가 설정을 받아들이지 않습니다:\n{check.stderr}")
    return Process("nginx", command, folder / "nginx.log")


def prometheus(folder: Path, port: int, servers: Sequence[str]) -> Process:
    """Write Prometheus' configuration, that of compose.yaml over these servers, and give the process."""
    written = (HERE / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
    targets = ", ".join(f'"{server}"' for server in servers)
    written = written.replace('"nlu1:8000", "nlu2:8000"', targets)
    path = folder / "prometheus.yml"
    path.write_text(written, encoding="utf-8")
    shutil.copy(HERE / "prometheus" / "alerts.yml", folder / "alerts.yml")
    command = ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={folder / 'prometheus'}"]
    command += [f"--web.listen-address={HOST}:{port}"]
    return Process(f"Prometheus (http://{HOST}:{port})", command, folder / "prometheus.log")


def quoted(path: Path) -> str:
    """Write a path for nginx."""
    written = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{written}"'


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = argparse.ArgumentParser(
        description="nginx와 서버 둘을 도커 없이 이 컴퓨터 안에서 켭니다 (127.0.0.1).",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--models", type=Path, default=Path("models"), help="모델 저장소 (처음 값: models)")
    parser.add_argument("--port", type=int, default=8080, help="nginx의 포트 (처음 값: 8080)")
    parser.add_argument("--servers", type=int, default=2, help="서버의 수 (처음 값: 2)")
    parser.add_argument("--workers", type=int, default=1, help="서버마다 프로세스의 수 (처음 값: 1)")
    parser.add_argument(
        "--folder", type=Path, default=Path(".loopback"), help="설정과 로그를 둘 곳 (처음 값: .loopback)"
    )
    parser.add_argument("--no-postgresql", action="store_true", help="설치되어 있어도 PostgreSQL을 켜지 않습니다")
    parser.add_argument("--no-prometheus", action="store_true", help="설치되어 있어도 Prometheus를 켜지 않습니다")
    options = parser.parse_args(argv)
    return Topology(options).run()


if __name__ == "__main__":
    sys.path.insert(1, str(SCRIPTS))
    from environment import enter

    raise SystemExit(enter("flask") or main())
