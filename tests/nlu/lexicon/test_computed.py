from __future__ import annotations

from nlu.lexicon.lexicon import Entry, Lexicon


def a_lexicon() -> Lexicon:
    return Lexicon(
        [Entry("date", "크리스마스", ("성탄절",)), Entry("date", "@date"), Entry("menu", "피자")]
    ).with_computed({"money": "money"})


def test_a_row_binds_its_type_to_a_kind() -> None:
    lexicon = a_lexicon()
    assert lexicon.computed.kinds == {"date": "date", "money": "money"}
    assert lexicon.entities == ("date", "menu", "money")
    assert [entry.value for entry in lexicon.entries] == ["크리스마스", "피자"]


def test_listed_and_computed_values_are_found_together() -> None:
    found = a_lexicon().matches("성탄절이나 내일 피자에 만오천원")
    assert [(one.entity, one.value) for one in found] == [
        ("date", "크리스마스"),
        ("date", "내일"),
        ("menu", "피자"),
        ("money", "만오천원"),
    ]
    lexicon = a_lexicon()
    assert lexicon.canonical("date", "성탄절") == "크리스마스"
    assert lexicon.canonical("date", "다음 주 월요일") == "다음 주 월요일"
    assert lexicon.canonical("date", "피자") is None
    assert lexicon.types("만오천원") == ("money",)
    assert [(at, [end for end, _ in found]) for at, found in lexicon.computed_values("피자 내일 3만 원").items()] == [
        (2, [4]),
        (4, [7]),
    ]


def test_wordings_are_generated_from_and_never_compiled_or_kept() -> None:
    lexicon = a_lexicon()
    assert len(lexicon.values("money")) > 300
    assert lexicon.values("date")[0] == "크리스마스"
    assert {surface for _, surface in lexicon.surfaces()} == {"크리스마스", "성탄절", "피자"}
    again = Lexicon.from_json(lexicon.to_json())
    assert (again.computed.kinds, again.entries) == (lexicon.computed.kinds, lexicon.entries)
    assert len(lexicon.to_json()) < 500


def test_a_lexicon_that_is_cut_keeps_the_grammar_and_some_wordings() -> None:
    lexicon = a_lexicon()
    kept = lexicon.values("money")[:3]
    cut = lexicon.restricted_to(lambda entry: entry.value in kept)
    assert cut.values("money") == kept
    assert [one.value for one in cut.matches("3만원")] == ["3만원"]


def test_the_ends_of_an_interval_are_values_as_well() -> None:
    found = Lexicon([]).with_computed({"when": "datetime", "day": "date"}).computed_values
    spans = {(start, end, one.value) for start, ends in found("내일 3시부터 모레 5시까지").items() for end, one in ends}
    assert spans == {(0, 4, "내일3시"), (6, 10, "모레5시"), (0, 12, "내일3시부터모레5시까지"), (0, 6, "내일3시부터")}
    assert [(at, [end for end, _ in several]) for at, several in found("모레까지 줘").items()] == [(0, [4, 2])]
