#!/usr/bin/env bash
# Stops the engine that up.sh has started, and with it all containers; images and volumes stay.
#   --purge  deletes the engine, its images and its volumes as well
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

case ${1:-} in '' | --purge) ;; *) fail "usage: ${0##*/} [--purge]" ;; esac
if [ -s "$pidfile" ] && daemon=$(<"$pidfile") && [ "$(cat "/proc/$daemon/comm" 2>/dev/null)" = dockerd ]; then
  kill "$daemon"
  tail --pid="$daemon" -f /dev/null # until it has ended
  say "stopped the engine"
else
  say "no engine of ours runs"
fi
if [ "${1:-}" = --purge ]; then
  [ "$(readlink /usr/local/bin/docker)" != "$work/engine/usr/bin/docker" ] || rm /usr/local/bin/docker
  rm -rf "$work"
  say "deleted $work"
fi
