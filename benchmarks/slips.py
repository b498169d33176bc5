#!/usr/bin/env python3
"""What undoing slips of typing changes: a trained model with its corrector and without, on copies with typos."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks.scoring import predict, score
from benchmarks.tables import table, write_rows
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.data.importers import read_any
from nlu.evaluation.sturdiness import COPIES, roughen
from nlu.understanding.corrector import Corrector
from nlu.understanding.parser import UtteranceParser

COLUMNS = ("copy", "corrected", "words_changed", "intent_accuracy", "entity_f1", "exact_match")

_EXAMPLES = """\
  benchmarks/slips.py --models models
  benchmarks/slips.py --models models --utterances DATA/massive_ko/dev.jsonl --learn DATA/massive_ko/train.jsonl
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/slips.py", "잘못 친 글쇠를 바로잡으면 점수가 어떻게 바뀌는지 잽니다.", examples=_EXAMPLES
    )
    parser.add_argument("--models", type=Path, default=Path("models"), help="학습한 모델 (기본: models)")
    parser.add_argument("--utterances", type=Path, default=Path("tests/data/quickstart/dev.jsonl"), metavar="파일")
    parser.add_argument("--learn", type=Path, metavar="파일", help="모델에 든 낱말 대신 이 발화들의 낱말로")
    parser.add_argument("--seed", type=int, default=0, metavar="수", help="난수 씨앗 (기본: 0)")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로도 씁니다")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    model = UtteranceParser.load(arguments.models).model
    corrector = model.corrector
    if arguments.learn:
        plain = UtteranceParser(replace(model, corrector=Corrector.fit((), 0)))
        texts = [plain.as_read(one.text) for one in read_any(arguments.learn).utterances]
        corrector = Corrector.fit(texts, 10_000)
    gold = read_any(arguments.utterances).utterances
    rows: list[dict[str, object]] = []
    for copy in (one for one in COPIES if not one.operations or one.operations[0][0] == "typos"):
        rough = roughen(gold, copy, arguments.seed)
        before, after = (UtteranceParser(replace(model, corrector=one)) for one in (Corrector.fit((), 0), corrector))
        changed = sum(before.as_read(one.text) != after.as_read(one.text) for one in rough)
        for is_corrected, parser in ((False, before), (True, after)):
            predictions, _ = predict(parser.parse, rough, progress=True)
            about = {"copy": copy.name, "corrected": is_corrected, "words_changed": changed if is_corrected else 0}
            rows.append(about | score(rough, predictions).to_dict())
    write_rows(arguments.json, rows, {"seed": arguments.seed})
    print(table(rows, COLUMNS))
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
