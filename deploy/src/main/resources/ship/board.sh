# Functions that ./tanada ship runs on a board, as root, by bash -s: this file, then a line that calls one of them. bash reads to the
# end before that line runs, so a connection that breaks never leaves half of a function behind; each can be run again.
# shellcheck shell=bash
set -euo pipefail
export LC_ALL=C
base=/opt/tanada configuration=/etc/tanada units=/etc/systemd/system

fail() { echo "$*" >&2; exit 1; }
version_of() { cat "/run/tanada/$1/version" 2>/dev/null || true; }
current() { basename "$(readlink "$base/current" 2>/dev/null)" 2>/dev/null || true; }

# Facts about the board, one a line: probe PROGRAM…, those that its nodes need.
probe() {
  local java program node
  [ -d /run/systemd/system ] || fail "systemd does not run there: boards without it need Docker (docker compose --profile pi-…)"
  echo "systemd $(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')"
  echo "architecture $(uname -m)"
  for java in /usr/lib/jvm/*/bin/java /opt/*/bin/java; do
    if grep -qs '^JAVA_VERSION="25' "${java%/bin/java}/release"; then
      echo "java $java"
      break
    fi
  done
  for program; do [ -x "/usr/sbin/$program" ] || [ -x "/usr/bin/$program" ] || echo "missing $program"; done
  echo "release $(current)"
  [ ! -e $configuration/shelf ] || echo "shelf $(cat $configuration/shelf)"
  for node in /run/tanada/*/version; do
    [ -e "$node" ] || continue
    node=${node%/version} node=${node##*/}
    systemctl is-active -q "tanada-$node" && echo "node $node $(version_of "$node")"
  done
  return 0
}

# begin ID, with the release's manifest (as sha256sum writes it) as input: makes an unfinished release of what the board has, by hard
# links, and prints the files that have to be sent.
begin() {
  local id=$1 fresh=$base/releases/.$1 sum path manifest
  install -d -m 755 $base $base/releases
  find $base/releases -mindepth 1 -maxdepth 1 -name '.*' -exec rm -rf {} +
  if [ -d "$base/releases/$id" ]; then
    cat >/dev/null
    return
  fi
  if [ -e $base/current/MANIFEST ]; then
    cp -al "$(readlink -f $base/current)" "$fresh"
  else
    mkdir "$fresh"
    : >"$fresh/MANIFEST"
  fi
  manifest=$fresh/.manifest
  cat >"$manifest"
  comm -23 <(sort "$fresh/MANIFEST") <(sort "$manifest") | cut -c67- | (cd "$fresh" && xargs -r -d '\n' rm -f)
  comm -13 <(sort "$fresh/MANIFEST") <(sort "$manifest") >"$fresh/.added"
  rm -f "$fresh/MANIFEST" # a link to the other's
  declare -A have=() sent=()
  while read -r sum path; do have[$sum]=$path; done < <(cd $base/releases && for path in */MANIFEST; do
    [ -e "$path" ] && sed "s|^\(\S*\)  |\1 $base/releases/${path%/MANIFEST}/|" "$path"
  done)
  cut -c67- <"$fresh/.added" | sed -n 's|/[^/]*$||p' | sort -u | (cd "$fresh" && xargs -r -d '\n' mkdir -p)
  while read -r sum path; do
    if [ -e "${have[$sum]:-}" ]; then
      ln "${have[$sum]}" "$fresh/$path"
    elif [ -z "${sent[$sum]:-}" ]; then
      echo "$path"
      sent[$sum]=1
    fi
  done <"$fresh/.added"
}

# finish ID: the rest of the links, a look at what arrived, and the release gets its name.
finish() {
  local fresh=$base/releases/.$1 sum path
  [ ! -d "$base/releases/$1" ] || return 0
  declare -A have=()
  while read -r sum path; do
    if [ -e "$fresh/$path" ]; then have[$sum]=$path; fi
  done <"$fresh/.manifest"
  while read -r sum path; do
    [ -e "$fresh/$path" ] || ln "$fresh/${have[$sum]:?}" "$fresh/$path"
  done <"$fresh/.added"
  (cd "$fresh" && sha256sum --check --quiet .added >/dev/null 2>&1) || fail "files were damaged on their way: run this again"
  find "$fresh" -type d -empty -delete
  mv "$fresh/.manifest" "$fresh/MANIFEST"
  rm "$fresh/.added"
  sync -f "$fresh"
  mv -T "$fresh" "$base/releases/$1"
}

