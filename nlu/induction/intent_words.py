"""The words that each intent's lines say, by which a group of utterances finds its nearest."""

from __future__ import annotations

from collections import Counter

from nlu.pattern import Expansion, Inventory, Pattern, PatternFile, Permutation
from nlu.tokenizers import Tokenizer
from nlu.types import FALLBACK_INTENT

_SAMPLES = 3
"""Utterances of each line that are read."""
_WITH_MEANING = ("N", "V", "XR", "SL")


def intent_words(file: PatternFile, inventory: Inventory, tokenizer: Tokenizer) -> dict[str, Counter[str]]:
    """Count the words of each intent but `nlu_fallback`: nouns, verbs, and slots as patterns write them."""
    found: dict[str, Counter[str]] = {}
    for pattern in file.patterns:
        if pattern.intent != FALLBACK_INTENT:
            found.setdefault(pattern.intent, Counter()).update(_words(pattern, inventory, tokenizer))
    return found


def _words(pattern: Pattern, inventory: Inventory, tokenizer: Tokenizer) -> Counter[str]:
    words: Counter[str] = Counter()
    expansion = Expansion(pattern, inventory)
    if not expansion.count:
        return words
    order = Permutation(expansion.count, pattern.source)
    for at in range(min(_SAMPLES, expansion.count)):
        text, spans = expansion.render(order(at))
        words.update(f"{{{entity}:{role}}}" if role else f"{{{entity}}}" for _, _, entity, role, _ in spans)
        for token in tokenizer.tokenize(text):
            is_slot = any(start <= token.start < end for start, end, *_ in spans)
            words[token.text] += token.pos.startswith(_WITH_MEANING) and not is_slot
    return +words
