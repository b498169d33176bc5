"""The training loop on a problem of two clouds of points: what it learns, keeps, refuses, and goes on from."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch import Tensor, nn

from nlu.errors import TrainingError
from nlu.events import Event, Listener, Notice, OnEpoch, Progress, ignore
from nlu.networks.settings import TrainingSettings
from nlu.training import loop
from nlu.training.loop import TrainingHistory, choose_device, fit, one_thread, seeded

SETTINGS = TrainingSettings(
    epochs=6, epochs_for=0, least_steps=0, batch_size=8, learning_rate=0.05, averaging=0.9, device="cpu"
)
UTTERANCES = 48
Points = tuple[Tensor, Tensor]


def points() -> Points:
    generator = torch.Generator().manual_seed(0)
    where = torch.randn(UTTERANCES, 2, generator=generator)
    return where + 3, (where[:, 0] > where[:, 1]).long()


def a_model(seed: int = 0) -> nn.Sequential:
    with seeded(seed):
        return nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Dropout(0.2), nn.Linear(8, 2))


def batches(rng: random.Random) -> Iterator[Points]:
    where, which = points()
    order = list(range(len(where)))
    rng.shuffle(order)
    for start in range(0, len(order), 8):
        yield where[order[start : start + 8]], which[order[start : start + 8]]


def loss(model: nn.Module, batch: Points) -> Tensor:
    return nn.functional.cross_entropy(model(batch[0]), batch[1])


def score(model: nn.Module) -> float:
    where, which = points()
    with torch.no_grad():
        return float((model(where).argmax(1) == which).float().mean())


def run(
    settings: TrainingSettings = SETTINGS,
    *,
    checkpoint: Path | None = None,
    batches: Callable[[random.Random], Iterator[Points]] = batches,
    score: Callable[[nn.Module], float] | None = score,
    loss: Callable[[nn.Module, Points], Tensor] = loss,
    after_step: Callable[[nn.Module], None] | None = None,
    listen: Listener = ignore,
    on_epoch: OnEpoch | None = None,
    judge_every: float = 1.0,
) -> tuple[nn.Module, TrainingHistory]:
    model = a_model(settings.seed)
    history = fit(
        model, batches, UTTERANCES, loss, score, settings,
        checkpoint=checkpoint, after_step=after_step, stage="fit.points", listen=listen, on_epoch=on_epoch,
        judge_every=judge_every,
    )  # fmt: skip
    return model, history


def weights(model: nn.Module) -> dict[str, list[float]]:
    return {name: tensor.flatten().tolist() for name, tensor in model.state_dict().items()}


@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_it_learns(averaging: float) -> None:
    model, history = run(replace(SETTINGS, epochs=20, averaging=averaging))
    assert score(model) >= 0.95
    assert history.scores[-1] == score(model)
    assert history.losses[-1] < history.losses[0] / 2


def test_averaging_does_not_hold_back_a_short_run() -> None:
    """Thirty steps at a decay of 0.998 would leave the average at 94 % of the random start."""
    model, _ = run(replace(SETTINGS, epochs=5, averaging=0.998))
    assert score(model) >= 0.9


def test_same_seed_gives_the_same_weights_bit_for_bit() -> None:
    first, second = run()[0], run()[0]
    assert weights(first) == weights(second)


def test_other_seed_gives_other_weights() -> None:
    assert weights(run()[0]) != weights(run(replace(SETTINGS, seed=1))[0])


def test_training_leaves_the_global_generators_alone() -> None:
    torch.manual_seed(5)
    random.seed(5)
    wanted = torch.rand(3), random.random()
    torch.manual_seed(5)
    random.seed(5)
    run()
    assert torch.equal(torch.rand(3), wanted[0])
    assert random.random() == wanted[1]


def test_every_epoch_has_another_order() -> None:
    seen: list[float] = []

    def watched(rng: random.Random) -> Iterator[Points]:
        seen.append(rng.random())
        return batches(rng)

    run(batches=watched)
    assert len(seen) == len(set(seen)) == SETTINGS.epochs


class CutOffError(Exception):
    pass


@pytest.mark.parametrize("averaging", [0.0, 0.9])
@pytest.mark.parametrize("epoch", [1, 3, 5])
def test_run_cut_off_in_an_epoch_goes_on_as_if_nothing_had_happened(
    epoch: int, averaging: float, tmp_path: Path
) -> None:
    settings = replace(SETTINGS, averaging=averaging)
    checkpoint = tmp_path / "checkpoint.safetensors"
    begun = 0

    def cut_off(rng: random.Random) -> Iterator[Points]:
        nonlocal begun
        begun += 1
        for number, batch in enumerate(batches(rng)):
            if begun == epoch + 1 and number == 3:
                raise CutOffError
            yield batch

    with pytest.raises(CutOffError):
        run(settings, checkpoint=checkpoint, batches=cut_off)
    resumed, history = run(settings, checkpoint=checkpoint)
    whole, wanted = run(settings)
    assert weights(resumed) == weights(whole)
    assert history == wanted


def test_finished_run_is_not_trained_again(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    first, wanted = run(checkpoint=checkpoint)

    def never(rng: random.Random) -> Iterator[Points]:
        raise CutOffError

    second, history = run(checkpoint=checkpoint, batches=never)
    assert weights(second) == weights(first)
    assert history == wanted


def test_checkpoint_holds_tensors_and_json_and_nothing_that_runs(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    run(checkpoint=checkpoint)
    with safe_open(str(checkpoint), framework="numpy") as file:
        about = json.loads(file.metadata()["about"])
        held = sum(file.get_tensor(name).nbytes for name in file.keys())  # noqa: SIM118 (not a dict)
    content = checkpoint.read_bytes()
    header = int.from_bytes(content[:8], "little")
    assert len(content) == 8 + header + held
    assert json.loads(content[8 : 8 + header])
    assert about["epoch"] == SETTINGS.epochs


def test_checkpoint_of_other_settings_is_refused(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    run(checkpoint=checkpoint)
    with pytest.raises(TrainingError) as error:
        run(replace(SETTINGS, clip=1.0), checkpoint=checkpoint)
    assert str(error.value) == f"{checkpoint} belongs to a run with other settings; remove it to start over"


@pytest.mark.parametrize("content", [b"", b"half a file", bytes(100)])
def test_checkpoint_that_can_not_be_read_is_refused(content: bytes, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    checkpoint.write_bytes(content)
    with pytest.raises(TrainingError, match=r"^.*checkpoint\.safetensors can't be read .*; remove it to start over$"):
        run(checkpoint=checkpoint)


def test_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    run(checkpoint=checkpoint)
    wider = nn.Linear(2, 3)
    with pytest.raises(TrainingError) as error:
        fit(wider, batches, UTTERANCES, loss, score, SETTINGS, checkpoint=checkpoint)
    assert str(error.value) == f"{checkpoint} belongs to a run with another network or data; remove it to start over"


def test_checkpoint_of_another_amount_of_data_is_refused(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    run(checkpoint=checkpoint)
    with pytest.raises(TrainingError) as error:
        fit(a_model(), batches, UTTERANCES + 8, loss, score, SETTINGS, checkpoint=checkpoint)
    assert str(error.value) == f"{checkpoint} belongs to a run with another network or data; remove it to start over"


def scripted(scores: list[float], seen: list[dict[str, list[float]]]) -> Callable[[nn.Module], float]:
    def judge(model: nn.Module) -> float:
        seen.append(weights(model))
        return scores[len(seen) - 1]

    return judge


SCORES = [0.1, 0.5, 0.9, 0.2, 0.9, 0.3]


@pytest.mark.parametrize("averaging", [0.0, 0.9])
@pytest.mark.parametrize(
    ("stop_at", "stop_after", "epochs"),
    [
        (0.0, 0, 6),
        (0.95, 0, 6),
        (0.9, 0, 3),
        (0.5, 0, 2),
        (0.1, 0, 1),
        (0.0, 4, 4),
        (0.0, 6, 6),
        (0.0, 9, 6),
        (0.5, 1, 1),
    ],
)
def test_training_stops_at_a_score_or_after_so_many_epochs_and_keeps_the_last_weights(
    averaging: float, stop_at: float, stop_after: int, epochs: int
) -> None:
    seen: list[dict[str, list[float]]] = []
    settings = replace(SETTINGS, averaging=averaging, stop_at=stop_at, stop_after=stop_after)
    model, history = run(settings, score=scripted(SCORES, seen))
    assert history.scores == SCORES[:epochs]
    assert weights(model) == seen[-1]
    assert len({str(one) for one in seen}) == epochs
    assert not model.training


def test_what_is_stopped_early_is_what_the_whole_run_was_then() -> None:
    """An epoch has the learning rate of the whole run, so that it can be done again up to where it stopped."""
    seen: list[dict[str, list[float]]] = []
    run(score=scripted(SCORES, seen))
    model, history = run(replace(SETTINGS, stop_after=3), score=None)
    assert weights(model) == seen[2]
    assert len(history.losses) == 3


def test_a_run_that_has_stopped_stays_so_after_a_restart(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    settings = replace(SETTINGS, stop_at=0.9)
    model, history = run(settings, score=scripted([0.5, 0.95], []), checkpoint=checkpoint)
    resumed, again = run(settings, score=scripted([], []), checkpoint=checkpoint)
    assert again == history
    assert weights(resumed) == weights(model)


def test_hook_is_told_of_every_epoch_and_may_end_the_training() -> None:
    seen: list[dict[str, list[float]]] = []
    told: list[tuple[int, float, float | None]] = []

    def stop_after_three(epoch: int, loss: float, score: float | None) -> bool:
        told.append((epoch, loss, score))
        return epoch == 3

    model, history = run(score=scripted(SCORES, seen), on_epoch=stop_after_three)
    assert told == list(zip((1, 2, 3), history.losses, SCORES[:3], strict=True))
    assert weights(model) == seen[2]


def test_hook_is_told_of_no_score_where_nothing_is_scored() -> None:
    told: list[float | None] = []
    run(score=None, on_epoch=lambda epoch, loss, score: told.append(score) or False)
    assert told == [None] * SETTINGS.epochs


def test_short_epochs_do_not_each_write_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []
    monkeypatch.setattr(loop, "write_atomic", lambda path, content: (written.append(path), time.sleep(0.05)))
    run(replace(SETTINGS, epochs=100), checkpoint=tmp_path / "checkpoint.safetensors")
    assert 2 <= len(written) < 20  # the first and the last at least


def test_run_that_the_hook_ended_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    run(checkpoint=checkpoint, on_epoch=lambda epoch, loss, score: epoch == 2)
    told: list[int] = []
    resumed, history = run(checkpoint=checkpoint, on_epoch=lambda epoch, loss, score: told.append(epoch) or False)
    assert told == [3, 4, 5, 6]
    whole, wanted = run()
    assert weights(resumed) == weights(whole)
    assert history == wanted


def restless(model: nn.Module) -> float:
    """A score that draws random numbers, and says something else of each model."""
    torch.rand(3)
    return score(model) + 1e-3 * next(model.parameters()).sum().item()


def constrain(model: nn.Module) -> None:
    """The mean of vectors of length 1 is shorter, so that this changes averaged weights."""
    with torch.no_grad():
        model[0].bias /= model[0].bias.norm()  # type: ignore[index]


@pytest.mark.parametrize("averaging", [0.0, 0.9])
@pytest.mark.parametrize("judge_every", [0.25, 0.3, 0.5, 0.01])
def test_judging_within_epochs_changes_nothing_of_what_is_learned(judge_every: float, averaging: float) -> None:
    settings = replace(SETTINGS, averaging=averaging)
    model, history = run(settings, score=restless, after_step=constrain, judge_every=judge_every)
    whole, wanted = run(settings, score=restless, after_step=constrain)
    assert weights(model) == weights(whole)
    assert replace(history, between=[]) == wanted
    assert len(history.between) == {0.25: 18, 0.3: 12, 0.5: 6, 0.01: 30}[judge_every]  # of 36 steps


def test_hook_is_told_of_each_quarter_epoch_what_the_history_then_holds() -> None:
    told: list[tuple[float, float | None]] = []
    _, history = run(
        replace(SETTINGS, epochs=2),
        on_epoch=lambda epoch, _, score: bool(told.append((epoch, score))),
        judge_every=0.25,
    )
    assert told == history.curve
    assert [6 * epoch for epoch, _ in told] == pytest.approx([2, 3, 5, 6, 8, 9, 11, 12])
    assert [score for epoch, score in told if epoch in (1, 2)] == history.scores


def test_score_within_an_epoch_is_the_one_that_stopping_there_keeps() -> None:
    seen: list[Event] = []
    model, history = run(on_epoch=lambda epoch, *_: epoch >= 1.5, judge_every=0.25, listen=seen.append)
    assert not model.training
    assert history.scores[-1] == score(model)
    assert len(history.losses) == len(history.scores) == 2
    assert [event for event in seen if isinstance(event, Progress)][-1] == Progress("fit.points", 9, 9, "batch")


def test_run_ended_within_an_epoch_goes_on_from_the_epoch_before(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    run(checkpoint=checkpoint, on_epoch=lambda epoch, *_: epoch >= 1.5, judge_every=0.25)
    resumed, history = run(checkpoint=checkpoint, judge_every=0.25)
    whole, wanted = run(judge_every=0.25)
    assert weights(resumed) == weights(whole)
    assert history == wanted


def test_nothing_is_judged_within_epochs_where_nothing_is_scored() -> None:
    told: list[float] = []
    run(score=None, on_epoch=lambda epoch, *_: bool(told.append(epoch)), judge_every=0.25)
    assert told == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("judge_every", [0.0, -0.25, 1.5, math.nan])
def test_part_of_an_epoch_is_above_0_and_at_most_1(judge_every: float) -> None:
    with pytest.raises(ValueError, match=r"^expected 0 < judge_every <= 1, got "):
        run(judge_every=judge_every)


def test_listener_is_told_of_every_batch_and_every_epoch() -> None:
    events: list[Event] = []
    settings = replace(SETTINGS, epochs=2)
    _, history = run(settings, listen=events.append)
    assert [event for event in events if isinstance(event, Progress)] == [
        Progress("fit.points", done, 12, "batch") for done in range(13)
    ]
    assert [event for event in events if isinstance(event, Notice)] == [
        Notice("fit.epoch", {"stage": "fit.points", "epoch": epoch, "loss": loss, "score": score})
        for epoch, loss, score in zip((1, 2), history.losses, history.scores, strict=True)
    ]


def test_without_a_score_all_epochs_are_trained_all_the_same() -> None:
    unjudged, history = run(score=None)
    judged, _ = run()
    assert weights(unjudged) == weights(judged)
    assert (len(history.losses), history.scores) == (SETTINGS.epochs, [])


@pytest.mark.parametrize(("least_steps", "epochs"), [(0, 6), (36, 6), (37, 7), (120, 20)])
def test_few_utterances_are_gone_through_until_there_are_enough_steps(least_steps: int, epochs: int) -> None:
    _, history = run(replace(SETTINGS, least_steps=least_steps))
    assert len(history.losses) == epochs == replace(SETTINGS, least_steps=least_steps).epochs_of(UTTERANCES)


@pytest.mark.parametrize(("epochs_for", "epochs"), [(0, 6), (48, 6), (12, 3), (192, 12), (1, 1), (50, 6)])
def test_a_larger_set_is_gone_through_less_often_by_the_root_of_its_size(epochs_for: int, epochs: int) -> None:
    settings = replace(SETTINGS, epochs_for=epochs_for)
    _, history = run(settings)
    assert len(history.losses) == epochs == settings.epochs_of(UTTERANCES)


@pytest.mark.parametrize("clip", [1e-3, 0.5])
def test_gradient_is_clipped(clip: float) -> None:
    norms: list[float] = []

    def watch(model: nn.Module) -> None:
        gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        if gradients and model.training:
            norms.append(math.sqrt(sum(float(gradient.square().sum()) for gradient in gradients)))

    run(
        replace(SETTINGS, clip=clip, averaging=0.0),
        loss=lambda model, batch: 1000 * loss(model, batch),
        after_step=watch,
    )
    assert max(norms) == pytest.approx(clip, rel=1e-3)
    assert min(norms) == pytest.approx(clip, rel=1e-3)


def test_constraint_holds_for_the_averaged_weights_too() -> None:
    model, _ = run(after_step=constrain)
    assert model[0].bias.norm().item() == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_loss_that_is_not_finite_stops_training(value: float) -> None:
    steps = 0

    def broken(model: nn.Module, batch: Points) -> Tensor:
        nonlocal steps
        steps += 1
        return loss(model, batch) * (value if steps == 8 else 1.0)

    with pytest.raises(TrainingError) as error:
        run(loss=broken)
    assert str(error.value) == (
        f"the loss became {value} in epoch 2, step 2; lower the learning rate (now 0.05) or look for broken data"
    )


def test_gradient_that_is_not_finite_stops_training() -> None:
    def broken(model: nn.Module, batch: Points) -> Tensor:
        return loss(model, batch) + (model[0].bias.sum() * 0.0).sqrt()  # the slope of a root at 0 is infinite

    with pytest.raises(TrainingError) as error:
        run(loss=broken)
    assert str(error.value) == (
        "the gradient became nan in epoch 1, step 1; lower the learning rate (now 0.05) or look for broken data"
    )


@pytest.mark.parametrize("epochs", range(1, 14))
def test_runs_of_any_number_of_steps_are_trained(epochs: int) -> None:
    one = points()
    model = a_model()
    fit(model, lambda rng: [one], 1, loss, None, replace(SETTINGS, epochs=epochs))
    assert weights(model) != weights(a_model())


def test_device_is_chosen_by_name() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_cuda_where_there_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(TrainingError) as error:
        choose_device("cuda")
    assert str(error.value) == "expected a CUDA device, found none; use device 'cpu' or 'auto'"
    assert choose_device("auto") == torch.device("cpu")


def test_unknown_device_is_refused() -> None:
    with pytest.raises(TrainingError) as error:
        choose_device("abacus")
    assert str(error.value) == "expected the device 'cpu', 'cuda' or 'auto', got 'abacus'"


@pytest.mark.gpu
def test_it_learns_on_cuda_and_goes_on_there_from_a_checkpoint(tmp_path: Path) -> None:
    device = torch.device("cuda")

    def on_cuda(model: nn.Module, batch: Points) -> Tensor:
        return loss(model, (batch[0].to(device), batch[1].to(device)))

    def score_on_cuda(model: nn.Module) -> float:
        where, which = points()
        with torch.no_grad():
            return float((model(where.to(device)).argmax(1).cpu() == which).float().mean())

    checkpoint = tmp_path / "checkpoint.safetensors"
    settings = replace(SETTINGS, epochs=20)
    for _ in range(2):
        model = a_model().to(device)
        history = fit(model, batches, UTTERANCES, on_cuda, score_on_cuda, settings, checkpoint=checkpoint)
        assert history.scores[-1] >= 0.95
        assert next(model.parameters()).device.type == "cuda"


def test_one_thread_is_for_the_time_being() -> None:
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
