#!/usr/bin/env bash
# What a short call costs by several HTTP servers and clients, one beside the other: what the router's was chosen by.
#   usage: bench/stacks.sh      prints a Markdown table; takes about three minutes. Needs Maven and JDK 25. Nothing else should run meanwhile.
set -euo pipefail
cd "$(dirname "$0")/stacks"
if [ -z "${JAVA_HOME:-}" ]; then for jdk in /usr/lib/jvm/*25*; do [ -x "$jdk/bin/javac" ] && export JAVA_HOME=$jdk; done; fi
[ -n "${JAVA_HOME:-}" ] || { echo "JDK 25 is not found: set JAVA_HOME" >&2; exit 1; }
mvn=$(command -v mvn) || { echo "Maven is missing: install the package maven" >&2; exit 1; }
"$mvn" -q -B compile dependency:build-classpath -Dmdep.outputFile=target/classpath
echo "$(nproc) cores, $(date -u +%F), load $(cut -d' ' -f1 /proc/loadavg), bench/stacks.sh"
echo
exec "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC -cp "target/classes:$(cat target/classpath)" org.tanada.bench.Stacks
