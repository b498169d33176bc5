"""How a line of the pattern language is read, and what is said about mistakes."""

import pytest

from nlu.pattern.nodes import Choice, Maybe, Particle, Sequence, Slot, Space, Text
from tests.nlu.pattern.helpers import mistakes, pattern, texts

T = Text


@pytest.mark.parametrize(
    ("line", "node"),
    [
        ("안녕하세요", T("안녕하세요")),
        ("피자\t 좀\u3000줘", T("피자 좀 줘")),
        ("{loc}", Slot("loc")),
        ("{loc=서울}에서", Sequence((Slot("loc", None, "서울"), T("에서")))),
        ("{loc:to= 강남 역 }", Slot("loc", "to", "강남 역")),
        ("{ loc : from }에서", Sequence((Slot("loc", "from"), T("에서")))),
        ("tagloc에서", Sequence((Slot("loc"), T("에서")))),
        ("tagdate 날짜 tagloc 정보", Sequence((Slot("date"), T(" 날짜 "), Slot("loc"), T(" 정보")))),
        ("taglocal taglocs vintagloc 내tagloc tag", T("taglocal taglocs vintagloc 내tagloc tag")),
        ("(a|b|)", Choice((T("a"), T("b"), Sequence(())))),
        ("x (a | b) y", Sequence((T("x "), Choice((T("a"), T("b"))), T(" y")))),
        ("( a | b )", Choice((T("a"), T("b")))),
        ("( a| b)", Choice((T(" a"), T(" b")))),
        ("안녕 | 반가워", Choice((T("안녕"), T("반가워")))),
        ("피자( 큰 거)? 줘", Sequence((T("피자"), Maybe(T(" 큰 거")), T(" 줘")))),
        ("{date}의? 날씨", Sequence((Slot("date"), Maybe(T("의")), T(" 날씨")))),
        ("피자 좀? 줘", Sequence((T("피자 "), Maybe(T("좀")), T(" 줘")))),
        ("{date}? 날씨", Sequence((Maybe(Slot("date")), T(" 날씨")))),
        ("{menu}을(를)? 줘", Sequence((Slot("menu"), Maybe(Particle("을(를)")), T(" 줘")))),
        ("a( 을(를) | 이(가) )", Sequence((T("a"), Choice((Particle("을(를)"), Particle("이(가)")))))),
        ("tagloc?", Maybe(Slot("loc"))),
        ("알려~줘", Sequence((T("알려"), Space(), T("줘")))),
        ("알려 ~ ~줘", Sequence((T("알려"), Space(), T("줘")))),
        ("{loc}(으)로", Sequence((Slot("loc"), Particle("(으)로")))),
        (r"뭐야\?", T("뭐야?")),
        ("뭐야？", T("뭐야?")),
        (r"뭐야\??", Maybe(T("뭐야?"))),
        (r"\( \) \{ \} \< \> \| \~ \\ \# \[ \@ \%3", T(r"( ) { } < > | ~ \ # [ @ %3")),
        ("50% 할인 #1", T("50% 할인 #1")),
        ("사과\\(와\\)", T("사과(와)")),
        ("가\u200b나", T("가나")),
        ("\u1100\u1161\u1102\u1161", T("가나")),
    ],
)
def test_a_line_is_read_as(line, node):
    assert pattern(line).node == node


def test_a_group_of_everything_is_still_one_optional_unit():
    assert sorted(texts("((a|b) c)? d")) == ["a c d", "b c d", "d"]


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("{loc 날씨", 1, "'{'를 닫는 '}'가 없습니다. '}'를 붙이거나, 글자로 쓰려면 \\{ 로 적으세요."),
        ("날씨}", 3, "짝이 없는 '}'입니다. 지우거나, 글자로 쓰려면 \\} 로 적으세요."),
        ("(a|b", 1, "'('를 닫는 ')'가 없습니다. ')'를 붙이거나, 글자로 쓰려면 \\( 로 적으세요."),
        ("a) b", 2, "짝이 없는 ')'입니다. 지우거나, 글자로 쓰려면 \\) 로 적으세요."),
        ("a ()", 3, "괄호 안이 비었습니다. (얼마나|몇 시간)처럼 고를 말을 적거나 괄호를 지우세요."),
        ("a (|)", 3, "괄호 안이 비었습니다. (얼마나|몇 시간)처럼 고를 말을 적거나 괄호를 지우세요."),
        ("<a", 1, "'<'를 닫는 '>'가 없습니다. '>'를 붙이거나, 글자로 쓰려면 \\< 로 적으세요."),
        ("<a b>", 1, "매크로 이름 'a b'가 바르지 않습니다. <요청>처럼 글자, 숫자, _ - / . 로 적으세요."),
        ("{}", 1, "중괄호 안이 비었습니다. {loc}처럼 사전에 있는 개체 이름을 적으세요."),
        (
            "{loc:}",
            1,
            "'{loc:}'의 역할 이름이 바르지 않습니다. {loc:from}처럼 글자, 숫자, _ - / . 로 적으세요.",
        ),
        (
            "{lok} 날씨",
            1,
            "사전에 'lok'이라는 개체가 없습니다. 혹시 'loc'입니까? 있는 것: date, loc, menu, size",
        ),
        ("a ?", 3, "'?' 바로 앞에 생략할 말이 없습니다. 물음표를 글자로 쓰려면 \\? 로 적으세요."),
        ("a??", 3, "'?'가 두 번 겹쳤습니다. 하나만 남기세요. 물음표를 글자로 쓰려면 \\? 로 적으세요."),
        ("a\\", 2, "'\\' 뒤에 아무 글자도 없습니다. '\\' 자체를 쓰려면 \\\\ 로 적으세요."),
        (
            "{menu} 을(를) 줘",
            8,
            "조사 '을(를)' 앞에 붙을 말이 없습니다. 앞말에 붙여 '{menu}을(를)'처럼 쓰세요. "
            "글자 그대로 쓰려면 괄호나 빗금 앞에 \\ 를 적으세요.",
        ),
        ("~", 1, "이 패턴에는 말이 하나도 없습니다. 글자나 {개체}를 적으세요."),
        ("(" * 40, 31, "괄호가 30겹보다 깊습니다. @define 으로 나누어 쓰세요."),
    ],
)
def test_a_mistake_is_told_with_its_column_and_a_way_out(line, column, message):
    assert mistakes(f"[test]\n{line}") == [(2, column, message)]


def test_all_mistakes_of_a_line_are_told():
    assert [column for _, column, _ in mistakes("[test]\n{lok} {manu} <x> a ?")] == [1, 7, 14, 20]
