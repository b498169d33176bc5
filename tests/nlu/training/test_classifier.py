from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlu.errors import NotFittedError, TrainingError
from nlu.features.batches import pad
from nlu.networks.settings import CharCnnSettings, ClassifierSettings
from nlu.training.classifier import IntentClassifier
from nlu.types import LabelledUtterance
from nlu.understanding.sessions import IntentNetwork
from tests.nlu import tiny

pytestmark = pytest.mark.slow

VARIED = [
    "피자",
    "ㅋ",
    "!?",
    "안녕하세요 저는 오늘 처음 왔는데요 혹시 딸기라떼 하나랑 피자 두 판 주문할 수 있을까요 급해요",
    "판교에서강남까지얼마나걸려요",
    "뷁뷁 zzz 😀",
    "내일 서울 날씨 알려줄래?",
    "가" * 300,
]


def quick(**changes: object) -> ClassifierSettings:
    return replace(tiny.CLASSIFIER, training=replace(tiny.TRAINING, epochs=3), **changes)


def test_it_learns_its_training_utterances(classifier: tiny.Classifier) -> None:
    utterances = tiny.corpus()
    assert classifier.predict([one.text for one in utterances]) == [one.intent for one in utterances]


def test_it_understands_new_values_in_known_frames(classifier: tiny.Classifier) -> None:
    texts = ["광주 날씨 알려줘", "만두 하나 시켜줘", "속초에서 강릉까지 얼마나 걸려"]
    assert classifier.predict(texts) == ["weather", "order_food", "transport"]


def test_intents_are_those_of_the_training_utterances_sorted(classifier: tiny.Classifier) -> None:
    assert classifier.intents == ("greet", "nlu_fallback", "order_food", "transport", "weather")


def test_logits_of_a_text_do_not_depend_on_the_others(classifier: tiny.Classifier) -> None:
    together = classifier.logits(VARIED)
    assert together.shape == (len(VARIED), 5)
    for text, wanted in zip(VARIED, together, strict=True):
        assert classifier.logits([text])[0] == pytest.approx(wanted, abs=1e-4)


def test_texts_without_anything_to_read_get_logits_too(classifier: tiny.Classifier) -> None:
    assert np.isfinite(classifier.logits(["", "   "])).all()


def test_exported_network_gives_the_same_logits(classifier: tiny.Classifier) -> None:
    exported = classifier.to_onnx("weights", int8=False)
    network = IntentNetwork(exported.graph, exported.weights)
    encoder = tiny.equipment(tiny.corpus())[0]
    wanted = classifier.logits(VARIED)
    for text, row in zip(VARIED, wanted, strict=True):
        assert network.logits(pad((encoder.encode(text),)))[0] == pytest.approx(row, abs=1e-4)


@pytest.mark.parametrize(
    "changes",
    [{"cnn": CharCnnSettings(filters=4, ngram_width=0)}, {"widths": replace(tiny.WIDTHS, word=0, dictionary=0, pos=0)}],
)
def test_network_that_leaves_features_out_is_exported_too(changes: dict[str, object]) -> None:
    model = tiny.a_classifier(tiny.corpus(), quick(**changes))
    exported = model.to_onnx("weights", int8=False)
    network = IntentNetwork(exported.graph, exported.weights)
    encoder = tiny.equipment(tiny.corpus())[0]
    assert network.logits(pad((encoder.encode(VARIED[3]),)))[0] == pytest.approx(model.logits([VARIED[3]])[0], abs=1e-4)


@pytest.mark.parametrize(("count", "epochs"), [(2, 24), (80, 1)])
def test_number_of_intents_is_free(count: int, epochs: int) -> None:
    utterances = [LabelledUtterance(f"{chr(0xAC00 + 28 * at)} 주세요", f"intent_{at:02}") for at in range(count)]
    settings = replace(tiny.CLASSIFIER, word_dropout=0.0, training=replace(tiny.TRAINING, epochs=epochs))
    model = tiny.a_classifier(utterances, settings)
    assert len(model.intents) == count
    assert model.logits([utterances[-1].text]).shape == (1, count)
    if count == 2:
        assert model.predict([one.text for one in utterances]) == [one.intent for one in utterances]


def test_same_seed_gives_the_same_network_and_another_seed_another() -> None:
    utterances = tiny.corpus()
    settings = [quick(), quick(), replace(tiny.CLASSIFIER, training=replace(tiny.TRAINING, epochs=3, seed=1))]
    first, second, third = (tiny.a_classifier(utterances, one).to_onnx("weights") for one in settings)
    assert first == second != third


