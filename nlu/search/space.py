"""The search space: which settings are tried with which values, read from a TOML file and checked before anything runs.

```toml
[classifier.training]
learning_rate = { low = 0.001, high = 0.01, log = true }
[classifier.cnn]
filters = [64, 96, 128]
[limits]
milliseconds = 2.0
```
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Literal

from optuna.trial import BaseTrial
from pydantic import ValidationError

from nlu import settings_file
from nlu.config import Config, build
from nlu.errors import SettingError, SourceErrors
from nlu.search.ranges import Range, RangeMistake, read_range
from nlu.system.files import read_text

Target = Literal["intents", "entities", "shared"]
"""What a study tunes: one network, or what both share."""
TARGETS: tuple[Target, ...] = ("intents", "entities", "shared")

Key = tuple[str, ...]
_TARGET_OF: Mapping[str, Target] = {
    "classifier": "intents",
    "tagger": "entities",
    "vectors": "shared",
    "augmentation": "shared",
    "features": "shared",
    "spacing": "shared",
}
_NEVER = ("seed", "device", "members", "members_for")
"""Settings that a search would only use to pick the luckiest run, or that the score of one network can't judge."""
_LIMITS = ("milliseconds", "megabytes")


@dataclass(frozen=True)
class Parameter:
    """A setting and the values that are tried for it.

    Attributes:
        name: of the setting, with its tables: `classifier.cnn.dropout`.
        values: the choices, or a range.
    """

    name: str
    values: tuple[Any, ...] | Range

    @property
    def target(self) -> Target:
        """The study that it belongs to."""
        return _TARGET_OF[self.name.partition(".")[0]]

    def has(self, value: Any) -> bool:
        """Whether a value is among those that are tried."""
        return value in self.values

    def suggest(self, trial: BaseTrial) -> Any:
        """Draw a value, as a study keeps it."""
        if isinstance(self.values, Range):
            return self.values.suggest(trial, self.name)
        return trial.suggest_categorical(self.name, [encoded(value) for value in self.values])

    def setting(self, drawn: Any) -> Any:
        """The setting that a drawn value stands for."""
        if isinstance(self.values, Range):
            return self.values.setting(drawn)
        return tuple(json.loads(drawn)) if isinstance(drawn, str) and drawn.startswith("[") else drawn

    def to_json(self) -> Any:
        """What a study keeps of it, to tell whether another space is the same."""
        return self.values.to_json() if isinstance(self.values, Range) else list(self.values)


@dataclass(frozen=True)
class Space:
    """All parameters, and what the answers may cost.

    Attributes:
        parameters: in the order of the file.
        limits: `milliseconds` (the median answer) and `megabytes` (the bundle), as far as they are limited.
    """

    parameters: tuple[Parameter, ...]
    limits: Mapping[str, float]

    def of(self, target: Target) -> tuple[Parameter, ...]:
        """The parameters of one study."""
        return tuple(one for one in self.parameters if one.target == target)

    @classmethod
    def read(cls, path: Path, config: Config) -> Space:
        """Read a space and check every name and value against the settings.

        Args:
            path: the TOML file.
            config: the present settings, from which every study starts.

        Raises:
            SettingError: it is not TOML.
            SourceErrors: all mistakes: unknown names, empty ranges, values that a setting does not allow.
        """
        text, _ = read_text(path)
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise settings_file.syntax_error(str(path), text, str(error)) from None
        except (RecursionError, ValueError) as error:
            raise settings_file.unreadable(str(path), text, error) from None
        return _Reader(str(path), text, config).read(table)


