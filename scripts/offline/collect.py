"""Collects every package that the product needs, as wheels with their hashes, for machines without a network.

What was collected stays collected: a run that was stopped is gone on with, and the manifest is written last.
"""

from __future__ import annotations

import argparse
import configparser
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pip._vendor.packaging.requirements import Requirement

from scripts.offline.check import is_whole
from scripts.offline.wheels import (
    REQUIREMENTS_NAME,
    ROOT,
    SERVING_NAME,
    Wheel,
    Wheelhouse,
    project_hash,
    read,
    sha256,
    this_target,
    write_whole,
)

SERVING = ("server", "postgresql", "celery", "s3")
PRODUCT = ("train", "search", "excel", "loopback", *SERVING)
"""The parts of the product: all that needs no other program (Java, MLflow), and nothing of the tests."""
PARTIAL_NAME = ".partial.jsonl"
"""What was collected so far, one wheel a line."""
_UNFINISHED = ".unfinished-"
_AT_ONCE = 4

_EPILOG = """\
보기:
  ./scripts/wheelhouse 휠하우스                        서비스와 학습에 필요한 것을 모두 (멈췄으면 이어서)
  ./scripts/wheelhouse 휠하우스 --extras konlpy        그 밖의 것도
  PYTHON=python3.12 ./scripts/wheelhouse 휠하우스      다른 파이썬으로 쓸 것

  그 폴더를 이 저장소와 함께 인터넷이 없는 컴퓨터로 옮긴 다음
  ./scripts/quickstart --from 휠하우스                 설치하고 학습하고 서비스합니다
  pip install --no-index --find-links 휠하우스 --require-hashes -r 휠하우스/serving.txt    서버에 필요한 것만

패키지는 pip가 쓰도록 설정된 저장소에서 받습니다(pip.conf). 같은 운영체제, 같은 파이썬 판에서 모으세요."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A package as pip resolved it: what to fetch, and the SHA-256 that it must have."""

    name: str
    version: str
    sha256: str

    @property
    def key(self) -> str:
        """The name as packages are compared by."""
        return canonical(self.name)


def canonical(name: str) -> str:
    """Spell a package's name as packages are compared by.

    Example:
        >>> canonical("Typing_Extensions")
        'typing-extensions'
    """
    return name.lower().replace("_", "-").replace(".", "-")


class CollectError(Exception):
    """pip could not resolve or fetch something; it has said why."""


def collect(folder: Path, extras: Sequence[str]) -> Wheelhouse:
    """Fill a folder; what lies there already is not fetched again.

    Raises:
        CollectError: pip failed; what was collected stays.
    """
    for left in folder.glob(f"{_UNFINISHED}*"):  # by a run that was killed
        shutil.rmtree(left)
    tell("무엇이 필요한지 정합니다 …")
    chosen = resolve(extras, ("-c", str(ROOT / "constraints.txt")))
    served = {one.key for one in _serving(chosen, extras)}
    before = known(folder)
    wheels = fetch_missing(folder, chosen, before)
    lines = {canonical(wheel.file.split("-")[0]): f"{wheel.requirement}\n" for wheel in wheels}
    write_whole(folder / REQUIREMENTS_NAME, "".join(lines.values()))
    write_whole(folder / SERVING_NAME, "".join(line for key, line in lines.items() if key in served))
    done = Wheelhouse(this_target(), tuple(sorted(extras)), project_hash(), tuple(wheels))
    done.write(folder)
    _forget(folder, {wheel.file for wheel in wheels}, before)
    return done


def resolve(extras: Sequence[str], options: Sequence[str]) -> list[Chosen]:
    """Ask pip which versions of all packages to take, with those that build this project.

    What only earlier patch releases of this Python need is among them, since the other machine may have one.
    """
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    wanted = [f".[{','.join(extras)}]", *build]
    items = _report([*options, *wanted])
    if older := sorted(_of_older_pythons(items)):
        items = _report([*options, *wanted, *older])
    rows = [(item["metadata"], item["download_info"]) for item in items if "archive_info" in item["download_info"]]
    return sorted(
        (Chosen(data["name"], data["version"], where["archive_info"]["hashes"]["sha256"]) for data, where in rows),
        key=lambda one: one.key,
    )


