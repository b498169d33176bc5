from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlu.drift.reading import Reader, bucket, text_events
from nlu.drift.sketch import CATEGORIES, ORDERED, SKETCH_NAME, Sketch
from nlu.errors import BundleError
from nlu.store.bundle import Bundle
from nlu.store.registry import locate
from tests.bundles import MemoryBundle
from tests.nlu.drift.examples import heard


def test_a_sketch_reads_itself_and_is_small(sketch: Sketch) -> None:
    text = sketch.to_json()
    assert len(text.encode()) < 100_000
    assert Sketch.from_json(text).to_json() == text


def test_the_same_utterances_give_the_same_bytes(reader: Reader) -> None:
    one, other = (Sketch.of(reader.read(heard(200, seed=1)), "written").to_json() for _ in range(2))
    assert one == other


def test_a_sketch_that_was_read_sees_the_same(sketch: Sketch, reader: Reader) -> None:
    sample = reader.read(heard(50, seed=11))
    one, other = sketch.look(sample), Sketch.from_json(sketch.to_json()).look(sample)
    assert all(np.array_equal(one.codes[name], other.codes[name]) for name in (*CATEGORIES, *ORDERED))


def test_a_sketch_holds_no_text(sketch: Sketch) -> None:
    text = sketch.to_json()
    assert not any(word in text for word in {word for one in heard(1_000, seed=1) for word in one.text.split()})


def test_every_utterance_is_counted_once(sketch: Sketch) -> None:
    for name in ("intents", "topics", "confidence", "length", "unknown"):
        assert sketch.counts[name].sum() == sketch.size
    assert sketch.counts["novelty"].sum() == sketch.size - len(sketch.landmarks)


def test_more_texts_add_to_the_words_only(reader: Reader) -> None:
    sample, more = reader.read(heard(100, seed=1)), reader.counted(["환불해 주세요", "환불 언제 돼요"])
    sketch = Sketch.of(sample, "written", more_words=more)
    counts, size = sketch.events["words"]
    assert (size, sketch.size, counts[bucket("words", "환불")]) == (102, 100, 2)
    assert sketch.events["answers"][1] == 100


def test_a_bundle_without_a_sketch_has_none_and_a_damaged_one_is_told(sketch: Sketch) -> None:
    assert Sketch.read(MemoryBundle({})) is None
    assert Sketch.read(MemoryBundle({SKETCH_NAME: sketch.to_json().encode()})) is not None
    for content in (b"{}", b"[]", b"", sketch.to_json().replace('"format": 1', '"format": 9').encode()):
        with pytest.raises(BundleError):
            Sketch.read(MemoryBundle({SKETCH_NAME: content}))


def test_words_are_counted_without_particles_and_endings(reader: Reader) -> None:
    assert [token.text for token in reader.content("판교에서 피자를 3개 주문할게요!")][:2] == ["판교", "피자"]
    assert bucket("words", "를") not in text_events("", (token.text for token in reader.content("피자를")))


def test_a_word_that_training_never_saw_is_unknown_and_has_no_vector(reader: Reader) -> None:
    sample = reader.read([heard(1)[0]._replace(text="쿠쿠루삥뽕"), heard(1)[0]._replace(text="")])
    assert sample.unknown[0] > 0
    assert not sample.vectors[0].any()
    assert sample.unknown[1] == 0


def test_training_sketches_what_it_held_out(trained_once: Path) -> None:
    """Without the words of held-out utterances in its text; from a bot that other tests trained."""
    bundle = Bundle.open(locate(trained_once / "models"))
    sketch = Sketch.read(bundle)
    assert sketch is not None
    assert sketch.kind == "generated"
    assert sketch.expected.labelled == sketch.size >= 2
    assert bundle.manifest.files[SKETCH_NAME].size < 100_000
