"""The registry: all versions of a model in one folder, and which of them is served.

versions/<version>/    bundles, named by their own id; written once, never changed
measured/<version>/    the model that was measured for it, which has not learned the test part as the served one has
ACTIVE                 JSON: the version being served, those served before it, oldest first, and those rolled back
NOTES                  JSON: what people wrote of versions, and which are labelled how
TRIALS                 JSON: which candidates are tried beside the served version, and which were
STORE                  JSON: the store that several hosts share, where this folder is one host's copy of it
.lock                  held while something is written
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from nlu.errors import ActiveModelError, BundleError, RegistryError, UnknownChoiceError
from nlu.events import Notice
from nlu.store.bundle import MANIFEST_NAME, Bundle, Manifest, complete_manifest, write_bundle
from nlu.store.mirror import Mirror, name_store
from nlu.store.notes import NOTES_NAME, Notes, read_notes, write_notes
from nlu.store.served import ACTIVE_NAME, Served, read_served, write_served
from nlu.store.shared_store import Kind, SharedStore
from nlu.store.trials import (
    TRIALS_NAME,
    EndedTrial,
    EndReason,
    Trial,
    TrialKind,
    Trials,
    read_trials,
    write_trials,
)
from nlu.system.files import TEMPORARY_SUFFIX

LOCK_NAME = ".lock"
VERSIONS_NAME: Final = "versions"
MEASURED_NAME: Final = "measured"

_VERSION = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
_LEFT_BEHIND = re.compile(r"\..+\.([0-9a-f]+\.tmp|deleted)")

Check = Callable[[Path], object]
Files = Mapping[str, bytes | Path]


def _trusted(_: Path) -> None:
    """Take a version as it is."""


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version as a list shows it.

    Attributes:
        version: its id.
        created_at: when it was made; None where that can't be read.
        scores: what was measured of it.
        size: in bytes.
        active: whether it is being served.
        candidate: whether it has never been served.
        broken: why it can't be served, as `error` says it; None when it can.
        error: what went wrong.
        draft: whether it was trained only to be tried.
        note: what somebody wrote of it.
        labels: how it is labelled, such as `champion`.
    """

    version: str
    created_at: datetime | None
    scores: Mapping[str, Any]
    size: int
    active: bool
    candidate: bool
    broken: str | None
    error: Exception | None = None
    draft: bool = False
    note: str = ""
    labels: tuple[str, ...] = ()


def locate(models: Path) -> Path:
    """Find the bundle to serve: the folder itself when it is a bundle, else the active version of a registry.

    Raises:
        RegistryError: no version is active there.
    """
    if (models / MANIFEST_NAME).exists():
        return models
    registry = Registry(models)
    version = registry.active()
    if version is None:
        raise RegistryError("registry.none_active", models=models)
    return registry.path(version)


