"""A small dictionary, and ways to read one pattern."""

from hypothesis import strategies as st

from nlu.errors import SourceErrors
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import Expansion, Inventory, parse_patterns
from nlu.pattern.nodes import Choice, Maybe, Sequence

LEXICON = Lexicon(
    [
        Entry("loc", "판교", ()),
        Entry("loc", "서울", ("서울시", "서울특별시")),
        Entry("loc", "부산", ("부산시",)),
        Entry("menu", "피자", ()),
        Entry("menu", "냉면", ("물냉면",)),
        Entry("date", "오늘", ("금일",)),
        Entry("date", "내일", ()),
        Entry("size", "곱빼기", ()),
    ]
)
SURFACES = {
    entity: [(s, e.value) for e in LEXICON.entries if e.entity == entity for s in (e.value, *e.synonyms)]
    for entity in LEXICON.entities
}


def trees_of(leaves):
    """Patterns' nodes over such leaves, as a strategy."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda items: Sequence(tuple(items))),
            st.lists(inner, min_size=1, max_size=3).map(lambda items: Choice(tuple(items))),
            inner.map(Maybe),
        ),
        max_leaves=6,
    )


def pattern(line, lexicon=LEXICON):
    return parse_patterns(f"[test]\n{line}", lexicon).patterns[0]


def expansion(line, lexicon=LEXICON):
    return Expansion(pattern(line, lexicon), Inventory(lexicon))


def texts(line, lexicon=LEXICON):
    found = expansion(line, lexicon)
    return [found.utterance(index).text for index in range(found.count)]


def mistakes(text, lexicon=LEXICON):
    """The messages of a file's mistakes as (line, column, message)."""
    try:
        parse_patterns(text, lexicon, "p.txt")
    except SourceErrors as errors:
        return [(error.line, error.column, error.message) for error in errors.errors]
    return []
