"""The shipped bots say no wrong particle, by an oracle that knows nothing of patterns."""

from functools import cache
from pathlib import Path

import pytest

from nlu import tokenizers
from nlu.lexicon.lexicon import Lexicon
from nlu.linter.linter import validate_files
from nlu.pattern import read_patterns
from tests.oracles import wrong_particles
from tests.samples import draw

pytestmark = pytest.mark.slow  # each draws some thousand utterances, which an analyser reads

ROOT = Path(__file__).parents[1]
QUICKSTART = (ROOT / "patterns" / "pattern.txt", ROOT / "dictionaries" / "dict.csv")
ASSISTANT = (ROOT / "examples" / "assistant" / "pattern.txt", ROOT / "examples" / "assistant" / "dict.csv")


@pytest.mark.parametrize(("patterns", "dictionary"), [QUICKSTART, ASSISTANT])
def test_no_particle_of_a_sample_is_wrong(patterns: Path, dictionary: Path) -> None:
    lexicon = Lexicon.read(dictionary)
    file = read_patterns(patterns, lexicon=lexicon)
    tokenize = cache(tokenizers.create("mecab").tokenize)
    rows = [row.utterance for part in draw(file, lexicon, count=4_000, mode="all").parts.values() for row in part]
    wrong = [
        (row.origin, row.text, form, right)
        for row in rows
        for start, form, right in wrong_particles(row.text, tokenize)
        if not any(span.start <= start < span.end for span in row.spans)
    ]
    assert wrong == []


def test_the_oracle_finds_what_is_wrong() -> None:
    tokenize = tokenizers.create("mecab").tokenize
    rows = [
        "작업가 뭐야",
        "서비스이 뭐야",
        "피자이나 시켜",
        "어른 셋로",
        "성남시은 어때",
        "판교 은 어때",
        "3를 더해",
        "KTX을 타",
    ]
    assert [len(wrong_particles(row, tokenize)) for row in rows] == [1] * len(rows)
    assert wrong_particles("고양이가 판교로 가는 결과는 3을 KTX를 타고 왔나 끝나나요", tokenize) == []


def test_the_shipped_bot_passes_its_own_linter() -> None:
    findings = validate_files([QUICKSTART[0]], [QUICKSTART[1]]).findings
    assert [finding for finding in findings if finding.severity != "info"] == []
