#!/usr/bin/env bash
# Everything that proves the project, the quick checks first; stops at the first step that fails.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/test.sh [--quick | [--stages] [--network] | --all]
#
# Without options: formats, shell scripts, lock file, dependencies where cargo-deny is installed, README, monitoring, stages'
# patches, images, build, size, tests, doctor.
#
#   --quick    only what compiles nothing, in two or three minutes
#   --stages   also format, build, clippy and tests of each stage but main's own, of the last commit
#   --network  also the live network: a relay chain and two collators; with --stages each stage's; on main also a short
#              rehearsal of the whole migration, which builds every stage
#   --all      all of that, clippy without and with the features that are off by default, the documentation, the runtime of a
#              release built twice, other people's clients if there is Node.js or npx, on main also upgrades tried on a chain's
#              state, and the proof of each step of the migration, which takes some minutes
#   --help     this text
#
# The last line is the sum over all tests and checks: `N passed, N failed`.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

quick=false
network=false
stages=false
all=false
while [ $# -gt 0 ]; do
	case "$1" in
		--quick) quick=true ;;
		--network) network=true ;;
		--stages) stages=true ;;
		--all) all=true ;;
		--help | -h)
			show_help
			exit 0
			;;
		*) die "unknown argument '$1' (see --help)" ;;
	esac
	shift
done
# Main makes the stages; a stage's own tree is one of them.
main=false
[ "$(stage)" != phase-3 ] || main=true
$main || ! $stages || die "this tree is $(stage): --stages is for main, which makes them"
if $all; then
	network=true
	stages=$main
fi
if $quick && { $network || $stages; }; then
	die "--quick goes with no other option"
fi

# What a step that could not be made returns: it counts as nothing.
SKIPPED=77
# Each test of the node starts a node of its own.
THREADS=2
# What has the features that are off by default; the node's own code knows only of the benchmarks.
BENCHMARKED="-p parachain-template-node -p parachain-template-runtime -p pallet-timelock"
TRIED="-p parachain-template-runtime -p pallet-timelock"

cd "$ROOT"
log="$(mktemp)"
summary=""
passed=0
failed=0

