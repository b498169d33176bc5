"""How far an utterance is from right Korean, for the examples that everybody sees; a patterns' author writes both."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from nlu.augmentation.tables import ENDINGS, MISSPELLINGS
from nlu.korean.hangul import is_syllable
from nlu.korean.particle_sound import final_sound
from nlu.tokenizers.mecab import MecabTokenizer
from nlu.types import LabelledUtterance, Token

_PAIRS = {"은": "는", "이": "가", "을": "를", "과": "와"}
"""Particles after a consonant, and what they are after a vowel."""
_AFTER_CONSONANT = frozenset(_PAIRS)
_AFTER_VOWEL = frozenset(_PAIRS.values())
_PARTICLES = ("JKS", "JKO", "JX", "JC", "JKB", "JKG")
_BOUND = ("NNB",)
_ENDINGS = ("게", "게요")
"""What MeCab takes for a bound noun where it ends a word: 주문할게."""
_MARKS = " .?!~"
_STEMS = ("VV", "VA", "VX")
_CLEARLY_WRONG = re.compile("떄|됬|몇일|할께|줄게여|웬지|어떻해|낼래|걍|[ㄱ-ㅎㅏ-ㅣ]")


@cache
def _tokenizer() -> MecabTokenizer:
    return MecabTokenizer()


@cache
def _chat_endings() -> tuple[str, ...]:
    """How endings look in a chat window, those of two syllables or more."""
    written = {end.strip(">").replace("_", " ") for row in ENDINGS for end in row.chat.split()}
    right = {end.strip(">").replace("_", " ") for row in ENDINGS for end in f"{row.blunt} {row.polite}".split()}
    wrong = {pair.split(" ")[1].replace("_", " ") for pair in MISSPELLINGS.replace("\n", "|").split("|") if " " in pair}
    return tuple(sorted(end for end in (written - right) | (wrong & written) if len(end) > 1))


def slips(utterance: LabelledUtterance) -> int:
    """Count what a careful writer would not write: wrong particles, lost spaces, chat spellings, odd syllables.

    Example:
        >>> [slips(LabelledUtterance(text, None)) for text in ("할 수 있는 일을 말해 줄게", "할수있는 일를 말해주셈")]
        [0, 4]
    """
    text = utterance.text
    tokens = _tokenizer().tokenize(text)
    core = text.rstrip(_MARKS)
    return (
        len(_CLEARLY_WRONG.findall(text))
        + any(core.endswith(end) for end in _chat_endings())
        + sum(token.pos == "UNKNOWN" for token in tokens)
        + sum(_is_wrong_particle(text, token) for token in tokens)
        + sum(_lacks_a_space(text, *pair) for pair in pairwise(tokens))
    )


def _is_wrong_particle(text: str, token: Token) -> bool:
    """Whether a particle stands alone, or is the form for another sound."""
    if token.pos not in _PARTICLES or token.start == 0:
        return False
    before = text[token.start - 1]
    if before == " ":
        return True
    if not is_syllable(before) or token.text not in _AFTER_CONSONANT | _AFTER_VOWEL:
        return False
    return (token.text in _AFTER_CONSONANT) != bool(final_sound(before))


def _lacks_a_space(text: str, token: Token, following: Token) -> bool:
    """Whether two words are written as one that are two."""
    if token.end != following.start:
        return False
    is_bound = following.pos.split("+")[0] in _BOUND and token.pos.endswith("ETM") and following.text not in _ENDINGS
    is_verb = following.pos.split("+")[0] in _STEMS and token.pos in _BOUND
    return is_bound or is_verb
