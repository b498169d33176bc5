"""A model is one value: its parts write themselves into a bundle and come back out of it."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest

from nlu.errors import BundleError
from nlu.store.bundle import Bundle, merge_files, shared_file, write_bundle
from nlu.understanding import intent_evidence
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.settings import UnderstandingSettings
from nlu.understanding.training_examples import TrainingExamples
from tests.nlu import tiny
from tests.parsers import EXAMPLES, untrained_parser

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Mood:
    """A made-up part: the politest ending of each intent, and a number among the small things."""

    endings: Mapping[str, str]
    patience: int

    @classmethod
    def learn(cls, examples: TrainingExamples) -> Mood:
        return cls({str(one.intent): one.text[-1] for one in examples.shown}, len(examples.shown))

    def files(self) -> dict[str, bytes]:
        return {**shared_file(patience=self.patience), "mood.json": json.dumps(self.endings).encode()}

    @classmethod
    def read(cls, bundle: Bundle) -> Mood:
        return cls(bundle.read_json("mood.json"), bundle.shared("patience"))


@dataclass(frozen=True)
class MoodyModel(TrainedModel):
    """The table of parts with a row more."""

    mood: Mood


def test_a_new_part_is_a_class_and_a_row(tmp_path: Path) -> None:
    plain = untrained_parser().model
    trained = {name: getattr(plain, name) for name in ("encoder", "spacer", "intents", "entities")}
    examples = TrainingExamples(EXAMPLES, plain.intents.names, plain.entities.labels, UnderstandingSettings(), EXAMPLES)
    model = MoodyModel.learn(examples, **trained)
    assert model.mood == Mood({"order": "줘", "weather": "때", "greet": "요"}, 3)
    bundle = write_bundle(tmp_path / "bundle", model.files(), tiny.MANIFEST)
    assert bundle.manifest.files.keys() == {*plain.files(), "mood.json"}
    again = MoodyModel.read(bundle)
    assert again.mood == model.mood
    assert UtteranceParser(again).parse("피자 주문해줘").version == bundle.version


def test_the_part_that_lets_entities_speak_stands_in_one_file_and_a_row() -> None:
    """Whoever writes, reads or learns a part never names it: only its own file, the table and its user do."""
    name = intent_evidence.EntityEvidence.__name__
    naming = {path for path in (ROOT / "nlu").rglob("*.py") if name in path.read_text(encoding="utf-8")}
    here = ROOT / "nlu" / "understanding"
    assert naming == {here / "intent_evidence.py", here / "model.py"}
    tree = ast.parse(inspect.getsource(TrainedModel))
    assert sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree)) == 1


def test_a_model_comes_back_from_its_bundle(tiny_bundle: Bundle, tiny_parser: UtteranceParser, tmp_path: Path) -> None:
    model = tiny_parser.model
    assert {name: type(getattr(model, name)) for name in TrainedModel.parts()} == TrainedModel.parts()
    again = TrainedModel.read(write_bundle(tmp_path / "again", model.files(), tiny_bundle.manifest))
    assert again.files() == model.files() == {name: tiny_bundle.read(name) for name in tiny_bundle.manifest.files}
    assert again.version == model.version == tiny_bundle.version


def test_a_part_can_be_replaced_by_another(tiny_parser: UtteranceParser) -> None:
    model = tiny_parser.model
    strict = replace(model, rule=replace(model.rule, threshold=1.01))
    assert UtteranceParser(strict).parse("피자 주문해 줘").fallback.is_fallback
    assert not tiny_parser.parse("피자 주문해 줘").fallback.is_fallback


def test_every_row_is_a_part_but_the_version() -> None:
    assert [row.name for row in fields(TrainedModel)] == [*TrainedModel.parts(), "version"]


def test_two_parts_that_write_the_same_are_refused() -> None:
    with pytest.raises(ValueError, match=r"got 'a' twice$"):
        merge_files([{"a": b""}, {"a": b""}])
    with pytest.raises(ValueError, match=r"got 'tags' twice$"):
        merge_files([shared_file(tags=1), shared_file(tags=2)])


def test_a_bundle_without_a_part_is_refused(tiny_bundle: Bundle) -> None:
    with pytest.raises(BundleError, match=r"mood\.json"):
        MoodyModel.read(tiny_bundle)
