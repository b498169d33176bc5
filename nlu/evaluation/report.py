"""Measure a parser on labelled utterances: intents, entities, both, fallback, calibration; whole and slice by slice."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from nlu.evaluation import metrics
from nlu.evaluation.answers import Answered, best_in_scope, is_exact, plain
from nlu.evaluation.details import details
from nlu.events import Listener, Progress, ignore
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Parse, Span

ALL = "all"
"""Name of the slice that holds every utterance."""


@dataclass(frozen=True)
class SliceScores:
    """The scores of one group of utterances; None where the group has nothing to measure it on.

    Attributes:
        utterances: how many.
        intent_accuracy: of the utterances in scope, the part whose decision is right (a rejection is wrong).
        intent_macro_f1: mean F1 of the intents, the decision `nlu_fallback` included.
        ranking_accuracy: as `intent_accuracy`, the fallback threshold left aside.
        entity_precision: span and type exact.
        entity_recall: span and type exact.
        entity_f1: span and type exact.
        role_f1: span, type and role exact.
        exact_match: the part with the intent and every entity's span and type right; roles are left aside.
        false_rejects: of the utterances in scope, the part that ended in `nlu_fallback`.
        caught: of the utterances out of scope, the part that ended in `nlu_fallback`.
        calibration_error: expected calibration error of the best intent in scope.
    """

    utterances: int
    intent_accuracy: float | None
    intent_macro_f1: float | None
    ranking_accuracy: float | None
    entity_precision: float | None
    entity_recall: float | None
    entity_f1: float | None
    role_f1: float | None
    exact_match: float
    false_rejects: float | None
    caught: float | None
    calibration_error: float | None


@dataclass(frozen=True)
class Report:
    """Everything measured in one run.

    Attributes:
        slices: name → scores; the first is "all".
        intents: per intent, precision, recall, F1 and support, as in Rasa's `intent_report.json`.
        entities: the same per entity type.
        confusion: gold intent → decision → how often.
        errors: every utterance with a wrong decision, wrong entities or wrong roles.
        confidences: the best intent's confidence and whether it was right, of each utterance with an intent in scope.
        seconds: how long each utterance took to parse.
        answered: every utterance with its answer.
        members: slice → the numbers of its utterances in `answered`.
    """

    slices: Mapping[str, SliceScores]
    intents: Mapping[str, Mapping[str, float]]
    entities: Mapping[str, Mapping[str, float]]
    confusion: Mapping[str, Mapping[str, int]]
    errors: Sequence[Mapping[str, Any]]
    confidences: Sequence[tuple[float, bool]] = field(default=(), repr=False)
    seconds: Sequence[float] = field(default=(), repr=False)
    answered: Answered = field(default=(), repr=False)
    members: Mapping[str, Sequence[int]] = field(default_factory=dict, repr=False)

    @property
    def overall(self) -> SliceScores:
        """The scores over all utterances."""
        return self.slices[ALL]

    def to_dict(self) -> dict[str, Any]:
        """All figures, and what is derived from every answer (`details`), without the list of errors; JSON values."""
        return {
            "slices": self._slices(),
            "intents": dict(self.intents),
            "entities": dict(self.entities),
            "confusion": {name: dict(row) for name, row in self.confusion.items()},
        } | self._details

    def milliseconds(self, percent: int) -> float:
        """What `percent` of the utterances took at most, each parsed on its own, in milliseconds."""
        return 1000 * statistics.quantiles([*self.seconds, *self.seconds], n=100, method="inclusive")[percent - 1]

    def to_text(self) -> str:
        """The slices as a table for the terminal."""
        return slices_to_text(self._slices())

    @cached_property
    def _details(self) -> dict[str, Any]:
        return details(self.answered, self.members, self.confidences) if self.answered else {}

    def _slices(self) -> dict[str, dict[str, Any]]:
        return {name: asdict(scores) for name, scores in self.slices.items()}


def slices_to_text(slices: Mapping[str, Mapping[str, Any]]) -> str:
    """Lay the scores of slices out for the terminal: `ranking_accuracy` is the intents' before what was rejected."""
    columns = (
        *("utterances", "intent_accuracy", "intent_macro_f1", "ranking_accuracy", "entity_f1", "exact_match"),
        *("false_rejects", "caught"),
    )
    width = max(len(name) for name in slices) + 2
    lines = [" " * width + "".join(f"{column:>17}" for column in columns)]
    for name, scores in slices.items():
        lines.append(name.ljust(width) + "".join(f"{_shown(scores.get(column)):>17}" for column in columns))
    return "\n".join(lines)


