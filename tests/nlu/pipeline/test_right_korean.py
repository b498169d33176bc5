from __future__ import annotations

import pytest

from nlu.pipeline.right_korean import slips
from nlu.types import LabelledUtterance


@pytest.mark.parametrize(
    "text",
    [
        *(
            "할 수 있는 일을 말해 줘",
            "모레 판교 날씨가 어때요?",
            "내일 판교에서 강남까지 KTX로 얼마나 걸려",
            "충주로 시킨 탕수육 언제 와",
        ),
        *("예약 좀 해 주세요", "방 두 개 예약해줘", "이 집 메뉴가 뭐야", "성남시는 비가 오나요"),
    ],
)
def test_right_korean_has_no_slips(text: str) -> None:
    assert slips(LabelledUtterance(text, None)) == 0


@pytest.mark.parametrize(
    "text",
    [
        *(
            "할수있는 일을 말해 줘",
            "라디오 소리을 키워줘",
            "수원역 는 멀어",
            "날씨 어떄",
            "피자 주세여",
            "주문할께요",
            "취소해주셈",
        ),
        *("ㅇㅇ 맞아", "성남시은 비가 와", "뭐에요"),
    ],
)
def test_slips_are_counted(text: str) -> None:
    assert slips(LabelledUtterance(text, None)) > 0
