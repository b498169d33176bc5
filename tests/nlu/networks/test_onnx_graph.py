"""A network in two files: they hold each number once, nothing that runs, and are read without torch."""

from __future__ import annotations

import gc
from pathlib import Path

import onnx
import onnxruntime
import pytest
from safetensors.numpy import load, save

from nlu.errors import BundleError
from nlu.features.batches import pad
from nlu.networks.onnx_graph import ExportedNetwork
from nlu.training.tagger import EntityTagger
from nlu.understanding.network_format import KERNELS
from nlu.understanding.sessions import IntentNetwork
from tests.nlu import tiny

pytestmark = pytest.mark.slow

TEXT = "판교에서 딸기라떼 시켜줘"


def encoded():
    return tiny.equipment(tiny.corpus())[0].encode(TEXT)


def written(exported: ExportedNetwork, folder: Path) -> Path:
    (folder / "intent.safetensors").write_bytes(exported.weights)
    (folder / "intent.onnx").write_bytes(exported.graph)
    return folder / "intent.onnx"


def test_graph_is_valid_and_holds_no_large_tensor(classifier: tiny.Classifier, tmp_path: Path) -> None:
    exported = classifier.to_onnx("intent.safetensors")
    onnx.checker.check_model(written(exported, tmp_path))
    model = onnx.load_model_from_string(exported.graph)
    inside = [len(tensor.raw_data) for tensor in model.graph.initializer]
    outside = [tensor.name for tensor in model.graph.initializer if tensor.data_location]
    assert max(inside) < 256 * 4
    assert sorted(outside) == sorted(load(exported.weights))
    assert {"syllable.weight", f"{KERNELS}0", "output.weight"} <= set(outside)


def test_graph_reads_the_weights_file_beside_it(classifier: tiny.Classifier, tmp_path: Path) -> None:
    """Any ONNX runtime can, since safetensors keeps its bytes plain."""
    graph = written(classifier.to_onnx("intent.safetensors", int8=False), tmp_path)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    inputs = pad([encoded()])
    feed = {node.name: getattr(inputs, node.name) for node in session.get_inputs()}
    assert session.run(None, feed)[0][0] == pytest.approx(classifier.logits([TEXT])[0], abs=1e-4)


def test_word_vectors_are_kept_projected(classifier: tiny.Classifier) -> None:
    tensors = load(classifier.to_onnx("intent.safetensors").weights)
    assert tensors["word.weight"].shape[1] == tiny.WIDTHS.word


def test_bytes_take_less_than_half_the_room(classifier: tiny.Classifier) -> None:
    floats, small = (classifier.to_onnx("intent.safetensors", int8=int8).weights for int8 in (False, True))
    assert len(small) < 0.5 * len(floats)


def test_batch_size_and_length_are_free(classifier: tiny.Classifier, tmp_path: Path) -> None:
    graph = written(classifier.to_onnx("intent.safetensors", int8=False), tmp_path)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    inputs = pad([encoded()] * 3)
    feed = {node.name: getattr(inputs, node.name) for node in session.get_inputs()}
    logits = session.run(None, feed)[0]
    assert logits.shape == (3, 5)
    assert logits[2] == pytest.approx(logits[0], abs=1e-6)


def test_weights_of_the_tagger_hold_the_crf(tagger: EntityTagger) -> None:
    tensors = load(tagger.to_onnx("entity.safetensors").weights)
    count = len(tagger.tags)
    shapes = {name: tensor.shape for name, tensor in tensors.items() if name.startswith("crf.")}
    assert shapes == {
        "crf.start_transitions": (count,),
        "crf.transitions": (count, count),
        "crf.end_transitions": (count,),
    }


def test_network_keeps_its_numbers_when_the_files_are_gone(classifier: tiny.Classifier) -> None:
    exported = classifier.to_onnx("intent.safetensors")
    network = IntentNetwork(bytes(bytearray(exported.graph)), bytes(bytearray(exported.weights)))
    before = network.logits(pad((encoded(),)))[0]
    del exported
    gc.collect()
    trash = [bytes(bytearray(b"\xff" * 50_000)) for _ in range(50)]
    assert network.logits(pad((encoded(),)))[0].tolist() == before.tolist()
    assert len(trash) == 50


def test_weights_without_a_tensor_of_the_graph_are_refused(classifier: tiny.Classifier) -> None:
    exported = classifier.to_onnx("intent.safetensors")
    tensors = load(exported.weights)
    del tensors["syllable.weight"]
    with pytest.raises(BundleError, match=r"^a network can't be loaded: "):
        IntentNetwork(exported.graph, save(tensors))
