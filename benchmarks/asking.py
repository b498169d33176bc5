#!/usr/bin/env python3
"""Ask which of two intents is meant: how much less a bot does wrongly, by how much it asks, beside declining more."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, tables
from benchmarks.data import read_task
from nlu.augmentation.augmenter import Augmenter
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.config import Config
from nlu.data import dataset as datasets
from nlu.data.importers import read_any
from nlu.errors import InputError
from nlu.pipeline.calibrate import HeldOut, HeldOutView
from nlu.store.bundle import Bundle
from nlu.store.registry import locate
from nlu.types import FALLBACK_INTENT, Asked, LabelledUtterance, Parse
from nlu.understanding.fallback import FallbackRule
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.settings import UnderstandingSettings

COLUMNS = (
    *("set", "instead", "ask_rate", "utterances", "asked", "in_two", "wrong", "wrong_rate", "fewer_wrong", "right"),
    *("declined", "declined_asked"),
)
_AT_ONCE = 500

_EXAMPLES = """\
  benchmarks/asking.py --models models --project-data data --inside tests/data/quickstart/dev.jsonl
  benchmarks/asking.py --models models --project-data data --inside dev.jsonl --data DATA --outside songys_chitchat
  benchmarks/asking.py --models models --held-out real.jsonl --inside dev.jsonl
