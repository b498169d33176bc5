"""What amounts are counted in: counters (판, 명, 인분) and units (km, 평), and where their word must end."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlu.values.boundaries import WORD_ENDS

NATIVE_COUNTERS = """
    개 명 분 인분 판 잔 병 마리 권 장 대 채 벌 켤레 그루 살 곳 가지 사람 봉지 박스 상자 세트 캔 컵 접시 그릇 조각 줄 통
    묶음 다발 송이 알 톨 포기 쌍 짝 팀 군데 자루 척 통화 건 편 곡 끼 자리 테이블 갑 스푼 숟갈 숟가락 모금 방울 꼬치 롤
    피스 덩이 덩어리 단 문제 문항 페이지 칸 바퀴 차례 번 가구 세대 매 부 석 좌석 라운드 경기 팩 망 바구니 마디 걸음
"""
"""Counters of things, which follow native numerals, and digits."""
SINO_COUNTERS = "층 호 호실 호선 번지 동 학년 등급 차선 박 회 인 인용 인분 위 과 단계 급 주 조 항 번 부 매 배 쪽 점 차"
"""Counters that follow Sino-Korean numerals, and digits."""

UNITS = {
    "킬로미터": "km",
    "킬로": "kilo",
    "km": "km",
    "㎞": "km",
    "미터": "m",
    "m": "m",
    "센티미터": "cm",
    "센티": "cm",
    "센치": "cm",
    "cm": "cm",
    "㎝": "cm",
    "밀리미터": "mm",
    "mm": "mm",
    "㎜": "mm",
    "데시미터": "dm",
    "데카미터": "dam",
    "마이크로미터": "µm",
    "나노미터": "nm",
    "마일": "mi",
    "해리": "nmi",
    "피트": "ft",
    "인치": "in",
    "야드": "yd",
    "광년": "ly",
    "제곱미터": "m2",
    "평방미터": "m2",
    "㎡": "m2",
    "제곱킬로미터": "km2",
    "평방킬로미터": "km2",
    "제곱센티미터": "cm2",
    "제곱피트": "ft2",
    "평방피트": "ft2",
    "제곱마일": "mi2",
    "평방마일": "mi2",
    "제곱인치": "in2",
    "제곱야드": "yd2",
    "에이커": "ac",
    "헥타르": "ha",
    "평": "평",
    "세제곱미터": "m3",
    "입방미터": "m3",
    "입방피트": "ft3",
    "세제곱피트": "ft3",
    "입방인치": "in3",
    "입방센티미터": "cm3",
    "입방야드": "yd3",
    "리터": "l",
    "l": "l",
    "L": "l",
    "밀리리터": "ml",
    "ml": "ml",
    "mL": "ml",
    "데시리터": "dl",
    "시시": "ml",
    "cc": "ml",
    "갤런": "gal",
    "배럴": "bbl",
    "파인트": "pt",
    "쿼트": "qt",
    "온스": "oz",
    "그램": "g",
    "g": "g",
    "킬로그램": "kg",
    "kg": "kg",
    "㎏": "kg",
    "밀리그램": "mg",
    "mg": "mg",
    "마이크로그램": "µg",
    "톤": "t",
    "미터톤": "t",
    "메트릭톤": "t",
    "파운드": "lb",
    "캐럿": "ct",
    "도": "°",
    "°": "°",
    "℃": "°C",
    "℉": "°F",
    "도씨": "°C",
    "바이트": "B",
    "킬로바이트": "kB",
    "메가바이트": "MB",
    "기가바이트": "GB",
    "테라바이트": "TB",
    "페타바이트": "PB",
    "비트": "bit",
    "킬로비트": "kbit",
    "메가비트": "Mbit",
    "기가비트": "Gbit",
    "kb": "kB",
    "KB": "kB",
    "MB": "MB",
    "GB": "GB",
    "TB": "TB",
    "메가": "MB",
    "기가": "GB",
    "테라": "TB",
    "와트": "W",
    "W": "W",
    "킬로와트": "kW",
    "kW": "kW",
    "볼트": "V",
    "암페어": "A",
    "칼로리": "cal",
    "킬로칼로리": "kcal",
    "kcal": "kcal",
    "헤르츠": "Hz",
    "Hz": "Hz",
    "마력": "hp",
    "노트": "kn",
    "픽셀": "px",
    "데시벨": "dB",
    "dB": "dB",
    "파스칼": "Pa",
    "헥토파스칼": "hPa",
}
"""Unit as it is written (without spaces) → its sign."""


def _any(names: Iterable[str]) -> str:
    return "|".join(_SPACED.sub("[ ]?", re.escape(name)) for name in sorted(names, key=len, reverse=True))


_SPACED = re.compile("(?<=제곱)|(?<=평방)|(?<=입방)|(?<=메트릭)")
"""Where people put a space into the name of a unit."""
UNIT_AFTER = re.compile(rf"[ ]?({_any(UNITS)})(?![A-Za-z]){WORD_ENDS}")
"""A unit behind an amount."""
COUNTER_AFTER = re.compile(rf"[ ]?({_any({*NATIVE_COUNTERS.split(), *SINO_COUNTERS.split()})}){WORD_ENDS}")
"""A counter behind an amount."""
ALL_UNITS = frozenset({*NATIVE_COUNTERS.split(), *SINO_COUNTERS.split(), *UNITS.values()})
"""All units that a quantity may have."""
_NATIVE = frozenset(NATIVE_COUNTERS.split())
_SINO = frozenset(SINO_COUNTERS.split())


def counts(counter: str, *, native: bool, sino: bool) -> bool:
    """Whether a counter goes with a numeral of this kind; digits go with all.

    Example:
        >>> counts("판", native=True, sino=False), counts("층", native=True, sino=False)
        (True, False)
    """
    return (not native or counter in _NATIVE) and (not sino or counter in _SINO or counter in _NATIVE)
