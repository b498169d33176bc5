"""What a wheelhouse holds: wheels, their hashes, and the Python and the system that they are for."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANIFEST_NAME = "wheelhouse.json"
"""Written last: a folder without it was never finished."""
REQUIREMENTS_NAME, SERVING_NAME = "requirements.txt", "serving.txt"
"""All packages, and those alone that a server needs, each with its hash, as pip reads them."""

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel.

    Attributes:
        file: its name in the folder.
        sha256: of its bytes, in hexadecimal.
        size: in bytes.
        source: the SHA-256 of what the registry gave, which is another one where the wheel was built from a source.
    """

    file: str
    sha256: str
    size: int
    source: str

    @property
    def requirement(self) -> str:
        """The line that makes pip install this wheel and no other.

        Example:
            >>> Wheel("torch_x-2.1.0+cpu-py3-none-any.whl", "ab", 1, "ab").requirement
            'torch_x==2.1.0+cpu --hash=sha256:ab'
        """
        name, version, *_ = self.file.split("-")
        return f"{name}=={version} --hash=sha256:{self.sha256}"


@dataclass(frozen=True, slots=True)
class Target:
    """Whom wheels are for."""

    python: str
    implementation: str
    system: str
    machine: str

    def __str__(self) -> str:
        return f"{self.implementation} {self.python} ({self.system} {self.machine})"


@dataclass(frozen=True, slots=True)
class Wheelhouse:
    """A finished folder.

    Attributes:
        target: whom it is for.
        extras: the parts of the product that it was collected for.
        project: the hash of the files that say what is needed.
        wheels: all of them, by name.
    """

    target: Target
    extras: tuple[str, ...]
    project: str
    wheels: tuple[Wheel, ...]

    def write(self, folder: Path) -> None:
        """Write the manifest in one step."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1)
        write_whole(folder / MANIFEST_NAME, f"{text}\n")


def this_target() -> Target:
    """The Python that runs this, and its system."""
    version = ".".join(map(str, sys.version_info[:2]))
    return Target(version, sys.implementation.name, sys.platform, platform.machine())


def project_hash(root: Path = ROOT) -> str:
    """The hash of the files that say which packages are needed."""
    files = (root / name for name in ("setup.cfg", "pyproject.toml", "constraints.txt"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def read(folder: Path) -> Wheelhouse | None:
    """Read a folder's manifest; None where there is none that this code wrote."""
    try:
        raw = json.loads((folder / MANIFEST_NAME).read_bytes())
        if raw["format"] != FORMAT:
            return None
        wheels = tuple(Wheel(**one) for one in raw["wheels"])
        return Wheelhouse(Target(**raw["target"]), tuple(raw["extras"]), str(raw["project"]), wheels)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody meets half of it."""
    unfinished = path.with_name(f".{path.name}.tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def needed_glibc(wheels: Iterable[Wheel]) -> tuple[int, int]:
    """The oldest glibc on which all of these run.

    Example:
        >>> needed_glibc([Wheel("a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl", "", 0, "")])
        (2, 17)
    """
    needed = (0, 0)
    for wheel in wheels:
        tags = re.findall(r"manylinux_(\d+)_(\d+)", wheel.file)
        if tags:
            needed = max(needed, min((int(major), int(minor)) for major, minor in tags))
    return needed
