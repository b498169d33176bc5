"""A bot's patterns and dictionary, to learn from beside real utterances or instead of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.data import Utterances
from nlu.config import Config
from nlu.generator import generate_split
from nlu.lexicon import Entry, Lexicon
from nlu.pattern import read_patterns

PATTERNS, DICTIONARY, SETTINGS = "pattern.txt", "dict.csv", "nlu.toml"
"""The files that a bot's folder holds; it can do without the last."""


def read_bot(folder: Path, count: int, weight: float, seed: int = 0) -> tuple[Utterances, Lexicon]:
    """Generate a bot's utterances, none held out, none roughened.

    Args:
        folder: holds `pattern.txt`, `dict.csv`, and `nlu.toml` where the generator has settings of its own.
        count: how many utterances.
        weight: how much each counts.
        seed: which ones.

    Returns:
        The utterances, and the dictionary.

    Raises:
        SourceErrors: mistakes in the files.
    """
    lexicon = Lexicon.read(folder / DICTIONARY)
    patterns = read_patterns(folder / PATTERNS, lexicon=lexicon)
    config = Config.read(folder / SETTINGS) if (folder / SETTINGS).exists() else Config()
    settings = replace(config.generator, count=count, seed=seed, mode="all", copies=0)
    split = generate_split(patterns, lexicon, settings)
    rows = (generated.utterance for part in split.parts.values() for generated in part)
    return tuple(replace(utterance, weight=weight, origin="") for utterance in rows), lexicon


def without_places(lexicon: Lexicon) -> tuple[Entry, ...]:
    """The entries without where they were read, which says nothing about what is learned from them."""
    return tuple(replace(entry, path="", line=0) for entry in lexicon.entries)
