#!/usr/bin/env bash
# Health check of a member: the primary answers, a replica follows, a member of a group is in it. Prints what is wrong. The first time
# that a primary answers, it writes down that the cluster has been born: from then on an empty data directory is a loss.
set -euo pipefail

ask() { MYSQL_PWD=$(head -c 32 /run/secrets/replication-password) mysql --no-defaults -h 127.0.0.1 -P "${TANADA_PORT:-3306}" -u replication --connect-timeout=2 -E -e "$1"; }

if [ -n "${TANADA_GROUP:-}" ]; then
  state=$(ask "SELECT COALESCE(MAX(member_state), 'OFFLINE') AS state FROM performance_schema.replication_group_members WHERE member_id = @@server_uuid" |
    sed -n 's/^ *state: //p')
  [ "$state" = ONLINE ] && exit
  echo "not in its group: $state"
  exit 1
fi

case ${TANADA_NODE:?} in
  *-a)
    ask 'SELECT 1' >/dev/null
    [ -e /var/lib/cluster/born ] || touch /var/lib/cluster/born
    ;;
  *)
    status=$(ask 'SHOW REPLICA STATUS')
    grep -q 'Replica_IO_Running: Yes' <<<"$status" && grep -q 'Replica_SQL_Running: Yes' <<<"$status" && exit
    grep -E 'Last_(IO|SQL)_Error: .' <<<"$status" || echo "not following yet"
    exit 1
    ;;
esac
