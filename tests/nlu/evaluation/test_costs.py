"""What a model costs, and what it was made of."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation.costs import Costs, environment, percentiles
from nlu.evaluation.curves import LearningCurve
from nlu.evaluation.data_facts import DataFacts


@given(st.lists(st.floats(0.0001, 1.0), min_size=1, max_size=60))
def test_percentiles_are_those_of_what_came_after_the_warm_up(seconds: list[float]) -> None:
    warm = seconds[20:] or seconds
    found = percentiles(seconds)
    assert list(found) == ["p50", "p95", "p99"]
    assert found["p50"] <= found["p95"] <= found["p99"] <= 1000 * max(warm) + 0.001
    assert abs(found["p50"] - 1000 * float(np.median(warm))) < 0.001


def test_nothing_measured_has_no_percentile() -> None:
    assert percentiles([]) == {}


def test_the_environment_says_versions_and_cores_and_all_is_json() -> None:
    costs = Costs({"a": 2, "b": 3}, {"p50": 1.0}, {"train": 9.0}, environment()).to_dict()
    assert costs["bytes_in_all"] == 5
    assert {"python", "numpy", "onnxruntime", "cores"} <= costs["environment"].keys()
    assert json.loads(json.dumps(costs)) == costs


def test_facts_of_a_data_set_are_counted_from_its_manifest() -> None:
    manifest = {
        "seed": 7,
        "inputs": {"pattern.txt": "ab"},
        "held_out": [["loc", "판교", 1]],
        "patterns": [{}, {}],
        "counts": {
            "train": {"utterances": 5, "intents": {"a": 3, "": 2}, "entities": {"loc": 2, "menu": 1}, "slices": {"": 5}}
        },
    }
    facts = DataFacts.of(manifest, "cd").to_dict()
    assert facts["parts"] == {"train": {"utterances": 5, "intents": 1, "entities": 3, "slices": {"": 5}}}
    assert (facts["seed"], facts["held_out_values"], facts["lines"], facts["sha256"]) == (7, 1, 2, "cd")


def test_a_data_set_of_real_utterances_alone_has_few_facts() -> None:
    assert DataFacts.of({}).to_dict() == {
        "sha256": "", "seed": None, "inputs": {}, "parts": {}, "held_out_values": 0, "lines": 0,
    }  # fmt: skip


def test_a_curve_is_rounded_for_a_manifest() -> None:
    curve = LearningCurve.of("intents", "train", [1 / 3], [(0.25, 2 / 3), (1, 1.0)])
    assert curve.to_dict() == {
        "network": "intents", "stage": "train", "losses": (0.33333,), "scores": ((0.25, 0.66667), (1, 1.0)),
    }  # fmt: skip
