"""Tell a tracking server of a training beside what a command is for: where that fails, a warning is all."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from nlu.commands.common import describe
from nlu.errors import MissingPackageError, TrackingError
from nlu.store.registry import Registry
from nlu.tracking import sending
from nlu.tracking.record import CHAMPION, model_name, record_of

VARIABLE = "MLFLOW_TRACKING_URI"
"""The environment variable that names the server, MLflow's own."""


def server(given: str | None = None) -> str | None:
    """The server to tell of trainings: what an option names, else what the environment does; None for none."""
    return given or os.environ.get(VARIABLE) or None


def track(uri: str | None, registry: Registry, version: str, artifacts: Mapping[str, Path]) -> None:
    """Tell a server of a version that was just trained."""
    if uri is None:
        return
    bundle, is_live = registry.open(version, verify=False), registry.active() == version
    record = record_of(bundle, _model(registry), is_live=is_live, artifacts=artifacts)
    try:
        run = sending.send(record, uri)
    except (TrackingError, MissingPackageError) as error:
        _warn(error)
    else:
        print(f"MLflow({sending.without_secret(uri)}): {record.model}의 {record.alias}, 실행 {run}")


def track_activation(registry: Registry, version: str) -> None:
    """Tell the server that the environment names, if any, that a version answers from now on."""
    if (uri := server()) is None:
        return
    try:
        found = sending.move_alias(_model(registry), version, CHAMPION, uri)
    except (TrackingError, MissingPackageError) as error:
        _warn(error)
        return
    if found:
        print(f"MLflow({sending.without_secret(uri)}): 이제 {version} 모델이 {CHAMPION}입니다.")


def _model(registry: Registry) -> str:
    return model_name(registry.root.absolute().parent.name)


def _warn(error: TrackingError | MissingPackageError) -> None:
    print(f"주의: MLflow에 기록하지 못했습니다 (모델은 그대로입니다): {describe(error)[1]}", file=sys.stderr)
