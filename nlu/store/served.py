"""Which version of a registry is served, and which were: the file `ACTIVE`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from nlu.errors import RegistryError, SourceError
from nlu.system.files import read_bytes, write_atomic

ACTIVE_NAME = "ACTIVE"
_HISTORY_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Served:
    """The version being served and its past.

    Attributes:
        version: it; None where none is.
        history: those served before it, oldest first.
        withdrawn: versions that were served until others were rolled back to.
        undone: those of them that can be done again, the last one first to be; none once another was activated.
    """

    version: str | None = None
    history: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()

    def has_served(self, version: str) -> bool:
        """Whether a version was ever served."""
        return version == self.version or version in self.history or version in self.withdrawn

    def followed_by(self, version: str) -> Served:
        """What follows when a version is activated."""
        history = self.history if self.version is None else (*self.history, self.version)
        withdrawn = tuple(one for one in self.withdrawn if one != version)
        return Served(version, history[-_HISTORY_LENGTH:], withdrawn)

    def rolled_back(self) -> Served:
        """What follows when the version before is served again; there is one."""
        *history, version = self.history
        last = () if self.version is None else (self.version,)
        withdrawn, undone = (*self.withdrawn, *last), (*self.undone, *last)
        return Served(version, tuple(history), withdrawn[-_HISTORY_LENGTH:], undone[-_HISTORY_LENGTH:])

    def redone(self) -> Served:
        """What follows when the version that was last rolled back is served again; there is one."""
        *undone, version = self.undone
        return replace(self.followed_by(version), undone=tuple(undone))

    def without(self, version: str) -> Served:
        """The same, its past without a version."""
        pasts = (self.history, self.withdrawn, self.undone)
        return Served(self.version, *(tuple(one for one in past if one != version) for past in pasts))


def read_served(root: Path) -> Served:
    """Read what a registry's folder says.

    Raises:
        RegistryError: the file is damaged, or no file but a folder or a pipe.
    """
    path = root / ACTIVE_NAME
    try:
        raw = json.loads(read_bytes(path))
        version, *past = raw["version"], raw["history"], raw.get("withdrawn", ()), raw.get("undone", ())
        return Served(None if version is None else str(version), *(tuple(map(str, one)) for one in past))
    except FileNotFoundError:
        return Served()
    except (OSError, SourceError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RegistryError("registry.active_file", path=path, problem=repr(error)) from None


def write_served(root: Path, served: Served) -> None:
    """Write it in one step."""
    write_atomic(root / ACTIVE_NAME, json.dumps(asdict(served), indent=2) + "\n")
