"""How to say an intent in its author's words: short lines of patterns, filled with the values that were said."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import orjson

from nlu.store.bundle import Bundle
from nlu.types import FALLBACK_INTENT, Asked, Entity, IntentScore, LabelledUtterance
from nlu.understanding.training_examples import TrainingExamples

_FILE = "asked.json"
_MOST = 6
"""Lines of one intent."""
_SHORT = 4
"""Added to the pairs of symbols of a line, so that a word alone is not the most typical that one can say."""
_SLOT = re.compile(r"\{([^{}]+)\}")
_SYMBOL = re.compile(r"\{[^{}]+\}|\S")
_GLUED = re.compile(r"\}[^\s{?!.,]")
"""A slot with something written to it, such as a particle, which would not fit every value."""


@dataclass(frozen=True)
class AskedLines:
    """Lines that say intents, the best first.

    Attributes:
        lines: intent → its lines, those with fewer slots (`{menu}`, `{loc:from}`) first; none where none was written.

    Example:
        >>> lines = AskedLines({"order": ("{menu} 주문해줘", "주문할게"), "price": ("얼마야",)})
        >>> pizza = Entity("menu", 0, 2, "피자", "피자")
        >>> lines.say("order", [pizza]), lines.say("order", []), lines.say("price", [pizza]), lines.say("greet", [])
        ('피자 주문해줘', '주문할게', '얼마야', None)
    """

    lines: dict[str, tuple[str, ...]]

    @classmethod
    def learn(cls, examples: TrainingExamples) -> AskedLines:
        """Know nothing: what the author wrote is told afterwards."""
        return cls({})

    @classmethod
    def build(cls, utterances: Iterable[LabelledUtterance], read: Callable[[str], Collection[str]]) -> AskedLines:
        """Keep for each intent and choice of slots the line that is most like the others.

        Args:
            utterances: what patterns say; also copies as people type it, of which nothing is kept.
            read: the intents that wrote a text; it must be one.
        """
        best: dict[tuple[str, frozenset[str]], str] = {}
        for one, line in _typical_first([one for one in utterances if one.intent not in (None, FALLBACK_INTENT)]):
            slots = _SLOT.findall(line)
            key = (str(one.intent), frozenset(slots))
            if key not in best and len(slots) == len(key[1]) and not _GLUED.search(line) and _is_own(one, read):
                best[key] = line
        lines: dict[str, list[str]] = {}
        for key in sorted(best, key=lambda key: (key[0], len(key[1]))):  # fewer slots first, the most typical of these
            if len(lines.setdefault(key[0], [])) < _MOST:
                lines[key[0]].append(best[key])
        return cls({intent: tuple(kept) for intent, kept in lines.items()})

    def say(self, intent: str, entities: Sequence[Entity]) -> str | None:
        """Say an intent with as many of the values that were said as a line takes; None where no line can."""
        meant = [one for one in entities if not one.is_negated]
        best: tuple[str, list[str]] | None = None
        for line in self.lines.get(intent, ()):
            values = _filling(_SLOT.findall(line), meant)
            if values is not None and (best is None or len(values) > len(best[1])):
                best = line, values
        if best is None:
            return None
        line, values = best
        filling = iter(values)
        return _SLOT.sub(lambda _: next(filling), line)

    def words(self, intents: Sequence[IntentScore], entities: Sequence[Entity]) -> tuple[Asked, ...]:
        """Say each of the intents that are asked about."""
        return tuple(Asked(str(one.name), one.confidence, self.say(str(one.name), entities)) for one in intents)

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it."""
        return {_FILE: (json.dumps(self.lines, ensure_ascii=False, indent=0) + "\n").encode()}

    @classmethod
    def read(cls, bundle: Bundle) -> AskedLines:
        """Read what `files` wrote; a bundle of before has no lines."""
        kept = orjson.loads(bundle.read(_FILE)) if _FILE in bundle.manifest.files else {}
        return cls({intent: tuple(lines) for intent, lines in kept.items()})


def _filling(slots: Sequence[str], entities: Sequence[Entity]) -> list[str] | None:
    """A value for each slot, none used twice: of its role, else one of its type where only one of them has a role."""
    left, values = list(entities), []
    for slot in slots:
        kind, _, role = slot.partition(":")
        fitting = [one for one in left if one.entity == kind and (not role or one.role in (role, None))]
        if not fitting:
            return None
        best = next((one for one in fitting if (one.role or "") == role), fitting[0])
        left.remove(best)
        is_computed = best.resolved is not None and best.resolved.value == best.value
        values.append(best.raw if is_computed else best.value)
    return values


def _typical_first(utterances: Sequence[LabelledUtterance]) -> list[tuple[LabelledUtterance, str]]:
    """Utterances with their lines: first those whose pairs of symbols most of their intent's lines share, spaced."""
    lines = [_line(one) for one in utterances]
    pairs = [set(pairwise(("", *_SYMBOL.findall(line), ""))) for line in lines]
    counts: dict[str | None, Counter[tuple[str, str]]] = {}
    for one, had in zip(utterances, pairs, strict=True):
        counts.setdefault(one.intent, Counter()).update(had)

    def key(at: int) -> tuple[float, int, str]:
        known = counts[utterances[at].intent]
        return -sum(known[pair] for pair in pairs[at]) / (len(pairs[at]) + _SHORT), -lines[at].count(" "), lines[at]

    return [(utterances[at], lines[at]) for at in sorted(range(len(lines)), key=key)]


def _is_own(utterance: LabelledUtterance, read: Callable[[str], Collection[str]]) -> bool:
    return set(read(utterance.text)) == {utterance.intent}


def _line(utterance: LabelledUtterance) -> str:
    text = utterance.text
    for span in reversed(utterance.spans):
        text = f"{text[: span.start]}{{{span.label}}}{text[span.end :]}"
    return text
