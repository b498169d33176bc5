"""Which form of a particle fits the word before it, and which particles follow a word in a text.

A particle agrees with the last sound that is read aloud before it: nothing (a vowel), ㄹ, or another consonant. How
digits, signs, Latin letters and bracketed glosses are read is told in `nlu.korean.particle_sound`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from nlu.korean import hangul
from nlu.korean.particle_sound import final_sound

RIEUL = "ㄹ"


@dataclass(frozen=True, slots=True)
class Particle:
    """The forms of one particle, by the last sound of the word before it."""

    after_vowel: str
    after_rieul: str
    after_consonant: str

    def form(self, sound: str) -> str:
        """Return the form after a word whose final consonant is `sound` ("" for a vowel)."""
        if not sound:
            return self.after_vowel
        return self.after_rieul if sound == RIEUL else self.after_consonant


_PAIRS = (
    "는 은",
    "가 이",
    "를 을",
    "와 과",
    "야 아",
    "예요 이에요",
    "였 이었",
    "여서 이어서",
    "여도 이어도",
    "여야 이어야",
)
"""Particles and copula forms in two shapes: after a vowel, after a consonant."""

_AFTER_I = """
    랑 나 나마 라도 든 든지 든가 라고 라고도 라는 라며 라면 라면서 라니 라니까 라서 라 란 며 면 면서 야 야말로 요
    죠 지 지요 지만 고 고요 니 니까 니까요 서 여 시여 다 자 냐 냐고 네 네요 군 군요 구나 던 던데 던가 거나 거든
    거든요 므로 신 신가요 세요 십니다 시다 시면 래 래요 라지 라지만 잖아 잖아요 더라 더라도 기 기에 길 건 나요
    려나 라든지 라든가 랄까 라거나
"""
"""Endings that follow 이 after a consonant and stand alone after a vowel: (이)랑."""

_AFTER_EU = "로 로서 로써 로부터 론"
"""Endings that follow 으 after a consonant other than ㄹ: (으)로."""


def _notations() -> Iterator[tuple[str, Particle]]:
    for vowel, consonant in map(str.split, _PAIRS):
        yield from _both_ways(vowel, consonant, Particle(vowel, consonant, consonant))
    for short, (vowel, consonant) in {
        "에요": ("예요", "이에요"),
        "예요": ("예요", "이에요"),
        "었": ("였", "이었"),
    }.items():
        yield f"(이){short}", Particle(vowel, consonant, consonant)
    for short in ("였", "어서", "여서", "어도", "여도", "어야", "여야"):
        ending = short.replace("여", "어").replace("였", "었")
        yield f"(이){short}", Particle(ending.replace("어", "여").replace("었", "였"), f"이{ending}", f"이{ending}")
    for ending in _AFTER_I.split():
        particle = Particle(ending, f"이{ending}", f"이{ending}")
        yield f"(이){ending}", particle
        yield from _both_ways(ending, f"이{ending}", particle)
    for ending in _AFTER_EU.split():
        particle = Particle(ending, ending, f"으{ending}")
        yield f"(으){ending}", particle
        yield from _both_ways(ending, f"으{ending}", particle)


def _both_ways(first: str, second: str, particle: Particle) -> Iterator[tuple[str, Particle]]:
    for one, other in ((first, second), (second, first)):
        yield f"{one}({other})", particle
        yield f"{one}/{other}", particle


_PARTICLES: dict[str, Particle] = dict(_notations())
_LONGEST_FIRST = tuple(sorted(_PARTICLES, key=lambda notation: (-len(notation), notation)))
_LINTED = """
    은(는) 이(가) 을(를) 과(와) (으)로 (으)로서 (으)로써 (으)로부터 (이)랑 (이)나 (이)라도 (이)라고 (이)란 (이)든지
    (이)에요 (이)야
"""
"""Notations whose fixed forms can't be mistaken for another ending (면, 고, 서 … can)."""

_NOTATION_OF_FORM: dict[str, str] = {
    form: notation
    for notation in _LINTED.split()
    for form in (_PARTICLES[notation].after_vowel, _PARTICLES[notation].after_consonant)
}


def _partners() -> Iterator[tuple[str, tuple[str, str]]]:
    for notation, particle in _PARTICLES.items():
        vowel, consonant = particle.after_vowel, particle.after_consonant
        if vowel not in ("요", "여") and notation == f"{consonant}({vowel})":
            short = f"({consonant.removesuffix(vowel)}){vowel}"
            usual = short if short in _PARTICLES else notation
            yield consonant, (vowel, _NOTATION_OF_FORM.get(consonant, usual))


PARTNERS: Mapping[str, tuple[str, str]] = MappingProxyType(dict(_partners()))
"""Form after a consonant → form after a vowel, and the notation of both; without those that fit every word (요, 여)."""


def notations() -> tuple[str, ...]:
    """Return every notation an author may write for a particle that agrees, longest first."""
    return _LONGEST_FIRST


def forms(particle: str) -> tuple[str, ...]:
    """Return the forms of a particle in an author's notation: after a vowel, after ㄹ, after another consonant.

    Example:
        >>> forms("(으)로")
        ('로', '로', '으로')
    """
    found = _PARTICLES[particle]
    return found.after_vowel, found.after_rieul, found.after_consonant


