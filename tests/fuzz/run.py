"""Look for inputs that break a target, by coverage: `python -m tests.fuzz.run pattern -max_total_time=600`.

Needs `pip install atheris`. Options after the target's name, and a folder to keep the inputs in, go to libFuzzer. What
is found becomes a row of a table in `test_targets.py`.
"""

from __future__ import annotations

import sys


def main() -> None:
    import atheris

    with atheris.instrument_imports(include=["nlu", "server"]):
        from tests.fuzz.targets import TARGETS
    name, *options = sys.argv[1:] or [""]
    if name not in TARGETS:
        raise SystemExit(f"expected one of {', '.join(TARGETS)}, got {name!r}")
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
