"""A large set is gone through in larger steps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.training import loop
from nlu.training.tagger import EntityTagger
from tests.nlu import tiny


@pytest.mark.parametrize(("large", "steps", "rate"), [(0, 8, 0.01), (1, 64, 0.01 * 8**0.5), (10_000, 8, 0.01)])
def test_steps_and_rate_are_those_for_a_set_of_its_size(
    large: int, steps: int, rate: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    fit = loop.fit

    def noting(*arguments, **options):
        seen.append(arguments[5])
        return fit(*arguments, **options)

    monkeypatch.setattr(loop, "fit", noting)
    utterances = tiny.corpus()
    settings = replace(tiny.TAGGER, training=replace(tiny.TRAINING, epochs=1, large=large))
    EntityTagger(settings).fit(utterances, [], *tiny.equipment(utterances))
    assert [(one.batch_size, one.learning_rate) for one in seen] == [(steps, pytest.approx(rate))]
