#!/usr/bin/env python3
"""The topology of compose.yaml on this machine alone, without Docker: nginx in front of two servers, and two workers.

nginx (and PostgreSQL, Redis, Prometheus and Alertmanager, where they are installed) come from the system's packages;
everything listens on 127.0.0.1 and runs as the user who started it. supervisord keeps all of it running; SIGHUP
restarts the servers one after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from string import Template

from loopback_jobs import ROLES, Jobs, is_open, is_project
from loopback_postgresql import HOST, URL_FILE, Database, programs

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parent / "scripts"
PATIENCE = 120.0
"""Seconds for a process to answer."""

EPILOG = """\
보기:
  deploy/loopback.py --models models                  http://127.0.0.1:8080 에서 답합니다
  kill -HUP $(cat .loopback/loopback.pid)             서버를 하나씩 다시 켭니다 (답은 끊기지 않습니다)
  tail -f .loopback/server-1.log .loopback/access.log

  NLU_RECORDS_URL=$(cat .loopback/records.url) nlu-records stats
  curl -X POST -H "X-API-Key: $NLU_API_KEY" -d '{}' http://127.0.0.1:8080/jobs/train   학습하고 바꿉니다
  deploy/loopback.py --role workers --trainers 4      다른 터미널에서 작업자를 더

