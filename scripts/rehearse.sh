#!/usr/bin/env bash
# Rehearses the migration on a live network: builds what is missing, then takes the network from stage to stage.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/rehearse.sh [--from STAGE] [--to STAGE] [--blocks N] [--per-second RATE] [--keep]
#        scripts/rehearse.sh wrong-turns [NAME ...]
#        scripts/rehearse.sh faults [NAME ...]
#        scripts/rehearse.sh throughput [--blocks N] [--batch N]
#
# Without a name: the journey from sync to phase 3, under load, everything checked at the end. Each writes a report, as
# JSON and as a page for a browser, and fails if something does not hold. Ctrl-C ends everything that was started.
#
#   --from STAGE      the stage whose network is started: sync, phase-1, phase-2 or phase-3; sync if left out
#   --to STAGE        the stage to arrive at; phase-3 if left out
#   --blocks N        how many blocks the first baseline takes (20); the last takes twice as many
#   --per-second RATE transactions per second of all users (1)
#   --keep            leaves the network up at the end, until Ctrl-C
#   --batch N         how many transfers one transaction makes (50)
#
#   --no-build        run what is built already
#   --out DIR         where report and logs go; a new directory below the target directory if left out
#   --help            this text
#
# RELAY_BIN=PATH  runs another relay chain than the workspace's: a directory with polkadot, polkadot-execute-worker
#                 and polkadot-prepare-worker in it
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

# The number of a stage, from 1 on.
place_of() {
	local stage place=0
	for stage in $STAGES; do
		place=$((place + 1))
		if [ "$stage" = "$1" ]; then
			say "$place"
			return 0
		fi
	done
	die "unknown stage '$1': the stages are $STAGES"
}

build=true out="" from=sync to=phase-3
case "${1:-}" in
	journey | wrong-turns | faults | throughput)
		part="$1"
		shift
		;;
	*) part=journey ;;
esac
arguments=()
while [ $# -gt 0 ]; do
	case "$1" in
		--help | -h)
			show_help
			exit 0
			;;
		--no-build) build=false ;;
		--out | --from | --to | --blocks | --per-second | --batch)
			[ $# -gt 1 ] || die "$1 needs a value (see --help)"
			case "$1" in
				--out) out="$2" ;;
				--from) from="$2" ;;
				--to) to="$2" ;;
				# What the program would say after every stage is built.
				--blocks | --batch) case "$2" in "" | *[!0-9]* | 0*) die "$1 needs a number of at least 1, not '$2'" ;; esac ;;
				--per-second) [[ "$2" =~ ^[0-9]+(\.[0-9]+)?$ ]] || die "$1 needs a number, not '$2'" ;;
			esac
			[ "$1" = --out ] || arguments+=("$1" "$2")
			shift
			;;
		--keep) arguments+=("$1") ;;
		-*) die "unknown option '$1' (see --help)" ;;
		*)
			[ "$part" != journey ] || die "unknown rehearsal '$1' (see --help)"
			arguments+=("$1")
			;;
	esac
	shift
done

first="$(place_of "$from")"
last="$(place_of "$to")"
[ "$first" -le "$last" ] || die "--from $from comes after --to $to"
case "$part" in
	wrong-turns) needed="$STAGES" ;;
	faults) needed="phase-3" ;;
	throughput) needed="sync phase-3" ;;
	journey)
		# shellcheck disable=SC2086 # a list
		needed="$(printf '%s\n' $STAGES | sed -n "$first,${last}p")"
		;;
esac

relay="${RELAY_BIN:-$RELEASE}"
[ -d "$relay" ] || relay="$(dirname "$relay")"
rehearsal_target="$CARGO_TARGET_DIR/rehearsal"
rehearsal="$rehearsal_target/release/rehearsal"

if $build; then
	"$ROOT/scripts/setup.sh" --no-tests --no-network
	# shellcheck disable=SC2086 # a list
	"$ROOT/scripts/stages.sh" build $needed
	# A workspace and a target directory of its own: its dependencies have other features.
	own_target "$ROOT" "$rehearsal_target"
	(cd "$ROOT/zombienet/rehearsal" && CARGO_TARGET_DIR="$rehearsal_target" cargo build --release --locked) ||
		die "the rehearsal does not compile: see above"
fi
need_cmd ps "scripts/setup.sh installs it"
for stage in $needed; do
	[ -x "$CARGO_TARGET_DIR/stages/$stage/$NODE_BIN" ] || die "$stage is not built: run this without --no-build"
done
for bin in $RELAY_BINS; do
	[ -x "$relay/$bin" ] || die "there is no $bin in $relay: run this without --no-build, or check RELAY_BIN"
done
[ -x "$rehearsal" ] || die "the rehearsal is not built: run this without --no-build"

if [ -z "$out" ]; then
	mkdir -p "$CARGO_TARGET_DIR/rehearsals"
	out="$(mktemp -d "$CARGO_TARGET_DIR/rehearsals/$(date +%Y%m%d-%H%M%S)-$part.XXXXXX")"
fi
say "report and logs: $out"
# In place of this script, so that Ctrl-C and SIGTERM reach it, and its exit code is this script's.
exec "$rehearsal" --stages "$CARGO_TARGET_DIR/stages" --relay "$relay" --specs "$ROOT/zombienet" --out "$out" \
	"$part" ${arguments[@]+"${arguments[@]}"}
