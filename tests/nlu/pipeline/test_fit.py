from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nlu.config import Config
from nlu.events import Event, Progress
from nlu.lexicon.lexicon import Lexicon
from nlu.pipeline.fit import Fitted, _end_before_particles, fit
from nlu.types import LabelledUtterance, Span
from tests.nlu import tiny

pytestmark = pytest.mark.slow

TWO = replace(tiny.TAGGER, members=2, training=replace(tiny.TRAINING, epochs=1))
UTTERANCES = tiny.corpus()
QUICK = replace(tiny.CONFIG, tagger=TWO, classifier=replace(tiny.CLASSIFIER, training=TWO.training))


def fitted(utterances: list[LabelledUtterance], config: Config, folder: Path) -> Fitted:
    return fit(utterances, UTTERANCES, tiny.LEXICON, config, folder)


@pytest.mark.parametrize("members", [1, 2])
def test_served_taggers_are_as_many_as_were_measured(members: int, tmp_path: Path) -> None:
    few = UTTERANCES[:20]
    config = replace(QUICK, tagger=replace(TWO, members_for=members * len(few)))
    measured = fitted(few, config, tmp_path / "measured")
    assert measured.taggers == members
    chosen = measured.settings_for_refit(config)
    assert fitted(UTTERANCES, chosen, tmp_path / "served").taggers == members


@pytest.mark.parametrize(("stop_at", "epochs"), [(0.0, 5), (1e-9, 1)])
def test_served_networks_stop_where_the_measured_ones_did(stop_at: float, epochs: int, tmp_path: Path) -> None:
    training = replace(tiny.TRAINING, epochs=5, stop_at=stop_at)
    config = replace(QUICK, classifier=replace(tiny.CLASSIFIER, training=training))
    measured = fitted(UTTERANCES, config, tmp_path / "measured")
    served = fit(UTTERANCES, (), tiny.LEXICON, measured.settings_for_refit(config), tmp_path / "served")
    assert len(measured.intents.losses) == len(served.intents.losses) == epochs


def test_bot_without_entities_has_one_tagger_that_finds_nothing(tmp_path: Path) -> None:
    said = [LabelledUtterance(text, intent) for text, intent in (("안녕", "greet"), ("또 봐", "bye"))]
    fitted = fit(said, (), Lexicon([]), QUICK, tmp_path)
    assert (fitted.model.entities.tags, fitted.taggers) == (("O",), 1)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_hook_ends_the_training_of_one_network_from_here(processes: int, tmp_path: Path) -> None:
    heard: list[Event] = []
    epochs: list[int] = []

    def stop_at_two(epoch: int, loss: float, score: float | None) -> bool:
        assert loss > 0
        assert score is not None
        epochs.append(epoch)
        return epoch == 2

    training = replace(tiny.TRAINING, epochs=5)
    config = replace(QUICK, classifier=replace(tiny.CLASSIFIER, training=training), processes=processes)
    hooks = {"intents": stop_at_two}
    stopped = fit(UTTERANCES, UTTERANCES, tiny.LEXICON, config, tmp_path, listen=heard.append, on_epoch=hooks)  # type: ignore[arg-type]
    assert (epochs, len(stopped.intents.losses), stopped.stopped) == ([1, 2], 2, {"intents"})
    assert stopped.settings_for_refit(config).classifier.training.stop_after == 2
    assert len(stopped.entities.losses) == 1
    ends = {event.stage for event in heard if isinstance(event, Progress) and event.done == event.total}
    assert ends == {"fit.intents", "fit.entities 1/2", "fit.entities 2/2"}


def test_a_model_knows_whether_its_entities_end_before_particles() -> None:
    before = LabelledUtterance("판교까지 얼마나 걸려", "distance", (Span(0, 2, "loc"),))
    whole = LabelledUtterance("판교까지 얼마나 걸려", "distance", (Span(0, 4, "loc"),))
    assert [_end_before_particles(some) for some in ([before, whole], [whole], [])] == [True, False, False]
