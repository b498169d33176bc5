"""The completion of a command in a shell, as a script that the shell reads once: no Python starts at a Tab."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import shtab

OPTION = "--print-completion"


def add_to(parser: argparse.ArgumentParser) -> None:
    """Let a command print its completion.

    Example:
        >>> parser = argparse.ArgumentParser("nlu-hello")
        >>> add_to(parser)
        >>> "--print-completion" in script(parser, "bash")
        True
    """
    help_text = f'셸의 자동 완성을 켭니다: eval "$({parser.prog} {OPTION} bash)"'
    parser.add_argument(OPTION, action=_Print, choices=shtab.SUPPORTED_SHELLS, metavar="셸", help=help_text)


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Write what a shell reads to complete a command; files and folders are completed where they are asked for."""
    for action in _actions(parser):
        if action.type is Path:
            is_folder = "폴더" in str(action.metavar)
            action.complete = shtab.DIRECTORY if is_folder else shtab.FILE  # type: ignore[attr-defined]
    return str(shtab.complete(parser, shell))


class _Print(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        print(script(parser, str(values)))
        parser.exit()


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _actions(inner)
