"""One list of entities out of two sources: what the tagger found and what the dictionary knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon, Match
from nlu.types import Span
from nlu.understanding.entities.edges import Ground

_CERTAIN = 0.6
"""From this probability on a span that is no value stays, whatever values it holds: 다음주 금요일, 불고기피자."""
_EVEN = 0.5
"""How sure one can be of a value that the tagger has never learned of: nothing speaks for it or against it."""

_INSIDE = 0.3
"""The least probability of a value that is part of a longer word, as 하나 is of 하나은행, and 판교 of 판교날씨."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A span in the text as it was read, how sure we are, and who found it."""

    span: Span
    value: str
    confidence: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How sure the tagger must be.

    Attributes:
        known: of a value of the dictionary, whether it found it or passed it over.
        unknown: of a value that the dictionary lacks.
    """

    known: float
    unknown: float


DEFAULT_BOUNDS = Bounds(known=0.1, unknown=0.4)


@dataclass(frozen=True, slots=True)
class Sources:
    """What there is to merge.

    Attributes:
        tagged: the tagger's spans, sorted and separate.
        matches: all dictionary matches.
        lexicon: gives canonical values.
        confidence: the tagger's probability of a span.
        ends_before_particles: whether entities end before particles, as the tagger was taught, or with their word.
    """

    tagged: Sequence[Span]
    matches: Sequence[Match]
    lexicon: Lexicon
    confidence: Callable[[Span], float]
    ends_before_particles: bool = False


def merge(ground: Ground, sources: Sources, bounds: Bounds) -> tuple[Finding, ...]:
    """Merge, sorted and without overlaps; the tagger comes first, the dictionary adds what it is likely to have missed.

    No finding holds a mark that was left out, begins or ends inside a word, or lacks letters and digits, unless it is
    a value of the dictionary as it stands; none is merely a part of an address, a tag or a script. Of what the tagger
    found, a span that is no value takes the edges of the values that it holds. A new value, which the tagger can't
    know, counts where it is a word by itself; any value does where it is all that was said.

    Args:
        ground: the text, and where words and marks are in it.
        sources: what there is to merge.
        bounds: what is less sure is left out.
    """
    whole = [match for match in sources.matches if ground.is_whole(match.start, match.end)]
    matches = list(_with_ends(ground.text, whole, sources)) if sources.lexicon.computed else whole
    findings: list[Finding] = []

    def ends_one(at: int) -> bool:
        return any(one.span.end == at for one in findings) or any(
            match.end == at and ground.fits(match.start, match.end) for match in matches
        )

    for span in sources.tagged:
        found = sources.confidence(span)
        for mended in _mended(ground, span, found, matches, sources, ends_one):
            sure = found if mended == span else min(1.0, found + sources.confidence(mended))
            finding = _tagged(ground.text, mended, sources.lexicon, sure)
            least = bounds.known if "dictionary" in finding.sources else bounds.unknown
            if sure >= least and _is_free(findings, mended):
                findings.append(finding)
    for match in sorted(matches, key=lambda match: (match.start - match.end, match.start, match.entity)):
        span = Span(match.start, match.end, match.entity)
        sure = sources.confidence(span)
        if sure < bounds.known and _is_new_word(ground, match, sources):
            sure = max(_EVEN, bounds.known)
        least = bounds.known if _are_words(ground, [(match.start, match.end)]) else max(_INSIDE, bounds.known)
        if sure >= least and _is_free(findings, span) and ground.fits(match.start, match.end):
            findings.append(Finding(span, match.value, sure, ("dictionary",)))
    if not findings:
        findings += [
            Finding(Span(match.start, match.end, match.entity), match.value, max(_EVEN, bounds.known), ("dictionary",))
            for match in matches
            if _is_all(ground, match, sources)
        ]
    said = (one for one in findings if ground.is_speech(one.span.start, one.span.end))
    return tuple(sorted(said, key=lambda finding: finding.span.start))


def _with_ends(text: str, matches: Iterable[Match], sources: Sources) -> Iterator[Match]:
    """The matches; where the tagger found both ends of a computed interval, those: 3일 and 5일 of 3일부터 5일까지."""
    lexicon = sources.lexicon
    for match in matches:
        inside = [
            Match(span.start, span.end, span.entity, text[span.start : span.end])
            for span in sources.tagged
            if span.entity == match.entity and match.start <= span.start and span.end <= match.end
        ]
        are_values = all(lexicon.canonical(one.entity, one.value) is not None for one in inside)
        is_parted = len(inside) > 1 and match.entity in lexicon.computed.kinds and are_values
        yield from inside if is_parted else (match,)


def _is_free(findings: Iterable[Finding], span: Span) -> bool:
    return all(span.end <= one.span.start or one.span.end <= span.start for one in findings)


def _is_new_word(ground: Ground, match: Match, sources: Sources) -> bool:
    """Whether a match is a word by itself, of one type only, that came to the dictionary after training."""
    lexicon, raw = sources.lexicon, ground.text[match.start : match.end]
    return (
        (match.entity, squeeze(raw)) in lexicon.added
        and len(lexicon.types(raw)) == 1
        and ground.is_word(match.start, match.end)
    )


def _is_all(ground: Ground, match: Match, sources: Sources) -> bool:
    """Whether a match of one type only is all that was said: 피자, 부산은?"""
    types = sources.lexicon.types(ground.text[match.start : match.end])
    return len(types) == 1 and ground.is_all(match.start, match.end) and ground.fits(match.start, match.end)


def _tagged(text: str, span: Span, lexicon: Lexicon, confidence: float) -> Finding:
    raw = text[span.start : span.end]
    known = lexicon.canonical(span.entity, raw)
    sources = ("tagger", "dictionary") if known is not None else ("tagger",)
    return Finding(span, raw if known is None else known, confidence, sources)


def _mended(
    ground: Ground,
    span: Span,
    sure: float,
    matches: Iterable[Match],
    sources: Sources,
    known: Callable[[int], bool],
) -> Iterator[Span]:
    """A span of the tagger with the edges that a value may have; several where it holds several values."""
    of_type = [match for match in matches if match.entity == span.entity]
    if any((match.start, match.end) == (span.start, span.end) for match in of_type):
        if ground.fits(span.start, span.end):
            yield span
        return
    for start, end in ground.pieces(span.start, span.end):
        near = [match for match in of_type if match.start < end and start < match.end]
        values = _separate(match for match in near if ground.fits(match.start, match.end))
        is_doubtful = sure < _CERTAIN or any(_is_new_word(ground, match, sources) for match in near)
        if _repeats(ground.text, start, end, repeated := _separate(near)):
            values, is_plain = repeated, True
        else:
            is_plain = sources.ends_before_particles and ground.is_with_particle(start, end, values)
        if (start, end) in values or is_plain or (values and is_doubtful and _are_words(ground, values)):
            yield from (replace(span, start=first, end=last) for first, last in values)
        else:
            start, end = ground.widened(start, end, known)
            if not ground.is_run(start, end):
                yield replace(span, start=start, end=end)


def _separate(matches: Iterable[Match]) -> list[tuple[int, int]]:
    """The longest of overlapping matches, sorted."""
    kept: list[tuple[int, int]] = []
    for match in sorted(matches, key=lambda match: (match.start - match.end, match.start)):
        if all(match.end <= start or end <= match.start for start, end in kept):
            kept.append((match.start, match.end))
    return sorted(kept)


def _repeats(text: str, start: int, end: int, values: Sequence[tuple[int, int]]) -> bool:
    """Whether a stretch is one value again and again, which makes no longer name."""
    said = [text[first:last] for first, last in values]
    return len(said) > 1 and said[0] * len(said) == text[start:end].replace(" ", "")


def _are_words(ground: Ground, values: Iterable[tuple[int, int]]) -> bool:
    """Whether values are words of their own, not parts of a longer one."""
    return all(ground.is_word_edge(start) and ground.is_word_edge(end) for start, end in values)
