"""Serving's own Viterbi and forward-backward pass, against all paths and against pytorch-crf."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save
from torchcrf import CRF

from nlu.data.iob import tag_names
from nlu.errors import BundleError
from nlu.networks.crf import ConstrainedCrf
from nlu.understanding.crf_inference import Inference, Transitions
from tests import oracles
from tests.strategies import CRF_TAGS, CrfProblem, crf_problems

B, I = CRF_TAGS.index("B-a"), CRF_TAGS.index("I-a")  # noqa: E741 (IOB's own letter)


def transitions_of(problem: CrfProblem) -> Transitions:
    return Transitions(problem.start, problem.moves, problem.end)


def all_scores(transitions: Transitions) -> tuple[np.ndarray, ...]:
    return tuple(np.float64(part) for part in (transitions.start, transitions.moves, transitions.end))


def of_crf(crf: CRF) -> Transitions:
    parts = (crf.start_transitions, crf.transitions, crf.end_transitions)
    return Transitions(*(part.detach().numpy() for part in parts))


def infer(transitions: Transitions, *several: np.ndarray) -> list[Inference]:
    """What is found of utterances that are padded with noise."""
    lengths = [len(emissions) for emissions in several]
    padded = np.full((len(several), max(lengths), len(transitions.start)), 17.0, dtype=np.float32)
    for row, emissions in enumerate(several):
        padded[row, : len(emissions)] = emissions
    return transitions.infer(padded, np.array(lengths, dtype=np.int32))


def span_confidences(
    transitions: Transitions, emissions: np.ndarray, spans: list[tuple[int, int, int, int]]
) -> list[float]:
    (found,) = infer(transitions, emissions)
    return [found.confidence(*span) for span in spans]


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
    (found,) = span_confidences(transitions, emissions, [(first, last, B, I)])
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
    (found,) = span_confidences(transitions, emissions, [(first, last, B, I)])
    wanted = oracles.crf_span_probability(*all_scores(transitions), emissions.astype(float), (first, last, B, I))
    assert found == pytest.approx(wanted, abs=1e-9)
    assert found > 0.1


def test_span_confidences_of_all_spans_at_a_place_sum_to_the_marginal_of_beginning_there() -> None:
    rng = np.random.default_rng(3)
    crf = ConstrainedCrf(CRF_TAGS)
    emissions = rng.normal(size=(6, 5)).astype(np.float32)
    confidences = span_confidences(of_crf(crf), emissions, [(2, last, B, I) for last in range(3, 7)])
    scores = all_scores(of_crf(crf))
    whole = oracles.crf_normalizer(*scores, emissions)
    begins = [path for path in oracles.tag_paths(emissions) if path[2] == B]
    marginal = sum(np.exp(oracles.path_score(*scores, emissions, path) - whole) for path in begins)
    assert sum(confidences) == pytest.approx(marginal, abs=1e-6)


def test_span_confidences_stay_probabilities_over_long_texts_and_extreme_scores() -> None:
    rng = np.random.default_rng(0)
    crf = ConstrainedCrf(CRF_TAGS)
    for scale in (1, 50, 300, 1000):
        emissions = (rng.normal(size=(400, 5)) * scale).astype(np.float32)
        spans = [(first, first + 1 + first % 4, B, I) for first in range(396)]
        found = span_confidences(of_crf(crf), emissions, spans)
        assert all(0.0 <= one <= 1.0 for one in found)
        (inference,) = infer(of_crf(crf), emissions)
        assert inference.path == of_crf(crf).best_path(emissions)


def log_marginals(transitions: Transitions, emissions: np.ndarray) -> np.ndarray:
    """The probability of each tag at each unit, summed without scaling, `(L, T)`."""
    start, moves, end = all_scores(transitions)
    emissions = emissions.astype(float)
    into, out_of = np.empty_like(emissions), np.empty_like(emissions)
    into[0], out_of[-1] = start, end
    for at in range(1, len(emissions)):
        into[at] = np.logaddexp.reduce((into[at - 1] + emissions[at - 1])[:, None] + moves, axis=0)
    for at in range(len(emissions) - 1, 0, -1):
        out_of[at - 1] = np.logaddexp.reduce(moves + emissions[at] + out_of[at], axis=1)
    scores = into + emissions + out_of
    return np.exp(scores - np.logaddexp.reduce(scores[0]))  # type: ignore[no-any-return]


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=4),
    st.integers(1, 12),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.1, 1.0, 5.0, 20.0]),
)
@settings(max_examples=40)
def test_inference_is_that_of_logarithms_whatever_the_lengths_and_the_scores(
    lengths: list[int], labels: int, seed: int, scale: float
) -> None:
    tags = tag_names([f"e{number}" for number in range(labels)])
    rng = np.random.default_rng(seed)
    crf = ConstrainedCrf(tags)
    with torch.no_grad():
        crf.transitions.copy_(torch.from_numpy(rng.normal(size=(len(tags), len(tags))) * scale))
    crf.forbid()
    transitions = of_crf(crf)
    several = [(rng.normal(size=(length, len(tags))) * scale).astype(np.float32) for length in lengths]
    for emissions, found in zip(several, infer(transitions, *several), strict=True):
        assert found.path == transitions.best_path(emissions)
        mask = torch.ones(1, len(emissions), dtype=torch.bool)
        assert found.path == crf.decode(torch.from_numpy(emissions)[None], mask=mask)[0]
        wanted = log_marginals(transitions, emissions)
        for at in range(len(emissions)):
            ends = range(at + 1, len(emissions) + 1)
            begins = sum(found.confidence(at, end, 1, 2) for end in ends)  # B-e0, I-e0: it ends somewhere
            assert begins == pytest.approx(wanted[at, 1], abs=1e-9)
        np.testing.assert_allclose(found.anywhere(), wanted.max(0), atol=1e-9)


def test_path_is_the_best_also_where_its_tags_are_not_the_likeliest_one_by_one() -> None:
    # The best path is B, each other one begins with O, and together those are likelier.
    start = np.array([0.0, 0.5, -50, -50, -50], dtype=np.float32)
    moves = np.zeros((5, 5), dtype=np.float32)
    moves[B] = [1.0, -50, -50, -50, -50]
    transitions = Transitions(start, moves, np.zeros(5, dtype=np.float32))
    (found,) = infer(transitions, np.zeros((2, 5), dtype=np.float32))
    assert found.path == transitions.best_path(np.zeros((2, 5), dtype=np.float32)) == [B, 0]
    assert found.confidence(0, 1, B, I) < 0.5


@given(st.integers(1, 8), st.integers(1, 3), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 1.0, 3.0]))
@settings(max_examples=100)
def test_path_has_the_best_score_of_all_where_many_paths_are_nearly_as_good(
    length: int, labels: int, seed: int, scale: float
) -> None:
    tags = tag_names([f"e{number}" for number in range(labels)])
    rng = np.random.default_rng(seed)
    shapes = (len(tags), (len(tags), len(tags)), len(tags))
    transitions = Transitions(*((rng.normal(size=shape) * scale).astype(np.float32) for shape in shapes))
    emissions = (rng.normal(size=(length, len(tags))) * scale).astype(np.float32)
    (found,) = infer(transitions, emissions)
    scores = (*all_scores(transitions), np.float64(emissions))
    best = oracles.path_score(*scores, transitions.best_path(emissions))
    assert oracles.path_score(*scores, found.path) == pytest.approx(best, abs=1e-4)


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


def test_file_that_is_no_safetensors_is_refused() -> None:
    with pytest.raises(BundleError, match=r"^the weights can't be read: "):
        Transitions.from_safetensors(b"nothing of the kind")
