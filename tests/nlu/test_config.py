from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from nlu.augmentation.augmenter import AugmentationSettings
from nlu.config import Config, build
from nlu.errors import SettingError, SourceErrors
from nlu.features.encoder import FeatureSettings
from nlu.features.settings import VectorSettings
from nlu.features.spacing import SpacingSettings
from nlu.generation.plan import GeneratorSettings
from nlu.networks.settings import (
    BiLstmCrfSettings,
    CharCnnSettings,
    ClassifierSettings,
    TaggerSettings,
    TrainingSettings,
    UnitWidths,
)
from nlu.understanding.settings import UnderstandingSettings


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
    assert config.features == dataclasses.replace(Config().features, ngram_orders=(2, 3))
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
    ("text", "place", "message"),
    [
        ("count = ", (1, 9), "TOML 문법에 맞지 않습니다: Invalid value"),
        ("[generator\n", (1, 11), "TOML 문법에 맞지 않습니다: Expected ']' at the end of a table declaration"),
        ("[generator]\ncount = 'many'", (2, 1), "generator.count: 정수여야 합니다. 지금은 'many'입니다."),
        ("[generator]\n\n  count = true", (3, 3), "generator.count: 정수여야 합니다. 지금은 True입니다."),
        ("generator.count = 1.5", (1, 1), "generator.count: 정수여야 합니다. 지금은 1.5입니다."),
        ("generator = {count = 1.5}", (1, 1), "generator.count: 정수여야 합니다. 지금은 1.5입니다."),
        ("[generator]\ncount = -1", (2, 1), "generator.count: 0 이상이어야 합니다. 지금은 -1입니다."),
        (
            "[generator]\nheld_out = 0.9",
            (2, 1),
            "generator.held_out: 0보다 크고 0.5보다 작아야 합니다. 지금은 0.9입니다.",
        ),
        (
            "[generator]\nmode = 'helf-out'",
            (2, 1),
            "generator.mode: 그런 값이 없습니다. 혹시 'held-out'입니까? 있는 것: held-out, random, all",
        ),
        (
            "[generator.intent_weights]\ngreet = 'x'",
            (2, 1),
            "generator.intent_weights.greet: 수여야 합니다. 지금은 'x'입니다.",
        ),
        ("\nrefit = 1", (2, 1), "refit: true 아니면 false여야 합니다. 지금은 1입니다."),
        ("generator = 3", (1, 1), "generator: 표([이름] 아래에 설정을 적은 것)여야 합니다. 지금은 3입니다."),
        ("[tokenizer]\nname = 3", (2, 1), "tokenizer.name: 따옴표로 묶은 글이어야 합니다. 지금은 3입니다."),
        ("[features]\nngram_orders = 2", (2, 1), "features.ngram_orders: 목록이어야 합니다. 지금은 2입니다."),
        ("[features]\nngram_orders = ['2']", (2, 1), "features.ngram_orders: 정수여야 합니다. 지금은 '2'입니다."),
        (
            "[features]\nmin_count = 2\n[classifier]\nword_dropout = 2",
            (4, 1),
            "classifier.word_dropout: 0 이상 1 이하여야 합니다. 지금은 2입니다.",
        ),
        (
            "[tagger.training]\n[classifier.training]\nlearning_rate = nan",
            (3, 1),
            "classifier.training.learning_rate: 0보다 커야 합니다. 지금은 nan입니다.",
        ),
        ("[augmentation]\ntypos = 2", (2, 1), "augmentation.typos: 0 이상 1 이하여야 합니다. 지금은 2입니다."),
        ("[classifier.cnn]\nkernels = []", (2, 1), "classifier.cnn.kernels: 하나는 적어야 합니다. 지금은 []입니다."),
        ("sped = 3", (1, 1), "sped: 그런 설정이 없습니다. 있는 것: generator"),
        ("[generator]\ncuont = 3", (2, 1), "generator.cuont: 그런 설정이 없습니다. 혹시 'count'입니까? 있는 것: count"),
        ("[tagger . lstm]\nsize = 3", (2, 1), "tagger.lstm.size: 그런 설정이 없습니다. 있는 것: hidden"),
        ("[generatr]", (1, 1), "generatr: 그런 설정이 없습니다. 혹시 'generator'입니까?"),
    ],
)
def test_mistake_in_the_file_is_told_with_its_place(
    text: str, place: tuple[int, int], message: str, tmp_path: Path
) -> None:
    with pytest.raises((SettingError, SourceErrors)) as error:
        read(tmp_path, text)
    first = str(error.value).split("\n")[0]
    assert first.startswith(f"{tmp_path / 'nlu.toml'}:{place[0]}:{place[1]}: {message}")


def test_all_mistakes_are_told_in_their_order(tmp_path: Path) -> None:
    with pytest.raises(SourceErrors) as error:
        read(tmp_path, "[tagger]\nsped = 1\n[generator]\ncount = 'x'\nseed = 'y'\nheld_out = 0.1\n")
    assert [(one.line, one.source) for one in error.value.errors] == [
        (2, "sped = 1"),
        (4, "count = 'x'"),
        (5, "seed = 'y'"),
    ]


