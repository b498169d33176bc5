import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.korean import particles as josa
from nlu.korean.particle_sound import final_sound
from tests import oracles
from tests.strategies import messy_texts, syllables

# Each row was read aloud: word, notation, the word with its particle.
HANGUL = """
피자 을(를) 피자를 | 냉면 을(를) 냉면을 | 물 을(를) 물을 | 콜라 은(는) 콜라는 | 짬뽕 은(는) 짬뽕은
판교 이(가) 판교가 | 강남 이(가) 강남이 | 커피 과(와) 커피와 | 빵 과(와) 빵과 | 서울 (으)로 서울로
강남 (으)로 강남으로 | 판교 (으)로 판교로 | 지하철 (으)로 지하철로 | 부산 (으)로 부산으로 | 버스 (으)로 버스로
호텔 (으)로서 호텔로서 | 학생 (으)로서 학생으로서 | 교사 (으)로서 교사로서 | 쌀 (으)로써 쌀로써 | 칼 (으)로써 칼로써
돈 (으)로써 돈으로써 | 집 (으)로부터 집으로부터 | 서울 (으)로부터 서울로부터 | 회사 (으)로부터 회사로부터
친구 (이)랑 친구랑 | 동생 (이)랑 동생이랑 | 딸 (이)랑 딸이랑 | 피자 (이)나 피자나 | 치킨 (이)나 치킨이나
물 (이)라도 물이라도 | 커피 (이)라도 커피라도 | 언제 (이)든지 언제든지 | 무엇 (이)든지 무엇이든지
판교 (이)라고 판교라고 | 강남 (이)라고 강남이라고 | 서울 (이)라는 서울이라는 | 제주 (이)라는 제주라는
사랑 (이)란 사랑이란 | 자유 (이)란 자유란 | 피자 (이)며 피자며 | 떡 (이)며 떡이며 | 나 (이)야 나야 | 물 (이)야 물이야
오늘 (이)요 오늘이요 | 어제 (이)요 어제요 | 물 (이)에요 물이에요 | 피자 (이)에요 피자예요 | 어린이 (이)에요 어린이예요
것 (이)예요 것이에요 | 거 (이)예요 거예요 | 내일 (이)죠 내일이죠 | 모레 (이)죠 모레죠 | 의사 (이)고 의사고
학생 (이)고 학생이고 | 친구 (이)니까 친구니까 | 형 (이)니까 형이니까 | 셋 (이)서 셋이서 | 혼자 (이)서 혼자서
하늘 (이)여 하늘이여 | 그대 (이)여 그대여 | 신 (이)시여 신이시여 | 어머니 (이)시여 어머니시여 | 철수 아(야) 철수야
길동 아(야) 길동아 | 별 야(아) 별아 | 정답 (이)다 정답이다 | 가짜 (이)다 가짜다 | 학생 (이)면 학생이면
아이 (이)면 아이면 | 꿈 (이)었 꿈이었 | 바다 (이)었 바다였 | 바다 (이)였 바다였 | 꿈 (이)였 꿈이었
비 (이)어서 비여서 | 눈 (이)어서 눈이어서 | 주말 (이)지만 주말이지만 | 휴가 (이)지만 휴가지만
선생님 (이)세요 선생님이세요 | 누구 (이)세요 누구세요 | 값 이(가) 값이 | 닭 을(를) 닭을 | 여덟 은(는) 여덟은
여덟 (으)로 여덟으로 | 밖 (으)로 밖으로 | 삶 (으)로 삶으로 | 밭 과(와) 밭과 | 떡볶이 을(를) 떡볶이를
김치찌개 (이)랑 김치찌개랑 | 아메리카노 은(는) 아메리카노는 | 딸기라떼 (으)로 딸기라떼로 | 된장국 과(와) 된장국과
3시 을(를) 3시를 | 두 시 은(는) 두 시는 | 5명 은(는) 5명은 | 2박 3일 (으)로 2박 3일로 | 1호선 (으)로 1호선으로
10월 (으)로 10월로 | 30분 (이)나 30분이나 | 100원 이(가) 100원이
"""
NUMBERS = """
0 을(를) 0을 | 1 을(를) 1을 | 2 을(를) 2를 | 3 이(가) 3이 | 4 이(가) 4가 | 5 은(는) 5는 | 6 은(는) 6은 | 7 은(는) 7은
8 과(와) 8과 | 9 과(와) 9와 | 1 (으)로 1로 | 2 (으)로 2로 | 3 (으)로 3으로 | 6 (으)로 6으로 | 7 (으)로 7로
8 (으)로 8로 | 0 (으)로 0으로 | 9 (으)로 9로 | 10 을(를) 10을 | 10 (으)로 10으로 | 12 이(가) 12가 | 21 이(가) 21이
100 을(를) 100을 | 1000 을(를) 1000을 | 2000 을(를) 2000을 | 10000 을(를) 10000을 | 20000 을(를) 20000을
100000 을(를) 100000을 | 1000000 이(가) 1000000이 | 10000000 이(가) 10000000이 | 100000000 이(가) 100000000이
1000000000000 이(가) 1000000000000가 | 1,000 을(를) 1,000을 | 15,000 은(는) 15,000은 | 1,000,005 은(는) 1,000,005는
1,000,000,000,000 을(를) 1,000,000,000,000를 | 110 은(는) 110은 | 3.14 을(를) 3.14를 | 0.5 이(가) 0.5가
36.5 (으)로 36.5로 | 2.0 을(를) 2.0을 | 1.1 (으)로 1.1로 | 2.3 (으)로 2.3으로 | 010 을(를) 010을 | 007 (으)로 007로
2026 은(는) 2026은 | 2024 은(는) 2024는 | 12:30 은(는) 12:30은 | 12:05 은(는) 12:05는 | 1/2 을(를) 1/2을
2/3 을(를) 2/3를 | 24/7 (으)로 24/7로 | 010-1234-5678 (으)로 010-1234-5678로 | 2026-01-02 은(는) 2026-01-02는
１０ 을(를) １０을 | -3 은(는) -3은
"""
LETTERS = """
KTX 을(를) KTX를 | KTX (으)로 KTX로 | SRT 이(가) SRT가 | LG 이(가) LG가 | USB 을(를) USB를 | SK 은(는) SK는
CGV 은(는) CGV는 | KFC 은(는) KFC는 | TV 을(를) TV를 | PC 을(를) PC를 | VIP 은(는) VIP는 | DSLR 이(가) DSLR이
SQL 은(는) SQL은 | URL (으)로 URL로 | ATM 이(가) ATM이 | LLM 은(는) LLM은 | GPU (으)로 GPU로 | DMZ 을(를) DMZ를
BBQ 이(가) BBQ가 | CU 과(와) CU와 | KBS 과(와) KBS와 | MBTI 은(는) MBTI는 | CEO 이(가) CEO가 | DHL (으)로 DHL로
IBM (으)로 IBM으로 | VPN 을(를) VPN을 | FM (으)로 FM으로 | AI 은(는) AI는 | A 을(를) A를 | B 이(가) B가 | F 을(를) F를
H 은(는) H는 | L (으)로 L로 | M 을(를) M을 | N 이(가) N이 | R 을(를) R을 | S 이(가) S가 | W 은(는) W는 | X 을(를) X를
Z 이(가) Z가 | XL (으)로 XL로 | ktx 을(를) ktx를 | usb 을(를) usb를 | lg 이(가) lg가 | ai 은(는) ai는 | tv 을(를) tv를
url 은(는) url은 | T1 이(가) T1이 | MP3 을(를) MP3를 | A4 을(를) A4를 | G20 은(는) G20은 | B2 이(가) B2가
S24 을(를) S24를 | Y7 이(가) Y7이 | F1 을(를) F1을 | F-16 은(는) F-16은 | PS5 을(를) PS5를 | NASA 은(는) NASA는
IKEA 이(가) IKEA가 | KAIST 은(는) KAIST는 | KOSPI 은(는) KOSPI는 | SIM 을(를) SIM을 | RAM 은(는) RAM은
OK 은(는) OK는 | iOS 은(는) iOS는 | ChatGPT 은(는) ChatGPT는 | MySQL 을(를) MySQL을 | OpenAI 이(가) OpenAI가
PDF 은(는) PDF는 | QR 을(를) QR을 | 카카오TV 을(를) 카카오TV를 | 2NE1 은(는) 2NE1은 | 5G 은(는) 5G는 | 3D 은(는) 3D는
4K 을(를) 4K를 | 3M 은(는) 3M은 | ＫＴＸ 을(를) ＫＴＸ를
"""
WORDS = """
Google 은(는) Google은 | Google (으)로 Google로 | Starbucks 이(가) Starbucks가 | coffee 을(를) coffee를
latte 은(는) latte는 | cake 을(를) cake를 | app 을(를) app을 | App (으)로 App으로 | Internet 은(는) Internet은
pizza 을(를) pizza를 | burger 은(는) burger는 | hotel (으)로 hotel로 | room 을(를) room을 | Seoul (으)로 Seoul로
ring 을(를) ring을 | YouTube 을(를) YouTube를 | Instagram 을(를) Instagram을 | Facebook 은(는) Facebook은
iPhone 을(를) iPhone을 | iPad 을(를) iPad를 | MacBook 이(가) MacBook이 | Netflix 은(는) Netflix는
Apple 이(가) Apple이 | APPLE (으)로 APPLE로 | Samsung 은(는) Samsung은 | Kakao 은(는) Kakao는 | Naver 은(는) Naver는
Coupang 은(는) Coupang은 | Amazon 이(가) Amazon이 | Microsoft 은(는) Microsoft는 | Zoom (으)로 Zoom으로
Slack 은(는) Slack은 | Notion 을(를) Notion을 | GitHub 은(는) GitHub는 | blog 을(를) blog를 | web 은(는) web은
club 은(는) club은 | shop 은(는) shop은 | book 을(를) book을 | rock 은(는) rock은 | music 은(는) music은
disc 은(는) disc는 | milk 을(를) milk를 | bank 은(는) bank는 | test 을(를) test를 | event 은(는) event는
robot 은(는) robot은 | market 은(는) market은 | chat 은(는) chat은 | set 을(를) set를 | reset 을(를) reset을
diet 은(는) diet는 | concert 은(는) concert는 | dessert 을(를) dessert를 | meat 을(를) meat를 | boat 은(는) boat는
checkout 은(는) checkout은 | soup 은(는) soup는 | camp 은(는) camp는 | group 은(는) group은 | type 은(는) type은
tape 은(는) tape는 | line 은(는) line은 | game 은(는) game은 | home (으)로 home으로 | style (으)로 style로
table 은(는) table은 | mall 은(는) mall은 | film 은(는) film은 | cream 은(는) cream은 | design 은(는) design은
food 은(는) food는 | card (으)로 card로 | salad 은(는) salad는 | good 이(가) good이 | big 은(는) big은
bus (으)로 bus로 | taxi (으)로 taxi로 | box 은(는) box는 | fish 은(는) fish는 | brunch 은(는) brunch는
bath 은(는) bath는 | orange 은(는) orange는 | juice 은(는) juice는 | sauce 은(는) sauce는 | site 은(는) site는
date 은(는) date는 | chocolate 은(는) chocolate은 | buffet 은(는) buffet는 | cafe 은(는) cafe는 | café 은(는) café는
show 은(는) show는 | pay (으)로 pay로 | tea 은(는) tea는 | tree 은(는) tree는 | boutique 은(는) boutique는
league 은(는) league는 | comb 은(는) comb은 | McDonald's 은(는) McDonald's는 | Domino’s 이(가) Domino’s가
WiFi 은(는) WiFi는 | Hyatt 은(는) Hyatt는 | Hilton 은(는) Hilton은 | Marriott 은(는) Marriott는
"""
SIGNS = """
50% 을(를) 50%를 | 50% 은(는) 50%는 | 10%p 이(가) 10%p가 | 3kg 을(를) 3kg을 | 3 kg 을(를) 3 kg을 | 500g 은(는) 500g은
5mg 은(는) 5mg은 | 10km 을(를) 10km를 | 5cm 은(는) 5cm는 | 3mm 은(는) 3mm는 | 100m 을(를) 100m를 | 2L 을(를) 2L를
2l 을(를) 2l를 | 500ml 은(는) 500ml는 | 500mL 은(는) 500mL는 | 25℃ 은(는) 25℃는 | 90° 은(는) 90°는
100$ 은(는) 100$는 | $100 은(는) $100는 | ₩1000 은(는) ₩1000은 | €5 을(를) €5를 | ¥500 은(는) ¥500은
1000₩ 을(를) 1000₩을 | C++ 은(는) C++는 | C# 은(는) C#은 | 16GB 은(는) 16GB는 | 3t 을(를) 3t을 | 100px 은(는) 100px은
30min 은(는) 30min은 | 10h 은(는) 10h은 | 60Hz 은(는) 60Hz는 | 80dB 은(는) 80dB은 | 300kcal 은(는) 300kcal는
84㎡ 은(는) 84㎡는 | 30m2 은(는) 30m2는 | 5㎏ 은(는) 5㎏은 | 100km/h 은(는) 100km/h는 | 10h (으)로 10h으로
7pm 은(는) 7pm은 | Ⅲ 은(는) Ⅲ은 | ① 을(를) ①을 | α 은(는) α는 | R&D 은(는) R&D는 | A&W 은(는) A&W는
"""
MARKS = """
‘판교’ 은(는) ‘판교’는 | “강남” 을(를) “강남”을 | '서울' (으)로 '서울'로 | 「봄날」 은(는) 「봄날」은
<기생충> 을(를) <기생충>을 | 《토지》 은(는) 《토지》는 | (서울) (으)로 (서울)로 | 서울(역) (으)로 서울(역)로
쿠버네티스(k8s) 은(는) 쿠버네티스(k8s)는 | 한국철도공사(KORAIL) 은(는) 한국철도공사(KORAIL)는
나이[年齡] 을(를) 나이[年齡]를 | LG(엘지) 이(가) LG(엘지)가 | 강남(신논현(구)) 은(는) 강남(신논현(구))은
피자! 을(를) 피자!를 | 떡볶이... 은(는) 떡볶이...는 | 피자🍕 을(를) 피자🍕를 | 치킨🍗 을(를) 치킨🍗을
물~ 을(를) 물~을 | 판교) 은(는) 판교)는 | 피자\u200b 을(를) 피자\u200b를 | ‘KTX’ 을(를) ‘KTX’를 | “50%” 을(를) “50%”를
(주)카카오 은(는) (주)카카오는 | 네이버(주) 은(는) 네이버(주)는 | ㄱ 이(가) ㄱ이 | ㄹ (으)로 ㄹ로 | ㅏ 은(는) ㅏ는
ㅋㅋ 은(는) ㅋㅋ는 | ㅠㅠ 을(를) ㅠㅠ를
"""
NOTATIONS = """
피자 은(는) 피자는 | 피자 는(은) 피자는 | 피자 은/는 피자는 | 피자 는/은 피자는 | 떡 은(는) 떡은 | 떡 는(은) 떡은
떡 은/는 떡은 | 떡 이(가) 떡이 | 떡 가(이) 떡이 | 떡 이/가 떡이 | 피자 을/를 피자를 | 피자 를(을) 피자를
떡 와(과) 떡과 | 떡 과/와 떡과 | 피자 와/과 피자와 | 서울 으로/로 서울로 | 강남 로/으로 강남으로
강남 로(으로) 강남으로 | 떡 이랑/랑 떡이랑 | 떡 랑(이랑) 떡이랑 | 피자 이랑(랑) 피자랑 | 물 예요/이에요 물이에요
피자 이에요(예요) 피자예요 | 철수 아/야 철수야
"""