서버의 설정(NLU_API_KEY, NLU_RECORD …)은 환경 변수로 주면 그대로 넘깁니다. NLU_RECORDS_URL을 주면 그 데이터베이스에,
주지 않으면 여기서 켠 PostgreSQL에 기록합니다. ALERT_WEBHOOK을 주면 경보를 그 주소로 보냅니다.
nginx가 주소 하나에서 받는 요청은 NGINX_RATE, NGINX_BURST로 정합니다."""


class Supervisor:
    """supervisord, which starts again what dies.

    Args:
        folder: for its configuration and everybody's logs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._socket = Path(tempfile.mkdtemp(prefix="nlu-loopback-")) / "socket"  # whose path must be short
        user = "user=root" if os.geteuid() == 0 else ""
        self._lines = [
            f"[supervisord]\nnodaemon=true\nlogfile=/dev/stdout\nlogfile_maxbytes=0\n{user}",
            f"pidfile={_percent(folder / 'supervisord.pid')}",
            f"[unix_http_server]\nfile={self._socket}\n[supervisorctl]\nserverurl=unix://{self._socket}",
            "[rpcinterface:supervisor]",
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        ]

    def add(self, name: str, command: Sequence[str], options: str = "", log: str = "") -> None:
        """Add a program, which starts when it is asked to; those added first stop last."""
        log = log or f"redirect_stderr=true\nstdout_logfile={_percent(self.folder / name)}.log"
        log += "\nstdout_logfile_maxbytes=50MB\nstdout_logfile_backups=3"
        self._lines += [
            f"[program:{name}]\ncommand={_percent(shlex.join(command))}\npriority={len(self._lines)}",
            "autostart=false\nautorestart=true\nstartretries=1000\nstopwaitsecs=60\nkillasgroup=true",
            f"{options}\n{log}",
        ]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it while the block runs; all it started is stopped with it."""
        path = self.folder / "supervisord.conf"
        path.write_text("\n".join(self._lines) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(path)]
        process = subprocess.Popen(command, start_new_session=True)  # so that Ctrl+C reaches only this script
        try:
            until(self._socket.exists, "supervisord")
            yield
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(self._socket.parent)

    def tell(self, *words: str) -> str:
        """Give an order, such as `restart server-1`, and give the answer."""
        path = self.folder / "supervisord.conf"
        command = [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(path), *words]
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()


class Topology:
    """All of it: starts, restarts, stops."""

    def __init__(self, options: argparse.Namespace) -> None:
        folder = made_folder(options.folder.resolve())
        self.folder, self.project = folder, options.project.resolve()
        self.supervisor = Supervisor(folder)
        self.workers: list[str] = []
        if options.role == "workers":
            self.database, self.servers, self.others = None, {}, []
            self.supervisor = Supervisor(made_folder(folder / "workers"))
            self._add_workers(options, free_ports(1)[0])
            return
        self.url = f"http://{HOST}:{options.port}"
        prometheus_port, database_port, alerts_port, redis_port, *ports = free_ports(options.servers + 4)
        self.servers = {f"server-{number}": f"{HOST}:{port}" for number, port in enumerate(ports, 1)}
        self.database = Database(folder, database_port) if wants_database(options) else None
        if self.database is not None:
            self.database.prepare()
            os.environ["NLU_RECORDS_URL"] = self.database.url
            who = f"user={self.database.user}" if self.database.user else ""
            self.supervisor.add("postgresql", self.database.command, f"stopsignal=INT\n{who}")
        self._add_workers(options, redis_port)
        os.environ.update(NLU_TRUSTED_PROXIES="1", NLU_LOG_FORMAT="json")
        for name, address in self.servers.items():
            self.supervisor.add(name, serve(address, options), f"directory={_percent(self.project)}")
        self.others = ["nginx"]
        logs = f"stdout_logfile={_percent(folder)}/access.log\nstderr_logfile={_percent(folder)}/error.log"
        command = nginx(folder, options.port, list(self.servers.values()))
        self.supervisor.add("nginx", command, "stopsignal=QUIT", logs)
        if shutil.which("prometheus") and not options.no_prometheus:
            alerts = f"{HOST}:{alerts_port}" if (sender := alertmanager(folder, alerts_port)) else ""
            self.others.append("prometheus")
            command = prometheus(folder, prometheus_port, list(self.servers.values()), alerts)
            self.supervisor.add("prometheus", command)
            say(f"Prometheus (http://{HOST}:{prometheus_port})")
            if sender:
                self.others.append("alertmanager")
                self.supervisor.add("alertmanager", sender)
                say(f"Alertmanager (http://{HOST}:{alerts_port})")
        say_what_is_missing()

    def _add_workers(self, options: argparse.Namespace, port: int) -> None:
        """Add what runs jobs, where there is a project to train."""
        if options.no_jobs or not is_project(self.project):
            if not options.no_jobs:
                say(f"{self.project}에 patterns/pattern.txt가 없어 작업자를 켜지 않습니다 (--project).")
            return
        jobs = Jobs(self.folder, self.project, options.models.resolve(), options.role, options.trainers, port, say)
        for name, command in jobs.programs():
            self.supervisor.add(name, command, f"directory={_percent(self.project)}")
            self.workers.append(name)

    def run(self) -> None:
        """Run until a signal ends it."""
        signals = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
        for one in signals - {signal.SIGHUP}:
            signal.signal(one, _end)
        with self.supervisor.running():
            self._start()
            signal.pthread_sigmask(signal.SIG_BLOCK, signals)
            if not self.servers:
                say("작업을 기다립니다. 멈추려면 Ctrl+C.")
                signal.sigwait(signals - {signal.SIGHUP})
                return
            (self.folder / "loopback.pid").write_text(f"{os.getpid()}\n")
            say(f"{self.url} 에서 답합니다. 멈추려면 Ctrl+C, 하나씩 다시 켜려면 kill -HUP {os.getpid()}")
            while signal.sigwait(signals) == signal.SIGHUP:
                self._restart_one_by_one()
            say("끝냅니다.")
            (self.folder / "loopback.pid").unlink()

    def _start(self) -> None:
        if self.database is not None:
            self.supervisor.tell("start", "postgresql")
            until(self.database.is_ready, f"PostgreSQL ({self.folder / 'postgresql.log'})")
            subprocess.run([sys.executable, "-m", "server.commands.journal", "migrate"], check=True)
            say(f"PostgreSQL: 켰습니다. 주소는 {self.folder / URL_FILE}에 있습니다.")
        if self.workers:
            self._start_workers()
        if not self.servers:
            return
        self.supervisor.tell("start", *self.servers)
        for name in self.servers:
            self._wait_for(name)
        self.supervisor.tell("start", *self.others)
        for name in self.servers:
            self._wait_for_the_balancer(name)

    def _start_workers(self) -> None:
        """Start what rings, and then those who hear it."""
        self.supervisor.tell("start", *self.workers[:1])
        until(lambda: is_open(os.environ), f"Redis ({self.folder / 'redis.log'})")
        if self.workers[1:]:
            self.supervisor.tell("start", *self.workers[1:])
        say(f"작업: {', '.join(self.workers)} (로그: {self.supervisor.folder}/*.log)")

    def _restart_one_by_one(self) -> None:
        """Restart each server once the balancer has had answers from the one before, so one always answers."""
        for name in self.servers:
            self.supervisor.tell("restart", name)
            self._wait_for(name)
            self._wait_for_the_balancer(name)
        say("모두 다시 켰습니다.")

    def _wait_for(self, name: str) -> None:
        until(lambda: is_healthy(self.servers[name]), f"{name} ({self.folder / name}.log)")
        say(f"{name} ({self.servers[name]}): 답합니다 (프로세스 {self.supervisor.tell('pid', name)}).")

    def _wait_for_the_balancer(self, name: str) -> None:
        until(lambda: self._answered_by() == self.servers[name], f"nginx ({self.folder / 'error.log'})")

    def _answered_by(self) -> str:
        """Ask through the balancer; give the server that its log says answered, "" if none did."""
        request_id = uuid.uuid4().hex
        request = urllib.request.Request(f"{self.url}/health", headers={"X-Request-ID": request_id})
        try:
            urllib.request.urlopen(request, timeout=10).close()
        except OSError:
            return ""
        until(lambda: self._logged(request_id), f"nginx ({self.folder / 'access.log'})")
        return str(json.loads(self._logged(request_id))["upstream"]).rpartition(", ")[2]

    def _logged(self, request_id: str) -> str:
        lines = (self.folder / "access.log").read_text(encoding="utf-8").splitlines(keepends=True)
        return next((line for line in reversed(lines) if request_id in line and line.endswith("\n")), "")


def serve(address: str, options: argparse.Namespace) -> list[str]:
    """Give what runs a server."""
    command = [sys.executable, "-m", "server.commands.serve", "--models", str(options.models.resolve())]
    return [*command, "--host", HOST, "--port", address.rpartition(":")[2], "--workers", str(options.workers)]


def wants_database(options: argparse.Namespace) -> bool:
    """Whether to start PostgreSQL: the records go there unless the operator says otherwise, or it is not installed."""
    if options.no_postgresql or os.environ.get("NLU_RECORDS_URL") or os.environ.get("NLU_RECORD") in ("off", "0"):
        return False
    if programs() is None or find_spec("psycopg") is None:
        say("PostgreSQL(postgresql, psycopg)이 없어 SQLite에 기록합니다.")
        return False
    return True


def say_what_is_missing() -> None:
    """Tell which parts of compose.yaml are not installed here, or not asked for."""
    if not shutil.which("prometheus"):
        say("Prometheus가 없어 수치를 모으지 않습니다 (prometheus).")
    elif not (shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")):
        say("Alertmanager가 없어 경보를 보내지 않습니다 (prometheus-alertmanager).")
    elif not os.environ.get("ALERT_WEBHOOK"):
        say("ALERT_WEBHOOK이 없어 Alertmanager를 켜지 않습니다.")
    if not (shutil.which("grafana-server") or shutil.which("grafana")):
        say("Grafana가 없습니다. 있는 곳에서 deploy/grafana의 판을 쓰세요.")


def made_folder(folder: Path) -> Path:
    """Give a folder that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def limits() -> str:
    """Write how much one address may send: as the environment says, or else as env.example does."""
    example = (HERE / "env.example").read_text(encoding="utf-8")
    values = dict(re.findall(r"^(NGINX_\w+)=(.+)$", example, flags=re.MULTILINE))
    values.update({name: given for name in values if (given := os.environ.get(name, "").strip())})
    return Template((HERE / "nginx/templates/limits.conf.template").read_text(encoding="utf-8")).safe_substitute(values)


