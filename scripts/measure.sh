#!/usr/bin/env bash
# Measures the stages on the live network, one after the other, and writes the tables of it in README and guide.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/measure.sh [--no-build] [--blocks N] [--at-once N] [STAGE[:on|:off] ...]
#        scripts/measure.sh --table | --check
#
# Builds the stages named, or all, runs each with the relay chain's asynchronous backing off and on, or as named, and keeps
# the reports in docs/measurements. Where a measurement fails the report before it stays, and the others go on. Let
# nothing else run meanwhile.
#
#   --no-build   measure what is built already
#   --blocks N   how many parachain blocks each, 40 if left out
#   --at-once N  this many measurements at the same time, on Linux: each takes a third of a processor
#   --table      only write the tables, from the reports that are there
#   --check      only fail if a table is not that of the reports
#   --help       this text
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

REPORTS="$ROOT/docs/measurements"
README="$ROOT/README.md"
# Has phase 3's rows alone, where it explains them.
PAGE="$ROOT/docs/guide/phase-3.md"

# --- The table -------------------------------------------------------------------------------------------------------

# The reports that are there, in the stages' order.
reports() {
	local name setting
	for name in $STAGES; do
		for setting in off on; do
			[ ! -f "$REPORTS/$name-$setting.json" ] || say "$REPORTS/$name-$setting.json"
		done
	done
}

# One row; bold where the relay chain's setting is the one that the stage is for.
row() {
	local name="$1" setting="$2" file="$REPORTS/$1-$2.json" mark=""
	case "$name:$setting" in phase-3:on | sync:off | phase-[12]:off) mark="**" ;; esac
	# To be seen, or the loss of a report would not be.
	[ -f "$file" ] || { say "| $mark$name$mark | $mark$setting$mark | not measured | | | | | |"; return; }
	jq -r '[.relay.lookahead, .interval.mean_ms / 1000, .interval.min_ms / 1000, .interval.max_ms / 1000,
		.relay.backing_blocks, .relay.blocks, .relay.backing_session_changes, .relay.session_changes,
		.authored / .canonical, .reorgs, .finality_lag.mean_blocks, .finality_lag.max_blocks] | @tsv' "$file" 2>/dev/null |
		LC_ALL=C awk -F '\t' -v stage="$mark$name$mark" -v setting="$mark$setting$mark" '
			{ printf "| %s | %s: `%d` | %.2f, %.1f, %.1f | %d of %d | %d of %d | %.2f | %d | %.1f, %d |\n",
				stage, setting, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 }' ||
		die "$file is not a report of the observer"
}

# What stands between the marks: table STAGE ..
table() {
	local files name setting
	files="$(reports)"
	say ""
	if [ -z "$files" ]; then
		say "Nothing is measured yet."
	else
		# shellcheck disable=SC2086 # a list, whose directory may have spaces in it
		(IFS=$'\n' && set -f && jq -rs '"\([.[].interval.count | tostring] | unique | join(" or ")) blocks each, 2 validators " +
			"and 2 collators on one machine" + ([.[].machine // "" | select(. != "")] | unique | join("; ") |
			if . == "" then "" else " (\(.))" end) + ". Bold is the setting that the stage is for."' $files 2>/dev/null) ||
			die "not all files in docs/measurements are reports of the observer"
		say ""
		# shellcheck disable=SC2016 # the backquotes are the table's
		say '| stage | asynchronous backing: `lookahead` | block time: mean, min, max (s) | relay blocks that back a block, session changes left out | session changes that do | authored per included | reorgs | finality behind: mean, max (blocks) |'
		say "|---|---|---|---|---|---|---|---|"
		for name in "$@"; do
			for setting in off on; do row "$name" "$setting"; done
		done
	fi
	say ""
}

# A file with the table as it should be, in $work/page: make_page FILE STAGE ..
make_page() {
	local file="$1"
	shift
	if ! grep -qx '<!-- measurements -->' "$file" 2>/dev/null || ! grep -qx '<!-- end -->' "$file"; then
		die "there is no ${file#"$ROOT"/} with <!-- measurements --> and <!-- end -->"
	fi
	table "$@" >"$work/table"
	awk -v table="$work/table" '
		/^<!-- end -->$/ { skip = 0 }
		!skip { print }
		/^<!-- measurements -->$/ { while ((getline line < table) > 0) print line; skip = 1 }
	' "$file" >"$work/page"
	cmp -s "$work/page" "$file"
}

write_table() {
	# shellcheck disable=SC2086 # a list
	make_page "$README" $STAGES || { cat "$work/page" >"$README"; say "README.md"; }
	make_page "$PAGE" phase-3 || { cat "$work/page" >"$PAGE"; say "${PAGE#"$ROOT"/}"; }
}

check_table() {
	local text="is not that of docs/measurements: scripts/measure.sh --table writes it"
	# shellcheck disable=SC2086 # a list
	make_page "$README" $STAGES || die "the table in README.md $text"
	make_page "$PAGE" phase-3 || die "the table in ${PAGE#"$ROOT"/} $text"
	say "the tables in README.md and ${PAGE#"$ROOT"/} are those of docs/measurements"
}

# --- Measuring -------------------------------------------------------------------------------------------------------

# This tree last: then what is in the target directory is its own, as scripts/run.sh wants it.
build() {
	local one others=""
	for one in $list; do
		case " $(stage) $others " in *" ${one%:*} "*) ;; *) others="$others ${one%:*}" ;; esac
	done
	"$ROOT/scripts/setup.sh"
	# shellcheck disable=SC2086 # a list
	[ -z "$others" ] || "$ROOT/scripts/stages.sh" build $others
	cargo_build
}

