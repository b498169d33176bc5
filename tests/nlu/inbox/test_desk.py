from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.errors import InputError
from nlu.inbox.desk import Desk
from nlu.inbox.errors import InboxError
from nlu.inbox.labels import all_labels
from nlu.inbox.store import InboxStore
from nlu.journal.store import RecordStore
from nlu.types import Span
from nlu.understanding.parser import UtteranceParser
from tests.nlu.inbox.examples import KIM, failed
from tests.nlu.journal.examples import a_feedback, an_id
from tests.parsers import untrained_parser

WHOLE = "피자 환불"


def a_desk(inbox: InboxStore, threshold: float = 1.0, version: str = "v1") -> Desk:
    """A desk of a model that understands everything at the threshold 0, and nothing at 1."""
    model = replace(untrained_parser(threshold).model, version=version)
    return Desk(inbox.database, UtteranceParser(model))


def test_what_a_newer_model_understands_is_done_but_no_complaint(inbox: InboxStore) -> None:
    journal = RecordStore(inbox.database)
    journal.write([failed("환불해 줘", 1), failed("환불해 줘", 2)])
    journal.add_feedback(an_id(2), a_feedback("weather"))
    a_desk(inbox).gather()
    newer = a_desk(inbox, 0.0, "v2")
    newer.gather(least_margin=0.0)
    (group,) = newer.groups()
    assert [one["parse_id"] for one in newer.group(group["id"])["members"]] == [an_id(1), an_id(2)]
    assert (group["count"], group["reasons"]) == (1, {"complained": 1})
    (made,) = newer.decisions.log()
    assert (made.by, made.action, made.count) == ("model v2", "understood", 1)
    newer.undo(made.id, KIM)
    newer.gather(least_margin=0.0)
    assert newer.groups()[0]["count"] == 2


def test_entities_of_one_record_are_corrected_within_its_text(inbox: InboxStore) -> None:
    RecordStore(inbox.database).write([failed(WHOLE, 1)])
    desk = a_desk(inbox)
    desk.gather()
    (group,) = desk.groups()
    with pytest.raises(InputError):
        desk.edit(group["id"], "refund", KIM, spans=[Span(0, len(WHOLE) + 1, "menu")])
    desk.edit(group["id"], "refund", KIM, spans=[Span(0, 2, "menu")])
    (given,) = all_labels(inbox)
    assert (given.by, given.label.intent, given.label.spans) == ("kim", "refund", (Span(0, 2, "menu", None, "피자"),))


def test_a_list_shows_the_same_words_once(inbox: InboxStore) -> None:
    RecordStore(inbox.database).write(
        [failed(text, at) for at, text in enumerate(["환불해 줘", "환불해 줘", "환불해  줘"], 1)]
    )
    desk = a_desk(inbox)
    desk.gather()
    assert [len(one["members"]) for one in desk.groups()] == [1]


def test_without_files_nothing_is_proposed(inbox: InboxStore) -> None:
    RecordStore(inbox.database).write([failed("환불", 1)])
    desk = a_desk(inbox)
    desk.gather()
    with pytest.raises(InboxError):
        desk.proposals(desk.groups()[0]["id"])
