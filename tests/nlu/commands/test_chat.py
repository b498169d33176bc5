from __future__ import annotations

from typing import get_args

from nlu.commands.chat import WHYS
from nlu.scenario.state import Why


def test_there_are_words_for_everything_that_a_turn_may_be_read_as() -> None:
    assert WHYS.keys() == set(get_args(Why))
