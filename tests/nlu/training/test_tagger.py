from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from nlu.errors import NotFittedError, TrainingError
from nlu.evaluation.metrics import precision_recall_f1
from nlu.features.batches import pad
from nlu.features.unit_features import ROWS
from nlu.features.vocabulary import UNKNOWN
from nlu.lexicon.lexicon import Lexicon
from nlu.networks.batching import Batch, collate
from nlu.networks.crf import ILLEGAL
from nlu.networks.settings import TaggerSettings
from nlu.training.loop import seeded
from nlu.training.tagger import EntityTagger
from nlu.types import LabelledUtterance, Span
from nlu.understanding.crf_inference import Transitions
from nlu.understanding.sessions import EntityNetwork
from tests.nlu import tiny
from tests.nlu.random_features import random_features
from tests.oracles import is_legal_iob2

pytestmark = pytest.mark.slow

WORD = ROWS["word"]
VARIED = [
    "피자",
    "ㅋ",
    "!?",
    "판교에서 딸기라떼 하나랑 피자 두 판 주문해 줘요 급해요",
    "판교에서강남까지얼마나걸려요",
    "뷁뷁 zzz 😀",
    "내일 서울 날씨 알려줄래?",
    "가" * 300,
]


def quick(**changes: object) -> TaggerSettings:
    return replace(tiny.TAGGER, training=replace(tiny.TRAINING, epochs=3), **changes)


def regularised(tagger: EntityTagger, batch: Batch) -> Batch:
    assert batch.target is not None
    return tagger._regularised(batch, batch.target)


def spans_of(tagger: tiny.Tagger, text: str) -> list[tuple[str, str]]:
    (found,) = tagger.predict([text])
    return [(text[span.start : span.end], span.label) for span in found]


def test_it_learns_its_training_utterances(tagger: tiny.Tagger) -> None:
    utterances = tiny.corpus()
    assert tagger.predict([one.text for one in utterances]) == [one.spans for one in utterances]


def test_tags_are_those_of_the_training_utterances(tagger: tiny.Tagger) -> None:
    assert tagger.tags == (
        *("O", "B-loc", "I-loc", "B-loc:from", "I-loc:from"),
        *("B-loc:to", "I-loc:to", "B-menu", "I-menu"),
    )


def test_entity_far_into_a_long_text_is_found() -> None:
    """Nothing is ever cut off, neither in training nor after it."""
    utterances = [
        tiny.filled("음 " * count + frame, "order_food", {"menu": dish, "loc": place})
        for count in (0, 1, 4, 110)
        for dish, place in zip(tiny.DISHES, tiny.PLACES, strict=True)
        for frame in ("{menu} 주문해 줘", "{loc}에서 {menu} 먹고 싶어")
    ]
    assert max(one.spans[0].start for one in utterances) > 200
    model = tiny.a_tagger(utterances, replace(tiny.TAGGER, training=replace(tiny.TRAINING, epochs=8)))
    assert model.predict([one.text for one in utterances]) == [one.spans for one in utterances]
    longer = tiny.filled("음 " * 160 + "{loc}에서 {menu} 먹고 싶어", None, {"menu": "피자", "loc": "서울"})
    assert model.predict([longer.text]) == [longer.spans]


def test_spans_of_a_text_do_not_depend_on_the_others(tagger: tiny.Tagger) -> None:
    together = tagger.predict(VARIED)
    assert [tagger.predict([text])[0] for text in VARIED] == together


def test_texts_without_anything_to_read_have_no_entities(tagger: tiny.Tagger) -> None:
    assert tagger.predict(["", "피자 하나 시켜줘", "  "]) == [(), (Span(0, 2, "menu"),), ()]


def test_exported_network_and_transitions_give_the_same_spans(tagger: tiny.Tagger) -> None:
    exported = tagger.to_onnx("weights", int8=False)
    network = EntityNetwork(exported.graph, exported.weights)
    transitions = Transitions.from_safetensors(exported.weights)
    for text in VARIED:
        features = tagger.encoder.encode(text)
        batch = collate([features])
        (model,) = tagger._fitted()
        emissions = model(batch.ids, batch.flags).detach()
        wanted = emissions[0].numpy()
        found = network.emissions(pad((features,)))[0]
        assert found == pytest.approx(wanted, abs=1e-4)
        path = transitions.best_path(found)
        assert path == model.crf.decode(emissions, mask=batch.mask)[0]
        assert is_legal_iob2([tagger.tags[tag] for tag in path])


def test_scores_of_illegal_moves_are_what_they_were_before_training(tagger: tiny.Tagger) -> None:
    (model,) = tagger._fitted()
    crf = model.crf
    assert set(crf.transitions[crf.illegal_moves].tolist()) == {ILLEGAL}
    assert set(crf.start_transitions[crf.illegal_starts].tolist()) == {ILLEGAL}