@cache
def notation_pattern() -> re.Pattern[str]:
    """Return what matches the longest notation at a place."""
    return re.compile("|".join(map(re.escape, notations())))


def notation_of(form: str) -> str | None:
    """Return the notation that a fixed form should have been written as, None when the form fits every word.

    Example:
        >>> notation_of("를"), notation_of("으로"), notation_of("에서")
        ('을(를)', '(으)로', None)
    """
    return _NOTATION_OF_FORM.get(form)


def notation_named(name: str) -> str | None:
    """Return the notation that a particle is called by: both forms in a row, one that agrees, or the notation itself.

    Example:
        >>> notation_named("을를"), notation_named("으로로"), notation_named("가"), notation_named("에서")
        ('을(를)', '으로(로)', '이(가)', None)
    """
    if name in _PARTICLES:
        return name
    in_a_row = (f"{name[:at]}({name[at:]})" for at in range(1, len(name)))
    return next((one for one in in_a_row if one in _PARTICLES), notation_of(name))


def choose(word: str, particle: str) -> str:
    """Return the form of a particle that fits a word.

    Args:
        word: what stands before the particle.
        particle: the particle in an author's notation: 을(를), (으)로, (이)랑, 이/가 …

    Raises:
        ValueError: `particle` is no such notation.

    Example:
        >>> [choose(word, "을(를)") for word in ("피자", "냉면", "KTX", "50%", "10", "쿠버네티스(k8s)")]
        ['를', '을', '를', '를', '을', '를']
    """
    if particle not in _PARTICLES:
        raise ValueError(f"expected a particle notation such as '은(는)', '을(를)' or '(으)로', got {particle!r}")
    return _PARTICLES[particle].form(final_sound(word))


def attach(word: str, particle: str) -> str:
    """Return the word with the form of the particle that fits it.

    Example:
        >>> attach("서울", "(으)로"), attach("강남", "(으)로"), attach("물", "(이)에요"), attach("피자", "(이)에요")
        ('서울로', '강남으로', '물이에요', '피자예요')
    """
    return word + choose(word, particle)


def append(before: str, text: str) -> str:
    """Return a text after another; each particle notation in it becomes the form that fits what stands before it.

    A notation after a space, or after nothing, stays as it is.

    Example:
        >>> append("'피자'", "은(는) 있고 '밥'은(는) 없습니다. 을(를)")
        "'피자'는 있고 '밥'은 없습니다. 을(를)"
    """
    end = 0
    for found in notation_pattern().finditer(text):
        before += text[end : found.start()]
        word = _last_word(before)
        before += choose(word, found[0]) if word else found[0]
        end = found.end()
    return before + text[end:]


def _last_word(text: str) -> str:
    """The word that a text ends with; a unit with the number before it: 3 kg."""
    word = text.rpartition(" ")[2]
    earlier = text[: len(text) - len(word) - 1]
    is_unit = word[:1].isascii() and word[:1].isalpha() and earlier[-1:].isdigit()
    return f"{earlier.rpartition(' ')[2]} {word}" if is_unit else word


# ------------------------------------------------------------------------------------- particles in a running text


_FIRST = """
    에 에서 에게 에게서 한테 한테서 께 께서 서 (으)로 (으)로서 (으)로써 (으)로부터 까지 부터 과(와) (이)랑 하고
    보다 처럼 만큼 마다 밖에 조차 마저 만 쯤
"""
_SECOND = {
    "": "은(는) 도 만 의 까지 부터 (이)나 (이)라도 (이)든지 요",
    "까지 부터 만큼": "이(가) (으)로",
    "만": "이(가) 을(를) (으)로",
    "쯤": "에 에서 에는 에서는 (으)로 이(가) 을(를)",
}
"""What may follow a first particle; "" stands for every one of them."""
_ALONE = """
    은(는) 이(가) 을(를) 의 도 (이)나 (이)라도 (이)든 (이)든지 (이)라고 (이)란 (이)나마 (이)야말로 커녕 은(는)커녕
    치고 따라 같이 (이)요 은(는)요 이(가)요 을(를)요 도요 만요 요
"""
_CONTRACTED = "엔 에선 에겐 한텐 까진 부턴 보단 (으)론"
_THIRD = ("까지 부터 만", "은(는) 도 의 (이)라도 요")
"""A chain of two that ends in one of the left may go on with one of the right."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STRICT = _set("이 가 나 이나 든 이든 란 이란 라고 이라고 라도 이라도 이요")
"""Particles that look like other words where they don't agree (강남 가는 길): taken only where they do."""

_GLUED = _set("""
    에서 에서는 에서부터 에서까지 에게 에게는 에게서 한테 한테는 한테서 까지 까지는 까지만 부터 부터는 께서
    으로 으로는 으로부터 로부터 이랑 랑 처럼 를 을 는 쯤에
""")
"""Chains that no word begins with, so that one stays a particle where the next word follows without a space."""

_GLUED_BEFORE_REQUEST = _set("이 가 은 의 에 로 와 과 나 이나 만 하고")
"""Chains that words do begin with, but not a request."""

