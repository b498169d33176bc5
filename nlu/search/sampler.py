"""The sampler: TPE whose chance depends on the seed and on the trial's number alone, however many processes sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

_AT_RANDOM = 6
"""Trials before the first that is drawn from what the others scored: few, since each takes a minute."""
_SEEDS = 1 << 32


class SeededByTrial(BaseSampler):
    """TPE that is seeded anew for each trial.

    A run that goes on from an earlier one, or joins one on another machine, then draws nothing twice; and one process
    alone draws the same trials each time.

    Args:
        seed: of the search.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._tpe = self._of(0)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Seed the sampler for a trial."""
        self._tpe = self._of(trial.number)
        self._tpe.before_trial(study, trial)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """What TPE draws together."""
        return self._tpe.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Draw what is drawn together."""
        return self._tpe.sample_relative(study, trial, search_space)

    def sample_independent(self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: Any) -> Any:
        """Draw one value."""
        return self._tpe.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        """Let TPE note how a trial ended."""
        self._tpe.after_trial(study, trial, state, values)

    def _of(self, number: int) -> TPESampler:
        return TPESampler(n_startup_trials=_AT_RANDOM, seed=(self._seed * 1_000_003 + number) % _SEEDS)
