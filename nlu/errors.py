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
├── RegistryError              a version that can't be activated or rolled back to
│   ├── NoActiveVersionError   nothing was published there, or nothing is active
│   ├── NoEarlierVersionError  there is nothing to roll back to
│   ├── ActiveVersionError     a version that is being served can't be deleted
│   ├── RegistryBusyError      another process has been writing for long
│   └── ActiveFileError        the file that names the active version can't be read
└── InputError                 a request or utterance that can't be parsed: not text, empty, too long

Every error survives pickling, since errors travel between processes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


class NluError(Exception):
    """Base of every error of this product."""


class SourceError(NluError):
    """A mistake at a place in an author's file.

    Args:
        message: what is wrong and how to mend it, in Korean.
        path: the file, as the author named it.
        line: line number, from 1.
        column: column in code points, from 1.
        source: the text of that line, without its line end.
    """

    def __init__(self, message: str, path: str, line: int, column: int = 1, source: str = "") -> None:
        super().__init__(message, path, line, column, source)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.source = source

    def __str__(self) -> str:
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


class SettingError(SourceError):
    """A settings file that can't be read, or a setting in it that can't be used."""


class SourceErrors(NluError):
    """All mistakes found in one run, in the order of the files' lines."""

    def __init__(self, errors: Iterable[SourceError]) -> None:
        self.errors: tuple[SourceError, ...] = tuple(errors)
        super().__init__(self.errors)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.errors), f"잘못된 곳이 {len(self.errors)}군데 있습니다."])


class UnknownChoiceError(NluError):
    """A look-up that failed.

    Example:
        >>> print(UnknownChoiceError("tokenizer", "mecap", ["mecab", "syllable"]))
        no tokenizer 'mecap'; there are: mecab, syllable
    """

    def __init__(self, kind: str, name: str, choices: Sequence[str]) -> None:
        super().__init__(kind, name, tuple(choices))
        self.kind = kind
        self.name = name
        self.choices = tuple(choices)

    def __str__(self) -> str:
        return f"no {self.kind} {self.name!r}; there are: {', '.join(self.choices) or 'none'}"


class MissingPackageError(NluError):
    """An optional package is not installed."""

    def __init__(self, package: str, install: str, why: str = "") -> None:
        super().__init__(package, install, why)
        self.package = package
        self.install = install
        self.why = why

    def __str__(self) -> str:
        reason = f" ({self.why})" if self.why else ""
        return f"package {self.package!r} is needed{reason}; install it with: {self.install}"


class ConfigError(NluError):
    """A setting from the environment that can't be used."""


class NotFittedError(NluError):
    """An estimator was asked to predict before it was fitted."""


class TrainingError(NluError):
    """Training can't go on."""


class BundleError(NluError):
    """A bundle that can't be read: half-written, altered, or of another format."""


class BundleFormatError(BundleError):
    """A bundle of a format that another version of this product reads.

    Args:
        path: its manifest.
        expected: the format that this version reads.
        got: the format that the manifest names.
    """

    def __init__(self, path: str, expected: int, got: object) -> None:
        super().__init__(path, expected, got)
        self.path = path
        self.expected = expected
        self.got = got

    def __str__(self) -> str:
        return (
            f"{self.path}: expected format version {self.expected}, got {self.got!r}; "
            "another version of this product wrote it, so train again"
        )


class RegistryError(NluError):
    """A version that can't be published, activated or rolled back to."""


class NoActiveVersionError(RegistryError):
    """There is no model to answer with: the folder holds none, or none is active.

    Args:
        models: the folder.
    """

    def __init__(self, models: str) -> None:
        super().__init__(models)
        self.models = models

    def __str__(self) -> str:
        return f"no version is active in {self.models}"


class NoEarlierVersionError(RegistryError):
    """There is no version to roll back to.

    Args:
        version: the active one.
        models: the folder.
    """

    def __init__(self, version: str | None, models: str) -> None:
        super().__init__(version, models)
        self.version = version
        self.models = models

    def __str__(self) -> str:
        return f"no version was active before {self.version} in {self.models}"


class ActiveVersionError(RegistryError):
    """A version that is being served can't be deleted.

    Args:
        version: the version.
    """

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version

    def __str__(self) -> str:
        return f"version {self.version} is active; activate another one before deleting it"


class RegistryBusyError(RegistryError):
    """Another process has been writing to the registry for longer than one waits.

    Args:
        models: the registry's folder.
    """

    def __init__(self, models: str) -> None:
        super().__init__(models)
        self.models = models

    def __str__(self) -> str:
        return f"another process is writing to {self.models}"


class ActiveFileError(RegistryError):
    """The file that names the active version can't be read.

    Args:
        path: the file.
        problem: what is wrong with it.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: expected JSON with version and history ({self.problem})"


class InputError(NluError):
    """An utterance or request that can't be parsed; says what was expected and what came.

    Args:
        message: what was expected and what came.
        parameter: the part of the request that is wrong, such as `text`; "" when it is the whole.
    """

    def __init__(self, message: str, parameter: str = "") -> None:
        super().__init__(message, parameter)
        self.message = message
        self.parameter = parameter

    def __str__(self) -> str:
        return self.message


def with_caret(source: str, column: int) -> str:
    """Show a line and a caret under one of its characters, on lines of their own; "" for a blank line.

    Args:
        source: the line.
        column: the character's number, from 1; Hangul is two columns wide on a terminal.
    """
    if not source.strip():
        return ""
    padding = "".join("\t" if char == "\t" else " " * _columns_of(char) for char in source[: column - 1])
    return f"\n    {source}\n    {padding}^"


def _columns_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
