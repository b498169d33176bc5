"""Run two jobs, where wished at the same time, each in a process of its own that reports while it works."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, Self, TypeVar

from nlu.errors import TrainingError
from nlu.events import Event, Listener, OnEpoch
from nlu.system.processes import end_with_parent

ResultT = TypeVar("ResultT")
OtherT = TypeVar("OtherT")
Job = Callable[[Listener, OnEpoch | None], ResultT]
"""Work that tells its events to a listener, and each epoch to a hook. It and its result are pickled."""


@contextmanager
def two_waiting(begin: Callable[..., Any]) -> Iterator[tuple[Waiting, Waiting]]:
    """Start two processes that load what they will need while their jobs are still being prepared here.

    They end with the block at the latest.

    Args:
        begin: what the jobs call; its module is loaded.
    """
    with ExitStack() as stack:
        yield stack.enter_context(Waiting(begin)), stack.enter_context(Waiting(begin))


def run_both(
    one: tuple[Job[ResultT], OnEpoch | None],
    other: tuple[Job[OtherT], OnEpoch | None],
    listen: Listener,
    waiting: tuple[Waiting, Waiting] | None,
) -> tuple[ResultT, OtherT]:
    """Run two jobs, each with its hook, and give their results.

    Listener and hooks are called in this process. Whatever ends this function early, a failure of a job, Ctrl+C or what
    listener or hook raise, ends both processes.

    Args:
        one: the first job and its hook.
        other: the second.
        listen: is told of the events of both.
        waiting: processes to run them in at the same time; None runs them here, one after the other.

    Raises:
        TrainingError: a process ended without a result.
    """
    if waiting is None:
        return one[0](listen, one[1]), other[0](listen, other[1])
    first, second = _Worker(waiting[0], *one, listen), _Worker(waiting[1], *other, listen)
    running: dict[Connection[Any, Any], _Worker[Any]] = {each.connection: each for each in (first, second)}
    while running:
        for connection in wait(list(running)):
            if running[connection].has_finished():  # type: ignore[index]
                del running[connection]  # type: ignore[arg-type]
    return first.result, second.result


class Waiting:
    """A process that waits for a job, and ends with the `with` block at the latest."""

    def __init__(self, begin: Callable[..., Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.is_done = False
        self._process = context.Process(target=_work, args=(begin, theirs), daemon=True)
        with interrupts_held_back():
            self._process.start()
        theirs.close()

    def exit_code(self) -> int | None:
        """How it ended, which it has or is about to."""
        self._process.join()
        return self._process.exitcode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.is_done:
            self._process.terminate()
        self._process.join()
        self.connection.close()


class _Worker(Generic[ResultT]):
    """A job in a process that waited for it."""

    result: ResultT

    def __init__(self, process: Waiting, job: Job[ResultT], on_epoch: OnEpoch | None, listen: Listener) -> None:
        self.connection = process.connection
        self._process = process
        self._listen = listen
        self._on_epoch = on_epoch
        with suppress(BrokenPipeError):  # it has ended; `has_finished` tells how
            self.connection.send((job, on_epoch is not None))

    def has_finished(self) -> bool:
        """Take one message of the process, and answer it; True when it was the last."""
        try:
            kind, content = self.connection.recv()
        except (EOFError, ConnectionResetError):
            raise TrainingError("training.process_ended", code=self._process.exit_code()) from None
        if kind == "event":
            self._listen(content)
        elif kind == "epoch" and self._on_epoch is not None:
            self.connection.send(self._on_epoch(*content))
        elif kind == "error":
            raise content
        elif kind == "result":
            self.result, self._process.is_done = content, True
        return self._process.is_done


def _work(_: Callable[..., Any], connection: Connection[Any, Any]) -> None:
    """Wait for a job, and do it; leave in good order when told to stop, or left alone."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    end_with_parent()
    job, is_asked = connection.recv()

    def listen(event: Event) -> None:
        connection.send(("event", event))

    def ask(epoch: float, loss: float, score: float | None) -> bool:
        connection.send(("epoch", (epoch, loss, score)))
        return bool(connection.recv())

    try:
        connection.send(("result", job(listen, ask if is_asked else None)))
    except Exception as error:
        error.add_note(traceback.format_exc())
        connection.send(("error", error))


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Hold back Ctrl+C; processes that start meanwhile never see it, so that only this one has to answer it."""
    resource_tracker.ensure_running()  # else it starts with the first process, and lets Ctrl+C through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
