#!/usr/bin/env bash
# Measures what calls, transactions and blocks cost on this machine, and writes the weight files of the runtime.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/benchmark.sh [--steps N] [--repeat N] [NAME ...]
#
# Compiles node and runtime, the latter once more with its benchmarks, and measures all of it, or what is named: the pallets
# that runtime/src/benchmarks.rs lists, and `overhead`, that is an empty block and a transaction that does nothing. Let nothing else
# run meanwhile. Each file of runtime/src/weights says which machine it is from; those of our own pallets are with them.
# Twelve pallets took half an hour on 2 cores. pallet_collator_selection alone was not done after a quarter of an hour, as each of its
# runs registers up to a hundred candidates first: measure it with smaller numbers.
#
#   --steps N   values of each component, 50 if left out
#   --repeat N  runs at each value, 20 if left out; of an empty block there are always 100
#   --help      this text
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

WEIGHTS=runtime/src/weights
# What is measured is a list in one place, the runtime's.
pallets="$(sed -n 's/^	\[\([a-z_]*\), .*\]$/\1/p' "$ROOT/runtime/src/benchmarks.rs")"
[ -n "$pallets" ] || die "runtime/src/benchmarks.rs lists no pallet"

steps=50 repeat=20 names=""
while [ $# -gt 0 ]; do
	case "$1" in
		--steps)
			# With one value of a component there is no line through its costs.
			case "${2:-}" in "" | *[!0-9]* | 0* | 1) die "--steps needs a number of at least 2" ;; esac
			steps="$2"
			shift
			;;
		--repeat)
			case "${2:-}" in "" | *[!0-9]* | 0*) die "--repeat needs a number of at least 1" ;; esac
			repeat="$2"
			shift
			;;
		--help | -h)
			show_help
			exit 0
			;;
		*)
			grep -qxF -- "$1" <<<"$pallets"$'\n'overhead || die "'$1' is neither an option nor something to measure (see --help)"
			names="$names $1"
			;;
	esac
	shift
done
names="${names:-$pallets overhead}"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a benchmark of the node: measure NAME ARGUMENT ..
measure() {
	local name="$1"
	shift
	say "benchmark: $name"
	"$RELEASE/$NODE_BIN" benchmark "$@" >"$work/said" 2>&1 || {
		tail -n 20 "$work/said" >&2
		die "$name could not be measured: see above"
	}
}

# Of a file that `benchmark overhead` wrote, what it measured: its own header names the machine and all arguments, and its
# imports are not those of a runtime on the umbrella crate. overhead_file NAME WHAT
overhead_file() {
	local from="$work/$1_weights.rs" date cpu
	date="$(sed -n 's/^\/\/! DATE: \([0-9-]*\).*/\1/p' "$from")"
	cpu="$(sed -n 's/.*CPU: .\(.*\).$/\1/p' "$from")"
	cat >"$work/$1" <<-END
		//! What $2 costs, measured by \`scripts/benchmark.sh\`: do not edit.
		//! The same in every stage.
		// SPDX-License-Identifier: Apache-2.0
		//
		// $date, on $cpu; warmup 10, repeat 100, benchmark CLI $(sed -n 's/.*BENCHMARK CLI VERSION //p' "$from").

		#![cfg_attr(rustfmt, rustfmt_skip)]

		use polkadot_sdk::frame_support::parameter_types;
		use polkadot_sdk::frame_support::weights::constants::WEIGHT_REF_TIME_PER_NANOS;
		use polkadot_sdk::frame_support::weights::Weight;

		$(sed -n '/^parameter_types! {$/,/^}$/p' "$from")
	END
	grep -q 'Weight::from_parts' "$work/$1" || die "benchmark overhead writes another file than this script knows: $1_weights.rs"
	mv "$work/$1" "$WEIGHTS/$1_weights.rs"
}

cd "$ROOT"
scripts/setup.sh --no-network --no-tests
cargo_build
case "$names" in
	" overhead") ;;
	*)
		say "benchmark: compiling the runtime with its benchmarks"
		bare_wasm "$ROOT" runtime-benchmarks "$CARGO_TARGET_DIR/benchmarks"
		;;
esac

release_wasm="$RELEASE/wbuild/parachain-template-runtime/parachain_template_runtime.compact.compressed.wasm"
para_id="$(sed -n 's/^pub const PARA_ID: u32 = \(.*\);$/\1/p' runtime/src/genesis.rs)"
for name in $names; do
	case "$name" in
		overhead)
			# The runtime as it is, without its benchmarks.
			measure overhead overhead --runtime "$release_wasm" --genesis-builder runtime --para-id "$para_id" \
				--warmup 10 --repeat 100 --weight-path "$work"
			overhead_file block "a block without transactions"
			overhead_file extrinsic "a transaction that does nothing"
			continue
			;;
		pallet_timelock) output=pallets/timelock/src/weights.rs template=scripts/weights/pallet.hbs ;;
		*) output="$WEIGHTS/$name.rs" template=scripts/weights/runtime.hbs ;;
	esac
	measure "$name" pallet --runtime "$wasm" --genesis-builder runtime --pallet "$name" --extrinsic '*' \
		--steps "$steps" --repeat "$repeat" --template "$template" --output "$output"
done
say "benchmark: done; read the differences before you commit them"
