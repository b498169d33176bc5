"""The model being served: loaded once, replaced while requests run when another version is activated."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.errors import (
    BundleError,
    InputError,
    MissingPackageError,
    NluError,
    RegistryError,
    SourceError,
    UnknownChoiceError,
)
from nlu.store.bundle import MANIFEST_NAME
from nlu.store.registry import LOCK_NAME, Registry, locate
from nlu.store.served import ACTIVE_NAME
from nlu.store.trials import TRIALS_NAME, Trial, TrialKind
from nlu.system.files import read_bytes
from nlu.types import Parse
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.trial import let_answer
from server.metrics import Metrics
from server.parser import Loader, Parser
from server.trials.canary import Canary
from server.trials.holder import TrialHolder
from server.web.logging_setup import MODEL_VERSION

logger = logging.getLogger("nlu.server")

MODEL_FILE = "model_file"
"""The parameter by which a client names a version."""


class ModelsUnwritable(NluError):
    """The models' folder can't be written, so no other version can be activated from here."""


class _CountingParser:
    """A parser that tells the metrics what it parsed."""

    def __init__(self, parser: Parser, metrics: Metrics, on_failure: Callable[[str], None]) -> None:
        self.version = parser.version
        self.intents = parser.intents
        self.explain = parser.explain
        self.lexicon = getattr(parser, "lexicon", None)
        self.uncounted = parser
        self._metrics = metrics
        self._on_failure = on_failure

    def parse_many(
        self,
        texts: Sequence[str],
        *,
        intents: Collection[str] | None = None,
        top_n: int | None = None,
        asked_at: AskedAt | None = None,
    ) -> list[Parse]:
        began = time.perf_counter()
        try:
            parses = self.uncounted.parse_many(texts, intents=intents, top_n=top_n, asked_at=asked_at)
        except UnknownChoiceError:  # which is the client's mistake
            raise
        except Exception:
            self._on_failure(self.version)
            raise
        self._metrics.parsed(parses, time.perf_counter() - began)
        return parses


@dataclass(frozen=True, slots=True)
class _State:
    """What one look at the models' folder led to; replaced as a whole, never changed."""

    parser: Parser | None
    problem: str | None
    mark: bytes
    retry_at: float
    canary: Canary | None = None
    shadow: Trial | None = None


