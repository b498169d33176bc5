"""Whole patterns and whole dictionary values kept out of training, so that dev and test hold something new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from nlu.lexicon.lexicon import Lexicon
from nlu.pattern.nodes import Pattern, Slot, walk

SEEN, DEV, TEST = "seen", "dev", "test"
MIN_PATTERNS = 3
"""An intent with fewer patterns keeps all of them for training."""
MIN_VALUES = 5
"""An entity with fewer values keeps all of them for training."""


@dataclass(frozen=True)
class HoldOut:
    """Which part may use what: `seen` is for all parts, `dev` and `test` each only for that part.

    Attributes:
        patterns: for each pattern, "seen", "dev" or "test".
        values: for each entity, the same for each canonical value; its synonyms go with it.
    """

    patterns: tuple[str, ...]
    values: Mapping[str, Mapping[str, str]]

    def lexicon(self, whole: Lexicon, part: str) -> Lexicon:
        """Return the seen values, and those of `part` where that is not "seen"."""
        return whole.restricted_to(lambda entry: self.values[entry.entity][entry.value] in (SEEN, part))


def hold_out(patterns: Sequence[Pattern], lexicon: Lexicon, seed: int, share: float = 0.2) -> HoldOut:
    """Choose the patterns of each intent, and the values of each entity, that only dev or only test may use.

    The choice depends on what a pattern or value says, not on where it stands, so an edit of one line moves few others.
    A pattern with a label (`loc:from`) that no other seen pattern has stays seen: nobody could learn that label.

    Args:
        patterns: all patterns.
        lexicon: the dictionary.
        seed: which choice.
        share: the part of the patterns and values that dev, and again test, is given; at least one each.
    """
    values: dict[str, dict[str, str]] = {}
    for entity in lexicon.entities:
        names = list(dict.fromkeys(lexicon.values(entity)))
        parts = dict.fromkeys(names, SEEN)
        if len(names) >= MIN_VALUES:
            ranked = sorted(names, key=lambda name: _rank(seed, entity, name))
            quota = max(1, round(len(names) * share))
            parts |= dict.fromkeys(ranked[:quota], DEV) | dict.fromkeys(ranked[quota : 2 * quota], TEST)
        values[entity] = parts
    return HoldOut(tuple(_patterns(patterns, seed, share)), values)


def _patterns(patterns: Sequence[Pattern], seed: int, share: float) -> list[str]:
    labels = [frozenset(node.label for node in walk(p.node) if isinstance(node, Slot)) for p in patterns]
    seen = Counter(label for each in labels for label in each)
    parts = [SEEN] * len(patterns)
    for intent in dict.fromkeys(pattern.intent for pattern in patterns):
        members = [number for number, pattern in enumerate(patterns) if pattern.intent == intent]
        if len(members) < MIN_PATTERNS:
            continue
        quota = max(1, round(len(members) * share))
        waiting = [DEV, TEST] * quota
        for number in sorted(members, key=lambda number: _rank(seed, intent, patterns[number].source)):
            if waiting and all(seen[label] > 1 for label in labels[number]):
                parts[number] = waiting.pop()
                seen.subtract(labels[number])
    return parts


def _rank(seed: int, *names: str) -> bytes:
    return blake2b("\0".join((str(seed), *names)).encode("utf-8", "surrogatepass")).digest()
