"""The constrained CRF against all tag paths, and against the library it extends."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchcrf import CRF

from nlu.data.iob import tag_names
from nlu.networks.crf import ILLEGAL, ConstrainedCrf
from tests import oracles
from tests.strategies import CRF_TAGS, CrfProblem, crf_problems


def a_crf(problem: CrfProblem) -> ConstrainedCrf:
    crf = ConstrainedCrf(CRF_TAGS)
    with torch.no_grad():
        crf.start_transitions.copy_(torch.from_numpy(problem.start))
        crf.transitions.copy_(torch.from_numpy(problem.moves))
        crf.end_transitions.copy_(torch.from_numpy(problem.end))
    crf.forbid()
    return crf


def scores_of(crf: CRF) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return tuple(
        tensor.detach().double().numpy() for tensor in (crf.start_transitions, crf.transitions, crf.end_transitions)
    )


def padded(problem: CrfProblem) -> tuple[torch.Tensor, torch.Tensor]:
    """The problem's utterances as `(B, L, T)` emissions, with noise as padding, and their `(B, L)` mask."""
    longest = max(map(len, problem.emissions))
    emissions = torch.full((len(problem.emissions), longest, len(CRF_TAGS)), 17.0)
    mask = torch.zeros(len(problem.emissions), longest, dtype=torch.bool)
    for row, one in enumerate(problem.emissions):
        emissions[row, : len(one)] = torch.from_numpy(one)
        mask[row, : len(one)] = True
    return emissions, mask


def all_of(tags: torch.Tensor) -> torch.Tensor:
    """The mask of utterances of one length."""
    return torch.ones(tags.shape, dtype=torch.bool)


@given(crf_problems())
@settings(max_examples=40)
def test_log_likelihood_is_the_gold_path_among_all_paths(problem: CrfProblem) -> None:
    crf = a_crf(problem)
    emissions, mask = padded(problem)
    gold = torch.zeros(mask.shape, dtype=torch.long)
    wanted = []
    for row, one in enumerate(problem.emissions):
        path = problem.paths[row]
        gold[row, : len(one)] = torch.tensor(path)
        score = oracles.path_score(*scores_of(crf), one, path)
        wanted.append(score - oracles.crf_normalizer(*scores_of(crf), one))
    found = crf.log_likelihoods(emissions, gold, mask)
    assert found.tolist() == pytest.approx(wanted, abs=2e-3, rel=1e-5)


@given(crf_problems())
@settings(max_examples=40)
def test_decoded_path_is_legal_and_the_best_of_all(problem: CrfProblem) -> None:
    crf = a_crf(problem)
    emissions, mask = padded(problem)
    for one, path in zip(problem.emissions, crf.decode(emissions, mask=mask), strict=True):
        best = oracles.crf_best_score(*scores_of(crf), one)
        assert oracles.path_score(*scores_of(crf), one, path) == pytest.approx(best, abs=1e-3)
        assert oracles.is_legal_iob2([CRF_TAGS[tag] for tag in path])


@given(crf_problems(), st.lists(st.floats(-2, 2), min_size=3, max_size=3))
@settings(max_examples=60)
def test_likelihoods_and_gradients_equal_those_of_pytorch_crf(problem: CrfProblem, slopes: list[float]) -> None:
    ours, theirs = a_crf(problem), CRF(len(CRF_TAGS), batch_first=True).double()
    theirs.load_state_dict(ours.state_dict())
    emissions, mask = padded(problem)
    gold = torch.zeros(mask.shape, dtype=torch.long)
    for row, path in enumerate(problem.paths):
        gold[row, : len(path)] = torch.tensor(path)
    slope = torch.tensor(slopes[: len(gold)], dtype=torch.double)
    read, recorded = emissions.clone().requires_grad_(), emissions.double().requires_grad_()
    found = ours.log_likelihoods(read, gold, mask)
    wanted = theirs(recorded, gold, mask=mask, reduction="none")
    assert found.tolist() == pytest.approx(wanted.tolist(), abs=2e-3, rel=1e-5)
    (found.double() * slope).sum().backward()
    (wanted * slope).sum().backward()
    for one, other in zip((read, *ours.parameters()), (recorded, *theirs.parameters()), strict=True):
        assert one.grad is not None
        expected = torch.zeros_like(other) if other.grad is None else other.grad  # no moves in utterances of one unit
        assert torch.allclose(one.grad.double(), expected, rtol=1e-4, atol=1e-5)


def test_where_no_path_has_a_share_of_the_sum_likelihood_and_gradient_stay_finite() -> None:
    crf = ConstrainedCrf(CRF_TAGS)
    emissions = torch.zeros(1, 4, len(CRF_TAGS))
    emissions[:, :, CRF_TAGS.index("I-a")] = 5_000.0  # may begin nothing
    emissions.requires_grad_()
    found = crf.log_likelihoods(emissions, torch.zeros(1, 4, dtype=torch.long), torch.ones(1, 4, dtype=torch.bool))
    found.sum().backward()
    assert math.isfinite(found.item())
    assert all(torch.isfinite(one.grad).all() for one in (emissions, *crf.parameters()))