def test_run_that_was_cut_off_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    utterances = tiny.corpus()
    checkpoint = tmp_path / "intents.safetensors"

    def fit() -> IntentClassifier:
        return IntentClassifier(quick()).fit(utterances, [], *tiny.equipment(utterances), checkpoint=checkpoint)

    first = fit()
    written = checkpoint.stat().st_mtime_ns
    assert fit().to_onnx("weights") == first.to_onnx("weights")
    assert checkpoint.stat().st_mtime_ns == written


def test_development_set_is_scored_after_each_epoch() -> None:
    utterances = tiny.corpus()
    model = tiny.a_classifier(utterances, quick(), dev=utterances)
    found = model.predict([one.text for one in utterances])
    assert model.history.scores[-1] == sum(one.intent == was for one, was in zip(utterances, found, strict=True)) / 62
    assert len(model.history.scores) == 3


def test_development_utterances_of_unknown_intents_are_left_out() -> None:
    strangers = [LabelledUtterance("노래 틀어줘", "music"), LabelledUtterance("피자", None)]
    assert tiny.a_classifier(tiny.corpus(), quick(), dev=strangers).history.scores == []


@pytest.mark.gpu
def test_it_trains_on_cuda_and_is_exported_from_there() -> None:
    settings = replace(tiny.CLASSIFIER, training=replace(tiny.TRAINING, device="cuda"))
    model = tiny.a_classifier(tiny.corpus(), settings, dev=tiny.corpus())
    before = model.logits(VARIED)
    exported = model.to_onnx("weights")
    assert model.history.scores[-1] > 0.9
    assert model.logits(VARIED) == pytest.approx(before, abs=1e-2)
    assert IntentNetwork(exported.graph, exported.weights)


def contradicting(first: float, second: float, copies: int = 1) -> list[LabelledUtterance]:
    """One text that is said with two intents, of these weights."""
    return [
        LabelledUtterance("그거 해줘", "first", weight=first),
        *[LabelledUtterance("그거 해줘", "second", weight=second)] * copies,
    ] * 8


@pytest.mark.parametrize(("first", "second"), [(10.0, 1.0), (1.0, 10.0)])
def test_weightier_utterances_count_more(first: float, second: float) -> None:
    model = tiny.a_classifier(contradicting(first, second))
    assert model.predict(["그거 해줘"]) == ["first" if first > second else "second"]


def test_class_balance_makes_rare_intents_count_more() -> None:
    def lead(balance: float) -> float:
        settings = replace(tiny.CLASSIFIER, class_balance=balance)
        model = tiny.a_classifier(contradicting(1.0, 1.0, copies=19), settings)
        first, second = model.logits(["그거 해줘"])[0]
        return float(second - first)

    assert lead(0.0) - lead(1.0) > 0.5


def test_utterances_of_weight_zero_are_not_learned() -> None:
    model = tiny.a_classifier(contradicting(1.0, 0.0, copies=4), quick())
    assert model.predict(["그거 해줘"]) == ["first"]


def test_utterances_without_intent_are_left_out() -> None:
    utterances = [*tiny.corpus(), LabelledUtterance("판교", None)]
    assert None not in tiny.a_classifier(utterances, quick()).intents


@pytest.mark.parametrize(
    ("utterances", "there"),
    [([], "none"), ([LabelledUtterance("안녕", "greet")], "greet"), ([LabelledUtterance("안녕", None)], "none")],
)
def test_fewer_than_two_intents_are_refused(utterances: list[LabelledUtterance], there: str) -> None:
    with pytest.raises(TrainingError) as error:
        tiny.a_classifier(utterances)
    assert str(error.value) == f"expected utterances of at least two intents, got {there}"


def test_exporting_before_fitting_is_refused() -> None:
    with pytest.raises(NotFittedError) as error:
        IntentClassifier().to_onnx("weights")
    assert str(error.value) == "the IntentClassifier is not fitted; call fit first"


def test_mixed_precision_learns_as_well() -> None:
    utterances = tiny.corpus()
    training = replace(tiny.TRAINING, precision="bfloat16")
    history = tiny.a_classifier(utterances, replace(tiny.CLASSIFIER, training=training), utterances).history
    assert history.scores[-1] > 0.95
    assert history.losses != tiny.a_classifier(utterances, quick(), utterances).history.losses
