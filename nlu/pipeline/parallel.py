"""Run two jobs, where wished at the same time, each in a process of its own that reports while it works."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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


def run_both(
    one: tuple[Job[ResultT], OnEpoch | None],
    other: tuple[Job[OtherT], OnEpoch | None],
    listen: Listener,
    *,
    together: bool,
) -> tuple[ResultT, OtherT]:
    """Run two jobs, each with its hook, and give their results.

    Listener and hooks are called in this process. Whatever ends this function early, a failure of a job, Ctrl+C or what
    listener or hook raise, ends both processes.

    Args:
        one: the first job and its hook.
        other: the second.
        listen: is told of the events of both.
        together: run them at the same time, in processes of their own; else here, one after the other.

    Raises:
        TrainingError: a process ended without a result.
    """
    if not together:
        return one[0](listen, one[1]), other[0](listen, other[1])
    with ExitStack() as stack:
        first = stack.enter_context(_Worker(*one, listen))
        second = stack.enter_context(_Worker(*other, listen))
        running: dict[Connection[Any, Any], _Worker[Any]] = {each.connection: each for each in (first, second)}
        while running:
            for connection in wait(list(running)):
                if running[connection].has_finished():  # type: ignore[index]
                    del running[connection]  # type: ignore[arg-type]
        return first.result, second.result


class _Worker(Generic[ResultT]):
    """A job in a process of its own, which ends with the `with` block at the latest."""

    result: ResultT

    def __init__(self, job: Job[ResultT], on_epoch: OnEpoch | None, listen: Listener) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._listen = listen
        self._on_epoch = on_epoch
        self._is_done = False
        self._process = context.Process(target=_work, args=(job, theirs, on_epoch is not None), daemon=True)
        with interrupts_held_back():
            self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._is_done:
            self._process.terminate()
        self._process.join()
        self.connection.close()

    def has_finished(self) -> bool:
        """Take one message of the process, and answer it; True when it was the last."""
        try:
            kind, content = self.connection.recv()
        except EOFError:
            self._process.join()
            raise TrainingError("training.process_ended", code=self._process.exitcode) from None
        if kind == "event":
            self._listen(content)
        elif kind == "epoch" and self._on_epoch is not None:
            self.connection.send(self._on_epoch(*content))
        elif kind == "error":
            raise content
        elif kind == "result":
            self.result, self._is_done = content, True
        return self._is_done


def _work(job: Job[Any], connection: Connection[Any, Any], is_asked: bool) -> None:
    """Do a job in this process; leave in good order when told to stop, or left alone."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    end_with_parent()

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
