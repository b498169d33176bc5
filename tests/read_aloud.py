"""How a Korean reads a value aloud, spelled out by tables written by hand: an oracle for what particles agree with.

It knows nothing of `nlu.korean`: words are listed with their reading, numbers are spelled out, letters are named.
"""

from __future__ import annotations

import re
import unicodedata

from tests.oracles import final_consonant, spelled_number


def _rows(table: str) -> dict[str, str]:
    return dict(row.split("=") for row in table.split())


def _words(table: str) -> tuple[str, ...]:
    return tuple(table.split())


LETTERS = _rows(
    "A=에이 B=비 C=시 D=디 E=이 F=에프 G=지 H=에이치 I=아이 J=제이 K=케이 L=엘 M=엠 N=엔 O=오 P=피 Q=큐 R=알 S=에스 "
    "T=티 U=유 V=브이 W=더블유 X=엑스 Y=와이 Z=제트"
)
WORDS = _rows(
    # ㄹ
    "Google=구글 Apple=애플 email=이메일 Gmail=지메일 tunnel=터널 channel=채널 hotel=호텔 model=모델 Excel=엑셀 "
    "pixel=픽셀 travel=트래블 total=토털 digital=디지털 signal=시그널 panel=패널 label=라벨 level=레벨 steel=스틸 "
    "pencil=펜슬 April=에이프릴 bible=바이블 table=테이블 cable=케이블 bottle=보틀 title=타이틀 style=스타일 "
    "smile=스마일 file=파일 mobile=모바일 profile=프로필 people=피플 noodle=누들 puzzle=퍼즐 Intel=인텔 Dell=델 "
    "Chanel=샤넬 Seoul=서울 Brazil=브라질 Nepal=네팔 school=스쿨 pool=풀 ball=볼 football=풋볼 mall=몰 grill=그릴 "
    "single=싱글 double=더블 simple=심플 sample=샘플 festival=페스티벌 special=스페셜 terminal=터미널 capsule=캡슐 "
    "module=모듈 "
    # ㅁ
    "Instagram=인스타그램 Telegram=텔레그램 program=프로그램 team=팀 cream=크림 dream=드림 steam=스팀 Zoom=줌 "
    "room=룸 album=앨범 premium=프리미엄 platform=플랫폼 item=아이템 system=시스템 stadium=스타디움 game=게임 "
    "time=타임 name=네임 home=홈 Chrome=크롬 volume=볼륨 Prime=프라임 Vietnam=베트남 Gangnam=강남 ham=햄 jam=잼 "
    "gym=짐 film=필름 farm=팜 form=폼 perfume=퍼퓸 webcam=웹캠 forum=포럼 bottom=보텀 Beckham=베컴 Birmingham=버밍엄 "
    # ㄴ
    "Amazon=아마존 Python=파이썬 iPhone=아이폰 online=온라인 machine=머신 engine=엔진 magazine=매거진 Pokemon=포켓몬 "
    "season=시즌 station=스테이션 version=버전 session=세션 train=트레인 onion=어니언 bacon=베이컨 melon=멜론 "
    "lemon=레몬 coupon=쿠폰 ribbon=리본 London=런던 Berlin=베를린 Boston=보스턴 Spain=스페인 Busan=부산 Incheon=인천 "
    "green=그린 phone=폰 zone=존 wine=와인 line=라인 design=디자인 fan=팬 plan=플랜 open=오픈 pen=펜 kitchen=키친 "
    "chicken=치킨 salon=살롱 Line=라인 Notion=노션 Japan=재팬 Taiwan=타이완 cinnamon=시나몬 caffeine=카페인 "
    "protein=프로틴 column=칼럼 "
    # ㅇ
    "Samsung=삼성 Bing=빙 marketing=마케팅 shopping=쇼핑 spring=스프링 parking=파킹 Boeing=보잉 pudding=푸딩 "
    "camping=캠핑 meeting=미팅 Coupang=쿠팡 wing=윙 song=송 ring=링 dressing=드레싱 "
    # r and other vowels
    "computer=컴퓨터 server=서버 burger=버거 Uber=우버 Twitter=트위터 beer=비어 player=플레이어 car=카 star=스타 "
    "bar=바 door=도어 color=컬러 tour=투어 user=유저 center=센터 water=워터 paper=페이퍼 tower=타워 flower=플라워 "
    "soccer=사커 pizza=피자 cola=콜라 mocha=모카 latte=라테 coffee=커피 cookie=쿠키 movie=무비 Tesla=테슬라 "
    "Lego=레고 Costco=코스트코 Nike=나이키 Zara=자라 IKEA=이케아 Gucci=구찌 Prada=프라다 Volvo=볼보 Audi=아우디 "
    "Siri=시리 Alexa=알렉사 Toyota=도요타 menu=메뉴 cafe=카페 taxi=택시 radio=라디오 video=비디오 piano=피아노 "
    "tomato=토마토 potato=포테이토 kiwi=키위 Disney=디즈니 Sony=소니 story=스토리 party=파티 city=시티 army=아미 "
    "gallery=갤러리 bakery=베이커리 Pangyo=판교 Jeju=제주 Tokyo=도쿄 Dubai=두바이 Sydney=시드니 Chicago=시카고 "
    "Kakao=카카오 Naver=네이버 data=데이터 zebra=제브라 tea=티 tree=트리 free=프리 blue=블루 shoe=슈 yellow=옐로 "
    "window=윈도 show=쇼 view=뷰 new=뉴 service=서비스 juice=주스 ice=아이스 office=오피스 price=프라이스 nurse=너스 "
    "size=사이즈 prize=프라이즈 house=하우스 cheese=치즈 rose=로즈 wave=웨이브 live=라이브 drive=드라이브 "
    "stove=스토브 page=페이지 message=메시지 image=이미지 orange=오렌지 college=칼리지 bridge=브리지 cake=케이크 "
    "bike=바이크 Coke=코크 Duke=듀크 Firefox=파이어폭스 Netflix=넷플릭스 box=박스 Starbucks=스타벅스 bus=버스 "
    "Adidas=아디다스 plus=플러스 Benz=벤츠 jazz=재즈 quiz=퀴즈 fish=피시 cash=캐시 lunch=런치 coach=코치 bench=벤치 "
    "golf=골프 beef=비프 self=셀프 bath=배스 YouTube=유튜브 cube=큐브 Skype=스카이프 pipe=파이프 grape=그레이프 "
    "Europe=유럽 tape=테이프 bread=브레드 salad=샐러드 card=카드 world=월드 food=푸드 bed=베드 red=레드 "
    "iPad=아이패드 Android=안드로이드 cloud=클라우드 grand=그랜드 brand=브랜드 code=코드 slide=슬라이드 blog=블로그 "
    "egg=에그 hotdog=핫도그 mug=머그 league=리그 Prague=프라하 "
    # ㄱ
    "Facebook=페이스북 notebook=노트북 Slack=슬랙 back=백 TikTok=틱톡 music=뮤직 classic=클래식 comic=코믹 "
    "picnic=피크닉 plastic=플라스틱 Titanic=타이타닉 Mac=맥 kick=킥 truck=트럭 stock=스톡 rock=록 duck=덕 snack=스낵 "
    "basic=베이식 "
    # 크 after a consonant or a long vowel
    "bank=뱅크 pink=핑크 milk=밀크 desk=데스크 network=네트워크 mark=마크 park=파크 steak=스테이크 week=위크 "
    "mask=마스크 drink=드링크 silk=실크 "
    # ㅅ
    "internet=인터넷 market=마켓 ticket=티켓 robot=로봇 pilot=파일럿 Reddit=레딧 chat=챗 KitKat=킷캣 carrot=캐럿 "
    "hot=핫 wallet=월렛 bucket=버킷 basket=바스켓 biscuit=비스킷 budget=버짓 credit=크레딧 rabbit=래빗 pocket=포켓 "
    "racket=라켓 helmet=헬멧 magnet=마그넷 target=타깃 toilet=토일럿 outlet=아웃렛 cricket=크리킷 "
    # 트
    "Microsoft=마이크로소프트 Walmart=월마트 smart=스마트 test=테스트 best=베스트 event=이벤트 mint=민트 "
    "point=포인트 yogurt=요거트 dessert=디저트 concert=콘서트 sport=스포트 part=파트 art=아트 gift=기프트 boat=보트 "
    "heart=하트 note=노트 site=사이트 kite=카이트 white=화이트 plate=플레이트 suite=스위트 sweet=스위트 "
    "street=스트리트 "
    # ㅂ
    "shop=숍 laptop=랩톱 hiphop=힙합 ketchup=케첩 chip=칩 app=앱 WhatsApp=왓츠앱 membership=멤버십 syrup=시럽 cup=컵 "
    "club=클럽 web=웹 lab=랩 crab=크랩 pub=펍 rehab=리햅 "
    # 프, 브
    "theme=테마 Rome=로마 York=욕 Dior=디올 com=컴 dancom=댄컴 net=넷 pandora=판도라 Spotify=스포티파이 "
    "Sirius=시리우스 audible=오더블 tidal=타이들 object=오브젝트 wemo=위모 tweet=트위트 jump=점프 lamp=램프 "
    "camp=캠프 help=헬프 pump=펌프 soup=수프 curb=커브 verb=버브"
)
"""English words and names, read as Koreans write them."""
_FOLDED = {name.lower(): reading for name, reading in WORDS.items()}
SPELLED = _words(
    "KTX SRT LG SK KT CU GS KFC BHC BBQ CGV TV PC AI IT VR USB LED DVD CCTV ATM VIP CEO HR PR ID IP OS API URL PDF "
    "PPT CSV SQL GPU CPU SSD HDD FAQ DIY MBTI BTS SBS MBC KBS DHL BMW IBM HP LLM NLP FM AM PM MRI DNA XL GPS SUV FBI "
    "DJ MC KR YTN CNN BBC NBC MBN CBS EBS ABC JTBC IPTV DIP OST PDA"
)
"""Acronyms that are read letter by letter."""
UNITS = _rows(
    "kg=킬로그램 g=그램 mg=밀리그램 km=킬로미터 m=미터 cm=센티미터 mm=밀리미터 L=리터 l=리터 ml=밀리리터 %=퍼센트 "
    "℃=도 °=도 GB=기가바이트 MB=메가바이트 TB=테라바이트 kcal=킬로칼로리 cc=시시 Hz=헤르츠 kW=킬로와트 V=볼트 t=톤 "
    "㎡=제곱미터 ㎏=킬로그램 ㎞=킬로미터 ㎖=밀리리터 $=달러 €=유로 km/h=킬로미터 %p=퍼센트포인트 px=픽셀 W=와트 "
    "dB=데시벨 mAh=밀리암페어시"
)
"""Units as they are read after a number."""
SIGNS_BEFORE = {"$": "달러", "€": "유로", "₩": "원", "¥": "엔", "£": "파운드"}
DIGITS = "영일이삼사오육칠팔구"
SOUNDS = ("vowel", "ㄹ", "consonant")
FORMS = {
    "을(를)": ("를", "을", "을"),
    "를(을)": ("를", "을", "을"),
    "을/를": ("를", "을", "을"),
    "이(가)": ("가", "이", "이"),
    "은(는)": ("는", "은", "은"),
    "과(와)": ("와", "과", "과"),
    "와(과)": ("와", "과", "과"),
    "아(야)": ("야", "아", "아"),
    "(으)로": ("로", "로", "으로"),
    "으로(로)": ("로", "로", "으로"),
    "(으)로서": ("로서", "로서", "으로서"),
    "(으)로써": ("로써", "로써", "으로써"),
    "(으)로부터": ("로부터", "로부터", "으로부터"),
    "(으)론": ("론", "론", "으론"),
    "(이)랑": ("랑", "이랑", "이랑"),
    "(이)나": ("나", "이나", "이나"),
    "(이)라도": ("라도", "이라도", "이라도"),
    "(이)라고": ("라고", "이라고", "이라고"),
    "(이)라는": ("라는", "이라는", "이라는"),
    "(이)란": ("란", "이란", "이란"),
    "(이)든지": ("든지", "이든지", "이든지"),
    "(이)며": ("며", "이며", "이며"),
    "(이)면": ("면", "이면", "이면"),
    "(이)고": ("고", "이고", "이고"),
    "(이)니까": ("니까", "이니까", "이니까"),
    "(이)요": ("요", "이요", "이요"),
    "(이)죠": ("죠", "이죠", "이죠"),
    "(이)지만": ("지만", "이지만", "이지만"),
    "(이)네요": ("네요", "이네요", "이네요"),
    "(이)신가요": ("신가요", "이신가요", "이신가요"),
    "(이)에요": ("예요", "이에요", "이에요"),
    "(이)었": ("였", "이었", "이었"),
    "(이)어서": ("여서", "이어서", "이어서"),
}
"""Notation → its forms after a vowel, after ㄹ, after another consonant."""

