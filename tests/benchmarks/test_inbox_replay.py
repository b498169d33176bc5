from __future__ import annotations

import numpy as np
import pytest

from benchmarks.data import Task
from benchmarks.inbox_replay import Inbox, accepted, author_says, purity, replay_of, worked_through
from nlu.inbox.grouping import Group
from nlu.inbox.utterances import InboxUtterance
from nlu.induction import Proposal
from nlu.types import LabelledUtterance
from tests.nlu.induction.bots import language

pytestmark = pytest.mark.slow

TASK = Task(
    "toy", {"train": tuple(LabelledUtterance(f"{intent} {at}", intent) for at in range(40) for intent in "abcd")}
)


def a_group(*texts: str, doubt: float = 1.0) -> Group:
    return Group(tuple(InboxUtterance(text, text) for text in texts), len(texts), doubt)


def test_nothing_that_is_said_was_learned_and_hidden_intents_were_not() -> None:
    replay = replay_of(TASK, share=0.25, hidden=2, recorded=50, seed=1)
    assert (len(replay.hidden), len(replay.base), len(replay.recorded)) == (2, 20, 50)
    assert not replay.hidden & {one.intent for one in replay.base}
    assert replay.hidden <= {one.intent for one in replay.recorded}
    learned = {one.text for one in replay.base}
    assert not learned & {one.text for one in replay.recorded}
    assert replay_of(TASK, share=0.25, hidden=2, recorded=50, seed=1) == replay


def test_a_group_is_as_pure_as_its_greatest_part_and_means_what_that_means() -> None:
    meant = {"1": "a", "2": "a", "3": "b", "4": "c"}
    groups = [a_group("1", "2", "3"), a_group("4")]
    assert purity(groups, meant) == 0.75
    assert [author_says(one, meant) for one in groups] == ["a", "c"]


def test_an_author_who_found_something_new_sees_what_resembles_it_next() -> None:
    new, known = a_group("1", doubt=1.0), a_group("2", doubt=0.9)
    like_new, like_known = a_group("3", doubt=0.5), a_group("4", doubt=0.6)
    middles = np.array([[1, 0, 0], [0, 1, 0], [0.995, 0, 0.0998], [0, 0.995, 0.0998]], dtype=np.float32)
    inbox = Inbox([new, known, like_new, like_known], middles)
    assert worked_through(inbox, lambda one: one in (new, like_new)) == [new, like_new, known, like_known]


def test_accepted_lines_and_rows_are_what_a_bot_then_learns() -> None:
    lines = [Proposal("pattern", "주차", "{loc} 주차장 <있어>"), Proposal("pattern", "order_food", "{menu} 추가")]
    some = accepted(lines, language(), weight=0.5, seed=0)
    assert {one.intent for one in some.utterances} == {"주차", "order_food"}
    assert {one.weight for one in some.utterances} == {0.5}
    assert len([one for one in some.utterances if one.intent == "order_food"]) == 4
