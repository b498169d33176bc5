"""Words around a number that say what it is, or that it only counts something."""

from __future__ import annotations

REGION = "(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주)"

_UNIT = (
    "원|달러|불|엔|유로|위안|루피|개|명|건|번째|회|점|년|년도|월|살|세|마리|권|대|잔|컵|그릇|판|조각|줄|층|평|가지|종류|쌍|벌|송이|그루|"
    "박스|상자|봉지|묶음|세트|글자|쪽|페이지|단어|걸음|보|석|위|배|초|분|시간|개월|포인트|캐시|마일|미터|센티|센티미터|밀리|밀리미터|"
    "킬로|킬로미터|킬로그램|그램|톤|리터|광년|해리|바이트|비트|헤르츠|와트|볼트|칼로리|억|만원|조원|%|퍼센트|도씨|㎞|㎝|㎜|㎏|㎡|"
    "[kmgt]?b|[kcm]?m|[km]?g|[km]l|[kmg]?hz|km²|m²"
)
_PARTICLE = (
    "이|가|은|는|을|를|의|에|로|으로|도|만|나|과|와|쯤|정도|까지|부터|짜리|씩|째|간|당|이상|이하|이야|야|라|면|입|인"
)
NOT_COUNTED = rf"(?!\s?(?:{_UNIT})(?![a-z가-힣]|(?!{_PARTICLE})[가-힣])|(?:{_UNIT})(?:{_PARTICLE}))"
"""After a number that stands for itself: it counts nothing."""

_GAP = r"[^\d\n]{0,16}"
_SMALL_GAP = r"[^\d\n]{0,10}"
_BANK = (
    "(?:계좌|통장|입금|송금|이체|은행|뱅크|카뱅|케뱅|토뱅|농협|신협|수협|새마을금고|새마을|우체국|증권|저축|가상계좌|예금주|무통장|"
    r"\b(?:kb|nh|ibk|sc|im)\b)"
)
_BANK_BY_NAME = (
    "(?:국민|신한|우리|하나|기업|제일|씨티|시티|산업|대구|부산|경남|광주|전북|제주|토스|카카오|아이엠|수출입)"
)
OF_A_BANK = rf"(?<!\d)(?:{_BANK}{_GAP}|{_BANK_BY_NAME}\s?[:(-]?\s?)"
RIGHT_AFTER_A_BANK = rf"(?<!\d){_BANK}\s?[:(-]?\s?"
THEN_A_BANK = rf"(?={_SMALL_GAP}{_BANK}|\s?\(?\s?{_BANK_BY_NAME})"
OF_A_CARD = rf"카드{_GAP}"
OF_A_PHONE = (
    rf"(?:전화|연락처|핸드폰|휴대폰|휴대전화|폰\s?번호?|(?<![가-힣])폰|전번|팩스|phone|tel|fax|\bhp\b){_SMALL_GAP}"
)
OF_A_RESIDENT = (
    rf"(?:주민(?:\s?등록)?\s?(?:번호|등록증)?|민증|외국인\s?등록\s?번호|등록번호|뒷자리|뒤자리|앞자리){_SMALL_GAP}"
)
OF_A_PASSPORT = r"(?:여권|passport)[^\da-z\n]{0,12}?"
OF_A_DRIVER = rf"면허{_GAP}"
OF_A_BUSINESS = rf"사업자{_GAP}"
THEN_A_BUSINESS = rf"(?={_SMALL_GAP}사업자)"
THEN_A_DRIVER = rf"(?={_SMALL_GAP}면허)"
