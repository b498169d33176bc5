from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.korean.personal_data import MASK, PersonalData, find_personal_data, mask, mask_text

# What is written, and what must be left of it; checked by hand.
MASKED = [
    # mobile phones
    ("010-1234-5678로 전화해", "***-****-****로 전화해"),
    ("내 번호는 01012345678이야", "내 번호는 ***********이야"),
    ("010 1234 5678", "*** **** ****"),
    ("010.1234.5678 점검 예약", "***.****.**** 점검 예약"),
    ("010 - 1234 - 5678", "*** - **** - ****"),
    ("011-123-4567", "***-***-****"),
    ("010에 1234에 5678", "**** ***** ****"),
    ("+82 10-1234-5678", "+** **-****-****"),
    ("+82)010-1234-5678", "+**)***-****-****"),
    ("82-10-1234-5678", "**-**-****-****"),
    ("00821012345678", "**************"),
    ("O1O-1234-5678", "***-****-****"),
    ("０１０－１２３４－５６７８", "***－****－****"),
    ("010‑1234–5678", "***‑****–****"),
    ("010\u200b1234\u200b5678", "***\u200b****\u200b****"),
    ("٠١٠-١٢٣٤-٥٦٧٨", "***-****-****"),
    ("공일공 일이삼사 오육칠팔이야", "*** **** ****이야"),
    ("공일공-일이삼사-오육칠팔", "***-****-****"),
    ("010-1234-5678, 010-8765-4321 둘 다", "***-****-****, ***-****-**** 둘 다"),
    # landlines and national numbers
    ("02-123-4567", "**-***-****"),
    ("02)1234-5678", "**)****-****"),
    ("(02) 1234-5678", "(**) ****-****"),
    ("031 123 4567로", "*** *** ****로"),
    ("0212345678", "**********"),
    ("070-1234-5678", "***-****-****"),
    ("0505-123-4567", "****-***-****"),
    ("+82-2-1234-5678", "+**-*-****-****"),
    ("1588-1234에 전화", "****-****에 전화"),
    ("15771234", "********"),
    ("1644 0000 연결", "**** **** 연결"),
    # resident registration numbers, foreigners' among them
    ("900101-1234567", "******-*******"),
    ("주민번호 9001011234567이야", "주민번호 *************이야"),
    ("900101 1234567", "****** *******"),
    ("031121-4123456", "******-*******"),
    ("외국인 등록번호 900101-5234567", "외국인 등록번호 ******-*******"),
    ("900101-8******", "******-*******"),
    ("앞자리는 900101-1이요", "앞자리는 ******-*이요"),
    ("９００１０１－１２３４５６７", "******－*******"),
    # cards
    ("1234-5678-9012-3456", "****-****-****-****"),
    ("카드 5123 4567 8901 2346으로 결제", "카드 **** **** **** ****으로 결제"),
    ("4111111111111111", "****************"),
    ("3782-822463-10005", "****-******-*****"),
    ("3056.930902.5904", "****.******.****"),
    # bank accounts
    ("110-123-456789로 보내", "***-***-******로 보내"),
    ("국민은행 123456-01-123456", "국민은행 ******-**-******"),
    ("1002-123-456789", "****-***-******"),
    ("301-1234-5678-91", "***-****-****-**"),
    ("3333-01-1234567", "****-**-*******"),
    ("계좌번호는 110 123 456789야", "계좌번호는 *** *** ******야"),
    ("110123456789 통장", "************ 통장"),
    ("농협 3011234567891로 5만원 이체", "농협 *************로 5만원 이체"),
    ("신한은행 110-123-456789로 10,000원 송금", "신한은행 ***-***-******로 10,000원 송금"),
    # e-mail
    ("hong@example.com으로 보내", "****@*******.***으로 보내"),
    ("메일은hong.gil-dong+a@mail.example.co.kr", "메일은****.***-****+*@****.*******.**.**"),
    ("ｈｏｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "****＠*******．***"),
    ("hong @ example.com", "**** @ *******.***"),
    ("hong골뱅이naver닷컴", "**************"),
    ("hong 골뱅이 naver 점 com 이야", "**** *** ***** * *** 이야"),
    ("영희 골뱅이 지메일 닷컴으로 메일 보내", "** *** *** **으로 메일 보내"),
    ("새 주소는 제이 에스 에이치 골뱅이 네이버 닷 컴", "새 주소는 ** ** *** *** *** * *"),
    ("길동@한국.kr", "**@**.**"),
    ("홍길동@example.com", "***@*******.***"),
]

KEPT = [
    "피자 두 판 주문해줘",
    "3시 30분에 깨워줘",
    "오후 3:30",
    "2026-11-21",
    "2026.11.21 14:30",
    "2026년 11월 21일",
    "2026-11-21 14:30:15",
    "2026-11-21T14:30:15",
    "20261121",
    "202611211430",
    "20261121143015 기록",
    "2026-11-21부터 2026-11-25까지",
    "2026-11-21 - 2026-11-25",
    "2026-11-21~2026-11-25",
    "2026112120261125",
    "11/21 예약",
    "10,000원",
    "12,345,678원",
    "1,234,567,890원",
    "10000000원",
    "10000000000원 송금",
    "통장에 10000000000원 있어",
    "1234567890원 입금",
    "15000000원짜리",
    "16000000 정도",
    "1588개 주문",
    "피자 12개랑 콜라 1000개",
    "12345678",
    "1600-1800 사이에",
    "1800-2000",
    "0900-1800",
    "1800년 1900년",
    "주문번호 1234567890123",
    "주문 번호는 2026112112345678이야",
    "운송장 123456789012 어디야",
    "3.14159265358979",
    "192.168.100.200",
    "버전 1.2.3",
    "서울 02",
    "010",
    "119에 전화",
    "골뱅이 무침 점심 예약",
    "골뱅이 2인분",
    "@친구 불러",
    "3 x 4",
    "100 200 300 400",
    "1000-2000원",
    "이삼일 뒤에",
    "일이삼사 오육칠팔",
    "",
    " ",
    "ㅋㅋㅋㅋㅋㅋㅋ",
    "101동 1203호",
    "판교역로 123-45",
    "06236 서울 강남구",
    "37.5665, 126.9780",
    "1번 2번 3번 4번 5번 6번 7번",
]


def test_personal_data_is_masked() -> None:
    assert {written: mask_text(written) for written, _ in MASKED} == dict(MASKED)


def test_dates_times_amounts_and_counts_survive() -> None:
    assert {written: mask_text(written) for written in KEPT} == {written: written for written in KEPT}


def test_the_text_stays_as_long_as_it_was() -> None:
    for written, _ in MASKED:
        decomposed = unicodedata.normalize("NFD", f"어제 {written} 라고")
        masked = mask(decomposed)
        assert len(masked.text) == len(decomposed), written
        assert masked.text.startswith(unicodedata.normalize("NFD", "어제 ")), written
        assert MASK in masked.text, written


def test_decomposed_hangul_in_a_number_is_seen_through() -> None:
    written = unicodedata.normalize("NFD", "공일공 일이삼사 오육칠팔")
    assert set(mask_text(written)) == {MASK, " "}


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("hong@example.com", "email"),
        ("900101-1234567", "resident_number"),
        ("1234-5678-9012-3456", "card"),
        ("010-1234-5678", "phone"),
        ("110-123-456789", "account"),
    ],
)
def test_the_kind_and_the_place_are_told(written: str, kind: str) -> None:
    assert find_personal_data(f"내 것은 {written}야") == (PersonalData(5, 5 + len(written), kind),)


