"""Names of currencies in Korean, and their codes (ISO 4217)."""

from __future__ import annotations

import re

from nlu.values.boundaries import WORD_ENDS

_ROWS = """
KRW 원|대한민국 원|한국 원|₩|￦|KRW
USD 달러|달라|불|미국 달러|미화 달러|미 달러|US 달러|$|US$|USD
EUR 유로|유로화|€|EUR
JPY 엔|엔화|일본 엔|일본 엔화|¥|JPY
CNY 위안|위안화|중국 위안|중국 위안화|인민폐|CNY
GBP 파운드|영국 파운드|파운드 스털링|영국 파운드 스털링|£|GBP
CHF 스위스 프랑|CHF
FRF 프랑|프랑스 프랑
BEF 벨기에 프랑
HKD 홍콩 달러|HKD
TWD 대만 달러|타이완 달러|대만 신 달러|TWD
SGD 싱가포르 달러|SGD
AUD 호주 달러|오스트레일리아 달러|AUD
CAD 캐나다 달러|CAD
NZD 뉴질랜드 달러|NZD
BBD 바베이도스 달러
JMD 자메이카 달러
BMD 버뮤다 달러
FJD 피지 달러
ZWD 짐바브웨 달러
THB 바트|밧|태국 바트|타이 바트|THB
VND 동|베트남 동|VND
IDR 루피아|인도네시아 루피아|IDR
INR 루피|인도 루피|₹|INR
PKR 파키스탄 루피
LKR 스리랑카 루피
NPR 네팔 루피
PHP 필리핀 페소|PHP
MXN 페소|멕시코 페소|MXN
CLP 칠레 페소
COP 콜롬비아 페소
ARS 아르헨티나 페소
CUP 쿠바 페소
UYU 우루과이 페소
DOP 도미니카 페소
MYR 링깃|말레이시아 링깃|MYR
RUB 루블|러시아 루블|₽|RUB
BYN 벨라루스 루블
BRL 헤알|브라질 헤알|레알|브라질 레알|BRL
TRY 리라|터키 리라|튀르키예 리라|TRY
ITL 이탈리아 리라
ILS 셰켈|이스라엘 셰켈|세켈
SAR 사우디 리얄|사우디아라비아 리얄|리얄
IRR 이란 리얄
QAR 카타르 리얄
YER 예멘 리알
OMR 오만 리알
AED 디르함|아랍에미리트 디르함
MAD 모로코 디르함
KWD 쿠웨이트 디나르
JOD 요르단 디나르
IQD 이라크 디나르
BHD 바레인 디나르
DZD 알제리 디나르
TND 튀니지 디나르
LYD 리비아 디나르
RSD 세르비아 디나르
MKD 마케도니아 데나르
EGP 이집트 파운드
IEP 아일랜드 파운드
LBP 레바논 파운드
SYP 시리아 파운드
SDG 수단 파운드
CYP 키프로스 파운드
SEK 스웨덴 크로나|크로나
ISK 아이슬란드 크로나
NOK 노르웨이 크로네|크로네
DKK 덴마크 크로네
CZK 체코 코루나|코루나
SKK 슬로바키아 코루나
EEK 에스토니아 크룬
HUF 포린트|헝가리 포린트
PLN 즈워티|폴란드 즈워티|즐로티|폴란드 즐로티
RON 루마니아 레우
MDL 몰도바 레우
BGN 불가리아 레프
HRK 쿠나|크로아티아 쿠나
UAH 흐리브냐|우크라이나 흐리브냐|그리브나|우크라이나 그리브나
GEL 라리|조지아 라리
AMD 드람|아르메니아 드람
AZN 마나트|아제르바이잔 마나트
KZT 텡게|카자흐스탄 텡게
UZS 숨|우즈베키스탄 숨
KGS 키르기스스탄 솜
MNT 투그릭|몽골 투그릭|투그리크
MMK 짯|미얀마 짯
LAK 킵|라오스 킵
KHR 리엘|캄보디아 리엘
BDT 타카|방글라데시 타카
MVR 루피야
MOP 파타카|마카오 파타카
KPW 북한 원
ZAR 랜드|남아공 랜드|남아프리카 랜드
NGN 나이라|나이지리아 나이라
KES 케냐 실링
TZS 탄자니아 실링
UGX 우간다 실링
SOS 소말리아 실링
ATS 오스트리아 실링|실링
GHS 세디|가나 세디
ETB 비르|에티오피아 비르
ZMW 콰차|잠비아 콰차
AOA 콴자|앙골라 콴자
CRC 콜론|코스타리카 콜론|코스타리카 콜론
SVC 엘살바도르 콜론
PEN 솔|페루 솔|누에보 솔|페루 누에보 솔
BOB 볼리비아노|볼리비아 볼리비아노
PYG 과라니|파라과이 과라니
GTQ 케찰|과테말라 케찰
HNL 렘피라|온두라스 렘피라
VEF 볼리바르|베네수엘라 볼리바르
HTG 구르드|아이티 구르드
NLG 길더|휠던|네덜란드 길더|네덜란드 휠던
DEM 마르크|독일 마르크|독일마르크
FIM 마르카|핀란드 마르카
ESP 페세타|스페인 페세타
PTE 에스쿠도|포르투갈 에스쿠도
GRD 드라크마|그리스 드라크마
AFN 아프가니
ALL 알바니아 레크
"""
CODES = {name: row.split(" ", 1)[0] for row in _ROWS.strip().splitlines() for name in row.split(" ", 1)[1].split("|")}
"""Name or sign → code; of a name that many countries use, the one that is meant most."""

SMALL_COINS = {"센트": ("USD", 2), "펜스": ("GBP", 2), "페니": ("GBP", 2), "¢": ("USD", 2)}
"""Name of a coin → the currency that it is a part of, and the power of ten by which."""

_SIGNS = "₩￦$€¥£₹₽"
_NAMES = sorted(CODES, key=len, reverse=True)


def _spelled(name: str) -> str:
    return r"[ ]?".join(re.escape(part) for part in name.split())


AFTER_AMOUNT = re.compile(rf"[ ]?({'|'.join(map(_spelled, _NAMES))}){WORD_ENDS}")
"""A name or a sign behind an amount."""
COIN_AFTER = re.compile(rf"[ ]?({'|'.join(map(re.escape, SMALL_COINS))}){WORD_ENDS}")
BEFORE_AMOUNT = re.compile(rf"(US\$|[{_SIGNS}]|\b(?:KRW|USD|EUR|JPY|CNY|GBP)|원화)[ ]?$")
"""A sign or a code before an amount."""


def code_of(name: str) -> str:
    """Give the code of a currency as it was written, with spaces or without.

    Example:
        >>> code_of("홍콩달러"), code_of("$"), code_of("원화")
        ('HKD', 'USD', 'KRW')
    """
    if name in CODES:
        return CODES[name]
    return _JOINED.get(name.replace(" ", ""), "KRW")


_JOINED = {name.replace(" ", ""): code for name, code in CODES.items()}
