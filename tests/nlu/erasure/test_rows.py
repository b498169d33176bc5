from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu.audit.store import rows
from nlu.erasure.rows import forget_rows
from nlu.erasure.said import said_by
from nlu.jobs.job import State
from nlu.jobs.leases import End
from nlu.jobs.settings import Place
from nlu.jobs.store import JobStore
from nlu.journal.store import RecordStore
from nlu.scenario.kept import KeptTalk
from nlu.scenario.state import State as TalkState
from nlu.scenario.store import SqlTalkStore
from tests.nlu.journal.examples import a_feedback, a_row, an_id

SECRET = "홍길동네 반려견 뭉치 간식"


@pytest.fixture
def store(url: str) -> Iterator[RecordStore]:
    made = RecordStore(url, user_key="a-key-of-sixteen-characters")
    made.migrate()
    made.write([{**a_row(1, SECRET), "user": "a"}, {**a_row(2, "피자 하나"), "user": "a"}])
    made.write([{**a_row(3, "피자 하나"), "user": "b"}, a_row(4, "라면 하나")])
    made.add_feedback(an_id(1), a_feedback())
    yield made
    made.close()


def test_a_persons_records_go_with_what_jobs_say_of_them(store: RecordStore, tmp_path: Path) -> None:
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "pattern.txt").write_text("[a]\n안녕\n", encoding="utf-8")
    jobs = JobStore(store.database, Place.of(tmp_path / "models", tmp_path))
    taken = jobs.leases.claim(jobs.add("generate", {}, by="t")[0].id, "w")
    assert taken is not None
    jobs.leases.finish(taken, End(State.FAILED, error=f"틀린 말: {SECRET}", tail=SECRET, result={"text": SECRET}))
    said = said_by(store.database, store.people.hidden("a"))
    assert (said.ids, said.shared) == ([an_id(1), an_id(2)], frozenset({"피자 하나"}))
    assert [len(found) for found in said.others.values()] == [1, 0, 0, 0, 0]
    assert forget_rows(store.database, said, actor="김운영", source="nlu-records forget")
    assert [row["id"] for row in store.page(10)] == [an_id(4), an_id(3)]
    told = json.dumps(
        [jobs.get(taken.id).to_dict(), [one.to_dict() for one in jobs.events(taken.id)]], ensure_ascii=False
    )
    assert SECRET not in told
    assert "틀린 말: ****" in told
    (note,) = rows(store.database, action="records")
    assert (note.actor, json.loads(note.detail)["records"]) == ("김운영", 2)


def test_where_a_talk_stands_goes_too_also_where_nothing_else_is_kept(store: RecordStore) -> None:
    talks, (one, other) = SqlTalkStore(store.database), (store.people.hidden(user) for user in ("새 사람", "b"))
    assert talks.keep(one, KeptTalk(TalkState()))
    assert talks.keep(other, KeptTalk(TalkState()))
    said = said_by(store.database, one)
    assert (said.records, len(said.others["talks"]), said.is_nothing) == ([], 1, False)
    forget_rows(store.database, said, actor="김운영", source="nlu-records forget")
    assert said_by(store.database, one).is_nothing
    assert talks.read(other).turn == 1


def test_ids_are_hidden_with_the_operators_key(store: RecordStore, url: str) -> None:
    again, other = RecordStore(url, "a-key-of-sixteen-characters"), RecordStore(url, "another-key-altogether")
    own = RecordStore(url), RecordStore(url)
    assert again.people.hidden("a") == store.people.hidden("a") != other.people.hidden("a")
    assert own[0].people.hidden("a") == own[1].people.hidden("a") != store.people.hidden("a")
    for one in (again, other, *own):
        one.close()
