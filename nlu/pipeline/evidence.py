"""Gather the evidence on a candidate: ask it, and the active version, the same utterances."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from nlu.augmentation.augmenter import AugmentationSettings, Augmenter
from nlu.data.dataset import Dataset
from nlu.data.rows import DatasetRow
from nlu.evaluation.metrics import expected_calibration_error
from nlu.evaluation.report import ALL
from nlu.evaluation.statistics import clusters_of
from nlu.pipeline.knowledge import Knowledge, fair
from nlu.pipeline.publish import DATA_MANIFEST
from nlu.promotion.book import Demand, ask
from nlu.promotion.evidence import Change, Compared, Evidence, Pairs
from nlu.promotion.policy import Policy
from nlu.store.bundle import Bundle
from nlu.store.registry import Registry
from nlu.types import FALLBACK_INTENT, Entity, LabelledUtterance, Parse, Span
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.parser import UtteranceParser

_TIMED = 200
"""Utterances of which the time is taken; both models answer each in turn, so that a busy machine slows both."""
_WARM = 5
"""Answers before the time is taken."""
_MEGABYTE = 1e6
_REPORTED = ("intent_accuracy", "entity_f1", "exact_match", "false_rejects", "caught", "calibration_error")
"""Figures of an evaluation's report that a policy may bound."""

IsRight = Callable[[LabelledUtterance, Parse], bool]


@dataclass(frozen=True)
class _Version:
    """A version that answers, and the model that was measured for it, where one is kept."""

    bundle: Bundle
    parser: UtteranceParser
    measured: Bundle | None

    @classmethod
    def of(cls, registry: Registry, bundle: Bundle) -> _Version:
        return cls(bundle, UtteranceParser.from_bundle(bundle), registry.measured(bundle.version))


def gather(
    registry: Registry,
    version: str,
    active: str | None,
    policy: Policy,
    book: Sequence[Demand],
    dataset: Dataset | None,
) -> Evidence:
    """Gather what is known of a candidate and of the active version.

    Args:
        registry: where both lie.
        version: the candidate.
        active: the active version, None where there is none.
        policy: says how much is compared.
        book: what the candidate must understand.
        dataset: its test part is what both are asked; None where there is none.

    Raises:
        UnknownChoiceError: there is no such version.
        BundleError: one of them can't be loaded: nobody can tell which one is better.
    """
    candidate = _Version.of(registry, registry.open(version))
    manifest = candidate.bundle.manifest
    failures = ask(book, lambda texts: candidate.parser.parse_many(texts))
    compared = None
    if active is not None:
        current = _Version.of(registry, registry.open_active(active))
        compared = _compare(current, candidate, policy, dataset)
    return Evidence(version, manifest.is_draft, len(book), failures, _figures(candidate, dataset), compared)


def _figures(candidate: _Version, dataset: Dataset | None) -> dict[str, float | None]:
    """What was measured of a candidate when it was trained; the time and the size of now."""
    scores = candidate.bundle.manifest.scores.get("slices", {}).get(ALL, {})
    figures: dict[str, float | None] = {name: scores.get(name) for name in _REPORTED}
    some = [row.utterance.text for row in (dataset.part("test") if dataset else ())][:_TIMED]
    if some:
        figures["milliseconds"] = _milliseconds(some, _networks(candidate.parser))[0]
    return figures | {"megabytes": candidate.bundle.size() / _MEGABYTE}


