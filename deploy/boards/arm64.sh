#!/usr/bin/env bash
# Boots an edge, an app server and a router as a 64-bit board runs them: the same jars on an arm64 Java, under qemu, beside the system
# that ./tanada up has started here. All three have to get ready, and pages have to come through them.   arm64.sh (as root, some minutes)
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../offline/common.sh
. "$(dirname "$0")/../offline/common.sh"

home=${TANADA_HOME:-$root/.tanada}
arm=$work/arm64
suite=trixie # the oldest with JDK 25
patience=600 # seconds; qemu takes some ten times as long as a processor of its own
[ -s "$home/inventory.yml" ] || fail "nothing runs here: ./tanada up first"
[ "$(id -u)" = 0 ] || fail "this needs root: sudo $0"
mkdir -p "$work"
debian_mirror

if [ ! -x "$arm/qemu/usr/bin/qemu-aarch64" ]; then # a newer qemu than older releases have is three times as fast
  mkdir -p "$arm/deb"
  suite $suite update
  (cd "$arm/deb" && suite $suite download qemu-user)
  dpkg-deb -x "$arm"/deb/qemu-user_*.deb "$arm/qemu"
  rm -rf "$arm/deb"
fi
if [ ! -d "$arm/root" ]; then
  packages mmdebstrap debian-archive-keyring
  mmdebstrap --quiet --variant=extract --mode=root --architectures=arm64 --include=openjdk-25-jre-headless \
    --aptopt='Acquire::Languages "none"' $suite "$arm/root.new" "deb [signed-by=$keyring] $mirror $suite main"
  [ -e "$arm/root.new/lib" ] || ln -s usr/lib "$arm/root.new/lib" # what base-files' script would make
  find "$arm/root.new/usr/lib/jvm" -type l -lname '/*' | while read -r link; do # qemu leaves links to the kernel
    ln -sfnr "$arm/root.new$(readlink "$link")" "$link"
  done
  mv "$arm/root.new" "$arm/root"
fi
java=$(cd "$arm/root" && ls -d usr/lib/jvm/java-25-openjdk-arm64)
say "arm64 Java: $("$arm/qemu/usr/bin/qemu-aarch64" -L "$arm/root" "$arm/root/$java/bin/java" -version 2>&1 | head -n 1)"

state=$(mktemp -d)
declare -A jvm=()
stop() {
  [ ${#jvm[@]} = 0 ] || kill "${jvm[@]}" 2>/dev/null || true
  wait
  rm -rf "$state"
}
trap stop EXIT

# Their ports are 10000 higher than those of the nodes whose places they take; in their list of nodes they stand for them.
sed -E 's/:9(0[05]1|101|401)\b/:19\1/g' "$home/inventory.yml" >"$state/inventory.yml"

# Only our own services are answered. credential SERVICE AUDIENCE: what that service shows the other, as CredentialIssuer makes it; in a
# file, since every user sees the arguments of a process.
credential() {
  local id key claims
  read -r id _ key <"$home/secrets/service-key-$1"
  claims=$1.$2.$id.$((($(date +%s) / 30 + 2) * 30))
  (
    umask 077
    base64 -d <<<"$key" >"$state/key"
    printf 'tanada-service-credential %s' "$claims" >"$state/claims"
    printf 'Tanada-Service-Credential: %s.%s\n' "$claims" \
      "$(openssl pkeyutl -sign -rawin -keyform DER -inkey "$state/key" -in "$state/claims" | base64 -w 0 | tr '+/' '-_' | tr -d '=')" >"$state/credential"
  )
}

# boot NODE: with the environment and the jar of the node that runs here.
boot() {
  local node=$1 pid jar setting
  local -a environment=()
  pid=$(pgrep -f -- "-jar $home/lib/.*" | while read -r pid; do
    tr '\0' '\n' <"/proc/$pid/environ" | grep -qx "TANADA_NODE=$node" && echo "$pid" && break
  done)
  [ -n "$pid" ] || fail "$node does not run here: ./tanada status"
  jar=$(tr '\0' '\n' <"/proc/$pid/cmdline" | grep -A1 -x -- -jar | tail -n 1)
  while IFS= read -r -d '' setting; do
    case $setting in
      TANADA_MEMBERSHIP_FILE=*) setting=TANADA_MEMBERSHIP_FILE=$state/inventory.yml ;;
      TANADA_EDGE_DIRECTORY=*) setting=TANADA_EDGE_DIRECTORY=$state/$node ;;
      SERVER_PORT=* | TANADA_EDGE_PORT=* | TANADA_ROUTER_DATAPATH_PORT=*) setting=${setting%%=*}=1${setting#*=} ;;
    esac
    environment+=("$setting")
  done <"/proc/$pid/environ"
  env -i "${environment[@]}" "$arm/qemu/usr/bin/qemu-aarch64" -L "$arm/root" "$arm/root/$java/bin/java" -Xmx160m -XX:+UseSerialGC \
    -XX:TieredStopAtLevel=1 -jar "$jar" >"$state/$node.log" 2>&1 &
  jvm[$node]=$!
}

# await NODE PORT: until it is ready.
await() {
  local end=$((SECONDS + patience))
  until curl -sf -o /dev/null -m 5 "http://127.0.0.1:$2/actuator/health/readiness"; do
    kill -0 "${jvm[$1]}" 2>/dev/null || fail "$1 ended: $(tail -n 3 "$state/$1.log")"
    [ $SECONDS -lt $end ] || fail "$1 is not ready after $patience s: $(tail -n 3 "$state/$1.log")"
    sleep 1
  done
  say "$1 is ready; it took $(ps -o cputimes= -p "${jvm[$1]}" | tr -d ' ') s of CPU"
}

# page WHAT URL HEADER: asks as nginx and the gateway do, and shows that header.
page() {
  local answer
  answer=$(curl -sS -m 60 -o /dev/null -D - -H @"$state/credential" "$2") || fail "$1: no answer"
  [[ $answer == *" 200"* ]] || fail "$1: ${answer%%$'\r'*}"
  say "$1: $(grep -i "^$3:" <<<"$answer" | tr -d '\r')"
}

for node in router-1 app-1 edge-1; do boot $node; done
await router-1 19451
await app-1 19101
await edge-1 19051
(umask 077 && printf 'Tanada-Service-Credential: %s\n' "$(head -n 1 "$home/secrets/service-key-front")" >"$state/credential")
page "a page by the arm64 edge" "http://127.0.0.1:19001/?arm64=$$" Cache-Status
credential lb app
page "rows by the arm64 app server and router" "http://127.0.0.1:19101/api/v1/videos?limit=1" Server-Timing
