"""Templates of single utterances, put together two by two as long as that describes the utterances more shortly."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from math import log

from nlu.induction.length import total_bits
from nlu.induction.macros import Macros
from nlu.induction.template import MOST_FORMS_EACH, Column, Template, merged, template_of
from nlu.induction.units import Reading, with_joined_compounds

_NEIGHBOURS = 12
"""Templates that each is compared with: those it shares the most telling words with."""
MOST_TEMPLATES = 400
"""Different templates of one group that are put together; those of the most utterances first."""


def generalise(readings: Sequence[Reading], macros: Macros) -> list[Template]:
    """Give the templates of utterances, and those that say several of them, the latter in the order they came about.

    Greedy and bottom-up: of all pairs, those two are put together first that save the most bits. A template whose
    texts would be too many for its utterances is not made.
    """
    leaves = _leaves(with_joined_compounds(readings), macros)
    nodes = list(leaves)
    waiting: list[tuple[float, int, int, Template]] = []
    alive = set(range(len(nodes)))
    neighbours = _neighbours(nodes)

    def offer(one: int, other: int) -> None:
        both = _joined(nodes[one], nodes[other], macros)
        if both is not None and (saved := total_bits((nodes[one], nodes[other])) - total_bits((both,))) > 0:
            heapq.heappush(waiting, (-saved, one, other, both))

    for one, others in neighbours.items():
        for other in sorted(others):
            if one < other:
                offer(one, other)
    while waiting:
        _, one, other, both = heapq.heappop(waiting)
        if one not in alive or other not in alive:
            continue
        alive -= {one, other}
        number = len(nodes)
        nodes.append(both)
        near = {at for at in neighbours[one] | neighbours[other] if at in alive}
        neighbours[number] = near
        for at in near:
            neighbours[at].add(number)
        alive.add(number)
        for at in sorted(near):
            offer(at, number)
    return nodes


def _joined(one: Template, other: Template, macros: Macros) -> Template | None:
    both = merged(one, other, macros)
    return both if both is not None and both.forms <= MOST_FORMS_EACH * len(both.members) else None


def _leaves(readings: Iterable[Reading], macros: Macros) -> list[Template]:
    """The different templates of single utterances."""
    found: dict[object, Template] = {}
    for reading in readings:
        template = template_of(reading, macros)
        before = found.get(template.key)
        found[template.key] = template if before is None else _together(before, template)
    ordered = sorted(found.values(), key=lambda one: (-len(one.members), min(one.members)))
    return ordered[:MOST_TEMPLATES]


def _together(one: Template, other: Template) -> Template:
    columns = tuple(
        Column(here.phrases, here.glued + there.glued, here.spaced + there.spaced)
        for here, there in zip(one.columns, other.columns, strict=True)
    )
    return Template(columns, one.members | other.members)


def _neighbours(templates: Sequence[Template]) -> dict[int, set[int]]:
    """Of each template those that share the most telling units with it."""
    holders: dict[str, list[int]] = {}
    for number, template in enumerate(templates):
        for unit in sorted(template.contents):
            holders.setdefault(unit, []).append(number)
    found: dict[int, set[int]] = {number: set() for number in range(len(templates))}
    for number, template in enumerate(templates):
        shared = dict[int, float]()
        for unit in sorted(template.contents):
            weight = log(1 + len(templates) / len(holders[unit]))
            for other in holders[unit]:
                shared[other] = shared.get(other, 0.0) + weight
        shared.pop(number, None)
        for other, _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:_NEIGHBOURS]:
            found[number].add(other)
            found[other].add(number)
    return found
