#!/usr/bin/env python3
"""How fast `nlu-predict` answers tables of many rows, in how much memory, and whether a kill changes a byte."""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import tables
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command

COLUMNS = ("rows", "processes", "kills", "seconds", "rows_per_second", "peak_megabytes", "sha256")
_EXAMPLES = """\
  benchmarks/prediction.py --models models --texts DATA/massive_ko/train.jsonl --counts 100000 1000000
  benchmarks/prediction.py --models models --texts DATA/massive_ko/train.jsonl --counts 100000 --kills 10
"""
_PAUSE = 0.1


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    about = "많은 줄을 nlu-predict로 알아보는 빠르기와 메모리를 잽니다."
    parser = CommandParser("benchmarks/prediction.py", about, examples=_EXAMPLES)
    parser.add_argument("--models", type=Path, required=True, metavar="폴더", help="모델 저장소")
    parser.add_argument(
        "--texts", type=Path, required=True, metavar="파일", help='{"text"} 줄의 파일; 돌려 가며 씁니다'
    )
    parser.add_argument("--counts", type=positive_int, nargs="+", default=[100_000, 1_000_000], metavar="개수")
    parser.add_argument("--processes", type=positive_int, nargs="+", default=[1, 2], metavar="수")
    parser.add_argument("--kills", type=int, default=0, metavar="수", help="때를 가리지 않고 끊어 볼 횟수")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    rows = []
    with TemporaryDirectory() as folder:
        for count in arguments.counts:
            source = Path(folder, f"{count}.csv")
            _write(source, arguments.texts, count)
            for processes in arguments.processes:
                rows.append(_measured(source, arguments.models, count, processes, arguments.kills))
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print(tables.table(rows, COLUMNS))
    tables.write_rows(arguments.json, rows, {"texts": arguments.texts.name})
    return ExitCode.OK


def _write(path: Path, texts: Path, count: int) -> None:
    said = [json.loads(line)["text"] for line in texts.read_text(encoding="utf-8").splitlines()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("번호", "발화", "채널"))
        writer.writerows((number, text, "앱") for number, text in enumerate(islice(cycle(said), count)))


def _measured(source: Path, models: Path, count: int, processes: int, kills: int) -> dict[str, Any]:
    target = source.with_name("out.csv")
    target.unlink(missing_ok=True)
    call = [sys.executable, "-m", "nlu.commands.predict", source, target, "--models", models.resolve()]
    started, peaks, rng, killed = time.monotonic(), [0.0], random.Random(0), 0
    while not target.exists():
        worker = subprocess.Popen([*map(str, call), "--processes", str(processes)], stdout=subprocess.DEVNULL)
        watcher = threading.Thread(target=_watch, args=(worker.pid, peaks))
        watcher.start()
        if killed < kills:
            try:
                worker.wait(rng.uniform(1.0, max(2.0, count / 20_000)))
            except subprocess.TimeoutExpired:
                worker.kill()
                killed += 1
        worker.wait()
        watcher.join()
        if worker.returncode not in (0, -9):
            raise SystemExit(worker.returncode)
    seconds = time.monotonic() - started
    return {
        "rows": count, "processes": processes, "kills": killed, "seconds": round(seconds, 1),
        "rows_per_second": round(count / seconds), "peak_megabytes": round(max(peaks)),
        "sha256": sha256(target.read_bytes()).hexdigest()[:12],
    }  # fmt: skip


def _watch(pid: int, peaks: list[float]) -> None:
    """Note what a process and those that it started hold together, as proportional set size."""
    while os.path.exists(f"/proc/{pid}") and _state(pid) not in ("Z", ""):
        peaks.append(sum(map(_megabytes, _family(pid))))
        time.sleep(_PAUSE)


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii").split())
        except OSError:
            continue
    return found


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


if __name__ == "__main__":
    raise SystemExit(main())
