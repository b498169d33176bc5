"""How many dictionary values that are found in utterances are lost when a mark stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.evaluation.answers import Answered, spread
from nlu.lexicon.lexicon import Lexicon
from nlu.types import Entity, LabelledUtterance, Span
from nlu.understanding.parser import UtteranceParser

BESIDE = ("V,", ", V", "V.", "V…", "V...", "V!", "V?", "V~", "V:", "V;", "V/", "V·", "V-", "V|", "Vㅋㅋ", "V ㅠㅠ")
"""Where a mark stands before or after a value: V is the value, the rest of the utterance stays."""
AROUND = ("(V)", "[V]", "{V}", "<V>", '"V"', "'V'", "“V”", "‘V’", "「V」", "『V』", "《V》", "【V】", "*V*", "`V`")
SIGNS = ("#V", "@V", "😀V", "V😀", "🍕V", "❤️V", "→V", "★V", "※V", "•V", "- V", "V(네)")
BETWEEN = ("V,W", "V, W", "V/W", "V·W", "V & W", "V+W", "V|W", "(V)W", "V😀W", "'V' 'W'", "V…W", "V\nW")
"""Two values of one type with a mark between them: W is another value of V's type."""
FRAMES = (*BESIDE, *AROUND, *SIGNS, *BETWEEN)
ALL_MARKS = "all"
"""The name of the row that adds up all others."""


@dataclass(frozen=True, slots=True)
class MarkRow:
    """What a mark does.

    Attributes:
        mark: the frame, such as `V,`; `all` for all together.
        places: how many values were tried, each of which is found without the mark.
        lost: how many are not found with it.
        intent_changed: in how many the intent is another one.
    """

    mark: str
    places: int
    lost: int
    intent_changed: int

    @property
    def lost_part(self) -> float:
        """The part of the values that is lost."""
        return self.lost / max(1, self.places)

    @property
    def intent_part(self) -> float:
        """The part where the intent changed."""
        return self.intent_changed / max(1, self.places)

    def to_dict(self) -> dict[str, str | int | float]:
        """The row as JSON values."""
        return {
            "mark": self.mark,
            "places": self.places,
            "lost": self.lost,
            "lost_part": self.lost_part,
            "intent_changed": self.intent_changed,
            "intent_part": self.intent_part,
        }


@dataclass(frozen=True)
class Place:
    """A dictionary value that a parser finds rightly in an utterance, and the intent that it finds there."""

    utterance: LabelledUtterance
    span: Span
    intent: str | None
    other: str

    def with_mark(self, frame: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The utterance with the frame in the value's place, and where the values lie in it.

        Example:
            >>> place = Place(LabelledUtterance("피자 줘", "order", ()), Span(0, 2, "menu"), "order", "콜라")
            >>> place.with_mark("V, W")
            ('피자, 콜라 줘', ((0, 2), (4, 6)))
        """
        text, spans = self.utterance.text, []
        value, put, at = text[self.span.start : self.span.end], "", self.span.start
        for char in frame:
            word = {"V": value, "W": self.other}.get(char, char)
            if char in "VW":
                spans.append((at + len(put), at + len(put) + len(word)))
            put += word
        return text[:at] + put + text[self.span.end :], tuple(spans)


def places(lexicon: Lexicon, answered: Answered) -> list[Place]:
    """Gather the values of a dictionary that were found where they are labelled."""
    found = []
    for utterance, parse in answered:
        for span in utterance.spans:
            raw = utterance.text[span.start : span.end]
            if lexicon.canonical(span.entity, raw) is not None and _is_found(parse.entities, span):
                found.append(Place(utterance, span, parse.intent.name, _other(lexicon.values(span.entity), raw)))
    return found


def measure(
    parser: UtteranceParser,
    answered: Answered,
    frames: Sequence[str] = FRAMES,
    *,
    most: int | None = None,
) -> Iterator[MarkRow]:
    """Measure every frame, and all together at the end.

    Args:
        parser: what is measured.
        answered: labelled utterances, and what it answers to them.
        frames: the marks.
        most: values to try, evenly spread; None for all.
    """
    found = spread(places(parser.model.encoder.lexicon, answered), most)
    framed = [(frame, place, *place.with_mark(frame)) for frame in frames for place in found]
    counts = {frame: [0, 0, 0] for frame in frames}
    parses = parser.parse_many(text for *_, text, _ in framed)  # all together takes a third of the time
    for (frame, place, _, stretches), parse in zip(framed, parses, strict=True):
        where = [Span(*stretch, place.span.entity) for stretch in stretches]
        counts[frame][0] += 1
        counts[frame][1] += not all(_is_found(parse.entities, span) for span in where)
        counts[frame][2] += parse.intent.name != place.intent
    rows = [MarkRow(frame.replace("\n", "⏎"), *count) for frame, count in counts.items()]
    yield from rows
    totals = (sum(column) for column in zip(*((row.places, row.lost, row.intent_changed) for row in rows), strict=True))
    yield MarkRow(ALL_MARKS, *totals)


def _is_found(entities: Sequence[Entity], span: Span) -> bool:
    return any((one.entity, one.start, one.end) == (span.entity, span.start, span.end) for one in entities)


def _other(values: Sequence[str], raw: str) -> str:
    """Another value of the type; the second where the first is the value itself."""
    return next((value for value in values if value != raw), raw)
