"""What must hold for any input whatever: each target takes bytes, and raises when a promise is broken.

`test_targets.py` runs them with hypothesis; `run.py` runs them under atheris, which looks for inputs by coverage.
"""

from __future__ import annotations

import json
import pickle
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from flask.testing import FlaskClient

from nlu.dialogue.responses import read_answers
from nlu.errors import SourceError, SourceErrors
from nlu.korean.normalization import normalize
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import Expansion, Inventory, Recognizer, parse_patterns
from nlu.pattern.table import PatternTable
from nlu.system.files import read_text
from nlu.types import Entity, Fallback, IntentScore, Parse
from server import ServerSettings, create_app
from tests.bundles import a_manifest, some_files
from tests.nlu.pattern.helpers import LEXICON
from tests.parsers import untrained_parser

ROUTES = ("/parse", "/parse?explain=1", "/model/parse", "/kakao/skill")


def parse(data: bytes) -> None:
    """Every body is answered or refused in JSON, never with a crash; offsets are those of the text as it was sent."""
    for route in ROUTES:
        response = _client().post(route, data=data)
        answer = json.loads(response.data)
        if response.status_code >= 500:
            raise AssertionError(f"{route} failed on {data!r}: {answer}")
        assert response.status_code == 200 or answer["code"] == response.status_code
        if response.status_code == 200 and route.startswith("/parse"):
            asked = json.loads(data.decode("utf-8-sig"))["text"]
            texts, answers = (asked, answer["results"]) if isinstance(asked, list) else ([asked], [answer])
            for text, one in zip(texts, answers, strict=True):
                _check_answer(text, one)


def pattern(data: bytes) -> None:
    """A pattern file is read, or its mistakes have places in it; what a pattern says, it matches."""
    text = data.decode("utf-8", "surrogatepass" if _is_text(data) else "replace")
    if "@import" in text:  # reads other files
        return
    try:
        file = parse_patterns(text, LEXICON, "fuzz.txt")
    except SourceErrors as errors:
        _check_places(errors, [unicodedata.normalize("NFC", line) for line in text.split("\n")])
        return
    inventory = Inventory(LEXICON)
    for one in file.patterns:
        expansion, recognizer = Expansion(one, inventory), Recognizer(PatternTable.of([one]))
        for index in {0, expansion.count // 2, expansion.count - 1} if expansion.count else ():
            utterance = expansion.utterance(index)
            for span in utterance.spans:
                assert utterance.text[span.start : span.end].strip(), utterance
            text = normalize(utterance.text).text
            if 0 < len(text) < 20 and text == utterance.text:  # longer ones may take more steps than there are
                assert recognizer.lines(text, LEXICON), (one.source, text)


def dictionary(data: bytes) -> None:
    """A dictionary is read, and what is read can be written; or its mistakes have places in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fuzz.csv")
        path.write_bytes(data)
        try:
            lexicon = Lexicon.read(path)
        except SourceErrors as errors:
            _check_places(errors, _lines(path))
            return
    assert Lexicon.from_json(lexicon.to_json()).entries == lexicon.entries
    for entity in lexicon.entities:
        for value in lexicon.values(entity):
            assert lexicon.canonical(entity, value) == value
            assert any(match.value == value for match in lexicon.matches(value) if match.entity == entity)


def answers(data: bytes) -> None:
    """A file of answers is read, and answers anything; or its mistakes have places in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fuzz.yml")
        path.write_bytes(data)
        try:
            found = read_answers(path)
        except SourceErrors as errors:
            _check_places(errors, _lines(path))
            return
    menu = Entity("menu", 0, 2, "피자", "피자")
    for intent in found.intents:
        score = IntentScore(intent, 0.9)
        reply = found.reply(Parse("피자", score, (score,), (menu,), (), Fallback(None, 0.9, 0.5)))
        assert 0 < len(reply.text) <= 1000


TARGETS: Mapping[str, Callable[[bytes], None]] = MappingProxyType(
    {"parse": parse, "pattern": pattern, "dictionary": dictionary, "answers": answers}
)


@cache
def _client() -> FlaskClient:
    from nlu.store.bundle import write_bundle

    folder = Path(tempfile.mkdtemp())
    write_bundle(folder / "bundle", some_files(), a_manifest())
    answers = folder / "answers.yml"
    answers.write_text('nlu_fallback: 네?\norder: "{menu}을(를) 주문해요."\n', encoding="utf-8")
    settings = ServerSettings(folder / "bundle", answers, max_text_length=200, max_texts=4, max_body_bytes=20_000)
    return create_app(settings, lambda path: untrained_parser()).test_client()


def _check_answer(text: str, answer: dict) -> None:
    assert answer["text"] == text
    last = 0
    for entity in answer["entities"]:
        assert last <= entity["start"] < entity["end"] <= len(text), answer
        assert text[entity["start"] : entity["end"]] == entity["raw"], answer
        assert entity["value"] == entity["raw"] or "processors" in entity
        last = entity["end"]
    assert all(0 <= start < end <= len(text) for start, end in answer["text_tokens"])
    assert 0 <= answer["intent"]["confidence"] <= 1


def _check_places(errors: SourceErrors, lines: list[str] | None) -> None:
    """The mistakes lie in the file; where its lines can't be read (None), in the lines that the mistakes quote."""
    assert errors.errors
    for error in errors.errors:
        assert isinstance(error, SourceError)
        assert 1 <= error.line <= (len(lines) if lines else error.line), error
        assert 1 <= error.column <= len(lines[error.line - 1] if lines else error.source) + 1, error
    for error in errors.errors[:20]:
        assert str(pickle.loads(pickle.dumps(error))) == str(error)


def _lines(path: Path) -> list[str] | None:
    try:
        return read_text(path)[0].split("\n")
    except SourceError:
        return None


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
