"""What the linter tells authors."""

from pathlib import Path

import pytest

from nlu.errors import SourceErrors
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.linter.findings import Finding, korean_number, render
from nlu.linter.linter import marked, validate, validate_files
from nlu.pattern import parse_patterns

MENUS = ["피자", "냉면", "김밥", "라면", "돈가스"]
LEXICON = Lexicon(
    [Entry("menu", menu, (), "d.csv", line) for line, menu in enumerate(MENUS, 2)]
    + [Entry("loc", loc, (), "d.csv", line) for line, loc in enumerate(["판교", "서울", "부산", "대구", "광주"], 10)]
)


def found(text, lexicon=LEXICON, *codes):
    findings = validate(parse_patterns(text, lexicon, "p.txt"), lexicon).findings
    return [(f.line, f.column, f.code) for f in findings if f.path == "p.txt" and (not codes or f.code in codes)]


def messages(text, code, lexicon=LEXICON):
    return [f.message for f in validate(parse_patterns(text, lexicon, "p.txt"), lexicon).findings if f.code == code]


CLEAN = "[a]\n{menu} 주세요\n{menu} 시켜\n{menu}을(를) 먹자\n[b]\n{loc} 날씨\n{loc} 비\n{loc}에 눈 오나요\n"


def test_a_clean_bot_has_no_findings():
    validation = validate(parse_patterns(CLEAN, LEXICON), LEXICON)
    assert validation.findings == ()
    assert validation.to_text() == "문제가 없습니다."


def test_a_line_is_found_doubtful():
    rows = [
        ("{menu}을 줘", [(9, 7, "fixed-particle")]),
        ("{menu}을? 줘", [(9, 7, "fixed-particle")]),
        ("({menu}|{loc}) {menu}(이|가) 있어", []),
        ("({menu}|{loc}) {menu}(이|의) 있어", [(9, 23, "fixed-particle")]),
        ("{menu}으로는 돼", [(9, 7, "fixed-particle")]),
        ("{menu} (일|서비스|작업)이 뭐야", [(9, 18, "fixed-particle")]),
        ("{menu} (거|것|데)(를|도) 줘", [(9, 16, "fixed-particle")]),
        ("{menu} 성남시은 어때", [(9, 11, "fixed-particle")]),
        ("{menu} 어른 셋로 할래", [(9, 12, "fixed-particle")]),
        ("{menu} (왔|있)(나|는)", []),
        ("{menu} 고양이 작가 가을 결과는", []),
        ("{menu} (하|먹|좋)(는|을) 데", []),
        ("{menu}에서 줘", []),
        ("{menu} 이 줘", []),
        ("{menu}을(를)를 줘", [(9, 11, "doubled-particle")]),
        ("{menu}을(를)은(는) 줘", [(9, 11, "doubled-particle")]),
        ("{menu} 고양이(가) 줘", [(9, 10, "particle-after-letters")]),
        ("{menu} 큰 거( 하나)?을(를) 줘", []),
        ("{loc} 날씨 어때?", [(9, 10, "question-mark")]),
        ("{loc} 날씨 어때\\?", []),
        ("{loc} 날씨 어때(요)?", []),
        ("{loc}날씨? {menu} 어때", []),
        ("피자 주문해줘", [(9, 1, "value-without-slot")]),
        ("매운 피자를 주문", [(9, 4, "value-without-slot")]),
        ("{loc}피자 할인피자방 주문", []),
        ("tagfoo 날씨", [(9, 1, "unknown-tag-word")]),
        ("(네)? (응)?", [(9, 1, "may-be-empty")]),
    ]
    assert [(lines, found(f"{CLEAN}{lines}")) for lines, _ in rows] == rows


def test_a_fixed_particle_is_told_with_an_example_and_the_way_out():
    assert messages("[a]\n{menu:x}을 줘", "fixed-particle") == [
        "조사 '을'이 앞말과 맞지 않아 '피자을'이 됩니다 (앞말 5개 가운데 2개). "
        "'을(를)'로 적으면 '피자를'처럼 앞말에 맞춥니다."
    ]
    assert messages("[a]\n매운 피자은 별로", "fixed-particle") == [
        "조사 '은'이 앞말과 맞지 않아 '피자은'이 됩니다 (앞말 1개 가운데 1개). "
        "'은(는)'으로 적으면 '피자는'처럼 앞말에 맞춥니다."
    ]


def test_a_fixed_particle_that_fits_every_value_is_fine():
    lexicon = Lexicon([Entry("menu", "냉면"), Entry("menu", "라면")])
    assert found("[a]\n{menu}을 줘", lexicon, "fixed-particle") == []


