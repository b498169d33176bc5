"""Checks that look at the patterns' lines one by one: particles, question marks, forgotten slots, sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.korean.particles import choose, following, notation_of
from nlu.lexicon.lexicon import Lexicon
from nlu.linter.findings import ERROR, INFO, WARNING, Finding, korean_number
from nlu.pattern import Expansion, Inventory, Pattern
from nlu.pattern.nodes import Choice, Maybe, Node, Particle, Place, Slot, Space, Text, walk
from nlu.pattern.nodes import Sequence as SequenceNode

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
    yield from _fixed_particles(pairs, inventory)
    yield from _doubled_particles(pairs)
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


def _finding(place: Place, severity: str, code: str, message: str) -> Finding:
    return Finding(place.path, place.line, place.column, severity, code, message)


def _size(pattern: Pattern, inventory: Inventory) -> Iterator[Finding]:
    count = Expansion(pattern, inventory).count
    if not count:
        message = (
            "이 패턴으로 만들 수 있는 발화가 없습니다. 같은 개체를 두 번 쓰려면 사전에 값이 둘 이상 있어야 합니다."
        )
        yield _finding(pattern.place, ERROR, "no-utterance", message)
    elif count > MANY:
        message = (
            f"이 패턴은 발화 {count:,}개(약 {korean_number(count)} 개)를 뜻합니다. 그 가운데 일부만 뽑아 씁니다. "
            "너무 넓다면 여러 줄로 나누세요."
        )
        yield _finding(pattern.place, WARNING, "explosion", message)
    if count and _may_be_empty(pattern.node, spaces=True):
        message = "모든 부분이 생략될 수 있어 빈 발화도 됩니다. 빈 발화는 만들지 않지만, 꼭 있을 말을 하나 남기세요."
        yield _finding(pattern.place, WARNING, "may-be-empty", message)


def _fixed_particles(pairs: Sequence[Pair], inventory: Inventory) -> Iterator[Finding]:
    for slot, text in pairs:
        if not (isinstance(slot, Slot) and isinstance(text, Text)):
            continue
        match = _HANGUL.match(text.text)
        form = match[0] if match else ""
        notation = notation_of(form)
        if notation is None:
            continue
        surfaces = [slot.words] if slot.words else [surface for surface, _ in inventory.values(slot.entity).surfaces]
        wrong = [surface for surface in surfaces if choose(surface, notation) != form]
        if wrong:
            message = (
                f"'{{{slot.label}}}{form}'은(는) '{wrong[0]}{form}'처럼 틀린 조사를 만듭니다 "
                f"(표현 {len(surfaces):,}개 가운데 {len(wrong):,}개). '{{{slot.label}}}{notation}'(으)로 적으세요."
            )
            yield _finding(text.place, WARNING, "fixed-particle", message)


def _doubled_particles(pairs: Sequence[Pair]) -> Iterator[Finding]:
    for particle, after in pairs:
        if not isinstance(particle, Particle):
            continue
        match = _HANGUL.match(after.text) if isinstance(after, Text) else None
        is_same = match is not None and notation_of(match[0]) == notation_of(choose("가", particle.notation))
        if isinstance(after, Particle) or (is_same and match and notation_of(match[0])):
            message = f"조사가 겹쳤습니다: '{particle.notation}' 뒤에 같은 조사가 또 옵니다. 하나만 남기세요."
            yield _finding(after.place, WARNING, "doubled-particle", message)


def _particles_after_letters(pairs: Sequence[Pair]) -> Iterator[Finding]:
    before: dict[int, list[Leaf]] = {}
    particles: dict[int, Particle] = {}
    for left, right in pairs:
        if isinstance(right, Particle):
            before.setdefault(id(right), []).append(left)
            particles[id(right)] = right
    for key, particle in particles.items():
        left = before[key][0]
        if len(before[key]) == 1 and isinstance(left, Text) and not left.text.endswith(" "):
            word = left.text.split(" ")[-1]
            form = choose(word, particle.notation)
            message = (
                f"글자 '{word}' 바로 뒤의 '{particle.notation}'을(를) 조사로 읽어 늘 '{word}{form}'이(가) 됩니다. "
                f"맞다면 '{word}{form}'(으)로 적고, 괄호가 선택이라면 앞 글자와 떼어 묶으세요."
            )
            yield _finding(particle.place, INFO, "particle-after-letters", message)


def _question_marks(pattern: Pattern) -> Iterator[Finding]:
    for node, follows_word in _last_items(pattern.node, False):
        if isinstance(node, Maybe) and isinstance(node.node, Text) and not follows_word:
            word = node.node.text
            if len(word) > 1 and " " not in word and node.place == node.node.place:
                message = (
                    f"'{word}?'의 물음표는 '{word}'을(를) 생략할 수 있다는 뜻입니다. "
                    f"사람이 쓰는 물음표라면 '{word}\\?'로 적으세요."
                )
                yield _finding(node.place, WARNING, "question-mark", message)


def _last_items(node: Node, follows_word: bool) -> Iterator[tuple[Node, bool]]:
    """Yield what may stand last in the pattern, and whether it is glued to something before it."""
    if isinstance(node, Choice):
        for child in node.alternatives:
            yield from _last_items(child, follows_word)
    elif isinstance(node, SequenceNode) and node.items:
        before = node.items[-2] if len(node.items) > 1 else None
        is_apart = before is None or isinstance(before, Space) or (isinstance(before, Text) and before.text[-1] == " ")
        yield from _last_items(node.items[-1], follows_word if before is None else not is_apart)
    else:
        yield node, follows_word


def _forgotten_slots(pattern: Pattern, pairs: Sequence[Pair], lexicon: Lexicon) -> Iterator[Finding]:
    glued = {id(right) for left, right in pairs if not isinstance(left, Space) and not _ends_in_space(left)}
    for node in walk(pattern.node):
        if not isinstance(node, Text):
            continue
        for match in lexicon.matches(node.text):
            surface = node.text[match.start : match.end]
            starts_word = id(node) not in glued if match.start == 0 else node.text[match.start - 1] == " "
            if len(surface) > 1 and starts_word and _ends_word(node.text, match.end):
                message = (
                    f"글자 '{surface}'은(는) 사전의 {{{match.entity}}} 값입니다. 개체로 배우게 하려면 "
                    f"{{{match.entity}}}(으)로 바꾸고, 일부러 적은 글자라면 그대로 두세요."
                )
                place = node.place._replace(column=node.place.column + match.start)
                yield _finding(place, INFO, "value-without-slot", message)


def _ends_in_space(leaf: Leaf) -> bool:
    return isinstance(leaf, Text) and leaf.text.endswith(" ")


def _ends_word(text: str, end: int) -> bool:
    return end == len(text) or not text[end].isalnum() or following(text, end) != ""


def _tag_words(pattern: Pattern) -> Iterator[Finding]:
    for node in walk(pattern.node):
        if isinstance(node, Text):
            for match in _TAG_WORD.finditer(node.text):
                name = match[1]
                message = (
                    f"'{match[0]}'은(는) 사전에 '{name}'{choose(name, '(이)라는')} 개체가 없어 글자로 읽었습니다. "
                    "개체라면 사전에 더하거나 이름을 고치세요."
                )
                place = node.place._replace(column=node.place.column + match.start())
                yield _finding(place, WARNING, "unknown-tag-word", message)
