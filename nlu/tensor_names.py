"""The names that exported networks and those who run them agree on."""

from __future__ import annotations

LOGITS = "logits"
POOLED = "pooled"
UNITS = "units"
"""What the kernels look at, one row a unit."""
INTENT_OUTPUTS = (LOGITS, POOLED, UNITS)
"""What the intent network gives; all but the first only explain."""
EMISSIONS = "emissions"
LENGTHS = "lengths"
"""The input of the entity network that tells how many units each utterance has."""
KERNEL = "kernel.weight"
"""What all filters multiply a unit and its neighbours with, `(n D, F)`."""
KERNEL_SCALE = "kernel.scale"
"""What 1 stands for in a filter's weights, where they are bytes, `(F,)`."""
NGRAM = "ngram.weight"
"""The vector of every n-gram, `(vocabulary, G)`."""
NGRAM_SCALE = "ngram.scale"
"""What 1 stands for in a column of them, where they are bytes, `(G,)`."""
OUTPUT = "output.weight"
"""What the pooled responses and the bag of n-grams are multiplied with, `(P, K)`."""
