"""Read the arguments of a job: every name, kind and bound is checked before there is a row."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from nlu.errors import InputError
from nlu.messages import Term

if TYPE_CHECKING:
    from nlu.jobs.settings import Place

_VERSION = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
_WEIGHTED = re.compile(r"(?P<path>.+?)(=[0-9]{1,6}(\.[0-9]{1,6})?)?")
_CODES = {
    "missing": "jobs.argument_missing",
    "unexpected_keyword_argument": "jobs.argument_unknown",
    "literal_error": "jobs.argument_choice",
}
"""pydantic's kind of error → our row; a check of ours names its row itself, and all others are a wrong value."""
ArgumentsT = TypeVar("ArgumentsT", bound="Arguments")


class Arguments:
    """What a kind of job is to do: a frozen dataclass of checked values, and how that is done."""

    @property
    def queue(self) -> str:
        """Which workers may take it."""
        return "cpu"

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        """Give the module to run and its arguments.

        Args:
            place: where the files lie.
            given: the results of the jobs before it in its chain, those of later ones first.

        Raises:
            NluError: it can't be run.
        """
        raise NotImplementedError

    def inputs(self, place: Place) -> Iterable[tuple[str, str]]:
        """Name what it reads, and the hash of each: with the arguments, they make it the job that it is."""
        raise NotImplementedError

    @property
    def missing(self) -> str | None:
        """The argument that only a job before this one can give, where it is left out."""
        return None

    def needs(self) -> Iterable[tuple[str, str]]:
        """Name the files that must be there: the argument, and the file in the project."""
        return ()

    def makes(self) -> Iterable[tuple[str, str]]:
        """Name the files that it writes: the argument, and the file in the project."""
        return ()

    def still_holds(self, place: Place, result: Mapping[str, Any]) -> bool:
        """Whether what it once made is still there, so that it need not be made again."""
        return True


def inside_project(name: str) -> str:
    """Check that a name can be that of a file in the project."""
    path = os.path.normpath(name)
    if not name.strip() or "\0" in name or name.startswith("-") or os.path.isabs(path) or path.split(os.sep)[0] == "..":
        raise PydanticCustomError("jobs.outside", "no file of the project")
    return name


def _word(text: str) -> str:
    if not text.strip() or "\0" in text or text.startswith("-"):
        raise PydanticCustomError("jobs.no_word", "no word")
    return text


def _weighted(text: str) -> str:
    found = _WEIGHTED.fullmatch(text)
    inside_project(found["path"] if found else "")
    return text


def _version(text: str) -> str:
    if not _VERSION.fullmatch(text):
        raise PydanticCustomError("jobs.no_version_name", "no version")
    return text


ProjectFile = Annotated[str, AfterValidator(inside_project)]
"""A file inside the project, named from there."""
Word = Annotated[str, AfterValidator(_word)]
"""A text that no command takes for an option."""
WeightedFile = Annotated[str, AfterValidator(_weighted)]
"""The same, perhaps with a weight: `real.jsonl=3`."""
Version = Annotated[str, AfterValidator(_version)]
"""The name of a model's version."""


def file_of(weighted: str) -> str:
    """The file of `file=weight`.

    Example:
        >>> file_of("real.jsonl=3"), file_of("real.jsonl")
        ('real.jsonl', 'real.jsonl')
    """
    found = _WEIGHTED.fullmatch(weighted)
    return found["path"] if found else weighted


def read(kind: type[ArgumentsT], values: Mapping[str, Any]) -> ArgumentsT:
    """Read the arguments of a kind of job.

    Raises:
        InputError: a name that it does not know, or a value that it can't have; names it.
    """
    try:
        return TypeAdapter(kind).validate_json(json.dumps(dict(values)))
    except ValidationError as error:
        raise _told(kind, error.errors(include_url=False)[0]) from None
    except (TypeError, ValueError, RecursionError):
        raise InputError("jobs.argument_json") from None


def check_files(arguments: Arguments, place: Place) -> None:
    """See that the files that a job reads are there, and that it writes none but results.

    Raises:
        InputError: one is not, or lies outside of the project after all; or see `check_made`.
    """
    project = place.project.resolve()
    for parameter, name in arguments.needs():
        path = place.project / name
        if not path.exists():
            raise InputError("jobs.no_file", parameter, argument=parameter, got=name)
        if not path.resolve().is_relative_to(project):
            raise InputError("jobs.outside", parameter, argument=parameter, got=name)
    check_made(arguments, place)


def check_made(arguments: Arguments, place: Place) -> None:
    """See that a job writes none but results; a worker looks again, since those of schedules and chains come later.

    Raises:
        InputError: a file that it names lies outside of the project, or where the bot keeps its own.
    """
    project = place.project.resolve()
    for parameter, name in arguments.makes():
        path = (project / name).resolve()
        if not path.is_relative_to(project):
            raise InputError("jobs.outside", parameter, argument=parameter, got=name)
        if any(path.is_relative_to(kept.resolve()) for kept in place.kept) or path.is_dir():
            raise InputError("jobs.kept", parameter, argument=parameter, got=name)


def _told(kind: type[Arguments], error: ErrorDetails) -> InputError:
    name = str(error["loc"][0]) if error["loc"] else ""
    code = error["type"] if error["type"].startswith("jobs.") else _CODES.get(error["type"], "jobs.argument_wrong")
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {"argument": name, "got": error["input"], "choices": tuple(known)}
    if code == "jobs.argument_choice":
        values["choices"] = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected")))
    if code == "jobs.argument_wrong":
        values["expected"] = _expected(error)
    return InputError(code, name, **values)


def _expected(error: ErrorDetails) -> object:
    """What was expected, in a word of the messages."""
    limits = error.get("ctx", {})
    for name in ("ge", "gt", "le", "lt"):
        if name in limits:
            return f"{_SIGNS[name]} {limits[name]:g}"
    row = f"jobs.value.{error['type'].partition('_')[0]}"
    return Term(row if row in _VALUES else "jobs.value.other")


_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_VALUES = frozenset({"jobs.value.int", "jobs.value.float", "jobs.value.bool", "jobs.value.string", "jobs.value.tuple"})


def options(*pairs: tuple[str, object]) -> list[str]:
    """Write options: `--name=value`, `--name` for True, nothing for None and False.

    Example:
        >>> options(("--count", 3), ("--force", True), ("--seed", None))
        ['--count=3', '--force']
    """
    given = [(name, value) for name, value in pairs if value is not None and value is not False]
    return [name if value is True else f"{name}={value}" for name, value in given]


def listed(name: str, values: Sequence[str]) -> list[str]:
    """Write an option of several values, which is nothing where there are none."""
    return [name, *values] if values else []


def relative_to_project(path: Path, place: Place) -> str:
    """Name a file as jobs name it, from the project, where it lies in it."""
    whole = path.absolute()
    return whole.relative_to(place.project).as_posix() if whole.is_relative_to(place.project) else str(path)
