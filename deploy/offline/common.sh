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

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Sets mirror to the one that this machine uses.
debian_mirror() {
  # shellcheck disable=SC2016 # apt's own variables
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/*$') ||
    fail "no Debian mirror among this machine's apt sources: run apt-get update"
  mirror=${mirror%/}
}

# packages NAME…: installs those of the machine's own release that are missing.
packages() {
  local missing=() name
  for name; do dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name"); done
  [ ${#missing[@]} = 0 ] && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# suite NAME ARGUMENT…: apt-get that sees nothing but that suite of the mirror.
suite() {
  local dir=$work/apt-$1 name=$1
  shift
  mkdir -p "$dir/lists/partial" "$dir/archives/partial"
  : >"$dir/status"
  echo "deb [signed-by=$keyring] $mirror $name main" >"$dir/sources.list"
  apt-get -qq -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::State::lists="$dir/lists" -o Dir::Cache::archives="$dir/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
    -o Dir::State::status="$dir/status" -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
}
