from __future__ import annotations

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.erasure.redaction import Redactor

LONG = '내 이름은 "홍길동" & 1동'


@pytest.mark.parametrize(
    "write",
    [
        str,
        json.dumps,
        lambda text: json.dumps(text, ensure_ascii=False),
        html.escape,
        lambda text: text.replace('"', '""'),
    ],
)
def test_a_text_goes_however_a_file_writes_it(write: object) -> None:
    assert callable(write)
    redacted = Redactor([LONG]).redact(f"앞 {write(LONG)} 뒤".encode()).decode()
    assert "홍길동" not in redacted
    assert "\\ud64d" not in redacted
    assert redacted.startswith("앞 ")
    assert redacted.endswith(" 뒤")
    assert "*" * len(LONG) in redacted


def test_a_short_text_goes_only_where_it_is_a_value_of_its_own() -> None:
    given = '{"text": "네"}\n네,order\n네모 동네 네트워크\n<td>네</td>\n'
    assert (
        Redactor(["네"]).redact(given.encode()).decode() == '{"text": "*"}\n*,order\n네모 동네 네트워크\n<td>*</td>\n'
    )


def test_a_text_within_a_longer_one_leaves_nothing_of_either() -> None:
    redactor = Redactor(["우리 동네 피자집 어디야", "우리 동네 피자집 어디야 알려줘"])
    assert redactor.redact("우리 동네 피자집 어디야 알려줘".encode()) == b"*" * 17


@given(content=st.binary(max_size=200))
def test_what_holds_none_of_the_texts_stays_byte_for_byte(content: bytes) -> None:
    redactor = Redactor(["절대로 나오지 않을 긴 말"])
    assert redactor.redact(content) == content
    assert not redactor.holds(content)


def test_nothing_goes_where_nothing_is_to_go() -> None:
    assert Redactor([]).redact(b"a") == b"a"
    assert not Redactor([]).holds(b"")