def rows(table):
    return [
        tuple(row.strip().replace("두 시", "두_시").replace("2박 3일", "2박_3일").replace("3 kg", "3_kg").split(" "))
        for line in table.strip().splitlines()
        for row in line.split(" | ")
    ]


TABLE = [row for table in (HANGUL, NUMBERS, LETTERS, WORDS, SIGNS, MARKS, NOTATIONS) for row in rows(table)]


def test_the_particle_that_is_said():
    said = [
        (word, notation, josa.attach(word.replace("_", " "), notation).replace(" ", "_")) for word, notation, _ in TABLE
    ]
    assert [row for row in said if row not in set(TABLE)] == []


def test_the_table_is_large_enough():
    assert len(TABLE) == len(set(TABLE)) > 300


SIMPLE = {
    "은(는)": ("는", "은", "은"),
    "이(가)": ("가", "이", "이"),
    "을(를)": ("를", "을", "을"),
    "과(와)": ("와", "과", "과"),
    "아(야)": ("야", "아", "아"),
    "(으)로": ("로", "로", "으로"),
    "(으)로부터": ("로부터", "로부터", "으로부터"),
    "(이)랑": ("랑", "이랑", "이랑"),
    "(이)에요": ("예요", "이에요", "이에요"),
    "(이)었": ("였", "이었", "이었"),
}
CLASSES = ("vowel", "ㄹ", "consonant")


