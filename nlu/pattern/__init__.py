"""The pattern language: files of patterns into counted sets of labelled utterances."""

from nlu.pattern.counted import Alternative
from nlu.pattern.expander import Expansion
from nlu.pattern.inventory import Inventory
from nlu.pattern.nodes import Pattern
from nlu.pattern.permutation import Permutation
from nlu.pattern.reader import PatternFile, parse_patterns, read_patterns
from nlu.pattern.recognizer import Recognizer

__all__ = [
    "Alternative",
    "Expansion",
    "Inventory",
    "Pattern",
    "PatternFile",
    "Permutation",
    "Recognizer",
    "parse_patterns",
    "read_patterns",
]
