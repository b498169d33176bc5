from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def run(script: Path, argument: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS.parent)}
    return subprocess.run(
        [sys.executable, script, argument], capture_output=True, text=True, check=False, env=environment
    )


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.stem)
def test_every_verb_is_executable_and_explains_itself_in_korean(script: Path) -> None:
    shown = run(script, "--help")
    assert os.access(script, os.X_OK)
    assert shown.returncode == 0
    assert shown.stdout.startswith(f"사용법: nlu-{script.stem} ")
    assert "끝날 때의 코드:" in shown.stdout


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.stem)
def test_wrong_usage_of_every_verb_has_code_two(script: Path) -> None:
    assert run(script, "--no-such-thing").returncode == 2
