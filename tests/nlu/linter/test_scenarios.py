"""What the linter tells of a bot's scenarios, answers and stories: whether the talk fits patterns and dictionary."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.linter.beside import check_beside
from nlu.linter.scenarios import Bot
from nlu.pattern import Inventory, parse_patterns

LEXICON = Lexicon(
    [Entry("menu", menu) for menu in ("피자", "냉면", "김밥")]
    + [Entry("loc", loc) for loc in ("판교", "서울", "강남")]
    + [Entry("count", "@quantity"), Entry("size", "라지"), Entry("gift", "꽃")]
)
PATTERNS = """\
[order]
{menu} {count} 주세요
{menu}을(를) {loc}(으)로 보내줘
[route]
{loc:from}에서 {loc:to}까지
[affirm]
네
[cancel]
취소해줘
[hello]
안녕
"""
FILE = parse_patterns(PATTERNS, LEXICON, "p.txt")
BOT = Bot(FILE, LEXICON, Inventory(LEXICON))
SCENARIOS = """\
dialogue: {yes: affirm, cancel: cancel}
scenarios:
  order:
    slots:
      menu:
        ask: ["무엇을 드릴까요?", "음식을 말씀해 주세요."]
        choices: [피자, 냉면]
      count: {ask: "{menu|을를} 몇 개 드릴까요?"}
      loc: {required: false}
    confirm: "'{menu}'을(를) {count}, 맞나요?"
    done: ["{loc}(으)로 {menu}을(를) 보낼게요.", "{menu} {count}을(를) 주문했어요."]
  route:
    slots:
      from: {entity: "loc:from", ask: "어디에서요?"}
      to: {entity: "loc:to", ask: "{from}에서 어디로요?"}
    done: "{from}에서 {to}까지 찾아볼게요."
