import subprocess
import sys

import pytest

from nlu import tokenizers

pytestmark = pytest.mark.slow


def python(code):
    """Run code in a fresh Python, where no Java machine runs yet."""
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_importing_the_tokenizers_imports_neither_konlpy_nor_java():
    code = "import sys, nlu.tokenizers; print([name for name in ('konlpy', 'jpype') if name in sys.modules])"
    assert python(code) == "[]"


def test_without_konlpy_the_way_to_install_it_is_told():
    code = """
import sys
sys.modules["jpype"] = None  # as if it were not installed
from nlu.errors import MissingPackageError
from nlu.tokenizers import create
try:
    create("konlpy-okt")
except MissingPackageError as error:
    print(error)
"""
    assert python(code) == (
        "package 'konlpy' is needed (for the tokenizer konlpy-okt); install it with: pip install \".[konlpy]\""
    )


@pytest.mark.jvm
def test_without_java_the_way_to_install_it_is_told():
    code = """
import jpype
from nlu.errors import MissingPackageError
from nlu.tokenizers import create
def nowhere():
    raise jpype.JVMNotFoundException("no Java")
jpype.getDefaultJVMPath = nowhere
try:
    create("konlpy-kkma")
except MissingPackageError as error:
    print(error)
"""
    assert python(code) == (
        "package 'java' is needed (KoNLPy runs on Java); install it with: apt-get install default-jre-headless"
    )


@pytest.mark.jvm
@pytest.mark.parametrize("name", ["konlpy-okt", "konlpy-komoran", "konlpy-hannanum", "konlpy-kkma"])
def test_particles_are_cut_off_their_word(name):
    tokens = tokenizers.create(name).tokenize("판교에서 피자를 먹었다")
    assert [token.text for token in tokens][:4] == ["판교", "에서", "피자", "를"]
    assert all(token.pos for token in tokens)


@pytest.mark.jvm
@pytest.mark.parametrize("name", ["konlpy-okt", "konlpy-komoran", "konlpy-hannanum", "konlpy-kkma"])
def test_analysis_goes_on_around_an_emoji(name):
    tokens = tokenizers.create(name).tokenize("판교에서 😀 피자를")
    assert [token.text for token in tokens] == ["판교", "에서", "😀", "피자", "를"]


@pytest.mark.jvm
def test_melted_morphemes_share_a_token():
    tokens = tokenizers.create("konlpy-komoran").tokenize("됐어 갔다")
    assert [(token.text, token.pos) for token in tokens] == [
        ("됐", "VV+EP"),
        ("어", "EC"),
        ("갔", "VV+EP"),
        ("다", "EC"),
    ]