def test_a_text_of_two_intents_is_told_at_both_lines():
    text = "[a]\n{menu} 줘\n[b]\n피자 (줘|주라)"
    assert found(text, LEXICON, "same-text-two-intents") == [
        (2, 1, "same-text-two-intents"),
        (4, 1, "same-text-two-intents"),
    ]
    assert messages(text, "same-text-two-intents")[0] == (
        "'피자 줘'는 [a]에도 p.txt:4의 [b]에도 있습니다. 한 말에는 의도가 하나여야 합니다. 한쪽을 고치세요."
    )


def test_one_text_inside_a_pattern_for_billions_is_found():
    big = " ".join(["{x}"] * 3)
    lexicon = Lexicon([Entry("x", f"값{i}") for i in range(2000)])
    assert found(f"[a]\n{big}\n[b]\n값7 값1999 값3", lexicon, "same-text-two-intents") == [
        (2, 1, "same-text-two-intents"),
        (4, 1, "same-text-two-intents"),
    ]


def test_two_patterns_for_billions_that_overlap_are_found():
    lexicon = Lexicon([Entry("x", f"값{i}") for i in range(2000)])
    assert len(found("[a]\n{x} {x} {x} (줘)?\n[b]\n{x} {x} {x}", lexicon, "same-text-two-intents")) == 2


def test_an_explosion_is_told_with_the_exact_count():
    lexicon = Lexicon([Entry(name, f"{name}값{i}") for name in "abcd" for i in range(1000)])
    assert messages("[a]\n{a} {b} {c} {d}", "explosion", lexicon) == [
        "이 패턴은 발화 1,000,000,000,000개(약 1조 개)를 뜻합니다. 그 가운데 일부만 뽑아 씁니다. "
        "너무 넓다면 여러 줄로 나누세요."
    ]


def test_a_pattern_that_can_say_nothing_is_an_error():
    lexicon = Lexicon([Entry("size", "곱빼기")])
    validation = validate(parse_patterns("[a]\n{size} {size}", lexicon), lexicon)
    assert ("no-utterance", "error") in {(f.code, f.severity) for f in validation.findings}


def test_the_bot_is_found_doubtful():
    rows = [
        ("[c]\n" + CLEAN, (1, 1, "intent-without-pattern")),
        ("[c]\n네\n응\n" + CLEAN, (1, 1, "few-patterns")),
        ("[c]\n네\n응\n그래\n[d]\n{menu} {menu} {menu} 가\n{menu}나\n{menu}다\n", (1, 1, "unbalanced-intents")),
        ("@define x = 네\n" + CLEAN, (1, 9, "unreachable-macro")),
        (CLEAN + "{loc} 비\n", (9, 1, "same-pattern")),
    ]
    assert [(text, found(text)) for text, expected in rows if expected not in found(text)] == []


def test_an_entity_that_no_pattern_uses_is_told_at_its_first_row():
    (finding,) = [
        f for f in validate(parse_patterns("[a]\n{menu}", LEXICON), LEXICON).findings if f.code == "unused-entity"
    ]
    assert (finding.path, finding.line) == ("d.csv", 10)


def test_doubtful_values_are_told_at_their_rows():
    entries = [*LEXICON.entries, Entry("menu", "물", (), "d.csv", 20), Entry("loc", "라 면", (), "d.csv", 21)]
    lexicon = Lexicon(entries)
    findings = validate(parse_patterns(CLEAN, lexicon), lexicon).findings
    assert [(f.line, f.code) for f in findings] == [(20, "one-syllable-value"), (21, "value-in-two-entities")]
    assert findings[1].message == (
        "'라 면'은 개체 'loc'에도 'menu' (d.csv:5)에도 있습니다. 문장만으로 가릴 수 없다면 한쪽에서 빼세요."
    )


def test_mistakes_that_keep_files_from_being_read_are_findings(tmp_path):
    (tmp_path / "p.txt").write_text("[a]\n{lok} 줘\n(", "utf-8")
    (tmp_path / "d.csv").write_text("entity,value,synonyms\nloc,판교,\n", "utf-8")
    validation = validate_files([tmp_path / "p.txt"], [tmp_path / "d.csv"])
    assert [(f.line, f.column, f.severity) for f in validation.findings] == [(2, 1, "error"), (3, 1, "error")]


