from __future__ import annotations

import re

import pytest

from nlu.browser.regular_expressions import translate


@pytest.mark.parametrize(
    ("pattern", "flags", "source"),
    [
        (r"(?<=[가-힣])(?P<one>a{2,3}?|b+)\Z", 0, r"(?<=[가-힣])(?<one>(?:(?:a){2,3}?|(?:b)+))$"),
        (r"(\.)\1{3}|[^/\n].", 0, r"(?:(\.)(?:(?:\1)){3}|[^\/\u{a}][^\n])"),
        (r"(?P<t>it)(?P=t).", re.IGNORECASE | re.DOTALL, "(?<t>[i\u0130\u0131]t)\\k<t>[^]"),
    ],
)
def test_each_kind_of_part_has_its_twin(pattern: str, flags: int, source: str) -> None:
    assert translate(re.compile(pattern, flags))[0] == source


@pytest.mark.parametrize("pattern", ["(?i:a)", "(a)?(?(1)b|c)", r"a$"])
def test_what_has_no_twin_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="expected "):
        translate(re.compile(pattern))
