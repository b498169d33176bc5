"""Full trials of random settings, each with its learning curve, kept as JSON Lines so that pruners can be replayed."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from benchmarks.data import Utterances
from nlu.config import Config
from nlu.events import OnEpoch
from nlu.features.encoder import FeatureEncoder, Features
from nlu.lexicon.lexicon import Lexicon
from nlu.pipeline.prepare import prepare
from nlu.search.space import applied
from nlu.training.classifier import IntentClassifier
from nlu.training.loop import one_thread
from nlu.training.tagger import EntityTagger

JUDGE_EVERY = 0.25
"""Of an epoch: how often a trial is judged."""
Network = Literal["intents", "entities"]
Draw = Callable[[random.Random], Any]


@dataclass(frozen=True)
class Recording:
    """Where curves come from.

    Attributes:
        task: whose utterances.
        network: "intents" (scored by accuracy) or "entities" (by span F1).
        train: how many utterances are learned from.
        dev: how many each score is of.
        epochs: how long every trial is.
    """

    task: str
    network: Network
    train: int
    dev: int
    epochs: int


@dataclass(frozen=True)
class Trial:
    """One full training.

    Attributes:
        settings: what was drawn.
        scores: on the development set, after each quarter epoch.
        seconds: of one core, up to each score.
    """

    settings: Mapping[str, Any]
    scores: tuple[float, ...]
    seconds: tuple[float, ...]


def between(low: float, high: float) -> Draw:
    """Draw evenly."""
    return lambda rng: round(rng.uniform(low, high), 3)


def log_between(low: float, high: float) -> Draw:
    """Draw evenly on a log scale, to three digits; whole numbers where both bounds are whole."""
    whole = isinstance(low, int) and isinstance(high, int)

    def draw(rng: random.Random) -> float:
        value = math.exp(rng.uniform(math.log(low), math.log(high)))
        return round(value) if whole else float(f"{value:.3g}")

    return draw


def one_of(*values: Any) -> Draw:
    """Draw one of some values."""
    return lambda rng: rng.choice(values)


_TRAINING: dict[str, Draw] = {
    "training.learning_rate": log_between(3e-4, 2e-2),
    "training.batch_size": one_of(32, 64, 128),
    "training.weight_decay": log_between(1e-5, 1e-1),
    "training.averaging": one_of(0.0, 0.99, 0.998),
    "embedding_dropout": between(0.0, 0.6),
    "word_dropout": between(0.0, 0.3),
    "widths.syllable": log_between(16, 128),
    "widths.jamo": one_of(0, 8, 16),
    "widths.bigram": one_of(0, 16, 32),
    "widths.word": log_between(16, 96),
}
SPACES: Mapping[Network, Mapping[str, Draw]] = {
    "intents": _TRAINING
    | {
        "cnn.kernels": one_of((1, 2, 3), (2, 3, 4), (1, 2, 3, 4, 5)),
        "cnn.filters": log_between(16, 128),
        "cnn.ngram_width": one_of(0, 32, 64),
        "cnn.dropout": between(0.1, 0.8),
        "label_smoothing": between(0.0, 0.2),
        "class_balance": between(0.0, 1.0),
    },
    "entities": _TRAINING
    | {
        "lstm.hidden": log_between(24, 128),
        "lstm.dropout": between(0.1, 0.7),
        "value_dropout": between(0.0, 0.5),
        "value_exchange": between(0.0, 0.5),
        "dictionary_dropout": between(0.0, 0.5),
    },
}
"""Setting → how a trial's value is drawn."""


def drawn(network: Network, seed: int, trial: int) -> dict[str, Any]:
    """Draw the settings of a trial; the same seed and number give the same."""
    rng = random.Random(f"{seed}/{trial}")
    return {name: draw(rng) for name, draw in SPACES[network].items()}


class Material:
    """What all trials of a recording share: utterances made ready, word vectors, and features that are made once."""

    def __init__(self, train: Utterances, dev: Utterances, lexicon: Lexicon, config: Config, work: Path) -> None:
        self.config = config
        prepared = prepare(train, dev, lexicon, config, work)
        self.train, self.dev, self.vectors = prepared.train, prepared.dev, prepared.vectors
        encoder = prepared.encoder
        self.encoder = _Remembering(encoder.tokenizer, encoder.lexicon, encoder.vocabularies, encoder.settings)


class _Remembering(FeatureEncoder):
    """Encodes each text once for all trials."""

    def encode(self, text: str) -> Features:
        return self._remembered(text)

    @cached_property
    def _remembered(self) -> Callable[[str], Features]:
        return cache(super().encode)


def run(material: Material, recording: Recording, settings: Mapping[str, Any]) -> Trial:
    """Train one trial to its end."""
    scores, seconds = list[float](), list[float]()
    started = time.process_time()

    def note(epoch: float, loss: float, score: float | None) -> bool:
        assert score is not None
        scores.append(round(score, 4))
        seconds.append(round(time.process_time() - started, 2))
        return False

    with one_thread():
        _fit(material, recording, settings, note)
    if len(scores) < recording.epochs / JUDGE_EVERY:
        raise ValueError(f"expected four batches an epoch, got fewer of {settings['training.batch_size']} utterances")
    return Trial(settings, tuple(scores), tuple(seconds))


def _fit(material: Material, recording: Recording, settings: Mapping[str, Any], note: OnEpoch) -> None:
    whole = {"epochs": recording.epochs, "epochs_for": 0, "least_steps": 0, "few": 0, "stop_at": 0.0, "device": "cpu"}
    part = "classifier" if recording.network == "intents" else "tagger"
    changes = {**settings, **{f"training.{name}": value for name, value in whole.items()}}
    config = applied(material.config, {f"{part}.{name}": value for name, value in changes.items()})
    shared = material.train, material.dev, material.encoder, material.vectors
    if recording.network == "intents":
        IntentClassifier(config.classifier).fit(*shared, on_epoch=note, judge_every=JUDGE_EVERY)
    else:
        EntityTagger(replace(config.tagger, members=1)).fit(*shared, on_epoch=note, judge_every=JUDGE_EVERY)


def record(path: Path, material: Material, recording: Recording, trials: int, seed: int) -> Iterator[Trial]:
    """Train the trials that a file lacks, and append each as it is done.

    Args:
        path: one JSON object a line: the recording, then a trial each.
        material: what they learn from.
        recording: what is recorded.
        trials: how many the file shall hold.
        seed: of the settings.

    Raises:
        ValueError: the file holds trials of another recording.
    """
    if path.exists():
        there, done = read(path)
        if there != recording:
            raise ValueError(f"{path}: expected trials of {recording}, found {there}")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_line(asdict(recording)), encoding="utf-8")
        done = []
    for number in range(len(done), trials):
        trial = run(material, recording, drawn(recording.network, seed, number))
        with path.open("a", encoding="utf-8") as file:
            file.write(_line(asdict(trial)))
        yield trial


def read(path: Path) -> tuple[Recording, list[Trial]]:
    """Read a file that `record` wrote.

    Raises:
        ValueError: it is another file.
    """
    try:
        first, *rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        trials = [Trial(row["settings"], tuple(row["scores"]), tuple(row["seconds"])) for row in rows]
        return Recording(**first), trials
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"{path}: expected recorded trials") from None


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
