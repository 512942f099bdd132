#!/usr/bin/env bash
# tests/servers/fakesnow.sh fetch: installs fakesnow, which speaks Snowflake's protocol, into a Python environment of its own below ~/.cache/mod.
# tests/servers/fakesnow.sh run COMMAND...: runs the command with a server, which the tests find by MOD_TEST_SNOWFLAKE. Without fakesnow the
# command runs all the same, and the tests that want it are skipped.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=${XDG_CACHE_HOME:-$HOME/.cache}/mod/fakesnow

fetch() {
	cmp -s "$here/fakesnow.txt" "$home/installed" && return
	echo "setup: pip install -r tests/servers/fakesnow.txt (a minute, once)" >&2
	rm -rf "$home"
	mkdir -p "$(dirname "$home")"
	python3 -m venv "$home" && "$home/bin/pip" install -q --disable-pip-version-check -r "$here/fakesnow.txt" &&
		cp "$here/fakesnow.txt" "$home/installed"
}

run() {
	if ! [ -x "$home/bin/fakesnow" ] || [ -n "${MOD_TEST_SNOWFLAKE:-}" ]; then exec "$@"; fi
	local port
	log=$(mktemp)
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

	"$home/bin/fakesnow" -s -p "$port" >"$log" 2>&1 &
	server=$!
	trap 'kill -INT $server 2>/dev/null; sleep 1; kill -9 $server 2>/dev/null; rm -f "$log"' EXIT
	for _ in $(seq 300); do
		curl -s -o /dev/null "http://127.0.0.1:$port/session" && break
		kill -0 "$server" 2>/dev/null || { tail -n 3 "$log" >&2; break; }
		sleep 0.2
	done
	MOD_TEST_SNOWFLAKE=$port "$@"
}

case ${1:-} in
fetch) fetch ;;
run) shift && run "$@" ;;
*) echo "usage: $0 fetch | run COMMAND..." >&2 && exit 2 ;;
esac
