#!/usr/bin/env bash
# tests/sql/corpus.sh FOLDER [MOD]: lays out in FOLDER the queries that docs/reference/sql.md measures the parser with, at fixed
# versions: those that a small package has, and, with a binary, those of two repositories and what the demo and the projects under $MOD_CASES
# compile to. What is there already stays; what cannot be had is left out, and the tests skip it.
set -euo pipefail
folder=$1 here=$(cd "$(dirname "$0")" && pwd)
python=${MOD_PYTHON:-python3}
libpg_query=06670290ad39e61805ecacbc6267df61f6ae3d91 duckdb=044a04a7cd39e6e8235f756597ae42dde084e5e5 sqlglot=28.0.0
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { echo "corpus: $*" >&2; }

# sources OWNER/NAME COMMIT PATH: a folder of a public repository, in $work/sources.
sources() {
	rm -rf "$work/sources"
	git init -q "$work/sources" && (cd "$work/sources" &&
		git remote add origin "${MOD_SOURCES:-https://github.com}/$1" && git sparse-checkout set "$3" &&
		git fetch -q --depth 1 --filter=blob:none origin "$2" && git -c advice.detachedHead=false checkout -q FETCH_HEAD)
}

# The queries of Snowflake and Trino in sqlglot's tests: a small package.
if [ ! -f "$folder/fixtures.jsonl" ]; then
	if "$python" -m pip download -q --disable-pip-version-check --no-deps --no-binary :all: -d "$work" "sqlglot==$sqlglot"; then
		tar xzf "$work/sqlglot-$sqlglot.tar.gz" -C "$work"
		"$python" "$here/testdata/fixtures.py" "$work/sqlglot-$sqlglot/tests/dialects" >"$folder/fixtures.jsonl"
	else say "no fixtures of sqlglot"; fi
fi

[ -n "${2:-}" ] || exit 0

# Postgres's regression queries, as libpg_query carries them.
if [ ! -d "$folder/postgres" ]; then
	if sources pganalyze/libpg_query "$libpg_query" test/sql/postgres_regress; then
		cp -r "$work/sources/test/sql/postgres_regress" "$folder/postgres"
	else say "no queries of Postgres"; fi
fi

# The queries of DuckDB's tests, with what DuckDB found in them: some minutes, once.
if [ ! -f "$folder/duckdb.jsonl" ]; then
	if sources duckdb/duckdb "$duckdb" test/sql; then
		"$python" "$here/testdata/duckdb_trees.py" "$work/sources/test/sql" >"$work/duckdb.jsonl" && mv "$work/duckdb.jsonl" "$folder"
	else say "no queries of DuckDB"; fi
fi

# compiled NAME PROJECT FOLDER: what the models and tests of a project compile to, which stands in a folder of the project.
compiled() {
	rm -rf "$work/project" "${folder:?}/compiled/$1"
	cp -r "$2" "$work/project"
	(cd "$work/project/$3" && { [ -d dbt_packages ] || "$mod" deps; } && "$mod" build) >"$work/log" 2>&1 || say "$1: $(tail -n 1 "$work/log")"
	mkdir -p "$folder/compiled/$1"
	[ ! -d "$work/project/$3/target/compiled" ] || cp -r "$work/project/$3/target/compiled/." "$folder/compiled/$1"
}

mod=$(realpath "$2")
mkdir -p "$work/demo/tests"
cp -r "$here/../../"{project.yml,models,seeds,macros} "$work/demo"
cp -r "$here/../"{*.sql,generic} "$work/demo/tests"
compiled demo "$work/demo" .
for case in ${MOD_CASES:+"$MOD_CASES"/*/case.json}; do
	name=$(basename "$(dirname "$case")")
	within=$("$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))["project_dir"].partition("/")[2] or ".")' "$case")
	export DBT_PROFILES_DIR=$(dirname "$case")
	compiled "$name" "$(dirname "$case")/project" "$within"
done
