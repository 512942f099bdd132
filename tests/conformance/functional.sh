#!/usr/bin/env bash
# functional.sh MOD: runs the tests that dbt's own repositories keep for their command line with that binary, and prints by family how many
# of those that run the command it passes. The exit status is 1 if one fails that functional_known.txt does not name.
#
#   MOD_FUNCTIONAL     the folder with checkouts of dbt-duckdb, dbt-postgres (the folder of that name in dbt-adapters) and dbt-core (a 1.x
#                      branch), as many of them as there are; unset skips. MOD_FUNCTIONAL_CMD is another command to try, such as dbt
#   MOD_ADAPTER_SUITE  the folder with dbt_shim.py, which sends dbt's calls to a command, and requirements.txt
#   POSTGRES_TEST_HOST, _PORT, _USER, _PASS, _DATABASE  the server of the last two; without a port they are passed over
#   FUNCTIONAL_ONLY    the tests to run, such as tests/functional/basic; all of them by default
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${MOD_FUNCTIONAL:-}" ] || [ -z "${MOD_ADAPTER_SUITE:-}" ]; then
	echo "MOD_FUNCTIONAL or MOD_ADAPTER_SUITE is not set: dbt's functional tests are skipped" >&2
	exit 0
fi
suite=$(realpath "$MOD_ADAPTER_SUITE")
MOD_CMD=${MOD_FUNCTIONAL_CMD:-$(realpath "${1:?usage: functional.sh MOD}")}
export MOD_CMD PYTHONDONTWRITEBYTECODE=1 DBT_SEND_ANONYMOUS_USAGE_STATS=false
environment=$("$here/dbt_environment.sh" "$suite/requirements.txt")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# tests REPOSITORY PYTEST-ARGUMENT...: runs the tests in a copy, since dbt writes logs beside them.
tests() {
	local name=$1 from=$MOD_FUNCTIONAL/$1 to=$work/$1
	shift
	[ -d "$from/tests/functional" ] || { echo "$name: not in $MOD_FUNCTIONAL, passed over" >&2; return 0; }
	mkdir "$to"
	cp -r "$from/tests" "$to"
	[ ! -d "$from/schemas" ] || cp -r "$from/schemas" "$to"
	if [ "$name" = dbt-core ]; then # what its own conftest adds is for tests that run no command, but for one fixture
		printf '%s\n' 'import pytest' 'pytest_plugins = ["dbt.tests.fixtures.project"]' '' '@pytest.fixture' 'def parser_mode():' '    return "core"' >"$to/tests/conftest.py"
	fi
	printf '[pytest]\n' >"$to/pytest.ini"
	(
		cd "$to"
		export PYTHONPATH=$suite:$here:$to FUNCTIONAL_RESULTS=$work/$name.jsonl
		# shellcheck disable=SC2086 # several tests may be named
		"$environment/bin/python" -m pytest -q -W ignore -p no:cacheprovider -p dbt_shim -p functional_results --continue-on-collection-errors \
			--basetemp="$work/tmp-$name" "$@" ${FUNCTIONAL_ONLY:-tests/functional} >"$work/$name.log" 2>&1
	) || true
	[ -s "$work/$name.jsonl" ] || { tail -n 20 "$work/$name.log" >&2; return 1; }
	"$environment/bin/python" "$here/functional_score.py" "$name" "$work/$name.jsonl" "$here/functional_known.txt"
}

failed=0
tests dbt-duckdb --profile file || failed=1
if [ -n "${POSTGRES_TEST_PORT:-}" ]; then
	tests dbt-postgres || failed=1
	tests dbt-core || failed=1
else
	echo "POSTGRES_TEST_PORT is not set: the tests of dbt-postgres and dbt-core are passed over" >&2
fi
exit "$failed"
