#!/usr/bin/env python3
"""How much sooner several processes train one network together, and whether it learns the same."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import plots, tables
from nlu import tokenizers
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.config import Config
from nlu.data.importers import read_any
from nlu.features.encoder import FeatureEncoder
from nlu.features.word_vectors import train_vectors
from nlu.lexicon.lexicon import Lexicon
from nlu.networks.settings import TrainingSettings
from nlu.system.files import write_atomic
from nlu.training import distributed
from nlu.training.classifier import IntentClassifier
from nlu.training.loop import one_thread
from nlu.training.tagger import EntityTagger

COLUMNS = ("network", "processes", "seconds", "speed_up", "score", "loss")

_EXAMPLES = """\
  benchmarks/processes.py --train DATA/massive_ko/train.jsonl --dev DATA/massive_ko/dev.jsonl --plot processes.png
  benchmarks/processes.py --train train.jsonl --dev dev.jsonl --processes 1 2 4 --batch-size 256
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/processes.py",
        "여러 프로세스가 그물 하나를 함께 학습하면 얼마나 빨라지는지 잽니다.",
        examples=_EXAMPLES,
    )
    parser.add_argument("--train", type=Path, required=True, metavar="파일", help="배울 발화 (JSON Lines)")
    parser.add_argument("--dev", type=Path, required=True, metavar="파일", help="에폭마다 맞혀 볼 발화")
    parser.add_argument(
        "--processes", type=positive_int, nargs="+", default=[1, 2], metavar="개수", help="프로세스의 수 (기본: 1 2)"
    )
    parser.add_argument("--epochs", type=positive_int, default=3, metavar="번", help="에폭 (기본: 3)")
    parser.add_argument(
        "--batch-size", type=positive_int, default=64, metavar="개수", help="한 걸음의 발화 수 (기본: 64)"
    )
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    parser.add_argument("--plot", type=Path, metavar="파일", help="그림을 남길 PNG 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    rows: list[dict[str, Any]] = []
    for count in arguments.processes:
        rows += _launched(arguments, count)
    base = {row["network"]: row["seconds"] for row in rows if row["processes"] == min(arguments.processes)}
    rows = [row | {"speed_up": base[row["network"]] / row["seconds"]} for row in rows]
    print(tables.table(rows, COLUMNS))
    tables.write_rows(arguments.json, rows, {"batch_size": arguments.batch_size, "epochs": arguments.epochs})
    if arguments.plot:
        write_atomic(arguments.plot, plots.speed_up(rows))
    return ExitCode.OK


def _launched(arguments: argparse.Namespace, count: int) -> list[dict[str, Any]]:
    """Train in so many processes, which torch's launcher starts."""
    with TemporaryDirectory() as folder:
        job = {"train": str(arguments.train), "dev": str(arguments.dev), "out": f"{folder}/rows.json"}
        job |= {"epochs": arguments.epochs, "batch_size": arguments.batch_size}
        subprocess.run(
            [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count), __file__],
            env={**os.environ, _JOB: json.dumps(job)},
            check=True,
        )
        found: list[dict[str, Any]] = json.loads(Path(job["out"]).read_text(encoding="utf-8"))
        return found


_JOB = "NLU_BENCHMARK_PROCESSES"


def _work(job: Mapping[str, Any]) -> None:
    """Train both networks along with the other processes; the first one writes what came of it."""
    train, dev = (list(read_any(Path(job[part])).utterances) for part in ("train", "dev"))
    config, tokenizer = Config(), tokenizers.create("mecab")
    texts = [utterance.text for utterance in train]
    vectors = train_vectors([[token.text for token in tokenizer.tokenize(text)] for text in texts], config.vectors)
    encoder = FeatureEncoder.fit(texts, tokenizer, Lexicon([]), vectors.words, config.features)

    def shortened(settings: TrainingSettings) -> TrainingSettings:
        return replace(
            settings,
            epochs=job["epochs"],
            epochs_for=0,
            least_steps=0,
            few=0,
            batch_size=job["batch_size"],
            device="cpu",
        )

    with distributed.joined(os.environ, "cpu") as ranks, one_thread():
        rows = []
        for estimator in (
            IntentClassifier(replace(config.classifier, training=shortened(config.classifier.training))),
            EntityTagger(replace(config.tagger, members=1, training=shortened(config.tagger.training))),
        ):
            distributed.from_first(None)  # all begin at once
            started = time.perf_counter()
            estimator.fit(train, dev, encoder, vectors)
            history = estimator.history
            rows.append({
                "network": estimator.name, "processes": ranks.count, "seconds": time.perf_counter() - started,
                "score": history.scores[-1], "loss": history.losses[-1],
            })  # fmt: skip
        if ranks.rank == 0:
            write_atomic(Path(job["out"]), json.dumps(rows).encode())


if __name__ == "__main__":
    if job := os.environ.get(_JOB):
        _work(json.loads(job))
    else:
        raise SystemExit(main())
