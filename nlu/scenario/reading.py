"""What a user's turn says to a frame: values for its slots, corrections, things taken back; yes, no, giving up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nlu.scenario import words
from nlu.scenario.items import Change, Item, changed, is_for_each, items_of, pair_of, slots_of
from nlu.scenario.lookup import NEAR
from nlu.scenario.scenario import Scenario, Scenarios, SlotRule
from nlu.scenario.state import Filled, Frame, Slots
from nlu.scenario.times import nights, part_alone, settled
from nlu.types import FALLBACK_INTENT, Entity, Parse

_GUESSED = "tagger"
"""The source of a value that the dictionary does not hold."""
_SURE = 0.6
"""How likely another intent must be for a turn to lead away, or to give up."""
_SURE_OF_YES = 0.5
_LIKELIEST = 3
"""Among so many intents is that which a value alone tells."""
_ASKS_FOR = ("몇", "며칠", "얼마", "어느")
"""Begins what asks for a value, and is none."""
_ROLE_OF_PARTICLE = {"에서": "from", "부터": "from", "까지": "to", "로": "to", "으로": "to"}
"""The role that a particle says of a place."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a turn says to a frame.

    Attributes:
        filled: slot → what fills it now, where that is something else than before.
        emptied: slots whose value was said to be wrong, and that hold nothing now.
        is_correction: whether it was said in the words of a correction.
        holds_values: whether it says values for slots, be they those that are known.
    """

    filled: dict[str, tuple[Filled, ...]] = field(default_factory=dict)
    emptied: frozenset[str] = frozenset()
    is_correction: bool = False
    holds_values: bool = False

    @property
    def changes(self) -> bool:
        """Whether it fills or empties anything."""
        return bool(self.filled or self.emptied)


def is_yes(rules: Scenarios, frame: Frame, parse: Parse) -> bool:
    """Whether a turn says yes to what was proposed: 네, 그래주세요, 예약해줘."""
    text = parse.text
    if words.says_yes(text) or words.says_go_on(text):
        return True
    if words.says_no(text):
        return False
    if _is_sure(parse, _SURE_OF_YES) and parse.intent.name in rules.yes:
        return True
    tells_again = _is_sure(parse, _SURE) and parse.intent.name == frame.intent and not parse.entities
    return tells_again or (words.begins_with_yes(text) and leads_to(rules, frame, parse) is None)


def is_no(rules: Scenarios, parse: Parse) -> bool:
    """Whether a turn says no, whatever it says besides."""
    return words.says_no(parse.text) or (_is_sure(parse, _SURE_OF_YES) and parse.intent.name in rules.no)


def wants_to_cancel(rules: Scenarios, parse: Parse) -> bool:
    """Whether a turn is of an intent that gives up what is talked about."""
    return parse.intent.name in rules.cancel and _is_sure(parse, _SURE)


def _is_sure(parse: Parse, least: float) -> bool:
    return parse.source == "pattern" or (parse.intent.confidence >= least and not parse.fallback.is_fallback)


def taken_back(frame: Frame, scenario: Scenario, parse: Parse) -> Parse:
    """A turn that gives something up, with the values that the frame holds marked as left out: 콜라는 취소해줘."""
    names = {slot.entity: slot.name for slot in reversed(scenario.slots)}
    entities = tuple(
        replace(one, is_negated=True)
        if one.entity in names and _says_same(frame.slots.get(names[one.entity], ()), one)
        else one
        for one in parse.entities
    )
    return replace(parse, entities=entities)


def _with_what_is_taken_back(frame: Frame, parse: Parse) -> Parse:
    """A turn with the values marked as left out that it says it does not want: 콜라는 됐어요."""
    held = {one.value for several in frame.slots.values() for one in several}
    entities = tuple(
        replace(one, is_negated=True) if one.value in held and words.takes_back(parse.text, one.end) else one
        for one in parse.entities
    )
    return parse if entities == parse.entities else replace(parse, entities=entities)


def values_of(scenario: Scenario, frame: Frame, parse: Parse) -> Said:
    """Read which slots of a frame a turn fills, and which it empties.

    An entity fills the slot of its role, else the one that was asked for, else the first of its type that is empty; a
    correction fills one that is filled. Of things and their counts each finds the item that is meant.
    """
    parse = _with_what_is_taken_back(frame, parse)
    swaps = not parse.entities and words.swaps(parse.text)
    corrects = swaps or words.corrects(parse.text) or any(one.is_negated for one in parse.entities)
    entities = [one for one in _without_what_is_said_anew(parse) if _is_meant(one, scenario, frame, parse, corrects)]
    pair = pair_of(scenario)
    paired = {slot.entity for slot in pair} if pair else set[str]()
    filled, gone = _alone([one for one in entities if one.entity not in paired], scenario, frame, parse, corrects)
    for slot in scenario.slots:
        days = filled.get(slot.between or "", ())
        if len(days) > 1 and slot.name not in filled and (between := nights(days[0], days[-1])) is not None:
            filled |= {str(slot.between): days[:1], slot.name: (between,)}
    if pair is not None:
        several = [one for one in entities if one.entity in paired]
        filled |= _paired(several, pair, frame, parse, corrects)
    if swaps:
        filled = _swapped(scenario, frame)
    new = {name: one for name, one in filled.items() if one and not _is_same(one, frame.slots.get(name, ()))}
    emptied = {name for name, one in filled.items() if not one and name in frame.slots} | (gone - filled.keys())
    return Said(new, frozenset(emptied), corrects, bool(filled or emptied))


def _swapped(scenario: Scenario, frame: Frame) -> dict[str, tuple[Filled, ...]]:
    """What the two roles of one type hold when they are the other way round."""
    roles = [slot for slot in scenario.slots if slot.role is not None]
    same = [(one, other) for one in roles for other in roles if one.name < other.name and one.entity == other.entity]
    if len(same) != 1:
        return {}
    one, other = (slot.name for slot in same[0])
    return {one: frame.slots.get(other, ()), other: frame.slots.get(one, ())}


def _alone(
    entities: Sequence[Entity], scenario: Scenario, frame: Frame, parse: Parse, corrects: bool
) -> tuple[dict[str, tuple[Filled, ...]], set[str]]:
    filled: dict[str, tuple[Filled, ...]] = {}
    emptied: set[str] = set()
    for entity in entities:
        rules = [slot for slot in scenario.slots if slot.entity == entity.entity]
        if entity.is_negated:
            for slot in rules:
                if _says_same(held := frame.slots.get(slot.name, ()), entity):
                    emptied.add(slot.name)
                    if kept := tuple(one for one in held if not _says_same((one,), entity)):
                        filled[slot.name] = kept
            continue
        if (found := _slot_for(rules, frame, entity, {*filled}, emptied, corrects)) is not None:
            before = frame.slots.get(found.name, ())
            one = settled(before[-1] if before else None, filled_by(entity))
            filled[found.name] = (*before, one) if before and words.adds(parse.text, entity.end) else (one,)
        elif len(rules) == 1:
            filled[rules[0].name] = (*filled[rules[0].name], filled_by(entity))
    return filled, emptied


def _paired(
    entities: Sequence[Entity], pair: tuple[SlotRule, SlotRule], frame: Frame, parse: Parse, corrects: bool
) -> dict[str, tuple[Filled, ...]]:
    """What fills the slots of things and of their counts after a turn; nothing where it says nothing of them."""
    if not entities:
        return {}
    things, counts = pair
    items = items_of(frame.slots, things.name, counts.name)
    removed = [one.value for one in entities if one.is_negated and one.entity == things.entity]
    changes = _changes([one for one in entities if not one.is_negated], things, parse.text)
    if not removed and not changes:
        return {}
    return slots_of(changed(items, changes, removed, corrects=corrects), things.name, counts.name)


def _changes(entities: Sequence[Entity], things: SlotRule, text: str) -> list[Change]:
    """Things and counts as they belong together: 피자 두 판, 콜라 하나; also 두 판 피자."""
    changes: list[Change] = []
    for entity in entities:
        one, last = filled_by(entity), changes[-1].item if changes else None
        if entity.entity == things.entity:
            if last is not None and last.thing is None and last.count is not None:
                changes[-1] = replace(changes[-1], item=Item(one, last.count))
            else:
                changes.append(Change(Item(one), is_added=words.adds(text, entity.end)))
            continue
        is_more = words.wants_more(text, entity.end)
        if is_for_each(one) and last is not None:
            changes = [each if each.item.count else replace(each, item=Item(each.item.thing, one)) for each in changes]
            continue
        if last is not None and last.count is None:
            changes[-1] = replace(changes[-1], item=Item(last.thing, one), is_more=is_more)
        else:
            changes.append(Change(Item(None, one), is_more))
    return changes


def _without_what_is_said_anew(parse: Parse) -> tuple[Entity, ...]:
    """The values of a turn without those that it takes back itself: 두 명이요 아니 세 명."""
    kept = parse.entities
    for at in words.breaks(parse.text):
        anew = {one.entity for one in kept if one.start >= at and not one.is_negated and not _comes_to(parse.text, one)}
        kept = tuple(one for one in kept if one.end > at or one.entity not in anew)
    return kept


def _is_meant(entity: Entity, scenario: Scenario, frame: Frame, parse: Parse, corrects: bool) -> bool:
    """Whether a value is no guess at a word that nobody knows: 뷁뷁 is no dish unless one was asked for."""
    is_glued = parse.text[: entity.start][-1:].isalnum() and part_alone(entity.raw) is not None  # 오늘밤
    if is_glued or entity.raw.startswith(_ASKS_FOR) or words.is_all_of_them(parse.text, entity.end):
        return False
    is_known = entity.sources != (_GUESSED,) or entity.resolved is not None
    if is_known or corrects or parse.intent.name == frame.intent:
        return True
    asked = next((slot.entity for slot in scenario.slots if slot.name == frame.asked), None)
    is_filled = any(slot.entity == entity.entity and slot.name in frame.slots for slot in scenario.slots)
    return entity.entity == asked or (bool(entity.particle) and not is_filled)


def _comes_to(text: str, entity: Entity) -> bool:
    return words.adds(text, entity.end) or words.wants_more(text, entity.end)


def filled_by(entity: Entity) -> Filled:
    """What an entity fills a slot with."""
    resolved = entity.resolved
    said = entity.value if NEAR in entity.sources else entity.raw
    if resolved is None:
        return Filled(entity.value, said)
    is_open = "am_pm" in resolved.more.get("ambiguities", ())
    return Filled(entity.value, said, resolved.unit, resolved.value, is_open)


def _slot_for(
    rules: Sequence[SlotRule], frame: Frame, entity: Entity, taken: set[str], emptied: set[str], corrects: bool
) -> SlotRule | None:
    fitting = [slot for slot in rules if slot.name not in taken]
    role = entity.role or (_ROLE_OF_PARTICLE.get(entity.particle) if len(rules) > 1 else None)
    if role is not None and any(slot.role == role for slot in fitting):
        return next(slot for slot in fitting if slot.role == role)
    ranked = sorted(
        fitting,
        key=lambda slot: (
            slot.name not in emptied,
            slot.name != frame.asked,
            (slot.name in frame.slots) != corrects,
        ),
    )
    return ranked[0] if ranked else None


def _says_same(filled: tuple[Filled, ...], entity: Entity) -> bool:
    return any(one.value == entity.value or one.said == entity.raw for one in filled)


def _is_same(some: tuple[Filled, ...], others: tuple[Filled, ...]) -> bool:
    return [(one.value, one.computed) for one in some] == [(one.value, one.computed) for one in others]


def is_bare(parse: Parse) -> bool:
    """Whether a turn says hardly more than values: 판교요, 세 판으로 주세요.

    Example:
        >>> from nlu.types import Fallback, IntentScore
        >>> score = IntentScore(None, 0.0)
        >>> entity = Entity("loc", 0, 2, "판교", "판교")
        >>> understood = Fallback(None, 0.0, 0.0)
        >>> [is_bare(Parse(text, score, (), (entity,), (), understood)) for text in ("판교요", "판교 날씨 어때")]
        [True, False]
    """
    ends = [0, *(one.end for one in parse.entities)]
    starts = [*(one.start for one in parse.entities), len(parse.text)]
    return words.says_hardly_more([parse.text[end:start] for end, start in zip(ends, starts, strict=True)])


def leads_to(rules: Scenarios, frame: Frame | None, parse: Parse) -> str | None:
    """The intent that a turn surely has and that is not the frame's; None where it has none."""
    name = parse.intent.name
    if name is None or name == FALLBACK_INTENT or (frame is not None and name == frame.intent):
        return None
    if name in rules.yes | rules.no | rules.cancel:
        return None
    return name if parse.intent.confidence >= _SURE or parse.source == "pattern" else None


