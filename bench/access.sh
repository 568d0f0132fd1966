#!/usr/bin/env bash
# What access costs beside what it is made of: Argon2id, a signature check of the JCA, a get of memcached; all in one run on this machine.
#   usage: bench/access.sh [-Dturns=3] [-DwarmUp=3] [-Dseconds=8] [-Dclients=8] [-Dsessions=100000]      prints a Markdown table; takes some ten minutes
# Starts a whole system with a directory and ports of its own, and removes it. Needs MariaDB, memcached and JDK 25, as ./tanada test does.
# Nothing else should run meanwhile. What each row means is told by the class that prints it.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${JAVA_HOME:-}" ]; then for jdk in /usr/lib/jvm/*25*; do [ -x "$jdk/bin/javac" ] && export JAVA_HOME=$jdk; done; fi
[ -n "${JAVA_HOME:-}" ] || { echo "JDK 25 is not found: set JAVA_HOME" >&2; exit 1; }
mvn=$(command -v mvn) || { echo "Maven is missing: install the package maven" >&2; exit 1; }
memcached=$(command -v memcached) || { echo "memcached is missing: install the package memcached" >&2; exit 1; }
"$mvn" -q -B install -DskipTests -Djacoco.skip=true
for module in common app-service auth-service deploy; do
  "$mvn" -q -B -f "$module/pom.xml" dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
done
# a main class of a module's tests, on one loader for all of the module
bench() { local module=$1; shift
  "$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC "${options[@]}" -cp "$module/target/test-classes:$module/target/classes:$(cat "$module/target/bench.classpath")" "$@"; }
options=("$@")
home=$(mktemp -d "${TMPDIR:-/tmp}/tanada-bench.XXXXXX")
export TANADA_HOME=$home/state
cache=
cleanup() { [ -z "$cache" ] || kill "$cache" 2>/dev/null || true; TANADA_NO_BUILD=1 ./tanada down --purge --yes >/dev/null || true; rm -rf "$home"; }
trap cleanup EXIT
echo "$(nproc) cores, $(date -u +%F), load $(cut -d' ' -f1 /proc/loadavg), bench/access.sh $*"
echo
echo "| work | against | ours | theirs | ratio | goal |"
echo "|---|---|---|---|---|---|"
bench common org.tanada.common.account.TokenBench
user=(); [ "$(id -u)" != 0 ] || user=(-u nobody)
"$memcached" -l 127.0.0.1 -p 23711 -U 0 -m 16 -t 1 "${user[@]}" & cache=$!
for _ in $(seq 50); do (: >/dev/tcp/127.0.0.1/23711) 2>/dev/null && break; sleep 0.1; done
bench app-service org.tanada.app.session.SessionBench 23711 "$cache"
kill "$cache"; cache=
./tanada up --port-base 23000 --http-port 24080 --https-port 24443 --yes >/dev/null
bench auth-service org.tanada.auth.account.SignInBench http://localhost:24080
bench deploy org.tanada.bench.SessionMemoryBench
bench deploy org.tanada.bench.RevocationBench
