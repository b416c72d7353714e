#!/usr/bin/env bash
# Measures what calls, transactions and blocks cost on this machine, and writes the weight files of the runtime.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/benchmark.sh [--steps N] [--repeat N] [NAME ...]
#
# Compiles node and runtime, the latter once more with its benchmarks, and measures all of it, or what is named: the pallets
# that runtime/src/benchmarks.rs lists; `overhead`, that is an empty block and a transaction that does nothing; and `storage`, a read and
# a write of one key out of a block's proof, as a validator does them: in the SDK's runtime for it, and for that the node is compiled
# once more, with its benchmarks. Let nothing else run meanwhile. Each file of runtime/src/weights says which machine it is from;
# those of our own pallets are with them.
# Twelve pallets took half an hour on 2 cores, storage an hour and a half, most of it to compile.
#
#   --steps N   values of each component, 50 if left out
#   --repeat N  runs at each value, 20 if left out, and of storage; of an empty block there are always 100
#   --help      this text
#
# Left out, they are 10 and 5 for pallet_collator_selection: each of its runs registers up to a hundred candidates first.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

WEIGHTS=runtime/src/weights
RUNTIME_WASM="$RELEASE/wbuild/parachain-template-runtime/parachain_template_runtime.compact.compressed.wasm"
# What is compiled with benchmarks has other features, and a target directory of its own.
BENCHMARKS="$CARGO_TARGET_DIR/benchmarks"
# How many accounts the state has on which storage is measured: a key costs the more, the more keys there are beside it.
ACCOUNTS=1000000
# What is measured is a list in one place, the runtime's.
pallets="$(sed -n 's/^	\[\([a-z0-9_]*\), .*\]$/\1/p' "$ROOT/runtime/src/benchmarks.rs")"
[ -n "$pallets" ] || die "runtime/src/benchmarks.rs lists no pallet"

steps="" repeat="" names=""
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
			grep -qxF -- "$1" <<<"$pallets"$'\n'overhead$'\n'storage || die "'$1' is neither an option nor something to measure (see --help)"
			names="$names $1"
			;;
	esac
	shift
done
names="${names:-$pallets overhead storage}"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a benchmark of a node: measure NODE NAME ARGUMENT ..
measure() {
	local node="$1" name="$2"
	shift 2
	say "benchmark: $name"
	"$node" benchmark "$@" >"$work/said" 2>&1 || {
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

# The specification of a chain with ACCOUNTS accounts. Their keys are random, as hashes are, and so are their balances: the
# same value twice would be one node of the trie.
storage_spec() {
	local account=26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9
	"$RELEASE/$NODE_BIN" export-chain-spec --chain dev --raw --output "$work/dev.json" >"$work/said" 2>&1 || {
		tail -n 20 "$work/said" >&2
		die "no specification: see above"
	}
	# Of 56 bytes 48 are a key: 16 of a hash, and 32 of an account. The others are a balance; one provider; new logic.
	head -c $((ACCOUNTS * 56)) /dev/urandom | od -An -v -tx1 | tr -d ' \n' | fold -w 112 |
		sed -E "s/^(.{96})(.{16})\$/\"0x$account\1\": \"0x$(printf '%016d' 0)01$(printf '%014d' 0)\2$(printf '%0110d' 0)80\",/" >"$work/accounts"
	# In the genesis state, below its first line.
	sed "/^ *\"top\": {\$/r $work/accounts" "$work/dev.json" >"$work/spec.json"
	[ "$(grep -c "^\"0x$account" "$work/spec.json")" = "$ACCOUNTS" ] || die "export-chain-spec writes another file than this script knows"
	rm "$work/accounts"
}

measure_overhead() {
	# The runtime as it is, without its benchmarks.
	measure "$RELEASE/$NODE_BIN" overhead overhead --runtime "$RUNTIME_WASM" --genesis-builder runtime --para-id "$para_id" \
		--warmup 10 --repeat 100 --weight-path "$work"
	overhead_file block "a block without transactions"
	overhead_file extrinsic "a transaction that does nothing"
}

measure_storage() {
	say "benchmark: compiling the node with its benchmarks, all crates of it"
	own_target "$ROOT" "$BENCHMARKS"
	# Of the wasm that its crates bring only the one is needed that stands for a validator's.
	SKIP_PARACHAIN_TEMPLATE_RUNTIME_WASM_BUILD=1 cargo build --release --locked --target-dir "$BENCHMARKS" \
		-p "$NODE_BIN" --features "$NODE_BIN/runtime-benchmarks"
	storage_spec
	# The runtime's state version is 1: another would damage the database. Batches of 10000, the most
	# that the SDK takes, do not fit into the wasm's memory on this state. What unpacking the proof takes is subtracted, and a
	# validator's time all the same: 8 microseconds a key where a read took 17, hence a half more.
	measure "$BENCHMARKS/release/$NODE_BIN" storage storage --chain "$work/spec.json" --base-path "$work/chain" --state-version 1 \
		--mode validate-block --batch-size 5000 --validate-block-rounds "${repeat:-20}" --mul 1.5 \
		--template-path scripts/weights/storage.hbs --weight-path "$work/storage"
	# The date has its format after it.
	sed 's| (Y/M/D)||' "$work/storage" >"$WEIGHTS/inmemorydb_weights.rs"
}

# measure_pallet NAME
measure_pallet() {
	local name="$1" output="$WEIGHTS/$1.rs" template=scripts/weights/runtime.hbs default_steps=50 default_repeat=20
	case "$name" in
		pallet_collator_selection) default_steps=10 default_repeat=5 ;;
	esac
	# A pallet of this workspace keeps its weights itself.
	if [ -d "pallets/${name#pallet_}/src" ]; then
		output="pallets/${name#pallet_}/src/weights.rs" template=scripts/weights/pallet.hbs
	fi
	if [ -z "$wasm" ]; then
		say "benchmark: compiling the runtime with its benchmarks"
		bare_wasm "$ROOT" runtime-benchmarks "$BENCHMARKS"
	fi
	measure "$RELEASE/$NODE_BIN" "$name" pallet --runtime "$wasm" --genesis-builder runtime --pallet "$name" --extrinsic '*' \
		--steps "${steps:-$default_steps}" --repeat "${repeat:-$default_repeat}" --template "$template" --output "$output"
}

cd "$ROOT"
scripts/setup.sh --no-network --no-tests
cargo_build
para_id="$(sed -n 's/^pub const PARA_ID: u32 = \(.*\);$/\1/p' runtime/src/genesis.rs)"
wasm=""
for name in $names; do
	case "$name" in
		overhead) measure_overhead ;;
		storage) measure_storage ;;
		*) measure_pallet "$name" ;;
	esac
done
say "benchmark: done; read the differences before you commit them"
