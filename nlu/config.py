"""All settings of a project in one value, read from a TOML file; whatever the file leaves out keeps its default."""

from __future__ import annotations

import dataclasses
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from nlu import settings_file
from nlu.augmentation.augmenter import AugmentationSettings
from nlu.errors import SourceErrors, UnknownChoiceError
from nlu.features.encoder import FeatureSettings
from nlu.features.settings import VectorSettings
from nlu.features.spacing import SpacingSettings
from nlu.generation.plan import GeneratorSettings
from nlu.messages import near
from nlu.networks.settings import ClassifierSettings, TaggerSettings
from nlu.system.files import read_text
from nlu.understanding.settings import UnderstandingSettings

SettingsT = TypeVar("SettingsT")

_KINDS = {int: "정수여야", float: "수여야", str: "따옴표로 묶은 글이어야", bool: "true 아니면 false여야"}


@dataclass(frozen=True)
class TokenizerSettings:
    """Which analyser cuts the text.

    Attributes:
        name: one of `nlu.tokenizers.names()`.
        user_dictionary: compile the author's dictionary into MeCab, so that each value is one token.
    """

    name: str = "mecab"
    user_dictionary: bool = True


@dataclass(frozen=True)
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
        refit: after the honest measurement, train the served model on everything, the held-out parts too.
        int8: serve tables and convolutions as bytes: smaller and faster, and hardly an answer changes.
        processes: train both networks at the same time when 2.
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
    refit: bool = True
    int8: bool = True
    processes: int = 2

    @classmethod
    def read(cls, path: Path) -> Config:
        """Read a TOML file whose tables are the attributes above.

        Raises:
            SettingError: it is not TOML.
            SourceErrors: settings that nothing reads, of the wrong kind or out of range; all of them.
        """
        text, _ = read_text(path)
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise settings_file.syntax_error(str(path), text, str(error)) from None
        wrong: list[_Wrong] = []
        config = _build(cls(), values, (), wrong)
        if wrong:
            mistakes = [settings_file.mistake(str(path), text, one.key, one.message) for one in wrong]
            raise SourceErrors(sorted(mistakes, key=lambda one: (one.line, one.column)))
        return config

    def with_refit(self, refit: bool | None) -> Config:
        """The same with `refit` set, unless it is None."""
        return self if refit is None else dataclasses.replace(self, refit=refit)

    def to_dict(self) -> dict[str, Any]:
        """All settings as nested dictionaries."""
        return dataclasses.asdict(self)


class _Wrong(NamedTuple):
    """A setting that can't be used, and what is wrong with it, in Korean."""

    key: tuple[str, ...]
    message: str


def build(base: SettingsT, values: Mapping[str, Any]) -> SettingsT:
    """Change some settings of an object, and of those inside it, by nested dictionaries; checks every key and type.

    Raises:
        ValueError: a key that nothing reads, or a value of the wrong kind or out of range.

    Example:
        >>> build(VectorSettings(window=3), {"width": 50})
        VectorSettings(width=50, window=3, min_count=2, epochs=5, seed=0)
    """
    wrong: list[_Wrong] = []
    built = _build(base, values, (), wrong)
    if wrong:
        raise ValueError("; ".join(f"{'.'.join(one.key)}: {one.message}" for one in wrong))
    return built


def _build(base: SettingsT, values: Mapping[str, Any], table: tuple[str, ...], wrong: list[_Wrong]) -> SettingsT:
    hints = typing.get_type_hints(type(base))
    known = [one.name for one in dataclasses.fields(base)]  # type: ignore[arg-type]
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        key = (*table, name)
        if name not in known:
            wrong.append(_Wrong(key, f"그런 설정이 없습니다. {near(name, known, 'ko')}"))
            continue
        if dataclasses.is_dataclass(hints[name]) and isinstance(value, Mapping):
            chosen[name] = _build(getattr(base, name), value, key, wrong)
            continue
        try:
            chosen[name] = _checked(hints[name], value)
            dataclasses.replace(base, **{name: chosen[name]})  # type: ignore[type-var]
        except TypeError as error:
            chosen.pop(name, None)
            wrong.append(_Wrong(key, f"{error} 합니다. 지금은 {value!r}입니다."))
        except UnknownChoiceError as error:
            chosen.pop(name, None)
            wrong.append(_Wrong(key, f"그런 값이 없습니다. {near(error.name, error.choices, 'ko')}"))
        except ValueError as error:
            chosen.pop(name, None)
            wrong.append(_Wrong(key, f"{settings_file.bounds(str(error))} 합니다. 지금은 {value!r}입니다."))
    try:
        return dataclasses.replace(base, **chosen)  # type: ignore[type-var]
    except ValueError as error:  # each is right alone, but not with the others
        wrong.append(_Wrong(table, f"{settings_file.bounds(str(error))} 합니다."))
        return base


def _checked(hint: Any, value: Any) -> Any:
    """The value as its type has it; a `TypeError` says what else must be written, in Korean."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) or origin is Mapping:
        if not isinstance(value, Mapping):
            raise TypeError("표([이름] 아래에 설정을 적은 것)여야")
        return {key: _checked(inside[1], one) for key, one in value.items()}
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise TypeError("목록이어야")
        return tuple(_checked(inside[0], one) for one in value)
    if origin is typing.Literal:
        if value not in inside:
            raise UnknownChoiceError("setting", str(value), inside)
        return value
    if hint is float and type(value) is int:
        value = float(value)
    if type(value) is not hint:
        raise TypeError(_KINDS[hint])
    return value
