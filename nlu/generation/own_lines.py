"""Some utterances of each line that an author wrote, by which one sees whether a model understands what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlu.data.alignment import to_word_ends
from nlu.generation.generator import Generator
from nlu.pattern import Permutation
from nlu.types import LabelledUtterance

OF_EACH = 3
"""Utterances of one line, where it says as many."""
_TRIES = 3 * OF_EACH
"""Derivations that are looked at, since some say the same."""


def own_lines(generator: Generator) -> Iterator[LabelledUtterance]:
    """Give utterances of each pattern over the whole dictionary, always the same ones."""
    for number, pattern in enumerate(generator.patterns):
        expansion = generator.expansions.get(number, generator.plan.whole)
        if not expansion.count:
            continue
        order = Permutation(expansion.count, pattern.source)
        several = (expansion.utterance(order(at)) for at in range(min(expansion.count, _TRIES)))
        different = {utterance.text: utterance for utterance in several if utterance.text}
        for utterance in list(different.values())[:OF_EACH]:
            is_whole = generator.settings.whole_words
            yield replace(utterance, spans=to_word_ends(utterance.text, utterance.spans)) if is_whole else utterance