finish() {
	local code=$?
	trap - EXIT
	rm -f "$log"
	if [ -n "$summary" ]; then
		say ""
		say "seconds  result   step"
		printf '%s' "$summary"
		say ""
		say "$passed passed, $failed failed"
	fi
	exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The sums of what the log of a step says: cargo's results, and the closing lines of our scripts; or else the step is
# one check itself.
count() {
	local sums ok bad
	sums="$(awk '
		/^test result: / { ok += $4; bad += $6 }
		/^[0-9]+ passed, [0-9]+ failed$/ { ok += $1; bad += $3 }
		END { print ok + 0, bad + 0 }
	' "$log")"
	ok="${sums% *}"
	bad="${sums#* }"
	if [ "$((ok + bad))" = 0 ] || { [ "$1" != 0 ] && [ "$bad" = 0 ]; }; then
		if [ "$1" = 0 ]; then ok=$((ok + 1)); else bad=$((bad + 1)); fi
	fi
	passed=$((passed + ok))
	failed=$((failed + bad))
}

# step NAME COMMAND..
step() {
	local name="$1" start=$SECONDS code=0 result=ok
	shift
	say ""
	say "=== $name"
	"$@" 2>&1 | tee "$log" || code=$?
	if [ "$code" = "$SKIPPED" ]; then
		code=0 result=skipped
	else
		count "$code"
	fi
	[ "$code" = 0 ] || result=FAILED
	summary="$summary$(printf '%7d  %-7s  %s' "$((SECONDS - start))" "$result" "$name")"$'\n'
	say "--- $name: $result, $((SECONDS - start)) s"
	[ "$code" = 0 ] || exit 1
}

shell_scripts() {
	shellcheck -x scripts/*.sh .ci/run
}

# Resolves with the lock file as it is, and fails where a manifest asks for another one. With a pin of another release than the
# umbrella's cargo resolves as well, silently, with a second client beside the first.
lock_file() {
	local twice
	cargo metadata --locked --format-version 1 >/dev/null || return
	twice="$(grep -E '^name = "(cumulus|frame|pallet|polkadot|sc|sp|staging|substrate)-' Cargo.lock | sort | uniq -d | cut -d '"' -f 2 | xargs)"
	[ -z "$twice" ] || die "crates of the SDK are of two versions, so a pin in Cargo.toml is of another release: $twice"
}

tests() {
	cargo test --release --locked --workspace --no-fail-fast -- --test-threads "$THREADS"
}

# The network of a stage. It runs scripts/run.sh, which builds what the stage lacks.
live_network() {
	keep_lock
	RUN_STAGE="$1" cargo test --release --locked --workspace --test network -- --ignored --nocapture
}

# The migration on one live network, with short baselines; what it counts is tested before. Not of the workspace: see its
# Cargo.toml.
rehearsal() {
	local target="$CARGO_TARGET_DIR/rehearsal"
	own_target "$ROOT" "$target"
	(
		cd zombienet/rehearsal &&
			CARGO_TARGET_DIR="$target" cargo clippy --release --locked --all-targets -- -D warnings &&
			CARGO_TARGET_DIR="$target" cargo test --release --locked
	) && scripts/rehearse.sh --blocks 4
}

# What tells a chain's phase; minutes from nothing, seconds afterwards. Not of the workspace: see its Cargo.toml.
doctor() {
	local target="$CARGO_TARGET_DIR/doctor"
	own_target "$ROOT" "$target"
	(
		cd doctor &&
			CARGO_TARGET_DIR="$target" cargo clippy --release --locked --all-targets -- -D warnings &&
			CARGO_TARGET_DIR="$target" cargo test --release --locked
	)
}

formatted() {
	cargo fmt --all --check && (cd zombienet/rehearsal && cargo fmt --check) && (cd doctor && cargo fmt --check)
}

clippy() {
	cargo clippy --release --locked "$@" -- -D warnings
}

# Lints need no wasm. With the benchmarks' features an SDK crate would write its own anew, at a path that has no features in
# it, and half of the node would compile again in the next build.
featured_clippy() {
	SKIP_PARACHAIN_TEMPLATE_RUNTIME_WASM_BUILD=1 SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1 clippy --all-targets "$@"
}

# Installing cargo-deny takes minutes, so only where it is.
dependencies() {
	if have_cargo_deny; then
		scripts/check-dependencies.sh
	else
		say "there is no cargo-deny $CARGO_DENY_VERSION: scripts/check-dependencies.sh --install brings it"
		return "$SKIPPED"
	fi
}

# Other people's clients, where there is what they run on: setting up the template does not bring it.
clients() {
	if new_enough "$(node --version 2>/dev/null)"; then
		scripts/check-clients.sh
	elif command -v npx >/dev/null; then
		npx --yes --package "node@^$NODE_JS" -- scripts/check-clients.sh
	else
		say "there is no Node.js $NODE_JS or later, and no npx that could bring it"
		return "$SKIPPED"
	fi
}

documentation() {
	RUSTDOCFLAGS="-D warnings" cargo doc --release --locked --workspace --no-deps
}

if $network; then
	scripts/setup.sh --check
else
	scripts/setup.sh --check --no-network
fi
need_cmd shellcheck "scripts/setup.sh installs it"

step "format" formatted
step "shell scripts" shell_scripts
step "lock file" lock_file
step "dependencies" dependencies
step "README" scripts/check-readme.sh
step "monitoring" scripts/check-monitoring.sh
if $main; then
	step "measurements" scripts/measure.sh --check
	step "stages" scripts/stages.sh check
	step "stages' scripts" scripts/test-stages.sh
	step "another name" scripts/test-rename.sh
fi
step "scripts" scripts/test-scripts.sh
step "release" scripts/test-release.sh
step "checks" scripts/test-checks.sh
if $quick; then
	exit 0
fi
step "build" cargo_build
step "size of the runtime" scripts/build-runtime.sh --size
step "tests" tests
step "doctor" doctor
if $network; then
	step "live network" live_network "$(stage)"
fi
if $all; then
	step "clippy" clippy --workspace --all-targets
	# shellcheck disable=SC2086 # a list
	step "clippy, benchmarks" featured_clippy $BENCHMARKED --features runtime-benchmarks
	# shellcheck disable=SC2086 # a list
	step "clippy, try-runtime" featured_clippy $TRIED --features try-runtime
	step "documentation" documentation
	step "runtime of a release" scripts/build-runtime.sh --check
	step "clients" clients
	if $main; then
		step "upgrades" scripts/check-upgrade.sh --stages
	fi
fi
# The stages last: each that compiles makes the target directory its own, and so does this tree's network test after them.
if $stages; then
	for name in $STAGES; do
		[ "$name" = "$(stage)" ] || step "stage $name" scripts/stages.sh test "$name"
	done
	for name in $STAGES; do
		if $network && [ "$name" != "$(stage)" ]; then
			step "live network of $name" live_network "$name"
		fi
	done
fi
if $network && $main; then
	step "rehearsal" rehearsal
fi
if $all && $main; then
	step "proof of each step" scripts/stages.sh prove
fi
