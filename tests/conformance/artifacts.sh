#!/usr/bin/env bash
# artifacts.sh MOD: the artifacts of that binary beside dbt's own, field by field: of every project below $MOD_CASES, of one with every
# kind of resource (testdata/kinds) and of the demo on DuckDB, of three of them on a Postgres of its own, where there is one. What differs
# must be listed in artifacts_known.txt. dbt is $MOD_DBT, or one of the pinned versions, installed once into the cache.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mod=$(realpath "${1:?usage: artifacts.sh MOD}")
if [ -z "${MOD_CASES:-}" ]; then
	echo "MOD_CASES is not set: no artifacts to compare with, skipped" >&2
	exit 0
fi
if [ -z "${MOD_DBT:-}" ]; then
	environment=$("$here/dbt_environment.sh" "$here/../bench/testdata/dbt1/requirements.txt" artifacts) || {
		echo "there is no dbt to compare with: the artifacts are not compared" >&2
		exit 0
	}
	MOD_DBT=$environment/bin/dbt
fi
compare() { "${MOD_PYTHON:-python3}" "$here/artifacts.py" "$MOD_CASES" --dbt "$MOD_DBT" --mod "$mod" "$@"; }

failed=0
compare || failed=1
if ! command -v initdb >/dev/null || ! command -v psql >/dev/null; then
	echo "no Postgres: its artifacts are not compared" >&2
	exit "$failed"
fi

server=$(mktemp -d)
as=()
if [ "$(id -u)" = 0 ]; then # the server refuses to be root's
	chown nobody "$server"
	as=(setpriv --reuid nobody --clear-groups --)
fi
stop() {
	(cd / && "${as[@]}" pg_ctl -D "$server/data" -m immediate stop) >/dev/null 2>&1 || true
	rm -rf "$server"
}
trap stop EXIT
PGHOST=127.0.0.1 PGUSER=mod PGPORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export PGHOST PGUSER PGPORT
(cd / && "${as[@]}" initdb -D "$server/data" -U "$PGUSER" --auth trust &&
	"${as[@]}" pg_ctl -D "$server/data" -w -l "$server/log" -o "-p $PGPORT -k $server -c fsync=off" start) >/dev/null
compare --adapter postgres --only jaffle_shop kinds demo || failed=1
exit "$failed"
