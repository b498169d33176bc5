"""The Korean messages: for authors, in files' mistakes and on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# What `nlu.names` allows.
_ENTITY = "글자로 시작해 글자, 숫자, _ - / . 로"
_ROLE = "글자, 숫자, _ - / . 로"
_INTENT = "글자, 숫자, _ - / . + 로"

KOREAN: Mapping[str, str] = MappingProxyType(
    {
        # Lists of names inside other messages
        "names.all": "있는 것: {names}",
        "names.closest": "혹시 '{name}'입니까? ",
        "names.more": "있는 것: {names} 외 {more}개",
        "names.none": "없음",
        "names.nothing_yet": "아직 아무것도 없습니다.",
        # Look-ups and packages
        "kind.augmentation": "변형",
        "kind.bundle_file": "모델의 파일",
        "kind.entity": "개체",
        "kind.figure": "수치",
        "kind.format": "형식",
        "kind.importer": "파일 종류",
        "kind.intent": "의도",
        "kind.slice": "갈래",
        "kind.snapshot": "스냅샷",
        "kind.snapshot_file": "스냅샷의 파일",
        "kind.table": "표 파일",
        "kind.tokenizer": "형태소 분석기",
        "kind.version": "모델",
        "choice.unknown": "'{name}': 그런 {kind}이(가) 없습니다. 있는 것: {choices}",
        "package.missing": "패키지 {package}이(가) 필요합니다. 설치: {install}",
        # Proposals into the author's files, and out again
        "accept.bytes": "{path}: 글자로 읽었다가 그대로 되쓸 수 없는 파일입니다. UTF-8로 저장한 뒤 다시 해 보세요.",
        "accept.changed": "{path}:{line}: 받은함 #{number}에서 쓴 줄을 그 뒤에 고치셨습니다. 손으로 지우세요.",
        "accept.encoding": "{path}: 인코딩 {encoding}에는 글자 '{char}'이(가) 없습니다. UTF-8로 저장해 보세요.",
        "accept.line": "한 줄로 된 패턴이 아닙니다: {line}",
        "accept.meanwhile": "{path}: 그 사이에 파일이 바뀌었습니다. 다시 해 보세요.",
        "accept.missing": "받은함 #{number}에서 쓴 것이 파일에 없습니다.",
        "accept.no_column": "{path}: 사전에 {entity} 칸이 없습니다. 첫 줄에 {entity}을(를) 적은 뒤 다시 해 보세요.",
        "accept.nothing": "쓸 것이 없습니다. 이미 파일에 있습니다.",
        "accept.refused": "파일에 쓰지 않았습니다. 쓰면 이런 잘못이 생깁니다:\n{problem}",
        "accept.separator": "{path}: '|'이나 ';'이 든 값은 이 사전에 쓸 수 없습니다: {surface}",
        "accept.taken": "받은함 #{number}: 이미 파일에 있습니다. 먼저 되돌리세요.",
        # All mistakes of a run
        "package.missing_for": "패키지 {package}이(가) 필요합니다. 설치: {install}",
        "source.more": "… 앞의 {shown}군데만 보였습니다. {rest:,}군데가 더 있습니다.",
        "source.count": "잘못된 곳이 {count}군데 있습니다.",
        # Comparisons of two models, and cross-validation
        "folds.few": "{folds}겹으로 나누기에는 패턴이 모자랍니다. 나눌 수 있는 패턴이나 말 묶음이 {patterns}개입니다.",
        "folds.fold": "{number}/{count}겹: 발화 {learned:,}개로 배우고 {tested:,}개로 잽니다",
        "compare.same": "같은 모델을 두 번 적었습니다({version}). 서로 다른 모델 둘을 적어 주세요.",
        "compare.strangers": (
            "함께 아는 의도가 하나도 없으니 서로 다른 봇의 모델입니다. A의 의도: {old}. B의 의도: {new}"
        ),
        "compare.intents": "{model}만 아는 의도: {intents}. 다른 모델은 그 발화를 못 맞히니 known_to_both도 보세요.",
        "compare.measured": (
            "서비스하는 모델은 {data}의 test도 배웠으니, 학습할 때 재려고 떼어 둔 모델끼리 견주었습니다. "
            "test {tested:,}개 가운데 둘 다 배우지 않았고 그 패턴과 값을 함께 알거나 함께 모르는 {count:,}개입니다."
        ),
        "compare.learned_both": (
            "두 모델 다 {data}의 이 발화를 배웠습니다. 처음 보는 말에서 누가 나은지는 말해 주지 않습니다. "
            "배우지 않은 발화의 파일로 견주세요."
        ),
        "compare.learned_one": (
            "{model}은(는) {data}의 이 발화를 배웠고 다른 모델은 다른 데이터로 배웠습니다. {model}에게 유리합니다. "
            "배우지 않은 발화의 파일로 견주세요."
        ),
        "compare.learned_unknown": (
            "두 모델 다 {data}와는 다른 데이터로 배웠지만, 그 가운데 이 발화가 섞였을 수 있습니다."
        ),
        # A bundle for the browser
        "browser.integrity": (
            "{package} {version}: 받은 파일이 온전하지 않습니다({expected} 대신 {got}). 다시 받으세요."
        ),
        "browser.no_registry": (
            "{package} {version}을(를) 받을 npm 저장소를 모릅니다. npm을 설치하거나 환경 변수 npm_config_registry를 "
            "정하거나, npm pack {package}@{version} 으로 받은 파일을 --onnxruntime 으로 주세요."
        ),
        "browser.computed": "{version}에는 사전에 없이 계산만 하는 값({{@date}} 등)이 있어 브라우저에서 못 씁니다.",
        "browser.tokenizer": (
            "{version}: 브라우저에서는 {tokenizer} 형태소 분석기를 쓸 수 없습니다. nlu.toml의 [tokenizer]에 "
            'name = "syllable"을 적고 nlu-train으로 다시 학습하세요. 브라우저에서 쓸 수 있는 것: {names}'
        ),
        "browser.unreachable": (
            "{url}: {package} {version}을(를) 받지 못했습니다({problem}). 인터넷이 되는 곳에서 "
            "npm pack {package}@{version} 으로 받은 파일을 --onnxruntime 으로 주세요."
        ),
        # Jobs
        "kind.job": "작업",
        "jobs.broker": "{variable}: redis://:암호@호스트:6379/0 같은 Redis의 URL이어야 합니다.",
        "jobs.argument_choice": "{argument}: 다음 가운데 하나여야 하는데 {got!r}입니다: {choices}",
        "jobs.argument_json": "작업의 값을 JSON 객체로 적을 수 없습니다.",
        "jobs.argument_missing": "{argument}: 꼭 적어야 합니다.",
        "jobs.argument_unknown": "{argument}: 그런 값이 없습니다. {choices:near argument}",
        "jobs.argument_wrong": "{argument}: 필요한 값은 {expected}, 온 값은 {got!r}입니다.",
        "jobs.before_failed": "앞선 작업 {job}이(가) 끝내지 못해 하지 않았습니다.",
        "jobs.cron": "cron 다섯 자리(분 시 날 달 요일; 예: 0 3 * * *)여야 하는데 {got!r}입니다.",
        "jobs.cron_never": "{got!r}: 그런 때는 오지 않습니다.",
        "jobs.schedule": "예약은 {most}자까지의 이름과 할 일 하나는 있어야 하는데 {got!r}입니다.",
        "jobs.schedule_unknown": "예약 {name!r}이(가) 없습니다.",
        "jobs.source": (
            "{argument}: 프로젝트의 파일, journal, 또는 env:TALKS_URL처럼 _URL로 끝나는 환경 변수의 이름을 적으세요. "
            "데이터베이스 주소는 비밀번호가 남지 않게 작업자의 환경 변수에 둡니다."
        ),
        "jobs.timezone": "Asia/Seoul 같은 시간대여야 하는데 {got!r}입니다.",
        "jobs.exit_code": "명령이 코드 {code}(으)로 끝났습니다.",
        "jobs.killed": "명령이 신호 {signal}(으)로 끝났습니다. SIGKILL이면 메모리가 모자랐을 수 있습니다.",
        "jobs.lease": "환경 변수 {variable}: {least:g}에서 {most:g}까지의 초여야 하는데 {got!r}입니다",
        "jobs.lost": "하던 작업자가 {attempts}번 죽어 더 해 보지 않습니다. 다시 하려면 같은 작업을 또 넣으세요.",
        "jobs.no_active": "쓰는 모델이 없어 견줄 수 없습니다. old에 버전을 적으세요.",
        "jobs.kept": "{argument}: {got!r}은(는) 봇의 파일이 있는 곳입니다. out/결과.csv처럼 적으세요.",
        "jobs.no_file": "{argument}: {got!r} 파일이 없습니다.",
        "jobs.no_version_name": "{argument}: 모델의 버전(20261121-143015-ab12cd34 같은 것)이어야 하는데 {got!r}입니다.",
        "jobs.no_word": "{argument}: -로 시작하지 않는 글이어야 하는데 {got!r}입니다.",
        "jobs.outside": "{argument}: 프로젝트 폴더 안의 파일을 그 폴더에서부터 적어야 하는데 {got!r}입니다.",
        "jobs.over": "작업 {job}은(는) 이미 끝났습니다({state}).",
        "jobs.unknown": "작업 {job}이(가) 없습니다.",
        "jobs.value.bool": "true나 false",
        "jobs.value.float": "수",
        "jobs.value.int": "정수",
        "jobs.value.other": "맞는 값",
        "jobs.value.string": "글",
        "jobs.value.tuple": "목록",
        "jobs.word": "이름=값이어야 하는데 {got!r}입니다.",
        "jobs.version_missing": "{argument}: 버전을 적거나, 모델을 만드는 작업(train) 뒤에 이으세요.",
        "database.network_folder": (
            "{path}: 다른 컴퓨터의 폴더({kind})에 있는 SQLite 파일은 여러 컴퓨터가 함께 쓸 수 없습니다. "
            "이 컴퓨터의 디스크에 두거나, NLU_RECORDS_URL에 PostgreSQL을 적으세요."
        ),
        # Bundles
        "bundle.digest": "{path}: 내용이 바뀌었습니다(SHA-256 {expected}(이)어야 하는데 {got}). 다시 학습하세요.",
        "bundle.file_missing": "{path}: 모델의 파일이 없습니다. 다시 학습하거나, 온전한 모델을 다시 복사하세요.",
        "bundle.file_name": (
            "모델에 넣을 파일 이름은 글자, 숫자, ._- 로 적어야 하고 {manifest}일 수 없습니다. 지금은 {name!r}입니다."
        ),
        "bundle.file_unlisted": "{path}: 모델의 목록에 없는 파일입니다. 지우거나 다른 곳으로 옮기세요.",
        "bundle.folder_taken": "{folder}: 새 폴더여야 하는데 이미 있습니다.",
        "bundle.format": (
            "{path}: 이 판의 프로그램은 형식 {expected}의 모델을 읽는데, 형식 {got!r}의 모델입니다. "
            "다른 판의 프로그램이 만들었으니 nlu-train으로 다시 학습하세요."
        ),
        "bundle.link": "{path}: 모델에는 링크가 아니라 파일이 있어야 합니다.",
        "bundle.long": "{path}: 모델의 목록이 너무 깁니다({size}바이트, {most}바이트까지).",
        "bundle.manifest": "{path}: 모델의 목록이 깨졌습니다({problem}). 다시 학습하세요.",
        "bundle.morphemes": "형태소마다 태그를 다는 모델입니다. 이제는 음절마다만 다니 nlu-train으로 다시 학습하세요.",
        "bundle.network": "모델의 신경망을 읽을 수 없습니다({problem}). 다시 학습하세요.",
        "bundle.no_folder": "{folder}: 모델을 쓸 수 없습니다. 폴더가 없습니다.",
        "bundle.no_format": "{path}: 모델의 목록을 읽을 수 없습니다({problem}). 다시 학습하세요.",
        "bundle.no_manifest": "{folder}: 모델을 쓸 수 없습니다. 목록이 없으니 모델이 아니거나 쓰다 만 것입니다.",
        "bundle.not_json": "{path}: 모델의 파일이 JSON이 아닙니다({problem}). 다시 학습하세요.",
        "bundle.part": "{folder}: 모델의 한 부분이 없거나 깨졌습니다({problem}). 다시 학습하세요.",
        "bundle.size": "{path}: 모델의 파일이 {expected}바이트여야 하는데 {got}바이트입니다. 다시 학습하세요.",
        "bundle.tensors": "모델의 가중치에 {missing}이(가) 없습니다({names}이(가) 있어야 합니다). 다시 학습하세요.",
        "bundle.tokenizer": "{folder}: 모델의 형태소 분석기를 쓸 수 없습니다({problem}).",
        "bundle.special": "{path}: 모델에는 보통의 파일이 있어야 합니다.",
        "bundle.unreadable": "{path}: 모델의 목록을 읽을 수 없습니다({problem}).",
        "bundle.unusable": "{folder}: 여기서 쓸 수 없는 모델입니다({problem}). 다시 학습하세요.",
        "bundle.user_dictionary": "{path}: 모델의 MeCab 사용자 사전이 없거나 깨졌습니다. 다시 학습하세요.",
        "bundle.version": "{folder}: 모델 {expected}의 폴더에 모델 {got}이(가) 있습니다. 폴더 이름을 되돌리세요.",
        "bundle.weights": "모델의 가중치를 읽을 수 없습니다({problem}). 다시 학습하세요.",
        # Text files
        "file.no_text": (
            "UTF-8로도 CP949로도 읽을 수 없는 바이트 0x{byte:02X}이(가) 있습니다. 파일을 UTF-8로 다시 저장해 주세요."
        ),
        "file.old_excel": "옛 엑셀 파일(.xls)입니다. 엑셀에서 .xlsx나 'CSV UTF-8'로 다시 저장해 주세요.",
        "file.pdf": "PDF 파일입니다. 글을 옮겨 적은 텍스트 파일을 주세요.",
        "file.special": "보통 파일이 아니라 파이프나 장치입니다. 내용을 파일로 저장한 뒤 그 파일을 주세요.",
        "file.too_large": "파일이 {most} MiB보다 큽니다. 나누어 주세요.",
        "file.utf16": "바이트 순서 표시가 없는 UTF-16 파일 같습니다. UTF-8로 다시 저장해 주세요.",
        "file.zipped": "글이 아니라 압축된 파일입니다. 엑셀 파일이면 이름을 .xlsx로 하고, 아니면 먼저 풀어 주세요.",
        # Patterns
        "pattern.closing_alone": "짝이 없는 '{closing}'입니다. 지우거나, 글자로 쓰려면 \\{closing} 로 적으세요.",
        "pattern.command": "모르는 명령 '@{name}'입니다. {choices:near name}. 글자로 쓰려면 \\@ 로 적으세요.",
        "pattern.entity_often": "{{{entity}}}이(가) 한 문장에 {times}번 나옵니다. {most}번까지 쓸 수 있습니다.",
        "pattern.kind_unknown": "'{name}'(이)라는 값의 종류가 없습니다. {choices:near name}",
        "pattern.kind_listed": "사전에 같은 이름의 개체가 있습니다. 사전에 '{name}'을(를) 값으로 적어 묶으세요"
        " (예: date,@date).",
        "pattern.shape_equals": "꼴은 '이름 = 정규식'으로 적습니다 (예: 주문번호 = [A-Z]-\\d{{4}}).",
        "pattern.shape_name": "꼴의 이름 '{name}'을(를) 쓸 수 없습니다:"
        " 이름이 아니거나, 이미 있거나, 값의 종류의 이름입니다.",
        "pattern.shape_no_expression": "꼴 '{shape}'은(는) 바른 정규식이 아닙니다.",
        "pattern.shape_empty": "꼴 '{shape}'은(는) 빈 글에도 맞습니다. 글자가 하나는 있어야 합니다.",
        "pattern.shape_repeats": "꼴 '{shape}'의 되풀이가 너무 많거나 겹쳐 있습니다."
        " 되풀이는 40번까지, 되풀이 안에 되풀이 없이 적으세요.",
        "pattern.shape_kind": "꼴 '{shape}'에는 글자, [A-Z] 같은 묶음, \\d, 괄호, |,"
        " {{2,4}} 같은 되풀이만 쓸 수 있습니다.",
        "request.now": "때는 2026-11-30T14:30처럼 적는데 {got}입니다.",
        "request.timezone": "시간대는 Asia/Seoul처럼 적는데 {got}입니다.",
        "pattern.entity_computed": (
            "사전에 '{name}'(이)라는 개체가 없습니다. 사전 없이 알아듣는 값이라면 {{@{name}}}(으)로 적으세요."
        ),
        "pattern.entity_unknown": "사전에 '{name}'(이)라는 개체가 없습니다. {choices:near name}",
        "pattern.escape_nothing": "'\\' 뒤에 아무 글자도 없습니다. '\\' 자체를 쓰려면 \\\\ 로 적으세요.",
        "pattern.file_missing": "파일 '{file}'을(를) 찾을 수 없습니다. 이름과 위치를 확인하세요.",
        "pattern.file_refused": "파일 '{file}'을(를) 읽을 수 없습니다: {problem}",
        "pattern.file_unreadable": "파일 '{file}'을(를) 읽을 수 없습니다 ({problem}). 이름과 위치를 확인하세요.",
        "pattern.group_empty": "괄호 안이 비었습니다. (얼마나|몇 시간)처럼 고를 말을 적거나 괄호를 지우세요.",
        "pattern.groups_deep": "괄호가 {most}겹보다 깊습니다. @define 으로 나누어 쓰세요.",
        "pattern.header_open": "의도 이름을 닫는 ']'가 없습니다. [weather]처럼 적고, 글자로 쓰려면 \\[ 로 적으세요.",
        "pattern.header_rest": "']' 뒤에는 아무것도 적지 않습니다. 패턴은 다음 줄에 적으세요.",
        "pattern.line_long": "한 줄이 {length:,}자입니다. {most:,}자까지 쓸 수 있습니다. 여러 줄로 나누세요.",
        "pattern.import_deep": "불러온 파일이 다시 불러오기를 {most}번 넘게 되풀이합니다. 한 파일에서 모두 불러오세요.",
        "pattern.import_circle": "파일이 돌고 돌아 자기 자신을 불러옵니다: {chain}. 이 줄을 지우세요.",
        "pattern.import_name": "파일 이름이 바르지 않습니다.",
        "pattern.import_outside": (
            "파일 '{file}'은(는) 프로젝트 폴더 밖에 있어 불러오지 않습니다. "
            "일부러 불러오려면 명령에 --import-from 과 그 파일의 폴더를 적으세요."
        ),
        "pattern.import_nothing": "불러올 파일이 없습니다. '@import endings.txt'처럼 적으세요.",
        "pattern.intent_name": "의도 이름 '{name}'이(가) 바르지 않습니다. [travel_info]처럼 " + _INTENT + " 적으세요.",
        "pattern.macro_circle": (
            "매크로 <{name}>이(가) 돌고 돌아 자기 자신을 씁니다. 이 자리에서 빼거나 내용을 직접 적으세요."
        ),
        "pattern.macro_empty": "매크로 '{name}'의 내용이 없습니다. '=' 뒤에 적으세요.",
        "pattern.macro_equals": "'='가 없습니다. '@define 요청 = 알려줘 | 알려주세요'처럼 적으세요.",
        "pattern.macro_name": "매크로 이름 '{name}'이(가) 바르지 않습니다. <요청>처럼 " + _ROLE + " 적으세요.",
        "pattern.macro_twice": "매크로 '{name}'은(는) {first}에 이미 있습니다. 이름을 바꾸거나 하나로 합치세요.",
        "pattern.macro_unknown": "<{name}>(이)라는 매크로가 없습니다. {choices:near name}",
        "pattern.many_slots": "한 문장에 개체 자리가 {most}개를 넘습니다. 여러 줄로 나누세요.",
        "pattern.many_variants": "같은 개체를 여러 번 쓰는 자리가 너무 많습니다. 여러 줄로 나누세요.",
        "pattern.no_header": "이 줄 위에 [의도]가 없습니다. 먼저 [weather]처럼 의도 이름을 한 줄에 적으세요.",
        "pattern.no_words": "이 패턴에는 말이 하나도 없습니다. 글자나 {{개체}}를 적으세요.",
        "pattern.opening_alone": (
            "'{opening}'을(를) 닫는 '{closing}'이(가) 없습니다. "
            "'{closing}'을(를) 붙이거나, 글자로 쓰려면 \\{opening} 로 적으세요."
        ),
        "pattern.nothing": "봇이 할 일이 하나도 없습니다. [weather]처럼 의도를 적고 그 아래에 말하는 방법을 적으세요.",
        "pattern.optional_nothing": "'?' 바로 앞에 생략할 말이 없습니다. 물음표를 글자로 쓰려면 \\? 로 적으세요.",
        "pattern.optional_twice": "'?'가 두 번 겹쳤습니다. 하나만 남기세요. 물음표를 글자로 쓰려면 \\? 로 적으세요.",
        "pattern.particle_alone": (
            "조사 '{particle}' 앞에 붙을 말이 없습니다. 앞말에 붙여 '{{menu}}{particle}'처럼 쓰세요. "
            "글자 그대로 쓰려면 괄호나 빗금 앞에 \\ 를 적으세요."
        ),
        "pattern.role_name": "'{slot}'의 역할 이름이 바르지 않습니다. {{loc:from}}처럼 " + _ROLE + " 적으세요.",
        "pattern.slot_empty": "중괄호 안이 비었습니다. {{loc}}처럼 사전에 있는 개체 이름을 적으세요.",
        "pattern.too_big": (
            "매크로를 다 풀면 패턴이 너무 큽니다 (부품 {nodes:,}개, {length:,}자까지). 여러 줄로 나누세요."
        ),
        "pattern.too_deep": "괄호와 매크로가 {most}겹보다 깊게 겹쳤습니다. 더 얕게 나누어 쓰세요.",
        "pattern.weight": (
            "무게 '%{weight}'이(가) 바르지 않습니다. 줄 끝에 %3이나 %0.5처럼 0보다 큰 수를 적으세요. "
            "글자로 쓰려면 \\% 로 적으세요."
        ),
        "pattern.words_empty": "'{slot}'에서 = 뒤가 비었습니다. {{{name}=서울}}처럼 말을 적으세요.",
        # The dictionary
        "csv.number_cut": (
            "'{number}'의 쉼표에서 칸이 나뉩니다. 한 값이면 따옴표로 \"{number}\"처럼 묶고, 두 값이면 '|'로 나누세요."
        ),
        "csv.cells_many": (
            '머리글은 {header}칸인데 이 줄은 {cells}칸입니다. 쉼표가 든 글은 따옴표로 "…"처럼 묶어 주세요.'
        ),
        "csv.quote_rest": (
            "닫는 따옴표 뒤에 글자가 더 있습니다. 칸 전체를 따옴표로 묶고, 글자로 쓴 따옴표는 두 번 적어 주세요."
        ),
        "csv.quote_open": "따옴표가 닫히지 않았습니다. 글자로 쓴 따옴표는 두 번 적어 주세요.",
        "dictionary.cell_empty": "대표값이 비어 있습니다. '대표값|동의어|동의어'처럼 적어 주세요.",
        "dictionary.column_unnamed": "이 열의 머리글에 개체 이름이 없습니다.",
        "dictionary.empty": "사전이 비어 있습니다. 첫 줄에 entity,value,synonyms 또는 개체 이름들을 적어 주세요.",
        "dictionary.entity_empty": "개체 이름(entity)이 비어 있습니다.",
        "dictionary.kind_unknown": "값 '{name}'이(가) 가리키는 종류가 없습니다. {choices:near name}",
        "dictionary.kind_twice": "개체 {entity}은(는) {line}번째 줄에서 이미 묶었습니다. 한 종류에만 묶으세요.",
        "dictionary.kind_units": "단위는 @quantity에만 적습니다 (예: people,@quantity,명|분). '{name}'에는 빼세요.",
        "dictionary.unit_unknown": "'{name}'(이)라는 단위를 모릅니다. {choices:near name}",
        "dictionary.entity_name": "개체 이름 '{name}'이(가) 바르지 않습니다. " + _ENTITY + " 적으세요.",
        "dictionary.header": "머리글을 알 수 없습니다. entity,value,synonyms 순서로 적어 주세요.",
        "dictionary.header_unknown": "모르는 머리글 '{name}'입니다. 셋째 열부터는 synonyms입니다.",
        "dictionary.synonym_is_value": "동의어 '{surface}': 개체 {entity}의 다른 대표값입니다 ({place}).",
        "dictionary.synonym_of_other": (
            "동의어 '{surface}': 개체 {entity}의 다른 값 '{other}'의 동의어입니다 ({place})."
        ),
        "dictionary.value_empty": "대표값(value)이 비어 있습니다.",
        "dictionary.value_lines": "값에 줄바꿈이나 보이지 않는 글자만 있습니다. 한 줄로 적어 주세요.",
        "dictionary.value_twice": "대표값 '{surface}': 개체 {entity}에 이미 있습니다 ({place}).",
        # Answers
        "answers.answer": "대답",
        "answers.brace_alone": (
            "괄호 '{brace}'의 짝이 없습니다. 글자 그대로 쓰려면 '{brace}{brace}'처럼 두 번 적으세요."
        ),
        "answers.empty_list": "대답을 하나 이상 적어 주세요.",
        "answers.fallback_slots": "{fallback}에는 자리({{…}})가 없는 대답이 하나는 있어야 합니다.",
        "answers.field": "항목",
        "answers.field_unknown": "'{name}'은(는) 모르는 항목입니다. 쓸 수 있는 것: {choices}",
        "answers.intent": "의도 이름",
        "answers.intent_name": "의도 이름 '{name}'이(가) 바르지 않습니다. " + _INTENT + " 적으세요.",
        "answers.intent_unknown": "'{name}'은(는) 없는 의도입니다. {choices:near name}",
        "answers.label_long": (
            "바로 답하기의 이름은 {most}자까지인데 '{label}'은(는) {length}자입니다. "
            "{{label: 짧은 이름, text: 긴 말}}로 나누어 적을 수 있습니다."
        ),
        "answers.missing": "answers: 아래에 대답을 적어 주세요.",
        "answers.name": "이름",
        "answers.name_long": "의도의 이름은 한 줄에 {most}자까지입니다. 지금은 {length}자입니다.",
        "answers.no_fallback": "{fallback}의 대답이 없습니다. 알아듣지 못했을 때 할 말을 적어 주세요.",
        "answers.no_mapping": "의도 이름을 쓰고 그 아래에 대답을 적어 주세요. 예: greet: 안녕하세요!",
        "answers.no_yaml": "YAML로 읽을 수 없습니다. 들여쓰기와 따옴표를 보세요. 대답은 따옴표로 감싸면 안전합니다.",
        "answers.no_yaml_text": "YAML로 읽을 수 없는 글자가 있습니다.",
        "answers.none": "대답이 하나도 없습니다. {fallback}의 대답부터 적어 주세요.",
        "answers.replies_many": "바로 답하기는 {most}개까지인데 {count}개입니다.",
        "answers.replies_no_list": "quick_replies는 목록이어야 합니다. 예: [메뉴 보여줘, 취소할래]",
        "answers.reply": "바로 답하기",
        "answers.reply_fields": "바로 답하기에는 label(보이는 말)과 text(누르면 하는 말)를 적어 주세요.",
        "answers.slot_empty": "'{{{slot}}}'에 개체 이름이 없습니다. {{menu}}나 {{loc:from}}처럼 적으세요.",
        "answers.slot_name": (
            "'{{{slot}}}'의 이름이 바르지 않습니다. {{menu}}나 {{loc:from}}처럼 적으세요. "
            "개체는 " + _ENTITY + ", 역할은 " + _ROLE + " 적습니다."
        ),
        "answers.slot_unknown": "'{{{slot}}}'에 쓸 개체가 없습니다. {choices:near slot}",
        "answers.text_empty": "{what}이(가) 비어 있습니다.",
        "answers.text_no_text": "{what}이(가) 글이 아닙니다.",
        "answers.text_unquoted": "{what}이(가) 글이 아닙니다. {{…}}로 시작하는 대답은 따옴표로 감싸 주세요.",
        "answers.too_long": "대답은 {most}자까지 쓸 수 있는데 {length}자입니다.",
        "answers.twice": "'{name}'이(가) 두 번 나옵니다. 한곳에 모아 적어 주세요.",
        # Scenarios
        "scenario.file_missing": "{path}: 시나리오 파일이 없습니다. patterns/README.md를 보고 하나 적어 주세요.",
        "scenario.computed_unknown": (
            "'{name}'을(를) 말하는 패턴이 없습니다. 패턴에 {{@{name}}}을(를) 쓰거나 "
            "사전에 '{name},@{name}' 한 줄을 적으세요."
        ),
        "scenario.entity_unknown": "'{name}'(이)라는 개체가 사전에도 패턴에도 없습니다. {choices:near name}",
        "scenario.expires": "'{got}'은(는) 시간이 아니거나 한 달을 넘습니다. 30분, 2시간처럼 적으세요.",
        "scenario.flag": "true나 false로 적는데 '{got}'입니다.",
        "scenario.intent_unknown": "패턴에 [{name}](이)라는 의도가 없습니다. {choices:near name}",
        "scenario.intent_name": "의도 이름 '{name}'이(가) 바르지 않습니다. " + _INTENT + " 적으세요.",
        "scenario.no_ask": "꼭 알아야 할 것 '{name}'을(를) 어떻게 물을지 ask에 적으세요."
        " 안 물어도 되면 required: false.",
        "scenario.no_end": "'{name}'이(가) 끝나면 할 말을 done에 적거나, 알릴 곳을 webhook에 적으세요.",
        "scenario.no_list": "목록으로 적으세요. 예: [피자, 치킨]",
        "scenario.no_mapping": "'이름: 값'으로 적으세요.",
        "scenario.no_name": "이름이 글이 아닙니다.",
        "scenario.no_slots": "'{name}'이(가) 알아야 할 것을 slots에 하나는 적으세요.",
        "scenario.no_text": "글을 적으세요. 따옴표로 감싸면 안전합니다.",
        "scenario.no_yaml": "YAML로 읽을 수 없습니다. 들여쓰기와 따옴표를 보세요.",
        "scenario.none": "시나리오가 하나도 없습니다. scenarios: 아래에 의도 이름부터 적으세요.",
        "scenario.number": "{least}에서 {most}까지의 수를 적는데 '{got}'입니다.",
        "scenario.slot_name": "'{name}'은(는) 이름이 될 수 없습니다. 개체의 이름, 또는 개체와 역할(loc:to)을 적으세요.",
        "scenario.particle": (
            "'{particle}'은(는) 앞말에 맞추는 조사가 아닙니다. '{{{slot}}}{notation}', '{{{slot}|을를}}'처럼 적으세요."
        ),
        "scenario.slot_unknown": "이 시나리오의 slots에 '{name}'이(가) 없습니다. {choices:near name}",
        "scenario.slot_not_filled": "이 말을 할 때 '{slot}'은(는) 아직 모를 수 있습니다. 쓸 수 있는 것: {choices}",
        "scenario.slots_many": "알아야 할 것은 {most}개까지입니다.",
        "scenario.webhook_url": "알릴 곳은 https://로 시작하는 주소인데 '{url}'입니다.",
        "story.no_user": "사용자가 하는 말을 user에 적으세요.",
        "story.parts": "이야기마다 story(이름)와 turns(말의 목록)를 적으세요.",
        # Data sets
        "data.columns_missing": "머리글에 이 열이 없습니다: {names}",
        "data.entity_blank": "text[{start}:{end}]: 공백만 있습니다.",
        "data.entity_name": "개체 이름(entity)은 " + _ENTITY + " 적어 주세요.",
        "data.entity_no_object": '개체는 {{"start": …, "end": …, "entity": …}} 모양이어야 합니다.',
        "data.intent_name": "의도 이름(intent)은 " + _INTENT + " 적거나 비워 주세요.",
        "data.iob_cells": "token과 tag를 모두 적어 주세요.",
        "data.iob_columns": "토큰과 태그를 빈칸으로 나누어 적어 주세요.",
        "data.json_unknown": (
            "모르는 모양의 JSON입니다. 읽을 수 있는 모양은 patterns/README.md의 '가져올 수 있는 파일'을 보세요."
        ),
        "data.key_twice": "'{name}'이(가) 두 번 나옵니다. 하나만 남기세요.",
        "data.labels_unread": (
            "{names}에 이름표가 있는 것 같은데 모르는 모양입니다. 이름표를 잃지 않도록 이 파일은 읽지 않습니다. "
            "읽을 수 있는 모양은 patterns/README.md의 '가져올 수 있는 파일'을 보세요."
        ),
        "data.no_json": "JSON으로 읽을 수 없습니다: {problem}",
        "data.no_list": "entities는 목록이어야 합니다.",
        "data.no_object": '{{"text": …, "intent": …, "entities": […]}} 모양이어야 합니다.',
        "data.no_text": "{name} 자리에는 글이 와야 합니다.",
        "data.no_yaml": "YAML로 읽을 수 없습니다: {problem}",
        "data.offsets_no_integers": "start와 end는 정수여야 합니다.",
        "data.offsets_outside": "0 ≤ start < end ≤ {length}(이)어야 합니다: {start}, {end}",
        "data.overlap": "개체 {first}, {second}: 자리가 겹칩니다.",
        "data.role_name": "역할 이름(role)은 " + _ROLE + " 적어 주세요.",
        "data.table_header": (
            "머리글을 알 수 없습니다. 발화와 의도는 text,intent (또는 발화,의도), 토큰의 표는 utterance,token,tag, "
            "Kochat은 question,label을 첫 줄에 적어 주세요."
        ),
        "data.tag": "태그 '{tag}': O, B-개체, I-개체 가운데 하나여야 합니다.",
        "data.tag_name": "태그 '{tag}': 개체는 " + _ENTITY + ", 역할은 " + _ROLE + " 적어 주세요.",
        "data.text_missing": "text에 발화가 있어야 합니다.",
        "data.number_long": "수의 자릿수가 너무 많습니다.",
        "data.surrogate": "짝이 없는 서로게이트(글자의 반쪽)가 있습니다. 그 글자를 지우거나 다시 적어 주세요.",
        "data.text_surrogate": "text에 짝이 없는 서로게이트가 있습니다.",
        "data.token_length": "토큰 '{token}': 길이 {length}, start와 end의 차이 {difference}",
        "data.token_overlap": "토큰 '{token}': 앞 토큰과 자리가 겹칩니다.",
        "data.too_deep": "괄호가 너무 깊이 겹쳤습니다.",
        "data.value_differs": "value '{value}': text[{start}:{end}] '{text}' 글자와 다릅니다.",
        "data.weight": "weight는 0보다 큰 수여야 합니다.",
        # Other programs' data
        "dialogflow.no_list": "발화나 값의 목록이어야 합니다.",
        "dialogflow.no_phrases": (
            "폴더는 Dialogflow 에이전트만 읽는데, 이 폴더의 intents 아래에 "
            "'이름_usersays_ko.json' 같은 파일이 없습니다."
        ),
        # Rasa's training data
        "rasa.example_blank": "예문에 글자가 없습니다.",
        "rasa.example_dash": "예문은 '- '로 시작해야 하고 비어 있으면 안 됩니다.",
        "rasa.example_empty": "예문이 비어 있거나 글이 아닙니다.",
        "rasa.examples_folded": "examples: > 는 여러 줄을 한 줄로 이어 버립니다. '>'를 '|'로 바꾸세요.",
        "rasa.examples_kind": "examples에는 '|' 다음 줄부터 '- 예문'을 적어 주세요.",
        "rasa.json_list": "{name}은(는) {{…}}의 목록이어야 합니다.",
        "rasa.json_parts": "rasa_nlu_data 안에는 {choices}이(가) 와야 합니다.",
        "rasa.kind": "{choices} 가운데 하나가 있어야 합니다.",
        "rasa.markup": '개체 표시를 읽을 수 없습니다. [판교](loc) 또는 [판교]{{"entity": "loc"}}처럼 적어 주세요.',
        "rasa.markup_blank": "대괄호 안에 공백만 있습니다.",
        "rasa.markup_json": "중괄호 안을 JSON으로 읽을 수 없습니다: {problem}",
        "rasa.markup_value": "value에는 글이나 수를 적어 주세요.",
        "rasa.name_empty": "{kind} 이름이 비어 있습니다.",
        "rasa.no_examples": "examples가 없습니다.",
        "rasa.no_headings": "'## intent:이름' 같은 제목이 없습니다.",
        "rasa.no_list": "'nlu:' 아래에는 '- intent: 이름' 같은 목록이 와야 합니다.",
        "rasa.no_section": "맨 위에 'nlu:' 목록이 있어야 합니다.",
        "yaml.alias": "별칭(*이름)은 읽지 않습니다. 내용을 직접 적어 주세요.",
        "yaml.too_deep": "목록과 표가 너무 깊이 겹쳤습니다.",
        # What the linter finds, by the codes of its findings
        "finding.ask-unused": (
            "'{slot}'은(는) required: false라 묻지 않습니다. 물으려면 required를 지우고, 아니면 ask를 지우세요."
        ),
        "finding.choice-not-read": (
            "'{choice}'을(를) 누르면 {entity}(으)로 알아듣지 못할 수 있습니다. 사전의 {entity}에 이 말을 적으세요."
        ),
        "finding.choice-read-in-part": (
            "'{choice}'에서 '{part}'만 {entity}(으)로 알아듣습니다. 사전의 {entity}에 '{choice}'을(를) 적거나 "
            "'{part}'(이)라고 적으세요."
        ),
        "finding.doubled-particle": "조사가 겹쳤습니다: '{particle}' 뒤에 같은 조사가 또 옵니다. 하나만 남기세요.",
        "finding.encoding": "이 파일은 CP949로 읽었습니다. UTF-8로 저장하면 다른 컴퓨터에서도 안전합니다.",
        "finding.explosion": (
            "이 패턴은 발화 {count:,}개(약 {about} 개)를 뜻합니다. 그 가운데 일부만 뽑아 씁니다. "
            "너무 넓다면 여러 줄로 나누세요."
        ),
        "finding.few-patterns": (
            "의도 [{intent}]의 패턴이 {count}개뿐입니다. {enough}개 이상이면 처음 보는 말로 시험해 볼 수 "
            "있고, 여러 말투로 적을수록 잘 알아듣습니다."
        ),
        "finding.few-values": (
            "개체 '{entity}'의 값이 {count}개뿐입니다. {enough}개 이상이면 "
            "사전에 없는 값도 알아듣는지 시험해 볼 수 있습니다."
        ),
        "finding.fixed-particle": (
            "조사 '{form}'이(가) 앞말과 맞지 않아 '{wrong}'이(가) 됩니다 (앞말 {count:,}개 가운데 {wrong_count:,}개). "
            "'{notation}'(으)로 적으면 '{right}'처럼 앞말에 맞춥니다."
        ),
        "finding.intent-without-answer": (
            "의도 [{intent}]에 시나리오도 {answers}의 대답도 없어, 알아들어도 모른다고 대답합니다."
        ),
        "finding.intent-without-pattern": "의도 [{intent}]에 패턴이 없습니다. 패턴을 적거나 지우세요.",
        "finding.may-be-empty": (
            "모든 부분이 생략될 수 있어 빈 발화도 됩니다. 빈 발화는 만들지 않지만, 꼭 있을 말을 하나 남기세요."
        ),
        "finding.no-pattern": (
            "봇이 할 일이 하나도 없습니다. [weather]처럼 의도를 적고 그 아래에 말하는 방법을 적으세요."
        ),
        "finding.no-utterance": (
            "이 패턴으로 만들 수 있는 발화가 없습니다. 같은 개체를 두 번 쓰려면 사전에 값이 둘 이상 있어야 합니다."
        ),
        "finding.one-syllable-value": (
            "개체 '{entity}'에 한 글자 표현이 있습니다: {surfaces}. 다른 낱말의 일부로 잘못 잡히기 쉬우니 "
            "더 긴 표현을 함께 적으세요."
        ),
        "finding.particle-after-letters": (
            "글자 '{word}' 바로 뒤의 '{particle}'을(를) 조사로 읽어 늘 '{whole}'이(가) 됩니다. "
            "맞다면 '{whole}'(으)로 적고, 괄호가 선택이라면 앞 글자와 떼어 묶으세요."
        ),
        "finding.question-mark": (
            "'{word}?'의 물음표는 '{word}'을(를) 생략할 수 있다는 뜻입니다. "
            "사람이 쓰는 물음표라면 '{word}\\?'로 적으세요."
        ),
        "finding.role-not-said": (
            "[{intent}]의 패턴이 {{{label}}}을(를) 말하지 않아 어느 {{{entity}}}이(가) '{slot}'인지 배우지 못합니다. "
            "패턴의 자리에 {{{label}}}(이)라고 역할을 붙이세요."
        ),
        "finding.same-pattern": "같은 패턴이 {origin}에 이미 있습니다. 하나만 남기세요.",
        "finding.same-text-two-intents": (
            "'{text}'은(는) [{intent}]에도 {origin}의 [{other}]에도 있습니다. "
            "한 말에는 의도가 하나여야 합니다. 한쪽을 고치세요."
        ),
        "finding.slot-never": (
            "[{intent}]의 어느 패턴도 {{{label}}}을(를) 말하지 않고 묻지도 않아 '{slot}'은(는) 거의 채워지지 않습니다. "
            "패턴에 {{{label}}}을(를) 넣거나, 물어보게 required를 지우고 ask를 적으세요."
        ),
        "finding.slot-not-said": (
            "꼭 알아야 할 '{slot}'을(를) [{intent}]의 어느 패턴도 말하지 않아, 물어서만 알 수 있습니다. "
            "패턴에 {{{label}}}을(를) 넣으세요."
        ),
        "finding.smalltalk-left-out": (
            "기본 잡담 {of:,}줄 가운데 이 봇의 말과 겹치는 {count:,}줄은 모른다고 가르치지 않습니다: {lines}"
        ),
        "finding.smalltalk-said": "기본 잡담 '{line}': 이 봇이 알아듣는 말이라 모른다고 가르치지 않습니다.",
        "finding.smalltalk-word": "기본 잡담 '{line}': 이 봇의 말 '{word}'와(과) 겹쳐 모른다고 가르치지 않습니다.",
        "finding.story-intent": "이야기에 적은 의도 '{name}'이(가) 없습니다. {choices:near name}",
        "finding.story-scenario": "이야기에 적은 '{name}'의 시나리오가 없습니다. {choices:near name}",
        "finding.story-slot": "이야기에 적은 '{name}'을(를) 알려는 시나리오가 없습니다. {choices:near name}",
        "finding.unbalanced-intents": (
            "의도 [{intent}](으)로 만들 수 있는 발화가 {count:,}개뿐이라 다른 의도({biggest:,}개 이상)와 "
            "균형이 맞지 않습니다. 말투나 표현을 더 적으세요."
        ),
        "finding.unknown-tag-word": (
            "'{tag}'은(는) 사전에 '{name}'(이)라는 개체가 없어 글자로 읽었습니다. "
            "개체라면 사전에 더하거나 이름을 고치세요."
        ),
        "finding.unreachable-macro": "매크로 <{macro}>을(를) 쓰는 패턴이 없습니다. 지우거나 패턴에서 쓰세요.",
        "finding.unused-entity": (
            "개체 '{entity}'을(를) 쓰는 패턴이 없습니다. {{{entity}}}을(를) 패턴에 넣거나 사전에서 빼세요."
        ),
        "finding.value-in-two-entities": (
            "'{surface}'은(는) 개체 '{entity}'에도 '{other}'{place}에도 있습니다. "
            "문장만으로 가릴 수 없다면 한쪽에서 빼세요."
        ),
        "finding.value-without-slot": (
            "글자 '{surface}'은(는) 사전의 {{{entity}}} 값입니다. 개체로 배우게 하려면 "
            "{{{entity}}}(으)로 바꾸고, 일부러 적은 글자라면 그대로 두세요."
        ),
        # Drift
        "drift.empty": "{path}: 견줄 발화가 없습니다.",
        "drift.line": (
            "{path}: {number}번째 줄을 읽을 수 없습니다. 한 줄에 {{'text': …}} 꼴의 JSON 하나를 적어 주세요 "
            "(GET /records가 주는 꼴이면 됩니다)."
        ),
        "drift.no_sketch": (
            "{version}: 이 모델에는 떼어 둔 발화의 요약(drift.json)이 없습니다. 다시 학습하거나, --reference 로 기준을 "
            "주거나, 기록이 있으면 nlu-drift --rebase 를 하세요."
        ),
        "drift.not_with_file": "--rebase와 --every는 기록을 볼 때만 씁니다. 파일과 함께 쓸 수 없습니다.",
        "drift.nothing_served": "{version}: 이 모델이 답한 기록이 없어 기준을 만들 수 없습니다.",
        "drift.reference_alone": "--reference는 발화 파일과 함께 씁니다.",
        # Why an utterance was not understood
        "fallback.not_allowed": "고를 수 있는 다른 의도가 없습니다",
        "fallback.nothing": "알아볼 글자가 없습니다",
        "fallback.out_of_scope": "봇이 다루지 않는 말과 가장 비슷합니다",
        "fallback.unfamiliar": "학습한 글에 있는 글자 조합이 {coverage:.0%}뿐입니다",
        "fallback.unsure": "가장 그럴듯한 의도의 확신도가 {confidence:.0%}입니다",
        # What imported files hold that is not used
        "dialogflow.template": "{path}: @개체로 적은 틀 {count}개는 뺐습니다 ({places}). 패턴으로 적어 주세요.",
        "intake.columns": "{path}: 발화는 '{text}' 열, 의도는 '{intent}' 열로 읽습니다.",
        "intake.empty": "{path}: 빈 파일입니다.",
        "intake.file_gone": "{name}: 묶음의 파일이 없습니다. nlu-import를 다시 실행하거나 이 폴더를 되살려 주세요.",
        "intake.masked_unused": "{path}: 개인 정보를 가린 발화 {count:,}개는 학습에 쓰지 않습니다.",
        "intake.no_watermark": "{path}: {name} 열이 빈 줄 {count:,}개는 읽지 않습니다.",
        "intake.other_speakers": "{path}: 다른 사람의 말 {count:,}개는 읽지 않았습니다.",
        "predict.resumed": "{path}: 끊겼던 일을 {count:,}줄 다음부터 이어서 합니다.",
        "import.set_intent_unknown": (
            "의도 '{name}'은(는) 패턴에 없습니다 (발화 {count:,}개). 섞으면 새 의도로 배웁니다. {choices:near name}"
        ),
        "import.strict_entity": "개체 '{name}'은(는) 사전과 패턴에 없습니다 (발화 {count:,}개). {choices:near name}",
        "import.strict_intent": "의도 '{name}'은(는) 패턴에 없습니다 (발화 {count:,}개). {choices:near name}",
        "import.blank": "{path}: 빈 발화 {count}개는 뺐습니다 ({places}).",
        "import.column_unused": "{path}: '{name}' 열은 쓰지 않습니다 ({places}).",
        "import.columns_unused": "{path}: 토큰과 태그 사이의 칸은 쓰지 않습니다 ({count}줄, {most}칸까지; {places}).",
        "import.contradiction": "'{text}': 한 발화에 의도가 여럿입니다. {intents}. 하나만 남기세요.",
        "import.contradictions_more": "의도가 여럿인 발화가 {count:,}개 더 있습니다.",
        "import.entity_blank": "{path}: 글자가 없는 개체 {count}개는 뺐습니다 ({places}).",
        "import.entity_unknown": (
            "{place}: 개체 '{name}'은(는) 사전과 패턴에 없습니다 (발화 {count:,}개). "
            "새 개체로 배웁니다. {choices:near name}"
        ),
        "import.entity_renamed": "{path}: 개체 '{name}'은(는) {to}(으)로 읽었습니다 ({count}번; {places}).",
        "import.groups": "{path}: 개체의 묶음(group)은 쓰지 않습니다 ({count}개; {places}).",
        "import.intent_odd": "{path}: 의도 '{name}'에 글자가 없어 발화 {count}개를 뺐습니다 ({places}).",
        "import.intent_renamed": "{path}: 의도 '{name}'은(는) {to}(으)로 읽었습니다 ({count}번; {places}).",
        "import.intent_unknown": (
            "{place}: 의도 '{name}'은(는) 패턴에 없습니다 (발화 {count:,}개). 새 의도로 배웁니다. {choices:near name}"
        ),
        "import.intents_of_one": "{path}: 줄마다 의도가 다른 발화 {count}개는 첫 줄의 의도로 읽었습니다 ({places}).",
        "import.key_unused": "{path}: '{name}' 항목은 쓰지 않습니다 ({count}번; {places}).",
        "import.label_odd": "{path}: 읽을 수 없는 모양의 개체 {count}개는 뺐습니다 ({places}).",
        "import.label_outside": "{path}: 자리가 글 밖인 개체 {count}개는 뺐습니다 ({places}).",
        "import.labels_more": "이런 이름이 {count:,}가지 더 있습니다.",
        "import.language_unused": "{path}: 한국어가 아닌 파일은 읽지 않았습니다 ({places}).",
        "import.line_unused": "{path}: 무엇인지 모르는 줄 {count}개는 읽지 않았습니다 ({places}).",
        "import.long": "{path}: 너무 긴 발화 {count}개는 뺐습니다 ({places}).",
        "import.lookup_file": "{path}: 다른 파일에 있는 목록은 읽지 않았습니다 ({places}). 값을 사전에 옮기세요.",
        "import.mark_odd": "{path}: [값](개체)처럼 보이지만 읽을 수 없어 글자로 두었습니다 ({count}줄; {places}).",
        "import.more_notes": "{path}: 이런 알림이 {count:,}가지 더 있습니다.",
        "import.no_intent": "{path}: 의도가 없는 발화 {count}개 ({places}): 개체를 배우는 데만 씁니다.",
        "import.no_text": "{path}: 글이 없는 줄 {count}개는 뺐습니다 ({places}).",
        "import.no_workbook": "엑셀 파일로 읽을 수 없습니다({problem}). 엑셀에서 다시 저장해 주세요.",
        "import.numbered": "{path}: 첫 칸은 번호라서, 둘째 칸을 토큰으로 읽었습니다.",
        "import.overlap": "{path}: {first}와(과) 겹치는 {second} {count}개는 뺐습니다 ({places}).",
        "import.row_no_object": "{path}: 모양을 알 수 없는 줄 {count}개는 뺐습니다 ({places}).",
        "import.several_intents": "{path}: 의도가 여럿인 발화 {count}개는 {names}(으)로 읽었습니다 ({places}).",
        "import.sheet_unused": "{path}: '{name}' 시트는 읽지 않았습니다. 첫 시트만 읽습니다.",
        "import.summary": (
            "{path}: 발화 {rows:,}개 가운데 {kept:,}개를 읽고 {refused:,}개를 뺐습니다. "
            "개체 {entities:,}개 가운데 {kept_entities:,}개를 읽고 {refused_entities:,}개를 뺐습니다."
        ),
        "import.surrogate": "{path}: 글자의 반쪽이 있는 줄 {count}개는 뺐습니다 ({places}).",
        "import.syllables_joined": "{path}: 한 글자씩 나뉜 파일이라 글자를 붙여 읽었습니다. 빈칸은 알 수 없습니다.",
        "import.tag_alone": "{path}: 앞이 없는 태그 'I' {count}개는 뺐습니다 ({places}).",
        "import.tags_count": "{path}: 태그의 수가 낱말의 수와 달라 발화 {count}개를 뺐습니다 ({places}).",
        "import.trimmed": "{path}: 개체 {count}개의 끝에서 빈칸을 떼었습니다 ({places}).",
        "import.value_odd": "{path}: 사전 값이 아닌 항목 {count}개는 뺐습니다 ({places}).",
        "kmou.differs": "{path}: 표시를 뺀 문장이 원문과 다른 {count}개 ({places}): 표시한 문장을 썼습니다.",
        "import.regex_unused": "{path}: 정규식 '{name}' ({place}): 쓰지 않습니다.",
        "import.synonym_unused": (
            "{path}: 동의어 '{synonym}' ({place}): 값 '{value}'의 개체를 알 수 없어 쓰지 않습니다."
        ),
        "import.synonym_taken": "개체 {entity}의 동의어 '{synonym}'은(는) 다른 값의 것이라 '{value}'에서 뺐습니다.",
        "import.synonyms_taken_more": "다른 값과 겹쳐 뺀 동의어가 {count:,}개 더 있습니다.",
        "import.values_unused": (
            "{path}: 사전 값 {count}개는 쓰지 않았습니다. 필요하면 nlu-convert --dictionary 로 사전 CSV를 만드세요."
        ),
        # What an export could not hold
        "export.control": "{path}: 이 형식에 쓸 수 없는 글자가 있어 발화 {count}개를 뺐습니다 ({places}).",
        "export.inside_words": "{path}: 개체가 낱말 중간에서 끝나 발화 {count}개를 뺐습니다 ({places}).",
        "export.intent_lost": "{path}: 발화 {count:,}개의 의도는 이 형식에 담기지 않습니다.",
        "export.line_ends": "{path}: 줄바꿈이 있어 발화 {count}개를 뺐습니다 ({places}).",
        "export.marks": "{path}: [값](개체) 표시와 헷갈리는 글이라 발화 {count}개를 뺐습니다 ({places}).",
        "export.name_slash": "{path}: 의도 이름에 /가 있어 발화 {count}개를 뺐습니다 ({places}).",
        "export.no_intent": "{path}: 의도가 없어 발화 {count}개를 뺐습니다 ({places}).",
        "export.rows_differ": "{path}: 다시 읽은 발화의 수가 {count:,}개 다릅니다.",
        "export.spaces": "{path}: 빈칸이 겹쳐 있어 발화 {count}개를 뺐습니다 ({places}).",
        "export.spans_differ": "{path}: 발화 {count:,}개의 개체나 역할은 이 형식에 그대로 담기지 않습니다.",
        "export.summary": "{path}: 발화 {rows:,}개 가운데 {kept:,}개를 쓰고 {refused:,}개를 뺐습니다.",
        "export.text_differs": "{path}: 발화 {count:,}개는 글이 다르게 읽힙니다.",
        "export.value_lost": "{path}: 발화 {count:,}개의 대표값은 이 형식에 담기지 않습니다.",
        "export.weight_lost": "{path}: 발화 {count:,}개의 무게는 이 형식에 담기지 않습니다.",
        # Requests and utterances
        "init.name": "{given!r}: 이름은 글자나 숫자로 시작해 글자, 숫자, 빈칸, _ . - 로 40자까지 적어 주세요.",
        "init.no_folder": "{path}: 이 이름의 파일이 있습니다. 다른 폴더를 적어 주세요.",
        "init.not_empty": "{path}: 비어 있지 않은 폴더라 아무것도 쓰지 않았습니다. 새 폴더나 빈 폴더를 적어 주세요.",
        "intake.no_source": "무엇을 들여올지 적어 주세요: 파일, 데이터베이스 주소, journal. 도움말: nlu-import --help",
        "intake.no_variable": "환경 변수 {name}이(가) 없습니다. 데이터베이스 주소를 거기에 적어 주세요.",
        "intake.name": "'{name}': --name에 글자나 숫자로 시작하는 이름을 주세요. 글자, 숫자, 빈칸, _ . - 만 씁니다.",
        "intake.no_text_column": "어느 열이 발화인지 알 수 없습니다. --text 열이름 으로 알려 주세요. 열: {columns}",
        "intake.no_column": "'{name}' 열이 없습니다. {columns:near name}",
        "intake.table_or_query": "데이터베이스에서 읽으려면 --table(표)과 --query(SQL) 가운데 하나를 적어 주세요.",
        "intake.no_table": "'{name}' 표가 없습니다. {choices:near name}",
        "intake.no_url": "데이터베이스 주소를 읽을 수 없습니다. 예: mysql+pymysql://사용자:비밀번호@서버/이름",
        "intake.dialect": "'{name}' 데이터베이스를 읽는 꾸러미가 설치되어 있지 않습니다.",
        "intake.database": "{place}: 데이터베이스를 읽을 수 없습니다: {problem}",
        "intake.no_set": "{path}: 들여온 묶음이 아닌 것이 들어 있습니다. --name으로 다른 이름을 주세요.",
        "input.bound": "{given}: 0부터 1까지의 비율을 적어 주세요. 예: 0.9, entity_f1=0.85",
        "input.bound_percent": "{given}: 비율은 0부터 1까지입니다. {percent} %라면 {part}(으)로 적어 주세요.",
        "input.compare_and_bounds": "--least와 --most는 한 모델의 점수를 봅니다. --compare와 함께 쓸 수 없습니다.",
        "input.file_line_not_utf8": "{path}: {number}번째 줄이 UTF-8이 아닙니다. UTF-8로 저장해 주세요.",
        "input.folds_alone": "--folds는 데이터의 모든 발화를 나누어 씁니다. 파일이나 --compare와 함께 쓸 수 없습니다.",
        "input.import_weight": "{given}: '=' 뒤에는 0보다 큰 무게를 적어 주세요. 예: {path}=3",
        "review.few": "답을 견주려면 의도가 둘 이상, 의도마다 발화가 둘 이상 있어야 합니다. 지금은 {count}개입니다.",
        "predict.rows_many": "엑셀 시트에는 {most:,}줄까지 들어갑니다. 결과를 .csv로 써 주세요.",
        "input.same_file": "{path}: 결과를 원래 파일에 덮어쓸 수 없습니다. 다른 이름을 주세요.",
        "input.line_long": "{path}: {number}번째 줄이 {most:,}바이트보다 깁니다. 한 줄에 발화 하나를 적어 주세요.",
        "input.line_not_utf8": "입력을 읽을 수 없습니다: 표준 입력 {number}번째 줄이 UTF-8이 아닙니다.",
        "input.no_text": "글을 주어야 하는데 {got}입니다.",
        "input.texts_and_file": "발화를 적었으면 --file {path}은(는) 빼 주세요. 둘 가운데 하나만 읽습니다.",
        # Reports
        "baselines.no_material": "배울 발화가 없습니다. --data에 이 모델을 만든 데이터의 폴더를 주면 견줍니다.",
        # Stages and their units
        "refused.address": "주소(링크)뿐임",
        "refused.advert": "광고",
        "refused.blank": "빈 발화",
        "refused.cells_many": "칸이 제목보다 많음(쉼표에 따옴표가 없음)",
        "refused.duplicate": "같은 발화",
        "refused.intent_odd": "의도 이름에 글자가 없음",
        "refused.language": "한국어가 적음",
        "refused.long": "너무 긺",
        "refused.mashed": "아무렇게나 누른 글쇠",
        "refused.near_duplicate": "거의 같은 발화",
        "refused.no_object": "JSON 객체가 아님",
        "refused.no_text": "발화가 글이 아님",
        "refused.no_words": "사진·이모티콘",
        "refused.repeated": "같은 말의 되풀이",
        "refused.row": "줄을 읽을 수 없음",
        "refused.short": "너무 짧음",
        "refused.wordless": "말이 없음(부호·웃음뿐)",
        "stage.inbox": "알아보기",
        "stage.examine": "살펴보기",
        "stage.fit.entities": "개체 학습",
        "stage.fit.intents": "의도 학습",
        "stage.generate": "데이터 만들기",
        "stage.import": "들여오기",
        "stage.measure": "평가",
        "stage.review": "답 살피기",
        "stage.predict": "알아보기",
        "step.blank": "빈 것",
        "step.duplicates": "같은 것",
        "step.known": "아는 것",
        "step.language": "언어",
        "step.length": "길이",
        "step.masking": "가리기",
        "step.near_duplicates": "닮은 것",
        "step.spam": "광고 등",
        "step.tidy": "다듬기",
        "unit.batch": "묶음",
        "unit.fold": "겹",
        "unit.line": "줄",
        "unit.section": "가지",
        "unit.utterance": "발화",
        # Settings
        "setting.above": "{key}: {gt}보다 커야 합니다. 지금은 {value!r}입니다.",
        "setting.at_least": "{key}: {ge} 이상이어야 합니다. 지금은 {value!r}입니다.",
        "setting.between": "{key}: {gt}보다 크고 {lt}보다 작아야 합니다. 지금은 {value!r}입니다.",
        "setting.choice": "{key}: 그런 값이 없습니다. {choices:near name}",
        "setting.from_below": "{key}: {ge} 이상 {lt} 미만이어야 합니다. 지금은 {value!r}입니다.",
        "setting.from_to": "{key}: {ge} 이상 {le} 이하여야 합니다. 지금은 {value!r}입니다.",
        "setting.no_bool": "{key}: true 아니면 false여야 합니다. 지금은 {value!r}입니다.",
        "setting.no_integer": "{key}: 정수여야 합니다. 지금은 {value!r}입니다.",
        "setting.no_list": "{key}: 목록이어야 합니다. 지금은 {value!r}입니다.",
        "setting.no_number": "{key}: 수여야 합니다. 지금은 {value!r}입니다.",
        "setting.no_range": "{key}: [가장 작은 값, 가장 큰 값]을 적으세요. 앞의 것이 더 작아야 합니다.",
        "setting.no_table": "{key}: 표([이름] 아래에 설정을 적은 것)여야 합니다. 지금은 {value!r}입니다.",
        "setting.no_text": "{key}: 따옴표로 묶은 글이어야 합니다. 지금은 {value!r}입니다.",
        "setting.no_toml": "TOML 문법에 맞지 않습니다: {problem}",
        "setting.no_width": "{key}: 하나는 0보다 커야 합니다.",
        "setting.number_long": "수의 자릿수가 너무 많습니다.",
        "setting.too_deep": "괄호나 표가 너무 깊이 겹쳤습니다.",
        "setting.too_short": "{key}: 하나는 적어야 합니다. 지금은 {value!r}입니다.",
        "setting.unknown": "{key}: 그런 설정이 없습니다. {choices:near name}",
        # Search spaces
        "space.choices": "{key}: 서로 다른 값이 둘은 있어야 고를 수 있습니다. 하나로 정하려면 nlu.toml에 적으세요.",
        "space.empty": "{key}: 빈 범위입니다. low({low})가 high({high})보다 작아야 합니다.",
        "space.log": "{key}: log = true이면 low가 0보다 커야 합니다. 지금은 {low}입니다.",
        "space.log_bool": "{key}: log는 true 아니면 false여야 합니다. 지금은 {value!r}입니다.",
        "space.never": (
            "{key}: 탐색할 수 없는 설정입니다. 탐색하는 것은 {searched} 아래의 설정이고, "
            "씨앗(seed)과 장치(device), 그물 수(members)는 빼놓습니다."
        ),
        "space.no_number": "{key}: 수가 아닌 설정이라 범위를 줄 수 없습니다. [값, 값] 처럼 목록으로 적으세요.",
        "space.no_values": (
            "{key}: 값의 목록([64, 96])이나 범위({{low = …, high = …}})여야 합니다. 지금은 {value!r}입니다."
        ),
        "space.not_finite": "{key}: low와 high는 9007199254740992까지의 수여야 합니다.",
        "space.nothing": "탐색할 설정이 없습니다. 설정마다 값의 목록이나 범위를 적으세요.",
        "space.range_end": "{key}: 범위에 {missing}이(가) 없습니다.",
        "space.range_key": "{key}: 범위에 그런 이름이 없습니다: {name}. {choices:near name}",
        "space.step": (
            "{key}: step은 0보다 크고 {most} 이하인 수여야 합니다(정수 설정이면 정수). 지금은 {value!r}입니다."
        ),
        "space.step_log": "{key}: log와 step은 함께 쓸 수 없습니다.",
        "space.unusable": "{key}: 쓸 수 없는 값입니다: {value!r}",
        # Training
        "fit.epoch": "{stage}: {epoch}번째 바퀴, 손실 {loss:.3f}, 점수 {score}",
        "compress.filters": "의도 그물의 필터를 줄입니다",
        "compress.int8": "표와 커널을 바이트로 둡니다",
        "compress.no_test": "잴 발화(데이터의 test 부분)가 없습니다. nlu-generate로 데이터를 다시 만드세요.",
        "compress.student": "개체 그물 여럿의 답을 그물 하나에 가르칩니다",
        "train.drafting": "초안을 학습합니다 (데이터의 일부로, 재지 않고)",
        "train.examining": "쉬운 방법과 견주고, 말을 조금씩 바꾸어 봅니다",
        "train.fitting": "학습합니다 (평가용: 떼어 둔 패턴과 값은 보지 않습니다)",
        "train.measuring": "처음 보는 발화로 평가합니다",
        "train.own_lines": "쓴 말을 모두 알아듣는지 봅니다",
        "train.refitting": "모든 발화로 다시 학습합니다 (서비스용)",
        "training.checkpoint": "{path}: 학습하던 기록을 읽을 수 없습니다({problem}). 지우면 처음부터 다시 학습합니다.",
        "training.checkpoint_network": (
            "{path}: 신경망이나 데이터가 다른 학습의 기록입니다. 지우면 처음부터 다시 학습합니다."
        ),
        "training.checkpoint_settings": "{path}: 설정이 다른 학습의 기록입니다. 지우면 처음부터 다시 학습합니다.",
        "training.device": "장치(device)는 'cpu', 'cuda', 'auto' 가운데 하나여야 하는데 {name!r}입니다.",
        "training.few_intents": "의도가 둘 이상인 발화가 있어야 학습합니다. 지금 있는 의도: {intents}",
        "training.gradient": (
            "{epoch}번째 바퀴 {step}번째 걸음에서 기울기가 {number}이(가) 되어 학습을 멈췄습니다. "
            "학습률(지금 {rate})을 낮추거나 데이터에 깨진 곳이 있는지 보세요."
        ),
        "training.loss": (
            "{epoch}번째 바퀴 {step}번째 걸음에서 손실이 {number}이(가) 되어 학습을 멈췄습니다. "
            "학습률(지금 {rate})을 낮추거나 데이터에 깨진 곳이 있는지 보세요."
        ),
        "training.no_cuda": "CUDA 장치가 없습니다. 설정의 device를 'cpu'나 'auto'로 바꾸세요.",
        "training.no_entities": "개체를 배울 발화가 없습니다.",
        "training.no_utterances": "{data}: 배울 발화가 없습니다. nlu-generate로 데이터를 다시 만드세요.",
        "training.process_ended": (
            "학습하던 프로세스가 코드 {code}(으)로 끝났습니다. 메모리가 모자라면 processes = 1로 하세요."
        ),
        "training.processes_apart": "함께 학습하는 프로세스와 연결할 수 없습니다({problem}).",
        "training.processes_differ": (
            "함께 학습하는 프로세스들의 데이터나 설정이 서로 다릅니다. 모든 기계에 같은 파일을 두고 다시 실행하세요."
        ),
        "training.unfitted": "{estimator}이(가) 아직 학습하지 않았습니다. 먼저 fit을 부르세요.",
        # The inbox
        "inbox.unknown_group": "받은함에 묶음 {number}번이 없습니다. nlu-inbox list로 있는 것을 보세요.",
        "inbox.unknown_member": "받은함의 묶음 {number}번에 기록 {record}이(가) 없습니다.",
        "inbox.unknown_decision": "{number}번 결정이 없습니다. nlu-inbox log로 있는 것을 보세요.",
        "inbox.undone": "{number}번 결정은 이미 되돌렸습니다.",
        "inbox.decided_since": "{number}번 결정 뒤에 {newer}번 결정이 있습니다. 그것부터 되돌리세요.",
        "inbox.no_files": (
            "이 컴퓨터에는 봇의 패턴과 사전이 없어 제안을 만들거나 받아들일 수 없습니다. "
            "봇의 폴더에서 nlu-inbox를 쓰세요."
        ),
        "inbox.no_intent": "'{given}'은(는) 의도의 이름이 될 수 없습니다. 글자, 숫자, _ - . / + 로 적으세요.",
        "inbox.spans_of_several": "개체는 발화 하나만 골라 고칠 수 있습니다.",
        "inbox.no_task": (
            "{place}: 어느 기록인지(data.parse_id)와 발화(data.text)가 없습니다. nlu-inbox export가 쓴 과제인지 보세요."
        ),
        "inbox.no_region": "{place}: 표시한 자리가 발화와 맞지 않습니다.",
        "inbox.overlap": "{place}: 표시한 개체가 서로 겹칩니다.",
        "inbox.no_export": "{place}: Label Studio에서 JSON으로 내보낸 파일이 아닙니다.",
        "inbox.no_proposal": "그 묶음의 제안은 {count}개인데 {number}번을 골랐습니다.",
        "inbox.no_entities": '개체는 [{{"start": 0, "end": 2, "entity": "loc"}}]처럼 JSON으로 적으세요.',
        "inbox.empty_file": "{path}에 발화가 없습니다.",
        "inbox.no_model": "이 모델로는 말을 묶을 수 없습니다.",
        "inbox.other_proposals": "그 사이에 제안이 바뀌었습니다. 다시 불러와 보세요.",
        "inbox.no_fit": "개체가 서로 겹치거나 {length}자인 발화를 벗어납니다.",
        "inbox.intent_missing": "무슨 뜻인지 의도를 적어 주세요.",
        # The records of what was said
        "keys.taken": "'{name}' 이름의 열쇠가 이미 있습니다. 다른 이름을 쓰거나 nlu-keys revoke 로 먼저 거두세요.",
        "keys.unknown": "'{name}' 이름의 쓸 수 있는 열쇠가 없습니다. 있는 것: {there}",
        "records.driver": "기록의 주소는 SQLite 파일이나 PostgreSQL이어야 하는데 {driver}입니다.",
        "records.no_url": "기록의 주소가 URL이 아닙니다. sqlite:////srv/records.db처럼 적으세요.",
        "records.refused": "기록을 받아 주지 않습니다({by}: {problem}).",
        "records.unavailable": "기록을 쓸 수 없습니다: {place}: {problem}",
        # The registry
        "registry.active_broken": (
            "쓰는 모델 {version}을(를) 읽을 수 없습니다. {problem}\n"
            "  앞에 쓰던 모델로 답하려면 nlu-models rollback, 고른 모델로 답하려면 nlu-models activate 버전,\n"
            "  견주지 않고 새로 학습한 모델로 답하려면 nlu-train --force"
        ),
        "registry.active_file": (
            "{path}: 쓰는 모델이 적힌 파일이 깨졌습니다. nlu-models activate로 모델을 다시 고르세요."
        ),
        "registry.busy": "{models}: 다른 프로그램이 모델 저장소에 쓰고 있습니다. 끝난 뒤에 다시 하세요.",
        "registry.none_active": (
            "{models}: 쓰는 모델이 없습니다. nlu-train으로 학습하거나, nlu-models list로 찾아 "
            "nlu-models activate로 고르세요."
        ),
        "registry.none_earlier": "{models}: 되돌릴 모델이 없습니다. 앞에 쓰던 모델이 없습니다.",
        "registry.none_undone": (
            "{models}: 다시 쓸 모델이 없습니다. 되돌린 적이 없거나, 되돌린 뒤에 다른 모델을 골랐습니다."
        ),
        "registry.notes_file": "{path}: 메모가 적힌 파일이 깨졌습니다({problem}). 고치거나 지우고 다시 하세요.",
        "registry.store_away": (
            "{url}: 모델을 함께 쓰는 저장소에 닿지 못했습니다({problem}). 쓰는 모델은 바뀌지 않았습니다."
        ),
        "registry.store_changed": "{url}: 그 사이에 다른 컴퓨터에서 모델을 바꿨습니다. 확인하고 다시 하세요.",
        "registry.store_damaged": "{url}: {file}을(를) 올렸는데 다시 읽으니 다릅니다. 다시 해 보세요.",
        "registry.store_file": "{path}: 저장소가 적힌 파일이 깨졌습니다({problem}). nlu-models share로 다시 적으세요.",
        "registry.store_missing": "{url}: {place}이(가) 없습니다. 먼저 만드세요.",
        "registry.store_none": "{models}: 함께 쓰는 저장소가 없습니다. nlu-models share s3://버킷/폴더 로 정하세요.",
        "registry.store_secret": (
            "{variable}에 암호를 적지 마세요. AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY 환경 변수로 주세요."
        ),
        "registry.store_url": "{variable}: s3://버킷/폴더 나 file:///폴더 여야 하는데 {got}입니다.",
        "registry.trial_of_active": (
            "{version}: 지금 쓰는 모델이라 곁에서 시험할 수 없습니다. nlu-models list에서 (후보)인 모델을 고르세요."
        ),
        "registry.trials_file": (
            "{path}: 시험 중인 모델이 적힌 파일이 깨졌습니다({problem}). "
            "nlu-models shadow나 canary를 다시 부르거나 지우세요."
        ),
        "registry.version_active": (
            "{version}: 쓰는 모델은 지울 수 없습니다. nlu-models activate로 다른 모델을 먼저 고르세요."
        ),
        # Candidates that are tried beside the served version
        "beside.complaints": (
            "발화 {count}개 가운데 {new:.1f}%를 사람이 바로잡았습니다 (앞 모델: {before}개의 {old:.1f}%)."
        ),
        "beside.error": "{error}",
        "beside.failures": "발화 {count}개 가운데 {failures}개에 답하지 못했습니다 ({error}).",
        "beside.fallbacks": (
            "발화 {count}개 가운데 {new:.1f}%를 알아듣지 못했습니다 (앞 모델: {before}개의 {old:.1f}%)."
        ),
        "beside.process": "답하던 프로세스가 {deaths}번 끝났습니다 (마지막 코드 {code}).",
        "beside.slow": "발화 {count}개 가운데 {slow}개에 {seconds:g}초보다 오래 걸렸습니다.",
        "beside.slower": "발화 하나에 {new:.1f} ms가 걸립니다. 앞 모델의 {old:.1f} ms의 {most:g}배가 넘습니다.",
        "ended.activated": "쓰는 모델이 됨",
        "ended.failed": "답하지 못함",
        "ended.not_loaded": "읽지 못함",
        "ended.removed": "지움",
        "ended.replaced": "다른 모델로 바꿈",
        "ended.slower": "느림",
        "ended.stopped": "그만둠",
        "ended.worse": "확실히 나쁨",
        # The loop that trains again by policy
        "loop.accepted": "받은함에서 받아들인 것이 {count}개 모였습니다 ({least}개부터).",
        "loop.asked": "사람이 시작했습니다.",
        "loop.drift": "사람들이 하는 말이 달라졌습니다: {names}",
        "loop.enough": "24시간에 {most}번까지만 시작합니다.",
        "loop.every": "앞의 것에서 {days:g}일이 지났습니다.",
        "loop.held": "승격 정책이 막았습니다(작업 {job}). 쓰던 모델이 그대로 답합니다.\n{why}",
        "loop.job_failed": "작업 {job}이(가) 잘되지 않았습니다: {problem}",
        "loop.no_version": "쓰는 모델이 없습니다. 처음 모델은 nlu-train으로 만드세요.",
        "loop.not_begun": "시작할 수 없었습니다: {problem}",
        "loop.nothing_new": "패턴·사전·바로잡은 말이 {run}번째 때와 같아 새로 배울 것이 없습니다.",
        "loop.nothing_new_after": (
            "{run}번째가 잘되지 않았고 그 뒤로 패턴·사전·바로잡은 말이 그대로입니다. "
            "받은함에서 제안을 받아들이거나 패턴을 고치세요. 그대로 다시 해 보려면 nlu-loop run --now"
        ),
        "loop.off": "꺼져 있습니다. 켜려면 loop.toml에 enabled = true",
        "loop.open": "{run}번째가 아직 끝나지 않았습니다.",
        "loop.quiet": "앞의 것을 시작한 뒤 {hours:g}시간은 쉽니다 ({until}까지).",
        "run.begun": "시작함",
        "run.canary": "{version} 모델이 일부 사용자에게 답하는 중 (카나리아)",
        "run.failed": "작업이 잘되지 않음",
        "run.held": "승격 정책이 막음; {before} 모델이 그대로 답함",
        "run.kept": "{version} 모델로 바꾸고 지켜봄, 이상 없음",
        "run.overtaken": "지켜보는 동안 사람이 다른 모델로 바꿈",
        "run.promoting": "카나리아를 마치고 {version} 모델로 바꾸는 중",
        "run.rolled_back": "{version} 모델이 확실히 나빠 {before} 모델로 되돌림",
        "run.stopped": "{version} 모델의 카나리아가 멈춤; {before} 모델이 그대로 답함",
        "run.unchanged": "새로 배운 것이 없음",
        "run.watching": "{version} 모델로 바꾸고 지켜보는 중",
        "run.working": "학습하는 중",
        "run.worse": "{version} 모델이 확실히 나쁨; 되돌릴지 정해 주세요",
        # Snapshots of an author's files
        "snapshot.busy": "{folder}: 다른 프로그램이 스냅샷을 쓰고 있습니다. 끝난 뒤에 다시 하세요.",
        "snapshot.contents_broken": (
            "스냅샷 {snapshot}의 파일이 깨졌습니다: {files}. 나머지만 되돌리려면 --files에 적으세요: {rest}"
        ),
        "snapshot.format": "스냅샷 {snapshot}은(는) 다른 판의 프로그램이 만들었습니다 (형식 {got}; 여기는 {expected}).",
        "snapshot.leads_out": "스냅샷 {snapshot}은(는) 프로젝트 밖의 파일을 가리켜 쓰지 않습니다: {name!r}",
        "snapshot.link_out": "{path}: 프로젝트 밖을 가리키는 링크라서 되돌리지 않습니다.",
        "snapshot.no_file": "{path}: 파일이 아니라서 되돌리지 않습니다.",
        "snapshot.none": (
            "{folder}: 스냅샷이 아직 없습니다. nlu-generate 를 실행하면 그때의 패턴·사전·설정이 남습니다."
        ),
        "snapshot.object_broken": "스냅샷의 내용이 깨졌습니다({problem}): {path}",
        "snapshot.object_erased": "스냅샷의 내용을 어떤 사람의 말을 잊으려고 지웠습니다: {path}",
        "snapshot.object_missing": "스냅샷의 내용이 없어졌습니다: {path}",
        "snapshot.too_large": "{path}: {most} MB보다 커서 스냅샷으로 남길 수 없습니다. 다른 곳에 옮긴 뒤에 되돌리세요.",
        "snapshot.unreadable": "스냅샷 {snapshot}이(가) 깨져 읽을 수 없습니다({problem}).",
        "snapshot.unsaved": (
            "아직 스냅샷으로 남지 않은 것을 덮어쓰게 됩니다: {files}. 그래도 되돌리려면 --force를 붙이세요. "
            "지금 파일은 먼저 스냅샷으로 남깁니다."
        ),
        # Promotion
        "book.entities": (
            'entities는 {{"menu": "피자"}}처럼, 또는 데이터처럼 [{{"entity": "menu", "value": "피자"}}]로 적으세요.'
        ),
        "book.entity_missing": "{entity} '{value}'을(를) 찾지 못합니다",
        "book.entity_more": "{entity} '{value}'은(는) 없어야 합니다",
        "book.intent": "[{wanted}](이)어야 하는데 [{got}](으)로 알아듣습니다",
        "book.key": "'{name}'은(는) 모르는 이름입니다. {choices:near name}",
        "book.must_not": "[{got}](으)로 알아들으면 안 됩니다",
        "book.nothing": "무엇을 지켜야 하는지 없습니다. intent, entities, must_not 가운데 하나는 적으세요.",
        "book.value": "{entity}의 값이 없습니다. 말한 그대로나 사전의 대표값을 적으세요.",
        "promotion.book_failed": "꼭 알아들어야 할 말 {lines}줄 가운데 {failed}줄을 알아듣지 못합니다",
        "promotion.book_passed": "꼭 알아들어야 할 말 {lines}줄을 모두 알아듣습니다",
        "promotion.calibration": "확신의 어긋남 {old:.3f} → {new:.3f}",
        "promotion.calibration_worse": "확신의 어긋남이 {old:.3f} → {new:.3f}(으)로 {most:g}보다 많이 늘었습니다",
        "promotion.cannot_tell": (
            "{name}: {old:.1f} % → {new:.1f} % (차이 {point:+.1f}점, 구간 {low:+.1f} … {high:+.1f}): "
            "발화 {count:,}개, 패턴 {clusters:,}개로는 알 수 없어 막지 않습니다"
        ),
        "promotion.compared": (
            "두 모델이 똑같이 처음 보는 test 발화 {count:,}개로 견주었습니다. {tested:,}개 가운데 뺀 것: "
            "한쪽만 배운 말·패턴·값 {learned:,}개, 쓰는 모델에 없는 의도·개체 {new:,}개"
        ),
        "promotion.compared_served": (
            "평가용 모델이 없어 서비스용 모델끼리 test 발화 {count:,}개로 견주었습니다. 이미 배운 말이 섞여 있어 "
            "점수가 실제보다 높습니다. {tested:,}개 가운데 뺀 것: 쓰는 모델에 없는 의도·개체 {new:,}개"
        ),
        "promotion.comparing": "쓰는 모델과 견줍니다",
        "promotion.cost": "{name} {old:.2f} → {new:.2f}",
        "promotion.cost_more": "{name}: {old:.2f} → {new:.2f}, {most:g}배를 넘습니다",
        "promotion.draft": "초안은 제대로 학습한 모델({active})을 대신하지 않습니다",
        "promotion.each": "예가 {least}개 이상인 의도와 개체 {count}개는 나빠졌다고 볼 까닭이 없습니다",
        "promotion.entity_worse": (
            "개체 '{label}'이(가) 나빠졌습니다: {old:.1f} % → {new:.1f} % "
            "(발화 {count:,}개, 차이 {point:+.1f}점, 구간 {low:+.1f} … {high:+.1f})"
        ),
        "promotion.exact": "의도와 개체를 모두 맞힌 발화",
        "promotion.first": "첫 모델이라 견줄 모델이 없습니다",
        "promotion.forced": "정책과 상관없이 새 모델로 바꾸었습니다: {before} 대신 {version}이(가) 답합니다.",
        "promotion.forced_first": "정책과 상관없이 새 모델로 답합니다: {version}",
        "promotion.gone": (
            "쓰는 모델의 의도나 개체가 없어졌습니다: {names} "
            "(일부러 없앴거나 이름을 바꾸었으면 promotion.toml의 may_vanish에 적으세요)"
        ),
        "promotion.gone_allowed": "없어져도 되는 의도나 개체가 없어졌습니다: {names}",
        "promotion.held": (
            "새 모델로 바꾸지 않았습니다: {version}은(는) 후보로 둡니다. 쓰던 모델 {before}이(가) 그대로 답합니다."
        ),
        "promotion.held_first": (
            "새 모델로 답하지 않습니다: {version}은(는) 후보로 둡니다. 아직 답하는 모델이 없습니다."
        ),
        "promotion.intent_worse": (
            "의도 '{label}'이(가) 나빠졌습니다: {old:.1f} % → {new:.1f} % "
            "(발화 {count:,}개, 차이 {point:+.1f}점, 구간 {low:+.1f} … {high:+.1f})"
        ),
        "promotion.intents": "의도를 맞힌 발화",
        "promotion.live": "새 모델로 바꾸었습니다: {before} 대신 {version}이(가) 답합니다.",
        "promotion.live_first": "새 모델로 답합니다: {version}",
        "promotion.may_be_live": "정책을 지킵니다: {version}은(는) 승격해도 됩니다. 아직 바꾸지 않았습니다.",
        "promotion.megabytes": "모델의 크기(MB)",
        "promotion.milliseconds": "발화 하나의 시간(ms)",
        "promotion.much_worse": (
            "{name}: {old:.1f} % → {new:.1f} % (차이 {point:+.1f}점, 구간 {low:+.1f} … {high:+.1f}): "
            "확실하지는 않지만 {bearable:.1f}점 넘게 나빠졌을 수 있습니다"
        ),
        "promotion.no_worse": (
            "{name}: {old:.1f} % → {new:.1f} % (차이 {point:+.1f}점, 구간 {low:+.1f} … {high:+.1f})"
        ),
        "promotion.nothing_to_compare": "두 모델이 모두 처음 보는 test 발화가 없어 점수는 견주지 못했습니다",
        "promotion.of_draft": "쓰던 모델은 초안이라 견주지 않습니다",
        "promotion.other_data": "데이터 폴더가 새 모델을 학습한 뒤에 바뀌어, 지금 데이터의 test 부분으로 견주었습니다",
        "promotion.range": "{name}: {value:g} (정책: {low:g}부터 {high:g}까지)",
        "promotion.same": "쓰는 모델({active})과 똑같은 모델입니다",
        "promotion.shrunk": (
            "의도 '{intent}'의 패턴이 {before:,}줄에서 {after:,}줄로 줄었습니다. "
            "뺀 줄의 말을 알아듣는지는 견주지 않습니다"
        ),
        "promotion.sturdiness": "오타나 띄어쓰기를 바꾸어도 모두 맞힌 발화",
        "promotion.worse": (
            "{name}: {old:.1f} % → {new:.1f} % (차이 {point:+.1f}점, 구간 {low:+.1f} … {high:+.1f}): 나빠졌습니다"
        ),
        # What the system refuses
        "system.disk_full": "디스크가 가득 찼습니다. 자리를 비우고 다시 하세요.",
        "system.exists": "이 이름의 파일이나 폴더가 이미 있습니다: {path}. 다른 이름을 적어 주세요.",
        "system.file_missing": "파일이 없습니다: {path}",
        "system.is_folder": "파일이 아니라 폴더입니다: {path}",
        "system.name_long": "이름이 너무 깁니다. 더 짧은 이름을 적어 주세요.",
        "system.no_folder": "폴더가 아닙니다: {path}",
        "system.no_permission": "읽거나 쓸 권한이 없습니다: {path}",
        "system.port_taken": "이미 쓰이는 포트입니다. --port 로 다른 번호를 주거나, 그 포트를 쓰는 프로그램을 끄세요.",
        # A tracking server
        "tracking.refused": "{uri}: {problem}",
        "tracking.unreachable": "{uri}: 서버에 닿지 않습니다. 켜져 있는지, 주소가 맞는지 확인하세요.",
        "tracking.slow": "{uri}: {seconds:g}초 안에 답하지 않았습니다.",
        # Wrong usage of a command
        "usage.choice": "{name}: {given} 대신 다음 가운데 하나를 쓰세요: {choices}",
        "usage.integer": "{name}: 정수가 필요한데 {given}입니다",
        "usage.missing": "빠진 값이 있습니다: {names}",
        "usage.not_with": "{name}: {other}와(과) 함께 쓸 수 없습니다",
        "usage.number": "{name}: 수가 필요한데 {given}입니다",
        "usage.one": "{name}: 값이 하나 필요합니다",
        "usage.one_of": "다음 가운데 하나가 필요합니다: {names}",
        "usage.other": "{name}: {problem}",
        "usage.port": "0에서 65535까지의 정수가 필요한데 {given!r}입니다",
        "usage.days": "1부터 {most:,}까지의 날수가 필요한데 {given!r}입니다",
        "usage.folds": "2부터 {most}까지의 정수가 필요한데 {given!r}입니다",
        "usage.share": "0보다 크고 1보다 작은 비율이어야 합니다. 예: 0.005. 지금은 {given}입니다",
        "usage.part": "0보다 크고 1까지인 몫이 필요합니다. 예: 0.05, 5%. 지금은 {given!r}입니다",
        "usage.positive": "1 이상의 정수가 필요한데 {given!r}입니다",
        "usage.several": "{name}: 값이 {count}개 필요합니다",
        "usage.some": "{name}: 값이 하나 이상 필요합니다",
        "usage.unknown": "모르는 값입니다: {given}",
        # The server's environment variables
        "variable.above": "환경 변수 {variable}: {gt:g}보다 커야 하는데 {got}입니다",
        "variable.at_least": "환경 변수 {variable}: {ge:g} 이상이어야 하는데 {got}입니다",
        "variable.at_most": "환경 변수 {variable}: {le:g} 이하여야 하는데 {got}입니다",
        "variable.choice": "환경 변수 {variable}: 다음 가운데 하나가 필요한데 {got!r}입니다: {choices}",
        "variable.key_characters": ("환경 변수 {variable}: 영문, 숫자, 기호로만 써야 하는데 다른 글자가 있습니다"),
        "variable.key_length": "환경 변수 {variable}: {shortest}자 이상이어야 하는데 {length}자입니다",
        "variable.key_missing": "환경 변수 {variable}: NLU_PARSE_NEEDS_KEY를 켜면 열쇠가 있어야 하는데 없습니다",
        "variable.number": "환경 변수 {variable}: 수가 필요한데 {got!r}입니다",
        "variable.records_url": "환경 변수 {variable}: sqlite:///… 나 postgresql://… 이어야 합니다",
        "variable.share": "환경 변수 {variable}: all, off, 또는 0에서 1까지의 수가 필요한데 {got!r}입니다",
        "variable.talks_url": "환경 변수 {variable}: redis://…, rediss://… 나 unix:///… 이어야 합니다",
        "variable.switch": "환경 변수 {variable}: on 이나 off 가 필요한데 {got!r}입니다",
        "variable.whole_number": "환경 변수 {variable}: 정수가 필요한데 {got!r}입니다",
        # Hyper-parameter search
        "tune.another": (
            "탐색 '{name}'은(는) 다른 것으로 만든 탐색이라 잇지 않습니다. 다른 것: {differing}. 새로 "
            "시작하려면 --new, 다른 "
            "이름으로 하려면 --name 이름."
        ),
        "tune.driver": (
            "탐색은 SQLite 파일(sqlite:///…)이나 PostgreSQL(postgresql://…)에 둡니다. {driver}에는 둘 수 없습니다."
        ),
        "tuned.entities": "개체 그물",
        "tuned.intents": "의도 그물",
        "tune.measuring": "찾은 설정으로 학습하고, 처음 보는 발화(test)로 한 번 잽니다",
        "tune.no_url": (
            "탐색을 둘 곳이 URL이 아닙니다. sqlite:///tuning/study.db 나 "
            "postgresql://사용자@호스트/데이터베이스 처럼 적으세요."
        ),
        "tune.no_workers": (
            "시험하던 프로세스가 모두 죽었습니다(마지막 코드 {code}). 메모리가 모자라면 --workers를 "
            "줄이세요. 다시 실행하면 이어서 합니다."
        ),
        "tuned.shared": "함께 쓰는 것",
        "trial.complete": "끝",
        "trial.failed": "실패",
        "trial.given_back": "돌려줌",
        "trial.over": "한도 넘음",
        "trial.pruned": "그만둠",
        "trial.running": "학습",
        "trial.same": "앞과 같음",
        "trial.waiting": "기다림",
        "trial.worse": "하나가 나쁨",
        "tune.stopping": "멈춥니다. 하던 시험은 돌려주고 지금까지 찾은 것을 적습니다 (바로 끝내려면 Ctrl+C 한 번 더)",
        "tune.storage": "탐색을 둔 곳을 쓸 수 없습니다: {place} ({problem})",
        "tune.study": "{target}을(를) 시험합니다",
        "tune.worker_ended": (
            "시험하던 프로세스 하나가 죽었습니다(코드 {code}). 하던 시험은 다시 합니다. 남은 프로세스: {left}"
        ),
    }
)
