"""Train our two models on a task's utterances and load the parser that would serve; what is made once is kept."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import nlu
from benchmarks.data import PATTERN, hold_out
from nlu.augmentation.augmenter import Augmenter
from nlu.augmentation.outliers import as_outliers, make_outliers
from nlu.augmentation.smalltalk import to_decline
from nlu.commands import progress
from nlu.config import Config
from nlu.data.alignment import normalize_utterance
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pipeline.calibrate import HeldOut, HeldOutView
from nlu.pipeline.fit import Fitted, fit
from nlu.pipeline.publish import manifest_of
from nlu.pipeline.stopping import apart_for_stopping
from nlu.store.bundle import Bundle, write_bundle
from nlu.system.files import write_atomic
from nlu.training.loop import TrainingHistory
from nlu.types import LabelledUtterance
from nlu.understanding.parser import UtteranceParser

_BUNDLE = "bundle"
_NOTES = "training.json"
_FIRST, _REFIT = "first", "refit"


@dataclass(frozen=True)
class Recipe:
    """How the models of a benchmark come about.

    Attributes:
        config: all settings of the product.
        seed: of the held-out part, the augmentation, and both networks.
        held_out: the part of train that decides when to stop, the temperature and the threshold.
        most_held_out: where that is few, a larger part is held out, up to this one.
        least_held_out: with fewer held-out utterances than this, chance would decide when to stop, so all epochs run.
        refit: train again on all of train, for as many epochs as served the held-out part best.
        gazetteer: gather a dictionary from train's entity values.
        copies: roughened copies of each training utterance (`config.augmentation`).
        outliers: utterances of `nlu_fallback` made for each training utterance (`nlu.augmentation.outliers`).
        corpus: more text for the word vectors.
        outside: text of other worlds, learned as `nlu_fallback` (`nlu.augmentation.outliers`).
        generated: a bot's generated utterances, learned from beside the real ones.
        dictionary: a bot's dictionary.
    """

    config: Config = field(default_factory=Config)
    seed: int = 0
    held_out: float = 0.08
    most_held_out: float = 0.2
    least_held_out: int = 100
    refit: bool = True
    gazetteer: bool = False
    copies: int = 0
    outliers: float = 0.0
    corpus: tuple[str, ...] = field(default=(), repr=False)
    outside: tuple[str, ...] = field(default=(), repr=False)
    generated: tuple[LabelledUtterance, ...] = field(default=(), repr=False)
    dictionary: tuple[Entry, ...] = field(default=(), repr=False)

    def held(self, utterances: int) -> float:
        """The part of so many utterances that is held out."""
        wanted = self.least_held_out / max(utterances, 1) if self.held_out else 0.0
        return max(self.held_out, min(wanted, self.most_held_out))

    @property
    def seeded_config(self) -> Config:
        """The config with this recipe's seed in every part that learns."""
        vectors = replace(self.config.vectors, seed=self.seed)
        return with_training(replace(self.config, vectors=vectors), seed=self.seed)


def with_training(config: Config, **changes: Any) -> Config:
    """The config with other settings in how both networks are trained."""
    classifier, tagger = config.classifier, config.tagger
    return replace(
        config,
        classifier=replace(classifier, training=replace(classifier.training, **changes)),
        tagger=replace(tagger, training=replace(tagger.training, **changes)),
    )


@dataclass(frozen=True)
class Trained:
    """A trained bundle, loaded.

    Attributes:
        parser: what serves.
        bundle: where it lies.
        seconds: how long training took, vectors and calibration included.
        intents: how the intent network learned.
        entities: how the entity network learned.
    """

    parser: UtteranceParser
    bundle: Bundle
    seconds: float
    intents: TrainingHistory
    entities: TrainingHistory

    @property
    def epochs(self) -> tuple[int, int]:
        """How often the intent and the entity network went through the data."""
        return len(self.intents.losses), len(self.entities.losses)

    @property
    def megabytes(self) -> float:
        """Size of the bundle."""
        return self.bundle.size() / 1e6


def train(utterances: Sequence[LabelledUtterance], recipe: Recipe, work: Path) -> Trained:
    """Train, or load what an earlier run trained from the same utterances, recipe and code.

    Args:
        utterances: the train part; whatever must be chosen is chosen on a held-out share of it.
        recipe: how.
        work: folder for bundles and checkpoints; a run that was cut off goes on from them.
    """
    folder = work / fingerprint(utterances, recipe)
    if not (folder / _NOTES).exists():
        _train(utterances, recipe, folder)
    notes = json.loads((folder / _NOTES).read_text(encoding="utf-8"))
    bundle = Bundle.open(folder / _BUNDLE)
    histories = {name: TrainingHistory(**history) for name, history in notes["histories"].items()}
    return Trained(UtteranceParser.from_bundle(bundle), bundle, notes["seconds"], **histories)


