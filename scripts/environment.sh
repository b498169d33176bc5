# Make the virtual environment .venv and install this project into it; sourced by the other scripts.
# Usage: prepare_environment EXTRAS [WHEELHOUSE]   (such as "train,server"); does nothing when it is up to date. With the
# folder that scripts/wheelhouse made, nothing but that folder is asked for packages.

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" "$@" python3 python3.14 python3.13 python3.12 python3.11 python; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  echo "파이썬 3.11 이상이 필요합니다. (Python 3.11 or newer is needed; set PYTHON=/path/to/python3)" >&2
  return 1
}

prepare_environment() {
  local extras=$1 wheelhouse=${2:-} python wanted stamp=.venv/installed
  if [ ! -x .venv/bin/python ]; then
    python=$(find_python $(wheelhouse_python "$wheelhouse"))
    [ -z "$wheelhouse" ] || "$python" -m scripts.offline.check "$wheelhouse" "$extras" || return 1
    echo "가상 환경을 만듭니다: .venv" >&2
    if ! "$python" -m venv .venv; then
      rm -rf .venv
      echo "venv를 만들지 못했습니다. 데비안·우분투라면 python3-venv 패키지를 설치하세요." >&2
      return 1
    fi
  fi
  wanted="$extras $(cat setup.cfg pyproject.toml constraints.txt | .venv/bin/python -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())')"
  if [ ! -f "$stamp" ] || ! grep -qxF "$wanted" "$stamp"; then
    echo "필요한 패키지를 설치합니다 (처음 한 번, 몇 분) …" >&2
    if [ -n "$wheelhouse" ]; then
      install_offline "$extras" "$wheelhouse"
    else
      .venv/bin/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable ".[$extras]"
    fi
    echo "$wanted" >>"$stamp"
  fi
}

# The Python that a wheelhouse was collected for, to be tried first.
wheelhouse_python() {
  [ -z "$1" ] || [ ! -f "$1/wheelhouse.json" ] || sed -n 's/^ *"python": "\([0-9.]*\)".*/python\1/p' "$1/wheelhouse.json"
}

# No setting of this machine's pip has a say, and no package comes from elsewhere, nor is another than the one collected.
install_offline() {
  local pip=(env PIP_CONFIG_FILE=/dev/null .venv/bin/python -m pip --isolated --disable-pip-version-check install --quiet --no-index)
  .venv/bin/python -m scripts.offline.check "$2" "$1" || return 1
  "${pip[@]}" --find-links "$2" --require-hashes --requirement "$2/requirements.txt" || return 1
  "${pip[@]}" --no-deps --no-build-isolation --editable .
}
