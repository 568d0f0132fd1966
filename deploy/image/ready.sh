#!/usr/bin/env bash
# Health check of a service: ready PORT [PATH]. On a board it listens at TANADA_ADDRESS alone. The image has neither curl nor wget.
set -euo pipefail

exec 3<>"/dev/tcp/${TANADA_ADDRESS:-127.0.0.1}/$1"
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "${2:-/actuator/health/readiness}" >&3
read -rt 4 _ status _ <&3
[ "$status" = 200 ] || { echo "answers $status"; exit 1; }
