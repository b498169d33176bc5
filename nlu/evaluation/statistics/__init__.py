"""Whether one model is better than another: exact tests, intervals that know of clusters, Holm, a verdict.

Utterances of one pattern are wrong together, so whoever takes them for independent is falsely sure: what is drawn
again, or swapped, here are whole clusters.
"""

from nlu.evaluation.statistics.clusters import clusters_of
from nlu.evaluation.statistics.differences import Counts, Difference, difference, f1_difference, macro_f1_difference
from nlu.evaluation.statistics.folds import Across, across_folds
from nlu.evaluation.statistics.intervals import Interval, student_chance, student_quantile, wilson
from nlu.evaluation.statistics.shares import Share, has_risen, share_difference
from nlu.evaluation.statistics.significance import holm, mcnemar, sign_flip
from nlu.evaluation.statistics.verdicts import Verdict, verdict

__all__ = [
    "Across",
    "Counts",
    "Difference",
    "Interval",
    "Share",
    "Verdict",
    "across_folds",
    "clusters_of",
    "difference",
    "f1_difference",
    "has_risen",
    "holm",
    "macro_f1_difference",
    "mcnemar",
    "share_difference",
    "sign_flip",
    "student_chance",
    "student_quantile",
    "verdict",
    "wilson",
]
