"""What a bundle shows to everyone: what its author wrote in patterns; what was imported, real people may have said."""

from __future__ import annotations

from nlu.data.dataset import Dataset
from nlu.data.rows import IMPORTED, DatasetRow


def rows_to_show(dataset: Dataset) -> tuple[DatasetRow, ...]:
    """The rows that the author's patterns say; a data set that was not made of patterns has none."""
    lines = {str(pattern["origin"]) for pattern in dataset.manifest.get("patterns", ())}
    return tuple(row for row in dataset.rows if row.slice != IMPORTED and row.utterance.origin in lines)
