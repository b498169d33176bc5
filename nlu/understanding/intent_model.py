"""The intent network and the names of what it tells apart, as a part of a trained model."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from nlu.store.bundle import Bundle, shared_file
from nlu.understanding.sessions import IntentNetwork

_GRAPH = "intent.onnx"


@dataclass(frozen=True)
class IntentModel:
    """What scores the intents.

    Attributes:
        names: the intents in the order of the logits.
        graph: the exported network.
        weights: its large tensors.
    """

    names: tuple[str, ...]
    graph: bytes = field(repr=False)
    weights: bytes = field(repr=False)

    WEIGHTS_NAME: ClassVar[str] = "intent.safetensors"
    """The name by which the graph points at its weights."""

    @cached_property
    def network(self) -> IntentNetwork:
        """The network, ready to run.

        Raises:
            BundleError: graph or weights are none.
        """
        return IntentNetwork(self.graph, self.weights)

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it."""
        return {**shared_file(intents=self.names), _GRAPH: self.graph, self.WEIGHTS_NAME: self.weights}

    @classmethod
    def read(cls, bundle: Bundle) -> IntentModel:
        """Read what `files` wrote.

        Raises:
            BundleError: the network can't be loaded.
        """
        model = cls(tuple(bundle.shared("intents")), bundle.read(_GRAPH), bundle.read(cls.WEIGHTS_NAME))
        _ = model.network
        return model
