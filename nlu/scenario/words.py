"""The small words of a talk: yes, no, never mind, wait, one more, what is there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.korean.final_marks import is_mark

_OPENING = (
    r"(?:아[,\s]*맞다|아이고|아참|아차|아니다|아니|아뇨|아녜요|잠깐만요?|잠깐|잠시만요?|잠만|생각해\s?보니까?|다시|"
    r"[아어음앗흠엇헉헐]+|에이|저기요?|죄송한데요?|미안한데요?|죄송해요|미안해?요?|그게|그냥|그럼|그러면|근데|"
    r"그런데|참|일단|혹시|이제|그리고|네|넵|넹|예|응|ㅇㅇ+|ㄴㄴ+)"
)
_OPENINGS = re.compile(rf"(?:{_OPENING}(?=[\s,.!~ㅋㅎㅠㅜ]|$)[\s,.!~ㅋㅎㅠㅜ]*)+")
_YES_WORD = (
    r"(?:네+에?|넵+|넹+|넴|옙+|예+|응+|웅+|어+|ㅇㅇ+|ㅇ|ㅇㅋ+(?:ㅇㅋ)*|오케이|오키|ok|okay|yes|그래요?|그럼요|좋아요?|좋습니다|"
    r"좋네요?|맞아요?|맞습니다|맞네요?|콜|확정|확인|당연하지|당연하죠|물론이죠?|그렇게\s?해?|그대로|고고|ㄱㄱ|굿|부탁)"
)
_GOES_ON = (
    r"(?:해\s?주?세요|해\s?줘요?|해|하세요|할게요?|할래요?|합니다|하죠|하자|주세요|줘요?|주셔요|드려요|드립니다|"
    r"시켜요?|주문|예약|진행|확정|부탁|그렇게|그대로|그걸로|이걸로|맞아요?|맞습니다|좋아요?|좋습니다|됩니다|돼요|이요|요|결제|접수|"
    r"고마워요?|고맙습니다|감사합니다|감사해요|감사|땡큐|ㄱㅅ|수고|빨리|얼른|바로|그냥|그럼|네+|응+|넵)"
)
_YES = re.compile(rf"(?:(?:음+|아+|어)[\s,.]+)?{_YES_WORD}(?:[\s,.]*(?:{_YES_WORD}|{_GOES_ON}))*", re.IGNORECASE)
_GOING_ON = re.compile(
    rf"(?:그냥|그럼|빨리|얼른)?\s*(?:그래|그렇게|그대로|그걸로|이걸로)?\s*{_GOES_ON}(?:\s*{_GOES_ON})*"
)
_ENOUGH = re.compile(r"(?:그거|그걸|그것|이거|이걸|그|이)(?:로|면|만|\s?정도면|\s?정도)\s?(?:돼|됐|되|충분|좋)")
_NO = re.compile(
    r"(?:(?:음+|아+|어)[\s,.]+)?(?:아니[요오]?|아뇨|아녀|아냐|아닌데요?|아닙니다|노+|ㄴㄴ+|no|싫어요?|안\s?돼요?|"
    r"틀려요?|틀렸어요?|다시)(?:[\s,.]|요|에요|예요|이에요|야|$)*",
    re.IGNORECASE,
)
_GIVE_UP = (
    r"(?:취소(?!\s?(?:말|하지|안))|캔슬|그만(?!큼)|관둘|관둬|관두|됐어|됐습니다|됐다|됐네|됐고|됐구|없던\s?일|없던\s?걸로|때려치|"
    r"포기|필요\s?없|안\s?(?:할|먹|시킬|갈|살|받)\s?(?:래|게|을래|을게|거|고)|안\s?해도|(?:나중에|다음에|이따가?)\s?(?:다시\s?)?(?:할|하))"
)
_CANCEL = re.compile(
    rf"(?:{_OPENING}[\s,.]*)*(?:(?:주문|예약|그거|이거|그건|이건|다|전부|모두|싹|더\s?이상)[은는을를도]?\s?)*{_GIVE_UP}"
)
_INSTEAD = re.compile(
    rf"(?:{_OPENING}[\s,.]*)*(?:다\s?)?(?:됐고|됐구|그거\s?말고|그건\s?됐고|취소하고|관두고|그만두고)\s+(?P<rest>.+)"
)
_CORRECTS = re.compile(
    r"^(?:[아어음]+[\s,]*)?(?:아니|아뇨|아녀|ㄴㄴ|잠깐|잠시|잠만|참|앗|아참|아차|그게 아니|다시|정정)|"
    r"말고|말구|아니고|아니라|바꿔|바꿀|바꾸|변경|수정|정정|고쳐|대신|낫겠|생각해\s?보니|잘못"
)
_BREAK = re.compile(r"(?:^|[\s,.])(?:아니[요다지]?|아뇨|아참|아차|아\s맞다|정정|아|앗)(?=[\s,.])")
_WAIT = re.compile(
    r"(?:[아어음네]+[\s,.]*)?(?:잠깐|잠시|잠만|기다려|좀\s?이따)(?:만|만요|요|\s?기다려)*(?:\s?줘요?|\s?주세요)?"
)
_ASKS = re.compile(
    r"뭐가?\s?(?:있|좋|되|나아|맛있)|뭐\s?뭐|뭔데|무슨|어떤\s?(?:게|거|것|음식|메뉴|곳|데)|어디가|어디\s?(?:있|좋)|언제가|추천|종류|메뉴판|몇\s?\S{1,2}\s?(?:가능|되나|돼|까지)|"
    r"골라|글쎄|모르겠|몰라|아무\s?(?:거나|데나|때나)|고민|뭘로|뭐로|선택지|보기\s?(?:줘|좀)"
)
_MORE = re.compile(r"\s?(?:더|추가)(?![가-힣]*\s?(?:비싼|싼|큰|작은))")
_ADDS = re.compile(r"^\s?(?:도(?![가-힣])|도\s|\s*추가|\s*까지\s?(?:추가|같이))")
_ADDS_ALL = re.compile(
    r"^(?:[아어네넵음]+[\s,]*)*(?:맞다[\s,]*)?(?:그리고|거기에|거기다|그거랑|그거에|추가로|또)(?=\s)|추가(?:해|요|$|할)"
)
_TAKES_BACK = re.compile(
    r"\s?(?:은|는|이|가|을|를|도)?\s?(?:됐어|됐고|됐구|됐습|필요\s?없|없어도|안\s?(?:먹|할|시|살|마)|취소|제외|지워|없애|빼)"
)
_SWAPS = re.compile(r"(?:반대로|거꾸로|뒤바꿔|바뀌었|바뀐\s?거|서로\s?바꿔|반대(?:예요|에요|야|요|임|인데)?$)")
_SAME = re.compile(r"(?:똑같은|같은)\s?(?:걸로|거로|거|걸|것)")
_EMOJI_YES = re.compile("[👍👌🙆⭕🆗✅]")
_EMOJI_NO = re.compile("[👎❌🙅🚫]")
_ENDING = re.compile(
    r"(?:주소|근처|쪽|앞|동네|밤|낮|아침|저녁)?(?:이요|요|으로|로|에서|에|부터|까지|이랑|랑|정도|쯤|하고|은|는|이|가|을|를|만|도|서|와|과|씩|의|입니다|이에요|예요|이야|야|네요?|인데요?|"
    r"이면|면|이고|고|말고|말구|빼고|빼구|빼|아니고|아니라|아님|[\s,.!?~^ㅋㅎㅠㅜ'\"])*"
)
"""What may hang on a value and says nothing of its own."""
_FILLER = re.compile(
    rf"(?:{_OPENING}|(?:주문|예약|변경|수정|정정|추가|배달|출발|도착|부탁|확정)?(?:은|는)?(?:해|할|하|했|드)?(?:주|줘|드|려|게|래|세|셔|요|여|면|되|겠|다|자|죠|"
    r"는데|건데|께)*|(?:바꿔|바꿀|바꾸|고쳐|보내|갖다|가져다|시켜|넣어|빼|돼|됐|낫)(?:주|줘|드|려|게|래|세|요|고|면|되|겠|어|다|자)*|"
    r"말고|말구|아니고|아니라|대신|잘못|눌렀어요?|말했어요?|더|약|한|좀|거|걸로|걸|그거|똑같은|같은|먼저|여기|저기|해서|정도|쯤|이|저희|"
    r"사람|총|다|전부|모두|같이|함께|[도로에요은는이가을를만서랑와과ㅇㄴ]|[ㄱ-ㅎㅏ-ㅣ]+)(?:으?로|은|는|요)?"
)
"""A word that says nothing of its own."""
_UNKNOWN_LEFT_OUT = re.compile(r"[가-힣A-Za-z0-9]+(?:은|는|이|가)?\s?(?:말고|말구|아니고|아니라|빼고)(?=\s|$)")
"""Something that is left out, be it known or not: 조선 말고."""
_ALL_OF = re.compile(r"\s?다(?![가-힣])")
_SAYS_NOTHING = 1
_PUNCTUATION = re.compile(r"[\s,.!?~^'\"()]+")


def bare(text: str) -> str:
    """A text without the marks around it: `네👍` and `네!!` are `네`.

    Example:
        >>> bare(" 네네ㅋㅋ!! "), bare("👍"), bare("ㅇㅋ")
        ('네네', '네', 'ㅇㅋ')
    """
    kept = text.strip()
    while len(kept) > 1 and is_mark(kept[-1]) and not _is_jamo_word(kept):
        kept = kept[:-1].rstrip()
    while len(kept) > 1 and is_mark(kept[0]) and not _is_jamo_word(kept):
        kept = kept[1:].lstrip()
    if kept and all(is_mark(char) for char in kept):
        return "네" if _EMOJI_YES.search(text) else "아니요" if _EMOJI_NO.search(text) else kept
    return kept


def _is_jamo_word(text: str) -> bool:
    return text.rstrip("!~.?").endswith(("ㅇㅋ", "ㅇㅋㅇㅋ"))


def without_opening(text: str) -> str:
    """What is left of a text when the words are gone that only open it: 아니, 음 그럼, 네 근데.

    Example:
        >>> without_opening("아니 회사에서요"), without_opening("아 맞다 판교로요"), without_opening("네")
        ('회사에서요', '판교로요', '')
    """
    found = _OPENINGS.match(text.strip())
    return text.strip()[found.end() :].strip() if found else text.strip()


def says_yes(text: str) -> bool:
    """Whether a text says yes and nothing else.

    Example:
        >>> [says_yes(one) for one in ("네네 고마워요", "그래주세요", "👍", "네 근데 세 판이요", "그거면 됐어요")]
        [True, True, True, False, True]
    """
    said = bare(text)
    return _YES.fullmatch(said) is not None or _ENOUGH.match(without_opening(said) or said) is not None


def says_go_on(text: str) -> bool:
    """Whether a text tells to do what was proposed: 예약해줘, 시켜요, 그렇게 해주세요."""
    return _GOING_ON.fullmatch(bare(text)) is not None


def begins_with_yes(text: str) -> bool:
    """Whether a text begins with a yes, whatever follows."""
    found = _YES.match(bare(text))
    return found is not None and (found.end() == len(bare(text)) or not bare(text)[found.end()].isalnum())


def says_no(text: str) -> bool:
    """Whether a text begins with a no."""
    return _NO.match(bare(text)) is not None


def gives_up(text: str) -> bool:
    """Whether a text gives up what is talked about.

    Example:
        >>> [gives_up(one) for one in ("아 됐어 안할래", "아니 취소할게", "그거면 됐어요", "취소하지 마")]
        [True, True, False, False]
    """
    said = bare(text)
    return _CANCEL.match(said) is not None and _ENOUGH.match(said) is None


def instead(text: str) -> str | None:
    """What is wanted in the place of what is talked about: 아 됐고 호텔 예약해줘; None where it says no such thing."""
    found = _INSTEAD.fullmatch(bare(text))
    return found["rest"] if found else None


def corrects(text: str) -> bool:
    """Whether a text has the words of a correction."""
    return _CORRECTS.search(bare(text)) is not None


def breaks(text: str) -> Sequence[int]:
    """Where a text takes back what stands before: 두 명이요 아니 세 명."""
    return [found.start() for found in _BREAK.finditer(text) if found.start() > 0]


def is_all_of_them(text: str, end: int) -> bool:
    """Whether the number that ends there counts what was said before: 둘 다."""
    return _ALL_OF.match(text, end) is not None


def takes_back(text: str, end: int) -> bool:
    """Whether what ends there is taken back: 콜라는 됐어요, 콜라 취소."""
    return _TAKES_BACK.match(text, end) is not None


def swaps(text: str) -> bool:
    """Whether a text says that two things are the other way round."""
    return _SWAPS.search(bare(text)) is not None


def asks_to_wait(text: str) -> bool:
    """Whether a text only asks for time."""
    return _WAIT.fullmatch(bare(text)) is not None


def asks_back(text: str) -> bool:
    """Whether a text asks what there is, or does not know: 뭐가 있어요?, 글쎄."""
    return _ASKS.search(text) is not None


def wants_more(text: str, end: int) -> bool:
    """Whether the number that ends there is meant to be added: 하나 더."""
    return _MORE.match(text, end) is not None


def adds(text: str, end: int) -> bool:
    """Whether what ends there comes to what was said before: 콜라도, 그리고 콜라."""
    return _ADDS.match(text[end:]) is not None or _ADDS_ALL.search(text) is not None


def says_hardly_more(chunks: Sequence[str]) -> bool:
    """Whether stretches of a text say hardly anything, the first before a value and each other one behind one.

    Example:
        >>> says_hardly_more(["", "으로 바꿔주세요"]), says_hardly_more(["", " 비와?"])
        (True, False)
    """
    rest = 0
    for number, chunk in enumerate(chunks):
        chunk = _UNKNOWN_LEFT_OUT.sub(" ", chunk)
        kept = chunk[_ENDING.match(chunk).end() :] if number else chunk  # type: ignore[union-attr]
        words = [word for word in _PUNCTUATION.split(kept) if word]
        rest += sum(len(word) for word in words if not _FILLER.fullmatch(word) and not all(map(is_mark, word)))
    return rest <= _SAYS_NOTHING
