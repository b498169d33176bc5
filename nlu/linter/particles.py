"""Particles that an author wrote in one form where the words before them need another: 서비스(이), {menu}을."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from nlu import tokenizers
from nlu.korean.particles import choose, is_chain, notation_of, refit
from nlu.linter.findings import WARNING, Finding, found
from nlu.pattern import Inventory
from nlu.pattern.nodes import Node, Place, Slot, Space, Text, walk
from nlu.tokenizers import Tokenizer

_LETTERS = re.compile(r"[가-힣]+")
_WORD = re.compile(r"[^ ]+")
_ENDINGS_TOO = frozenset(["나", "라고", "라도", "란", "든지", "야"])
"""Forms that verbs end in as well: 끝나, 달라고."""
_NOUNS = frozenset(["NNG", "NNP", "NNB", "NNBC", "NP", "NR", "XSN", "SL", "SN", "SH", "ETN"])
_LONGEST = 6


def check_fixed_particles(node: Node, pairs: Sequence[tuple[Node, Node]], inventory: Inventory) -> Iterator[Finding]:
    """Find the particles of a pattern that do not agree with a word which may stand before them.

    After a slot every word is a value, so that its particle is plain. After text a form may be part of a word, or an
    ending (고양이, 왔나): it counts where an analyser takes the right form, put in its place, for a particle.

    Args:
        node: the pattern.
        pairs: the leaves that may stand side by side, see `nlu.linter.patterns.neighbours`.
        inventory: the dictionary's surfaces.
    """
    yield from check_after_slots(pairs, inventory)
    yield from check_inside(node, pairs)


def check_after_slots(pairs: Sequence[tuple[Node, Node]], inventory: Inventory) -> Iterator[Finding]:
    """Find the particles at the beginning of a text that do not agree with what may stand before it."""
    for text, before in _befores(pairs):
        match = _LETTERS.match(text.text)
        if match and fitting(match[0], "가") is not None:
            yield from _mismatch(text.place, match[0], before, inventory)


def check_inside(node: Node, pairs: Sequence[tuple[Node, Node]]) -> Iterator[Finding]:
    """Find the particles inside a text that do not agree with the word before them."""
    goes_on, goes_on_after = _glued(pairs)
    for leaf in walk(node):
        if isinstance(leaf, Text):
            yield from _inside(leaf, begins_word=id(leaf) not in goes_on, ends_word=id(leaf) not in goes_on_after)


def fitting(form: str, word: str) -> str | None:
    """Return the form that written particles should have after a word; None where they are none that agree.

    Example:
        >>> fitting("이", "서비스"), fitting("으로는", "셋"), fitting("이어폰", "서비스")
        ('가', '으로는', None)
    """
    if form == "이요":
        return choose(word, "(이)요")
    notation = notation_of(form)
    if notation is not None:
        return choose(word, notation)
    return refit(form, word) if form != "요" and is_chain(form) else None


@dataclass
class _Before:
    """What may stand right before a text."""

    slots: dict[str, Slot] = field(default_factory=dict)
    values: dict[str, None] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)


def _befores(pairs: Iterable[tuple[Node, Node]]) -> Iterator[tuple[Text, _Before]]:
    found: dict[int, tuple[Text, _Before]] = {}
    for left, right in pairs:
        if isinstance(right, Text):
            before = found.setdefault(id(right), (right, _Before()))[1]
            if isinstance(left, Slot) and left.words is None:
                before.slots[left.label] = left
            elif isinstance(left, Slot):
                before.values[left.words or ""] = None
            elif isinstance(left, Text) and not left.text.endswith(" "):
                before.texts[left.text] = None
    yield from found.values()


def _mismatch(place: Place, form: str, before: _Before, inventory: Inventory) -> Iterator[Finding]:
    values = [surface for slot in before.slots.values() for surface, _ in inventory.values(slot.entity).surfaces]
    values += before.values
    wrong = [word for word in values if fitting(form, word) != form]
    if any(is_particle_after(text, form) for text in before.texts):  # then it is one after the others too
        wrong += [text for text in before.texts if fitting(form, text) != form]
    if wrong:
        count = len(values) + len(before.texts)
        yield _finding(place, wrong[0].rpartition(" ")[2], form, count=count, wrong_count=len(wrong))


def _inside(leaf: Text, *, begins_word: bool, ends_word: bool) -> Iterator[Finding]:
    for match in _WORD.finditer(leaf.text):
        if (match.start() == 0 and not begins_word) or (match.end() == len(leaf.text) and not ends_word):
            continue
        for size in range(min(_LONGEST, len(match[0]) - 1), 0, -1):
            word, form = match[0][:-size], match[0][-size:]
            if fitting(form, word) not in (None, form) and is_particle_after(leaf.text[: match.end() - size], form):
                column = leaf.place.column + match.end() - size
                yield _finding(leaf.place._replace(column=column), word, form, count=1, wrong_count=1)
                break


def _finding(place: Place, word: str, form: str, **counts: int) -> Finding:
    right = fitting(form, word) or form
    return found(
        place,
        WARNING,
        "fixed-particle",
        form=form,
        wrong=word + form,
        right=word + right,
        **counts,
        notation="(이)요" if form == "이요" else _notation(form),
    )


def _notation(form: str) -> str:
    """How to write particles so that the first agrees: 으로는 as (으)로는."""
    for size in range(len(form), 0, -1):
        if notation := notation_of(form[:size]):
            return notation + form[size:]
    return form


@lru_cache(maxsize=1 << 14)
def is_particle_after(text: str, form: str) -> bool:
    """Tell whether a form is a particle after a text, also where it does not fit, and no part of another word.

    Example:
        >>> is_particle_after("서비스", "이"), is_particle_after("왔", "나"), is_particle_after("작", "가")
        (True, False, False)
    """
    if not text[-1:].isalnum():
        return False
    before, after = _around(text, form)
    right_before, right_after = _around(text, fitting(form, text) or form)
    if form in _ENDINGS_TOO and not after.startswith("J"):
        return False
    return before in _NOUNS and right_before in _NOUNS and right_after.startswith(("J", "VCP"))


def _around(text: str, form: str) -> tuple[str, str]:
    """The parts of speech on both sides of the place where a form follows a text; empty where no word ends there."""
    tokens = _analyser().tokenize(text + form)
    before = [token.pos.rpartition("+")[2] for token in tokens if token.end == len(text)]
    after = [token.pos for token in tokens if token.start == len(text)]
    return (before[0], after[0]) if before and after else ("", "")


def is_word(text: str, start: int, end: int) -> bool:
    """Tell whether an analyser cuts a text at both ends of a stretch: around 하나 in 피자 하나요, not in 뭘 하나요."""
    tokens = _analyser().tokenize(text)
    return any(token.start == start for token in tokens) and any(token.end == end for token in tokens)


@cache
def _analyser() -> Tokenizer:
    return tokenizers.create("mecab")


def _glued(pairs: Iterable[tuple[Node, Node]]) -> tuple[set[int], set[int]]:
    """The leaves before which a word may have begun, and those after which one may go on."""
    glued = [
        (left, right)
        for left, right in pairs
        if not isinstance(left, Space) and not isinstance(right, Space)
        if not (isinstance(left, Text) and left.text.endswith(" "))
        if not (isinstance(right, Text) and right.text.startswith(" "))
    ]
    return {id(right) for _, right in glued}, {id(left) for left, _ in glued}
