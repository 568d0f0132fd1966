#!/usr/bin/env bash
# Removes the containers that up.sh has made, with all that is on them.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

mapfile -t boards < <(docker ps -aq --filter label=org.tanada.stand-in --filter "name=^$name-[1-6]$")
[ ${#boards[@]} = 0 ] || docker rm -f -v "${boards[@]}" >/dev/null
rm -rf "$directory"
