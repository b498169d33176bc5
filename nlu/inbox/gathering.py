"""Gathering: records that wait join the groups that there are, or make new ones; what was decided stays decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, bindparam, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from nlu.inbox.clustering import Vectors
from nlu.inbox.collecting import LEAST_MARGIN
from nlu.inbox.grouping import arranged, centre, joined, least_alike
from nlu.inbox.representation import Representation
from nlu.inbox.store import InboxStore, StoredGroup, in_parts, inserted, now
from nlu.inbox.tables import groups, members
from nlu.inbox.utterances import InboxUtterance
from nlu.journal.tables import records
from nlu.types import FALLBACK_INTENT

MOST_REARRANGED = 1_000
"""Utterances whose groups are put in order after each decision, which takes below a second."""
MOST_AT_ONCE = 20_000
"""Records that one gathering takes, the newest first; the next takes the rest."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a gathering found.

    Attributes:
        found: records that had waited in no group.
        joined: how many of them joined a group that there was.
        new_groups: how many groups the others made.
        reopened: groups that had been decided, and are said again to a newer model.
    """

    found: int = 0
    joined: int = 0
    new_groups: int = 0
    reopened: tuple[int, ...] = ()


def gather(
    store: InboxStore,
    representation: Representation,
    *,
    limit: int = MOST_AT_ONCE,
    least_margin: float = LEAST_MARGIN,
    least: float | None = None,
    anew: bool = False,
    known_intents: Collection[str] = (),
) -> Gathered:
    """Take up what waits; several processes may do so at once.

    A record joins the group that it resembles most, also one that is held, excluded or done, and has its state. A done
    group is open again where a model that came after the decision still does not understand.

    Args:
        store: the inbox.
        representation: how utterances are compared.
        limit: how many records at most.
        least_margin: how much likelier an intent must be than the next to be understood well.
        least: how alike an utterance and its group are; None for what fits so many.
        anew: put the open groups apart first, and group their members as if they had just come.
        known_intents: those of the model: groups like one that its author gave another intent come first.

    Returns:
        What was found.
    """
    new, there = store.waiting(limit, least_margin), store.groups(None)
    if anew:
        loose = [one for one in there if one.state == "open"]
        there = [one for one in there if one.state != "open"]
        new = [*new, *(utterance for one in loose for utterance in one.members)]
    if not new:
        with store.database.begin() as connection:
            _sweep(connection)
        return Gathered()
    known = [utterance for one in there for utterance in one.members]
    vectors = representation.vectors([*known, *new])
    own, others = vectors[: len(known)], vectors[len(known) :]
    alike = least_alike(len(vectors)) if least is None else least
    numbers = joined(new, others, _centres(there, own), alike)
    with store.database.begin() as connection:
        ids = [*(one.id for one in there), *_make(connection, len({*numbers} - {*range(len(there))}))]
        _put(connection, new, [ids[number] for number in numbers], move=anew)
        reopened = _reopen(connection, there, new, numbers)
        of = [at for at, one in enumerate(there) for _ in one.members] + numbers
        _arrange(
            connection,
            [*known, *new],
            vectors,
            [ids[number] for number in of],
            _decided(there, known_intents, reopened),
        )
        _sweep(connection)
    stayed = sum(number < len(there) for number in numbers)
    return Gathered(len(new), stayed, len(ids) - len(there), reopened)


def rearrange(store: InboxStore, representation: Representation, known_intents: Collection[str]) -> bool:
    """Put the groups in order again after a decision; not where there are too many for an author to wait.

    Args:
        store: the inbox.
        representation: how utterances are compared.
        known_intents: those of the model.

    Returns:
        Whether it was done.
    """
    there = store.groups(None)
    known = [utterance for one in there for utterance in one.members]
    if not 0 < len(known) <= MOST_REARRANGED:
        return False
    vectors = representation.vectors(known)
    of = [one.id for one in there for _ in one.members]
    with store.database.begin() as connection:
        _arrange(connection, known, vectors, of, _decided(there, known_intents))
    return True


def _decided(
    there: Sequence[StoredGroup], known_intents: Collection[str], reopened: Collection[int] = ()
) -> dict[int, bool]:
    """Of the groups whose intent is said, whether it is new to the bot."""
    known = {*known_intents, FALLBACK_INTENT}
    done = [one for one in there if one.state == "done" and one.id not in reopened]
    return {one.id: one.intent not in known for one in done if one.intent}


def _centres(there: Sequence[StoredGroup], own: Vectors) -> Vectors:
    ends = np.cumsum([len(one.members) for one in there], dtype=np.intp)
    parts = np.split(own, ends[:-1]) if there else []
    return np.stack([centre(rows) for rows in parts]) if parts else own[:0]


def _sweep(connection: Connection) -> None:
    """Take away groups whose records are gone."""
    connection.execute(delete(groups).where(~exists().where(members.c.group_id == groups.c.id)))


def _make(connection: Connection, count: int) -> list[int]:
    """Make so many open groups."""
    row = {"state": "open", "created": now(), "place": 0}
    return [inserted(connection, groups, row) for _ in range(count)]


def _put(connection: Connection, new: Sequence[InboxUtterance], ids: Sequence[int], *, move: bool) -> None:
    """Put utterances into groups, unless another process was quicker or their record is gone."""
    group_of = {one.id: group for one, group in zip(new, ids, strict=True)}
    there: set[str] = set()
    for some in in_parts(list(group_of)):
        chosen = select(records.c.id).where(records.c.id.in_(some))
        there |= set(connection.execute(chosen.with_for_update(read=True, key_share=True)).scalars())
    insertion = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insertion(members)
    moved = {"group_id": statement.excluded.group_id}
    kept = (
        statement.on_conflict_do_update(index_elements=["record_id"], set_=moved)
        if move
        else statement.on_conflict_do_nothing(index_elements=["record_id"])
    )
    rows = [
        {"record_id": one.id, "group_id": group_of[one.id], "reason": one.reason, "doubt": one.doubt, "place": 0}
        for one in new
        if one.id in there
    ]
    for part in in_parts(rows):
        connection.execute(kept, list(part))


def _reopen(
    connection: Connection, there: Sequence[StoredGroup], new: Sequence[InboxUtterance], numbers: Sequence[int]
) -> tuple[int, ...]:
    """Open done groups again of which something was said since, to another model; who was in them stays done."""
    again = sorted(
        {
            there[number].id
            for one, number in zip(new, numbers, strict=True)
            if number < len(there) and _is_said_again(there[number], one)
        }
    )
    for group in (one for one in there if one.id in again):
        for part in in_parts([one.id for one in group.members]):
            own = (members.c.record_id.in_(part), members.c.state.is_(None))
            connection.execute(update(members).where(*own).values(state="done"))
        connection.execute(update(groups).where(groups.c.id == group.id).values(state="open"))
    return tuple(again)


def _is_said_again(group: StoredGroup, utterance: InboxUtterance) -> bool:
    return (
        group.state == "done"
        and group.decided is not None
        and utterance.time > group.decided
        and utterance.version != group.version
    )


def _arrange(
    connection: Connection,
    utterances: Sequence[InboxUtterance],
    vectors: Vectors,
    ids: Sequence[int],
    decided: Mapping[int, bool],
) -> None:
    """Write down the order of the groups, and of the members in each."""
    group_of = {one.id: group for one, group in zip(utterances, ids, strict=True)}
    order = arranged(utterances, vectors, ids, decided)
    places = [{"key": group_of[one.representative.id], "value": at} for at, one in enumerate(order, 1)]
    inside = [{"key": one.id, "value": at} for group in order for at, one in enumerate(group.members)]
    for table, key, rows in ((groups, groups.c.id, places), (members, members.c.record_id, inside)):
        statement = update(table).where(key == bindparam("key")).values(place=bindparam("value"))
        for part in in_parts(rows):
            connection.execute(statement, list(part))
