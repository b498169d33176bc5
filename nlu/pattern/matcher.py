"""Whether a text belongs to a pattern's set, in time that grows with their sizes, never with the set's count."""

from __future__ import annotations

from nlu.pattern.inventory import Inventory
from nlu.pattern.nodes import Choice, Maybe, Node, Particle, Pattern, Sequence, Slot, Space, Text, children, walk

_Edge = tuple[frozenset[str], bool]


class Matcher:
    r"""Matches texts against all that a pattern stands for.

    Two slots of one entity may take the same value here; apart from that a text matches just when the pattern says it.

    Args:
        pattern: the pattern.
        inventory: the dictionary's surfaces.

    Attributes:
        needed: letters that every text has which the pattern says.
        allowed: the only letters, but for spaces, that such a text has.
        first: letters one of which such a text begins with, unless it is empty.
        last: letters one of which it ends with.

    Example:
        >>> from nlu.lexicon.lexicon import Entry, Lexicon
        >>> from nlu.pattern.reader import parse_patterns
        >>> lexicon = Lexicon([Entry("menu", "피자"), Entry("menu", "냉면")])
        >>> matcher = Matcher(parse_patterns("[a]\n{menu}을(를)? (하나)? 줘", lexicon).patterns[0], Inventory(lexicon))
        >>> [matcher.matches(text) for text in ("피자를 줘", "냉면 하나 줘", "냉면를 줘")]
        [True, True, False]
    """

    def __init__(self, pattern: Pattern, inventory: Inventory) -> None:
        self._node = pattern.node
        self._inventory = inventory
        self.needed = _needed(pattern.node, {})
        self.allowed: frozenset[str] = frozenset().union(*(self._alphabet(node) for node in walk(pattern.node)))
        self.first, self.last = (self._edge(pattern.node, at, {})[0] for at in (0, -1))
        self._surfaces: dict[str, tuple[frozenset[str], tuple[int, ...]]] = {}

    def matches(self, text: str) -> bool:
        """Tell whether `text` is an utterance of the pattern."""
        ends = self._after(self._node, text, frozenset((0,)))
        return max(ends, default=-1) >= len(text)

    def _after(self, node: Node, text: str, starts: frozenset[int]) -> frozenset[int]:
        """Return where `node` may end when it begins at one of `starts`; one past the text is after a trimmed space."""
        if isinstance(node, Sequence):
            for item in node.items:
                starts = self._after(item, text, starts)
                if not starts:
                    break
            return starts
        if isinstance(node, Choice):
            return frozenset().union(*(self._after(child, text, starts) for child in node.alternatives))
        if isinstance(node, Maybe):
            return starts | self._after(node.node, text, starts)
        if isinstance(node, Space):
            return starts | self._literal(" ", text, starts)
        if isinstance(node, Text):
            return self._literal(node.text, text, starts)
        if isinstance(node, Slot) and node.words is not None:
            return self._literal(node.words, text, starts)
        if isinstance(node, Slot):
            return self._slot(node.entity, text, starts)
        assert isinstance(node, Particle)
        return frozenset(self._particle(node.notation, text, start) for start in starts) - {-1}

    def _literal(self, letters: str, text: str, starts: frozenset[int]) -> frozenset[int]:
        if " " not in letters:
            return frozenset([start + len(letters) for start in starts if text.startswith(letters, start)])
        ends = starts
        for number, word in enumerate(letters.split(" ")):
            if number:
                ends = frozenset(end for start in ends for end in _past_space(text, start))
            ends = frozenset(start + len(word) for start in ends if not word or text.startswith(word, start))
        return ends

    def _edge(self, node: Node, at: int, known: dict[int, _Edge]) -> _Edge:
        """Return the letters that may stand first (`at` 0) or last (-1) in the node, and whether it may be left out."""
        if id(node) not in known:
            known[id(node)] = self._new_edge(node, at, known)
        return known[id(node)]

    def _new_edge(self, node: Node, at: int, known: dict[int, _Edge]) -> _Edge:
        if isinstance(node, Sequence):
            letters: frozenset[str] = frozenset()
            for item in node.items if at == 0 else reversed(node.items):
                more, may_be_empty = self._edge(item, at, known)
                letters |= more
                if not may_be_empty:
                    return letters, False
            return letters, True
        if isinstance(node, Choice | Maybe):
            inner = [self._edge(child, at, known) for child in children(node)]
            is_empty = isinstance(node, Maybe) or any(may_be_empty for _, may_be_empty in inner)
            return frozenset().union(*(more for more, _ in inner)), is_empty
        if isinstance(node, Particle):
            return frozenset(form[at] for form in self._forms(node) if form), True
        if isinstance(node, Slot) and node.words is None:
            surfaces = self._inventory.values(node.entity).surfaces
            return frozenset(stripped[at] for surface, _ in surfaces if (stripped := surface.strip())), False
        written = node.text if isinstance(node, Text) else node.words if isinstance(node, Slot) else None
        words = (written or "").strip()
        return frozenset(words[at] if words else ""), not words

    def _forms(self, node: Particle) -> tuple[str, ...]:
        """The shapes of a particle: after a vowel, after ㄹ, after another consonant."""
        return tuple(self._inventory.choose(word, node.notation) for word in ("가", "갈", "각"))

    def _alphabet(self, node: Node) -> frozenset[str]:
        letters = ""
        if isinstance(node, Text):
            letters = node.text
        elif isinstance(node, Particle):
            letters = "".join(self._forms(node))
        elif isinstance(node, Slot) and node.words is not None:
            letters = node.words
        elif isinstance(node, Slot):
            return self._inventory.values(node.entity).letters
        return frozenset(letters) - {" "}

    def _slot(self, entity: str, text: str, starts: frozenset[int]) -> frozenset[int]:
        if entity not in self._surfaces:
            surfaces = frozenset(surface for surface, _ in self._inventory.values(entity).surfaces)
            self._surfaces[entity] = (surfaces, tuple({len(surface) for surface in surfaces}))
        surfaces, lengths = self._surfaces[entity]
        ends = (start + length for start in starts for length in lengths if text[start : start + length] in surfaces)
        return frozenset(end for end in ends if end <= len(text))

    def _particle(self, notation: str, text: str, start: int) -> int:
        if start == 0 or start > len(text) or text[start - 1] == " ":
            return start
        form = self._inventory.choose(text[text.rfind(" ", 0, start) + 1 : start], notation)
        return start + len(form) if text.startswith(form, start) else -1


def _past_space(text: str, start: int) -> tuple[int, ...]:
    """A space is one in the text, or none at its edges and next to another space."""
    if start == 0 or start > len(text) or text[start - 1] == " ":
        return (start,)
    return (start + 1,) if start == len(text) or text[start] == " " else ()


def _needed(node: Node, known: dict[int, frozenset[str]]) -> frozenset[str]:
    """Return letters that every text of the node has."""
    if id(node) not in known:
        inner = [_needed(child, known) for child in children(node)]
        if isinstance(node, Text):
            known[id(node)] = frozenset(node.text) - {" "}
        elif isinstance(node, Choice):
            known[id(node)] = frozenset.intersection(*inner)
        else:
            known[id(node)] = frozenset().union(*inner) if isinstance(node, Sequence) else frozenset()
    return known[id(node)]
