#!/usr/bin/env bash
# Health check of a service: ready PORT [PATH]. On a board it listens at TANADA_ADDRESS alone. The image has neither curl nor wget; where
# services speak TLS (TANADA_TLS_DIRECTORY) it asks by openssl.
set -euo pipefail

host=${TANADA_ADDRESS:-127.0.0.1}
ask() {
  if [ -n "${TANADA_TLS_DIRECTORY:-}" ]; then
    timeout 4 openssl s_client -quiet -connect "$host:$1" -CAfile "$TANADA_TLS_DIRECTORY/inside-authority.pem" \
      -verify_hostname inside.tanada.internal -verify_return_error 2>/dev/null
  else
    exec 3<>"/dev/tcp/$host/$1"
    cat >&3
    cat <&3
  fi
}
read -rt 4 _ status _ < <(printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "${2:-/actuator/health/readiness}" | ask "$1") ||
  { echo "does not answer"; exit 1; }
[ "$status" = 200 ] || { echo "answers $status"; exit 1; }