def nginx(folder: Path, port: int, servers: Sequence[str]) -> list[str]:
    """Write nginx's configuration, that of compose.yaml over these servers, and give the command."""
    (folder / "limits.conf").write_text(limits(), encoding="utf-8")
    written = (HERE / "nginx/nginx.conf").read_text(encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {_quoted(folder / kind)};" for kind in kinds)
    user = f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else ""
    for old, new in {
        "worker_processes auto;": f"worker_processes 1; daemon off; {user}",
        "pid /tmp/nginx.pid;": f"pid {_quoted(folder / 'nginx.pid')};",
        "include http.conf;": f"{places} include {_quoted(HERE / 'nginx/http.conf')};",
        "include /etc/nginx/conf.d/limits.conf;": f"include {_quoted(folder / 'limits.conf')};",
        "include server.conf;": f"include {_quoted(HERE / 'nginx/server.conf')};",
        "listen 8080;": f"listen {HOST}:{port};",
    }.items():
        assert old in written
        written = written.replace(old, new)
    lines = re.findall(r"^ +server nlu1:8000.*;\n", written, flags=re.MULTILINE)
    written = re.sub(r"^ +server nlu\d:8000.*;\n", "", written, flags=re.MULTILINE)
    named = "".join(line.replace("nlu1:8000", server) for line in lines for server in servers)
    path = folder / "nginx.conf"
    path.write_text(written.replace("zone nlu 64k;\n", f"zone nlu 64k;\n{named}"), encoding="utf-8")
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise SystemExit("nginx가 없습니다. 데비안·우분투라면: sudo apt-get install nginx-light")
    command = [program, "-p", str(folder), "-c", str(path), "-e", "stderr"]
    if (check := subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)).returncode:
        raise SystemExit(f"nginx가 설정을 받아들이지 않습니다:\n{check.stderr}")
    return command


