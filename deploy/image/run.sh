#!/usr/bin/env bash
# Runs the service. TANADA_HEAP is its largest heap (160m) where the machine allows another one than its JVM options say.
set -euo pipefail

heap=${TANADA_HEAP:-}
[[ $heap =~ ^([1-9][0-9]{0,6}[mg])?$ ]] || { echo "TANADA_HEAP is as in 160m or 1g, not $heap" >&2; exit 2; }
exec java @jvm.options ${heap:+"-Xmx$heap"} -XX:AOTCache=app.aot -Xlog:aot=off,cds=off -jar app.jar "$@"
