"""Where the commands look for a project's files when they are not told."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from nlu.commands import project


def dictionaries(*arguments: str) -> list[str]:
    parser = argparse.ArgumentParser()
    project.add_options(parser, "dictionary")
    return [str(path) for path in project.read(parser.parse_args(arguments)).dictionaries]


def test_all_dictionaries_of_the_folder_are_read_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dictionaries").mkdir()
    for name in ("menu.csv", "date.csv", ".menu.csv", "~$menu.csv", "README.md"):
        (tmp_path / "dictionaries" / name).touch()
    assert dictionaries() == ["dictionaries/date.csv", "dictionaries/menu.csv"]
    assert dictionaries("--dictionary", "other.csv") == ["other.csv"]


def test_where_there_is_none_the_usual_one_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert dictionaries() == ["dictionaries/dict.csv"]
