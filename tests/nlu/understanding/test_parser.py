"""The parser on a real, tiny model: what it understands, and what it promises of any text whatever."""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from nlu.errors import BundleError, InputError, RegistryError, UnknownChoiceError
from nlu.features.encoder import Features
from nlu.store.bundle import Bundle, content_of, write_bundle
from nlu.store.registry import Registry
from nlu.types import FALLBACK_INTENT, Parse
from nlu.understanding.entities.merge import Bounds
from nlu.understanding.fallback import FallbackRule
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.sessions import softmax
from tests.nlu import tiny
from tests.parsers import rounded
from tests.strategies import messy_characters

NEEDED = (
    *("intent.onnx", "intent.safetensors", "entity.onnx", "entity.safetensors", "vocabularies.json", "lexicon.json"),
    *("spacing.json", "model.json", "evidence.json"),
)
"""What a bundle of every version holds; a name here may not change while bundles that have it are served."""


def labels(parse: Parse) -> list[tuple[str, str | None, str]]:
    return [(one.entity, one.role, one.raw) for one in parse.entities]


def altered(files: Mapping[str, bytes], folder: Path, changes: Mapping[str, bytes | None] | None = None) -> Bundle:
    """A bundle that is whole, but not quite what training wrote."""
    kept = {**files, **(changes or {})}
    return write_bundle(folder, {name: one for name, one in kept.items() if one is not None}, tiny.MANIFEST)


# ------------------------------------------------------------------------------------------------- what it understands


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        ("피자 주문해 줘", "order_food", [("menu", None, "피자")]),
        ("서울 날씨 알려줘", "weather", [("loc", None, "서울")]),
        ("판교에서 강남까지 얼마나 걸려", "transport", [("loc", "from", "판교"), ("loc", "to", "강남")]),
        ("안녕하세요", "greet", []),
        ("우리 고양이 이름 지어봐", FALLBACK_INTENT, []),
    ],
)
def test_it_understands_what_it_was_taught(
    tiny_parser: UtteranceParser, text: str, intent: str, entities: list[tuple[str, str | None, str]]
) -> None:
    parse = tiny_parser.parse(text)
    assert (parse.intent.name, labels(parse)) == (intent, entities)
    assert parse.fallback.is_fallback == (intent == FALLBACK_INTENT)


def test_entity_tells_value_particle_confidence_and_sources(tiny_parser: UtteranceParser) -> None:
    (first, second) = tiny_parser.parse("제주에서 강남까지 얼마나 걸려").entities
    assert (first.raw, first.value, first.role, first.particle) == ("제주", "제주도", "from", "에서")
    assert (first.start, first.end, first.sources) == (0, 2, ("tagger", "dictionary"))
    assert first.confidence > 0.3
    assert (second.raw, second.value, second.role, second.particle) == ("강남", "강남", "to", "까지")


def test_synonym_typed_with_other_spaces_gets_the_canonical_value(tiny_parser: UtteranceParser) -> None:
    (found,) = tiny_parser.parse("딸기 라떼 주문해 줘").entities
    assert (found.raw, found.value) == ("딸기 라떼", "딸기라떼")


def test_value_that_no_dictionary_holds_is_its_own(tiny_parser: UtteranceParser) -> None:
    (found,) = tiny_parser.parse("울산 날씨 알려줘").entities
    assert (found.raw, found.value, found.sources) == ("울산", "울산", ("tagger",))


def test_newer_dictionary_needs_no_training(
    tiny_parser: UtteranceParser, tiny_bundle_files: Mapping[str, bytes], tmp_path: Path
) -> None:
    lexicon = json.loads(tiny_bundle_files["lexicon.json"])
    lexicon["entries"].append(["menu", "마라탕", ["마라"]])
    bundle = altered(tiny_bundle_files, tmp_path / "newer", {"lexicon.json": json.dumps(lexicon).encode()})
    (found,) = UtteranceParser.from_bundle(bundle).parse("마라 주문해 줘").entities
    assert (found.raw, found.value, found.sources) == ("마라", "마라탕", ("tagger", "dictionary"))


