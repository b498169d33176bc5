#!/usr/bin/env python3
"""What pruners save, and at what price: full trials are recorded once and replayed in random orders, often."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import plots
from benchmarks.data import Utterances, at_most, read_task, subset
from benchmarks.replay import compare, seconds_per_call
from benchmarks.tables import table, write_rows
from benchmarks.trials import Material, Recording, read, record
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.config import Config
from nlu.data import dataset as datasets
from nlu.lexicon.lexicon import Lexicon
from nlu.search.pruner import CurvePolicy
from nlu.system.files import write_atomic

RECORDED = sorted((Path(__file__).parent / "recorded" / "pruning").glob("*.jsonl"))
"""The curves that came with the code."""
COLUMNS = ("task", "network", "method", "saved", "regret", "regret_95", "best_found", "brier", "coverage")

_EXAMPLES = """\
  benchmarks/pruning.py record --data DATA --task massive_ko --share 0.25 --network intents --out recorded.jsonl
  benchmarks/pruning.py record --dataset data --dictionary dictionaries/dict.csv --share 0.2 --out recorded.jsonl
  benchmarks/pruning.py replay --plot pruning.png
  benchmarks/pruning.py speed
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser("benchmarks/pruning.py", "하이퍼파라미터 탐색의 가지치기를 견줍니다.", examples=_EXAMPLES)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="할일", title="할 일")
    _add_record(verbs.add_parser("record", help="무작위 설정을 끝까지 학습해 학습 곡선을 남깁니다"))
    _add_replay(verbs.add_parser("replay", help="남긴 곡선을 무작위 순서로 되풀이해 방법들을 견줍니다"))
    _add_speed(verbs.add_parser("speed", help="결정 하나에 걸리는 시간을 잽니다"))
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    try:
        return int(arguments.handle(arguments))
    except ValueError as error:
        print(f"benchmarks/pruning.py: {error}", file=sys.stderr)
        return ExitCode.USAGE


def _add_record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="폴더", help="과제 폴더들이 든 폴더")
    parser.add_argument("--task", metavar="과제", help="그 가운데 하나")
    parser.add_argument("--dataset", type=Path, metavar="폴더", help="과제 대신, nlu-generate가 만든 데이터")
    parser.add_argument("--dictionary", type=Path, nargs="*", default=[], metavar="파일", help="그 봇의 사전")
    parser.add_argument("--share", type=float, default=0.25, metavar="수", help="학습할 발화의 몫 (기본: 0.25)")
    parser.add_argument("--dev", type=positive_int, default=1000, metavar="수", help="채점할 발화 (기본: 1000)")
    parser.add_argument("--network", choices=("intents", "entities"), default="intents", help="무엇을 학습할지")
    parser.add_argument("--epochs", type=positive_int, default=8, metavar="수", help="시도마다 (기본: 8)")
    parser.add_argument("--trials", type=positive_int, default=64, metavar="수", help="시도의 수 (기본: 64)")
    parser.add_argument("--seed", type=int, default=0, metavar="수", help="난수 씨앗 (기본: 0)")
    parser.add_argument("--out", type=Path, required=True, metavar="파일", help="남길 파일; 있으면 이어서 합니다")
    parser.set_defaults(handle=_record)


def _add_replay(parser: argparse.ArgumentParser) -> None:
    _add_recordings(parser)
    parser.add_argument("--orders", type=positive_int, default=200, metavar="수", help="순서의 수 (기본: 200)")
    parser.add_argument("--noise", type=float, default=1.0, metavar="수", help="최고점에서 뺄 표준 오차의 수 (기본: 1)")
    parser.add_argument("--bound", type=float, default=0.05, metavar="수", help="멈출 확률 (기본: 0.05)")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    parser.add_argument("--plot", type=Path, metavar="파일", help="그림(PNG)을 남길 파일")
    parser.set_defaults(handle=_replay)


def _add_speed(parser: argparse.ArgumentParser) -> None:
    _add_recordings(parser)
    parser.set_defaults(handle=_speed)


def _add_recordings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "recordings", type=Path, nargs="*", metavar="파일", default=RECORDED, help="남긴 곡선 (기본: 저장소에 있는 것)"
    )


def _speed(arguments: argparse.Namespace) -> int:
    rows = list[dict[str, object]]()
    for path in arguments.recordings:
        recording, trials = read(path)
        times = seconds_per_call(trials, CurvePolicy(recording.dev))
        milliseconds = dict(zip(("first_ms", "median_ms", "worst_ms"), (1000 * one for one in times), strict=True))
        rows.append({"task": recording.task, "network": recording.network, "trials": len(trials), **milliseconds})
    print(table(rows, ("task", "network", "trials", "first_ms", "median_ms", "worst_ms")))
    return ExitCode.OK


def _replay(arguments: argparse.Namespace) -> int:
    rows = list[dict[str, object]]()
    for path in arguments.recordings:
        recording, trials = read(path)
        policy = CurvePolicy(recording.dev, bound=arguments.bound, noise=arguments.noise)
        rows += compare(recording, trials, arguments.orders, policy)
    write_rows(arguments.json, rows, {"orders": arguments.orders})
    if arguments.plot:
        arguments.plot.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(arguments.plot, plots.pruning(rows))
    print(table(rows, COLUMNS))
    return ExitCode.OK


def _record(arguments: argparse.Namespace) -> int:
    name, train, dev, lexicon = _material(arguments)
    recording = Recording(name, arguments.network, len(train), len(dev), arguments.epochs)
    with tempfile.TemporaryDirectory() as work:
        material = Material(train, dev, lexicon, Config(), Path(work))
        for trial in record(arguments.out, material, recording, arguments.trials, arguments.seed):
            print(f"{trial.scores[-1]:.4f} {trial.seconds[-1]:6.1f}s {trial.settings}", flush=True)
    return ExitCode.OK


def _material(arguments: argparse.Namespace) -> tuple[str, Utterances, Utterances, Lexicon]:
    """What is learned from: a task of real utterances, or a bot's data as its measured model sees it."""
    if arguments.dataset:
        dataset = datasets.read(arguments.dataset)
        held = {(entity, value) for entity, value, _ in dataset.manifest.get("held_out", ())}
        lexicon = Lexicon.read(*arguments.dictionary).restricted_to(lambda one: (one.entity, one.value) not in held)
        name, train, dev = "quickstart", dataset.utterances("train"), dataset.utterances("dev")
    elif not (arguments.data and arguments.task):
        raise ValueError("--data와 --task, 아니면 --dataset이 있어야 합니다.")
    else:
        task = read_task(arguments.data, arguments.task)
        name, train, dev, lexicon = task.name, task.train, task.part("dev"), Lexicon(())
    return name, subset(train, arguments.share), at_most(dev, arguments.dev), lexicon


if __name__ == "__main__":
    raise SystemExit(main())
