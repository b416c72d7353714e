#!/usr/bin/env bash
# Checks that other people's clients work with the chain: a wallet's library transfers, Chopsticks forks and builds blocks.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/check-clients.sh [transfer] [fork] [--runtime FILE] [--no-build]
#        scripts/check-clients.sh [transfer] [fork] --uri URL
#        scripts/check-clients.sh fork --uri URL --upgrade FILE
#
# Starts a chain of one node with the runtime of a release, which has the metadata's hash inside, and tries all clients on it, or
# the ones named. They are in clients/, pinned by a lock file, and installed below the target directory.
#
#   transfer        Polkadot-API transfers with CheckMetadataHash on, and is refused with a wrong hash
#   fork            Chopsticks forks the chain and builds two blocks on the fork
#   --runtime FILE  start the chain with this runtime, instead of the one that scripts/build-runtime.sh builds
#   --uri URL       try them on this chain, which is running: for transfer it has to know Alice, and have the hash
#   --upgrade FILE  on the fork, put this runtime in before the blocks are built; the chain itself is left alone
#   --no-build      take node and runtime as they are built already
#   --help          this text
#
# Needs Node.js 22.12 or later, with npm.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
# shellcheck source=scripts/dev-node.sh
. "$ROOT/scripts/dev-node.sh"

names="" uri="" runtime="" upgrade="" build=true
while [ $# -gt 0 ]; do
	case "$1" in
		transfer | fork) names="$names $1" ;;
		--uri | --runtime | --upgrade)
			[ $# -gt 1 ] || die "$1 needs a value (see --help)"
			case "$1" in
				--uri) check_url "$2" && uri="$2" ;;
				--runtime) check_file "$2" && runtime="$2" ;;
				--upgrade) check_file "$2" && upgrade="$2" ;;
			esac
			shift
			;;
		--no-build) build=false ;;
		--help | -h)
			show_help
			exit 0
			;;
		-*) die "unknown argument '$1' (see --help)" ;;
		*) die "unknown client '$1': they are transfer and fork" ;;
	esac
	shift
done
[ -z "$uri" ] || [ -z "$runtime" ] || die "--runtime is what a chain starts with, and --uri names one that is running"
[ -z "$upgrade" ] || [ -n "$uri" ] || die "--upgrade is for the fork of a chain that is running: name it with --uri"
case "$upgrade:$names" in
	:* | *:" fork") ;;
	*) die "--upgrade is for fork alone" ;;
esac
names="${names:- transfer fork}"

need_node_js
begin_work
if [ -n "$uri" ]; then
	url="$uri"
	install_clients
else
	release_wasm "$runtime" "$build"
	if $build; then cargo_build; else check_tree; fi
	[ -x "$RELEASE/$NODE_BIN" ] || die "$NODE_BIN is not built: run this without --no-build"
	install_clients
	"$RELEASE/$NODE_BIN" export-chain-spec --chain dev >"$work/dev.json"
	client spec "$work/dev.json" "$wasm" "$work/spec.json"
	start_node clients "$RELEASE/$NODE_BIN" --chain "$work/spec.json" --dev-block-time 2000
	say "check-clients: a chain with $wasm"
fi

failures=0
for name in $names; do
	set -- "$url"
	[ "$name" != fork ] || [ -z "$upgrade" ] || set -- "$url" "$upgrade"
	if client "$name" "$@"; then
		say "ok      $name"
	else
		say "FAILED  $name"
		failures=$((failures + 1))
	fi
done
total="$(wc -w <<<"$names" | tr -d ' ')"
say "$((total - failures)) passed, $failures failed"
[ "$failures" = 0 ]
