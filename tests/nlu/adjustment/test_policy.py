from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from nlu.adjustment.policy import POLICY_NAME, LoopPolicy
from nlu.errors import SourceErrors
from tests.processes import ROOT
from tests.test_settings_file import names, written

FILES = [ROOT / POLICY_NAME, ROOT / "nlu" / "starter" / POLICY_NAME]


@pytest.mark.parametrize("path", FILES)
def test_the_file_names_every_setting_with_its_default(path: Path, tmp_path: Path) -> None:
    every = re.sub(r"(?m)^#(?=[a-z_]+ = )", "", path.read_text(encoding="utf-8"))
    assert written(tomllib.loads(every)) == names(LoopPolicy())
    (tmp_path / POLICY_NAME).write_text(every, encoding="utf-8")
    assert LoopPolicy.read(tmp_path) == LoopPolicy()


def test_it_is_off_without_a_file_and_with_the_file_that_is_shipped(tmp_path: Path) -> None:
    assert not LoopPolicy.read(tmp_path).enabled
    (tmp_path / POLICY_NAME).write_bytes(FILES[0].read_bytes())
    assert LoopPolicy.read(tmp_path) == LoopPolicy()


def test_mistakes_are_said_with_their_places(tmp_path: Path) -> None:
    (tmp_path / POLICY_NAME).write_text("enabled = 1\ncanary = 1.5\n[bounds]\nlevel = 0\nodd = 1\n", encoding="utf-8")
    with pytest.raises(SourceErrors) as raised:
        LoopPolicy.read(tmp_path)
    assert [(one.line, one.values["key"]) for one in raised.value.errors] == [
        (1, "enabled"),
        (2, "canary"),
        (4, "bounds.level"),
        (5, "bounds.odd"),
    ]


def test_all_settings_are_told_of() -> None:
    assert {one.name for one in dataclasses.fields(LoopPolicy)} <= {*re.findall(r"\w+(?=:)", str(LoopPolicy.__doc__))}
