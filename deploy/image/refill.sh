#!/usr/bin/env bash
# Puts what ./tanada restore has made in /from/restored into the volumes of a system whose containers do not run, which are under /to.
#   refill new    a system that has nothing yet gets secrets, the authority, databases and files
#   refill stead  databases and files take the place of what is there, which goes aside: into a directory replaced-SECONDS of each volume
#   refill destroy  a rehearsal takes everything away from all nodes; what it comes back from is not in these volumes
set -euo pipefail

from=/from/restored to=/to
fail() { echo "$*" >&2; exit 1; }

# What copies keep of the time after the moment is of no use either: edges and the other members begin empty.
aside() {
  local volume name into=replaced-$EPOCHSECONDS
  for volume in $to/storage-* $to/mysql-* $to/edges; do
    [ -w "$volume" ] || continue # no volume of this system
    mkdir "$volume/$into"
    for name in "$volume"/*; do
      case ${name##*/} in replaced-*) ;; *) [ ! -e "$name" ] || mv "$name" "$volume/$into/" ;; esac
    done
    rmdir --ignore-fail-on-non-empty "$volume/$into"
  done
  rm -f $to/cluster-*/promoted # who was promoted since is not
}

# Each volume of a system that it has.
destroy() {
  local volume
  shopt -s dotglob nullglob
  for volume in $to/storage-* $to/mysql-* $to/edges; do
    [ ! -w "$volume" ] || rm -rf -- "$volume"/*
  done
  sync
}

[ "${1:-}" != destroy ] || { destroy; exit; }
[ -d $from/nodes ] || fail "nothing was restored"
case ${1:-} in
  new)
    [ ! -e $to/state/secrets ] || fail "that system has secrets already"
    for volume in $to/storage-* $to/mysql-*; do
      [ -z "$(ls -A "$volume")" ] || fail "the volume ${volume##*/} has something in it already"
    done
    cp -a $from/secrets $from/ca $to/state/
    ;;
  stead) aside ;;
  *) echo "refill new|stead|destroy" >&2 && exit 2 ;;
esac
for data in $from/nodes/mysql-*/data; do
  node=${data#"$from"/nodes/} node=${node%/data} cluster=${node#mysql-}
  cp -a "$data" "$to/$node/data"
  # a cluster that has been born takes nobody's empty data; in a group this member's are the newest
  touch "$to/cluster-${cluster%-*}/born"
  [ -z "${TANADA_GROUP:-}" ] || touch "$to/$node/bootstrap"
  sync -f "$to/$node"
  touch "$to/$node/complete"
done
for files in $from/nodes/storage-*; do
  [ -d "$files" ] || continue
  cp -a "$files/." "$to/${files##*/}/"
done
sync
