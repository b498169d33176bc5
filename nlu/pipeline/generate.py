"""Patterns and dictionary to a data set on disk: the first stage of the pipeline, which needs no torch."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from nlu import tokenizers
from nlu.augmentation.augmenter import Augmenter
from nlu.config import Config
from nlu.data import dataset as datasets
from nlu.data.dataset import Record
from nlu.data.importers import read_any
from nlu.generation.generator import Generator
from nlu.generation.report import GenerationReport
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import PatternFile, read_patterns
from nlu.types import LabelledUtterance
from nlu.version import VERSION

IMPORTED = "imported"
"""Slice of the utterances that come from a file instead of a pattern."""


@dataclass(frozen=True)
class Import:
    """A file of labelled utterances to mix in, and how much each counts relative to a generated one."""

    path: Path
    weight: float = 1.0


def generate(
    patterns: Sequence[Path],
    dictionaries: Sequence[Path],
    data: Path,
    config: Config,
    *,
    imports: Sequence[Import] = (),
    progress: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> GenerationReport:
    """Expand the patterns into a data set.

    Args:
        patterns: pattern files.
        dictionaries: dictionary files.
        data: folder to write; replaced in one step.
        config: what to generate and how to roughen it.
        imports: files of real utterances to mix in; split by chance, 60/20/20, in a slice of their own.
        progress: show a progress bar, once the author's files are read and found right.
        say: told what the imported files held that is not used, in Korean.

    Raises:
        SourceErrors: mistakes in the author's files, all of them.
    """
    lexicon = Lexicon.read(*dictionaries)
    file = read_patterns(*patterns, lexicon=lexicon)
    generator = Generator(file, lexicon, config.generator, refit=config.refit)
    augmenter = Augmenter(config.augmentation)
    imported = [utterance for one in imports for utterance in _read(one, say)]
    facts: dict[str, object] = {}
    reports: list[GenerationReport] = []

    def records() -> Iterator[Record]:
        for part, generated in generator.run(augmenter.augment):
            yield Record(generated.utterance, part, generated.slice)
        if imported:
            for record in datasets.split_randomly(imported, random.Random(config.generator.seed)):
                yield replace(record, slice=IMPORTED)
        report = generator.report()  # known only now, written only at the end
        reports.append(report)
        facts.update(_facts(report, config, imports))
        bar.total = report.written + report.copies + len(imported)

    inputs = _inputs(file, dictionaries, imports)
    tokenizer = tokenizers.create(config.tokenizer.name)
    most = generator.most + len(imported)
    bar = tqdm(records(), desc="generate", unit="utt", total=most, disable=not progress)
    datasets.write(data, bar, tokenizer, seed=config.generator.seed, inputs=inputs, facts=facts)
    return reports[0]


def is_generated(
    patterns: Sequence[Path], dictionaries: Sequence[Path], data: Path, config: Config, imports: Sequence[Import] = ()
) -> bool:
    """Whether the data set was made from just these files and settings; imported pattern files count too."""
    try:
        manifest = json.loads((data / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    file = read_patterns(*patterns, lexicon=Lexicon.read(*dictionaries))
    hashes = datasets.input_hashes(_inputs(file, dictionaries, imports))
    return bool(manifest.get("inputs") == hashes and manifest.get("recipe") == _recipe(config, imports))


def _read(one: Import, say: Callable[[str], None]) -> tuple[LabelledUtterance, ...]:
    held = read_any(one.path, one.weight)
    notes = list(held.notes)
    if held.entries:
        notes.append(f"사전 값 {len(held.entries)}개는 쓰지 않았습니다. 필요하면 사전 CSV에 옮겨 적으세요.")
    for note in notes:
        say(f"{one.path}: {note}")
    return held.utterances


def _inputs(file: PatternFile, dictionaries: Sequence[Path], imports: Sequence[Import]) -> list[Path]:
    return [*(Path(one.path) for one in file.files), *dictionaries, *(one.path for one in imports)]


def _recipe(config: Config, imports: Sequence[Import]) -> dict[str, Any]:
    """What besides the author's files decides how a data set comes out, as JSON gives it back."""
    recipe = {
        "generator": {**asdict(config.generator), "processes": None},
        "augmentation": asdict(config.augmentation),
        "refit": config.refit,
        "tokenizer": config.tokenizer.name,
        "import_weights": [one.weight for one in imports],
        "version": VERSION,
    }
    return json.loads(json.dumps(recipe))  # type: ignore[no-any-return]


def _facts(report: GenerationReport, config: Config, imports: Sequence[Import]) -> dict[str, object]:
    """What the manifest says of the generation."""
    return {
        "recipe": _recipe(config, imports),
        "requested": report.requested,
        "written": report.written,
        "augmented_copies": report.copies,
        "duplicates_left_out": report.duplicates,
        "patterns": [asdict(pattern) for pattern in report.patterns],
        "values": {"covered": report.covered, "uncovered": report.uncovered, "unreachable": report.unreachable},
        "alternatives": {"written": report.alternatives, "untold": report.untold},
        "held_out": report.held_out,
    }
