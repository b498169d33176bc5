"""Baselines beside a model on the same utterances: their scores, and where the model does not beat them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from nlu.evaluation.answers import Answered, best_in_scope, is_exact, plain
from nlu.evaluation.baselines import Baseline
from nlu.evaluation.report import Report, SliceScores, scores_of
from nlu.evaluation.statistics import Counts, Difference, clusters_of, difference, f1_difference, macro_f1_difference
from nlu.types import FALLBACK_INTENT, LabelledUtterance

MODEL = "model"
"""The row of the model itself, as it answers: what it does not understand is wrong."""
FIGURES = ("intent_accuracy", "ranking_accuracy", "intent_macro_f1", "entity_f1", "exact_match")
"""What the rows hold, as a report defines it."""
_OF_ENTITIES = ("entity_f1", "exact_match")
_DRAWS = 1_000

Outcome = Literal["ahead", "level", "behind"]


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """A system's scores.

    Attributes:
        name: `model`, or a baseline's.
        slices: slice → figure → score; None where the system does not do such a thing.
    """

    name: str
    slices: Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True)
class Contest:
    """The model against one baseline in one figure, over all utterances.

    Attributes:
        baseline: its name.
        figure: one of `FIGURES`.
        model: the model's score.
        other: the baseline's.
        low: the lower end of the 95 % interval of the difference, model less baseline.
        high: its upper end.
    """

    baseline: str
    figure: str
    model: float
    other: float
    low: float
    high: float

    @property
    def outcome(self) -> Outcome:
        """Whether the model is ahead or behind beyond noise, or level with the baseline."""
        return "ahead" if self.low > 0 else "behind" if self.high < 0 else "level"


@dataclass(frozen=True)
class BaselineScores:
    """All of it.

    Attributes:
        rows: the model, then the baselines.
        contests: the model against each baseline.
        utterances: how many the baselines learned from.
        material: what those were: `train`, `all` (every part), or `bundle` (what a bundle keeps of its lines).
        left_out: baselines that are not there, each with what to do about it.
    """

    rows: tuple[BaselineRow, ...]
    contests: tuple[Contest, ...]
    utterances: int
    material: str
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def unbeaten(self) -> tuple[Contest, ...]:
        """The contests that the model does not win."""
        return tuple(one for one in self.contests if one.outcome != "ahead")

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            "rows": [asdict(row) for row in self.rows],
            "contests": [asdict(one) | {"outcome": one.outcome} for one in self.contests],
            "unbeaten": [[one.baseline, one.figure, one.outcome] for one in self.unbeaten],
            "learned_from": {"material": self.material, "utterances": self.utterances},
            "left_out": [{"name": name, "why": why} for name, why in self.left_out],
        }


def compare_with_baselines(
    report: Report,
    baselines: Sequence[Baseline],
    *,
    utterances: int = 0,
    material: str = "train",
    left_out: Sequence[tuple[str, str]] = (),
) -> BaselineScores:
    """Score baselines on the very utterances that a model answered, and compare.

    Args:
        report: of the model.
        baselines: fitted.
        utterances: how many they learned from.
        material: which those were.
        left_out: baselines that could not be made, and why.
    """
    gold = [utterance for utterance, _ in report.answered]
    model = {name: _figures(scores, finds_entities=True) for name, scores in report.slices.items()}
    rows, contests = [BaselineRow(MODEL, model)], list[Contest]()
    for baseline in baselines:
        theirs = list(zip(gold, baseline.answer([one.text for one in gold]), strict=True))
        slices = {
            name: _figures(scores_of([theirs[at] for at in numbers]), baseline.finds_entities)
            for name, numbers in report.members.items()
        }
        rows.append(BaselineRow(baseline.name, slices))
        contests += _contests(baseline, report.answered, theirs)
    return BaselineScores(tuple(rows), tuple(contests), utterances, material, tuple(left_out))


def _figures(scores: SliceScores, finds_entities: bool) -> dict[str, float | None]:
    return {name: getattr(scores, name) if finds_entities or name not in _OF_ENTITIES else None for name in FIGURES}


def _contests(baseline: Baseline, ours: Answered, theirs: Answered) -> list[Contest]:
    """Compare the figures that both have, each over the utterances that a report measures it on."""
    found: dict[str, Difference] = {}
    if pairs := _both(ours, theirs, lambda gold: gold.intent not in (None, FALLBACK_INTENT)):
        mine, other, clusters = pairs
        found["intent_accuracy"] = difference(_right_intents(other), _right_intents(mine), clusters, draws=_DRAWS)
        found["ranking_accuracy"] = difference(_right_firsts(other), _right_firsts(mine), clusters, draws=_DRAWS)
    if pairs := _both(ours, theirs, lambda gold: gold.intent is not None):
        mine, other, clusters = pairs
        found["intent_macro_f1"] = macro_f1_difference(
            _intent_counts(other), _intent_counts(mine), clusters, draws=_DRAWS
        )
    if baseline.finds_entities and any(gold.spans for gold, _ in ours):
        clusters = clusters_of([gold for gold, _ in ours])
        found["entity_f1"] = f1_difference(_entity_counts(theirs), _entity_counts(ours), clusters, draws=_DRAWS)
        found["exact_match"] = difference(_all_right(theirs), _all_right(ours), clusters, draws=_DRAWS)
    return [Contest(baseline.name, figure, one.new, one.old, one.low, one.high) for figure, one in found.items()]


def _both(
    ours: Answered, theirs: Answered, counts: Callable[[LabelledUtterance], bool]
) -> tuple[Answered, Answered, list[str]] | None:
    """The answers of both to the utterances that count, and their clusters; None where there are none."""
    rows = [(mine, other) for mine, other in zip(ours, theirs, strict=True) if counts(mine[0])]
    if not rows:
        return None
    return [mine for mine, _ in rows], [other for _, other in rows], clusters_of([mine[0] for mine, _ in rows])


def _right_intents(answered: Answered) -> list[bool]:
    return [parse.intent.name == gold.intent for gold, parse in answered]


def _right_firsts(answered: Answered) -> list[bool]:
    return [best_in_scope(*pair)[1] for pair in answered]


def _all_right(answered: Answered) -> list[bool]:
    return [is_exact(*pair) for pair in answered]


def _intent_counts(answered: Answered) -> list[Counts]:
    """Of each intent in the gold labels, what every utterance adds to it."""
    wanted, said = [gold.intent for gold, _ in answered], [parse.intent.name for _, parse in answered]
    return [
        Counts(
            [one == intent == other for one, other in zip(wanted, said, strict=True)],
            [other == intent for other in said],
            [one == intent for one in wanted],
        )
        for intent in sorted({str(intent) for intent in wanted})
    ]


def _entity_counts(answered: Answered) -> Counts:
    scope = [gold.intent != FALLBACK_INTENT for gold, _ in answered]
    pairs = [(set(plain(gold.spans)), set(plain(parse.entities))) for gold, parse in answered]
    rows = [(len(wanted & found), len(found), len(wanted)) if counts else (0, 0, 0)
            for (wanted, found), counts in zip(pairs, scope, strict=True)]  # fmt: skip
    correct, predicted, wanted_ones = (list(column) for column in zip(*rows, strict=True))
    return Counts(correct, predicted, wanted_ones)
