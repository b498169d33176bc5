"""A pattern over a dictionary as a counted set: how many utterances it stands for, and the i-th of them.

The count is of derivations: ways to choose alternatives and values. Two derivations may say the same text (`~` before a
space, an alternative written twice); a sample takes care of that (see `nlu.generation.generator`). Slots of the same
entity in one utterance get different canonical values, and the count knows it.

Only entities that a pattern can use more than once need bookkeeping. For these the tree is counted by how often each is
used (a polynomial with one variable an entity, kept as a table "times used → counted set"), and the values are drawn
apart from the tree, by `Draws`. All other choices are plain mixed-radix digits of the index.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import prod

from nlu.pattern import nodes
from nlu.pattern.compiler import Compiler
from nlu.pattern.counted import Alternative, CountedSet, Item, JointSlot, Surface
from nlu.pattern.draws import Draws
from nlu.pattern.inventory import Inventory
from nlu.pattern.nodes import Node, Pattern, children
from nlu.types import LabelledUtterance, Span


class Expansion:
    r"""All that a pattern stands for over a dictionary.

    Args:
        pattern: the pattern.
        inventory: the dictionary's surfaces (`Inventory(lexicon)`).

    Attributes:
        pattern: the pattern.
        count: how many derivations there are, exactly.
        entities: the entities that some utterance of it has.

    Example:
        >>> from nlu.lexicon.lexicon import Entry, Lexicon
        >>> from nlu.pattern.reader import parse_patterns
        >>> lexicon = Lexicon([Entry("loc", "판교", ()), Entry("loc", "서울", ("서울시",))])
        >>> file = parse_patterns("[transport]\n{loc:from}에서 {loc:to}까지 (얼마나|몇 시간) 걸려", lexicon)
        >>> expansion = Expansion(file.patterns[0], Inventory(lexicon))
        >>> expansion.count
        8
        >>> expansion.utterance(7).text
        '서울시에서 판교까지 몇 시간 걸려'
    """

    def __init__(self, pattern: Pattern, inventory: Inventory) -> None:
        self.pattern = pattern
        self._inventory = inventory
        self._origin = pattern.origin
        self._repeated = tuple(entity for entity, times in sorted(_most_slots(pattern.node).items()) if times > 1)
        compiler = Compiler(inventory, self._repeated)
        self._variants: list[_Variant] = []
        for times, frame in sorted(compiler.table(pattern.node).items()):
            draws = tuple(inventory.draws(e, k) for e, k in zip(self._repeated, times, strict=True))
            variant = _Variant(frame, draws, prod(draw.count for draw in draws))
            if variant.count:
                self._variants.append(variant)
        self._starts = [0, *accumulate(variant.count for variant in self._variants)]
        self.count: int = self._starts.pop()
        self.entities: frozenset[str] = frozenset().union(*(variant.frame.entities for variant in self._variants))
        self._choose = inventory.choose

    def utterance(self, index: int) -> LabelledUtterance:
        """Compute the `index`-th utterance, `0 <= index < count`."""
        text, spans = self.render(index)
        return LabelledUtterance(text, self.pattern.intent, tuple(Span(*span) for span in spans), self._origin)

    def render(self, index: int) -> tuple[str, list[tuple[int, int, str, str | None, str]]]:
        """Compute the `index`-th utterance as plain values: its text and its spans' fields."""
        if not 0 <= index < self.count:
            raise ValueError(f"expected an index from 0 to {self.count - 1}, got {index}")
        if len(self._variants) == 1:
            variant = self._variants[0]
        else:
            number = bisect_right(self._starts, index) - 1
            variant = self._variants[number]
            index -= self._starts[number]
        picks = None
        if self._repeated:
            index, assignment = divmod(index, variant.assignments)
            picks = self._picks(variant, assignment)
        out: list[Item] = []
        variant.frame.emit(index, out)
        return self._join(out, picks)

    def index_with(self, index: int, entity: str, surface: str) -> int | None:
        """Return the index of a derivation like the `index`-th one in which a slot of `entity` says `surface`.

        Returns:
            The index; None where no utterance of this pattern has the entity.
        """
        number = bisect_right(self._starts, index) - 1
        local = index - self._starts[number]
        for shift in range(len(self._variants)):
            turned = (number + shift) % len(self._variants)
            variant = self._variants[turned]
            if entity in variant.frame.entities:
                position = self._inventory.values(entity).position(surface)
                return self._starts[turned] + self._with_surface(variant, local % variant.count, entity, position)
        return None

    def index_covering_more(self, index: int, covered: Collection[Alternative]) -> int | None:
        """Return the index of a derivation like the `index`-th one that takes alternatives which are not covered yet.

        At every choice the author left, one that is not covered is taken, or one with such a choice inside.

        Args:
            index: where to begin.
            covered: the alternatives that some utterance takes already.

        Returns:
            The index; None where all of the pattern's alternatives are covered.
        """
        number = bisect_right(self._starts, index) - 1
        local = index - self._starts[number]
        for shift in range(len(self._variants)):
            turned = (number + shift) % len(self._variants)
            variant = self._variants[turned]
            if variant.frame.has_uncovered(covered):
                branch, assignment = divmod(local % variant.count, variant.assignments)
                return (
                    self._starts[turned]
                    + variant.frame.index_covering_more(branch, covered) * variant.assignments
                    + assignment
                )
        return None

    def all_alternatives(self) -> set[Alternative]:
        """Return all the alternatives that some derivation takes."""
        return {alternative for variant in self._variants for alternative in variant.frame.alternatives()}

    def alternatives_at(self, index: int) -> Iterator[Alternative]:
        """Yield the alternatives that the `index`-th derivation takes."""
        number = bisect_right(self._starts, index) - 1
        variant = self._variants[number]
        return variant.frame.alternatives_at((index - self._starts[number]) // variant.assignments)

    def _with_surface(self, variant: _Variant, index: int, entity: str, position: int) -> int:
        branch, assignment = divmod(index, variant.assignments)
        if entity not in self._repeated:
            branch = variant.frame.index_with(branch, entity, position)
        else:
            digits = self._digits(variant, assignment)
            number = self._repeated.index(entity)
            draw = variant.draws[number]
            picked = [p for p in draw.pick(digits[number]) if draw.group(p) != draw.group(position)]
            digits[number] = draw.index_of((position, *picked[: draw.slots - 1]))
            assignment = 0
            for digit, each in zip(digits, variant.draws, strict=True):
                assignment = assignment * each.count + digit
        return branch * variant.assignments + assignment

    def _digits(self, variant: _Variant, assignment: int) -> list[int]:
        digits: list[int] = []
        for draw in reversed(variant.draws):
            assignment, digit = divmod(assignment, draw.count)
            digits.append(digit)
        return digits[::-1]

    def _picks(self, variant: _Variant, assignment: int) -> dict[str, list[Surface]]:
        digits = self._digits(variant, assignment)
        picks = {}
        for entity, draw, digit in zip(self._repeated, variant.draws, digits, strict=True):
            surfaces = self._inventory.values(entity).surfaces
            picks[entity] = [surfaces[position] for position in reversed(draw.pick(digit))]
        return picks

    def _join(
        self, items: list[Item], picks: dict[str, list[Surface]] | None
    ) -> tuple[str, list[tuple[int, int, str, str | None, str]]]:
        text = ""
        spans = []
        for item in items:
            if isinstance(item, str):
                text += item[1:] if item.startswith(" ") and (not text or text[-1] == " ") else item
            elif isinstance(item, tuple):
                entity, role, surface, value = item
                start = len(text)
                text += surface
                spans.append((start, len(text), entity, role, value))
            elif isinstance(item, JointSlot):
                assert picks is not None
                surface, value = picks[item.entity].pop()
                start = len(text)
                text += surface
                spans.append((start, len(text), item.entity, item.role, value))
            elif word := (text.rstrip(" ") if item.is_apart else text).rpartition(" ")[2]:
                text += self._choose(word, item.notation)
        return text.rstrip(" "), spans


@dataclass(frozen=True)
class _Variant:
    """The derivations that use each repeated entity a given number of times."""

    frame: CountedSet
    draws: tuple[Draws, ...]
    assignments: int

    @property
    def count(self) -> int:
        return self.frame.count * self.assignments


def _most_slots(node: Node, known: dict[int, dict[str, int]] | None = None) -> Mapping[str, int]:
    """Return the most times each entity can come in one utterance."""
    known = {} if known is None else known
    if id(node) in known:
        return known[id(node)]
    most: dict[str, int] = {node.entity: 1} if isinstance(node, nodes.Slot) and node.words is None else {}
    for child in children(node):
        for entity, times in _most_slots(child, known).items():
            before = most.get(entity, 0)
            most[entity] = max(before, times) if isinstance(node, nodes.Choice) else before + times
    known[id(node)] = most
    return most
