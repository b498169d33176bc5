from __future__ import annotations

from datetime import datetime

import pytest

from nlu.values.finder import find_values

NOW = datetime(2026, 11, 30, 14, 30)  # a Monday

SAID = {
    "money": """
        만오천원쯤 → 만오천원 15000 KRW
        3만 5천 원 있어 → 3만 5천 원 35000 KRW
        2억 3천만원 → 2억 3천만원 230000000 KRW
        13달러 45센트 → 13달러 45센트 13.45 USD
        5만원권 말고 $20 → $20 20 USD
        원래 그래 →
        이 원인이 뭐야 →
        병원 가자 →
    """,
    "quantity": """
        피자두판 주세요 → 두판 2 판
        한 판 반이요 → 한 판 반 1.5 판
        두 개 반 장바구니 → 두 개 반 2.5 개
        김밥 두 줄 → 두 줄 2 줄
        - 3 박스 → 3 박스 3 박스
        오인분 → 오인분 5 인분
        반 판만 → 반 판 0.5 판
        두세 개 → 두세 개 2 개
        3인분,콜라 하나 → 3인분 3 인분
        영하 5도 → 영하 5도 -5 °C
        30평짜리 → 30평 30 평
        두 분위기가 달라 →
        이 분이 오셨어요 →
        사과 먹자 →
    """,
    "number": """
        삼백이십일 → 삼백이십일 321
        팔분의 오 → 팔분의 오 0.625
        사과 한 개 → 한 1
        5월 4일 →
        네 알겠습니다 →
        이 사람이 만든 거 →
    """,
    "ordinal": """
        첫째 거 → 첫째 1
        끝에서 두번째 → 끝에서 두번째 -1
        백스물다섯 번째 → 백스물다섯 번째 125
        마지막이요 → 마지막 0
        다음 주에 →
    """,
    "percent": """
        30프로 할인 → 30프로 30 %
        백 퍼센트 → 백 퍼센트 100 %
        프로그램 3개 →
    """,
    "age": """
        스물다섯 살 → 스물다섯 살 25 year
        만 7세 → 만 7세 7 year
        20대 후반 → 20대 후반 27 year
        차 2대 →
    """,
    "duration": """
        한 시간 반 → 한 시간 반 PT1H30M
        1시간30분 → 1시간30분 PT1H30M
        열흘 동안 → 열흘 P10D
        반나절 → 반나절 PT6H
        3박 4일 → 3박 4일 P4D
        사나흘 → 사나흘 P3D
        두어 시간 → 두어 시간 PT2H
        3시간 뒤에 →
        3시 30분 →
        5월 3일 →
    """,
    "time": """
        3시 반 → 3시 반 T03:30
        3시 반 판교로 → 3시 반 T03:30
        3시 반 두 판 → 3시 반 T03:30
        3시 반 판 → 3시 T03:00
        두 시간 뒤 → 두 시간 뒤 2026-11-30T16:30
        오후세시 → 오후세시 T15:00
        저녁 7시 56분 30초 → 저녁 7시 56분 30초 T19:56:30
        밤 12시 → 밤 12시 T00:00
        낮 12시 → 낮 12시 T12:00
        8시 3분 전이에요 → 8시 3분 전 T07:57
        오후 3시에서 3시 30분까지 → 오후 3시에서 3시 30분까지 T15:00/T15:30
        저녁에 → 저녁 T18:00/T21:00
        다시 시작 →
        서울시 →
        두 시간 →
    """,
    "date": """
        내일, 갈게요 → 내일 2026-12-01
        낼모레 → 낼모레 2026-12-02
        엊그제 → 엊그제 2026-11-28
        사나흘 뒤 → 사나흘 뒤 2026-12-03
        다음 주 수요일에 → 다음 주 수요일 2026-12-09
        음력 8월 15일 → 음력 8월 15일 2027-09-15
        설 연휴에 → 설 연휴 2027-02-06/2027-02-10
        12월 1일부터 5일까지 → 12월 1일부터 5일까지 2026-12-01/2026-12-06
        주말에 → 주말 2026-12-05/2026-12-07
        21/04/2027 → 21/04/2027 2027-04-21
        영업일 기준 나흘 후 → 영업일 기준 나흘 후 2026-12-04
        5일까지 → 5일까지 ../2026-12-06
        그날그날 달라 →
    """,
    "datetime": """
        내일 3시 반에 → 내일 3시 반 2026-12-01T15:30
        두어 시간 뒤 → 두어 시간 뒤 2026-11-30T16:30
        오늘 5시부터 7시까지 → 오늘 5시부터 7시까지 2026-11-30T17:00/2026-11-30T19:00
        다음 달 19일 오후 한 시 반 → 다음 달 19일 오후 한 시 반 2026-12-19T13:30
    """,
    "repetition": """
        매주 월요일 → 매주 월요일 FREQ=WEEKLY;BYDAY=MO
        격주 화요일 → 격주 화요일 FREQ=WEEKLY;INTERVAL=2;BYDAY=TU
        매일 아침 9시에 → 매일 아침 9시 FREQ=DAILY;BYHOUR=9;BYMINUTE=0
        사흘마다 → 사흘마다 FREQ=DAILY;INTERVAL=3
        월요일 오후 4시마다 → 월요일 오후 4시마다 FREQ=WEEKLY;BYDAY=MO;BYHOUR=16;BYMINUTE=0
    """,
    "phone": """
        010-1234-5678로 → 010-1234-5678 +821012345678
        공일공 일이삼사 오육칠팔 → 공일공 일이삼사 오육칠팔 +821012345678
        2026-11-30에 →
    """,
    "email": "a.kim@Example.COM으로 → a.kim@Example.COM a.kim@example.com",
    "url": """
        https://example.com/menu에서 → https://example.com/menu https://example.com/menu
        www.example.co.kr. → www.example.co.kr https://www.example.co.kr
        3.5 →
    """,
    "order_number": """
        주문번호 A-1234요 → A-1234 A-1234
        20261130-0001 → 20261130-0001 20261130-0001
        12개 →
    """,
}


