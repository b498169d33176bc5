"""A model card: what a bundle says of itself to people, as Markdown with a YAML head in Hugging Face's key names.

It holds no time and no place, so that a training that learns the same writes the same card.

Source: Mitchell et al., Model Cards for Model Reporting, FAT* 2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nlu.evaluation.report import ALL
from nlu.pipeline.fingerprint import FINGERPRINT
from nlu.store.bundle import Manifest
from nlu.types import FALLBACK_INTENT
from nlu.understanding.model import TrainedModel

CARD_NAME = "README.md"
_FIGURES = (
    ("text-classification", "intent accuracy", "accuracy", "intent_accuracy"),
    ("text-classification", "intent macro F1", "f1", "intent_macro_f1"),
    ("text-classification", "expected calibration error", "ece", "calibration_error"),
    ("token-classification", "entity precision", "precision", "entity_precision"),
    ("token-classification", "entity recall", "recall", "entity_recall"),
    ("token-classification", "entity F1", "f1", "entity_f1"),
    ("text-classification", "intent and entities exact", "exact_match", "exact_match"),
)
"""Task, name, kind of metric, and the figure of the report."""
_SLICE = (
    ("utterances", "발화", "{:,}"),
    ("intent_accuracy", "의도 정확도", "{:.1%}"),
    ("entity_f1", "개체 F1", "{:.1%}"),
    ("exact_match", "모두 맞힘", "{:.1%}"),
    ("false_rejects", "잘못 거절", "{:.1%}"),
    ("caught", "거절해야 할 것을 거절", "{:.1%}"),
)


def card(model: TrainedModel, manifest: Manifest) -> dict[str, bytes]:
    """Write the card of a model, as a file of its bundle.

    Args:
        model: what it is of.
        manifest: what is known of its training and its measurement.
    """
    scores = manifest.scores.get("slices", {})
    parts = [_head(scores), "# 한국어 의도·개체 모델", _what(model, manifest), _use(), _figures(scores)]
    parts += [_data(manifest), _limits(manifest, scores), _parts(model, manifest)]
    return {CARD_NAME: ("\n\n".join(parts) + "\n").encode()}


def _head(scores: Mapping[str, Any]) -> str:
    overall = scores.get(ALL, {})
    results = [_result(*row, overall[row[3]]) for row in _FIGURES if overall.get(row[3]) is not None]
    metrics = list(dict.fromkeys(kind for _, _, kind, figure in _FIGURES if overall.get(figure) is not None))
    lines = ["---", "language:", "- ko", "license: other", "license_name: of-the-bots-author"]
    lines += ["library_name: korean-nlu", "pipeline_tag: text-classification"]
    lines += ["tags:", "- intent-classification", "- named-entity-recognition", "datasets:", "- own-patterns"]
    lines += ["metrics:", *(f"- {kind}" for kind in metrics)] if metrics else ["metrics: []"]
    named = [
        "- name: korean-nlu",
        "  results:" if results else "  results: []",
        *(line for one in results for line in one),
    ]
    return "\n".join([*lines, "model-index:", *named, "---"])


def _result(task: str, name: str, kind: str, _: str, value: float) -> list[str]:
    return [
        "  - task:",
        f"      type: {task}",
        "    dataset:",
        "      name: held-out patterns and values of the bot's own data set",
        "      type: own-patterns",
        "      split: test",
        "    metrics:",
        f"    - type: {kind}",
        f"      name: {name}",
        f"      value: {value:.4f}",
    ]


def _what(model: TrainedModel, manifest: Manifest) -> str:
    draft = " **초안입니다: 데이터의 일부로 짧게 학습했고 재지 않았습니다.**" if manifest.is_draft else ""
    intents = len(set(model.intents.names) - {FALLBACK_INTENT})
    return (
        f"한국어 발화 하나에서 의도 {intents}개 가운데 하나와 개체를 알아듣습니다.{draft} "
        "의도는 글자 합성곱 신경망(char-CNN), 개체는 양방향 LSTM과 CRF가 찾습니다. "
        "저자가 쓴 패턴 그대로인 말은 패턴이 답합니다. "
        f"학습한 프로그램: korean-nlu {manifest.product_version}."
    )


def _use() -> str:
    return (
        "## 쓰임\n\n이 봇의 사용자가 글로 한 말을 알아듣는 데 씁니다: `nlu-parse`, `nlu-serve`. "
        f"모르는 말은 `{FALLBACK_INTENT}`로 답합니다. 봇이 할 일이 아닌 말, 다른 언어, 긴 글, "
        "사람에 대한 판단(의료, 채용, 신용 등)에는 쓰지 마세요."
    )


def _figures(scores: Mapping[str, Any]) -> str:
    if not scores:
        return "## 점수\n\n재지 않았습니다."
    heads = " | ".join(title for _, title, _ in _SLICE)
    rows = [
        f"| {name} | " + " | ".join(_shown(one, values) for one in _SLICE) + " |" for name, values in scores.items()
    ]
    return "\n".join(
        [
            "## 점수",
            "",
            "떼어 둔 패턴과 값을 배우지 않은 평가용 모델로, 데이터의 test 부분에서 쟀습니다. "
            "서비스하는 이 모델은 그 뒤에 그것까지 배웠습니다.",
            "",
            f"| 묶음 | {heads} |",
            "|---|" + "---|" * len(_SLICE),
            *rows,
        ]
    )


def _shown(column: Sequence[str], values: Mapping[str, Any]) -> str:
    value = values.get(column[0])
    return "–" if value is None else column[2].format(value)


def _data(manifest: Manifest) -> str:
    rows = [f"| `{name}` | `{digest}` |" for name, digest in sorted(manifest.data.items()) if name != FINGERPRINT]
    generator = manifest.settings.get("generator", {})
    return "\n".join(
        [
            "## 배운 것",
            "",
            f"저자의 패턴과 사전으로 만든 발화(씨앗 {generator.get('seed', 0)})와, 가져온 발화가 있으면 그것까지. "
            "입력의 SHA-256:",
            "",
            "| 입력 | SHA-256 |",
            "|---|---|",
            *rows,
        ]
    )


def _limits(manifest: Manifest, scores: Mapping[str, Any]) -> str:
    lines = [
        "- 점수는 패턴에서 만든 말에서 잰 것입니다. 사람들이 실제로 하는 말에서는 더 낮을 수 있으니, "
        "`nlu-evaluate 파일`로 실제 발화에서 재세요.",
        "- 패턴이나 사전에 없는 말투, 이름, 새말에는 약합니다.",
        "- 확신(confidence)은 보정했지만 확률로 믿을 만큼 정확하지 않을 수 있습니다.",
        "- 저자가 쓴 패턴의 치우침을 그대로 배웁니다.",
        "- 가져온 발화에 개인 정보가 있으면 단어장에 그 조각이 남을 수 있습니다.",
    ]
    if manifest.is_draft or not scores:
        lines.insert(0, "- 얼마나 맞히는지 재지 않았습니다.")
    elif (count := scores[ALL]["utterances"]) < 200:
        lines.insert(0, f"- 발화 {count}개로만 재서 점수가 우연히 크게 다를 수 있습니다.")
    return "\n".join(["## 한계", "", *lines])


def _parts(model: TrainedModel, manifest: Manifest) -> str:
    intents = ", ".join(f"`{name}`" for name in model.intents.names)
    entities = ", ".join(f"`{name}`" for name in model.entities.labels) or "없음"
    libraries = ", ".join(f"{name} {version}" for name, version in sorted(manifest.libraries.items()))
    return (
        f"## 들어 있는 것\n\n의도: {intents}\n\n개체: {entities}\n\n학습한 환경: {libraries}\n\n"
        "설정과 모든 수치는 `manifest.json`에 있습니다."
    )
