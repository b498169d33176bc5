"""A build backend of a few lines: what pip needs of one, to build packages of one module without a registry."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path


def _write(folder: str, files: dict[str, str]) -> str:
    metadata = Path("METADATA").read_text()
    name, version = (metadata.split(f"\n{field}: ")[1].split("\n")[0] for field in ("Name", "Version"))
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    wheel = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    entries = Path("entry_points.txt")
    files = files | {f"{info}/METADATA": metadata, f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"}
    files |= {f"{info}/entry_points.txt": entries.read_text()} if entries.exists() else {}
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(Path(folder, wheel), "w") as archive:
        for path, text in (files | {f"{info}/RECORD": record}).items():
            archive.writestr(path, text)
    return wheel


def build_wheel(folder: str, config_settings: object = None, metadata_directory: str | None = None) -> str:
    """Write the wheel of the project that lies here."""
    return _write(folder, {path.name: path.read_text() for path in Path().glob("*.py")})


def build_editable(folder: str, config_settings: object = None, metadata_directory: str | None = None) -> str:
    """Write a wheel that leads here."""
    return _write(folder, {"tiny_editable.pth": f"{Path().absolute()}\n"})


def build_sdist(folder: str, config_settings: object = None) -> str:
    """Pack the project that lies here; its folder bears its name and version."""
    name = Path().absolute().name
    with tarfile.open(Path(folder, f"{name}.tar.gz"), "w:gz") as archive:
        archive.add(".", name)
    return f"{name}.tar.gz"
