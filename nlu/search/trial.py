"""One trial: draw settings, look at what they cost, train, tell each score to the study, and stop when told to."""

from __future__ import annotations

import base64
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from optuna.exceptions import TrialPruned
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

from nlu.config import Config
from nlu.errors import NluError
from nlu.events import Event, Listener, Progress
from nlu.search.bench import JUDGE_EVERY, Bench, Costs
from nlu.search.pruner import STEPS
from nlu.search.space import Parameter, Target, applied
from nlu.search.study import DEFAULTS, ERROR, OVER, SAME, WORKER, default_trial
from nlu.training.estimator import Outcome

SECONDS, SCORES, OUTCOMES = "seconds", "scores", "outcomes"
"""What a trial says of itself: how long it took, and the score and the outcomes on dev of each network.

`nlu.search.pruner.STEPS` is how many scores a whole training gives."""
NETWORKS: tuple[Target, ...] = ("intents", "entities")


class GivenBack(Exception):
    """A trial that was told to end before it was done."""


class TrialFailed(Exception):
    """A trial whose settings can't be trained with; the trial says why."""


@dataclass(frozen=True)
class Objective:
    """Scores the trials of one study.

    Attributes:
        target: what is tuned; what both networks share is scored by the mean of both.
        config: the settings that trials start from.
        parameters: what is drawn.
        limits: what answering may cost at most.
        bench: trains.
        study: the study.
        worker: the name of this process.
        must_end: whether the trial that runs must be given back now; asked with True of the present settings', without
            which nothing can be told.
        least: the score of each network below which settings that both share count as worse.
    """

    target: Target
    config: Config
    parameters: tuple[Parameter, ...]
    limits: Mapping[str, float]
    bench: Bench
    study: Study
    worker: str
    must_end: Callable[[bool], bool]
    least: Mapping[Target, float]

    def __call__(self, trial: Trial) -> float:
        """Run a trial and give its score.

        Raises:
            TrialPruned: it would not be the best.
            GivenBack: it must be run again.
            TrialFailed: it can't be run.
        """
        trial.set_user_attr(WORKER, self.worker)
        is_default = bool(trial.user_attrs.get(DEFAULTS))
        started = time.perf_counter()
        try:
            config = self._drawn(trial, is_default)
            listen = self._listener(is_default)
            listen(Progress("trial", 0))
            if (known := self._same(trial)) is not None:
                return known
            self._weigh(trial, self.bench.costs(config), is_default)
            return self._train(trial, config, listen) if self.target != "shared" else self._both(trial, config, listen)
        except (NluError, RuntimeError, MemoryError, ValueError) as error:
            if is_default:  # then nothing can be told of any other settings either
                raise
            trial.set_user_attr(ERROR, str(error) or type(error).__name__)
            raise TrialFailed from error
        finally:
            trial.set_user_attr(SECONDS, round(time.perf_counter() - started, 2))

    def _drawn(self, trial: Trial, is_default: bool) -> Config:
        """The settings of a trial; the first one keeps the present ones, also those outside of the space."""
        present = {**self._frozen(trial).system_attrs.get("fixed_params", {}), **trial.params} if is_default else None
        values: dict[str, Any] = {
            one.name: one.setting(one.suggest(trial))
            for one in self.parameters
            if present is None or one.name in present
        }
        return self.config if is_default else applied(self.config, values)

    def _same(self, trial: Trial) -> float | None:
        """The score of a complete trial of the very same values, which would come out the same again."""
        complete = self.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        twin = next((one for one in complete if one.params == trial.params and SAME not in one.user_attrs), None)
        if twin is None or not trial.params:
            return None
        trial.set_user_attr(SAME, twin.number)
        for name in (SCORES, OUTCOMES, STEPS, *Costs.__dataclass_fields__):
            if name in twin.user_attrs:
                trial.set_user_attr(name, twin.user_attrs[name])
        for name, over in twin.constraints.items():
            self._constrain(trial, name, over)
        return twin.value

    def _weigh(self, trial: Trial, costs: Costs, is_default: bool) -> None:
        """Note what answering costs, and train nothing that costs too much."""
        found = {"milliseconds": round(costs.milliseconds, 4), "megabytes": round(costs.megabytes, 4)}
        for name, value in found.items():
            trial.set_user_attr(name, value)
        over = {name: found[name] - most for name, most in self.limits.items()}
        for name, value in over.items():
            self._constrain(trial, name, value)
        if any(value > 0 for value in over.values()) and not is_default:
            trial.set_user_attr(OVER, True)
            raise TrialPruned

    def _train(self, trial: Trial, config: Config, listen: Listener) -> float:
        target = self.target
        trial.set_user_attr(STEPS, self.bench.steps(target, config))
        is_pruned = False

        def on_score(epoch: float, loss: float, score: float | None) -> bool:
            nonlocal is_pruned
            if score is not None:
                trial.report(score, round(epoch / JUDGE_EVERY) - 1)
                is_pruned = not trial.user_attrs.get(DEFAULTS) and trial.should_prune()
            return is_pruned

        scored = self.bench.train(target, config, listen, on_score)
        if is_pruned:
            raise TrialPruned
        trial.set_user_attr(OUTCOMES, {target: _packed(scored.outcomes)})
        return scored.score

    def _both(self, trial: Trial, config: Config, listen: Listener) -> float:
        """Train both networks; where one is worse than before, the settings are no better, whatever the other is."""
        found, outcomes = dict[str, float](), dict[str, str]()
        for network in NETWORKS:
            scored = self.bench.train(network, config, listen)
            found[network], outcomes[network] = scored.score, _packed(scored.outcomes)
            trial.set_user_attr(SCORES, dict(found))
            least = self._least(network)
            if least is not None and not trial.user_attrs.get(DEFAULTS):
                self._constrain(trial, network, least - found[network])
                if found[network] < least and network != NETWORKS[-1]:
                    raise TrialPruned
        trial.set_user_attr(OUTCOMES, outcomes)
        return sum(found.values()) / len(found)

    def _least(self, network: Target) -> float | None:
        if network in self.least:
            return self.least[network]
        first = default_trial(self.study.get_trials(deepcopy=False))
        return None if first is None else first.user_attrs[SCORES][network]

    def _constrain(self, trial: Trial, name: str, over: float) -> None:
        """Note by how much a trial is over a limit; one that was begun before may have noted it already."""
        if name not in self._frozen(trial).constraints:
            trial.set_constraint(name, over)

    def _frozen(self, trial: Trial) -> FrozenTrial:
        return self.study.get_trials(deepcopy=False)[trial.number]

    def _listener(self, is_default: bool) -> Listener:
        """What is told of each batch, and gives the trial back when it must end."""

        def listen(_: Event) -> None:
            if self.must_end(is_default):
                raise GivenBack

        return listen


def _packed(outcomes: Iterable[Outcome]) -> str:
    """The outcomes of all utterances as a short text: each kind once, and for each utterance the number of its kind."""
    kinds: dict[Outcome, int] = {}
    numbers = [kinds.setdefault(one, len(kinds)) for one in outcomes]
    named = "/".join(".".join(map(str, kind)) for kind in kinds)
    return f"{named} {base64.b64encode(zlib.compress(np.array(numbers, '<u2').tobytes(), 9)).decode()}"


def unpacked(text: str) -> list[Outcome]:
    """Read what a trial keeps of its outcomes.

    Example:
        >>> unpacked(_packed([(1, 1, 1), (0, 1, 1), (1, 1, 1)]))
        [(1, 1, 1), (0, 1, 1), (1, 1, 1)]
    """
    named, _, packed = text.partition(" ")
    kinds = [tuple(map(int, kind.split("."))) for kind in named.split("/")] if named else []
    numbers = np.frombuffer(zlib.decompress(base64.b64decode(packed)), "<u2").tolist()
    return [kinds[number] for number in numbers]
