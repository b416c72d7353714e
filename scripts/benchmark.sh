#!/usr/bin/env bash
# Measures what calls cost on this machine and writes the weight files of the runtime and of the timelock.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/benchmark.sh [--steps N] [--repeat N] [PALLET ...]
#
# Compiles the runtime's wasm with its benchmarks, and runs those of the pallets that bring no weights of their own:
# pallet_timelock, pallet_xcm and cumulus_pallet_weight_reclaim, or the ones named. Let nothing else run meanwhile.
# The files say which machine they were measured on.
#
#   --steps N   values of each component, 50 if left out
#   --repeat N  runs at each value, 20 if left out
#   --help      this text
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

steps=50 repeat=20 pallets=""
while [ $# -gt 0 ]; do
	case "$1" in
		--steps | --repeat)
			case "${2:-}" in "" | *[!0-9]* | 0*) die "$1 needs a number of at least 1" ;; esac
			[ "$1" = --steps ] && steps="$2" || repeat="$2"
			shift
			;;
		--help | -h)
			show_help
			exit 0
			;;
		pallet_timelock | pallet_xcm | cumulus_pallet_weight_reclaim) pallets="$pallets $1" ;;
		*) die "'$1' is neither an option nor a pallet whose weights are here (see --help)" ;;
	esac
	shift
done
pallets="${pallets:-pallet_timelock pallet_xcm cumulus_pallet_weight_reclaim}"

cd "$ROOT"
cargo_build

say "benchmark: compiling the runtime with its benchmarks"
bare_wasm "$ROOT" runtime-benchmarks "$CARGO_TARGET_DIR/benchmarks"

for pallet in $pallets; do
	case "$pallet" in
		pallet_timelock) output=pallets/timelock/src/weights.rs template=scripts/weights/pallet.hbs ;;
		*) output="runtime/src/weights/$pallet.rs" template=scripts/weights/runtime.hbs ;;
	esac
	say "benchmark: $pallet"
	"$RELEASE/$NODE_BIN" benchmark pallet --runtime "$wasm" --genesis-builder runtime \
		--pallet "$pallet" --extrinsic '*' --steps "$steps" --repeat "$repeat" \
		--template "$template" --output "$output"
done
say "benchmark: done; read the differences before you commit them"
