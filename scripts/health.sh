#!/usr/bin/env bash
# Whether a node on this machine answers: the health check of the images, with nothing but bash.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/health.sh [--ready] [PORT]
#
# Asks the node's RPC server, on port 9944 if no other is named.
#
#   --ready  whether it also has peers and is not catching up; a new node is not ready for hours, and is healthy
#   --help   this text
set -euo pipefail

# The image has this script alone.
die() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

port=9944 path=/health
while [ $# -gt 0 ]; do
	case "$1" in
		--ready) path=/health/readiness ;;
		--help | -h)
			awk '/^# SPDX/ { on = 1; next } on && !/^#/ { exit } on { sub(/^# ?/, ""); print }' "$0" | sed '1{/^$/d;}'
			exit 0
			;;
		-*) die "unknown argument '$1' (see --help)" ;;
		*)
			case "$1" in "" | *[!0-9]* | 0* | ??????*) false ;; *) [ "$1" -le 65535 ] ;; esac || die "'$1' is no port"
			port="$1"
			;;
	esac
	shift
done

# What closes the connection early may have said why.
trap '' PIPE
{ exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || die "nothing listens on port $port"
printf 'GET %s HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$path" "$port" >&3 2>/dev/null || true
IFS= read -r -t 4 status <&3 || die "no answer on port $port"
case "$status" in
	"HTTP/1.1 200 "*) printf 'port %s answers\n' "$port" ;;
	*) die "port $port says ${status%$'\r'}" ;;
esac
