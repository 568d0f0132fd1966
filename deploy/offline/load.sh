#!/usr/bin/env bash
# Reads the images that save.sh has written: load.sh FILE.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# = 1 ] || fail "usage: ${0##*/} FILE"
gzip -t "$1" || fail "$1 is damaged or cut off: copy it again"
docker load -q -i "$1"
say "next: docker compose up -d --wait --no-build"
