"""Two models on the same utterances: who alone is right where, and whether one is better or nobody can tell."""

from nlu.evaluation.comparison.compare import Comparison, Disagreement, compare
from nlu.evaluation.comparison.figures import MARGIN, Figure

__all__ = ["MARGIN", "Comparison", "Disagreement", "Figure", "compare"]