@given(st.text(syllables, min_size=1, max_size=4), st.sampled_from(sorted(SIMPLE)))
def test_hangul_agrees_with_unicode(word, notation):
    assert josa.choose(word, notation) == SIMPLE[notation][CLASSES.index(oracles.final_consonant(word))]


whole_numbers = st.integers(0, 10**20 - 1) | st.builds(
    lambda digits, zeros: digits * 10**zeros, st.integers(1, 9999), st.integers(0, 16)
)


@given(whole_numbers, st.sampled_from(["", ","]), st.sampled_from(sorted(SIMPLE)))
def test_whole_numbers_agree_with_their_spelled_reading(number, separator, notation):
    expected = SIMPLE[notation][CLASSES.index(oracles.final_consonant(oracles.spelled_number(number)))]
    assert josa.choose(f"{number:{separator}}", notation) == expected


@given(st.integers(0, 9999), st.text("0123456789", min_size=1, max_size=5), st.sampled_from(sorted(SIMPLE)))
def test_decimals_are_read_digit_by_digit(whole, decimals, notation):
    last = "영일이삼사오육칠팔구"[int(decimals[-1])]
    assert (
        josa.choose(f"{whole}.{decimals}", notation) == SIMPLE[notation][CLASSES.index(oracles.final_consonant(last))]
    )


