"""One list of entities out of two sources: what the tagger found and what the dictionary knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlu.lexicon.lexicon import Lexicon, Match
from nlu.types import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """A span in the normalised text, how sure we are, and who found it."""

    span: Span
    value: str
    confidence: float
    sources: tuple[str, ...]


def merge(
    text: str,
    tagged: Sequence[Span],
    matches: Sequence[Match],
    lexicon: Lexicon,
    confidence: Callable[[Span], float],
    least: float,
) -> tuple[Finding, ...]:
    """Merge, sorted and without overlaps; the tagger comes first, the dictionary adds what it is likely to have missed.

    Args:
        text: the normalised text.
        tagged: the tagger's spans, sorted and separate.
        matches: all dictionary matches.
        lexicon: gives canonical values.
        confidence: the probability of a span.
        least: the least probability of a match that the tagger passed over.
    """
    findings = [_tagged(text, span, lexicon, confidence(span)) for span in tagged]
    taken = [(span.start, span.end) for span in tagged]
    for match in sorted(matches, key=lambda match: (match.start - match.end, match.start, match.entity)):
        if any(match.start < end and start < match.end for start, end in taken):
            continue
        span = Span(match.start, match.end, match.entity)
        if (sure := confidence(span)) >= least:
            findings.append(Finding(span, match.value, sure, ("dictionary",)))
            taken.append((match.start, match.end))
    return tuple(sorted(findings, key=lambda finding: finding.span.start))


def _tagged(text: str, span: Span, lexicon: Lexicon, confidence: float) -> Finding:
    raw = text[span.start : span.end]
    known = lexicon.canonical(span.entity, raw)
    sources = ("tagger", "dictionary") if known is not None else ("tagger",)
    return Finding(span, raw if known is None else known, confidence, sources)
