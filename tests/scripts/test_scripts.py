"""The scripts run the product's commands, and find the packages that the quick start installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
COMMANDS = sorted(path for path in SCRIPTS.glob("*.py") if path.stem != "environment")


def run(script: Path, argument: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS.parent)}
    return subprocess.run(
        [sys.executable, script, argument], capture_output=True, text=True, check=False, env=environment
    )


@pytest.mark.parametrize("script", COMMANDS, ids=lambda path: path.stem)
def test_every_verb_runs_its_command(script: Path) -> None:
    shown = run(script, "--no-such-thing")
    assert os.access(script, os.X_OK)
    assert shown.returncode == 2
    assert shown.stderr.startswith(f"사용법: nlu-{script.stem} ")


def run_bare(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script by a Python that has no packages at all."""
    command = [sys.executable, "-E", "-S", "-X", "utf8", str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=script.parent)


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SCRIPTS, tmp_path / "봇 하나" / "scripts"))


def install(scripts: Path) -> None:
    """Make a .venv whose Python is the one that runs the tests."""
    python = scripts.parent / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{SCRIPTS.parent}" exec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)


def test_a_python_without_packages_gives_way_to_that_of_the_environment(scripts: Path) -> None:
    install(scripts)
    done = run_bare(scripts / "validate.py", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "nlu-validate" in done.stdout


def test_without_an_environment_the_way_to_one_is_told(scripts: Path) -> None:
    done = run_bare(scripts / "generate.py")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("아직 설치하지 않았습니다. ./scripts/quickstart")


def test_the_topology_on_this_machine_finds_the_environment_as_the_scripts_do(scripts: Path) -> None:
    """Its servers are started by the Python that runs it, so that one must have their packages."""
    loopback = Path(shutil.copytree(SCRIPTS.parent / "deploy", scripts.parent / "deploy")) / "loopback.py"
    assert run_bare(loopback).returncode == 4
    assert run_bare(loopback).stderr.startswith("아직 설치하지 않았습니다. ./scripts/quickstart")
    install(scripts)
    python = scripts.parent / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    done = run_bare(loopback, "--port", "8080")
    assert (done.returncode, done.stdout) == (0, f"{loopback} --port 8080\n")
