"""The networks at serving, and what surrounds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from nlu.errors import BundleError
from nlu.features.batches import pad
from nlu.understanding.sessions import EntityNetwork, IntentNetwork, softmax
from tests.parsers import untrained_parser
from tests.processes import run_python


def test_nobody_is_told_of_its_use_and_no_thread_is_started(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code = f"""
import os
os.environ.update(HOME={str(home)!r}, XDG_CACHE_HOME={str(home)!r})
for name in ("ORT_DISABLE_TELEMETRY", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.pop(name, None)
import nlu.understanding.sessions
print(len(os.listdir("/proc/self/task")))
"""
    run = run_python(code, tmp_path)
    assert (run.stdout, run.stderr) == ("1\n", "")  # no thread that reports, none that multiplies
    assert not home.exists()  # nor an id of this machine


@pytest.mark.parametrize("read", [IntentNetwork, EntityNetwork])
def test_file_that_is_no_network_is_refused(read: type) -> None:
    with pytest.raises(BundleError, match=r"^a network can't be loaded: "):
        read(b"not ONNX", save({}))


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=9), st.floats(0.05, 20))
def test_softmax_gives_probabilities_in_the_order_of_the_logits(logits: list[float], temperature: float) -> None:
    found = softmax(np.array(logits, dtype=np.float32), temperature)
    assert found.sum() == pytest.approx(1.0)
    assert (found >= 0).all()
    assert found[np.argmax(logits)] == found.max()


def test_higher_temperature_makes_less_sure() -> None:
    logits = np.array([2.0, 1.0], dtype=np.float32)
    assert softmax(logits, 2.0)[0] == pytest.approx(1 / (1 + np.exp(-0.5)))
    assert softmax(logits, 2.0)[0] < softmax(logits)[0]


def test_networks_score_utterances_of_any_lengths_together_as_each_alone() -> None:
    model = untrained_parser().model
    texts = ("물", "피자 주문해줘", "뷁", "판교 날씨 어때 😀", "a" * 60, "내일 서울 날씨", "물")
    several = model.encoder.encode_many(texts)
    inputs = pad(several)
    logits = model.intents.network.logits(inputs)
    emissions = model.entities.network.emissions(inputs)
    for features, row, scores in zip(several, logits, emissions, strict=True):
        assert row == pytest.approx(model.intents.network.logits(pad((features,)))[0], abs=1e-5)
        found = scores[: len(features.units)]
        np.testing.assert_allclose(found, model.entities.network.emissions(pad((features,)))[0], atol=1e-5)