_QUOTES = "'\"‘’“”「」『』<>《》"
_GLOSS = re.compile(r"(?<=[^ ])\([^()]*\)$")
_LAST = re.compile(
    r"(?P<number>[$€₩¥£]?\d[\d,]*(?:\.\d+)?) ?(?P<unit>[A-Za-z%℃°㎡㎏㎞㎖$€/]*)$"
    r"|(?P<letters>[A-Za-z]+)$|(?P<hangul>[가-힣])$"
)


def read_aloud(value: str) -> str:
    """How the end of a value is read, in Hangul."""
    text = unicodedata.normalize("NFC", value)
    while text and (text[-1] in _QUOTES + "!?.~ ," or ord(text[-1]) > 0x1F000 or text[-1] == "\ufe0f"):
        text = text[:-1]
    if (without := _GLOSS.sub("", text)) != text:
        return read_aloud(without)
    found = _LAST.search(text)
    assert found is not None, value
    if found["hangul"]:
        return found["hangul"]
    if found["letters"]:
        return _word(found["letters"])
    if found["unit"]:
        return UNITS[found["unit"]]
    return _number(found["number"], text[: found.start()])


def _word(letters: str) -> str:
    if word := _FOLDED.get(letters.lower()):
        return word
    assert letters.isupper() or len(letters) == 1 or letters.upper() in SPELLED, letters
    return LETTERS[letters[-1].upper()]


def _number(written: str, before: str) -> str:
    if written[0] in SIGNS_BEFORE:
        return SIGNS_BEFORE[written[0]]
    digits = written.replace(",", "")
    is_digits = digits.startswith("0") or before.endswith(("-", "."))
    numerator = re.search(r"(?<![\d/])([1-8])/$", before)
    if numerator and digits in "23456789" and numerator[1] < digits:  # 2/3: 삼분의 이
        return DIGITS[int(numerator[1])]
    if "." in digits or is_digits:
        return DIGITS[int(digits[-1])]
    return spelled_number(int(digits))


def sound(value: str) -> int:
    """What a particle after a value agrees with, as a place in `SOUNDS`."""
    return SOUNDS.index(final_consonant(read_aloud(value)))