@given(messy_texts, st.sampled_from(josa.notations()))
def test_any_text_gets_one_plain_form(word, notation):
    form = josa.choose(word, notation)
    assert form
    assert set(form) <= set(notation) - set("()/") | set("이예에여어었였")


@given(st.text(st.one_of(syllables, st.sampled_from("aZ1")), min_size=1, max_size=5))
def test_quotes_and_emoji_are_silent(word):
    assert final_sound(f"‘{word}’") == final_sound(word) == final_sound(word + "😀")


@given(st.text(syllables, min_size=1, max_size=4), st.text(st.one_of(syllables, st.sampled_from("aZ1")), max_size=4))
def test_a_gloss_is_skipped(word, gloss):
    assert final_sound(f"{word}({gloss})") == final_sound(word)


def test_what_cannot_be_read_counts_as_a_vowel():
    assert [josa.attach(word, "을(를)") for word in ("", "!!", "🍕", "大學")] == ["를", "!!를", "🍕를", "大學를"]


def test_notations_come_longest_first_without_repeats():
    notations = josa.notations()
    assert len(notations) == len(set(notations))
    assert [len(notation) for notation in notations] == sorted(map(len, notations), reverse=True)


@pytest.mark.parametrize("text", ["", "에서", "을", "(역)", "을를", "(을)를", "은 (는)"])
def test_other_text_is_no_notation(text):
    with pytest.raises(ValueError, match="expected a particle notation such as"):
        josa.choose("피자", text)


