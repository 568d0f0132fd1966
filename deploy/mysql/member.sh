#!/usr/bin/env bash
# One member of a shard cluster, from an empty volume or from its data. TANADA_NODE says which one: mysql-1-a or mysql-1-b. With
# TANADA_REPLICAS=0 the cluster is a alone, with TANADA_GROUP=1 it is a group: group.sh. On boards TANADA_PEER is where the other copy
# is (host:port), empty without one, and TANADA_PORT where this one listens. TANADA_DB_PROFILE says what the disk is: disk or sd-card;
# TANADA_MYSQL_POOL how large the buffer pool is (64M). With TANADA_KEEP=once it is left alone as soon as it is what it has to be, until the
# next start: for tests that make it something else by hand.
#
# Both begin with the empty data directory that the image brings, and the replica follows from the first transaction on. Whoever loses
# its data later gets a copy of the other's by MySQL's clone plugin, so that no person has to join or heal anything. That a cluster has
# been born at all is said by a file in a small volume that both share (ready.sh writes it): a primary that lost its data must not begin
# an empty one.
#
# mysqld starts read-only and follows nobody. Who is the primary, the table tanada_cluster.term says, one row a promotion, which
# ./tanada shards promote writes on the node that it promotes; a, where nobody ever was promoted (docs/internals.md). What follows
# looks after the server: it makes it writable, or a replica of the other. A former primary that has what the new one lacks is never
# joined: its data are kept aside, and it is made anew.
set -euo pipefail
[ -z "${TANADA_GROUP:-}" ] || exec "$(dirname "$0")/group.sh"
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

trap 'exit 0' TERM INT # before there is a server: who is process 1 gets no signal that it does not ask for

peer=
[[ $node =~ ^mysql-([1-9])-([ab])$ ]] || { echo "not a member's name: $node" >&2; exit 2; }
cluster=${BASH_REMATCH[1]}
first=mysql-$cluster-a # the primary until another is promoted
case ${BASH_REMATCH[2]} in
  a) begins=primary index=1 other=mysql-$cluster-b ;;
  b) begins=replica index=2 other=$first ;;
esac
if [ -n "${TANADA_PEER+given}" ]; then
  peer=$TANADA_PEER
elif [ "$begins" = replica ] || [ "${TANADA_REPLICAS:-1}" != 0 ]; then
  peer=$other:3306
fi
peer_host=${peer%:*} peer_port=${peer##*:}

socket=/tmp/copy.sock
held=$volume/held          # while a command promotes: until when (seconds of the clock) this member is left as it is
left_alone=/tmp/left-alone  # with TANADA_KEEP=once: that nobody looks after it any more
looking=/tmp/looking       # locked during a look: whoever writes $held waits for its end
errant_data=$volume/data-errant # what a former primary had that the new one lacks
promoted=/var/lib/cluster/promoted # the newest term and its primary, for a former one that comes back while that does not answer

[ ! -e $grouped ] || {
  say "these data are a group's, and another member of it may have newer ones: start it with TANADA_GROUP=1" >&2
  exit 1
}

# Statements of every start, before the first connection. Kept out of the binary log: each member has its users by itself.
statements() {
  echo "SET SESSION sql_log_bin=0;"
  accounts
  echo "SET GLOBAL super_read_only=ON;"
}

# The profile of an SD card knows primaries and replicas, which on boards do not change.
command=(mysqld --defaults-file="$configuration" --defaults-group-suffix="-$begins" --server-id=$((10 * cluster + index))
  --port="${TANADA_PORT:-3306}" --innodb-buffer-pool-size="$pool")

begin_empty() {
  rm -rf $data
  cp -a $seed $data
}

# On the peer, as the user replication.
ask() { MYSQL_PWD=$replication_password timeout 5 mysql --no-defaults -h "$peer_host" -P "$peer_port" -u replication --connect-timeout=2 -BN -e "$1"; }

# On the server here: a look ends, also where that hangs.
root() { MYSQL_PWD=$root_password timeout 10 mysql --no-defaults -u root -S /tmp/mysql.sock --connect-timeout=2 -BNe "$1"; }

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
    [ "$begins" = primary ] || [ $SECONDS -lt $end ] || return 1
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
  until_true peer_applied
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

# What a server is, has, and knows of promotions: lines that begin with what they tell. The order is by t.term: term alone is the first
# column's name, too.
state="SELECT 'has', @@global.read_only, REPLACE(@@global.gtid_executed, '\n', '');
  SELECT 'term', t.term, t.node FROM tanada_cluster.term AS t ORDER BY t.term DESC LIMIT 1"

# look root or look ask: what the server here or the peer answers, in read_only, gtids, term and leader; fails if it does not.
look() {
  local answer
  # before the first promotion there is no schema, or on a replica that is not there yet no table: 1049, 1146
  answer=$("$1" "$state" 2>&1) || [[ $answer == *'ERROR 1049'* || $answer == *'ERROR 1146'* ]] || return
  local what one two
  read_only='' gtids='' term='' leader=''
  while IFS=$'\t' read -r what one two; do # by the shell itself: a look comes every few seconds, and a process costs more than the question
    case $what in
      has) read_only=$one gtids=$two ;;
      term) term=$one leader=$two ;;
    esac
  done <<<"$answer"
  [ -n "$read_only" ] || return
  [ -n "$term" ] || { term=0 leader=$first; }
}

