"""The intent network and the names of what it tells apart, as a part of a trained model."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from nlu.store.bundle import Bundle, content_of, shared_file
from nlu.understanding.sessions import IntentNetwork

_GRAPH = "intent.onnx"


@dataclass(frozen=True)
class IntentModel:
    """What scores the intents.

    Attributes:
        names: the intents in the order of the logits.
        graph: the exported network, or the file that holds it; memory has it as a network already.
        weights: its large tensors, or their file.
    """

    names: tuple[str, ...]
    graph: bytes | Path = field(repr=False)
    weights: bytes | Path = field(repr=False)

    WEIGHTS_NAME: ClassVar[str] = "intent.safetensors"
    """The name by which the graph points at its weights."""

    @cached_property
    def network(self) -> IntentNetwork:
        """The network, ready to run.

        Raises:
            BundleError: graph or weights are none.
        """
        return IntentNetwork(content_of(self.graph), content_of(self.weights))

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it."""
        shared = shared_file(intents=self.names)
        return {**shared, _GRAPH: content_of(self.graph), self.WEIGHTS_NAME: content_of(self.weights)}

    @classmethod
    def read(cls, bundle: Bundle) -> IntentModel:
        """Read what `files` wrote.

        Raises:
            BundleError: the network can't be loaded.
        """
        model = cls(tuple(bundle.shared("intents")), bundle.path(_GRAPH), bundle.path(cls.WEIGHTS_NAME))
        _ = model.network
        return model
