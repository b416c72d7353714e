#!/usr/bin/env bash
# Checks what the dependencies may be by deny.toml, with cargo-deny: of node and runtime, and of the tools with lock files of their own.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/check-dependencies.sh [--install] [--advisories]
#
# Licences, sources and, of node and runtime, bans: whether the SDK is there once. Nothing is compiled.
#
#   --install     install cargo-deny first, where it is not there in the pinned version
#   --advisories  what is known against them, too, of the database on GitHub
#   --help        this text
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

install=false advisories=false
while [ $# -gt 0 ]; do
	case "$1" in
		--install) install=true ;;
		--advisories) advisories=true ;;
		--help | -h)
			show_help
			exit 0
			;;
		*) die "unknown argument '$1' (see --help)" ;;
	esac
	shift
done

if ! have_cargo_deny; then
	$install || die "cargo-deny $CARGO_DENY_VERSION is missing: run this with --install"
	cargo install --locked "cargo-deny@$CARGO_DENY_VERSION"
fi

# deny DIRECTORY CHECK ..
deny() {
	local directory="$1"
	shift
	say "check-dependencies: $directory: $*"
	# Without warnings: that a licence of the list is another lock file's, or has a name that is no longer used.
	cargo deny --log-level error --manifest-path "$ROOT/$directory/Cargo.toml" --config "$ROOT/deny.toml" --locked check "$@"
}

known=""
! $advisories || known=advisories
deny . licenses sources bans ${known:+"$known"}
# The tools talk to any release, and bring crates of the SDK in versions of their own.
deny doctor licenses sources ${known:+"$known"}
# What is known against zombienet's crates, an old client of Kubernetes among them, is for zombienet: it starts nodes on one's own
# machine.
deny zombienet/rehearsal licenses sources
