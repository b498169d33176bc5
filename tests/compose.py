"""Docker Compose, the second, which checks a file and needs no daemon for that."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

PLUGINS = [
    f"{root}/docker/cli-plugins" for root in ("/usr/local/lib", "/usr/local/libexec", "/usr/libexec", "/usr/lib")
]


@cache
def command() -> str | None:
    """The program, as a command or as a plugin of Docker's; None where there is none, or only the first version."""
    path = ":".join(folder for folder in PLUGINS if Path(folder).is_dir())
    for found in (shutil.which("docker-compose"), shutil.which("docker-compose", path=path)):
        if found and _version(found) >= 2:
            return found
    return None


def _version(program: str) -> int:
    run = subprocess.run([program, "version", "--short"], capture_output=True, text=True, check=False)
    first = run.stdout.strip().lstrip("v").partition(".")[0]
    return int(first) if first.isdecimal() else 0
