#!/usr/bin/env bash
# Checks that every command of the README is one that a script or test exercises, with options that it has.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/check-readme.sh [--help]
#
# Reads the ```sh blocks of README.md. A command that is new there needs a line in this script's table.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

only_help "$@"

# How a command begins, and the file that exercises it; "-" where there is nothing of ours in it. Of two that fit, the later.
# Each verb of scripts/stages.sh has its own: without one, a command is nothing that is exercised.
table() {
	cat <<-END
		scripts/setup.sh|.ci/run
		scripts/test.sh|.ci/run
		scripts/run.sh|scripts/test-scripts.sh
		scripts/run.sh sync|scripts/test-scripts.sh
		scripts/run.sh --dev|scripts/test-scripts.sh
		scripts/stages.sh list|scripts/test-stages.sh
		scripts/stages.sh tag|scripts/test-stages.sh
		scripts/stages.sh checkout|scripts/test-stages.sh
		scripts/stages.sh check|scripts/test.sh
		scripts/stages.sh edit|scripts/test-stages.sh
		scripts/stages.sh save|scripts/test-stages.sh
		scripts/stages.sh remake|scripts/test-stages.sh
		scripts/stages.sh build|scripts/run.sh
		scripts/stages.sh test|scripts/test.sh
		scripts/stages.sh prove|scripts/test.sh
		scripts/rename.sh|scripts/test-rename.sh
		scripts/benchmark.sh|scripts/test-checks.sh
		scripts/build-runtime.sh|scripts/test.sh
		scripts/check-upgrade.sh|scripts/test.sh
		scripts/check-clients.sh|scripts/test.sh
		scripts/check-omni-node.sh|scripts/test-checks.sh
		scripts/measure.sh|scripts/test-scripts.sh
		scripts/rehearse.sh|scripts/test.sh
		scripts/monitor.sh|scripts/test-scripts.sh
		scripts/check-monitoring.sh|scripts/test.sh
		scripts/check-readme.sh|scripts/test.sh
		scripts/test-scripts.sh|scripts/test.sh
		scripts/test-stages.sh|scripts/test.sh
		scripts/test-rename.sh|scripts/test.sh
		scripts/test-release.sh|scripts/test.sh
		scripts/test-checks.sh|scripts/test.sh
		cargo build --release|scripts/env.sh
		cargo test --release|scripts/test.sh
		cargo clippy --release|scripts/test.sh
		cargo fmt|scripts/test.sh
		cargo doc|scripts/test.sh
		zombie-cli spawn|scripts/run.sh
		git clone|-
		git diff|-
		cd|-
	END
}

# The commands, one on each line: without comments, variables set for them, and `&&`; continued lines joined.
commands() {
	awk '
		/^```/ { on = ($0 == "```sh"); next }
		!on { next }
		{ line = line $0 }
		sub(/\\$/, "", line) { next }
		{
			sub(/(^|[ \t])#.*/, "", line)
			count = split(line, parts, / *&& */)
			for (i = 1; i <= count; i++) {
				part = parts[i]
				gsub(/^[ \t]+|[ \t]+$/, "", part)
				while (sub(/^[A-Za-z_][A-Za-z_0-9]*=[^ ]* +/, "", part)) {}
				sub(/^\.\//, "", part)
				if (part != "") print part
			}
			line = ""
		}
	' "$ROOT/README.md"
}

# What is wrong with a command, or nothing.
wrong_with() {
	local command="$1" prefix begin="" by="" file word help
	while IFS="|" read -r prefix file; do
		case "$command " in "$prefix "*) begin="$prefix" by="$file" ;; esac
	done < <(table)
	[ -n "$by" ] || { say "nothing exercises it"; return; }
	file="${command%% *}"
	case "$file" in
		*/*) [ -x "$ROOT/$file" ] || { say "there is no $file"; return; } ;;
	esac
	if [ "$by" != - ]; then
		[ -f "$ROOT/$by" ] || { say "$by, which should exercise it, is missing"; return; }
		# The words of the beginning, on one line that is no comment; zombie-cli is in a variable there.
		begin="${begin##*/}"
		begin="${begin#zombie-cli }"
		awk -v words="${begin// /.* }([^a-z-]|\$)" '!/^[ \t]*#/ && $0 ~ words { found = 1 } END { exit !found }' "$ROOT/$by" ||
			say "$by doesn't exercise it"
	fi
	case "$file" in
		scripts/*)
			help="$("$ROOT/$file" --help)"
			for word in ${command#"$file"}; do
				case "$word" in
					--) break ;;
					-*) grep -qE -- "(^|[^-a-z])${word%%=*}([^-a-z]|\$)" <<<"$help" || say "$(basename "$file") has no $word" ;;
				esac
			done
			;;
	esac
}

[ -f "$ROOT/README.md" ] || die "there is no README.md"
passed=0
failures=0
while read -r command; do
	wrong="$(wrong_with "$command")"
	if [ -z "$wrong" ]; then
		passed=$((passed + 1))
	else
		failures=$((failures + 1))
		say "check-readme.sh: $command: $wrong" >&2
	fi
done < <(commands)
[ "$((passed + failures))" -gt 0 ] || die "README.md has no sh blocks"
say "$passed passed, $failures failed"
[ "$failures" = 0 ]
