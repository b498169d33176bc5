"""Training on several processes, of one host or of many, as torch's own launcher starts them.

Each process computes its share of every batch, and the gradients are averaged (DistributedDataParallel), so that all
take the same steps as one process would. `batch_size` stays what a step sees of them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch import distributed as dist
from torch.nn.parallel import DistributedDataParallel

from nlu.errors import TrainingError
from nlu.system.processes import end_with_launcher

ValueT = TypeVar("ValueT")
BatchT = TypeVar("BatchT")
ModelT = TypeVar("ModelT", bound=nn.Module)

_PATIENCE = timedelta(minutes=30)
"""How long a process waits for the others: they tokenise and learn word vectors at their own speed."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """The processes that train together.

    Attributes:
        rank: which one this is, from 0; the first publishes.
        count: how many there are.
    """

    rank: int = 0
    count: int = 1

    def share(self, rows: Sequence[ValueT]) -> Sequence[ValueT]:
        """The part of a batch that this process learns from; may be empty.

        Example:
            >>> [list(Ranks(rank, 2).share("가나다")) for rank in (0, 1)]
            [['가', '다'], ['나']]
        """
        return rows[self.rank :: self.count]


def ranks() -> Ranks:
    """The processes that train together now: this one alone outside of `joined`."""
    if dist.is_available() and dist.is_initialized():
        return Ranks(dist.get_rank(), dist.get_world_size())
    return Ranks()


@contextmanager
def joined(environment: Mapping[str, str], device: str = "auto") -> Iterator[Ranks]:
    """Join the other processes as long as the block runs, where the launcher has started any.

    Args:
        environment: RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT, as `torchrun` sets them.
        device: "cpu", "cuda" or "auto"; gradients travel by gloo between CPUs and by NCCL between GPUs.

    Raises:
        TrainingError: the others can't be reached.
    """
    if int(environment.get("WORLD_SIZE", 1)) <= 1:
        yield Ranks()
        return
    is_cuda = device.startswith("cuda") or (device == "auto" and torch.cuda.is_available())
    end_with_launcher()
    if is_cuda:
        torch.cuda.set_device(int(environment.get("LOCAL_RANK", 0)))
    try:
        dist.init_process_group("nccl" if is_cuda else "gloo", timeout=_PATIENCE)
    except (dist.DistError, ValueError) as error:
        raise TrainingError("training.processes_apart", problem=str(error)) from error
    try:
        yield ranks()
    except dist.DistError as error:
        raise TrainingError("training.processes_apart", problem=str(error)) from error
    finally:
        dist.destroy_process_group()


def from_first(value: ValueT) -> ValueT:
    """Give what the first process gives, in all of them."""
    if ranks().count == 1:
        return value
    several = [value]
    dist.broadcast_object_list(several)
    return several[0]


def mean(value: float) -> float:
    """The mean of what the processes give."""
    count = ranks().count
    if count == 1:
        return value
    values: list[Any] = [None] * count
    dist.all_gather_object(values, value)
    return float(sum(values)) / count


def expect_same(what: object) -> None:
    """Check that the processes agree on what they are about to do.

    Raises:
        TrainingError: they don't; their files or settings differ.
    """
    count = ranks().count
    if count == 1:
        return
    values: list[Any] = [None] * count
    dist.all_gather_object(values, what)
    if any(value != values[0] for value in values):
        raise TrainingError("training.processes_differ")


def in_step(model: ModelT, loss: Callable[[ModelT, BatchT], Tensor]) -> Callable[[BatchT], Tensor]:
    """Give the loss of a batch of this process, whose gradient becomes that of the whole batch of all processes."""
    if ranks().count == 1:
        return lambda batch: loss(model, batch)
    return DistributedDataParallel(_Loss(model, loss), gradient_as_bucket_view=True)


class _Loss(nn.Module):
    """A loss as a module: the gradients of all that `forward` computes are averaged."""

    def __init__(self, model: ModelT, loss: Callable[[ModelT, BatchT], Tensor]) -> None:
        super().__init__()
        self.model = model
        self._loss = loss

    def forward(self, batch: BatchT) -> Tensor:
        return self._loss(self.model, batch)  # type: ignore[arg-type]
