"""Things that are said together, such as dishes and how many of each, and what a turn makes of them.

A scenario's two paired slots are two tuples; the first value of the one belongs to the first of the other. The first
may have more values than the second: how many there are of the last ones is not known yet. One value that is said for
each (하나씩) stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.scenario.amounts import total
from nlu.scenario.scenario import Scenario, SlotRule
from nlu.scenario.state import Filled, Slots

_EACH = "씩"


@dataclass(frozen=True, slots=True)
class Item:
    """A thing and how many of it; either may be unknown."""

    thing: Filled | None
    count: Filled | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a turn says of one item.

    Attributes:
        item: the thing, the count, or both.
        is_more: whether the count comes to the one there is: 하나 더.
        is_added: whether the thing comes to those there are: 콜라도.
    """

    item: Item
    is_more: bool = False
    is_added: bool = False


def pair_of(scenario: Scenario) -> tuple[SlotRule, SlotRule] | None:
    """The slots of things and of their counts: as the author says (`of`), else as the question for a yes puts them."""
    for slot in scenario.slots:
        if slot.of is not None:
            return scenario.slot(slot.of), slot
    for one, other in scenario.side_by_side:
        return scenario.slot(one), scenario.slot(other)
    return None


def is_for_each(count: Filled) -> bool:
    """Whether a count is said for each of several things: 하나씩."""
    return count.said.rstrip("요이 ").endswith(_EACH) or count.value.endswith(_EACH)


def items_of(slots: Slots, things: str, counts: str) -> list[Item]:
    """The items that fill two slots."""
    named, numbers = slots.get(things, ()), slots.get(counts, ())
    if len(numbers) == 1 and is_for_each(numbers[0]):
        numbers = numbers * max(len(named), 1)
    several = [Item(thing, numbers[at] if at < len(numbers) else None) for at, thing in enumerate(named)]
    return several + [Item(None, count) for count in numbers[len(named) :]]


def lacking(slots: Slots, things: str, counts: str) -> tuple[Filled, ...]:
    """The things of which it is not known how many."""
    return tuple(one.thing for one in items_of(slots, things, counts) if one.thing is not None and one.count is None)


def slots_of(items: Sequence[Item], things: str, counts: str) -> dict[str, tuple[Filled, ...]]:
    """What fills two slots, of these items; those without a count last."""
    known = [one for one in items if one.count is not None]
    ordered = [*known, *(one for one in items if one.count is None)]
    numbers = tuple(one.count for one in known if one.count is not None)
    if len(known) > 1 and len({*numbers}) == 1 and is_for_each(numbers[0]) and len(known) == len(items):
        numbers = numbers[:1]
    return {things: tuple(one.thing for one in ordered if one.thing is not None), counts: numbers}


def changed(items: Sequence[Item], changes: Sequence[Change], removed: Sequence[str], *, corrects: bool) -> list[Item]:
    """What a turn makes of the items there are.

    Args:
        items: those there are.
        changes: what it says, in order.
        removed: values of things that it takes back.
        corrects: whether it is said in the words of a correction.

    Returns:
        The items as they are then.
    """
    unnamed = [Change(one) for one in items if one.thing is None]  # so many, of what was not said yet
    items = [one for one in items if one.thing is not None]
    places = [at for at, one in enumerate(items) if one.thing is not None and one.thing.value in removed]
    kept: list[Item | None] = list(items)
    named = [one for one in changes if one.item.thing is not None]
    goes_on = any(_place(items, one) is not None for one in named)
    for change in named:
        place = _place(items, change)
        if place is not None and place not in places:
            kept[place] = _recounted(items[place], change)
        elif places and not change.is_added:
            replaced = places.pop(0)
            kept[replaced] = _renamed(items[replaced], change)
        elif (at := _meant(items, change, len(named), goes_on=goes_on, corrects=corrects)) is not None:
            kept[at] = _renamed(items[at], change)
        else:
            if not (change.is_added or goes_on or corrects) and len(named) > 1:
                kept = [one for one in kept if one is None or one not in items]
            kept.append(change.item)
    for place in places:
        kept[place] = None
    left = [one for one in kept if one is not None]
    counts = [one for one in changes if one.item.thing is None]
    return _counted(left, counts or unnamed)


def _place(items: Sequence[Item], change: Change) -> int | None:
    thing = change.item.thing
    return next(
        (at for at, one in enumerate(items) if one.thing is not None and thing and one.thing.value == thing.value), None
    )


def _meant(items: Sequence[Item], change: Change, named: int, *, goes_on: bool, corrects: bool) -> int | None:
    """Which item another name is meant for: the only one, one that it says more exactly, the last when corrected."""
    if change.is_added or goes_on or named > 1 or change.item.thing is None:
        return None
    name = change.item.thing.value
    akin = [at for at, one in enumerate(items) if one.thing and (one.thing.value in name or name in one.thing.value)]
    if akin or len(items) == 1:
        return akin[-1] if akin else 0
    return len(items) - 1 if corrects and items else None


def _recounted(item: Item, change: Change) -> Item:
    count = change.item.count
    if count is None:
        return item
    return replace(item, count=total(item.count, count) if change.is_more and item.count else count)


def _renamed(item: Item, change: Change) -> Item:
    return Item(change.item.thing, change.item.count or item.count)


def _counted(items: Sequence[Item], changes: Sequence[Change]) -> list[Item]:
    """Give counts that are said without a thing to those without one, else to the only or last one."""
    counted = list(items)
    if not counted:
        return [one.item for one in changes]
    lacks = [at for at, one in enumerate(counted) if one.count is None]
    for number, change in enumerate(changes):
        count = change.item.count
        each = count is not None and is_for_each(count)
        if each and not lacks:
            places = [*range(len(counted))]
        elif lacks:
            places = lacks if len(changes) == 1 else lacks[number : number + 1]
        else:
            places = [len(counted) - 1] if len(changes) == 1 else [min(number, len(counted) - 1)]
        for at in places:
            counted[at] = _recounted(counted[at], change)
    return counted
