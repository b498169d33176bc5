"""Which patterns and values dev and test keep to themselves."""

from collections import Counter

from nlu.generation.holdout import hold_out
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import parse_patterns

LEXICON = Lexicon(
    [Entry("loc", f"도시{i}", (f"시티{i}",)) for i in range(10)]
    + [Entry("size", f"크기{i}", ()) for i in range(4)]
    + [Entry("menu", f"음식{i}", ()) for i in range(5)]
)


def held(lines, seed=0):
    return hold_out(parse_patterns("\n".join(lines), LEXICON).patterns, LEXICON, seed)


def test_a_fifth_of_the_values_goes_to_dev_and_a_fifth_to_test():
    assert Counter(held(["[a]", "네"]).values["loc"].values()) == {"seen": 6, "dev": 2, "test": 2}
    assert Counter(held(["[a]", "네"]).values["menu"].values()) == {"seen": 3, "dev": 1, "test": 1}


def test_an_entity_with_few_values_keeps_them():
    assert set(held(["[a]", "네"]).values["size"].values()) == {"seen"}


def test_a_fifth_of_an_intents_patterns_goes_to_dev_and_a_fifth_to_test():
    parts = held(["[a]", *[f"말{i}" for i in range(10)], "[b]", *[f"글{i}" for i in range(3)]]).patterns
    assert Counter(parts[:10]) == {"seen": 6, "dev": 2, "test": 2}
    assert Counter(parts[10:]) == {"seen": 1, "dev": 1, "test": 1}


def test_an_intent_with_few_patterns_keeps_them():
    assert held(["[a]", "네", "응"]).patterns == ("seen", "seen")


def test_the_only_pattern_with_a_label_stays_seen():
    lines = ["[a]", "{loc:from}에서", *[f"말{i} {{loc}}" for i in range(4)]]
    assert all(held(lines, seed).patterns[0] == "seen" for seed in range(30))


def test_some_pattern_of_every_label_stays_seen():
    lines = ["[a]", "{loc:from}에서", "{loc:from}부터", "{loc:from}로부터"]
    assert all("seen" in held(lines, seed).patterns for seed in range(30))


def test_synonyms_go_with_their_value():
    hold = held(["[a]", "네"])
    seen = {surface for entity, surface in hold.lexicon(LEXICON, "seen").surfaces() if entity == "loc"}
    assert len(seen) == 12
    assert {s.removeprefix("도시") for s in seen if "도시" in s} == {
        s.removeprefix("시티") for s in seen if "시티" in s
    }


def test_moving_a_line_moves_no_choice():
    lines = [f"말{i}" for i in range(10)]
    one = dict(zip(lines, held(["[a]", *lines]).patterns, strict=True))
    other = dict(zip(lines[::-1], held(["[a]", *lines[::-1]]).patterns, strict=True))
    assert one == other


def test_another_seed_holds_out_others():
    lines = ["[a]", *[f"말{i}" for i in range(20)]]
    assert held(lines, 1).patterns != held(lines, 2).patterns