def evaluate(
    parse: Callable[[str], Parse],
    gold: Sequence[LabelledUtterance],
    slices: Sequence[str] | None = None,
    *,
    listen: Listener = ignore,
) -> Report:
    """Parse every utterance and compare.

    Args:
        parse: the parser's method.
        gold: labelled utterances; the intent `nlu_fallback` marks those out of scope.
        slices: the name of the group each utterance is part of; None for one group.
        listen: told the progress of `measure`.

    Raises:
        ValueError: there is nothing to measure, or not one slice for each utterance.
    """
    if not gold:
        raise ValueError("expected utterances to measure, got none")
    if slices is not None and len(slices) != len(gold):
        raise ValueError(f"expected one slice for each of {len(gold)} utterances, got {len(slices)}")
    pairs, seconds = _parsed(parse, gold, listen)
    members: dict[str, list[int]] = {}
    for number, name in enumerate(slices or ()):
        members.setdefault(name, []).append(number)
    if any(found.source == "pattern" for _, found in pairs):
        for number, (_, found) in enumerate(pairs):
            members.setdefault(f"answered_by_{found.source}", []).append(number)
    members = {ALL: list(range(len(pairs)))} | {name: members[name] for name in sorted(members)}
    wanted, decisions = _intents(pairs)
    scope = [(utterance, found) for utterance, found in pairs if utterance.intent != FALLBACK_INTENT]
    best = [best_in_scope(*pair) for pair in scope if pair[0].intent is not None]
    confusion: dict[str, dict[str, int]] = {}
    for (intent, decision), count in (metrics.confusion(wanted, decisions) if wanted else {}).items():
        confusion.setdefault(intent, {})[decision] = count
    return Report(
        slices={name: scores_of([pairs[number] for number in numbers]) for name, numbers in members.items()},
        intents=_rows(metrics.by_intent(wanted, decisions) if wanted else {}),
        entities=_rows(metrics.by_label(*_spans(scope))),
        confusion=confusion,
        errors=[error for utterance, found in pairs if (error := _error(utterance, found))],
        seconds=seconds,
        answered=pairs,
        members=members,
        confidences=[(score, right) for score, right in best if score is not None],
    )


def _parsed(
    parse: Callable[[str], Parse], gold: Sequence[LabelledUtterance], listen: Listener
) -> tuple[list[tuple[LabelledUtterance, Parse]], list[float]]:
    """Parse one utterance after the other, and take the time of each."""
    pairs: list[tuple[LabelledUtterance, Parse]] = []
    seconds: list[float] = []
    for done, utterance in enumerate(gold):
        listen(Progress("measure", done, len(gold), "utterance"))
        started = time.perf_counter()
        found = parse(utterance.text)
        seconds.append(time.perf_counter() - started)
        pairs.append((utterance, found))
    listen(Progress("measure", len(gold), len(gold), "utterance"))
    return pairs, seconds


def _intents(pairs: Answered) -> tuple[list[str], list[str | None]]:
    """The gold intents, and the decisions on them, of the utterances that have one."""
    names = [p.intent.name for g, p in pairs if g.intent is not None]
    return [g.intent for g, _ in pairs if g.intent is not None], names


def _spans(pairs: Answered, roles: bool = False) -> tuple[list[list[Span]], list[list[Span]]]:
    """The gold entities and those found, of each utterance."""
    return [plain(g.spans, roles) for g, _ in pairs], [plain(p.entities, roles) for _, p in pairs]


def scores_of(pairs: Answered) -> SliceScores:
    """Score the answers to a group of utterances."""
    in_scope = [(g, p) for g, p in pairs if g.intent != FALLBACK_INTENT]
    scope = [(g, p) for g, p in in_scope if g.intent is not None]
    best = [best_in_scope(*pair) for pair in scope]
    sure = [(score, right) for score, right in best if score is not None]
    spans = metrics.precision_recall_f1(*_spans(in_scope))
    wanted, decisions = _intents(pairs)
    return SliceScores(
        utterances=len(pairs),
        intent_accuracy=_share(p.intent.name == g.intent for g, p in scope),
        intent_macro_f1=metrics.macro_f1(wanted, decisions) if wanted else None,
        ranking_accuracy=_share(right for _, right in best),
        entity_precision=spans.precision if spans.gold else None,
        entity_recall=spans.recall if spans.gold else None,
        entity_f1=spans.f1 if spans.gold else None,
        role_f1=metrics.precision_recall_f1(*_spans(in_scope, roles=True)).f1 if spans.gold else None,
        exact_match=_share(is_exact(g, p) for g, p in pairs) or 0.0,
        false_rejects=_share(p.fallback.is_fallback for _, p in scope),
        caught=_share(p.fallback.is_fallback for g, p in pairs if g.intent == FALLBACK_INTENT),
        calibration_error=metrics.expected_calibration_error([s for s, _ in sure], [r for _, r in sure])
        if best
        else None,
    )


def _error(gold: LabelledUtterance, parse: Parse) -> dict[str, Any] | None:
    if is_exact(gold, parse, roles=True):
        return None
    return {
        "text": gold.text,
        "intent": gold.intent,
        "intent_prediction": {"name": parse.intent.name, "confidence": parse.intent.confidence},
        "entities": [asdict(span) for span in gold.spans],
        "entities_prediction": [
            {"start": one.start, "end": one.end, "entity": one.entity, "role": one.role} for one in parse.entities
        ],
        "reason": parse.fallback.reason,
    }


def _rows(scores: Mapping[str, metrics.SpanScore]) -> dict[str, dict[str, float]]:
    return {
        name: {"precision": score.precision, "recall": score.recall, "f1-score": score.f1, "support": score.gold}
        for name, score in scores.items()
    }


def _share(hits: Iterable[bool]) -> float | None:
    values = list(hits)
    return sum(values) / len(values) if values else None


def _shown(value: float | int | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.1%}"
