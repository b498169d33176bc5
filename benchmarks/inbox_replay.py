"""A bot that lives among people who want what it was never taught: what waits in its inbox, and what an author does."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.data import PATTERN, Task, Utterances, subset
from nlu.inbox.clustering import Vectors
from nlu.inbox.grouping import Group, centre, group
from nlu.inbox.ordering import promise
from nlu.inbox.representation import Representation
from nlu.inbox.utterances import InboxUtterance
from nlu.induction import BotLanguage, Proposal, propose
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import Expansion, Inventory, PatternFile, Permutation, parse_patterns
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Parse, Span
from nlu.understanding.parser import UtteranceParser

MACROS = Path(__file__).resolve().parents[1] / "patterns"
"""Where the endings lie that any bot may use."""
LEAST_SHARE = 0.01
"""An intent that is hidden is at least this part of all utterances."""
LEAST_MARGIN = 0.6
"""How much likelier an intent must be than the next, for an utterance not to wait."""
EACH = 20
"""Utterances that a line that was accepted is generated to, at most."""


@dataclass(frozen=True)
class Replay:
    """What a bot knows, and what people say to it.

    Attributes:
        hidden: intents that the bot was never taught.
        base: what it learned.
        recorded: what was said to it, with what was meant.
    """

    hidden: frozenset[str]
    base: Utterances
    recorded: Utterances


def replay_of(task: Task, share: float, hidden: int, recorded: int, seed: int) -> Replay:
    """Draw what a bot knows and what is said to it, apart from each other, out of a task's train part.

    Args:
        task: the task.
        share: of train, from which the bot learns all but the hidden intents.
        hidden: how many intents it does not know.
        recorded: how many utterances are said to it, of all intents as often as they are.
        seed: which ones.
    """
    counts = Counter(utterance.intent for utterance in task.train)
    able = sorted(str(intent) for intent, count in counts.items() if count >= LEAST_SHARE * len(task.train))
    unknown = frozenset(random.Random(f"{seed}/hidden").sample(able, hidden))
    learned = subset(task.train, share, seed)
    kept = {id(utterance) for utterance in learned}
    rest = [utterance for utterance in task.train if id(utterance) not in kept]
    said = random.Random(f"{seed}/recorded").sample(rest, min(recorded, len(rest)))
    return Replay(unknown, tuple(one for one in learned if one.intent not in unknown), tuple(said))


def waiting(parser: UtteranceParser, recorded: Sequence[LabelledUtterance]) -> list[InboxUtterance]:
    """What waits in the inbox of all that was said: what was not understood, or hardly."""
    parses = parser.parse_many([utterance.text for utterance in recorded])
    found = (_waiting(f"{number:06}", parse) for number, parse in enumerate(parses))
    return [utterance for utterance in found if utterance is not None]


def _waiting(name: str, parse: Parse) -> InboxUtterance | None:
    known = [confidence for intent, confidence in parse.ranking if intent != FALLBACK_INTENT]
    margin = known[0] - known[1] if len(known) > 1 else 1.0
    if not parse.fallback.is_fallback and margin >= LEAST_MARGIN:
        return None
    spans = tuple(Span(one.start, one.end, one.entity, one.role, one.value) for one in parse.entities)
    doubt = 1.0 if parse.fallback.is_fallback else 1 - margin
    reason = "failed" if parse.fallback.is_fallback else "unsure"
    return InboxUtterance(name, parse.text, spans, reason, doubt, user=name)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Inbox:
    """Groups in the inbox's order, and `(N, D)` their middles."""

    groups: Sequence[Group]
    middles: Vectors


def grouped(parser: UtteranceParser, utterances: Sequence[InboxUtterance]) -> Inbox:
    """Group what waits, as the inbox does."""
    vectors = Representation.of(parser.model).vectors(utterances)
    groups, row_of = group(utterances, vectors), {one.id: row for row, one in enumerate(utterances)}
    middles = [centre(vectors[[row_of[member.id] for member in one.members]]) for one in groups]
    return Inbox(groups, np.stack(middles))


