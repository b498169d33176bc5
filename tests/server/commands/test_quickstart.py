from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from nlu.store.registry import Registry
from server.commands.quickstart import main
from tests.processes import alive_in_session, ask, running, until
from tests.projects import contents, write_project

pytestmark = pytest.mark.slow

MODULE = "from server.commands.quickstart import main; raise SystemExit(main())"


def test_it_makes_data_a_model_and_a_report(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--no-serve"]) == 0
    shown = capsys.readouterr().out
    assert [line for line in shown.splitlines() if line.startswith("[")] == ["[1/3] 데이터 만들기", "[2/3] 학습과 평가"]
    assert (project / "data" / "manifest.json").exists()
    assert (project / "reports" / "intent_report.json").exists()
    assert Registry(project / "models").active()


def test_a_second_run_uses_everything_again_and_says_so(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(trained)
    assert main(["--no-serve"]) == 0
    shown = capsys.readouterr().out
    assert "바뀐 것이 없어 그대로 씁니다: data/" in shown
    assert "바뀐 것이 없어 학습을 건너뜁니다." in shown
    after = contents(trained)  # a snapshot of the author's files, where there was none, is all that is new
    assert {name: one for name, one in after.items() if not name.startswith(".nlu/")} == before


def test_fresh_starts_over(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = Registry(trained / "models").active()
    assert main(["--no-serve", "--fresh"]) == 0
    assert "바뀐 것이 없어" not in capsys.readouterr().out
    assert [info.version for info in Registry(trained / "models").list()] == [Registry(trained / "models").active()]
    assert Registry(trained / "models").active() != old


def test_fresh_clears_what_an_interrupted_first_training_left(project: Path) -> None:
    (project / "models" / "work" / "0123456789abcdef").mkdir(parents=True)
    assert main(["--no-serve", "--fresh"]) == 0
    assert not (project / "models" / "work" / "0123456789abcdef").exists()


def test_fresh_leaves_a_folder_of_something_else_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "data").mkdir()
    (project / "data" / "diary.txt").write_text("소중한 것", encoding="utf-8")
    assert main(["--no-serve", "--fresh"]) == 4
    assert "data: 이 도구가 만든 폴더가 아니어서 지우지 않았습니다." in capsys.readouterr().out
    assert contents(project / "data") == {"diary.txt": "소중한 것".encode()}


def test_a_mistake_in_a_pattern_stops_it_before_training(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "patterns" / "pattern.txt").write_text("[a]\n{lok} 날씨\n", encoding="utf-8")
    assert main(["--no-serve"]) == 1
    shown = capsys.readouterr()
    assert "patterns/pattern.txt:2:1: " in shown.err
    assert "[2/3]" not in shown.out


def test_a_port_that_is_taken_is_said_before_anything_is_done(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 4
    error = capsys.readouterr().err
    assert f"http://127.0.0.1:{port}: " in error
    assert "이미 쓰이는 포트입니다. --port 로 다른 번호를 주거나" in error
    assert not (project / "data").exists()


@pytest.mark.parametrize("port", ["http", "65536", "-1"])
def test_a_port_that_is_none_is_wrong_usage(project: Path, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"--port={port}"]) == 2
    assert "--port: 0에서 65535까지의 정수가 필요한데" in capsys.readouterr().err


@pytest.mark.server
def test_from_nothing_to_an_answer_in_a_folder_with_spaces_and_hangul(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "내 봇 1")
    with running(["-c", MODULE, "--port", "0"], folder) as quickstart:
        curl = quickstart.line_with("curl -d").strip()
        answer = ask(curl.split()[-1].removesuffix("/parse"), "판교에서 피자 주문해줘")
        assert answer["intent"]["name"] == "order_food"
        assert quickstart.interrupt() == 0
    assert "Traceback" not in quickstart.output
    assert re.findall(r"^\[\d/\d\]", quickstart.output, re.MULTILINE) == ["[1/3]", "[2/3]", "[3/3]"]


def write_endless_project(folder: Path, processes: int) -> Path:
    write_project(folder)
    settings = folder / "nlu.toml"
    text = settings.read_text(encoding="utf-8").replace("processes = 1", f"processes = {processes}")
    settings.write_text(text.replace("epochs = 6", "epochs = 2000"), encoding="utf-8")
    return folder


@pytest.mark.parametrize("checkpoints", [0, 2])
def test_a_training_that_is_killed_leaves_no_process_behind(tmp_path: Path, checkpoints: int) -> None:
    folder = write_endless_project(tmp_path / "bot", 2)
    with running(["-c", MODULE, "--no-serve"], folder) as quickstart:
        work, session = folder / "models" / "work", quickstart.process.pid
        until(lambda: len(alive_in_session(session)) > 3)  # itself, two that train, and what looks after them
        until(lambda: len(list(work.glob("*/train/*.checkpoint.safetensors"))) >= checkpoints)
        quickstart.process.kill()
        until(lambda: not alive_in_session(session), 20)


@pytest.mark.parametrize("processes", [1, 2])
def test_ctrl_c_in_training_ends_every_process_without_a_word_more(tmp_path: Path, processes: int) -> None:
    folder = write_endless_project(tmp_path / "bot", processes)
    with running(["-c", MODULE, "--no-serve"], folder) as quickstart:
        work = folder / "models" / "work"
        until(lambda: list(work.glob("*/train/*.checkpoint.safetensors")))
        assert quickstart.interrupt() == 130
        until(lambda: not alive_in_session(quickstart.process.pid), 10)
    assert quickstart.output.endswith("멈췄습니다.\n")
    assert "Traceback" not in quickstart.output
    assert Registry(folder / "models").active() is None
