"""`init`: a bot in a folder of its own, to start from."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.errors import InputError
from nlu.korean.particles import attach
from nlu.system.files import TEMPORARY_SUFFIX, atomic_directory

STARTER = resources.files("nlu") / "starter"
"""The files of a new bot, as they are installed with the program."""
_NAMELESS = "새 봇"
_NAME = re.compile(r"[^\W_][\w .\-]{0,39}")
_EXAMPLES = """\
  nlu-init mybot                      mybot 폴더에 새 봇
  nlu-init mybot --name 예약도우미    봇의 이름도 정하기
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser(
        "nlu-init",
        "새 봇의 폴더를 만듭니다: 인사·네·아니요·도움말·취소와 보기 하나의 패턴, 날짜·시각·수·이름의 사전, 설정, 대답.",
        examples=_EXAMPLES,
    )
    parser.add_argument("folder", type=Path, metavar="폴더", help="만들 폴더; 있다면 비어 있어야 합니다")
    parser.add_argument("--name", metavar="이름", help="봇의 이름 (기본: 폴더의 이름)")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    name = bot_name(folder, arguments.name)
    for path in new_bot(folder, name):
        print(f"  {path}")
    here = folder.resolve() == Path.cwd()
    print(f"새 봇 '{name}': {folder}\n\n다음에 할 일 (자세히는 {folder / 'README.md'}):")
    if not here:
        print(f"  cd {_quoted(folder)}")
    print('  nlu-validate\n  nlu-generate\n  nlu-train --draft\n  nlu-parse "내일 7시에 두 명 예약해줘"')
    return ExitCode.OK


def bot_name(folder: Path, wished: str | None) -> str:
    """The name of a new bot: the one wished for, else its folder's where that can be said.

    Raises:
        InputError: what is wished for is no name that fits into every file.

    Example:
        >>> bot_name(Path("bots/pizza"), None), bot_name(Path("pizza"), "피자 도우미")
        ('pizza', '피자 도우미')
    """
    if wished is not None:
        if not _NAME.fullmatch(wished.strip()):
            raise InputError("init.name", given=wished)
        return wished.strip()
    return name if _NAME.fullmatch(name := folder.resolve().name) else _NAMELESS


def new_bot(folder: Path, name: str) -> list[Path]:
    """Write the files of a new bot, all or none; what is there is never touched.

    Args:
        folder: where; made with those above it, or there and empty.
        name: the bot's name.

    Returns:
        The files' paths within the folder.

    Raises:
        InputError: there is something else, or something in it.
    """
    if not os.path.lexists(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _taken_meanwhile(folder), atomic_directory(folder) as unfinished:
            return sorted(_write(STARTER, unfinished, name))
    if not folder.is_dir():
        raise InputError("init.no_folder", path=folder)
    if any(folder.iterdir()):
        raise InputError("init.not_empty", path=folder)
    with _moved_in(folder) as unfinished:  # it may be where the user stands, so it must stay the folder that it is
        return sorted(_write(STARTER, unfinished, name))


def _write(source: Traversable, folder: Path, name: str, at: Path = Path()) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    for entry in source.iterdir():
        if entry.is_dir():
            yield from _write(entry, folder / entry.name, name, at / entry.name)
        elif not entry.name.startswith("__"):
            target = entry.name.replace("dot.", ".", 1) if entry.name.startswith("dot.") else entry.name
            text = entry.read_text(encoding="utf-8")
            text = text.replace("__이름__", name).replace("__봇이에요__", attach(name, "(이)에요"))
            (folder / target).write_bytes(text.encode())
            yield at / target


@contextlib.contextmanager
def _taken_meanwhile(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, FileExistsError) or error.errno == errno.ENOTEMPTY:
            raise InputError("init.not_empty", path=folder) from error
        raise


@contextlib.contextmanager
def _moved_in(folder: Path) -> Iterator[Path]:
    """A folder to fill inside an empty one; what it holds moves up when the block ends, and is gone when it fails."""
    unfinished = Path(tempfile.mkdtemp(prefix=".", suffix=TEMPORARY_SUFFIX, dir=folder))
    moved: list[Path] = []
    try:
        yield unfinished
        for entry in sorted(unfinished.iterdir()):
            target = folder / entry.name
            if os.path.lexists(target):
                raise InputError("init.not_empty", path=folder)
            entry.rename(target)
            moved.append(target)
    except BaseException:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _quoted(folder: Path) -> str:
    text = str(folder)
    text = f"./{text}" if text.startswith("-") else text
    return text if re.fullmatch(r"[\w./\-]+", text) else "'" + text.replace("'", "'\\''") + "'"


if __name__ == "__main__":
    raise SystemExit(main())
