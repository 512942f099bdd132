#!/usr/bin/env bash
# tests/conformance/projects.sh MOD: every project below $MOD_PROJECTS, made by dbt and by that binary, side by side (projects.py says
# how they are laid out). dbt is $MOD_DBT, or the one on the path; $MOD_ADAPTER is duckdb or postgres.
set -euo pipefail
if [ -z "${MOD_PROJECTS:-}" ]; then
	echo "MOD_PROJECTS is not set: no projects to run beside dbt, skipped" >&2
	exit 0
fi
dbt=${MOD_DBT:-$(command -v dbt || true)}
if [ -z "$dbt" ]; then
	echo "there is no dbt to compare with (MOD_DBT): skipped" >&2
	exit 0
fi
exec "${MOD_PYTHON:-python3}" "$(dirname "$0")/projects.py" "$MOD_PROJECTS" --dbt "$dbt" --mod "$(realpath "$1")" --adapter "${MOD_ADAPTER:-duckdb}" -v