# In each row the entity ends at ^ and the particle that follows is in brackets.
FOLLOWING = """
판교^[에서] 피자|판교^[에서는] 피자|판교^[에서도]|판교^[에서만] 돼?|판교^[의] 날씨|판교^[로] 가줘|강남^[으로]
서울^[로] 가는 버스|판교^[까지] 얼마야|판교^[까지만]|피자^[를] 시켜줘|냉면^[을] 둘|피자^[랑] 콜라|치킨^[이랑] 맥주
피자^[하고] 콜라|피자^[나] 치킨|치킨^[이나] 피자|피자^[만] 줘|피자^[도] 줘|내일^[부터] 모레까지|내일^[은] 어때
오늘^[이] 며칠|날씨^[가] 좋아|엄마^[한테] 전화|엄마^[한테는] 비밀|친구^[에게] 보내|KTX^[를] 타고|KTX^[로]?
50%^[를] 할인|3시^[에] 보자|3시^[쯤에] 보자|3시^[까지요]|피자^[요]!|강남^[이요]|서울^[로부터] 300km|강남^[보다] 판교
물^[처럼]|피자^[마다] 달라|피자^[밖에] 없어|3만원^[만큼만]|서울^[엔] 비|서울^[에선]|내일^[부턴]|판교^[론]|강남^[으론]
강남^[과] 판교|판교^[와] 강남^|피자^[를], 콜라|‘판교’^[에서]|판교^[에서]강남까지|판교^[까지]얼마|피자^[를]주문해줘
피자^[랑]콜라|치킨^[이랑]맥주|강남^[으로]가자|판교^[로]가는 길|판교^[에]가고 싶어|피자^[가]얼마야|판교^[의]날씨
피자^[는]얼마|냉면^[을]시켜|피자^[만]주문|판교^[서] 출발|제주^[라도] 가자|피자^[를]ㅋㅋ|피자^[을] 시켜|강남^[로] 가자
피자^[라고] 했어|판교^[까지]|피자^[] 주문|피자^[]주문|강남^[]역 맛집|강남^[]역에서|판교^[]입니다|물^[]이에요
피자^[]예요|피자^[]에요|판교^[]가는 길|강남^[]이동|강남^[]가는 길|강남^[]가 는|피자^[]가격|서울^[]도착|강남^[]을지로
3^[]만 원|20^[]도로 맞춰|여행^[]하고 싶어|예약^[]하고 있어|판교^[]이야|피자^[]인데|판교^[]!|피자^[]|서울^[]의자
서울^[]에어컨|피자^[]만두|서울^[]은행|판교^[]로봇|피자^[]이벤트
"""


