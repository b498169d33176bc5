"""Which kind of file system a path lies in, where the system tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from nlu.errors import ConfigError

_MOUNTS = Path("/proc/self/mountinfo")
_OF_OTHERS = re.compile(r"(fuse\.)?(nfs\d?|cifs|smb\d?|smbfs|afs|ceph|lustre|glusterfs|beegfs|sshfs|s3fs|rclone)")
"""File systems of other machines, whose locks hold on one machine only, or not at all."""


def network_file_system(path: Path, mounts: Iterable[str] | None = None) -> str | None:
    r"""Name the file system that a path lies in, if it is another machine's.

    Args:
        path: a file or folder, which need not be there.
        mounts: lines of `/proc/self/mountinfo`; read from there when None.

    Source: proc_pid_mountinfo(5).

    Example:
        >>> lines = ["1 0 0:1 / / rw - ext4 /dev/sda rw", r"2 1 0:2 / /my\040share rw shared:1 - nfs4 host:/x rw"]
        >>> network_file_system(Path("/my share/records.db"), lines), network_file_system(Path("/srv/x"), lines)
        ('nfs4', None)
    """
    whole = path.resolve()
    best, kind = -1, ""
    for line in _lines() if mounts is None else mounts:
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4]))
        if whole.is_relative_to(point) and len(point.parts) >= best:  # of two at one point the last one counts
            best, kind = len(point.parts), right.split(" ")[0]
    return kind if _OF_OTHERS.fullmatch(kind) else None


def refuse_network_folder(path: Path) -> None:
    """See that a SQLite file lies on this machine, since its locks are all that keeps two writers apart.

    Raises:
        ConfigError: it lies on another one.
    """
    if (kind := network_file_system(path)) is not None:
        raise ConfigError("database.network_folder", path=path, kind=kind)


def _lines() -> list[str]:
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
