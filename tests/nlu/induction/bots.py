"""A small bot whose language proposals are made in."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from nlu import tokenizers
from nlu.induction import BotLanguage
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import parse_patterns
from nlu.types import LabelledUtterance

PATTERNS = """\
@define 짧은줘 = 줘|주세요|줄래|주라
@define 얼마야 = 얼마야|얼마예요|얼마
@define 얼마 = 얼마|얼마야|얼마예요|얼마인가요|얼마죠|얼마니
@define 되나 = 돼|되나요|가능해
@define 있어 = 있어|있어요|있나요|있니|있을까|없어

[order_food]
{menu} {count} 시켜<짧은줘>
{menu}을(를)? 시켜<짧은줘>
{menu} 먹고 싶어

[weather]
{date} {loc} 날씨 알려<짧은줘>
{loc} 날씨 어때
"""
LEXICON = Lexicon(
    [
        *(Entry("menu", name) for name in ("피자", "냉면", "떡볶이", "짜장면")),
        *(Entry("loc", name) for name in ("판교", "강남역", "서울역", "제주도")),
        *(Entry("date", name) for name in ("오늘", "내일", "이번 주말")),
        *(Entry("count", name) for name in ("한 판", "두 판", "하나")),
    ]
)


@cache
def language() -> BotLanguage:
    """The bot; made once, since it is never changed."""
    return BotLanguage(parse_patterns(PATTERNS, LEXICON), LEXICON, tokenizers.create())


def with_held_out(*rows: tuple[str, str]) -> BotLanguage:
    """The same bot with held-out utterances."""
    return replace(language(), held_out=tuple(LabelledUtterance(text, intent) for text, intent in rows))


def utterances(*texts: str) -> list[LabelledUtterance]:
    """Utterances of which nothing is known."""
    return [LabelledUtterance(text, None) for text in texts]
