"""The networks as they are served, against the trained ones, and against trained ones with rounded weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nlu.data.iob import tag_names
from nlu.features.batches import pad
from nlu.features.encoder import Features
from nlu.networks.batching import collate
from nlu.networks.bilstm_crf import BiLstmCrf
from nlu.networks.char_cnn import CharCnn
from nlu.networks.ensemble import BiLstmCrfEnsemble
from nlu.networks.onnx_networks import entity_network, intent_network
from nlu.networks.settings import BiLstmCrfSettings, CharCnnSettings
from nlu.networks.unit_embedding import UnitEmbedding
from nlu.training.loop import seeded
from nlu.understanding.network_format import quantize_table, quantize_weights, restored
from nlu.understanding.sessions import EntityNetwork, IntentNetwork
from tests.nlu.random_features import NGRAMS, SIZES, WIDTHS, random_embedding, random_features, shaken

LENGTHS = (7, 3, 2, 1, 1)
TAGS = tag_names(["a"])
NO_DICTIONARY = replace(SIZES, entities=0)
JAMO = ("initial", "medial", "final")
KERNELS = [(1,), (4,), (1, 2, 3, 4, 5), (5, 1, 3, 3), (2, 7)]


def served(network: CharCnn | BiLstmCrfEnsemble, *, int8: bool = False) -> IntentNetwork | EntityNetwork:
    if isinstance(network, CharCnn):
        exported = intent_network(network, "weights", int8=int8)
        return IntentNetwork(exported.graph, exported.weights)
    exported = entity_network(network.members, "weights", int8=int8, more={})
    return EntityNetwork(exported.graph, exported.weights)


def utterances(sizes=SIZES) -> list[Features]:
    several = [random_features(one, one, ngrams=one, sizes=sizes) for one in LENGTHS]
    return [*several, random_features(4, 9, ngrams=0, sizes=sizes)]


def a_cnn(kernels: tuple[int, ...] = (1, 2, 3), ngram_width: int = 6, sizes=SIZES, widths=WIDTHS) -> CharCnn:
    settings = CharCnnSettings(kernels=kernels, filters=8, ngram_width=ngram_width)
    with seeded(1):
        return shaken(CharCnn(random_embedding(sizes=sizes, widths=widths), NGRAMS, 3, settings))


def a_tagger(layers: int = 1, sizes=SIZES, widths=WIDTHS, members: int = 2) -> BiLstmCrfEnsemble:
    settings = BiLstmCrfSettings(hidden=5, layers=layers)
    with seeded(1):
        each = (BiLstmCrf(random_embedding(sizes=sizes, widths=widths), TAGS, settings) for _ in range(members))
        return BiLstmCrfEnsemble([shaken(one, number) for number, one in enumerate(each)], TAGS)


def given_by(network: CharCnn | BiLstmCrfEnsemble, several: list[Features]) -> np.ndarray:
    batch = collate(several)
    with torch.no_grad():
        if isinstance(network, CharCnn):
            return network(batch.ids, batch.flags, batch.ngram).numpy()
        return network(batch.ids, batch.flags).numpy()


def assert_close(found: np.ndarray, wanted: np.ndarray, several: list[Features], tolerance: float) -> None:
    """Within a tolerance, for emissions up to the end of each utterance."""
    if found.ndim == 2:
        np.testing.assert_allclose(found, wanted, atol=tolerance)
        return
    for row, features in enumerate(several):
        length = len(features.units)
        np.testing.assert_allclose(found[row, :length], wanted[row, :length], atol=tolerance)


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("ngram_width", [6, 0])
def test_served_intent_network_gives_what_the_trained_one_gives(kernels: tuple[int, ...], ngram_width: int) -> None:
    network, several = a_cnn(kernels, ngram_width), utterances()
    found = served(network).logits(pad(several))
    assert_close(found, given_by(network, several), several, 1e-4)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("sizes", [SIZES, NO_DICTIONARY])
@pytest.mark.parametrize("members", [1, 2, 3])
def test_served_entity_network_gives_what_the_trained_one_gives(layers: int, sizes: object, members: int) -> None:
    network, several = a_tagger(layers, sizes, members=members), utterances(sizes)
    found = served(network).emissions(pad(several))
    assert_close(found, given_by(network, several), several, 1e-4)


@pytest.mark.parametrize(
    "left_out",
    ["syllable", "jamo", "bigram", "word", "pos", "position", "spacing", "dictionary"],
)
@pytest.mark.parametrize("int8", [False, True])
def test_every_feature_can_be_left_out(left_out: str, int8: bool) -> None:
    network, several = a_cnn(widths=replace(WIDTHS, **{left_out: 0})), utterances()
    found = served(network, int8=int8).logits(pad(several))
    assert_close(found, given_by(network, several), several, 0.5 if int8 else 1e-4)


@pytest.mark.parametrize("kept", ["syllable", "jamo", "bigram", "word", "pos", "dictionary"])
@pytest.mark.parametrize("int8", [False, True])
def test_one_feature_is_enough(kept: str, int8: bool) -> None:
    widths = replace(WIDTHS, **{name: 0 for name in vars(WIDTHS) if name != kept})
    network, several = a_cnn(widths=widths), utterances()
    found = served(network, int8=int8).logits(pad(several))
    assert_close(found, given_by(network, several), several, 0.5 if int8 else 1e-4)
    tagger = a_tagger(widths=widths)
    emissions = served(tagger, int8=int8).emissions(pad(several))
    assert_close(emissions, given_by(tagger, several), several, 0.5 if int8 else 1e-4)


@pytest.mark.parametrize("int8", [False, True])
@pytest.mark.parametrize("length", [1, 2, 3])
def test_utterances_shorter_than_the_kernels_are_read_too(length: int, int8: bool) -> None:
    network, several = a_cnn((3, 9)), [random_features(length, 1)]
    found = served(network, int8=int8).logits(pad(several))
    assert_close(found, given_by(network, several), several, 0.5 if int8 else 1e-4)


def rounded(network: CharCnn | BiLstmCrfEnsemble) -> CharCnn | BiLstmCrfEnsemble:
    """The same network with weights that bytes can hold; it looks nothing up in a dictionary."""
    with torch.no_grad():
        if isinstance(network, BiLstmCrfEnsemble):
            for member in network.members:
                round_embedding(member.embedding)
            return network
        scale = round_embedding(network.embedding)
        for one in (one for one in network.modules() if isinstance(one, nn.Conv1d)):
            one.weight.copy_(torch.from_numpy(round_kernel(one.weight, scale)))
        round_table(network.ngram.weight)
    return network


def round_embedding(embedding: UnitEmbedding) -> np.ndarray:
    """Round its tables in place, and give the scale of its columns."""
    embedding.tables["word"] = nn.Embedding.from_pretrained(embedding.vectors("word"))
    return round_tables(embedding)


def round_table(*tables: Tensor) -> np.ndarray:
    """Round tables in place, all of them together, and give the scale of their columns."""
    for table in tables:
        table[0] = 0
    quantized = quantize_table(np.concatenate([table.numpy() for table in tables]))
    values = torch.from_numpy(restored(quantized.codes, quantized.scale))
    for table, value in zip(tables, values.split([len(table) for table in tables]), strict=True):
        table.copy_(value)
    return quantized.scale


def round_tables(embedding: UnitEmbedding) -> np.ndarray:
    jamo = round_table(*(embedding.vectors(one).data for one in JAMO))
    scales = {one: jamo if one in JAMO else round_table(embedding.vectors(one).data) for one in embedding.tables}
    return np.concatenate([scales[feature.table] for feature in embedding.features])


def round_kernel(kernel: Tensor, scale: np.ndarray) -> np.ndarray:
    weights = kernel.numpy() * scale[:, None]  # (F, D, n)
    quantized = quantize_weights(weights.reshape(len(weights), -1).T)
    return restored(quantized.codes, quantized.scale).T.reshape(weights.shape) / scale[:, None]


@pytest.mark.parametrize("kernels", KERNELS)
def test_bytes_give_what_a_network_of_rounded_weights_gives(kernels: tuple[int, ...]) -> None:
    """Whatever is computed while serving is exact: rounded is nothing but the weights, once."""
    network, several = a_cnn(kernels, sizes=NO_DICTIONARY), utterances(NO_DICTIONARY)
    exact = given_by(network, several)
    found = served(network, int8=True).logits(pad(several))
    assert_close(found, given_by(rounded(network), several), several, 1e-4)
    assert 1e-3 < np.abs(found - exact).max() < 0.5


def test_bytes_give_what_a_tagger_of_rounded_weights_gives() -> None:
    network, several = a_tagger(sizes=NO_DICTIONARY), utterances(NO_DICTIONARY)
    exact = given_by(network, several)
    found = served(network, int8=True).emissions(pad(several))
    assert_close(found, given_by(rounded(network), several), several, 1e-4)
    assert 1e-4 < max(np.abs(found[0] - exact[0]).max(), np.abs(found[1, :3] - exact[1, :3]).max()) < 0.5


def test_what_the_output_layer_reads_keeps_its_measure_in_bytes() -> None:
    network, features = a_cnn(), random_features(5, 1)
    batch = collate([features])
    with torch.no_grad():
        wanted = network.pool(network.embedding(batch.ids, batch.flags), batch.flags, batch.ngram)[0].numpy()
    for int8 in (False, True):
        np.testing.assert_allclose(served(network, int8=int8).inside(features)[1], wanted, atol=0.5 if int8 else 1e-4)


@pytest.mark.parametrize("make", [a_cnn, a_tagger])
def test_what_the_dictionary_says_counts_in_bytes_too(make) -> None:
    network, several = make(), utterances()
    silent = [replace(one, flags=one.flags * (np.arange(one.flags.shape[1]) == 2 * SIZES.entities)) for one in several]
    wanted, without = given_by(network, several), given_by(network, silent)
    answer = served(network, int8=True)
    found = answer.logits(pad(several)) if make is a_cnn else answer.emissions(pad(several))
    assert_close(found, wanted, several, 0.5)
    assert np.abs(wanted[0] - without[0]).max() > 2 * np.abs(found[0] - wanted[0]).max()


@pytest.mark.parametrize("int8", [False, True])
def test_the_same_answer_alone_and_beside_others(int8: bool) -> None:
    cnn, tagger, several = served(a_cnn(), int8=int8), served(a_tagger(), int8=int8), utterances()
    inputs = pad(several)
    for features, logits, emissions in zip(several, cnn.logits(inputs), tagger.emissions(inputs), strict=True):
        np.testing.assert_allclose(cnn.logits(pad((features,)))[0], logits, atol=1e-6)
        np.testing.assert_allclose(tagger.emissions(pad((features,)))[0], emissions[: len(features.units)], atol=1e-6)


@pytest.mark.parametrize("int8", [False, True])
def test_the_trained_network_stays_as_it_was(int8: bool) -> None:
    for network in (a_cnn(), a_tagger()):
        before = {name: value.clone() for name, value in network.state_dict().items()}
        served(network, int8=int8)
        assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
