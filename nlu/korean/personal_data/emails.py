"""E-mail addresses, however they are written or spelled aloud."""

from __future__ import annotations

import re

_NAME = r"[a-z0-9._%+-]"
_END = (
    "(?:com|net|org|co|kr|io|me|gov|edu|ac|or|go|re|pe|biz|info|dev|app|ai|jp|cn|us|uk|"
    "컴|콤|닷컴|넷|케이알|오알지|한국)"
)
_AT = r"(?:@|골뱅이|앳|엣|에트|[(\[<{]\s?(?:at?|@|골뱅이|앳)\s?[)\]>}]|(?<=\s)at(?=\s))"
_DOT = r"(?:\.|점|쩜|닷|[(\[<{]\s?(?:dot|\.|점|닷)\s?[)\]>}]|(?<=\s)dot(?=\s))"
_ENDS = rf"\s?{_DOT}\s?{_END}(?:\s?{_DOT}\s?{_END})?"
_LETTERS = "[에이치비씨디프지쥐아제케엘엠엔오피큐알스티유브더블엑와트공영일삼사육칠팔구]{1,6}"
"""Letters and digits as they are spelled aloud."""
_HOST = (
    "(?:naver|gmail|daum|hanmail|kakao|nate|hotmail|outlook|yahoo|icloud|korea|dreamwiz|네이버|지메일|쥐메일|한메일|카카오메일|"
    "네이트|핫메일|아웃룩|야후|아이클라우드)"
)
_NO_NAME = (
    r"(?!(?:look|see|meet|meeting|is|are|was|search|find|me|you|it|him|her|us|them|shop|buy|read|visit|work|sale|on|"
    r"here)\s)"
)
_NAMED = r"(?:메일|mail|주소|계정)[^@\n]{0,12}?"

EMAIL = re.compile(
    rf"(?<!{_NAME})(?:{_NAMED})?(?P<it>"
    + "|".join(
        (
            rf"(?:{_NAME}+|(?:[가-힣]{{1,10}}\.)?[가-힣]{{1,10}}(?=@))\s?@\s?[a-z0-9가-힣-]{{1,63}}(?:\s?\.\s?[a-z0-9-]+)*\s?\.\s?[a-z]{{2,24}}",
            rf"{_NO_NAME}{_NAME}+\s?{_AT}\s?[a-z0-9가-힣.-]{{1,63}}?{_ENDS}",
            rf"[가-힣]{{1,10}}\s?(?:@|[(\[<{{]\s?(?:at|@|골뱅이|앳)\s?[)\]>}}])\s?[a-z0-9가-힣.-]{{1,63}}?{_ENDS}",
            rf"(?:(?<![가-힣]){_LETTERS}\s){{0,16}}[가-힣]{{1,10}}\s?골뱅이\s?[a-z0-9가-힣.-]{{1,63}}?{_ENDS}",
            rf"{_NAME}+\s?(?:@|골뱅이|앳|[(\[<{{]\s?(?:at|@|골뱅이|앳)\s?[)\]>}}])\s?{_HOST}(?:[\s,]{{1,2}}{_END})?",
            rf"[가-힣]{{1,10}}@\s?{_HOST}",
            rf"(?<=메일 ){_NAME}+ at {_HOST}",
        )
    )
    + ")(?![a-z0-9])",
    re.IGNORECASE,
)
