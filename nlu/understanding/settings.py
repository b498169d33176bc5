"""When the bot says that it does not understand, and how much dictionary and entities count."""

from __future__ import annotations

from pydantic.dataclasses import dataclass

from nlu.bounds import STRICT, Count, Rate, UpToHalf


@dataclass(frozen=True, config=STRICT)
class UnderstandingSettings:
    """When the bot says that it does not understand, and when the dictionary may add an entity.

    Attributes:
        false_reject_rate: the part of understood development utterances that the threshold may reject.
        ask_rate: the part of development utterances that is understood, but asked about before anything is done: two
            intents are offered; 0 never asks.
        highest_threshold: the threshold is never higher. Held-out utterances that the networks are sure of, as those
            from an author's own patterns often are, say little of how sure they can be of what people type.
        least_dictionary_confidence: the least probability of a dictionary match that the tagger passed over.
        least_entity_confidence: the least probability of an entity that is no value of the dictionary.
        entity_evidence: how much counts what entities say of the intent, beside the intent network
            (`nlu.understanding.intent_evidence`); 0 leaves it out.
        outliers: where the author gives no examples of `nlu_fallback`, so many are made from other words for each
            training utterance (`nlu.augmentation.outliers`).
        outside: how much text of other worlds, where it is given, counts relative to the training utterances.
        smalltalk: how much talk that is no bot's business counts, relative to the training utterances, at most
            (`nlu.augmentation.smalltalk`); 0 leaves it out.
        corrected_words: a slip of typing is undone where one of so many of the training's commonest words was meant;
            0 undoes none (`nlu.understanding.corrector`).
    """

    false_reject_rate: Rate = 0.05
    ask_rate: UpToHalf = 0.05
    highest_threshold: Rate = 0.5
    least_dictionary_confidence: Rate = 0.1
    least_entity_confidence: Rate = 0.4
    entity_evidence: Rate = 0.2
    outliers: Rate = 0.15
    outside: Rate = 0.5
    smalltalk: Rate = 0.25
    corrected_words: Count = 10_000
