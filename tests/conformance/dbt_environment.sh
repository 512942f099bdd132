#!/usr/bin/env bash
# dbt_environment.sh REQUIREMENTS [NAME]: prints the folder of a Python environment with dbt and what its tests need, in the cache; made once.
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mod/${2:-adapter-suite}
extra=pytest-mock==3.15.1 # of the functional tests
wanted=$(cat "$1")$'\n'$extra
if [ "$(cat "$cache/installed" 2>/dev/null)" != "$wanted" ]; then
	echo "python -m venv, pip install -r $(basename "$1")" >&2
	rm -rf "$cache"
	mkdir -p "$cache"
	{ python3 -m venv "$cache" && "$cache/bin/pip" install -q --disable-pip-version-check --no-deps -r "$1" "$extra"; } >"$cache.log" 2>&1 || {
		tail -n 3 "$cache.log" >&2
		rm -rf "$cache"
		exit 1
	}
	echo "$wanted" >"$cache/installed"
fi
echo "$cache"
