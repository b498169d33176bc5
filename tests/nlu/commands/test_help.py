"""What every command says of itself: straight help, its version, its completion."""

import re
import subprocess
import sys
import unicodedata
from configparser import ConfigParser
from importlib import import_module
from pathlib import Path

import pytest

from nlu.commands.common import CommandParser
from nlu.version import VERSION

ROOT = Path(__file__).resolve().parents[3]


def commands() -> dict[str, str]:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    rows = setup["options.entry_points"]["console_scripts"].split("\n")
    return {
        name.strip(): place.strip().removesuffix(":main")
        for name, _, place in (row.partition("=") for row in rows)
        if name.strip()
    }


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@pytest.mark.parametrize("name", commands())
def test_every_command_tells_its_version(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_module(commands()[name]).main(["--version"]) == 0
    shown = capsys.readouterr().out
    assert shown == f"{name} {VERSION}\n" or (name, shown) == ("nlu-quickstart", f"quickstart {VERSION}\n")


@pytest.mark.parametrize("name", commands())
def test_the_columns_of_every_help_are_straight(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert import_module(commands()[name]).main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "\0" not in shown
    options = shown[shown.index("선택 사항:") : shown.index("예:") if "예:" in shown else None].splitlines()
    starts = {
        columns(line[: len(line) - len(line.rpartition("  ")[2])])
        for line in options
        if line.startswith("  -") and "  " in line.strip()
    }
    assert len(starts) == 1
    assert all(columns(line) <= 80 for line in options)


@pytest.mark.parametrize("name", commands())
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_every_command_completes_itself(name: str, shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_module(commands()[name]).main(["--print-completion", shell]) == 0
    shown = capsys.readouterr().out
    assert "--version" in shown
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=shown, text=True, check=True)


@pytest.mark.parametrize("name", ["nlu-models", "nlu-data", "nlu-records"])
def test_every_sub_command_tells_what_it_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main = import_module(commands()[name]).main
    assert main(["--help"]) == 0
    verbs = re.findall(r"^    ([a-z-]+)", capsys.readouterr().out, re.MULTILINE)
    assert len(verbs) >= 3
    for verb in verbs:
        assert (verb, main([verb, "--help"])) == (verb, 0)
        assert capsys.readouterr().out.startswith(f"사용법: {name} {verb} ")


def test_bash_completes_sub_commands_and_options() -> None:
    printed = f"from nlu.commands.models import main; raise SystemExit(main({['--print-completion', 'bash']}))"
    script = f"""
source <({sys.executable} -c "{printed}")
complete_words() {{
  COMP_WORDS=(nlu-models "$@"); COMP_CWORD=$#
  _shtab_nlu_models nlu-models "${{!#}}" x
  echo "${{COMPREPLY[@]}}"
}}
complete_words a
complete_words --v"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "add activate\n--version\n"


def test_a_sub_command_has_neither_version_nor_completion() -> None:
    assert "--version" in CommandParser("nlu-x").format_usage()
    assert "--version" not in CommandParser("nlu-x list").format_usage()
