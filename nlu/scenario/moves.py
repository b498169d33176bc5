"""What a bot does once a turn is read: ask for what is missing, clear up, have it confirmed, go on, give up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from nlu.scenario.items import lacking, pair_of
from nlu.scenario.reading import is_needed
from nlu.scenario.scenario import Scenario, Scenarios
from nlu.scenario.state import CHANGE, CLARIFY, CONFIRM, Act, ActKind, Filled, Frame, Slots, State, Turn
from nlu.scenario.times import likely, other_half

MOST_FRAMES = 4
"""Scenarios that wait for one another; a fifth takes the place of the first."""
Frames = tuple[Frame, ...]
Acts = tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """The moves of a talk; each gives the turn that it ends.

    Attributes:
        rules: the bot's scenarios.
        now: when it is, with its zone.
    """

    rules: Scenarios
    now: datetime

    def missing(self, frame: Frame) -> tuple[str, Slots] | None:
        """The first slot that must still be filled, and what its question may name."""
        scenario = self.rules.by_intent[frame.intent]
        pair = pair_of(scenario)
        for slot in scenario.slots:
            if not is_needed(slot, frame.slots):
                continue
            if slot.name not in frame.slots:
                return slot.name, frame.slots
            if slot.of is not None and pair and (things := lacking(frame.slots, slot.of, slot.name)):
                others = {name: one for name, one in frame.slots.items() if name != slot.name}
                return slot.name, {**others, slot.of: things}
        return None

    def next(self, frames: Frames, acts: Acts) -> Turn:
        """Ask for what is missing, else what is unclear, else for a yes; where nothing is wanted it is done."""
        frame = frames[-1]
        scenario = self.rules.by_intent[frame.intent]
        if (missing := self.missing(frame)) is not None:
            name, slots = missing
            return self.ask(frames, name, max(frame.asks, 1) if frame.asked == name else 1, acts, slots)
        if (unclear := _unclear(scenario, frame)) is not None:
            return self.clarify(frames, unclear, 1, acts)
        if scenario.confirm is not None:
            asked = replace(frame, asked=CONFIRM, asks=1)
            return self.turn((*frames[:-1], asked), (*acts, Act("confirm", frame.intent, slots=frame.slots)))
        return self.resume(frames[:-1], (*acts, Act("done", frame.intent, slots=frame.slots)))

    def ask(self, frames: Frames, slot: str, attempt: int, acts: Acts, slots: Slots | None = None) -> Turn:
        """Ask for a slot; call a person where it was asked for too often."""
        frame = replace(frames[-1], asked=slot, asks=attempt)
        named = frame.slots if slots is None else slots
        if attempt > self.rules.by_intent[frame.intent].max_asks:
            return self.turn((), (*acts, Act("hand_over", frame.intent, slot, attempt, named)))
        return self.turn((*frames[:-1], frame), (*acts, Act("ask", frame.intent, slot, attempt, named)))

    def clarify(self, frames: Frames, slot: str, attempt: int, acts: Acts) -> Turn:
        """Ask which half of the day is meant."""
        frame = replace(frames[-1], asked=CLARIFY + slot, asks=attempt)
        meant = (likely(frame.slots[slot][-1], self.now),)
        asked = Act("clarify", frame.intent, slot, attempt, {**frame.slots, slot: meant})
        return self.turn((*frames[:-1], frame), (*acts, asked))

    def clarified(self, frames: Frames, acts: Acts, *, is_likely: bool) -> Turn:
        """Take the half of the day that was asked for, or the other."""
        frame = frames[-1]
        slot = (frame.asked or "").removeprefix(CLARIFY)
        *others, time = frame.slots[slot]
        meant = likely(time, self.now) if is_likely else other_half(time, self.now)
        return self.next((*frames[:-1], frame.with_slots({slot: (*others, meant)})), acts)

    def resume(self, frames: Frames, acts: Acts) -> Turn:
        """Go on with what was talked about before, if anything was."""
        if not frames:
            return self.turn((), acts)
        frame = replace(frames[-1], asked=None, asks=0)
        resumed = Act("resumed", frame.intent, slots=frame.slots)
        return self.next((*frames[:-1], frame), (*acts, resumed))

    def not_understood(self, frames: Frames, acts: Acts) -> Turn:
        """Ask again, in other words; call a person where that was done too often."""
        frame = frames[-1]
        asked, attempt = frame.asked, frame.asks + 1
        acts = (*acts, Act("not_understood", frame.intent, asked, attempt, frame.slots))
        if attempt > self.rules.by_intent[frame.intent].max_asks:
            return self.turn((), (*acts, Act("hand_over", frame.intent, asked, attempt, frame.slots)))
        if asked is not None and asked.startswith(CLARIFY):
            return self.clarify(frames, asked.removeprefix(CLARIFY), attempt, acts)
        if asked not in (CONFIRM, CHANGE) and (missing := self.missing(frame)) is not None:
            return self.ask(frames, missing[0], attempt, acts, missing[1])
        kind: ActKind = "confirm" if asked == CONFIRM else "change"
        again = Act(kind, frame.intent, attempt=attempt, slots=frame.slots)
        return self.turn((*frames[:-1], replace(frame, asks=attempt)), (*acts, again))

    def turn(self, frames: Frames, acts: Acts) -> Turn:
        """End a turn."""
        return Turn(State(frames, self.now), acts)


def frames_of(frames: Frames) -> Frames:
    """The frames that wait while one more is talked about."""
    return frames[-(MOST_FRAMES - 1) :]


def _unclear(scenario: Scenario, frame: Frame) -> str | None:
    """A slot whose time may be in the morning as well as in the afternoon, and of which that is asked."""

    def is_open(several: tuple[Filled, ...]) -> bool:
        return any(one.is_open for one in several)

    return next((one.name for one in scenario.slots if one.clarifies and is_open(frame.slots.get(one.name, ()))), None)
