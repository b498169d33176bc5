"""Compare two models on the same labelled utterances: whole, slice by slice, intent by intent, entity by entity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nlu.evaluation.comparison.answers import Answers, Gold, Hits
from nlu.evaluation.comparison.figures import MARGIN, Figure, corrected
from nlu.evaluation.report import ALL
from nlu.evaluation.statistics import (
    Counts,
    clusters_of,
    difference,
    f1_difference,
    macro_f1_difference,
    mcnemar,
)
from nlu.events import Notice
from nlu.messages import word
from nlu.types import LabelledUtterance, Parse

Figures = Mapping[str, Figure]
SCORES = ("intent_accuracy", "exact_match", "entity_f1", "intent_macro_f1", "caught")
"""What is compared in each slice, where it has such utterances."""


@dataclass(frozen=True)
class Disagreement:
    """An utterance that one model has wholly right and the other has not, or on which they decide otherwise.

    Attributes:
        gold: the labelled utterance.
        slice: the group it is in; "" where there is none.
        old: the old model's answer.
        new: the new one's.
        right: which of them has intent and entities right.
    """

    gold: LabelledUtterance
    slice: str
    old: Parse
    new: Parse
    right: Literal["old", "new", "neither"]


@dataclass(frozen=True)
class Comparison:
    """Everything that was compared.

    Attributes:
        old: the name of the old model.
        new: the name of the new one.
        utterances: how many were compared.
        clusters: of how many patterns, or lines of files, they are.
        margin: the loss that would not matter.
        slices: slice → score → both models' figures; the first slice is "all". The p of the other slices are corrected
            for their number, score by score.
        intents: of the utterances of each intent, those decided rightly.
        intents_f1: the F1 of each intent.
        entities_f1: the F1 of each entity type.
        disagreements: in the order of the utterances.
        notes: what must be known to read it rightly.
    """

    old: str
    new: str
    utterances: int
    clusters: int
    margin: float
    slices: Mapping[str, Figures]
    intents: Figures
    intents_f1: Figures
    entities_f1: Figures
    disagreements: Sequence[Disagreement]
    notes: Sequence[Notice] = ()

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "old": self.old,
            "new": self.new,
            "utterances": self.utterances,
            "clusters": self.clusters,
            "margin": self.margin,
            "notes": [word(note.code, note.values, "ko") for note in self.notes],
            "slices": {name: self._figures(figures) for name, figures in self.slices.items()},
            "intents": self._figures(self.intents),
            "intents_f1": self._figures(self.intents_f1),
            "entities_f1": self._figures(self.entities_f1),
            "disagreements": [_disagreement(one) for one in self.disagreements],
        }

    def _figures(self, figures: Figures) -> dict[str, Any]:
        return {name: figure.to_dict(self.margin) for name, figure in figures.items()}


def compare(
    gold: Sequence[LabelledUtterance],
    old: Sequence[Parse],
    new: Sequence[Parse],
    groups: Mapping[str, Sequence[bool]] | None = None,
    *,
    names: tuple[str, str] = ("old", "new"),
    margin: float = MARGIN,
    notes: Sequence[Notice] = (),
    seed: int = 0,
) -> Comparison:
    """Compare what two models answered.

    Args:
        gold: labelled utterances; those of one origin count as one cluster.
        old: the answers of the old model.
        new: those of the new one.
        groups: name of a slice → whether each utterance is in it.
        names: of the models.
        margin: the loss that would not matter.
        notes: what must be known to read the comparison rightly.
        seed: of the intervals.

    Raises:
        ValueError: there is nothing to compare, or not an answer of each to every utterance.
    """
    if not gold or not len(gold) == len(old) == len(new):
        raise ValueError(f"expected answers to {len(gold)} utterances, at least one, got {len(old)} and {len(new)}")
    pair = _Pair(Gold.of(gold), Answers.of(gold, old), Answers.of(gold, new), clusters_of(gold), seed)
    parts = {name: np.array(rows, dtype=bool) for name, rows in (groups or {}).items() if any(rows)}
    whole, sliced = pair.scores(np.ones(len(gold), dtype=bool)), {n: pair.scores(rows) for n, rows in parts.items()}
    by_score = {
        score: corrected({name: figures[score] for name, figures in sliced.items() if score in figures})
        for score in SCORES
    }
    slices = {name: {s: by_score[s][name] for s in SCORES if name in by_score[s]} for name in parts}
    intents = sorted({*pair.gold.intents} - {""})
    return Comparison(
        *names,
        len(gold),
        len(set(pair.clusters)),
        margin,
        {ALL: whole} | slices,
        corrected({name: pair.hits(pair.gold.intents == name, "intent_right") for name in intents}),
        corrected({name: pair.f1(*pair.of_intent(name)) for name in intents}),
        corrected({name: pair.f1(*pair.of_entity(name)) for name in sorted({*pair.old.entities, *pair.new.entities})}),
        _disagreements(gold, old, new, pair, parts),
        notes,
    )


@dataclass(frozen=True)
class _Pair:
    """Both models' answers, as arrays, and what is compared of them."""

    gold: Gold
    old: Answers
    new: Answers
    clusters: Sequence[str]
    seed: int

    def scores(self, rows: Hits) -> dict[str, Figure]:
        """All scores of some utterances, but those for which there is nothing to measure."""
        scope, out = rows & self.gold.in_scope, rows & self.gold.out_of_scope
        labelled = sorted({*self.gold.intents[rows]} - {""})
        entities = tuple(one.of(rows) for one in self.of_entity())
        found = {"exact_match": self.hits(rows, "exact")}
        if scope.any():
            found["intent_accuracy"] = self.hits(scope, "intent_right")
        if np.any(entities[0].gold):
            found["entity_f1"] = self._f1(rows, *entities)
        if labelled:
            found["intent_macro_f1"] = self._macro_f1(rows, labelled)
        if out.any():
            found["caught"] = self.hits(out, "intent_right")
        return {name: found[name] for name in SCORES if name in found}

    def hits(self, rows: Hits, what: Literal["intent_right", "exact"]) -> Figure:
        """The part of some utterances that is right."""
        old, new = (getattr(one, what)[rows] for one in (self.old, self.new))
        found = difference(old, new, self._clusters(rows), seed=self.seed)
        only_old, only_new = int((old & ~new).sum()), int((new & ~old).sum())
        return Figure(found, only_old, only_new, mcnemar(only_old, only_new), found.p)

    def f1(self, old: Counts, new: Counts) -> Figure:
        """The F1 of some label, over the utterances in which it is found or labelled."""
        rows = old.occurs() | new.occurs()
        return self._f1(rows, old.of(rows), new.of(rows))

    def of_intent(self, name: str) -> tuple[Counts, Counts]:
        """Both models' counts of an intent."""
        return self.old.of_intent(name, self.gold), self.new.of_intent(name, self.gold)

    def of_entity(self, name: str | None = None) -> tuple[Counts, Counts]:
        """Both models' counts of an entity type, or of all."""
        return self.old.of_entity(name), self.new.of_entity(name)

    def _f1(self, rows: Hits, old: Counts, new: Counts) -> Figure:
        found = f1_difference(old, new, self._clusters(rows), seed=self.seed)
        before, after = old.f1(), new.f1()
        return Figure(found, int((before > after).sum()), int((after > before).sum()), None, found.p)

    def _macro_f1(self, rows: Hits, intents: Sequence[str]) -> Figure:
        pairs = [self.of_intent(name) for name in intents]
        old, new = ([one.of(rows) for one in several] for several in zip(*pairs, strict=True))
        found = macro_f1_difference(old, new, self._clusters(rows), seed=self.seed)
        right = self.hits(rows, "intent_right")
        return Figure(found, right.only_old, right.only_new, None, found.p)

    def _clusters(self, rows: Hits) -> list[str]:
        return [name for name, is_in in zip(self.clusters, rows, strict=True) if is_in]


