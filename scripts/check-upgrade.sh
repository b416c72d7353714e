#!/usr/bin/env bash
# Tries a runtime upgrade on a copy of a chain's state, before anybody votes on it. The chain is only read.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/check-upgrade.sh --uri URL [--at HASH] [--save FILE] [--runtime FILE ...]
#        scripts/check-upgrade.sh --snapshot FILE [--runtime FILE ...]
#        scripts/check-upgrade.sh --stages [--uri URL | --snapshot FILE]
#
# Without --runtime: compiles this tree's runtime with the feature `try-runtime` and tries that. Each upgrade is tried on what
# the one before it left. What holds and what does not is one line each; fails unless all holds: versions, transactions as before
# or with another version, migrations with all checks of the pallets, their weight and proof within a block's limits, storage
# versions, and that a second time changes nothing. RUST_LOG=info prints what the migrations say.
#
#   --uri URL        copy the state of a node's last final block: ws://HOST:PORT. On a large chain that takes long, and memory
#   --at HASH        of this block instead
#   --save FILE      keep the copy, as a specification with a raw genesis
#   --snapshot FILE  the copy in a file, as --save writes it, or a node's `export-state`
#   --runtime FILE   a runtime that is compiled with `try-runtime`; more than one: in the order of the upgrades
#   --stages         phase-1's runtime, then phase-3's, on a state of sync: that of --uri or --snapshot, or of a chain of one node
#                    that is started for it
#   --no-build       take what is built already
#   --help           this text
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
# shellcheck source=scripts/dev-node.sh
. "$ROOT/scripts/dev-node.sh"

uri="" at="" save="" snapshot="" stages=false build=true runtimes=()
while [ $# -gt 0 ]; do
	case "$1" in
		--uri | --at | --save | --snapshot | --runtime)
			[ $# -gt 1 ] || die "$1 needs a value (see --help)"
			case "$1" in
				--uri) check_url "$2" && uri="$2" ;;
				--at) at="$2" ;;
				--save) save="$2" ;;
				--snapshot) check_file "$2" && snapshot="$2" ;;
				--runtime) check_file "$2" && runtimes+=("$2") ;;
			esac
			shift
			;;
		--stages) stages=true ;;
		--no-build) build=false ;;
		--help | -h)
			show_help
			exit 0
			;;
		*) die "unknown argument '$1' (see --help)" ;;
	esac
	shift
done
[ -z "$uri" ] || [ -z "$snapshot" ] || die "the state is that of --uri or that of --snapshot, not of both"
[ -n "$uri$snapshot" ] || $stages || die "name the chain with --uri, or its state with --snapshot (see --help)"
[ -z "$at" ] || [ -n "$uri" ] || die "--at is a block of the chain that --uri names"
[[ -z "$at" || "$at" =~ ^0x[0-9a-fA-F]{64}$ ]] || die "'$at' is no block's hash"
[ -z "$save" ] || [ -d "$(dirname "$save")" ] || die "--save cannot write $save"
if $stages; then
	[ ${#runtimes[@]} = 0 ] || die "--stages brings its own runtimes"
	[ "$(stage)" = phase-3 ] || die "this tree is $(stage): --stages is for main, which makes them"
fi

tried="$CARGO_TARGET_DIR/try-runtime"
# Compiles a tree's runtime, and keeps it under its stage's name: try_runtime TREE STAGE
try_runtime() {
	if $build; then
		say "check-upgrade: compiling the runtime of $2 with try-runtime"
		bare_wasm "$1" try-runtime "$tried" || die "the runtime of $2 does not compile: see above"
		cp "$wasm" "$tried/$2.wasm"
		say "$ROOT" >"$tried/$2.of"
	fi
	[ "$(cat "$tried/$2.of" 2>/dev/null || true)" = "$ROOT" ] || die "the runtime of $2 is not built with try-runtime: run this without --no-build"
	runtimes+=("$tried/$2.wasm")
}

begin_work
if $build; then
	"$ROOT/scripts/setup.sh" --no-network --no-tests
	! $stages || [ -n "$uri$snapshot" ] || "$ROOT/scripts/stages.sh" build sync
	cargo_build
fi
$build || check_tree
[ -x "$RELEASE/upgrade-check" ] || die "upgrade-check is not built: run this without --no-build"
if $stages; then
	tree="$ROOT"
	! $build || tree="$("$ROOT/scripts/stages.sh" checkout phase-1 | tail -n 1)"
	try_runtime "$tree" phase-1
	try_runtime "$ROOT" phase-3
elif [ ${#runtimes[@]} = 0 ]; then
	try_runtime "$ROOT" "$(stage)"
fi

set --
if [ -n "$snapshot" ]; then
	set -- --snapshot "$snapshot"
elif [ -n "$uri" ]; then
	set -- --uri "$uri" ${at:+--at "$at"}
else
	[ -x "$CARGO_TARGET_DIR/stages/sync/$NODE_BIN" ] || die "$NODE_BIN is not built for sync: run this without --no-build"
	start_node check-upgrade "$CARGO_TARGET_DIR/stages/sync/$NODE_BIN" --dev-block-time 1000
	# Some blocks, so that each pallet has stored what it stores in one.
	set -- --uri "$url" --reach 5
fi
"$RELEASE/upgrade-check" "$@" ${save:+--save "$save"} "${runtimes[@]}"
