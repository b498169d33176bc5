"""A reference in less than 100 KB: what utterances that a model did not learn from looked like, without their text."""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nlu.drift.accuracy import Expected
from nlu.drift.reading import BUCKETS
from nlu.drift.sample import Sample, types
from nlu.errors import BundleError
from nlu.store.bundle import Bundle

SKETCH_NAME = "drift.json"
"""The file of a bundle that holds its sketch."""
FORMAT = 1
Kind = Literal["written", "generated", "served"]
"""What a reference is made of: utterances that people wrote, those of patterns, or those that the bot was asked."""

OTHER = "(그 밖)"
"""Stands for every intent, or set of entities, that the reference has not."""
ORDERED: Mapping[str, tuple[float, ...]] = {
    "confidence": tuple(at / 20 for at in range(1, 20)),
    "length": (1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 8.5, 10.5, 12.5, 14.5, 17.5, 20.5, 24.5, 29.5, 35.5, 45.5, 70.5, 120.5),
    "unknown": (0.001, 0.101, 0.201, 0.301, 0.401, 0.501, 0.701, 0.901),
    "novelty": tuple(at / 20 for at in range(1, 20)),
}
"""What is counted on a scale: the inner edges of its bins."""
CATEGORIES = ("intents", "topics")
"""What is counted by name: each utterance has one."""
LANDMARKS, TOPICS = 300, 32
"""Vectors that are kept, and how many of them name the topic of what lies around them."""
_FULL = 127
Array = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Seen:
    """A sample as numbers: for each signal the class or the bin of each utterance.

    Attributes:
        sample: the utterances.
        codes: signal → `(N,)` numbers.
        events: kind → `(W,)` the numbers of all that the utterances hold, one utterance after the other, and `(W,)`
            which utterance each belongs to.
    """

    sample: Sample
    codes: Mapping[str, Codes]
    events: Mapping[str, tuple[Codes, Codes]]

    def __len__(self) -> int:
        return len(self.sample)


