"""Particles that agree although the author wrote their forms: `(은|는)` in a choice, and `~은(는)` after a space."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from nlu.korean.particles import PARTNERS, is_chain
from nlu.pattern.nodes import Choice, Maybe, Node, Particle, Space, Text
from nlu.pattern.nodes import Sequence as SequenceNode

_LONGEST = max(map(len, PARTNERS))
_VOWEL_FORMS = frozenset(vowel for vowel, _ in PARTNERS.values())

_Key = tuple[str, tuple[Node, ...]]
"""What an alternative says: the text that it begins with, and what follows."""


def agreeing(nodes: Sequence[Node], *, at_start: bool) -> list[Node]:
    """Let the particles in a sequence agree with what stands before them.

    Args:
        nodes: one thing after the other.
        at_start: whether the utterance begins here, so that no particle can.
    """
    done: list[Node] = []
    for node in nodes:
        before = done[-1] if done else None
        if isinstance(before, Space) and (len(done) > 1 or not at_start):  # else no word stands before the space
            node = _across_the_space(node)
        if before is not None or not at_start:
            is_glued = before is not None and not isinstance(before, Space) and not _ends_in_space(before)
            node = with_agreement(node, is_glued=is_glued)
        done.append(node)
    return done


def with_agreement(node: Node, *, is_glued: bool) -> Node:
    """Put the particle that agrees in the place of two alternatives that are its two forms.

    `{menu}(이|가|)` says "피자가" and "냉면이", and never "피자이". What follows the forms must be the same, as in
    `(이 뭐야|가 뭐야)`. The particle agrees with the word before it, also across a space: `{loc}( 은| 는)`.

    Args:
        node: a choice, or one that may be left out; anything else stays.
        is_glued: whether a word stands right before it. Where that is not known, as in a macro, only alternatives
            that are all particles are taken so, since words look like particles (`저기|음|아|야`).
    """
    if isinstance(node, Maybe):
        inner = with_agreement(node.node, is_glued=is_glued)
        return node if inner is node.node else Maybe(inner, node.place)
    if not isinstance(node, Choice) or not (is_glued or all(map(_is_particle, node.alternatives))):
        return node
    left = Counter(_key(one) for one in node.alternatives)
    written = frozenset(left)
    kept = [one for one in (_agreed(one, left, written) for one in node.alternatives) if one is not None]
    if len(kept) == len(node.alternatives):
        return node
    return kept[0] if len(kept) == 1 else Choice(tuple(kept), node.place)


def _agreed(node: Node, left: Counter[_Key], written: Collection[_Key]) -> Node | None:
    """The particle for an alternative whose other form is written, one of which it uses up; None where used up."""
    key = _key(node)
    if not left[key]:
        return None
    left[key] -= 1
    for other, lead, notation, rest in _other_forms(node):
        if other in written:
            left[other] -= bool(left[other])
            return _particle(node, lead, notation, rest)
    return node


def _other_forms(node: Node) -> list[tuple[_Key, str, str, str]]:
    """Of each particle that an alternative may begin with: the key with the other form, space, notation, the rest."""
    words, after = _key(node)
    letters = words.lstrip(" ")
    lead = words[: len(words) - len(letters)]
    found = []
    for consonant, (vowel, notation) in _forms_at_start(letters):
        for form, other in ((consonant, vowel), (vowel, consonant)):
            if letters.startswith(form):
                rest = letters.removeprefix(form)
                found.append(((lead + other + rest, after), lead, notation, rest))
    return found


def _forms_at_start(letters: str) -> list[tuple[str, tuple[str, str]]]:
    starts = {letters[:size] for size in range(1, min(_LONGEST, len(letters)) + 1)}
    return [(long, pair) for long, pair in PARTNERS.items() if long in starts or pair[0] in starts]


def _particle(node: Node, lead: str, notation: str, rest: str) -> Node:
    place = node.items[0].place if isinstance(node, SequenceNode) else node.place
    here = place._replace(column=place.column + len(lead)) if place.column else place
    behind = here._replace(column=here.column + len(notation)) if place.column else place
    parts: list[Node] = [Text(lead, place)] if lead else []
    parts.append(Particle(notation, here, is_apart=True))
    parts += [Text(rest, behind)] if rest else []
    parts += _key(node)[1]
    return parts[0] if len(parts) == 1 else SequenceNode(tuple(parts), place)


def _key(node: Node) -> _Key:
    items = node.items if isinstance(node, SequenceNode) else (node,)
    if items and isinstance(first := items[0], Text):
        return first.text, items[1:]
    return "", items


def _is_particle(node: Node) -> bool:
    """Tell whether an alternative says a particle or nothing."""
    if isinstance(node, SequenceNode):
        return all(map(_is_particle, node.items))
    if isinstance(node, Text):
        letters = node.text.strip(" ")
        return not letters or is_chain(letters) or letters in PARTNERS or letters in _VOWEL_FORMS
    return isinstance(node, Particle | Space)


def _across_the_space(node: Node) -> Node:
    if isinstance(node, Maybe):
        return Maybe(_across_the_space(node.node), node.place)
    return replace(node, is_apart=True) if isinstance(node, Particle) else node


def _ends_in_space(node: Node) -> bool:
    return isinstance(node, Text) and node.text.endswith(" ")
