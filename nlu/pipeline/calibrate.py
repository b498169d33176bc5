"""Calibrate a model: how sure it may be, from utterances that it was not trained on, nor on others of their kind."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlu.augmentation.augmenter import Augmenter
from nlu.data.rows import IMPORTED, DatasetRow
from nlu.features.encoder import Features
from nlu.types import FALLBACK_INTENT, LabelledUtterance
from nlu.understanding.fallback import FallbackRule, fit_sharpness, fit_temperature, in_scope_score, promised_threshold
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.sessions import softmax
from nlu.understanding.settings import UnderstandingSettings

_ENOUGH = 30
"""Utterances of the best kind: with fewer, chance would choose the threshold, and the next kind is taken in, too."""
_UNTRIED = 0.15
"""The highest threshold where nothing was held out that the model could not know by heart: about what bots need."""
_MOST_LEAD, _UNTRIED_LEAD = 0.3, 0.1
"""The highest lead that is asked about, and where nothing was held out that the model could not know by heart."""
_NEAR = 0.5
"""What scores this part of the threshold is asked about: half of what is declined wrongly means one of the two."""


@dataclass(frozen=True)
class HeldOut:
    """Utterances in scope to calibrate on.

    Attributes:
        utterances: what is said.
        is_new: whether train has neither their pattern nor another wording of theirs.
    """

    utterances: tuple[LabelledUtterance, ...]
    is_new: bool = True

    @classmethod
    def among(cls, rows: Sequence[DatasetRow]) -> HeldOut:
        """Choose those that are most like what people will say.

        Those that people wrote are; after them those of patterns that train has not, with values that it has, since the
        model that will serve has them all; after them those of such patterns with any values; after them all.

        Args:
            rows: of parts that the model was not trained on.
        """
        rows = [row for row in rows if row.utterance.intent not in (None, FALLBACK_INTENT)]
        written = [row for row in rows if row.slice == IMPORTED]
        unseen = [row for row in rows if row.slice.unseen_pattern]
        known_values = [row for row in unseen if not row.slice.unseen_value]
        for kind in (written, [*written, *known_values], [*written, *unseen]):
            if len(kind) >= _ENOUGH:
                return cls(tuple(row.utterance for row in kind))
        new = {id(row) for row in (*written, *unseen)}
        return cls(tuple(row.utterance for row in rows), is_new=len(new) * 2 > len(rows))


@dataclass(frozen=True)
class HeldOutView:
    """What a model makes of utterances in scope that it was not trained on, and of copies as people type them.

    Attributes:
        intents: the names of the K intents.
        targets: the intent of each of N utterances, copies included.
        logits: `(N, K)`.
        features: of each utterance.
        count: how many there are without copies.
        is_new: as `HeldOut` has it.
    """

    intents: tuple[str, ...]
    targets: tuple[str, ...]
    logits: NDArray[np.float32]
    features: tuple[Features, ...]
    count: int
    is_new: bool = True

    @classmethod
    def of(cls, model: TrainedModel, held_out: HeldOut, augmenter: Augmenter | None = None) -> HeldOutView:
        """Show a model all utterances of intents that it knows, each with a roughened copy where that is wished."""
        parser, intents = UtteranceParser(model), model.intents.names
        scope = set(intents) - {FALLBACK_INTENT}
        known = [utterance for utterance in held_out.utterances if utterance.intent in scope]
        rng = random.Random(0)
        shown = [*known, *(augmenter.augment(utterance, rng) for utterance in known if augmenter is not None)]
        logits = [parser.intent_logits(utterance.text) for utterance in shown]
        return cls(
            intents,
            tuple(str(utterance.intent) for utterance in shown),
            np.stack(logits) if logits else np.zeros((0, len(intents)), np.float32),
            tuple(parser.features(utterance.text) for utterance in shown),
            len(known),
            held_out.is_new,
        )

    def rule(self, settings: UnderstandingSettings) -> FallbackRule:
        """Choose temperature and threshold; without utterances, the rule is a cautious one."""
        most = settings.highest_threshold if self.is_new and self.count else min(settings.highest_threshold, _UNTRIED)
        if not self.count:
            return FallbackRule(threshold=most)
        scope = [name for name in self.intents if name != FALLBACK_INTENT]
        columns = [self.intents.index(name) for name in scope]
        temperature = fit_temperature(self.logits[:, columns], [scope.index(target) for target in self.targets])
        chances = np.stack([softmax(row, temperature) for row in self.logits])
        rule = FallbackRule(temperature, rejects_unknown_names=self._hardly_names(settings))
        familiar = np.array([rule.familiarity(features) for features in self.features])
        scores = [in_scope_score(self.intents, *one) for one in zip(chances, familiar.tolist(), strict=True)]
        threshold = min(promised_threshold(scores, settings.false_reject_rate, self.count), most)
        known = chances[:, columns]
        is_right = np.array([scope[at] for at in known.argmax(1)]) == np.array(self.targets)
        shares = known.max(1) / np.maximum(known.sum(1), 1e-12)
        sharpness = fit_sharpness(np.array(scores), shares, is_right, threshold)
        asked = self._ask_below(known, familiar, np.array(scores) >= threshold, settings.ask_rate)
        return replace(
            rule,
            threshold=threshold,
            sharpness=sharpness,
            ask_below=asked,
            ask_from=_NEAR * threshold if asked else 0.0,
        )

    def _ask_below(
        self, known: NDArray[np.float64], familiar: NDArray[np.float64], understood: NDArray[np.bool_], rate: float
    ) -> float:
        """The lead below which this part of the utterances is understood, but asked about."""
        if not rate or known.shape[1] < 2:
            return 0.0
        second, first = np.sort(known, 1)[:, -2:].T
        leads = np.where(understood, (first - second) * familiar, np.inf)
        return min(promised_threshold(leads.tolist(), rate, self.count), _MOST_LEAD if self.is_new else _UNTRIED_LEAD)

    def _hardly_names(self, settings: UnderstandingSettings) -> bool:
        """Whether unknown names are so few that their rejection takes half of what may be rejected, at most."""
        names = sum(features.is_unknown_name for features in self.features)
        return 2 * names <= settings.false_reject_rate * len(self.features)


def calibrate(
    model: TrainedModel, held_out: Sequence[LabelledUtterance], settings: UnderstandingSettings
) -> TrainedModel:
    """The same model with a rule that was chosen on utterances it was not trained on."""
    return replace(model, rule=HeldOutView.of(model, HeldOut(tuple(held_out))).rule(settings))
