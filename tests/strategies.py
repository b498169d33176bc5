"""Hypothesis strategies for the values of the product."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nlu.data.iob import legal_move, legal_start
from nlu.types import LabelledUtterance, Span, Token

names = st.text("abcxyz_", min_size=1, max_size=5)
"""Names of intents, entities and roles."""

pieces = st.sampled_from(
    [
        *"가나다라마각힣뷁",
        *"ㄱㅋㅠㅏ",
        *"aZéQ",
        *"0179",
        *".,!?%()\"'|;=#+-:",
        "😀",
        "👍🏽",
        "🇰🇷",
        " ",
        "  ",
        "\t",
        "피자",
        "판교에서",
        "갔어요",
        "KTX를",
    ]
)
texts = st.lists(pieces, max_size=12).map("".join)
"""Utterances of Hangul, jamo, Latin letters, digits, punctuation, emoji and runs of spaces."""


@st.composite
def separate_spans(draw, length, labels=names):
    """Draw sorted, separate spans inside `length` characters."""
    edges = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    spans = []
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        spans.append(Span(start, end, draw(labels), draw(st.none() | labels), draw(st.none() | texts)))
    return tuple(spans)


@st.composite
def tokens_and_spans(draw):
    """Draw tokens of a text and spans whose edges may fall inside tokens; each span holds a character."""
    words = draw(st.lists(st.text("가나다라마ab1", min_size=1, max_size=5), max_size=6))
    tokens, position = [], 0
    for word in words:
        position += draw(st.integers(0, 2))
        tokens.append(Token(word, position, position + len(word), "N"))
        position += len(word)
    covered = {place for token in tokens for place in range(token.start, token.end)}
    spans = draw(separate_spans(position)) if tokens else ()
    return tuple(tokens), tuple(span for span in spans if covered & {*range(span.start, span.end)})


@st.composite
def utterances(draw):
    """Draw labelled utterances with spans, roles, values, origins and weights."""
    text = draw(texts.filter(str.strip))
    spans = draw(separate_spans(len(text)))
    spans = tuple(span for span in spans if text[span.start : span.end].strip())
    return LabelledUtterance(
        text,
        draw(st.none() | names),
        spans,
        draw(st.sampled_from(["", "patterns/pattern.txt:12", "real.jsonl:7"])),
        draw(st.floats(0.25, 8)),
    )


def trimmed(utterance):
    """The same with spaces cut off its spans' edges, as every importer gives it."""
    text = utterance.text

    def cut(span):
        inside = text[span.start : span.end]
        start, end = span.start + len(inside) - len(inside.lstrip()), span.start + len(inside.rstrip())
        return replace(span, start=start, end=end)

    return replace(utterance, spans=tuple(cut(span) for span in utterance.spans))


syllables = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
compatibility_jamo = st.sampled_from("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣㄳㅄㅘㅢ")
conjoining_jamo = st.characters(min_codepoint=0x1100, max_codepoint=0x11FF)
awkward_characters = st.sampled_from(
    "\u200b\u200d\ufeff\u202e\u2066\x00\x07\x7f\ufe0f\u3164\uffa0\u3000\u00a0\t\n\r\u2028\u0301\u0308\u20e3ａＺ０！～￦ﾡﾱￂ"
    "\u212b\u1e9b\u0323\ud800\udfff😀👍🏽e\u1160\u115f\u11a8\u1161\u3131"
)
messy_characters = st.one_of(
    syllables, compatibility_jamo, conjoining_jamo, awkward_characters, st.characters(), st.sampled_from(" aZ09%.")
)
messy_texts = st.text(messy_characters, max_size=24)
"""Anything a text box may deliver, with what goes wrong in Korean text over-represented."""


CRF_TAGS = ("O", "B-a", "I-a", "B-b", "I-b")
"""The tags of `crf_problems`, in id order."""


@dataclass(frozen=True)
class CrfProblem:
    """Scores of a CRF over `CRF_TAGS`, and utterances with a legal gold path each; natural logarithms, float32."""

    start: np.ndarray
    moves: np.ndarray
    end: np.ndarray
    emissions: tuple[np.ndarray, ...]
    paths: tuple[tuple[int, ...], ...]


@st.composite
def crf_problems(draw, longest=4, most=3):
    """Draw a small CRF and some utterances, with ordinary or extreme scores."""
    largest = draw(st.sampled_from([2.0, 50.0]))
    scores = st.floats(-largest, largest, width=32)
    count = len(CRF_TAGS)
    lengths = draw(st.lists(st.integers(1, longest), min_size=1, max_size=most))
    return CrfProblem(
        draw(arrays(np.float32, count, elements=scores)),
        draw(arrays(np.float32, (count, count), elements=scores)),
        draw(arrays(np.float32, count, elements=scores)),
        tuple(draw(arrays(np.float32, (length, count), elements=scores)) for length in lengths),
        tuple(draw(_legal_paths(length)) for length in lengths),
    )


@st.composite
def _legal_paths(draw, length):
    path, before = [], None
    for _ in range(length):
        legal = [tag for tag in CRF_TAGS if (legal_move(before, tag) if before else legal_start(tag))]
        before = draw(st.sampled_from(legal))
        path.append(CRF_TAGS.index(before))
    return tuple(path)
