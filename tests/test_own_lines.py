"""Whatever the authors of our bots wrote is recognised, with just the entities that their lines have."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from nlu.generation.generator import Generator
from nlu.generation.own_lines import own_lines
from nlu.generation.plan import GeneratorSettings
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import read_patterns
from nlu.pattern.table import PatternTable
from nlu.types import FALLBACK_INTENT, Span
from nlu.understanding.authored import AuthoredUtterances

ROOT = Path(__file__).parents[1]
BOTS = {
    "newbot": ("tests/data/newbot/pattern.txt", "tests/data/newbot/dict.csv"),
    "quickstart": ("patterns/pattern.txt", "dictionaries/dict.csv"),
    "assistant": ("examples/assistant/pattern.txt", "examples/assistant/dict.csv"),
}


def _length(spans: Iterable[Span], text: str) -> int:
    """How many characters lie in entities: of two ways to read a line the one with more is meant."""
    return sum(len("".join(text[span.start : span.end].split())) for span in spans)


@pytest.mark.slow  # reads patterns of a thousand lines and more
@pytest.mark.parametrize("name", BOTS)
def test_every_line_of_a_bot_is_recognised_as_it_is_written(name: str) -> None:
    patterns, dictionary = (ROOT / path for path in BOTS[name])
    lexicon = Lexicon.read(dictionary)
    file = read_patterns(patterns, lexicon=lexicon)
    authored = AuthoredUtterances.of(PatternTable.from_json(PatternTable.of(file.patterns).to_json()), ())
    settings = GeneratorSettings(mode="all")
    wrong, origins = [], set()
    for line in own_lines(Generator(file, lexicon, settings)):
        origins.add(line.origin)
        readings = {one.intent: [finding.span for finding in one.findings] for one in authored.find(line.text, lexicon)}
        found = readings.get(str(line.intent))
        if found is None or _length(found, line.text) < _length(line.spans, line.text):
            wrong.append((line, found))
    assert wrong == []
    assert origins == {pattern.origin for pattern in file.patterns}


def test_a_new_bots_short_words_are_answered_whatever_marks_they_end_in() -> None:
    patterns, dictionary = (ROOT / path for path in BOTS["newbot"])
    lexicon = Lexicon.read(dictionary)
    file = read_patterns(patterns, lexicon=lexicon)
    authored = AuthoredUtterances.of(PatternTable.of(file.patterns), ())
    wanted = {
        **dict.fromkeys(("응", "예!", "ㅇㅋㅋㅋ", "네~~", "응 ㅎㅎ"), "affirm"),
        **dict.fromkeys(("ㄴㄴ", "ㄴㄴ..", "됐어요ㅠㅠ"), "deny"),
        **dict.fromkeys(("ㄱㅅ", "ㄱㅅㅎㅎ", "고마워 !"), "thanks"),
        **dict.fromkeys(("하이", "저기요?", "헬로😀"), "greet"),
        **dict.fromkeys(("취소할게요", "예약취소주세요", "낼 예약 취소할래요"), "cancel_booking"),
        "저녁6시 예약": None,
        "ㅇ": None,
    }
    answers = {text: [one.intent for one in authored.find(text, lexicon)] for text in wanted}
    assert answers == {text: [] if intent is None else [intent] for text, intent in wanted.items()}


@pytest.mark.slow  # reads patterns of a thousand lines and more
@pytest.mark.parametrize("name", BOTS)
def test_no_value_of_a_bots_dictionary_is_declined_as_it_is_written(name: str) -> None:
    patterns, dictionary = (ROOT / path for path in BOTS[name])
    lexicon = Lexicon.read(dictionary)
    authored = AuthoredUtterances.of(PatternTable.of(read_patterns(patterns, lexicon=lexicon).patterns), ())
    found = ((text, [one.intent for one in authored.find(text, lexicon)]) for _, text in lexicon.surfaces())
    assert [text for text, intents in found if intents == [FALLBACK_INTENT]] == []
