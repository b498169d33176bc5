"""What a job reads, as names and hashes: the same ones make it the same job."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlu.errors import SourceError
from nlu.jobs.settings import Place
from nlu.snapshots.author_files import Places, read_files
from nlu.store.served import ACTIVE_NAME
from nlu.system.files import read_text, sha256
from nlu.version import VERSION

DATA = "data/manifest.json"
"""In a project: what names all files of the data set with their hashes."""
_PATTERNS, _DICTIONARIES, _SETTINGS = "patterns/pattern.txt", "dictionaries", "nlu.toml"
_WHOLE = 8 << 20
"""Bytes of the largest file that is read whole; adding a job must not wait for gigabytes."""
_EDGE = 1 << 20


def author_files(
    place: Place,
    kinds: Iterable[str],
    patterns: Sequence[str] = (),
    dictionaries: Sequence[str] = (),
    settings: str | None = None,
) -> Iterator[tuple[str, str]]:
    """Name the author's files of some kinds, with all that patterns import."""
    project = place.project
    there = sorted(path for path in (project / _DICTIONARIES).glob("*.csv") if not path.name.startswith((".", "~")))
    places = Places(
        project,
        [project / name for name in patterns or (_PATTERNS,)],
        [project / name for name in dictionaries] or there,
        project / (settings or _SETTINGS),
    )
    wanted = {*kinds}
    return ((one.entry.name, one.entry.sha256) for one in read_files(places) if one.entry.kind in wanted)


def file_hashes(place: Place, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name files of the project, and all files of its folders, with their hashes."""
    for name in names:
        path = place.project / name
        found = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        yield from ((one.relative_to(place.project).as_posix(), _hash(one)) for one in found)


def imports_of_settings(place: Place, settings: str | None = None) -> Sequence[str]:
    """Name what the settings mix into generated data, perhaps with weights; mistakes are for the command to tell."""
    try:
        values = tomllib.loads(read_text(place.project / (settings or _SETTINGS))[0])
        return [str(one) for one in values["intake"]["imports"]]
    except (OSError, SourceError, ValueError, KeyError, TypeError):
        return ()


def active_version(place: Place) -> Iterator[tuple[str, str]]:
    """Name what the registry serves, and served before."""
    yield ACTIVE_NAME, _hash(place.models / ACTIVE_NAME)


def key_of(kind: str, arguments: Mapping[str, Any], inputs: Iterable[tuple[str, str]], before: str = "") -> str:
    """Give what makes a job the same as another.

    Args:
        kind: its kind.
        arguments: what it is to do.
        inputs: names and hashes of what it reads.
        before: the key of the job that it waits for.
    """
    values = [VERSION, kind, dict(arguments), sorted(inputs), before]
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _hash(path: Path) -> str:
    """A file's hash; of a large one, of its edges, its length and its time; "" where there is none."""
    try:
        about = path.stat()
        if about.st_size <= _WHOLE:
            return sha256(path)
        with path.open("rb") as file:
            digest = hashlib.sha256(file.read(_EDGE))
            file.seek(-_EDGE, 2)
            digest.update(file.read(_EDGE))
    except OSError:
        return ""
    return f"{digest.hexdigest()}-{about.st_size}-{about.st_mtime_ns}"
