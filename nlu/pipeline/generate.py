"""Patterns and dictionary to a data set on disk: the first stage of the pipeline, which needs no torch."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nlu import tokenizers
from nlu.augmentation.augmenter import Augmenter
from nlu.config import Config
from nlu.data import dataset as datasets
from nlu.data.importers import files_of, read_all
from nlu.data.importers.unknown_labels import told, unknown_labels
from nlu.data.rows import IMPORTED, DatasetRow
from nlu.errors import PatternSyntaxError, SourceErrors
from nlu.events import Listener, Progress, ignore
from nlu.generation.generator import Generator
from nlu.generation.own_lines import own_lines
from nlu.generation.report import GenerationReport, Tally
from nlu.korean.normalization import normalize
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import PatternFile, read_patterns
from nlu.pattern.nodes import Slot, walk
from nlu.pattern.table import PatternTable
from nlu.system.files import sha256
from nlu.types import FALLBACK_INTENT, LabelledUtterance
from nlu.version import VERSION

_STEP = 100
"""Utterances from one event of progress to the next."""


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
    import_from: Sequence[Path] = (),
    strict: bool = False,
    listen: Listener = ignore,
) -> GenerationReport:
    """Expand the patterns into a data set.

    Args:
        patterns: pattern files.
        dictionaries: dictionary files.
        data: folder to write; replaced in one step.
        config: what to generate and how to roughen it.
        imports: files of real utterances to mix in; split by meaning, 60/20/20, in a slice of their own.
        import_from: folders outside of the project that patterns may import from.
        strict: whether labels of imported utterances that patterns and dictionary lack are mistakes.
        listen: told the progress of `generate`, and by notices what the imported files hold that is not used.

    Raises:
        SourceErrors: mistakes in the author's files, all of them; or they say nothing that a bot could do; or, where
            they are strict, imported utterances have labels that are none of the bot's.
    """
    lexicon = Lexicon.read(*dictionaries)
    file = read_patterns(*patterns, lexicon=lexicon, import_from=import_from)
    lexicon = lexicon.with_computed(file.computed)
    if not imports and all(pattern.intent == FALLBACK_INTENT for pattern in file.patterns):
        raise SourceErrors([PatternSyntaxError("pattern.nothing", str(path), 1) for path in patterns])
    generator = Generator(file, lexicon, config.generator, refit=config.refit)
    imported, _ = read_all([(one.path, one.weight) for one in imports], listen)
    _check_labels(imported, file, lexicon, strict=strict, listen=listen)
    tally, seed = Tally(), config.generator.seed
    generated = generator.sample(tally, Augmenter(config.augmentation).augment)
    most, done = generator.most + len(imported), 0
    tokenizer = tokenizers.create(config.tokenizer.name)
    listen(Progress("generate", 0, most, "utterance"))
    with datasets.writing(data, tokenizer, seed=seed, inputs=_inputs(file, dictionaries, imports)) as writer:
        for done, row in enumerate(_with_imported(generated, imported, seed), 1):
            writer.add(row)
            if done % _STEP == 0 and done < most:
                listen(Progress("generate", done, most, "utterance"))
        listen(Progress("generate", done, done, "utterance"))
        writer.keep(PatternTable.of(file.patterns).to_json(), own_lines(generator))
        by_intent = Counter(one.intent or "" for one in imported)
        report = replace(generator.report(tally), imported=by_intent)
        writer.facts.update(_facts(report, config, imports))
        if lexicon.computed:
            writer.facts["computed"] = lexicon.computed.kinds
    return report


def is_generated(
    patterns: Sequence[Path],
    dictionaries: Sequence[Path],
    data: Path,
    config: Config,
    imports: Sequence[Import] = (),
    import_from: Sequence[Path] = (),
) -> bool:
    """Whether the data set was made from just these files and settings; imported pattern files count too."""
    try:
        manifest = json.loads((data / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    if not (data / datasets.PATTERNS).exists():  # an earlier version made it
        return False
    file = read_patterns(*patterns, lexicon=Lexicon.read(*dictionaries), import_from=import_from)
    hashes = datasets.input_hashes(_inputs(file, dictionaries, imports))
    return bool(manifest.get("inputs") == hashes and manifest.get("recipe") == _recipe(config, imports))


def changed_inputs(
    patterns: Sequence[Path], dictionaries: Sequence[Path], data: Path, import_from: Sequence[Path] = ()
) -> tuple[str, ...]:
    """Name the author's files that are no longer as they were when the data set was made from them.

    Files that were imported then, and settings, are left aside; where no pattern file is there, there is nothing to
    tell.

    Raises:
        SourceErrors: mistakes in the author's files.
    """
    known = json.loads((data / "manifest.json").read_text(encoding="utf-8")).get("inputs", {})
    if not known or not all(path.exists() for path in (*patterns, *dictionaries)):
        return ()
    file = read_patterns(*patterns, lexicon=Lexicon.read(*dictionaries), import_from=import_from)
    paths = _inputs(file, dictionaries, ())
    unchanged = set(known.values())
    return tuple(str(path) for path in paths if sha256(path) not in unchanged)


def _check_labels(
    imported: Sequence[LabelledUtterance], file: PatternFile, lexicon: Lexicon, *, strict: bool, listen: Listener
) -> None:
    """Tell of labels that are none of the bot's; where the author is strict they are mistakes."""
    entities = {node.entity for one in file.patterns for node in walk(one.node) if isinstance(node, Slot)}
    unknown = list(unknown_labels(imported, file.intents, entities | {*lexicon.entities}))
    if strict and unknown:
        raise SourceErrors([one.mistake for one in unknown])
    for notice in told(unknown):
        listen(notice)


def _with_imported(
    generated: Iterable[DatasetRow], imported: Sequence[LabelledUtterance], seed: int
) -> Iterator[DatasetRow]:
    """Yield what is generated, then what is imported; what both say goes where it was generated, so that none leaks."""
    wanted = {form for one in imported for form in _forms(one.text)}
    parts: dict[str, str] = {}
    for row in generated:
        for form in _forms(row.utterance.text) if wanted and row.part != "refit" else ():
            if form in wanted and parts.get(form) != "train":
                parts[form] = row.part
        yield row
    for row in datasets.split_by_meaning(imported, random.Random(seed)).rows:
        generated_in = [parts[form] for form in _forms(row.utterance.text) if form in parts]
        yield replace(row, part=next(iter(generated_in), row.part), slice=IMPORTED)


def _forms(text: str) -> tuple[str, str]:
    """How two texts are told to be the same: as they are written, and but for spaces and case."""
    said = normalize(text).text
    return said, f"\0{squeeze(said)}"


def _inputs(file: PatternFile, dictionaries: Sequence[Path], imports: Sequence[Import]) -> list[Path]:
    brought = [path for one in imports for path in files_of(one.path)]
    return [*(Path(one.path) for one in file.files), *dictionaries, *brought]


def _recipe(config: Config, imports: Sequence[Import]) -> dict[str, Any]:
    """What besides the author's files decides how a data set comes out, as JSON gives it back."""
    recipe = {
        "generator": asdict(config.generator),
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
        "alternatives": {"written": report.alternatives, "untold": report.uncovered_alternatives},
        "held_out": report.held_out,
    }
