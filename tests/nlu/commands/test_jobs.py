from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from nlu.commands import audit, jobs, worker
from tests.processes import running

PATTERNS = "[weather]\n{loc} 날씨 알려줘\n{loc}에 비 와?\n[food]\n{loc}에서 피자 시켜줘\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bot of two intents, in which commands run."""
    (tmp_path / "patterns").mkdir()
    (tmp_path / "dictionaries").mkdir()
    (tmp_path / "patterns" / "pattern.txt").write_text(PATTERNS, encoding="utf-8")
    (tmp_path / "dictionaries" / "dict.csv").write_text("entity,value\nloc,판교\nloc,서울\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NLU_ACTOR", "김저자")
    monkeypatch.delenv("NLU_MODELS", raising=False)
    return tmp_path


def work(*arguments: str) -> int:
    """Do what waits, and let this process heed signals as before."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        return worker.main(["--once", *arguments])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command, which must end well, and give what it says."""
    assert jobs.main(arguments) == 0
    return capsys.readouterr().out


def test_a_job_is_added_done_and_shown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "add", "generate", "count=20").startswith("    1  generate  기다림  count=20  ")
    assert run(capsys, "add", "generate", "count=20").startswith("같은 작업이 있습니다.\n    1  generate")
    assert work() == 0
    capsys.readouterr()
    assert (project / "data" / "manifest.json").is_file()
    assert "끝남" in run(capsys, "list")
    shown = run(capsys, "show", "1")
    assert "상태: 끝남 (시도 1번, 줄 cpu, 넣은 사람 김저자)" in shown
    assert "데이터: data/ (utterances.jsonl" in shown
    followed = run(capsys, "follow", "1").splitlines()
    assert followed[0].endswith("작업 1: 기다림")
    assert followed[-1].endswith("작업 1: 끝남")
    found = json.loads(run(capsys, "show", "1", "--json"))
    assert (found["state"], found["added_by"], found["attempts"]) == ("done", "김저자", 1)


def test_a_failure_says_the_place_in_the_authors_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "patterns" / "pattern.txt").write_text(f"{PATTERNS}{{loc 피자\n", encoding="utf-8")
    run(capsys, "add", "generate")
    assert work() == 1
    capsys.readouterr()
    assert jobs.main(["follow", "1"]) == 1
    told = capsys.readouterr().out
    assert "작업 1: 실패\npatterns/pattern.txt:6:1: '{'를 닫는 '}'가 없습니다." in told
    assert "\n    {loc 피자\n    ^\n" in told
    (project / "patterns" / "pattern.txt").write_text(PATTERNS, encoding="utf-8")
    assert run(capsys, "add", "generate").startswith("    2  ")


def test_a_chain_stops_where_a_link_breaks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "patterns" / "pattern.txt").write_text("[a\n", encoding="utf-8")
    lines = run(capsys, "chain", "generate", "train activate=false", "compare", "promote").splitlines()
    assert [line.split()[1] for line in lines] == ["generate", "train", "compare", "promote"]
    assert "(작업 1 뒤에)" in lines[1]
    assert work() == 1
    capsys.readouterr()
    assert [job["state"] for job in json.loads(run(capsys, "list", "--json"))] == ["cancelled"] * 3 + ["failed"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "cook"], "'cook': 그런 작업이 없습니다. 있는 것: generate,"),
        (["add", "generate", "count=many"], "count: 필요한 값은 정수, 온 값은 'many'입니다."),
        (["add", "generate", "=3"], "이름=값이어야 하는데 '=3'입니다."),
        (["add", "promote"], "version: 버전을 적거나, 모델을 만드는 작업(train) 뒤에 이으세요."),
        (["add", "generate", "--after", "9"], "작업 9가 없습니다."),
        (["show", "9"], "작업 9가 없습니다."),
        (["schedules", "put", "밤", "3시", "generate"], "cron 다섯 자리(분 시 날 달 요일; 예: 0 3 * * *)여야 하는데"),
        (["schedules", "remove", "밤"], "예약 '밤'이 없습니다."),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_is_wrong_is_said_and_makes_no_job(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert jobs.main(arguments) == 2
    assert capsys.readouterr().err.startswith(told)
    assert run(capsys, "list") == "작업이 없습니다.\n"


@pytest.mark.usefixtures("project")
def test_a_waiting_job_is_cancelled_and_begun_again(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", "generate", "force")
    assert run(capsys, "cancel", "1") == "작업 1을 그만두었습니다.\n"
    assert work() == 0
    capsys.readouterr()
    assert "기다림" in run(capsys, "add", "generate", "force")
    assert jobs.main(["list", "--state", "sleeping"]) == 2


@pytest.mark.usefixtures("project")
def test_schedules_are_put_listed_switched_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "schedules", "list") == "예약이 없습니다.\n"
    made = run(capsys, "schedules", "put", "밤", "0 3 * * *", "generate", "train activate=false", "promote")
    assert made.startswith("밤: 0 3 * * * (Asia/Seoul, 다음 20")
    assert made.endswith("03:00)  generate → train activate=false → promote\n")
    assert run(capsys, "schedules", "off", "밤") == "예약 밤: 껐습니다.\n"
    assert "꺼짐" in run(capsys, "schedules", "list")
    found = json.loads(run(capsys, "schedules", "list", "--json"))
    assert found[0]["steps"][1] == {"kind": "train", "arguments": {"activate": False}}
    run(capsys, "schedules", "on", "밤")
    run(capsys, "schedules", "remove", "밤")
    assert run(capsys, "schedules", "list") == "예약이 없습니다.\n"


@pytest.mark.usefixtures("project")
def test_who_did_it_is_in_the_audit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("NLU_AUDIT", "on")
    run(capsys, "add", "generate")
    run(capsys, "cancel", "1")
    run(capsys, "schedules", "put", "밤", "0 3 * * *", "generate")
    assert audit.main(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {(row["actor"], row["action"], row["subject"]) for row in rows} >= {
        ("김저자", "job.add", "1"), ("김저자", "job.cancel", "1"), ("김저자", "schedule.put", "밤"),
    }  # fmt: skip


@pytest.mark.slow  # starts processes
def test_a_worker_leaves_what_is_not_for_it_and_ends_when_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "add", "generate")
    with running(["-m", "nlu.commands.worker", "--queues", "gpu"], project) as idle:
        idle.line_with("작업을 기다립니다 (gpu)")
        assert idle.interrupt() == 0
    assert json.loads(run(capsys, "show", "1", "--json"))["state"] == "queued"