def test_network_without_dictionary_is_exported_too() -> None:
    utterances = tiny.corpus()
    model = tiny.a_tagger(utterances, quick(), lexicon=Lexicon([]))
    features = tiny.equipment(utterances, lexicon=Lexicon([]))[0].encode(VARIED[3])
    exported = model.to_onnx("weights")
    assert np.isfinite(EntityNetwork(exported.graph, exported.weights).emissions(pad((features,)))).all()


@pytest.mark.parametrize("labels", [0, 1, 30])
def test_number_of_labels_is_free(labels: int) -> None:
    utterances = [
        LabelledUtterance(f"{chr(0xAC00 + 28 * at)}나 주세요", "i", (Span(0, 2, f"e{at}"),)) for at in range(labels)
    ] + [LabelledUtterance("안녕하세요", "greet")]
    settings = replace(tiny.TAGGER, training=replace(tiny.TRAINING, epochs=3))
    model = tiny.a_tagger(utterances, settings)
    assert len(model.tags) == 1 + 2 * labels
    assert len(model.predict(["가나 주세요"])) == 1


def test_same_seed_gives_the_same_network_and_another_seed_another() -> None:
    settings = [quick(), quick(), replace(tiny.TAGGER, training=replace(tiny.TRAINING, epochs=3, seed=1))]
    first, second, third = (tiny.a_tagger(tiny.corpus(), one).to_onnx("weights") for one in settings)
    assert first == second != third


def test_run_that_was_cut_off_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    utterances = tiny.corpus()
    checkpoint = tmp_path / "entities.safetensors"

    def fit() -> EntityTagger:
        return EntityTagger(quick()).fit(utterances, [], *tiny.equipment(utterances), checkpoint=checkpoint)

    first = fit()
    written = checkpoint.stat().st_mtime_ns
    assert fit().to_onnx("weights") == first.to_onnx("weights")
    assert checkpoint.stat().st_mtime_ns == written


def test_several_networks_of_a_tagger_differ_and_the_first_is_that_of_a_tagger_alone(tmp_path: Path) -> None:
    utterances = tiny.corpus()
    checkpoint = tmp_path / "entities.safetensors"
    (alone,) = tiny.a_tagger(utterances, quick())._fitted()
    two = replace(quick(), members=2)

    def fit() -> EntityTagger:
        return EntityTagger(two).fit(utterances, [], *tiny.equipment(utterances), checkpoint=checkpoint)

    fitted = fit()
    first, second = fitted._fitted()
    assert torch.equal(first.lstm.weight_hh_l0, alone.lstm.weight_hh_l0)
    assert not torch.equal(first.lstm.weight_hh_l0, second.lstm.weight_hh_l0)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(files) == 2
    assert fit().to_onnx("weights") == fitted.to_onnx("weights")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == files


def test_hook_ends_the_training_of_all_networks_of_a_tagger() -> None:
    utterances = tiny.corpus()
    told: list[int] = []

    def stop_after_four(epoch: int, loss: float, score: float | None) -> bool:
        told.append(epoch)
        return epoch == 4

    settings = replace(quick(), members=3, members_for=0)
    fitted = EntityTagger(settings).fit(utterances, [], *tiny.equipment(utterances), on_epoch=stop_after_four)
    assert told == [1, 2, 3, 4]
    assert fitted.members == 2


def test_large_training_set_has_one_network() -> None:
    utterances = tiny.corpus()
    settings = replace(quick(), members=2, members_for=2 * len(utterances) - 1)
    assert len(tiny.a_tagger(utterances, settings)._fitted()) == 1


def test_development_set_is_scored_after_each_epoch() -> None:
    utterances = tiny.corpus()
    model = tiny.a_tagger(utterances, replace(tiny.TAGGER, training=replace(tiny.TRAINING, epochs=8)), dev=utterances)
    assert model.history.scores[-1] == f1_on(utterances, model) > 0
    assert len(model.history.scores) == 8


@pytest.mark.parametrize(
    ("rates", "words", "dictionary"),
    [
        ({}, [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]),
        ({"word_dropout": 1.0}, [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]),
        ({"value_dropout": 1.0}, [1, 1, 0, 1, 1, 0], [1, 1, 0, 1, 1, 0]),
        ({"dictionary_dropout": 1.0}, [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]),
    ],
)
def test_training_hides_words_values_and_the_dictionary(
    rates: dict[str, float], words: list[int], dictionary: list[int]
) -> None:
    nothing = dict.fromkeys(("word_dropout", "value_dropout", "dictionary_dropout"), 0.0)
    model = EntityTagger(replace(tiny.TAGGER, **{**nothing, **rates}))
    model.tags = ("O", "B-loc", "I-loc")
    features = random_features(6, 0)
    features.ids[WORD] = 7
    features.flags[:] = 1.0
    batch = regularised(model, collate([features], [[1, 2, 0, 1, 2, 0]]))
    assert (batch.ids[WORD, 0] == UNKNOWN).int().tolist() == words
    assert (batch.flags[0, :, 0] == 0).int().tolist() == dictionary


