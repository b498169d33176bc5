from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import ours
from benchmarks.data import without_entities, without_intents
from benchmarks.ours import Recipe, fingerprint, gather_lexicon, train
from benchmarks.scoring import predict, score
from nlu.config import Config, build
from nlu.types import LabelledUtterance, Span
from tests.benchmarks.toy import utterances

pytestmark = pytest.mark.slow

ROWS = utterances()


def quick(epochs: int = 1, **parts: object) -> Recipe:
    learning = {"training": {"epochs": epochs, "epochs_for": 0, "least_steps": 0, "stop_at": 0.0, "batch_size": 4}}
    config = build(
        Config(processes=1),
        {"classifier": learning, "tagger": learning, "understanding": {"smalltalk": 0.0}},
    )
    return replace(Recipe(config, refit=False), **parts)


def test_the_bundle_is_loaded_and_measured(tmp_path: Path) -> None:
    trained = train(ROWS, quick(40, held_out=0.0), tmp_path)
    predictions, _ = predict(trained.parser.parse, ROWS)
    assert score(ROWS, predictions).intent_accuracy == 1.0
    assert trained.seconds > 0
    assert 0 < trained.megabytes < 30
    assert all(epochs == 40 for epochs in trained.epochs)


def test_what_was_trained_once_is_not_trained_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = train(ROWS, quick(), tmp_path)
    monkeypatch.setattr(ours, "fit", None)
    again = train(ROWS, quick(), tmp_path)
    assert (again.bundle.version, again.seconds) == (first.bundle.version, first.seconds)


def test_no_checkpoint_stays_behind(tmp_path: Path) -> None:
    train(ROWS, quick(), tmp_path)
    assert [path.name for path in tmp_path.rglob("*.checkpoint.safetensors")] == []


@pytest.mark.parametrize(
    "other", [quick(seed=1), quick(epochs=2), quick(gazetteer=True), quick(copies=1), quick(corpus=("안녕",))]
)
def test_another_recipe_is_another_training(other: Recipe) -> None:
    assert fingerprint(ROWS, quick()) == fingerprint(ROWS, quick()) != fingerprint(ROWS, other)


def test_other_utterances_are_another_training() -> None:
    assert fingerprint(ROWS, quick()) != fingerprint(ROWS[1:], quick())


def test_a_task_without_intents_gets_entities_alone(tmp_path: Path) -> None:
    rows = without_intents(ROWS)
    predictions, _ = predict(train(rows, quick(40, held_out=0.0), tmp_path).parser.parse, rows)
    scores = score(rows, predictions)
    assert {one.intent for one in predictions} == {None}
    assert scores.entity_f1 is not None
    assert scores.entity_f1 > 0.5


def test_a_task_without_entities_gets_intents_alone(tmp_path: Path) -> None:
    rows = without_entities(ROWS)
    trained = train(rows, quick(), tmp_path)
    predictions, _ = predict(trained.parser.parse, rows)
    assert {one.spans for one in predictions} == {()}
    assert {one.intent for one in predictions} <= {"weather", "order_food", "greet"}


def test_a_network_with_nothing_to_learn_is_trained_for_one_step(tmp_path: Path) -> None:
    patient = {"training": {"least_steps": 50}}
    recipe = quick()
    recipe = replace(recipe, config=build(recipe.config, {"tagger": patient}))
    assert train(without_entities(ROWS), recipe, tmp_path).epochs == (1, 1)


def test_the_gazetteer_reaches_the_bundle(tmp_path: Path) -> None:
    lexicon = train(ROWS, quick(gazetteer=True, held_out=0.0), tmp_path).parser.model.encoder.lexicon
    assert set(lexicon.values("loc")) == {"판교", "서울", "부산", "대전", "광주"}


def test_the_gazetteer_holds_the_most_frequent_values_first() -> None:
    rows = [LabelledUtterance(text, "x", (Span(0, 2, "loc"),)) for text in ("서울 비", "판교 비", "서울 눈")]
    assert gather_lexicon(rows).values("loc") == ("서울", "판교")


def test_refitting_learns_from_the_held_out_utterances_too(tmp_path: Path) -> None:
    recipe = quick(held_out=0.7, gazetteer=True)
    part = train(ROWS, recipe, tmp_path).parser.model.encoder.lexicon
    whole = train(ROWS, replace(recipe, refit=True), tmp_path).parser.model.encoder.lexicon
    assert set(part.entries) < set(whole.entries) == set(gather_lexicon(ROWS).entries)


def test_the_seed_reaches_every_part_that_learns() -> None:
    config = quick(seed=7).seeded_config
    assert (config.vectors.seed, config.classifier.training.seed, config.tagger.training.seed) == (7, 7, 7)


@pytest.mark.parametrize(("least", "judged"), [(1, True), (100, False)])
def test_too_few_held_out_utterances_do_not_decide_when_to_stop(least: int, judged: bool, tmp_path: Path) -> None:
    trained = train(ROWS, quick(2, held_out=0.3, least_held_out=least), tmp_path)
    assert bool(trained.intents.scores) is bool(trained.entities.scores) is judged
    assert len(trained.intents.losses) == 2


def test_outliers_make_fallback_an_intent(tmp_path: Path) -> None:
    assert "nlu_fallback" in train(without_entities(ROWS), quick(outliers=0.5), tmp_path).parser.intents


def test_copies_are_roughened_and_never_repeat_an_utterance() -> None:
    copies = ours._roughened(ROWS, quick(copies=3))
    assert copies
    assert not {copy.text for copy in copies} & {row.text for row in ROWS}
