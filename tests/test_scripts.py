"""The scripts find the packages that the quick start installed, whatever Python runs them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAMES = sorted(path.stem for path in (ROOT / "scripts").glob("*.py") if path.stem != "environment")


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script by a Python that has no packages at all."""
    command = [sys.executable, "-E", "-S", "-X", "utf8", str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=script.parent)


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "scripts", tmp_path / "봇 하나" / "scripts"))


def install(scripts: Path) -> None:
    """Make a .venv whose Python is the one that runs the tests."""
    python = scripts.parent / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)


def test_every_script_runs_the_command_of_its_name() -> None:
    commands = {path.stem for path in (ROOT / "nlu" / "commands").glob("*.py")}
    assert {"generate", "train", "evaluate", "parse", "serve", "models"} <= set(NAMES) <= commands
    for name in NAMES:
        assert f'run("{name}")' in (ROOT / "scripts" / f"{name}.py").read_text(encoding="utf-8")


def test_a_python_without_packages_gives_way_to_that_of_the_environment(scripts: Path) -> None:
    install(scripts)
    done = run(scripts / "validate.py", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "nlu-validate" in done.stdout


def test_without_an_environment_the_way_to_one_is_told(scripts: Path) -> None:
    done = run(scripts / "generate.py")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("아직 설치하지 않았습니다. ./scripts/quickstart")
