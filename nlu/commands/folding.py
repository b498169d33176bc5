"""`evaluate --folds K`: train a model for each part of the patterns on the others, and measure it there."""

from __future__ import annotations

import argparse
import json
import sys

from nlu.commands import progress, project
from nlu.evaluation.bounds import Slices
from nlu.evaluation.folds import CrossValidation, FoldScores
from nlu.evaluation.folds.files import write_folds
from nlu.evaluation.folds.text import fold_line, to_text
from nlu.pipeline.cross_validate import cross_validate, folds_of


def run(arguments: argparse.Namespace) -> Slices:
    """Cross-validate, show and write what was found, and give the means."""
    place = project.read(arguments)
    folds = folds_of(place.data, arguments.folds, place.config.generator.seed)
    scores: list[FoldScores] = []
    with progress.shown(notices=sys.stderr) as listen:
        for fold in cross_validate(folds, place.dictionaries, place.config, listen=listen):
            scores.append(fold)
            print(fold_line(fold, folds.count), file=sys.stderr, flush=True)
    found = CrossValidation(scores, folds.seed, folds.tested(), folds.always_learned())
    written = write_folds(found, arguments.reports)
    if arguments.json:
        print(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(to_text(found))
        print("\n파일: " + ", ".join(map(str, written)))
    return found.means()
