#!/usr/bin/env python3
"""How fast utterances are generated and written, in how much memory, beside writing the same bytes alone."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import tables
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.data.json_lines import encode_row
from nlu.generation.generator import Generator
from nlu.generation.plan import GeneratorSettings
from nlu.generation.report import Tally
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import read_patterns

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = (*("count", "seconds", "per_second", "cpu_seconds", "megabytes", "file_mb", "writing_seconds", "sha256"),)
_BLOCK = 1 << 20

_EXAMPLES = """\
  benchmarks/generation.py                             만, 백만 발화
  benchmarks/generation.py --count 10000000
"""

Row = dict[str, object]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    what = "발화를 얼마나 빨리, 얼마의 메모리로 만들어 쓰는지 잽니다."
    parser = CommandParser("benchmarks/generation.py", what, examples=_EXAMPLES)
    parser.add_argument("--patterns", type=Path, default=ROOT / "patterns/pattern.txt", metavar="파일", help="패턴")
    parser.add_argument("--dictionary", type=Path, default=ROOT / "dictionaries/dict.csv", metavar="파일", help="사전")
    parser.add_argument(
        "--count", type=positive_int, nargs="+", default=(10_000, 1_000_000), metavar="수", help="만들 발화의 수들"
    )
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    parser.add_argument("--once", type=Path, metavar="폴더", help=argparse.SUPPRESS)
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    if arguments.once:
        print(json.dumps(measure(arguments, arguments.count[0], arguments.once)))
        return ExitCode.OK
    rows: list[Row] = []
    for count in arguments.count:
        rows.append(_in_fresh_process(arguments, count))
        tables.write_rows(arguments.json, rows, {"cores": os.cpu_count()})
    print(tables.table(rows, COLUMNS))
    return ExitCode.OK


def measure(arguments: argparse.Namespace, count: int, folder: Path) -> Row:
    """Generate and write once, and measure this process."""
    started = time.perf_counter()
    lexicon = Lexicon.read(arguments.dictionary)
    file = read_patterns(arguments.patterns, lexicon=lexicon)
    lexicon = lexicon.with_computed(file.computed)
    generator = Generator(file, lexicon, GeneratorSettings(count=count))
    path, tally = folder / "utterances.jsonl", Tally()
    with path.open("w", encoding="utf-8", newline="\n", buffering=_BLOCK) as lines:
        for row in generator.sample(tally):
            lines.write(encode_row(row) + "\n")
        lines.flush()
        os.fsync(lines.fileno())
    seconds, written = time.perf_counter() - started, sum(tally.patterns.values())
    used = resource.getrusage(resource.RUSAGE_SELF)
    digest, writing = _write_again(path)
    return {
        "count": written,
        "seconds": seconds,
        "per_second": written / seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss * 1024 / 1e6,
        "file_mb": path.stat().st_size / 1e6,
        "writing_seconds": writing,
        "sha256": digest,
    }


def _in_fresh_process(arguments: argparse.Namespace, count: int) -> Row:
    """Measure in a process that has done nothing else, whose peak of memory is hence its own."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--patterns", arguments.patterns, "--dictionary", arguments.dictionary, "--once", folder]
        command = [sys.executable, __file__, *options, "--count", str(count)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    row: Row = json.loads(done.stdout)
    return row


def _write_again(path: Path) -> tuple[str, float]:
    """The floor: seconds to write the same bytes; and the start of their SHA-256."""
    digest, seconds = hashlib.sha256(), 0.0
    with path.open("rb") as source, path.with_suffix(".copy").open("wb") as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            started = time.perf_counter()
            target.write(block)
            seconds += time.perf_counter() - started
        started = time.perf_counter()
        target.flush()
        os.fsync(target.fileno())
        seconds += time.perf_counter() - started
    return digest.hexdigest()[:12], seconds


if __name__ == "__main__":
    raise SystemExit(main())