def test_values_are_hidden_whole_or_not_at_all_and_as_often_as_asked() -> None:
    model = EntityTagger(replace(tiny.TAGGER, word_dropout=0.0, value_dropout=0.3))
    model.tags = ("O", "B-loc", "I-loc")
    features = random_features(5, 0)
    features.ids[WORD] = 7
    with seeded(0):
        batch = regularised(model, collate([features] * 2000, [[1, 2, 2, 0, 1]] * 2000))
    hidden = batch.ids[WORD] == UNKNOWN
    assert torch.equal(hidden[:, 0], hidden[:, 1])
    assert torch.equal(hidden[:, 0], hidden[:, 2])
    assert not hidden[:, 3].any()
    assert hidden[:, 0].float().mean().item() == pytest.approx(0.3, abs=0.04)
    assert hidden[:, 4].float().mean().item() == pytest.approx(0.3, abs=0.04)
    both = (hidden[:, 0] & hidden[:, 4]).float().mean().item()
    assert both == pytest.approx(0.09, abs=0.03)


@pytest.mark.gpu
def test_it_trains_on_cuda_and_is_exported_from_there() -> None:
    settings = replace(tiny.TAGGER, training=replace(tiny.TRAINING, device="cuda"))
    model = tiny.a_tagger(tiny.corpus(), settings, dev=tiny.corpus())
    before = model.predict(VARIED)
    assert model.history.scores[-1] > 0.9
    assert np.isfinite(Transitions.from_safetensors(model.to_onnx("weights").weights).moves).all()
    assert model.predict(VARIED) == before


UNSEEN = ("광주", "속초", "강릉", "여수", "경주", "울릉도")


def unseen() -> list[LabelledUtterance]:
    """The tiny bot's utterances with places that it has never met."""
    return [one for one in tiny.corpus(UNSEEN, tiny.DISHES) if any(span.entity == "loc" for span in one.spans)]


def f1_on(utterances: list[LabelledUtterance], tagger: tiny.Tagger) -> float:
    return precision_recall_f1([one.spans for one in utterances], tagger.predict([one.text for one in utterances])).f1


def test_value_dropout_lets_it_find_values_it_has_never_met() -> None:
    """Trained with a full dictionary, asked for values that no dictionary holds."""
    scores = {}
    for dropout in (0.0, 0.2):
        settings = replace(tiny.TAGGER, value_dropout=dropout, dictionary_dropout=dropout, word_dropout=0.0)
        scores[dropout] = f1_on(unseen(), tiny.a_tagger(tiny.corpus(), settings))
    assert scores[0.2] >= 0.8
    assert scores[0.2] >= scores[0.0] + 0.1


def contradicting(first: float, second: float) -> list[LabelledUtterance]:
    """One text that is tagged in two ways, of these weights."""
    return [
        LabelledUtterance("피자 줘", "i", (Span(0, 2, "menu"),), weight=first),
        LabelledUtterance("피자 줘", "i", (Span(0, 2, "dish"),), weight=second),
    ] * 8


@pytest.mark.parametrize(("first", "second"), [(10.0, 1.0), (1.0, 10.0), (1.0, 0.0)])
def test_weightier_utterances_count_more(first: float, second: float) -> None:
    model = tiny.a_tagger(contradicting(first, second))
    assert spans_of(model, "피자 줘") == [("피자", "menu" if first > second else "dish")]


@pytest.mark.parametrize("utterances", [[], [LabelledUtterance("  ", None)]])
def test_nothing_to_learn_from_is_refused(utterances: list[LabelledUtterance]) -> None:
    with pytest.raises(TrainingError) as error:
        tiny.a_tagger(utterances)
    assert str(error.value) == "expected utterances to learn entities from, got none"


def test_exporting_before_fitting_is_refused() -> None:
    with pytest.raises(NotFittedError) as error:
        EntityTagger().to_onnx("weights")
    assert str(error.value) == "the EntityTagger is not fitted; call fit first"


def test_mixed_precision_learns_as_well() -> None:
    utterances = tiny.corpus()
    settings = replace(tiny.TAGGER, training=replace(tiny.TRAINING, precision="bfloat16"))
    assert tiny.a_tagger(utterances, settings, utterances).history.scores[-1] > 0.95