lead() {
  if [ "$own_read_only" = 1 ]; then
    # a primary alone has nobody to wait for
    root "STOP REPLICA; RESET REPLICA ALL; SET GLOBAL rpl_semi_sync_source_enabled=$([ -n "$peer" ] && echo ON || echo OFF);
      SET GLOBAL super_read_only=OFF; SET GLOBAL read_only=OFF"
  fi
  if [ "$term" -gt 0 ] && [ -d /var/lib/cluster ] && [ "$(cat $promoted 2>/dev/null)" != "$term $node" ]; then
    echo "$term $node" >$promoted.new
    sync $promoted.new
    mv $promoted.new $promoted
  fi
  tell "the primary of term $term"
  calm=5
}

stop_writes() { [ "$own_read_only" = 1 ] || root "SET GLOBAL super_read_only=ON"; }

# Whether it follows the other, or cannot.
follows() {
  local status
  status=$(MYSQL_PWD=$root_password timeout 10 mysql --no-defaults -u root -S /tmp/mysql.sock --connect-timeout=2 -E -e 'SHOW REPLICA STATUS')
  case $status in
    *"Last_SQL_Errno: "[1-9]*) tell "cannot apply what $other sends: $(sed -n 's/^ *Last_SQL_Error: //p' <<<"$status")" ;;
    *"Source_Host: $peer_host"*"Replica_IO_Running: "[YC]*"Replica_SQL_Running: Yes"*) tell "following $other" && calm=5 ;;
    *"Source_Host: $peer_host"*"Replica_IO_Running: No"*"Last_IO_Errno: "[1-9]*)
      tell "cannot receive from $other: $(sed -n 's/^ *Last_IO_Error: //p' <<<"$status")"
      ;;
    *) return 1 ;;
  esac
}

# What is here and not there. Nothing arrives here meanwhile, and there nothing goes away.
errant() {
  local gtids=$own_gtids read_only term leader
  look ask && root "SELECT GTID_SUBTRACT('$own_gtids', '$gtids')"
}

follow() {
  stop_writes
  follows && return
  [ -n "$answers" ] || { tell "waiting for $other, the primary of term $term" && return; }
  local extra
  extra=$(errant) || return
  if [ -n "$extra" ]; then
    pause 1
    extra=$(errant) || return # whoever takes data away looks twice
    [ -z "$extra" ] || begin_anew "$extra"
  fi
  root "STOP REPLICA; SET GLOBAL rpl_semi_sync_source_enabled=OFF;
    CHANGE REPLICATION SOURCE TO SOURCE_HOST='$peer_host', SOURCE_PORT=$peer_port, SOURCE_USER='replication', SOURCE_PASSWORD='$replication_password',
      SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=0, SOURCE_HEARTBEAT_PERIOD=2, GET_SOURCE_PUBLIC_KEY=1;
    START REPLICA"
}

begin_anew() {
  say "has transactions that $other lacks: $1. They are kept in $errant_data, and this member is made anew"
  exec 9>&-
  stop
  rm -f $complete
  rm -rf $errant_data
  mv $data $errant_data
  sync -f $volume
  exec "$0"
}

# One look at what this member is, and what it has to be.
tend() {
  local read_only gtids term leader answers='' newest leads
  if [ -e $held ]; then # before anything is looked at: what was seen before a promotion says nothing after it
    [ "$(<$held)" -lt "$EPOCHSECONDS" ] || return 0
    rm -f $held
  fi
  look root || return 0 # still starting
  own_read_only=$read_only own_gtids=$gtids
  local own_term=$term own_leader=$leader
  if [ -n "$peer" ] && look ask; then
    answers=1
    if [ "$term" = "$own_term" ] && [ "$leader" != "$own_leader" ]; then
      tell "promoted twice in term $term: ./tanada shards promote mysql-$cluster --to the one that is right"
      stop_writes
      return
    fi
    [ "$term" -gt "$own_term" ] || { term=$own_term leader=$own_leader; }
  else
    term=$own_term leader=$own_leader
  fi
  if read -r newest leads 2>/dev/null <$promoted && [ "$newest" -gt "$term" ]; then
    term=$newest leader=$leads
  fi
  if [ "$leader" != "$node" ]; then
    follow
  elif [ "$own_term" -lt "$term" ]; then
    tell "the data that made it the primary of term $term are gone: ./tanada shards promote mysql-$cluster"
    stop_writes
  else
    lead
  fi
}

(umask 077 && statements >/tmp/statements.sql)
rm -f $left_alone
say "starting, read-only until it is known who is the primary"
"${command[@]}" --init-file=/tmp/statements.sql --report-host="$node" &
server=$!
trap 'stop; exit 0' TERM INT
while kill -0 "$server" 2>/dev/null; do
  calm=0.5
  exec 9>$looking
  flock 9
  tend || true # what failed is looked at again
  exec 9>&-
  [ "$calm" = 5 ] && [ "${TANADA_KEEP:-}" = once ] && touch $left_alone && break
  pause $calm
done
wait "$server"
