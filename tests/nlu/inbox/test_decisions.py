from __future__ import annotations

import pytest

from nlu.inbox.decisions import RESULTS, Author, Decisions
from nlu.inbox.errors import InboxError, UnknownGroup
from nlu.inbox.gathering import gather
from nlu.inbox.labels import all_labels, labels_of
from nlu.inbox.representation import Representation
from nlu.inbox.store import InboxStore
from nlu.journal.store import RecordStore
from tests.nlu.inbox.examples import KIM, LEAST_ALIKE, REFUNDS, failed
from tests.nlu.journal.examples import an_id


@pytest.fixture
def filled(inbox: InboxStore, representation: Representation) -> InboxStore:
    """One group of refunds."""
    RecordStore(inbox.database).write([failed(text, number) for number, text in enumerate(REFUNDS, 1)])
    gather(inbox, representation, least=LEAST_ALIKE)
    return inbox


@pytest.mark.parametrize("action", sorted(RESULTS))
def test_every_action_has_its_state_and_is_undone(filled: InboxStore, action: str) -> None:
    (group,) = filled.groups()
    made = Decisions(filled).decide(group.id, action, by=KIM, version="v1")
    after = filled.group(group.id)
    assert (after.state, after.decided_by, after.version) == (RESULTS[action], "kim", "v1")
    Decisions(filled).undo(made.id, by=Author("lee"))
    assert filled.group(group.id) == group
    assert [(one.action, one.by, one.count, one.undone) for one in Decisions(filled).log()] == [
        (action, "kim", 4, True)
    ]


def test_some_records_are_decided_alone(filled: InboxStore) -> None:
    (group,) = filled.groups()
    made = Decisions(filled).decide(group.id, "exclude", by=KIM, version="v1", records=[an_id(2)])
    assert an_id(2) not in {one.id for one in filled.groups()[0].members}
    assert [one.id for one in filled.groups("excluded")[0].members] == [an_id(2)]
    Decisions(filled).decide(group.id, "hold", by=KIM, version="v1")
    assert [one.id for one in filled.groups("excluded")[0].members] == [an_id(2)]
    with pytest.raises(InboxError, match=rf"\b{made.id + 1}\b"):
        Decisions(filled).undo(made.id, by=KIM)


def test_labels_become_feedback_that_is_exported_and_go_with_the_decision(filled: InboxStore) -> None:
    (group,) = filled.groups()
    journal, given = RecordStore(filled.database), labels_of(group.members, "refund")
    made = Decisions(filled).decide(group.id, "edit", by=KIM, version="v1", given=given, known_intents=["greet"])
    corrected = [(record["text"], said["intent"], said["known_intent"]) for record, said in journal.corrected()]
    assert sorted(corrected) == sorted((text, "refund", False) for text in REFUNDS)
    assert {(one.by, one.label.intent) for one in all_labels(filled)} == {("kim", "refund")}
    Decisions(filled).undo(made.id, by=KIM)
    assert (list(journal.corrected()), all_labels(filled)) == ([], [])


def test_what_is_not_there_is_refused(filled: InboxStore) -> None:
    (group,) = filled.groups()
    decisions = Decisions(filled)
    with pytest.raises(UnknownGroup):
        decisions.decide(group.id + 1, "hold", by=KIM, version="v1")
    with pytest.raises(UnknownGroup):
        decisions.decide(group.id, "hold", by=KIM, version="v1", records=[an_id(99)])
    with pytest.raises(UnknownGroup):
        decisions.undo(1, by=KIM)
    decisions.undo(decisions.decide(group.id, "hold", by=KIM, version="v1").id, by=KIM)
    with pytest.raises(InboxError):
        decisions.undo(decisions.log()[0].id, by=KIM)
