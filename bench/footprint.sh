#!/usr/bin/env bash
# Start-up time, memory and processor at rest of a whole installation, beside the one that may be running: its own directory and ports.
#   usage: bench/footprint.sh [--small]      prints a Markdown table; takes about six minutes
# "ready" is measured by ./tanada up itself: from the first process to the last node's readiness, after the build.
set -euo pipefail
cd "$(dirname "$0")/.."
home=$(mktemp -d "${TMPDIR:-/tmp}/tanada-bench.XXXXXX")
export TANADA_HOME=$home/state
ports=(--port-base 23000 --http-port 24080 --https-port 24443)
field() { sed -n "s/.*\"$1\" *: *\([0-9]*\).*/\1/p" | head -1; }
cleanup() { TANADA_NO_BUILD=1 ./tanada down --purge --yes >/dev/null || true; rm -rf "$home"; }
trap cleanup EXIT
first=$(./tanada up "$@" "${ports[@]}" --yes --json | field readyAfterMillis)
# a minute after the last request, over half a minute
rest() { ./tanada status --json | python3 -c '
import json,sys,time
nodes=json.load(sys.stdin)["nodes"]
def ticks(pid):
    with open(f"/proc/{pid}/stat") as f: return sum(map(int,f.read().rsplit(")",1)[1].split()[11:13]))
time.sleep(60)
before={n["pid"]:ticks(n["pid"]) for n in nodes}
time.sleep(30)
tiers={}
for n in nodes:
    tiers.setdefault(n["tier"],[]).append((n.get("memoryBytes") or 0,(ticks(n["pid"])-before[n["pid"]])/30)) # a tick is 10 ms: percent of a core
for t,m in tiers.items(): print(f"| {t} | {len(m)} | {max(x[0] for x in m)/1e6:.0f} | {sum(x[0] for x in m)/1e6:.0f} | {sum(x[1] for x in m):.1f} |")
everything=[x for m in tiers.values() for x in m]
print(f"| **all** | {len(nodes)} | | **{sum(x[0] for x in everything)/1e6:.0f}** | **{sum(x[1] for x in everything):.1f}** |")'; }
for i in 1 2 3 4 5 6 7 8; do curl -sf -o /dev/null "http://localhost:24080/"; curl -sf -o /dev/null "http://localhost:24080/api/v1/videos"; done
table=$(rest)
./tanada down >/dev/null
again=$(./tanada up "${ports[@]}" --yes --json | field readyAfterMillis)
echo "$(nproc) cores, $(date -u +%F), bench/footprint.sh $*"
echo
echo "| | seconds |"
echo "|---|---|"
awk -v a="$first" -v b="$again" 'BEGIN { printf "| first start: databases made, shards migrated | %.1f |\n| second start | %.1f |\n", a/1000, b/1000 }'
echo
echo "| tier | nodes | largest RSS (MB) | RSS of the tier (MB) | processor at rest (% of a core) |"
echo "|---|---|---|---|---|"
echo "$table"
