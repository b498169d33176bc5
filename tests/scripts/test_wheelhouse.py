"""Packages are collected on one machine and installed on another that reaches no registry."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pip
import pytest

from scripts.offline import wheels
from scripts.offline.check import problems
from scripts.offline.collect import PARTIAL_NAME, Chosen, CollectError, fetch_missing, known
from scripts.offline.wheels import REQUIREMENTS_NAME, SERVING_NAME, Wheel, Wheelhouse, read, sha256
from tests.processes import ROOT
from tests.scripts import tiny_backend

EXTRAS = ("train", "search", "excel", "loopback", "server", "postgresql", "celery", "s3")
PYPROJECT = '[build-system]\nrequires = ["tiny_backend"]\nbuild-backend = "tiny_backend"\n'


def write_package(folder: Path, name: str, metadata: str = "", **files: str) -> Path:
    """Write the source of a package of one module."""
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{metadata}")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    for path, text in {f"{name}.py": "", **files}.items():
        (folder / path).write_text(text)
    return folder


def pack(monkeypatch: pytest.MonkeyPatch, source: Path, index: Path, name: str, kind: str = "wheel") -> None:
    """Put a package into a registry that is a folder."""
    (index / name.replace("_", "-")).mkdir(parents=True)
    monkeypatch.chdir(source)
    file = getattr(tiny_backend, f"build_{kind}")(str(index / name.replace("_", "-")))
    (index / name.replace("_", "-") / "index.html").write_text(f'<a href="{file}">{file}</a>')


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a registry of three packages, of one of which it has the source only."""
    folder = tmp_path / "registry"
    backend = Path(tiny_backend.__file__).read_text(encoding="utf-8")
    sources = {
        "tiny_backend": write_package(tmp_path / "a", "tiny_backend", **{"tiny_backend.py": backend}),
        "tiny_trainer": write_package(tmp_path / "b", "tiny_trainer", "Requires-Dist: tiny_server\n"),
    }
    for name, source in sources.items():
        pack(monkeypatch, source, folder, name)
    source = write_package(tmp_path / "tiny_server-1.0", "tiny_server")
    pack(monkeypatch, source, folder, "tiny_server", "sdist")
    return folder.as_uri()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with our scripts, that needs little."""
    needs = {"train": "tiny_trainer", "server": "tiny_server"}
    metadata = "".join(f"Provides-Extra: {extra}\n" for extra in EXTRAS)
    metadata += "".join(f'Requires-Dist: {name}; extra == "{extra}"\n' for extra, name in needs.items())
    says = "import sys, tiny_trainer\n\n\ndef main():\n    print('served', *sys.argv[1:])\n"
    entries = "[console_scripts]\nnlu-quickstart = korean_nlu:main\n"
    files = {"korean_nlu.py": says, "entry_points.txt": entries, "constraints.txt": ""}
    setup = "[options.extras_require]\n" + "".join(f"{extra} =\n" for extra in EXTRAS)
    folder = write_package(tmp_path / "봇 하나", "korean_nlu", metadata, **files, **{"setup.cfg": setup})
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    # As python -m venv makes it, but with the pip of the tests' own environment, which is there already.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    (packages,) = folder.glob(".venv/lib/python*/site-packages")
    (packages / "pip").symlink_to(Path(pip.__file__).parent)
    return folder


def run(command: list[str], project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept: Mapping[str, str] = {name: text for name, text in os.environ.items() if not name.startswith(("PIP_", "PY"))}
    known = {**kept, "PIP_CONFIG_FILE": os.devnull, "PYTHON": sys.executable, **environment}
    return subprocess.run(command, cwd=project, env=known, capture_output=True, text=True, check=False)


def collect(project: Path, folder: Path, index: str) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-m", "scripts.offline.collect", str(folder)], project, PIP_INDEX_URL=index)


@pytest.mark.slow
def test_what_was_collected_is_installed_without_a_registry(project: Path, tmp_path: Path, index: str) -> None:
    """Starts pip eight times."""
    folder = tmp_path / "wheels"
    done = collect(project, folder, index)
    assert done.returncode == 0, done.stderr
    assert "[3/3] " in done.stderr
    lines = (folder / REQUIREMENTS_NAME).read_text().splitlines()
    assert [line.partition("==")[0] for line in lines] == ["tiny_backend", "tiny_server", "tiny_trainer"]
    assert (folder / SERVING_NAME).read_text().splitlines() == lines[:2]  # what builds the product, and a server's

    with socket.create_server(("127.0.0.1", 0)) as probe:
        dead = f"http://127.0.0.1:{probe.getsockname()[1]}/simple"
    off = {"PIP_INDEX_URL": dead, "PIP_NO_INDEX": "1"}
    start = ["scripts/quickstart", "--from", "../wheels", "--port", "8001"]
    (folder / "tiny_trainer-1.0-py3-none-any.whl").rename(tmp_path / "kept.whl")
    refused = run(start, project, **off)
    assert refused.returncode == 1
    assert "휠 1개가 없습니다: tiny_trainer-1.0-py3-none-any.whl." in refused.stderr
    (tmp_path / "kept.whl").rename(folder / "tiny_trainer-1.0-py3-none-any.whl")
    served = run(start, project, **off)
    assert (served.returncode, served.stdout) == (0, "served --port 8001\n"), served.stderr
    assert run(["scripts/quickstart"], project, **off).stdout == "served\n"  # which finds all installed


def test_a_run_that_was_stopped_is_gone_on_with(
    tmp_path: Path, index: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, given in {"PIP_INDEX_URL": index, "PIP_CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(name, given)
    source = tmp_path / "registry" / "tiny-trainer" / "tiny_trainer-1.0-py3-none-any.whl"
    chosen = Chosen("tiny_trainer", "1.0", sha256(source))
    (first,) = fetch_missing(tmp_path, [chosen], {})
    with (tmp_path / PARTIAL_NAME).open("a") as file:
        file.write('{"file": "half a li')  # as a kill leaves it
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert fetch_missing(tmp_path, [chosen], known(tmp_path)) == [first]
    assert capfd.readouterr().err.splitlines()[-1] == "패키지 1개 가운데 1개는 있고 0개를 받습니다."
    (tmp_path / first.file).write_bytes(b"altered")
    with pytest.raises(CollectError, match="No matching distribution found for tiny_trainer"):
        fetch_missing(tmp_path, [chosen], known(tmp_path))


@pytest.mark.slow
def test_what_pip_cannot_find_is_said(project: Path, tmp_path: Path) -> None:
    done = collect(project, tmp_path / "wheels", (tmp_path / "nothing").as_uri())
    assert done.returncode == 1
    assert "No matching distribution found for tiny_backend" in done.stderr
    assert done.stderr.endswith("다 모으지 못했습니다. 받은 것은 그대로 있으니, 다시 실행하면 이어서 모읍니다.\n")
    assert problems(tmp_path / "wheels", ["train"])[0].startswith(f"{tmp_path / 'wheels'}: 다 모은 휠하우스가 아닙니다")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A wheelhouse of one wheel."""
    path = tmp_path / "small-1.0-py3-none-any.whl"
    path.write_bytes(b"a wheel")
    wheel = Wheel(path.name, sha256(path), path.stat().st_size, sha256(path))
    Wheelhouse(wheels.this_target(), ("server", "train"), wheels.project_hash(), (wheel,)).write(tmp_path)
    return tmp_path


