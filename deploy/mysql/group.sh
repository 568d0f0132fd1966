#!/usr/bin/env bash
# One member of a shard cluster that is a group (TANADA_GROUP=1): MySQL's group replication, one primary at a time, chosen by the group.
# All three members, mysql-N-a, -b and -c, run this; none of them is special.
#
# mysqld starts read-only and outside of any group. What follows looks after it:
#   - where a member answers that is in the group, this one joins: it gets what it lacks from the others' binary logs, or all of it by the
#     clone plugin where those are gone.
#   - where none is in a group (a first start, or all were down), the one that has all that the others have begins the group, once all
#     three have answered: a transaction that was acknowledged is on at least one of them. Among equals it is the first by name. Sets of
#     servers outside of a group do not change, so all come to the same answer, and there are never two groups.
#   - what only a person can decide, it says, with the command that decides. It never throws away what the group does not have.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[[ $node =~ ^mysql-([1-9])-([abc])$ ]] || { echo "not a name of a group's member: $node" >&2; exit 2; }
cluster=${BASH_REMATCH[1]} letter=${BASH_REMATCH[2]}
members=(a b c) peers=()
for other in "${members[@]}"; do [ "$other" = "$letter" ] || peers+=("mysql-$cluster-$other"); done
seeds=$(printf "mysql-$cluster-%s:3306," "${members[@]}")
index=$(($(printf %d "'$letter") - $(printf %d "'a") + 1))
reclone=$volume/reclone     # made by a person: drop what is here, take the group's data
bootstrap=$volume/bootstrap # made by a person: begin the group here, whatever the others have
cat $lib/group.cnf >>"$configuration"

# Statements of every start, before the first connection.
statements() {
  echo "SET SESSION sql_log_bin=0;"
  accounts
  cat <<SQL
STOP REPLICA FOR CHANNEL '';
RESET REPLICA ALL FOR CHANNEL '';
GRANT SELECT ON performance_schema.replication_group_members TO 'tanada'@'%', 'replication'@'%';
GRANT SELECT ON performance_schema.replication_group_member_stats TO 'tanada'@'%';
GRANT SELECT ON performance_schema.replication_applier_status_by_worker TO 'tanada'@'%';
GRANT SELECT ON performance_schema.replication_connection_status TO 'replication'@'%';
GRANT GROUP_REPLICATION_STREAM, CONNECTION_ADMIN ON *.* TO 'replication'@'%';
CHANGE REPLICATION SOURCE TO SOURCE_USER='replication', SOURCE_PASSWORD='$replication_password' FOR CHANNEL 'group_replication_recovery';
SET GLOBAL super_read_only=ON;
SQL
}

command=(mysqld --defaults-file="$configuration" --server-id=$((10 * cluster + index)) --innodb-buffer-pool-size="$pool" --report-host="$node"
  --init-file=/tmp/statements.sql --loose-group-replication-group-name="7a6ada00-0000-4000-8000-00000000000$cluster"
  --loose-group-replication-local-address="$node:3306" --loose-group-replication-group-seeds="${seeds%,}")

# Of a peer, as the user replication.
ask() { MYSQL_PWD=$replication_password timeout 5 mysql --no-defaults -h "$1" -u replication --get-server-public-key --connect-timeout=2 -BNe "$2"; }

# What a member is, how long it has been up, and all that it has: applied, or received and not applied yet.
state="SELECT COALESCE((SELECT member_state FROM performance_schema.replication_group_members WHERE member_id = @@server_uuid), 'OFFLINE'),
  (SELECT variable_value FROM performance_schema.global_status WHERE variable_name = 'Uptime'),
  REPLACE(CONCAT_WS(',', @@global.gtid_executed, (SELECT NULLIF(received_transaction_set, '')
    FROM performance_schema.replication_connection_status WHERE channel_name = 'group_replication_applier')), '\n', '')"

begin_empty() {
  rm -rf $data $complete
  cp -a $seed $data
  sync -f $volume
  touch $complete
}

start() {
  say "starting, read-only until the group says otherwise"
  MYSQLD_PARENT_PID=$$ "${command[@]}" & # so that it ends with code 16 where it wants to be started again
  server=$!
}

# What may take a minute must not keep a stop waiting.
patiently() {
  "$@" &
  wait $!
}

# What all peers say, in answers; silent names those that do not answer.
declare -A answers=()
silent='' looked=0
look() {
  looked=$SECONDS silent=''
  answers=()
  local peer
  for peer in "${peers[@]}"; do
    answers[$peer]=$(ask "$peer" "$state" 2>/dev/null) || silent+="${silent:+ and }$peer"
  done
}

# The peers in the group, by what was seen last.
in_group() {
  local peer
  for peer in "${peers[@]}"; do
    case ${answers[$peer]} in ONLINE* | RECOVERING*) echo "$peer" ;; esac
  done
}

gtids() { cut -f3 <<<"${answers[$1]}"; }

