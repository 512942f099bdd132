#!/usr/bin/env bash
# kafka.sh: starts Apache Kafka, a single node on free ports of this machine, runs the tests of syncs/kafka against it and stops it. Its jars
# (tests/servers/kafka) come by Maven and stay in the cache; where they cannot be had, the tests are passed over.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
pom=$root/tests/servers/kafka/pom.xml jars=${XDG_CACHE_HOME:-$HOME/.cache}/mod/kafka
work=$(mktemp -d)
server=
stop() {
	[ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
	rm -rf "$work"
}
trap stop EXIT

pass_over() { echo "the tests of Kafka's server are skipped: $*" >&2; exit 0; }

command -v java >/dev/null || pass_over "there is no Java"
if ! cmp -s "$pom" "$jars/pom.xml"; then
	command -v mvn >/dev/null || pass_over "there is no Maven"
	rm -rf "$jars"
	mvn -B -q -f "$pom" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$jars" >"$work/mvn.log" 2>&1 ||
		pass_over "$(grep -m 1 ERROR "$work/mvn.log" || tail -n 1 "$work/mvn.log")"
	cp "$pom" "$jars"
fi

# Two ports that nobody listens at.
read -r broker controller < <(python3 -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in held))')
cat >"$work/server.properties" <<-END
	process.roles=broker,controller
	node.id=1
	controller.quorum.voters=1@127.0.0.1:$controller
	controller.listener.names=CONTROLLER
	listeners=PLAINTEXT://127.0.0.1:$broker,CONTROLLER://127.0.0.1:$controller
	log.dirs=$work/data
	auto.create.topics.enable=false
	offsets.topic.num.partitions=1
	offsets.topic.replication.factor=1
	transaction.state.log.num.partitions=1
	transaction.state.log.replication.factor=1
	transaction.state.log.min.isr=1
END

kafka() { exec java -Xmx512m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dorg.slf4j.simpleLogger.log.kafka.server=info -cp "$jars/*" "$@"; }

(kafka kafka.tools.StorageTool format -t bW9kLWNvbmZvcm1hbmNlMQ -c "$work/server.properties") >"$work/log" 2>&1 ||
	{ cat "$work/log" >&2; exit 1; }
(kafka kafka.Kafka "$work/server.properties") >"$work/log" 2>&1 &
server=$!
until grep -q 'Kafka Server started' "$work/log"; do
	kill -0 "$server" 2>/dev/null || { tail -n 20 "$work/log" >&2; exit 1; }
	sleep 0.2
done
cd "$root" && MOD_TEST_KAFKA=127.0.0.1:$broker go test -count=1 "$@" ./syncs/kafka
