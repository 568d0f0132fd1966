#!/usr/bin/env bash
# Health check of a member: the primary takes writes, a replica follows, a member of a group is in it. Prints what is wrong. The first
# time that a primary takes writes, it writes down that the cluster has been born: from then on an empty data directory is a loss.
set -euo pipefail

ask() { MYSQL_PWD=$(head -c 32 /run/secrets/replication-password) mysql --no-defaults -h 127.0.0.1 -P "${TANADA_PORT:-3306}" -u replication --connect-timeout=2 -E -e "$1"; }

if [ -n "${TANADA_GROUP:-}" ]; then
  state=$(ask "SELECT COALESCE(MAX(member_state), 'OFFLINE') AS state FROM performance_schema.replication_group_members WHERE member_id = @@server_uuid" |
    sed -n 's/^ *state: //p')
  [ "$state" = ONLINE ] && exit
  echo "not in its group: $state"
  exit 1
fi

if ask 'SELECT @@global.read_only AS read_only' | grep -q 'read_only: 0'; then
  [ -e /var/lib/cluster/born ] || touch /var/lib/cluster/born
  exit
fi
status=$(ask 'SHOW REPLICA STATUS')
grep -q 'Replica_IO_Running: Yes' <<<"$status" && grep -q 'Replica_SQL_Running: Yes' <<<"$status" && exit
grep -E 'Last_(IO|SQL)_Error: .' <<<"$status" || echo "neither the primary nor following it yet"
exit 1
