"""A toy task on disk, that both networks learn in a second."""

from __future__ import annotations

from pathlib import Path

from nlu.data.json_lines import encode_row
from nlu.data.rows import DatasetRow
from nlu.types import LabelledUtterance, Span

PLACES = ("판교", "서울", "부산", "대전", "광주")
MENUS = ("피자", "냉면", "치킨", "김밥", "라면")


def utterances() -> list[LabelledUtterance]:
    rows = []
    for place in PLACES:
        span = (Span(0, len(place), "loc"),)
        rows.append(LabelledUtterance(f"{place} 날씨 알려줘", "weather", span))
        rows.append(LabelledUtterance(f"{place} 비 와", "weather", span))
    for menu in MENUS:
        span = (Span(0, len(menu), "menu"),)
        rows.append(LabelledUtterance(f"{menu} 하나 주문해줘", "order_food", span))
        rows.append(LabelledUtterance(f"{menu} 먹고 싶어", "order_food", span))
    rows += [LabelledUtterance(text, "greet") for text in ("안녕", "안녕하세요", "반가워", "좋은 아침")]
    return rows


def chat() -> list[LabelledUtterance]:
    return [LabelledUtterance(text, "daily") for text in ("학교 떨어졌어", "시간낭비인데 자꾸 봐", "여친이 화났다")]


def write_task(folder: Path, rows: list[LabelledUtterance], parts: tuple[str, ...] = ("train", "dev")) -> Path:
    folder.mkdir(parents=True)
    for part in parts:
        lines = "".join(f"{encode_row(DatasetRow(row))}\n" for row in rows)
        (folder / f"{part}.jsonl").write_text(lines, encoding="utf-8")
    return folder.parent
