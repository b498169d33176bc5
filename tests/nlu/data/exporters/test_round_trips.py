"""What each format holds comes back from it; what it does not hold is told."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nlu.data.exporters import FORMATS, format_of, write
from nlu.data.exporters.rows import stripped
from nlu.data.importers import read_any
from nlu.errors import UnknownChoiceError
from nlu.lexicon.dictionary import Entry
from nlu.types import LabelledUtterance, Span
from tests.strategies import messy_texts, utterances

BOT = (
    LabelledUtterance(
        "판교에서 부산까지 얼마", "fare", (Span(0, 2, "loc", "from"), Span(5, 7, "loc", "to")), "a.csv:2"
    ),
    LabelledUtterance("낼 비 와?", "weather", (Span(0, 1, "date", None, "내일"),), "a.csv:3"),
    LabelledUtterance('"35,000원" 이하 숙소', "search", (Span(1, 8, "money"),), "a.csv:4"),
    LabelledUtterance("응", "yes", (), "a.csv:5"),
    LabelledUtterance("네네", "yes", (), "a.csv:6"),
)
VALUES = (Entry("date", "내일", ("명일", "낼")), Entry("loc", "판교"), Entry("loc", "부산", ("부산시",)))
HELD = {
    "jsonl": "intent text spans roles values",
    "csv": "intent text spans roles values",
    "tsv": "intent text spans roles values",
    "xlsx": "intent text spans roles values",
    "rasa": "intent text spans roles values",
    "rasa-md": "intent text spans roles values",
    "rasa-json": "intent text spans roles values",
    "dialogflow": "intent text spans roles",
    "snips": "intent text spans roles",
    "doccano": "intent text spans roles",
    "klue": "intent text spans roles",
    "kochat": "intent text",
}


def kept(utterance, held):
    """As much of an utterance as a format holds."""
    spans = utterance.spans if "spans" in held else ()
    spans = tuple(replace(span, value=span.value if "values" in held else None) for span in spans)
    return utterance.text, utterance.intent if "intent" in held else None, spans


def exported(path, name, rows, values=()):
    """Write and read again: what came back, and the notices by code."""
    notices = {notice.code: notice.values for notice in write(path, name, rows, values)}
    return read_any(path, suffix=FORMATS[name].suffix), notices


@pytest.mark.parametrize("name", HELD)
def test_a_bot_goes_out_and_back_in(tmp_path, name):
    path = tmp_path / f"bot{FORMATS[name].suffix}"
    again, notices = exported(path, name, BOT, VALUES)
    assert sorted(map(kept_all, again.utterances)) == sorted(kept_all(kept_row(row, HELD[name])) for row in BOT)
    assert notices["export.summary"]["refused"] == 0
    assert ("export.value_lost" in notices) == ("spans" in HELD[name] and "values" not in HELD[name])
    assert ("export.spans_differ" in notices) == ("spans" not in HELD[name])


def kept_row(row, held):
    text, intent, spans = kept(row, held)
    return replace(row, text=text, intent=intent, spans=spans)


def kept_all(row):
    return row.text, row.intent or "", str(row.spans)


def test_words_with_tags_hold_no_intents_and_no_spans_inside_words(tmp_path):
    rows = (LabelledUtterance("서울 시청 맛집", "food", (Span(0, 5, "loc"),)), BOT[0])
    again, notices = exported(tmp_path / "k.csv", "kochat-entities", rows)
    assert [(row.text, row.intent, row.spans) for row in again.utterances] == [("서울 시청 맛집", None, rows[0].spans)]
    assert {"export.inside_words", "export.intent_lost"} <= set(notices)


@pytest.mark.parametrize("name", ["rasa", "rasa-md", "rasa-json", "dialogflow", "snips"])
def test_dictionary_values_come_back(tmp_path, name):
    again, _ = exported(tmp_path / f"bot{FORMATS[name].suffix}", name, BOT, VALUES)
    found = {(entry.entity, entry.value): set(entry.synonyms) for entry in again.entries}
    assert found == {(entry.entity, entry.value): set(entry.synonyms) for entry in VALUES}


@pytest.mark.parametrize("name", [name for name in HELD if name != "xlsx"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(rows=st.lists(utterances(), max_size=4))
@example(rows=[LabelledUtterance("가", None, (Span(0, 1, "_", value="가"),))])
@example(rows=[LabelledUtterance("가", "_", ())])
def test_any_utterance_comes_back_or_is_told(tmp_path_factory, name, rows):
    rows = [stripped(replace(row, weight=1.0)) for row in rows]
    path = tmp_path_factory.mktemp("out") / f"bot{FORMATS[name].suffix}"
    notices = {notice.code: notice.values for notice in write(path, name, rows)}
    assert notices["export.summary"]["rows"] == len(rows)
    told = sum(values["count"] for code, values in notices.items() if code != "export.summary" and "places" in values)
    assert notices["export.summary"]["refused"] == told
    assert "export.rows_differ" not in notices
    assert "export.text_differs" not in notices
    if "intent" in HELD[name]:
        assert "export.intent_lost" not in notices
    has_a_namesake = any(span.role == span.entity for row in rows for span in row.spans)
    if "spans" in HELD[name] and not (has_a_namesake and name in ("dialogflow", "snips")):
        assert "export.spans_differ" not in notices  # a parameter that is called what its type is has no role there
    if "values" in HELD[name]:
        assert "export.value_lost" not in notices


@pytest.mark.parametrize("name", [*HELD, "kochat-entities"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(text=messy_texts.filter(str.strip))
def test_a_messy_text_comes_back_or_is_told(tmp_path_factory, name, text):
    text = text.encode("utf-8", "replace").decode("utf-8")
    path = tmp_path_factory.mktemp("out") / f"bot{FORMATS[name].suffix}"
    notices = {notice.code: notice.values for notice in write(path, name, [LabelledUtterance(text, "a")])}
    if notices["export.summary"]["kept"] and len(notices) == 1:
        (again,) = read_any(path, suffix=FORMATS[name].suffix).utterances
        assert again.text == text.strip()


def test_the_end_of_a_name_means_a_format(tmp_path):
    assert {name: format_of(tmp_path / f"x{one.suffix}") for name, one in FORMATS.items()} == {
        name: {"snips": "rasa-json", "doccano": "jsonl", "klue": "tsv"}.get(name, name.split("-ent")[0])
        if not name.startswith("kochat")
        else "csv"
        for name in FORMATS
    }
    with pytest.raises(UnknownChoiceError, match=r"there are: \.jsonl, \.csv"):
        format_of(tmp_path / "x.docx")
