"""YAML as nodes that know their lines, read as YAML 1.2 counts lines; whatever is wrong is one error with a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

__all__ = [
    "MappingNode", "Node", "ScalarNode", "SequenceNode", "YamlMistake", "compose", "key_twice", "parts_of", "place_of",
]  # fmt: skip

_DEEPEST = 60
"""Levels of lists and mappings inside one another; people need four."""
_NO_LINE_ENDS = "\x85\u2028\u2029"
"""What YAML 1.1 takes for line ends and YAML 1.2, editors and authors do not."""


@dataclass(frozen=True)
class YamlMistake(Exception):
    """A text that is no YAML.

    Attributes:
        problem: what is wrong, in the words of the reader; "" for one of ours.
        line: where, from 1; 0 where the text has a character that YAML can't have.
        column: where, from 1.
        code: a message's code where the mistake is one of ours, such as `yaml.alias`.
    """

    problem: str
    line: int = 0
    column: int = 1
    code: str = ""


def compose(text: str, *, aliases: bool = False) -> Node | None:
    """Read the one document of a text; None where there is none.

    Args:
        text: the YAML.
        aliases: whether a part may be repeated by an alias; it is then one node in several places.

    Raises:
        YamlMistake: it is no YAML, is nested without end, or has half a character or an alias that it may not have.
    """
    stand_ins: dict[str | int, str | int | None] = dict(zip(_NO_LINE_ENDS, _free_characters(text), strict=False))
    try:
        loader = _Loader(text.translate(str.maketrans(stand_ins)), aliases)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or ""
        raise YamlMistake(problem, *place, problem if problem.startswith("yaml.") else "") from None
    except yaml.YAMLError as error:
        raise YamlMistake(str(error).splitlines()[0]) from None
    except (RecursionError, ValueError, OverflowError) as error:  # an escape beyond Unicode is a ValueError
        raise YamlMistake(str(error).splitlines()[0]) from None
    put_back = {ord(str(other)): str(char) for char, other in stand_ins.items()}
    for scalar in _scalars(root):
        scalar.value = scalar.value.translate(put_back)
        if any("\ud800" <= char <= "\udfff" for char in scalar.value):  # an escape such as "\ud800"
            raise YamlMistake("data.surrogate", *place_of(scalar), "data.surrogate")
    return root


def place_of(node: Node) -> tuple[int, int]:
    """Return the line and column of a node's beginning, from 1."""
    return node.start_mark.line + 1, node.start_mark.column + 1


def key_twice(node: MappingNode) -> ScalarNode | None:
    """Find a key that a mapping has had before."""
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, ScalarNode):
            if key.value in seen:
                return key
            seen.add(key.value)
    return None


def parts_of(root: Node | None) -> dict[tuple[str | int, ...], Node]:
    r"""Every node below a node by the names and numbers that lead to it; a name in a mapping by `?` and the name.

    Example:
        >>> parts = parts_of(compose("a:\n  b: [x, y]"))
        >>> [place_of(parts[path]) for path in (("?", "a"), ("a", "?", "b"), ("a", "b"), ("a", "b", 1))]
        [(1, 1), (2, 3), (2, 6), (2, 10)]
    """
    found: dict[tuple[str | int, ...], Node] = {}
    waiting: list[tuple[tuple[str | int, ...], Node]] = [((), root)] if root is not None else []
    while waiting:
        path, node = waiting.pop()
        found[path] = node
        if isinstance(node, MappingNode):
            for key, value in node.value:
                if isinstance(key, ScalarNode):
                    found[(*path, "?", key.value)] = key
                    waiting.append(((*path, key.value), value))
        elif isinstance(node, SequenceNode):
            waiting += [((*path, number), one) for number, one in enumerate(node.value)]
    return found


class _Loader(yaml.SafeLoader):
    """Composes nodes of bounded depth, each once."""

    def __init__(self, text: str, aliases: bool) -> None:
        super().__init__(text)
        self._depth, self._aliases = 0, aliases

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if not self._aliases and self.check_event(yaml.AliasEvent):
            raise self._refusal("yaml.alias")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._refusal("yaml.too_deep")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refusal(self, code: str) -> yaml.MarkedYAMLError:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        return yaml.MarkedYAMLError(problem=code, problem_mark=mark)


def _free_characters(text: str) -> Iterator[str]:
    """Characters for private use that the text does not have."""
    return (char for char in map(chr, range(0xE000, 0xF900)) if char not in text)


def _scalars(root: Node | None) -> Iterator[ScalarNode]:
    """Yield every scalar below a node, once."""
    waiting = [root] if root is not None else []
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield node
        elif isinstance(node, MappingNode):
            waiting += [one for pair in node.value for one in pair]
        elif isinstance(node, SequenceNode):
            waiting += node.value
