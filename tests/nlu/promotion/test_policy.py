"""A policy says what it asks; what it can't ask is refused with its line."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from nlu.errors import NluError, SettingError, SourceErrors
from nlu.promotion.policy import Policy, Ranges
from tests.processes import ROOT

SHIPPED = ["promotion.toml", "nlu/starter/promotion.toml"]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_policy_names_every_setting_with_its_default(name: str, tmp_path: Path) -> None:
    text = re.sub(r"(?m)^#(?=[a-z])", "", (ROOT / name).read_text(encoding="utf-8"))
    written = tomllib.loads(text)
    assert set(written) == {field.name for field in dataclasses.fields(Policy)}
    assert set(written["ranges"]) == {field.name for field in dataclasses.fields(Ranges)}
    (tmp_path / "policy.toml").write_text(text, encoding="utf-8")
    assert Policy.read(tmp_path / "policy.toml") == Policy.read(ROOT / name) == Policy()


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("margin = 1.5", 1, "margin: 0보다 크고 1보다 작아야 합니다. 지금은 1.5입니다."),
        ("\nlevel = 0", 2, "level: 0보다 크고 1보다 작아야 합니다. 지금은 0입니다."),
        ("unsure = -0.1", 1, "unsure: 0보다 크고 1보다 작아야 합니다. 지금은 -0.1입니다."),
        ("collapse = nan", 1, "collapse: 0보다 크고 1보다 작아야 합니다. 지금은 nan입니다."),
        ("margn = 0.1", 1, "margn: 그런 설정이 없습니다. 혹시 'margin'입니까?"),
        ("slower = 1.0", 1, "slower: 1보다 커야 합니다. 지금은 1.0입니다."),
        ("least = 0", 1, "least: 1 이상이어야 합니다. 지금은 0입니다."),
        ('may_vanish = "greet"', 1, "may_vanish: 목록이어야 합니다."),
        ("[ranges]\nentity_f1 = [0.9, 0.8]", 2, "ranges.entity_f1: [가장 작은 값, 가장 큰 값]을 적으세요."),
        ("[ranges]\nmegabytes = [5.0, 5.0]", 2, "ranges.megabytes: [가장 작은 값, 가장 큰 값]을 적으세요."),
        ("[ranges]\ncaught = [0.5]", 2, "ranges.caught: [가장 작은 값, 가장 큰 값]을 적으세요."),
        ("[ranges]\nexact_match = [0.5, 1.5]", 2, "ranges.exact_match: 0 이상 1 이하여야 합니다."),
        ("[ranges]\nmilliseconds = [-1.0, 5.0]", 2, "ranges.milliseconds: 0 이상이어야 합니다."),
        ("[ranges]\nf1 = [0.1, 0.2]", 2, "ranges.f1: 그런 설정이 없습니다."),
        ("margin =", 1, "TOML 문법에 맞지 않습니다"),
    ],
)
def test_what_can_not_be_asked_is_refused_with_its_line(text: str, line: int, told: str, tmp_path: Path) -> None:
    path = tmp_path / "promotion.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NluError) as caught:
        Policy.read(path)
    (error,) = caught.value.errors if isinstance(caught.value, SourceErrors) else [caught.value]
    assert isinstance(error, SettingError)
    assert error.line == line
    assert error.message.startswith(told)