def test_entities_that_are_found_speak_for_their_intents(
    tiny_parser: UtteranceParser, tiny_bundle_files: Mapping[str, bytes], tmp_path: Path
) -> None:
    def chance(weight: float) -> float:
        evidence = json.loads(tiny_bundle_files["evidence.json"]) | {"weight": weight}
        bundle = altered(tiny_bundle_files, tmp_path / str(weight), {"evidence.json": json.dumps(evidence).encode()})
        parser = UtteranceParser.from_bundle(bundle)
        chances = softmax(parser.intent_logits("제주 딸기라떼"))  # a place, a dish, and no word more
        return float(chances[parser.intents.index("greet")])

    assert chance(0.0) > chance(0.5) > chance(2.0)


def test_scores_before_calibration_hold_what_the_entities_say(tiny_parser: UtteranceParser) -> None:
    for text in ("제주 딸기라떼", "안녕", ""):
        logits = tiny_parser.intent_logits(text)
        assert logits.shape == (len(tiny_parser.intents),)
        if text:
            probabilities = softmax(logits, tiny_parser.model.rule.temperature)
            scope = [at for at, name in enumerate(tiny_parser.intents) if name != FALLBACK_INTENT]
            wanted = float(probabilities[scope].max()) * tiny_parser.features(text).familiarity
            assert tiny_parser.parse(text).fallback.score == pytest.approx(wanted, abs=1e-5)


def test_version_is_the_bundles(tiny_parser: UtteranceParser, tiny_bundle: Bundle) -> None:
    assert tiny_parser.parse("안녕").version == tiny_parser.version == tiny_bundle.version


def test_parses_of_many_are_those_of_each(tiny_parser: UtteranceParser) -> None:
    texts = ["피자 주문해 줘", "", "안녕하세요"]
    together = tiny_parser.parse_many(iter(texts))
    assert list(map(rounded, together)) == [rounded(tiny_parser.parse(text)) for text in texts]