def opened_by(rules: Scenarios, parse: Parse) -> str | None:
    """The intent that a turn opens a talk with: its own, or where the networks are not sure that of its values.

    A value tells an intent where only its scenario must know it, and the intent is among the likeliest: a dish alone
    begins an order.
    """
    name = parse.intent.name
    if name in rules.by_intent or _is_sure(parse, _SURE) or not is_bare(parse):
        return name
    fitting = [
        {one.intent for one in rules.by_intent.values() if any(_is_for(entity, slot) for slot in one.slots)}
        for entity in parse.entities
        if not entity.is_negated and entity.sources != (_GUESSED,)
    ]
    told = {next(iter(one)) for one in fitting if len(one) == 1}
    likely = {one.name for one in parse.ranking[:_LIKELIEST]}
    return told.pop() if len(told) == 1 and all(fitting) and told <= likely else name


def _is_for(entity: Entity, slot: SlotRule) -> bool:
    return slot.is_required and entity.entity == slot.entity and slot.role in (None, entity.role)


def named_slot(scenario: Scenario, slots: Slots, text: str) -> SlotRule | None:
    """The filled slot that a turn names and says nothing else of: 날짜 바꿀게요."""
    found = [slot for slot in scenario.slots if slot.name in slots and any(one in text for one in slot.called)]
    return found[0] if len(found) == 1 else None


def is_needed(slot: SlotRule, slots: Mapping[str, object]) -> bool:
    """Whether a slot must be filled before a scenario is done."""
    return slot.is_required and (slot.unless is None or slot.unless not in slots)
