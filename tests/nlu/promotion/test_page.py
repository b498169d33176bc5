"""The verdict as a page."""

from __future__ import annotations

import re

from nlu.evaluation.statistics import difference
from nlu.events import Notice
from nlu.promotion.decide import Check, Verdict
from nlu.promotion.page import to_html


def test_on_a_phone_every_cell_of_a_table_says_what_it_is() -> None:
    found = difference((True,) * 20, (True,) * 20, tuple(map(str, range(20))))
    verdict = Verdict(
        "new", "old", (Check("exact", "passed", Notice("promotion.first", {"name": "promotion.exact"}), found),)
    )
    shown = to_html("새 모델로 바꾸었습니다", True, verdict, None, {})
    columns = {int(at) for at in re.findall(r"--c(\d+):", shown)}
    assert max(columns) >= 7
    assert [at for at in sorted(columns - {1}) if f"td:nth-child({at})::before" not in shown] == []
