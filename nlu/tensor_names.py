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
KERNELS = "kernel.weight."
"""How the names begin of what each kernel multiplies a unit and its neighbours with, `(n D, F)`; its number follows."""
KERNEL_SCALE = "kernel.scale"
"""What 1 stands for in the weights of a filter, where they are bytes, of all kernels one after the other."""
NGRAM = "ngram.weight"
"""The vector of every n-gram, `(vocabulary, G)`."""
NGRAM_SCALE = "ngram.scale"
"""What 1 stands for in a column of them, where they are bytes, `(G,)`."""
OUTPUT = "output.weight"
"""What the pooled responses and the bag of n-grams are multiplied with, `(P, K)`."""
