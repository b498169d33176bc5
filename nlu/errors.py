"""Every error this product raises, as one tree.

NluError
├── SourceError                a mistake in an author's file: path, line, column, the line itself with a caret
│   ├── PatternSyntaxError     a pattern line that can't be read
│   ├── UnknownNameError       a slot, macro or import that nothing defines
│   ├── CircularNameError      a macro or import that needs itself
│   ├── DictionaryError        a dictionary row that can't be read
│   ├── DataError              a line of a data set (IOB, JSON Lines, Rasa YAML) that can't be read
│   ├── AnswerError            an answer template that can't be used
│   └── SettingError           a settings file that is no TOML, or a setting that nothing reads, or of the wrong kind
├── SourceErrors               all mistakes of a run, reported at once
├── UnknownChoiceError         a look-up that failed; lists what there is
├── MissingPackageError        an optional package is not installed; says how to install it
├── ConfigError                a setting from the environment that can't be used
├── NotFittedError             predict before fit
├── TrainingError              training can't go on (a loss that isn't finite, an empty data set)
├── BundleError                a bundle that can't be read: half-written, altered, of another format
│   └── BundleFormatError      of a format that another version of this product reads
├── SnapshotError              a snapshot of an author's files that can't be read, or can't be put back
├── AcceptanceError            a proposal that can't be written into an author's files, or be taken out again
├── TrackingError              a tracking server that can't be reached, refuses, or is too slow
├── RegistryError              a version that can't be activated, rolled back to or deleted, or there is none
├── PromotionError             a candidate can't be compared with the active version, or the policy can't be read
└── InputError                 a request or utterance that can't be parsed: not text, empty, too long

An error carries a code and values; `nlu.messages` words it. `str(error)` is Korean for a mistake in an author's file
and English for the rest. Every error survives pickling, since errors travel between processes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from nlu.messages import TABLES, Language, Term, word


class NluError(Exception):
    """Base of every error of this product.

    Args:
        code: a row of `nlu.messages`.
        values: what that row names.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def worded(self, language: Language) -> str:
        """Say what went wrong in a language; a mistake in an author's file is in Korean always."""
        return word(self.code, self.values, language)

    def __str__(self) -> str:
        return self.worded("en")

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[NluError], args: tuple[object, ...], state: dict[str, object]) -> NluError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class SourceError(NluError):
    """A mistake at a place in an author's file.

    Args:
        code: a row of `nlu.messages`: what is wrong and how to mend it.
        path: the file, as the author named it.
        line: line number, from 1.
        column: column in code points, from 1.
        source: the text of that line, without its line end.
        values: what the row names.
    """

    def __init__(self, code: str, path: str, line: int, column: int = 1, source: str = "", /, **values: object) -> None:
        super().__init__(code, **values)
        self.path = path
        self.line = line
        self.column = column
        self.source = source

    @property
    def message(self) -> str:
        """What is wrong and how to mend it, without the place, in Korean."""
        return word(self.code, self.values, "ko")

    def worded(self, language: Language) -> str:
        """Say it with its place and the line with a caret; in Korean always."""
        return f"{self.path}:{self.line}:{self.column}: {self.message}{with_caret(self.source, self.column)}"


class PatternSyntaxError(SourceError):
    """A pattern line that can't be read."""


class UnknownNameError(SourceError):
    """A slot, macro or import that nothing defines."""


class CircularNameError(SourceError):
    """A macro or import that needs itself."""


class DictionaryError(SourceError):
    """A dictionary row that can't be read."""


class DataError(SourceError):
    """A line of a data set that can't be read."""


class AnswerError(SourceError):
    """An answer template that can't be used."""


class ScenarioError(SourceError):
    """A scenario that can't be used."""


class SettingError(SourceError):
    """A settings file that can't be read, or a setting in it that can't be used."""


_LISTED = 200
"""Mistakes that one run lists at most."""


