"""The training loop for every network: it knows batches, a loss and a score, and nothing of what they mean."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from nlu.errors import TrainingError
from nlu.files import write_atomic

BatchT = TypeVar("BatchT")


@dataclass(frozen=True)
class TrainingSettings:
    """How a network is trained.

    Attributes:
        epochs: passes over the data at most.
        batch_size: utterances a step.
        learning_rate: its peak; it rises over the first tenth of the steps and falls to nearly 0 (Smith 2018).
        weight_decay: of AdamW.
        patience: stop after so many scored epochs without a better score; 0 never stops early.
        clip: largest norm of the gradient.
        averaging: decay of the exponential moving average of the weights that is scored and kept; 0 keeps the last weights.
        seed: of weights, order and dropout.
        device: "cpu", "cuda", or "auto" for CUDA where there is one.
    """

    epochs: int = 12
    batch_size: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    patience: int = 4
    clip: float = 5.0
    averaging: float = 0.998
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch_size < 1:
            raise ValueError(f"expected epochs and batch_size >= 1, got {self.epochs} and {self.batch_size}")
        if not 0.0 <= self.averaging < 1.0:
            raise ValueError(f"expected 0 <= averaging < 1, got {self.averaging}")


@dataclass
class TrainingHistory:
    """What happened, epoch by epoch.

    Attributes:
        losses: mean training loss.
        scores: score on the development set; higher is better.
        best_epoch: index of the best score.
    """

    losses: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    best_epoch: int = -1

    @property
    def best_score(self) -> float:
        """The best score so far; minus infinity before the first epoch."""
        return self.scores[self.best_epoch] if self.best_epoch >= 0 else -math.inf


def choose_device(name: str) -> torch.device:
    """Turn "auto", "cpu" or "cuda" into a device."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise TrainingError("expected a CUDA device, found none; use device 'cpu' or 'auto'")
    return torch.device(name)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Run with torch's generators seeded, then put their states back."""
    devices = range(torch.cuda.device_count()) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=list(devices)):
        torch.manual_seed(seed)
        yield


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
    model: nn.Module,
    batches: Callable[[random.Random], Iterable[BatchT]],
    steps_per_epoch: int,
    loss: Callable[[nn.Module, BatchT], Tensor],
    score: Callable[[nn.Module], float] | None,
    settings: TrainingSettings,
    *,
    after_step: Callable[[nn.Module], None] | None = None,
    checkpoint: Path | None = None,
    title: str = "",
    progress: bool = False,
) -> TrainingHistory:
    """Train a model in place; it ends with the weights of its best epoch.

    Args:
        model: the network, on its device.
        batches: yields one epoch's batches in the order of the generator it is given.
        steps_per_epoch: how many batches that is.
        loss: the mean loss of a batch.
        score: judges a model on the development set; None trains all epochs and keeps the last weights.
        settings: rates, patience, seed.
        after_step: mends the weights after each step (a constraint).
        checkpoint: file to write after each epoch and to go on from when it is there.
        title: what the progress bar says.
        progress: show the bar on standard error.

    Raises:
        TrainingError: the loss is not finite.
    """
    run = _Run(model, settings, steps_per_epoch)
    if checkpoint is not None and checkpoint.exists():
        run.restore(checkpoint)
    bar = tqdm(total=settings.epochs * steps_per_epoch, desc=title, unit="batch", disable=not progress, leave=True)
    with bar:
        bar.update(run.epoch * steps_per_epoch)
        while run.epoch < settings.epochs and not run.out_of_patience:
            run.epoch_of_steps(batches, loss, after_step, bar)
            run.judge(score, after_step)
            bar.set_postfix(loss=f"{run.history.losses[-1]:.3f}", dev=f"{run.history.best_score:.4f}")
            if checkpoint is not None:
                run.save(checkpoint)
    model.load_state_dict(run.best)
    model.eval()
    return run.history


