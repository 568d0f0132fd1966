#!/usr/bin/env bash
# What files cost beside NGINX's static ones, and beside cp and sync of the same twice; all in one run on this machine.
#   usage: bench/files.sh [-Dturns=5] [-Dseconds=4] [-DwarmUp=90] [-Dclients=4] [-Dlarge=1024] [-Dwritten=100] [-Duploaders=50] [-Dupload=64] [-Dparts=reads,writes,memory]
# Prints a Markdown table; takes some eight minutes and, of disk, three times the large file (MB), then twice what is uploaded at once: 100 GB with -Dupload=1024.
# Needs NGINX and JDK 25. Nothing else should run meanwhile: the load average of before and after stands with the table.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${JAVA_HOME:-}" ]; then for jdk in /usr/lib/jvm/*25*; do [ -x "$jdk/bin/javac" ] && export JAVA_HOME=$jdk; done; fi
[ -n "${JAVA_HOME:-}" ] || { echo "JDK 25 is not found: set JAVA_HOME" >&2; exit 1; }
mvn=$(command -v mvn) || { echo "Maven is missing: install the package maven" >&2; exit 1; }
nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || { echo "NGINX is missing: install the package nginx" >&2; exit 1; }
if [ -z "${TANADA_NO_BUILD:-}" ]; then
  "$mvn" -q -B install -DskipTests -pl common,storage-service -am -Djacoco.skip=true
fi
[ -r storage-service/target/bench.classpath ] || "$mvn" -q -B -f storage-service/pom.xml dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
home=$(mktemp -d "${TMPDIR:-/tmp}/tanada-bench.XXXXXX")
trap 'rm -rf "$home"' EXIT
echo "$(nproc) cores, $(date -u +%F), load $(cut -d' ' -f1 /proc/loadavg), bench/files.sh $*"
echo
"$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC "$@" -cp "storage-service/target/test-classes:storage-service/target/classes:$(cat storage-service/target/bench.classpath)" \
  org.tanada.storage.FileBench "$home" 23712 "$nginx"
echo
echo "load $(cut -d' ' -f1 /proc/loadavg)"
