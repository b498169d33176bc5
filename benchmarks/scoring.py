"""Score predictions as every benchmark here does, time them, and write them as JSON Lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.particles import without_particles
from nlu import tokenizers
from nlu.data.json_lines import encode_row
from nlu.data.rows import DatasetRow
from nlu.evaluation import metrics
from nlu.system.files import write_atomic
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Parse, Span

_WARM_UP = 20


@dataclass(frozen=True)
class Prediction:
    """What a system says of one utterance.

    Attributes:
        intent: the likeliest intent; None for a task without intents.
        spans: its entities.
        is_rejected: whether it is answered as not understood, whatever is likeliest.
    """

    intent: str | None
    spans: tuple[Span, ...] = ()
    is_rejected: bool = False


@dataclass(frozen=True)
class Scores:
    """How right predictions are; None where the gold labels have nothing to measure it on.

    Attributes:
        utterances: how many.
        intent_accuracy: the part whose likeliest intent is right, rejections left aside.
        served_accuracy: the part that is answered with the right intent: a rejection is wrong.
        false_rejects: the part that is rejected.
        intent_macro_f1: F1 averaged over the gold intents, each counting the same.
        entity_precision: start, end and type exact.
        entity_recall: start, end and type exact.
        entity_f1: their harmonic mean.
        entity_f1_any_particle: the same where a particle at an entity's end may be in or out.
        exact_match: the part with the right intent (where labelled) and exactly the right entities.
    """

    utterances: int
    intent_accuracy: float | None
    served_accuracy: float | None
    false_rejects: float | None
    intent_macro_f1: float | None
    entity_precision: float | None
    entity_recall: float | None
    entity_f1: float | None
    entity_f1_any_particle: float | None
    exact_match: float

    def to_dict(self) -> dict[str, float | None]:
        """The scores as JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class Latency:
    """Milliseconds an utterance, in process, one at a time: the median, and what 95 % stay under."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        """Summarise measured times; the first few, while caches fill, are left out."""
        warm = list(seconds[_WARM_UP:]) or list(seconds)
        p50, p95 = np.percentile(np.array(warm) * 1000, [50, 95])
        return cls(float(p50), float(p95))


def best_intent(parse: Parse) -> str | None:
    """The likeliest intent in scope: the ranking's first that is not `nlu_fallback`."""
    return next((score.name for score in parse.ranking if score.name != FALLBACK_INTENT), None)


def predict(
    parse: Callable[[str], Parse], utterances: Sequence[LabelledUtterance], *, progress: bool = False
) -> tuple[list[Prediction], Latency]:
    """Parse every utterance, one at a time, and take the time."""
    predictions, seconds = [], []
    for utterance in tqdm(utterances, desc="parse", unit="utt", disable=None if progress else True):
        started = time.perf_counter()
        answer = parse(utterance.text)
        seconds.append(time.perf_counter() - started)
        spans = tuple(Span(entity.start, entity.end, entity.entity) for entity in answer.entities)
        likeliest = best_intent(answer) if utterance.intent is not None else None
        predictions.append(Prediction(likeliest, spans, answer.fallback.is_fallback))
    return predictions, Latency.of(seconds)


def score(gold: Sequence[LabelledUtterance], predicted: Sequence[Prediction]) -> Scores:
    """Compare predictions with the labels; roles are left aside.

    Raises:
        ValueError: the lengths differ, or there is nothing to score.
    """
    if not gold:
        raise ValueError("expected utterances to score, got none")
    intents, said = [utterance.intent for utterance in gold], [prediction.intent for prediction in predicted]
    spans, found = [_plain(utterance.spans) for utterance in gold], [_plain(one.spans) for one in predicted]
    entities = metrics.precision_recall_f1(spans, found)
    known = [(was, guess) for was, guess in zip(intents, said, strict=True) if was is not None]
    rejected = [one.is_rejected for was, one in zip(intents, predicted, strict=True) if was is not None]
    served = [was == guess and not no for (was, guess), no in zip(known, rejected, strict=True)]
    hits = [
        (was is None or was == guess) and set(one) == set(other)
        for was, guess, one, other in zip(intents, said, spans, found, strict=True)
    ]
    return Scores(
        utterances=len(gold),
        intent_accuracy=sum(was == guess for was, guess in known) / len(known) if known else None,
        served_accuracy=sum(served) / len(known) if known else None,
        false_rejects=sum(rejected) / len(known) if known else None,
        intent_macro_f1=metrics.macro_f1(intents, said) if known else None,
        entity_precision=entities.precision if entities.gold else None,
        entity_recall=entities.recall if entities.gold else None,
        entity_f1=entities.f1 if entities.gold else None,
        entity_f1_any_particle=_any_particle(gold, spans, found) if entities.gold else None,
        exact_match=sum(hits) / len(gold),
    )


def new_value_recall(
    gold: Sequence[LabelledUtterance], predicted: Sequence[Prediction], learned: Sequence[LabelledUtterance]
) -> float | None:
    """The part of the entities whose value no learned utterance has that is found; None where there are none.

    Example:
        >>> seen, new = (LabelledUtterance(text, "order", (Span(0, 2, "menu"),)) for text in ("피자 줘", "라면 줘"))
        >>> new_value_recall([seen, new], [Prediction("order", seen.spans), Prediction("order")], [seen])
        0.0
    """
    known = {(span.entity, one.text[span.start : span.end]) for one in learned for span in one.spans}
    found = [
        span in said.spans
        for one, said in zip(gold, predicted, strict=True)
        for span in _plain(one.spans)
        if (span.entity, one.text[span.start : span.end]) not in known
    ]
    return sum(found) / len(found) if found else None


def write_predictions(path: Path, gold: Sequence[LabelledUtterance], predicted: Sequence[Prediction]) -> None:
    """Write predictions in the layout of the task's own files, a line for each of its lines."""
    lines = [
        encode_row(DatasetRow(LabelledUtterance(utterance.text, prediction.intent, tuple(_plain(prediction.spans)))))
        for utterance, prediction in zip(gold, predicted, strict=True)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, "".join(f"{line}\n" for line in lines))


def _any_particle(
    gold: Sequence[LabelledUtterance], spans: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]]
) -> float:
    tokenizer = tokenizers.create("mecab")
    was, said = (
        [without_particles(one.text, some, tokenizer) for one, some in zip(gold, several, strict=True)]
        for several in (spans, found)
    )
    return metrics.precision_recall_f1(was, said).f1


def _plain(spans: Sequence[Span]) -> list[Span]:
    return [Span(span.start, span.end, span.entity) for span in spans]
