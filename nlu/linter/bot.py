"""Checks that look at the whole bot: intents against each other, macros, the dictionary against the patterns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from nlu.generation.holdout import MIN_PATTERNS, MIN_VALUES
from nlu.korean.normalization import normalize
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.linter.findings import ERROR, INFO, WARNING, Finding, found
from nlu.pattern import Expansion, Inventory, Pattern, PatternFile, Permutation, Recognizer
from nlu.pattern.nodes import Place, Slot, walk
from nlu.pattern.table import PatternTable
from nlu.types import FALLBACK_INTENT

ENUMERATED = 500
"""A pattern with no more derivations is compared with every other in all that it says."""
SAMPLED = 20
"""Texts of a bigger pattern that are matched against the patterns of other intents."""
ENOUGH = 1_000
"""Utterances beyond which one intent is not called bigger than another."""


def check_bot(file: PatternFile, lexicon: Lexicon, inventory: Inventory) -> Iterator[Finding]:
    """Find what is doubtful in the bot as a whole."""
    if file.files and all(pattern.intent == FALLBACK_INTENT for pattern in file.patterns):
        yield found(Place(file.files[0].path, 1, 0), ERROR, "no-pattern")
    yield from _encodings(file)
    yield from _intents(file, inventory)
    yield from _macros(file)
    yield from _same_patterns(file)
    yield from same_texts(file.patterns, inventory, lexicon)
    yield from _entities(file, lexicon)
    yield from _surfaces(lexicon)


def _encodings(file: PatternFile) -> Iterator[Finding]:
    for source in file.files:
        if source.encoding == "cp949":
            yield found(Place(source.path, 0, 0), INFO, "encoding")


def _intents(file: PatternFile, inventory: Inventory) -> Iterator[Finding]:
    first = {header.intent: header.place for header in reversed(file.headers)}
    members = {name: [pattern for pattern in file.patterns if pattern.intent == name] for name in first}
    sizes = {
        name: min(ENOUGH, sum(Expansion(pattern, inventory).count for pattern in patterns))
        for name, patterns in members.items()
        if patterns
    }
    biggest = max(sizes.values(), default=0)
    for name, place in first.items():
        count = len(members[name])
        if not count:
            yield found(place, WARNING, "intent-without-pattern", intent=name)
            continue
        if count < MIN_PATTERNS:
            yield found(place, INFO, "few-patterns", intent=name, count=count, enough=MIN_PATTERNS)
        if sizes[name] * 10 < biggest:
            yield found(place, WARNING, "unbalanced-intents", intent=name, count=sizes[name], biggest=biggest)


def _macros(file: PatternFile) -> Iterator[Finding]:
    """Macros that no pattern uses; a file of nothing but macros is a collection, of which one takes what one needs."""
    with_patterns = {pattern.place.path for pattern in file.patterns}
    for macro in file.macros:
        if macro.name not in file.used_macros and macro.place.path in with_patterns:
            yield found(macro.place, WARNING, "unreachable-macro", macro=macro.name)


def _same_patterns(file: PatternFile) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Pattern] = {}
    for pattern in file.patterns:
        key = (pattern.intent, " ".join(pattern.source.split()))
        if key in seen:
            yield found(pattern.place, WARNING, "same-pattern", origin=seen[key].origin)
        seen.setdefault(key, pattern)


def same_texts(
    patterns: Sequence[Pattern], inventory: Inventory, lexicon: Lexicon, of: Collection[str] | None = None
) -> Iterator[Finding]:
    """Report each pair of lines of two intents that say the same but for spaces and case, with a text.

    All that small patterns say, and a sample of what bigger ones say, is matched against every pattern: a big overlap
    of two huge patterns is found too, a rare one maybe not.

    Args:
        patterns: the lines.
        inventory: the dictionary's surfaces.
        lexicon: the dictionary.
        of: the origins of the lines whose texts are looked for in the others; None for all.
    """
    shared: dict[tuple[int, int], str] = {}
    recognizer, numbers = Recognizer(PatternTable.of(patterns)), {p.origin: at for at, p in enumerate(patterns)}
    for number, pattern in enumerate(patterns):
        if of is not None and pattern.origin not in of:
            continue
        expansion = Expansion(pattern, inventory)
        if not expansion.count:
            continue
        order = Permutation(expansion.count, pattern.source)
        some = expansion.count if expansion.count <= ENUMERATED else SAMPLED
        for text in {expansion.render(order(at))[0]: None for at in range(some)}:
            for said in recognizer.lines(normalize(text).text, lexicon):
                if said.line.intent != pattern.intent and not said.marks:
                    other = numbers[said.line.origin]
                    shared.setdefault((min(number, other), max(number, other)), text)
    for (one, two), text in sorted(shared.items()):
        for here, there in ((patterns[one], patterns[two]), (patterns[two], patterns[one])):
            values = {"intent": here.intent, "origin": there.origin, "other": there.intent}
            yield found(here.place, WARNING, "same-text-two-intents", text=text, **values)


def _entities(file: PatternFile, lexicon: Lexicon) -> Iterator[Finding]:
    used = {node.entity for pattern in file.patterns for node in walk(pattern.node) if isinstance(node, Slot)}
    first = {entry.entity: entry for entry in reversed(lexicon.entries)}
    for entity in lexicon.entities:
        if entity not in used:
            yield found(first[entity], WARNING, "unused-entity", entity=entity)
        elif len(lexicon.values(entity)) < MIN_VALUES:
            count = len(lexicon.values(entity))
            yield found(first[entity], INFO, "few-values", entity=entity, count=count, enough=MIN_VALUES)


def _has_longer(entry: Entry) -> bool:
    """Tell whether a value has an expression of more than one letter, which people may say in place of a short one."""
    return any(len(squeeze(surface)) > 1 for surface in (entry.value, *entry.synonyms))


def _surfaces(lexicon: Lexicon) -> Iterator[Finding]:
    owners: dict[str, list[tuple[str, Entry]]] = {}
    short: dict[str, list[tuple[str, Entry]]] = {}
    for entry in lexicon.entries:
        for surface in (entry.value, *entry.synonyms):
            owners.setdefault(squeeze(surface), []).append((surface, entry))
            if len(squeeze(surface)) == 1 and not _has_longer(entry):
                short.setdefault(entry.entity, []).append((surface, entry))
    for several in owners.values():
        for (_, one), (surface, two) in combinations(several, 2):
            if one.entity != two.entity:
                place = f" ({one.path}:{one.line})" if one.path else ""
                values = {"entity": two.entity, "other": one.entity, "place": place}
                yield found(two, WARNING, "value-in-two-entities", surface=surface, **values)
    for entity, entries in short.items():
        shown = ", ".join(surface for surface, _ in entries[:10])
        more = f" 외 {len(entries) - 10}개" if len(entries) > 10 else ""
        yield found(entries[0][1], WARNING, "one-syllable-value", entity=entity, surfaces=shown + more)
