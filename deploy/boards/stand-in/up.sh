#!/usr/bin/env bash
# up.sh N makes N containers that stand in for boards, and prints how to ship to them. Again: makes those that are missing.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

count=${1:-2}
[[ $count =~ ^[1-6]$ ]] || fail "usage: ${0##*/} [1 to 6]"
docker version >/dev/null 2>&1 || fail "no Docker engine answers: deploy/offline/up.sh makes one"
docker build -q -t tanada/board "$here" >/dev/null
mkdir -p "$directory"
chmod 700 "$directory"
[ -e "$directory/key" ] || ssh-keygen -q -t ed25519 -N '' -C "boards of Tanada" -f "$directory/key"

address() { docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$name-$1"; }
answers() { docker exec "$name-$1" systemctl is-active -q ssh 2>/dev/null; }

for ((i = 1; i <= count; i++)); do
  docker start "$name-$i" >/dev/null 2>&1 ||
    docker run -d --name "$name-$i" --hostname "board-$i" --privileged --cgroupns private --tmpfs /run --tmpfs /tmp:exec \
      --label org.tanada.stand-in tanada/board >/dev/null
done
: >"$directory/known_hosts"
for ((i = 1; i <= count; i++)); do
  for ((tries = 0; tries < 60; tries++)); do
    answers $i && break
    sleep 0.5
  done
  answers $i || fail "$name-$i does not come up: docker exec $name-$i journalctl -b"
  docker exec -i "$name-$i" sh -c 'umask 077; cat >/root/.ssh/authorized_keys' <"$directory/key.pub"
  # read within the board, which is what comparing means
  echo "$(address $i) $(docker exec "$name-$i" cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)" >>"$directory/known_hosts"
done

cat >"$directory/config" <<CONFIG
Host *
  User root
  IdentityFile $directory/key
  IdentitiesOnly yes
  UserKnownHostsFile $directory/known_hosts
  GlobalKnownHostsFile /dev/null
CONFIG

# Every tier on two boards as soon as there are two, so that one board at a time can be changed.
all="edge, lb, app, auth, router, memcached, storage-profiles, storage-invoices, storage-videos"
files="storage-profiles, storage-invoices, storage-videos"
case $count in
  1) roles=("nginx, $all, mysql-1-a") ;;
  2) roles=("nginx, $all, mysql-1-a" "$all, mysql-1-b") ;;
  3) roles=("nginx, edge, lb, app, router, memcached, mysql-1-a" "edge, lb, app, auth, $files, mysql-1-b" "auth, router, memcached, $files") ;;
  4) roles=("nginx, lb, app, router, memcached, mysql-1-a" "lb, app, auth, router, memcached, mysql-2-a" "edge, auth, $files, mysql-2-b"
    "edge/osaka, app, $files, mysql-1-b") ;;
  *) # the shelf of deploy/boards/inventory.yml, the sixth one's edge on the third where there is none
    roles=("nginx, lb, app, router, mysql-1-a, memcached" "lb, app, auth, router, mysql-2-a, memcached"
      "auth, mysql-2-b, storage-videos, storage-profiles" "app, mysql-1-b, storage-videos, storage-invoices"
      "edge/osaka, storage-profiles, storage-invoices" "edge/tokyo")
    [ "$count" = 6 ] || roles[2]="${roles[2]}, edge/tokyo"
    ;;
esac
{
  echo "# Made by deploy/boards/stand-in/up.sh $count."
  echo "boards:"
  for ((i = 1; i <= count; i++)); do
    echo "  board-$i: {address: $(address $i), memory: 4 GB, roles: [${roles[i - 1]}]}"
  done
} >"$directory/inventory.yml"

echo "$count boards; ./tanada ship --inventory $directory/inventory.yml --ssh-config $directory/config"
