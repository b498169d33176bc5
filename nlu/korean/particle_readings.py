"""How signs, units, letters and English words end when read aloud: the tables behind `nlu.korean.particles`.

Each row is a reading in Hangul, so that a Korean reader can check it; only its last syllable matters.
Source: 외래어 표기법 (loan-word orthography), and usage where it is settled otherwise (앱, 웹, 굿, MP3 엠피스리).
"""

from __future__ import annotations


def _rows(table: str) -> dict[str, str]:
    return dict(row.split("=") for row in table.split())


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


DIGITS = ("영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")

ZEROS = _rows("1=십 2=백 3=천 4=만 8=억 12=조 16=경 20=해 24=자 28=양 32=구 36=간 40=정 44=재 48=극")
"""What a whole number ends in, by how many zeros it ends in; 5 to 7 zeros end in 만 as 4 do, and so on."""

LETTERS = _rows(
    "A=에이 B=비 C=시 D=디 E=이 F=에프 G=지 H=에이치 I=아이 J=제이 K=케이 L=엘 M=엠 N=엔 O=오 P=피 Q=큐 R=알 "
    "S=에스 T=티 U=유 V=브이 W=더블유 X=엑스 Y=와이 Z=제트 "
)

GREEK = _rows(
    "α=알파 β=베타 γ=감마 δ=델타 ε=엡실론 ζ=제타 η=에타 θ=세타 ι=요타 κ=카파 λ=람다 μ=뮤 ν=뉴 ξ=크시 ο=오미크론 "
    "π=파이 ρ=로 σ=시그마 ς=시그마 τ=타우 υ=입실론 φ=피 χ=키 ψ=프시 ω=오메가 "
)

SIGNS = _rows(
    "%=퍼센트 ‰=퍼밀 °=도 ℃=도 ℉=도 #=샵 +=플러스 &=앤드 @=골뱅이 ×=곱하기 ÷=나누기 $=달러 ₩=원 €=유로 ¥=엔 "
    "£=파운드 ¢=센트 ∞=무한대 ㎏=킬로그램 ㎎=밀리그램 ㎍=마이크로그램 ㎞=킬로미터 ㎝=센티미터 ㎜=밀리미터 "
    "㎚=나노미터 ㎛=마이크로미터 ㎡=제곱미터 ㎢=제곱킬로미터 ㎠=제곱센티미터 ㎥=세제곱미터 ㎖=밀리리터 ㎗=데시리터 "
    "㎘=킬로리터 ℓ=리터 ㏄=시시 ㎈=칼로리 ㎉=킬로칼로리 ㎐=헤르츠 ㎑=킬로헤르츠 ㎒=메가헤르츠 ㎓=기가헤르츠 "
    "㎾=킬로와트 ㏈=데시벨 ²=제곱 ³=세제곱 ½=이분의일 ⅓=삼분의일 ⅔=삼분의이 ¼=사분의일 ¾=사분의삼 Ⅰ=일 Ⅱ=이 Ⅲ=삼 "
    "Ⅳ=사 Ⅴ=오 Ⅵ=육 Ⅶ=칠 Ⅷ=팔 Ⅸ=구 Ⅹ=십 ①=일 ②=이 ③=삼 ④=사 ⑤=오 ⑥=육 ⑦=칠 ⑧=팔 ⑨=구 ⑩=십 "
)
"""Signs that are read aloud. Any other sign, mark or emoji at the end of a word is silent and skipped."""

CURRENCIES = _rows("$=달러 ₩=원 €=유로 ¥=엔 £=파운드")
"""A currency sign before a number is read after it: $100 is 백 달러."""

