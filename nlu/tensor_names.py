"""The names that exported networks and those who run them agree on."""

from __future__ import annotations

LOGITS = "logits"
INTENT_OUTPUTS: dict[str, dict[int, str]] = {LOGITS: {0: "B"}, "pooled": {0: "B"}, "embedded": {0: "B", 2: "L"}}
"""What the intent network gives → its free axes; all but the first only explain."""
EXPLAINING = ("cnn.convolutions.", "cnn.ngram.", "cnn.output.")
"""How the names of the intent network's tensors begin that an explanation reads."""
ENTITY_OUTPUTS: dict[str, dict[int, str]] = {"emissions": {0: "B", 1: "L"}}
LENGTHS = "lengths"
"""The input of the entity network that tells how many units each utterance has."""