# belong SHELF: says whose board it is.
belong() {
  install -d -m 755 $configuration
  echo "$1" >$configuration/shelf
}

# secret NODE NAME, its content as input.
secret() {
  local file=$configuration/secrets/$1/$2
  install -d -m 755 $configuration
  install -d -m 700 $configuration/secrets "$configuration/secrets/$1"
  (umask 077 && cat >"$file.new")
  mv "$file.new" "$file"
  # nginx takes new ones by a reload, for which systemd shows it none
  if [ -d "/run/tanada/$1/secrets" ]; then install -m 600 -o tanada -g tanada "$file" "/run/tanada/$1/secrets/$2"; fi
}

# inventory, the list of nodes as input: replaced at once, since every service watches it; nginx gets to know.
inventory() {
  install -d -m 755 $configuration
  cat >$configuration/inventory.yml.new
  if cmp -s $configuration/inventory.yml.new $configuration/inventory.yml; then
    rm $configuration/inventory.yml.new
    return
  fi
  chmod 644 $configuration/inventory.yml.new
  mv $configuration/inventory.yml.new $configuration/inventory.yml
  if systemctl is-active -q tanada-nginx-1; then
    systemctl reload tanada-nginx-1 2>/dev/null || fail "nginx does not take the new list of nodes, see journalctl -u tanada-nginx-1 there"
  fi
}

# changed ID: nodes that do not run that release's version of their files.
changed() {
  local node
  [ -d "$base/releases/$1" ] || fail "the release $1 is not there any more: ship again"
  for node in "$base/releases/$1"/versions/*; do
    node=${node##*/}
    if [ "$(version_of "$node")" != "$(cat "$base/releases/$1/versions/$node")" ] || ! systemctl is-active -q "tanada-$node"; then
      echo "$node"
    fi
  done
}

# activate ID: the link, the units and the environments are that release's, and nodes whose files changed begin anew.
activate() {
  local release=$base/releases/$1 unit node
  id tanada >/dev/null 2>&1 || useradd --system --user-group --no-create-home --home-dir /var/lib/tanada --shell /usr/sbin/nologin tanada
  install -d -m 755 $configuration /var/lib/tanada
  ln -sfn "releases/$1" $base/current.new
  mv -T $base/current.new $base/current
  install -m 600 "$release"/etc/*.env $configuration/
  for unit in "$units"/tanada-*.service; do
    if [ -e "$unit" ] && [ ! -e "$release/units/${unit##*/}" ]; then
      systemctl disable -q --now "${unit##*/}"
      rm -f "$unit"
    fi
  done
  install -m 644 "$release"/units/*.service $units/
  systemctl daemon-reload
  (cd "$release/units" && systemctl enable -q -- *.service)
  for node in $(changed "$1"); do
    systemctl reset-failed "tanada-$node" 2>/dev/null || true
    systemctl restart --no-block "tanada-$node"
  done
  if [ -e "$release/versions/nginx-1" ] && systemctl is-active -q tanada-nginx-1; then systemctl reload --no-block tanada-nginx-1; fi
}

# speaks ID: whether services of that release speak TLS with each other; says tls or plain.
speaks() {
  [ -d "$base/releases/$1" ] || fail "the release $1 is not there any more: ship again"
  if grep -qs '^TANADA_TLS_DIRECTORY=' "$base/releases/$1"/etc/*.env; then echo tls; else echo plain; fi
}

# The status of an answer: get HOST PORT PATH, and AUTHORITY of one who speaks TLS.
get() {
  if [ -n "${4:-}" ]; then
    { printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$3" "$1" | timeout 5 openssl s_client -quiet -connect "$1:$2" -CAfile "$4" \
      -verify_hostname inside.tanada.internal -verify_return_error 2>/dev/null || true; } | { read -r _ status _ && echo "$status"; } || true
    return 0
  fi
  # shellcheck disable=SC2016 # expanded by the inner one
  timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" "$2" "$0" >&3 && read -r _ status _ <&3 && echo "$status"' \
    "$1" "$2" "$3" 2>/dev/null || true
}

# ready ID NODE HOST PORT SPEAKS: PORT is that of its readiness, 0 for nodes that are ready as soon as systemd calls them active.
ready() {
  [ "$(version_of "$2")" = "$(cat "$base/releases/$1/versions/$2")" ] && systemctl is-active -q "tanada-$2" &&
    { [ "$4" = 0 ] || [ "$(get "$3" "$4" /actuator/health/readiness "$([ "$5" != tls ] || echo "$configuration/secrets/$2/inside-authority.pem")")" = 200 ]; }
}

# Why a node is not ready: the kernel's words, if it took the memory away; else its own, the last error of a service, which logs JSON, or
# the last line.
why() {
  local own words
  if journalctl -q -u "tanada-$1" -S -15min -o cat 2>/dev/null | grep -a 'killed by the OOM killer\|oom-kill' >/dev/null; then # not -q, which would end journalctl by a signal
    echo "out of memory: give this board fewer roles, or that role less, in the inventory"
    return
  fi
  own=$(journalctl -q "_SYSTEMD_UNIT=tanada-$1.service" -n 300 -o cat 2>/dev/null || true)
  if grep -aq 'Terminating due to java.lang.OutOfMemoryError' <<<"$own"; then
    echo "its heap is too small: give this board fewer roles, so that more is left for it"
    return
  fi
  words=$(grep -a '"level":"ERROR"' <<<"$own" | tail -n 1 | sed 's/.*"message":"\(\([^"\\]\|\\.\)*\)".*/\1/; s/\\[nt]/ /g; s/\**\|APPLICATION FAILED TO START\|Description://g' || true)
  [ -n "$words" ] || words=$(grep -av '^{\|^$' <<<"$own" | tail -n 1 || true)
  words=$(tr -s ' ' <<<"$words" | cut -c1-200 | sed 's/^ *//')
  echo "${words:-see journalctl -u tanada-$1 there}"
}

