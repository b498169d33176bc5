"""Other ways of wording: particles, spellings, endings, marks and fillers; each proposes edits at a rate."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from nlu.augmentation import tables
from nlu.augmentation.edits import Edit
from nlu.korean import particles as josa
from nlu.types import LabelledUtterance


def drop_particles(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Leave out particles after entities and common nouns: 피자를 → 피자. Those that mark a role (에서, 까지) stay."""
    edits = []
    for span in utterance.spans:
        particle = josa.following(utterance.text, span.end)
        droppable = particle in tables.DROPPABLE or (not span.role and particle in tables.DROPPABLE_WITHOUT_ROLE)
        if droppable and rng.random() < rate:
            edits.append(Edit(span.end, span.end + len(particle), ""))
    edits += [
        Edit(match.end(1), match.end(), "") for match in _NOUN_PARTICLE.finditer(utterance.text) if rng.random() < rate
    ]
    return edits


def spoken_particles(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Say particles as people do: 나는 → 난, 것을 → 걸, 에게 → 한테, 에는 → 엔, 피자랑 → 피자하고."""
    edits = [Edit(*match.span(), _SAID[match[0]]) for match in _SPOKEN.finditer(utterance.text) if rng.random() < rate]
    for span in utterance.spans:
        particle = josa.following(utterance.text, span.end)
        if particle in tables.COMPANION and rng.random() < rate:
            word = utterance.text[span.start : span.end]
            others = {josa.choose(word, "(이)랑"), "하고", josa.choose(word, "과(와)")} - {particle}
            edits.append(Edit(span.end, span.end + len(particle), rng.choice(sorted(others))))
    return edits


def misspellings(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Spell as people do: 돼 → 되, 할게 → 할께, 찌개 → 찌게."""
    return [
        Edit(*match.span(), rng.choice(_MISSPELT[match[0]]))
        for match in _CORRECT.finditer(utterance.text)
        if rng.random() < rate
    ]


def _pairs(rows: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    return {before: after for row in rows for before, after in map(str.split, row)}


def _any_of(words: Mapping[str, object]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def _misspelt() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for pair in tables.MISSPELLINGS.replace("\n", "|").strip("|").split("|"):
        before, after = (word.replace("_", " ") for word in pair.split())
        table.setdefault(before, []).append(after)
    return table


_WORDS_SAID = _pairs(tables.SPOKEN)
_TAILS_SAID = _pairs(tables.SPOKEN_TAILS)
_SAID = _WORDS_SAID | _TAILS_SAID
_SPOKEN = re.compile(
    rf"(?:(?<![가-힣])(?:{_any_of(_WORDS_SAID)})|(?<=[가-힣A-Za-z0-9])(?:{_any_of(_TAILS_SAID)})|(?<![가-힣])것[을이은])(?![가-힣])"
)
_MISSPELT = _misspelt()
_CORRECT = re.compile(_any_of(_MISSPELT).replace("안", "(?<![가-힣])안"))
_NOUN_PARTICLE = re.compile(rf"(?<![가-힣])({'|'.join(tables.NOUNS.split())})(?:을|를|이|가|은|는)(?![가-힣])")


# ------------------------------------------------------------------------------------------ manner, marks and fillers


def other_ending(utterance: LabelledUtterance, rate: float, rng: random.Random, manners: tuple[str, ...]) -> list[Edit]:
    """Say the end in another of these manners: 알려줘 → 알려주세요; where it has the only one, it stays."""
    if rng.random() >= rate:
        return []
    end = _body_end(utterance.text)
    body = utterance.text[:end]
    labelled_up_to = utterance.spans[-1].end if utterance.spans else 0
    for size in range(min(_LONGEST_ENDING, end - labelled_up_to), 0, -1):
        said = body[-size:]
        for ending in _ENDINGS.get(said, ()):
            if ending.after and not ending.after.search(body[:-size]):
                continue
            if manners == (ending.manner,):
                return []
            others = [word for manner in manners for word in ending.others[manner] if word != said]
            return [Edit(end - size, end, rng.choice(others))]
    return []


def chat_marks(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Leave out the marks at the end, or put others there: ㅋㅋ, ㅠㅠ, ~, ??."""
    if rng.random() >= rate:
        return []
    start, end = _body_end(utterance.text), len(utterance.text)
    if start < end and rng.random() < 0.4:
        return [Edit(start, end, "")]
    space = " " if rng.random() < 0.3 else ""
    return [Edit(start if rng.random() < 0.5 else end, end, space + rng.choice(_MARKS))]


def fillers(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Hesitate at the front (음, 저기) or soften the last word (좀)."""
    if rng.random() >= rate:
        return []
    last_word = utterance.text.rfind(" ") + 1
    stands_alone = last_word and not _LEANS_BACK.match(utterance.text, last_word)
    if stands_alone and rng.random() < 0.4 and all(span.end <= last_word for span in utterance.spans):
        return [Edit(last_word, last_word, rng.choice(_BEFORE_LAST_WORD) + " ")]
    return [Edit(0, 0, rng.choice(_IN_FRONT) + " ")]


@dataclass(frozen=True, slots=True)
class _Ending:
    manner: str
    others: Mapping[str, tuple[str, ...]]
    after: re.Pattern[str] | None


def _endings() -> dict[str, list[_Ending]]:
    table: dict[str, list[_Ending]] = {}
    for row in tables.ENDINGS:
        manners = {"blunt": row.blunt.split(), "polite": row.polite.split(), "chat": row.chat.split()}
        written = {name: tuple(word.lstrip(">").replace("_", " ") for word in words) for name, words in manners.items()}
        after = re.compile(f"(?:{row.after})\\Z") if row.after else None
        for manner, words in manners.items():
            for word in words:
                if not word.startswith(">"):
                    table.setdefault(word.replace("_", " "), []).append(_Ending(manner, written, after))
    return table


_ENDINGS = _endings()
_LONGEST_ENDING = max(map(len, _ENDINGS))
_MARKS = tables.MARKS.split()
_IN_FRONT = [filler.replace("_", " ") for filler in tables.FILLERS_IN_FRONT.split()]
_LEANS_BACK = re.compile("싶|있|없|않|안|돼|되|줘|주[세시라]|거|것|게|건|걸|수|봐|보[고는]|말[고아]|할|해|하|개|명|번")
_BEFORE_LAST_WORD = tables.FILLERS_BEFORE_LAST_WORD.split()


def _body_end(text: str) -> int:
    """Where the marks at the end of a text begin; its end where it is nothing but marks."""
    match = tables.TRAILING_MARKS.search(text)
    return (match and match.start()) or len(text)
