"""What a cross-validation found: each score's mean over the folds, how it spreads, and how sure it is."""

from nlu.evaluation.folds.scores import CrossValidation, FoldScores

__all__ = ["CrossValidation", "FoldScores"]