UNITS = _rows(
    "g=그램 kg=킬로그램 Kg=킬로그램 KG=킬로그램 mg=밀리그램 μg=마이크로그램 t=톤 ton=톤 lb=파운드 oz=온스 m=미터 "
    "km=킬로미터 Km=킬로미터 KM=킬로미터 cm=센티미터 CM=센티미터 mm=밀리미터 MM=밀리미터 nm=나노미터 "
    "μm=마이크로미터 in=인치 inch=인치 ft=피트 yd=야드 mi=마일 mile=마일 m2=제곱미터 km2=제곱킬로미터 "
    "m3=세제곱미터 ha=헥타르 l=리터 L=리터 ml=밀리리터 mL=밀리리터 ML=밀리리터 dl=데시리터 dL=데시리터 kl=킬로리터 "
    "kL=킬로리터 cc=시시 CC=시시 s=초 sec=초 ms=밀리초 min=분 h=시간 hr=시간 hrs=시간 am=에이엠 pm=피엠 b=비트 "
    "B=바이트 KB=킬로바이트 kB=킬로바이트 MB=메가바이트 GB=기가바이트 TB=테라바이트 PB=페타바이트 bps=비피에스 "
    "Kbps=케이비피에스 kbps=케이비피에스 Mbps=메가비피에스 Gbps=기가비피에스 px=픽셀 pt=포인트 dpi=디피아이 "
    "Hz=헤르츠 kHz=킬로헤르츠 MHz=메가헤르츠 GHz=기가헤르츠 dB=데시벨 W=와트 kW=킬로와트 MW=메가와트 "
    "kWh=킬로와트시 V=볼트 A=암페어 mA=밀리암페어 Ah=암페어시 mAh=밀리암페어시 Pa=파스칼 hPa=헥토파스칼 "
    "kPa=킬로파스칼 cal=칼로리 kcal=킬로칼로리 Kcal=킬로칼로리 J=줄 kJ=킬로줄 N=뉴턴 rpm=알피엠 ppm=피피엠 "
    "fps=에프피에스 km/h=킬로미터 m/s=미터 st=스트 nd=드 rd=드 th=스 p=페이지 x=배 %p=퍼센트포인트 "
)
"""Units, read as such only right after a number (3kg, 3 kg); elsewhere the same letters are a word or an acronym."""

WITH_DIGITS = _rows(
    "mp3=엠피스리 mp4=엠피포 t1=티원 f1=에프원 m1=엠원 m2=엠투 m3=엠스리 a1=에이원 r1=알원 k1=케이원 k3=케이스리 "
    "k7=케이세븐 k8=케이에이트 g7=지세븐 sm3=에스엠스리 sm7=에스엠세븐 v3=브이스리 a3=에이스리 ps1=플스원 "
    "ps3=플스스리 i3=아이스리 i7=아이세븐 web3=웹스리 2ne1=투애니원 3d=스리디 formula1=포뮬러원 co2=시오투 "
    "h2o=에이치투오 x1=엑스원 wanna1=워너원 ev3=이브이스리 ev6=이브이식스 gv70=지브이칠십 s1=에스원 "
)
"""Names whose digits are read in English. Digits after other letters are read in Sino-Korean: B2 비이, G20 지이십."""

ACRONYMS = _set(
    "ai ui ux it id ip io os ios pc tv dj mc ev vr ar xr iot api url uri usb led oled uhd lcd sns sms mms gps cctv "
    "suv vip ceo cto cfo coo hr pr kfc bhc bbq cu gs sk lg kt lgu skt bts exo jyp sm yg ebs kbs sbs mbc cgv ktx "
    "srt itx atm qr pdf ppt csv html css sql php aws gcp nlp llm gpu cpu ssd hdd faq asap diy mbti mvp ott iptv ok "
    "pb dm rt cj nc eu usa uk un who imf ufc nba mlb kbo epl tft bmw icn gmp asmr ucc "
)
"""Acronyms spelled letter by letter that people also write in lower case; in capitals any short word is spelled out."""

