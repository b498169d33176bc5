"""All snapshots of a project, when each was taken and what was trained from it.

objects/    contents by their hash, snapshots among them (`nlu.snapshots.objects`)
log.jsonl   one line an event, oldest first: its time, what was done, the snapshot, the version that was trained
.lock       held while something is written
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from filelock import FileLock, Timeout

from nlu.errors import SnapshotError, SourceError, UnknownChoiceError
from nlu.snapshots.author_files import AuthorFile
from nlu.snapshots.objects import Objects
from nlu.snapshots.snapshot import Snapshot
from nlu.system.files import read_bytes, write_atomic

FOLDER = Path(".nlu/snapshots")
"""Where the snapshots of a project lie, beside its data."""
LAST = "last"
"""Stands for the snapshot that was taken last."""

Action = Literal["generate", "train", "before_restore", "restore"]
_ACTIONS: tuple[Action, ...] = get_args(Action)
_LOG, _LOCK = "log.jsonl", ".lock"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_HASH = re.compile(r"[0-9a-f]{64}")
_SHORTEST = 4
"""Characters that a snapshot is named by at least."""
SHOWN = 12
"""Characters that a snapshot is shown by."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log.

    Attributes:
        time: when, in UTC to the second.
        action: what was done.
        snapshot: hash of the snapshot.
        version: the model that was trained from it.
    """

    time: datetime
    action: Action
    snapshot: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed: snapshots, and the bytes that were freed."""

    snapshots: tuple[str, ...]
    contents: int
    size: int


