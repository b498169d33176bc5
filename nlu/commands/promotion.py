"""Say in Korean what was decided of a candidate and why, and keep it as a page."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlu.commands import auditing, progress
from nlu.commands.common import ExitCode
from nlu.data import dataset as datasets
from nlu.errors import NluError, PromotionError
from nlu.jobs.channel import Channel
from nlu.messages import word
from nlu.pipeline.promote import Promotion, Terms, promote
from nlu.promotion.book import Failure, read_book
from nlu.promotion.decide import Check
from nlu.promotion.evidence import Compared, Pairs
from nlu.promotion.page import to_html
from nlu.promotion.policy import Policy
from nlu.store.registry import Registry
from nlu.system.files import write_atomic

POLICY, BOOK = Path("promotion.toml"), Path("patterns/must.jsonl")
_MARKS = {"passed": "✓", "failed": "✗", "unsure": "?", "told": "·"}
_SHOWN = 20
"""Lines of the book that are listed at most."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say on what terms a candidate is promoted."""
    where = "프로젝트 폴더의"
    parser.add_argument(
        "--policy", type=Path, metavar="파일", help=f"승격 정책(TOML) (기본: {where} {POLICY}; 없으면 기본값)"
    )
    parser.add_argument(
        "--must", type=Path, metavar="파일", help=f"꼭 알아들어야 할 말 (기본: {where} {BOOK}; 없으면 없음)"
    )


def terms_of(arguments: argparse.Namespace) -> Terms:
    """Read the policy and the regression book of a project, or those that the arguments name.

    Raises:
        PromotionError: mistakes in either.
        FileNotFoundError: a file that was asked for by name is not there.
    """
    home = _home(arguments)
    policy, book, force = (getattr(arguments, name, None) for name in ("policy", "must", "force"))
    try:
        known = Policy.read(policy or home / POLICY) if policy or (home / POLICY).exists() else Policy()
        if book:
            book.stat()
        return Terms(known, read_book(book or home / BOOK), bool(force))
    except NluError as error:
        raise PromotionError(error) from error


def _home(arguments: argparse.Namespace) -> Path:
    """Where the project's files lie: beside its settings, else beside its models, else here."""
    config, models = getattr(arguments, "config", None), getattr(arguments, "models", None)
    beside = [Path(path).parent for path in (config, models) if path is not None]
    return next((one for one in beside[:1] if config or (one / POLICY).exists() or (one / BOOK).exists()), Path())


def run(
    registry: Registry,
    version: str,
    terms: Terms,
    data: Path,
    reports: Path,
    *,
    source: str = "nlu-models promote",
    activate: bool = True,
) -> ExitCode:
    """Promote a version if its terms allow it, and say in Korean what was decided and why.

    Args:
        registry: where it lies.
        version: the candidate.
        terms: the policy and the regression book.
        data: folder of the data set whose test part both versions are asked; need not be there.
        reports: folder for the verdict.
        source: the command, for the audit.
        activate: whether the candidate answers where it may; else it is only judged.

    Returns:
        0 where the candidate answers, or may; 1 where it is held back; 2 where it can't be told.
    """
    if version == registry.active() and not terms.force:
        print(f"이미 이 모델로 답하고 있습니다: {version}")
        return ExitCode.OK
    reports.mkdir(parents=True, exist_ok=True)  # where nothing can be written, nothing is activated either
    try:
        dataset = datasets.read(data) if (data / "manifest.json").exists() else None
        with progress.shown() as listen:
            promotion = promote(registry, version, dataset, terms, activate=activate, listen=listen)
    except NluError as error:
        raise PromotionError(error) from error
    auditing.note(registry.root, source, [_change(promotion)])
    written = write_verdict(promotion, reports)
    channel = Channel.from_environment()
    channel.result(version=version, promoted=promotion.is_live, reason=promotion.reason)
    if not promotion.is_live:
        channel.error(told(promotion))
    print(told(promotion))
    print(f"판정: {written}")
    return ExitCode.MISTAKE if promotion.reason == "held" else ExitCode.OK


