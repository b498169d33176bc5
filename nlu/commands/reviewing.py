"""`import --review` and `validate --real`: which labels of real utterances are probably wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nlu.commands import progress
from nlu.commands.common import ExitCode
from nlu.data.importers import read_all
from nlu.evaluation.label_errors import review
from nlu.evaluation.review_files import to_text, write_review


def run(path: Path, folder: Path, *, as_json: bool = False) -> int:
    """Review a set or a file, show the most doubted labels and write all of them.

    Args:
        path: a set, or a file that `nlu-generate --import` reads.
        folder: for the table and the page.
        as_json: whether to show all of them as JSON.
    """
    with progress.shown(notices=sys.stderr) as listen:
        utterances, _ = read_all([(path, 1.0)], listen)
        found = review(utterances, listen=listen)
    table, page = write_review(folder, path.resolve().stem, utterances, found)
    if as_json:
        rows = [
            {
                "text": utterances[one.row].text, "place": utterances[one.row].origin, "given": one.given,
                "likely": one.likely, "quality": one.quality, "probability": one.probability, "sure": one.is_sure,
            }
            for one in found.suspects
        ]  # fmt: skip
        print(json.dumps({"judged": found.judged, "suspects": rows}, ensure_ascii=False, indent=2))
        return ExitCode.OK
    print(to_text(utterances, found))
    print(f"표: {table} (intent 열을 고쳐 nlu-import {table} --name 묶음 으로 다시 들여오세요)")
    print(f"화면: {page} (브라우저로 여세요)")
    return ExitCode.OK
