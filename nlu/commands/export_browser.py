"""`models export-browser`: write a model as a static folder that answers in a web browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from nlu.browser.export import export
from nlu.commands.common import CommandParser, ExitCode
from nlu.errors import RegistryError
from nlu.store.registry import Registry

DESCRIPTION = (
    "모델을 서버 없이 브라우저에서 답하는 폴더로 씁니다. 아무 웹 서버에나 그대로 올리면 되고, 한 번 열면 인터넷 없이도 "
    "답합니다. "
    '[tokenizer] name = "syllable"(또는 "whitespace")로 학습한 모델만 됩니다.'
)


def add_arguments(parser: CommandParser) -> None:
    """Say what the verb takes beside the folder of models."""
    parser.add_argument("version", metavar="버전", nargs="?", help="쓸 모델; 없으면 쓰는 모델")
    parser.add_argument("folder", metavar="폴더", type=Path, help="쓸 곳 (새 폴더)")
    parser.add_argument(
        "--onnxruntime",
        type=Path,
        metavar="파일",
        help="인터넷이 안 되는 컴퓨터에서: npm pack 으로 미리 받은 onnxruntime-web 파일",
    )


def handle(arguments: argparse.Namespace) -> int:
    """Write the folder and say what is in it."""
    registry = Registry(arguments.models)
    if (version := arguments.version or registry.active()) is None:
        raise RegistryError("registry.none_active", models=arguments.models)
    done = export(registry.open(version), arguments.folder, arguments.onnxruntime)
    size = f"{done.size / 1e6:.1f} MB (모델 {done.model_size / 1e6:.1f} MB)"
    print(f"{done.version} 모델을 {arguments.folder}에 썼습니다: {size}")
    print(f"시험: python3 -m http.server --directory {arguments.folder} 8080 → http://localhost:8080/")
    if done.bound:
        print(f"브라우저에서는 값을 계산하지 않습니다: {', '.join(done.bound)}은 사전에 적힌 값만 그대로 답합니다.")
    print("이 폴더에는 패턴과 사전이 들어 있으니, 모두가 보아도 되는 것만 올리세요.")
    return ExitCode.OK
