"""CI may not leave out a test because a program is missing; whoever runs the tests at home may."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.processes import ROOT
from tests.tool_environments import LISTS

pytestmark = pytest.mark.slow


def collect(required: str) -> subprocess.CompletedProcess[str]:
    """Collect a file of tests where no program is found on the path."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider", "tests/nlu/data/test_iob.py"]
    environment = {**os.environ, "PATH": os.devnull, "REQUIRE_TOOLS": required}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_missing_tool_fails_the_run_where_all_are_required() -> None:
    run = collect("1")
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    told = run.stderr.strip().splitlines()[-1]
    assert told.startswith("ERROR: REQUIRE_TOOLS=1: expected what the tests marked ")
    assert "wrk, chromium, " in told
    assert "gpu" not in told


def test_a_missing_tool_fails_nothing_elsewhere() -> None:
    assert collect("").returncode == pytest.ExitCode.OK


def test_ci_requires_all_tools() -> None:
    assert "\nexport REQUIRE_TOOLS=1\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def versions(text: str) -> dict[str, str]:
    """Package → version of a list of exact versions."""
    lines = (line.partition("==") for line in text.splitlines() if line and not line.startswith("#"))
    return {name.lower(): version for name, _, version in lines}


def test_the_client_of_mlflow_is_tested_in_the_version_that_is_installed() -> None:
    installed = versions((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    tested = versions((LISTS / "mlflow.txt").read_text(encoding="utf-8"))
    differ = {name for name in installed.keys() & tested.keys() if installed[name] != tested[name]}
    assert tested["mlflow"] == installed["mlflow-skinny"]
    assert differ == {"graphql-core"}  # the server's alone, which needs an earlier one than the tests do
