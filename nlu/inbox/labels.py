"""Who says what records mean; what was said last is also feedback, which authors export and learn from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from nlu.inbox.store import InboxStore, in_parts, inserted, now
from nlu.inbox.tables import labels
from nlu.inbox.utterances import InboxUtterance
from nlu.journal.tables import feedback, records
from nlu.types import FALLBACK_INTENT, Span


@dataclass(frozen=True, slots=True)
class Label:
    """What a record means.

    Attributes:
        record_id: the record.
        intent: its intent.
        spans: its entities.
    """

    record_id: str
    intent: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenLabel:
    """A label, and who gave it when.

    Attributes:
        by: who.
        time: when.
        label: what it says.
    """

    by: str
    time: datetime
    label: Label


def labels_of(utterances: Sequence[InboxUtterance], intent: str | None = None) -> list[Label]:
    """Label utterances with an intent, or with the one that the bot took each for, and with the entities it found."""
    return [Label(one.id, intent or one.intent or FALLBACK_INTENT, one.spans) for one in utterances]


def write_labels(
    connection: Connection,
    given: Sequence[Label],
    *,
    by: str,
    decision_id: int | None = None,
    known_intents: Collection[str] = (),
) -> None:
    """Write labels, and feedback that says the same, of records that are there."""
    texts = _texts(connection, [one.record_id for one in given])
    time, known = now(), {*known_intents, FALLBACK_INTENT}
    for one in given:
        if one.record_id not in texts:
            continue
        entities = [entity_row(span, texts[one.record_id]) for span in one.spans]
        said = {"record_id": one.record_id, "time": time, "intent": one.intent, "entities": entities}
        row = {**said, "known_intent": one.intent in known, "comment": None}
        number = inserted(connection, feedback, row)
        connection.execute(insert(labels).values({**said, "by": by, "decision_id": decision_id, "feedback_id": number}))


def all_labels(store: InboxStore) -> list[GivenLabel]:
    """Give the newest label of each person of each record, in the order in which they were given."""
    query = select(labels).order_by(labels.c.id)
    newest: dict[tuple[str, str], GivenLabel] = {}
    with store.database.connect() as connection:
        for row in connection.execute(query).mappings():
            newest.pop((row["record_id"], row["by"]), None)
            label = Label(row["record_id"], row["intent"], tuple(map(span_of, row["entities"])))
            newest[row["record_id"], row["by"]] = GivenLabel(row["by"], row["time"], label)
    return list(newest.values())


def entity_row(span: Span, text: str) -> dict[str, Any]:
    """An entity as feedback keeps it."""
    value = text[span.start : span.end] if span.value is None else span.value
    row = {"start": span.start, "end": span.end, "entity": span.entity, "value": value}
    return row if span.role is None else {**row, "role": span.role}


def span_of(row: Mapping[str, Any]) -> Span:
    """An entity as it was kept."""
    return Span(row["start"], row["end"], row["entity"], row.get("role"), row.get("value"))


def _texts(connection: Connection, record_ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in in_parts(record_ids):
        query = select(records.c.id, records.c.text).where(records.c.id.in_(part))
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found