def change(folder: Path, **values: object) -> None:
    found = read(folder)
    assert found is not None
    replace(found, **values).write(folder)


def test_a_whole_wheelhouse_is_taken(folder: Path) -> None:
    assert problems(folder, ["server", "train"]) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"python": "3.99"}, "에서 쓸 휠하우스인데 여기는 cpython"),
        ({"implementation": "pypy"}, "pypy"),
        ({"system": "win32"}, "같은 종류의 컴퓨터에서 모으세요."),
        ({"machine": "riscv"}, "riscv"),
    ],
)
def test_another_python_or_machine_is_told_so(folder: Path, changed: dict[str, str], told: str) -> None:
    change(folder, target=replace(wheels.this_target(), **changed))
    (problem,) = problems(folder, ["server"])
    assert told in problem


def test_another_python_is_told_which_one_to_take(folder: Path) -> None:
    change(folder, target=replace(wheels.this_target(), python="3.99"))
    (problem,) = problems(folder, ["server"])
    assert "PYTHON=python3.99" in problem
    assert f"PYTHON=python{sys.version_info[0]}.{sys.version_info[1]} ./scripts/wheelhouse 폴더" in problem


def test_an_altered_wheel_is_named(folder: Path) -> None:
    (folder / "small-1.0-py3-none-any.whl").write_bytes(b"a whele")
    (problem,) = problems(folder, ["server"])
    assert "휠 1개가 모았을 때와 다릅니다(SHA-256): small-1.0-py3-none-any.whl." in problem


def test_what_was_not_collected_is_named(folder: Path) -> None:
    (problem,) = problems(folder, ["server", "konlpy"])
    assert problem.startswith(f"{folder}: konlpy에 필요한 패키지는 모으지 않은 휠하우스입니다.")


def test_a_wheelhouse_of_another_release_is_refused(folder: Path) -> None:
    change(folder, project="0" * 64)
    assert "다른 판의 setup.cfg" in problems(folder, ["server"])[0]


def test_a_system_that_is_too_old_is_told_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(folder, wheels=(Wheel("a-1-cp311-cp311-manylinux_2_28_x86_64.whl", "", 0, ""),))
    monkeypatch.setattr("platform.libc_ver", lambda: ("glibc", "2.17"))
    assert "glibc 2.28 이상이 필요한데 여기는 2.17입니다" in problems(folder, ["server"])[0]


def test_no_folder_and_an_unfinished_one_are_told_apart(tmp_path: Path) -> None:
    assert problems(tmp_path / "none", ["server"]) == [f"{tmp_path / 'none'}: 그런 폴더가 없습니다."]
    (tmp_path / wheels.MANIFEST_NAME).write_text('{"format": 1}')
    assert "다 모은 휠하우스가 아닙니다" in problems(tmp_path, ["server"])[0]