def test_a_text_with_several_kinds_names_each_once_and_knows_what_was_touched() -> None:
    masked = mask("010-1234-5678 말고 010-8765-4321, a@b.kr")
    assert masked.kinds == ("email", "phone")
    assert [masked.touches(*place) for place in ((0, 3), (13, 17), (12, 14))] == [True, False, True]


NUMBERS = st.sampled_from([written for written, left in MASKED if written != left])


@given(st.text(), NUMBERS, st.text())
def test_masking_changes_letters_and_digits_only_and_never_the_length(before: str, number: str, after: str) -> None:
    text = f"{before}{number}{after}"
    masked = mask(text)
    assert len(masked.text) == len(text)
    for place, (old, new) in enumerate(zip(text, masked.text, strict=True)):
        assert new in (old, MASK)
        assert new == old or masked.touches(place, place + 1)


@given(st.text(alphabet="가나 0123456789-.,@()+원개시분일월년", max_size=60))
def test_what_was_masked_needs_no_masking_again(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@given(st.lists(st.sampled_from([*"이일공a1@. -에", "골뱅이", "010", "계좌", "닷"]), min_size=1, max_size=4))
def test_no_text_is_too_hard(unit: list[str]) -> None:
    """A thousand characters made to mislead a pattern; one that backtracks without end never comes back."""
    text = ("".join(unit) * 1000)[:1000] + "1234567@"
    assert len(mask_text(text)) == len(text)
