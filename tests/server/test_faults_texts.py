"""Characters that break programs: answered or refused in JSON, never with a crash, and with offsets that fit."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from nlu.store.bundle import write_bundle
from nlu.understanding.entities.merge import Bounds
from nlu.understanding.parser import UtteranceParser
from server import ServerSettings, create_app
from tests.bundles import a_manifest, some_files
from tests.parsers import untrained_parser

TEXTS = {
    "decomposed": unicodedata.normalize("NFD", "판교에서 피자 주문해줘"),
    "zero-width inside a value": "판\u200b교에서 피\ufeff자 줘",
    "right to left": "\u202e판교 \u05e9\u05dc\u05d5\u05dd 피자\u202c \u0645\u0631\u062d\u0628\u0627",
    "NUL in the middle": "판교\0에서 피자\0",
    "combining marks in a heap": "피" + "\u0301" * 50 + "자 주문",
    "half of a syllable": "판\u1100 피자 \u1161 줘 \u11a8",
    "emoji of several characters": "👨‍👩‍👧‍👦 피자 🇰🇷 👍🏽 판교",
    "beyond the basic plane": "𠮷野家 피자 𝒫𝒾𝓏𝓏𝒶",
    "private use": "\uf8ff\uf8ff 피자 \U0010ffff",
    "line separators": "피자\u2028판교\u0085콜라\x1c서울",
    "full-width": "ＫＴＸ　피자　２판",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder: Path = tmp_path_factory.mktemp("models") / "bundle"
    write_bundle(folder, some_files(), a_manifest())
    model = untrained_parser().model
    unsure = replace(model, entities=replace(model.entities, bounds=Bounds(known=0.0, unknown=0.0)))  # serves it all
    return create_app(ServerSettings(folder), lambda path: UtteranceParser(unsure)).test_client()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_odd_characters_are_answered_with_offsets_that_fit(client: FlaskClient, text: str) -> None:
    bodies = [json.dumps({"text": text}, ensure_ascii=ascii_only).encode() for ascii_only in (True, False)]
    answer, as_they_are = (client.post("/parse?record=0", data=body).json for body in bodies)
    assert answer == as_they_are
    assert answer["text"] == text
    assert answer["entities"], "expected the untrained tagger to find something"
    for entity in answer["entities"]:
        assert text[entity["start"] : entity["end"]] == entity["raw"]
    for start, end in answer["text_tokens"]:
        assert 0 <= start < end <= len(text)


def test_lone_surrogates_are_refused_with_their_place(client: FlaskClient) -> None:
    for written in (r"\ud800", r"피자 \ud83c", r"\udf55\ud83c 피자"):
        body = f'{{"text": "{written}", "userRequest": {{"utterance": "{written}"}}}}'.encode()
        for route in ("/parse", "/model/parse", "/kakao/skill"):
            response = client.post(route, data=body)
            assert response.status_code == 400, (route, written)
            assert "the lone surrogate U+D" in response.json["message"]