"""


@dataclass(frozen=True)
class Counts:
    """What a bot did with N utterances.

    Attributes:
        utterances: N.
        asked: those that were understood, but asked about.
        in_two: those of them whose intent is one of the two.
        wrong: acted on, but meant otherwise, or no business of the bot's.
        right: acted on as they were meant.
        declined: said not to be understood, and not asked about.
        declined_asked: asked about in the place of being declined.
    """

    utterances: int
    asked: int
    in_two: int
    wrong: int
    right: int
    declined: int
    declined_asked: int

    @classmethod
    def of(cls, said: Sequence[LabelledUtterance], parses: Sequence[Parse]) -> Counts:
        """Count what came of labelled utterances."""
        pairs = list(zip(said, parses, strict=True))
        acted = [(one, parse) for one, parse in pairs if not parse.ask and not parse.fallback.is_fallback]
        asked = [(one, parse) for one, parse in pairs if parse.ask and not parse.fallback.is_fallback]
        right = sum(one.intent == parse.intent.name for one, parse in acted)
        return cls(
            len(pairs),
            len(asked),
            sum(any(one.intent == two.name for two in parse.ask) for one, parse in asked),
            len(acted) - right,
            right,
            sum(not parse.ask and parse.fallback.is_fallback for _, parse in pairs),
            sum(bool(parse.ask) and parse.fallback.is_fallback for _, parse in pairs),
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/asking.py", "되물으면 잘못하는 일이 얼마나 주는지, 더 거절하는 것과 견줍니다.", examples=_EXAMPLES
    )
    parser.add_argument("--models", type=Path, required=True, metavar="폴더", help="모델 저장소")
    held = parser.add_mutually_exclusive_group(required=True)
    held.add_argument(
        "--project-data",
        type=Path,
        metavar="폴더",
        help="그 모델의 데이터(nlu-generate): 따로 둔 것에서 문턱을 고릅니다",
    )
    held.add_argument("--held-out", type=Path, metavar="파일", help="문턱을 고를, 학습하지 않은 발화")
    parser.add_argument("--most-held-out", type=int, default=3000, metavar="수", help="그 발화의 수 (기본: 3000)")
    parser.add_argument("--inside", type=Path, required=True, metavar="파일", help="점수를 잴 발화")
    parser.add_argument("--data", type=Path, metavar="폴더", help="--outside 과제들이 있는 폴더")
    parser.add_argument("--outside", nargs="+", default=[], metavar="과제", help="몰라야 할 발화의 과제들 (dev)")
    parser.add_argument("--rates", type=float, nargs="+", default=[0.0, 0.02, 0.05, 0.1], metavar="수")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 쓸 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    served = TrainedModel.read(Bundle.open(locate(arguments.models)))
    view = _view(arguments, served)
    inside = read_any(arguments.inside).utterances
    if arguments.outside and not arguments.data:
        raise InputError("--outside 에는 --data 가 있어야 합니다.")
    sets = {
        "meant": [one for one in inside if one.intent != FALLBACK_INTENT],
        "not meant": [one for one in inside if one.intent == FALLBACK_INTENT],
    }
    for name in arguments.outside:
        sets[name] = [replace(one, intent=FALLBACK_INTENT) for one in read_task(arguments.data, name).part("dev")]
    rows: list[dict[str, object]] = []
    for name, said in sets.items():
        if said:
            rows += _rows(name, said, served, [(rate, _rule(view, rate)) for rate in arguments.rates])
    tables.write_rows(arguments.json, rows, {})
    print(options.table(rows, COLUMNS))
    return ExitCode.OK


def _view(arguments: argparse.Namespace, served: TrainedModel) -> HeldOutView:
    """What the thresholds are chosen on, as `nlu-train` does."""
    augmenter = Augmenter(Config().augmentation)
    if arguments.held_out:
        said = read_any(arguments.held_out).utterances[: arguments.most_held_out]
        return HeldOutView.of(served, HeldOut(tuple(said)), augmenter)
    dataset = datasets.read(arguments.project_data)
    measured = TrainedModel.read(Bundle.open(arguments.models / "measured" / locate(arguments.models).name))
    return HeldOutView.of(measured, HeldOut.among((*dataset.part("dev"), *dataset.part("test"))), augmenter)


def _rule(view: HeldOutView, rate: float) -> FallbackRule:
    return view.rule(UnderstandingSettings(ask_rate=rate))


def _rows(
    name: str, said: Sequence[LabelledUtterance], model: TrainedModel, rules: Sequence[tuple[float, FallbackRule]]
) -> list[dict[str, object]]:
    silent = [replace(one, ask=()) for one in _parses(model, rules[0][1], said)]
    plain = Counts.of(said, silent)
    rows = []
    for rate, rule in rules:
        counts = Counts.of(said, [_asking(rule, one) for one in silent])
        rows.append(_row(name, "asks", rate, counts, plain))
        if counts.asked:
            rows.append(_row(name, "declines", rate, _declining(said, silent, counts.asked), plain))
    return rows


def _asking(rule: FallbackRule, parse: Parse) -> Parse:
    """What the model answers under a rule that differs in nothing but when it asks."""
    if parse.source == "pattern":
        return parse
    two = rule.ask(parse.ranking, parse.fallback.score)
    return replace(parse, ask=tuple(Asked(str(one.name), one.confidence) for one in two))


def _declining(said: Sequence[LabelledUtterance], silent: Sequence[Parse], more: int) -> Counts:
    """The same bot, which declines so many more by a higher threshold, and asks nothing."""
    understood = [at for at, one in enumerate(silent) if not one.fallback.is_fallback and one.source != "pattern"]
    declined = set(sorted(understood, key=lambda at: silent[at].fallback.score)[:more])
    parses = [
        replace(one, fallback=replace(one.fallback, code="unsure")) if at in declined else one
        for at, one in enumerate(silent)
    ]
    return Counts.of(said, parses)


def _parses(model: TrainedModel, rule: FallbackRule, said: Sequence[LabelledUtterance]) -> list[Parse]:
    parser = UtteranceParser(replace(model, rule=rule))
    texts = [one.text for one in said]
    return [one for at in range(0, len(texts), _AT_ONCE) for one in parser.parse_many(texts[at : at + _AT_ONCE])]


def _row(name: str, instead: str, rate: float, counts: Counts, plain: Counts) -> dict[str, object]:
    n = counts.utterances
    return {
        "set": name,
        "instead": instead,
        "ask_rate": rate,
        "utterances": n,
        "asked": counts.asked / n,
        "in_two": counts.in_two / counts.asked if counts.asked else None,
        "wrong": counts.wrong,
        "wrong_rate": counts.wrong / n,
        "fewer_wrong": 1 - counts.wrong / plain.wrong if plain.wrong else None,
        "right": counts.right / n,
        "declined": counts.declined / n,
        "declined_asked": counts.declined_asked / n,
    }


if __name__ == "__main__":
    raise SystemExit(main())
