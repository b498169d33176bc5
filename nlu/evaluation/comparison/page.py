"""A comparison as one HTML page: what is known, differences with their intervals first, who alone is right where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from nlu.evaluation.comparison.compare import SCORES, Comparison, Disagreement
from nlu.evaluation.comparison.figures import Figure
from nlu.evaluation.comparison.words import RIGHT, VERDICTS, between, chance, said
from nlu.evaluation.page import (
    Axis,
    Cell,
    Column,
    Content,
    Html,
    Interval,
    Section,
    facts,
    intervals,
    joined,
    number,
    page,
    share,
    side_by_side,
    table,
    tag,
    verdict,
)
from nlu.evaluation.page.sections.slices import slice_name
from nlu.evaluation.page.words import FIGURES, count, intent_name, points
from nlu.evaluation.report import ALL
from nlu.messages import word
from nlu.types import LabelledUtterance, Parse

_MOST_UTTERANCES = 800
"""On the page, which may have a megabyte; `comparison.json` holds all."""
_Tone = Literal["", "good", "warn", "bad"]
_TONES: Mapping[str, _Tone] = MappingProxyType({"better": "good", "worse": "bad", "cannot_tell": "warn"})

_COLUMNS = (
    Column(
        "차이",
        note="B에서 A를 뺀 것. 작은 글씨는 95 % 신뢰 구간: 한 패턴의 발화는 함께 틀리므로 패턴째 다시 뽑아 잽니다.",
    ),
    Column("A"),
    Column("B"),
    Column("A만", note="A만 맞힌 발화의 수."),
    Column("B만", note="B만 맞힌 발화의 수."),
    Column("p", note="맥니마 정확 검정: 두 모델이 똑같다면 이만큼 갈릴 확률. 발화가 서로 무관하다고 봅니다."),
    Column("p 패턴째", note="같은 확률을, 한 패턴의 발화를 통째로 맞바꾸어 잰 것."),
    Column("p Holm", note="여러 줄을 한꺼번에 본 만큼 고친 p. 0.05를 넘으면 나음이나 나쁨이라고 하지 않습니다."),
    Column("판정", "text", choose=True),
)  # fmt: skip


def comparison_page(comparison: Comparison) -> str:
    """Write a comparison as one HTML file."""
    whole, margin = comparison.slices[ALL], comparison.margin
    first = "exact_match"
    more = [said(name, figure, margin) for name, figure in whole.items() if name != first]
    head = verdict(
        said(first, whole[first], margin), _TONES.get(whole[first].verdict(margin)) or "plain", *more,
        *(word(note.code, note.values, "ko") for note in comparison.notes),
    )  # fmt: skip
    figures = {name: value for name, value in comparison.to_dict().items() if name != "disagreements"}
    return page("두 모델 견주기", head, _sections(comparison), figures)


def _about(comparison: Comparison) -> list[tuple[str, Content]]:
    disagreements = comparison.disagreements
    right = [f"{name} {sum(one.right == who for one in disagreements):,}" for who, name in RIGHT.items()]
    return [
        ("A", comparison.old),
        ("B", comparison.new),
        ("발화", f"{comparison.utterances:,}개, 패턴이나 줄 {comparison.clusters:,}개에서"),
        ("달리 답한 발화", f"{len(disagreements):,}개: {', '.join(right)}"),
        ("괜찮다고 한 손실", f"{100 * comparison.margin:g} %p"),
    ]


def _sections(comparison: Comparison) -> list[Section]:
    margin = comparison.margin
    sections = [
        Section("about", "무엇을 견주었나", facts(_about(comparison))),
        Section("slices", "묶음마다", joined(_forest(comparison), _slices(comparison)),
                "구간이 모두 0의 오른쪽에 있으면 B가 낫고, 왼쪽에 있으면 A가 낫습니다. 0에 걸치면 우연일 수 있습니다."),
    ]  # fmt: skip
    if comparison.intents:
        rows = [_row(name, figure, margin) for name, figure in comparison.intents.items()]
        shown = table("의도마다 맞힌 발화", [Column("의도", "name"), *_COLUMNS], rows)
        f1 = [_row(name, figure, margin) for name, figure in comparison.intents_f1.items()]
        sections.append(Section("intents", "의도마다", joined(
            shown, table("의도마다 F1", [Column("의도", "name"), *_COLUMNS], f1)),
            "위는 그 의도의 발화 가운데 맞힌 비율, 아래는 다른 의도를 이것으로 본 것까지 센 F1입니다."))  # fmt: skip
    if comparison.entities_f1:
        rows = [_row(name, figure, margin) for name, figure in comparison.entities_f1.items()]
        shown = table("개체마다 F1", [Column("개체", "name"), *_COLUMNS], rows)
        sections.append(Section("entities", "개체마다", shown, "자리와 종류가 모두 맞아야 맞은 것입니다."))
    return [*sections, _utterances(comparison.disagreements)]


def _forest(comparison: Comparison) -> Html:
    """The differences of each score as points on lines, slice by slice."""
    drawn = []
    for score in SCORES:
        name = FIGURES[score]
        found = {slice_: figures[score] for slice_, figures in comparison.slices.items() if score in figures}
        if found:
            reach = max(max(-one.difference.low, one.difference.high) for one in found.values())
            ends = Axis.over("B − A (%p)", [-100 * reach, 100 * reach])
            values = [_interval(slice_name(slice_), figure, comparison.margin) for slice_, figure in found.items()]
            drawn.append(intervals(f"{name}: 묶음마다 B − A와 그 구간", ends, values, 0.0))
    return side_by_side(*drawn)


def _interval(name: str, figure: Figure, margin: float) -> Interval:
    one, tone = figure.difference, figure.verdict(margin)
    colour: Literal["good", "bad", "first"] = "good" if tone == "better" else "bad" if tone == "worse" else "first"
    return Interval(name, 100 * one.low, 100 * one.point, 100 * one.high, colour)


def _slices(comparison: Comparison) -> Html:
    rows = [
        [slice_name(slice_), Cell(FIGURES[score]), *_row("", figure, comparison.margin)[1:]]
        for slice_, figures in comparison.slices.items()
        for score, figure in figures.items()
    ]
    columns = [Column("묶음", "name", choose=True), Column("점수", "text", choose=True), *_COLUMNS]
    return table("묶음마다 차이", columns, rows)


def _row(name: str, figure: Figure, margin: float) -> list[Cell | Content]:
    one, found = figure.difference, figure.verdict(margin)
    gap = joined(tag("b", points(one.point)), " ", tag("small", between(one.low, one.high)))
    return [
        name,
        Cell(gap, round(one.point, 6)),
        share(one.old),
        share(one.new),
        number(figure.only_old),
        number(figure.only_new),
        *(Cell(chance(p), -1.0 if p is None else p) for p in (figure.mcnemar, one.p, figure.corrected)),
        Cell(VERDICTS[found], tone=_TONES.get(found, "")),
    ]


def _utterances(several: Sequence[Disagreement]) -> Section:
    ordered = sorted(several, key=lambda one: list(RIGHT).index(one.right))[:_MOST_UTTERANCES]
    rows: list[list[Cell | Content]] = [
        [
            Cell(RIGHT[one.right], tone="bad" if one.right == "old" else "good" if one.right == "new" else ""),
            Cell(_labelled(one.gold.text, _gold_spans(one.gold))),
            intent_name(one.gold.intent),
            _answer(one.gold, one.old),
            _answer(one.gold, one.new),
            slice_name(one.slice),
            one.gold.origin,
        ]
        for one in ordered
    ]
    columns = [
        Column("누가", "name", choose=True), Column("발화", "text"), Column("의도", "text", choose=True),
        Column("A의 답", "text"), Column("B의 답", "text"),
        Column("묶음", "text", choose=True), Column("어디서", "text"),
    ]  # fmt: skip
    left = len(several) - len(rows)
    note = f"{count(left)}개는 comparison.json에만 있습니다." if left else "의도나 개체를 달리 답한 발화 모두입니다."
    shown = table("누가 무엇을 맞혔나", columns, rows, searchable=True) if rows else "달리 답한 발화가 없습니다."
    return Section("utterances", "누가 무엇을 맞혔나", shown, note)


def _answer(gold: LabelledUtterance, parse: Parse) -> Html:
    spans = [(one.start, one.end, one.entity) for one in parse.entities]
    entities = None if spans == _gold_spans(gold) else joined(tag("br"), _labelled(gold.text, spans))
    return joined(tag("b", intent_name(parse.intent.name)), f" {parse.intent.confidence:.2f}", entities)


def _gold_spans(gold: LabelledUtterance) -> list[tuple[int, int, str]]:
    return [(one.start, one.end, one.entity) for one in gold.spans]


def _labelled(text: str, spans: Sequence[tuple[int, int, str]]) -> Html:
    """A text with its entities marked, each with its type."""
    parts: list[Content] = []
    last = 0
    for start, end, entity in spans:
        parts += [text[last:start], tag("mark", text[start:end], tag("small", f" {entity}"))]
        last = end
    return joined(*parts, text[last:])
