"""Traffic that is played again: quiet, with a new subject in it, or changed otherwise; when is it noticed?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import Utterances
from nlu.augmentation.augmenter import AugmentationSettings, Augmenter
from nlu.drift.check import ALARM, WINDOW, Checker, adjusted
from nlu.drift.reading import Reader
from nlu.drift.replay import STEP
from nlu.drift.sample import Heard, Sample
from nlu.drift.signals import Signals, Window
from nlu.drift.sketch import Seen, Sketch
from nlu.types import LabelledUtterance
from nlu.understanding.parser import UtteranceParser

Row = dict[str, object]
Places = NDArray[np.intp]
REFERENCE = 1_500
"""Held-out utterances that a reference is made of."""
_SYLLABLES = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추"


@dataclass(frozen=True)
class Bot:
    """A model, and utterances that it did not learn from.

    Attributes:
        parser: answers.
        reader: reads what the signals count.
        learned: what it learned from; only their words are counted.
        quiet: utterances of intents that it knows.
        strange: name → utterances of something that it does not know.
    """

    parser: UtteranceParser
    reader: Reader
    learned: tuple[str, ...]
    quiet: Utterances
    strange: Mapping[str, Utterances]

    def read(self, utterances: Sequence[LabelledUtterance]) -> Sample:
        """Answer and read utterances."""
        parses = self.parser.parse_many([one.text for one in utterances], top_n=1)
        pairs = zip(parses, utterances, strict=True)
        return self.reader.read(Heard.of_parse(parse, right=one.intent) for parse, one in pairs)

    @cached_property
    def samples(self) -> dict[str, Sample]:
        """What was said, answered and read once: "quiet", and each strange thing."""
        return {"quiet": self.read(self.quiet), **{name: self.read(some) for name, some in self.strange.items()}}

    @cached_property
    def words(self) -> tuple[NDArray[np.float64], int]:
        """The words of what was learned."""
        return self.reader.counted(self.learned)


@dataclass(frozen=True)
class Change:
    """Something that happens to traffic.

    Attributes:
        name: what it is called.
        sample: the utterances that come in.
        share: how much of the traffic they are, at the end.
        over: utterances over which the share grows from nothing; 0 for at once.
        utterances: how long it is watched.
    """

    name: str
    sample: Sample
    share: float = 0.05
    over: int = 0
    utterances: int = 500


def changes_of(bot: Bot, seed: int) -> Iterator[Change]:
    """Everything that is tried: each strange thing, one that comes slowly, new names, and typing in a hurry."""
    samples = bot.samples
    for name in bot.strange:
        yield Change(name, samples[name])
    slowly = next(iter(bot.strange))
    yield Change(f"{slowly}, growing to 10 %", samples[slowly], share=0.1, over=2_000, utterances=2_500)
    rng = random.Random(seed)
    named = [one for one in bot.quiet if one.spans]
    renamed = [_renamed(one, rng) for one in rng.sample(named, min(len(named), 600))]
    yield Change("new names in entities, 20 %", bot.read(renamed), share=0.2)
    hurry = AugmentationSettings(typos=0.1, jamo_slips=0.05, drop_spaces=0.3)
    rough = [Augmenter(hurry).augment(one, rng) for one in rng.sample(bot.quiet, min(len(bot.quiet), 600))]
    yield Change("typed in a hurry, 20 %", bot.read(rough), share=0.2)


def _renamed(utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance:
    """The same utterance with a name that nobody knows in the place of its first entity."""
    span = utterance.spans[0]
    name = "".join(rng.sample(_SYLLABLES, 3))
    return LabelledUtterance(f"{utterance.text[: span.start]}{name}{utterance.text[span.end :]}", utterance.intent)


def noticed(bot: Bot, change: Change, runs: int, seed: int) -> Row:
    """Play a change again and again, each time with another reference and other traffic, and count the alarms.

    References and traffic share no utterance. The traffic is quiet for one window, and then the change begins.
    """
    rng, quiet = np.random.default_rng(seed), bot.samples["quiet"]
    after: list[int | None] = []
    early, right = 0, []
    curve: list[list[float]] = []
    for _ in range(runs):
        order = rng.permutation(len(quiet))
        checker = checker_of(bot, quiet.take(order[:REFERENCE]))
        traffic, is_new = _traffic(quiet.take(order[REFERENCE:]), change, rng)
        seen = checker.sketch.look(traffic)
        found = list(_followed(checker, seen))
        curve.append([level for _, level in found])
        early += any(end <= WINDOW and level < ALARM for end, level in found)
        first = next((end for end, level in found if end > WINDOW and level < ALARM), None)
        after.append(None if first is None else first - WINDOW)
        if first is not None:
            right.append(_right_movers(checker, seen, first, is_new))
    told = sorted(one for one in after if one is not None)
    return {
        "change": change.name,
        "share": change.share,
        "runs": runs,
        "noticed": len(told) / runs,
        "median": told[len(told) // 2] if told else None,
        "before": early / runs,
        "movers": float(np.mean(right)) if right else None,
        "after": after,
        "curve": [float(one) for one in np.median(np.array(curve), axis=0)],
    }


def checker_of(bot: Bot, sample: Sample, words: tuple[NDArray[np.float64], int] | None = None) -> Checker:
    """A checker whose reference was sketched as training does it."""
    return Checker(Sketch.of(sample, "written", more_words=words or bot.words), bot.reader)


def _traffic(quiet: Sample, change: Change, rng: np.random.Generator) -> tuple[Sample, NDArray[np.bool_]]:
    """One quiet window, then the change; and which utterances it brought."""
    count = change.utterances
    grown = np.minimum(1.0, np.arange(count) / change.over) if change.over else np.ones(count)
    is_new = np.zeros(WINDOW + count, dtype=bool)
    is_new[WINDOW:] = rng.random(count) < change.share * grown
    if not change.over:  # exactly the share: what is measured is the share that was promised
        is_new[WINDOW:] = False
        is_new[WINDOW + rng.permutation(count)[: round(change.share * count)]] = True
    news = rng.permutation(len(change.sample))[: int(is_new.sum())]
    if len(news) < is_new.sum():
        news = rng.choice(len(change.sample), int(is_new.sum()))
    olds = rng.permutation(len(quiet))[: int((~is_new).sum())]
    both = quiet.take(olds).joined(change.sample.take(news))
    order = np.empty(len(is_new), dtype=np.intp)
    order[~is_new], order[is_new] = np.arange(len(olds)), len(olds) + np.arange(len(news))
    return both.take(order), is_new


def _followed(checker: Checker, seen: Seen) -> Iterator[tuple[int, float]]:
    """The least corrected chance after every step, from the first whole window on."""
    signals = Signals(checker.sketch)
    for end in range(WINDOW, len(seen) + 1, STEP):
        found = signals.test(Window(seen, slice(end - WINDOW, end)))
        yield end, min(adjusted([one.chance for one in found]))


def _right_movers(checker: Checker, seen: Seen, end: int, is_new: NDArray[np.bool_]) -> float:
    """The part of the ten utterances that are named which the change brought."""
    window = slice(end - WINDOW, end)
    new = {seen.sample.heard[at].text for at in range(window.start, end) if is_new[at]}
    movers = checker.check(seen, window).movers
    return sum(one.heard.text in new for one in movers) / max(len(movers), 1)


def quiet_months(bot: Bot, months: int, a_day: int, seed: int, tell: Callable[[str], None]) -> Row:
    """Let nothing change for months, each with a reference of its own, and count the alarms.

    Reference and traffic are drawn from the same utterances with repetition, so that both say the same things equally
    often in truth: whatever raises an alarm is chance.
    """
    rng, quiet = np.random.default_rng(seed), bot.samples["quiet"]
    texts = [one.text for one in quiet.heard]
    begun: list[int] = []
    raised = windows = 0
    for month in range(months):
        words = bot.reader.counted(texts[at] for at in rng.choice(len(texts), len(bot.learned)))
        checker = checker_of(bot, quiet.take(rng.choice(len(quiet), REFERENCE)), words)
        seen = checker.sketch.look(quiet.take(rng.choice(len(quiet), 30 * a_day)))
        alarms = [level < ALARM for _, level in _followed(checker, seen)]
        windows, raised = windows + len(alarms), raised + sum(alarms)
        begun.append(sum(now and not before for before, now in zip([False, *alarms], alarms, strict=False)))
        if (month + 1) % 10 == 0:
            tell(f"{month + 1} months: {sum(begun)} alarms")
    return {
        "months": months,
        "a_day": a_day,
        "alarms_a_month": sum(begun) / months,
        "months_with_one": sum(map(bool, begun)) / months,
        "most": max(begun),
        "windows": windows,
        "windows_raised": raised / windows,
    }


def costs(bot: Bot) -> Row:
    """What a pass takes: reading an utterance, a first check with its nulls, and each further one."""
    quiet = bot.samples["quiet"]
    some = quiet.heard[:2_000]
    started = time.perf_counter()
    bot.reader.read(some)
    reading = (time.perf_counter() - started) / len(some)
    checker = checker_of(bot, quiet.take(slice(0, REFERENCE)))
    seen = checker.sketch.look(quiet.take(slice(REFERENCE, REFERENCE + 1_000)))
    times = []
    for end in range(WINDOW, 1_001, STEP):
        started = time.perf_counter()
        checker.check(seen, slice(end - WINDOW, end))
        times.append(time.perf_counter() - started)
    return {
        "serving_us": 0.0,
        "reading_us": reading * 1e6,
        "first_check_ms": times[0] * 1e3,
        "check_ms": float(np.median(times[1:])) * 1e3,
        "sketch_bytes": len(checker.sketch.to_json().encode()),
    }
