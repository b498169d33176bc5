"""What the README says is run: commands exist with their options, its Python runs, its files and links are there."""

from __future__ import annotations

import configparser
import contextlib
import io
import json
import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from nlu.config import Config
from nlu.understanding.parser import UtteranceParser
from server import ServerSettings, create_app
from tests.processes import ROOT, run_python

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = ["README.md", "patterns/README.md", "dictionaries/README.md", "server/README.md", "deploy/README.md"]


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


def help_of(module: str, verb: str | None) -> str:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        assert import_module(module).main([*([verb] if verb else []), "--help"]) == 0
    return shown.getvalue()


OURS = [words for words in commands() if words[0] in our_commands()]


def test_every_command_of_ours_is_found() -> None:
    named = {words[0] for words in OURS}
    assert {"./scripts/quickstart", "nlu-validate", "nlu-generate", "nlu-train", "nlu-parse", "nlu-evaluate"} <= named
    others = {words[0] for words in commands()} - named
    assert others <= {"./scripts/test", "curl", "pip", ".", "git", "cd"}


@pytest.mark.parametrize("words", OURS, ids=" ".join)
def test_every_option_and_verb_is_known_to_its_command(words: list[str]) -> None:
    name, *rest = words
    verb = rest[0] if name == "nlu-models" and rest else None
    shown = help_of(our_commands()[name], verb)
    options = [word.split("=")[0] for word in rest if word.startswith("--")]
    assert [option for option in options if not re.search(rf"{option}\b", shown)] == []


def test_what_is_to_be_installed_is_this_folder_with_extras_that_exist() -> None:
    """The product is on no index of packages."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    places = [ROOT / guide for guide in [*GUIDES, "benchmarks/README.md"]]
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


def test_every_setting_named_exists() -> None:
    for places, names in re.findall(r"^\| (`\[[^|]*) \| ([^|]*) \|", README, flags=re.MULTILINE):
        for place in re.findall(r"`\[([a-z.]+)\]([^`]*)`", places):
            settings: object = Config()
            for part in place[0].split("."):
                settings = getattr(settings, part)
            for name in re.findall(r"[a-z_]+", place[1]):
                assert hasattr(settings, name), f"{place[0]}.{name}"
        if "training]" in places or places == "`[augmentation]`":
            assert all(hasattr(settings, name) for name in re.findall(r"`([a-z_]+)`", names)), names


def test_every_environment_variable_named_exists_and_is_named() -> None:
    guides = README + (ROOT / "server" / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(NLU_[A-Z_]+)`", guides))
    assert named == set(ServerSettings().to_environment())


def test_the_place_for_the_measured_numbers_is_marked() -> None:
    assert README.count("<!-- measured:start -->") == README.count("<!-- measured:end -->") == 1
