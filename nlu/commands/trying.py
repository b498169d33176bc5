"""The verbs of `models` that try a candidate beside the served version: `shadow` and `canary`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from nlu.commands.auditing import Change
from nlu.commands.common import CommandParser, ExitCode
from nlu.messages import word
from nlu.store.registry import Registry
from nlu.store.trials import EndedTrial, Trial, TrialKind, Trials
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.trial import try_model

SHADOW = (
    "후보 모델도 요청의 한 몫에 곁에서 답하게 합니다. 사용자는 쓰는 모델의 답만 받습니다. "
    "답이 어떻게 다른지는 nlu-models differences 로 봅니다. 버전을 빼면 지금 상태를 보입니다."
)
CANARY = (
    "사용자의 한 몫에게 후보 모델이 답하게 합니다. 같은 사용자는 늘 같은 모델의 답을 받습니다. 후보가 답하지 못하거나, "
    "느리거나, 확실히 덜 알아들으면 저절로 그만둡니다. 버전을 빼면 지금 상태를 보입니다."
)
NAMES: dict[TrialKind, str] = {"shadow": "그림자", "canary": "카나리아"}
_DOES: dict[TrialKind, tuple[str, str]] = {
    "shadow": ("요청", "에 곁에서 답합니다 (보이지 않게)"),
    "canary": ("사용자", "에게 답합니다"),
}


def add_arguments(parser: CommandParser, kind: TrialKind) -> None:
    """Add what a verb takes."""
    parser.add_argument("version", metavar="버전", nargs="?", help="후보 모델")
    default, of = 0.2 if kind == "shadow" else 0.05, _DOES[kind][0]
    parser.add_argument(
        "--share",
        type=part,
        metavar="몫",
        default=default,
        help=f"{of} 가운데 얼마나: 0.05 나 5%% (기본: {default:g})",
    )
    parser.add_argument("--off", action="store_true", help="그만둡니다")


def part(text: str) -> float:
    """Read a part of a whole as a number or in percent, for `type=` of an argument.

    Example:
        >>> part("5%"), part("0.05"), part("1")
        (0.05, 0.05, 1.0)
    """
    match = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})(%?)", text.strip())
    number = float(match[1]) / (100 if match[2] else 1) if match else 0.0
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError(word("usage.part", {"given": text}, "ko"))
    return number


def shadow(arguments: argparse.Namespace) -> int:
    """Begin, end or show the trial of a candidate that answers unseen."""
    return _handle(arguments, "shadow")


def canary(arguments: argparse.Namespace) -> int:
    """Begin, end or show the trial of a candidate that answers some users."""
    return _handle(arguments, "canary")


def _handle(arguments: argparse.Namespace, kind: TrialKind) -> int:
    registry = Registry(arguments.models)
    if arguments.off:
        ended = registry.end_trial(kind, version=arguments.version)
        if ended is not None:
            arguments.changes.append(Change(f"{kind}.end", ended.trial.version))
        print(f"{ended.trial.version}: {NAMES[kind]} 시험을 그만둡니다." if ended else _none(kind))
    elif arguments.version is None:
        print("\n".join(told(registry.trials(), kind)))
    else:
        trial = registry.try_beside(kind, arguments.version, arguments.share, _try)
        arguments.changes.append(Change(f"{kind}.begin", trial.version, {"share": trial.share}))
        print(f"{_running(trial)}\n그만두려면: nlu-models {kind} --off")
    return ExitCode.OK


def told(trials: Trials, kind: TrialKind) -> list[str]:
    """Say in Korean what is tried, and how the last trial of the kind ended."""
    running = trials.running.get(kind)
    ended = [one for one in trials.ended if one.trial.kind == kind]
    return [_running(running) if running else _none(kind), *(_ended(one) for one in ended[-1:])]


def _running(trial: Trial) -> str:
    of, does = _DOES[trial.kind]
    who = f"{NAMES[trial.kind]}: {trial.version} 모델이"
    return f"{who} {of}의 {100 * trial.share:.3g}%{does}. {trial.since[:16]} UTC부터"


def _ended(one: EndedTrial) -> str:
    detail = f": {word(one.fault.code, one.fault.values, 'ko')}" if one.fault else ""
    reason = word(f"ended.{one.reason}", {}, "ko")
    return f"앞의 시험: {one.trial.version} ({one.at[:16]} UTC에 끝남, {reason}{detail})"


def _none(kind: TrialKind) -> str:
    return f"{NAMES[kind]}: 시험 중인 모델이 없습니다."


def _try(folder: Path) -> None:
    try_model(UtteranceParser.load, folder)
