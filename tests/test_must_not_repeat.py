"""Faults of the systems that came before, one test each, named after the fault and run through the real parts."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from nlu.commands.generate import main as generate
from nlu.data import dataset as datasets
from nlu.errors import SourceErrors
from nlu.korean.particles import attach
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.networks.settings import TrainingSettings
from nlu.pattern import parse_patterns
from nlu.pipeline.dictionary_update import update_dictionary
from nlu.store.registry import Registry
from nlu.training.classifier import IntentClassifier
from nlu.training.loop import choose_device
from nlu.training.tagger import EntityTagger
from nlu.understanding.parser import UtteranceParser
from server import ServerSettings, create_app
from tests.nlu import tiny
from tests.projects import add_to_dictionary, dictionaries_of
from tests.samples import draw

pytestmark = pytest.mark.slow

LEXICON = Lexicon(
    [Entry("loc", name) for name in ("판교", "서울", "부산", "강남")]
    + [Entry("menu", name) for name in ("음료", "밥", "배", "KTX", "50%", "3kg", "냉면")]
)


def texts(patterns: str, count: int = 200, **settings: object) -> list[str]:
    drawn = draw(parse_patterns(patterns, LEXICON), LEXICON, count=count, mode="all", **settings)
    return [row.utterance.text for row in drawn.parts["train"]]


def test_slot_free_pattern_is_not_dropped() -> None:
    assert "안녕하세요" in texts("[greet]\n안녕하세요\n[weather]\n{loc} 날씨")


def test_one_syllable_value_does_not_hang_the_expansion() -> None:
    before = time.monotonic()
    assert {"밥 줘", "배 줘"} <= set(texts("[order]\n{menu} 줘"))
    assert time.monotonic() - before < 20


def test_the_same_slot_twice_gets_two_values() -> None:
    for text in texts("[route]\n{loc:from}에서 {loc:to}까지"):
        start, end = re.fullmatch(r"(.+)에서 (.+)까지", text).groups()
        assert start != end


def test_tags_say_where_an_entity_begins(project: Path) -> None:
    generate([])
    tags = {
        line.split()[-1] for line in (project / "data" / "iob.txt").read_text(encoding="utf-8").splitlines() if line
    }
    assert tags == {"O"} | {tag for tag in tags if re.match("[BI]-", tag)}
    assert {"B-loc:from", "B-menu"} <= tags


def test_the_dev_set_is_not_the_train_set(project: Path) -> None:
    generate([])
    dataset = datasets.read(project / "data")
    train, dev, test = ({one.text for one in dataset.utterances(part)} for part in ("train", "dev", "test"))
    assert train
    assert dev
    assert test
    assert not train & dev | train & test | dev & test


def test_the_test_set_holds_patterns_and_values_that_train_never_saw(project: Path) -> None:
    generate([])
    dataset = datasets.read(project / "data")
    trained = {
        (span.entity, one.text[span.start : span.end]) for one in dataset.utterances("train") for span in one.spans
    }
    origins = {one.origin for one in dataset.utterances("train")}
    for row in dataset.part("test"):
        values = {(span.entity, row.utterance.text[span.start : span.end]) for span in row.utterance.spans}
        if row.slice.unseen_value:
            assert values - trained
        if row.slice.unseen_pattern:
            assert row.utterance.origin not in origins
    assert {row.slice.name for row in dataset.part("test")} == {
        f"{pattern}_pattern/{value}_value" for pattern in ("seen", "unseen") for value in ("seen", "unseen")
    }


@pytest.mark.parametrize("count", [3, 40])
def test_the_number_of_labels_is_what_the_data_say(count: int) -> None:
    utterances = [tiny.filled(f"{{kind{n}}} 주세요", f"intent{n}", {f"kind{n}": "피자"}) for n in range(count)]
    once = TrainingSettings(epochs=1, epochs_for=0, least_steps=0, device="cpu")
    equipment = tiny.equipment(utterances)
    assert (
        len(IntentClassifier(replace(tiny.CLASSIFIER, training=once)).fit(utterances, [], *equipment).intents) == count
    )
    assert len(EntityTagger(replace(tiny.TAGGER, training=once)).fit(utterances, [], *equipment).tags) == 2 * count + 1


def test_errors_are_not_answered_with_200(trained: Path) -> None:
    client = create_app(ServerSettings(trained / "models"), UtteranceParser.load).test_client()
    answers = [
        client.post("/parse", data=b"{"),
        client.post("/parse", json={}),
        client.post("/parse", json={"text": ""}),
        client.post("/parse", json={"text": "가" * 5000}),
        client.get("/parse"),
        client.get("/nowhere"),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 405, 404]
    assert all(answer.get_json()["status"] == "failure" for answer in answers)


def test_the_tokenizer_that_trained_is_the_one_that_serves(trained: Path) -> None:
    manifest = datasets.read(trained / "data").manifest
    registry = Registry(trained / "models")
    bundle = registry.open(str(registry.active()))
    tokenizer = UtteranceParser.from_bundle(bundle).model.encoder.tokenizer
    assert manifest["tokenizer"]["name"] == bundle.manifest.tokenizer.name == tokenizer.name
    assert tokenizer.settings["user_dictionary"] == str(bundle.path("user.dic"))
    assert [token.text for token in tokenizer.tokenize("딸기라떼를")] == [
        "딸기라떼",
        "를",
    ]  # the author's word, one token


def test_a_long_utterance_is_not_cut(tiny_parser: UtteranceParser) -> None:
    text = " ".join(map(chr, range(ord("가"), ord("가") + 60 * 28, 28))) + " 판교에서 피자 먹고 싶어"
    parse = tiny_parser.parse(text)
    assert len(parse.tokens) >= 64
    assert parse.tokens[-1].end == len(text)
    assert [(one.raw, text[one.start : one.end]) for one in parse.entities][-1] == ("피자", "피자")


def test_no_gpu_is_needed_and_any_device_can_be_named() -> None:
    assert choose_device("auto").type in ("cpu", "cuda")
    assert choose_device("cpu").type == "cpu"
    assert TrainingSettings().device == "auto"


def test_a_dictionary_edit_needs_no_restart(trained: Path) -> None:
    client = create_app(ServerSettings(trained / "models", reload_seconds=0), UtteranceParser.load).test_client()
    old = client.get("/version").get_json()["model_version"]
    add_to_dictionary(trained, "menu,마라탕,마라 탕")
    new = update_dictionary(Registry(trained / "models"), dictionaries_of(trained)).version
    deadline = time.monotonic() + 60
    while client.get("/version").get_json()["model_version"] == old and time.monotonic() < deadline:
        time.sleep(0.01)
    answer = client.post("/parse", json={"text": "마라 탕 시켜줘"}).get_json()
    assert answer["model_version"] == new
    assert [(one["entity"], one["value"]) for one in answer["entities"]] == [("menu", "마라탕")]


def test_a_circular_alias_is_an_error_and_no_loop() -> None:
    with pytest.raises(SourceErrors, match="가"):
        parse_patterns("@define 가 = <나>\n@define 나 = <가>\n[a]\n<가>", LEXICON)


def test_asked_for_more_than_exists_it_writes_all_and_says_so(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate(["--count", "1000000", "--mode", "all"]) == 0
    written = len(datasets.read(project / "data").rows)
    assert written > 1000
    assert f"발화 {written:,}개를 만들었습니다 (요청 1,000,000개)." in capsys.readouterr().out


def test_particles_agree_with_what_stands_before_them() -> None:
    found = texts("[order]\n{menu}을(를) 줘\n{menu}이(가) 좋아\n{menu}(으)로 할게")
    assert {"음료를 줘", "밥을 줘", "KTX를 줘", "50%를 줘", "3kg을 줘"} <= set(found)
    assert {"음료로 할게", "밥으로 할게", "KTX로 할게", "50%로 할게", "3kg으로 할게"} <= set(found)
    assert not [text for text in found if "(" in text or re.search(r" [을를이가] ", text)]
    assert (attach("T1", "이(가)"), attach("LG", "이(가)")) == ("T1이", "LG가")
