"""Dialogues written by hand, played through the real bot: where each ends, and what went wrong in which turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon
from nlu.scenario.scenario import Scenarios
from nlu.scenario.state import Act, Filled, Slots, State
from nlu.scenario.talker import Answered, Talker
from nlu.understanding.asked_at import AskedAt
from nlu.values.finder import find_values
from nlu.values.found import Value

_BETWEEN = " / "
_ENDS = {"done", "cancelled", "hand_over"}
_NAMES = {"cancelled": "cancelled", "handed_over": "hand_over"}
_ANY_UNIT = frozenset({None, "개", "명"})
_MAY_EMPTY = _ENDS | {"corrected", "expired"}


@dataclass(frozen=True, slots=True)
class End:
    """How a scenario ends: `done`, `cancelled` or `hand_over`, and for what is done what fills its slots."""

    kind: str
    intent: str
    slots: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What a user says, one turn after the other.

    Attributes:
        turns: the turns.
        fixes: number of a turn, from 1 → slots that it mends, and what should fill them then.
        ends: how it should end.
    """

    turns: tuple[str, ...]
    fixes: Mapping[int, Mapping[str, tuple[str, ...]]]
    ends: tuple[End, ...]


@dataclass(frozen=True, slots=True)
class Play:
    """A dialogue as it came out.

    Attributes:
        dialogue: the dialogue.
        answers: what came of each turn.
        is_right: whether it ended as it should.
        fixed: number of a turn that mends → whether it did.
        asked_filled: slots that were asked for although they were filled.
        lost: slots whose value went away though nobody took it back.
        wrong_turn: the turn in which it went wrong, from 1; 0 where it is right.
        fault: whether the parse held less than was said, or the talk made something else of it.
    """

    dialogue: Dialogue
    answers: tuple[Answered, ...]
    is_right: bool
    fixed: Mapping[int, bool]
    asked_filled: int
    lost: int
    wrong_turn: int
    fault: Literal["parse", "step", ""]


def read_dialogues(path: Path) -> tuple[tuple[Dialogue, ...], AskedAt]:
    """Read a file of dialogues, and when they are talked."""
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(_dialogue(one) for one in written["dialogues"]), AskedAt.read(written["now"])


def _dialogue(written: Mapping[str, Any]) -> Dialogue:
    fixes = {int(turn): _wanted(slots) for turn, slots in written.get("fix", {}).items()}
    return Dialogue(tuple(written["say"].split(_BETWEEN)), fixes, tuple(_end(one) for one in written["end"]))


def _end(written: Mapping[str, Any]) -> End:
    ((name, what),) = written.items()
    return End(_NAMES[name], what, {}) if name in _NAMES else End("done", name, _wanted(what))


def _wanted(slots: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(one) if isinstance(one, list) else (one,) for name, one in slots.items()}


