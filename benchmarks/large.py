#!/usr/bin/env python3
"""How much memory a training takes, the larger its data set: beyond `in_memory`, the networks learn from disk."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import tables
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.config import Config, build
from nlu.pipeline.generate import generate
from nlu.pipeline.train import train
from nlu.store.registry import Registry

COLUMNS = ("utterances", "peak_megabytes", "seconds", "intent_accuracy", "entity_f1")
SETTINGS = {
    "refit": False,
    "processes": 1,
    "classifier": {"cnn": {"filters": 16}, "training": {"epochs": 1, "epochs_for": 0, "batch_size": 256}},
    "tagger": {
        "lstm": {"hidden": 16},
        "members": 1,
        "training": {"epochs": 1, "epochs_for": 0, "least_steps": 0, "few": 0, "batch_size": 256},
    },
}
"""Small networks, one epoch, one training: it is the memory that is measured."""

_EXAMPLES = """\
  benchmarks/large.py --bot patterns/pattern.txt dictionaries/dict.csv --counts 100000 1000000
"""
_JOB = "NLU_BENCHMARK_LARGE"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    about = "데이터가 커질 때 학습이 메모리를 얼마나 쓰는지 잽니다."
    parser = CommandParser("benchmarks/large.py", about, examples=_EXAMPLES)
    parser.add_argument("--bot", type=Path, nargs=2, required=True, metavar=("패턴", "사전"), help="발화를 만들 봇")
    parser.add_argument(
        "--counts", type=positive_int, nargs="+", default=[100_000, 1_000_000], metavar="개수", help="만들 발화 수"
    )
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    rows = [_measured([str(path) for path in arguments.bot], count) for count in arguments.counts]
    print(tables.table(rows, COLUMNS))
    tables.write_rows(arguments.json, rows, {"settings": SETTINGS})
    return ExitCode.OK


def _measured(bot: Sequence[str], count: int) -> dict[str, Any]:
    """Train in a process of its own, whose memory is measured."""
    with TemporaryDirectory() as folder:
        job = {"bot": list(bot), "count": count, "folder": folder}
        subprocess.run([sys.executable, __file__], env={**os.environ, _JOB: json.dumps(job)}, check=True)
        found: dict[str, Any] = json.loads(Path(folder, "row.json").read_text(encoding="utf-8"))
        return found


def _work(job: Mapping[str, Any]) -> None:
    folder, (pattern, dictionary) = Path(job["folder"]), map(Path, job["bot"])
    config = build(Config(), {**SETTINGS, "generator": {"count": job["count"], "copies": 0}})
    generate([pattern], [dictionary], folder / "data", config)
    generated = _peak_megabytes()
    started = time.perf_counter()
    outcome = train(folder / "data", [dictionary], Registry(folder / "models"), config, activate=False)
    assert outcome.report is not None
    row = {
        "utterances": job["count"],
        "generating_megabytes": generated,
        "peak_megabytes": _peak_megabytes(),
        "seconds": time.perf_counter() - started,
        "intent_accuracy": outcome.report.overall.intent_accuracy,
        "entity_f1": outcome.report.overall.entity_f1,
    }
    (folder / "row.json").write_text(json.dumps(row), encoding="utf-8")


def _peak_megabytes() -> float:
    """The most memory that this process ever had; Linux tells kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    if job := os.environ.get(_JOB):
        _work(json.loads(job))
    else:
        raise SystemExit(main())
