"""What the port reads of this house's own tables: characters, particles, readings, patterns, bounds and messages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from nlu.augmentation import keyboard
from nlu.browser import characters
from nlu.browser.regular_expressions import translate
from nlu.features import encoder, jamo_ids, space_weights, unit_features
from nlu.korean import (
    final_marks,
    hangul,
    leaving_out,
    marks,
    markup,
    normalization,
    particle_sound,
    particles,
    repetition,
)
from nlu.korean import particle_readings as readings
from nlu.messages import TABLES
from nlu.pattern import parts, recognizer
from nlu.types import FALLBACK_INTENT
from nlu.understanding import authored, common_words, corrector, crf_inference, fallback
from nlu.understanding.entities import edges, merge, negation

_PATTERNS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "plain": marks._PLAIN,
        "held": marks._HELD,
        "row": marks._ROW,
        "laughs": marks._LAUGHS,
        "markup": markup._MARKUP,
        "syllables": repetition._SYLLABLES,
        "run": repetition._RUN,
        "unit": particle_sound._UNIT,
        "latin": particle_sound._LATIN,
        "number": particle_sound._NUMBER,
        "price": particle_sound._PRICE,
        "fraction": particle_sound._FRACTION,
        "nameWithDigits": particle_sound._NAME_WITH_DIGITS,
        "capitalsAtEnd": particle_sound._CAPITALS_AT_END,
        "request": particles._REQUEST,
        "leavingOut": leaving_out._LEAVING_OUT,
        "negates": negation._NEGATES,
        "joins": negation._JOINS,
    }
)
"""The port's modules mirror ours, private parts included: what both must agree on is taken from there, never copied."""


@cache
def tables() -> dict[str, Any]:
    """Everything that holds for any model, as JSON values."""
    return {
        "sets": characters.sets(),
        "replaced": characters.replacements(),
        "folded": characters.folding(),
        "patterns": {name: translate(pattern) for name, pattern in _PATTERNS.items()},
        "jamo": _jamo(),
        "marks": _marks(),
        "particles": _particles(),
        "readings": _readings(),
        "spacing": _spacing(),
        "corrector": _corrector(),
        "features": _features(),
        "entities": _entities(),
        "authored": _authored(),
        "fallback": {
            "intent": FALLBACK_INTENT,
            "mostLogOdds": fallback._MOST_LOG_ODDS,
            "reasons": {language: _reasons(table) for language, table in TABLES.items()},
        },
        "crf": {"reach": crf_inference._REACH, "moreThanHalf": crf_inference._MORE_THAN_HALF},
    }


def module() -> str:
    """The tables as a JavaScript module."""
    written = json.dumps(tables(), ensure_ascii=False, separators=(",", ":"))
    safe = written.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"// Written by nlu/browser/language.py.\nexport default {safe};\n"


def _jamo() -> dict[str, Any]:
    return {
        "compatibility": normalization._COMPATIBILITY_JAMO,
        "finals": hangul.FINALS,
        "medials": hangul.MEDIALS,
        "initialIds": jamo_ids._INITIAL,
        "medialIds": jamo_ids._MEDIAL,
        "finalIds": jamo_ids._FINAL,
    }


def _marks() -> dict[str, Any]:
    return {
        "laughter": marks._LAUGHTER,
        "finalLaughter": "".join(sorted(final_marks._LAUGHTER)),
        "atTheEnd": marks._AT_THE_END,
        "keptAtTheEnd": marks._KEPT_AT_THE_END,
        "closing": "".join(sorted(marks._CLOSING)),
        "longestUnit": repetition._LONGEST,
    }


def _particles() -> dict[str, Any]:
    forms = {particle: number for number, particle in enumerate(dict.fromkeys(particles._PARTICLES.values()))}
    return {
        "forms": [[one.after_vowel, one.after_rieul, one.after_consonant] for one in forms],
        "notations": {notation: forms[one] for notation, one in particles._PARTICLES.items()},
        "chains": {chain: None if one is None else forms[one] for chain, one in particles._CHAINS.items()},
        "longestChain": particles._LONGEST_CHAIN,
        "strict": sorted(particles._STRICT),
        "glued": sorted(particles._GLUED),
        "gluedBeforeRequest": sorted(particles._GLUED_BEFORE_REQUEST),
        "wishes": particles._WISHES,
        "context": particles._CONTEXT,
    }


def _readings() -> dict[str, Any]:
    return {
        "digits": readings.DIGITS,
        "zeros": readings.ZEROS,
        "letters": readings.LETTERS,
        "greek": readings.GREEK,
        "signs": readings.SIGNS,
        "currencies": readings.CURRENCIES,
        "units": readings.UNITS,
        "withDigits": readings.WITH_DIGITS,
        "acronyms": sorted(readings.ACRONYMS),
        "words": readings.WORDS,
        "suffixes": readings.SUFFIXES,
        "openers": particle_sound._OPENERS,
        "longestSuffix": particle_sound._LONGEST_SUFFIX,
    }


def _spacing() -> dict[str, Any]:
    return {
        "edge": space_weights.EDGE,
        "left": space_weights.LEFT,
        "right": space_weights.RIGHT,
        "windows": space_weights.WINDOWS,
        "step": space_weights.STEP,
        "hash": {
            "start": space_weights.START,
            "ofCharacter": space_weights.OF_CHARACTER,
            "ofLeft": space_weights.OF_LEFT,
            "ofRight": space_weights.OF_RIGHT,
            "ofWindow": space_weights.OF_WINDOW,
            "mixing": space_weights.MIXING,
        },
    }


def _corrector() -> dict[str, Any]:
    return {
        "initials": hangul.INITIALS,
        "compounds": hangul.COMPOUNDS,
        "neighbours": {key: "".join(around) for key, around in keyboard.NEIGHBOURS.items()},
        "costs": corrector.COST,
        "leastKeys": corrector.LEAST_KEYS,
        "hash": {"start": common_words.START, "prime": common_words.PRIME, "probes": common_words.PROBES},
    }


def _features() -> dict[str, Any]:
    return {
        "edge": encoder._EDGE,
        "joiners": encoder._JOINERS,
        "names": encoder._NAMES,
        "priorNgrams": encoder._PRIOR_NGRAMS,
        "rows": unit_features.ROWS,
    }


def _entities() -> dict[str, Any]:
    return {
        "nouns": edges._NOUNS,
        "suffixes": edges._SUFFIXES,
        "certain": merge._CERTAIN,
        "even": merge._EVEN,
        "inside": merge._INSIDE,
    }


def _authored() -> dict[str, Any]:
    return {
        "mostFirst": parts.MOST_FIRST,
        "mostSteps": recognizer.MOST_STEPS,
        "mostCharacters": recognizer.MOST_CHARACTERS,
        "sources": authored._SOURCES,
        "digestSize": authored._DIGEST_SIZE,
        "purpose": authored._PURPOSE.decode(),
    }


def _reasons(table: Mapping[str, str]) -> dict[str, str]:
    prefix = "fallback."
    return {code.removeprefix(prefix): said for code, said in table.items() if code.startswith(prefix)}
