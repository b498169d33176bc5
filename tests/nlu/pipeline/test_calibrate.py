from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.augmentation.augmenter import Augmenter
from nlu.data.rows import IMPORTED, DatasetRow, Slice
from nlu.pipeline.calibrate import HeldOut, HeldOutView
from nlu.types import LabelledUtterance
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.settings import UnderstandingSettings
from tests.nlu import tiny

NEW, KNOWN = (
    Slice.held_out(unseen_pattern=True, unseen_value=False),
    Slice.held_out(unseen_pattern=False, unseen_value=True),
)


@pytest.fixture(scope="module")
def model(tiny_parser: UtteranceParser) -> TrainedModel:
    return tiny_parser.model


def rows(count: int, slice_: Slice, intent: str = "weather") -> list[DatasetRow]:
    return [DatasetRow(LabelledUtterance(f"{slice_.name} {n}", intent), "dev", slice_) for n in range(count)]


def test_utterances_it_is_sure_of_do_not_raise_the_threshold_beyond_what_is_set(model: TrainedModel) -> None:
    sure = UnderstandingSettings(false_reject_rate=0.05, highest_threshold=0.99)
    view = HeldOutView.of(model, HeldOut(tuple(tiny.corpus())))
    assert view.rule(sure).threshold > 0.5
    capped = UnderstandingSettings(false_reject_rate=0.05, highest_threshold=0.4)
    assert view.rule(capped).threshold == 0.4


def test_what_it_may_know_by_heart_does_not_raise_the_threshold_far(model: TrainedModel) -> None:
    view = HeldOutView.of(model, HeldOut(tuple(tiny.corpus()), is_new=False))
    assert view.rule(UnderstandingSettings()).threshold == 0.15


def test_without_utterances_in_scope_the_rule_is_cautious(model: TrainedModel) -> None:
    outside = [utterance for utterance in tiny.corpus() if utterance.intent == "nlu_fallback"]
    assert outside
    rule = HeldOutView.of(model, HeldOut(tuple(outside))).rule(UnderstandingSettings())
    assert (rule.temperature, rule.threshold) == (1.0, 0.15)


def test_unknown_names_are_rejected_where_hardly_anything_said_is_one(model: TrainedModel) -> None:
    said, settings = tiny.corpus(), UnderstandingSettings()
    names = [LabelledUtterance(name, "weather") for name in ("양자역학", "비트코인", "손흥민", "넷플릭스")] * 10
    rejecting, heeding = (
        HeldOutView.of(model, HeldOut(tuple(some))).rule(settings) for some in (said, [*said, *names])
    )
    assert (rejecting.rejects_unknown_names, heeding.rejects_unknown_names) == (True, False)
    for rule, rejects in ((rejecting, True), (heeding, False)):
        parser = UtteranceParser(replace(model, rule=rule))
        parse, features = parser.parse("양자역학"), parser.features("양자역학")
        assert features.is_unknown_name
        assert (parse.fallback.score == 0.0) == rejects
        assert parse.intent == parse.ranking[0]
        assert sum(one.confidence for one in parse.ranking) == pytest.approx(1.0)
    assert UtteranceParser(replace(model, rule=rejecting)).parse("양자역학").intent.name == "nlu_fallback"


def test_wrong_answers_raise_the_temperature(model: TrainedModel) -> None:
    wrong = [replace(utterance, intent="weather") for utterance in tiny.corpus() if utterance.intent == "order_food"]
    right, settings = tuple(tiny.corpus()), UnderstandingSettings()
    some, more = (HeldOutView.of(model, HeldOut(shown)).rule(settings) for shown in (right, (*right, *wrong)))
    assert some.temperature < more.temperature


def test_each_utterance_is_shown_as_people_type_it_too(model: TrainedModel) -> None:
    said = HeldOut(tuple(one for one in tiny.corpus() if one.intent == "weather"))
    plain = HeldOutView.of(model, said)
    rough = HeldOutView.of(model, said, Augmenter(tiny.CONFIG.augmentation))
    assert len(rough.targets) == 2 * len(plain.targets) == 2 * rough.count
    assert rough.rule(UnderstandingSettings()).threshold <= plain.rule(UnderstandingSettings()).threshold


def test_what_people_wrote_counts_before_patterns_that_are_new_and_those_before_known_ones() -> None:
    written, new, known = rows(30, IMPORTED), rows(40, NEW), rows(50, KNOWN)
    everything = [*known, *new, *written, *rows(9, IMPORTED, "nlu_fallback")]
    assert HeldOut.among(everything).utterances == tuple(row.utterance for row in written)
    strange = rows(40, Slice.held_out(unseen_pattern=True, unseen_value=True))
    few = [*known, *strange, *new, *written[:5]]
    assert set(HeldOut.among(few).utterances) == {row.utterance for row in (*new, *written[:5])}
    assert len(HeldOut.among([*known, *strange, *new[:5]]).utterances) == 45


def test_where_little_is_new_everything_is_taken_and_nothing_is_called_new() -> None:
    held = HeldOut.among([*rows(50, KNOWN), *rows(9, NEW)])
    assert (len(held.utterances), held.is_new) == (59, False)
    assert HeldOut.among(rows(9, NEW)).is_new


def test_so_many_are_asked_about_as_is_set(model: TrainedModel) -> None:
    view = HeldOutView.of(model, HeldOut(tuple(tiny.corpus())))
    none, some, more = (view.rule(UnderstandingSettings(ask_rate=rate)) for rate in (0.0, 0.02, 0.2))
    assert (none.ask_below, none.ask_from) == (0.0, 0.0)
    assert 0.0 < some.ask_below <= more.ask_below <= 0.3
    assert some.ask_from == some.threshold / 2
    heart = HeldOutView.of(model, HeldOut(tuple(tiny.corpus()), is_new=False))
    assert heart.rule(UnderstandingSettings(ask_rate=0.5)).ask_below <= 0.1
    parser = UtteranceParser(replace(model, rule=more))
    known = [one for one in tiny.corpus() if one.intent in model.intents.names and one.intent != "nlu_fallback"]
    asked = [one for one in parser.parse_many([row.text for row in known]) if one.ask and not one.fallback.is_fallback]
    assert len(asked) <= 0.2 * len(known)
