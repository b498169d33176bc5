"""What is proposed in: a bot's patterns, macros and dictionary, its analyser, and what is known of its intents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nlu.induction.intent_words import intent_words
from nlu.induction.macros import Macros
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import Inventory, PatternFile, Recognizer
from nlu.pattern.table import PatternTable
from nlu.tokenizers import Tokenizer
from nlu.types import LabelledUtterance, Parse

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
    def inventory(self) -> Inventory:
        """The dictionary's surfaces."""
        return Inventory(self.lexicon)

    @cached_property
    def intent_words(self) -> Mapping[str, Counter[str]]:
        """The words that the lines of each intent say."""
        return intent_words(self.file, self.inventory, self.tokenizer)

    @cached_property
    def recognizer(self) -> Recognizer:
        """Finds which of the author's lines say a text."""
        return Recognizer(PatternTable.of(self.file.patterns))
