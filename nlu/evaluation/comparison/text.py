"""A comparison for the terminal: what is known, the figures slice by slice, who alone is right where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlu.evaluation.comparison.compare import Comparison, Disagreement, Figures
from nlu.evaluation.comparison.words import RIGHT, VERDICTS, between, chance, said
from nlu.evaluation.page.words import FIGURES, percent, points
from nlu.evaluation.report import ALL
from nlu.evaluation.terminal import table_lines
from nlu.messages import word

_HEADS = ("", "차이 B−A", "95 % 구간", "A", "B", "A만 맞힘", "B만 맞힘", "p", "p 패턴째", "p Holm", "판정")
_MOST_NAMES, _MOST_UTTERANCES = 8, 5
_WIDEST = 60
"""Columns of an utterance that are shown."""


def to_text(comparison: Comparison) -> str:
    """Lay a comparison out for the terminal."""
    right = [sum(one.right == who for one in comparison.disagreements) for who in RIGHT]
    lines = [
        f"A  {comparison.old}",
        f"B  {comparison.new}",
        f"발화 {comparison.utterances:,}개 (패턴이나 줄 {comparison.clusters:,}개), 달리 답한 발화 {sum(right):,}개: "
        + ", ".join(f"{name} {count:,}" for name, count in zip(RIGHT.values(), right, strict=True)),
        *(f"· {word(note.code, note.values, 'ko')}" for note in comparison.notes),
        "",
        *(said(name, figure, comparison.margin) for name, figure in comparison.slices[ALL].items()),
        "",
        *_rows(comparison),
    ]
    for who in ("old", "new"):
        lines += _utterances([one for one in comparison.disagreements if one.right == who], RIGHT[who])
    return "\n".join(lines)


def _rows(comparison: Comparison) -> list[str]:
    rows: list[Sequence[str]] = [_HEADS]
    for name, figures in comparison.slices.items():
        rows += [(name,), *_figures(figures, comparison.margin, FIGURES)]
    groups = {"의도마다 맞힌 발화": comparison.intents, "개체마다 F1": comparison.entities_f1}
    for title, figures in groups.items():
        largest = sorted(figures, key=lambda name: -abs(figures[name].difference.point))[:_MOST_NAMES]
        shown = {name: figures[name] for name in largest if figures[name].difference.point}
        if shown:
            more = f" (차이가 큰 {len(shown)}개)" if len(shown) < len(figures) else ""
            rows += [(title + more,), *_figures(shown, comparison.margin, {})]
    return table_lines(rows)


def _figures(figures: Figures, margin: float, names: Mapping[str, str]) -> list[Sequence[str]]:
    return [
        (
            f"  {names.get(name, name)}",
            points(figure.difference.point),
            between(figure.difference.low, figure.difference.high),
            percent(figure.difference.old),
            percent(figure.difference.new),
            f"{figure.only_old:,}",
            f"{figure.only_new:,}",
            chance(figure.mcnemar),
            chance(figure.difference.p),
            chance(figure.corrected),
            VERDICTS[figure.verdict(margin)],
        )
        for name, figure in figures.items()
    ]


def _utterances(several: Sequence[Disagreement], title: str) -> list[str]:
    if not several:
        return []
    left = len(several) - _MOST_UTTERANCES
    more = [f"  … {left:,}개 더"] if left > 0 else []
    return [
        "",
        f"{title}:",
        *(f"  {_shown(one)}" for one in several[:_MOST_UTTERANCES]),
        *more,
    ]


def _shown(one: Disagreement) -> str:
    answers = [str(parse.intent.name) for parse in (one.old, one.new)]
    if answers[0] == answers[1]:  # then they found other entities
        answers = [", ".join(f"{e.entity}={e.raw}" for e in parse.entities) or "-" for parse in (one.old, one.new)]
    return f"{one.gold.text[:_WIDEST]}  [{one.gold.intent or '-'}]  A: {answers[0]}  B: {answers[1]}"
