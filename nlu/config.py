"""All settings of a project in one value, read from a TOML file; whatever the file leaves out keeps its default."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from nlu import settings_file
from nlu.augmentation.augmenter import AugmentationSettings
from nlu.bounds import STRICT, Positive
from nlu.data import dataset as datasets
from nlu.errors import SourceErrors
from nlu.features.encoder import FeatureSettings
from nlu.features.settings import VectorSettings
from nlu.features.spacing import SpacingSettings
from nlu.generation.plan import GeneratorSettings
from nlu.intake.settings import IntakeSettings
from nlu.networks.settings import ClassifierSettings, TaggerSettings
from nlu.system.files import read_text
from nlu.understanding.settings import UnderstandingSettings

SettingsT = TypeVar("SettingsT")


@dataclass(frozen=True, config=STRICT)
class TokenizerSettings:
    """Which analyser cuts the text.

    Attributes:
        name: one of `nlu.tokenizers.names()`.
        user_dictionary: compile the author's dictionary into MeCab, so that each value is one token.
    """

    name: str = "mecab"
    user_dictionary: bool = True


@dataclass(frozen=True, config=STRICT)
class Config:
    """Everything that can be set.

    Attributes:
        generator: how many utterances, from which seed, held out how.
        augmentation: how training utterances are roughened.
        tokenizer: the analyser.
        spacing: how spaces that were left out are put back.
        vectors: the word vectors.
        features: what the networks see.
        classifier: the intent network.
        tagger: the entity network.
        understanding: thresholds.
        intake: imported sets, and how they are cleaned.
        refit: after the honest measurement, train the served model on everything, the held-out parts too.
        int8: serve tables and convolutions as bytes: smaller and faster, and hardly an answer changes.
        processes: train both networks at the same time when 2.
        in_memory: utterances of a data set that are kept in memory; of a larger one the networks learn from shards on
            disk, and all else from a sample of so many.
    """

    generator: GeneratorSettings = field(default_factory=lambda: GeneratorSettings(copies=1))
    augmentation: AugmentationSettings = field(default_factory=AugmentationSettings)
    tokenizer: TokenizerSettings = field(default_factory=TokenizerSettings)
    spacing: SpacingSettings = field(default_factory=SpacingSettings)
    vectors: VectorSettings = field(default_factory=VectorSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    classifier: ClassifierSettings = field(default_factory=ClassifierSettings)
    tagger: TaggerSettings = field(default_factory=TaggerSettings)
    understanding: UnderstandingSettings = field(default_factory=UnderstandingSettings)
    intake: IntakeSettings = field(default_factory=IntakeSettings)
    refit: bool = True
    int8: bool = True
    processes: int = 2
    in_memory: Positive = datasets.IN_MEMORY

    @classmethod
    def read(cls, path: Path) -> Config:
        """Read a TOML file whose tables are the attributes above.

        Raises:
            SettingError: it is not TOML.
            SourceErrors: settings that nothing reads, of the wrong kind or out of range; all of them.
        """
        return read_settings(cls(), path)

    def with_refit(self, refit: bool | None) -> Config:
        """The same with `refit` set, unless it is None."""
        return self if refit is None else replace(self, refit=refit)

    def to_dict(self) -> dict[str, Any]:
        """All settings as nested dictionaries."""
        return asdict(self)


def read_settings(base: SettingsT, path: Path) -> SettingsT:
    """Change settings by what a TOML file says; whatever it leaves out stays.

    Raises:
        SettingError: it is not TOML.
        SourceErrors: settings that nothing reads, of the wrong kind or out of range; all of them.
    """
    text, _ = read_text(path)
    try:
        return build(base, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise settings_file.syntax_error(str(path), text, str(error)) from None
    except ValidationError as error:
        raise SourceErrors(settings_file.mistakes(str(path), text, base, error)) from None
    except (RecursionError, ValueError) as error:  # a ValueError: Python reads integers of 4,300 digits at most
        raise settings_file.unreadable(str(path), text, error) from None


def on_gpu(config: Config) -> Config:
    """The same with both networks trained on a CUDA device, in mixed precision."""

    def moved(settings: SettingsT) -> SettingsT:
        training = replace(settings.training, device="cuda", precision="bfloat16")  # type: ignore[attr-defined]
        return replace(settings, training=training)  # type: ignore[type-var]

    return replace(config, classifier=moved(config.classifier), tagger=moved(config.tagger))


def build(base: SettingsT, values: Mapping[str, Any]) -> SettingsT:
    """Change some settings of an object, and of those inside it, by nested dictionaries; checks every key and type.

    Raises:
        ValidationError: a key that nothing reads, or a value of the wrong kind or out of range; it is a `ValueError`.

    Example:
        >>> build(VectorSettings(window=3), {"width": 50})
        VectorSettings(width=50, window=3, min_count=2, epochs=5, seed=0, pretrained=20000)
    """
    merged = json.dumps(_merged(asdict(base), values), default=str)  # type: ignore[call-overload]
    return TypeAdapter(type(base)).validate_json(merged)


def _merged(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Lay values over others, table by table."""
    merged = dict(before)
    for name, value in values.items():
        inside = before.get(name)
        merged[name] = _merged(inside, value) if isinstance(inside, Mapping) and isinstance(value, Mapping) else value
    return merged
