from __future__ import annotations

import time

import pytest

from nlu.korean.markup import markup


@pytest.mark.parametrize(
    ("text", "machine"),
    [
        ("https://www.naver.com/a?b=1 날씨", "https://www.naver.com/a?b=1"),
        ("www.daum.net에서 봤어", "www.daum.net"),
        ("hong@naver.com으로 보내줘", "hong@naver.com"),
        ("내일&nbsp;날씨", "&nbsp;"),
        ("<script>alert(1)</script> 피자", "<script>alert(1)</script>"),
        ("피자 <script>alert(1", "<script>alert(1"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("피자 <img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("피자 <img src=x onerror=alert(1", "<img src=x onerror=alert(1"),
        ("javascript:alert(document.cookie)", "javascript:alert(document.cookie)"),
    ],
)
def test_what_is_for_machines_is_found(text: str, machine: str) -> None:
    assert [text[start:end] for start, end in markup(text)] == [machine]


@pytest.mark.parametrize("text", ["<KTX> 예매", "3 < 5 > 2", "AT&T", "10:30에 봐", "피자 @판교", "3.5점", "a.b.c", ""])
def test_speech_is_left(text: str) -> None:
    assert markup(text) == ()


@pytest.mark.parametrize("part", ["<b ", "a.b", "a@", "<script>", "&amp", "http:", "<img x=", "a+", "&lt;script"])
def test_time_is_linear(part: str) -> None:
    start = time.perf_counter()
    markup(part * 20_000)
    assert time.perf_counter() - start < 2.0
