"""The training loop for every network: batches, a loss, a score, checkpoints and hooks."""

from __future__ import annotations

import json
import math
import random
import struct
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from nlu.errors import TrainingError
from nlu.events import Listener, Notice, OnEpoch, Progress, ignore
from nlu.networks.settings import TrainingSettings
from nlu.system.files import write_atomic
from nlu.training import distributed
from nlu.training.average import MovingAverage
from nlu.training.optimizer import OneCycleAdamW

ModelT = TypeVar("ModelT", bound=nn.Module)
BatchT = TypeVar("BatchT")

_ROUNDING = 1e-9
_TO_ONE_CHECKPOINT = 20.0
"""Of the time that one takes, so much goes by until the next: epochs of a small set take less than writing one."""
_SEEDS_OF_A_PROCESS = 1_000_003
"""Between the seeds of processes that train together, so that each hides other words."""


@dataclass
class TrainingHistory:
    """What happened, epoch by epoch.

    Attributes:
        losses: mean training loss.
        scores: score on the development set; higher is better.
        between: scores within epochs, where they were asked for: how many epochs, with parts of one, and the score.
    """

    losses: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    between: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.between = [(epoch, score) for epoch, score in self.between]  # JSON has no tuples

    @property
    def curve(self) -> list[tuple[float, float]]:
        """All scores in order, each with the number of epochs after which it was.

        Example:
            >>> TrainingHistory([0.9, 0.5], [0.6, 0.8], [(0.5, 0.3), (1.5, 0.7)]).curve
            [(0.5, 0.3), (1, 0.6), (1.5, 0.7), (2, 0.8)]
        """
        return sorted([*enumerate(self.scores, 1), *self.between])


def choose_device(name: str) -> torch.device:
    """Turn "auto", "cpu" or "cuda" into a device.

    Raises:
        TrainingError: there is no such device.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise TrainingError("training.no_cuda")
    try:
        return torch.device(name)
    except RuntimeError:
        raise TrainingError("training.device", name=name) from None


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Run with torch's generators seeded, then put their states back."""
    with torch.random.fork_rng(devices=_cuda_devices()):
        torch.manual_seed(seed)
        yield


def _cuda_devices() -> list[int]:
    return list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []


