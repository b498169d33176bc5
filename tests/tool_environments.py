"""Programs in Python that tests run, each in an environment of its own: made once on a machine, when a test asks first.

They are no part of the test environment: what they need would fight with it, and only a few tests need them. CI makes
all of them; elsewhere `python -m tests.tool_environments` does, and without it their tests are left out.
"""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from tests.processes import ROOT

FOLDER = ROOT / ".venv-tools"
LISTS = Path(__file__).parent / "tools"
TOOLS = ("dvc", "mlflow")
_BESIDE_TESTS = ("mlflow",)
"""The tools that also find the packages, and the product, of the environment that the tests run in."""
_STAMP = "installed"


def is_wanted(name: str) -> bool:
    """Whether tests of a tool are run: it is installed already, or CI requires all."""
    return os.environ.get("REQUIRE_TOOLS") == "1" or _is_made(FOLDER / name, name)


def tool(name: str) -> Path:
    """Give the Python of a tool's environment, which is made where it is not there.

    Args:
        name: of its list of packages, `tests/tools/NAME.txt`.
    """
    folder = FOLDER / name
    FOLDER.mkdir(exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not _is_made(folder, name):
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, name)
    return folder / "bin" / "python"


def _make(folder: Path, name: str) -> None:
    run = subprocess.run
    run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    # The lists are complete, so nothing is looked for; what is used is compiled when it is.
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"]
    pip = [sys.executable, "-m", "pip", "--python", python, "install", *options, "-r", LISTS / f"{name}.txt"]
    run(pip, check=True, stdout=subprocess.DEVNULL)
    if name in _BESIDE_TESTS:  # only now, since pip leaves out what it finds there
        (found,) = folder.glob("lib/python*/site-packages")
        (found / "tests.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    (folder / _STAMP).write_text(_wanted(name), encoding="utf-8")


def _is_made(folder: Path, name: str) -> bool:
    stamp = folder / _STAMP
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _wanted(name)


def _wanted(name: str) -> str:
    return sha256((LISTS / f"{name}.txt").read_bytes()).hexdigest()


if __name__ == "__main__":
    for each in TOOLS:
        print(tool(each))
