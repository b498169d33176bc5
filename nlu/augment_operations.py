"""The single operations of augmentation: each proposes edits for one utterance at a rate.

A rate is a probability, of what the operation's row in `OPERATIONS` says: per utterance, or per place (a space, a
syllable, a particle …). Per syllable and per gap the number of edits in an utterance is the rate times the number of
places, its fraction drawn by lot, so that a rate of 5 % strikes close to 5 % of even a small corpus.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from nlu import augment_tables as tables
from nlu import hangul, josa
from nlu.augment_edits import Edit
from nlu.types import LabelledUtterance

Proposal = Callable[[LabelledUtterance, float, random.Random], list[Edit]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A named way of changing an utterance; `unit` is what its rate is a probability of."""

    name: str
    unit: str
    propose: Proposal


# ------------------------------------------------------------------------------------------------------------ spaces


def drop_all_spaces(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Write the utterance without any space."""
    return _deletions(_SPACES.finditer(utterance.text)) if rng.random() < rate else []


def drop_spaces(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Leave out spaces here and there."""
    return _deletions(space for space in _SPACES.finditer(utterance.text) if rng.random() < rate)


def add_spaces(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Put spaces between characters, inside words and entities too."""
    gaps = [match.end() for match in _GAP.finditer(utterance.text)]
    return [Edit(position, position, " ") for position in _draw(gaps, rate, rng)]


_SPACES = re.compile(r"\s+")
_GAP = re.compile(r"\S(?=\S)")


def _deletions(matches: Iterator[re.Match[str]]) -> list[Edit]:
    return [Edit(match.start(), match.end(), "") for match in matches]


def _draw(places: list[int], rate: float, rng: random.Random) -> list[int]:
    """Draw `rate` of the places, in order; the fraction by lot."""
    count = int(len(places) * rate + rng.random())
    return sorted(rng.sample(places, count)) if count else []


# ------------------------------------------------------------------------------------------------- slips of the hand


def typos(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Hit keys of the two-set keyboard wrongly: a neighbour, twice, not at all, or after the next one."""
    chosen = _draw(_syllables(utterance.text), rate, rng)
    if not chosen:
        return []
    edits = []
    for start, end in _segments(utterance):
        inside = [position - start for position in chosen if start <= position < end]
        if inside:
            edits.append(Edit(start, end, _mistyped(utterance.text[start:end], inside, rng)))
    return edits


def jamo_slips(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Take a vowel or consonant for one that sounds alike (ㅐ ㅔ, ㄱ ㄲ, ㅆ ㅅ), or lose a final consonant."""
    chosen = _draw(_syllables(utterance.text), rate, rng)
    return [Edit(place, place + 1, rng.choice(_slips(utterance.text[place]))) for place in chosen]


_HANGUL_RUN = re.compile("[가-힣]+")
_SYLLABLE = re.compile("[가-힣]")


def _groups(table: str) -> dict[str, tuple[str, ...]]:
    return {row[0]: tuple(row[1:]) for row in table.split()}


_MEDIALS = _groups(tables.SIMILAR_MEDIALS)
_INITIALS = _groups(tables.SIMILAR_INITIALS)
_FINALS = _groups(tables.SIMILAR_FINALS)
_UNSHIFTED = {key: plain[0] for key, plain in _groups(tables.SHIFTED_KEYS).items()}


def _neighbours() -> dict[str, tuple[str, ...]]:
    """The keys around each key; a key with Shift has the plain key and its neighbours."""
    table: dict[str, tuple[str, ...]] = {}
    rows = tables.KEYBOARD_ROWS
    for row, keys in enumerate(rows):
        for column, key in enumerate(keys):
            around = [(row, column - 1), (row, column + 1), (row - 1, column), (row - 1, column + 1)]
            around += [(row + 1, column - 1), (row + 1, column)]
            table[key] = tuple(rows[r][c] for r, c in around if 0 <= r < len(rows) and 0 <= c < len(rows[r]))
    table.update({key: (plain, *table[plain]) for key, plain in _UNSHIFTED.items()})
    return table


_NEIGHBOURS = _neighbours()


def _syllables(text: str) -> list[int]:
    return [match.start() for match in _SYLLABLE.finditer(text)]


def _segments(utterance: LabelledUtterance) -> Iterator[tuple[int, int]]:
    """Runs of syllables, cut at the edges of spans, so that what is typed as one piece lies on one side of them."""
    edges = {edge for span in utterance.spans for edge in (span.start, span.end)}
    for run in _HANGUL_RUN.finditer(utterance.text):
        start = run.start()
        for position in range(start + 1, run.end() + 1):
            if position == run.end() or position in edges:
                yield start, position
                start = position


def _mistyped(word: str, places: list[int], rng: random.Random) -> str:
    """The word with one wrong keystroke in each of the places; never the word itself."""
    for _ in range(_TRIES):
        keys = [list(hangul.keystrokes(syllable)) for syllable in word]
        for place in places:
            _hit_wrongly(keys, place, rng)
        typed = hangul.from_keystrokes("".join("".join(syllable) for syllable in keys))
        if typed != word and typed:
            return typed
    return hangul.from_keystrokes(hangul.keystrokes(word) + hangul.keystrokes(word[-1])[-1])


_TRIES = 8


def _hit_wrongly(keys: list[list[str]], place: int, rng: random.Random) -> None:
    syllable = keys[place]
    index = rng.randrange(len(syllable))
    key = syllable[index]
    kind = rng.random()
    if kind < 0.45:
        syllable[index] = rng.choice(_NEIGHBOURS[key])
    elif kind < 0.65:
        syllable.insert(index, key)
    elif kind < 0.85:
        del syllable[index]
    elif index + 1 < len(syllable):
        syllable[index], syllable[index + 1] = syllable[index + 1], key
    elif place + 1 < len(keys) and keys[place + 1]:
        syllable[index], keys[place + 1][0] = keys[place + 1][0], key
    else:
        syllable[index - 1], syllable[index] = key, syllable[index - 1]


@functools.cache
def _slips(syllable: str) -> tuple[str, ...]:
    """What a syllable is taken for."""
    initial, medial, final = hangul.decompose(syllable)
    slips = [hangul.compose(initial, other, final) for other in _MEDIALS.get(medial, ())]
    slips += [hangul.compose(other, medial, final) for other in _INITIALS.get(initial, ())]
    slips += [hangul.compose(initial, medial, other) for other in _FINALS.get(final, ())]
    if final:
        slips.append(hangul.compose(initial, medial))
    return tuple(slips)


# --------------------------------------------------------------------------------------------- particles and spellings


def drop_particles(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Leave out particles after entities and common nouns: 피자를 → 피자. What a role hangs on (에서, 까지) stays."""
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
    edits = []
    for match in _SPOKEN.finditer(utterance.text):
        if rng.random() < rate:
            edits.append(Edit(match.start(), match.end(), _SAID[match[0]]))
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
        Edit(match.start(), match.end(), rng.choice(_MISSPELT[match[0]]))
        for match in _CORRECT.finditer(utterance.text)
        if rng.random() < rate
    ]


def _pairs(rows: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    return {before: after for row in rows for before, after in map(str.split, row)}


def _any_of(words: Mapping[str, object]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def _misspelt() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for pair in tables.MISSPELLINGS.replace("\n", "|").strip("|").split("|"):
        before, after = pair.replace("_", "\0").split()
        before, after = before.replace("\0", " "), after.replace("\0", " ")
        table[before] = (*table.get(before, ()), after)
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


def endings(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Say the end in another manner: 알려줘 → 알려주세요, 어때요 → 어떰."""
    return _other_ending(utterance, rate, rng, ("blunt", "polite", "chat"))


def polite_endings(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Say the end politely, where it is not said so already."""
    return _other_ending(utterance, rate, rng, ("polite",))


def blunt_endings(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Say the end bluntly, where it is not said so already."""
    return _other_ending(utterance, rate, rng, ("blunt",))


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
    return match.start() if match and match.start() else len(text)


def _other_ending(
    utterance: LabelledUtterance, rate: float, rng: random.Random, manners: tuple[str, ...]
) -> list[Edit]:
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


OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("endings", "utterance", endings),
        Operation("polite_endings", "utterance", polite_endings),
        Operation("blunt_endings", "utterance", blunt_endings),
        Operation("spoken_particles", "place", spoken_particles),
        Operation("drop_particles", "particle", drop_particles),
        Operation("fillers", "utterance", fillers),
        Operation("misspellings", "place", misspellings),
        Operation("jamo_slips", "syllable", jamo_slips),
        Operation("typos", "syllable", typos),
        Operation("add_spaces", "gap", add_spaces),
        Operation("drop_spaces", "space", drop_spaces),
        Operation("drop_all_spaces", "utterance", drop_all_spaces),
        Operation("chat_marks", "utterance", chat_marks),
    )
}
"""Every operation, in the order they are applied: what is said first, then how it is typed."""
