"""Says whether this machine can be set up from a wheelhouse, and if not, what to do, before anything is installed."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from scripts.offline.wheels import (
    MANIFEST_NAME,
    Target,
    Wheel,
    Wheelhouse,
    needed_glibc,
    project_hash,
    read,
    sha256,
    this_target,
)

_AGAIN = "인터넷이 되는 컴퓨터에서 ./scripts/wheelhouse 폴더 를 다시 실행해 폴더째 옮기세요."
_SHOWN = 5
"""Wheels that a message names."""


def problems(folder: Path, extras: Iterable[str]) -> list[str]:
    """Find what speaks against installing from a folder.

    Args:
        folder: the wheelhouse.
        extras: the parts of the product to install.

    Returns:
        What is wrong and what to do, in Korean; nothing where all is well.
    """
    if not folder.is_dir():
        return [f"{folder}: 그런 폴더가 없습니다."]
    found = read(folder)
    if found is None:
        return [f"{folder}: 다 모은 휠하우스가 아닙니다({MANIFEST_NAME}이 없거나 다른 판의 것). {_AGAIN}"]
    return _unfit(folder, found, frozenset(extras), this_target()) or list(_damaged(folder, found.wheels))


def _unfit(folder: Path, found: Wheelhouse, extras: frozenset[str], here: Target) -> list[str]:
    wanted = found.target
    if (wanted.python, wanted.implementation) != (here.python, here.implementation):
        return [
            f"{folder}: {wanted}에서 쓸 휠하우스인데 여기는 {here}입니다 ({sys.executable}).\n"
            f"  파이썬 {wanted.python}이 있으면 .venv를 지우고 PYTHON=python{wanted.python}을 앞에 붙여 다시,\n"
            f"  없으면 인터넷이 되는 컴퓨터에서 PYTHON=python{here.python} ./scripts/wheelhouse 폴더 로 다시 모으세요."
        ]
    if (wanted.system, wanted.machine) != (here.system, here.machine):
        return [f"{folder}: {wanted}에서 쓸 휠하우스인데 여기는 {here}입니다. 같은 종류의 컴퓨터에서 모으세요."]
    library, version = platform.libc_ver()
    needed = needed_glibc(found.wheels)
    if library == "glibc" and tuple(map(int, version.split(".")[:2])) < needed:
        return [f"{folder}: glibc {needed[0]}.{needed[1]} 이상이 필요한데 여기는 {version}입니다."]
    if missing := sorted(extras - {*found.extras}):
        return [f"{folder}: {', '.join(missing)}에 필요한 패키지는 모으지 않은 휠하우스입니다. {_AGAIN}"]
    if found.project != project_hash():
        return [f"{folder}: 이 판이 아니라 다른 판의 setup.cfg, constraints.txt로 모은 휠하우스입니다. {_AGAIN}"]
    return []


def _damaged(folder: Path, wheels: Sequence[Wheel]) -> Iterable[str]:
    missing = [wheel.file for wheel in wheels if not (folder / wheel.file).is_file()]
    if missing:
        yield f"{folder}: 휠 {len(missing)}개가 없습니다: {_named(missing)}. {_AGAIN}"
    there = [wheel for wheel in wheels if (folder / wheel.file).is_file()]
    altered = [wheel.file for wheel in there if not is_whole(folder, wheel)]
    if altered:
        yield f"{folder}: 휠 {len(altered)}개가 모았을 때와 다릅니다(SHA-256): {_named(altered)}. {_AGAIN}"


def is_whole(folder: Path, wheel: Wheel) -> bool:
    """Whether a wheel lies in a folder as it was collected."""
    path = folder / wheel.file
    return path.is_file() and path.stat().st_size == wheel.size and sha256(path) == wheel.sha256


def _named(files: Sequence[str]) -> str:
    more = len(files) - _SHOWN
    return ", ".join(files[:_SHOWN]) + (f" 밖에 {more}개" if more > 0 else "")


def main(argv: Sequence[str]) -> int:
    """Print what is wrong with a wheelhouse; give 1 if anything is."""
    folder, extras = argv
    found = problems(Path(folder), extras.split(","))
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
