"""The word vectors that an exported entity network reads, for another network that is to read the same words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlu.features.unit_features import UNIT_FEATURES
from nlu.features.vocabulary import Vocabulary
from nlu.features.word_vectors import WordVectors
from nlu.networks.onnx_graph import Graph
from nlu.networks.settings import UnitWidths
from nlu.understanding.network_format import restored

_TABLE, _ALL_SCALES, _OWN_SCALE = "member.0.word.weight", "member.0.tables.scale", "scale.member.0.word.weight"


def word_vectors(graph: bytes, weights: bytes, words: Vocabulary, widths: UnitWidths) -> WordVectors:
    """Read the vectors of words as the first of the networks sees them.

    Args:
        graph: the exported network.
        weights: its large tensors.
        words: whose vectors they are.
        widths: of the network's features; where words have none, so have the vectors.
    """
    tensors = Graph.read(graph, weights)[0].tensors
    if _TABLE not in tensors:
        return WordVectors(words, np.zeros((len(words), 1), dtype=np.float32))
    table = tensors[_TABLE]
    scale: NDArray[np.float32] | float = 1.0
    if _ALL_SCALES in tensors:
        before = 0
        for feature in UNIT_FEATURES:
            if feature.table == "word":
                break
            before += getattr(widths, feature.width)
        scale = tensors[_ALL_SCALES][before : before + table.shape[1]]
    elif _OWN_SCALE in tensors:
        scale = tensors[_OWN_SCALE]
    return WordVectors(words, restored(table, scale))
