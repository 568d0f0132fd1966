#!/usr/bin/env bash
# Writes all images that compose needs to one file, for machines without a registry: save.sh FILE. load.sh reads it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# = 1 ] || fail "usage: ${0##*/} FILE"
mapfile -t images < <(cd "$root" && docker compose --profile '*' config --images | sort -u)
for image in "${images[@]}"; do
  docker image inspect "$image" >/dev/null 2>&1 || fail "$image is missing: docker compose build, or ${0%/*}/up.sh"
done
trap 'rm -f "$1.part"' EXIT
docker save "${images[@]}" | gzip -1 >"$1.part"
sync "$1.part"
mv "$1.part" "$1"
say "${#images[@]} images in $1, $(stat -c %s "$1" | numfmt --to=si)B"
