#!/usr/bin/env bash
# What backups of a pair of MariaDB servers and a storage node's files cost: a second one beside the first, a restore beside restic's own, and what clients get done meanwhile.
#   usage: bench/backup.sh [-Dfiles=512] [-Drows=512] [-Dclients=2] [-Dseconds=20] [-Dturns=2]      prints a Markdown table; files and rows are megabytes, of which it needs some six times of disk
# Needs MariaDB with mariadb-backup, restic and JDK 25. Nothing else should run meanwhile: the load average of before and after stands with the table.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${JAVA_HOME:-}" ]; then for jdk in /usr/lib/jvm/*25*; do [ -x "$jdk/bin/javac" ] && export JAVA_HOME=$jdk; done; fi
[ -n "${JAVA_HOME:-}" ] || { echo "JDK 25 is not found: set JAVA_HOME" >&2; exit 1; }
mvn=$(command -v mvn) || { echo "Maven is missing: install the package maven" >&2; exit 1; }
for tool in mariadb-backup mariadb-binlog restic; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install mariadb-backup, mariadb-client and restic" >&2; exit 1; }
done
if [ -z "${TANADA_NO_BUILD:-}" ]; then
  "$mvn" -q -B install -DskipTests -pl common,db-router,deploy -am -Djacoco.skip=true
fi
for module in deploy db-router; do
  [ -r "$module/target/bench.classpath" ] || "$mvn" -q -B -f "$module/pom.xml" dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
done
driver=$(tr : '\n' <db-router/target/bench.classpath | grep /mysql-connector-j/)
home=$(mktemp -d "${TMPDIR:-/tmp}/tanada-bench.XXXXXX")
trap 'rm -rf "$home"' EXIT
echo "$(nproc) cores, $(date -u +%F), load $(cut -d' ' -f1 /proc/loadavg), bench/backup.sh $*"
echo
echo "| work | against | ours | theirs | ratio | goal |"
echo "|---|---|---|---|---|---|"
"$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC "$@" -cp "deploy/target/test-classes:deploy/target/classes:$driver:$(cat deploy/target/bench.classpath)" \
  org.tanada.deploy.backup.BackupBench "$home" 2>"$home/words" | grep -v '^20[0-9-]*T' || { cat "$home/words" >&2; exit 1; }
echo
echo "load $(cut -d' ' -f1 /proc/loadavg)"
