"""The author's macros as the texts they stand for, so that an ending in an utterance finds the macro that says it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import Expansion, Inventory, Pattern, PatternFile
from nlu.pattern.nodes import NOWHERE, Node, Particle, Slot, walk
from nlu.tokenizers import Tokenizer

MOST_TEXTS = 200
"""Texts of a macro that is used; a bigger one would make a line say anything."""
_ENDING_SHARE = 0.6
"""How many of a macro's texts must end in a verb or an ending, for it to be one of endings."""
_ALIKE_SHARE = 0.5
"""How many of a macro's texts must begin with the consonant of an ending, for it to be said by the macro."""
_VERB = "알려"
"""Endings are read after a verb too: 주라 by itself is a name."""
_PREDICATE = ("V", "E", "XSV", "XSA")
_NO_VALUES = Inventory(Lexicon(()))


@dataclass(frozen=True)
class Macro:
    """A macro of plain texts.

    Attributes:
        name: as the author calls it.
        texts: what it says, without spaces.
        is_ending: whether it says how requests and questions end.
    """

    name: str
    texts: frozenset[str]
    is_ending: bool


class Macros:
    """The macros of plain texts, found by what they say.

    Args:
        macros: the macros.
    """

    def __init__(self, macros: Iterable[Macro] = ()) -> None:
        ordered = sorted(macros, key=lambda macro: (len(macro.texts), macro.name))
        self._by_text: dict[str, list[Macro]] = {}
        self.names: Mapping[str, Macro] = {macro.name: macro for macro in ordered}
        for macro in ordered:
            for text in macro.texts:
                self._by_text.setdefault(text, []).append(macro)

    @classmethod
    def of(cls, file: PatternFile, tokenizer: Tokenizer) -> Macros:
        """Gather those of pattern files."""
        texts = ((macro.name, _texts(macro.node)) for macro in file.macros)
        return cls(Macro(name, said, _is_ending(said, tokenizer)) for name, said in texts if len(said) > 1)

    def saying(self, texts: Iterable[str]) -> Macro | None:
        """Find the smallest macro that says all of some texts, spaces left out."""
        first, *rest = {squeeze(text) for text in texts} or {""}
        return next((macro for macro in self._by_text.get(first, ()) if macro.texts.issuperset(rest)), None)

    def has_ending(self, text: str) -> bool:
        """Tell whether a text is an ending by itself."""
        return any(macro.is_ending for macro in self._by_text.get(squeeze(text), ()))

    def ending(self, text: str, most: int) -> Macro | None:
        """Find the smallest macro of endings of which a text is one; most of what it says must begin alike.

        Args:
            text: the ending.
            most: how many texts the macro may have.
        """
        squeezed = squeeze(text)
        return next((one for one in self._by_text.get(squeezed, ()) if _is_like(squeezed, one, most)), None)


def _texts(node: Node) -> frozenset[str]:
    """All that a macro says; nothing where that is too much, or more than text."""
    if any(isinstance(part, Slot | Particle) for part in walk(node)):
        return frozenset()
    expansion = Expansion(Pattern("macro", node, NOWHERE), _NO_VALUES)
    if not 1 < expansion.count <= 2 * MOST_TEXTS:
        return frozenset()
    said = frozenset(squeeze(expansion.render(index)[0]) for index in range(expansion.count)) - {""}
    return said if len(said) <= MOST_TEXTS else frozenset()


def _is_like(text: str, macro: Macro, most: int) -> bool:
    """Whether a macro says endings like a text, and not also others: 켜줘 is not said by (켜줘|꺼줘|돌려줘)."""
    alike = sum(_first_sound(one) == _first_sound(text) for one in macro.texts)
    return macro.is_ending and len(macro.texts) <= most and alike > _ALIKE_SHARE * len(macro.texts)


def _first_sound(text: str) -> str:
    return unicodedata.normalize("NFD", text[0])[0]


def _is_ending(texts: frozenset[str], tokenizer: Tokenizer) -> bool:
    return sum(_ends_predicate(text, tokenizer) for text in sorted(texts)) >= _ENDING_SHARE * len(texts)


def _ends_predicate(text: str, tokenizer: Tokenizer) -> bool:
    ends = [tokenizer.tokenize(read)[-1].pos for read in (text, _VERB + text)]
    return any(pos.startswith(_PREDICATE) or pos.split("+")[-1].startswith(_PREDICATE) for pos in ends)
