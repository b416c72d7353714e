#!/usr/bin/env bash
# Tells which phase a live chain is in and what is wrong with it: builds the doctor if it is not built, then runs it.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/doctor.sh --para URL --relay URL [--source PATH] [--metrics URL ...] [--blocks N] [--json]
#        scripts/doctor.sh --source PATH [--json]
#
# Exit code: 0 healthy, 1 findings, 2 could not look. docs/doctor.md says what it knows and from where.
#
#   --para URL     a node of the parachain, as in ws://127.0.0.1:9988; further ones are asked for their version
#   --relay URL    a node of its relay chain, as in ws://127.0.0.1:9944
#   --source PATH  a checkout of runtime and node
#   --metrics URL  the metrics of a collator's relay chain node, as in http://127.0.0.1:9616/metrics
#                  (in a local network: scripts/monitor.sh --targets)
#   --blocks N     how many new blocks to wait for (10)
#   --json         JSON instead of text
#   --help         this text
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

# Not `die`, whose exit code is that of findings.
cannot() {
	printf 'doctor.sh: %s\n' "$*" >&2
	exit 2
}

# What the program would say as well, once it is built.
for argument; do
	case "$argument" in
		--help | -h)
			show_help
			exit 0
			;;
		--para* | --relay* | --source* | --metrics* | --blocks* | --json) ;;
		-*) cannot "unknown argument '$argument' (see --help)" ;;
	esac
done

# A workspace and a target directory of its own. Cargo sees whether anything changed.
doctor_target="$CARGO_TARGET_DIR/doctor"
doctor="$doctor_target/release/doctor"
command -v cargo >/dev/null 2>&1 || cannot "cargo is missing: scripts/setup.sh installs it"
own_target "$ROOT" "$doctor_target" || cannot "$doctor_target cannot be written"
[ -x "$doctor" ] || say "building the doctor, which takes some minutes once" >&2
(cd "$ROOT/doctor" && CARGO_TARGET_DIR="$doctor_target" cargo build --release --locked --quiet) ||
	cannot "the doctor does not compile"
exec "$doctor" "$@"