WORDS = _rows(
    # acronyms that are read as words
    "nato=나토 nasa=나사 ikea=이케아 aids=에이즈 opec=오펙 unesco=유네스코 unicef=유니세프 fifa=피파 covid=코비드 "
    "sim=심 usim=유심 ram=램 rom=롬 gif=지아이에프 jpeg=제이펙 jpg=제이피지 kospi=코스피 kosdaq=코스닥 "
    "nasdaq=나스닥 kaist=카이스트 asean=아세안 lol=롤 pin=핀 wifi=와이파이 isbn=아이에스비엔 csat=시샛 sars=사스 "
    "mers=메르스 moma=모마 ted=테드 bank=뱅크 gap=갭 zara=자라 king=킹 sale=세일 menu=메뉴 cafe=카페 café=카페 "
    "pizza=피자 hot=핫 ice=아이스 cass=카스 "
    # p
    "soup=수프 jeep=지프 hoop=후프 loop=루프 troop=트루프 recoup=리쿠프 type=타입 prototype=프로토타입 "
    "archetype=아키타입 soap=솝 "
    # t that is 트 after a short vowel, silent, or ㅅ where the rule says otherwise
    "set=세트 mat=매트 hit=히트 bit=비트 kit=키트 diet=다이어트 fruit=프루트 suit=슈트 fiat=피아트 watt=와트 "
    "hyatt=하얏트 quiet=콰이어트 poet=포이트 riot=라이엇 knit=니트 scott=스콧 elliott=엘리엇 foot=풋 "
    "great=그레이트 format=포맷 sweat=스웨트 but=벗 put=풋 nut=너트 buffet=뷔페 ballet=발레 chalet=샬레 "
    "cabernet=카베르네 gourmet=구르메 bouquet=부케 peugeot=푸조 depot=디포 pinot=피노 merlot=메를로 debut=데뷔 "
    "renault=르노 croissant=크루아상 restaurant=레스토랑 crochet=크로셰 sorbet=소르베 fondant=퐁당 "
    "chocolate=초콜릿 private=프라이빗 ultimate=얼티밋 climate=클라이밋 corporate=코퍼릿 pirate=파이릿 "
    "omelette=오믈렛 roulette=룰렛 croquette=크로켓 opposite=아퍼짓 definite=데피닛 "
    # k, c
    "check=체크 paycheck=페이체크 greek=그리크 disc=디스크 arc=아크 sync=싱크 zinc=징크 marc=마르크 iraq=이라크 "
    "tech=테크 chic=시크 epic=에픽 "
    # b, d, g
    "hub=허브 github=깃허브 gitlab=깃랩 tube=튜브 good=굿 god=갓 big=빅 bag=백 handbag=핸드백 backpack=백팩 "
    "airbnb=에어비앤비 wood=우드 bob=밥 rob=롭 jobs=잡스 crumb=크럼 "
    # a final e that is read
    "anime=아니메 penne=펜네 minestrone=미네스트로네 mascarpone=마스카르포네 calzone=칼초네 guacamole=과카몰리 "
    "ukulele=우쿨렐레 finale=피날레 tamale=타말레 karaoke=가라오케 adobe=어도비 nike=나이키 sake=사케 acne=아크네 "
    "provolone=프로볼로네 dulce=둘세 simile=시밀리 cannes=칸 versailles=베르사유 louvre=루브르 mole=몰레 "
    "forte=포르테 "
    # l, m, n, ng, r
    "europe=유럽 rome=로마 york=욕 dior=디올 theme=테마 "
    "kia=기아 beijing=베이징 edinburgh=에든버러 louis=루이 hermes=에르메스 paris=파리 "
    # others
    "hmm=흠 pm=피엠 am=에이엠 dr=닥터 mr=미스터 mrs=미시즈 vs=버서스 etc=기타 no=노 "
    # short words that would be spelled out where they are in capitals
    "book=북 shop=숍 room=룸 milk=밀크 pack=팩 club=클럽 team=팀 cool=쿨 mail=메일 girl=걸 moon=문 home=홈 "
    "game=게임 time=타임 line=라인 zoom=줌 all=올 one=원 app=앱 web=웹 map=맵 top=톱 cup=컵 pop=팝 chip=칩 deal=딜 "
    "lab=랩 tab=탭 min=민 seoul=서울 "
)
"""English words and names whose ending the rules below would misread, in lower case."""

SUFFIXES = _rows(
    # p: ㅂ after a vowel letter, 프 after a consonant
    "mp=프 lp=프 rp=프 sp=프 ep=ㅂ ap=ㅂ op=ㅂ up=ㅂ ip=ㅂ yp=ㅂ pp=ㅂ app=앱 type=타입 "
    # t: ㅅ after a short vowel, 트 after a consonant or a long vowel
    "t=트 at=ㅅ et=ㅅ it=ㅅ ot=ㅅ ut=ㅅ yt=ㅅ eat=트 oat=트 eet=트 oot=트 ait=트 eit=트 uit=트 out=ㅅ iat=트 "
    "biscuit=ㅅ net=ㅅ cuit=ㅅ chat=ㅅ foot=ㅅ "
    # k and c: ㄱ after a vowel letter, 크 after a consonant or a long vowel
    "k=크 ck=ㄱ ak=ㄱ ek=ㄱ ik=ㄱ ok=ㄱ uk=ㄱ yk=ㄱ ook=ㄱ eek=크 eak=크 oak=크 awk=크 c=크 ac=ㄱ ec=ㄱ ic=ㄱ "
    "oc=ㄱ uc=ㄱ yc=ㄱ q=ㄱ "
    # b, d, g
    "b=브 ab=ㅂ eb=ㅂ ib=ㅂ ob=ㅂ ub=ㅂ mb=ㅁ bb=브 d=드 good=ㅅ g=그 ng=ㅇ "
    # l, m, n, and with a silent e
    "l=ㄹ m=ㅁ n=ㄴ le=ㄹ me=ㅁ ne=ㄴ mn=ㅁ umn=ㅁ ee=이 ie=이 oe=오 ue=유 ye=예 ae=애 "
    # everything else is read with a vowel: s 스, sh 시, r 르, x 스, y, a, o, silent e after other consonants
    "p=ㅂ e=에 a=아 f=프 h=흐 i=이 j=지 o=오 r=르 s=스 u=우 v=브 w=우 x=스 y=이 z=즈 é=에 "
)
"""How a word ends by its last letters: the reading of its last syllable, or the jamo that closes it; longest first."""
