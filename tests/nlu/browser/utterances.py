"""Utterances as people type them, and worse: what both halves must read alike."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence

_TAILS = (
    *(
        "!!",
        "~~",
        "ㅋㅋㅋㅋ",
        "ㅠㅠ",
        " 😀",
        "??",
        "?!",
        "...",
        "👨‍👩‍👧",
        "  ",
        "ㅎㅎㅎㅎㅎㅎ",
        "!",
        "^^",
        "\u200b",
        "❤️",
    ),
    *(" KTX로 100원", " 3kg을", " iPhone은 50%를", " café로"),
)
ODD = (
    *(
        "",
        " ",
        "ㅋ",
        "ㅋㅋ",
        "대전 말고 제주",
        "왕돈까스말고",
        "?",
        "!!",
        "👍",
        "👍👍👍👍👍",
        "ㄱㅅ",
        "ㅇㅋ",
        "ㅇㅋㅋ",
        "\x00\x01",
        "\ud83c",
        "\ufeff피자\ufeff",
    ),
    *("1) 피자 2) 콜라", "1. 피자 2. 콜라 3. 냉면", "1. 피자 ２. 콜라", "١. 피자", "010-1234-5678", "10:30까지 3~4명"),
    *(
        "가\u0301\u0300나",
        "ᄒ",
        "\u1100\u1161\u11a8\u11a8",
        "ﾊﾟ",
        "ﬀ ß İ",
        "Ⅷ ①②",
        "𠮷野家에서 피자",
        "\U000105d2\u0307 피자",
    ),
    *("아아아아", "아아아아아", "0" * 40, "a" * 600, "피자" * 60, "피자피자피자피자", "피자 " * 30, "주세요 " * 5),
    *(
        "constructor",
        "__proto__",
        "toString",
        "서울(k8s)로 가",
        "(서울)로",
        "ＫＴＸ로",
        "İstanbul에서",
        "ǅ로",
        "½로",
        "1/2로",
    ),
    *(
        "$100로",
        "2ne1을",
        "Paris는",
        "B2로",
        "1,000,000을",
        "MP3를",
        "SIM을",
        "apple's를",
        "ㅋ피자",
        "'피자'를 줘",
        "[판교]로",
    ),
    *(
        "왕돈까스 하나 주문해줘",
        "왕 돈까스를 하나 줘!!",
        "피자와 냉면 시켜줘ㅋㅋㅋ",
        "피자과 냉면 시켜줘",
        "피자와 피자 시켜줘",
    ),
    *(
        "ktx에서 냉면이 먹고싶어",
        "KTX에서 냉면가 먹고 싶어",
        "하나 더",
        "두 개 더!",
        "판교 는 더워",
        "서울은 더워요~",
        "ㅎㅇ",
        "^^",
        "^^;",
    ),
    *("대전에 눈이 오려나 몰라요!!", "대전에눈이오려나몰라요", "핏짜 두 판만 얼른 부탁", "ㅠㅠ", "(ㅠㅠ)", "줘" * 300),
    *(
        "마라탕",
        "마라탕을 시켜줘",
        "글쎄 마라탕 말고",
        "흑마라탕도",
        "jeju 날씨 알려줘",
        "jeju는?",
        "Jejus",
        "음 jeju, 그리고 마라탕!",
    ),
    *(
        "피자 말고 냉면 시켜줘",
        "피자랑 냉면은 빼고 마라탕 줘",
        "서울이 아니라 판교 날씨",
        "냉면, 피자 제외하고😀 라면",
        "피자!말고 피자",
    ),
    *("글쎄 jeju 그리고 마라탕", "하여튼 Jeju!", "아무튼 마라탕 jeju 라면", "누가 jeju 마라탕 피자 다 불렀어 jeju"),
    *("http://a.kr/서울로 가", "<b>서울</b> 날씨", "<SCRIPT>서울</sCript> 날씨", "&lt;b&gt;서울 날씨", "a@b.kr 서울"),
)
"""What has broken, or may break, one half and not the other."""


def roughened(texts: Sequence[str], count: int) -> list[str]:
    """So many utterances: those given, most of them changed, and the odd ones; the same each time."""
    rng = random.Random(7)
    chosen = [rng.choice(texts) for _ in range(count - len(ODD))]
    changed = [rng.choice(_CHANGES)(text, rng) for text in chosen]
    return [*(text + rng.choice(_TAILS) if rng.random() < 0.4 else text for text in changed), *ODD]


def _doubled(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + text[at] * rng.choice((2, 4, 9)) + text[at + 1 :]


def _cut(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + text[at + 1 :]


_CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    lambda text, _: text,
    lambda text, _: text,
    lambda text, _: unicodedata.normalize("NFD", text),
    lambda text, _: text.replace(" ", ""),
    lambda text, _: text.replace(" ", "  "),
    lambda text, _: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text),
    lambda text, _: f"'{text[:3]}'{text[3:]}",
    lambda text, _: ",".join(text.split()),
    lambda text, _: text[:4] + "😀" + text[4:],
    lambda text, rng: (text + " ") * rng.choice((2, 5)),
    lambda text, _: f"<b>{text}</b> http://a.kr/{text[:2]}",
    _doubled,
    _cut,
)
