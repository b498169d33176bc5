"""Files, intents, imports, macros and weights."""

import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlu.errors import CircularNameError, NluError, SourceErrors
from nlu.korean.particles import choose
from nlu.pattern import Expansion, Inventory, parse_patterns, read_patterns
from tests.nlu.pattern.helpers import LEXICON, mistakes, texts


def said(file):
    found = []
    for pattern in file.patterns:
        expansion = Expansion(pattern, Inventory(LEXICON))
        found.extend((pattern.intent, expansion.utterance(i).text) for i in range(min(expansion.count, 100)))
    return found


def test_patterns_belong_to_the_header_above_them():
    file = parse_patterns("# 설명\n[인사/hello-2.x]\n안녕 # 뒷설명\n\n[ bye ] # 끝\n잘가\n", LEXICON)
    assert said(file) == [("인사/hello-2.x", "안녕"), ("bye", "잘가")]
    assert [pattern.origin for pattern in file.patterns] == ["patterns.txt:3", "patterns.txt:6"]
    assert file.intents == ("인사/hello-2.x", "bye")


def test_macros_may_use_macros_and_come_after_their_use():
    text = "[a]\n피자 <요청>\n@define 요청 = 알려<끝> | <끝>\n@define 끝 = 줘 | 주세요"
    assert [t for _, t in said(parse_patterns(text, LEXICON))] == [
        "피자 알려줘",
        "피자 알려주세요",
        "피자 줘",
        "피자 주세요",
    ]


def test_a_macro_may_hold_a_slot_and_begin_with_a_particle():
    text = "[a]\n{menu}<목적> <줘>\n@define 목적 = 을(를) |\n@define 줘 = {size} 줘"
    assert {t for _, t in said(parse_patterns(text, LEXICON))} == {
        f"{menu} 곱빼기 줘" for menu in ["피자를", "냉면을", "물냉면을", "피자", "냉면", "물냉면"]
    }


def test_used_macros_are_known_through_other_macros():
    file = parse_patterns("[a]\n<x>\n@define x = <y>\n@define y = 네\n@define z = <y>", LEXICON)
    assert file.used_macros == {"x", "y"}
    assert [macro.name for macro in file.macros] == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("line", "weight"),
    [("네 %3", 3), ("네 %0.5 ", 0.5), ("네\t%.25 # 설명", 0.25), ("네", 1), ("할인 50%", 1), ("몇 %야", 1)],
)
def test_a_weight_stands_at_the_end_of_a_line(line, weight):
    assert parse_patterns(f"[a]\n{line}", LEXICON).patterns[0].weight == weight


@pytest.mark.parametrize("weight", ["0", "-1", "abc", "1e5", "1,5", "nan", "3개", "+2", "9999999999"])
def test_a_bad_weight_is_a_mistake(weight):
    assert mistakes(f"[a]\n네 %{weight}") == [
        (
            2,
            3,
            f"무게 '%{weight}'{choose(weight, '이(가)')} 바르지 않습니다. "
            "줄 끝에 %3이나 %0.5처럼 0보다 큰 수를 적으세요. 글자로 쓰려면 \\% 로 적으세요.",
        )
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("네", (1, 1, "이 줄 위에 [의도]가 없습니다. 먼저 [weather]처럼 의도 이름을 한 줄에 적으세요.")),
        ("[a", (1, 1, "의도 이름을 닫는 ']'가 없습니다. [weather]처럼 적고, 글자로 쓰려면 \\[ 로 적으세요.")),
        ("[a b]", (1, 1, "의도 이름 'a b'가 바르지 않습니다. [travel_info]처럼 글자, 숫자, _ - / . + 로 적으세요.")),
        ("[a] 네", (1, 4, "']' 뒤에는 아무것도 적지 않습니다. 패턴은 다음 줄에 적으세요.")),
        (
            "@improt x",
            (
                1,
                1,
                "모르는 명령 '@improt'입니다. 혹시 'import'입니까? 있는 것: import, define. 글자로 쓰려면 \\@ 로 적으세요.",  # noqa: E501
            ),
        ),
        ("@import", (1, 1, "불러올 파일이 없습니다. '@import endings.txt'처럼 적으세요.")),
        ("@define x", (1, 9, "'='가 없습니다. '@define 요청 = 알려줘 | 알려주세요'처럼 적으세요.")),
        ("@define x =", (1, 9, "매크로 'x'의 내용이 없습니다. '=' 뒤에 적으세요.")),
        (
            "@define x y = 네",
            (1, 9, "매크로 이름 'x y'가 바르지 않습니다. <요청>처럼 글자, 숫자, _ - / . 로 적으세요."),
        ),
        (
            "@define x = 네\n@define x = 응",
            (2, 9, "매크로 'x'는 p.txt:1에 이미 있습니다. 이름을 바꾸거나 하나로 합치세요."),
        ),
        ("@define 요청 = 네\n[a]\n<요쳥>", (3, 1, "<요쳥>이라는 매크로가 없습니다. 혹시 '요청'입니까? 있는 것: 요청")),
        ("[a]\n<x>", (2, 1, "<x>라는 매크로가 없습니다. 아직 아무것도 없습니다.")),
        (
            "@define x = 네 <x>",
            (1, 15, "매크로 <x>가 돌고 돌아 자기 자신을 씁니다. 이 자리에서 빼거나 내용을 직접 적으세요."),
        ),
    ],
)
def test_a_mistake_in_a_line_is_told(text, expected):
    assert mistakes(text) == [expected]