def test_answers_beside_the_patterns_are_checked_with_them(tmp_path):
    (tmp_path / "p.txt").write_text("[a]\n{menu:first} 줘\n", "utf-8")
    (tmp_path / "d.csv").write_text("entity,value,synonyms\nmenu,피자,\n", "utf-8")
    (tmp_path / "answers.yml").write_text("nlu_fallback: 네?\na: '{menu} {menu:first} {loc}'\nb: 네", "utf-8")
    findings = validate_files([tmp_path / "p.txt"], [tmp_path / "d.csv"]).findings
    assert [(f.line, f.severity) for f in findings if f.path.endswith("answers.yml")] == [(2, "error"), (3, "error")]


def test_an_old_encoding_is_told(tmp_path):
    (tmp_path / "p.txt").write_bytes("[a]\n안녕\n".encode("cp949"))
    (tmp_path / "d.csv").write_text("entity,value,synonyms\nloc,판교,\n", "utf-8")
    assert "encoding" in {f.code for f in validate_files([tmp_path / "p.txt"], [tmp_path / "d.csv"]).findings}


def test_a_preview_shows_different_utterances_with_their_entities():
    file = parse_patterns("[a]\n{menu}을(를)? (줘|주라)", LEXICON)
    shown = validate(file, LEXICON, previews=6, seed=3).previews[0].utterances
    assert len({utterance.text for utterance in shown}) == 6
    assert shown == validate(file, LEXICON, previews=6, seed=3).previews[0].utterances
    assert marked(shown[0]).startswith("[")
    validation = validate(file, LEXICON, previews=2)
    assert "patterns.txt:2 [a] {menu}을(를)? (줘|주라) — 20개\n    [" in validation.to_text(previews=True)


def test_findings_are_listed_by_file_and_line_with_their_number():
    findings = [
        Finding("b.txt", 1, 0, "info", "x", "가"),
        Finding("a.txt", 10, 2, "warning", "y", "나"),
        Finding("a.txt", 9, 1, "error", "z", "다"),
        Finding("a.txt", 9, 1, "error", "z", "다"),
    ]
    assert render(findings) == (
        "a.txt:9:1: 오류: 다 [z]\na.txt:10:2: 주의: 나 [y]\nb.txt:1: 참고: 가 [x]\n오류 1개, 주의 1개, 참고 1개"
    )


def test_findings_of_one_kind_in_a_file_share_a_line_those_of_the_authors_files_first():
    findings = [
        *(Finding("a.txt", line, 2, "info", "x", f"{line}번 줄") for line in (9, 3, 3, 7, 8, 20)),
        Finding("z.txt", 4, 1, "info", "x", "가"),
        *(Finding("z.txt", line, 0, "warning", "y", f"{line}번 줄") for line in (6, 5)),
        *(Finding("z.txt", line, 1, "error", "e", "틀림", "[a") for line in (8, 9)),
    ]
    assert render(findings, ["z.txt"], is_whole=False) == (
        "z.txt:8:1: 오류: 틀림 [e]\n    [a\n    ^\nz.txt:9:1: 오류: 틀림 [e]\n    [a\n    ^\n"
        "z.txt: 주의 2곳 (5, 6): 5번 줄 [y]\nz.txt:4:1: 참고: 가 [x]\n"
        "a.txt: 참고 5곳 (3:2, 7:2, 8:2, 9:2, …): 3번 줄 [x]\n오류 2개, 주의 2개, 참고 6개 (하나하나 보려면 --all)"
    )


def test_what_a_bot_declines_has_no_forgotten_slots():
    assert found("[nlu_fallback]\n피자 좋아해", LEXICON, "value-without-slot") == []


def test_unused_macros_of_a_collection_are_fine(tmp_path):
    (tmp_path / "p.txt").write_text("@import more.txt\n@define 나 = 가\n[a]\n<줘>\n", "utf-8")
    (tmp_path / "more.txt").write_text("@define 줘 = 줘|주세요\n@define 해 = 해\n", "utf-8")
    (tmp_path / "d.csv").write_text("entity,value,synonyms\nloc,판교,\n", "utf-8")
    findings = validate_files([tmp_path / "p.txt"], [tmp_path / "d.csv"]).findings
    assert [(f.line, f.code) for f in findings if f.code == "unreachable-macro"] == [(2, "unreachable-macro")]


def test_numbers_are_written_in_korean_units():
    rows = [
        (0, "0"),
        (9_999, "9,999"),
        (10**8, "1억"),
        (3_694_924_800, "36억 9,492만"),
        (10**12 + 5, "1조 5"),
        (10**60, "10의 60제곱"),
    ]
    assert [(number, korean_number(number)) for number, _ in rows] == rows


def test_reading_raises_where_validating_reports():
    with pytest.raises(SourceErrors):
        parse_patterns("[a]\n{lok}", LEXICON, str(Path("p.txt")))
