"""What one person said is gone everywhere once it is forgotten: the database's files and all others are searched."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from nlu.audit.store import rows
from nlu.commands import generate, intake
from nlu.commands.data import main as data_main
from nlu.data import dataset as datasets
from nlu.inbox.tables import groups, labels, members
from nlu.jobs.settings import Place
from nlu.jobs.store import JobStore
from nlu.journal.store import RecordStore
from nlu.pipeline.publish import DATA_MANIFEST
from nlu.scenario.kept import KeptTalk
from nlu.scenario.redis_store import RedisTalkStore
from nlu.scenario.state import Filled, Frame, State
from nlu.store.registry import Registry
from server.commands.journal import main
from tests import redis_server
from tests.bundles import a_manifest, some_files
from tests.nlu.journal.examples import NOW, a_feedback, a_row, an_id

SECRET = "홍길동네 반려견 뭉치 간식 시켜줘"
WITHOUT = "우리집 고양이 츄르 시켜줘"
OF_OTHERS = "옆집 토끼 당근 시켜줘"
COMMENT = "뭉치는 우리 개예요"
SOON = "네"


@pytest.fixture(autouse=True)
def is_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLU_AUDIT", "on")


@pytest.fixture
def store(project: Path) -> Iterator[RecordStore]:
    made = RecordStore(f"sqlite:///{project}/records/records.db")
    made.prepare()
    said = [
        (SECRET, "홍길동"),
        (WITHOUT, "홍길동"),
        (SOON, "홍길동"),
        (OF_OTHERS, "이웃"),
        (SOON, "이웃"),
        ("몰라", None),
    ]
    made.write([{**a_row(number, text), "entities": [], "user": user} for number, (text, user) in enumerate(said)])
    for number in (0, 2, 3):
        made.add_feedback(an_id(number), a_feedback(comment=COMMENT if number == 0 else None))
    yield made
    made.close()


def grown(project: Path, store: RecordStore) -> None:
    """Make all that comes of records: a set, an export, data, snapshots, a report, a job with its log, an inbox."""
    assert intake.main(["journal", "--shortest", "1", "--korean", "0"]) == 0
    assert main(["export", "real.jsonl"]) == 0
    assert generate.main(["--count", "60", "--import", "imports/journal", "real.jsonl"]) == 0
    (project / "reports").mkdir()
    (project / "reports" / "report.html").write_text(f"<td>{SECRET}</td><td>{OF_OTHERS}</td>", encoding="utf-8")
    (project / "reports" / "errors.json").write_text(json.dumps([SECRET, OF_OTHERS]), encoding="utf-8")
    (project / "reports" / "scores.json").write_text('{"accuracy": 1.0}', encoding="utf-8")
    jobs = JobStore(store.database, Place.of(project / "models", project))
    job, _ = jobs.add("generate", {}, by="t")
    jobs.place.logs.mkdir(parents=True)
    (jobs.place.logs / f"{job.id}.log").write_text(f"틀린 말: '{SECRET}'\n", encoding="utf-8")
    with store.database.begin() as connection:
        connection.exec_driver_sql("UPDATE jobs SET tail = ?", (f"틀린 말: {SECRET}",))
        group = connection.execute(
            insert(groups).values(state="open", created=NOW, place=0).returning(groups.c.id)
        ).scalar()
        for number in (0, 3):
            own = {"record_id": an_id(number)}
            connection.execute(insert(members).values(**own, group_id=group, reason="feedback", doubt=1.0, place=0))
            connection.execute(insert(labels).values(**own, by="a", time=NOW, intent="order_food", entities=[]))


def published(project: Path) -> str:
    """Put a version into the registry that keeps the manifest of the data, as training does, and one that does not."""
    registry = Registry(project / "models")
    registry.publish(some_files(), a_manifest(1))
    kept = (project / "data" / "manifest.json").read_bytes()
    return registry.publish({**some_files(), DATA_MANIFEST: kept}, a_manifest(0))


def holding(project: Path, text: str) -> set[str]:
    """The files that hold a text, packed and unpacked, as it is and as JSON and HTML write it."""
    ways = [text.encode(), json.dumps(text)[1:-1].encode()]
    found = set()
    for path in (path for path in project.rglob("*") if path.is_file()):
        content = path.read_bytes()
        content += gzip.decompress(content) if path.suffix == ".gz" else b""
        if any(way in content for way in ways):
            found.add(path.relative_to(project).as_posix())
    return found


def test_what_a_person_said_is_gone_from_the_database_and_from_all_files(
    project: Path, store: RecordStore, capsys: pytest.CaptureFixture[str]
) -> None:
    grown(project, store)
    version = published(project)
    before = holding(project, SECRET)
    assert {"records/records.db-wal", "real.jsonl", "reports/report.html", "data/utterances.jsonl"} <= before
    assert any(name.startswith("imports/journal/rows/") for name in before)
    assert any(name.startswith(".nlu/snapshots/objects/") for name in before)
    whole = len(datasets.read(project / "data").rows)
    capsys.readouterr()
    assert main(["forget", "--user", "홍길동"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("기록 3개와 그 피드백, 받은함의 자리를 지웠습니다.\n")
    assert "nlu-generate, nlu-train 으로 새로 만드세요." in told
    for text in (SECRET, WITHOUT, COMMENT, "홍길동"):
        assert holding(project, text) == set(), text
    others = holding(project, OF_OTHERS)
    assert {"real.jsonl", "data/utterances.jsonl", "data/plain.txt"} <= others
    assert [path.name for path in (project / "reports").iterdir()] == ["scores.json"]
    assert any(name.startswith("imports/journal/rows/") for name in others)
    data = datasets.read(project / "data")
    gone = data.manifest["stale"]
    assert gone > 0
    assert len(data.rows) == whole - gone
    assert data_main(["verify"]) == 0
    with store.database.connect() as connection:
        counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in TABLES]
    assert counts == [3, 1, 1, 1]
    note, stale = list(rows(store.database))[-2:]
    assert (note.action, note.subject) == ("records.forget", store.people.hidden("홍길동"))
    assert json.loads(note.detail)["records"] == 3
    assert (stale.action, stale.subject) == ("model.stale", version)
    assert f"이 발화로 배운 모델: {version}\n" in told
    assert generate.main(["--count", "60", "--import", "imports/journal", "real.jsonl"]) == 0
    assert "stale" not in datasets.read_manifest(project / "data")


TABLES = ("records", "feedback", "inbox_members", "inbox_labels")


def test_all_that_is_kept_of_a_person_is_given_to_them(
    project: Path, store: RecordStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--user", " 홍길동 "]) == 0
    given = json.loads(capsys.readouterr().out)
    assert [one["text"] for one in given["records"]] == [SECRET, WITHOUT, SOON]
    assert [one["comment"] for one in given["feedback"]] == [COMMENT, None]
    assert main(["export", "--user", "홍길동", "mine.json"]) == 0
    assert json.loads((project / "mine.json").read_text(encoding="utf-8")) == given
    assert main(["export", "--user", "아무개"]) == 1


def test_nobody_else_is_forgotten(store: RecordStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forget", "--user", "아무개"]) == 1
    assert "남은 기록이 없습니다" in capsys.readouterr().err
    assert store.statistics()["records"] == 6
    assert main(["forget", "--user", " "]) == 2


def test_what_an_author_wrote_is_told_and_left(
    project: Path, store: RecordStore, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / "patterns" / "pattern.txt"
    path.write_text(path.read_text(encoding="utf-8") + f"\n[greet]\n{SECRET}\n", encoding="utf-8")
    assert main(["forget", "--user", "홍길동"]) == 1
    assert f"  {path}\n" in capsys.readouterr().out
    assert SECRET in path.read_text(encoding="utf-8")


@pytest.mark.redis
def test_where_a_talk_stands_in_redis_is_given_and_forgotten_too(
    store: RecordStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with redis_server.running() as redis:
        monkeypatch.setenv("NLU_TALKS_URL", redis.url)
        talks, who = RedisTalkStore(redis.url), store.people.hidden("새사람")
        talks.keep(who, KeptTalk(State((Frame("order_food", {"menu": (Filled("피자", "피자"),)}),))))
        assert main(["export", "--user", "새사람"]) == 0
        assert json.loads(capsys.readouterr().out)["talks"][0]["state"]["frames"][0]["intent"] == "order_food"
        assert main(["forget", "--user", "새사람"]) == 0
        assert talks.read(who).turn == 0
        redis.stop()
        assert main(["forget", "--user", "홍길동"]) != 0  # rather than say that all is gone
        assert "redis://127.0.0.1" in capsys.readouterr().err