class _Run:
    """One training run: the model, its optimiser, its average, and how far it is."""

    def __init__(self, model: nn.Module, settings: TrainingSettings, steps_per_epoch: int) -> None:
        self.model = model
        self.settings = settings
        self.parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(
            self.parameters,
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
            betas=(0.9, 0.98),
            fused=True,  # one pass over the n-gram table instead of several: a third of a step's time
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, settings.learning_rate, total_steps=settings.epochs * steps_per_epoch + 1, pct_start=0.1
        )
        self.average = (
            AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(settings.averaging)) if settings.averaging else None
        )
        self.history = TrainingHistory()
        self.best = _copy(model.state_dict())
        self.epoch = 0
        self.step = 0

    @property
    def out_of_patience(self) -> bool:
        history, patience = self.history, self.settings.patience
        return bool(patience and history.scores and len(history.scores) - 1 - history.best_epoch >= patience)

    def epoch_of_steps(
        self,
        batches: Callable[[random.Random], Iterable[BatchT]],
        loss: Callable[[nn.Module, BatchT], Tensor],
        after_step: Callable[[nn.Module], None] | None,
        bar: tqdm[None],
    ) -> None:
        self.model.train()
        total, count = 0.0, 0
        with seeded(self.settings.seed + 1 + self.epoch):
            for batch in batches(random.Random(f"{self.settings.seed}/{self.epoch}")):
                value = loss(self.model, batch)
                number = value.item()
                if not math.isfinite(number):
                    raise TrainingError(
                        f"the loss became {number} in epoch {self.epoch + 1}, step {self.step + 1}; "
                        f"lower the learning rate (now {self.settings.learning_rate}) or look for broken data"
                    )
                self.optimizer.zero_grad(set_to_none=True)
                value.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(self.parameters, self.settings.clip)
                self.optimizer.step()
                self.schedule.step()
                if after_step is not None:
                    after_step(self.model)
                if self.average is not None:
                    self.average.update_parameters(self.model)
                self.step += 1
                total, count = total + number, count + 1
                bar.update()
        self.history.losses.append(total / max(count, 1))
        self.epoch += 1

    def judge(self, score: Callable[[nn.Module], float] | None, after_step: Callable[[nn.Module], None] | None) -> None:
        candidate: nn.Module = self.model if self.average is None else self.average.module
        if after_step is not None:
            after_step(candidate)
        candidate.eval()
        if score is not None:
            best = self.history.best_score
            self.history.scores.append(score(candidate))
            if self.history.scores[-1] <= best:
                return
            self.history.best_epoch = len(self.history.scores) - 1
        self.best = _copy(candidate.state_dict())

    def save(self, path: Path) -> None:
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"best.{name}": value for name, value in self.best.items()}
        if self.average is not None:
            tensors |= {f"average.{name}": value for name, value in self.average.state_dict().items()}
        for number, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{name}": value for name, value in state.items()}
        about = {"settings": asdict(self.settings), "history": asdict(self.history), "epoch": self.epoch, "step": self.step}
        write_atomic(path, save(_copy(tensors), {"about": json.dumps(about)}))

    def restore(self, path: Path) -> None:
        with safe_open(str(path), framework="pt") as file:  # type: ignore[no-untyped-call]
            about = json.loads(file.metadata()["about"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        if about["settings"] != asdict(self.settings):
            raise TrainingError(f"{path} belongs to a run with other settings; remove it to start over")
        self.model.load_state_dict(_under("model.", tensors))
        self.best = _under("best.", tensors)
        if self.average is not None:
            self.average.load_state_dict(_under("average.", tensors))
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in _under("optimizer.", tensors).items():
            number, key = name.split(".", 1)
            state.setdefault(int(number), {})[key] = value
        for _ in range(about["step"]):
            self.schedule.step()
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        self.history = TrainingHistory(**about["history"])
        self.epoch, self.step = about["epoch"], about["step"]


def _copy(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().clone().contiguous() for name, value in tensors.items()}


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
