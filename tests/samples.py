"""Samples of the generator, sorted into parts."""

from __future__ import annotations

from typing import Any, NamedTuple

from nlu.data.rows import PARTS, DatasetRow
from nlu.generation.generator import Augment, Generator
from nlu.generation.plan import GeneratorSettings
from nlu.generation.report import GenerationReport, Tally
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import PatternFile


class Sample(NamedTuple):
    """A sample by part, and the report on it."""

    parts: dict[str, list[DatasetRow]]
    report: GenerationReport


def draw(file: PatternFile, lexicon: Lexicon, augment: Augment | None = None, **settings: Any) -> Sample:
    generator, tally = Generator(file, lexicon, GeneratorSettings(**settings)), Tally()
    parts: dict[str, list[DatasetRow]] = {part: [] for part in PARTS}
    for row in generator.sample(tally, augment):
        parts[row.part].append(row)
    return Sample(parts, generator.report(tally))
