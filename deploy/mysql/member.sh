#!/usr/bin/env bash
# One member of a shard cluster, from an empty volume or from its data. TANADA_NODE says which one: mysql-1-a is the primary of
# cluster 1, mysql-1-b a replica of it. With TANADA_REPLICAS=0 the cluster is the primary alone, with TANADA_GROUP=1 it is a group:
# group.sh. On boards TANADA_PEER is where the other copy is (host:port), empty without one, and TANADA_PORT where this one listens.
# TANADA_DB_PROFILE says what the disk is: disk or sd-card; TANADA_MYSQL_POOL how large the buffer pool is (64M).
#
# Both begin with the empty data directory that the image brings, and the replica follows from the first transaction on. Whoever loses
# its data later gets a copy of the other's by MySQL's clone plugin, so that no person has to join or heal anything. That a cluster has
# been born at all is said by a file in a small volume that both share (ready.sh writes it): a primary that lost its data must not begin
# an empty one.
set -euo pipefail
[ -z "${TANADA_GROUP:-}" ] || exec "$(dirname "$0")/group.sh"
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

peer=
[[ $node =~ ^mysql-([1-9])-([ab])$ ]] || { echo "not a member's name: $node" >&2; exit 2; }
cluster=${BASH_REMATCH[1]}
case ${BASH_REMATCH[2]} in
  a) role=primary index=1 ;;
  b) role=replica index=2 ;;
esac
if [ -n "${TANADA_PEER+given}" ]; then
  peer=$TANADA_PEER
elif [ "$role" = replica ]; then
  peer=mysql-$cluster-a:3306
elif [ "${TANADA_REPLICAS:-1}" != 0 ]; then
  peer=mysql-$cluster-b:3306
fi
peer_host=${peer%:*} peer_port=${peer##*:}

socket=/tmp/copy.sock

[ ! -e $grouped ] || {
  say "these data are a group's, and another member of it may have newer ones: start it with TANADA_GROUP=1" >&2
  exit 1
}

# Statements of every start, before the first connection. Kept out of the binary log: each member has its users by itself.
statements() {
  echo "SET SESSION sql_log_bin=0;"
  accounts
  echo "STOP REPLICA;"
  if [ "$role" = primary ]; then
    echo "RESET REPLICA ALL;" # a copy of a replica remembers whom that one followed
  else
    echo "SET GLOBAL super_read_only=ON;"
    echo "CHANGE REPLICATION SOURCE TO SOURCE_HOST='$peer_host', SOURCE_PORT=$peer_port, SOURCE_USER='replication', SOURCE_PASSWORD='$replication_password'," \
      "SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=0, SOURCE_HEARTBEAT_PERIOD=2, GET_SOURCE_PUBLIC_KEY=1;"
    echo "START REPLICA;"
  fi
}

command=(mysqld --defaults-file="$configuration" --defaults-group-suffix="-$role" --server-id=$((10 * cluster + index))
  --port="${TANADA_PORT:-3306}" --innodb-buffer-pool-size="$pool")

begin_empty() {
  rm -rf $data
  cp -a $seed $data
}

# On the peer, as the user replication.
ask() { MYSQL_PWD=$replication_password mysql --no-defaults -h "$peer_host" -P "$peer_port" -u replication --connect-timeout=2 -BN -e "$1"; }

# A condition that others bring about is asked for twice a second.
until_true() { until "$@"; do sleep 0.5; done; }

# Two boards share no volume: whether the cluster has been born, the other copy knows. A new one of both comes up within the minute: the
# replica's board does not wait any longer for a primary that waits for it.
born() {
  [ -e $born ] && return
  [ -n "${TANADA_PEER:-}" ] || return 1
  say "asking $peer whether this cluster has data"
  local end=$((SECONDS + 60))
  until peer_answers; do
    [ "$role" = primary ] || [ $SECONDS -lt $end ] || return 1
    sleep 0.5
  done
  [ "$(ask "SELECT @@global.gtid_executed <> ''")" = 1 ]
}

peer_answers() { ask 'SELECT 1' >/dev/null 2>&1; }
copy_answers() {
  kill -0 "$copying" 2>/dev/null || { say "the server that was to receive the copy has ended" >&2; exit 1; }
  mysqladmin --no-defaults -u root -S $socket ping >/dev/null 2>&1
}

# The peer has applied all that it had received from a primary that is gone.
peer_applied() {
  local received
  received=$(MYSQL_PWD=$replication_password mysql --no-defaults -h "$peer_host" -P "$peer_port" -u replication -E -e 'SHOW REPLICA STATUS' |
    sed -n 's/^ *Retrieved_Gtid_Set: //p' | tr -d '\n ')
  [ -z "$received" ] || [ "$(ask "SELECT GTID_SUBSET('$received', @@global.gtid_executed)")" = 1 ]
}

copy() {
  say "waiting for $peer, to copy its data"
  until_true peer_answers
  [ "$role" = replica ] || until_true peer_applied
  begin_empty
  "${command[@]}" --socket=$socket --pid-file=/tmp/copy.pid --skip-networking --skip-log-bin &
  local copying=$! answer
  until_true copy_answers
  say "copying"
  # The copy ends with the server stopping itself, since nobody restarts it: error 3707. The next start completes it.
  answer=$(mysql --no-defaults -u root -S $socket 2>&1 <<SQL || true
SET GLOBAL clone_valid_donor_list='$peer';
CLONE INSTANCE FROM 'replication'@'$peer_host':$peer_port IDENTIFIED BY '$replication_password';
SQL
  )
  wait $copying || true
  case $answer in
    *'ERROR 3707'*) ;;
    *)
      say "copying failed: ${answer//$replication_password/…}" >&2
      exit 1
      ;;
  esac
}

if [ ! -e $complete ]; then
  if ! born; then
    say "a new cluster"
    begin_empty
  elif [ -n "$peer" ]; then
    say "no data here: taking those of $peer"
    copy
  else
    say "the data are gone, and there is no copy: restore a backup, or delete the cluster's volume to begin anew" >&2
    exit 1
  fi
  sync -f $volume
  touch $complete
fi

umask 077
statements >/tmp/statements.sql
options=(--init-file=/tmp/statements.sql --report-host="$node")
# a primary alone has nobody to wait for
[ "$role" = primary ] && [ -n "$peer" ] && options+=(--rpl-semi-sync-source-enabled=ON)
say "starting as $role"
exec "${command[@]}" "${options[@]}"
