import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation import metrics
from nlu.types import Span
from tests import oracles
from tests.strategies import separate_spans

corpora = st.lists(st.tuples(*[separate_spans(8, st.sampled_from(["loc", "date"]))] * 2), max_size=6).map(
    lambda pairs: ([gold for gold, _ in pairs], [predicted for _, predicted in pairs])
)
intent_pairs = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from(["a", "b", "d", None])), min_size=1
).filter(lambda pairs: any(gold for gold, _ in pairs))


@given(corpora)
def test_span_scores_agree_with_sets(corpus):
    score = metrics.precision_recall_f1(*corpus)
    assert (score.precision, score.recall, score.f1) == pytest.approx(oracles.span_f1(*corpus))


@given(corpora)
def test_labels_add_up_to_the_whole(corpus):
    whole, table = metrics.precision_recall_f1(*corpus), metrics.by_label(*corpus).values()
    assert sum(row.correct for row in table) == whole.correct
    assert sum(row.predicted for row in table) == whole.predicted
    assert sum(row.gold for row in table) == whole.gold


def test_a_role_is_part_of_the_label():
    gold, predicted = [[Span(0, 2, "loc", "from")]], [[Span(0, 2, "loc", "to")]]
    assert metrics.precision_recall_f1(gold, predicted).f1 == 0


def test_a_canonical_value_is_not_scored():
    assert metrics.precision_recall_f1([[Span(0, 2, "loc", None, "판교")]], [[Span(0, 2, "loc")]]).f1 == 1


def test_perfect_predictions_score_one():
    spans = [[Span(0, 2, "loc")], []]
    assert metrics.precision_recall_f1(spans, spans) == metrics.SpanScore(1, 1, 1)


def test_nothing_to_find_and_nothing_found_scores_zero_not_an_error():
    score = metrics.precision_recall_f1([[]], [[]])
    assert (score.precision, score.recall, score.f1) == (0.0, 0.0, 0.0)


@given(intent_pairs)
def test_intent_scores_agree_with_counting(pairs):
    gold, predicted = zip(*pairs, strict=True)
    _, macro = oracles.intent_scores(gold, predicted)
    assert metrics.macro_f1(gold, predicted) == pytest.approx(macro)


def test_macro_f1_averages_over_gold_intents_only():
    assert metrics.macro_f1(["a", "a"], ["a", "z"]) == pytest.approx(2 / 3)


@given(intent_pairs)
def test_confusion_counts_every_labelled_utterance_once(pairs):
    gold, predicted = zip(*pairs, strict=True)
    counts = metrics.confusion(gold, predicted)
    assert sum(counts.values()) == sum(label is not None for label in gold)
    assert sum(n for (was, said), n in counts.items() if was == said) == sum(g == p for g, p in pairs if g)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 20))
def test_calibration_error_agrees_with_its_definition(rows, bins):
    confidences, correct = zip(*rows, strict=True)
    expected = oracles.calibration_error(confidences, correct, bins)
    assert metrics.expected_calibration_error(confidences, correct, bins) == pytest.approx(expected, abs=1e-9)


def test_an_overconfident_model_is_off_by_its_excess():
    assert metrics.expected_calibration_error([0.9] * 4, [True, False, False, True]) == pytest.approx(0.4)


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_a_confidence_outside_its_range_is_refused(confidence):
    with pytest.raises(ValueError, match=r"expected confidences in 0\.\.1"):
        metrics.expected_calibration_error([confidence], [True])


def test_different_lengths_are_refused():
    with pytest.raises(ValueError, match="expected 2 predictions, got 1"):
        metrics.macro_f1(["a", "b"], ["a"])


def test_scoring_no_labelled_utterance_is_refused():
    with pytest.raises(ValueError, match="expected at least one utterance with a gold intent, got none"):
        metrics.macro_f1([None], ["a"])
