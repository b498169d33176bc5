"""JSON Lines: one labelled utterance a line, in the layout of `nlu.data.json_lines`."""

from __future__ import annotations

from pathlib import Path

from nlu.data.importers.base import Imported, Source, check_weight
from nlu.data.json_lines import RowError, decode_row
from nlu.types import LabelledUtterance


def read_json_lines(path: Path, weight: float = 1.0) -> Imported:
    """Read utterances; the parts and slices that the lines may name are ignored.

    Args:
        path: the file; empty lines are skipped.
        weight: every utterance's weight is multiplied by this.

    Raises:
        SourceErrors: all mistakes of the file.
    """
    check_weight(weight)
    source = Source(path)
    utterances: list[LabelledUtterance] = []
    for number, line in enumerate(source.lines, 1):
        if not line.strip():
            continue
        try:
            utterances.append(decode_row(line, source.origin(number), weight).utterance)
        except RowError as error:
            for problem in error.problems:
                source.complain(problem.code, number, problem.column, **problem.values)
    source.raise_errors()
    return Imported(tuple(utterances))
