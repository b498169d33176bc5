"""Help whose columns are straight although Hangul is two columns wide on a terminal."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

_FILLER = "\0"
"""Stands for the second column of a wide character while argparse, which counts characters, lays out the help."""


class KoreanFormatter(argparse.RawDescriptionHelpFormatter):
    """Help with Korean headings and straight columns; description and epilog keep their line breaks."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Add the usage line under its Korean heading."""
        super().add_usage(usage, actions, groups, filled("사용법: ") if prefix is None else prefix)

    def format_help(self) -> str:
        """Write the help."""
        return super().format_help().replace(_FILLER, "")

    def _metavar_formatter(self, action: argparse.Action, default_metavar: str) -> Callable[[int], tuple[str, ...]]:
        names = super()._metavar_formatter(action, default_metavar)
        return lambda size: tuple(filled(str(name)) for name in names(size))

    def _expand_help(self, action: argparse.Action) -> str:
        return filled(super()._expand_help(action))


def filled(text: str) -> str:
    """Make a text as many characters long as it is columns wide.

    Example:
        >>> len(filled("파일 a"))
        6
    """
    return "".join(char + _FILLER * (unicodedata.east_asian_width(char) in "WF") for char in text)