class Registry:
    """Versions in a folder, one of them active.

    Reading takes no lock and never waits; whatever is written is replaced in one step.

    Args:
        root: the folder; made when the first version is published.
        lock_seconds: how long to wait for another writer.
    """

    def __init__(self, root: Path, lock_seconds: float = 30.0) -> None:
        self.root = root
        self._lock_seconds = lock_seconds

    def publish(self, files: Files, manifest: Manifest, measured: Files | None = None) -> str:
        """Write a new version; it is not active yet. Publishing the same again changes nothing.

        Args:
            files: name in the bundle → its content, or the file to copy.
            manifest: what the bundle is.
            measured: the files of the model that was measured, to compare later versions with; None where none was.

        Returns:
            The version: its time and the start of its content's hash.

        Raises:
            RegistryError: it is here, but the store that this folder is a copy of can't be reached.
        """
        version = complete_manifest(files, manifest).version
        folder = self._versions / version
        self._versions.mkdir(parents=True, exist_ok=True)
        with self._locked():
            self._sweep()
            if folder.exists():
                self.open(version)
            else:
                if measured is not None:  # first, so that a kill in between leaves no version
                    self._measured.mkdir(exist_ok=True)
                    write_bundle(self._measured / version, measured, replace(manifest, scores={}))
                write_bundle(folder, files, manifest)
        if (mirror := Mirror.of(self.root)) is not None:
            mirror.upload(version)
        return version

    def publish_folder(self, folder: Path) -> str:
        """Copy a bundle that lies elsewhere into the registry.

        Raises:
            BundleError: it is half-written or altered.
        """
        bundle = Bundle.open(folder)
        return self.publish({name: bundle.path(name) for name in bundle.manifest.files}, bundle.manifest)

    def list(self, verify: bool = False) -> tuple[VersionInfo, ...]:
        """List all versions, oldest first.

        Args:
            verify: also compare every checksum; without, only names and sizes are compared.
        """
        served, notes = read_served(self.root), self._notes()
        return tuple(self._info(version, served, notes, verify) for version in self._names())

    def candidates(self) -> tuple[str, ...]:
        """Give the versions that were published and never served, oldest first."""
        served = read_served(self.root)
        return tuple(version for version in self._names() if not served.has_served(version))

    def active(self) -> str | None:
        """Give the version being served, None when there is none."""
        return read_served(self.root).version

    def path(self, version: str) -> Path:
        """Give the folder of a version.

        Raises:
            UnknownChoiceError: there is no such version; lists those there are.
        """
        if version not in self._names() and not self._fetch(VERSIONS_NAME, version):
            raise UnknownChoiceError("version", version, self._names())
        return self._versions / version

    def open(self, version: str, verify: bool = True) -> Bundle:
        """Open a version's bundle and check it.

        Raises:
            UnknownChoiceError: there is no such version.
            BundleError: it is half-written or altered, its manifest included.
        """
        bundle = Bundle.open(self.path(version), verify)
        if bundle.version != version:
            raise BundleError("bundle.version", folder=bundle.folder, expected=version, got=bundle.version)
        return bundle

    def open_active(self, version: str) -> Bundle:
        """Open the version that `active` gave.

        Raises:
            ActiveModelError: it is gone, half-written or altered; says what can be done.
        """
        try:
            if version not in self._names() and not self._fetch(VERSIONS_NAME, version):
                raise BundleError("bundle.no_folder", folder=self._versions / version)
            return self.open(version)
        except BundleError as error:
            raise ActiveModelError(version, error) from error

    def measured(self, version: str) -> Bundle | None:
        """Open the model that was measured for a version; None where none is kept.

        Raises:
            BundleError: it is half-written or altered.
        """
        folder = self._measured / version
        self._fetch(MEASURED_NAME, version)
        return Bundle.open(folder) if folder.is_dir() else None

    def activate(self, version: str, check: Check = _trusted) -> None:
        """Serve a version from now on.

        Args:
            version: it.
            check: raises what is wrong with a version's folder, so that the active one stays.

        Raises:
            UnknownChoiceError: there is no such version.
            BundleError: it is half-written or altered; the active one stays.
        """
        with self._writing():
            check(self.open(version).folder)
            try:
                before = read_served(self.root)
            except RegistryError:
                before = Served()  # the file is damaged; activating is the way to mend it
            if before.version != version:
                write_served(self.root, before.followed_by(version))
                self._end_trials_of(version, "activated")

    def roll_back(self, check: Check = _trusted) -> str:
        """Serve the version that was served before the active one.

        Args:
            check: raises what is wrong with a version's folder, so that the active one stays.

        Returns:
            That version.

        Raises:
            RegistryError: none was served before.
            BundleError: it is altered; the active one stays.
        """
        with self._writing():
            before = read_served(self.root)
            if not before.history:
                raise RegistryError("registry.none_earlier", version=before.version, models=self.root)
            version = before.history[-1]
            check(self.open(version).folder)
            write_served(self.root, before.rolled_back())
            self._end_trials_of(version, "activated")
        return version

    def redo(self, check: Check = _trusted) -> str:
        """Serve the version again that was rolled back last, unless another one was activated since.

        Args:
            check: raises what is wrong with a version's folder, so that the active one stays.

        Returns:
            That version.

        Raises:
            RegistryError: none was rolled back.
            BundleError: it is altered; the active one stays.
        """
        with self._writing():
            before = read_served(self.root)
            if not before.undone:
                raise RegistryError("registry.none_undone", models=self.root)
            version = before.undone[-1]
            check(self.open(version).folder)
            write_served(self.root, before.redone())
            self._end_trials_of(version, "activated")
        return version

    def note(self, version: str, text: str) -> None:
        """Write a note of a version, in place of the one there was; an empty one removes it.

        Raises:
            UnknownChoiceError: there is no such version.
        """
        with self._writing():
            self.path(version)
            write_notes(self.root, read_notes(self.root).noted(version, text))

    def label(self, version: str, label: str) -> None:
        """Give a version a label, which another one may have had until now.

        Raises:
            UnknownChoiceError: there is no such version.
        """
        with self._writing():
            self.path(version)
            write_notes(self.root, read_notes(self.root).labelled(version, label))

    def trials(self) -> Trials:
        """Tell which candidates are tried beside the active version.

        Raises:
            RegistryError: the file that says so is damaged.
        """
        return read_trials(self.root)

    def try_beside(self, kind: TrialKind, version: str, share: float, check: Check = _trusted) -> Trial:
        """Try a candidate beside the active version, in place of the one of its kind that is tried now.

        Args:
            kind: as shadow or as canary.
            version: the candidate.
            share: of the requests, or of the users, above 0 and up to 1.
            check: raises what is wrong with the version's folder, so that nothing changes.

        Raises:
            UnknownChoiceError: there is no such version.
            BundleError: it is half-written or altered.
            RegistryError: it is the active version, or none is active.
        """
        trial = Trial.begun(kind, version, share)
        with self._writing():
            check(self.open(version).folder)
            if (active := self.active()) is None:
                raise RegistryError("registry.none_active", models=self.root)
            if active == version:
                raise RegistryError("registry.trial_of_active", version=version)
            write_trials(self.root, self._trials().with_trial(trial))
        return trial

    def end_trial(
        self, kind: TrialKind, reason: EndReason = "stopped", fault: Notice | None = None, version: str | None = None
    ) -> EndedTrial | None:
        """End a trial.

        Args:
            kind: of which kind.
            reason: why.
            fault: what was found.
            version: only where this one is tried; None for any.

        Returns:
            The trial that ended; None where none ran.
        """
        with self._writing():
            running = (before := self._trials()).running.get(kind)
            if running is None or version not in (None, running.version):
                return None
            write_trials(self.root, after := before.without(kind, reason, fault))
        return after.ended[-1]

    def earlier(self) -> tuple[str, ...]:
        """Give the versions to serve where the active one can't be, best first: those served before it, newest first.

        Where the file that says so is damaged, any version may have been the active one.
        """
        names = self._names()
        try:
            served = read_served(self.root)
        except RegistryError:
            return tuple(reversed(names))
        past = dict.fromkeys((*reversed(served.history), *reversed(served.withdrawn)))
        return tuple(version for version in past if version in names and version != served.version)

    def delete(self, version: str) -> None:
        """Remove a version that is not active.

        Raises:
            RegistryError: it is active.
        """
        with self._writing():
            self._delete(version)

    def prune(self, keep: int) -> tuple[str, ...]:
        """Remove all but the newest versions, the active one, and those that are tried beside it.

        Args:
            keep: how many of the newest to keep, at least 1.

        Returns:
            The versions removed, oldest first.
        """
        if keep < 1:
            raise ValueError(f"expected keep of at least 1, got {keep}")
        with self._writing():
            self._sweep()
            kept = {self.active(), *(trial.version for trial in self._trials().running.values())}
            removed = tuple(version for version in self._names()[:-keep] if version not in kept)
            for version in removed:
                self._delete(version)
        return removed

    def share(self, url: str) -> None:
        """Make this folder a copy of a store that several hosts share; what is active there is active here.

        Where none is active there yet, what is here goes there.

        Args:
            url: `s3://bucket/folder`, or `file:///folder`.

        Raises:
            ConfigError: no such URL.
            RegistryError: the store can't be reached; then this folder is what it was.
        """
        SharedStore(url).check()
        name_store(self.root, url)
        with self._locked():
            if (mirror := Mirror.of(self.root)) is not None:
                mirror.seed()

    @property
    def is_shared(self) -> bool:
        """Whether this folder is a copy of a store that several hosts share."""
        return Mirror.of(self.root) is not None

    def follow(self) -> bool:
        """Take over what other hosts changed in the store that this folder is a copy of.

        A version is fetched and checked before anything here names it.

        Returns:
            Whether something changed.

        Raises:
            RegistryError: the store can't be reached, or this folder is no copy.
            BundleError: the version that is active there is damaged; the one here stays.
        """
        if (mirror := Mirror.of(self.root)) is None:
            raise RegistryError("registry.store_none", models=self.root)
        if (news := mirror.news()) is None:
            return False
        with self._locked():
            return mirror.take(news)

    @property
    def _versions(self) -> Path:
        return self.root / VERSIONS_NAME

    @property
    def _measured(self) -> Path:
        return self.root / MEASURED_NAME

    def _notes(self) -> Notes:
        """The notes; none where their file is damaged, which is no reason not to list what there is."""
        try:
            return read_notes(self.root)
        except RegistryError:
            return Notes()

    def _trials(self) -> Trials:
        """The trials; none where their file is damaged, so that a new one mends it."""
        try:
            return read_trials(self.root)
        except RegistryError:
            return Trials()

    def _end_trials_of(self, version: str, reason: EndReason) -> None:
        if (before := self._trials()).of(version):
            write_trials(self.root, before.without_version(version, reason))

    def _names(self) -> tuple[str, ...]:
        if not self._versions.is_dir():
            return ()
        return tuple(
            sorted(path.name for path in self._versions.iterdir() if _VERSION.fullmatch(path.name) and path.is_dir())
        )

    def _info(self, version: str, served: Served, notes: Notes, verify: bool) -> VersionInfo:
        is_active, is_candidate = version == served.version, not served.has_served(version)
        note, labels = notes.texts.get(version, ""), notes.labels_of(version)
        try:
            bundle = self.open(version, verify)
        except Exception as error:  # whatever is wrong with one, the others are listed
            return VersionInfo(
                version, None, {}, 0, is_active, is_candidate, str(error), error, note=note, labels=labels
            )
        manifest = bundle.manifest
        return VersionInfo(
            version, manifest.created_at, manifest.scores, bundle.size(), is_active, is_candidate, None,
            draft=manifest.is_draft, note=note, labels=labels,
        )  # fmt: skip

    def _delete(self, version: str) -> None:
        folder = self.path(version)
        before = read_served(self.root)
        if before.version == version:
            raise RegistryError("registry.version_active", version=version)
        write_served(self.root, before.without(version))
        self._end_trials_of(version, "removed")
        if (notes := self._notes()) != (left := notes.without(version)):
            write_notes(self.root, left)
        # Renamed first, so that a kill in the middle leaves no half of a version.
        doomed = folder.with_name(f".{version}.deleted")
        folder.rename(doomed)
        shutil.rmtree(doomed)
        shutil.rmtree(self._measured / version, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what killed writers left behind; only called while no other writer can be at work."""
        for path in self._versions.glob(".*"):
            if _LEFT_BEHIND.fullmatch(path.name) and path.is_dir():
                shutil.rmtree(path)
        names = self._names()
        for path in self._measured.glob("*"):
            if path.is_dir() and path.name not in names:
                shutil.rmtree(path)
        for name in (ACTIVE_NAME, NOTES_NAME, TRIALS_NAME):
            for path in self.root.glob(f".{name}.*{TEMPORARY_SUFFIX}"):
                path.unlink()

    def _fetch(self, kind: Kind, version: str) -> bool:
        """Get a version from the store that this folder is a copy of; whether it is here now."""
        if not _VERSION.fullmatch(version) or (mirror := Mirror.of(self.root)) is None:
            return False
        return mirror.fetch(kind, version)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """While no other process of this host writes; other hosts are told what was changed."""
        with self._locked():
            mirror = Mirror.of(self.root)
            with mirror.changing() if mirror else nullcontext():
                yield

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if not self._versions.is_dir():
            raise RegistryError("registry.none_active", models=self.root)
        try:
            with FileLock(self.root / LOCK_NAME, self._lock_seconds, poll_interval=0.02):
                yield
        except Timeout:
            raise RegistryError("registry.busy", models=self.root) from None