def _compare(current: _Version, candidate: _Version, policy: Policy, dataset: Dataset | None) -> Compared:
    old, new = current.bundle, candidate.bundle
    compared = Compared(
        old.version,
        megabytes=Change(old.size() / _MEGABYTE, new.size() / _MEGABYTE),
        gone=_gone(current.parser, candidate.parser),
        shrunk=_shrunk(old, new),
        is_same=_files(old) == _files(new),
        is_draft=old.manifest.is_draft,
    )
    if dataset is None or compared.is_same or compared.is_draft or new.manifest.is_draft:
        return compared
    tested = dataset.part("test")
    known = [row for row in tested if _is_known(row.utterance, current.parser)]
    measured = current.measured and candidate.measured and (current.measured, candidate.measured)
    if measured:
        before, after = map(UtteranceParser.from_bundle, measured)
        knowledge = (
            Knowledge.read(bundle, one.model.encoder.lexicon)
            for bundle, one in zip(measured, (before, after), strict=True)
        )
        rows = fair(dataset, known, *knowledge)
    else:
        before, after, rows = _networks(current.parser), _networks(candidate.parser), known
    compared = replace(
        compared, tested=len(tested), new=len(tested) - len(known), learned=len(known) - len(rows),
        are_served=not measured, is_other_data=_is_other(new, dataset),
    )  # fmt: skip
    return _asked(compared, before, after, _some(rows, policy.utterances)) if rows else compared


def _files(bundle: Bundle) -> dict[str, str]:
    return {
        name: info.sha256 for name, info in bundle.manifest.files.items() if name.endswith((".safetensors", ".json"))
    }


def _is_other(bundle: Bundle, dataset: Dataset) -> bool:
    kept = DATA_MANIFEST in bundle.manifest.files
    return kept and bundle.read_json(DATA_MANIFEST) != json.loads(json.dumps(dict(dataset.manifest)))


def _networks(parser: UtteranceParser) -> UtteranceParser:
    """The same model, which does not answer what was written by looking it up."""
    return UtteranceParser(replace(parser.model, authored=AuthoredUtterances()))


def _gone(current: UtteranceParser, candidate: UtteranceParser) -> tuple[str, ...]:
    """The intents, then the entities, that only the active version has."""
    intents = set(current.intents) - set(candidate.intents) - {FALLBACK_INTENT}
    old, new = ({label.split(":")[0] for label in one.model.entities.labels} for one in (current, candidate))
    return (*sorted(intents), *sorted(old - new))


def _shrunk(old: Bundle, new: Bundle) -> tuple[tuple[str, int, int], ...]:
    """The intents of both versions that have lost more than half of their lines."""
    before, after = _lines(old), _lines(new)
    return tuple((name, before[name], after[name]) for name in sorted(before) if 0 < 2 * after[name] < before[name])


def _lines(bundle: Bundle) -> Counter[str]:
    """How many lines of patterns each intent has in what a version learned from."""
    kept = bundle.read_json(DATA_MANIFEST) if DATA_MANIFEST in bundle.manifest.files else {}
    return Counter(one["intent"] for one in kept.get("patterns", ()))


def _is_known(utterance: LabelledUtterance, parser: UtteranceParser) -> bool:
    """Whether a model has an utterance's intent and entities at all."""
    entities = {label.split(":")[0] for label in parser.model.entities.labels}
    is_intent = utterance.intent in (None, FALLBACK_INTENT, *parser.intents)
    return is_intent and all(span.entity in entities for span in utterance.spans)