def test_probabilities_of_all_paths_sum_to_one() -> None:
    torch.manual_seed(0)
    crf = ConstrainedCrf(CRF_TAGS)
    emissions = torch.randn(1, 3, len(CRF_TAGS)) * 3
    paths = torch.tensor(oracles.tag_paths(emissions[0]))
    likelihoods = crf.log_likelihoods(emissions.expand(len(paths), -1, -1), paths, all_of(paths))
    assert likelihoods.exp().sum().item() == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("illegal", [("I-a", "O"), ("O", "I-a"), ("B-a", "I-b"), ("I-b", "I-a")])
def test_illegal_path_has_probability_zero_after_training_towards_it(illegal: tuple[str, str]) -> None:
    torch.manual_seed(0)
    tags = tag_names(["a", "b"])
    crf = ConstrainedCrf(tags)
    gold = torch.tensor([[tags.index(tag) for tag in illegal]])
    emissions = torch.zeros(1, 2, len(tags))
    optimizer = torch.optim.SGD(crf.parameters(), lr=5.0)
    for _ in range(20):
        optimizer.zero_grad()
        (-crf.log_likelihoods(emissions, gold, all_of(gold))).sum().backward()
        optimizer.step()
        crf.forbid()
    assert crf.log_likelihoods(emissions, gold, all_of(gold)).exp().item() == 0.0
    emissions[0, 0, gold[0, 0]] = emissions[0, 1, gold[0, 1]] = 50.0
    assert oracles.is_legal_iob2(
        [tags[tag] for tag in crf.decode(emissions, mask=torch.ones(1, 2, dtype=torch.bool))[0]]
    )


def test_forbid_restores_every_illegal_score_and_no_other() -> None:
    torch.manual_seed(0)
    crf = ConstrainedCrf(CRF_TAGS)
    before = {name: tensor.clone() for name, tensor in crf.state_dict().items()}
    with torch.no_grad():
        crf.transitions[crf.illegal_moves] = 3.0
        crf.start_transitions[crf.illegal_starts] = 3.0
    crf.forbid()
    assert all(torch.equal(tensor, before[name]) for name, tensor in crf.state_dict().items())
    assert int((crf.transitions == ILLEGAL).sum()) == sum(
        not oracles.is_legal_iob2([first, second]) for first in ("O", "B-a", "B-b") for second in CRF_TAGS
    ) + sum(not oracles.is_legal_iob2([f"B-{first}", f"I-{first}", second]) for first in "ab" for second in CRF_TAGS)


@pytest.mark.parametrize("scale", [1.0, 50.0])
@pytest.mark.parametrize("length", [2, 300])
def test_loss_and_gradients_are_finite(length: int, scale: float) -> None:
    generator = torch.Generator().manual_seed(length)
    tags = tag_names("abcdefgh")
    crf = ConstrainedCrf(tags)
    emissions = (torch.rand(3, length, len(tags), generator=generator) * 2 - 1) * scale
    emissions.requires_grad_()
    gold = torch.zeros(3, length, dtype=torch.long)
    loss = -crf.log_likelihoods(emissions, gold, all_of(gold)).mean()
    loss.backward()
    assert math.isfinite(loss.item())
    for tensor in (emissions, *crf.parameters()):
        assert torch.isfinite(tensor.grad).all()


def test_gradient_of_the_emissions_is_gold_less_marginal() -> None:
    torch.manual_seed(1)
    crf = ConstrainedCrf(CRF_TAGS)
    emissions = (torch.randn(1, 4, len(CRF_TAGS)) * 2).requires_grad_()
    gold = [0, 1, 2, 0]
    crf.log_likelihoods(emissions, torch.tensor([gold]), all_of(emissions[..., 0])).sum().backward()
    scores, one = scores_of(crf), emissions[0].detach().double().numpy()
    whole = oracles.crf_normalizer(*scores, one)
    wanted = np.zeros(one.shape)
    for path in oracles.tag_paths(one):
        for at, tag in enumerate(path):
            wanted[at, tag] -= math.exp(oracles.path_score(*scores, one, path) - whole)
    for at, tag in enumerate(gold):
        wanted[at, tag] += 1
    assert emissions.grad[0].numpy() == pytest.approx(wanted, abs=1e-4)


def test_score_that_must_pass_an_unlikely_tag_is_exact() -> None:
    """I-a wins by 200, but only B-a, which loses by 100, leads to it; nothing else may leak into I-a."""
    tags = tag_names(["a"])
    crf = ConstrainedCrf(tags)
    with torch.no_grad():
        crf.start_transitions[:2] = 0.0
        crf.transitions[~crf.illegal_moves] = 0.0
        crf.end_transitions[:] = 0.0
    one = np.array([[50.0, -50.0, 0.0], [-50.0, -50.0, 50.0]], dtype=np.float32)
    gold = torch.tensor([[1, 2]])
    found = crf.log_likelihoods(torch.from_numpy(one).unsqueeze(0), gold, all_of(gold))
    wanted = oracles.path_score(*scores_of(crf), one, (1, 2)) - oracles.crf_normalizer(*scores_of(crf), one)
    assert found.item() == pytest.approx(wanted, abs=1e-4)
