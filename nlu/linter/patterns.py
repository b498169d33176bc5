"""Checks that look at the patterns' lines one by one: particles, question marks, forgotten slots, sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.korean.particles import choose, following, notation_of
from nlu.lexicon.lexicon import Lexicon
from nlu.linter.findings import ERROR, INFO, WARNING, Finding, found, korean_number
from nlu.linter.particles import check_fixed_particles, is_word
from nlu.pattern import Expansion, Inventory, Pattern
from nlu.pattern.nodes import Choice, Maybe, Node, Particle, Slot, Space, Text, walk
from nlu.pattern.nodes import Sequence as SequenceNode
from nlu.types import FALLBACK_INTENT

MANY = 100_000_000_000
"""Utterances of one pattern beyond which an author should know the number."""
_HANGUL = re.compile(r"[가-힣]+")
_TAG_WORD = re.compile(r"(?<![\w])tag([A-Za-z]\w*)", re.ASCII)

Leaf = Text | Slot | Particle | Space
Pair = tuple[Leaf, Leaf]


def check_pattern(pattern: Pattern, lexicon: Lexicon, inventory: Inventory) -> Iterator[Finding]:
    """Find what is doubtful in one pattern."""
    pairs = list(neighbours(pattern.node))
    yield from _size(pattern, inventory)
    yield from check_fixed_particles(pattern.node, pairs, inventory)
    yield from doubled_particles(pairs)
    yield from _particles_after_letters(pairs)
    yield from _question_marks(pattern)
    yield from _forgotten_slots(pattern, pairs, lexicon)
    yield from _tag_words(pattern)


def neighbours(node: Node) -> Iterator[Pair]:
    """Yield the leaves that may stand side by side in an utterance, each pair of places once.

    Example:
        >>> [pair[1].text for pair in neighbours(SequenceNode((Slot("loc"), Maybe(Text("의")), Text(" 날씨"))))]
        ['의', ' 날씨', ' 날씨']
    """
    edges: dict[tuple[int, bool], list[Leaf]] = {}
    for part in walk(node):
        if not isinstance(part, SequenceNode):
            continue
        before: list[Leaf] = []
        for item in part.items:
            for right in _edge(item, edges, first=True):
                yield from ((left, right) for left in before)
            last = _edge(item, edges, first=False)
            before = [*before, *last] if _may_be_empty(item) else last


def _edge(node: Node, known: dict[tuple[int, bool], list[Leaf]], *, first: bool) -> list[Leaf]:
    """Return the leaves that an utterance of the node may begin (or end) with."""
    key = (id(node), first)
    if key not in known:
        leaves: list[Leaf] = []
        if isinstance(node, Text | Slot | Particle | Space):
            leaves = [node]
        elif isinstance(node, Maybe):
            leaves = _edge(node.node, known, first=first)
        elif isinstance(node, Choice):
            leaves = [leaf for child in node.alternatives for leaf in _edge(child, known, first=first)]
        elif isinstance(node, SequenceNode):
            for item in node.items if first else reversed(node.items):
                leaves = [*leaves, *_edge(item, known, first=first)]
                if not _may_be_empty(item):
                    break
        known[key] = list({id(leaf): leaf for leaf in leaves}.values())
    return known[key]


def _may_be_empty(node: Node, *, spaces: bool = False) -> bool:
    """Tell whether a node may say nothing at all, or with `spaces` nothing but spaces."""
    if isinstance(node, SequenceNode):
        return all(_may_be_empty(item, spaces=spaces) for item in node.items)
    if isinstance(node, Choice):
        return any(_may_be_empty(child, spaces=spaces) for child in node.alternatives)
    if isinstance(node, Text | Space):
        return spaces and (isinstance(node, Space) or not node.text.strip(" "))
    return isinstance(node, Maybe)


def _size(pattern: Pattern, inventory: Inventory) -> Iterator[Finding]:
    count = Expansion(pattern, inventory).count
    if not count:
        yield found(pattern.place, ERROR, "no-utterance")
    elif count > MANY:
        yield found(pattern.place, INFO, "explosion", count=count, about=korean_number(count))
    if count and _may_be_empty(pattern.node, spaces=True):
        yield found(pattern.place, WARNING, "may-be-empty")


def doubled_particles(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Find particles of which the same one, or another, follows."""
    for particle, after in pairs:
        if isinstance(particle, Particle):
            written = notation_of(_word_at_start(after))
            is_same = written is not None and written == notation_of(choose("가", particle.notation))
            if is_same or isinstance(after, Particle):
                yield found(after.place, WARNING, "doubled-particle", particle=particle.notation)