def _change(promotion: Promotion) -> auditing.Change:
    """What the audit is told of a verdict, also of one that changed nothing."""
    checks = {check.name: check.outcome for check in (promotion.verdict.checks if promotion.verdict else ())}
    detail = {"before": promotion.before, "reason": promotion.reason, "checks": checks}
    action = "model.promote" if promotion.is_live else "model.hold" if promotion.reason == "held" else "model.judge"
    return auditing.Change(action, promotion.version, detail)


def told(promotion: Promotion) -> str:
    """Say what was decided and why, in Korean."""
    lines = [_headline(promotion)]
    for check in promotion.verdict.checks if promotion.verdict else ():
        lines.append(f"  {_MARKS[check.outcome]} {_worded(check)}")
        if check.name == "book" and promotion.evidence:
            lines += _failures(promotion.evidence.failures)
    if promotion.reason == "held":
        lines.append(f"  그래도 이 모델로 답하려면: nlu-models promote {promotion.version} --force")
    return "\n".join(lines)


def write_verdict(promotion: Promotion, reports: Path) -> Path:
    """Write what was decided as a page, `promotion.html`, and for programs as `promotion.json`.

    Returns:
        The page.
    """
    reports.mkdir(parents=True, exist_ok=True)
    values = _as_json(promotion)
    write_atomic(reports / "promotion.json", json.dumps(values, ensure_ascii=False, indent=2) + "\n")
    path = reports / "promotion.html"
    text = to_html(_headline(promotion), promotion.is_live, promotion.verdict, promotion.evidence, values)
    write_atomic(path, text)
    return path


def _headline(promotion: Promotion) -> str:
    is_first = promotion.before is None or promotion.before == promotion.version
    if not promotion.is_live and promotion.reason != "held":
        code = "promotion.may_be_live"
    elif promotion.reason == "held":
        code = "promotion.held_first" if is_first else "promotion.held"
    elif promotion.reason == "forced":
        code = "promotion.forced_first" if is_first else "promotion.forced"
    else:
        code = "promotion.live_first" if is_first else "promotion.live"
    return word(code, {"version": promotion.version, "before": promotion.before}, "ko")


def _worded(check: Check) -> str:
    return word(check.notice.code, check.notice.values, "ko")


def _said(failure: Failure) -> str:
    return word(failure.why.code, failure.why.values, "ko")


def _failures(failures: tuple[Failure, ...]) -> list[str]:
    lines = [f"      {one.demand.origin}: {one.demand.text} — {_said(one)} ({one.got})" for one in failures[:_SHOWN]]
    more = len(failures) - _SHOWN
    return [*lines, f"      … 외 {more:,}줄"] if more > 0 else lines


def _as_json(promotion: Promotion) -> dict[str, Any]:
    verdict, evidence = promotion.verdict, promotion.evidence
    return {
        "version": promotion.version,
        "before": promotion.before,
        "promoted": promotion.is_live,
        "reason": promotion.reason,
        "checks": [_check(check) for check in (verdict.checks if verdict else ())],
        "failures": [
            {"line": one.demand.origin, "text": one.demand.text, "got": one.got, "why": _said(one)}
            for one in (evidence.failures if evidence else ())
        ],
        "figures": dict(evidence.figures) if evidence else {},
        "compared": _compared(evidence.compared) if evidence and evidence.compared else None,
    }


def _check(check: Check) -> dict[str, Any]:
    found = check.difference
    figures = asdict(found) | {"point": found.point} if found else None
    return {"name": check.name, "outcome": check.outcome, "text": _worded(check), "difference": figures}


def _compared(compared: Compared) -> dict[str, Any]:
    def right(several: Mapping[str, Pairs]) -> dict[str, dict[str, int]]:
        return {
            name: {"utterances": len(one), "old": sum(one.old), "new": sum(one.new)} for name, one in several.items()
        }

    return {
        "tested": compared.tested,
        "utterances": len(compared.exact),
        "learned": compared.learned,
        "new": compared.new,
        "are_served": compared.are_served,
        "gone": list(compared.gone),
        "intents": right(compared.by_intent),
        "entities": right(compared.by_entity),
    }
