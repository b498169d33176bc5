"""What a sample of the generator covers, counted while it is drawn, and the report made from the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from nlu.data.rows import PARTS
from nlu.generation.holdout import SEEN
from nlu.generation.plan import GeneratorSettings, Plan
from nlu.generation.rendering import Expansions
from nlu.pattern import Alternative, Pattern
from nlu.types import FALLBACK_INTENT


@dataclass
class Tally:
    """What a sample holds, counted while it is drawn.

    Attributes:
        slices: utterances by part and name of the slice, copies included.
        patterns: utterances by number of the pattern, copies not counted.
        surfaces: the (entity, surface) pairs that were written.
        alternatives: the authors' alternatives that were written.
        exhausted: the numbers of the patterns of which everything is written; known when all but the copies are drawn.
        missing: how many utterances each part has fewer than it asked for.
        held_back: how many utterances of the fallback intent were left out so that the others do not drown in them.
        copies: how many augmented copies there are.
        duplicates: how often a text came again in the same intent, and was left out.
        collisions: numbers of two patterns of two intents → the first text they both give.
    """

    slices: Counter[tuple[str, str]] = field(default_factory=Counter)
    patterns: Counter[int] = field(default_factory=Counter)
    surfaces: set[tuple[str, str]] = field(default_factory=set)
    alternatives: set[Alternative] = field(default_factory=set)
    exhausted: set[int] = field(default_factory=set)
    missing: dict[str, int] = field(default_factory=dict)
    held_back: int = 0
    copies: int = 0
    duplicates: int = 0
    collisions: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class PatternCount:
    """One pattern in a run.

    Attributes:
        origin: its file and line.
        intent: its intent.
        part: "seen", "dev" or "test": which part of the data may use it; "seen" is for all of them.
        available: how many derivations it stands for, over the whole dictionary.
        written: how many utterances of it were written.
        is_exhausted: whether all that it says was written.
        key: a hash of what the line says in its intent, the same wherever the line stands.
    """

    origin: str
    intent: str
    part: str
    available: int
    written: int
    is_exhausted: bool
    key: str = ""

    @classmethod
    def of(cls, pattern: Pattern, part: str, available: int, written: int, is_exhausted: bool) -> PatternCount:
        """Count one pattern."""
        says = f"{pattern.intent}\0{pattern.source.strip()}".encode("utf-8", "surrogatepass")
        key = blake2b(says, digest_size=8).hexdigest()
        return cls(pattern.origin, pattern.intent, part, available, written, is_exhausted, key)


@dataclass(frozen=True)
class Collision:
    """A text that patterns of two intents give; the one that came first was written."""

    text: str
    intent: str
    origin: str
    other_intent: str
    other_origin: str


@dataclass(frozen=True)
class GenerationReport:
    """What a run asked for and got.

    Attributes:
        requested: how many utterances were asked for.
        written: how many were written, augmented copies not counted.
        copies: how many augmented copies were written.
        missing: how many utterances each part has fewer than it asked for.
        held_back: how many of these are of the fallback intent, left out so that the others do not drown in them.
        parts: utterances by part: train, dev, test, refit.
        slices: utterances by "part/slice".
        intents: utterances by intent.
        patterns: each pattern's counts, in the files' order.
        covered: how many surfaces of the dictionary were written.
        uncovered: (entity, surface) pairs that some pattern reaches but that were not written.
        unreachable: (entity, surface) pairs that no pattern reaches.
        alternatives: how many alternatives the authors wrote in their patterns, a macro's once.
        uncovered_alternatives: how many of them were not written.
        duplicates: how often a text came again in the same intent, and was left out.
        collisions: for each pair of patterns of two intents, the first text they both give.
        held_out: (entity, value, part) of every value that only dev or only test may use.
        imported: utterances of files that were mixed in, by intent; "" where they have none.
    """

    requested: int
    written: int
    copies: int
    missing: Mapping[str, int]
    held_back: int
    parts: Mapping[str, int]
    slices: Mapping[str, int]
    intents: Mapping[str, int]
    patterns: tuple[PatternCount, ...]
    covered: int
    uncovered: tuple[tuple[str, str], ...]
    unreachable: tuple[tuple[str, str], ...]
    alternatives: int
    uncovered_alternatives: int
    duplicates: int
    collisions: tuple[Collision, ...]
    held_out: tuple[tuple[str, str, str], ...]
    imported: Mapping[str, int] = field(default_factory=dict)

    @property
    def exhausted(self) -> tuple[str, ...]:
        """The origins of the patterns of which everything was written."""
        return tuple(pattern.origin for pattern in self.patterns if pattern.is_exhausted)

    def _why_fewer(self) -> str:
        if len(self.exhausted) == len(self.patterns):
            return "패턴과 사전으로 만들 수 있는 말이 모두 나왔습니다. 더 필요하면 패턴이나 사전을 늘리세요."
        missing = ", ".join(f"{part} {count:,}개" for part, count in self.missing.items())
        return (
            f"새로운 말을 더 찾지 못해 모자란 것: {missing}. 떼어 둔 패턴과 값은 평가할 몫에만 쓰기 때문이니, "
            "패턴이나 사전을 늘리세요."
        )

    def to_text(self) -> str:
        """Say it in Korean, for the author."""
        lines = [f"발화 {self.written:,}개를 만들었습니다 (요청 {self.requested:,}개)."]
        if self.written < self.requested:
            lines.append(self._why_fewer())
        if self.held_back:
            lines.append(
                f"봇이 하는 말이 묻히지 않도록, 모르는 말({FALLBACK_INTENT})은 가장 많은 다른 의도의 두 배까지만 "
                f"만들었습니다 ({self.held_back:,}개를 덜 만들었습니다). 다른 의도의 패턴을 늘리면 더 만듭니다."
            )
        if self.copies:
            lines.append(f"변형한 발화 {self.copies:,}개를 배울 발화에 더했습니다.")
        aside = "  (refit: 떼어 둔 패턴과 값까지, 서비스할 모델이 더 배울 발화)" if self.parts.get("refit") else ""
        lines.append("  " + ", ".join(f"{part} {count:,}" for part, count in self.parts.items()) + aside)
        lines.extend(f"  {name}: {count:,}" for name, count in self.slices.items())
        lines.append(f"의도 {len(self.intents)}개: " + ", ".join(f"{n} {c:,}" for n, c in self.intents.items()))
        if self.imported:
            intents = ", ".join(f"{intent or '의도 없음'} {count:,}" for intent, count in self.imported.items())
            lines.append(f"가져온 발화 {sum(self.imported.values()):,}개를 더했습니다: {intents}")
        if self.exhausted:
            lines.append(
                f"패턴 {len(self.patterns):,}개 가운데 {len(self.exhausted):,}개는 만들 수 있는 말이 모두 나왔습니다."
            )
        again = f" 이미 나온 말이 또 나와 건너뛴 것이 {self.duplicates:,}번입니다." if self.duplicates else ""
        lines.append(f"사전 표현 {self.covered:,}개가 한 번 이상 나옵니다.{again}")
        written = f"{self.alternatives - self.uncovered_alternatives:,}개가 한 번 이상 나옵니다."
        more = " 더 나오게 하려면 [generator] count를 늘리세요." if self.uncovered_alternatives else ""
        if self.alternatives:
            lines.append(f"패턴에 적은 갈래 {self.alternatives:,}개 가운데 {written}{more}")
        for title, pairs in (("나오지 못한", self.uncovered), ("쓰는 패턴이 없는", self.unreachable)):
            if pairs:
                shown = ", ".join(f"{surface} ({entity})" for entity, surface in pairs[:10])
                more = f" 외 {len(pairs) - 10:,}개" if len(pairs) > 10 else ""
                lines.append(f"{title} 표현 {len(pairs):,}개: {shown}{more}")
        lines.extend(
            f"같은 말이 두 의도에서 나옵니다: '{c.text}' — {c.origin} [{c.intent}], {c.other_origin} [{c.other_intent}]"
            for c in self.collisions
        )
        return "\n".join(lines)


def make_report(
    patterns: Sequence[Pattern], settings: GeneratorSettings, plan: Plan, expansions: Expansions, tally: Tally
) -> GenerationReport:
    """Report what a sample covers of the patterns and the dictionary."""
    parts, intents = Counter(dict.fromkeys(PARTS, 0)), Counter(dict.fromkeys((p.intent for p in patterns), 0))
    for (part, _), count in tally.slices.items():
        parts[part] += count
    for number, pattern in enumerate(patterns):
        intents[pattern.intent] += tally.patterns[number]
    everything = [expansions.get(number, plan.whole) for number in range(len(patterns))]
    alternatives = set().union(*(expansion.all_alternatives() for expansion in everything))
    drawn = (stream for each in plan.slices for stream in each.streams if expansions.size(stream))
    reachable = {(entity, surface) for stream in drawn for entity, surface, _ in expansions.surfaces(stream)}
    values = expansions.inventory(plan.whole).entities
    surfaces = [(entity, surface) for entity in sorted(values) for surface, _ in values[entity].surfaces]
    return GenerationReport(
        requested=settings.count,
        written=sum(tally.patterns.values()),
        copies=tally.copies,
        missing=dict(tally.missing),
        held_back=tally.held_back,
        parts=dict(parts),
        slices={f"{part}/{name}": count for (part, name), count in tally.slices.items()},
        intents=dict(intents),
        patterns=tuple(
            PatternCount.of(pattern, part, whole.count, tally.patterns[n], n in tally.exhausted)
            for n, (pattern, part, whole) in enumerate(zip(patterns, plan.hold_out.patterns, everything, strict=True))
        ),
        covered=len(tally.surfaces),
        uncovered=tuple(pair for pair in surfaces if pair in reachable and pair not in tally.surfaces),
        unreachable=tuple(pair for pair in surfaces if pair not in reachable),
        alternatives=len(alternatives),
        uncovered_alternatives=len(alternatives - tally.alternatives),
        duplicates=tally.duplicates,
        collisions=tuple(
            Collision(text, one.intent, one.origin, other.intent, other.origin)
            for (first, second), text in tally.collisions.items()
            for one, other in ((patterns[first], patterns[second]),)
        ),
        held_out=tuple(
            (entity, value, part)
            for entity, values_of in plan.hold_out.values.items()
            for value, part in values_of.items()
            if part != SEEN
        ),
    )
