"""A fair, seeded sample of what the patterns stand for, without duplicates, split without leaks.

A run goes part by part (train, dev, test, refit) and slice by slice. In each, the number of utterances is shared out
evenly over the intents (what some have too little for goes to the rest, but not without end to what the bot declines)
and, inside an intent, over the patterns by their weight and, slowly, by how much they stand for. Each pattern first
covers what no utterance has yet, dictionary values and the alternatives that its author wrote, then follows its own
pseudo-random order. A text that is there already, from whichever pattern or part, is left out.

Sampling needs no memory that grows with the sample; leaving out duplicates needs about 16 bytes an utterance.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from nlu.data.alignment import to_word_ends
from nlu.data.rows import DatasetRow
from nlu.generation.apportion import share_out
from nlu.generation.declined_share import DeclinedShare
from nlu.generation.plan import GeneratorSettings, make_plan, quotas, random_part, seed_of
from nlu.generation.rendering import Expansions, Rendered, StreamCursor
from nlu.generation.report import GenerationReport, Tally, make_report
from nlu.generation.seen_texts import SeenTexts
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import Pattern, PatternFile, Permutation
from nlu.pattern.nodes import Choice, walk
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Span

COPIED = ("train", "refit")
"""The parts that are learned from alone, so that their utterances get augmented copies."""
MAX_FRUITLESS = 100_000
"""Derivations in a row that give nothing new before a pattern counts as exhausted."""
MAX_FRUITLESS_CHARACTERS = 200_000
"""Characters of such derivations, so that a pattern of many parts that say the same is given up as soon."""

Augment = Callable[[LabelledUtterance, random.Random], LabelledUtterance]


class Generator:
    r"""Patterns over a dictionary, ready to be sampled; nothing in it changes while it is.

    Args:
        file: the patterns.
        lexicon: the dictionary.
        settings: how much, and how to split it.
        refit: whether a served model is trained besides; else all utterances are for the model that is measured.

    Example:
        >>> from nlu.pattern import parse_patterns
        >>> file, tally = parse_patterns("[greet]\n안녕~하세요", Lexicon([])), Tally()
        >>> generator = Generator(file, Lexicon([]), GeneratorSettings(mode="all"))
        >>> sorted(row.utterance.text for row in generator.sample(tally))
        ['안녕 하세요', '안녕하세요']
        >>> generator.report(tally).written
        2
    """

    def __init__(self, file: PatternFile, lexicon: Lexicon, settings: GeneratorSettings, *, refit: bool = True) -> None:
        self.patterns = file.patterns
        self.settings = settings
        self.plan = make_plan(file.patterns, lexicon, settings)
        self.quotas = quotas(settings, refit=refit)
        self.expansions = Expansions(file.patterns, self.plan.lexicons)

    @property
    def most(self) -> int:
        """How many utterances a sample has at most, copies included."""
        most = 0
        for part, quota in self.quotas:
            streams = (stream for each in self.plan.slices if each.part == part for stream in each.streams)
            written = min(quota, sum(map(self.expansions.size, streams)))
            most += written * (1 + self.settings.copies * (part in COPIED))
        return most

    def sample(self, tally: Tally, augment: Augment | None = None) -> Iterator[DatasetRow]:
        """Yield the utterances, train first, augmented copies last.

        Args:
            tally: an empty one; what is yielded is counted there.
            augment: makes a changed copy of an utterance of train or refit; called `settings.copies` times for each,
                with a source of chance of its own. Copies that say what is there already are left out.
        """
        return _Sampling(self, tally).rows(augment if self.settings.copies else None)

    def report(self, tally: Tally) -> GenerationReport:
        """Tell what a sample holds and what it could not, once all of it was taken."""
        return make_report(self.patterns, self.settings, self.plan, self.expansions, tally)


class _Sampling:
    """One pass over a generator's plan."""

    def __init__(self, generator: Generator, tally: Tally) -> None:
        self._patterns = generator.patterns
        self._settings = generator.settings
        self._quotas = generator.quotas
        self._expansions = generator.expansions
        self._tally = tally
        self._whole = generator.plan.whole
        self._origins = [pattern.origin for pattern in generator.patterns]  # each made once, not for each utterance
        self._slices = [
            (each, [StreamCursor(stream, self._expansions) for stream in each.streams if self._expansions.size(stream)])
            for each in generator.plan.slices
        ]
        given = generator.settings.intent_weights
        self._intent_weights = {pattern.intent: given.get(pattern.intent, 1.0) for pattern in generator.patterns}
        self._declined = DeclinedShare(0, self._intent_weights)
        exist = sum(cursor.size for _, cursors in self._slices for cursor in cursors)
        self._seen = SeenTexts(min(self._settings.count, exist) * (1 + self._settings.copies) + 1, len(self._patterns))

    def rows(self, augment: Augment | None) -> Iterator[DatasetRow]:
        originals: list[tuple[int, DatasetRow]] = []
        for pattern, row in self._originals():
            if augment and row.part in COPIED:
                originals.append((pattern, row))
            self._tally.slices[row.part, row.slice.name] += 1
            yield row
        self._tally.exhausted = {number for number in range(len(self._patterns)) if self._is_exhausted(number)}
        if augment:
            for number, (pattern, row) in enumerate(originals):
                yield from self._copies_of(row, pattern, number, augment)

    def _originals(self) -> Iterator[tuple[int, DatasetRow]]:
        """Yield rows with the numbers of their patterns."""
        written = 0
        for part, quota in self._quotas:
            slices = [(each.slice, cursors) for each, cursors in self._slices if each.part == part]
            self._declined = DeclinedShare(quota, self._intent_weights)
            before: tuple[int, list[int]] | None = None
            while quota > 0 and any(left := [sum(cursor.left for cursor in cursors) for _, cursors in slices]):
                if before == (quota, left):  # all that is left is declined, and the part has enough of that
                    self._tally.held_back += min(quota, sum(left))
                    break
                before = quota, left
                shares = share_out(quota, [1] * len(slices), left)
                for (group, cursors), share in zip(slices, shares, strict=True):
                    for pattern, utterance in self._fill(cursors, share):
                        name = part if self._settings.mode != "random" else random_part(self._settings.seed, written)
                        quota -= 1
                        written += 1
                        self._declined.add(utterance.intent or "")
                        yield pattern, DatasetRow(utterance, name, group)
            if quota > 0:
                self._tally.missing[part] = quota

    def _is_exhausted(self, number: int) -> bool:
        """Tell whether all that a pattern says is written, by looking for something in it that is not."""
        expansion = self._expansions.get(number, self._whole)
        order = Permutation(expansion.count, str(number))
        characters = 0
        for position in range(min(expansion.count, MAX_FRUITLESS)):
            text = expansion.render(order(position))[0]
            characters += len(text)
            if text and text not in self._seen:
                return False
            if characters >= MAX_FRUITLESS_CHARACTERS:
                break
        return True

    def _fill(self, cursors: Sequence[StreamCursor], quota: int) -> Iterator[tuple[int, LabelledUtterance]]:
        """Yield up to `quota` utterances of a slice; fewer only where its patterns gave less that is new."""
        cursors = [cursor for cursor in cursors if cursor.left]
        targets = self._targets(cursors, quota)
        covering = self._covering(cursors, targets)
        for cursor, target, first in zip(cursors, targets, covering, strict=True):
            for utterance in self._take(cursor, target, first):
                yield cursor.stream.pattern, utterance

    def _targets(self, cursors: Sequence[StreamCursor], quota: int) -> list[int]:
        """Share utterances out, over the intents and then over the patterns of each."""
        members: dict[str, list[int]] = {}
        for number, cursor in enumerate(cursors):
            members.setdefault(self._patterns[cursor.stream.pattern].intent, []).append(number)
        weights = [self._intent_weights[intent] for intent in members]
        most = {intent: sum(cursors[number].left for number in numbers) for intent, numbers in members.items()}
        least = [len(numbers) for numbers in members.values()]
        by_intent = share_out(quota, weights, [*most.values()], least)
        if FALLBACK_INTENT in most:  # what is too much of it goes to the others, as far as they have more
            planned = dict(zip(members, by_intent, strict=True))
            most[FALLBACK_INTENT] = min(most[FALLBACK_INTENT], self._declined.most(planned))
            by_intent = share_out(quota, weights, [*most.values()], least)
        targets = [0] * len(cursors)
        for numbers, total in zip(members.values(), by_intent, strict=True):
            weights = [self._weight(cursors[number]) for number in numbers]
            shares = share_out(total, weights, [cursors[number].left for number in numbers], [1] * len(numbers))
            for number, share in zip(numbers, shares, strict=True):
                targets[number] = share
        return targets

    def _weight(self, cursor: StreamCursor) -> float:
        """Weigh a pattern against the others of its intent."""
        pattern, slowly = self._patterns[cursor.stream.pattern], min(cursor.size, 1 << 20).bit_length()
        return pattern.weight * max(slowly, min(cursor.size, _longest_list(pattern)))

    def _covering(self, cursors: Sequence[StreamCursor], targets: Sequence[int]) -> list[list[Rendered]]:
        """Find for each cursor utterances with surfaces and alternatives that none has yet, as many as it may give."""
        missing: dict[str, dict[str, None]] = {}
        for stream in (cursor.stream for cursor in cursors):
            for entity, surface, value in self._expansions.surfaces(stream):
                is_wanted = not stream.wanted or (entity, value) in stream.wanted
                if is_wanted and (entity, surface) not in self._tally.surfaces:
                    missing.setdefault(entity, {})[surface] = None
        chosen: list[list[Rendered]] = [[] for _ in cursors]
        waiting = [number for number, target in enumerate(targets) if target]
        while waiting:
            for number in list(waiting):
                cursor = cursors[number]
                asked = {entity: next(iter(left)) for entity, left in missing.items() if left}
                alternatives = None if cursor.stream.wanted else self._tally.alternatives
                found = cursor.cover(asked, len(chosen[number]), alternatives)
                if found is not None:
                    chosen[number].append(found)
                    text, spans = found
                    for start, end, entity, _, _ in spans:
                        missing.get(entity, {}).pop(text[start:end], None)
                if found is None or len(chosen[number]) >= targets[number]:
                    waiting.remove(number)
        return chosen

    def _take(self, cursor: StreamCursor, target: int, first: Sequence[Rendered]) -> Iterator[LabelledUtterance]:
        """Yield `target` new utterances, those of `first` first; fewer where the stream ends or repeats itself."""
        for chosen in first:
            if utterance := self._accept(chosen, cursor.stream.pattern):
                target -= 1
                yield utterance
        fruitless = characters = 0
        while target and cursor.left:
            rendered = cursor.read()
            utterance = rendered and self._accept(rendered, cursor.stream.pattern)
            if utterance:
                fruitless, characters, target = 0, 0, target - 1
                yield utterance
            else:
                fruitless, characters = fruitless + 1, characters + len(rendered[0] if rendered else "")
                cursor.gave_up = fruitless >= MAX_FRUITLESS or characters >= MAX_FRUITLESS_CHARACTERS

    def _accept(self, rendered: Rendered, number: int) -> LabelledUtterance | None:
        """Count a text and label it; None where it is empty or there already."""
        (text, fields), pattern, tally = rendered, self._patterns[number], self._tally
        if not text:
            return None
        owner = self._seen.add(text, number)
        if owner is not None:
            if self._patterns[owner].intent == pattern.intent:
                tally.duplicates += 1
            else:
                tally.collisions.setdefault((owner, number), text)
            return None
        tally.patterns[number] += 1
        tally.surfaces.update((entity, text[start:end]) for start, end, entity, _, _ in fields)
        spans = tuple(Span(*each) for each in fields)
        if self._settings.whole_words:
            spans = to_word_ends(text, spans)
        return LabelledUtterance(text, pattern.intent, spans, self._origins[number])

    def _copies_of(self, row: DatasetRow, pattern: int, number: int, augment: Augment) -> Iterator[DatasetRow]:
        for copy in range(1, self._settings.copies + 1):
            rng = random.Random(seed_of(self._settings.seed, row.utterance.origin, number, copy))
            changed = augment(row.utterance, rng)
            if changed.text and self._seen.add(changed.text, pattern) is None:
                self._tally.copies += 1
                self._tally.slices[row.part, row.slice.name] += 1
                yield replace(row, utterance=changed)


def _longest_list(pattern: Pattern) -> int:
    """Count the alternatives of the longest choice in the pattern's own line, macros left aside: all are to be said."""
    here = pattern.place[:2]
    own = [node for node in walk(pattern.node) if isinstance(node, Choice) and node.place[:2] == here]
    return max((len(choice.alternatives) for choice in own), default=0)