class ModelHolder:
    """Holds the parser in use and follows the registry.

    A request takes the parser once and keeps it to its end, so no answer mixes two versions, and the log names the one
    it was made with. Every `reload_seconds` at most, a request's thread reads the small file that names the active
    version; when it changed, a background thread loads the new parser and then replaces one reference. A version that
    can't be loaded changes nothing: the old parser goes on, or at the start the last one served before that can be
    loaded; the problem is logged and shown by `problem`.

    Args:
        models: a registry's folder or a bundle's folder.
        load: makes a parser from a bundle's folder.
        metrics: counts what is loaded and parsed.
        reload_seconds: how often, at most, to look for a change.
        retry_seconds: how long to wait before a failed load is tried again.
        clock: a clock that never goes back, in seconds.

    Attributes:
        on_failure: is told the version of each request that fails for no fault of the client.
    """

    def __init__(
        self,
        models: Path,
        load: Loader,
        metrics: Metrics,
        *,
        reload_seconds: float = 0.5,
        retry_seconds: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._metrics = metrics
        self._models = models
        self._make_parser = load
        self._reload_seconds = reload_seconds
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._looking = threading.Lock()
        self.on_failure: Callable[[str], None] = lambda version: None
        self._trials = TrialHolder(models, self._load, metrics)
        self._state = self._with_trials(self._next_state(_State(None, None, b"", 0.0), self._read_mark()))
        self._look_again_at = clock() + reload_seconds

    def uncounted_parser(self) -> Parser:
        """Give the active version's parser for what nobody asked for by a request to parse.

        Raises:
            RegistryError: there is none; says why.
        """
        parser = self.parser()
        return parser.uncounted if isinstance(parser, _CountingParser) else parser

    def parser(self, key: str | None = None) -> Parser:
        """Give the parser in use.

        Args:
            key: who asks, or what is asked where nobody says who: the same key gets the same version for as long as a
                canary runs. None for the active version's.

        Raises:
            RegistryError: there is none; says why.
        """
        self._look()
        state = self._state
        if state.parser is None:
            raise RegistryError("registry.not_served", problem=state.problem)
        parser = state.parser if state.canary is None else state.canary.parser(key)
        MODEL_VERSION.set(parser.version)
        return parser

    @property
    def canary(self) -> Canary | None:
        """The candidate that answers some users; None where there is none."""
        return self._state.canary

    @property
    def shadow(self) -> Trial | None:
        """The candidate that answers beside the active version, unseen; None where there is none."""
        return self._state.shadow

    @property
    def version(self) -> str | None:
        """The version in use, None when there is none."""
        self._look()
        parser = self._state.parser
        version = None if parser is None else parser.version
        MODEL_VERSION.set(version)
        return version

    @property
    def problem(self) -> str | None:
        """Why the version that should be served is not; None when all is well."""
        self._look()
        return self._state.problem

    def activate(self, name: str) -> None:
        """Serve another version of the registry, in this process before this returns, in others soon after.

        Args:
            name: the version, or the path of its folder or archive as a client may know it.

        Raises:
            InputError: there is no such version, it can't be loaded, or there is no registry; nothing changes.
            ModelsUnwritable: the server may not write there, or the disk is full; nothing changes.
        """
        version = re.split(r"[/\\]", name.rstrip("/\\"))[-1].removesuffix(".tar.gz")
        if (self._models / MANIFEST_NAME).exists():
            raise InputError("registry.single_model", MODEL_FILE)
        registry = Registry(self._models)
        try:
            parser = self._load(registry.path(version))
            self._write_active(registry, version)
        except (UnknownChoiceError, BundleError, MissingPackageError) as error:
            raise InputError(error.code, MODEL_FILE, **error.values) from error
        with self._looking:  # after a load that may be under way and still means the version before
            self._state = _State(parser, None, b"", 0.0)  # without a mark, the next look finds what came after
            self._metrics.model_served(parser.version)

    @property
    def registry(self) -> Registry:
        """The registry whose active version is served; without versions where a lone bundle is."""
        return Registry(self._models)

    def try_beside(self, kind: TrialKind, version: str, share: float) -> Trial:
        """Try a candidate beside the active version, here and in the other processes soon.

        Args:
            kind: as shadow or as canary.
            version: the candidate.
            share: of the requests, or of the users.

        Raises:
            InputError: there is no such version, it is the active one, it can't be loaded, or there is no registry.
            ModelsUnwritable: the server may not write there, or the disk is full.
        """
        if (self._models / MANIFEST_NAME).exists():
            raise InputError("registry.single_model", "version")
        try:
            return self.registry.try_beside(kind, version, share, self._load)
        except (UnknownChoiceError, BundleError, MissingPackageError, RegistryError) as error:
            raise InputError(error.code, "version", **error.values) from error
        except OSError as error:
            raise self._unwritable(TRIALS_NAME, error) from error

    def _unwritable(self, name: str, error: OSError) -> ModelsUnwritable:
        named = {"models": self._models, "active": name, "lock": LOCK_NAME}
        return ModelsUnwritable("registry.unwritable", **named, problem=error.strerror or repr(error))

    def _write_active(self, registry: Registry, version: str) -> None:
        try:
            registry.activate(version)
        except OSError as error:
            raise self._unwritable(ACTIVE_NAME, error) from error

    def _look(self) -> None:
        if self._clock() < self._look_again_at or not self._looking.acquire(blocking=False):
            return
        # From here this thread, or the one it starts, owns the lock: one look, and one load, at a time.
        loading = False
        try:
            self._look_again_at = self._clock() + self._reload_seconds
            mark, state = self._read_mark(), self._state
            if mark != state.mark or (state.problem is not None and self._clock() >= state.retry_at):
                thread = threading.Thread(target=self._reload, args=(mark,), name="model-loader", daemon=True)
                thread.start()
                loading = True
        finally:
            if not loading:
                self._looking.release()

    def _reload(self, mark: bytes) -> None:
        try:
            before, state = self._state, self._next_state(self._state, mark)
            if state.parser is before.parser:
                state = replace(state, canary=before.canary, shadow=before.shadow)
            self._state = state  # before a candidate is loaded, which takes its time
            self._state = self._with_trials(state)
        finally:
            self._looking.release()

    def _with_trials(self, state: _State) -> _State:
        if state.parser is None or (self._models / MANIFEST_NAME).exists():
            return replace(state, canary=None, shadow=None)
        return replace(state, canary=self._trials.canary(state.parser), shadow=self._trials.shadow())

    def _next_state(self, before: _State, mark: bytes) -> _State:
        try:
            folder = locate(self._models)
            # A registry's folder bears its version's name; of a lone bundle the version is known once it is loaded.
            version = None if folder == self._models else folder.name
            if before.parser is not None and before.parser.version == version:
                self._metrics.model_served(before.parser.version)
                return _State(before.parser, None, mark, 0.0)
            parser = self._load(folder)
            if version is not None and parser.version != version:
                raise BundleError("bundle.version", folder=folder, expected=version, got=parser.version)
        except Exception as error:  # whatever is wrong with a new version must not stop the old one
            instead = before.parser or self._earlier()
            self._warn(before, instead, error)
            if instead is not None:
                self._metrics.model_served(instead.version)
            self._metrics.model_failed()
            return _State(instead, _reason(error), mark, self._clock() + self._retry_seconds)
        logger.info("serving model %s", parser.version)
        self._metrics.model_served(parser.version)
        return _State(parser, None, mark, 0.0)

    def _earlier(self) -> Parser | None:
        """The last version served before the active one that can be loaded; None where none can."""
        if (self._models / MANIFEST_NAME).exists():
            return None
        registry = Registry(self._models)
        for version in registry.earlier():
            try:
                return self._load(registry.path(version))
            except Exception as error:  # the next may do
                logger.warning("version %s can't be loaded either: %s", version, _reason(error))
        return None

    def _load(self, folder: Path) -> Parser:
        """Load a version, and let it answer before anybody asks."""
        parser = self._make_parser(folder)
        let_answer(parser, folder)
        return _CountingParser(parser, self._metrics, lambda version: self.on_failure(version))

    def _warn(self, before: _State, parser: Parser | None, error: Exception) -> None:
        if _reason(error) == before.problem:
            return  # said before; it is tried again and again
        serving = parser.version if parser else "no model"
        trace = None if isinstance(error, (NluError, OSError)) else error
        logger.warning("serving %s, since the active version can't be loaded: %s", serving, error, exc_info=trace)

    def _read_mark(self) -> bytes:
        """Read the files that change when other versions are to answer; b"" when there are none."""
        return (self._read(ACTIVE_NAME) or self._read(MANIFEST_NAME)) + self._read(TRIALS_NAME)

    def _read(self, name: str) -> bytes:
        try:
            return read_bytes(self._models / name)
        except (OSError, SourceError):
            return b""


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