def _report(arguments: Sequence[str]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as place:
        report = Path(place, "report.json")
        pip("install", "--dry-run", "--ignore-installed", "--quiet", "--report", str(report), *arguments)
        return list(json.loads(report.read_bytes())["install"])


def _of_older_pythons(items: Iterable[Mapping[str, Any]]) -> set[str]:
    """What the packages of a report would need besides with the first release of this minor version."""
    first = f"{sys.version_info[0]}.{sys.version_info[1]}.0"
    found = set()
    for item in items:
        for line in item["metadata"].get("requires_dist", ()):
            requirement = Requirement(line)
            marker = requirement.marker
            if marker and "python_full_version" in str(marker):
                asked = [{"extra": extra} for extra in ("", *item.get("requested_extras", ()))]
                if any(marker.evaluate({**one, "python_full_version": first}) for one in asked):
                    found.add(f"{requirement.name}{requirement.specifier}")
    return found


def _serving(chosen: Iterable[Chosen], extras: Sequence[str]) -> list[Chosen]:
    """Those that a server needs, in the same versions."""
    with tempfile.TemporaryDirectory() as place:
        pins = Path(place, "pins.txt")
        pins.write_text("".join(f"{one.name}=={one.version}\n" for one in chosen), encoding="utf-8")
        return resolve([extra for extra in extras if extra in SERVING], ("-c", str(pins)))


def fetch_missing(folder: Path, chosen: Sequence[Chosen], there: Mapping[str, Wheel]) -> list[Wheel]:
    """Fetch what is missing, a few at once; each wheel is there whole or not at all."""
    wheels = {one.sha256: wheel for one in chosen if (wheel := there.get(one.sha256)) and is_whole(folder, wheel)}
    missing = [one for one in chosen if one.sha256 not in wheels]
    tell(f"패키지 {len(chosen)}개 가운데 {len(wheels)}개는 있고 {len(missing)}개를 받습니다.")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting: dict[Future[Wheel], Chosen] = {pool.submit(fetch, folder, one): one for one in missing}
        try:
            for count, done in enumerate(as_completed(waiting), 1):
                wheel = wheels[waiting[done].sha256] = done.result()
                with (folder / PARTIAL_NAME).open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(wheel)) + "\n")
                tell(f"[{count}/{len(missing)}] {wheel.file} ({wheel.size / 1e6:.1f} MB)")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [wheels[one.sha256] for one in chosen]


def fetch(folder: Path, one: Chosen) -> Wheel:
    """Fetch a package by its hash, as a wheel, which is built where the registry has only its source."""
    with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as place:
        line = Path(place, "line.txt")
        line.write_text(f"{one.name}=={one.version} --hash=sha256:{one.sha256}\n", encoding="utf-8")
        pip("wheel", "--quiet", "--no-deps", "--require-hashes", "-r", str(line), "-w", place)
        (path,) = Path(place).glob("*.whl")
        wheel = Wheel(path.name, sha256(path), path.stat().st_size, one.sha256)
        os.replace(path, folder / path.name)
    return wheel


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make the folder, and see that no other run fills it meanwhile.

    Raises:
        CollectError: another one does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CollectError(f"{folder}: 다른 곳에서 이 폴더에 모으고 있습니다.") from None
        yield


def pip(*arguments: str) -> None:
    """Run pip, as this machine has it set up."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if run.returncode:
        raise CollectError(run.stdout.strip())


def known(folder: Path) -> dict[str, Wheel]:
    """What an earlier run collected: by the hash of what the registry gave."""
    before = read(folder)
    found = {wheel.source: wheel for wheel in (before.wheels if before else ())}
    path = folder / PARTIAL_NAME
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        with suppress(ValueError, TypeError):  # a run was killed in the middle of a line
            wheel = Wheel(**json.loads(line))
            found[wheel.source] = wheel
    return found


def _forget(folder: Path, kept: set[str], before: Mapping[str, Wheel]) -> None:
    """Remove the wheels of earlier collections that this one has replaced; whatever else lies there stays."""
    for wheel in before.values():
        if wheel.file not in kept:
            (folder / wheel.file).unlink(missing_ok=True)
    (folder / PARTIAL_NAME).unlink(missing_ok=True)


def tell(line: str) -> None:
    """Tell whoever waits."""
    print(line, file=sys.stderr, flush=True)


def _extras(given: str) -> tuple[str, ...]:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    there = list(setup["options.extras_require"])
    chosen = [*PRODUCT, *filter(None, given.split(","))]
    if wrong := sorted({*chosen} - {*there}):
        raise argparse.ArgumentTypeError(f"{', '.join(wrong)}: 그런 것은 없습니다. 있는 것: {', '.join(there)}")
    return tuple(dict.fromkeys(chosen))


def main(argv: Sequence[str]) -> int:
    """Run the command and give its exit code."""
    parser = argparse.ArgumentParser(
        "wheelhouse",
        description="인터넷이 없는 컴퓨터에 설치할 패키지를 해시와 함께 한 폴더에 모읍니다.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="폴더", help="모을 곳")
    parser.add_argument(
        "--extras", type=_extras, default=_extras(""), metavar="이름,…", help="더 모을 것 (setup.cfg의 extras)"
    )
    options = parser.parse_args(argv)
    folder = Path(os.environ.get("CALLED_FROM", "."), options.folder)
    try:
        with alone(folder):
            done = collect(folder, options.extras)
    except CollectError as error:
        tell(f"{error}\n다 모으지 못했습니다. 받은 것은 그대로 있으니, 다시 실행하면 이어서 모읍니다.")
        return 1
    except KeyboardInterrupt:
        tell("멈췄습니다. 다시 실행하면 이어서 모읍니다.")
        return 130
    size = sum(wheel.size for wheel in done.wheels) / 1e6
    tell(f"{options.folder}: 휠 {len(done.wheels)}개, {size:,.0f} MB ({done.target}). 이제 quickstart --from 폴더")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