class Judge:
    """Tells whether a slot holds what it should, whichever words say it.

    Args:
        rules: the bot's scenarios.
        lexicon: its dictionary.
        asked_at: when the dialogues are talked.
    """

    def __init__(self, rules: Scenarios, lexicon: Lexicon, asked_at: AskedAt) -> None:
        self._rules, self._lexicon, self._now = rules, lexicon, asked_at.local

    def play(self, dialogue: Dialogue, talker: Talker, asked_at: AskedAt) -> Play:
        """Play a dialogue, and judge it."""
        state, states, answers = State(), [State()], list[Answered]()
        for text in dialogue.turns:
            answers.append(talker.take(state, text, asked_at))
            state = answers[-1].state
            states.append(state)
        ended = _collapsed([act for one in answers for act in one.acts if act.kind in _ENDS], self._rules)
        is_right = self._as_wanted(ended, dialogue.ends)
        fixed = {turn: self._fixed(answers[turn - 1], wanted) for turn, wanted in dialogue.fixes.items()}
        asked = sum(act.kind == "ask" and act.slot in act.slots for one in answers for act in one.acts)
        lost = sum(_lost(before, one) for before, one in zip(states, answers, strict=False))
        wrong, fault = (0, "") if is_right else self._where(dialogue, answers, ended, fixed)
        return Play(dialogue, tuple(answers), is_right, fixed, asked, lost, wrong, fault)  # type: ignore[arg-type]

    def _as_wanted(self, ended: Sequence[Act], wanted: Sequence[End]) -> bool:
        if [(one.kind, one.intent) for one in ended] != [(one.kind, one.intent) for one in wanted]:
            return False
        return all(
            one.kind != "done" or self._holds(one, end, whole=True) for one, end in zip(ended, wanted, strict=True)
        )

    def _holds(self, act: Act, end: End, *, whole: bool) -> bool:
        return not [*self._differing(act.intent, act.slots, end.slots, whole=whole)]

    def _differing(
        self, intent: str | None, slots: Slots, wanted: Mapping[str, tuple[str, ...]], *, whole: bool
    ) -> Iterator[str]:
        """Slots that hold something else than they should."""
        for name in {**wanted, **(slots if whole else {})}:
            held, right = slots.get(name, ()), wanted.get(name, ())
            if len(held) != len(right) or not all(
                self.same(intent, name, *pair) for pair in zip(held, right, strict=True)
            ):
                yield name

    def same(self, intent: str | None, slot: str, held: Filled, right: str) -> bool:
        """Whether what a slot holds says the same as some words."""
        entity = next((one.entity for one in self._rules.by_intent[intent or ""].slots if one.name == slot), slot)
        if squeeze(right) in {squeeze(held.said), squeeze(held.value)}:
            return True
        names = {self._lexicon.canonical(entity, one) for one in (held.said, held.value)} - {None}
        if self._lexicon.canonical(entity, right) in names:
            return True
        return any(_equal(one, other) for one in self._read(held.said) for other in self._read(right))

    def _read(self, text: str) -> list[Value]:
        kinds = ("date", "time", "datetime", "duration", "quantity", "number")
        return [one for one in find_values(text, kinds, self._now) if one.end - one.start >= len(text.rstrip("요")) - 4]

    def _fixed(self, answered: Answered, wanted: Mapping[str, tuple[str, ...]]) -> bool:
        acts = [act for act in answered.acts if act.slots and act.kind != "cancelled"]
        return bool(acts) and not [*self._differing(acts[-1].intent, acts[-1].slots, wanted, whole=False)]

    def _where(
        self, dialogue: Dialogue, answers: Sequence[Answered], ended: Sequence[Act], fixed: Mapping[int, bool]
    ) -> tuple[int, str]:
        """The first turn that said what is missing, and whether the parse held it."""
        wrong = [turn for turn, is_fixed in fixed.items() if not is_fixed]
        missing = [
            value
            for end in dialogue.ends
            for name, values in end.slots.items()
            for value in values
            if not any(
                self.same(end.intent, name, held, value)
                for act in ended
                if act.intent == end.intent
                for held in act.slots.get(name, ())
            )
        ]
        for number, text in enumerate(dialogue.turns, 1):
            if any(squeeze(value) in squeeze(text) for value in missing):
                wrong.append(number)
                break
        turn = min(wrong, default=len(dialogue.turns))
        found = {one.value for parse in answers[turn - 1].parses for one in parse.entities}
        found |= {one.raw for parse in answers[turn - 1].parses for one in parse.entities}
        said = [value for value in missing if squeeze(value) in squeeze(dialogue.turns[turn - 1])]
        return turn, "parse" if any(value not in found for value in said) else "step"


def _equal(one: Value, other: Value) -> bool:
    if one.value != other.value:
        return False
    return one.unit == other.unit or one.unit in _ANY_UNIT or other.unit in _ANY_UNIT


def _collapsed(ended: Sequence[Act], rules: Scenarios) -> list[Act]:
    """What ended, without that which nobody confirms and that was done again, mended, right after."""
    kept: list[Act] = []
    for act in ended:
        again = kept and kept[-1].intent == act.intent and kept[-1].kind == act.kind == "done"
        if again and rules.by_intent[act.intent or ""].confirm is None:
            kept.pop()
        kept.append(act)
    return kept


def _lost(before: State, answered: Answered) -> int:
    """How many values went away that nobody took back."""
    if {act.kind for act in answered.acts} & _MAY_EMPTY:
        return 0
    after = {frame.intent: frame for frame in answered.state.frames}
    return sum(
        len(frame.slots.keys() - (after[frame.intent].slots if frame.intent in after else {}).keys())
        for frame in before.frames
    )
