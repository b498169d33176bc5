from __future__ import annotations

import pytest

from nlu.scenario import words


@pytest.mark.parametrize(
    "text",
    [
        "네",
        "넵넵",
        "넹!!",
        "ㅇㅇ",
        "ㅇㅋ",
        "ㅇㅋㅇㅋ",
        "응 그래",
        "네네 고마워요",
        "그래주세요",
        "음 네",
        "👍",
        "네👍",
        "좋아요~",
        "네 맞습니다",
        "네 시켜요",
        "네 확정",
        "그걸로 됐어요",
        "넵 예약해주세요",
    ],
)
def test_all_ways_to_say_yes(text: str) -> None:
    assert words.says_yes(text)
    assert not words.gives_up(text)


@pytest.mark.parametrize(
    "text", ["네 근데 세 판이요", "네?? 뭐라고요", "네 개", "응답이 없네", "예약 취소", "그래도 싫어", "어디로 가요"]
)
def test_what_only_begins_like_a_yes_is_none(text: str) -> None:
    assert not words.says_yes(text)


@pytest.mark.parametrize("text", ["ㄴㄴ", "아뇨", "아니요!", "아니 그거 말고", "no", "👎", "싫어요", "아 아니"])
def test_all_ways_to_say_no(text: str) -> None:
    assert words.says_no(text)
    assert not words.says_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "취소",
        "아 됐어 안할래",
        "아니 됐어 취소",
        "그냥 안먹을래",
        "예약 취소할게요",
        "그만할래요",
        "없던 걸로 해줘",
        "필요없어요",
        "나중에 할게요",
        "아 그냥 관두자",
    ],
)
def test_all_ways_to_give_up(text: str) -> None:
    assert words.gives_up(text)


@pytest.mark.parametrize(
    "text", ["취소하지 마세요", "그거면 됐어요", "그만큼 주세요", "피자 말고 치킨", "안 매운 걸로"]
)
def test_what_gives_nothing_up(text: str) -> None:
    assert not words.gives_up(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("아니 회사에서요", "회사에서요"),
        ("아 맞다 판교로요", "판교로요"),
        ("음 그럼 치킨", "치킨"),
        ("네, 오전이요", "오전이요"),
        ("아이스크림", "아이스크림"),
        ("어묵 두 개", "어묵 두 개"),
        ("넷이요", "넷이요"),
        ("참치김밥", "참치김밥"),
        ("예술의전당", "예술의전당"),
    ],
)
def test_what_opens_a_turn_is_told_from_words_that_begin_alike(text: str, rest: str) -> None:
    assert words.without_opening(text) == rest


@pytest.mark.parametrize(
    "text", ["뭐가 있어요?", "뭐 있음", "글쎄", "모르겠어요", "어디가 좋아?", "추천해줘", "아무거나요", "메뉴판 좀"]
)
def test_questions_back(text: str) -> None:
    assert words.asks_back(text)


@pytest.mark.parametrize(
    ("chunks", "is_little"),
    [
        (["", "요"], True),
        (["", "으로 바꿔주세요"], True),
        (["아니 ", "이요"], True),
        (["", " 비와?"], False),
        (["조선 말고 ", "로요"], True),
        (["", " 날씨 어때"], False),
        (["저희 총 ", " 입니다"], True),
        (["", "까지 얼마나 걸려"], False),
    ],
)
def test_how_much_a_turn_says_besides_its_values(chunks: list[str], is_little: bool) -> None:
    assert words.says_hardly_more(chunks) is is_little


def test_time_is_asked_for() -> None:
    assert all(words.asks_to_wait(one) for one in ("잠깐만", "어 잠깐만요", "잠시만 기다려주세요", "잠만"))
    assert not words.asks_to_wait("잠깐 세 판으로")
