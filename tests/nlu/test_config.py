from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from nlu.config import Config, UnderstandingSettings, build
from nlu.errors import ConfigError, UnknownChoiceError
from nlu.generator import GeneratorSettings
from nlu.model_settings import BiLstmCrfSettings, CharCnnSettings, ClassifierSettings, TaggerSettings, VectorSettings


def read(folder: Path, text: str) -> Config:
    path = folder / "nlu.toml"
    path.write_text(text, encoding="utf-8")
    return Config.read(path)


def test_empty_file_keeps_every_default(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Config()


def test_what_the_file_says_is_set_and_the_rest_kept(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        refit = false

        [generator]
        count = 500
        [generator.intent_weights]
        greet = 2

        [features]
        level = "morpheme"
        ngram_orders = [2, 3]

        [classifier]
        label_smoothing = 0
        [classifier.cnn]
        kernels = [3]
        [classifier.training]
        epochs = 2
        """,
    )
    assert not config.refit
    assert config.generator == dataclasses.replace(Config().generator, count=500, intent_weights={"greet": 2.0})
    assert config.features == dataclasses.replace(Config().features, level="morpheme", ngram_orders=(2, 3))
    assert config.classifier.cnn == CharCnnSettings(kernels=(3,))
    assert config.classifier.training.epochs == 2
    assert isinstance(config.classifier.label_smoothing, float)
    assert config.tagger == TaggerSettings()


def test_settings_survive_json() -> None:
    config = build(Config(), {"generator": {"intent_weights": {"greet": 2}}, "classifier": {"cnn": {"kernels": [2]}}})
    assert build(Config(), json.loads(json.dumps(config.to_dict()))) == config


def test_table_keeps_the_defaults_of_its_place(tmp_path: Path) -> None:
    """The generator has other defaults in a config than on its own."""
    config = read(tmp_path, "[generator]\ncount = 5\n[tagger.training]\nepochs = 3")
    assert config.generator.copies == Config().generator.copies != GeneratorSettings().copies
    assert config.tagger.training == dataclasses.replace(Config().tagger.training, epochs=3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("count = ", "Invalid value (at end of document)"),
        ("[generator]\ncount = 'many'", "expected a whole number for generator.count, got 'many'"),
        ("[generator]\ncount = true", "expected a whole number for generator.count, got True"),
        ("[generator]\ncount = 1.5", "expected a whole number for generator.count, got 1.5"),
        ("[generator]\nintent_weights = 3", "expected a table for generator.intent_weights, got 3"),
        (
            "[generator.intent_weights]\ngreet = 'x'",
            "expected a number for generator.intent_weights.greet, got 'x'",
        ),
        ("refit = 1", "expected true or false for refit, got 1"),
        ("generator = 3", "expected a table for generator, got 3"),
        ("[tokenizer]\nname = 3", "expected a text for tokenizer.name, got 3"),
        ("[features]\nngram_orders = 2", "expected a list for features.ngram_orders, got 2"),
        ("[features]\nngram_orders = ['2']", "expected a whole number for features.ngram_orders[0], got '2'"),
        ("[features]\nlevel = '단어'", "expected features.level to be one of 'syllable', 'morpheme', got '단어'"),
        ("[features]\nmin_count = 0", "expected min_count >= 1, got 0"),
        ("[classifier]\nword_dropout = 2", "expected 0 <= word_dropout <= 1, got 2.0"),
        ("[classifier.training]\nlearning_rate = nan", "expected learning_rate > 0, got nan"),
        ("[understanding]\nfalse_reject_rate = -1", "expected 0 <= false_reject_rate <= 1, got -1.0"),
    ],
)
def test_mistake_in_the_file_is_told_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text)
    assert str(error.value) == f"{tmp_path / 'nlu.toml'}: {message}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("sped = 3", "sped"),
        ("[generator]\ncuont = 3", "generator.cuont"),
        ("[tagger.lstm]\nsize = 3", "tagger.lstm.size"),
    ],
)
def test_unknown_setting_is_refused_and_the_known_listed(text: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownChoiceError) as error:
        read(tmp_path, text)
    assert error.value.name == name
    assert {"sped": "generator", "generator.cuont": "count", "tagger.lstm.size": "hidden"}[name] in error.value.choices


@pytest.mark.parametrize(
    ("kind", "wrong", "message"),
    [
        (CharCnnSettings, {"kernels": ()}, "expected at least one kernel, got none"),
        (CharCnnSettings, {"kernels": (3, 0)}, "expected kernels >= 1, got (3, 0)"),
        (CharCnnSettings, {"filters": 0}, "expected filters >= 1, got 0"),
        (CharCnnSettings, {"ngram_width": -1}, "expected ngram_width >= 0, got -1"),
        (CharCnnSettings, {"ngram_dropout": 1.1}, "expected 0 <= ngram_dropout <= 1, got 1.1"),
        (BiLstmCrfSettings, {"hidden": 0}, "expected hidden >= 1, got 0"),
        (BiLstmCrfSettings, {"dropout": -0.1}, "expected 0 <= dropout <= 1, got -0.1"),
        (ClassifierSettings, {"label_smoothing": 1.5}, "expected 0 <= label_smoothing <= 1, got 1.5"),
        (TaggerSettings, {"value_dropout": float("nan")}, "expected 0 <= value_dropout <= 1, got nan"),
        (VectorSettings, {"epochs": 0}, "expected epochs >= 1, got 0"),
        (
            UnderstandingSettings,
            {"least_dictionary_confidence": 3},
            "expected 0 <= least_dictionary_confidence <= 1, got 3",
        ),
    ],
)
def test_settings_out_of_range_are_refused(kind: type, wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=r"^expected") as error:
        kind(**wrong)
    assert str(error.value) == message
