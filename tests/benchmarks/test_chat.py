from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import chat
from nlu.store.bundle import Bundle

STORIES = """\
- story: 인사하고 시킨다
  turns:
    - {user: 안녕}
    - {user: 피자 시킬게}
    - {user: 두 판이요}
    - {user: 네}
"""


@pytest.mark.server
@pytest.mark.slow
def test_turns_are_measured_beside_parses(tiny_bundle: Bundle, tmp_path: Path) -> None:
    stories, found = tmp_path / "stories.yml", tmp_path / "chat.json"
    stories.write_text(STORIES, encoding="utf-8")
    options = ["--models", str(tiny_bundle.folder), "--stories", str(stories), "--json", str(found)]
    assert chat.main([*options, "--turns", "20", "--users", "1", "2"]) == 0
    rows = json.loads(found.read_text(encoding="utf-8"))["rows"]
    assert [row["users"] for row in rows] == [1, 2]
    assert all(row["turns"] >= 20 and row["failed"] == 0 and row["chat_p50"] > 0 for row in rows)


def test_what_a_turn_takes_more_is_the_median_less_the_median() -> None:
    row = chat.Times([1.0, 1.0, 4.0], [2.0, 3.0, 9.0]).row(1)
    assert (row["over_p50"], row["ratio"]) == (2.0, 3.0)
