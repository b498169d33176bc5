"""Serving's own Viterbi and marginals, against all paths and against pytorch-crf."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save
from torchcrf import CRF

from nlu.errors import BundleError
from nlu.iob import tag_names
from nlu.models.crf import ConstrainedCrf
from nlu.runtime import EntityNetwork, IntentNetwork, Transitions, of_one_length, softmax
from tests import oracles
from tests.parsers import untrained_encoder
from tests.processes import run_python
from tests.strategies import CRF_TAGS, CrfProblem, crf_problems

B, I = CRF_TAGS.index("B-a"), CRF_TAGS.index("I-a")  # noqa: E741 (IOB's own letter)


def transitions_of(problem: CrfProblem) -> Transitions:
    return Transitions(problem.start, problem.moves, problem.end)


def all_scores(transitions: Transitions) -> tuple[np.ndarray, ...]:
    return tuple(np.float64(part) for part in (transitions.start, transitions.moves, transitions.end))


def of_crf(crf: CRF) -> Transitions:
    parts = (crf.start_transitions, crf.transitions, crf.end_transitions)
    return Transitions(*(part.detach().numpy() for part in parts))


def test_nobody_is_told_of_its_use(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code = f"""
import os
os.environ.update(HOME={str(home)!r}, XDG_CACHE_HOME={str(home)!r}, OPENBLAS_NUM_THREADS="1")
os.environ.pop("ORT_DISABLE_TELEMETRY", None)
import nlu.runtime
print(len(os.listdir("/proc/self/task")))
"""
    run = run_python(code, tmp_path)
    assert (run.stdout, run.stderr) == ("1\n", "")  # no thread that reports
    assert not home.exists()  # nor an id of this machine


@given(crf_problems(longest=5, most=1))
@settings(max_examples=60)
def test_best_path_has_the_best_score_of_all_paths(problem: CrfProblem) -> None:
    transitions, emissions = transitions_of(problem), problem.emissions[0]
    scores = all_scores(transitions)
    found = oracles.path_score(*scores, np.float64(emissions), transitions.best_path(emissions))
    assert found == pytest.approx(oracles.crf_best_score(*scores, np.float64(emissions)), abs=1e-3)


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 2**32 - 1), st.sampled_from([0.1, 1.0, 20.0]))
@settings(max_examples=100)
def test_best_path_equals_that_of_pytorch_crf(length: int, labels: int, seed: int, scale: float) -> None:
    tags = tag_names([f"e{number}" for number in range(labels)])
    rng = np.random.default_rng(seed)
    crf = ConstrainedCrf(tags)
    with torch.no_grad():
        crf.transitions.copy_(torch.from_numpy(rng.normal(size=(len(tags), len(tags))) * scale))
    crf.forbid()
    emissions = (rng.normal(size=(length, len(tags))) * scale).astype(np.float32)
    mask = torch.ones(1, length, dtype=torch.bool)
    assert of_crf(crf).best_path(emissions) == crf.decode(torch.from_numpy(emissions)[None], mask=mask)[0]


@given(crf_problems(longest=5, most=1), st.data())
@settings(max_examples=60)
def test_span_confidence_is_the_summed_probability_of_all_paths_with_just_that_span(
    problem: CrfProblem, data: st.DataObject
) -> None:
    transitions, emissions = transitions_of(problem), problem.emissions[0]
    first = data.draw(st.integers(0, len(emissions) - 1))
    last = data.draw(st.integers(first + 1, len(emissions)))
    (found,) = transitions.span_confidences(emissions, [(first, last, B, I)])
    wanted = oracles.crf_span_probability(*all_scores(transitions), np.float64(emissions), (first, last, B, I))
    assert found == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, 1), (0, 2), (0, 5), (2, 3), (1, 4), (3, 5), (4, 5)],
    ids=["first unit", "start", "whole", "one unit", "middle", "end", "last unit"],
)
def test_span_confidence_wherever_the_span_is(first: int, last: int) -> None:
    rng = np.random.default_rng(first * 10 + last)
    transitions = Transitions(*(rng.normal(size=shape).astype(np.float32) for shape in (5, (5, 5), 5)))
    emissions = rng.normal(size=(5, 5)).astype(np.float32)
    emissions[first, B] += 3
    emissions[first + 1 : last, I] += 8
    (found,) = transitions.span_confidences(emissions, [(first, last, B, I)])
    wanted = oracles.crf_span_probability(*all_scores(transitions), emissions.astype(float), (first, last, B, I))
    assert found == pytest.approx(wanted, abs=1e-9)
    assert found > 0.1


def test_span_confidences_of_all_spans_at_a_place_sum_to_the_marginal_of_beginning_there() -> None:
    rng = np.random.default_rng(3)
    crf = ConstrainedCrf(CRF_TAGS)
    emissions = rng.normal(size=(6, 5)).astype(np.float32)
    confidences = of_crf(crf).span_confidences(emissions, [(2, last, B, I) for last in range(3, 7)])
    scores = all_scores(of_crf(crf))
    whole = oracles.crf_normalizer(*scores, emissions)
    begins = [path for path in oracles.tag_paths(emissions) if path[2] == B]
    marginal = sum(np.exp(oracles.path_score(*scores, emissions, path) - whole) for path in begins)
    assert sum(confidences) == pytest.approx(marginal, abs=1e-6)


def test_span_confidences_stay_probabilities_over_long_texts_and_extreme_scores() -> None:
    rng = np.random.default_rng(0)
    crf = ConstrainedCrf(CRF_TAGS)
    for scale in (1, 50, 300):
        emissions = (rng.normal(size=(400, 5)) * scale).astype(np.float32)
        spans = [(first, first + 1 + first % 4, B, I) for first in range(396)]
        found = of_crf(crf).span_confidences(emissions, spans)
        assert all(0.0 <= one <= 1.0 for one in found)
        path = of_crf(crf).best_path(emissions)
        assert len(path) == 400


def test_no_spans_need_no_confidences() -> None:
    assert of_crf(ConstrainedCrf(CRF_TAGS)).span_confidences(np.zeros((2, 5), dtype=np.float32), []) == []


def test_transitions_are_read_from_weights() -> None:
    parts = {
        "crf.start_transitions": np.arange(3, dtype=np.float32),
        "crf.transitions": np.arange(9, dtype=np.float32).reshape(3, 3),
        "crf.end_transitions": np.arange(3, dtype=np.float32) + 5,
    }
    found = Transitions.from_safetensors(save({**parts, "other": np.zeros(1, dtype=np.float32)}))
    assert [part.tolist() for part in (found.start, found.moves, found.end)] == [
        part.tolist() for part in parts.values()
    ]


def test_weights_without_transitions_are_refused() -> None:
    with pytest.raises(BundleError) as error:
        Transitions.from_safetensors(save({"crf.transitions": np.zeros((3, 3), dtype=np.float32)}))
    assert str(error.value) == (
        "expected the tensors crf.start_transitions, crf.transitions, crf.end_transitions, "
        "found no crf.start_transitions, crf.end_transitions"
    )


@pytest.mark.parametrize("read", [IntentNetwork, EntityNetwork])
def test_file_that_is_no_network_is_refused(read: type) -> None:
    with pytest.raises(BundleError, match=r"^a network can't be loaded: "):
        read(b"not ONNX", save({}))


def test_file_that_is_no_safetensors_is_refused() -> None:
    with pytest.raises(BundleError, match=r"^the weights can't be read: "):
        Transitions.from_safetensors(b"nothing of the kind")


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


@given(st.lists(st.text("가나 ", min_size=1).filter(str.strip), max_size=50), st.integers(1, 5))
@settings(max_examples=30)
def test_utterances_scored_together_have_one_length_and_each_comes_once(texts: list[str], most: int) -> None:
    encoded = [untrained_encoder().encode(text) for text in texts]
    groups = list(of_one_length(encoded, most))
    assert sorted(position for group in groups for position in group) == list(range(len(texts)))
    assert all(0 < len(group) <= most for group in groups)
    assert all(len({len(encoded[position].units) for position in group}) == 1 for group in groups)
