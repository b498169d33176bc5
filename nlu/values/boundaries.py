"""Where the word of a value ends: at a space or a sign, or before a particle, an ending, or a request beside it."""

from __future__ import annotations

_PARTICLES = (
    "은|는|이(?!유|름|상해|야기|용|번)|가(?!지|게|요|능|격|족|방)|을|를|도(?!착|시|로|움)|만(?!들|나|족)|의(?!자|사|견)|에|으로|"
    "로(?!그|봇)|와(?!인)|과(?!자|일|거|제)|랑|하고|씩|당|마다|까지|부터|보다|뿐|째로|말고|짜리|어치"
)
_BOUNDS = "쯤|정도|가량|남짓|안팎|내외|이상|이하|미만|초과|넘|반"
_ENDINGS = "요|예요|입니|인데|인가|인지|하면|아니"
_REQUESTS = (
    "더|주세|줘|주라|주실|줄래|주문|시켜|시킬|시키|추가|부탁|예약|할게|할래|할인|배달|포장|결제|구매|살게|사줘|빼"
)
WORD_ENDS = rf"(?=$|[^가-힣A-Za-z0-9]|[A-Z]|{_PARTICLES}|{_BOUNDS}|{_ENDINGS}|{_REQUESTS})"
"""What must follow a counter or a unit, for a regular expression; it takes no characters."""
NO_HALF_THING = rf"(?![ ]?(?:판|개|장|접시){WORD_ENDS})"
"""What must not follow a 반 that is half an hour, or half of what is counted before it: 3시 / 반 판."""
