#!/usr/bin/env python3
"""A model in a real browser beside Python: how many answers differ, how long one takes, how much is loaded."""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks.tables import table, write_rows
from nlu.browser.export import export
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.data.importers import read_any
from nlu.errors import MissingPackageError
from nlu.store.bundle import Bundle
from nlu.store.registry import locate
from nlu.understanding.json_form import render_parse, to_json
from nlu.understanding.parser import UtteranceParser

COLUMNS = (
    *("utterances", "different", "p50_ms", "p95_ms", "python_p50_ms"),
    *("load_ms", "files_mb", "gzipped_mb", "model_mb", "model_gzipped_mb"),
)
CLOSE = 1e-4
"""How far two numbers of one answer may lie apart."""

_EXAMPLES = """\
  benchmarks/browser.py --models models --texts tests/data/quickstart/test.jsonl
  benchmarks/browser.py --models models --texts data/utterances.jsonl --limit 500 --json browser.json
"""
_ASKED = """async (texts) => {
  const { load } = await import("./nlu.js");
  const begin = performance.now();
  const nlu = await load();
  const load_ms = performance.now() - begin;
  for (const text of texts.slice(0, 20)) await nlu.parse(text); // until what runs often is compiled
  const answers = [];
  const times = [];
  for (const text of texts) {
    const start = performance.now();
    answers.push(await nlu.parse(text));
    times.push(performance.now() - start);
  }
  return { answers, times, load_ms };
}"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/browser.py", "브라우저의 답을 파이썬의 답과 견주고, 시간과 크기를 잽니다.", examples=_EXAMPLES
    )
    parser.add_argument("--models", type=Path, required=True, metavar="폴더", help="모델 저장소, 또는 모델 하나의 폴더")
    parser.add_argument("--texts", type=Path, required=True, metavar="파일", help="물어볼 발화 (JSON Lines)")
    parser.add_argument("--limit", type=positive_int, metavar="수", help="끝에서부터 발화를 이만큼만")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    return run_command(parser, _handle, argv)


def differs(one: Any, other: Any) -> bool:
    """Whether two answers differ in more than the last digits of their numbers.

    Example:
        >>> differs({"a": [0.5, "x"]}, {"a": [0.50001, "x"]}), differs({"a": 0.5}, {"a": 0.51}), differs([1], [1, 2])
        (False, True, True)
    """
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) > CLOSE
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() != other.keys() or any(differs(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) != len(other) or any(map(differs, one, other))
    return bool(one != other)


def _handle(arguments: argparse.Namespace) -> int:
    texts = [utterance.text for utterance in read_any(arguments.texts).utterances][-(arguments.limit or 0) :]
    bundle = Bundle.open(locate(arguments.models))
    parser = UtteranceParser.from_bundle(bundle)
    expected, python_times = [], []
    for text in texts:
        start = perf_counter()
        parse = parser.parse(text)
        python_times.append(1000 * (perf_counter() - start))
        expected.append(json.loads(to_json(render_parse(parse))))
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, "web")
        export(bundle, folder)
        found = _asked(folder, texts)
        sizes = _sizes(folder)
    wrong = [text for text, got, want in zip(texts, found["answers"], expected, strict=True) if differs(want, got)]
    times = quantiles(found["times"], n=20)
    row = {
        "utterances": len(texts),
        "different": len(wrong),
        "p50_ms": times[9],
        "p95_ms": times[18],
        "python_p50_ms": quantiles(python_times, n=20)[9],
        "load_ms": found["load_ms"],
        **sizes,
    }
    print(table([row], COLUMNS))
    for text in wrong:
        print(text)
    write_rows(arguments.json, [row], {"model": bundle.version, "different": wrong})
    return ExitCode.MISTAKE if wrong else ExitCode.OK


def _asked(folder: Path, texts: Sequence[str]) -> dict[str, Any]:
    """What a page answers, and how long it takes."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise MissingPackageError("playwright", "pip install playwright") from None
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with _served(folder) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(service_workers="block")
        page.goto(url)
        page.wait_for_selector("#utterance:enabled")
        found: dict[str, Any] = page.evaluate(_ASKED, list(texts))
        browser.close()
    return found


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _sizes(folder: Path) -> dict[str, float]:
    """Megabytes of all files and of the model's, as they lie and as servers send them."""
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    packed = {name: len(gzip.compress(content)) for name, content in contents.items()}
    of_model = [name for name in contents if name.startswith("model/")]
    return {
        "files_mb": sum(map(len, contents.values())) / 1e6,
        "gzipped_mb": sum(packed.values()) / 1e6,
        "model_mb": sum(len(contents[name]) for name in of_model) / 1e6,
        "model_gzipped_mb": sum(packed[name] for name in of_model) / 1e6,
    }


if __name__ == "__main__":
    raise SystemExit(main())
