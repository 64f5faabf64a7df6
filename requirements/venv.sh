#!/bin/sh
# Makes .venv with the first fitting Python. PYTHON=/some/python chooses another.
set -eu

if [ "$(cat .venv/.place 2>/dev/null)" = "$(pwd -P)" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

chosen=
for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        chosen=$name
        break
    fi
done

if [ -z "$chosen" ]; then
    echo "Woodpecker needs Python 3.11 or newer; found: $("${PYTHON:-python3}" --version 2>&1 || true)." >&2
    echo "Install one (Debian 12, Ubuntu 24.04: apt install python3 python3-venv) or name it: make setup PYTHON=/path/to/python3.12" >&2
    exit 1
fi
if ! "$chosen" -c 'import venv, ensurepip' 2>/dev/null; then
    version=$("$chosen" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "$chosen cannot make virtual environments: its venv module is missing." >&2
    echo "Debian, Ubuntu: apt install python$version-venv. Then run make again." >&2
    exit 1
fi
"$chosen" -m venv --clear .venv
pwd -P > .venv/.place
