"""Particles that agree although their forms were written."""

import pytest

from nlu.pattern.nodes import Choice, Maybe, Particle, Sequence, Slot, Text
from tests.nlu.pattern.helpers import mistakes, pattern, texts

BOTH = [
    ("{menu}(이|가|)", ["피자가", "냉면이", "물냉면이", "피자", "냉면", "물냉면"]),
    ("(것|거)(은|는) 뭐야", ["것은 뭐야", "거는 뭐야"]),
    ("(일|서비스)(이 있어|가 있어|도)", ["일이 있어", "서비스가 있어", "일도", "서비스도"]),
    ("{size}(으로는|로는)?", ["곱빼기", "곱빼기로는"]),
    ("(세 판|하나)( 으로| 로)", ["세 판 으로", "하나 로"]),
    ("(날|눈) (은|는)", ["날 은", "눈 은"]),
    ("(해|달)~은(는) 떠", ["해 는 떠", "달 은 떠", "해는 떠", "달은 떠"]),
    ("(해|달)~은(는)? 떠", ["해 떠", "달 떠", "해 떠", "달 떠", "해 는 떠", "달 은 떠", "해는 떠", "달은 떠"]),
    ("(3|2|KTX|LG)(을|를) 줘", ["3을 줘", "2를 줘", "KTX를 줘", "LG를 줘"]),
    ("(물|차)(이에요|예요)", ["물이에요", "차예요"]),
    ("(물|차)(이나|나|랑|이랑)", ["물이나", "차나", "물이랑", "차랑"]),
]


@pytest.mark.parametrize(("line", "said"), BOTH)
def test_a_choice_of_both_forms_says_the_one_that_fits(line, said):
    assert sorted(texts(line)) == sorted(said)


def test_a_macro_of_both_forms_does_so_too():
    assert sorted(texts("{size}<은> 어때\n@define 은 = 은|는|")) == ["곱빼기 어때", "곱빼기는 어때"]
    assert sorted(texts("{size}<은> 어때\n@define 은 = ( 은| 는| 은| 는)")) == ["곱빼기 는 어때"] * 2


def test_words_that_look_like_particles_stay():
    assert sorted(texts("<부름> 해\n@define 부름 = 저기|아|야")) == ["아 해", "야 해", "저기 해"]
    assert texts("(이|그|저|가) 해") == ["이 해", "그 해", "저 해", "가 해"]
    assert texts("(판|개)(요|이요)") == ["판요", "개요", "판이요", "개이요"]
    assert texts("어디(이|도)") == ["어디이", "어디도"]


def test_what_follows_the_forms_must_be_the_same():
    assert pattern("{menu}(이 있어|가 없어)").node == Sequence(
        (Slot("menu"), Choice((Text("이 있어"), Text("가 없어"))))
    )


def test_a_form_that_is_written_more_often_stays_so_many_times():
    node = pattern("{menu}( 으로| 로| 로|)").node
    spaced = Sequence((Text(" "), Particle("(으)로", is_apart=True)))
    assert node == Sequence((Slot("menu"), Choice((spaced, spaced, Sequence(())))))


def test_a_choice_that_may_be_left_out_agrees():
    node = pattern("{menu}(이|가)? 있어").node
    assert node.items[1] == Maybe(Particle("이(가)", is_apart=True))


def test_a_particle_after_a_space_is_still_a_mistake():
    assert [line for line, _, _ in mistakes("[a]\n{menu} 을(를) 줘")] == [2]


def test_a_particle_after_a_space_that_begins_the_utterance_has_no_word_to_follow() -> None:
    ((line, column, message),) = mistakes("[test]\n~을(를)가")
    assert (line, column) == (2, 2)
    assert message.startswith("조사 '을(를)' 앞에 붙을 말이 없습니다.")
    assert sorted(texts("가~을(를) 줘")) == ["가 를 줘", "가를 줘"]