@pytest.mark.parametrize("kind", SAID)
def test_what_people_write_says_what_they_mean(kind: str) -> None:
    wrong = {}
    for line in filter(None, map(str.strip, SAID[kind].splitlines())):
        text, _, expected = line.partition(" →")
        found = [
            " ".join(filter(None, (text[one.start : one.end], one.value, one.unit)))
            for one in find_values(text, [kind], NOW)
        ]
        if found != [expected.strip()] * bool(expected.strip()):
            wrong[text] = found
    assert wrong == {}


def test_what_is_vague_says_between_what() -> None:
    (few,) = find_values("서너 명쯤", ["quantity"], NOW)
    assert (few.value, few.least, few.most, few.is_approximate) == ("3", "3", "4", True)
    (bound,) = find_values("30만원 이하", ["money"], NOW)
    assert bound.more == {"bound": "at_most"}


def test_an_hour_without_its_half_of_the_day_is_told() -> None:
    assert [one.more.get("ambiguities") for one in find_values("내일 3시", ["datetime"], NOW)] == [["am_pm"]]
    assert [one.more.get("ambiguities") for one in find_values("내일 오후 3시", ["datetime"], NOW)] == [None]


@pytest.mark.parametrize(
    ("text", "date", "time"),
    [
        ("내일 3시쯤이요", "내일", "3시"),
        ("내일 저녁에", "내일", "저녁"),
        ("다음 주 금요일 오후 2시 반", "다음 주 금요일", "오후 2시 반"),
        ("12월 3일 저녁 7시", "12월 3일", "저녁 7시"),
    ],
)
def test_a_bot_that_asks_for_day_and_time_apart_gets_both(text: str, date: str, time: str) -> None:
    found = find_values(text, ["date", "time"], NOW)
    assert [(one.type, text[one.start : one.end]) for one in found] == [("date", date), ("time", time)]


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(KeyError, match="weekday"):
        find_values("월요일", ["weekday"], NOW)
