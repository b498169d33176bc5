from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.config import Config
from nlu.data import dataset as datasets
from nlu.data.rows import DatasetRow
from nlu.lexicon.lexicon import Lexicon
from nlu.pipeline.fit import fit
from nlu.pipeline.generate import Import, generate
from nlu.pipeline.shown import rows_to_show
from nlu.types import LabelledUtterance
from nlu.understanding.parser import UtteranceParser
from tests import projects

SAID = "어제 김영희 씨가 시킨 거 그대로 또 시켜 주라"
"""What a customer said, in words that no pattern has."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = projects.write_project(tmp_path_factory.mktemp("imported"))
    rows = [
        {"text": SAID, "intent": "order_food"},
        {"text": f"{SAID} 응", "intent": "order_food", "origin": "patterns/pattern.txt:5"},
    ]
    (folder / "real.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    imports = [Import(folder / "real.jsonl")]
    generate(
        projects.patterns_of(folder), projects.dictionaries_of(folder), folder / "data", _config(folder),
        imports=imports,
    )  # fmt: skip
    return folder


def _config(folder: Path) -> Config:
    return projects.config_of(folder)


def test_what_was_generated_may_be_shown_and_what_was_imported_may_not(project: Path) -> None:
    dataset = datasets.read(project / "data")
    shown = rows_to_show(dataset)
    hidden = [row for row in dataset.rows if row not in shown]
    assert {row.utterance.text for row in hidden} == {SAID, f"{SAID} 응"}


def test_a_data_set_that_was_not_made_of_patterns_shows_nothing() -> None:
    rows = (DatasetRow(LabelledUtterance(SAID, "order_food", origin="real.jsonl:1"), "train"),)
    assert rows_to_show(datasets.Dataset.of(rows)) == ()


def test_a_bundle_holds_no_imported_text_that_an_explanation_could_show(project: Path) -> None:
    dataset = datasets.read(project / "data")
    learned = [row.utterance for row in dataset.rows]
    shown = [row.utterance for row in rows_to_show(dataset)]
    lexicon = Lexicon.read(*projects.dictionaries_of(project))
    made = fit(learned, (), lexicon, _config(project), project / "work", shown=shown)
    assert all("김영희" not in content.decode("utf-8", "ignore") for content in made.model.patterns.files().values())
    parser = UtteranceParser(made.model)
    nearest = parser.explain(parser.parse(SAID)).pattern
    assert nearest is None or nearest.origin.startswith(("patterns", str(project / "patterns")))