def _some(rows: Sequence[DatasetRow], most: int) -> list[LabelledUtterance]:
    """At most so many, evenly spread."""
    return (
        [rows[at * len(rows) // most].utterance for at in range(most)]
        if len(rows) > most
        else [row.utterance for row in rows]
    )


@dataclass(frozen=True)
class _Answers:
    """What both models made of utterances."""

    utterances: Sequence[LabelledUtterance]
    old: Sequence[Parse]
    new: Sequence[Parse]

    @classmethod
    def of(cls, utterances: Sequence[LabelledUtterance], old: UtteranceParser, new: UtteranceParser) -> _Answers:
        texts = [one.text for one in utterances]
        return cls(utterances, old.parse_many(texts), new.parse_many(texts))

    def pairs(self, is_right: IsRight, where: Callable[[LabelledUtterance], bool]) -> Pairs:
        """Whether each answer is right, of the utterances that count."""
        chosen = [at for at, one in enumerate(self.utterances) if where(one)]
        old, new = (
            tuple(is_right(self.utterances[at], parses[at]) for at in chosen) for parses in (self.old, self.new)
        )
        return Pairs(old, new, tuple(clusters_of([self.utterances[at] for at in chosen])))


def _asked(
    compared: Compared, before: UtteranceParser, after: UtteranceParser, utterances: Sequence[LabelledUtterance]
) -> Compared:
    answers = _Answers.of(utterances, before, after)
    augmenter = Augmenter(AugmentationSettings())
    rough = [augmenter.augment(one, random.Random(at)) for at, one in enumerate(utterances)]
    typed = _Answers.of(rough, before, after)
    intents = sorted({one.intent for one in utterances if one.intent is not None})
    entities = sorted({span.entity for one in utterances for span in one.spans})
    return replace(
        compared,
        intents=answers.pairs(_right_intent, lambda one: one.intent is not None),
        exact=answers.pairs(_exact, lambda one: True),
        by_intent={name: _intent_pairs(answers, name) for name in intents},
        by_entity={name: _entity_pairs(answers, name) for name in entities},
        sturdiness=typed.pairs(_exact, lambda one: True),
        calibration=Change(_calibration(utterances, answers.old), _calibration(utterances, answers.new)),
        milliseconds=Change(*_milliseconds([one.text for one in utterances[:_TIMED]], before, after)),
    )


def _intent_pairs(answers: _Answers, name: str) -> Pairs:
    return answers.pairs(_right_intent, lambda one: one.intent == name)


def _entity_pairs(answers: _Answers, name: str) -> Pairs:
    def right(utterance: LabelledUtterance, parse: Parse) -> bool:
        return _places(utterance.spans, name) == _places(parse.entities, name)

    return answers.pairs(right, lambda one: any(span.entity == name for span in one.spans))


def _places(entities: Sequence[Span | Entity], name: str) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in entities if one.entity == name]


def _right_intent(utterance: LabelledUtterance, parse: Parse) -> bool:
    return parse.intent.name == utterance.intent


def _exact(utterance: LabelledUtterance, parse: Parse) -> bool:
    if utterance.intent == FALLBACK_INTENT:
        return parse.intent.name == FALLBACK_INTENT
    wanted = [(span.start, span.end, span.label) for span in utterance.spans]
    got = [(one.start, one.end, f"{one.entity}:{one.role}" if one.role else one.entity) for one in parse.entities]
    return utterance.intent in (None, parse.intent.name) and wanted == got


def _calibration(utterances: Sequence[LabelledUtterance], parses: Sequence[Parse]) -> float | None:
    """How far the confidence of the best intent is from how often it is right, in scope."""
    best = [
        (one.intent, next((score for score in parse.ranking if score.name != FALLBACK_INTENT), None))
        for one, parse in zip(utterances, parses, strict=True)
        if one.intent not in (None, FALLBACK_INTENT)
    ]
    sure = [(min(score.confidence, 1.0), score.name == intent) for intent, score in best if score is not None]
    return expected_calibration_error([one for one, _ in sure], [right for _, right in sure]) if sure else None


def _milliseconds(texts: Sequence[str], *parsers: UtteranceParser) -> list[float]:
    """The median time of each model; they take turns, and turns at being first."""
    times: list[list[float]] = [[] for _ in parsers]
    asked = [*texts[:_WARM], *texts] * -(-_TIMED // max(len(texts), 1))
    for number, text in enumerate(asked[: _TIMED + _WARM]):
        order = range(len(parsers)) if number % 2 else reversed(range(len(parsers)))
        for at in order:
            started = time.perf_counter()
            parsers[at].parse(text)
            times[at].append(1000 * (time.perf_counter() - started))
    return [statistics.median(taken[_WARM:]) for taken in times]
