"""The pattern language: files of patterns into counted sets of labelled utterances."""

from nlu.pattern.counted import Alternative
from nlu.pattern.expander import Expansion
from nlu.pattern.inventory import Inventory
from nlu.pattern.matcher import Matcher
from nlu.pattern.nodes import Pattern
from nlu.pattern.permutation import Permutation
from nlu.pattern.reader import PatternFile, parse_patterns, read_patterns

__all__ = [
    "Alternative",
    "Expansion",
    "Inventory",
    "Matcher",
    "Pattern",
    "PatternFile",
    "Permutation",
    "parse_patterns",
    "read_patterns",
]