def test_a_circle_of_macros_is_an_error_and_no_hang():
    with pytest.raises(SourceErrors) as caught:
        parse_patterns("[a]\n<x>\n@define x = <y>\n@define y = 가 <z>\n@define z = <x>", LEXICON)
    assert [type(error) for error in caught.value.errors] == [CircularNameError]


def test_doubling_macros_are_an_error_and_no_hang():
    macros = "\n".join(f"@define m{i} = <m{i + 1}><m{i + 1}>" for i in range(60))
    assert "너무 큽니다" in mistakes(f"[a]\n<m0>\n{macros}\n@define m60 = 가")[0][2]


def test_a_long_chain_of_macros_is_an_error_and_no_crash():
    macros = "\n".join(f"@define m{i} = (<m{i + 1}>|나) 가" for i in range(3000))
    assert "겹보다 깊게" in mistakes(f"[a]\n<m0>\n{macros}\n@define m3000 = 가")[0][2]


def test_an_import_is_relative_to_its_file_and_read_once(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "main.txt").write_text("@import shared/a.txt\n@import shared/b.txt\n[x]\n네 <끝>", "utf-8")
    (tmp_path / "shared" / "a.txt").write_text("@import ../shared/b.txt\n[y]\n가자", "utf-8")
    (tmp_path / "shared" / "b.txt").write_text("@define 끝 = 요 | 용\n[z]\n보자", "utf-8-sig")
    file = read_patterns(tmp_path / "main.txt", tmp_path / "shared" / "a.txt", lexicon=LEXICON)
    assert said(file) == [("z", "보자"), ("y", "가자"), ("x", "네 요"), ("x", "네 용")]
    assert [source.encoding for source in file.files] == ["utf-8", "utf-8", "utf-8-sig"]


def test_a_cp949_file_is_read_and_said_so(tmp_path):
    (tmp_path / "old.txt").write_bytes("[a]\r\n안녕하세요\r\n".encode("cp949"))
    file = read_patterns(tmp_path / "old.txt", lexicon=LEXICON)
    assert said(file) == [("a", "안녕하세요")]
    assert file.files[0].encoding == "cp949"


def test_files_that_import_each_other_are_an_error(tmp_path):
    (tmp_path / "a.txt").write_text("@import b.txt", "utf-8")
    (tmp_path / "b.txt").write_text("\n@import a.txt", "utf-8")
    with pytest.raises(SourceErrors) as caught:
        read_patterns(tmp_path / "a.txt", lexicon=LEXICON)
    (error,) = caught.value.errors
    assert isinstance(error, CircularNameError)
    assert (error.path, error.line) == ((tmp_path / "b.txt").as_posix(), 2)
    assert error.message == "파일이 돌고 돌아 자기 자신을 불러옵니다: a.txt → b.txt → a.txt. 이 줄을 지우세요."


def test_a_missing_import_is_told_at_its_line(tmp_path):
    (tmp_path / "a.txt").write_text("[x]\n@import 없음.txt\n{lok}", "utf-8")
    with pytest.raises(SourceErrors) as caught:
        read_patterns(tmp_path / "a.txt", tmp_path / "b.txt", lexicon=LEXICON)
    assert [(error.line, error.column) for error in caught.value.errors] == [(1, 1), (2, 9), (3, 1)]
    assert "찾을 수 없습니다" in caught.value.errors[1].message


def test_mistakes_survive_pickling():
    with pytest.raises(SourceErrors) as caught:
        parse_patterns("[a]\n{lok}\n(", LEXICON)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_mistake_points_a_caret_at_its_place():
    with pytest.raises(SourceErrors) as caught:
        parse_patterns("[a]\n피자 {manu} 줘", LEXICON, "p.txt")
    assert str(caught.value) == (
        "p.txt:2:4: 사전에 'manu'라는 개체가 없습니다. 혹시 'menu'입니까? 있는 것: date, loc, menu, size\n"
        "    피자 {manu} 줘\n"
        "         ^\n"
        "잘못된 곳이 1군데 있습니다."
    )


def test_a_pattern_of_one_syllable_does_not_hang():
    assert texts("네") == ["네"]


special = st.text(st.sampled_from("{}()<>|?~\\%#[]@=:가loc 3\n\t을(를)tag\u3000？\x00\ud800"), max_size=60)
lines = st.sampled_from(
    ["[a]", "@define x = <y>", "@define y = <x>|가", "@define z = {loc}?", "<z> {loc} {loc}", "@import p.txt", "(가|)"]
)


@given(st.lists(special | lines | st.text(max_size=20), max_size=8).map("\n".join))
@example("[a]\n" + "(" * 5000)
@example("[a]\n" + "<" * 5000)
@example("[a]\n" + "{loc}?" * 40)
@example("[a]\n" + "(가|나)" * 900)
@example("[a]\n" + "을(를)가?" * 900)
@example("[a]\n@import /\n@import \x00\n@import " + "a" * 999)
def test_no_text_breaks_the_reader(text):
    try:
        file = parse_patterns(text, LEXICON, "p.txt")
    except NluError:
        return
    for pattern in file.patterns:
        expansion = Expansion(pattern, Inventory(LEXICON))
        for index in range(0, expansion.count, max(1, expansion.count // 5)):
            expansion.utterance(index)