def test_the_particles_that_follow():
    wrong = {}
    for row in [row for line in FOLLOWING.strip().splitlines() for row in line.split("|")]:
        before, _, rest = row.partition("^")
        particle = rest[1 : rest.index("]")] if rest.startswith("[") else ""
        text = before + rest.replace("[", "").replace("]", "").replace("^", "")
        if (found := josa.following(text, len(before))) != particle:
            wrong[row] = found
    assert wrong == {}


@given(messy_texts, st.data())
def test_what_follows_is_the_text_itself(text, data):
    end = data.draw(st.integers(0, len(text)))
    particle = josa.following(text, end)
    assert text.startswith(particle, end)


@given(
    st.text(syllables, min_size=1, max_size=4),
    st.sampled_from(["은(는)", "이(가)", "을(를)", "(으)로", "(이)랑", "과(와)", "(으)로부터"]),
)
def test_a_particle_that_was_attached_is_found(word, notation):
    assert josa.following(josa.attach(word, notation) + " 주문", len(word)) == josa.choose(word, notation)


@given(st.text(syllables, min_size=1, max_size=3), st.text(syllables, min_size=1, max_size=3))
def test_refitted_particles_are_those_found_after_the_word_they_were_made_for(word: str, other: str) -> None:
    for notation in ("을(를)", "은(는)", "(으)로", "(으)로부터", "(이)랑", "과(와)"):
        chain = josa.choose(word, notation)
        assert josa.refit(chain, other) == josa.choose(other, notation)
    assert josa.refit("에서는", other) == "에서는"
    assert josa.refit("", other) == ""