def test_a_list_of_long_texts_is_understood_in_portions(
    tiny_parser: UtteranceParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    encode_many = tiny_parser.model.encoder.encode_many

    def counted(texts: list[str]) -> list[Features]:
        sizes.append(sum(map(len, texts)))
        return encode_many(texts)

    monkeypatch.setattr(tiny_parser.model.encoder, "encode_many", counted)
    texts = [" ".join(f"판교에서 피자 {at}개 주문" for at in range(90)) + str(number) for number in range(9)]
    found = tiny_parser.parse_many(texts)
    assert [parse.text for parse in found] == texts
    assert len(sizes) > 1
    assert max(sizes) <= 2048


_SAID = st.text("판교에서 피자주문해줘안녕 \u200b", max_size=12) | st.text(messy_characters, max_size=30)


@given(
    st.lists(_SAID, max_size=40)
    | st.builds(lambda text, count: [text] * count, _SAID, st.integers(1, 80))
    | st.builds(lambda texts: texts * 9, st.lists(_SAID, min_size=8, max_size=8))
)
@settings(max_examples=30)
def test_parses_of_many_together_decide_as_those_of_each(tiny_parser: UtteranceParser, texts: list[str]) -> None:
    for text, found in zip(texts, tiny_parser.parse_many(texts), strict=True):
        alone = tiny_parser.parse(text)
        assert found.intent.name == alone.intent.name
        assert [score.confidence for score in found.ranking] == pytest.approx(
            [score.confidence for score in alone.ranking], abs=1e-5
        )
        assert [replace(one, confidence=0.0) for one in found.entities] == [
            replace(one, confidence=0.0) for one in alone.entities
        ]
        assert [one.confidence for one in found.entities] == pytest.approx(
            [one.confidence for one in alone.entities], abs=1e-5
        )
        assert (found.text, found.tokens) == (alone.text, alone.tokens)


def test_mess_in_the_text_changes_offsets_and_nothing_else(tiny_parser: UtteranceParser) -> None:
    plain = tiny_parser.parse("피자 주문해 줘")
    messy = tiny_parser.parse(unicodedata.normalize("NFD", " \u200b피자\t\u3000 주문해 줘\n"))
    assert messy.intent == plain.intent
    assert messy.ranking == plain.ranking
    (entity,) = messy.entities
    assert entity.raw == unicodedata.normalize("NFD", "피자")
    assert (entity.start, entity.value) == (2, "피자")
    assert [token.pos for token in messy.tokens] == [token.pos for token in plain.tokens]


# ---------------------------------------------------------------------------------------------- what it always promises


pieces = st.sampled_from(
    [
        *("피자", "딸기 라떼", "판교에서", "제주까지", "날씨", " 알려줘", "주문해 줘", " ", "  ", "\u3000", "\u200b"),
        *(
            unicodedata.normalize("NFD", "서울에서"),
            "ｋｔｘ",
            "😀",
            "👍🏽",
            "ㅋㅋ",
            "\ud800",
            "e\u0301",
            "\n",
            "ﾡ",
            "㎏",
            "ﬁ",
        ),
    ]
)
anything = st.lists(pieces | messy_characters, max_size=10).map("".join)


@given(anything)
@example("e\u0301\u0323")  # two characters of the normalised text share three of the original
@example("\u1100\u1161\u11a8\u0323")
@settings(max_examples=150)
def test_promises_hold_for_any_text(tiny_parser: UtteranceParser, text: str) -> None:
    parse = tiny_parser.parse(text)
    assert parse.text == text
    for entity in parse.entities:
        assert text[entity.start : entity.end] == entity.raw != ""
        assert 0.0 <= entity.confidence <= 1.0
        assert entity.value
        assert entity.sources
        assert set(entity.sources) <= {"tagger", "dictionary"}
    for token in parse.tokens:
        assert text[token.start : token.end] == token.text != ""
    for found in (parse.entities, parse.tokens):
        assert all(before.end <= after.start for before, after in pairwise(found))
    assert parse.intent == parse.ranking[0]
    names = [score.name for score in parse.ranking]
    assert len(names) == len(set(names))
    assert all(0.0 <= score.confidence <= 1.0 for score in parse.ranking)
    ranked = [score.confidence for score in parse.ranking]
    assert ranked == sorted(ranked, reverse=True)
    assert sum(ranked) == pytest.approx(1.0)
    assert parse.fallback.is_fallback == (parse.intent.name == FALLBACK_INTENT) == (parse.fallback.reason is not None)
    if parse.tokens:
        assert set(names) == {"greet", "order_food", "transport", "weather", FALLBACK_INTENT}


@pytest.mark.parametrize("text", ["", " ", "\n\t \u3000", "\u200b", "\ud800", "\ufe0f\u200d"])
def test_nothing_to_read_is_not_understood(tiny_parser: UtteranceParser, text: str) -> None:
    parse = tiny_parser.parse(text)
    assert (parse.intent.name, parse.intent.confidence) == (FALLBACK_INTENT, 1.0)
    assert parse.fallback.reason == "nothing to understand: no letter, digit or sign is left"
    assert (parse.entities, parse.tokens, len(parse.ranking)) == ((), (), 1)


@pytest.mark.parametrize("text", ["😀", "👍🏽🎉", "zxqw vvv", "뷁뷁뷁"])
def test_text_unlike_any_that_it_was_taught_is_not_understood(tiny_parser: UtteranceParser, text: str) -> None:
    parse = tiny_parser.parse(text)
    assert parse.intent.name == FALLBACK_INTENT
    assert parse.fallback.reason is not None
    assert len(parse.ranking) == 5


def test_rejected_utterance_keeps_the_ranking_of_the_intents(
    tiny_bundle_files: Mapping[str, bytes], tiny_parser: UtteranceParser, tmp_path: Path
) -> None:
    model = json.loads(tiny_bundle_files["model.json"])
    model["fallback"]["threshold"] = 1.01
    strict = altered(tiny_bundle_files, tmp_path / "strict", {"model.json": json.dumps(model).encode()})
    parse = UtteranceParser.from_bundle(strict).parse("피자 주문해 줘")
    assert parse.fallback.is_fallback
    assert [score.name for score in parse.ranking[:2]] == [FALLBACK_INTENT, "order_food"]
    assert parse.ranking[0].confidence == 1.0  # nothing reaches a threshold above 1
    assert len(parse.ranking) == 5


def test_long_text_is_read_to_its_end(tiny_parser: UtteranceParser) -> None:
    text = "안녕하세요 " * 40 + "피자 주문해 줘"
    parse = tiny_parser.parse(text)
    assert parse.tokens[-1].end == len(text)
    assert parse.tokens[0].start == 0


def test_only_allowed_intents_win(tiny_parser: UtteranceParser) -> None:
    plain = tiny_parser.parse("안녕하세요")
    parse = tiny_parser.parse("안녕하세요", intents=["weather", "greet"])
    assert parse.intent.name == plain.intent.name
    assert {score.name for score in parse.ranking} == {"weather", "greet", FALLBACK_INTENT}
    without = tiny_parser.parse("안녕하세요", intents=["weather"])
    assert without.intent.name == FALLBACK_INTENT
    assert "greet" not in {score.name for score in without.ranking}
    assert without.fallback.reason is not None


@pytest.mark.parametrize(("top_n", "length"), [(1, 1), (3, 3), (99, 5), (None, 5)])
def test_ranking_is_as_long_as_wished(tiny_parser: UtteranceParser, top_n: int | None, length: int) -> None:
    parse = tiny_parser.parse("안녕하세요", top_n=top_n)
    assert parse.ranking == tiny_parser.parse("안녕하세요").ranking[:length]
    assert len(parse.ranking) == length
    assert tiny_parser.parse_many(["안녕하세요"], top_n=top_n) == [parse]


def test_unknown_intent_and_empty_ranking_are_refused(tiny_parser: UtteranceParser) -> None:
    with pytest.raises(UnknownChoiceError) as error:
        tiny_parser.parse("안녕하세요", intents=["greet", "dance"])
    assert str(error.value) == ("no intent 'dance'; there are: greet, nlu_fallback, order_food, transport, weather")
    with pytest.raises(ValueError, match=r"^expected top_n of at least 1, got 0$"):
        tiny_parser.parse("안녕하세요", top_n=0)


@pytest.mark.parametrize("text", [None, 5, b"bytes", ["text"]])
def test_what_is_no_text_is_refused(tiny_parser: UtteranceParser, text: object) -> None:
    with pytest.raises(InputError, match=r"^expected a text, got (NoneType|int|bytes|list)$"):
        tiny_parser.parse(text)  # type: ignore[arg-type]


def test_entities_of_a_text_without_spaces_lie_where_they_were_typed(tiny_parser: UtteranceParser) -> None:
    text = "판교에서강남까지얼마나걸려"
    found = tiny_parser.parse(text)
    assert found.intent.name == "transport"
    assert labels(found) == [("loc", "from", "판교"), ("loc", "to", "강남")]
    assert [text[one.start : one.end] for one in found.entities] == ["판교", "강남"]
    assert "".join(token.text for token in found.tokens) == text


def shy(parser: UtteranceParser, least: float) -> UtteranceParser:
    """The same parser, whose tagger would rather tag nothing."""
    entities = parser.model.entities
    outside = np.where(np.array(entities.tags) == "O", 20, 0).astype(np.float32)
    tensors = load(content_of(entities.weights))
    for name in ("crf.start_transitions", "crf.transitions"):
        tensors[name] = tensors[name] + outside
    entities = replace(entities, weights=save(tensors), bounds=Bounds(least, least))
    return UtteranceParser(replace(parser.model, entities=entities))


def test_dictionary_adds_what_the_tagger_passed_over_if_that_is_likely_enough(tiny_parser: UtteranceParser) -> None:
    text = "판교에서 강남까지 얼마나 걸려"
    assert shy(tiny_parser, 0.5).parse(text).entities == ()
    added = shy(tiny_parser, 0.0).parse(text).entities
    assert [(one.raw, one.value, one.sources) for one in added] == [
        ("판교", "판교", ("dictionary",)),
        ("강남", "강남", ("dictionary",)),
    ]
    assert all(0 < one.confidence < 0.5 for one in added)


# ----------------------------------------------------------------------------------------------------- how it is loaded


def test_bundle_holds_what_the_parser_reads(tiny_bundle: Bundle) -> None:
    unneeded = ("user.dic", "nearest.json", "asked.json", "spacing.safetensors", "pretrained.NOTICE")
    unneeded += ("corrector.json", "common_words.bin")
    assert sorted(tiny_bundle.manifest.files) == sorted([*NEEDED, *unneeded])


def test_it_is_loaded_from_a_bundle_or_from_the_active_version_of_a_registry(
    tiny_bundle: Bundle, tiny_bundle_files: Mapping[str, bytes], tmp_path: Path
) -> None:
    registry = Registry(tmp_path / "models")
    registry.activate(registry.publish(dict(tiny_bundle_files), tiny.MANIFEST))
    for path in (tiny_bundle.folder, str(tiny_bundle.folder), tmp_path / "models", str(tmp_path / "models")):
        assert UtteranceParser.load(path).parse("안녕하세요").intent.name == "greet"


@pytest.mark.parametrize("is_enabled", [True, False])
def test_loading_leaves_the_garbage_collector_as_it_was(tiny_bundle: Bundle, is_enabled: bool) -> None:
    assert gc.isenabled()
    try:
        if not is_enabled:
            gc.disable()
        UtteranceParser.from_bundle(tiny_bundle)
        assert gc.isenabled() is is_enabled
        with pytest.raises(BundleError):
            UtteranceParser.from_bundle(Bundle(tiny_bundle.folder, replace(tiny_bundle.manifest, files={})))
        assert gc.isenabled() is is_enabled
    finally:
        gc.enable()


def test_registry_without_active_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistryError):
        UtteranceParser.load(tmp_path)


