"""Where a project's files lie: the options that the commands which build a bot share."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.config import Config
from nlu.pipeline.data_versions import project_of
from nlu.snapshots.author_files import Places

PATTERNS = Path("patterns/pattern.txt")
DICTIONARIES = Path("dictionaries")
DICTIONARY = DICTIONARIES / "dict.csv"
DATA = Path("data")
MODELS = Path("models")
CONFIG = Path("nlu.toml")


@dataclass(frozen=True)
class Project:
    """The places of a bot's files.

    Attributes:
        patterns: pattern files.
        dictionaries: dictionary CSV files.
        data: folder of the data set.
        models: folder of the registry.
        config: all settings.
        import_from: folders outside of the project that patterns may import from.
        settings: the settings file; None where there is none.
    """

    patterns: tuple[Path, ...]
    dictionaries: tuple[Path, ...]
    data: Path
    models: Path
    config: Config
    import_from: tuple[Path, ...] = ()
    settings: Path | None = None

    @property
    def sources(self) -> Places:
        """Where the author's files lie, to keep what they were."""
        folder = project_of(self.data, self.patterns)
        return Places(folder, self.patterns, self.dictionaries, self.settings, import_from=self.import_from)


def add_options(parser: argparse.ArgumentParser, *names: str) -> None:
    """Add options of a project to a command: some of "patterns", "dictionary", "data", "models", "config"."""
    rows: dict[str, tuple[str, Path, str, Sequence[str] | None]] = {
        "patterns": ("파일", PATTERNS, "패턴 파일", ["+"]),
        "dictionary": ("파일", DICTIONARIES / "*.csv", "사전 CSV", ["+"]),
        "data": ("폴더", DATA, "데이터 폴더", None),
        "models": ("폴더", MODELS, "모델 저장소", None),
        "config": ("파일", CONFIG, "설정 파일(TOML); 없으면 기본값", None),
    }
    for name in names:
        metavar, default, text, several = rows[name]
        parser.add_argument(
            f"--{name}",
            metavar=metavar,
            type=Path,
            nargs="+" if several else None,
            default=None if several else default,
            help=f"{text} (기본: {default})",
        )
    if "patterns" in names:
        parser.add_argument(
            "--import-from",
            metavar="폴더",
            type=Path,
            nargs="+",
            default=[],
            help="패턴이 @import로 더 불러와도 되는, 프로젝트 밖의 폴더",
        )


def read(arguments: argparse.Namespace) -> Project:
    """Gather the places from a command's arguments; those it has no option for keep their defaults."""
    place = locate(arguments)
    return place if place.settings is None else replace(place, config=Config.read(place.settings))


def locate(arguments: argparse.Namespace) -> Project:
    """Gather the places, and leave the settings file, which may have mistakes, unread."""
    path: Path = getattr(arguments, "config", CONFIG)
    return Project(
        patterns=tuple(getattr(arguments, "patterns", None) or [PATTERNS]),
        dictionaries=tuple(getattr(arguments, "dictionary", None) or dictionaries()),
        data=getattr(arguments, "data", DATA),
        models=getattr(arguments, "models", MODELS),
        config=Config(),
        import_from=tuple(getattr(arguments, "import_from", ())),
        settings=path if path != CONFIG or path.exists() else None,
    )


def dictionaries(folder: Path = Path()) -> list[Path]:
    """All dictionaries of a project, in the order of their names."""
    there = sorted(path for path in (folder / DICTIONARIES).glob("*.csv") if not path.name.startswith((".", "~")))
    return there or [folder / DICTIONARY]
