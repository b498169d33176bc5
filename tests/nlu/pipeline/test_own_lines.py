"""The list of what an author wrote and a model does not understand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from nlu.data import dataset as datasets
from nlu.data.dataset import Dataset
from nlu.data.rows import IMPORTED, DatasetRow
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import parse_patterns
from nlu.pattern.table import PatternTable
from nlu.pipeline.own_lines import TITLE, ask_for_own_lines, to_text, write_own_lines
from nlu.store.bundle import Bundle
from nlu.store.registry import locate
from nlu.types import LabelledUtterance, Span
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.parser import UtteranceParser

LINES = (
    LabelledUtterance("아란치니 좀", "order_food", (Span(0, 4, "menu"),), "p.txt:2"),
    LabelledUtterance("아란치니 하나", "order_food", (Span(0, 4, "menu"),), "p.txt:2"),
)
ROW = DatasetRow(LabelledUtterance("홍길동 집 비밀", "weather", (), "real.jsonl:7"), "test", IMPORTED)


def test_a_trained_bot_understands_all_that_its_author_wrote(trained_once: Path) -> None:
    dataset = datasets.read(trained_once / "data")
    assert {line.origin for line in dataset.lines} == {row["origin"] for row in dataset.manifest["patterns"]}
    model = UtteranceParser.load(trained_once / "models").model
    found = ask_for_own_lines(model, dataset)
    assert found.missed == ()
    assert found.utterances == len(dataset.lines) >= found.lines > 10
    assert Bundle.open(locate(trained_once / "models")).manifest.scores["own_lines"] == found.counts()


def test_what_is_not_understood_is_listed_with_its_place(tiny_parser: UtteranceParser, tmp_path: Path) -> None:
    dataset = Dataset((ROW,), {}, b"", LINES)
    found = ask_for_own_lines(tiny_parser.model, dataset)
    assert {one.text for one in found.missed} == {"아란치니 좀", "아란치니 하나", "홍길동 집 비밀"}
    assert (found.utterances, found.lines, found.networks_missed) == (3, 2, found.missed)
    assert "  p.txt:2: 아란치니 좀 — [order_food] 아란치니 (menu) → [" in to_text(found)
    assert "  … 외 2개" in to_text(found, most=1)
    written = {path.name: path.read_text(encoding="utf-8") for path in write_own_lines(found, tmp_path)}
    assert json.loads(written["own_lines.json"])["not_understood"] == 3
    assert written["own_lines.md"].startswith(f"# {TITLE}\n줄 2개의 발화 3개 가운데 3개.\n")


def test_the_list_is_empty_where_the_model_knows_what_was_written(tiny_parser: UtteranceParser) -> None:
    model = replace(tiny_parser.model, authored=AuthoredUtterances.of(b"", [*LINES, ROW.utterance]))
    found = ask_for_own_lines(model, Dataset((ROW,), {}, b"", LINES))
    assert (len(found.missed), len(found.networks_missed)) == (0, 3)
    assert to_text(found).startswith("당신이 쓴 말 가운데 알아듣지 못하는 것: 0개 (줄 2개의 발화 3개 가운데)\n")


def test_what_was_written_with_two_intents_is_told_apart_with_both_places(tiny_parser: UtteranceParser) -> None:
    lines = tuple(
        LabelledUtterance("몰라", intent, (), f"p.txt:{at}") for at, intent in enumerate(("greet", "weather"), 1)
    )
    patterns = parse_patterns("[greet]\n몰라\n[weather]\n몰라", Lexicon([]), "p.txt").patterns
    model = replace(tiny_parser.model, authored=AuthoredUtterances.of(PatternTable.of(patterns), []))
    found = ask_for_own_lines(model, Dataset((), {}, b"", lines))
    assert found.missed == ()
    (contradicted,) = found.contradicted
    assert {contradicted.intent, contradicted.got} == {"greet", "weather"}
    assert contradicted.other == ("p.txt:2" if contradicted.got == "greet" else "p.txt:4")
    assert "두 의도에 적혀 있어 신경망이 다른 쪽을 고른 말: 1개. 한쪽을 고치세요.\n" in to_text(found)
