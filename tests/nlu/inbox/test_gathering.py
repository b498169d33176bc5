from __future__ import annotations

from datetime import timedelta

import pytest

from nlu.inbox.decisions import Decisions
from nlu.inbox.gathering import Gathered, gather, rearrange
from nlu.inbox.labels import labels_of
from nlu.inbox.representation import Representation
from nlu.inbox.store import InboxStore
from nlu.journal.store import RecordStore
from tests.nlu.inbox.examples import COUPONS, KIM, LEAST_ALIKE, REFUNDS, failed, understood
from tests.nlu.journal.examples import NOW, a_feedback, an_id

LATER = NOW + timedelta(days=400)


def texts(inbox: InboxStore, state: str | None = "open") -> list[set[str]]:
    return [{one.text for one in group.members} for group in inbox.groups(state)]


def gathered(inbox: InboxStore, representation: Representation, **options: bool) -> Gathered:
    return gather(inbox, representation, least=LEAST_ALIKE, **options)


@pytest.fixture
def filled(inbox: InboxStore, representation: Representation) -> InboxStore:
    """Refunds and coupons that were not understood, grouped."""
    RecordStore(inbox.database).write([failed(text, number) for number, text in enumerate((*REFUNDS, *COUPONS), 1)])
    assert gathered(inbox, representation) == Gathered(found=7, new_groups=2)
    return inbox


def test_what_failed_is_grouped_and_what_was_understood_is_not(
    inbox: InboxStore, representation: Representation
) -> None:
    RecordStore(inbox.database).write(
        [failed("환불해 줘", 1), understood("피자 주문해 줘", 2), understood("콜라", 3, margin=0.1)]
    )
    assert gathered(inbox, representation).found == 2
    assert texts(inbox) == [{"환불해 줘"}, {"콜라"}]
    assert [group.members[0].reason for group in inbox.groups()] == ["failed", "unsure"]


def test_a_complaint_waits_and_a_confirmation_does_not(inbox: InboxStore, representation: Representation) -> None:
    journal = RecordStore(inbox.database)
    journal.write([understood("피자", number) for number in (1, 2, 3)])
    journal.add_feedback(an_id(1), a_feedback("order_food"))
    journal.add_feedback(an_id(2), a_feedback("greet"))
    journal.add_feedback(an_id(3), a_feedback("order_food", comment="느려요"))
    gathered(inbox, representation)
    (group,) = inbox.groups()
    assert {(one.id, one.reason) for one in group.members} == {(an_id(2), "complained"), (an_id(3), "complained")}


def test_both_databases_gather_decide_and_undo(either_inbox: InboxStore, representation: Representation) -> None:
    journal, decisions = RecordStore(either_inbox.database), Decisions(either_inbox)
    journal.write([failed(text, number) for number, text in enumerate(REFUNDS, 1)])
    gathered(either_inbox, representation)
    (group,) = either_inbox.groups()
    given = labels_of(group.members, "refund")
    made = decisions.decide(group.id, "edit", by=KIM, version="v0", given=given, intent="refund")
    journal.write([failed("환불해 줘", 30, time=LATER)])
    assert gathered(either_inbox, representation).reopened == (group.id,)
    assert gathered(either_inbox, representation, anew=True) == Gathered(found=5, new_groups=1)
    decisions.undo(made.id, by=KIM)
    assert decisions.log()[0].undone
    assert either_inbox.counts()["open"] == 1
    journal.prune_all(LATER + timedelta(days=1))
    gathered(either_inbox, representation)
    assert either_inbox.groups(None) == []


def test_gathering_again_changes_nothing(filled: InboxStore, representation: Representation) -> None:
    before = filled.groups(None)
    assert gathered(filled, representation) == Gathered()
    assert filled.groups(None) == before
    assert texts(filled) == [set(REFUNDS), set(COUPONS)]


def test_new_records_join_and_have_the_state_of_their_group(filled: InboxStore, representation: Representation) -> None:
    refunds, coupons = filled.groups()
    Decisions(filled).decide(refunds.id, "exclude", by=KIM, version="v1")
    RecordStore(filled.database).write([failed("내일 환불해 줘", 20), failed("매장 전화번호", 21)])
    assert gathered(filled, representation) == Gathered(found=2, joined=1, new_groups=1)
    assert texts(filled, "excluded") == [{*REFUNDS, "내일 환불해 줘"}]
    assert filled.counts() == {"open": 2, "held": 0, "excluded": 1, "done": 0}
    assert coupons.id in {group.id for group in filled.groups()}


def test_decisions_outlive_a_new_grouping(filled: InboxStore, representation: Representation) -> None:
    refunds, coupons = filled.groups()
    Decisions(filled).decide(refunds.id, "hold", by=KIM, version="v1")
    gathered(filled, representation, anew=True)
    assert [group.id for group in filled.groups("held")] == [refunds.id]
    (again,) = filled.groups()
    assert {one.text for one in again.members} == set(COUPONS)
    assert again.id > coupons.id


def test_what_is_done_comes_back_where_a_newer_model_still_fails(
    filled: InboxStore, representation: Representation
) -> None:
    refunds, _ = filled.groups()
    Decisions(filled).decide(refunds.id, "edit", by=KIM, version="v1", intent="refund")
    journal = RecordStore(filled.database)
    journal.write([failed("환불해 줘", 30, time=LATER)])
    assert gathered(filled, representation) == Gathered(found=1, joined=1)
    journal.write([failed("환불해 줘", 31, time=LATER, version="v2")])
    assert gathered(filled, representation) == Gathered(found=1, joined=1, reopened=(refunds.id,))
    assert texts(filled)[0] == {"환불해 줘"}
    assert len(filled.groups("done")[0].members) == len(REFUNDS) + 1


def test_what_is_deleted_leaves_no_trace(filled: InboxStore, representation: Representation) -> None:
    RecordStore(filled.database).prune_all(LATER)
    assert filled.groups(None) == []
    gathered(filled, representation)
    with filled.database.connect() as connection:
        for table in ("inbox_groups", "inbox_members", "inbox_labels"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_pages_go_on_after_a_place_and_choose_by_reason(filled: InboxStore) -> None:
    first = filled.groups(limit=1)
    assert filled.groups(after=filled.place(first[0].id)) == filled.groups()[1:]
    assert filled.groups(reason="complained") == []
    assert len(filled.groups(reason="failed")) == 2


@pytest.mark.parametrize(
    ("known", "order"), [((), ["환불 좀", "피자 맛있어"]), (("refund",), ["피자 맛있어", "환불 좀"])]
)
def test_groups_like_one_of_a_new_intent_come_first_as_soon_as_that_is_decided(
    inbox: InboxStore, representation: Representation, known: list[str], order: list[str]
) -> None:
    texts = ("환불해 줘", "환불 좀", "피자 맛있어")
    RecordStore(inbox.database).write([failed(text, number) for number, text in enumerate(texts, 1)])
    gather(inbox, representation, least=0.9)
    refunds = next(group for group in inbox.groups() if group.members[0].text == "환불해 줘")
    Decisions(inbox).decide(refunds.id, "edit", by=KIM, version="v1", intent="refund")
    assert rearrange(inbox, representation, known)
    assert [group.members[0].text for group in inbox.groups()] == order
