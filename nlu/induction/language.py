"""What is proposed in: a bot's patterns, macros and dictionary, its analyser, and what is known of its intents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nlu.induction.intent_words import intent_words
from nlu.induction.macros import Macros
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import Inventory, PatternFile, Recognizer
from nlu.pattern.table import PatternTable
from nlu.tokenizers import Tokenizer
from nlu.types import LabelledUtterance, Parse

_TEMPORAL = ("date", "time", "datetime", "duration")
_OTHERS = ("money", "percent", "phone", "email", "url")
"""Kinds of computed values that a line may name though the bot has none of them yet."""
ParseMany = Callable[[Sequence[str]], Sequence[Parse]]
"""What the present model answers."""


@dataclass(frozen=True)
class BotLanguage:
    """A bot as far as proposals need it.

    Attributes:
        file: the author's patterns and macros.
        lexicon: the author's dictionary.
        tokenizer: cuts utterances into morphemes.
        held_out: labelled utterances that no proposal is made from; what a line takes away from other intents is
            counted on them.
        parse: the present model; None where there is none.
    """

    file: PatternFile
    lexicon: Lexicon
    tokenizer: Tokenizer
    held_out: tuple[LabelledUtterance, ...] = field(default=(), repr=False)
    parse: ParseMany | None = None

    @cached_property
    def macros(self) -> Macros:
        """The author's macros that stand for plain texts."""
        return Macros.of(self.file, self.tokenizer)

    @cached_property
    def whole_lexicon(self) -> Lexicon:
        """The dictionary with the computed types that lines may name: those of the bot, and some that it lacks.

        A bot that lists times of its own is offered none that are computed.
        """
        listed = set(self.lexicon.entities)
        times = () if listed.intersection(_TEMPORAL) else _TEMPORAL
        offered = {kind: kind for kind in (*times, *_OTHERS) if kind not in listed}
        return self.lexicon.with_computed({**offered, **self.file.computed})

    def slot(self, label: str) -> str:
        """Write a slot, given its entity type, and its role behind a colon."""
        is_listed = label.partition(":")[0] in self.lexicon.entities
        is_computed = label.partition(":")[0] in self.whole_lexicon.computed.kinds
        return f"{{@{label}}}" if is_computed and not is_listed else f"{{{label}}}"

    @cached_property
    def own_lexicon(self) -> Lexicon:
        """The dictionary with the computed types that the bot's lines name."""
        return self.lexicon.with_computed(self.file.computed)

    @cached_property
    def inventory(self) -> Inventory:
        """The surfaces of the bot's types."""
        return Inventory(self.own_lexicon)

    def saying(self, entities: Collection[str], rows: Iterable[tuple[str, str]]) -> tuple[Lexicon, Inventory]:
        """Give the dictionary with further types and rows, and its surfaces; those without rows are made once.

        Args:
            entities: types that are said; those of them that are computed are added.
            rows: entity type and surface of what the dictionary lacks.
        """
        kinds = self.whole_lexicon.computed.kinds
        added = {name: kinds[name] for name in sorted(entities) if name in kinds}
        new = tuple(dict.fromkeys(row for row in rows if self.whole_lexicon.canonical(*row) is None))
        if not new and added.keys() <= self.own_lexicon.computed.kinds.keys():
            return self.own_lexicon, self.inventory
        key = (*added, "", *new)
        if key not in self._made:
            entries = (*self.lexicon.entries, *(Entry(*row) for row in new))
            lexicon = Lexicon(entries, computed={**self.own_lexicon.computed.kinds, **added})
            made = lexicon, Inventory(lexicon)
            if new:
                return made
            self._made[key] = made
        return self._made[key]

    @cached_property
    def _made(self) -> dict[tuple[object, ...], tuple[Lexicon, Inventory]]:
        return {}

    @cached_property
    def intent_words(self) -> Mapping[str, Counter[str]]:
        """The words that the lines of each intent say."""
        return intent_words(self.file, self.inventory, self.tokenizer)

    @cached_property
    def recognizer(self) -> Recognizer:
        """Finds which of the author's lines say a text."""
        return Recognizer(PatternTable.of(self.file.patterns))