"""
ANSWERS = 'nlu_fallback: 네?\nhello: 안녕하세요\norder: ["{menu}을(를) 드릴게요.", 네]\n'
STORIES = "- story: 주문\n  turns:\n    - {user: 피자, asks: count, slots: {menu: 피자}}\n"


def told(folder: Path, **files: str) -> list[tuple[str, str, int, int, str]]:
    written = {"scenarios.yml": SCENARIOS, "answers.yml": ANSWERS, "talks.yml": STORIES}
    written |= {name.replace("_", "."): text for name, text in files.items()}
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")
    findings = check_beside(folder, BOT, [folder / "talks.yml"])
    return [(Path(one.path).name, one.severity, one.line, one.column, one.code) for one in findings]


def test_a_talk_that_fits_has_no_findings(tmp_path: Path) -> None:
    assert told(tmp_path) == []


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("  order:", "  oder:", ("error", 3, 3, "unreadable")),
        ('"loc:to"', '"lok:to"', ("error", 15, 20, "unreadable")),
        ('"loc:to"', '"@age"', ("error", 15, 20, "unreadable")),
        ("yes: affirm", "yes: afirm", ("error", 1, 17, "unreadable")),
        ("yes: affirm", "yes: [affirm, ok]", ("error", 1, 26, "unreadable")),
        ("{menu|을를} 몇", "{menu|에서} 몇", ("error", 8, 20, "unreadable")),
        ("{menu|을를} 몇", "{manu}을(를) 몇", ("error", 8, 20, "unreadable")),
        ("{menu|을를} 몇", "{menu}를 몇", ("error", 8, 27, "fixed-particle")),
        ("'{menu}'을(를) {count}", "'{menu}'가 {count}", ("error", 10, 23, "fixed-particle")),
        ("{loc}(으)로", "{loc}으로는", ("error", 11, 18, "fixed-particle")),
        ("{menu} {count}을(를) 주", "{menu} {count}를 주", ("error", 11, 57, "fixed-particle")),
        ("무엇을 드", "음식를 드", ("warning", 6, 18, "fixed-particle")),
        ("{menu|을를} 몇", "{menu|을를}를 몇", ("warning", 8, 30, "doubled-particle")),
        ("[피자, 냉면]", "[피자, 우동]", ("warning", 7, 23, "choice-not-read")),
        ("[피자, 냉면]", "[피자, 냉면 특대]", ("warning", 7, 23, "choice-read-in-part")),
        (
            "loc: {required: false}",
            'loc: {required: false}\n      size: {ask: "크기는요?"}',
            ("warning", 10, 7, "slot-not-said"),
        ),
        (
            "loc: {required: false}",
            "loc: {required: false}\n      gift: {required: false}",
            ("warning", 10, 7, "slot-never"),
        ),
        ('"loc:to"', '"loc:goal"', ("warning", 15, 20, "role-not-said")),
        ("loc: {required: false}", 'loc: {required: false, ask: "어디로요?"}', ("info", 9, 30, "ask-unused")),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(
    before: str, after: str, finding: tuple[str, int, int, str], tmp_path: Path
) -> None:
    assert before in SCENARIOS
    assert ("scenarios.yml", *finding) in told(tmp_path, scenarios_yml=SCENARIOS.replace(before, after, 1))


def test_a_prompt_of_several_lines_is_told_at_its_line(tmp_path: Path) -> None:
    block = SCENARIOS.replace(
        '{ask: "{menu|을를} 몇 개 드릴까요?"}', "\n        ask: |\n          네.\n          {menu}를 몇 개요?"
    )
    folded = SCENARIOS.replace(
        '{ask: "{menu|을를} 몇 개 드릴까요?"}', "\n        ask: >-\n          {menu}를\n          몇 개요?"
    )
    assert told(tmp_path, scenarios_yml=block) == [("scenarios.yml", "error", 11, 17, "fixed-particle")]
    assert told(tmp_path, scenarios_yml=folded) == [("scenarios.yml", "error", 9, 14, "fixed-particle")]


def test_what_is_doubtful_is_told_beside_what_can_not_be_read(tmp_path: Path) -> None:
    text = SCENARIOS.replace("{menu|을를} 몇", "{menu}를 몇").replace("loc: {required", "lok: {required")
    assert set(told(tmp_path, scenarios_yml=text)) == {
        ("scenarios.yml", "error", 9, 7, "unreadable"),
        ("scenarios.yml", "error", 11, 12, "unreadable"),
        ("scenarios.yml", "error", 8, 27, "fixed-particle"),
    }


def test_a_bare_particle_that_fits_every_value_is_fine(tmp_path: Path) -> None:
    assert told(tmp_path, scenarios_yml=SCENARIOS.replace("{menu|을를} 몇", "{menu}도 몇")) == []


def test_the_right_particle_is_shown_with_a_value_of_the_slot(tmp_path: Path) -> None:
    (tmp_path / "scenarios.yml").write_text(SCENARIOS.replace("{menu|을를} 몇", "{menu}를 몇"), "utf-8")
    (finding,) = [one for one in check_beside(tmp_path, BOT) if one.code == "fixed-particle"]
    assert finding.message == (
        "조사 '를'이 앞말과 맞지 않아 '냉면를'이 됩니다 (앞말 3개 가운데 2개). "
        "'을(를)'로 적으면 '냉면을'처럼 앞말에 맞춥니다."
    )


def test_an_intent_that_gets_no_answer_is_noted_where_it_begins(tmp_path: Path) -> None:
    assert ("p.txt", "info", 10, 1, "intent-without-answer") in told(tmp_path, answers_yml="nlu_fallback: 네?\n")


def test_answers_are_checked_for_particles_too(tmp_path: Path) -> None:
    answers = ANSWERS.replace("{menu}을(를)", "{menu}를")
    assert told(tmp_path, answers_yml=answers) == [("answers.yml", "warning", 3, 16, "fixed-particle")]


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("asks: count", "asks: cuont", ("error", 3, 24, "story-slot")),
        ("{menu: 피자}", "{manu: 피자}", ("error", 3, 39, "story-slot")),
        ("asks: count", "done: hello", ("error", 3, 24, "story-scenario")),
        ("asks: count", "answers: helo", ("error", 3, 27, "story-intent")),
        ("asks: count", "ask: count", ("error", 3, 18, "unreadable")),
    ],
)
def test_a_story_of_what_the_bot_lacks_is_told(
    before: str, after: str, finding: tuple[str, int, int, str], tmp_path: Path
) -> None:
    assert told(tmp_path, talks_yml=STORIES.replace(before, after, 1)) == [("talks.yml", *finding)]
