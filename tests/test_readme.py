"""What the README says is run: commands exist with their options, its Python runs, its files and links are there."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest

from nlu.jobs.settings import BROKER_VARIABLE
from nlu.understanding.parser import UtteranceParser
from server import ServerSettings, create_app
from server.app import RECORDER
from tests.processes import ROOT, run_python, running, until
from tests.projects import write_project

pytestmark = pytest.mark.slow

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = [
    *("README.md", "nlu/README.md", "patterns/README.md", "dictionaries/README.md"),
    *("server/README.md", "deploy/README.md", "benchmarks/README.md"),
]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def commands() -> Iterator[list[str]]:
    """The words of every command line in the README's shell blocks and in its running text."""
    inline = re.findall(r"`((?:nlu-|\./scripts/|scripts/)[^`]*)`", README)
    for line in [*"".join(blocks("bash")).splitlines(), *inline]:
        words = [word for word in shlex.split(line, comments=True) if not re.match(r"[A-Z_]+=", word)]
        if words:
            yield words


def our_commands() -> dict[str, str]:
    """Name of each console script, and of its file under scripts/, -> its module."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    rows = setup["options.entry_points"]["console_scripts"].strip().splitlines()
    places = {name.strip(): place.strip().partition(":")[0] for name, place in (row.split("=") for row in rows)}
    scripts = {f"scripts/{name.removeprefix('nlu-')}.py": place for name, place in places.items()}
    return {**places, **scripts, "./scripts/quickstart": places["nlu-quickstart"]}


OURS = [words for words in commands() if words[0] in our_commands()]


def test_every_command_of_ours_is_found() -> None:
    named = {words[0] for words in OURS}
    assert {"./scripts/quickstart", "nlu-validate", "nlu-generate", "nlu-train", "nlu-parse", "nlu-evaluate"} <= named
    others = {words[0] for words in commands()} - named
    assert others <= {"./scripts/test", "./scripts/wheelhouse", "curl", "pip", ".", "git", "cd"}


def test_it_is_read_in_a_few_minutes() -> None:
    assert len(README.encode()) <= 8192


@pytest.mark.slow
def test_every_command_of_the_edit_loop_runs(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In their order, on a tiny bot; what serves does not end and has tests of its own below."""
    utterance = {"text": "판교 날씨 알려줘", "intent": "weather", "entities": [{"start": 0, "end": 2, "entity": "loc"}]}
    (trained / "real.jsonl").write_text(json.dumps(utterance) + "\n", encoding="utf-8")
    (trained / "문의.csv").write_text("번호,문의\n1,배달은 언제쯤 오나요?\n2,내일 판교 날씨 알려줘\n", encoding="utf-8")
    (trained / "talk.txt").write_text("오늘 주가가 많이 올랐더라\n", encoding="utf-8")
    record_corrected(trained)
    for name, *rest in OURS:
        if name not in ("nlu-serve", "./scripts/quickstart") and rest:
            code = import_module(our_commands()[name]).main(rest)
            wanted = 1 if rest == ["--draft"] else 0  # a draft is held back where a model of all the data answers
            assert code == wanted, f"{name} {rest}: {capsys.readouterr()}"


def record_corrected(folder: Path) -> None:
    """Record an utterance beside the models, and its correction."""
    key = "a-key-for-the-tests"
    app = create_app(ServerSettings(folder / "models", api_key=key), UtteranceParser.load)
    client = app.test_client()
    parse_id = client.post("/parse", json={"text": "판교 비 와?"}).get_json()["parse_id"]
    correction = {"parse_id": parse_id, "intent": "weather"}
    headers = {"X-API-Key": key}
    until(lambda: client.post("/feedback", json=correction, headers=headers).status_code == 200)
    app.extensions[RECORDER].close()


@pytest.mark.server
def test_the_line_that_serves_answers_the_question_that_is_asked_with_curl(trained: Path) -> None:
    (serve,) = (rest for name, *rest in OURS if name == "nlu-serve")
    (curl,) = (words for words in commands() if words[0] == "curl" and words[-1].endswith("/parse"))
    with running(["-m", our_commands()["nlu-serve"], *serve, "--port", "0"], trained) as server:
        url = re.findall(r"http://[\d.]+:\d+", server.line_with("curl "))[0].replace("0.0.0.0", "127.0.0.1")
        asked = [word.replace("http://127.0.0.1:8000", url) for word in curl]
        answer = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
        assert answer["text"] == json.loads(blocks("json")[0])["text"]
        assert server.interrupt() == 0