def test_altered_bundle_is_refused(tiny_bundle: Bundle, tmp_path: Path) -> None:
    shutil.copytree(tiny_bundle.folder, tmp_path / "copy")
    path = tmp_path / "copy" / "entity.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(BundleError, match=r"entity\.safetensors: expected SHA-256"):
        UtteranceParser.load(tmp_path / "copy")


@pytest.mark.parametrize("name", NEEDED)
def test_bundle_that_lacks_a_file_is_refused(name: str, tiny_bundle_files: Mapping[str, bytes], tmp_path: Path) -> None:
    bundle = altered(tiny_bundle_files, tmp_path / "bundle", {name: None})
    with pytest.raises(BundleError, match=rf"\b{name}\b"):
        UtteranceParser.from_bundle(bundle)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.json", b"{}"),
        ("model.json", b"[]"),
        ("model.json", b"not JSON"),
        ("model.json", b'{"features": {"min_count": 0}}'),
        ("vocabularies.json", b"{}"),
        ("vocabularies.json", b"\xff"),
        ("lexicon.json", b"[1]"),
        ("intent.onnx", b"not ONNX"),
        ("entity.safetensors", b"no safetensors"),
        ("user.dic", b"no dictionary"),
    ],
)
def test_bundle_with_a_file_of_the_wrong_kind_is_refused(
    name: str, content: bytes, tiny_bundle_files: Mapping[str, bytes], tmp_path: Path
) -> None:
    bundle = altered(tiny_bundle_files, tmp_path / "bundle", {name: content})
    with pytest.raises(BundleError):
        UtteranceParser.from_bundle(bundle)


