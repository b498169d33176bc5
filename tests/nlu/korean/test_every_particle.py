"""Every particle is right after ten thousand values, by an oracle that spells out how each is read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random

from nlu.dialogue.templates import AnswerTemplate, spelled_out
from nlu.korean.particles import choose
from nlu.values.say import SPEAKERS, say
from tests.read_aloud import FORMS, SPELLED, UNITS, WORDS, read_aloud, sound

ROOT = Path(__file__).parents[3]
DICTIONARIES = (ROOT / "dictionaries" / "dict.csv", ROOT / "examples" / "assistant" / "dict.csv")
HANGUL = "가각간갈감갑강개객겔곰곱국굴궁귤기길김깅낮노논놀눈늘님다달담당대덕도돌동두둘들등떡띠라락란랄람랑랗"
FRAMES = ("{}", "'{}'", "“{}”", "‘{}’", "{}!", "{}...", "{}🍕", "{}🙂", "{}(예약)", "{}(new)", "「{}」", "{}~")
MANY = 10_000


def listed() -> Iterator[str]:
    """Words of the shipped dictionaries, English words, acronyms, units after numbers."""
    for path in DICTIONARIES:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield from (one for one in (row["value"], *row["synonyms"].split("|")) if one and one[0] != "@")
    yield from (*WORDS, *SPELLED, *map(str.lower, SPELLED))
    for unit in UNITS:
        yield from (f"{number}{unit}" for number in ("1", "1.5", "3", "35,000", "10"))


def drawn(random: Random) -> Iterator[str]:
    """Wordings of computed values, numbers, syllables, capitals, each in a frame of marks that are not read."""
    while True:
        kind = random.choice(list(SPEAKERS))
        plain = (
            say(kind, random, datetime(2026, 11, 30)).text,
            f"{random.randrange(10 ** random.randint(1, 13)):,}",
            str(random.randrange(1000) * 10 ** random.randrange(9)),
            f"{random.randrange(100)}.{random.randrange(1000)}",
            "".join(random.choices(HANGUL, k=random.randint(1, 4))),
            "".join(random.choices("BCDFGHJKLMNPQRSTVWXYZ", k=random.randint(2, 4))),
            f"{random.choice('$€₩¥£')}{random.randrange(1, 100_000):,}",
            f"{random.randrange(1, 5000)}{random.choice(('', ' '))}{random.choice(list(UNITS))}",
            random.choice(list(WORDS)),
        )
        yield random.choice(FRAMES).format(random.choice(plain))


@cache
def values() -> tuple[str, ...]:
    """Half of them listed, half drawn."""
    random = Random(7)
    every = list(dict.fromkeys(listed()))
    found = dict.fromkeys(random.sample(every, MANY // 2))
    for value in drawn(random):
        if len(found) >= MANY:
            break
        found.setdefault(value)
    return tuple(found)


def test_a_prompt_says_the_particle_that_fits_the_value() -> None:
    prompts = {name: AnswerTemplate(f"{{x}}{name} 맞나요?") for name in FORMS}
    prompts["(으)로"] = AnswerTemplate(spelled_out("{x|으로} 맞나요?"))
    said = [
        (value, prompt.fill({"x": value}), f"{value}{form} 맞나요?")
        for value, (name, prompt) in zip(values(), cycle(prompts.items()), strict=False)
        for form in [FORMS[name][sound(value)]]
    ]
    assert [(value, got) for value, got, right in said if got != right] == []


def test_every_particle_agrees_with_how_the_value_is_read() -> None:
    wrong = [
        (value, read_aloud(value), notation, choose(value, notation))
        for value in values()
        for at in [sound(value)]
        for notation, forms in FORMS.items()
        if choose(value, notation) != forms[at]
    ]
    assert (len(values()), wrong) == (MANY, [])
