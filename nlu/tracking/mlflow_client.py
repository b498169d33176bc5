"""The client of MLflow, a program of its own: reads what to do from standard input, and writes what came of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlflow import MlflowClient

_VERSION = "nlu.version"
"""The tag that tells which of our versions a run, or a version of a registered model, is."""
_MOST_AT_ONCE = 100
"""Values that a server takes in one request."""

Request = Mapping[str, Any]


def main() -> int:
    """Do what standard input asks for; an error leaves with its message as the last line of standard error."""
    import mlflow

    request = json.load(sys.stdin)
    try:
        answer = _VERBS[request["verb"]](mlflow.MlflowClient(request["uri"], request["uri"]), request)
    except Exception as error:  # whatever a server does, the training that waits hears of it in one line
        print(f"{type(error).__name__}: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    print(json.dumps(answer))
    return 0


def _record(client: MlflowClient, request: Request) -> dict[str, Any]:
    """Log a run, register it as a version of the model, and move the alias."""
    experiment = _experiment(client, request["experiment"])
    started = int(request["created_at"] * 1000)
    tags = {**request["tags"], "mlflow.runName": request["version"], "mlflow.source.name": "nlu-train"}
    run = client.create_run(experiment, start_time=started, tags=tags, run_name=request["version"]).info.run_id
    try:
        _log_values(client, run, request, started)
        for name, path in request["artifacts"].items():
            _log_artifact(client, run, Path(path), name)
    except BaseException:
        client.set_terminated(run, "FAILED")
        raise
    client.set_terminated(run, "FINISHED")
    _register(client, run, request)
    return {"run": run}


def _log_values(client: MlflowClient, run: str, request: Request, started: int) -> None:
    from mlflow.entities import Metric, Param

    metrics = [Metric(name, value, started, 0) for name, value in request["metrics"].items()]
    for name, points in request["curves"].items():
        metrics += [Metric(name, value, started, step) for step, value in points]
    params = [Param(name, value) for name, value in request["params"].items()]
    for some in _some(params):
        client.log_batch(run, params=some)
    for some in _some(metrics):
        client.log_batch(run, metrics=some)


def _log_artifact(client: MlflowClient, run: str, path: Path, name: str) -> None:
    if path.is_dir():
        client.log_artifacts(run, str(path), name)
    else:
        client.log_artifact(run, str(path), name)


def _register(client: MlflowClient, run: str, request: Request) -> None:
    from mlflow.exceptions import MlflowException

    model = request["model"]
    try:
        client.create_registered_model(model)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    made = client.create_model_version(model, f"runs:/{run}/bundle", run, tags={_VERSION: request["version"]})
    client.set_registered_model_alias(model, request["alias"], made.version)


def _alias(client: MlflowClient, request: Request) -> dict[str, Any]:
    """Move an alias to a version that was registered before."""
    quoted = request["model"].replace("'", "\\'")
    found = client.search_model_versions(f"name='{quoted}'", max_results=10_000)
    number = next((one.version for one in found if one.tags.get(_VERSION) == request["version"]), None)
    if number is not None:
        client.set_registered_model_alias(request["model"], request["alias"], number)
    return {"found": number is not None}


def _experiment(client: MlflowClient, name: str) -> str:
    from mlflow.exceptions import MlflowException

    if (found := client.get_experiment_by_name(name)) is not None:
        return str(found.experiment_id)
    try:
        return str(client.create_experiment(name))
    except MlflowException as error:  # another training was first
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        return str(client.get_experiment_by_name(name).experiment_id)


def _some(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + _MOST_AT_ONCE] for start in range(0, len(values), _MOST_AT_ONCE))


_VERBS: Mapping[str, Callable[[MlflowClient, Request], dict[str, Any]]] = {"record": _record, "alias": _alias}

if __name__ == "__main__":
    raise SystemExit(main())