# What this member has and none of the group does.
errant() {
  local peer theirs=''
  for peer in $(in_group); do theirs+=${theirs:+,}$(gtids "$peer"); done
  root "SELECT GTID_SUBTRACT('$own', '$theirs')"
}

join() {
  local extra
  extra=$(errant)
  if [ -n "$extra" ]; then
    tell "not joining: this member has transactions that the group does not have: $extra. Keep a copy of the volume if they matter; to drop them and" \
      "take the group's data: docker compose exec $node touch $reclone"
    return
  fi
  tell "joining the group of $(in_group | xargs)"
  patiently root "START GROUP_REPLICATION" >/tmp/join 2>&1 || tell "the group did not take this member, trying again: $(tail -n 1 /tmp/join)"
}

begin() {
  say "beginning the group: $1"
  [ -d /var/lib/cluster ] && touch "$born"
  patiently root "SET GLOBAL group_replication_bootstrap_group=ON; START GROUP_REPLICATION; SET GLOBAL group_replication_bootstrap_group=OFF" ||
    root "SET GLOBAL group_replication_bootstrap_group=OFF"
}

# The first by name of those that answer, this one included, that has all that they have; nothing if none does.
newest() {
  local letter name all=$own holds
  for name in "${peers[@]}"; do all+=,$(gtids "$name"); done
  for letter in "${members[@]}"; do
    name=mysql-$cluster-$letter
    if [ "$name" = "$node" ]; then
      holds=$own
    elif [ -n "${answers[$name]}" ]; then
      holds=$(gtids "$name")
    else
      continue
    fi
    [ "$(root "SELECT GTID_SUBSET('$all', '$holds')")" = 0 ] || { echo "$name" && return; }
  done
}

# Says what to do if who is missing will not come back.
wait_for_all() {
  local first
  [ $SECONDS -ge 15 ] || { tell "waiting for $silent" && return; } # all have just been started
  first=$(newest)
  tell "waiting for $silent: without all members nobody can tell who has the newest data. If that is gone for good:" \
    "docker compose exec ${first:-$node} touch $bootstrap"
}

# Whether the group is to begin here. Twice the same answers of servers that did not begin anew in between: so there was a moment
# at which all of them were in no group.
begin_if_first() {
  local peer since=$looked before='' after='' up
  for peer in "${peers[@]}"; do before+="$(gtids "$peer")|"; done
  pause 1
  look
  [ -z "$silent" ] && [ -z "$(in_group)" ] || return 0
  for peer in "${peers[@]}"; do
    read -r _ up _ <<<"${answers[$peer]}"
    [ "$up" -gt $((SECONDS - since)) ] || return 0
    after+="$(gtids "$peer")|"
  done
  [ "$before" = "$after" ] || return 0
  local winner
  winner=$(newest)
  if [ -z "$winner" ]; then
    tell "no member has all that the others have, and a group cannot begin without losing something. Compare them, then on the one to begin with:" \
      "docker compose exec $node touch $bootstrap"
  elif [ "$winner" != "$node" ]; then
    tell "waiting for $winner, which has the newest data, to begin the group"
  elif [ -e "$born" ] && [ -z "$own" ]; then
    tell "the data of all three members are gone: restore a backup, or delete the cluster's volume to begin anew"
  else
    begin "$node has all that the others have"
  fi
}

# One look at how this member fares, and what is to be done about it.
tend() {
  local mine
  mine=$(root "$state" 2>/dev/null) || return 0 # still starting
  own=$(cut -f3 <<<"$mine")
  case ${mine%%$'\t'*} in
    ONLINE)
      tell "in the group"
      [ ! -d /var/lib/cluster ] || [ -e "$born" ] || touch "$born"
      calm=5
      return
      ;;
    RECOVERING) tell "taking what it lacks from the others" && return ;;
    ERROR)
      tell "out of the group: cut off from the others, or an error that the lines above name"
      root "STOP GROUP_REPLICATION"
      return
      ;;
  esac
  look
  if [ -n "$(in_group)" ]; then
    join
  elif [ -e $bootstrap ]; then
    rm $bootstrap
    begin "a person wants it so"
  elif [ -n "$silent" ]; then
    wait_for_all
  else
    begin_if_first
  fi
}

[ -e $complete ] || { say "no data here: beginning with none, and taking those of the group" && begin_empty; }
touch $grouped
(umask 077 && statements >/tmp/statements.sql)
trap 'stop; exit 0' TERM INT
start
while true; do
  calm=1
  if [ -e $reclone ]; then
    say "dropping the data of this member, as a person wants it"
    stop
    begin_empty
    rm $reclone
    start
  elif kill -0 "$server" 2>/dev/null; then
    tend || true # what failed is looked at again
    pause $calm
  else
    code=0
    wait "$server" || code=$?
    [ $code = 16 ] || exit $code # 16: it has received a copy, and wants to begin anew with it
    start
  fi
done
