"""A registry's folder as one host's copy of a store that several hosts share.

The folder holds what was needed here so far; the file `STORE` names the store. Whoever changes which version is served
first takes over what others changed, and then tells the store, or takes the change back where it can't.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nlu.errors import RegistryError
from nlu.store.bundle import Bundle
from nlu.store.notes import NOTES_NAME
from nlu.store.served import ACTIVE_NAME, read_served
from nlu.store.shared_store import Kind, SharedStore, check_url
from nlu.store.trials import TRIALS_NAME, read_trials
from nlu.system.files import write_atomic

STORE_NAME = "STORE"
"""JSON: the URL of the store whose copy this folder is."""
POINTERS = (NOTES_NAME, TRIALS_NAME, ACTIVE_NAME)
"""The small files that change, in the order in which they are written."""
_INCOMING = ".incoming"
_STALE_SECONDS = 3600.0
"""The age at which something that was not all fetched belongs to nobody any more."""

Pointers = Mapping[str, bytes | None]


class Mirror:
    """The copy in a folder.

    Args:
        root: the registry's folder.
        store: what it is a copy of.
    """

    def __init__(self, root: Path, store: SharedStore) -> None:
        self.root = root
        self.store = store

    @classmethod
    def of(cls, root: Path) -> Mirror | None:
        """The copy that a folder is; None where it belongs to this host alone.

        Raises:
            RegistryError: the file that names the store is damaged.
        """
        path = root / STORE_NAME
        try:
            return cls(root, SharedStore(str(json.loads(path.read_bytes())["url"])))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise RegistryError("registry.store_file", path=path, problem=repr(error)) from None

    def fetch(self, kind: Kind, version: str) -> bool:
        """Get a version that is not here, whole and checked; tell whether it is here now.

        Raises:
            RegistryError: the store can't be reached.
            BundleError: it is damaged there.
        """
        folder = self.root / kind / version
        if folder.exists() or not self.store.has(kind, version):
            return folder.exists()
        incoming = Path(tempfile.mkdtemp(prefix=f"{version}.", dir=self._incoming()))
        try:
            self.store.download(kind, version, incoming / version)
            folder.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.rename(incoming / version, folder)
            except OSError:
                if not folder.exists():  # another process was quicker
                    raise
        finally:
            shutil.rmtree(incoming, ignore_errors=True)
        return True

    def upload(self, version: str) -> None:
        """Put a version of this folder into the store, with the model that was measured for it."""
        if (measured := self.root / "measured" / version).is_dir():
            self.store.upload("measured", version, Bundle.open(measured))
        self.store.upload("versions", version, Bundle.open(self.root / "versions" / version))

    def news(self) -> Pointers | None:
        """Look whether the store says something else than this folder; get what it names. None where it does not.

        Raises:
            RegistryError: the store can't be reached, or what it says is damaged.
            BundleError: a version that it names is damaged.
        """
        found = self._theirs()
        named = self._named(found)
        is_here = all((self.root / "versions" / version).is_dir() for version in named)
        own = self._own()
        if is_here and all(data is None or data == own[name] for name, data in found.items()):
            return None
        for version in named:
            self.fetch("versions", version)
        return found

    def take(self, news: Pointers) -> bool:
        """Say here what the store says; only while no other process writes here.

        Returns:
            Whether it still says that; where it does not, nothing was changed.
        """
        if self._theirs() != news:
            return False
        self._write(news)
        return True

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Take over what others changed, and tell the store what the block changed; only while no other writes here.

        Raises:
            RegistryError: the store can't be reached, or others changed it meanwhile; then nothing has changed.
        """
        theirs = self._theirs()
        for version in self._named(theirs):
            self.fetch("versions", version)
        self._write(theirs)
        before = self._own()
        yield
        after = self._own()
        changed = [name for name in POINTERS if after[name] != before[name]]
        try:
            self._tell(theirs, {name: after[name] for name in changed})
        except BaseException:
            self._restore(before)
            raise

    def seed(self) -> None:
        """Where the store says nothing yet, give it what is here; else take over what it says."""
        theirs, own = self._theirs(), self._own()
        if theirs[ACTIVE_NAME] is None and own[ACTIVE_NAME] is not None:
            self._tell(theirs, own)
        elif (news := self.news()) is not None:
            self.take(news)

    def _tell(self, theirs: Pointers, changed: Pointers) -> None:
        if not changed:
            return
        for path in sorted((self.root / "versions").glob("[0-9]*")):
            self.upload(path.name)  # what was made while the store was away, too
        if any(self.store.read(name) != theirs[name] for name in changed):
            raise RegistryError("registry.store_changed", url=self.store.url)
        for name in POINTERS:
            if (data := changed.get(name)) is not None:
                self.store.write(name, data)

    def _theirs(self) -> Pointers:
        return {name: self.store.read(name) for name in POINTERS}

    def _own(self) -> Pointers:
        paths = {name: self.root / name for name in POINTERS}
        return {name: path.read_bytes() if path.is_file() else None for name, path in paths.items()}

    def _write(self, pointers: Pointers) -> None:
        own = self._own()
        for name in POINTERS:
            if (data := pointers[name]) is not None and data != own[name]:
                write_atomic(self.root / name, data)

    def _restore(self, before: Pointers) -> None:
        for name in POINTERS:
            if before[name] is None:
                (self.root / name).unlink(missing_ok=True)
        self._write(before)

    def _named(self, pointers: Pointers) -> list[str]:
        """The versions that answer: the active one, and those that are tried beside it."""
        with tempfile.TemporaryDirectory() as folder:
            for name, data in pointers.items():
                if data is not None:
                    (Path(folder) / name).write_bytes(data)
            active, trials = read_served(Path(folder)).version, read_trials(Path(folder)).running.values()
        return [*([active] if active else []), *(trial.version for trial in trials)]

    def _incoming(self) -> Path:
        folder = self.root / _INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
        return folder


def name_store(root: Path, url: str) -> None:
    """Make a folder the copy of a store; versions that are there already stay."""
    (root / "versions").mkdir(parents=True, exist_ok=True)
    write_atomic(root / STORE_NAME, json.dumps({"url": check_url(url)}) + "\n")
