#!/usr/bin/env bash
# From a Debian machine without an image registry to a running Docker engine and the base images that our Dockerfile and compose
# file name, made from Debian's packages and this machine's JDK 25. Again: makes only what is missing. docs/operations.md has more.
#   --images   the images only, on an engine that runs already
#   --rebuild  makes all base images anew
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

only_images='' rebuild=''
for option; do
  case $option in
    --images) only_images=1 ;;
    --rebuild) rebuild=1 ;;
    *) fail "usage: ${0##*/} [--images] [--rebuild]" ;;
  esac
done
[ "$(id -u)" = 0 ] || fail "this needs root: sudo $0 $*"
command -v apt-get >/dev/null || fail "this is for Debian and its kin: elsewhere install Docker and let it pull the images"
mkdir -p "$work"
exec 9>"$work/lock" && flock 9
debian_mirror

answers() { docker version >/dev/null 2>&1; }

# Engine, compose and buildx of trixie, unpacked beside the system: older releases have an engine before 24.
unpack_engine() {
  [ -x "$work/engine/usr/sbin/dockerd" ] && return
  suite trixie update
  rm -rf "$work/deb" && mkdir -p "$work/deb"
  (cd "$work/deb" && suite trixie download docker.io docker-cli containerd docker-compose docker-buildx)
  rm -rf "$work/engine.new"
  for package in "$work"/deb/*.deb; do dpkg-deb -x "$package" "$work/engine.new"; done
  mv "$work/engine.new" "$work/engine"
  rm -rf "$work/deb"
}

start_engine() {
  packages iptables runc ca-certificates
  unpack_engine
  PATH=$work/engine/usr/sbin:$work/engine/usr/bin:$PATH
  setsid nohup dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$pidfile" >"$work/dockerd.log" 2>&1 </dev/null 9>&- &
  local daemon=$!
  until answers; do
    kill -0 $daemon 2>/dev/null || fail "the engine does not start: $(tail -n 3 "$work/dockerd.log")"
    sleep 0.2
  done
}

# compose and buildx are plugins: put them where any docker command finds them.
plugins() {
  local name into=${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins
  for name in compose buildx; do
    docker "$name" version >/dev/null 2>&1 && continue
    unpack_engine
    mkdir -p "$into"
    cp "$work/engine/usr/libexec/docker/cli-plugins/docker-$name" "$into/"
  done
}

# The engine's client, where everybody finds it.
client() {
  [ -x "$work/engine/usr/bin/docker" ] && [ ! -e /usr/local/bin/docker ] || return 0
  ln -s "$work/engine/usr/bin/docker" /usr/local/bin/docker
}

has() { [ -z "$rebuild" ] && docker image inspect "$1" >/dev/null 2>&1; }

# debian SUITE: the image debian:SUITE-slim.
debian() {
  has "debian:$1-slim" && return
  packages mmdebstrap debian-archive-keyring
  mmdebstrap --quiet --variant=minbase --mode=root --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Check-Valid-Until "false"' \
    "$1" - "deb [signed-by=$keyring] $mirror $1 main" | docker import -c 'CMD ["bash"]' - "debian:$1-slim" >/dev/null
  say "debian:$1-slim"
}

# image NAME CONTEXT SUITE: the image that our files use under that name.
image() {
  local tag
  tag=$(used "$1")
  [ -n "$tag" ] || fail "neither Dockerfile nor compose file uses an image $1"
  docker build -q --provenance=false -t "$tag" --build-arg BASE="debian:$3-slim" "$2" >/dev/null
  say "$tag, $(docker image inspect -f '{{.Size}}' "$tag" | numfmt --to=si)B"
}

jdk() {
  local candidate
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*25*; do
    [ -n "$candidate" ] && [ -x "$candidate/bin/jlink" ] && grep -q '^JAVA_VERSION="25' "$candidate/release" && echo "$candidate" && return
  done
  fail "JDK 25 is missing: install one and set JAVA_HOME"
}

# What the usual JRE image has: all modules but those of compilers and desktop tools.
jre_image() {
  has "$(used eclipse-temurin)" && return
  local context=$work/jre
  rm -rf "$context" && mkdir -p "$context"
  "$(jdk)/bin/jlink" --strip-debug --no-man-pages --no-header-files --output "$context/jre" --add-modules \
    java.se,jdk.unsupported,jdk.crypto.ec,jdk.crypto.cryptoki,jdk.jdwp.agent,jdk.jfr,jdk.jcmd,jdk.management,jdk.management.agent,jdk.management.jfr,jdk.naming.dns,jdk.naming.rmi,jdk.net,jdk.nio.mapmode,jdk.httpserver,jdk.localedata,jdk.charsets,jdk.zipfs,jdk.security.auth,jdk.security.jgss,jdk.xml.dom,jdk.sctp,jdk.accessibility,jdk.dynalink
  cp "$here/images/temurin/Dockerfile" "$context/"
  image eclipse-temurin "$context" trixie
  rm -rf "$context"
}

maven_image() {
  local context=$work/maven distribution version=${MAVEN_VERSION:-3.9.16}
  has "$(used maven)" && return
  distribution=$HOME/.m2/repository/org/apache/maven/apache-maven/$version/apache-maven-$version-bin.tar.gz
  [ -s "$distribution" ] || JAVA_HOME=$(jdk) mvn -q -B dependency:get -Dtransitive=false -Dartifact="org.apache.maven:apache-maven:$version:tar.gz:bin"
  rm -rf "$context" && mkdir -p "$context/maven" "$context/jdk"
  tar xzf "$distribution" -C "$context/maven" --strip-components=1
  # links are followed: a JDK's certificates may be a link into /etc
  tar c -h -C "$(jdk)" --exclude=./jmods --exclude=./src.zip --exclude=./man --exclude=./demo --exclude='./lib/server/*.jsa' . | tar x -C "$context/jdk"
  cp "$here"/images/maven/* "$context/"
  image maven "$context" trixie
  rm -rf "$context"
}

if answers; then
  say "the engine runs"
else
  [ -z "$only_images" ] || fail "no engine answers: ${0##*/} without --images starts one"
  start_engine
  say "started the engine, log: $work/dockerd.log"
fi
plugins
client
say "engine $(docker version -f '{{.Server.Version}}'), compose $(docker compose version --short)"

debian trixie
debian sid # the only suite with MySQL 9
jre_image
maven_image
for name in mysql nginx; do has "$(used $name)" || image $name "$here/images/$name" sid; done
has "$(used memcached)" || image memcached "$here/images/memcached" trixie
has "$(used restic/restic)" || image restic/restic "$here/images/restic" trixie
rm -rf "$work"/apt-*/archives
say "all base images are there; next: docker compose up -d --wait"
