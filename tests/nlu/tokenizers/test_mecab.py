import mecab
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.errors import BundleError
from nlu.tokenizers.base import verify
from nlu.tokenizers.mecab import MecabTokenizer, _readable, compile_user_dictionary


def cut(tokenizer, text):
    return [token.text for token in tokenizer.tokenize(text)]


def tokenizer_with(folder, *surfaces):
    compile_user_dictionary(surfaces, folder / "user.dic")
    return MecabTokenizer(folder / "user.dic")


def test_a_dictionary_value_becomes_one_token(tmp_path):
    assert "딸기라떼" not in cut(MecabTokenizer(), "딸기라떼 주세요")
    assert cut(tokenizer_with(tmp_path, "딸기라떼"), "딸기라떼 주세요")[0] == "딸기라떼"


@pytest.mark.parametrize("text", ["딸기라떼두잔", "딸기라떼를 줘", "딸기라떼랑 콜라", "시원한딸기라떼"])
def test_a_dictionary_value_is_one_token_inside_an_eojeol(tmp_path, text):
    assert "딸기라떼" in cut(tokenizer_with(tmp_path, "딸기라떼"), text)


def test_a_value_with_spaces_is_known_without_them(tmp_path):
    tokenizer = tokenizer_with(tmp_path, "수제 흑당 라떼")
    assert cut(tokenizer, "수제흑당라떼 줘")[0] == "수제흑당라떼"


@pytest.mark.parametrize("value", ["콤마,값", '따옴"표', "홑'따옴표", "샾#태그", "역\\빗금", "50%할인", "1+1행사"])
def test_values_with_signs_are_compiled(tmp_path, value):
    assert cut(tokenizer_with(tmp_path, value), f"{value} 줘")[0] == value


@pytest.mark.parametrize(("value", "text"), [("이", "이것이"), ("KT", "KTX"), ("12", "1234")])
def test_short_and_foreign_values_swallow_no_ordinary_text(tmp_path, value, text):
    assert cut(tokenizer_with(tmp_path, value), text) == cut(MecabTokenizer(), text)


@pytest.mark.parametrize("surfaces", [[], [""], [" "], ["가"], ["\x00가"], ["가" * 101]])
def test_a_dictionary_without_useful_words_still_compiles(tmp_path, surfaces):
    assert cut(tokenizer_with(tmp_path, *surfaces), "판교에서") == ["판교", "에서"]


def test_the_same_surfaces_give_the_same_bytes_in_any_order(tmp_path):
    for name, surfaces in (("a", ["딸기라떼", "수제 버거"]), ("b", ["수제버거", "딸기라떼", "딸기라떼"])):
        compile_user_dictionary(surfaces, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_path_with_spaces_and_hangul_works(tmp_path):
    folder = tmp_path / "내 사전, 하나"
    folder.mkdir()
    assert cut(tokenizer_with(folder, "딸기라떼"), "딸기라떼")[0] == "딸기라떼"


def test_a_missing_dictionary_is_named(tmp_path):
    with pytest.raises(BundleError, match=r"expected a compiled MeCab user dictionary at .*없다\.dic, got none"):
        MecabTokenizer(tmp_path / "없다.dic")


def test_a_broken_dictionary_is_refused(tmp_path):
    (tmp_path / "broken.dic").write_bytes(b"nothing" * 100)
    with pytest.raises(BundleError):
        MecabTokenizer(tmp_path / "broken.dic")


@given(st.text())
def test_unreadable_characters_keep_the_places_of_the_others(text):
    tokens = MecabTokenizer().tokenize("판교 " + text)
    assert (tokens[0].start, tokens[0].end) == (0, 2)


@given(st.text(st.sampled_from("판교에서 피자를 ㅋㅋ12aE,\t\n.\"'😀\u3000\u200bﾡ*") | st.characters()))
def test_tokens_are_the_morphemes_that_the_binding_gives(text):
    tokenizer = MecabTokenizer()
    readable = _readable(text)
    shift = len(readable) - len(readable.lstrip(" "))
    wanted = [
        (morpheme.span.start + shift, morpheme.span.end + shift, morpheme.pos)
        for morpheme in mecab.MeCab().parse(readable.lstrip(" "))
    ]
    assert [(token.start, token.end, token.pos) for token in tokenizer.tokenize(text) if token.pos] == wanted


def test_what_kind_of_thing_a_word_names_is_told() -> None:
    tokens = {token.text: token for token in MecabTokenizer().tokenize("이재용은 서울에 살아")}
    assert (tokens["이재용"].semantic, tokens["서울"].semantic, tokens["에"].semantic) == ("인명", "지명", "")
    assert (tokens["서울"].word_class, tokens["에"].word_class) == ("NNP/지명", "JKB")


def test_words_of_the_dictionary_that_hold_a_space_come_without_it() -> None:
    text = "스카이에듀 수험생 할인"
    tokens = MecabTokenizer().tokenize(text)
    verify(text, tokens)
    assert "에듀" in [token.text for token in tokens]
