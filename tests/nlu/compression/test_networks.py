"""Smaller networks against those that they were made of."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax
from torch import nn

from nlu.compression.filters import OutputLayer, choose, importance, prune, refit
from nlu.compression.int8 import to_bytes
from nlu.compression.word_table import word_vectors
from nlu.features.batches import pad
from nlu.features.vocabulary import Vocabulary
from nlu.networks.onnx_networks import entity_network, intent_network
from nlu.understanding.network_format import KERNELS, NGRAM_TABLE, OUTPUT, POOLED
from nlu.understanding.sessions import EntityNetwork, IntentNetwork
from tests.nlu.networks.test_onnx_networks import a_cnn, a_tagger, utterances
from tests.nlu.random_features import WIDTHS, WORDS


@pytest.mark.parametrize("kernels", [(1,), (1, 2, 3), (2, 7)])
@pytest.mark.parametrize("ngram_width", [6, 0])
def test_bytes_say_nearly_what_floats_say(kernels: tuple[int, ...], ngram_width: int) -> None:
    floats, several = intent_network(a_cnn(kernels, ngram_width), "weights", int8=False), utterances()
    small = to_bytes(floats.graph, floats.weights, "weights")
    before, after = (IntentNetwork(one.graph, one.weights) for one in (floats, small))
    assert 0 < np.abs(after.logits(pad(several)) - before.logits(pad(several))).max() < 0.5
    rounded = [name for name in after.tensors if name.startswith(KERNELS) or name == NGRAM_TABLE]
    assert len(rounded) == len(kernels) + bool(ngram_width)
    assert {after.tensors[name].itemsize for name in rounded} == {1}
    again = to_bytes(small.graph, small.weights, "weights")
    assert (again.graph, again.weights) == (small.graph, small.weights)  # nothing is left to round


def test_bytes_of_taggers_say_nearly_what_floats_say() -> None:
    members, several = a_tagger(members=2).members, utterances()
    floats = entity_network(members, "weights", int8=False, more={"crf.transitions": np.ones((3, 3), np.float32)})
    small = to_bytes(floats.graph, floats.weights, "weights")
    before, after = (EntityNetwork(one.graph, one.weights).emissions(pad(several)) for one in (floats, small))
    assert 0 < np.abs(after[0] - before[0]).max() < 0.5


@pytest.mark.parametrize("int8", [False, True])
def test_an_unknown_ngram_adds_nothing(int8: bool) -> None:
    network = intent_network(a_cnn(), "weights", int8=int8)
    small = to_bytes(network.graph, network.weights, "weights")
    table = IntentNetwork(small.graph, small.weights).tensors[NGRAM_TABLE]
    assert not table[0].any()


@pytest.mark.parametrize("int8", [False, True])
def test_filters_that_say_nothing_are_left_out_without_a_trace(int8: bool) -> None:
    cnn, several = a_cnn((1, 2, 3)), utterances()
    silent = [1, 2, 8, 9, 10, 16, 17, 22]
    with torch.no_grad():
        cnn.output.weight[:, silent] = 0.25  # the same for every intent
        for number, layer in enumerate(one for one in cnn.convolutions.modules() if isinstance(one, nn.Conv1d)):
            for filter_ in (one - 8 * number for one in silent if 8 * number <= one < 8 * number + 8):
                layer.weight[filter_] = 0  # and on every utterance
    network = intent_network(cnn, "weights", int8=int8)
    before = IntentNetwork(network.graph, network.weights)
    pooled = before.run(pad(several), POOLED)[0]
    small = prune(network.graph, network.weights, "weights", pooled, share=2 / 3)
    after = IntentNetwork(small.graph, small.weights)
    assert after.tensors[OUTPUT].shape[0] == before.tensors[OUTPUT].shape[0] - len(silent)
    relative = [one - one.mean(1, keepdims=True) for one in (network_logits(before), network_logits(after))]
    np.testing.assert_allclose(relative[1], relative[0], atol=0.02)


def network_logits(network: IntentNetwork) -> np.ndarray:
    return network.logits(pad(utterances()))


@given(st.integers(0, 100), st.floats(0.05, 1.0))
def test_the_best_filters_stay_and_one_of_each_kernel(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, rng.integers(1, 4)).tolist()
    worth = rng.random(sum(sizes))
    kept = choose(worth, sizes, share)
    assert kept == sorted(set(kept))
    assert len(kept) == max(len(sizes), round(share * sum(sizes)))
    ends = np.cumsum(sizes)
    firsts = {end - size + int(np.argmax(worth[end - size : end])) for end, size in zip(ends, sizes, strict=True)}
    assert firsts <= set(kept)
    others = set(kept) - firsts
    assert all(worth[one] >= worth[left] for one in others for left in set(range(len(worth))) - set(kept))


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_a_refitted_layer_is_nearer_to_what_it_is_to_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pooled, true = rng.random((60, 8)), OutputLayer(rng.normal(size=(8, 4)), rng.normal(size=4))
    wanted = true.logits(pooled)
    start = OutputLayer(true.weights[:6], true.bias)
    found = refit(pooled[:, :6], wanted, start)

    def apart(layer: OutputLayer) -> float:
        target = np.exp(log_softmax(wanted, 1))
        return float(-(target * log_softmax(layer.logits(pooled[:, :6]), 1)).sum(1).mean())

    assert apart(found) <= apart(start) + 1e-9


def test_what_never_changes_is_of_no_importance() -> None:
    pooled = np.array([[1, 0, 2], [1, 1, 2]], dtype=np.float32)
    assert importance(pooled, OutputLayer(np.eye(3), np.zeros(3))).tolist() == pytest.approx(
        [0, 0.5 * (2 / 3) ** 0.5, 0]
    )


@pytest.mark.parametrize("form", ["floats", "int8", "to_bytes"])
def test_the_student_reads_the_words_that_its_teachers_read(form: str) -> None:
    members, words = a_tagger(members=2).members, Vocabulary(f"w{one}" for one in range(WORDS - 2))
    network = entity_network(members, "weights", int8=form == "int8", more={})
    if form == "to_bytes":
        network = to_bytes(network.graph, network.weights, "weights")
    found = word_vectors(network.graph, network.weights, words, WIDTHS).matrix
    wanted = members[0].embedding.vectors("word").detach().numpy()
    np.testing.assert_allclose(found[1:], wanted[1:], atol=0.05)
    assert not found[0].any()
