#!/usr/bin/env bash
# Start-up time and memory of a whole installation, beside the one that may be running: its own directory and ports.
#   usage: bench/footprint.sh [--small]      prints a Markdown table; takes about three minutes
# "ready" is measured by ./tanada up itself: from the first process to the last node's readiness, after the build.
set -euo pipefail
cd "$(dirname "$0")/.."
home=$(mktemp -d "${TMPDIR:-/tmp}/tanada-bench.XXXXXX")
export TANADA_HOME=$home/state
ports=(--port-base 23000 --http-port 24080 --https-port 24443)
field() { sed -n "s/.*\"$1\" *: *\([0-9]*\).*/\1/p" | head -1; }
cleanup() { ./tanada down --purge --yes >/dev/null || true; rm -rf "$home"; }
trap cleanup EXIT
first=$(./tanada up "$@" "${ports[@]}" --yes --json | field readyAfterMillis)
rss() { ./tanada status --json | python3 -c '
import json,sys
nodes=json.load(sys.stdin)["nodes"]
tiers={}
for n in nodes:
    t=n["tier"]; tiers.setdefault(t,[]).append(n.get("memoryBytes") or 0)
total=sum(map(sum,tiers.values()))
for t,m in tiers.items(): print(f"| {t} | {len(m)} | {max(m)/1e6:.0f} | {sum(m)/1e6:.0f} |")
print(f"| **all** | {len(nodes)} | | **{total/1e6:.0f}** |")'; }
for i in 1 2 3 4 5 6 7 8; do curl -sf -o /dev/null "http://localhost:24080/"; curl -sf -o /dev/null "http://localhost:24080/api/v1/videos"; done
table=$(rss)
./tanada down >/dev/null
again=$(./tanada up "${ports[@]}" --yes --json | field readyAfterMillis)
echo "$(nproc) cores, $(date -u +%F), bench/footprint.sh $*"
echo
echo "| | seconds |"
echo "|---|---|"
awk -v a="$first" -v b="$again" 'BEGIN { printf "| first start: databases made, shards migrated | %.1f |\n| second start | %.1f |\n", a/1000, b/1000 }'
echo
echo "| tier | nodes | largest RSS (MB) | RSS of the tier (MB) |"
echo "|---|---|---|---|"
echo "$table"
