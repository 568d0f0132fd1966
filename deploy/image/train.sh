#!/usr/bin/env bash
# Records the AOT cache that halves a service's start: train.sh SERVICE OPTIONS, in the directory of the program. As the native way
# does, it starts the service, asks it a few things and ends it; nobody else is there. A run that fails costs start time only.
set -euo pipefail

service=$1 recording=$2
port=9000 control=9000
secrets=$(mktemp -d)
for name in url-signing-key database-password token-key-encryption; do
  printf 'only-for-recording-%s-0123456789' "$name" >"$secrets/tanada.secret.$name"
done
case $service in cdn-node) tier=edge ;; load-balancer) tier=lb ;; app-service) tier=app ;; auth-service) tier=auth ;; db-router) tier=router ;; *) tier=storage ;; esac
# a key in the form that Java reads (PKCS 8, RFC 8410), which nobody knows
echo "recording $tier $({ printf '\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20' && head -c 32 /dev/urandom; } | base64 -w 0)" >"$secrets/service-key"
: >"$secrets/service-keys"
export TANADA_CREDENTIAL_DIRECTORY=$secrets TANADA_NODE=$service-0 TANADA_DRAINDELAY=0ms TANADA_MEMBERSHIP_SOURCE=dns SPRING_CONFIG_IMPORT=configtree:$secrets/
export SERVER_ADDRESS=127.0.0.1 SERVER_PORT=$port
case $service in
  cdn-node) control=9050 && export SERVER_PORT=$control TANADA_EDGE_PORT=$port TANADA_EDGE_DIRECTORY=$secrets/data ;;
  load-balancer) control=9050 && export MANAGEMENT_SERVER_PORT=$control ;;
  db-router) control=9050 && export SERVER_PORT=$control TANADA_ROUTER_DATAPATH_PORT=$port ;;
  storage-service) export TANADA_STORAGE_PURPOSE=profiles TANADA_STORAGE_DIRECTORY=$secrets/data ;;
  app-service) export TANADA_APP_PUBLICURL=http://localhost:8080 ;;
esac

# It speaks TLS, so that what that needs is recorded, too; a certificate for a moment.
if command -v openssl >/dev/null; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=recording -addext subjectAltName=DNS:inside.tanada.internal \
    -keyout "$secrets/inside-key.pem" -out "$secrets/inside.pem" 2>/dev/null
  cp "$secrets/inside.pem" "$secrets/inside-authority.pem"
  export TANADA_TLS_DIRECTORY=$secrets
fi

# Prints the status of an answer.
get() {
  local answer request
  printf -v request 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2"
  if [ -n "${TANADA_TLS_DIRECTORY:-}" ]; then
    answer=$(printf %s "$request" | openssl s_client -quiet -connect "127.0.0.1:$1" 2>/dev/null | head -n 1 | tr -d '\0') || true
  else
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf %s "$request" >&3
    answer=$(cat <&3 | head -n 1 | tr -d '\0')
    exec 3>&-
  fi
  echo "${answer#* }"
}

java @jvm.options "@$recording" -XX:AOTCacheOutput=app.aot -jar app.jar >"$secrets/log" 2>&1 &
jvm=$!
until [[ $(get $control /actuator/health/liveness 2>/dev/null) = 200* ]]; do
  kill -0 $jvm 2>/dev/null || break
  sleep 0.2
done
for _ in 1 2 3 4 5; do
  get $control /actuator/health/readiness >/dev/null 2>&1 || true
  get $control /actuator/prometheus >/dev/null 2>&1 || true
  get $port / >/dev/null 2>&1 || true
done
kill $jvm 2>/dev/null || true
wait $jvm || true
if [ ! -s app.aot ]; then
  echo "$service starts without an AOT cache: its training run failed" >&2
  tail -n 20 "$secrets/log" >&2
fi
rm -rf "$secrets" /tmp/hsperfdata_* /tmp/tomcat.*