@dataclass(frozen=True)
class Sketch:
    """A reference of m utterances.

    Attributes:
        kind: what it is made of.
        size: m.
        names: what intents, entities and topics are called, the last of each `OTHER`; topics have numbers.
        counts: signal → how many utterances are of each class or bin.
        events: kind → how many utterances hold each thing, by number, of how many; of words also those of utterances
            that the model learned from, since it does not matter for them.
        landmarks: `(L, D)` vectors of some of them; the first `TOPICS` name topics.
        mean: `(D,)` the mean vector of all.
        spread: `(D,)` the standard deviation of each coordinate.
        expected: how often the model was right on them, where labels said so.
    """

    kind: Kind
    size: int
    names: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, Array]
    events: Mapping[str, tuple[Array, int]]
    landmarks: NDArray[np.float32]
    mean: Array
    spread: Array
    expected: Expected = field(default_factory=Expected)

    @classmethod
    def of(
        cls,
        sample: Sample,
        kind: Kind,
        expected: Expected | None = None,
        more_words: tuple[Array, int] | None = None,
    ) -> Sketch:
        """Sketch utterances, in any order: the same ones in another order may give other landmarks.

        Args:
            sample: the utterances; at least two.
            kind: what they are.
            expected: how often the model is right on such; None to take it from what feedback or labels say of them.
            more_words: counts of what more texts of the same kind hold (`Reader.counted`).
        """
        if len(sample) < 2:
            raise ValueError(f"expected at least two utterances, got {len(sample)}")
        places = _apart(sample.vectors, min(LANDMARKS, len(sample) // 2))
        landmarks = _rounded(sample.vectors[places])
        names = {
            "intents": _ranked(one.intent for one in sample.heard),
            "entities": _ranked(name for one in sample.heard for name in types(one)),
            "topics": tuple(str(at + 1) for at in range(min(TOPICS, len(landmarks)))),
        }
        names = {name: (*several, OTHER) for name, several in names.items()}
        vectors = sample.vectors.astype(np.float64)
        empty = cls(kind, len(sample), names, {}, {}, landmarks, vectors.mean(0), vectors.std(0))
        seen = empty.look(sample)
        others = np.setdiff1d(np.arange(len(sample)), places)  # a landmark lies at no distance from itself
        codes = {name: of if name != "novelty" else of[others] for name, of in seen.codes.items()}
        counts = {name: np.bincount(of, minlength=empty.classes(name)).astype(float) for name, of in codes.items()}
        events = {
            kind: (np.bincount(numbers, minlength=empty.classes(kind)).astype(float), len(sample))
            for kind, (numbers, _) in seen.events.items()
        }
        if more_words:
            events["words"] = (events["words"][0] + more_words[0], events["words"][1] + more_words[1])
        expected = expected or Expected.of(sample)
        whole = cls(kind, len(sample), names, counts, events, landmarks, empty.mean, empty.spread, expected)
        return cls.from_json(whole.to_json())  # as everyone else will read it

    def classes(self, signal: str) -> int:
        """How many classes, numbers or bins a signal has."""
        if signal in self.names:
            return len(self.names[signal])
        return BUCKETS[signal] if signal in BUCKETS else len(ORDERED[signal]) + 1

    def look(self, sample: Sample) -> Seen:
        """See utterances as this reference counts them."""
        near, topic = self._nearest(sample.vectors)
        values = {
            "confidence": sample.confidences,
            "length": np.array([len(one.text) for one in sample.heard], dtype=float),
            "unknown": sample.unknown,
            "novelty": near,
        }
        codes: dict[str, Codes] = {name: np.searchsorted(ORDERED[name], one, "left") for name, one in values.items()}
        codes["intents"] = self._named("intents", [one.intent for one in sample.heard])
        codes["topics"] = topic
        events = {kind: _flat(rows) for kind, rows in sample.events.items()}
        number = {name: at for at, name in enumerate(self.names["entities"])}
        rows = [sorted({number.get(name, len(number) - 1) for name in types(one)}) for one in sample.heard]
        return Seen(sample, codes, events | {"entities": _flat(rows)})

    def _named(self, signal: str, values: Sequence[str]) -> Codes:
        number = {name: at for at, name in enumerate(self.names[signal])}
        other = len(number) - 1
        return np.array([number.get(value, other) for value in values], dtype=np.intp)

    def _nearest(self, vectors: NDArray[np.float32]) -> tuple[Array, Codes]:
        """How far the nearest landmark is, 0..1, and the number of the nearest topic; `OTHER` without a vector."""
        topics = len(self.names["topics"]) - 1
        if not len(vectors):
            return np.zeros(0), np.zeros(0, dtype=np.intp)
        likeness = vectors @ self.landmarks.T
        without = ~vectors.any(axis=1)
        near = np.clip((1.0 - likeness.max(1)) / 1.0, 0.0, 1.0).astype(float)
        topic = likeness[:, :topics].argmax(1).astype(np.intp)
        near[without], topic[without] = 1.0, topics
        return near, topic

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it."""
        return {SKETCH_NAME: self.to_json().encode()}

    @classmethod
    def read(cls, bundle: Bundle) -> Sketch | None:
        """Read what `files` wrote; None where an older version, or a hurried training, wrote none.

        Raises:
            BundleError: the file is damaged.
        """
        if SKETCH_NAME not in bundle.manifest.files:
            return None
        try:
            return cls.from_json(bundle.read(SKETCH_NAME).decode())
        except (ValueError, TypeError, KeyError) as error:
            raise BundleError("bundle.part", folder=bundle.folder, problem=repr(error)) from error

    def to_json(self) -> str:
        """Write it; the same sketch is always the same text."""
        values = {
            "format": FORMAT,
            "kind": self.kind,
            "size": self.size,
            "names": {name: list(several) for name, several in self.names.items()},
            "counts": {name: [int(one) for one in several] for name, several in self.counts.items()},
            "events": {kind: [_packed(counts), size] for kind, (counts, size) in self.events.items()},
            "landmarks": base64.b85encode(np.rint(self.landmarks * _FULL).astype(np.int8).tobytes()).decode(),
            "width": int(self.landmarks.shape[1]),
            "mean": [round(float(one), 5) for one in self.mean],
            "spread": [round(float(one), 5) for one in self.spread],
            "expected": self.expected.to_dict(),
        }
        return json.dumps(values, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Sketch:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is of another format.
        """
        raw: dict[str, Any] = json.loads(text)
        if raw["format"] != FORMAT:
            raise ValueError(f"expected a sketch of format {FORMAT}, got {raw['format']}")
        codes = np.frombuffer(base64.b85decode(raw["landmarks"]), dtype=np.int8)
        return cls(
            raw["kind"],
            raw["size"],
            {name: tuple(several) for name, several in raw["names"].items()},
            {name: np.array(several, dtype=float) for name, several in raw["counts"].items()},
            {kind: (_unpacked(packed), size) for kind, (packed, size) in raw["events"].items()},
            np.asarray(codes / _FULL, dtype=np.float32).reshape(-1, raw["width"]),
            np.array(raw["mean"]),
            np.array(raw["spread"]),
            Expected.from_dict(raw["expected"]),
        )


def _flat(rows: Sequence[Sequence[int]]) -> tuple[Codes, Codes]:
    numbers = np.array([number for row in rows for number in row], dtype=np.intp)
    return numbers, np.repeat(np.arange(len(rows)), [len(row) for row in rows]).astype(np.intp)


def _packed(counts: Array) -> str:
    return base64.b85encode(zlib.compress(counts.clip(0, 65_535).astype("<u2").tobytes(), 9)).decode()


def _unpacked(packed: str) -> Array:
    return np.frombuffer(zlib.decompress(base64.b85decode(packed)), dtype="<u2").astype(float)


def _ranked(values: Iterable[str]) -> tuple[str, ...]:
    """The different values, the most frequent first, ties in the order of their characters."""
    return tuple(value for value, _ in sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))


def _apart(vectors: NDArray[np.float32], count: int) -> Codes:
    """Choose some at equal steps, those first that lie far from one another: they name topics well."""
    places = np.unique(np.linspace(0, len(vectors) - 1, count).astype(np.intp))
    chosen = [0]
    nearest = vectors[places] @ vectors[places[0]]
    while len(chosen) < min(TOPICS, len(places)):
        chosen.append(int(nearest.argmin()))
        nearest[chosen] = np.inf
        nearest = np.maximum(nearest, vectors[places] @ vectors[places[chosen[-1]]])
    others = [at for at in range(len(places)) if at not in set(chosen)]
    return places[[*chosen, *others]]


def _rounded(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors as a bundle keeps them, a byte a coordinate."""
    return (np.rint(vectors * _FULL) / _FULL).astype(np.float32)
