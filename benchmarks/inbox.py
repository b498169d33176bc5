#!/usr/bin/env python3
"""What an inbox is worth: the lift of its first proposals beside that of labelling everything, and pure groups."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, ours
from benchmarks.data import Utterances, without_entities
from benchmarks.inbox_replay import (
    Accepted,
    Replay,
    accepted,
    author_says,
    endings,
    grouped,
    proposals,
    purity,
    replay_of,
    waiting,
    worked_through,
)
from benchmarks.ours import Recipe, Trained, gather_lexicon
from benchmarks.scoring import Prediction, predict, score
from nlu import tokenizers
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.evaluation.linear import SvmIntents
from nlu.induction import BotLanguage, Proposal
from nlu.korean.normalization import normalize
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern.table import PatternTable
from nlu.system.files import write_atomic
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.parser import UtteranceParser

COLUMNS = (
    *("learned", "decisions", "covered", "generated"),
    *("intent_accuracy", "served_accuracy", "hidden_accuracy", "lift"),
)
ORDERS = ("inbox", "frequency", "random")
"""In which order proposals are accepted: the inbox's, by how many people said what they cover alone, or by chance."""
FIRST_GROUPS = 20

_EXAMPLES = """\
  benchmarks/inbox.py --data DATA --task massive_ko --json inbox.json --plot inbox.png
  benchmarks/inbox.py --data DATA --task massive_ko --learner svm --first 10 25 50 75 100 150
  benchmarks/inbox.py --data DATA --task massive_ko --groups-only            묶음의 순도만
  benchmarks/inbox.py --data DATA --task massive_ko --limit 600 --recorded 200 --epochs 2    빨리 훑어보기
"""

