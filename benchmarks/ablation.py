#!/usr/bin/env python3
"""What each part of the models is worth: train without it, or with another in its place, and score again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, ours
from benchmarks.data import subset
from benchmarks.ours import Recipe
from benchmarks.scoring import predict, score
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.config import build
from nlu.errors import UnknownChoiceError
from nlu.types import LabelledUtterance
from nlu.understanding.settings import UnderstandingSettings

COLUMNS = (
    *("variant", "task", "train", "seeds"),
    *("intent_accuracy", "intent_change", "intent_spread", "entity_f1", "entity_change", "entity_spread", "seconds"),
)

_EXAMPLES = """\
  benchmarks/ablation.py --data DATA --task massive_ko --share 0.25 --no-refit --seeds 2
  benchmarks/ablation.py --data DATA --task massive_ko --variants "no n-grams" "no jamo"
"""

Row = dict[str, object]


@dataclass(frozen=True)
class Variant:
    """A change to the recipe.

    Attributes:
        settings: what changes in the config, as nested tables.
        recipe: what changes in the recipe.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)

    @property
    def untouched(self) -> str:
        """The config's table of the network that stays as it is while the other changes; empty where both change."""
        return _OTHER.get(next(iter(self.settings)), "") if len(self.settings) == 1 and not self.recipe else ""

    def of(self, recipe: Recipe) -> Recipe:
        """The changed recipe; a network that stays as it is is hardly trained, since its score is known."""
        settings = {**self.settings, **({self.untouched: _HARDLY} if self.untouched else {})}
        return replace(recipe, config=build(recipe.config, settings), **self.recipe)


_OTHER = {"classifier": "tagger", "tagger": "classifier"}
_HARDLY = {"training": {"epochs": 1, "epochs_for": 0, "least_steps": 0}}
_UNSCORED = {"classifier": ("intent_accuracy", "exact_match"), "tagger": ("entity_f1", "exact_match")}


def each_by_itself(recipe: Recipe) -> Recipe:
    """The recipe with one tagger, without what entities say of the intent: no network is helped by another."""
    return replace(recipe, config=build(recipe.config, {**_entities_speak(0.0), "tagger": {"members": 1}}))


def _widths(**widths: int) -> Variant:
    return Variant({"classifier": {"widths": widths}, "tagger": {"widths": widths}})


def _both(**settings: Any) -> Variant:
    return Variant({"classifier": settings, "tagger": settings})


def _entities_speak(weight: float) -> dict[str, Any]:
    return {"understanding": {"entity_evidence": weight}}


AS_IT_IS = "as it is"

