"""What authors decide of groups, and how it is undone: the newest decision of a group first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, delete, select, update

from nlu.audit.store import add
from nlu.inbox.errors import InboxError, UnknownGroup
from nlu.inbox.labels import Label, write_labels
from nlu.inbox.store import InboxStore, State, StoredGroup, in_parts, inserted, now
from nlu.inbox.tables import decisions, groups, labels, members
from nlu.journal.tables import feedback

Action = Literal["hold", "exclude", "reopen", "answer", "edit", "accept", "understood"]
"""Wait for later; show no more; show again; the answer was right; it means something else; a proposal was accepted; a
newer model understands it by now."""

RESULTS: Mapping[Action, State] = {
    "hold": "held",
    "exclude": "excluded",
    "reopen": "open",
    "answer": "done",
    "edit": "done",
    "accept": "done",
    "understood": "done",
}
"""The state that follows from an action."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides, and how the decision came here, for the audit.

    Attributes:
        name: of a person, or of a key.
        source: the command, or the route with its method.
        request_id: of the request.
    """

    name: str
    source: str = ""
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of what was reviewed.

    Attributes:
        id: its number, which also marks what it wrote into an author's file.
        time: when.
        by: who decided.
        action: what.
        group_id: of which group; None where that is gone.
        intent: what the author says it means; None where nothing was said.
        count: how many records it was about.
        undone: whether it was taken back.
    """

    id: int
    time: datetime
    by: str
    action: str
    group_id: int | None
    intent: str | None
    count: int
    undone: bool


class Decisions:
    """Decides, undoes and remembers.

    Args:
        store: the inbox.
    """

    def __init__(self, store: InboxStore) -> None:
        self._store = store
        self._database = store.database

    def decide(
        self,
        group_id: int,
        action: Action,
        *,
        by: Author,
        version: str,
        records: Collection[str] = (),
        given: Sequence[Label] = (),
        known_intents: Collection[str] = (),
        intent: str | None = None,
        then: Callable[[int], object] | None = None,
    ) -> Decision:
        """Decide of a group, or of some of its records alone.

        Args:
            group_id: the group.
            action: what.
            by: who.
            version: the model that is in use.
            records: the records it is about; all of the group when empty.
            given: what the records mean, where that is said.
            known_intents: those that the model knows.
            intent: what the whole group means, where that is said.
            then: called with the decision's number before it counts; where it fails, nothing is decided.

        Raises:
            UnknownGroup: there is no such group, or no such record in it.
        """
        group = self._store.group(group_id)
        inside = {one.id for one in group.members}
        for record_id in records:
            if record_id not in inside:
                raise UnknownGroup("inbox.unknown_member", number=group_id, record=record_id)
        with self._database.begin() as connection:
            made = Decision(0, now(), by.name, action, group_id, intent, len(records) or len(inside), False)
            before = _before(connection, group, records)
            number = inserted(connection, decisions, {**_columns(made), "before": before})
            write_labels(connection, given, by=by.name, decision_id=number, known_intents=known_intents)
            if records:
                _set_members(connection, dict.fromkeys(records, RESULTS[action]))
            else:
                own = {
                    "decided": made.time,
                    "decided_by": by.name,
                    "version": version,
                    "intent": intent or group.intent,
                }
                connection.execute(update(groups).where(groups.c.id == group_id).values(state=RESULTS[action], **own))
            made = replace(made, id=number)
            _note(connection, made, by, f"inbox.{action}")
            if then is not None:
                then(number)
        return made

    def undo(self, number: int, *, by: Author, then: Callable[[Decision], object] | None = None) -> Decision:
        """Take a decision back: states, labels, and what was exported of them.

        Args:
            number: of the decision.
            by: who takes it back.
            then: called with the decision before that counts; where it fails, nothing is taken back.

        Raises:
            UnknownGroup: there is no such decision.
            InboxError: it was undone before, or the group was decided again since.
        """
        with self._database.begin() as connection:
            row = connection.execute(select(decisions).where(decisions.c.id == number)).mappings().one_or_none()
            if row is None:
                raise UnknownGroup("inbox.unknown_decision", number=number)
            _refuse_undoing(connection, row)
            group, states = row["before"]["group"], row["before"]["members"]
            decided = group["decided"] and datetime.fromisoformat(group["decided"])
            connection.execute(
                update(groups).where(groups.c.id == row["group_id"]).values({**group, "decided": decided})
            )
            _set_members(connection, states)
            mine = labels.c.decision_id == number
            exported = select(labels.c.feedback_id).where(mine, labels.c.feedback_id.is_not(None))
            connection.execute(delete(feedback).where(feedback.c.id.in_(exported)))
            connection.execute(delete(labels).where(mine))
            connection.execute(update(decisions).where(decisions.c.id == number).values(undone=True))
            undone = replace(_decision(row), undone=True)
            _note(connection, undone, by, "inbox.undo")
            if then is not None:
                then(undone)
        return undone

    def get(self, number: int) -> Decision:
        """Give one decision.

        Raises:
            UnknownGroup: there is none.
        """
        with self._database.connect() as connection:
            row = connection.execute(select(decisions).where(decisions.c.id == number)).mappings().one_or_none()
        if row is None:
            raise UnknownGroup("inbox.unknown_decision", number=number)
        return _decision(row)

    def log(self, limit: int = 50, group_id: int | None = None) -> list[Decision]:
        """Give what was decided, the newest first."""
        query = select(decisions).order_by(decisions.c.id.desc()).limit(limit)
        if group_id is not None:
            query = query.where(decisions.c.group_id == group_id)
        with self._database.connect() as connection:
            return [_decision(row) for row in connection.execute(query).mappings()]


def _note(connection: Connection, made: Decision, by: Author, action: str) -> None:
    detail = {"decision": made.id, "records": made.count, "intent": made.intent}
    add(
        connection,
        actor=by.name,
        action=action,
        subject=f"inbox group {made.group_id}",
        detail=detail,
        source=by.source,
        request_id=by.request_id,
    )


def _columns(made: Decision) -> dict[str, Any]:
    return {name: value for name, value in asdict(made).items() if name != "id"}


def _decision(row: RowMapping) -> Decision:
    return Decision(**{name: row[name] for name in Decision.__slots__})


def _before(connection: Connection, group: StoredGroup, records: Collection[str]) -> dict[str, Any]:
    """What undoing brings back: ids and states, and no word of what was said."""
    decided = group.decided and group.decided.isoformat()
    own = {name: getattr(group, name) for name in ("state", "intent", "decided_by", "version")}
    states: dict[str, str | None] = {}
    for part in in_parts(sorted(records)):
        query = select(members.c.record_id, members.c.state).where(members.c.record_id.in_(part))
        states |= {row[0]: row[1] for row in connection.execute(query)}
    return {"group": {**own, "decided": decided}, "members": states}


def _set_members(connection: Connection, states: Mapping[str, str | None]) -> None:
    for state in set(states.values()):
        for part in in_parts([one for one, wanted in states.items() if wanted == state]):
            connection.execute(update(members).where(members.c.record_id.in_(part)).values(state=state))


def _refuse_undoing(connection: Connection, row: RowMapping) -> None:
    if row["undone"]:
        raise InboxError("inbox.undone", number=row["id"])
    later = select(decisions.c.id).where(
        decisions.c.group_id == row["group_id"], decisions.c.id > row["id"], decisions.c.undone.is_(False)
    )
    newer = connection.execute(later.order_by(decisions.c.id.desc()).limit(1)).scalar()
    if newer is not None:
        raise InboxError("inbox.decided_since", number=row["id"], newer=newer)