def worked_through(inbox: Inbox, is_new: Callable[[Group], bool]) -> list[Group]:
    """The groups as an author meets them who always takes the first: each decision puts the others in order again.

    Args:
        inbox: the groups.
        is_new: whether the author gives a group an intent that the bot lacks.
    """
    worth, open_ = np.array([one.weight for one in inbox.groups]), np.ones(len(inbox.groups), dtype=bool)
    decided, found = list[int](), list[bool]()
    while open_.any():
        value = worth * promise(inbox.middles, inbox.middles[decided], found)
        first = int(np.where(open_, value, -1.0).argmax())
        open_[first] = False
        decided.append(first)
        found.append(is_new(inbox.groups[first]))
    return [inbox.groups[at] for at in decided]


def purity(groups: Iterable[Group], meant: Mapping[str, str]) -> float:
    """The part of the utterances of some groups that mean what most of their group mean."""
    counts = [Counter(meant[member.id] for member in one.members) for one in groups]
    return sum(max(count.values()) for count in counts) / max(sum(count.total() for count in counts), 1)


def author_says(one: Group, meant: Mapping[str, str]) -> str:
    """The intent that an author who reads a group gives it: what most of it mean; of several the first by name."""
    counts = Counter(meant[member.id] for member in one.members)
    return min(counts, key=lambda intent: (-counts[intent], intent))


def proposals(groups: Sequence[Group], meant: Mapping[str, str], language: BotLanguage) -> list[list[Proposal]]:
    """What is proposed for each group, once the author has said its intent."""
    return [
        propose([member.labelled for member in one.members], language, intent=author_says(one, meant)) for one in groups
    ]


def endings(lexicon: Lexicon) -> PatternFile:
    """The endings that any bot may import, as a pattern file without patterns."""
    lines: dict[str, str] = {}
    for name in ("requests.txt", "endings.txt"):
        for line in (MACROS / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("@define"):
                lines.setdefault(line.partition("=")[0], line)
    return parse_patterns("\n".join(lines.values()), lexicon)


@dataclass(frozen=True)
class Accepted:
    """What accepted proposals make of a bot.

    Attributes:
        patterns: their lines.
        rows: what the dictionary got.
        utterances: what the lines are generated to.
    """

    patterns: PatternFile
    rows: tuple[Entry, ...]
    utterances: Utterances


def accepted(some: Sequence[Proposal], language: BotLanguage, weight: float, seed: int) -> Accepted:
    """Accept proposals as they are, and generate from them.

    Args:
        some: the proposals.
        language: the bot.
        weight: how much each utterance counts, beside real ones.
        seed: which utterances.
    """
    rows = dict.fromkeys((row.entity, row.surface) for one in some for row in one.rows)
    new = [Entry(*row) for row in rows if language.lexicon.canonical(*row) is None]
    lexicon = Lexicon((*language.lexicon.entries, *new))
    by_intent: dict[str, dict[str, None]] = {}
    for one in some:
        if one.line:
            by_intent.setdefault(one.intent, {})[one.line] = None
    head = [macro.source for macro in language.file.macros]
    body = [line for intent, lines in by_intent.items() for line in (f"[{intent}]", *lines)]
    patterns = parse_patterns("\n".join([*head, *body]), lexicon)
    inventory = Inventory(lexicon.with_computed(patterns.computed))
    made: dict[str, LabelledUtterance] = {}
    for pattern in patterns.patterns:
        expansion = Expansion(pattern, inventory)
        order = Permutation(expansion.count, f"{seed} {pattern.source}")
        for at in range(min(EACH, expansion.count)):
            utterance = expansion.utterance(order(at))
            made.setdefault(utterance.text, replace(utterance, weight=weight, origin=f"{PATTERN}{pattern.place.line}"))
    return Accepted(patterns, tuple(new), tuple(made.values()))
