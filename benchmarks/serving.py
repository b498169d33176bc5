#!/usr/bin/env python3
"""How fast we answer: in process, over HTTP beside a bare route, cold, in memory, and with a large dictionary."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

# Read when numpy is imported: one thread, as the server has it (see `nlu/__init__.py`).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import load, tables
from nlu import tokenizers
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.data.importers import read_any
from nlu.features.encoder import FeatureEncoder
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.tokenizers.mecab import compile_user_dictionary
from nlu.understanding.parser import UtteranceParser

Row = dict[str, object]

COLUMNS = (
    "measured",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "cpu_ms",
    "per_second",
    "failed",
    "seconds",
    "megabytes",
    "shared_mb",
)
_STARTS = 3
"""The best of so many starts counts, since other work on the machine only ever adds."""
LIST = 64
"""Texts in one request where they come in lists; the server's own limit."""

_EXAMPLES = """\
  benchmarks/serving.py --models models --texts DATA/massive_ko/dev.jsonl
  benchmarks/serving.py --models models --texts dev.jsonl --seconds 2 --values 10000
"""

_COLD = """
from nlu.understanding.parser import UtteranceParser
UtteranceParser.load({models!r}).parse({text!r})
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/serving.py", "얼마나 빨리 답하는지 잽니다. wrk가 있어야 합니다.", examples=_EXAMPLES
    )
    parser.add_argument("--models", type=Path, required=True, metavar="폴더", help="모델 저장소 또는 모델 하나의 폴더")
    parser.add_argument("--texts", type=Path, required=True, metavar="파일", help="물어볼 발화 (JSON Lines)")
    parser.add_argument("--limit", type=positive_int, default=1000, metavar="수", help="발화를 이만큼만 (기본: 1000)")
    parser.add_argument("--seconds", type=positive_int, default=8, metavar="초", help="HTTP마다 잴 시간 (기본: 8)")
    parser.add_argument("--workers", type=positive_int, default=2, metavar="수", help="프로세스 수 (기본: 2)")
    parser.add_argument(
        "--threads", type=positive_int, default=4, metavar="수", help="프로세스마다 스레드 수 (기본: 4)"
    )
    parser.add_argument(
        "--values", type=positive_int, default=100_000, metavar="수", help="큰 사전에 보탤 값의 수 (기본: 100000)"
    )
    parser.add_argument(
        "--connections",
        type=positive_int,
        nargs="+",
        default=(1, 8, 32),
        metavar="수",
        help="함께 묻는 연결의 수들 (기본: 1 8 32)",
    )
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    return run_command(parser, _handle, argv)


def made_up_values(texts: Sequence[str], count: int, seed: int = 0) -> list[Entry]:
    """Make distinct dictionary values of the very syllables that the texts hold, so that their beginnings do occur."""
    rng, syllables = random.Random(seed), "".join("".join(text.split()) for text in texts)
    values: dict[str, None] = {}
    while len(values) < count:
        values["".join(rng.choices(syllables, k=rng.randint(3, 7)))] = None
    return [Entry("made_up", value) for value in values]


def _handle(arguments: argparse.Namespace) -> int:
    texts = [utterance.text for utterance in read_any(arguments.texts).utterances][: arguments.limit]
    rows: list[Row] = []
    for row in _rows(arguments, texts):
        print(tables.table([row], COLUMNS).splitlines()[-1], file=sys.stderr, flush=True)
        rows.append(row)
    print(tables.table(rows, COLUMNS))
    tables.write_rows(arguments.json, rows, {"workers": arguments.workers, "threads": arguments.threads})
    return ExitCode.OK


def _rows(arguments: argparse.Namespace, texts: Sequence[str]) -> Iterator[Row]:
    models = arguments.models.resolve()
    yield {"measured": "cold start, in process", "seconds": _cold_start(models, texts[0])}
    started = time.perf_counter()
    parser = UtteranceParser.load(models)
    loaded = time.perf_counter() - started
    yield {"measured": "in process, one at a time", **_one_at_a_time(parser.parse, texts), "seconds": loaded}
    yield {"measured": f"in process, lists of {LIST}", **_in_lists(parser, texts)}
    yield from _over_http(arguments, texts)
    yield from _large_dictionary(parser, texts, arguments.values)


def _cold_start(models: Path, text: str) -> float:
    """Seconds from an empty process to its first answer; the best of several."""
    code = _COLD.format(models=str(models), text=text)
    times = []
    for _ in range(_STARTS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, cwd=load.ROOT, env=load.as_installed())
        times.append(time.perf_counter() - started)
    return min(times)


def _one_at_a_time(parse: Callable[[str], object], texts: Sequence[str], rounds: int = 3) -> Row:
    """The round with the lowest median, since other work on the machine only ever adds."""
    for text in texts[:50]:
        parse(text)
    measured = []
    busy = []
    for _ in range(rounds):
        times = np.empty(len(texts))
        before = time.process_time()
        for at, text in enumerate(texts):
            started = time.perf_counter()
            parse(text)
            times[at] = time.perf_counter() - started
        measured.append(times)
        busy.append(time.process_time() - before)
    best = min(measured, key=lambda times: float(np.median(times)))
    p50, p95, p99 = (float(value) * 1e3 for value in np.percentile(best, (50, 95, 99)))
    cpu = min(busy) / len(texts) * 1e3
    return {"p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "cpu_ms": cpu, "per_second": len(texts) / float(best.sum())}


def _in_lists(parser: UtteranceParser, texts: Sequence[str]) -> Row:
    lists = [texts[at : at + LIST] for at in range(0, len(texts), LIST)]
    best = busy = float("inf")
    for _ in range(3):
        started, before = time.perf_counter(), time.process_time()
        for several in lists:
            parser.parse_many(several)
        best = min(best, time.perf_counter() - started)
        busy = min(busy, time.process_time() - before)
    return {"cpu_ms": busy / len(texts) * 1e3, "per_second": len(texts) / best}


def _over_http(arguments: argparse.Namespace, texts: Sequence[str]) -> Iterator[Row]:
    workers = arguments.workers
    process = ["--port", "0", "--workers", str(workers), "--threads", str(arguments.threads)]
    ours = ["-m", "server.commands.serve", "--models", str(arguments.models.resolve()), *process]
    single = [json.dumps({"text": text}, ensure_ascii=False).encode() for text in texts]
    lists = [texts[at : at + LIST] for at in range(0, max(1, len(texts) - LIST + 1), LIST)]
    several = [json.dumps({"text": list(some)}, ensure_ascii=False).encode() for some in lists]
    for name, command in (("echo", ["-m", "benchmarks.echo", *process]), ("/parse", ours)):
        starts = [_start(command) for _ in range(_STARTS - 1)]
        with load.serving(command) as (url, pid, cold):
            yield {"measured": f"{name}: start to first answer", "seconds": min(*starts, cold)}
            for connections in arguments.connections:
                found = load.ask(url, single, connections, arguments.seconds)
                yield {"measured": f"{name}: {connections} connections", **_load_row(found)}
            texts_a_request = sum(map(len, lists)) / len(lists)
            found = load.ask(url, several, workers, arguments.seconds)
            what = f"{name}: {workers} connections, lists of {LIST}"
            yield {"measured": what, **_load_row(found, texts_a_request)}
            yield {"measured": f"{name}: memory of a worker", **_memory_row(pid)}


def _start(command: Sequence[str]) -> float:
    with load.serving(command) as (_, _, cold):
        return cold


def _load_row(found: load.Load, texts: float = 1) -> Row:
    row = {name: value for name, value in asdict(found).items() if name.endswith("_ms")}
    return {**row, "per_second": found.per_second * texts, "failed": found.failed + found.unanswered}


def _memory_row(pid: int) -> Row:
    workers = [load.memory(worker) for worker in load.children(pid)]
    resident = max(worker.resident for worker in workers)
    return {
        "megabytes": max(worker.proportional for worker in workers),
        "shared_mb": resident - max(worker.own for worker in workers),
        "memory": [asdict(worker) for worker in workers],
    }


def _large_dictionary(parser: UtteranceParser, texts: Sequence[str], count: int) -> Iterator[Row]:
    model, encoder = parser.model, parser.model.encoder
    lexicon = Lexicon((*encoder.lexicon.entries, *made_up_values(texts, count)))
    started = time.perf_counter()
    written = lexicon.to_json()
    between = time.perf_counter()
    Lexicon.from_json(written)
    loaded = time.perf_counter() - between
    yield {"measured": f"{count} values: write, then load them", "seconds": loaded, "writing": between - started}
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder, "user.dic")
        started = time.perf_counter()
        compile_user_dictionary((surface for _, surface in lexicon.surfaces()), compiled)
        yield {"measured": f"{count} values: compile them for MeCab", "seconds": time.perf_counter() - started}
        started = time.perf_counter()
        tokenizer = tokenizers.create("mecab", user_dictionary=compiled)
        yield {"measured": f"{count} values: load MeCab with them", "seconds": time.perf_counter() - started}
        for measured, by in (("values", encoder.tokenizer), ("values, MeCab's too", tokenizer)):
            larger = FeatureEncoder(by, lexicon, encoder.vocabularies, encoder.settings)
            parse = UtteranceParser(replace(model, encoder=larger)).parse
            yield {"measured": f"{count} {measured}: one at a time", **_one_at_a_time(parse, texts)}


if __name__ == "__main__":
    raise SystemExit(main())
