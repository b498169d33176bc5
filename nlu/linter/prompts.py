"""Particles in what a bot says: prompts of its scenarios and its answers, checked as those of patterns are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from nlu.dialogue.templates import PIECE
from nlu.korean.particles import notation_named
from nlu.linter.findings import WARNING, Finding
from nlu.linter.particles import check_after_slots, check_inside
from nlu.linter.patterns import doubled_particles, neighbours
from nlu.linter.yaml_file import YamlFile
from nlu.pattern import Inventory
from nlu.pattern.nodes import Choice, Node, Particle, Place, Sequence, Slot, Text
from nlu.system.yaml_nodes import ScalarNode

_SILENT = "'\"’”)]}」』"
"""Marks that may stand between a word and its particle."""
_EITHER = Choice((Slot("", words="가"), Slot("", words="각")))
"""Stands for a slot of which no value is known."""


def check_prompt(
    file: YamlFile, node: ScalarNode, entities: Mapping[str, str], inventory: Inventory, severity: str
) -> Iterator[Finding]:
    """Find the particles of a prompt that do not agree with what may stand before them.

    Args:
        file: the file that says it.
        node: the prompt.
        entities: slot → the type of entity that fills it.
        inventory: the dictionary's surfaces.
        severity: of a particle after a slot, which is wrong for sure; inside plain text an analyser may be mistaken.
    """

    def values(slot: str) -> Node:
        entity = entities.get(slot, slot.partition(":")[0])
        return Slot(entity) if inventory.values(entity).surfaces else _EITHER

    tree = Sequence(tuple(_nodes(" ".join(node.value.split("\n")), values)))
    pairs = list(neighbours(tree))
    after = (replace(one, severity=severity) for one in check_after_slots(pairs, inventory))
    others = [one for one in check_inside(tree, pairs) if one.severity == WARNING]
    for one in (*after, *others, *doubled_particles(pairs)):
        place = file.at(node, one.column)
        yield replace(one, path=place.path, line=place.line, column=place.column, source=file.lines[place.line - 1])


def _nodes(text: str, values: Callable[[str], Node]) -> Iterator[Node]:
    """A prompt as the nodes of a pattern, whose columns are offsets, without marks after a slot: none is read aloud."""
    end = 0
    for piece in (*PIECE.finditer(text), None):
        until = piece.start() if piece else len(text)
        letters = text[end:until]
        if end and text[end - 1] == "}":
            letters = letters.lstrip(_SILENT)
        if letters:
            yield Text(letters, Place("", 1, until - len(letters)))
        if piece is None:
            return
        place, end = Place("", 1, until), piece.end()
        if piece["slot"] is not None:
            name, _, particle = piece["slot"].partition("|")
            yield values(name.strip())
            if notation := notation_named(particle.strip()):
                yield Particle(notation, place)
        elif piece["particle"]:
            yield Particle(piece["particle"], place)
        else:
            yield Text(piece[0][0], place)