def _word_at_start(leaf: Leaf) -> str:
    """The Hangul that a text begins with; "" for any other leaf."""
    match = _HANGUL.match(leaf.text) if isinstance(leaf, Text) else None
    return match[0] if match else ""


def _particles_after_letters(pairs: Sequence[Pair]) -> Iterator[Finding]:
    before: dict[int, list[tuple[Leaf, Particle]]] = {}
    for left, right in pairs:
        if isinstance(right, Particle):
            before.setdefault(id(right), []).append((left, right))
    for (left, particle), *others in before.values():
        if not others and isinstance(left, Text) and not _is_apart(left):
            word = left.text.split(" ")[-1]
            values = {"particle": particle.notation, "whole": word + choose(word, particle.notation)}
            yield found(particle.place, INFO, "particle-after-letters", word=word, **values)


def _question_marks(pattern: Pattern) -> Iterator[Finding]:
    for node, follows_word in _last_items(pattern.node, False):
        if isinstance(node, Maybe) and isinstance(node.node, Text) and not follows_word:
            word = node.node.text
            is_grouped = pattern.source[node.place.column - 2 : node.place.column - 1] == "("
            if len(word) > 1 and " " not in word and node.place == node.node.place and not is_grouped:
                yield found(node.place, WARNING, "question-mark", word=word)


def _last_items(node: Node, follows_word: bool) -> Iterator[tuple[Node, bool]]:
    """Yield what may stand last in the pattern, and whether it is glued to something before it."""
    if isinstance(node, Choice):
        for child in node.alternatives:
            yield from _last_items(child, follows_word)
    elif isinstance(node, SequenceNode) and node.items:
        *before, last = node.items
        yield from _last_items(last, not _is_apart(before[-1]) if before else follows_word)
    else:
        yield node, follows_word


def _forgotten_slots(pattern: Pattern, pairs: Sequence[Pair], lexicon: Lexicon) -> Iterator[Finding]:
    if pattern.intent == FALLBACK_INTENT:  # what a bot declines has no slots
        return
    glued = {id(right) for left, right in pairs if not _is_apart(left)}
    for node in walk(pattern.node):
        if not isinstance(node, Text):
            continue
        for match in lexicon.matches(node.text):
            surface = node.text[match.start : match.end]
            starts_word = id(node) not in glued if match.start == 0 else node.text[match.start - 1] == " "
            is_said = starts_word and _ends_word(node.text, match.end) and is_word(node.text, match.start, match.end)
            if len(surface) > 1 and is_said:
                place = node.place._replace(column=node.place.column + match.start)
                yield found(place, INFO, "value-without-slot", surface=surface, entity=match.entity)


def _is_apart(node: Node) -> bool:
    """Tell whether what follows a node begins a word."""
    return isinstance(node, Space) or (isinstance(node, Text) and node.text.endswith(" "))


def _ends_word(text: str, end: int) -> bool:
    return end == len(text) or not text[end].isalnum() or following(text, end) != ""


def _tag_words(pattern: Pattern) -> Iterator[Finding]:
    for node in walk(pattern.node):
        if isinstance(node, Text):
            for match in _TAG_WORD.finditer(node.text):
                place = node.place._replace(column=node.place.column + match.start())
                yield found(place, WARNING, "unknown-tag-word", tag=match[0], name=match[1])
