"""The linter: everything an author should know about patterns and dictionary before training on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.augmentation.smalltalk import LeftOut
from nlu.dialogue.responses import ANSWERS_NAME
from nlu.errors import SourceErrors
from nlu.lexicon.lexicon import Lexicon
from nlu.linter.beside import check_beside
from nlu.linter.bot import check_bot
from nlu.linter.findings import Finding, in_order, render, unreadable
from nlu.linter.patterns import check_pattern
from nlu.linter.scenarios import Bot
from nlu.linter.smalltalk import as_findings, in_short, left_out
from nlu.pattern import Expansion, Inventory, Pattern, PatternFile, Permutation, read_patterns
from nlu.scenario.reader import SCENARIOS_NAME
from nlu.types import LabelledUtterance


@dataclass(frozen=True)
class Preview:
    """A pattern, how many derivations it stands for, and some of its utterances."""

    pattern: Pattern
    count: int
    utterances: tuple[LabelledUtterance, ...]


@dataclass(frozen=True)
class Validation:
    """What was found in an author's files.

    Attributes:
        findings: by file, line and column.
        previews: some utterances of each pattern; none where the files can't be read.
        files: those that the author named, whose findings come first.
        smalltalk: lines of the built-in small talk that the bot does not learn to decline.
    """

    findings: tuple[Finding, ...]
    previews: tuple[Preview, ...] = ()
    files: tuple[str, ...] = ()
    smalltalk: tuple[LeftOut, ...] = ()

    def to_text(self, *, previews: bool = False, is_whole: bool = True) -> str:
        """Write the findings, after the previews where these are asked for, in Korean.

        Args:
            previews: whether to show utterances.
            is_whole: whether each finding has a line of its own; else those of one kind in one file share one.
        """
        lines: list[str] = []
        for each in self.previews if previews else ():
            lines.append(
                f"{each.pattern.origin} [{each.pattern.intent}] {each.pattern.source.strip()} — {each.count:,}개"
            )
            lines.extend(f"    {marked(utterance)}" for utterance in each.utterances)
        *found, summary = render(self.findings, self.files, is_whole=is_whole).split("\n")
        if self.smalltalk and is_whole:
            found.extend(map(str, as_findings(self.smalltalk)))
        elif self.smalltalk:
            found.append(in_short(self.smalltalk))
        return "\n".join([*lines, *found, summary])


def validate(file: PatternFile, lexicon: Lexicon, previews: int = 0, seed: int = 0) -> Validation:
    """Check patterns and dictionary that could be read.

    Args:
        file: the patterns.
        lexicon: the dictionary.
        previews: how many utterances of each pattern to show.
        seed: which ones.
    """
    inventory = Inventory(lexicon)
    findings = [finding for pattern in file.patterns for finding in check_pattern(pattern, lexicon, inventory)]
    findings.extend(check_bot(file, lexicon, inventory))
    shown = tuple(_preview(pattern, inventory, previews, seed) for pattern in file.patterns) if previews else ()
    return Validation(in_order(findings), shown)


def validate_files(
    patterns: Sequence[Path],
    dictionaries: Sequence[Path],
    previews: int = 0,
    seed: int = 0,
    import_from: Sequence[Path] = (),
    *,
    smalltalk: bool = False,
    stories: Sequence[Path] = (),
) -> Validation:
    """Read and check an author's files; mistakes that keep them from being read are findings too.

    Answers and scenarios beside the patterns are checked with them.

    Args:
        patterns: pattern files.
        dictionaries: dictionary files.
        previews: how many utterances of each pattern to show.
        seed: which ones.
        import_from: folders outside of the project that patterns may import from.
        smalltalk: whether to look up which lines of the built-in small talk touch the bot's own words.
        stories: files of stories that the scenarios should tell.
    """
    folders = dict.fromkeys(path.parent for path in patterns)
    beside = [folder / name for folder in folders for name in (ANSWERS_NAME, SCENARIOS_NAME)]
    own = tuple(map(str, (*patterns, *dictionaries, *beside, *stories)))
    try:
        lexicon = Lexicon.read(*dictionaries)
        file = read_patterns(*patterns, lexicon=lexicon, import_from=import_from)
        lexicon = lexicon.with_computed(file.computed)
    except SourceErrors as errors:
        return Validation(in_order(unreadable(errors.errors), own), files=own)
    checked = validate(file, lexicon, previews, seed)
    bot = Bot(file, lexicon, Inventory(lexicon))
    wrong = [finding for folder in folders for finding in check_beside(folder, bot, stories)]
    return Validation(
        in_order([*checked.findings, *wrong], own), checked.previews, own, left_out(file, lexicon) if smalltalk else ()
    )


def marked(utterance: LabelledUtterance) -> str:
    """Write an utterance with its entities marked.

    Example:
        >>> from nlu.types import Span
        >>> marked(LabelledUtterance("판교 날씨", "weather", (Span(0, 2, "loc", value="판교"),)))
        '[판교](loc) 날씨'
    """
    text = utterance.text
    for span in reversed(utterance.spans):
        text = f"{text[: span.start]}[{text[span.start : span.end]}]({span.label}){text[span.end :]}"
    return text


def _preview(pattern: Pattern, inventory: Inventory, n: int, seed: int) -> Preview:
    expansion = Expansion(pattern, inventory)
    found: dict[str, LabelledUtterance] = {}
    if expansion.count:
        order = Permutation(expansion.count, f"{seed} {pattern.source}")
        for position in range(min(expansion.count, 20 * n)):
            utterance = expansion.utterance(order(position))
            found.setdefault(utterance.text, utterance)
    found.pop("", None)
    return Preview(pattern, expansion.count, tuple(found.values())[:n])
