"""The bot's scenarios: read from the author's file, and read again when it changes."""

from __future__ import annotations

from pathlib import Path

from nlu.errors import NluError
from nlu.scenario.reader import read_scenarios
from nlu.scenario.scenario import Scenarios
from server.live_file import LiveFile


class ScenariosUnavailable(NluError):
    """There is no file of scenarios, or it has mistakes and no earlier version was good."""


class TalkBusy(NluError):
    """A user's talk went on elsewhere while a turn of it was taken, again and again."""


class ScenarioHolder:
    """Holds the scenarios in use and follows their file.

    Args:
        path: the file.
        reload_seconds: how often, at most, to look for a change.
    """

    def __init__(self, path: Path, *, reload_seconds: float = 0.5) -> None:
        self._path = path
        self._file = LiveFile(path, read_scenarios, "the scenarios", reload_seconds=reload_seconds)
        self._file.get()  # before anybody asks: what is broken between the start and then must not be all there is

    @property
    def are_there(self) -> bool:
        """Whether there are any."""
        return self._file.get() is not None

    @property
    def problem(self) -> str:
        """Why there are none, or why the file as it is now is not used; "" where all is well."""
        self._file.get()
        return self._file.problem

    @property
    def mistakes(self) -> str:
        """The problem of a file that is there: a bot without scenarios has none."""
        return self.problem if self._path.exists() else ""

    def scenarios(self) -> Scenarios:
        """Give the scenarios in use.

        Raises:
            ScenariosUnavailable: there are none; says why.
        """
        found = self._file.get()
        if found is None:
            raise ScenariosUnavailable("scenario.unavailable", problem=self._file.problem)
        return found
