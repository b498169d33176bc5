#!/usr/bin/env python3
"""How often a promotion is right: candidates that are as good, and candidates that are worse, simulated and decided.

Two models answer the same made-up utterances, wrong together where one pattern is hard. What decides is what decides in
`nlu-train`: `nlu.promotion.decide` under a policy.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks.tables import table, write_rows
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command, share
from nlu.promotion.decide import decide
from nlu.promotion.evidence import Compared, Evidence, Pairs
from nlu.promotion.policy import Policy

COLUMNS = (
    *("world", "utterances", "patterns", "accuracy", "true_points", "times", "differ", "design_effect"),
    *("better", "no_worse", "unsure", "worse", "promoted"),
)
_EXAMPLES = """\
  benchmarks/promotion.py                                    똑같은 모델, 그리고 2점 나쁜 모델을 300번씩
  benchmarks/promotion.py --utterances 500 2000 --times 1000 --json promotion.json
"""


@dataclass(frozen=True)
class World:
    """What makes two models wrong, each as a standard deviation, relative to the others.

    Attributes:
        name: of the world.
        accuracy: of the old model.
        a_pattern: utterances of a pattern, on average.
        hard_pattern: how much patterns differ in how hard they are, for both models.
        hard_utterance: the same of utterances.
        own_pattern: how much a pattern is harder for one model than for the other, all its utterances together.
        own_utterance: the same of single utterances.
    """

    name: str
    accuracy: float
    a_pattern: float
    hard_pattern: float
    hard_utterance: float
    own_pattern: float
    own_utterance: float


WORLDS = (
    World("intents", 0.93, 3.5, 0.6, 0.5, 0.04, 0.095),
    World("exact", 0.735, 3.5, 0.6, 0.5, 0.06, 0.155),
    World("alone", 0.93, 1.0, 0.0, 1.0, 0.0, 0.35),
    World("strong", 0.93, 3.5, 0.6, 0.5, 0.5, 0.2),
)
"""Intents, and whole utterances, as two trainings of the quick-start bot differ in them (1.9 % and 7.7 % of its test);
utterances that have nothing in common; models whose errors come by whole patterns, far more than measured."""


@dataclass(frozen=True)
class Draw:
    """What two models made of the same utterances.

    Attributes:
        clusters: the pattern of each, `(N,)`.
        old: whether the old one has each right.
        new: the same of the new one.
    """

    clusters: NDArray[np.intp] = field(repr=False)
    old: NDArray[np.bool_] = field(repr=False)
    new: NDArray[np.bool_] = field(repr=False)

    def pairs(self, rows: NDArray[np.bool_] | None = None) -> Pairs:
        """Some of them, or all, as a promotion sees them."""
        taken = np.ones(len(self.old), dtype=bool) if rows is None else rows
        old, new = (tuple(map(bool, hits[taken])) for hits in (self.old, self.new))
        return Pairs(old, new, tuple(map(str, self.clusters[taken])))

    def design_effect(self) -> float:
        """How many times the variance of the difference is what it would be if utterances were independent."""
        each = self.new.astype(float) - self.old
        centred = each - each.mean()
        return float(np.square(np.bincount(self.clusters, centred)).sum() / (np.square(centred).sum() or 1.0))


def drawn(world: World, count: int, loss: float, rng: np.random.Generator) -> Draw:
    """Draw utterances of patterns, and what two models make of them; the new one is truly worse by `loss`."""
    sizes = rng.geometric(1 / world.a_pattern, count) if world.a_pattern > 1 else np.ones(count, dtype=int)
    clusters = np.repeat(np.arange(count), sizes)[:count]
    parts = (world.hard_pattern, world.hard_utterance, world.own_pattern, world.own_utterance)
    whole = float(np.linalg.norm(parts))
    hard = world.hard_pattern * rng.normal(size=count)[clusters] + world.hard_utterance * rng.normal(size=count)
    hits = []
    for right in (world.accuracy, world.accuracy - loss):
        own = world.own_pattern * rng.normal(size=count)[clusters] + world.own_utterance * rng.normal(size=count)
        hits.append((hard + own) / whole < NormalDist().inv_cdf(right))
    return Draw(clusters, hits[0], hits[1])


def judged(found: Draw, policy: Policy, intents: int) -> tuple[str, bool]:
    """What is said of the candidate over all utterances, and whether it is promoted."""
    intent_of = found.clusters % intents
    pairs = found.pairs()
    by_intent = {f"intent_{n}": found.pairs(intent_of == n) for n in range(intents)}
    verdict = decide(policy, Evidence("new", compared=Compared("old", intents=pairs, exact=pairs, by_intent=by_intent)))
    overall = next(check for check in verdict.checks if check.name == "intents")
    if overall.difference is not None and overall.difference.low > 0:
        return "better", verdict.is_promoted
    said = {"passed": "no_worse", "failed": "worse"}.get(overall.outcome, "unsure")
    return said, verdict.is_promoted


def row_of(
    world: World, count: int, loss: float, policy: Policy, times: int, intents: int, seed: int
) -> dict[str, object]:
    """Simulate a world many times; shares of all times."""
    rng = np.random.default_rng([seed, count, round(1e4 * loss)])
    found = [drawn(world, count, loss, rng) for _ in range(times)]
    said = Counter[str]()
    for one in found:
        word, is_promoted = judged(one, policy, intents)
        said.update([word, *(["promoted"] if is_promoted else [])])
    return {
        "world": world.name,
        "utterances": count,
        "patterns": float(np.mean([len(np.unique(one.clusters)) for one in found])),
        "accuracy": world.accuracy,
        "true_points": -100 * loss if loss else 0.0,
        "times": times,
        "differ": float(np.mean([(one.old != one.new).mean() for one in found])),
        "design_effect": float(np.mean([one.design_effect() for one in found])),
        **{word: said[word] / times for word in ("better", "no_worse", "unsure", "worse", "promoted")},
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    what = "똑같이 좋은 모델과 더 나쁜 모델을 흉내 내어, 승격이 얼마나 자주 옳은지 잽니다."
    parser = CommandParser("benchmarks/promotion.py", what, examples=_EXAMPLES)
    parser.add_argument(
        "--utterances", type=positive_int, nargs="+", default=[2_000], metavar="수", help="견줄 발화의 수들"
    )
    parser.add_argument("--loss", type=share, default=0.02, metavar="비율", help="나쁜 모델이 잃는 정확도 (기본: 0.02)")
    parser.add_argument("--times", type=positive_int, default=300, metavar="수", help="몇 번씩 (기본: 300)")
    parser.add_argument("--intents", type=positive_int, default=15, metavar="수", help="의도의 수 (기본: 15)")
    parser.add_argument("--policy", type=Path, metavar="파일", help="승격 정책(TOML); 없으면 기본값")
    parser.add_argument("--seed", type=int, default=0, metavar="수", help="난수 씨앗 (기본: 0)")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    policy = Policy.read(arguments.policy) if arguments.policy else Policy()
    rows: list[dict[str, object]] = []
    kept = {"margin": policy.margin, "level": policy.level, "unsure": policy.unsure}
    for world, count, loss in product(WORLDS, arguments.utterances, (0.0, arguments.loss)):
        rows.append(row_of(world, count, loss, policy, arguments.times, arguments.intents, arguments.seed))
        write_rows(arguments.json, rows, {"policy": kept})
    print(table(rows, COLUMNS))
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
