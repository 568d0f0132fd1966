# Shared by the scripts of this folder.
# shellcheck shell=bash disable=SC2034
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
directory=${TANADA_BOARDS_DIR:-/var/tmp/tanada-boards} # keys, ssh's configuration, inventory
engine=${TANADA_DOCKER_DIR:-/var/tmp/tanada-docker}/engine # made by deploy/offline/up.sh
[ ! -d "$engine" ] || PATH=$engine/usr/sbin:$engine/usr/bin:$PATH
name=${TANADA_BOARDS_NAME:-tanada-board} # containers are NAME-1, NAME-2, …

fail() { echo "$*" >&2; exit 1; }