def prometheus(folder: Path, port: int, servers: Sequence[str], alerts: str) -> list[str]:
    """Write Prometheus' configuration, that of compose.yaml over these servers, and give the command.

    Args:
        folder: where to.
        port: where it is to listen.
        servers: whom it asks.
        alerts: the Alertmanager's address; "" for none.
    """
    written = (HERE / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
    targets = ", ".join(f'"{server}"' for server in servers)
    path = folder / "prometheus.yml"
    for old, new in {
        '"nlu1:8000", "nlu2:8000"': targets,
        '"alertmanager:9093"': f'"{alerts}"' if alerts else "",
    }.items():
        assert old in written
        written = written.replace(old, new)
    path.write_text(written, encoding="utf-8")
    shutil.copy(HERE / "prometheus" / "alerts.yml", folder / "alerts.yml")
    command = ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={folder / 'prometheus'}"]
    return [*command, f"--web.listen-address={HOST}:{port}"]


def alertmanager(folder: Path, port: int) -> list[str]:
    """Write the Alertmanager's configuration, that of compose.yaml, and give the command; none where nobody is told."""
    program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    url = os.environ.get("ALERT_WEBHOOK")
    if not program or not url:
        return []
    written = (HERE / "prometheus" / "alertmanager.yml").read_text(encoding="utf-8")
    secret = "url_file: /run/secrets/alert_webhook"  # in Debian's Alertmanager there is only `url`
    assert secret in written
    path = folder / "alertmanager.yml"
    path.touch(mode=0o600)
    path.write_text(written.replace(secret, f"url: {json.dumps(url)}"), encoding="utf-8")
    command = [program, f"--config.file={path}", f"--storage.path={folder / 'alertmanager'}"]
    return [*command, f"--web.listen-address={HOST}:{port}", "--cluster.listen-address="]


def is_healthy(address: str) -> bool:
    """Whether a server answers."""
    try:
        with urllib.request.urlopen(f"http://{address}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def until(is_so: Callable[[], object], what: str) -> None:
    """Wait for something to come true; end, with what did not, when it does not."""
    give_up_at = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > give_up_at:
            raise SystemExit(f"{what}: {PATIENCE:g}초가 지나도 답하지 않습니다. 로그를 보세요.")
        time.sleep(0.1)


def say(line: str) -> None:
    """Tell the operator what happened, and when."""
    print(f"[{time.strftime('%H:%M:%S')}] {line}", flush=True)


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on; another program may take one before we do, and then a server says so."""
    probes = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _end(*_: object) -> None:
    raise SystemExit(1)


def _percent(written: object) -> str:
    """Write something for supervisord, to which a percent sign means a variable."""
    return str(written).replace("%", "%%")


def _quoted(path: Path) -> str:
    """Write a path for nginx."""
    written = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{written}"'


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = argparse.ArgumentParser(
        description="nginx와 서버 둘, 작업자 둘을 도커 없이 이 컴퓨터 안에서 켭니다 (127.0.0.1).",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--models", type=Path, default=Path("models"), help="모델 저장소 (처음 값: models)")
    parser.add_argument("--port", type=int, default=8080, help="nginx의 포트 (처음 값: 8080)")
    parser.add_argument("--servers", type=int, default=2, help="서버의 수 (처음 값: 2)")
    parser.add_argument("--workers", type=int, default=1, help="서버마다 프로세스의 수 (처음 값: 1)")
    parser.add_argument("--project", type=Path, default=Path(), help="학습할 프로젝트의 폴더 (처음 값: 여기)")
    parser.add_argument("--trainers", type=int, default=2, help="작업자(학습)의 수 (처음 값: 2)")
    parser.add_argument(
        "--role", choices=ROLES, default="all", help="master: 작업자 빼고 모두, workers: 작업자만 (처음 값: all)"
    )
    parser.add_argument("--no-jobs", action="store_true", help="작업자와 Redis를 켜지 않습니다")
    parser.add_argument(
        "--folder", type=Path, default=Path(".loopback"), help="설정과 로그를 둘 곳 (처음 값: .loopback)"
    )
    parser.add_argument("--no-postgresql", action="store_true", help="설치되어 있어도 PostgreSQL을 켜지 않습니다")
    parser.add_argument("--no-prometheus", action="store_true", help="설치되어 있어도 Prometheus를 켜지 않습니다")
    options = parser.parse_args(argv)
    if find_spec("supervisor") is None:
        raise SystemExit('supervisor가 없습니다. pip install ".[loopback]"')
    try:
        if options.role != "workers":
            socket.create_server((HOST, options.port)).close()
    except OSError as error:
        problem = os.strerror(error.errno or 0)
        raise SystemExit(f"http://{HOST}:{options.port}: {problem}. 다른 --port를 주세요.") from None
    Topology(options).run()
    return 0


if __name__ == "__main__":
    sys.path.insert(1, str(SCRIPTS))
    from environment import enter

    raise SystemExit(enter("flask") or main())