_REQUESTS = """
    얼마 어디 어때 어떻 어떤 뭐 무슨 무엇 언제 몇 있 없 좋 맛있 맛집 먹 마시 마실 비싸 비싼 주문 시켜 시킬 시키 예약
    취소 추천 알려 보여 찾아 찾고 배달 가격 날씨 정보 메뉴 위치 여행 관광 호텔 숙소 보내 부탁 해줘 해주 바꿔 변경
    확인 가는 가고 가려 갈래 가자 가줘 타고 오는 오고 출발 도착 걸려 걸리 놀러 묵을 머물 필요 궁금 싶
"""
"""How a word begins that shows, right after such a chain, that it is a particle (피자가얼마, 판교로가는)."""

_REQUEST = re.compile("|".join(_REQUESTS.split()))


def following(text: str, end: int) -> str:
    """Return the particles right after a position, such as the end of an entity; "" when none follow.

    A chain of particles counts where the word ends: before a space, a mark, a digit or the end of the text. Without
    a space, only what can't begin the next word counts: a long or unmistakable particle (판교에서강남까지), or a
    short one before a word that clearly belongs to a request (피자가얼마야, 판교로가는).

    Args:
        text: the utterance.
        end: one past the last character of the word.

    Example:
        >>> following("판교에서 피자", 2), following("강남역 맛집", 2), following("3시까지만", 2)
        ('에서', '', '까지만')
    """
    for size in range(min(_LONGEST_CHAIN, len(text) - end), 0, -1):
        chain = text[end : end + size]
        if chain in _CHAINS and _is_chain_here(text, end, chain):
            return chain
    return ""


def is_chain(text: str) -> bool:
    """Tell whether a text is nothing but particles, in forms that may follow one another.

    Example:
        >>> is_chain("에서는"), is_chain("으로"), is_chain("이야기")
        (True, True, False)
    """
    return text in _CHAINS


def refit(chain: str, word: str) -> str:
    """Return a chain of particles, as `following` finds it, with its first particle in the form that fits a word.

    Example:
        >>> refit("으로는", "제주도"), refit("를", "냉면"), refit("에서", "강남")
        ('로는', '을', '에서')
    """
    opening = _CHAINS.get(chain)
    if opening is None:
        return chain
    forms = (opening.after_consonant, opening.after_vowel, opening.after_rieul)  # 으로 before 로, which it holds
    rest = next(chain.removeprefix(form) for form in forms if chain.startswith(form))
    return opening.form(final_sound(word)) + rest


def _is_chain_here(text: str, start: int, chain: str) -> bool:
    word = text[max(0, start - _CONTEXT) : start]
    after = text[start + len(chain) : start + len(chain) + 1]
    if word[-1:].isdigit() and chain[0] in "만도":  # 3만 원, 20도
        return False
    fits = _fits(word, chain)
    if not hangul.is_syllable(after):
        if chain == "하고" and text.startswith(_WISHES, start + 2):  # 여행하고 싶어
            return False
        return fits or chain not in _STRICT
    if not fits:
        return False
    if chain in _GLUED:
        return not (chain == "을" and after in "지왕밀")  # 을지로, 을왕리, 을밀대
    return chain in _GLUED_BEFORE_REQUEST and _REQUEST.match(text, start + len(chain)) is not None


def _fits(word: str, chain: str) -> bool:
    """Whether a chain agrees with the word before it; its own links agree by construction."""
    opening = _CHAINS[chain]
    return opening is None or chain.startswith(opening.form(final_sound(word)))


_CONTEXT = 40
_WISHES = (" 싶", " 있", " 나서", " 난")


def _chains() -> dict[str, Particle | None]:
    """Every chain of particles, with the particle it begins with where that one agrees with the word before."""
    table: dict[str, Particle | None] = {}
    chains = [(first, form, second) for first in _FIRST.split() for form, second in _openings(first)]
    for first, form, opening in chains:
        table[form] = opening
        seconds = " ".join(row for names, row in _SECOND.items() if not names or first in names.split())
        for second in seconds.split():
            if second == first:
                continue
            two = _linked(form, second)
            table[two] = opening
            if second in _THIRD[0].split():
                table.update({_linked(two, third): opening for third in _THIRD[1].split()})
            elif second != "요":
                table[two + "요"] = opening
    for alone in (_ALONE + _CONTRACTED).split():
        table.update(dict(_openings(alone)))
    del table["에요"]  # a copula misspelt (피자에요), not 에 + 요
    return table


def _openings(link: str) -> Iterator[tuple[str, Particle | None]]:
    """The forms of a link at the start of a chain."""
    for notation in _LONGEST_FIRST:
        if link.startswith(notation):
            particle, rest = _PARTICLES[notation], link[len(notation) :]
            for form in (particle.after_vowel, particle.after_consonant):
                yield form + rest, particle
            return
    yield link, None


def _linked(chain: str, link: str) -> str:
    return attach(chain, link) if link in _PARTICLES else chain + link


_CHAINS = _chains()
_LONGEST_CHAIN = max(map(len, _CHAINS))
