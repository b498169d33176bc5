"""`loop`: show, explain and turn the loop that trains again by policy, and watches what it has promoted."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import threading
import time
from collections.abc import Sequence

from nlu.adjustment.loop import Loop
from nlu.adjustment.policy import POLICY_NAME, LoopPolicy
from nlu.adjustment.reasons import Decision
from nlu.adjustment.runs import BAD, LoopRun
from nlu.commands.common import CommandParser, ExitCode, describe, run_command
from nlu.commands.job_store import add_options, opened
from nlu.errors import NluError
from nlu.events import Notice
from nlu.jobs.store import JobStore
from nlu.messages import word

TURN_SECONDS = 2.0
"""From one look at an open run to the next."""
_EXAMPLES = """\
  nlu-loop status              지금 무엇을 하고 있고, 지금까지 무엇을 했는지
  nlu-loop explain             지금 시작할지, 왜 시작하거나 기다리는지
  nlu-loop run                 한 번 봅니다: 까닭이 있으면 시작하고, 하던 것은 이어 갑니다
  nlu-loop run --now           까닭이 없어도 시작합니다 (승격 정책은 그대로 지킵니다)
  nlu-loop run --watch         계속 봅니다 (nlu-worker도 스스로 봅니다)
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return run_command(_parser(), _handle, argv)


def _parser() -> CommandParser:
    parser = CommandParser(
        "nlu-loop",
        f"스스로 고치는 고리: 사람들이 하는 말이 달라졌거나 제안을 받아들였으면 다시 학습하고, 승격 정책을 지키면\n"
        f"바꾸고, 나빠지면 되돌립니다. 언제 무엇을 해도 되는지는 {POLICY_NAME} 에 적습니다. 적기 전에는 꺼져 있습니다.",
        examples=_EXAMPLES,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="할일", title="할 일")

    def verb(name: str, text: str) -> CommandParser:
        made: CommandParser = verbs.add_parser(name, description=text, help=text)
        add_options(made)
        return made

    for name, text in (
        ("status", "지금 돌고 있는 것과 지난 것을 새것부터 보입니다."),
        ("explain", "지금 시작할지, 왜 시작하거나 기다리는지 보입니다. 아무것도 시작하지 않습니다."),
    ):
        verb(name, text).add_argument("--json", action="store_true", help="JSON으로 보입니다")
    running = verb(
        "run", "까닭이 있으면 시작하고, 하던 것은 갈 수 있는 데까지 이어 갑니다. 작업은 nlu-worker가 합니다."
    )
    running.add_argument("--now", action="store_true", help="까닭이 없어도, 쉬는 때여도 시작합니다")
    running.add_argument("--watch", action="store_true", help="멈출 때까지 계속 봅니다")
    return parser


def _handle(arguments: argparse.Namespace) -> int:
    with opened(arguments) as (store, _):
        loop = Loop(store, LoopPolicy.read(store.place.project))
        if arguments.verb == "status":
            return _status(loop, as_json=arguments.json)
        if arguments.verb == "explain":
            return _explain(loop, as_json=arguments.json)
        if arguments.watch:
            logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
            turn_on(store, threading.Event())
        return _run(loop, now=arguments.now)


def turn_on(store: JobStore, stop: threading.Event) -> None:
    """Turn the loop of a project until told to stop; its policy is read anew each time.

    Args:
        store: its jobs.
        stop: set to stop.
    """
    look_at, said = 0.0, ""
    while not stop.is_set():
        try:
            loop = Loop(store, LoopPolicy.read(store.place.project))
            loop.advance()
            if loop.policy.enabled and time.monotonic() >= look_at:
                look_at = time.monotonic() + 60 * loop.policy.look_minutes
                if loop.begin() is not None:
                    loop.advance()
            said = ""
        except (NluError, OSError) as error:
            if (problem := describe(error)[1]) != said:
                logging.getLogger("nlu.loop").warning("%s", problem)
            said = problem
        stop.wait(TURN_SECONDS)


def _run(loop: Loop, *, now: bool) -> int:
    run = loop.advance()
    if run is None or run.ended is not None:
        run = (loop.begin_now() if now else loop.begin()) or run
        run = loop.advance() or run
    if run is None:
        return _explain(loop, as_json=False)
    print("\n".join(_lines(run)))
    return ExitCode.MISTAKE if run.state in BAD else ExitCode.OK


def _status(loop: Loop, *, as_json: bool) -> int:
    runs = loop.runs.list()
    if as_json:
        print(
            json.dumps(
                {"enabled": loop.policy.enabled, "runs": [run.to_dict() for run in runs]}, ensure_ascii=False, indent=2
            )
        )
        return ExitCode.OK
    print("켜져 있습니다." if loop.policy.enabled else word("loop.off", {}, "ko"))
    print("\n".join(line for run in runs for line in _lines(run)) or "아직 돈 적이 없습니다.")
    return ExitCode.OK


def _explain(loop: Loop, *, as_json: bool) -> int:
    decision = loop.decision()
    if as_json:
        print(json.dumps(_plain(decision), ensure_ascii=False, indent=2))
        return ExitCode.OK
    print("지금 시작합니다." if decision.begins else "지금은 시작하지 않습니다.")
    print("\n".join([f"  + {_said(one)}" for one in decision.reasons] or ["  + 시작할 까닭이 없습니다."]))
    print("\n".join(f"  - {_said(one)}" for one in decision.brakes), end="\n" if decision.brakes else "")
    return ExitCode.OK


def _plain(decision: Decision) -> dict[str, object]:
    return {
        "begins": decision.begins,
        "reasons": [{"code": one.code, "text": _said(one)} for one in decision.reasons],
        "brakes": [{"code": one.code, "text": _said(one)} for one in decision.brakes],
    }


def _lines(run: LoopRun) -> list[str]:
    state = word(f"run.{run.state}", {"version": run.version or "", "before": run.before or ""}, "ko")
    jobs = f" (작업 {', '.join(map(str, run.jobs))})" if run.jobs and run.ended is None else ""
    head = f"{run.id}번  {run.began:%Y-%m-%d %H:%M} UTC  {state}{jobs}"
    notices = [*run.reasons, *([run.finding] if run.finding else [])]
    return [head, *(f"      {_said(one)}" for one in notices)]


def _said(notice: Notice) -> str:
    return word(notice.code, notice.values, "ko").replace("\n", "\n        ")


if __name__ == "__main__":
    raise SystemExit(main())
