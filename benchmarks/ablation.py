#!/usr/bin/env python3
"""What each part of the models is worth: train without it, or with another in its place, and score again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, ours
from benchmarks.data import subset
from benchmarks.ours import Recipe, with_training
from benchmarks.scoring import new_value_recall, predict, score
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.errors import UnknownChoiceError
from nlu.networks.settings import ClassifierSettings, TaggerSettings
from nlu.types import LabelledUtterance
from nlu.understanding.settings import UnderstandingSettings

COLUMNS = (
    *("variant", "task", "train", "seeds"),
    *(
        "intent_accuracy",
        "intent_change",
        "intent_spread",
        "intent_macro_f1",
        "macro_change",
        "entity_f1",
        "entity_change",
        "entity_spread",
        "new_value_recall",
        "exact_match",
        "seconds",
    ),
)

_EXAMPLES = """\
  benchmarks/ablation.py --data DATA --task massive_ko --share 0.25 --no-refit --seeds 2
  benchmarks/ablation.py --data DATA --task massive_ko --variants "no n-grams" "no jamo"
"""

Row = dict[str, object]


SettingsT = TypeVar("SettingsT", ClassifierSettings, TaggerSettings)
ValueT = TypeVar("ValueT")


@dataclass(frozen=True)
class Variant:
    """A change to how the models come about.

    Attributes:
        classifier: what changes in the settings of the intent network; None where it stays as it is.
        tagger: the same of the entity network.
        recipe: what changes in the recipe besides.
    """

    classifier: Callable[[ClassifierSettings], ClassifierSettings] | None = None
    tagger: Callable[[TaggerSettings], TaggerSettings] | None = None
    recipe: Callable[[Recipe], Recipe] | None = None

    @property
    def untouched(self) -> str:
        """The network that stays as it is while the other changes; empty where both change."""
        if self.recipe is not None or (self.classifier is None) == (self.tagger is None):
            return ""
        return "classifier" if self.classifier is None else "tagger"

    def of(self, recipe: Recipe) -> Recipe:
        """The changed recipe; a network that stays as it is is hardly trained, since its score is known."""
        config, untouched = recipe.config, self.untouched
        classifier = self.classifier or (_hardly_trained if untouched == "classifier" else _unchanged)
        tagger = self.tagger or (_hardly_trained if untouched == "tagger" else _unchanged)
        config = replace(config, classifier=classifier(config.classifier), tagger=tagger(config.tagger))
        return (self.recipe or _unchanged)(replace(recipe, config=config))


_UNSCORED = {
    "classifier": ("intent_accuracy", "intent_macro_f1", "exact_match"),
    "tagger": ("entity_f1", "exact_match"),
}


def each_by_itself(recipe: Recipe) -> Recipe:
    """The recipe with one tagger, without what entities say of the intent: no network is helped by another."""
    recipe = replace(recipe, config=replace(recipe.config, tagger=replace(recipe.config.tagger, members=1)))
    return _entities_speak(recipe, 0.0)


def _hardly_trained(settings: SettingsT) -> SettingsT:
    return replace(settings, training=replace(settings.training, epochs=1, epochs_for=0, least_steps=0))


def _unchanged(value: ValueT) -> ValueT:
    return value


def _entities_speak(recipe: Recipe, weight: float) -> Recipe:
    config = recipe.config
    return replace(recipe, config=replace(config, understanding=replace(config.understanding, entity_evidence=weight)))


def _pretrained(recipe: Recipe, words: int) -> Recipe:
    config = recipe.config
    return replace(recipe, config=replace(config, vectors=replace(config.vectors, pretrained=words)))


def _cnn(**changes: Any) -> Callable[[ClassifierSettings], ClassifierSettings]:
    return lambda settings: replace(settings, cnn=replace(settings.cnn, **changes))


def _lstm(**changes: Any) -> Callable[[TaggerSettings], TaggerSettings]:
    return lambda settings: replace(settings, lstm=replace(settings.lstm, **changes))


def _of_classifier(**changes: Any) -> Variant:
    return Variant(classifier=lambda settings: replace(settings, **changes))


def _of_tagger(**changes: Any) -> Variant:
    return Variant(tagger=lambda settings: replace(settings, **changes))


def _of_both(**changes: Any) -> Variant:
    return Variant(_of_classifier(**changes).classifier, _of_tagger(**changes).tagger)


def _widths(**widths: int) -> Variant:
    def changed(settings: SettingsT) -> SettingsT:
        return replace(settings, widths=replace(settings.widths, **widths))

    return Variant(changed, changed)


AS_IT_IS = "as it is"

VARIANTS: dict[str, Variant] = {
    AS_IT_IS: Variant(),
    "no syllables": _widths(syllable=0),
    "no jamo": _widths(jamo=0),
    "no syllable pairs": _widths(bigram=0),
    "no word vectors": _widths(word=0),
    "no pretrained word vectors": Variant(recipe=lambda recipe: _pretrained(recipe, 0)),
    "no parts of speech": _widths(pos=0),
    "no spacing": _widths(spacing=0),
    "no n-grams": Variant(_cnn(ngram_width=0)),
    "no n-gram dropout": Variant(_cnn(ngram_dropout=0.0)),
    "kernels 1 to 3": Variant(_cnn(kernels=(1, 2, 3))),
    "kernels 1 to 7": Variant(_cnn(kernels=(1, 2, 3, 4, 5, 6, 7))),
    "twice as wide": Variant(_cnn(filters=192), _lstm(hidden=256)),
    "half as wide": Variant(_cnn(filters=48), _lstm(hidden=64)),
    "two LSTM layers": Variant(tagger=_lstm(layers=2)),
    "no label smoothing": _of_classifier(label_smoothing=0.0),
    "twice the label smoothing": _of_classifier(label_smoothing=0.1),
    "every intent alike": _of_classifier(class_balance=1.0),
    "no word dropout": _of_both(word_dropout=0.0),
    "no embedding dropout": _of_both(embedding_dropout=0.0),
    "no value dropout": _of_tagger(value_dropout=0.0),
    "no exchange of values": _of_tagger(value_exchange=0.0),
    "no averaging of weights": Variant(
        recipe=lambda recipe: replace(recipe, config=with_training(recipe.config, averaging=0.0))
    ),
    "word vectors from train alone": Variant(recipe=lambda recipe: replace(recipe, corpus=())),
    "dictionary from train": Variant(recipe=lambda recipe: replace(recipe, gazetteer=True)),
    "a roughened copy of each": Variant(recipe=lambda recipe: replace(recipe, copies=1)),
    "two taggers": _of_tagger(members=2),
    "entities speak for intents": Variant(
        recipe=lambda recipe: _entities_speak(recipe, UnderstandingSettings().entity_evidence)
    ),
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
    figures = ("intent_accuracy", "intent_macro_f1", "entity_f1", "exact_match", "new_value_recall", "seconds")
    means = {name: _mean([row.get(name) for row in rows]) for name in figures}
    points: Row = {}
    for kind, name in (("intent", "intent_accuracy"), ("macro", "intent_macro_f1"), ("entity", "entity_f1")):
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
    new = new_value_recall(gold, predictions, train)
    return {**score(gold, predictions).to_dict(), "new_value_recall": new, "seconds": trained.seconds, **unscored}


def _numbers(rows: Sequence[Row], name: str) -> list[float]:
    return [value for value in (row.get(name) for row in rows) if isinstance(value, float)]


def _mean(values: Sequence[object]) -> float | None:
    numbers = [value for value in values if isinstance(value, float)]
    return sum(numbers) / len(numbers) if numbers else None


def _points(before: object, after: object) -> float | None:
    return 100 * (after - before) if isinstance(after, float) and isinstance(before, float) else None


if __name__ == "__main__":
    raise SystemExit(main())
