"""Which intent is taken for which: a map that is readable at sixty intents, and its pairs with their utterances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from nlu.evaluation.page.html import Html, joined, tag
from nlu.evaluation.page.shell import Section, folded
from nlu.evaluation.page.view import View
from nlu.evaluation.page.words import count, intent_name, percent

_MOST_PAIRS = 20
_MOST_TEXTS = 12
_MOST_LENGTH = 160
_MOST_NAMES = 64
"""Rows of the map; of more intents, those with most errors."""
_MOST_CELLS = 1_500
"""Of the map; of more, those that stand for most utterances."""
_LONGEST = 26
"""Letters of a name on the map."""


@dataclass(frozen=True)
class _Pair:
    wanted: str
    said: str
    times: int
    share: float
    texts: Sequence[str]


def confusion(view: View) -> Section | None:
    """The map, and the pairs that are taken for one another most often."""
    counts: Mapping[str, Mapping[str, int]] = view.part("confusion")
    if not counts:
        return None
    pairs = _pairs(view, counts)
    if not pairs:
        return Section("confusion", "헷갈린 의도", tag("p", f"의도 {len(counts)}가지를 하나도 헷갈리지 않았습니다."))
    shown = pairs[:_MOST_PAIRS]
    listed = tag("ol", [tag("li", _described(pair)) for pair in shown], class_="ranked")
    rest = len(pairs) - len(shown)
    more = tag("p", f"이 밖에 {count(rest)}쌍이 있습니다: 아래 그림과 report.json에 모두 있습니다.", class_="note")
    return Section(
        "confusion",
        "헷갈린 의도",
        joined(tag("h3", f"가장 자주 헷갈린 {len(shown)}쌍"), listed, more if rest else None, _map(counts)),
        "‘가 → 나’는 맞는 답이 ‘가’인 발화를 ‘나’라고 한 것입니다. 누르면 그 발화를 보입니다.",
    )


def _pairs(view: View, counts: Mapping[str, Mapping[str, int]]) -> list[_Pair]:
    texts = _texts(view)
    pairs = [
        _Pair(wanted, said, times, times / sum(row.values()), texts.get((wanted, said), ()))
        for wanted, row in counts.items()
        for said, times in row.items()
        if said != wanted
    ]
    return sorted(pairs, key=lambda pair: (-pair.times, -pair.share, pair.wanted, pair.said))


def _texts(view: View) -> Mapping[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for error in view.errors or ():
        found[error["intent"] or "", error["intent_prediction"]["name"] or ""].append(error["text"])
    if not view.errors:
        for wanted, row in view.part("utterances").items():
            for said, texts in row.items():
                found[wanted, said] += texts
    return found


def _described(pair: _Pair) -> Html:
    head = joined(tag("b", pair.wanted), " → ", tag("b", intent_name(pair.said)),
                  f" {count(pair.times)}번 (그 의도의 {percent(pair.share)})")  # fmt: skip
    if not pair.texts:
        return head
    several = list(dict.fromkeys(pair.texts))
    items = [tag("li", tag("span", _cut(text), class_="said-text")) for text in several[:_MOST_TEXTS]]
    if len(several) > _MOST_TEXTS:
        items.append(tag("li", f"… 외 {count(len(several) - _MOST_TEXTS)}개", class_="note"))
    return folded(head, tag("ul", items))


def _map(counts: Mapping[str, Mapping[str, int]]) -> Html:
    """The matrix of the intents that are not all right: right cells blue, wrong ones red, darker the more of a row."""
    wrong = {name: sum(row.values()) - row.get(name, 0) for name, row in counts.items()}
    rows = sorted(sorted((name for name in wrong if wrong[name]), key=lambda name: -wrong[name])[:_MOST_NAMES])
    several = [(times, wanted, said) for wanted in rows for said, times in counts[wanted].items() if times]
    drawn = sorted(several, key=lambda cell: (-cell[0], cell[1:]))[:_MOST_CELLS]
    drawing = _Drawing(rows, sorted({said for _, _, said in drawn}))
    cells = [drawing.cell(wanted, said, times, sum(counts[wanted].values())) for times, wanted, said in drawn]
    title = "의도 혼동 그림. 줄은 맞는 의도, 칸은 봇의 답"
    picture = tag("svg", drawing.frame(), cells, viewBox=f"0 0 {drawing.width} {drawing.height}", width=drawing.width,
                  height=drawing.height, role="img", aria_label=title, class_="heat")  # fmt: skip
    left_out = len(counts) - len(rows)
    said = (
        "줄은 맞는 의도, 칸은 봇의 답. 파랑은 맞은 것, 빨강은 틀린 것이고, 진할수록 그 줄에서 차지하는 몫이 큽니다. "
        "칸에 대면 수를 보입니다."
    )
    if left_out:
        said += f" 틀린 것이 없거나 적은 의도 {count(left_out)}가지는 뺐습니다."
    if len(several) > len(drawn):
        said += f" 수가 적은 칸 {count(len(several) - len(drawn))}개도 뺐습니다."
    box = tag("div", picture, class_="scroll", role="region", aria_label=title, tabindex=0)
    return joined(tag("h3", "그림"), tag("figure", box, tag("figcaption", said)))


class _Drawing:
    """Where the names and cells of the map lie; the more of them, the smaller a cell."""

    def __init__(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        self._rows, self._columns = {n: at for at, n in enumerate(rows)}, {n: at for at, n in enumerate(columns)}
        most = max(len(rows), len(columns))
        self._size = 26 if most <= 20 else 20 if most <= 36 else 15
        self._left = 12 + max(_length(_short(name)) for name in rows)
        self._top = 12 + max(_length(_short(intent_name(name))) for name in columns)
        self.width = self._left + self._size * len(columns) + 4
        self.height = self._top + self._size * len(rows) + 4

    def frame(self) -> Html:
        """The ground, the rulers and the names."""
        size, half = self._size, self._size / 2 + 4
        across, down = size * len(self._columns), size * len(self._rows)
        drawn = [tag("rect", x=self._left, y=self._top, width=across, height=down, class_="frame")]
        for name, at in self._rows.items():
            y = self._top + size * at
            drawn.append(tag("line", x1=self._left, x2=self._left + across, y1=y, y2=y, class_="ruler"))
            drawn.append(
                tag("text", _short(name), tag("title", name), x=self._left - 6, y=f"{y + half:g}", text_anchor="end")
            )
        for name, at in self._columns.items():
            x = self._left + size * at
            drawn.append(tag("line", x1=x, x2=x, y1=self._top, y2=self._top + down, class_="ruler"))
            turned = f"translate({x + half:g} {self._top - 6}) rotate(-90)"
            drawn.append(tag("text", _short(intent_name(name)), tag("title", intent_name(name)), transform=turned))
        return joined(drawn)

    def cell(self, wanted: str, said: str, times: int, total: int) -> Html:
        """A cell, with what it stands for."""
        share = times / total
        x, y, size = (
            self._left + self._size * self._columns[said],
            self._top + self._size * self._rows[wanted],
            self._size,
        )
        hint = f"{wanted} → {intent_name(said)}: {count(times)}번 ({percent(share)})"
        kind = "right" if wanted == said else "wrong"
        box = tag("rect", x=x + 0.5, y=y + 0.5, width=size - 1, height=size - 1, class_=kind,
                  fill_opacity=f"{0.2 + 0.8 * share:.2f}")  # fmt: skip
        text = tag("text", str(times), x=f"{x + size / 2:g}", y=f"{y + size / 2 + 3.5:g}", text_anchor="middle",
                   class_="count on" if share > 0.45 else "count") if size >= 20 and times < 1000 else None  # fmt: skip
        return tag("g", tag("title", hint), box, text)


def _length(text: str) -> int:
    """About how wide a text is drawn, in pixels."""
    return sum(12 if east_asian_width(sign) in "WF" else 7 for sign in text)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LENGTH else text[:_MOST_LENGTH] + "…"
