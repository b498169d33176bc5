#!/usr/bin/env python3
"""The floor of serving: a bare Flask route that sends a JSON body back, under the same server as the product."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from flask import Flask, Response, request

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from nlu.commands.common import CommandParser, ExitCode, port_number, positive_int, run_command
from server.production.serve import ProcessSettings, serve


def make_app() -> Flask:
    """Make an app whose `POST /parse` answers with what it was sent.

    Example:
        >>> make_app().test_client().post("/parse", json={"text": "안녕"}).get_json()
        {'text': '안녕'}
    """
    app = Flask("echo", static_folder=None)

    @app.post("/parse")
    def echo() -> Response:
        payload = json.loads(request.get_data())
        return Response(json.dumps(payload, ensure_ascii=False), content_type="application/json")

    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal ends it."""
    parser = CommandParser("benchmarks/echo.py", "받은 JSON을 그대로 돌려주는 서버: 속도를 견줄 바닥입니다.")
    parser.add_argument("--port", type=port_number, default=0, metavar="번호", help="포트 (기본: 빈 것)")
    parser.add_argument("--workers", type=positive_int, default=2, metavar="수", help="프로세스 수 (기본: 2)")
    parser.add_argument(
        "--threads", type=positive_int, default=4, metavar="수", help="프로세스마다 스레드 수 (기본: 4)"
    )
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    process = ProcessSettings(port=arguments.port, workers=arguments.workers, threads=arguments.threads)
    serve(make_app, process, partial(print, flush=True))
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
