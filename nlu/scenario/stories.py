r"""Stories: what users say, and where a talk should stand after it, to be told again whenever the bot changes.

- story: 피자를 시키다 마음을 바꾸기
  turns:
    - {user: 피자 시킬게, asks: count}
    - {user: 두 판이요, confirms: order_food}
    - {user: 아니 세 판, slots: {count: 세 판}}
    - {user: 네, done: order_food, slots: {menu: 피자, count: 세 판}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlu.errors import ScenarioError
from nlu.scenario.state import State
from nlu.scenario.talker import Answered, Talker
from nlu.system.source import Source
from nlu.system.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, YamlMistake, compose, place_of
from nlu.understanding.asked_at import AskedAt

_STORY = ("story", "turns")
_EXPECTATIONS = ("asks", "confirms", "done", "cancelled", "answers", "hands_over", "says")
_TURN = ("user", "slots", *_EXPECTATIONS)
_ACTS = {
    "asks": ("ask", "slot"),
    "confirms": ("confirm", "intent"),
    "done": ("done", "intent"),
    "cancelled": ("cancelled", "intent"),
    "answers": ("answer", "intent"),
    "hands_over": ("hand_over", "intent"),
}


@dataclass(frozen=True, slots=True)
class StoryTurn:
    """What a user says, and what should come of it.

    Attributes:
        user: what is said.
        line: where it stands in the file.
        expected: what of `asks`, `confirms`, … should be, by name.
        slots: what should fill slots, as it was said or by value.
    """

    user: str
    line: int
    expected: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """A talk.

    Attributes:
        name: what it tells.
        path: the file.
        turns: its turns.
    """

    name: str
    path: str
    turns: tuple[StoryTurn, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A turn that came out otherwise; its story is not told on.

    Attributes:
        story: the story.
        turn: the turn.
        expected: what should have been.
        got: what was, in the same words.
        reply: what the bot said.
    """

    story: Story
    turn: StoryTurn
    expected: str
    got: str
    reply: str


def tell(story: Story, talker: Talker, asked_at: AskedAt | None = None) -> Failure | None:
    """Tell a story; give the first turn that came out otherwise, None where all are as expected."""
    state = State()
    for turn in story.turns:
        answered = talker.take(state, turn.user, asked_at)
        state = answered.state
        if (wrong := _wrong(turn, answered)) is not None:
            return Failure(story, turn, *wrong, answered.reply.text)
    return None


def _wrong(turn: StoryTurn, answered: Answered) -> tuple[str, str] | None:
    for name, expected in turn.expected.items():
        if name == "says":
            if expected not in answered.reply.text:
                return f"says {expected}", answered.reply.text
            continue
        kind, of = _ACTS[name]
        got = [str(getattr(act, of)) for act in answered.acts if act.kind == kind]
        if expected not in got:
            return f"{name} {expected}", ", ".join(f"{act.kind} {act.slot or act.intent}" for act in answered.acts)
    filled = answered.acts[-1].slots if answered.acts else {}
    for slot, expected in turn.slots.items():
        got_slot = filled.get(slot, ())
        if expected not in (", ".join(one.said for one in got_slot), ", ".join(one.value for one in got_slot)):
            return f"{slot} = {expected}", f"{slot} = {', '.join(one.said for one in got_slot)}"
    return None


def read_stories(path: Path) -> tuple[Story, ...]:
    """Read a file of stories.

    Raises:
        SourceErrors: all mistakes of the file.
        FileNotFoundError: there is no such file.
    """
    source = Source(path, ScenarioError)
    stories = tuple(_stories(source))
    source.raise_errors()
    return stories


def _stories(source: Source) -> Iterator[Story]:
    try:
        root = compose(source.text)
    except YamlMistake as mistake:
        source.complain(mistake.code or "scenario.no_yaml", max(mistake.line, 1), mistake.column)
        return
    for node in _items(source, root):
        parts = _parts(source, node, _STORY)
        if parts.keys() != set(_STORY):
            source.complain("story.parts", *place_of(node))
            continue
        turns = tuple(_turn(source, one) for one in _items(source, parts["turns"]))
        yield Story(_text(source, parts["story"]), str(source.path), turns)


def _turn(source: Source, node: Node) -> StoryTurn:
    parts = _parts(source, node, _TURN)
    if "user" not in parts:
        source.complain("story.no_user", *place_of(node))
        return StoryTurn("", place_of(node)[0])
    expected = {name: _text(source, parts[name]) for name in _EXPECTATIONS if name in parts}
    slots = {}
    if "slots" in parts and isinstance(parts["slots"], MappingNode):
        slots = {str(key.value): _text(source, value) for key, value in parts["slots"].value}
    return StoryTurn(_text(source, parts["user"]), place_of(node)[0], expected, slots)


def _items(source: Source, node: Node | None) -> Sequence[Node]:
    if isinstance(node, SequenceNode):
        return list(node.value)
    source.complain("scenario.no_list", *(place_of(node) if node is not None else (1, 1)))
    return []


def _parts(source: Source, node: Node, names: Sequence[str]) -> dict[str, Node]:
    if not isinstance(node, MappingNode):
        source.complain("scenario.no_mapping", *place_of(node))
        return {}
    parts: dict[str, Any] = {}
    for key, value in node.value:
        if key.value not in names:
            source.complain("answers.field_unknown", *place_of(key), name=key.value, choices=names)
        parts[str(key.value)] = value
    return parts


def _text(source: Source, node: Node) -> str:
    if isinstance(node, ScalarNode) and node.value.strip():
        return str(node.value).strip()
    source.complain("scenario.no_text", *place_of(node))
    return ""
