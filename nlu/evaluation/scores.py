"""What is measured of one group of utterances: what a report holds of it, a bundle keeps and `GET /report` shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SliceScores:
    """The scores of one group of utterances; None where the group has nothing to measure it on.

    Attributes:
        utterances: how many.
        intent_accuracy: of the utterances in scope, the part whose decision is right (a rejection is wrong).
        intent_macro_f1: mean F1 of the intents, the decision `nlu_fallback` included.
        ranking_accuracy: as `intent_accuracy`, the fallback threshold left aside.
        entity_precision: span and type exact.
        entity_recall: span and type exact.
        entity_f1: span and type exact.
        role_f1: span, type and role exact.
        exact_match: the part with the intent and every entity's span and type right; roles are left aside.
        false_rejects: of the utterances in scope, the part that ended in `nlu_fallback`.
        caught: of the utterances out of scope, the part that ended in `nlu_fallback`.
        calibration_error: expected calibration error of the best intent in scope.
    """

    utterances: int
    intent_accuracy: float | None
    intent_macro_f1: float | None
    ranking_accuracy: float | None
    entity_precision: float | None
    entity_recall: float | None
    entity_f1: float | None
    role_f1: float | None
    exact_match: float
    false_rejects: float | None
    caught: float | None
    calibration_error: float | None