VARIANTS: dict[str, Variant] = {
    AS_IT_IS: Variant(),
    "no syllables": _widths(syllable=0),
    "no jamo": _widths(jamo=0),
    "no syllable pairs": _widths(bigram=0),
    "no word vectors": _widths(word=0),
    "no parts of speech": _widths(pos=0),
    "no spacing": _widths(spacing=0),
    "no n-grams": Variant({"classifier": {"cnn": {"ngram_width": 0}}}),
    "no n-gram dropout": Variant({"classifier": {"cnn": {"ngram_dropout": 0.0}}}),
    "kernels 1 to 3": Variant({"classifier": {"cnn": {"kernels": (1, 2, 3)}}}),
    "kernels 1 to 7": Variant({"classifier": {"cnn": {"kernels": (1, 2, 3, 4, 5, 6, 7)}}}),
    "twice as wide": Variant({"classifier": {"cnn": {"filters": 192}}, "tagger": {"lstm": {"hidden": 256}}}),
    "half as wide": Variant({"classifier": {"cnn": {"filters": 48}}, "tagger": {"lstm": {"hidden": 64}}}),
    "two LSTM layers": Variant({"tagger": {"lstm": {"layers": 2}}}),
    "no label smoothing": Variant({"classifier": {"label_smoothing": 0.0}}),
    "twice the label smoothing": Variant({"classifier": {"label_smoothing": 0.1}}),
    "every intent alike": Variant({"classifier": {"class_balance": 1.0}}),
    "no word dropout": _both(word_dropout=0.0),
    "no embedding dropout": _both(embedding_dropout=0.0),
    "no value dropout": Variant({"tagger": {"value_dropout": 0.0}}),
    "no exchange of values": Variant({"tagger": {"value_exchange": 0.0}}),
    "no averaging of weights": _both(training={"averaging": 0.0}),
    "word vectors from train alone": Variant(recipe={"corpus": ()}),
    "dictionary from train": Variant(recipe={"gazetteer": True}),
    "a roughened copy of each": Variant(recipe={"copies": 1}),
    "two taggers": Variant({"tagger": {"members": 2}}),
    "entities speak for intents": Variant(_entities_speak(UnderstandingSettings().entity_evidence)),
}
"""What is tried; the others are compared with the first, in which each network is scored by itself."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/ablation.py", "모델의 부분을 하나씩 빼거나 바꾸어 점수가 어떻게 되는지 잽니다.", examples=_EXAMPLES
    )
    options.add_options(parser)
    parser.add_argument("--task", required=True, metavar="과제", help="데이터 폴더 안의 폴더 이름")
    parser.add_argument("--part", default="dev", choices=("dev", "test"), help="점수를 잴 부분 (기본: dev)")
    parser.add_argument("--share", type=float, default=1.0, metavar="수", help="학습 발화 가운데 쓸 몫 (기본: 1)")
    parser.add_argument("--seeds", type=positive_int, default=1, metavar="수", help="씨앗 몇 개의 평균 (기본: 1)")
    parser.add_argument("--variants", nargs="+", metavar="이름", help=f"이것만 (기본: 모두): {', '.join(VARIANTS)}")
    return run_command(parser, _handle, argv)


def summarise(variant: str, rows: Sequence[Row], baseline: Sequence[Row]) -> Row:
    """The mean of a variant's rows, one a seed; how many points it lies above the baseline's, and how far it scatters.

    Example:
        >>> row = summarise("x", [{"entity_f1": 0.5}, {"entity_f1": 0.75}], [{"entity_f1": 0.25}, {"entity_f1": 0.75}])
        >>> row["entity_f1"], row["entity_change"], row["entity_spread"], row["intent_change"]
        (0.625, 12.5, 25.0, None)
    """
    means = {name: _mean([row.get(name) for row in rows]) for name in ("intent_accuracy", "entity_f1", "seconds")}
    points: Row = {}
    for kind, name in (("intent", "intent_accuracy"), ("entity", "entity_f1")):
        pairs = [(row.get(name), before.get(name)) for row, before in zip(rows, baseline, strict=True)]
        points[f"{kind}_change"] = _mean([_points(before, after) for after, before in pairs])
        points[f"{kind}_spread"] = _points(
            min(_numbers(rows, name), default=None), max(_numbers(rows, name), default=None)
        )
    return {"variant": variant, "seeds": len(rows), **means, **points}


def _handle(arguments: argparse.Namespace) -> int:
    wanted = arguments.variants or list(VARIANTS)
    for name in wanted:
        if name not in VARIANTS:
            raise UnknownChoiceError("variant", name, list(VARIANTS))
    recipe = each_by_itself(options.recipe_of(arguments))
    task = options.task_of(arguments, arguments.task)
    gold = task.part(arguments.part)
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    parts = {seed: subset(task.train, arguments.share, seed) for seed in seeds}
    rows: list[Row] = []
    baseline: list[Row] = []
    for name in dict.fromkeys([AS_IT_IS, *wanted]):
        scored = [
            _measure(VARIANTS[name], parts[seed], gold, replace(recipe, seed=seed), arguments.work / task.name)
            for seed in seeds
        ]
        baseline = baseline or scored
        about = {"task": task.name, "train": len(parts[arguments.seed])}
        rows.append({**about, **summarise(name, scored, baseline)})
        options.write_json(arguments.json, rows, recipe)
        print(options.table(rows[-1:], COLUMNS), flush=True)
    print()
    print(options.table(rows, COLUMNS))
    return ExitCode.OK


def _measure(
    variant: Variant, train: Sequence[LabelledUtterance], gold: Sequence[LabelledUtterance], recipe: Recipe, work: Path
) -> Row:
    """Train and score one variant with one seed; None where a network was hardly trained."""
    trained = ours.train(train, variant.of(recipe), work)
    predictions, _ = predict(trained.parser.parse, gold, progress=True)
    unscored = dict.fromkeys(_UNSCORED.get(variant.untouched, ()))
    return {**score(gold, predictions).to_dict(), "seconds": trained.seconds, **unscored}


def _numbers(rows: Sequence[Row], name: str) -> list[float]:
    return [value for value in (row.get(name) for row in rows) if isinstance(value, float)]


def _mean(values: Sequence[object]) -> float | None:
    numbers = [value for value in values if isinstance(value, float)]
    return sum(numbers) / len(numbers) if numbers else None


def _points(before: object, after: object) -> float | None:
    return 100 * (after - before) if isinstance(after, float) and isinstance(before, float) else None


if __name__ == "__main__":
    raise SystemExit(main())
