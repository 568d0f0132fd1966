# Shared by member.sh and group.sh: where things are, the settings, the secrets, the accounts.
# shellcheck shell=bash disable=SC2034
node=${TANADA_NODE:?}
lib=/usr/local/lib/tanada
configuration=/tmp/my.cnf
profile=()
case ${TANADA_DB_PROFILE:-disk} in
  disk) ;;
  sd-card) profile=("$lib/sd-card.cnf") ;;
  *) echo "TANADA_DB_PROFILE is disk or sd-card, not $TANADA_DB_PROFILE" >&2; exit 2 ;;
esac
pool=${TANADA_MYSQL_POOL:-64M}
[[ $pool =~ ^[1-9][0-9]{0,6}[MG]$ ]] || { echo "TANADA_MYSQL_POOL is as in 64M or 2G, not $pool" >&2; exit 2; }
cat $lib/my.cnf "${profile[@]}" >$configuration
volume=/var/lib/mysql
data=$volume/data
complete=$volume/complete # what is in $data was made to the end
grouped=$volume/grouped   # what is in $data may have been a group's
seed=$lib/seed
born=/var/lib/cluster/born

say() { echo "$node: $*"; }
secret() { cat "/run/secrets/$1"; }
replication_password=$(secret replication-password)
replication_password=${replication_password:0:32} # all that MySQL takes of a replica's password
root_password=$(secret database-root-password)

# The accounts, as statements. Kept out of the binary log by whoever runs them: each member has its users by itself.
accounts() {
  local password analyst
  password=$(secret tanada.secret.database-password)
  analyst=$(secret analyst-password)
  cat <<SQL
ALTER USER 'root'@'localhost' IDENTIFIED BY '$root_password';
CREATE USER IF NOT EXISTS 'tanada'@'%' IDENTIFIED BY '$password';
ALTER USER 'tanada'@'%' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON \`tanada\\_%\`.* TO 'tanada'@'%';
GRANT REPLICATION SLAVE, REPLICATION CLIENT, PROCESS, RELOAD ON *.* TO 'tanada'@'%';
CREATE USER IF NOT EXISTS 'replication'@'%' IDENTIFIED BY '$replication_password';
ALTER USER 'replication'@'%' IDENTIFIED BY '$replication_password';
GRANT REPLICATION SLAVE, REPLICATION CLIENT, BACKUP_ADMIN ON *.* TO 'replication'@'%';
GRANT SELECT ON \`tanada\\_cluster\`.* TO 'replication'@'%';
CREATE USER IF NOT EXISTS 'analyst'@'%' IDENTIFIED BY '$analyst';
ALTER USER 'analyst'@'%' IDENTIFIED BY '$analyst' WITH MAX_USER_CONNECTIONS 5;
GRANT SELECT ON \`tanada\\_all\`.* TO 'analyst'@'%';
SQL
}

# On the server here, as root.
root() { MYSQL_PWD=$root_password mysql --no-defaults -u root -S /tmp/mysql.sock --connect-timeout=2 -BNe "$1"; }

# As long as the same thing is wrong it is said once.
said=''
tell() {
  [ "$said" = "$*" ] || say "$@"
  said=$*
}

stop() {
  kill -TERM "$server" 2>/dev/null || true
  wait "$server" || true
}

# Waits for a moment, or less if the server ends or we are to.
pause() {
  sleep "$1" &
  wait -n "$server" $! || true
}
