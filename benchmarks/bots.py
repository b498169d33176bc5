"""A bot's patterns and dictionary, to learn from beside real utterances or instead of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from benchmarks.data import PATTERN, Utterances
from benchmarks.ours import source_digest
from nlu import tokenizers
from nlu.commands import project
from nlu.config import Config
from nlu.data import dataset as datasets
from nlu.events import Listener, ignore
from nlu.generation.generator import Generator
from nlu.generation.report import Tally
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import read_patterns
from nlu.pipeline.fingerprint import trained_version
from nlu.pipeline.generate import generate, is_generated
from nlu.pipeline.train import train
from nlu.store.registry import Registry

PATTERNS, DICTIONARY, SETTINGS = "pattern.txt", "dict.csv", "nlu.toml"
"""The files that a bot's folder holds; it can do without the last."""


@dataclass(frozen=True)
class Project:
    """A bot as its author has it.

    Attributes:
        patterns: its pattern file.
        dictionary: its dictionary.
        settings: its settings file; None where it has none.
    """

    patterns: Path
    dictionary: Path
    settings: Path | None

    @classmethod
    def read(cls, folder: Path) -> Project:
        """Find the files where the commands of the product look for them."""
        settings = folder / project.CONFIG
        return cls(folder / project.PATTERNS, folder / project.DICTIONARY, settings if settings.exists() else None)

    def train_without(self, gone: Collection[str], config: Config, work: Path, *, listen: Listener = ignore) -> Path:
        """Generate and train as the commands do, but leave some intents out of the data set.

        Args:
            gone: the intents to leave out.
            config: all settings.
            work: folder for data sets and models; what these files, settings and code made there is not made again.
            listen: is told how far it is.

        Returns:
            The folder of the registry whose active model knows the other intents only.
        """
        work = work / source_digest().hex()[:16]
        patterns, dictionaries, whole = (self.patterns,), (self.dictionary,), work / "data"
        if not is_generated(patterns, dictionaries, whole, config):
            generate(patterns, dictionaries, whole, config, listen=listen)
        folder = work / sha256("\0".join(sorted(gone)).encode()).hexdigest()[:16]
        data, registry = folder / "data", Registry(folder / "models")
        dataset = datasets.read(whole)
        with datasets.writing(data, tokenizers.create(config.tokenizer.name), seed=config.generator.seed) as writer:
            for row in dataset.rows:
                if row.utterance.intent not in gone:
                    writer.add(row)
            writer.facts.update(held_out=dataset.manifest["held_out"], without=sorted(gone))
        if trained_version(data, dictionaries, registry, config) is None:
            train(data, dictionaries, registry, config, listen=listen)
        return registry.root


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
    lexicon = lexicon.with_computed(patterns.computed)
    config = Config.read(folder / SETTINGS) if (folder / SETTINGS).exists() else Config()
    settings = replace(config.generator, count=count, seed=seed, mode="all", copies=0)
    rows = Generator(patterns, lexicon, settings).sample(Tally())
    numbers: dict[str, int] = {}  # where a pattern stands says nothing about what is learned from it
    return tuple(
        replace(row, weight=weight, origin=f"{PATTERN}{numbers.setdefault(row.origin, len(numbers))}")
        for row in (one.utterance for one in rows)
    ), lexicon


def without_places(lexicon: Lexicon) -> tuple[Entry, ...]:
    """The entries without where they were read, which says nothing about what is learned from them."""
    return tuple(replace(entry, path="", line=0) for entry in lexicon.entries)
