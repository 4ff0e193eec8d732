#!/usr/bin/env bash
# bootstrap.sh run|test — everything that `make run` or `make test` needs, on a fresh Debian machine. Quick when nothing changed.
#
# System packages are installed when this is root or sudo needs no password; otherwise one sentence says what to install.
# Python packages come pinned with their hashes from installer/*.lock into .venv.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}

run_packages=(python3-venv libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0
  libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libsane1)
test_packages=(softhsm2 poppler-utils libnss3-tools xvfb xauth sane-utils clamav-daemon)
packages=("${run_packages[@]}")
[[ $purpose == test ]] && packages+=("${test_packages[@]}")

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }
if command -v dpkg-query >/dev/null; then
  missing=()
  for package in "${packages[@]}"; do installed "$package" || installed "${package}t64" || missing+=("$package"); done
  if ((${#missing[@]})); then
    if [[ $(id -u) == 0 ]]; then as_root=(); elif sudo -n true 2>/dev/null; then as_root=(sudo -n); else
      echo "Please install these system packages first, then run this again:" >&2
      echo "  sudo apt-get install ${missing[*]}" >&2
      exit 3
    fi
    echo "Installing system packages: ${missing[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  fi
fi

python=""
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
  [[ -n $candidate ]] && command -v "$candidate" >/dev/null || continue
  if "$candidate" -c 'import sys, ensurepip; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [[ -z $python ]]; then
  echo "Văn Khố needs Python 3.11, 3.12 or 3.13 with the venv module (Debian: sudo apt-get install python3 python3-venv)." >&2
  exit 3
fi

# The packages for the tests hold those for running: either set that is up to date serves `run`.
current() { [[ -x .venv/bin/python && $(cat ".venv/installed-$1" 2>/dev/null) == "$(sha256sum "installer/$1" | cut -d' ' -f1)" ]]; }
lock=requirements.lock
[[ $purpose == test ]] && lock=requirements-dev.lock
if ! current "$lock" && ! { [[ $purpose == run ]] && current requirements-dev.lock; }; then
  [[ -x .venv/bin/python ]] || "$python" -m venv .venv
  echo "Installing Python packages (once; a few minutes on a slow line)…" >&2
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "installer/$lock"
  sha256sum "installer/$lock" | cut -d' ' -f1 >".venv/installed-$lock"
fi
.venv/bin/python installer/translations.py compile
