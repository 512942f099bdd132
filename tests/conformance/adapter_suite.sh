#!/usr/bin/env bash
# adapter_suite.sh MOD: runs dbt's own adapter tests with that binary and prints, by family, how many it passes of those that dbt
# passes. docs/reference/dbt-compatibility.md holds the figures and what is known to fail.
#
#   MOD_ADAPTER_SUITE  the folder of the suite: tests, requirements.txt, and BASELINE.json with what dbt passes; unset skips
#   MOD_ADAPTER        duckdb (default) or postgres, whose server the variables PGHOST, PGUSER, PGDATABASE … name
#   SUITE_ONLY         families, separated by commas; all of them by default
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${MOD_ADAPTER_SUITE:-}" ]; then
	echo "MOD_ADAPTER_SUITE is not set: dbt's adapter tests are skipped" >&2
	exit 0
fi
suite=$(realpath "$MOD_ADAPTER_SUITE")
cache=$("$here/dbt_environment.sh" "$suite/requirements.txt") || {
	echo "dbt's adapter tests are skipped: their packages cannot be installed" >&2
	exit 0
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$suite" "$work/suite" # dbt writes logs beside the tests
export MOD_CMD SUITE_ADAPTER=${MOD_ADAPTER:-duckdb} SUITE_RESULTS=$work/results.jsonl
MOD_CMD=$(realpath "${1:?usage: adapter_suite.sh MOD}")
(cd "$work/suite" && "$cache/bin/python" -m pytest -q -p no:cacheprovider --basetemp="$work/tmp" >"$work/log" 2>&1) || true
[ -s "$SUITE_RESULTS" ] || { tail -n 20 "$work/log" >&2; exit 1; }
"$cache/bin/python" "$here/adapter_score.py" "$suite/BASELINE.json" "$SUITE_ADAPTER" "$SUITE_RESULTS" "$here/adapter_known.txt"
