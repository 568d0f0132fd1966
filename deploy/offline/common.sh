# Shared by the scripts of this folder: where things are, and which images there are to be.
# shellcheck shell=bash disable=SC2034
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${TANADA_DOCKER_DIR:-/var/tmp/tanada-docker} # the engine's data, its programs and what images are made of
pidfile=$work/dockerd.pid
started=$SECONDS

say() { printf '[%3d s] %s\n' $((SECONDS - started)) "$*"; }
fail() { echo "$*" >&2; exit 1; }

# The engine's own programs come first when it was unpacked here.
[ ! -d "$work/engine" ] || PATH=$work/engine/usr/sbin:$work/engine/usr/bin:$PATH

# used NAME: the image of that name with the tag that our Dockerfile and compose file ask for.
used() {
  grep -hoE "\b$1:[A-Za-z0-9._-]+" "$root/deploy/Dockerfile" "$root/docker-compose.yml" | sort -u | head -n 1
}
