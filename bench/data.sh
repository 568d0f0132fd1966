#!/usr/bin/env bash
# What the data tier costs beside what it is made of: JDBC, spymemcached, ShardingSphere-JDBC; all in one run on this machine.
#   usage: bench/data.sh [-Dseconds=4] [-Dwarm=90] [-Dturns=5] [-Dparts=uncached,sharded,written,cached,capacity,move]      prints a Markdown table; all parts take about forty minutes
# The cores are kept awake meanwhile by work that gives way to all other (SCHED_IDLE), as a server's are: a virtual machine takes a core away that has nothing
# to do, and each of the waits that one caller alone makes then lasts a tenth of a millisecond longer, whoever waits. TANADA_BENCH_ASLEEP=1 leaves them alone.
# Needs MariaDB, memcached and JDK 25, as ./tanada test does. Nothing else should run meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${JAVA_HOME:-}" ]; then for jdk in /usr/lib/jvm/*25*; do [ -x "$jdk/bin/javac" ] && export JAVA_HOME=$jdk; done; fi
[ -n "${JAVA_HOME:-}" ] || { echo "JDK 25 is not found: set JAVA_HOME" >&2; exit 1; }
mvn=$(command -v mvn) || { echo "Maven is missing: install the package maven" >&2; exit 1; }
"$mvn" -q -B install -DskipTests -pl common,db-router -am -Djacoco.skip=true
"$mvn" -q -B -f db-router/pom.xml -Pbench dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
cd db-router
echo "$(nproc) cores, $(date -u +%F), load $(cut -d' ' -f1 /proc/loadavg), bench/data.sh $*"
echo
awake=()
trap 'for pid in "${awake[@]}"; do kill "$pid"; done' EXIT
if [ -z "${TANADA_BENCH_ASLEEP:-}" ]; then
  for _ in $(seq "$(nproc)"); do chrt --idle 0 sh -c 'while :; do :; done' & awake+=($!); done
fi
"$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC "$@" -cp "target/test-classes:target/classes:$(cat target/bench.classpath)" org.tanada.router.DataBench