@contextmanager
def one_thread() -> Iterator[None]:
    """Run with one thread for each operator: small networks gain nothing from more, and sums keep one order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def fit(
    model: ModelT,
    batches: Callable[[random.Random], Iterable[BatchT]],
    utterances: int,
    loss: Callable[[ModelT, BatchT], Tensor],
    score: Callable[[ModelT], float] | None,
    settings: TrainingSettings,
    *,
    after_step: Callable[[ModelT], None] | None = None,
    checkpoint: Path | None = None,
    stage: str = "fit",
    listen: Listener = ignore,
    on_epoch: OnEpoch | None = None,
    judge_every: float = 1.0,
) -> TrainingHistory:
    """Train a model in place; it ends with the averaged weights of the last epoch it needed.

    Args:
        model: the network, on its device.
        batches: yields one epoch's batches in the order of the generator it is given.
        utterances: how many an epoch goes through.
        loss: the mean loss of a batch.
        score: judges a model on the development set after each epoch; None judges nothing, so that all epochs run.
        settings: rates, epochs, seed.
        after_step: mends the weights after each step (a constraint).
        checkpoint: file to write after epochs, where they are short not after each, and to go on from when it is
            there; the run then ends with the same weights, bit for bit, as one that was never cut off.
        stage: the name of this training in its events.
        listen: is told of every batch, and as the notice `fit.epoch` of every epoch.
        on_epoch: is told of every epoch, and may end the training; epochs that the checkpoint holds are not told again.
        judge_every: the part of an epoch after which the score is taken, kept in the history and told to `on_epoch`,
            0.25 for each quarter; whatever it is, the weights come out the same.

    Raises:
        TrainingError: the loss or its gradient is not finite, or the checkpoint is of another run.
    """
    if not 0 < judge_every <= 1:
        raise ValueError(f"expected 0 < judge_every <= 1, got {judge_every}")
    epochs, steps_per_epoch = settings.epochs_of(utterances), -(-utterances // settings.batch_size)
    distributed.expect_same((stage, settings, utterances))
    run = _Run(model, settings, settings.rate_of(utterances), epochs * steps_per_epoch)
    if checkpoint is not None:
        run.restore(checkpoint)
    total, loss_of = epochs * steps_per_epoch, distributed.in_step(model, loss)

    def tell(steps: int) -> None:
        listen(Progress(stage, run.epoch * steps_per_epoch + steps, total, "batch"))

    def judge(steps: int, mean_loss: float) -> bool:
        return run.judge_between(steps / steps_per_epoch, mean_loss, score, after_step, on_epoch)

    tell(0)
    is_stopped = False
    stops = _stops(judge_every, steps_per_epoch) if score else set[int]()
    while run.epoch < epochs and not run.is_done:
        is_stopped = run.epoch_of_steps(batches, loss_of, after_step, tell, judge, stops)
        if is_stopped:
            break
        run.judge(score, after_step)
        if checkpoint is not None:
            run.save_in_time(checkpoint, is_last=run.epoch == epochs or run.is_done)
        of_epoch = run.epoch, run.history.losses[-1], run.history.scores[-1] if score else None
        listen(Notice("fit.epoch", dict(zip(("stage", "epoch", "loss", "score"), (stage, *of_epoch), strict=True))))
        is_stopped = distributed.from_first(on_epoch is not None and on_epoch(*of_epoch))
        if is_stopped:
            if checkpoint is not None:
                run.save_in_time(checkpoint, is_last=True)
            break
    if run.epoch < epochs:  # it has ended, though not all that it might have done is done
        listen(Progress(stage, run.optimizer.done, run.optimizer.done, "batch"))
    model.load_state_dict(run.kept)
    model.eval()
    return run.history


class _Run(Generic[ModelT]):
    """One training run: the model, its optimiser, its average, and how far it is."""

    def __init__(self, model: ModelT, settings: TrainingSettings, rate: float, steps: int) -> None:
        self.model = model
        self.settings = settings
        self.parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.rate = rate
        self.optimizer = OneCycleAdamW(self.parameters, rate, settings.weight_decay, steps)
        self.average = MovingAverage(model, settings.averaging) if settings.averaging else None
        self.history = TrainingHistory()
        self.kept = _copy(model.state_dict())
        self.epoch = 0
        self._saved, self._due = 0, 0.0

    @property
    def is_done(self) -> bool:
        """Whether it stops before its last epoch."""
        settings, scores = self.settings, self.history.scores
        learned = bool(settings.stop_at and scores and scores[-1] >= settings.stop_at)
        return learned or 0 < settings.stop_after <= self.epoch

    def epoch_of_steps(
        self,
        batches: Callable[[random.Random], Iterable[BatchT]],
        loss: Callable[[BatchT], Tensor],
        after_step: Callable[[ModelT], None] | None,
        tell: Callable[[int], None],
        judge: Callable[[int, float], bool],
        stops: Collection[int],
    ) -> bool:
        """Go through the data once; True where the judge ended the training after one of the steps in `stops`."""
        self.model.train()
        total, count = 0.0, 0
        with seeded(self.settings.seed + 1 + self.epoch + _SEEDS_OF_A_PROCESS * distributed.ranks().rank):
            for batch in batches(random.Random(f"{self.settings.seed}/{self.epoch}")):
                with self._precision():
                    value = loss(batch)
                number = value.item()
                self.expect_finite("training.loss", number, count)
                self.optimizer.clear()
                value.backward()  # type: ignore[no-untyped-call]
                norm = nn.utils.clip_grad_norm_(self.parameters, self.settings.clip)
                self.expect_finite("training.gradient", norm.item(), count)
                self.optimizer.step()
                if after_step is not None:
                    after_step(self.model)
                if self.average is not None:
                    self.average.update()
                total, count = total + number, count + 1
                tell(count)
                if count in stops and judge(count, total / count):
                    self.history.losses.append(total / count)
                    return True
        self.history.losses.append(distributed.mean(total / max(count, 1)))
        self.epoch += 1
        return False

    def _precision(self) -> torch.autocast:
        """In which numbers a loss is computed; weights and optimiser keep their own."""
        device, is_half = self.parameters[0].device.type, self.settings.precision == "bfloat16"
        return torch.autocast(device, torch.bfloat16, enabled=is_half)

    def expect_finite(self, code: str, number: float, steps_before: int) -> None:
        if not math.isfinite(number):
            raise TrainingError(
                code,
                number=number,
                epoch=self.epoch + 1,
                step=steps_before + 1,
                rate=self.rate,
            )

    def judge(self, score: Callable[[ModelT], float] | None, after_step: Callable[[ModelT], None] | None) -> None:
        """Score the averaged weights after an epoch, and keep them."""
        candidate = self.model if self.average is None else self.average.model
        if after_step is not None:
            after_step(candidate)
        candidate.eval()
        if score is not None:
            self.history.scores.append(distributed.from_first(score(candidate)))
        self.kept = _copy(candidate.state_dict())

    def judge_between(
        self,
        part: float,
        mean_loss: float,
        score: Callable[[ModelT], float] | None,
        after_step: Callable[[ModelT], None] | None,
        on_epoch: OnEpoch | None,
    ) -> bool:
        """Score the averaged weights within an epoch, and go on as if nothing had been; True where the hook ends it."""
        candidate = self.model if self.average is None else self.average.model
        before, kept, whole = _copy(candidate.state_dict()), self.kept, len(self.history.scores)
        with torch.random.fork_rng(devices=_cuda_devices()):
            self.judge(score, after_step)
        value = self.history.scores[-1]
        if distributed.from_first(on_epoch is not None and on_epoch(self.epoch + part, mean_loss, value)):
            return True
        del self.history.scores[whole:]
        self.history.between.append((self.epoch + part, value))
        self.kept = kept
        candidate.load_state_dict(before)
        self.model.train()
        return False

    def save_in_time(self, path: Path, *, is_last: bool) -> None:
        """Write a checkpoint where this takes a small part of the time since the one before, or none will follow."""
        if self._saved == self.epoch:
            return
        began = time.perf_counter()
        if is_last or began >= self._due:
            self.save(path)
            ended = time.perf_counter()
            self._saved, self._due = self.epoch, ended + (ended - began) * _TO_ONE_CHECKPOINT

    def save(self, path: Path) -> None:
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"kept.{name}": value for name, value in self.kept.items()}
        if self.average is not None:
            tensors |= {f"average.{name}": value for name, value in self.average.state().items()}
        tensors |= {f"optimizer.{name}": value for name, value in self.optimizer.state().items()}
        about = {
            "settings": asdict(self.settings),
            "history": asdict(self.history),
            "epoch": self.epoch,
            "steps": self.optimizer.done,
            "total_steps": self.optimizer.steps,
        }
        write_atomic(path, save(_copy(tensors), {"about": json.dumps(about)}))

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint, which lies where the first process runs; where there is none, do nothing."""
        content = distributed.from_first(path.read_bytes() if path.exists() else None)
        if content is None:
            return
        try:
            about, tensors = json.loads(_about(content)), load(content)
        except (SafetensorError, TypeError, KeyError, ValueError, struct.error) as error:
            raise TrainingError("training.checkpoint", path=path, problem=str(error)) from error
        if about["settings"] != asdict(self.settings):
            raise TrainingError("training.checkpoint_settings", path=path)
        model = _under("model.", tensors)
        if (
            about.get("total_steps") != self.optimizer.steps
            or "steps" not in about
            or _shapes(model) != _shapes(self.model.state_dict())
        ):
            raise TrainingError("training.checkpoint_network", path=path)
        self.model.load_state_dict(model)
        self.kept = _under("kept.", tensors)
        if self.average is not None:
            self.average.restore(_under("average.", tensors))
        self.optimizer.restore(_under("optimizer.", tensors), about["steps"])
        self.history = TrainingHistory(**about["history"])
        self.epoch = self._saved = about["epoch"]


def _stops(judge_every: float, steps_per_epoch: int) -> set[int]:
    """The steps of an epoch, but its last, after which it is judged: each part as soon as it is done.

    Example:
        >>> _stops(0.25, 10), _stops(1.0, 10), _stops(0.25, 2)
        ({8, 3, 5}, set(), {1})
    """
    parts = range(1, math.ceil(1 / judge_every))
    return {math.ceil(part * judge_every * steps_per_epoch - _ROUNDING) for part in parts} - {steps_per_epoch}


def _about(content: bytes) -> str:
    """What a safetensors file says of itself: after the length of the header, eight bytes, comes the header as JSON."""
    (length,) = struct.unpack_from("<Q", content)
    return str(json.loads(content[8 : 8 + length])["__metadata__"]["about"])


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in tensors.items()}


def _copy(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().clone().contiguous() for name, value in tensors.items()}


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
