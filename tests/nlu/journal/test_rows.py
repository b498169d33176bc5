from __future__ import annotations

import unicodedata

import pytest

from nlu.journal.rows import to_row
from nlu.types import Entity
from tests.nlu.journal.examples import an_unmasked_record


def test_entities_of_a_masked_text_lie_where_they_lay() -> None:
    text = "010-1234-5678로 판교에서 피자 시켜줘"
    entities = (
        Entity("phone", 0, 13, text[:13], "01012345678"),
        Entity("loc", 15, 17, "판교", "판교", role="from", confidence=0.8),
        Entity("menu", 20, 22, "피자", "피자"),
    )
    row = to_row(an_unmasked_record(1, text, *entities))
    assert row["text"] == "***-****-****로 판교에서 피자 시켜줘"
    assert row["masks"] == ["phone"]
    found = [(one["entity"], row["text"][one["start"] : one["end"]], one["value"]) for one in row["entities"]]
    assert found == [("phone", "***-****-****", "***-****-****"), ("loc", "판교", "판교"), ("menu", "피자", "피자")]
    assert (row["entities"][1]["role"], row["entities"][1]["confidence"]) == ("from", 0.8)
    assert "role" not in row["entities"][0]


@pytest.mark.parametrize("place", [(3, 7), (0, 8), (4, 5)])
def test_the_value_of_an_entity_that_touches_a_mask_hides_what_the_mask_hides(place: tuple[int, int]) -> None:
    text = unicodedata.normalize("NFD", "내") + " 01012345678"
    row = to_row(an_unmasked_record(1, text, Entity("number", *place, text[slice(*place)], "01012345678")))
    (entity,) = row["entities"]
    assert entity["value"] == row["text"][slice(*place)]
    assert not any(char.isdigit() for char in f"{row['text']}{entity['value']}")


def test_a_canonical_value_that_is_personal_is_masked_wherever_the_entity_lies() -> None:
    row = to_row(an_unmasked_record(1, "엄마한테 전화", Entity("contact", 0, 2, "엄마", "010-1234-5678")))
    assert row["entities"][0]["value"] == "***-****-****"


def test_masking_can_be_switched_off() -> None:
    row = to_row(an_unmasked_record(1, "010-1234-5678", Entity("phone", 0, 13, "", "01012345678")), masked=False)
    assert (row["text"], row["masks"], row["entities"][0]["value"]) == ("010-1234-5678", [], "01012345678")


def test_what_no_database_keeps_is_replaced_without_moving_the_rest() -> None:
    row = to_row(an_unmasked_record(1, "피자\0 줘", Entity("menu", 0, 3, "피자\0", "피자\0")))
    assert (row["text"], row["entities"][0]["value"]) == ("피자\ufffd 줘", "피자\ufffd")