def fingerprint(utterances: Sequence[LabelledUtterance], recipe: Recipe) -> str:
    """Name what a training run makes: a hash of its utterances, its recipe and the product's source code."""
    digest = sha256(json.dumps(asdict(recipe), sort_keys=True, default=list).encode())
    for utterance in utterances:
        digest.update(repr(utterance).encode())
    digest.update(source_digest())
    return digest.hexdigest()[:16]


def source_digest() -> bytes:
    """A hash of the product's source code: what other code made is made anew."""
    digest = sha256()
    room = Path(nlu.__file__).parent
    for path in sorted([*room.rglob("*.py"), *room.glob("augmentation/*.txt"), *room.glob("features/*.gz")]):
        digest.update(path.read_bytes())
    return digest.digest()


def gather_lexicon(utterances: Sequence[LabelledUtterance]) -> Lexicon:
    """Make a dictionary of the entity values of labelled utterances, the most frequent first.

    Example:
        >>> from nlu.types import Span
        >>> gather_lexicon([LabelledUtterance("판교 날씨", "weather", (Span(0, 2, "loc"),))]).values("loc")
        ('판교',)
    """
    counts = Counter(
        (span.entity, utterance.text[span.start : span.end].strip())
        for utterance in map(normalize_utterance, utterances)
        for span in utterance.spans
    )
    return Lexicon(
        Entry(entity, value) for (entity, value), _ in sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    )


def _train(utterances: Sequence[LabelledUtterance], recipe: Recipe, folder: Path) -> None:
    started = time.perf_counter()
    learned, held = hold_out(utterances, recipe.held(len(utterances)), recipe.seed)
    config = recipe.seeded_config
    everything = [*utterances, *recipe.generated]
    talk = to_decline(everything, Lexicon(recipe.dictionary), config.understanding.smalltalk)
    with progress.shown() as listen:

        def fitted(
            part: Sequence[LabelledUtterance], dev: Sequence[LabelledUtterance], settings: Config, name: str
        ) -> Fitted:
            lexicon = Lexicon((*recipe.dictionary, *(gather_lexicon(part).entries if recipe.gazetteer else ())))
            rows = [*part, *_roughened(part, recipe), *recipe.generated]
            more, corpus = [*_outliers(part, recipe), *talk], recipe.corpus
            return fit(rows, dev, lexicon, settings, folder / name, corpus=corpus, outliers=more, listen=listen)

        written = [one for one in learned if not one.origin.startswith(PATTERN)]
        learned, stopping = apart_for_stopping(learned, written)
        judged = stopping or (held if len(held) >= recipe.least_held_out else ())
        last = fitted(learned, judged, config, _FIRST)
        view = HeldOutView.of(last.model, HeldOut(held), Augmenter(config.augmentation))
        if recipe.refit:
            last = fitted(utterances, (), last.settings_for_refit(config), _REFIT)
    seconds = time.perf_counter() - started
    shutil.rmtree(folder / _BUNDLE, ignore_errors=True)
    write_bundle(
        folder / _BUNDLE, replace(last.model, rule=view.rule(config.understanding)).files(), manifest_of(config)
    )
    histories = {"intents": last.intents, "entities": last.entities}
    notes = {"seconds": seconds, "histories": {name: asdict(history) for name, history in histories.items()}}
    write_atomic(folder / _NOTES, json.dumps(notes))
    for name in (_FIRST, _REFIT):
        shutil.rmtree(folder / name, ignore_errors=True)


def _roughened(utterances: Sequence[LabelledUtterance], recipe: Recipe) -> list[LabelledUtterance]:
    augmenter, rng = Augmenter(recipe.config.augmentation), random.Random(f"{recipe.seed}/copies")
    copies = [augmenter.augment(utterance, rng) for utterance in utterances for _ in range(recipe.copies)]
    known = {utterance.text for utterance in utterances}
    return [copy for copy in copies if copy.text not in known]


def _outliers(utterances: Sequence[LabelledUtterance], recipe: Recipe) -> list[LabelledUtterance]:
    count = round(recipe.outliers * len(utterances))
    made = make_outliers(utterances, count, random.Random(f"{recipe.seed}/outliers")) if count else []
    return made + as_outliers(recipe.outside, utterances, recipe.config.understanding.outside)