class SourceErrors(NluError):
    """All mistakes found in one run, in the order of the files' lines."""

    def __init__(self, errors: Iterable[SourceError]) -> None:
        self.errors: tuple[SourceError, ...] = tuple(errors)
        super().__init__("source.count", count=len(self.errors))

    def worded(self, language: Language) -> str:
        """List the mistakes, as many as people read, and say how many they are; in Korean always."""
        listed = [str(error) for error in self.errors[:_LISTED]]
        rest = len(self.errors) - len(listed)
        more = [word("source.more", {"shown": _LISTED, "rest": rest}, "ko")] if rest else []
        return "\n".join([*listed, *more, super().worded("ko")])


class UnknownChoiceError(NluError):
    """A look-up that failed.

    Args:
        kind: what was looked up: a row `kind.…` of `nlu.messages`, or a word.
        name: what it was looked up by.
        choices: the names that there are.

    Example:
        >>> print(UnknownChoiceError("tokenizer", "mecap", ["mecab", "syllable"]))
        no tokenizer 'mecap'; there are: mecab, syllable
    """

    def __init__(self, kind: str, name: str, choices: Sequence[str]) -> None:
        row = f"kind.{kind}"
        term = Term(row) if row in TABLES["en"] else kind
        super().__init__("choice.unknown", kind=term, name=name, choices=tuple(choices))


class MissingPackageError(NluError):
    """An optional package is not installed."""

    def __init__(self, package: str, install: str, why: str = "") -> None:
        code = "package.missing_for" if why else "package.missing"
        super().__init__(code, package=package, install=install, why=why)


class ConfigError(NluError):
    """A setting from the environment that can't be used."""


class NotFittedError(NluError):
    """An estimator was asked to predict before it was fitted."""


class TrainingError(NluError):
    """Training can't go on."""


class BundleError(NluError):
    """A bundle that can't be read: half-written, altered, or of another format."""


class BundleFormatError(BundleError):
    """A bundle of a format that another version of this product reads."""


class ActiveModelError(BundleError):
    """The version being served can't be read; says why, and how another one comes to answer.

    Args:
        version: it.
        cause: what is wrong with it.
    """

    def __init__(self, version: str, cause: BundleError) -> None:
        super().__init__("registry.active_broken", version=version, problem=str(cause))
        self.cause = cause

    def worded(self, language: Language) -> str:
        """Say it, and the cause, in a language."""
        return word(self.code, self.values | {"problem": self.cause.worded(language)}, language)


class RegistryError(NluError):
    """A version that can't be published, activated, rolled back to or deleted; or there is none to answer with."""


class SnapshotError(NluError):
    """A snapshot of an author's files that can't be read, or can't be put back; or there is none."""


class AcceptanceError(NluError):
    """A proposal that can't be written into an author's files, or be taken out again; nothing was written."""


class PromotionError(NluError):
    """A candidate can't be judged; says what another error says.

    Args:
        cause: why not.
    """

    def __init__(self, cause: NluError) -> None:
        super().__init__(cause.code, **cause.values)
        self.cause = cause

    def worded(self, language: Language) -> str:
        """Say it as the cause does."""
        return self.cause.worded(language)


class TrackingError(NluError):
    """A tracking server can't be reached, refuses, or is too slow."""


class InputError(NluError):
    """An utterance or request that can't be parsed; says what was expected and what came.

    Args:
        code: a row of `nlu.messages`.
        parameter: the part of the request that is wrong, such as `text`; "" when it is the whole.
        values: what the row names.
    """

    def __init__(self, code: str, parameter: str = "", /, **values: object) -> None:
        super().__init__(code, **values)
        self.parameter = parameter


_WIDEST = 200
"""Characters of a line that are shown whole."""
_AROUND = 60
"""Characters shown before and after a place in a longer line."""


def with_caret(source: str, column: int) -> str:
    """Show a line and a caret under one of its characters, on lines of their own; "" for a blank line.

    Args:
        source: the line; of a long one, what stands around the character.
        column: the character's number, from 1; Hangul is two columns wide on a terminal.
    """
    if not source.strip():
        return ""
    if len(source) > _WIDEST:
        first, last = max(column - 1 - _AROUND, 0), column - 1 + _AROUND
        before, after = "…" if first else "", "…" if last < len(source) else ""
        source, column = before + source[first:last] + after, column - first + len(before)
    padding = "".join("\t" if char == "\t" else " " * _columns_of(char) for char in source[: column - 1])
    return f"\n    {source}\n    {padding}^"


def _columns_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
