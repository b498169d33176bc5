"""The kinds of jobs: what each takes, which command does it, and what makes two of them the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY
from os.path import normpath
from pathlib import PurePath
from types import MappingProxyType
from typing import Annotated, Any, Literal

from annotated_types import Interval, Len
from pydantic import AfterValidator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from nlu.bounds import STRICT, Above0, Positive
from nlu.data.streams import SUFFIXES
from nlu.data.streams.writing import SUFFIXES as WRITTEN
from nlu.errors import InputError, UnknownChoiceError
from nlu.generation.plan import Mode
from nlu.intake.sources import JOURNAL
from nlu.jobs.arguments import (
    Arguments,
    ProjectFile,
    Version,
    WeightedFile,
    Word,
    file_of,
    inside_project,
    listed,
    options,
)
from nlu.jobs.inputs import DATA, active_version, author_files, file_hashes, imports_of_settings
from nlu.jobs.settings import Place
from nlu.messages import Term
from nlu.store.registry import VERSIONS_NAME, Registry

VERSION_RESULT = "version"
"""The name that a job's result has a model's version under, for the jobs after it."""
_VARIABLE = "env:"
_Folds = Annotated[int, Interval(ge=2, le=20)]
_Files = tuple[ProjectFile, ...]
_Pairs = Iterable[tuple[str, str]]


def _source(text: str) -> str:
    is_variable = re.fullmatch(rf"{_VARIABLE}[A-Za-z]\w*_URL", text) is not None
    if "://" in text or (text.startswith(_VARIABLE) and not is_variable):
        raise PydanticCustomError("jobs.source", "no source")
    return text if text == JOURNAL or is_variable else inside_project(text)


@dataclass(frozen=True, config=STRICT)
class _Authored(Arguments):
    """What is made of an author's files.

    Attributes:
        dictionary: dictionaries, where they are not all CSV files of `dictionaries`.
        config: the settings file, where it is not `nlu.toml`.
    """

    _: KW_ONLY
    dictionary: _Files = ()
    config: ProjectFile | None = None

    def _options(self) -> list[str]:
        return [*listed("--dictionary", self.dictionary), *options(("--config", self.config))]

    def needs(self) -> Iterator[tuple[str, str]]:
        """Name the files that must be there."""
        yield from (("dictionary", name) for name in self.dictionary)
        yield from (("config", name) for name in (self.config,) if name)


@dataclass(frozen=True, config=STRICT)
class Generate(_Authored):
    """Make a data set of the patterns and the dictionary.

    Attributes:
        patterns: pattern files, where they are not `patterns/pattern.txt`.
        count: utterances, without copies.
        seed: which sample.
        mode: how it is split.
        imports: files to mix in, each perhaps with a weight, such as `real.jsonl=3`.
        force: make it again also where nothing has changed.
    """

    patterns: _Files = ()
    count: Positive | None = None
    seed: int | None = None
    mode: Mode | None = None
    imports: tuple[WeightedFile, ...] = ()
    force: bool = False

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        """Give the command."""
        chosen = options(("--count", self.count), ("--seed", self.seed), ("--mode", self.mode), ("--force", self.force))
        several = [*listed("--patterns", self.patterns), *listed("--import", self.imports)]
        return ["nlu.commands.generate", *self._options(), *chosen, *several]

    def inputs(self, place: Place) -> Iterator[tuple[str, str]]:
        """Name what it reads."""
        kinds = ("patterns", "dictionary", "settings")
        yield from author_files(place, kinds, self.patterns, self.dictionary, self.config)
        imported = [*self.imports, *imports_of_settings(place, self.config)]
        yield from file_hashes(place, map(file_of, imported))

    def needs(self) -> Iterator[tuple[str, str]]:
        """Name the files that must be there."""
        yield from super().needs()
        yield from (("patterns", name) for name in self.patterns or ("patterns/pattern.txt",))
        yield from (("imports", file_of(name)) for name in self.imports)

    def still_holds(self, place: Place, result: Mapping[str, Any]) -> bool:
        """Whether the data set is there."""
        return (place.project / DATA).is_file()


@dataclass(frozen=True, config=STRICT)
class Train(_Authored):
    """Train on the data set, measure, and answer with the new model if the policy allows it.

    Attributes:
        corpus: text for the word vectors.
        outside: what the bot is not for.
        draft: half a minute, only to try it.
        refit: whether the served model learns the held-out parts too.
        activate: whether it shall answer if the policy allows it; else it is left a candidate.
        force: train again also where nothing has changed; answer also where the policy does not allow it.
        gpu: train on a CUDA device.
    """

    corpus: ProjectFile | None = None
    outside: ProjectFile | None = None
    draft: bool = False
    refit: bool = True
    activate: bool = True
    force: bool = False
    gpu: bool = False

    @property
    def queue(self) -> str:
        """Which workers may take it."""
        return "gpu" if self.gpu else "cpu"

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        """Give the command."""
        chosen = options(
            ("--models", place.models), ("--corpus", self.corpus), ("--outside", self.outside), ("--draft", self.draft),
            ("--no-refit", not self.refit), ("--no-activate", not self.activate), ("--force", self.force),
            ("--gpu", self.gpu),
        )  # fmt: skip
        return ["nlu.commands.train", *self._options(), *chosen]

    def inputs(self, place: Place) -> Iterator[tuple[str, str]]:
        """Name what it reads."""
        kinds = ("dictionary", "settings", *(("policy", "regression") if self.activate else ()))
        yield from author_files(place, kinds, (), self.dictionary, self.config)
        yield from file_hashes(place, [DATA, *filter(None, (self.corpus, self.outside))])

    def needs(self) -> Iterator[tuple[str, str]]:
        """Name the files that must be there."""
        yield from super().needs()
        given = (("corpus", self.corpus), ("outside", self.outside))
        yield from ((argument, name) for argument, name in given if name)

    def still_holds(self, place: Place, result: Mapping[str, Any]) -> bool:
        """Whether the version is there."""
        version = result.get(VERSION_RESULT)
        return not version or _is_there(place, version)


@dataclass(frozen=True, config=STRICT)
class Tune(_Authored):
    """Search for better settings; `nlu.toml` is left as it is.

    Attributes:
        minutes: for all of it.
        trials: in place of a time: how many trials of each part.
        what: which part.
        workers: processes.
        seed: which trials.
        name: of the study, which goes on where it is there already.
    """

    minutes: Above0 | None = None
    trials: Positive | None = None
    what: Literal["all", "intents", "entities", "shared"] = "all"
    workers: Annotated[int, Interval(ge=1, le=64)] = 1
    seed: int = 0
    name: Annotated[str, Len(1, 60)] = "tune"

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        """Give the command."""
        chosen = options(
            ("--minutes", self.minutes), ("--trials", self.trials), ("--what", self.what), ("--workers", self.workers),
            ("--seed", self.seed), ("--name", self.name),
        )  # fmt: skip
        return ["nlu.commands.tune", *self._options(), *chosen]

    def inputs(self, place: Place) -> Iterator[tuple[str, str]]:
        """Name what it reads."""
        yield from author_files(place, ("dictionary", "settings"), (), self.dictionary, self.config)
        yield from file_hashes(place, (DATA, "search.toml"))


@dataclass(frozen=True, config=STRICT)
class Evaluate(Arguments):
    """Measure the model that answers.

    Attributes:
        files: labelled files; none for the data set.
        quick: scores only.
        folds: train and measure in so many parts instead.
    """

    files: _Files = ()
    quick: bool = False
    folds: _Folds | None = None

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        """Give the command."""
        chosen = options(("--models", place.models), ("--quick", self.quick), ("--folds", self.folds))
        return ["nlu.commands.evaluate", *chosen, *self.files]

    def inputs(self, place: Place) -> Iterator[tuple[str, str]]:
        """Name what it reads."""
        yield from active_version(place)
        yield from file_hashes(place, self.files or (DATA,))

    def needs(self) -> _Pairs:
        """Name the files that must be there."""
        return (("files", name) for name in self.files)


@dataclass(frozen=True, config=STRICT)
class Compare(Arguments):
    """Compare two models on the same utterances.

    Attributes:
        new: the one that may be better; that of the chain before where it is left out.
        old: the other one; the one that answers where it is left out.
        files: labelled files; none for the data set.
    """

    new: Version | None = None
    old: Version | None = None
    files: _Files = ()

    @property
    def missing(self) -> str | None:
        """The argument that only a job before can give."""
        return None if self.new else "new"

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        """Give the command."""
        old = self.old or Registry(place.models).active()
        if old is None:
            raise InputError("jobs.no_active", "old")
        return [
            "nlu.commands.evaluate", "--compare", old, _version(self.new, given, "new"),
            *options(("--models", place.models)), *listed("--", self.files),
        ]  # fmt: skip

    def inputs(self, place: Place) -> Iterator[tuple[str, str]]:
        """Name what it reads."""
        _check_versions(place, new=self.new, old=self.old)
        yield from active_version(place)
        yield from file_hashes(place, self.files or (DATA,))

    def needs(self) -> _Pairs:
        """Name the files that must be there."""
        return (("files", name) for name in self.files)


@dataclass(frozen=True, config=STRICT)
class Promote(Arguments):
    """Answer with a model if it is no worse than the one that answers, as the policy has it.

    Attributes:
        version: the candidate; that of the chain before where it is left out.
        force: answer with it also where the policy does not allow it.
        activate: whether it shall answer; else it is only judged.
    """

    version: Version | None = None
    force: bool = False
    activate: bool = True

    @property
    def missing(self) -> str | None:
        """The argument that only a job before can give."""
        return None if self.version else "version"

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        """Give the command."""
        chosen = options(("--models", place.models), ("--force", self.force), ("--no-activate", not self.activate))
        return ["nlu.commands.models", "promote", _version(self.version, given, "version"), *chosen]

    def inputs(self, place: Place) -> Iterator[tuple[str, str]]:
        """Name what it reads."""
        _check_versions(place, version=self.version)
        yield from active_version(place)
        yield from author_files(place, ("policy", "regression"))
        yield from file_hashes(place, (DATA,))


@dataclass(frozen=True, config=STRICT)
class Predict(Arguments):
    """Answer every row of a table.

    Attributes:
        source: the table: CSV, TSV, XLSX or JSON Lines.
        target: the file to write.
        text: the column of the utterances; found where it is left out.
        processes: that work together; one a core where it is left out.
    """

    source: ProjectFile
    target: ProjectFile
    text: Word | None = None
    processes: Annotated[int, Interval(ge=1, le=64)] | None = None

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        """Give the command."""
        chosen = options(("--models", place.models), ("--text", self.text), ("--processes", self.processes))
        return ["nlu.commands.predict", self.source, self.target, *chosen]

    def inputs(self, place: Place) -> Iterator[tuple[str, str]]:
        """Name what it reads."""
        yield from active_version(place)
        yield from file_hashes(place, (self.source,))

    def needs(self) -> _Pairs:
        """Name the files that must be there."""
        if (suffix := PurePath(self.source).suffix.lower()) not in SUFFIXES:
            raise InputError("choice.unknown", "source", kind=Term("kind.table"), name=suffix, choices=SUFFIXES)
        return (("source", self.source),)

    def makes(self) -> _Pairs:
        """Name the file that it writes."""
        if (suffix := PurePath(self.target).suffix.lower()) not in WRITTEN:
            raise InputError("choice.unknown", "target", kind=Term("kind.table"), name=suffix, choices=WRITTEN)
        if normpath(self.source) == normpath(self.target):
            raise InputError("input.same_file", "target", path=self.target)
        return (("target", self.target),)

    def still_holds(self, place: Place, result: Mapping[str, Any]) -> bool:
        """Whether the answers are there."""
        return (place.project / self.target).is_file()


@dataclass(frozen=True, config=STRICT)
class Import(Arguments):
    """Read real utterances in, clean them, and gather them in a set that has versions.

    Attributes:
        source: a file or folder, `journal` for what the server has recorded, or `env:NAME_URL` for the database whose
            URL is in that variable of the worker's environment.
        name: of the set.
        text: the column of the utterances.
        intent: the column of the intents.
        table: of a database.
        query: in place of a table.
        watermark: a column that only grows: the next time, only what is new.
        key: the column that names a row.
        speakers: in a talk, only what these said.
        not_speakers: in a talk, not what these said.
        corrected: of the journal, only what was corrected.
    """

    source: Annotated[str, AfterValidator(_source)]
    name: Word | None = None
    text: Word | None = None
    intent: str | None = None
    table: Word | None = None
    query: str | None = None
    watermark: Word | None = None
    key: Word | None = None
    speakers: tuple[Word, ...] = ()
    not_speakers: tuple[Word, ...] = ()
    corrected: bool = False

    @property
    def _is_file(self) -> bool:
        return self.source != JOURNAL and not self.source.startswith(_VARIABLE)

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        """Give the command."""
        chosen = options(
            ("--models", place.models), ("--name", self.name), ("--text", self.text), ("--intent", self.intent),
            ("--table", self.table), ("--query", self.query), ("--watermark", self.watermark), ("--key", self.key),
            ("--corrected", self.corrected),
        )  # fmt: skip
        several = [*listed("--speaker", self.speakers), *listed("--not-speaker", self.not_speakers)]
        return ["nlu.commands.intake", self.source, *chosen, *several]

    def inputs(self, place: Place) -> Iterator[tuple[str, str]]:
        """Name what it reads."""
        yield from author_files(place, ("settings",))
        yield from file_hashes(place, (self.source,) if self._is_file else ())

    def needs(self) -> _Pairs:
        """Name the files that must be there."""
        return (("source", self.source),) if self._is_file else ()

    def still_holds(self, place: Place, result: Mapping[str, Any]) -> bool:
        """Whether nothing can have come meanwhile; a database may have more now."""
        return self._is_file


Kinds = Mapping[str, type[Arguments]]
KINDS: Kinds = MappingProxyType(
    {
        "generate": Generate,
        "train": Train,
        "tune": Tune,
        "evaluate": Evaluate,
        "compare": Compare,
        "promote": Promote,
        "predict": Predict,
        "import": Import,
    }
)
"""name → what it takes."""


def kind_of(name: str, kinds: Kinds = KINDS) -> type[Arguments]:
    """Find a kind of job.

    Raises:
        UnknownChoiceError: there is none of this name; lists those that there are.
    """
    if name not in kinds:
        raise UnknownChoiceError("job", name, tuple(kinds))
    return kinds[name]


def _version(named: str | None, given: Mapping[str, Any], argument: str) -> str:
    version = named or given.get(VERSION_RESULT)
    if version is None:
        raise InputError("jobs.version_missing", argument, argument=argument)
    return str(version)


def _check_versions(place: Place, **versions: str | None) -> None:
    """See that versions are there, before there is a job that could only fail."""
    for argument, version in versions.items():
        if version and not _is_there(place, version):
            known = sorted(path.name for path in (place.models / VERSIONS_NAME).glob("[0-9]*"))
            kind = Term("kind.version")
            raise InputError("choice.unknown", argument, kind=kind, name=version, choices=known)


def _is_there(place: Place, version: str) -> bool:
    return (place.models / VERSIONS_NAME / version).is_dir()
