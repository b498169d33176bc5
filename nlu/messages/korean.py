"""The Korean messages: for authors, in files' mistakes and on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

KOREAN: Mapping[str, str] = MappingProxyType(
    {
        # Lists of names inside other messages
        "names.all": "있는 것: {names}",
        "names.closest": "혹시 '{name}'입니까? ",
        "names.more": "있는 것: {names} 외 {more}개",
        "names.none": "없음",
        "names.nothing_yet": "아직 아무것도 없습니다.",
        # Look-ups and packages
        "choice.unknown": "{name!r}: 그런 이름이 없습니다({kind}). 있는 것: {choices}",
        "package.missing": "패키지 {package}이(가) 필요합니다. 설치: {install}",
        # All mistakes of a run
        "package.missing_for": "패키지 {package}이(가) 필요합니다. 설치: {install}",
        "source.count": "잘못된 곳이 {count}군데 있습니다.",
        # Bundles
        "bundle.digest": "{path}: 내용이 바뀌었습니다(SHA-256 {expected}이어야 하는데 {got}). 다시 학습하세요.",
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
        "bundle.manifest": "{path}: 모델의 목록이 깨졌습니다({problem}). 다시 학습하세요.",
        "bundle.no_folder": "{folder}: 모델을 쓸 수 없습니다. 폴더가 없습니다.",
        "bundle.no_format": "{path}: 모델의 목록을 읽을 수 없습니다({problem}). 다시 학습하세요.",
        "bundle.no_manifest": "{folder}: 모델을 쓸 수 없습니다. 목록이 없으니 모델이 아니거나 쓰다 만 것입니다.",
        "bundle.not_json": "{path}: 모델의 파일이 JSON이 아닙니다({problem}). 다시 학습하세요.",
        "bundle.size": "{path}: 모델의 파일이 {expected}바이트여야 하는데 {got}바이트입니다. 다시 학습하세요.",
        "bundle.unreadable": "{path}: 모델의 목록을 읽을 수 없습니다({problem}).",
        "bundle.version": "{folder}: 모델 {expected}의 폴더에 모델 {got}이(가) 있습니다. 폴더 이름을 되돌리세요.",
        # Requests and utterances
        "input.import_weight": "{given}: '=' 뒤에는 0보다 큰 무게를 적어 주세요. 예: {path}=3",
        "input.line_not_utf8": "입력을 읽을 수 없습니다: 표준 입력 {number}번째 줄이 UTF-8이 아닙니다.",
        # The registry
        "registry.active_file": (
            "{path}: 쓰는 모델이 적힌 파일이 깨졌습니다. nlu-models activate로 모델을 다시 고르세요."
        ),
        "registry.busy": "{models}: 다른 프로그램이 모델 저장소에 쓰고 있습니다. 끝난 뒤에 다시 하세요.",
        "registry.none_active": (
            "{models}: 쓰는 모델이 없습니다. nlu-train으로 학습하거나, nlu-models list로 찾아 "
            "nlu-models activate로 고르세요."
        ),
        "registry.none_earlier": "{models}: 되돌릴 모델이 없습니다. 앞에 쓰던 모델이 없습니다.",
        "registry.version_active": (
            "{version}: 쓰는 모델은 지울 수 없습니다. nlu-models activate로 다른 모델을 먼저 고르세요."
        ),
        # What the system refuses
        "system.disk_full": "디스크가 가득 찼습니다. 자리를 비우고 다시 하세요.",
        "system.file_missing": "파일이 없습니다: {path}",
        "system.is_folder": "파일이 아니라 폴더입니다: {path}",
        "system.no_folder": "폴더가 아닙니다: {path}",
        "system.no_permission": "읽거나 쓸 권한이 없습니다: {path}",
        "system.port_taken": "이미 쓰이는 포트입니다. --port 로 다른 번호를 주거나, 그 포트를 쓰는 프로그램을 끄세요.",
    }
)
