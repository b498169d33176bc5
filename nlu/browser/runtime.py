"""ONNX Runtime Web from the npm registry: one pinned version, checked, and kept for the next export."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import urllib.request
from collections.abc import Iterable, Mapping
from http.client import HTTPException
from pathlib import Path
from types import MappingProxyType

from nlu.errors import MissingPackageError, NluError
from nlu.system.files import write_atomic

PACKAGE, VERSION = "onnxruntime-web", "1.30.0"
INTEGRITY = "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
"""What the registry's own entry says of the package's archive."""
FILES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ort.wasm.min.mjs": ("ort.js", "219e6a1fc8a9938268d18efca3c91d310bd2f4a59bbd13744df5b2b7fc6cee3b"),
        "ort-wasm-simd-threaded.mjs": ("wasm.js", "e13f7f94fc51b4ca72b12faeb1ee95f4ace6dfbc8939bc718aabdc0a27c4299b"),
        "ort-wasm-simd-threaded.wasm": (
            "wasm.wasm",
            "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
        ),
    }
)
"""Of the package's hundreds of files those that a bundle needs: what a bundle calls them, and their SHA-256. Many
servers do not know that a file named `.mjs` is JavaScript, and browsers run none that is served as something else."""

_SECONDS = 120


class RuntimeUnavailable(MissingPackageError):
    """ONNX Runtime Web can't be had, or is not what was expected."""

    def __init__(self, code: str, **values: object) -> None:
        NluError.__init__(self, code, **values)


def runtime_files(archive: Path | None = None, cache: Path | None = None) -> dict[str, bytes]:
    """The files of ONNX Runtime Web by the names a bundle gives them, downloaded when they are asked for first.

    Args:
        archive: the package as `npm pack` leaves it, where the registry can't be reached.
        cache: the folder in which they are kept; that of the user when None.

    Raises:
        RuntimeUnavailable: the registry does not answer, or what came has another checksum.
    """
    folder = (cache or user_cache()) / f"{PACKAGE}-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    if archive is not None or not all(map(_is_whole, _paths(folder), FILES.values())):
        packed = _downloaded() if archive is None else archive.read_bytes()
        for path, content in zip(_paths(folder), _unpacked(packed), strict=True):
            write_atomic(path, content)
    return {path.name: path.read_bytes() for path in _paths(folder)}


def user_cache() -> Path:
    """The folder for what can be downloaded again, after the XDG base directory specification."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "korean-nlu"


def registry() -> str:
    """The npm registry that this machine uses: of the environment, else of `.npmrc` here or at home, else npm's own.

    Raises:
        RuntimeUnavailable: nobody has set one, and there is no npm to ask.
    """
    for name, value in os.environ.items():
        if name.lower() == "npm_config_registry" and value:
            return _with_slash(value)
    set_by_hand = filter(None, map(_registry_in, (Path(".npmrc"), Path.home() / ".npmrc")))
    if (found := next(set_by_hand, None) or _registry_of_npm()) is None:
        raise RuntimeUnavailable("browser.no_registry", package=PACKAGE, version=VERSION)
    return found


def _registry_of_npm() -> str | None:
    """The registry that npm would take; None where there is no npm."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    try:
        asked = subprocess.run(
            [npm, "config", "get", "registry"], capture_output=True, text=True, check=True, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return _with_slash(asked.stdout.strip()) if asked.stdout.startswith("http") else None


def _registry_in(settings: Path) -> str | None:
    """The registry that an `.npmrc` names."""
    if not settings.is_file():
        return None
    lines = (line.partition("=") for line in settings.read_text(encoding="utf-8", errors="replace").splitlines())
    found = [value.strip().strip("\"'") for name, _, value in lines if name.strip() == "registry"]
    return _with_slash(found[-1]) if found and found[-1] else None


def _with_slash(url: str) -> str:
    return url.rstrip("/") + "/"


def _downloaded() -> bytes:
    url = f"{registry()}{PACKAGE}/-/{PACKAGE}-{VERSION}.tgz"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as response:
            content: bytes = response.read()
    except (OSError, HTTPException, ValueError) as error:
        raise RuntimeUnavailable(
            "browser.unreachable", url=url, package=PACKAGE, version=VERSION, problem=str(error)
        ) from error
    return content


def _unpacked(packed: bytes) -> Iterable[bytes]:
    """The files that are needed out of the package's archive, whose checksum must be the one that is pinned."""
    digest = f"sha512-{base64.b64encode(hashlib.sha512(packed).digest()).decode()}"
    if digest != INTEGRITY:
        raise RuntimeUnavailable("browser.integrity", package=PACKAGE, version=VERSION, expected=INTEGRITY, got=digest)
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as package:
        files = [package.extractfile(f"package/dist/{name}") for name in FILES]
        return [file.read() for file in files if file is not None]


def _paths(folder: Path) -> list[Path]:
    return [folder / name for name, _ in FILES.values()]


def _is_whole(path: Path, expected: tuple[str, str]) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == expected[1]