# Lines of two networks come through each other.
named() {
	awk -v name="$1" '{ print name "  " $0; fflush() }'
}

# start STAGE SETTING
start() {
	say "measure: $1, asynchronous backing $2"
	"${apart[@]}" "$ROOT/scripts/run.sh" "$1" --async-backing "$2" --no-build --blocks "$blocks" --measure "$work/$1-$2.json" \
		> >(named "$1:$2") 2> >(named "$1:$2" >&2) &
	running="$running $!:$1:$2"
}

# Waits for all that was started, and keeps their reports.
finish() {
	local one code name
	for one in $running; do
		code=0
		wait "${one%%:*}" || code=$?
		name="${one#*:}"
		if [ "$code" = 0 ]; then
			mkdir -p "$REPORTS"
			mv "$work/${name/:/-}.json" "$REPORTS/${name/:/-}.json"
		else
			failed="$failed $name"
		fi
	done
	running=""
}

# The networks are not children that die with this script.
clean_up() {
	local code=$? one
	trap '' INT TERM HUP
	for one in $running; do kill "${one%%:*}" 2>/dev/null || true; done
	for one in $running; do wait "${one%%:*}" 2>/dev/null || true; done
	rm -rf "$work"
	exit "$code"
}

blocks=40 at_once=1 build=true list="" only=""
while [ $# -gt 0 ]; do
	case "$1" in
		--no-build) build=false ;;
		--blocks | --at-once)
			case "${2:-}" in "" | *[!0-9]* | 0*) die "$1 needs a number of at least 1" ;; esac
			if [ "$1" = --blocks ]; then blocks="$2"; else at_once="$2"; fi
			shift
			;;
		--table | --check) only="$1" ;;
		--help | -h)
			show_help
			exit 0
			;;
		-*) die "unknown argument '$1' (see --help)" ;;
		*)
			known_stage "${1%%:*}"
			case "$1" in
				*:on | *:off) list="$list $1" ;;
				*:*) die "asynchronous backing is on or off, not '${1#*:}'" ;;
				*) list="$list $1:off $1:on" ;;
			esac
			;;
	esac
	shift
done
[ -z "$only" ] || [ -z "$list" ] || die "$only measures nothing"
need_cmd jq "scripts/setup.sh installs it"

# zombienet makes the keys of a node from its name: the nodes of two networks would find each other, and their ports are the
# same. On Linux a process can have a network of its own.
apart=(env)
if [ "$at_once" != 1 ]; then
	# shellcheck disable=SC2016 # for the other shell
	apart=(unshare --net --map-root-user "$BASH" -c 'ip link set lo up && exec "$@"' "$0")
	"${apart[@]}" true 2>/dev/null || die "--at-once needs Linux, with unshare and ip, and the right to make a network of one's own"
fi
running=""
work="$(mktemp -d)"
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

case "$only" in
	--table) write_table; exit ;;
	--check) check_table; exit ;;
esac
[ "$(stage)" = phase-3 ] || die "this tree is $(stage): measure on main, which makes all stages"
if [ -z "$list" ]; then
	for name in $STAGES; do list="$list $name:off $name:on"; done
fi
# Not after an hour.
# shellcheck disable=SC2086 # a list
make_page "$README" $STAGES || true
make_page "$PAGE" phase-3 || true
if $build; then build; fi
failed=""
for one in $list; do
	start "${one%:*}" "${one#*:}"
	# shellcheck disable=SC2086 # a list, to count
	set -- $running
	[ $# -lt "$at_once" ] || finish
done
finish
write_table
[ -z "$failed" ] || die "not measured:$failed"