class Snapshots:
    """Snapshots in a folder. Reading takes no lock and never waits.

    Args:
        root: the folder; made when the first is taken.
        lock_seconds: how long to wait for another writer.
    """

    def __init__(self, root: Path, lock_seconds: float = 30.0) -> None:
        self.root = root
        self.objects = Objects(root / "objects")
        self._lock_seconds = lock_seconds

    def save(
        self,
        files: Sequence[AuthorFile],
        action: Action,
        *,
        manifest: bytes | None = None,
        counts: Mapping[str, int] | None = None,
        version: str | None = None,
        now: datetime | None = None,
    ) -> str:
        """Take a snapshot; where the last one is the same, nothing is written.

        Args:
            files: as they are now.
            action: what was done.
            manifest: of the data that was made of them.
            counts: of that data.
            version: the model that was trained on it.
            now: time; None for the clock's.

        Returns:
            Its hash.
        """
        with self._writing():
            for file in files:
                if file.content is not None:
                    self.objects.put(file.content)
            kept = None if manifest is None else self.objects.put(manifest)
            snapshot = Snapshot(tuple(file.entry for file in files), counts or {}, kept)
            return self._record(snapshot, action, version, now)

    def record(self, snapshot: Snapshot, action: Action, now: datetime | None = None) -> str:
        """Note what was done with a snapshot whose contents are here already."""
        with self._writing():
            return self._record(snapshot, action, None, now)

    def events(self) -> tuple[Event, ...]:
        """Give what was done, oldest first; where lines of the log are lost, by the snapshots that are there."""
        try:
            lines = [line for line in read_bytes(self.root / _LOG).split(b"\n") if line]
        except (OSError, SourceError):
            lines = [b""]
        events = [event for line in lines if (event := _event(line))]
        if len(events) < len(lines):
            events += self._unlisted({event.snapshot for event in events})
            events.sort(key=lambda event: event.time)
        return tuple(events)

    def names(self) -> tuple[str, ...]:
        """Give the hashes of all snapshots, the one that was taken last at the end."""
        last = {event.snapshot: number for number, event in enumerate(self.events())}
        return tuple(sorted(last, key=lambda name: last[name]))

    def find(self, wanted: str) -> str:
        """Find a snapshot by the start of its hash, by the version that was trained from it, or as `last`.

        Raises:
            UnknownChoiceError: there is none, or there are several.
        """
        names = self.names()
        if wanted == LAST and names:
            return names[-1]
        for event in reversed(self.events()):
            if event.version == wanted:
                return event.snapshot
        found = [name for name in names if len(wanted) >= _SHORTEST and name.startswith(wanted.lower())]
        if len(found) != 1:
            raise UnknownChoiceError("snapshot", wanted, [name[:SHOWN] for name in reversed(found or names)])
        return found[0]

    def open(self, name: str) -> Snapshot:
        """Read a snapshot.

        Raises:
            SnapshotError: it is not there or damaged.
        """
        return Snapshot.from_json(self.objects.get(name), name)

    def latest_of(self, manifest: str) -> Snapshot | None:
        """Give the last snapshot of the files that a data set, by its manifest's hash, was made of."""
        for name in reversed(self.names()):
            try:
                snapshot = self.open(name)
            except SnapshotError:
                continue
            if snapshot.manifest == manifest:
                return snapshot
        return None

    def kept(self) -> frozenset[str]:
        """The hashes of all contents that can be had back from some snapshot."""
        found: set[str] = set()
        for name in self.names():
            try:
                found.update(self.open(name).contents)
            except SnapshotError:
                continue
        return frozenset(name for name in found if name in self.objects)

    def broken(self) -> tuple[tuple[str, SnapshotError], ...]:
        """Read everything, and give what can't be read: the snapshot's hash, and what is wrong.

        Contents that were taken out for good are not missed.
        """
        found, erased = [], self.objects.erased()
        read: dict[str, SnapshotError | None] = {}
        for name in self.names():
            try:
                contents = self.open(name).contents
            except SnapshotError as error:
                found.append((name, error))
                continue
            for content in contents:
                if content not in read:
                    read[content] = None if content in erased else self._problem(content)
                if (problem := read[content]) is not None:
                    found.append((name, problem))
        return tuple(found)

    def prune(self, keep: int, versions: Iterable[str] = ()) -> Pruned:
        """Remove all but the newest snapshots and those that models were trained from, then what no snapshot needs.

        Args:
            keep: how many of the newest that can be read to keep, at least 1.
            versions: the models that there are.
        """
        if keep < 1:
            raise ValueError(f"expected keep of at least 1, got {keep}")
        known = frozenset(versions)
        with self._writing():
            names = self.names()
            trained = {event.snapshot for event in self.events() if event.version in known}
            newest = [name for name in names if self._problem(name) is None][-keep:]
            removed = tuple(name for name in names if name not in newest and name not in trained)
            self._write([event for event in self.events() if event.snapshot not in removed])
            self.objects.sweep()
            needed = self.kept().union(self.names())
            doomed = [name for name in self.objects if name not in needed]
            size = sum(self.objects.size(name) for name in doomed)
            for name in doomed:
                self.objects.delete(name)
        return Pruned(removed, len(doomed), size)

    def _unlisted(self, listed: Container[str]) -> Iterator[Event]:
        """Find snapshots among the contents; each was taken when it was written."""
        for name in self.objects:
            try:
                content = b"" if name in listed else self.objects.get(name)
                if content.startswith(b'{\n "counts"'):
                    self.open(name)
                    yield Event(self.objects.time(name), "generate", name)
            except SnapshotError:
                continue

    def _problem(self, name: str) -> SnapshotError | None:
        try:
            self.objects.get(name)
        except SnapshotError as error:
            return error
        return None

    def _record(self, snapshot: Snapshot, action: Action, version: str | None, now: datetime | None) -> str:
        events = self.events()
        name = self.objects.put(snapshot.to_json())
        if events and events[-1].snapshot == name and version in (None, events[-1].version):
            return name
        time = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        if events and time < events[-1].time:  # the clock was set back: the order stays
            time = events[-1].time
        self._write([*events, Event(time, action, name, version)])
        return name

    def _write(self, events: Iterable[Event]) -> None:
        write_atomic(self.root / _LOG, "".join(f"{_line(event)}\n" for event in events))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / _LOCK, self._lock_seconds, poll_interval=0.02):
                yield
        except Timeout:
            raise SnapshotError("snapshot.busy", folder=self.root) from None


def _line(event: Event) -> str:
    values = {name: value for name, value in asdict(event).items() if value is not None}
    return json.dumps(values | {"time": event.time.strftime(_TIME)}, ensure_ascii=False)


def _event(line: bytes) -> Event | None:
    try:
        raw = json.loads(line)
        time = datetime.strptime(raw["time"], _TIME).replace(tzinfo=UTC)
        event = Event(time, raw["action"], raw["snapshot"])
        if event.action not in _ACTIONS or not _HASH.fullmatch(event.snapshot):
            return None
        version = raw.get("version")
        return replace(event, version=version) if isinstance(version, str) else event
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
