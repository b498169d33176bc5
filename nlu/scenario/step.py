"""One turn of a talk, as a pure function: where it stood, what was said and when → where it stands, what is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nlu.scenario import words
from nlu.scenario.lookup import Look
from nlu.scenario.moves import Acts, Frames, Moves, frames_of
from nlu.scenario.reading import (
    Said,
    is_bare,
    is_no,
    is_yes,
    leads_to,
    named_slot,
    opened_by,
    taken_back,
    values_of,
    wants_to_cancel,
)
from nlu.scenario.scenario import Scenario, Scenarios, SlotRule
from nlu.scenario.state import CHANGE, CLARIFY, CONFIRM, Act, Frame, State, Turn, Why
from nlu.types import Entity, Parse
from nlu.understanding.entities.negation import with_negations

_TAKEN = "힣"
"""Stands for characters that are a value already; it is a letter, so that no word begins right behind it."""


def step(
    rules: Scenarios,
    state: State,
    parse: Parse,
    now: datetime,
    look: Look | None = None,
    near: Look | None = None,
    *,
    waits: bool = False,
) -> Turn:
    """Take one turn.

    It is read in this order: giving up, yes or no, correction, an answer to what was asked, other slots of the same
    scenario, another intent (after which the talk goes on where it was), and else as not understood. Where nothing is
    talked about and acting would be a guess, the bot asks which of two intents is meant.

    Args:
        rules: the bot's scenarios.
        state: where the talk stands.
        parse: what the user said.
        now: when, with its zone.
        look: looks for a value of what was asked for where none was found.
        near: looks for one that is misspelt, where nothing else was understood.
        waits: whether it is the second thing of an utterance, which waits until the first is done.
    """
    talk = _Talk(rules, parse, now, look, near)
    turn = talk.queue(state) if waits else talk.take(state)
    return replace(turn, state=replace(turn.state, last=_last(rules, state, turn)))


def _last(rules: Scenarios, before: State, turn: Turn) -> Frame | None:
    """What was done last and may still be mended: nobody said yes to it, and nobody else was told."""
    if turn.state.frames or any(act.kind in ("expired", "hand_over", "cancelled") for act in turn.acts):
        return None
    done = [Frame(act.intent or "", act.slots) for act in turn.acts if act.kind == "done"]
    last = done[-1] if done else before.last
    scenario = rules.by_intent.get(last.intent) if last else None
    return last if scenario is not None and scenario.confirm is None and scenario.webhook is None else None


@dataclass(frozen=True, slots=True)
class _Talk:
    rules: Scenarios
    parse: Parse
    now: datetime
    look: Look | None = None
    near: Look | None = None

    @property
    def _moves(self) -> Moves:
        return Moves(self.rules, self.now)

    def take(self, state: State) -> Turn:
        frames, acts = self._fresh(state)
        if not frames:
            return self._outside(state, acts)
        frame = frames[-1]
        scenario = self.rules.by_intent[frame.intent]
        said = self._said(scenario, frame)
        readings: tuple[Callable[[], Turn | None], ...] = (
            lambda: self._given_up(frames, scenario, said, acts),
            lambda: self._yes_or_no(frames, said, acts),
            lambda: self._asked_back(frames, scenario, said, acts),
            lambda: self._led_away(frames, said, acts),
            lambda: self._told(frames, scenario, said, acts),
            lambda: self._told(frames, scenario, self._nearly(scenario, frame), acts),
        )
        for read in readings:
            if (turn := read()) is not None:
                return turn
        return _because("not_understood", self._moves.not_understood(frames, acts))

    def queue(self, state: State) -> Turn:
        """Take what was said beside something else that is not done yet: it waits, unless it is done at once."""
        scenario = self.rules.by_intent.get(self.parse.intent.name or "")
        if not state.frames or scenario is None:
            return self.take(state)
        said = values_of(scenario, Frame(scenario.intent), self.parse)
        frame = Frame(scenario.intent, said.filled)
        first = frames_of(state.frames)
        if self._moves.missing(frame) is None and scenario.confirm is None:
            done = (Act("done", frame.intent, slots=frame.slots),)
            return _because("opening", self._moves.resume(first, done))
        return _because("opening", self._moves.next((frame, *first), ()))

    def _outside(self, state: State, acts: Acts) -> Turn:
        """Nothing is talked about: mend what was just done, else begin."""
        last = state.last if not acts and not self._is_old(state) else None
        scenario = self.rules.by_intent.get(last.intent) if last else None
        if last is not None and scenario is not None:
            said = self._said(scenario, last)
            is_mended = said.filled and (is_bare(self.parse) or said.is_correction)
            if is_mended and not (said.filled and leads_to(self.rules, last, self.parse) and not is_bare(self.parse)):
                return _because("correction", self._filled((last,), said, acts))
        opened = opened_by(self.rules, self.parse)
        if self.parse.is_asked and opened == self.parse.intent.name:
            return _because("unclear", self._moves.turn((), (*acts, Act("which"))))
        return _because("opening" if opened in self.rules.by_intent else "outside", self._begin((), acts))

    def _given_up(self, frames: Frames, scenario: Scenario, said: Said, acts: Acts) -> Turn | None:
        frame = frames[-1]
        cancelled = (*acts, Act("cancelled", frame.intent, slots=frame.slots))
        if words.instead(self.parse.text) and (other := leads_to(self.rules, frame, self.parse)) is not None:
            begun = self._begin(frames[:-1], cancelled)
            return _because("cancel" if other not in self.rules.by_intent else "digression", begun)
        wants = wants_to_cancel(self.rules, self.parse)
        if wants and self.parse.entities:
            told = values_of(scenario, frame, taken_back(frame, scenario, self.parse))
            if told.filled and not told.emptied:  # one of several things, or another value
                return _because("correction", self._filled(frames, told, acts))
            wants = told.holds_values
        if not (wants or words.gives_up(self.parse.text)) or said.filled:
            return None
        return _because("cancel", self._moves.resume(frames[:-1], cancelled))

    def _yes_or_no(self, frames: Frames, said: Said, acts: Acts) -> Turn | None:
        frame = frames[-1]
        if said.changes or frame.asked is None or not frame.asked.startswith("?"):
            return None
        yes, no = is_yes(self.rules, frame, self.parse), is_no(self.rules, self.parse)
        if frame.asked.startswith(CLARIFY) and (yes or no):
            return _because("yes" if yes else "no", self._moves.clarified(frames, acts, is_likely=yes))
        if frame.asked == CHANGE and yes:
            return _because("yes", self._moves.next(frames, acts))
        if frame.asked == CONFIRM and yes:
            done = (*acts, Act("done", frame.intent, slots=frame.slots))
            return _because("yes", self._moves.resume(frames[:-1], done))
        if frame.asked == CONFIRM and no and leads_to(self.rules, frame, self.parse) is None:
            asked = replace(frame, asked=CHANGE, asks=1)
            return _because(
                "no", self._moves.turn((*frames[:-1], asked), (*acts, Act("change", frame.intent, slots=frame.slots)))
            )
        return None

    def _asked_back(self, frames: Frames, scenario: Scenario, said: Said, acts: Acts) -> Turn | None:
        """A question what there is, a wish to wait, or the name of what is to be changed."""
        frame, text = frames[-1], self.parse.text
        if said.changes:
            return None
        if words.asks_to_wait(text):
            return _because(
                "asks_back",
                self._moves.turn(frames, (*acts, Act("wait", frame.intent, frame.asked, slots=frame.slots))),
            )
        asked = next((slot for slot in scenario.slots if slot.name == frame.asked), None)
        if asked is not None and asked.choices and words.asks_back(text) and not said.holds_values:
            attempt = frame.asks + 1
            turn = self._moves.ask(frames, asked.name, attempt, acts)
            if attempt <= scenario.max_asks:
                turn = Turn(turn.state, (*acts, Act("choices", frame.intent, asked.name, attempt, frame.slots)))
            return _because("asks_back", turn)
        is_free = frame.asked in (CONFIRM, CHANGE) or said.is_correction
        slot = named_slot(scenario, frame.slots, text) if is_free else None
        if slot is not None and (frame.asked == CHANGE or leads_to(self.rules, frame, self.parse) is None):
            return _because("correction", self._filled(frames, Said(emptied=frozenset({slot.name})), acts))
        return None

    def _led_away(self, frames: Frames, said: Said, acts: Acts) -> Turn | None:
        other = leads_to(self.rules, frames[-1], self.parse)
        if other is None or (said.holds_values and is_bare(self.parse)):
            return None
        if said.is_correction and said.changes and other not in self.rules.by_intent:
            return None
        return _because("digression", self._begin(frames, acts))

    def _told(self, frames: Frames, scenario: Scenario, said: Said, acts: Acts) -> Turn | None:
        if said.changes:
            return _because(_filling(frames[-1], said), self._filled(frames, said, acts))
        if said.holds_values and frames[-1].asked in (CONFIRM, CHANGE):  # said again what is known
            return _because("over_answer", self._moves.next(frames, acts))
        return None

    def _said(self, scenario: Scenario, frame: Frame) -> Said:
        """What the turn says to a frame, with values that the networks found none of where it says little else."""
        said = values_of(scenario, frame, self.parse)
        text = self.parse.text
        if self.look is None or (said.holds_values and is_bare(self.parse)) or words.says_yes(text):
            return said
        looked = self._looked(scenario, frame, self.look)
        if not looked.entities or not is_bare(looked):
            return said
        return values_of(scenario, frame, looked)

    def _looked(self, scenario: Scenario, frame: Frame, look: Look) -> Parse:
        """The turn with values of the scenario that stand in what is left of it, what was asked for first."""
        types = {slot.entity for slot in scenario.slots}
        entities = [one for one in self.parse.entities if one.entity in types]
        corrects = words.corrects(self.parse.text)
        asked = next((slot.entity for slot in scenario.slots if slot.name == frame.asked), None)
        slots = sorted(scenario.slots, key=lambda one: (one.name in frame.slots) != corrects)
        for entity in dict.fromkeys((*([asked] if asked else []), *(slot.entity for slot in slots))):
            if entity != asked and any(one.entity == entity for one in entities):
                continue
            entities += [*self._of_type(entity, entities, look)]
        return replace(self.parse, entities=tuple(sorted(entities, key=_start)))

    def _of_type(self, entity: str, taken: Sequence[Entity], look: Look) -> Iterator[Entity]:
        """A value of a type in what is left of the turn, and before it what is left out for it: 조선 말고 롯데."""
        rest = self.parse.text
        for one in taken:
            rest = rest[: one.start] + _TAKEN * (one.end - one.start) + rest[one.end :]
        while (found := look(entity, rest)) is not None:
            (found,) = with_negations(rest, (found,))
            yield found
            if not found.is_negated:
                return
            rest = rest[: found.start] + _TAKEN * (found.end - found.start) + rest[found.end :]

    def _nearly(self, scenario: Scenario, frame: Frame) -> Said:
        asked = next((slot for slot in scenario.slots if slot.name == frame.asked), None)
        if asked is None or self.near is None:
            return Said()
        others = [slot for slot in scenario.slots if slot.name == asked.unless]
        found = (self._found(scenario, frame, slot, self.near) for slot in (asked, *others))
        return next((one for one in found if one is not None), Said())

    def _found(self, scenario: Scenario, frame: Frame, slot: SlotRule, look: Look) -> Said | None:
        found = look(slot.entity, self.parse.text)
        if found is None:
            return None
        free = [one for one in self.parse.entities if one.end <= found.start or found.end <= one.start]
        looked = replace(self.parse, entities=tuple(sorted([*free, found], key=_start)))
        said = values_of(scenario, frame, looked) if is_bare(looked) else Said()
        return said if said.changes else None

    def _fresh(self, state: State) -> tuple[Frames, Acts]:
        """The frames that are still talked about; none after a long pause."""
        known = tuple(frame for frame in state.frames if frame.intent in self.rules.by_intent)
        if not known or not self._is_old(replace(state, frames=known)):
            return known, ()
        return (), (Act("expired", known[-1].intent),)

    def _is_old(self, state: State) -> bool:
        frame = state.frame or state.last
        if frame is None or state.updated is None or frame.intent not in self.rules.by_intent:
            return False
        return self.now - state.updated > self.rules.by_intent[frame.intent].expires

    def _begin(self, frames: Frames, acts: Acts) -> Turn:
        """Begin the scenario of what was said; where it has none the bot answers, and the talk goes on."""
        name = self.parse.intent.name if frames else opened_by(self.rules, self.parse)
        scenario = self.rules.by_intent.get(name or "")
        if scenario is None:
            answered = (*acts, Act("answer", name))
            return self._moves.resume(frames, answered) if frames else self._moves.turn((), answered)
        frame = Frame(scenario.intent)
        said = self._said(scenario, frame)
        return self._moves.next((*frames_of(frames), frame.with_slots(said.filled)), acts)

    def _filled(self, frames: Frames, said: Said, acts: Acts) -> Turn:
        frame = frames[-1]
        then = frame.with_slots(said.filled, without=said.emptied)
        touched = [name for name in (*said.filled, *sorted(said.emptied)) if name in frame.slots]
        changed = tuple(
            Act("corrected", frame.intent, name, slots=then.slots, before=frame.slots[name]) for name in touched
        )
        return self._moves.next((*frames[:-1], then), (*acts, *changed))


def _start(entity: Entity) -> int:
    return entity.start


def _filling(frame: Frame, said: Said) -> Why:
    """As what values are read: another one than before corrects, what was asked for answers, and others over-answer."""
    if said.emptied or any(name in frame.slots for name in said.filled):
        return "correction"
    return "answer" if said.filled.keys() == {frame.asked} else "over_answer"


def _because(why: Why, turn: Turn) -> Turn:
    return Turn(turn.state, tuple(replace(act, why=why) for act in turn.acts))