# await SECONDS ID, as input lines NODE HOST PORT SPEAKS (tls or plain): until all are ready; sooner if one dies again and again.
await() {
  local end=$((SECONDS + $1)) id=$2 node pending restarts
  local -a nodes
  mapfile -t nodes
  while :; do
    pending=()
    for node in "${nodes[@]}"; do
      # shellcheck disable=SC2086 # four words
      ready "$id" $node || pending+=("$node")
    done
    [ ${#pending[@]} -gt 0 ] || return 0
    for node in "${pending[@]}"; do
      node=${node%% *}
      restarts=$(systemctl show -p NRestarts --value "tanada-$node")
      if [ "${restarts:-0}" -ge 3 ]; then fail "$node does not start: $(why "$node")"; fi
    done
    if [ $SECONDS -ge $end ]; then
      node=${pending[0]%% *}
      fail "$node is not ready after $1 s: $(why "$node")"
    fi
    sleep 0.3
  done
}

# front PORT PATH: a page through the front door, until it comes.
front() {
  local end=$((SECONDS + 20)) status
  while :; do
    status=$(get 127.0.0.1 "$1" "$2")
    [ "$status" != 200 ] || return 0
    [ $SECONDS -lt $end ] || fail "the front door answers ${status:-nothing}"
    sleep 0.3
  done
}

# database NODE WORD…: our own command beside a database of this board, as its unit calls it; prints JSON.
database() {
  local own
  own=$(sed -n 's/^ExecStartPre=\(.*\) board-node .* prepare$/\1/p' "$units/tanada-$1.service" 2>/dev/null) && [ -n "$own" ] ||
    fail "$1 is not on this board: ship first"
  # shellcheck disable=SC2086,SC2046 # words, and settings without spaces
  (cd $base/current && env $(cat "$configuration/$1.env") $own board-database --json --node "$@")
}

# fence NODE: ends it at once, even one that hangs; it does not come back, not with the board either, until it is released.
fence() {
  systemctl disable -q "tanada-$1"
  systemctl kill -s KILL "tanada-$1" 2>/dev/null || true # it may have ended by itself
  systemctl stop "tanada-$1"
}

# release NODE: does not wait for it.
release() {
  systemctl enable -q "tanada-$1"
  systemctl reset-failed "tanada-$1" 2>/dev/null || true
  systemctl start --no-block "tanada-$1"
}

# again NODE: starts it anew, without waiting.
again() { systemctl restart --no-block "tanada-$1"; }

# sweep ID…: deletes other releases, if no process is in them.
sweep() {
  local release keep used
  used=$(readlink /proc/[0-9]*/cwd 2>/dev/null | sort -u)
  for release in "$base"/releases/*; do
    for keep in "$@" "$(current)"; do [ "${release##*/}" != "$keep" ] || continue 2; done
    grep -qxF "$release" <<<"$used" || rm -rf "$release"
  done
}