@pytest.mark.slow
def test_the_quick_start_runs_in_a_folder_of_its_own(tmp_path: Path) -> None:
    """The script itself, with the packages that are installed, on a tiny bot."""
    folder = write_project(tmp_path / "봇")
    for name in ("scripts", "setup.cfg", "pyproject.toml", "constraints.txt"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / ".venv" / "bin").mkdir(parents=True)
    for program in ("python", "nlu-quickstart"):
        wrapper = folder / ".venv" / "bin" / program
        module = f"-m {our_commands()[program]}" if program in our_commands() else ""
        wrapper.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" {module} "$@"\n', encoding="utf-8")
        wrapper.chmod(0o755)
    (folder / ".venv" / "installed").write_text(stamp("train,search,server,excel"), encoding="utf-8")
    command = [str(folder / "scripts" / "quickstart"), "--no-serve"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "필요한 패키지를 설치합니다" not in done.stderr
    assert (folder / "models" / "ACTIVE").exists()


def stamp(extras: str) -> str:
    """What an installation leaves behind that is up to date."""
    files = b"".join((ROOT / name).read_bytes() for name in ("setup.cfg", "pyproject.toml", "constraints.txt"))
    return f"{extras} {sha256(files).hexdigest()}\n"


@pytest.mark.slow
def test_what_only_answers_can_be_installed_as_said(tmp_path: Path) -> None:
    """All but the download of the packages, which a registry's mood decides."""
    (pip,) = (words for words in commands() if words[0] == "pip")
    for name in ("nlu", "server", "setup.cfg", "pyproject.toml", "constraints.txt", "README.md", "LICENSE", "NOTICE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    options = ["--dry-run", "--no-deps", "--no-build-isolation", "--quiet"]
    command = [sys.executable, "-m", *pip[:2], *options, *pip[2:]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_what_is_to_be_installed_is_this_folder_with_extras_that_exist() -> None:
    """The product is on no index of packages."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    places = [ROOT / guide for guide in GUIDES]
    for package in ("nlu", "server", "benchmarks", "scripts"):
        places += (ROOT / package).rglob("*.py")
    said = [line for place in places for line in re.findall(r"pip install.*", place.read_text(encoding="utf-8"))]
    assert [line for line in said if "korean-nlu[" in line] == []
    extras = {extra for listed in re.findall(r'"\.\[([a-z,]+)\]"', "\n".join(said)) for extra in listed.split(",")}
    assert {"server", "postgresql", "konlpy"} <= extras <= {*setup["options.extras_require"]}


def test_the_scripts_named_exist_and_can_be_run() -> None:
    for name in set(re.findall(r"scripts/[a-z_]+(?:\.py)?\b", README)):
        assert (ROOT / name).stat().st_mode & 0o111, name


@pytest.mark.parametrize("guide", GUIDES)
def test_every_link_leads_somewhere(guide: str) -> None:
    text = (ROOT / guide).read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)):
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith("http"):
            assert ((ROOT / guide).parent / target.partition("#")[0]).exists(), target


def test_the_python_block_runs(trained: Path) -> None:
    (code,) = blocks("python")
    run = run_python(code, trained)
    assert run.returncode == 0, run.stderr
    assert re.match(r"transport \[\('from', '(내일 )?판교'\), \('to', '강남'\)\]", run.stdout)  # never met 내일


def test_the_sample_answer_has_the_shape_of_a_real_one(trained: Path) -> None:
    sample = json.loads(blocks("json")[0])
    client = create_app(ServerSettings(trained / "models"), UtteranceParser.load).test_client()
    answer = client.post("/parse", json={"text": sample["text"]}).get_json()
    assert sample.keys() == answer.keys()
    assert sample["fallback"].keys() == answer["fallback"].keys()
    assert answer["entities"]
    for entity in sample["entities"]:
        assert sample["text"][entity["start"] : entity["end"]] == entity["raw"]
        assert {*entity, "role", "processors"} == {*answer["entities"][0], "role", "processors"}


def test_every_environment_variable_named_exists_and_is_named() -> None:
    named = set(re.findall(r"`(NLU_[A-Z_]+)`", (ROOT / "server" / "README.md").read_text(encoding="utf-8")))
    assert named == {*ServerSettings().to_environment(), BROKER_VARIABLE}
