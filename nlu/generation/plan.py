"""What the generator draws from: which patterns over which dictionary make which slice of which part."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Annotated, Literal, get_args

import pydantic.dataclasses
from annotated_types import Gt, Lt

from nlu.bounds import STRICT, Above0, Count, UpTo100
from nlu.data.rows import Slice
from nlu.generation.holdout import DEV, SEEN, TEST, HoldOut, hold_out
from nlu.generation.rendering import PatternStream
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import Pattern
from nlu.pattern.nodes import Slot, walk

Mode = Literal["held-out", "random", "all"]
MODES = get_args(Mode)


@pydantic.dataclasses.dataclass(frozen=True, config=STRICT)
class GeneratorSettings:
    """How much to generate, and how to split it.

    Attributes:
        count: how many utterances, all parts together, augmented copies not counted.
        seed: which sample and which held-out patterns and values.
        mode: "held-out": a third refits the served model, from all patterns and values; the rest 60/20/20, whole
            patterns and values kept for dev and for test; "random": 60/20/20 of one sample; "all": everything in train.
        held_out: the part of patterns and values that dev, and again test, keeps to itself.
        intent_weights: how many utterances an intent is given, relative to 1.
        copies: augmented copies of each utterance of train and refit.
        whole_words: let entities end where their word ends, a glued particle included ("판교까지", not "판교"), as
            some data sets do; by default entities end before the particle.
    """

    count: Count = 20_000
    seed: int = 0
    mode: Mode = "held-out"
    held_out: Annotated[float, Gt(0), Lt(0.5)] = 0.2
    intent_weights: Mapping[str, Above0] = field(default_factory=dict)
    copies: UpTo100 = 0
    whole_words: bool = False


@dataclass(frozen=True)
class PlannedSlice:
    """What the utterances of one slice of one part are drawn from."""

    part: str
    slice: Slice
    streams: tuple[PatternStream, ...]


@dataclass(frozen=True)
class Plan:
    """What a run draws from.

    Attributes:
        lexicons: the dictionaries that the streams' numbers mean.
        slices: what is drawn from, part by part.
        hold_out: which patterns and values were kept for which part.
        whole: number of the dictionary that holds every value.
    """

    lexicons: tuple[Lexicon, ...]
    slices: tuple[PlannedSlice, ...]
    hold_out: HoldOut
    whole: int


def make_plan(patterns: Sequence[Pattern], lexicon: Lexicon, settings: GeneratorSettings) -> Plan:
    """Hold patterns and values out as the settings say, and decide what each slice draws from."""
    keys = _keys(patterns, settings.seed)
    if settings.mode != "held-out":
        values = {entity: dict.fromkeys(lexicon.values(entity), SEEN) for entity in lexicon.entities}
        everything = tuple(PatternStream(number, 0, key) for number, key in enumerate(keys))
        held = HoldOut((SEEN,) * len(patterns), values)
        return Plan((lexicon,), (PlannedSlice("train", Slice(settings.mode), everything),), held, 0)
    held = hold_out(patterns, lexicon, settings.seed, settings.held_out)
    lexicons = tuple(held.lexicon(lexicon, part) for part in (SEEN, DEV, TEST))
    of_part = {part: [n for n, p in enumerate(held.patterns) if p == part] for part in (SEEN, DEV, TEST)}

    def planned(part: str, streams: Iterable[PatternStream], *, pattern: bool = False, value: bool = False) -> None:
        slices.append(PlannedSlice(part, Slice.held_out(unseen_pattern=pattern, unseen_value=value), tuple(streams)))

    slices: list[PlannedSlice] = []
    planned("train", (PatternStream(n, 0, keys[n], 5, (0, 1, 2)) for n in of_part[SEEN]))
    for which, part in enumerate((DEV, TEST), 1):
        wanted = frozenset((e, value) for e, values in held.values.items() for value, p in values.items() if p == part)
        entities = {entity for entity, _ in wanted}
        planned(part, (PatternStream(n, 0, keys[n], 5, (2 + which,)) for n in of_part[SEEN]))
        planned(part, (PatternStream(n, 0, keys[n]) for n in of_part[part]), pattern=True)
        for is_new in (False, True):
            with_slot = (n for n in of_part[part if is_new else SEEN] if entities & _entities(patterns[n]))
            streams = (PatternStream(n, which, keys[n], wanted=wanted) for n in with_slot)
            planned(part, streams, pattern=is_new, value=True)
    refit = tuple(PatternStream(number, 3, key) for number, key in enumerate(keys))
    slices.append(PlannedSlice("refit", Slice("all"), refit))
    return Plan((*lexicons, lexicon), tuple(slices), held, 3)


def quotas(settings: GeneratorSettings, *, refit: bool) -> list[tuple[str, int]]:
    """How many utterances each part asks for, in the order of the run; without `refit`, none for the part of that name.

    Example:
        >>> quotas(GeneratorSettings(count=150), refit=True)
        [('train', 60), ('dev', 20), ('test', 20), ('refit', 50)]
    """
    count = settings.count
    if settings.mode != "held-out":
        return [("train", count)]
    more = count // 3 if refit else 0
    held = (count - more) // 5
    return [("train", count - more - 2 * held), ("dev", held), ("test", held), ("refit", more)]


def random_part(seed: int, position: int) -> str:
    """Deal five utterances in a row three to train, one to dev, one to test, in a random order."""
    block, place = divmod(position, 5)
    dealt = ["train", "train", "train", "dev", "test"]
    random.Random(seed_of(seed, "deal", block)).shuffle(dealt)
    return dealt[place]


def seed_of(*names: object) -> int:
    """Return the 64-bit seed that belongs to these names."""
    return int.from_bytes(blake2b("\0".join(map(str, names)).encode("utf-8"), digest_size=8).digest(), "little")


def _entities(pattern: Pattern) -> set[str]:
    return {node.entity for node in walk(pattern.node) if isinstance(node, Slot)}


def _keys(patterns: Sequence[Pattern], seed: int) -> list[str]:
    """Seed each pattern's order by its text, not by where it stands in the file."""
    seen: Counter[tuple[str, str]] = Counter()
    keys = []
    for pattern in patterns:
        name = (pattern.intent, pattern.source.strip())
        seen[name] += 1
        keys.append("\0".join((str(seed), *name, str(seen[name]))))
    return keys