class _Reader:
    """Reads one file and gathers what is wrong with it."""

    def __init__(self, path: str, text: str, config: Config) -> None:
        self._path, self._text, self._lines = path, text, text.split("\n")
        self._config = config
        self._mistakes: list[SettingError] = []

    def read(self, table: Mapping[str, Any]) -> Space:
        limits = self._limits(table.get("limits", {}))
        settings = {name: value for name, value in table.items() if name != "limits"}
        parameters = [one for key, value in _leaves(settings, self._config) if (one := self._parameter(key, value))]
        if not self._mistakes:
            self._check_together(parameters)
        if not self._mistakes and not parameters:
            self._add("space.nothing", ())
        if self._mistakes:
            raise SourceErrors(sorted(self._mistakes, key=lambda one: (one.line, one.column)))
        return Space(tuple(parameters), limits)

    def _add(self, code: str, key: Key, /, **values: object) -> None:
        line, column = settings_file.place(self._text, key) if key else (1, 1)
        values = {"key": ".".join(key), **values}
        self._mistakes.append(SettingError(code, self._path, line, column, self._lines[line - 1], **values))

    def _limits(self, table: Any) -> dict[str, float]:
        if not isinstance(table, Mapping):
            self._add("setting.no_table", ("limits",), value=table)
            return {}
        for name, value in table.items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if name not in _LIMITS:
                self._add("setting.unknown", ("limits", name), name=name, choices=_LIMITS)
            elif not is_number:
                self._add("setting.no_number", ("limits", name), value=value)
            elif not 0 < value < float("inf"):
                self._add("setting.above", ("limits", name), value=value, gt=0)
        return dict(table)

    def _parameter(self, key: Key, value: Any) -> Parameter | None:
        """One setting and its values; None where they can't be used, which is noted."""
        default = _present(self._config, key)
        before = len(self._mistakes)
        if default is None or is_dataclass(default):
            self._check(key, value)
        elif _TARGET_OF.get(key[0]) is None or key[-1] in _NEVER:
            self._add("space.never", key, searched=tuple(_TARGET_OF))
        elif isinstance(value, list):
            self._check_choices(key, value)
        elif isinstance(value, Mapping):
            return self._range(key, value, default)
        else:
            self._add("space.no_values", key, value=value)
        if len(self._mistakes) > before or not isinstance(value, list):
            return None
        return Parameter(".".join(key), tuple(tuple(one) if isinstance(one, list) else one for one in value))

    def _check_choices(self, key: Key, values: list[Any]) -> None:
        for value in values:
            self._check(key, value)
        if len({json.dumps(value, sort_keys=True, default=str) for value in values}) < max(len(values), 2):
            self._add("space.choices", key)

    def _range(self, key: Key, table: Mapping[str, Any], default: object) -> Parameter | None:
        if isinstance(default, bool) or not isinstance(default, int | float):
            self._add("space.no_number", key)
            return None
        before = len(self._mistakes)
        for name in ("low", "high"):
            if name in table:
                self._check(key, table[name])
        if len(self._mistakes) > before:
            return None
        try:
            return Parameter(".".join(key), read_range(table, is_whole=isinstance(default, int)))
        except RangeMistake as mistake:
            self._add(mistake.code, key, **mistake.values)
            return None

    def _check(self, key: Key, value: Any) -> None:
        """Note what the settings themselves say against a value."""
        try:
            build(self._config, _nested(key, value))
        except ValidationError as error:
            for one in settings_file.mistakes(self._path, self._text, self._config, error):
                self._add(one.code, _deepest(key, value), **one.values)
        except (ValueError, RecursionError):
            self._add("space.unusable", key, value=value)

    def _check_together(self, parameters: list[Parameter]) -> None:
        """Note where the lowest, or the highest, of all values can't stand together."""
        for which in (min, max):
            together: dict[str, Any] = {}
            for one in parameters:
                ends = one.values if not isinstance(one.values, Range) else (one.values.low, one.values.high)
                together = _merged(together, _nested(tuple(one.name.split(".")), which(ends, key=_size)))
            try:
                build(self._config, together)
            except ValidationError as error:
                self._mistakes += settings_file.mistakes(self._path, self._text, self._config, error)
                return


def encoded(value: Any) -> Any:
    """A choice as a study keeps it: lists as JSON."""
    return json.dumps(value) if isinstance(value, tuple | list) else value


def present(config: Config, name: str) -> Any:
    """The value of a setting by its whole name.

    Example:
        >>> present(Config(), "classifier.cnn.filters")
        96
    """
    return _present(config, tuple(name.split(".")))


def applied(config: Config, values: Mapping[str, Any]) -> Config:
    """The settings with some changed, by their whole names.

    Example:
        >>> applied(Config(), {"classifier.cnn.filters": 64}).classifier.cnn.filters
        64
    """
    changes = (_nested(tuple(name.split(".")), value) for name, value in values.items())
    return build(config, reduce(_merged, changes, {}))


def _present(config: object, key: Key) -> Any:
    for name in key:
        config = getattr(config, name, None)
    return config


def _leaves(table: Mapping[str, Any], settings: object, before: Key = ()) -> Iterator[tuple[Key, Any]]:
    """The settings that a file names, each with what it says of it."""
    for name, value in table.items():
        inside = getattr(settings, name, None) if name in _names(settings) else None
        if isinstance(value, Mapping) and is_dataclass(inside):
            yield from _leaves(value, inside, (*before, name))
        else:
            yield (*before, name), value


def _names(settings: object) -> set[str]:
    return {field.name for field in fields(settings)} if is_dataclass(settings) else set()


def _deepest(key: Key, value: Any) -> Key:
    """The first setting inside a table: where a file says a table of a wrong name, only its settings have a line."""
    while isinstance(value, Mapping) and value:
        name, value = next(iter(value.items()))
        key = (*key, name)
    return key


def _nested(key: Key, value: Any) -> dict[str, Any]:
    return reduce(lambda inside, name: {name: inside}, reversed(key), value)


def _merged(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(before)
    for name, value in values.items():
        merged[name] = _merged(merged[name], value) if name in merged and isinstance(value, Mapping) else value
    return merged


def _size(value: Any) -> Any:
    """What choices of any kind are ordered by."""
    return (0, float(value)) if isinstance(value, int | float) else (1, len(value))
