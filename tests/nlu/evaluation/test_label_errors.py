from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from nlu.commands.intake import main as intake
from nlu.errors import InputError
from nlu.evaluation.label_errors import Reviewed, review
from nlu.intake.sets import ImportedSet
from nlu.types import LabelledUtterance

_SAID = {
    "weather": ("{} 날씨 알려줘", "{} 비 와", "{} 몇 도야"),
    "food": ("{} 피자 시켜줘", "{}에서 치킨 주문할래", "{} 배달 돼"),
    "bus": ("{} 가는 버스", "{}까지 얼마나 걸려", "{} 가는 길"),
}
_PLACES = ("판교", "서울", "부산", "강남", "제주", "인천", "대전", "수원")


def corpus() -> list[LabelledUtterance]:
    """Seventy rows, three of which have another's label."""
    rows = [
        LabelledUtterance(frame.format(place), intent, (), f"a.csv:{number}")
        for number, ((intent, frames), place) in enumerate(product(_SAID.items(), _PLACES))
        for frame in frames
    ]
    for at, wrong in ((4, "bus"), (30, "weather"), (60, "food")):
        rows[at] = replace(rows[at], intent=wrong)
    return [*rows, LabelledUtterance("혼자 있는 말", "alone"), LabelledUtterance("답이 없는 말", None)]


@pytest.fixture(scope="module")
def reviewed() -> Reviewed:
    return review(corpus())


def test_labels_that_others_of_their_kind_do_not_have_are_doubted_first(reviewed: Reviewed) -> None:
    found = {(one.row, one.given, one.likely) for one in reviewed.suspects[:3]}
    assert found == {(4, "bus", "weather"), (30, "weather", "food"), (60, "food", "bus")}
    qualities = [one.quality for one in reviewed.suspects]
    assert qualities == sorted(qualities)


def test_rows_that_cannot_be_judged_are_told(reviewed: Reviewed) -> None:
    assert (reviewed.judged, reviewed.too_few) == (72, (("alone", 1),))


def test_one_intent_cannot_be_reviewed() -> None:
    with pytest.raises(InputError, match="two intents"):
        review([one for one in corpus() if one.intent == "bus"])


def test_what_is_corrected_in_the_table_is_taken_back_into_the_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f"{one.text},{one.intent or ''}" for one in corpus()]
    Path("a.csv").write_text("\n".join(["발화,의도", *lines]), encoding="utf-8")
    assert intake(["a.csv"]) == 0
    assert intake(["--review", "imports/a"]) == 0
    assert "[bus]" in capsys.readouterr().out
    rows = list(csv.DictReader(io.StringIO(Path("reviews/a.csv").read_text("utf-8-sig"))))
    for row in rows[:3]:
        row["intent"] = row["likely"]
    with Path("reviews/a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert intake(["reviews/a.csv", "--name", "a"]) == 0
    assert "답이 바뀐 것 3" in capsys.readouterr().out
    labels = {row.text: row.intent for row in ImportedSet(Path("imports/a")).labelled()}
    assert labels[corpus()[4].text] == "weather"
    assert len(labels) == 73
    page = Path("reviews/a.html").read_text("utf-8")
    assert "{{" not in page
    assert corpus()[4].text in page