Row = dict[str, object]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/inbox.py",
        "봇이 모르는 의도가 섞인 발화에서, 받은함의 제안을 그대로 받아들이면 얼마나 나아지는지 잽니다.",
        examples=_EXAMPLES,
    )
    options.add_options(parser)
    parser.set_defaults(refit=False)
    parser.add_argument("--task", required=True, metavar="과제", help="데이터 폴더 안의 폴더 이름")
    parser.add_argument("--share", type=float, default=0.25, metavar="수", help="봇이 배우는 train의 몫 (기본: 0.25)")
    parser.add_argument("--hidden", type=positive_int, default=5, metavar="수", help="봇이 모르는 의도 (기본: 5)")
    parser.add_argument("--recorded", type=positive_int, default=1000, metavar="수", help="들어온 발화 (기본: 1000)")
    parser.add_argument(
        "--first",
        type=positive_int,
        nargs="+",
        default=[50, 100],
        metavar="수",
        help="받아들일 수 (기본: 50 100)",
    )
    parser.add_argument("--orders", nargs="+", choices=ORDERS, default=list(ORDERS), help="제안을 보는 순서")
    parser.add_argument(
        "--learner",
        choices=tuple(LEARNERS),
        default="networks",
        help="배우는 것: 신경망, 또는 곧 끝나는 SVM",
    )
    parser.add_argument("--groups-only", action="store_true", help="묶음의 순도까지만")
    parser.add_argument("--plot", type=Path, metavar="파일", help="나아진 만큼을 그릴 PNG 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    recipe, task = replace(options.recipe_of(arguments), gazetteer=True), options.task_of(arguments, arguments.task)
    replay = replay_of(task, arguments.share, arguments.hidden, arguments.recorded, arguments.seed)
    work = arguments.work / f"inbox-{task.name}"
    bench = Bench(replay, task.part("dev"), recipe, work, LEARNERS[arguments.learner](recipe, work))
    facts = bench.facts()
    print(options.table([facts], tuple(facts)), flush=True)
    rows: list[Row] = []
    for row in [] if arguments.groups_only else bench.measure(arguments.first, arguments.orders):
        rows.append(row)
        options.write_json(arguments.json, [facts, *rows], recipe)
        print(options.table(rows[-1:], COLUMNS), flush=True)
    options.write_json(arguments.json, [facts, *rows], recipe)
    print(options.table(rows, COLUMNS))
    if arguments.plot:
        from benchmarks import plots

        arguments.plot.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(arguments.plot, plots.inbox_lift(rows))
    return ExitCode.OK


@dataclass(frozen=True)
class Lesson:
    """What a bot learns intents from.

    Attributes:
        rows: real utterances.
        generated: utterances of accepted lines.
        dictionary: the values it knows.
        authored: what it answers as it was written.
    """

    rows: Utterances
    generated: Utterances
    dictionary: tuple[Entry, ...]
    authored: AuthoredUtterances


Learn = Callable[[Lesson, Utterances], list[Prediction]]
"""Learns, and answers utterances."""


def by_networks(recipe: Recipe, work: Path) -> Learn:
    """Learn as the product does, and answer as it serves."""

    def learn(lesson: Lesson, asked: Utterances) -> list[Prediction]:
        own = replace(recipe, gazetteer=False, dictionary=lesson.dictionary, generated=lesson.generated)
        model = ours.train(lesson.rows, own, work).parser.model
        parser = UtteranceParser(replace(model, authored=lesson.authored))
        return predict(parser.parse, asked)[0]

    return learn


def by_svm(recipe: Recipe, work: Path) -> Learn:
    """Learn a linear SVM over n-grams in a second, which rejects nothing: for many points of a curve."""

    def learn(lesson: Lesson, asked: Utterances) -> list[Prediction]:
        answers = SvmIntents((*lesson.rows, *lesson.generated), recipe.seed).answer([one.text for one in asked])
        lexicon = Lexicon(lesson.dictionary)
        written = [lesson.authored.find(normalize(one.text).text, lexicon) for one in asked]
        return [
            Prediction(found[0].intent if len(found) == 1 else answer.intent.name)
            for found, answer in zip(written, answers, strict=True)
        ]

    return learn


LEARNERS = {"networks": by_networks, "svm": by_svm}


class Bench:
    """One replay, its inbox, and what bots learn from it.

    Args:
        replay: what the bot knows, and what is said to it.
        dev: what it is scored on, said later.
        recipe: how it learns.
        work: folder of what is trained.
        learn: how bots learn; the one whose inbox it is always by networks.
    """

    def __init__(self, replay: Replay, dev: Utterances, recipe: Recipe, work: Path, learn: Learn) -> None:
        self.replay, self.dev, self.recipe, self.learn = replay, without_entities(dev), recipe, learn
        self.known: Trained = ours.train(replay.base, recipe, work)
        lexicon = gather_lexicon(replay.base)
        self.language = BotLanguage(endings(lexicon), lexicon, tokenizers.create(), replay.base)
        self.inbox = waiting(self.known.parser, replay.recorded)
        self.meant = {one.id: str(replay.recorded[int(one.id)].intent) for one in self.inbox}
        self.grouped = grouped(self.known.parser, self.inbox)

    def facts(self) -> Row:
        """What the inbox holds."""
        hidden = [one for one in self.replay.recorded if one.intent in self.replay.hidden]
        first = self.grouped.groups[:FIRST_GROUPS]
        waits = [one for one in self.inbox if self.meant[one.id] in self.replay.hidden]
        return {
            "hidden": ", ".join(sorted(self.replay.hidden)),
            "base": len(self.replay.base),
            "recorded": len(self.replay.recorded),
            "of_hidden": len(hidden),
            "waiting": len(self.inbox),
            "waiting_of_hidden": len(waits),
            "groups": len(self.grouped.groups),
            "purity_first": purity(first, self.meant),
            "members_first": sum(len(one.members) for one in first),
        }

    def measure(self, first: Sequence[int], orders: Sequence[str]) -> Iterator[Row]:
        """Train and score without, with everything labelled, and with the first proposals of each order."""
        base = self._row("nothing")
        yield base
        recorded = self.replay.recorded
        labelled = self._row("labels", labels=recorded)
        yield _with_lift({**labelled, "decisions": len(recorded)}, base, labelled)
        for order in orders:
            offered = self.ordered(order)
            for count in dict.fromkeys(min(count, len(offered)) for count in first):
                some = accepted(offered[:count], self.language, 1.0, self.recipe.seed)
                row = self._row(order, some)
                covered = {(one.intent, text) for one in offered[:count] for text in one.texts}
                about = {"decisions": count, "covered": len(covered), "generated": len(some.utterances)}
                yield _with_lift({**row, **about}, base, labelled)

    def ordered(self, order: str) -> list[Proposal]:
        """All proposals in an order."""
        groups = list(self.grouped.groups)
        if order == "frequency":
            groups.sort(key=lambda one: -one.frequency)
        elif order == "inbox":
            groups = worked_through(self.grouped, lambda one: author_says(one, self.meant) in self.replay.hidden)
        offered = [one for some in proposals(groups, self.meant, self.language) for one in some]
        if order == "random":
            random.Random(f"{self.recipe.seed}/order").shuffle(offered)
        return offered

    def _row(self, name: str, some: Accepted | None = None, labels: Utterances = ()) -> Row:
        """Learn from what the bot knows, and from what was accepted or labelled, and score it on what is said later."""
        entries = (*gather_lexicon((*self.replay.base, *labels)).entries, *(some.rows if some else ()))
        patterns = PatternTable.of(some.patterns.patterns) if some else b""
        lesson = Lesson(
            rows=without_entities((*self.replay.base, *labels)),
            generated=without_entities(some.utterances) if some else (),
            dictionary=entries,
            authored=AuthoredUtterances.of(patterns, without_entities(labels)),
        )
        answers = self.learn(lesson, self.dev)
        scores = score(self.dev, answers)
        pairs = [(one, said) for one, said in zip(self.dev, answers, strict=True) if one.intent in self.replay.hidden]
        right = sum(one.intent == said.intent and not said.is_rejected for one, said in pairs)
        return {
            "learned": name,
            "intent_accuracy": scores.intent_accuracy,
            "served_accuracy": scores.served_accuracy,
            "false_rejects": scores.false_rejects,
            "hidden_accuracy": right / max(len(pairs), 1),
        }


def _with_lift(row: Row, base: Row, labelled: Row) -> Row:
    """A row with the part of the lift of labelling everything that it brings."""
    gained, whole = (_number(one) - _number(base) for one in (row, labelled))
    return {**row, "lift": gained / whole if whole else None}


def _number(row: Mapping[str, object]) -> float:
    return float(str(row["served_accuracy"]))


if __name__ == "__main__":
    raise SystemExit(main())
