"""More utterances than memory holds: in files, of which one at a time is read."""

from __future__ import annotations

import random
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.data.json_lines import decode_row, encode_row
from nlu.data.rows import DatasetRow
from nlu.types import LabelledUtterance

SHARD_SIZE = 10_000
"""Utterances of a file; with their features some 60 MB in memory."""
_MOST_OPEN = 256
"""Files that are written at once."""


@dataclass(frozen=True)
class Shards(Collection[LabelledUtterance]):
    """Utterances in files, each a sample of all of them.

    Attributes:
        paths: the files, JSON Lines.
        count: how many utterances they hold.
        extra: some that are kept in memory and read along with the files.
    """

    paths: tuple[Path, ...]
    count: int
    extra: tuple[LabelledUtterance, ...] = ()

    @classmethod
    def write(
        cls, folder: Path, utterances: Iterable[LabelledUtterance], about: int, seed: int = 0, size: int = SHARD_SIZE
    ) -> Shards:
        """Write utterances into files, each into one by chance, in constant memory.

        Args:
            folder: where to; what is there is replaced.
            utterances: what to write.
            about: how many they are, about.
            seed: of the chance.
            size: how many a file is to hold.
        """
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        rng, number = random.Random(seed), max(1, min(_MOST_OPEN, -(-about // size)))
        paths, count = tuple(folder / f"{row:05}.jsonl" for row in range(number)), 0
        with ExitStack() as files:
            shards = [files.enter_context(path.open("w", encoding="utf-8", newline="\n")) for path in paths]
            for utterance in utterances:
                shards[rng.randrange(number)].write(encode_row(DatasetRow(utterance)) + "\n")
                count += 1
        return cls(paths, count)

    def along_with(self, extra: Iterable[LabelledUtterance]) -> Shards:
        """The same and some that are kept in memory."""
        return replace(self, extra=(*self.extra, *extra))

    def shuffled(self, rng: random.Random) -> Iterator[list[LabelledUtterance]]:
        """Read one file after the other, in an order by chance, each shuffled with its share of the extra ones."""
        order = list(range(len(self.paths)))
        rng.shuffle(order)
        for number in order:
            utterances = [*_read(self.paths[number]), *self.extra[number :: len(self.paths)]]
            rng.shuffle(utterances)
            yield utterances

    def __iter__(self) -> Iterator[LabelledUtterance]:
        for path in self.paths:
            yield from _read(path)
        yield from self.extra

    def __len__(self) -> int:
        return self.count + len(self.extra)

    def __contains__(self, utterance: object) -> bool:
        return any(one == utterance for one in self)


def _read(path: Path) -> Iterator[LabelledUtterance]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            yield decode_row(line.rstrip("\n"), str(path), number).utterance
