"""Checks that look at the whole bot: intents against each other, macros, the dictionary against the patterns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import combinations
from operator import or_

from nlu.generation.holdout import MIN_PATTERNS, MIN_VALUES
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.linter.findings import INFO, WARNING, Finding
from nlu.pattern import Expansion, Inventory, Matcher, Pattern, PatternFile, Permutation
from nlu.pattern.nodes import Place, Slot, walk

ENUMERATED = 500
"""A pattern with no more derivations is compared word for word with every other."""
SAMPLED = 20
"""Texts of a bigger pattern that are matched against the patterns of other intents."""
ENOUGH = 1_000
"""Utterances beyond which one intent is not called bigger than another."""


def check_bot(file: PatternFile, lexicon: Lexicon, inventory: Inventory) -> Iterator[Finding]:
    """Find what is doubtful in the bot as a whole."""
    yield from _encodings(file)
    yield from _intents(file, inventory)
    yield from _macros(file)
    yield from _same_patterns(file)
    yield from _same_texts(file.patterns, inventory)
    yield from _entities(file, lexicon)
    yield from _surfaces(lexicon)


def _finding(place: Place | Entry, severity: str, code: str, message: str) -> Finding:
    column = place.column if isinstance(place, Place) else 0
    return Finding(place.path, place.line, column, severity, code, message)


def _encodings(file: PatternFile) -> Iterator[Finding]:
    for source in file.files:
        if source.encoding == "cp949":
            message = "이 파일은 CP949로 읽었습니다. UTF-8로 저장하면 다른 컴퓨터에서도 안전합니다."
            yield Finding(source.path, 0, 0, INFO, "encoding", message)


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
            message = f"의도 [{name}]에 패턴이 없습니다. 패턴을 적거나 지우세요."
            yield _finding(place, WARNING, "intent-without-pattern", message)
            continue
        if count < MIN_PATTERNS:
            message = (
                f"의도 [{name}]의 패턴이 {count}개뿐입니다. {MIN_PATTERNS}개 이상이면 처음 보는 말로 시험해 볼 수 "
                "있고, 여러 말투로 적을수록 잘 알아듣습니다."
            )
            yield _finding(place, INFO, "few-patterns", message)
        if sizes[name] * 10 < biggest:
            message = (
                f"의도 [{name}]으로 만들 수 있는 발화가 {sizes[name]:,}개뿐이라 다른 의도({biggest:,}개 이상)와 "
                "균형이 맞지 않습니다. 말투나 표현을 더 적으세요."
            )
            yield _finding(place, WARNING, "unbalanced-intents", message)


def _macros(file: PatternFile) -> Iterator[Finding]:
    for macro in file.macros:
        if macro.name not in file.used_macros:
            message = f"매크로 <{macro.name}>을(를) 쓰는 패턴이 없습니다. 지우거나 패턴에서 쓰세요."
            yield _finding(macro.place, WARNING, "unreachable-macro", message)


def _same_patterns(file: PatternFile) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Pattern] = {}
    for pattern in file.patterns:
        key = (pattern.intent, " ".join(pattern.source.split()))
        if key in seen:
            message = f"같은 패턴이 {seen[key].origin}에 이미 있습니다. 하나만 남기세요."
            yield _finding(pattern.place, WARNING, "same-pattern", message)
        seen.setdefault(key, pattern)


def _same_texts(patterns: Sequence[Pattern], inventory: Inventory) -> Iterator[Finding]:
    """Report each pair of lines of two intents that give the same text, with the text.

    Patterns with few derivations are compared exactly. A sample of each is also matched against everything that the
    patterns of other intents stand for, so a big overlap of two huge patterns is found too, a rare one maybe not.
    """
    found: dict[tuple[int, int], str] = {}
    said: dict[str, list[int]] = {}
    candidates = _Candidates([Matcher(pattern, inventory) for pattern in patterns])
    for number, pattern in enumerate(patterns):
        expansion = Expansion(pattern, inventory)
        if not expansion.count:
            continue
        is_small = expansion.count <= ENUMERATED
        order = Permutation(expansion.count, pattern.source)
        texts = [expansion.render(order(i))[0] for i in range(expansion.count if is_small else SAMPLED)]
        for text in filter(None, texts if is_small else ()):
            for other in said.setdefault(text, []):
                if patterns[other].intent != pattern.intent:
                    found.setdefault((other, number), text)
            if number not in said[text]:
                said[text].append(number)
        for text in filter(None, texts[:SAMPLED]):
            for other in candidates.of(text):
                if patterns[other].intent == pattern.intent:
                    continue
                pair = (min(number, other), max(number, other))
                if pair not in found and candidates.matchers[other].matches(text):
                    found[pair] = text
    for (one, two), text in sorted(found.items()):
        for here, there in ((patterns[one], patterns[two]), (patterns[two], patterns[one])):
            message = (
                f"'{text}'은(는) [{here.intent}]이면서 {there.origin}의 [{there.intent}]입니다. "
                "한 말에는 의도가 하나여야 합니다. 한쪽을 고치세요."
            )
            yield _finding(here.place, WARNING, "same-text-two-intents", message)


class _Candidates:
    """Finds, among many patterns, the few that may match a text.

    It looks at the rarest letter that each needs, at the letters it may begin and end with, and at all that it needs
    and allows. Letters are bits of a number, so that two sets are compared in one step.
    """

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        self.matchers = matchers
        common = Counter(letter for matcher in matchers for letter in matcher.needed)
        known = frozenset().union(*(matcher.allowed for matcher in matchers))
        self._bits = {letter: 1 << number for number, letter in enumerate(sorted(known))}
        self._by_letter: dict[str, list[tuple[int, int, int, int, int]]] = {}
        for number, matcher in enumerate(matchers):
            rarest = min(matcher.needed, key=lambda letter: (common[letter], letter), default="")
            first, last, needed, allowed = (
                self._set(letters) for letters in (matcher.first, matcher.last, matcher.needed, matcher.allowed)
            )
            self._by_letter.setdefault(rarest, []).append((number, first, last, needed, ~allowed))

    def of(self, text: str) -> Iterator[int]:
        """Yield the numbers of patterns whose letters allow the text, which is not empty."""
        letters = set(text) - {" "}
        said, begins, ends = self._set(letters), self._set(text[0]), self._set(text[-1])
        for letter in ["", *sorted(letters)]:
            for number, first, last, needed, forbidden in self._by_letter.get(letter, ()):
                if begins & first and ends & last and not (needed & ~said or said & forbidden):
                    yield number

    def _set(self, letters: Iterable[str]) -> int:
        unknown = 1 << len(self._bits)
        return reduce(or_, (self._bits.get(letter, unknown) for letter in letters), 0)


def _entities(file: PatternFile, lexicon: Lexicon) -> Iterator[Finding]:
    used = {node.entity for pattern in file.patterns for node in walk(pattern.node) if isinstance(node, Slot)}
    first = {entry.entity: entry for entry in reversed(lexicon.entries)}
    for entity in lexicon.entities:
        if entity not in used:
            message = f"개체 '{entity}'을(를) 쓰는 패턴이 없습니다. {{{entity}}}을(를) 패턴에 넣거나 사전에서 빼세요."
            yield _finding(first[entity], WARNING, "unused-entity", message)
        elif len(lexicon.values(entity)) < MIN_VALUES:
            message = (
                f"개체 '{entity}'의 값이 {len(lexicon.values(entity))}개뿐입니다. {MIN_VALUES}개 이상이면 "
                "사전에 없는 값도 알아듣는지 시험해 볼 수 있습니다."
            )
            yield _finding(first[entity], INFO, "few-values", message)


def _surfaces(lexicon: Lexicon) -> Iterator[Finding]:
    owners: dict[str, list[tuple[str, Entry]]] = {}
    short: dict[str, list[tuple[str, Entry]]] = {}
    for entry in lexicon.entries:
        for surface in (entry.value, *entry.synonyms):
            owners.setdefault(squeeze(surface), []).append((surface, entry))
            if len(squeeze(surface)) == 1:
                short.setdefault(entry.entity, []).append((surface, entry))
    for several in owners.values():
        for (_, one), (surface, two) in combinations(several, 2):
            if one.entity != two.entity:
                place = f" ({one.path}:{one.line})" if one.path else ""
                message = (
                    f"'{surface}'은(는) 개체 '{two.entity}'에도 '{one.entity}'{place}에도 있습니다. "
                    "문장만으로 가릴 수 없다면 한쪽에서 빼세요."
                )
                yield _finding(two, WARNING, "value-in-two-entities", message)
    for entity, entries in short.items():
        shown = ", ".join(surface for surface, _ in entries[:10])
        more = f" 외 {len(entries) - 10}개" if len(entries) > 10 else ""
        message = (
            f"개체 '{entity}'에 한 글자 표현이 있습니다: {shown}{more}. 다른 낱말의 일부로 잘못 잡히기 쉬우니 "
            "더 긴 표현을 함께 적으세요."
        )
        yield _finding(entries[0][1], WARNING, "one-syllable-value", message)
