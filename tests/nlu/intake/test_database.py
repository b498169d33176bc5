from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from nlu.errors import ConfigError, InputError, MissingPackageError, NluError
from nlu.intake.errors import SourceUnavailable
from nlu.intake.report import IntakeReport
from nlu.intake.run import intake
from nlu.intake.sets import ImportedSet
from nlu.intake.settings import IntakeSettings
from nlu.intake.sources.base import Options
from nlu.intake.sources.database import DatabaseSource
from tests.postgresql import Server

OPTIONS = Options(table="talks", text="said", intent="label", watermark="at")


def talks(folder: Path, *rows: tuple[str, str | None, object]) -> str:
    with sqlite3.connect(folder / "talks.db") as database:
        database.execute("create table if not exists talks(id integer primary key, said text, label text, at datetime)")
        database.executemany("insert into talks(said, label, at) values (?, ?, ?)", rows)
    database.close()
    return f"sqlite:///{folder / 'talks.db'}"


def run(folder: Path, url: str, options: Options = OPTIONS) -> IntakeReport:
    return intake(DatabaseSource(url, options), ImportedSet(folder / "imports/talks"), IntakeSettings())


def texts(folder: Path) -> list[str]:
    return [row.text for row in ImportedSet(folder / "imports/talks").rows()]


def test_a_second_run_takes_what_is_new_also_at_the_same_moment(tmp_path: Path) -> None:
    url = talks(tmp_path, ("하나요", "a", "2026-11-30 10:00:00"), ("두울이요", None, "2026-11-30 10:00:01"))
    assert run(tmp_path, url).read == 2
    assert run(tmp_path, url).read == 0
    talks(tmp_path, ("세엣이요", "a", "2026-11-30 10:00:01"), ("네엣이요", "a", "2026-11-30 10:00:02"))
    assert run(tmp_path, url).read == 2
    talks(tmp_path, ("다섯이요", "a", "2026-11-30 10:00:02"))
    assert [run(tmp_path, url).read for _ in range(2)] == [1, 0]
    assert sorted(texts(tmp_path)) == sorted(["하나요", "두울이요", "세엣이요", "네엣이요", "다섯이요"])


def test_rows_without_a_watermark_are_told_and_left(tmp_path: Path) -> None:
    url, told = talks(tmp_path, ("하나요", "a", 1), ("언제인지", "a", None)), []
    source = DatabaseSource(url, OPTIONS)
    intake(source, ImportedSet(tmp_path / "imports/talks"), IntakeSettings(), listen=told.append)
    assert texts(tmp_path) == ["하나요"]
    assert "intake.no_watermark" in [getattr(event, "code", "") for event in told]


def test_a_query_is_read_as_a_table_is(tmp_path: Path) -> None:
    url = talks(tmp_path, ("12:30에 예약", "a", 1), ("안녕하세요", "b", 2))
    options = Options(query="select said as text, label as intent, at from talks where said <> ':x'; ", watermark="at")
    assert [run(tmp_path, url, options).read for _ in range(2)] == [2, 0]
    assert [(row.intent, row.place) for row in ImportedSet(tmp_path / "imports/talks").rows()] == [
        ("a", "talks:1"),
        ("b", "talks:2"),
    ]


def test_every_row_comes_once_however_often_a_run_is_killed(tmp_path: Path) -> None:
    """Twenty runs are killed at random moments while the table grows; the runs are real processes."""
    rng, written = random.Random(0), 0
    for _ in range(20):
        more = [
            (f"{written + number}번째 손님이 물어본 말", rng.choice(["a", None]), written // 7) for number in range(97)
        ]
        written += len(more)
        url = talks(tmp_path, *more)
        child = os.fork()
        if not child:
            try:
                run(tmp_path, url)
            finally:
                os._exit(0)
        time.sleep(rng.uniform(0, 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    run(tmp_path, url)
    found = Counter(texts(tmp_path))
    assert len(found) == written
    assert found.most_common(1)[0][1] == 1
    first = tmp_path / "imports/first"
    (first / "rows").mkdir(parents=True)  # what a run leaves that is killed before its first manifest
    (first / "rows/.1.tmp").write_text("x")
    assert ImportedSet(first).version == ""
    left = [path for path in (tmp_path / "imports/talks").rglob("*") if path.suffix == ".tmp"]
    assert left == []


@pytest.mark.parametrize(
    ("url", "options", "kind", "said"),
    [
        ("sqlite:///{here}/talks.db", Options(), InputError, "--table"),
        ("sqlite:///{here}/talks.db", Options(table="talk"), InputError, "혹시 'talks'입니까"),
        ("sqlite:///{here}/talks.db", Options(table="talks", watermark="ate"), InputError, "'ate' 열이 없습니다"),
        ("sqlite:///{here}/talks.db", Options(query="selec 1 1"), SourceUnavailable, "syntax error"),
        ("postgresql://u:secret@127.0.0.1:1/x", Options(table="t"), SourceUnavailable, "u:***@127.0.0.1"),
        ("mysql+nodriver://u:secret@h/x", Options(table="t"), ConfigError, "mysql+nodriver"),
        ("oracle+cx_oracle://u:secret@h/x", Options(table="t"), MissingPackageError, "cx_Oracle"),
        ("sqlite:///{here}/none.db", Options(table="t"), FileNotFoundError, "none.db"),
        ("://", Options(table="t"), ConfigError, "데이터베이스 주소를 읽을 수 없습니다"),
    ],
)
def test_what_cannot_be_read_is_told_without_a_password(
    tmp_path: Path, url: str, options: Options, kind: type[Exception], said: str
) -> None:
    talks(tmp_path)
    with pytest.raises(kind) as caught:
        run(tmp_path, url.format(here=tmp_path), options)
    told = caught.value.worded("ko") if isinstance(caught.value, NluError) else str(caught.value)
    assert said in told
    assert "secret" not in told
    assert not (tmp_path / "none.db").exists()


@pytest.mark.postgresql
def test_times_of_postgresql_are_a_watermark_too(tmp_path: Path, postgresql_server: Server) -> None:
    url = postgresql_server.empty()

    def write(*said: str) -> None:
        with psycopg.connect(url) as database:
            database.execute("create table if not exists talks(said text, label text, at timestamptz default now())")
            for text in said:
                database.execute("insert into talks(said, label) values (%s, 'a')", (text,))

    write("하나요", "두울이요")  # one transaction, one moment
    assert [run(tmp_path, url).read for _ in range(2)] == [2, 0]
    write("세엣이요")
    options = Options(
        query="select * from talks where said <> 'x:y' and at::date > '2020-01-01'", text="said", watermark="at"
    )
    assert [run(tmp_path, url, options).read for _ in range(2)] == [3, 0]
    assert [run(tmp_path, url).read for _ in range(2)] == [1, 0]
    assert sorted(texts(tmp_path)) == ["두울이요", "세엣이요", "하나요"]