RANGES: list[tuple[type, dict[str, object], str]] = [
    (TrainingSettings, {"epochs": 0}, "epochs: Input should be greater than or equal to 1"),
    (TrainingSettings, {"batch_size": 0}, "batch_size: Input should be greater than or equal to 1"),
    (TrainingSettings, {"learning_rate": 0.0}, "learning_rate: Input should be greater than 0"),
    (TrainingSettings, {"weight_decay": -1.0}, "weight_decay: Input should be greater than or equal to 0"),
    (TrainingSettings, {"epochs_for": -1}, "epochs_for: Input should be greater than or equal to 0"),
    (TrainingSettings, {"stop_at": -0.1}, "stop_at: Input should be greater than or equal to 0"),
    (TrainingSettings, {"stop_at": 1.1}, "stop_at: Input should be less than or equal to 1"),
    (TrainingSettings, {"stop_after": -1}, "stop_after: Input should be greater than or equal to 0"),
    (TrainingSettings, {"least_steps": -1}, "least_steps: Input should be greater than or equal to 0"),
    (TrainingSettings, {"clip": 0.0}, "clip: Input should be greater than 0"),
    (TrainingSettings, {"averaging": 1.0}, "averaging: Input should be less than 1"),
    (CharCnnSettings, {"kernels": ()}, "kernels: Tuple should have at least 1 item after validation, not 0"),
    (CharCnnSettings, {"kernels": (3, 0)}, "kernels.1: Input should be greater than or equal to 1"),
    (CharCnnSettings, {"filters": 0}, "filters: Input should be greater than or equal to 1"),
    (CharCnnSettings, {"ngram_width": -1}, "ngram_width: Input should be greater than or equal to 0"),
    (CharCnnSettings, {"ngram_dropout": 1.1}, "ngram_dropout: Input should be less than or equal to 1"),
    (BiLstmCrfSettings, {"hidden": 0}, "hidden: Input should be greater than or equal to 1"),
    (BiLstmCrfSettings, {"dropout": -0.1}, "dropout: Input should be greater than or equal to 0"),
    (ClassifierSettings, {"label_smoothing": 1.5}, "label_smoothing: Input should be less than or equal to 1"),
    (TaggerSettings, {"value_dropout": float("nan")}, "value_dropout: Input should be less than or equal to 1"),
    (UnitWidths, {"jamo": -1}, "jamo: Input should be greater than or equal to 0"),
    (VectorSettings, {"epochs": 0}, "epochs: Input should be greater than or equal to 1"),
    (
        UnderstandingSettings,
        {"least_dictionary_confidence": 3},
        "least_dictionary_confidence: Input should be less than or equal to 1",
    ),
    (GeneratorSettings, {"mode": "leaky"}, "mode: Input should be 'held-out', 'random' or 'all'"),
    (GeneratorSettings, {"held_out": 0.0}, "held_out: Input should be greater than 0"),
    (GeneratorSettings, {"held_out": 0.5}, "held_out: Input should be less than 0.5"),
    (GeneratorSettings, {"count": -1}, "count: Input should be greater than or equal to 0"),
    (GeneratorSettings, {"copies": -1}, "copies: Input should be greater than or equal to 0"),
    (GeneratorSettings, {"intent_weights": {"a": 0.0}}, "intent_weights.a: Input should be greater than 0"),
    (AugmentationSettings, {"typos": float("nan")}, "typos: Input should be less than or equal to 1"),
]
READ: list[tuple[type, dict[str, object], str]] = [
    (FeatureSettings, {"min_count": 0}, "min_count: Input should be greater than or equal to 1"),
    (FeatureSettings, {"ngram_orders": (2, 0)}, "ngram_orders.1: Input should be greater than or equal to 1"),
    (FeatureSettings, {"morpheme_orders": (-1,)}, "morpheme_orders.0: Input should be greater than or equal to 1"),
    (FeatureSettings, {"max_ngrams": -1}, "max_ngrams: Input should be greater than or equal to 0"),
    (SpacingSettings, {"texts": -1}, "texts: Input should be greater than or equal to 0"),
    (SpacingSettings, {"long_word": 0}, "long_word: Input should be greater than or equal to 1"),
]
"""Settings that what serves has too are checked where they are read."""


def told(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


@pytest.mark.parametrize(("kind", "wrong", "message"), RANGES)
def test_settings_out_of_range_are_refused(kind: type, wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError) as error:
        kind(**wrong)
    assert told(error.value) == message


@pytest.mark.parametrize(("kind", "wrong", "message"), RANGES + READ)
def test_build_refuses_what_the_file_must_not_say(kind: type, wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError) as error:
        build(kind(), wrong)
    assert told(error.value).replace("List should", "Tuple should") == message


def test_at_least_one_feature_must_be_wider_than_nothing(tmp_path: Path) -> None:
    widths = dataclasses.asdict(UnitWidths())
    with pytest.raises(ValidationError, match="expected at least one feature wider than 0, got none"):
        UnitWidths(**dict.fromkeys(widths, 0))
    with pytest.raises(SourceErrors, match=r"nlu.toml:1:1: classifier.widths: 하나는 0보다 커야 합니다\."):
        read(tmp_path, "[classifier.widths]\n" + "\n".join(f"{name} = 0" for name in widths))
