"""Follow the store that a folder is a copy of: in this process, or in one beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nlu.errors import NluError, RegistryError
from nlu.store.bundle import MANIFEST_NAME
from nlu.store.mirror import name_store
from nlu.store.registry import Registry

STORE_VARIABLE = "NLU_MODELS_STORE"
"""The environment variable of the store's URL."""


def keep_following(registry: Registry, stop: threading.Event, seconds: float, tell: Callable[[str], None]) -> None:
    """Follow a store until told to stop; what goes wrong is told once, and tried again."""
    told = ""
    while not stop.is_set():
        try:
            if registry.follow():
                tell(f"함께 쓰는 저장소에서 받았습니다. 쓰는 모델: {registry.active()}")
            elif told:
                tell("함께 쓰는 저장소에 다시 닿았습니다.")
            told = ""
        except (NluError, OSError) as error:
            problem = error.worded("ko") if isinstance(error, NluError) else str(error)
            if problem != told:
                tell(problem)
            told = problem
        stop.wait(seconds)


def share_as_told(models: Path, environment: Mapping[str, str]) -> bool:
    """Make the folder a copy of the store that the environment names; tell whether it is a copy of one.

    Where the store can't be reached now, what is here is used, and the store is asked again later.
    """
    if (models / MANIFEST_NAME).exists():  # one bundle
        return False
    if url := environment.get(STORE_VARIABLE, "").strip():
        try:
            Registry(models).share(url)
        except RegistryError as error:
            name_store(models, url)
            print(error.worded("ko"), file=sys.stderr)
    return Registry(models).is_shared


@contextmanager
def following(models: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """While the block runs, a process beside this one follows the store, where there is one."""
    if not share_as_told(models, environment):
        yield
        return
    command = [sys.executable, "-m", "nlu.commands.models", "follow", "--models", str(models)]
    command.append(f"--with-parent={os.getpid()}")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=dict(os.environ), start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        process.wait()
