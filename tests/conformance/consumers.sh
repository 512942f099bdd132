#!/usr/bin/env bash
# consumers.sh MOD: programs that read dbt's artifacts read mod's, of the demo project and of a generated one. Each has an environment of
# its own, which stays in the cache; one that pip cannot install is passed over, with what pip said.
#
#   CONSUMERS  which of them, separated by spaces; all of them by default
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
mod=$(realpath "${1:?usage: consumers.sh MOD}")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mod/consumers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DBT_SEND_ANONYMOUS_USAGE_STATS=false DO_NOT_TRACK=1 DBT_COLIBRI_NO_VERSION_CHECK=1
export AIRFLOW_HOME=$work/airflow PYTHONDONTWRITEBYTECODE=1 BENCH_PATH=$work/generated/bench.duckdb

declare -A pinned=(
	[artifacts_parser]=dbt-artifacts-parser==0.15.0
	[colibri]=dbt-colibri==0.3.7
	[cosmos]=astronomer-cosmos==1.15.1
	[recce]=recce==1.69.1
)

# environment NAME: installs a consumer unless it is there. Recce reads artifacts through the dbt that is beside it.
environment() {
	local name=$1 env=$cache/$1
	[ "$(cat "$env/installed" 2>/dev/null)" != "${pinned[$name]}" ] || return 0
	rm -rf "$env"
	mkdir -p "$cache"
	{
		python3 -m venv "$env" && "$env/bin/pip" install -q --disable-pip-version-check "${pinned[$name]}" &&
			{ [ "$name" != recce ] || "$env/bin/pip" install -q --disable-pip-version-check --no-deps -r "$root/tests/bench/testdata/dbt1/requirements.txt"; }
	} >"$cache/$name.log" 2>&1 || return 1
	echo "${pinned[$name]}" >"$env/installed"
}

# artifacts PROJECT: builds it and writes what the consumers read. The sources of the generated one are its seeds, which come first therefore.
artifacts() {
	(cd "$1" && "$mod" -q seed && "$mod" -q build --target-path target && "$mod" -q docs generate --target-path target) >"$work/log" 2>&1 ||
		{ cat "$work/log" >&2; exit 1; }
}

mkdir -p "$work/demo/tests" "$work/airflow" "$work/.recce"
echo 'user_id: none
anonymous_tracking: false' >"$work/.recce/profile.yml"
(cd "$root" && cp -r project.yml models seeds macros "$work/demo" && cp -r tests/generic tests/*.sql tests/*.yml "$work/demo/tests")
(cd "$root" && go test -count 1 -run Generate ./tests/bench -models 60 -into "$work/generated" >"$work/log") || { cat "$work/log" >&2; exit 1; }
artifacts "$work/demo"
artifacts "$work/generated"

failed=0
for name in ${CONSUMERS:-artifacts_parser colibri cosmos recce}; do
	if ! environment "$name"; then
		printf '%-30s not installed: %s\n' "${pinned[$name]}" "$(grep -m 1 ERROR "$cache/$name.log" || tail -n 1 "$cache/$name.log")"
		continue
	fi
	for project in demo generated; do
		if HOME=$work "$cache/$name/bin/python" "$here/consumers/${name}_reads.py" "$work/$project" "$work/$project/target" >"$work/out" 2>"$work/log"; then
			printf '%-30s %-10s %s\n' "${pinned[$name]}" "$project" "$(tail -n 1 "$work/out")"
		else
			printf '%-30s %-10s FAILED\n' "${pinned[$name]}" "$project"
			tail -n 15 "$work/log" >&2
			failed=1
		fi
	done
done
exit "$failed"
