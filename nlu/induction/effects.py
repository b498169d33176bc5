"""What a line would do beyond the utterances it was made from: other sentences it says, and what it takes away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from nlu.induction.language import BotLanguage
from nlu.induction.proposal import Stolen
from nlu.korean.normalization import normalize
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import Expansion, Inventory, Pattern, Permutation, Recognizer
from nlu.pattern.table import PatternTable
from nlu.types import FALLBACK_INTENT

MOST_STOLEN = 20
"""Utterances of a line that are told at most."""
_SURE = 0.8
"""Confidence above which the present model's answer to a line's sentence says that another intent has it."""
_TRIES = 40


def samples(pattern: Pattern, inventory: Inventory, without: Collection[str], count: int, seed: int) -> list[str]:
    """Give some of what a pattern says, the same for the same seed; not what is known already.

    Args:
        pattern: the pattern.
        inventory: the dictionary's surfaces.
        without: texts that are not shown.
        count: how many.
        seed: which ones.
    """
    expansion = Expansion(pattern, inventory)
    seen, found = {squeeze(text) for text in without}, list[str]()
    if not expansion.count:
        return found
    order = Permutation(expansion.count, f"{seed} {pattern.source.strip()}")
    for at in range(min(expansion.count, _TRIES * count)):
        text = expansion.render(order(at))[0]
        if text and squeeze(text) not in seen:
            seen.add(squeeze(text))
            found.append(text)
            if len(found) == count:
                break
    return found


def stolen_by_lines(
    patterns: Mapping[str, Pattern], intent: str, language: BotLanguage, lexicon: Lexicon
) -> dict[str, list[Stolen]]:
    """Find the held-out utterances of other intents that lines say."""
    origins = {pattern.origin: line for line, pattern in patterns.items()}
    recognizer = Recognizer(PatternTable.of(patterns.values()))
    found: dict[str, list[Stolen]] = {line: [] for line in patterns}
    for utterance in language.held_out:
        if utterance.intent in (None, intent):
            continue
        for said in recognizer.lines(normalize(utterance.text).text, lexicon):
            several = found[origins[said.line.origin]]
            if len(several) < MOST_STOLEN:
                several.append(Stolen(utterance.text, str(utterance.intent)))
    return found


def stolen_from_model(texts: Sequence[str], intent: str, language: BotLanguage) -> list[Stolen]:
    """Find the sentences of a line that the present model is sure belong to another intent."""
    if language.parse is None or not texts:
        return []
    return [
        Stolen(parse.text, str(parse.intent.name), "model")
        for parse in language.parse(texts)
        if parse.intent.name not in (intent, None, FALLBACK_INTENT) and parse.intent.confidence >= _SURE
    ]
