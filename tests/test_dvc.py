"""The quick-start bot's DVC pipeline runs for real, on a tiny bot: what changed is made again, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from nlu.store.registry import Registry
from tests.processes import ROOT
from tests.projects import add_to_dictionary
from tests.tool_environments import tool

STAGES = ["generate", "train", "evaluate"]


def dvc(folder: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "DVC_NO_ANALYTICS": "1",
        "DVC_GLOBAL_CONFIG_DIR": str(folder / "none"),
        "DVC_SYSTEM_CONFIG_DIR": str(folder / "none"),
    }
    command = [str(tool("dvc")), "-m", "dvc", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ran(shown: str) -> list[str]:
    return [stage for stage in STAGES if f"Running stage '{stage}'" in shown]


@pytest.mark.dvc
@pytest.mark.slow
def test_the_pipeline_makes_what_changed_and_nothing_else(project: Path) -> None:
    """Trains a tiny bot by `dvc repro`: nothing less shows that the stages fit together."""
    shutil.copy(ROOT / "dvc.yaml", project)
    settings = project / "nlu.toml"
    tables = "\n[augmentation]\n\n[tokenizer]\n"
    settings.write_text("refit = false\n" + settings.read_text(encoding="utf-8") + tables, encoding="utf-8")
    dvc(project, "init", "--no-scm", "--quiet")
    assert ran(dvc(project, "repro")) == STAGES
    assert Registry(project / "models").active() is not None
    metrics = json.loads((project / "reports" / "metrics.json").read_text(encoding="utf-8"))
    shown = json.loads(dvc(project, "metrics", "show", "--json"))[""]["data"]["reports/metrics.json"]["data"]
    assert shown["unseen"]["all"]["entity_f1"] == metrics["unseen"]["all"]["entity_f1"]

    assert ran(dvc(project, "repro")) == []

    add_to_dictionary(project, "menu,마라탕,마라")
    pattern = project / "patterns" / "pattern.txt"
    pattern.write_text(pattern.read_text(encoding="utf-8").replace("안녕(하세요)?", "안녕|하이"), encoding="utf-8")
    assert ran(dvc(project, "repro", "generate")) == ["generate"]
    assert json.loads(dvc(project, "status", "--json")).keys() == {"train", "evaluate"}


def test_each_setting_that_a_stage_depends_on_is_in_the_quick_start_bots_file() -> None:
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert list(stages) == STAGES
    settings = tomllib.loads((ROOT / "nlu.toml").read_text(encoding="utf-8"))
    (params,) = stages["generate"]["params"]
    assert set(params["nlu.toml"]) <= settings.keys()
