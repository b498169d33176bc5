"""The settings file of the quick-start bot names every setting, with its default."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

from nlu.config import Config
from tests.processes import ROOT

TEXT = (ROOT / "nlu.toml").read_text(encoding="utf-8")


def names(settings: object, before: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """The place of every setting; a table of free names counts as one."""
    found: set[tuple[str, ...]] = set()
    for field in dataclasses.fields(settings):  # type: ignore[arg-type]
        value, place = getattr(settings, field.name), (*before, field.name)
        found |= names(value, place) if dataclasses.is_dataclass(value) else {place}
    return found


def written(table: dict[str, object], before: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for name, value in table.items():
        place = (*before, name)
        is_table = isinstance(value, dict) and name != "intent_weights"
        found |= written(value, place) if is_table else {place}  # type: ignore[arg-type]
    return found


def test_every_setting_is_there() -> None:
    every = re.sub(r"(?m)^#(?=[a-z])", "", TEXT)
    assert written(tomllib.loads(every)) == names(Config())


def test_what_is_commented_out_is_the_default(tmp_path: Path) -> None:
    """Comment what is set, set what is commented: all of it is what the program does without a file."""
    swapped = re.sub(r"(?m)^(?=[a-z])", "# ", TEXT)
    file = tmp_path / "nlu.toml"
    file.write_text(re.sub(r"(?m)^#(?=[a-z])", "", swapped), encoding="utf-8")
    assert Config.read(file) == Config()
