"""Lets a script run with the packages of .venv, which ./scripts/quickstart makes, where its own Python lacks them."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

PYTHON = Path(__file__).resolve().parents[1] / ".venv/bin/python"
_NOT_INSTALLED = """\
아직 설치하지 않았습니다. ./scripts/quickstart 를 먼저 실행하거나, 쓰시는 가상 환경에서
  pip install --constraint constraints.txt --editable ".[train,search,server]"
(Not installed yet: run ./scripts/quickstart first, or install into your own environment.)"""
_MISSING_PACKAGE = 4
"""The exit code of every command where a package is missing."""


def run(command: str) -> int:
    """Run one of the product's commands, such as "nlu.commands.generate", and give its exit code."""
    if missing := enter():
        return missing
    return import_module(command).main()  # type: ignore[no-any-return]


def enter(*packages: str) -> int:
    """Start again with the Python of .venv where this one lacks the product, or one of some packages.

    Returns:
        0 where nothing is missing, else the exit code: .venv is not there, or lacks it too.
    """
    if all(find_spec(name) is not None for name in ("nlu", *packages)):
        return 0
    if PYTHON.exists() and Path(sys.prefix) != PYTHON.parents[1]:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])
    print(_NOT_INSTALLED, file=sys.stderr)
    return _MISSING_PACKAGE
