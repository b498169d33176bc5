"""One turn of a talk, as a pure function: where it stood, what was said and when → where it stands, what is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from nlu.scenario.lookup import Look
from nlu.scenario.reading import Said, is_bare, is_cancel, is_no, is_yes, leads_to, values_of
from nlu.scenario.scenario import Scenario, Scenarios
from nlu.scenario.state import CHANGE, CONFIRM, Act, ActKind, Frame, Slots, State, Turn, Why
from nlu.types import Parse

MOST_FRAMES = 4
"""Scenarios that wait for one another; a fifth takes the place of the first."""


def step(rules: Scenarios, state: State, parse: Parse, now: datetime, look: Look | None = None) -> Turn:
    """Take one turn.

    It is read in this order: giving up, yes or no, correction, an answer to what was asked, other slots of the same
    scenario, another intent (after which the talk goes on where it was), and else as not understood.

    Args:
        rules: the bot's scenarios.
        state: where the talk stands.
        parse: what the user said.
        now: when, with its zone.
        look: looks for a value of what was asked for where none was found.
    """
    return _Talk(rules, parse, now, look).take(state)


@dataclass(frozen=True, slots=True)
class _Talk:
    rules: Scenarios
    parse: Parse
    now: datetime
    look: Look | None = None

    def take(self, state: State) -> Turn:
        frames, acts = self._fresh(state)
        if not frames:
            opens = self.parse.intent.name in self.rules.by_intent
            return _because("opening" if opens else "outside", self._begin((), acts))
        frame = frames[-1]
        if is_cancel(self.rules, self.parse):
            given_up = (*acts, Act("cancelled", frame.intent, slots=frame.slots))
            return _because("cancel", self._resume(frames[:-1], given_up))
        scenario = self.rules.by_intent[frame.intent]
        said = values_of(scenario, frame, self._looked(scenario, frame))
        if frame.asked == CONFIRM and not said.filled:
            if is_yes(self.rules, self.parse):
                done = (*acts, Act("done", frame.intent, slots=frame.slots))
                return _because("yes", self._resume(frames[:-1], done))
            if is_no(self.rules, self.parse) and not said.emptied:
                asked = replace(frame, asked=CHANGE, asks=1)
                change = Act("change", frame.intent, slots=frame.slots)
                return _because("no", self._turn((*frames[:-1], asked), (*acts, change)))
        other = leads_to(self.rules, frame, self.parse)
        if other is not None and not said.is_correction and not (said.filled and is_bare(self.parse)):
            return _because("digression", self._begin(frames, acts))
        if said.filled or said.emptied:
            return _because(_filling(frame, said), self._filled(frames, scenario, said.filled, said.emptied, acts))
        return _because("not_understood", self._not_understood(frames, scenario, acts))

    def _looked(self, scenario: Scenario, frame: Frame) -> Parse:
        """What was said, with a value of what was asked for where the networks found none and it says little else."""
        asked = next((slot for slot in scenario.slots if slot.name == frame.asked), None)
        if asked is None or self.look is None or any(one.entity == asked.entity for one in self.parse.entities):
            return self.parse
        found = self.look(asked.entity, self.parse.text)
        if found is None:
            return self.parse
        free = [one for one in self.parse.entities if one.end <= found.start or found.end <= one.start]
        looked = replace(self.parse, entities=tuple(sorted([*free, found], key=lambda one: one.start)))
        return looked if is_bare(looked) else self.parse

    def _fresh(self, state: State) -> tuple[tuple[Frame, ...], tuple[Act, ...]]:
        """The frames that are still talked about; none after a long pause."""
        known = tuple(frame for frame in state.frames if frame.intent in self.rules.by_intent)
        if not known or state.updated is None:
            return known, ()
        is_old = self.now - state.updated > self.rules.by_intent[known[-1].intent].expires
        return ((), (Act("expired", known[-1].intent),)) if is_old else (known, ())

    def _begin(self, frames: tuple[Frame, ...], acts: tuple[Act, ...]) -> Turn:
        """Begin the scenario of what was said; where it has none the bot answers, and the talk goes on."""
        name = self.parse.intent.name
        scenario = self.rules.by_intent.get(name or "")
        if scenario is None:
            answered = (*acts, Act("answer", name))
            return self._resume(frames, answered) if frames else self._turn((), answered)
        frame = Frame(scenario.intent)
        said = values_of(scenario, frame, self.parse)
        waiting = frames[-(MOST_FRAMES - 1) :] if frames else ()
        return self._next((*waiting, frame.with_slots(said.filled)), acts)

    def _filled(
        self, frames: tuple[Frame, ...], scenario: Scenario, filled: Slots, emptied: frozenset[str],
        acts: tuple[Act, ...],
    ) -> Turn:  # fmt: skip
        frame = frames[-1]
        changed = tuple(
            Act("corrected", frame.intent, name, slots={**frame.slots, **filled}, before=frame.slots[name])
            for name, one in filled.items()
            if name in frame.slots and frame.slots[name] != one
        )
        return self._next((*frames[:-1], frame.with_slots(filled, without=emptied)), (*acts, *changed))

    def _next(self, frames: tuple[Frame, ...], acts: tuple[Act, ...]) -> Turn:
        """Ask for what is missing, else for a yes; where neither is wanted it is done."""
        frame = frames[-1]
        scenario = self.rules.by_intent[frame.intent]
        missing = next((slot for slot in scenario.slots if slot.is_required and slot.name not in frame.slots), None)
        if missing is not None:
            asks = frame.asks + 1 if frame.asked == missing.name else 1
            return self._ask(frames, missing.name, asks, acts)
        if scenario.confirm is not None:
            asked = replace(frame, asked=CONFIRM, asks=1)
            return self._turn((*frames[:-1], asked), (*acts, Act("confirm", frame.intent, slots=frame.slots)))
        return self._resume(frames[:-1], (*acts, Act("done", frame.intent, slots=frame.slots)))

    def _ask(self, frames: tuple[Frame, ...], slot: str, attempt: int, acts: tuple[Act, ...]) -> Turn:
        frame = replace(frames[-1], asked=slot, asks=attempt)
        if attempt > self.rules.by_intent[frame.intent].max_asks:
            return self._turn((), (*acts, Act("hand_over", frame.intent, slot, attempt, frame.slots)))
        return self._turn((*frames[:-1], frame), (*acts, Act("ask", frame.intent, slot, attempt, frame.slots)))

    def _resume(self, frames: tuple[Frame, ...], acts: tuple[Act, ...]) -> Turn:
        """Go on with what was talked about before, if anything was."""
        if not frames:
            return self._turn((), acts)
        frame = replace(frames[-1], asked=None, asks=0)
        resumed = Act("resumed", frame.intent, slots=frame.slots)
        return self._next((*frames[:-1], frame), (*acts, resumed))

    def _not_understood(self, frames: tuple[Frame, ...], scenario: Scenario, acts: tuple[Act, ...]) -> Turn:
        frame = frames[-1]
        attempt = frame.asks + 1
        not_understood = Act("not_understood", frame.intent, frame.asked, attempt, frame.slots)
        if frame.asked not in (CONFIRM, CHANGE) and frame.asked is not None:
            return self._ask(frames, frame.asked, attempt, (*acts, not_understood))
        if attempt > scenario.max_asks:
            return self._turn((), (*acts, Act("hand_over", frame.intent, frame.asked, attempt, frame.slots)))
        again = replace(frame, asks=attempt)
        kind: ActKind = "confirm" if frame.asked == CONFIRM else "change"
        asked = Act(kind, frame.intent, attempt=attempt, slots=frame.slots)
        return self._turn((*frames[:-1], again), (*acts, not_understood, asked))

    def _turn(self, frames: tuple[Frame, ...], acts: tuple[Act, ...]) -> Turn:
        return Turn(State(frames, self.now), acts)


def _filling(frame: Frame, said: Said) -> Why:
    """As what values are read: another one than before corrects, what was asked for answers, and others over-answer."""
    if said.emptied or any(frame.slots.get(name, one) != one for name, one in said.filled.items()):
        return "correction"
    return "answer" if said.filled.keys() == {frame.asked} else "over_answer"


def _because(why: Why, turn: Turn) -> Turn:
    return Turn(turn.state, tuple(replace(act, why=why) for act in turn.acts))
