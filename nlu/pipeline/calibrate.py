"""Calibrate a model: how sure it may be, from utterances that it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlu.types import FALLBACK_INTENT, LabelledUtterance
from nlu.understanding.fallback import FallbackRule, choose_threshold, fit_temperature, in_scope_score
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.sessions import softmax
from nlu.understanding.settings import UnderstandingSettings


@dataclass(frozen=True)
class HeldOutView:
    """What a model makes of N utterances in scope that it was not trained on.

    Attributes:
        intents: the names of the K intents.
        utterances: the utterances, each of an intent that the model knows, `nlu_fallback` left out.
        logits: `(N, K)`.
        familiarity: of each utterance, 0..1, as `Features` has it.
    """

    intents: tuple[str, ...]
    utterances: tuple[LabelledUtterance, ...]
    logits: NDArray[np.float32]
    familiarity: tuple[float, ...]

    @classmethod
    def of(cls, model: TrainedModel, held_out: Sequence[LabelledUtterance]) -> HeldOutView:
        """Show a model all utterances in scope among `held_out`."""
        parser, intents = UtteranceParser(model), model.intents.names
        scope = set(intents) - {FALLBACK_INTENT}
        known = tuple(utterance for utterance in held_out if utterance.intent in scope)
        logits = [parser.intent_logits(utterance.text) for utterance in known]
        return cls(
            intents,
            known,
            np.stack(logits) if logits else np.zeros((0, len(intents)), np.float32),
            tuple(parser.features(utterance.text).familiarity for utterance in known),
        )

    def rule(self, settings: UnderstandingSettings, alike: Sequence[LabelledUtterance] = ()) -> FallbackRule:
        """Choose temperature and threshold; without utterances, the rule keeps its defaults.

        Args:
            settings: what part of the utterances the threshold may reject, and how high it may be.
            alike: of the utterances, those on which this model is as sure as the one that will serve; the temperature
                is chosen on them, or on all where there are none.
        """
        if not self.utterances:
            return FallbackRule()
        wanted = set(alike)
        rows = [row for row, utterance in enumerate(self.utterances) if utterance in wanted]
        rows = rows or list(range(len(self.utterances)))
        scope = [name for name in self.intents if name != FALLBACK_INTENT]
        columns = [self.intents.index(name) for name in scope]
        targets = [scope.index(str(self.utterances[row].intent)) for row in rows]
        temperature = fit_temperature(self.logits[np.ix_(rows, columns)], targets)
        scores = [
            in_scope_score(self.intents, softmax(row, temperature), familiarity)
            for row, familiarity in zip(self.logits, self.familiarity, strict=True)
        ]
        threshold = choose_threshold(scores, settings.false_reject_rate)
        return FallbackRule(temperature, min(threshold, settings.highest_threshold))


def calibrate(
    model: TrainedModel, held_out: Sequence[LabelledUtterance], settings: UnderstandingSettings
) -> TrainedModel:
    """The same model with a rule that was chosen on utterances it was not trained on."""
    return replace(model, rule=HeldOutView.of(model, held_out).rule(settings))
