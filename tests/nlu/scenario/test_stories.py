from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import SourceErrors
from nlu.scenario.reader import read_scenarios
from nlu.scenario.stories import read_stories

ROOT = Path(__file__).resolve().parents[3]


def test_the_shipped_scenarios_and_stories_can_be_read() -> None:
    rules = read_scenarios(ROOT / "patterns" / "scenarios.yml")
    stories = read_stories(ROOT / "tests" / "stories" / "quickstart.yml")
    done = {turn.expected.get("done") for story in stories for turn in story.turns} - {None}
    assert done <= rules.by_intent.keys()
    assert len(stories) >= 10


def test_mistakes_in_stories_are_told_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "stories.yml"
    path.write_text("- story: 하나\n  turns:\n    - {usr: 안녕}\n- turns: []\n", encoding="utf-8")
    with pytest.raises(SourceErrors) as caught:
        read_stories(path)
    assert [(error.code, error.line) for error in caught.value.errors] == [
        ("story.no_user", 3),
        ("answers.field_unknown", 3),
        ("story.parts", 4),
    ]
