"""Models whose scores of scope are compared: one that is there, and one that is trained for the purpose."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import ours
from benchmarks.data import hold_out, without_entities
from benchmarks.ours import Recipe
from benchmarks.scope_scores import PRODUCT, Array, Centres, Viewer, area, caught, scope_scores
from nlu.evaluation.metrics import expected_calibration_error
from nlu.types import FALLBACK_INTENT, LabelledUtterance
from nlu.understanding.fallback import choose_threshold
from nlu.understanding.parser import UtteranceParser

FALSE_REJECTS = 0.05
"""The part of the utterances in scope that may be rejected."""

Row = dict[str, object]


def compare(scored: Scored, inside: Sequence[LabelledUtterance], outside: Sequence[LabelledUtterance]) -> list[Row]:
    """Tell how well each score parts the two; a row a score, the best first.

    `caught` lets exactly 5 % of the scored utterances be rejected, `caught_beside_right` 5 % of those whose intent is
    right: to reject one that would be misunderstood does no harm. The columns `held_out_…` take a threshold that was
    chosen on other utterances, as a bot must.
    """
    known, unknown = (scored.scores(utterances) for utterances in (inside, outside))
    thresholds, confidences = scored.thresholds(), scored.confidences(inside)
    is_right = np.array([right for _, right in confidences])
    ece = expected_calibration_error([one for one, _ in confidences], [right for _, right in confidences])
    rows: list[Row] = []
    for name in known:
        row: Row = {
            "score": name,
            "auroc": area(known[name], unknown[name]),
            "caught": caught(known[name], unknown[name], FALSE_REJECTS),
            "caught_beside_right": caught(known[name][is_right], unknown[name], FALSE_REJECTS),
        }
        if name in thresholds:
            row["held_out_false_rejects"] = float((known[name] < thresholds[name]).mean())
            row["held_out_caught"] = float((unknown[name] < thresholds[name]).mean())
        rows.append({**row, "accuracy": float(is_right.mean()), "ece": ece})
    return sorted(rows, key=lambda row: -float(str(row["caught"])))


class Scored(ABC):
    """A model, and every score of what it is shown.

    Args:
        parser: the model.
    """

    def __init__(self, parser: UtteranceParser) -> None:
        self._parser = parser
        self._viewer = Viewer(parser)

    def scores(self, utterances: Sequence[LabelledUtterance]) -> dict[str, Array]:
        """Every score of every utterance."""
        views = self._viewer.view([utterance.text for utterance in utterances])
        return scope_scores(views, self._centres(), self._parser.model.rule.temperature)

    @abstractmethod
    def thresholds(self) -> dict[str, float]:
        """The thresholds that were chosen on other utterances, by score."""

    def confidences(self, utterances: Sequence[LabelledUtterance]) -> list[tuple[float, bool]]:
        """The calibrated confidence of the best intent in scope, and whether it is right, of each utterance."""
        found = []
        for utterance in utterances:
            ranking = self._parser.parse(utterance.text).ranking
            best = next(score for score in ranking if score.name != FALLBACK_INTENT)
            found.append((best.confidence, best.name == utterance.intent))
        return found

    def _centres(self) -> Centres | None:
        """Where the intents lie among the training utterances, where those are known."""
        return None


class Served(Scored):
    """A model that was trained before.

    Args:
        models: a registry's folder, or a bundle's.
    """

    def __init__(self, models: Path) -> None:
        super().__init__(UtteranceParser.load(models))
        self.version = self._parser.version

    def thresholds(self) -> dict[str, float]:
        """The product's own, of the one score it judges by."""
        return {PRODUCT: self._parser.model.rule.threshold}


class Trial(Scored):
    """A classifier trained on some intents.

    Args:
        train: the utterances in scope; their entities are left aside.
        recipe: how to train.
        work: folder for what is trained.
    """

    def __init__(self, train: Sequence[LabelledUtterance], recipe: Recipe, work: Path) -> None:
        train = without_entities(train)
        trained = ours.train(train, recipe, work)
        super().__init__(trained.parser)
        learned, self._held = hold_out(train, recipe.held(len(train)), recipe.seed)
        pooled = self._viewer.view([utterance.text for utterance in learned]).pooled
        self._means = Centres.of(pooled, [utterance.intent for utterance in learned])

    def thresholds(self) -> dict[str, float]:
        """Those that reject 5 % of the held-out part of train."""
        held = self.scores(self._held)
        return {name: choose_threshold(scores.tolist(), FALSE_REJECTS) for name, scores in held.items()}

    def _centres(self) -> Centres:
        return self._means
