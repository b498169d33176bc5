"""A data set as pandas frames, for people who look into it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from nlu.data.dataset import read_rows


def read_utterances(folder: Path) -> pd.DataFrame:
    """Read a data set as one row an utterance, in the files' order.

    Returns:
        text, intent, entities (labels with their words, such as `loc:from=판교`), part, slice, unseen_pattern,
        unseen_value, origin and weight.

    Raises:
        DataError: a line can't be read.
    """
    return pd.DataFrame(
        [
            {
                "text": row.utterance.text,
                "intent": row.utterance.intent,
                "entities": [
                    f"{each.label}={row.utterance.text[each.start : each.end]}" for each in row.utterance.spans
                ],
                "part": row.part,
                "slice": row.slice.name,
                "unseen_pattern": row.slice.unseen_pattern,
                "unseen_value": row.slice.unseen_value,
                "origin": row.utterance.origin,
                "weight": row.utterance.weight,
            }
            for row in read_rows(folder)
        ]
    )


def read_tokens(folder: Path) -> pd.DataFrame:
    """Read `iob.csv` as one row a token; its tokens stay text, `NA`, `null` and `007` too."""
    text = dict.fromkeys(("intent", "token", "pos", "tag", "part", "slice"), str)
    return pd.read_csv(folder / "iob.csv", encoding="utf-8-sig", keep_default_na=False, dtype=text)