def test_parser_of_a_model_without_user_dictionary_works(
    tiny_bundle_files: Mapping[str, bytes], tmp_path: Path
) -> None:
    bundle = altered(tiny_bundle_files, tmp_path / "bundle", {"user.dic": None})
    assert UtteranceParser.from_bundle(bundle).parse("안녕하세요").intent.name == "greet"


def test_serving_loads_nothing_of_training() -> None:
    code = "import sys, nlu.understanding.parser; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "onnxruntime" in loaded
    assert set(loaded).isdisjoint({"torch", "gensim", "konlpy", "flask", "onnx", "matplotlib", "pandas", "torchcrf"})


def test_rule_of_the_bundle_was_chosen_on_data(tiny_parser: UtteranceParser) -> None:
    assert tiny_parser.model.rule != FallbackRule()
    assert tiny_parser.model.encoder.settings == tiny.FEATURES


def test_trained_parser_explains_its_answer(tiny_parser: UtteranceParser) -> None:
    text = tiny.corpus()[0].text
    reason = tiny_parser.explain(tiny_parser.parse(text)).intent
    assert reason is not None
    parts = sum(part.score for part in (*reason.units, *reason.entities))
    assert reason.bias + parts == pytest.approx(reason.margin, abs=1e-4)


def test_bundle_without_patterns_is_served_and_names_no_nearest_one(
    tiny_bundle_files: Mapping[str, bytes], tmp_path: Path
) -> None:
    parser = UtteranceParser.from_bundle(altered(tiny_bundle_files, tmp_path / "bundle", {"nearest.json": None}))
    assert parser.explain(parser.parse(tiny.corpus()[0].text)).pattern is None
