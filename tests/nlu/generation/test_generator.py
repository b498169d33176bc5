"""The sample: fair, complete, without duplicates or leaks, the same on every machine."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from nlu.data.rows import PARTS, Slice
from nlu.generation.generator import Generator
from nlu.generation.plan import GeneratorSettings
from nlu.generation.report import Tally
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import Expansion, Inventory, parse_patterns
from tests.samples import draw

LEXICON = Lexicon(
    [Entry("loc", f"도시{i}", (f"시티{i}",)) for i in range(20)]
    + [Entry("menu", f"음식{i}", ()) for i in range(10)]
    + [Entry("count", f"{i} 개", (f"{i}개",)) for i in range(1, 9)]
    + [Entry("size", "곱빼기", ()), Entry("size", "보통", ())]
)
TEXT = """
@define 줘 = 줘 | 주세요 | 주실래요 | 줄래
[order]
{menu}을(를) {count} <줘>
{menu} {size}(으)로 {count}? <줘>
{count} <줘> {menu}(으)로
{menu} 시킬게 | {menu}요
음식 <줘>
[transport]
{loc:from}에서 {loc:to}까지 가는 길
{loc:to} 가고 싶어 (지금|오늘)?
{loc:from}부터 {loc:to}까지 얼마나 걸려
{loc} 가는 법
[greet]
안녕 | 안녕하세요 | 하이
반가워~요
"""
FILE = parse_patterns(TEXT, LEXICON)


def sample(text=TEXT, augment=None, **settings):
    file = FILE if text is TEXT else parse_patterns(text, LEXICON)
    return draw(file, LEXICON, augment, **settings)


def texts(drawn, part="train"):
    return [row.utterance.text for row in drawn.parts[part]]


def everything(drawn):
    return [row for rows in drawn.parts.values() for row in rows]


def test_it_writes_as_many_as_asked_without_duplicates():
    for mode in ("held-out", "random", "all"):
        found = everything(sample(count=500, mode=mode))
        assert len(found) == len({row.utterance.text for row in found}) == 500


@pytest.mark.parametrize(("mode", "refit"), [("held-out", 250), ("random", 0)])
def test_the_parts_are_sixty_twenty_twenty_beside_what_refits(mode, refit):
    found = {part: len(row) for part, row in sample(count=500 + refit, mode=mode).parts.items()}
    assert found == {"train": 300, "dev": 100, "test": 100, "refit": refit}


@pytest.mark.parametrize("mode", ["held-out", "random", "all"])
@pytest.mark.parametrize(("count", "copies"), [(300, 0), (300, 2), (10**6, 1)])
def test_how_many_utterances_come_at_most_is_known_before_they_come(mode, count, copies):
    text = TEXT if count == 300 else "[a]\n{size} 하나\n(네|응)~요\n{menu} 하나\n[b]\n아니\n{loc}"
    file, settings = parse_patterns(text, LEXICON), GeneratorSettings(count=count, mode=mode, copies=copies)
    generator = Generator(file, LEXICON, settings)
    most = generator.most
    written = sum(
        1
        for _ in generator.sample(
            Tally(), lambda utterance, rng: replace(utterance, text=f"{utterance.text} {rng.random()}")
        )
    )
    assert written <= most
    if count == 300:  # all of them exist
        assert most == count if not copies else most <= 1.6 * written


def test_asked_for_more_than_exists_it_writes_all_and_says_so():
    text = "[a]\n{size} 하나\n(네|응)~요\n[b]\n아니"
    drawn = sample(text, count=1000, mode="all")
    assert sorted(texts(drawn)) == sorted(["곱빼기 하나", "보통 하나", "네 요", "네요", "응 요", "응요", "아니"])
    assert (drawn.report.requested, drawn.report.written) == (1000, 7)
    assert drawn.report.exhausted == ("patterns.txt:2", "patterns.txt:3", "patterns.txt:5")
    assert "만들 수 있는 말이 모두 나왔습니다. 더 필요하면" in drawn.report.to_text()


def test_a_pattern_for_billions_does_not_drown_a_small_one():
    text = "[a]\n" + " ".join(["{loc} {menu} {count}"] * 3) + "\n" + "\n".join(f"(가|나|다|라) 말{i}" for i in range(9))
    report = sample(text, count=200, mode="all").report
    assert report.patterns[0].available > 10**10
    assert [pattern.written for pattern in report.patterns[1:]] == [4] * 9


def test_intents_get_even_shares_and_the_small_ones_all_they_have():
    report = sample(count=600, mode="all").report
    assert report.intents["greet"] == 5
    assert abs(report.intents["order"] - report.intents["transport"]) <= 2


def test_weights_of_patterns_and_intents_count():
    text = "[a]\n{loc} {menu} 가 %3\n{loc} {menu} 나\n[b]\n{loc} {menu} 다"
    report = sample(text, count=120, mode="all", intent_weights={"a": 2}).report
    assert [pattern.written for pattern in report.patterns] == [60, 20, 40]


def test_every_pattern_comes_where_there_is_room():
    assert all(pattern.written for pattern in sample(count=11, mode="all").report.patterns)


def test_every_reachable_value_comes_where_there_is_room():
    report = sample(count=150, mode="all").report
    assert report.uncovered == ()
    assert report.covered == len(list(LEXICON.surfaces()))


def test_a_value_in_a_rare_alternative_is_covered():
    text = "[a]\n{loc} {menu} ({count} {loc} {menu}|{size})?\n{loc} {menu}"
    report = sample(text, count=60, mode="all").report
    assert report.uncovered == ()


def test_every_alternative_comes_where_there_is_room():
    text = "@define 끝 = 줘|주세요|줄래\n[a]\n(하나|둘|셋|넷|다섯|여섯)(이나)? <끝>\n({loc} {menu}|일곱) <끝>"
    drawn = sample(text, count=80, mode="all")
    assert drawn.report.uncovered_alternatives == 0
    assert drawn.report.alternatives == 6 + 2 + 3 + 2
    said = " ".join(texts(drawn)).replace("이나", " 이나").split()
    assert {"하나", "둘", "셋", "넷", "다섯", "여섯", "이나", "일곱", "줘", "주세요", "줄래"} <= set(said)


def test_alternatives_without_room_are_counted():
    report = sample("[a]\n(하나|둘|셋|넷|다섯|여섯)", count=4, mode="all").report
    assert (report.alternatives, report.uncovered_alternatives) == (6, 2)
    assert "갈래 6개 가운데 4개가" in report.to_text()


def test_a_long_list_gets_as_much_as_a_pattern_of_many_combinations():
    report = sample("[a]\n(가|나|다|라|마|바|사|아|자|차|카|타)\n{loc} {menu} {size}", count=24, mode="all").report
    assert report.patterns[0].written == 12


def test_values_that_no_pattern_reaches_are_told():
    assert sample("[a]\n{size}", count=5, mode="all").report.unreachable[:2] == (("count", "1 개"), ("count", "1개"))


def test_overlapping_patterns_write_a_text_once():
    drawn = sample("[a]\n{size} 줘\n(곱빼기|보통) 줘", count=50, mode="all")
    assert sorted(texts(drawn)) == ["곱빼기 줘", "보통 줘"]
    assert drawn.report.duplicates >= 2


def test_a_text_of_two_intents_is_told_with_both_lines():
    (collision,) = sample("[a]\n{size} 줘\n[b]\n보통 줘\n곱배기", count=50, mode="all").report.collisions
    assert (collision.text, collision.intent, collision.origin, collision.other_intent, collision.other_origin) == (
        "보통 줘",
        "a",
        "patterns.txt:2",
        "b",
        "patterns.txt:4",
    )


def test_a_pattern_that_says_the_same_over_and_over_does_not_hang():
    drawn = sample("[a]\n" + "(가|가|가|가|가|가|가|가)" * 12, count=50, mode="all")
    assert texts(drawn) == ["가" * 12]


def test_a_pattern_that_may_be_empty_writes_no_empty_text():
    assert sorted(texts(sample("[a]\n(네)? (응)?", count=50, mode="all"))) == ["네", "네 응", "응"]


def test_no_text_is_in_two_parts():
    drawn = sample(count=800)
    parts = [set(texts(drawn, part)) for part in PARTS]
    assert sum(map(len, parts)) == len(set.union(*parts))


def values_of(found):
    return {(span.entity, span.value) for row in found for span in row.utterance.spans}


def test_train_meets_no_held_out_pattern_or_value():
    drawn = sample(count=800)
    held_values = {(entity, value) for entity, value, _ in drawn.report.held_out}
    held_patterns = {pattern.origin for pattern in drawn.report.patterns if pattern.part != "seen"}
    assert held_values
    assert held_patterns
    assert not values_of(drawn.parts["train"]) & held_values
    assert not {row.utterance.origin for row in drawn.parts["train"]} & held_patterns


def test_refit_says_what_was_held_out_as_much_as_the_rest():
    drawn = sample(count=1200)
    held = {pattern.origin for pattern in drawn.report.patterns if pattern.part != "seen"}
    counts = Counter(row.utterance.origin for row in drawn.parts["refit"])
    orders = [pattern.origin for pattern in drawn.report.patterns if pattern.intent == "order"][:3]
    assert held & set(orders)
    assert max(counts[origin] for origin in orders) < 2 * min(counts[origin] for origin in orders)
    assert values_of(drawn.parts["refit"]) & {(entity, value) for entity, value, _ in drawn.report.held_out}


def test_dev_and_test_share_no_held_out_pattern_or_value():
    drawn = sample(count=800)
    for part, other in (("dev", "test"), ("test", "dev")):
        mine = {(entity, value) for entity, value, which in drawn.report.held_out if which == other}
        patterns = {pattern.origin for pattern in drawn.report.patterns if pattern.part == other}
        assert not values_of(drawn.parts[part]) & mine
        assert not {row.utterance.origin for row in drawn.parts[part]} & patterns


def test_dev_and_test_have_the_four_slices_and_their_names_are_true():
    drawn = sample(count=800)
    held_values = {(entity, value) for entity, value, _ in drawn.report.held_out}
    held_patterns = {pattern.origin for pattern in drawn.report.patterns if pattern.part != "seen"}
    for part in ("dev", "test"):
        counts = Counter(row.slice for row in drawn.parts[part])
        assert len(counts) == 4
        assert min(counts.values()) >= 20
        for row in drawn.parts[part]:
            pattern, value = row.utterance.origin in held_patterns, bool(values_of([row]) & held_values)
            assert row.slice == Slice.held_out(unseen_pattern=pattern, unseen_value=value)


def test_the_random_split_is_of_every_pattern():
    drawn = sample(count=400, mode="random")
    assert len({row.utterance.origin for row in drawn.parts["train"]}) == len(FILE.patterns)
    assert {row.slice for row in everything(drawn)} == {Slice("random")}


def test_another_seed_gives_another_sample():
    assert texts(sample(count=100, seed=1)) != texts(sample(count=100, seed=2))


def shout(utterance, rng):
    return replace(utterance, text=utterance.text + rng.choice("!?"))


def test_augmented_copies_go_to_what_is_learned_from_alone_and_repeat_nothing():
    drawn = sample(augment=shout, count=300, copies=3)
    found = [row.utterance.text for row in everything(drawn)]
    assert len(found) == len(set(found))
    copies = {part: sum(text[-1] in "!?" for text in texts(drawn, part)) for part in PARTS}
    assert 120 < copies["train"] <= 240
    assert 100 < copies["refit"] <= 200
    assert drawn.report.copies == sum(copies.values())
    assert copies["dev"] == copies["test"] == 0


SCRIPT = """
import hashlib
from tests.nlu.generation.test_generator import sample, everything
lines = [repr(row) for row in everything(sample(count=300))]
print(hashlib.sha256("\\n".join(lines).encode()).hexdigest())
"""


def test_the_hash_seed_changes_nothing():
    digests = set()
    for seed in ("0", "1", "12345"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        root = Path(__file__).parents[3]
        command = [sys.executable, "-c", SCRIPT]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
        digests.add(done.stdout)
    assert len(digests) == 1


def test_entities_may_end_with_their_words():
    text = "[order]\n{menu}을(를) {count}만 줘\n{loc}{menu} 줘\n줘"
    by_value = sample(text, count=200, mode="all")
    whole = sample(text, count=200, mode="all", whole_words=True)
    assert texts(by_value) == texts(whole)
    for row in everything(whole):
        utterance = row.utterance
        for span in utterance.spans:
            follows = utterance.text[span.end : span.end + 1]
            assert follows == " " or any(other.start == span.end for other in utterance.spans)
    assert [row.utterance.spans for row in everything(by_value)] != [row.utterance.spans for row in everything(whole)]


@pytest.mark.parametrize("count", [10, 60, 1_000])
def test_a_pattern_is_said_to_be_used_up_just_where_all_it_says_is_written(count):
    lexicon = Lexicon([Entry("menu", name) for name in ("피자", "냉면", "김밥", "라면")])
    lines = [f"{{menu}}~{word}" for word in ("줘", "시켜", "먹자", "좋아", "부탁", "가자")]
    file = parse_patterns("\n".join(["[a]", *lines, "[b]", *(f"안녕 {number}" for number in range(9))]), lexicon)
    drawn = draw(file, lexicon, count=count)
    said = {row.utterance.text for rows in drawn.parts.values() for row in rows}
    expansions = [Expansion(pattern, Inventory(lexicon)) for pattern in file.patterns]
    whole = [{one.utterance(index).text for index in range(one.count)} <= said for one in expansions]
    assert drawn.report.exhausted == tuple(
        one.pattern.origin for one, is_whole in zip(expansions, whole, strict=True) if is_whole
    )
    assert ("만들 수 있는 말이 모두 나왔습니다. 더 필요하면" in drawn.report.to_text()) == all(whole)


def test_parts_that_lack_utterances_are_named_where_patterns_have_more():
    lexicon = Lexicon([Entry("menu", f"음식{number}") for number in range(400)])
    file = parse_patterns("[a]\n{menu} 줘\n{menu} 시켜\n{menu} 먹자\n안녕\n하이", lexicon)
    report = draw(file, lexicon, count=1_190).report
    assert report.written + sum(report.missing.values()) == 1_190
    assert 0 < len(report.exhausted) < len(file.patterns)
    assert f"모자란 것: {next(iter(report.missing))} " in report.to_text()
