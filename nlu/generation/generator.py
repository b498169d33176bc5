"""A fair, seeded sample of what the patterns stand for, without duplicates, split without leaks.

A run goes part by part (train, dev, test, refit) and slice by slice. In each, the number of utterances is shared out
evenly over the intents and, inside an intent, over the patterns by their weight and, slowly, by how much they stand
for. Each pattern first says what nothing has said yet, dictionary values and the alternatives that its author wrote,
then follows its own pseudo-random order. A text that is there already, from whichever pattern or part, is left out.

Sampling needs no memory that grows with the sample; leaving out duplicates needs about 16 bytes an utterance.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from nlu.data.json_lines import PARTS
from nlu.generation.apportion import share_out
from nlu.generation.holdout import SEEN
from nlu.generation.plan import GeneratorSettings, Slice, make_plan, quotas, random_part, seed_of
from nlu.generation.rendering import Lane, Line, Rendered
from nlu.generation.report import Collision, GenerationReport, PatternCount
from nlu.generation.seen_texts import Digests
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import Alternative, Pattern, PatternFile
from nlu.pattern.nodes import Choice, walk
from nlu.types import LabelledUtterance, Span

COPIED = ("train", "refit")
"""The parts that are learned from alone, so that their utterances get augmented copies."""
PARALLEL_FROM = 20_000
"""Utterances from which on starting other processes pays."""
MAX_BARREN = 100_000
"""Derivations in a row that say nothing new before a pattern counts as exhausted."""

Augment = Callable[[LabelledUtterance, random.Random], LabelledUtterance]


@dataclass(frozen=True, slots=True)
class GeneratedUtterance:
    """An utterance as it was generated.

    Attributes:
        utterance: the labelled utterance.
        slice: what is new in it against train, such as `seen_pattern/unseen_value`; the mode's name where nothing is
            held out.
        pattern_id: the file and line of its pattern.
        copy: 0 as generated; 1, 2, … for augmented copies.
    """

    utterance: LabelledUtterance
    slice: str
    pattern_id: str
    copy: int = 0


@dataclass(frozen=True)
class Split:
    """The utterances of each part, and the report on how they came about."""

    parts: dict[str, list[GeneratedUtterance]]
    report: GenerationReport


def generate_split(
    file: PatternFile, lexicon: Lexicon, settings: GeneratorSettings, augment: Augment | None = None
) -> Split:
    """Generate train, dev, test and refit.

    Args:
        file: the patterns.
        lexicon: the dictionary.
        settings: how much, and how to split it.
        augment: makes a changed copy of an utterance of train or refit; called `settings.copies` times for each, with a
            source of chance of its own. Copies that change nothing, or say what is there already, are left out.
    """
    generator = Generator(file, lexicon, settings)
    parts: dict[str, list[GeneratedUtterance]] = {part: [] for part in PARTS}
    for part, generated in generator.run(augment):
        parts[part].append(generated)
    return Split(parts, generator.report())


class Generator:
    """One run of the generator: `run` yields utterances as they come, `report` tells about them afterwards.

    Args:
        file: the patterns.
        lexicon: the dictionary.
        settings: how much, and how to split it.
        refit: whether a served model is trained besides; else all utterances are for the model that is measured.
    """

    def __init__(self, file: PatternFile, lexicon: Lexicon, settings: GeneratorSettings, *, refit: bool = True) -> None:
        self._patterns = file.patterns
        self._settings = settings
        self._plan = make_plan(file.patterns, lexicon, settings)
        self._quotas = quotas(settings, refit=refit)
        processes = settings.processes if settings.count >= PARALLEL_FROM else 1
        self._line = Line(file.patterns, self._plan.lexicons, processes)
        self._groups = [self._opened(each) for each in self._plan.slices]
        self._reachable = self._reach()
        exists = sum(run.size for group in self._groups for run in group.runs)
        self._digests = Digests(min(settings.count, exists) * (1 + settings.copies) + 1, len(self._patterns))
        self._origins = [pattern.origin for pattern in self._patterns]
        self._numbers = {origin: number for number, origin in enumerate(self._origins)}
        self._said: set[tuple[str, str]] = set()
        self._told: set[Alternative] = set()
        self._counts: Counter[str] = Counter()
        self._written: Counter[int] = Counter()
        self._duplicates = 0
        self._copies = 0
        self._collisions: dict[tuple[int, int], str] = {}

    def run(self, augment: Augment | None = None) -> Iterator[tuple[str, GeneratedUtterance]]:
        """Yield each utterance with its part, train first; see `generate_split` for `augment`."""
        originals: list[tuple[str, GeneratedUtterance]] = []
        try:
            for part, generated in self._originals():
                if augment and self._settings.copies and part in COPIED:
                    originals.append((part, generated))
                yield part, generated
        finally:
            self._line.close()
        if augment:
            for number, (part, original) in enumerate(originals):
                for copy in self._copies_of(part, original, number, augment):
                    yield part, copy

    @property
    def most(self) -> int:
        """How many utterances a run yields at most, copies included."""
        most = 0
        for part, quota in self._quotas:
            written = min(quota, sum(run.size for group in self._groups if group.part == part for run in group.runs))
            most += written * (1 + self._settings.copies * (part in COPIED))
        return most

    def _opened(self, drawn: Slice) -> _Group:
        runs = [_Run(lane, self._line.shop.size(lane)) for lane in drawn.lanes]
        return _Group(drawn.part, drawn.name, [run for run in runs if run.size])

    def _originals(self) -> Iterator[tuple[str, GeneratedUtterance]]:
        written = 0
        for part, quota in self._quotas:
            groups = [group for group in self._groups if group.part == part]
            while quota > 0 and any(run.is_open for group in groups for run in group.runs):
                rooms = [sum(run.left for run in group.runs) for group in groups]
                for group, share in zip(groups, share_out(quota, [1] * len(groups), rooms), strict=True):
                    for generated in self._fill(group, share):
                        quota -= 1
                        name = part if self._settings.mode != "random" else random_part(self._settings.seed, written)
                        written += 1
                        self._counts[f"{name}/{group.name}"] += 1
                        yield name, generated

    def _fill(self, group: _Group, quota: int) -> Iterator[GeneratedUtterance]:
        """Yield up to `quota` utterances of a group; fewer only where its patterns said less than they might."""
        runs = [run for run in group.runs if run.is_open]
        targets = self._targets(runs, quota)
        covering = self._covering(group, runs, targets)
        needs = [target - len(first) for target, first in zip(targets, covering, strict=True)]
        self._line.plan([(run.lane, run.position, need) for run, need in zip(runs, needs, strict=True) if need > 0])
        for run, target, first in zip(runs, targets, covering, strict=True):
            yield from self._take(group, run, target, first)

    def _targets(self, runs: Sequence[_Run], quota: int) -> list[int]:
        members: dict[str, list[int]] = {}
        for number, run in enumerate(runs):
            members.setdefault(self._patterns[run.lane.pattern].intent, []).append(number)
        weights = [self._settings.intent_weights.get(intent, 1.0) for intent in members]
        rooms = [sum(runs[number].left for number in numbers) for numbers in members.values()]
        by_intent = share_out(quota, weights, rooms, [len(numbers) for numbers in members.values()])
        targets = [0] * len(runs)
        for numbers, total in zip(members.values(), by_intent, strict=True):
            pulls = [self._pull(runs[number]) for number in numbers]
            shares = share_out(total, pulls, [runs[number].left for number in numbers], [1] * len(numbers))
            for number, share in zip(numbers, shares, strict=True):
                targets[number] = share
        return targets

    def _pull(self, run: _Run) -> float:
        """How much of its intent's share a pattern draws."""
        pattern, slowly = self._patterns[run.lane.pattern], min(run.size, 1 << 20).bit_length()
        return pattern.weight * max(slowly, min(run.size, _longest_list(pattern)))

    def _covering(self, group: _Group, runs: Sequence[_Run], targets: Sequence[int]) -> list[list[Rendered]]:
        """Find, for each run, utterances that say what nobody has said, as many as its target allows."""
        missing: dict[str, dict[str, None]] = {}
        for run in runs:
            for entity, surface, value in self._reachable[run.lane.pattern, run.lane.lexicon]:
                is_wanted = not run.lane.wanted or (entity, value) in run.lane.wanted
                if is_wanted and (entity, surface) not in self._said:
                    missing.setdefault(entity, {})[surface] = None
        chosen: list[list[Rendered]] = [[] for _ in runs]
        open_runs = [number for number, target in enumerate(targets) if target]
        while open_runs:
            for number in list(open_runs):
                run = runs[number]
                asked = {entity: next(iter(left)) for entity, left in missing.items() if left}
                told = None if run.lane.wanted else self._told
                found = self._line.shop.cover(run.lane, asked, len(chosen[number]), told)
                if found is not None:
                    chosen[number].append(found)
                    for start, end, entity, _, _ in found[2]:
                        missing.get(entity, {}).pop(found[1][start:end], None)
                if found is None or len(chosen[number]) >= targets[number]:
                    open_runs.remove(number)
        return chosen

    def _reach(self) -> dict[tuple[int, int], list[tuple[str, str, str]]]:
        reach = {}
        for group in self._groups:
            for run in group.runs:
                shop, lane = self._line.shop, run.lane
                values = {entity: shop.inventory(lane).values(entity) for entity in shop.expansion(lane).entities}
                reach[lane.pattern, lane.lexicon] = [
                    (entity, surface, value) for entity in sorted(values) for surface, value in values[entity].surfaces
                ]
        return reach

    def _take(self, group: _Group, run: _Run, target: int, first: list[Rendered]) -> Iterator[GeneratedUtterance]:
        taken = 0
        for rendered in first[:target]:
            generated = self._accept(group, run, rendered)
            if generated is not None:
                taken += 1
                yield generated
        barren = 0
        if taken >= target:
            return
        for after, chunk in self._line.rendered(run.lane, run.position, target - len(first)):
            before = taken
            for rendered in chunk:
                generated = self._accept(group, run, rendered)
                if generated is None:
                    continue
                taken += 1
                yield generated
                if taken >= target:
                    run.position = rendered[0] + 1
                    return
            barren = 0 if taken > before else barren + after - run.position
            run.position = after
            if barren >= MAX_BARREN:
                run.gave_up = True
                return

    def _accept(self, group: _Group, run: _Run, rendered: Rendered) -> GeneratedUtterance | None:
        _, text, fields = rendered
        pattern = self._patterns[run.lane.pattern]
        if not text:
            return None
        owner = self._digests.add(text, run.lane.pattern)
        if owner is not None:
            if self._patterns[owner].intent == pattern.intent:
                self._duplicates += 1
            else:
                self._collisions.setdefault((owner, run.lane.pattern), text)
            return None
        self._written[run.lane.pattern] += 1
        for start, end, entity, _, _ in fields:
            self._said.add((entity, text[start:end]))
        spans = tuple(Span(*each) for each in fields)
        if self._settings.whole_words:
            spans = _to_word_ends(text, spans)
        origin = self._origins[run.lane.pattern]
        return GeneratedUtterance(LabelledUtterance(text, pattern.intent, spans, origin), group.name, origin)

    def _copies_of(
        self, part: str, original: GeneratedUtterance, number: int, augment: Augment
    ) -> Iterator[GeneratedUtterance]:
        for copy in range(1, self._settings.copies + 1):
            rng = random.Random(seed_of(self._settings.seed, original.pattern_id, number, copy))
            changed = augment(original.utterance, rng)
            owner = self._numbers[original.pattern_id]
            if changed.text and self._digests.add(changed.text, owner) is None:
                self._copies += 1
                self._counts[f"{part}/{original.slice}"] += 1
                yield replace(original, utterance=changed, copy=copy)

    def report(self) -> GenerationReport:
        """Tell what has been written so far."""
        settings, plan = self._settings, self._plan
        parts, intents = Counter(dict.fromkeys(PARTS, 0)), Counter(dict.fromkeys((p.intent for p in self._patterns), 0))
        for name, count in self._counts.items():
            parts[name.partition("/")[0]] += count
        closed: dict[int, bool] = {}
        for group in self._groups:
            for run in group.runs:
                closed[run.lane.pattern] = closed.get(run.lane.pattern, True) and not run.is_open
        patterns = []
        for number, pattern in enumerate(self._patterns):
            intents[pattern.intent] += self._written[number]
            available = self._line.shop.expansion(Lane(number, plan.whole, "")).count
            held = plan.hold_out.patterns[number]
            counts = PatternCount(
                pattern.origin, pattern.intent, held, available, self._written[number], closed.get(number, True)
            )
            patterns.append(counts)
        everything = [self._line.shop.expansion(Lane(number, plan.whole, "")) for number in range(len(patterns))]
        written: set[Alternative] = set().union(*(expansion.written() for expansion in everything))
        reachable = {(entity, surface) for each in self._reachable.values() for entity, surface, _ in each}
        whole = self._line.shop.inventory(Lane(0, plan.whole, "")).entities
        surfaces = [(entity, surface) for entity in sorted(whole) for surface, _ in whole[entity].surfaces]
        return GenerationReport(
            requested=settings.count,
            written=sum(self._written.values()),
            copies=self._copies,
            parts=dict(parts),
            slices=dict(self._counts),
            intents=dict(intents),
            patterns=tuple(patterns),
            covered=len(self._said),
            uncovered=tuple(pair for pair in surfaces if pair in reachable and pair not in self._said),
            unreachable=tuple(pair for pair in surfaces if pair not in reachable),
            alternatives=len(written),
            untold=len(written - self._told),
            duplicates=self._duplicates,
            collisions=tuple(self._collision(*pair, text) for pair, text in self._collisions.items()),
            held_out=tuple(
                (entity, value, part)
                for entity, values in plan.hold_out.values.items()
                for value, part in values.items()
                if part != SEEN
            ),
        )

    def _collision(self, owner: int, other: int, text: str) -> Collision:
        one, two = self._patterns[owner], self._patterns[other]
        return Collision(text, one.intent, one.origin, two.intent, two.origin)


@dataclass
class _Run:
    """A lane while it is followed."""

    lane: Lane
    size: int
    position: int = 0
    gave_up: bool = False

    @property
    def left(self) -> int:
        return 0 if self.gave_up else self.size - self.position

    @property
    def is_open(self) -> bool:
        return self.left > 0


@dataclass(frozen=True)
class _Group:
    """A slice while it is drawn from."""

    part: str
    name: str
    runs: list[_Run]


def _to_word_ends(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Move each span's end to the next space, or to where the next span starts."""
    limits = [*(span.start for span in spans[1:]), len(text)][: len(spans)]
    ends = [text.find(" ", span.end, limit) for span, limit in zip(spans, limits, strict=True)]
    return tuple(
        replace(span, end=end if end >= 0 else limit) for span, end, limit in zip(spans, ends, limits, strict=True)
    )


def _longest_list(pattern: Pattern) -> int:
    """The most alternatives of a choice that stands in the pattern's own line, not in a macro: all want to be said."""
    here = pattern.place[:2]
    own = [part for part in walk(pattern.node) if isinstance(part, Choice) and part.place[:2] == here]
    return max((len(choice.alternatives) for choice in own), default=0)