def _disagreements(
    gold: Sequence[LabelledUtterance], old: Sequence[Parse], new: Sequence[Parse], pair: _Pair,
    parts: Mapping[str, Hits],
) -> list[Disagreement]:  # fmt: skip
    decide_otherwise = (pair.old.decisions != pair.new.decisions) & (pair.gold.intents != "")
    return [
        Disagreement(
            gold[row], next((name for name, rows in parts.items() if rows[row]), ""), old[row], new[row],
            "old" if pair.old.exact[row] else "new" if pair.new.exact[row] else "neither",
        )
        for row in map(int, np.flatnonzero(decide_otherwise | (pair.old.exact != pair.new.exact)))
    ]  # fmt: skip


def _disagreement(one: Disagreement) -> dict[str, Any]:
    return {
        "text": one.gold.text,
        "origin": one.gold.origin,
        "slice": one.slice,
        "right": one.right,
        "intent": one.gold.intent,
        "entities": [{"start": s.start, "end": s.end, "entity": s.entity, "role": s.role} for s in one.gold.spans],
        "old": _answer(one.old),
        "new": _answer(one.new),
    }


def _answer(parse: Parse) -> dict[str, Any]:
    return {
        "intent": parse.intent.name,
        "confidence": round(parse.intent.confidence, 4),
        "entities": [
            {"start": one.start, "end": one.end, "entity": one.entity, "role": one.role} for one in parse.entities
        ],
    }
