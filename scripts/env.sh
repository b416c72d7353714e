#!/usr/bin/env bash
# What the scripts share: where things are, what is pinned, and the one way to call cargo. To be sourced.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034 # the variables are for the scripts that source this file

# The directory of the workspace, without links in it: build scripts compare paths.
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"

# The one pin of the network tool.
ZOMBIE_CLI_VERSION=0.7.1

# What asks for licences, sources and advisories.
CARGO_DENY_VERSION=0.20.2

# The oldest Node.js that the programs in clients/ run on: those that they are made of ask for it.
NODE_JS=22.12

# The stages of the migration, in their order.
STAGES="sync phase-1 phase-2 phase-3"

# The binaries that the scripts run.
NODE_BIN=parachain-template-node
OBSERVER_BIN=network-observer
RELAY_BINS="polkadot polkadot-execute-worker polkadot-prepare-worker"

say() {
	printf '%s\n' "$*"
}

# One line on stderr, named after the script that says it, and a failure.
die() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

# need_cmd COMMAND HOW-TO-GET-IT
need_cmd() {
	command -v "$1" >/dev/null 2>&1 || die "$1 is missing: $2"
}

# Whether a word is a port's number, as one writes it: is_port WORD [HIGHEST]
is_port() {
	case "$1" in "" | *[!0-9]* | 0* | ??????*) return 1 ;; esac
	[ "$1" -le "${2:-65535}" ]
}

have_cargo_deny() {
	[ "$(cargo deny --version 2>/dev/null || true)" = "cargo-deny $CARGO_DENY_VERSION" ]
}

# The comment that a script opens with below the line of its SPDX tag is its help.
show_help() {
	awk '/^# SPDX/ { on = 1; next } on && !/^#/ { exit } on && NR > 1 { sub(/^# ?/, ""); print }' "$0" | sed '1{/^$/d;}'
}

# The command line of a script that knows no other option: only_help "$@"
only_help() {
	case "${1:-}" in
		"") ;;
		--help | -h)
			show_help
			exit 0
			;;
		*) die "unknown argument '$1' (see --help)" ;;
	esac
}

# The stage of this tree, from the one place that names it.
stage() {
	sed -n '/^\[workspace\.metadata\]/,/^\[/s/^stage *= *"\([^"]*\)".*/\1/p' "$ROOT/Cargo.toml"
}

# Fails unless there is a stage of that name: known_stage NAME
known_stage() {
	local name
	for name in $STAGES; do
		[ "$1" != "$name" ] || return 0
	done
	die "unknown stage '$1': the stages are $STAGES"
}

# Whether a stage is this tree's own. Fails unless this tree is main, which makes the others: own_stage NAME
own_stage() {
	known_stage "$1"
	[ "$1" != "$(stage)" ] || return 0
	[ "$(stage)" = phase-3 ] || die "this tree is $(stage); check out the tag $1, or run this on main"
	return 1
}

# One target directory outside the clone: clones and the stages' worktrees share it, so that the thousand
# dependencies compile once.
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/parachain-template"
CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$CACHE/target}"
case "$CARGO_TARGET_DIR" in
	/*) ;;
	*) CARGO_TARGET_DIR="$ROOT/$CARGO_TARGET_DIR" ;;
esac
export CARGO_TARGET_DIR
RELEASE="$CARGO_TARGET_DIR/release"

# rustup and `cargo install` put their binaries here, not always on the PATH.
CARGO_BIN="${CARGO_HOME:-$HOME/.cargo}/bin"
# Where scripts/setup.sh puts promtool and prometheus where the system has none.
PROMETHEUS_DIR="$CACHE/prometheus"
for directory in "$CARGO_BIN" "$PROMETHEUS_DIR/usr/bin"; do
	case ":$PATH:" in
		*":$directory:"*) ;;
		*) export PATH="$PATH:$directory" ;;
	esac
done

# A runtime without its wasm makes a node without a chain.
unset SKIP_WASM_BUILD

# Forgets what was compiled of a tree's own crates. Cargo knows a workspace's crates by their paths inside of it, and what is out of
# date by times of files, which are the other tree's where that one is a worktree below the target directory: what another
# tree built last it would take for this tree's. forget TREE TARGET-DIRECTORY
forget() {
	local entry name
	for entry in "$1"/node "$1"/pallets/* "$1"/runtime "$1"/upgrade-check "$1"/zombienet/* "$1"/doctor; do
		[ -f "$entry/Cargo.toml" ] || continue
		name="$(sed -n '/^name = /{s/^name = "\(.*\)"$/\1/p;q;}' "$entry/Cargo.toml")"
		# A crate's name, and 16 digits.
		rm -rf "$2"/*/.fingerprint/"$name"-????????????????
	done
}

# Makes a target directory besides the usual one this tree's: own_target TREE TARGET-DIRECTORY
own_target() {
	[ "$(cat "$2/tree" 2>/dev/null || true)" != "$1" ] || return 0
	forget "$1" "$2"
	forget "$1" "$2/wasm32v1-none"
	mkdir -p "$2"
	say "$1" >"$2/tree"
}

# Makes the target directory look like the workspace to substrate-wasm-builder. It walks up from its output
# directory to the first `Cargo.lock`, takes the versions of the wasm from it, asks cargo about the workspace of the
# `Cargo.toml` beside it, and builds again when the lock file's time changes. Outside the clone it would find nothing
# and resolve versions of its own. So: a copy of the lock file, written only if the content differs (its time and
# path then stay the same for every clone, and the relay chain's runtime is not compiled again), and links to the rest.
keep_lock() {
	local entry other=false
	mkdir -p "$CARGO_TARGET_DIR"
	[ "$CARGO_TARGET_DIR" != "$ROOT" ] || die "CARGO_TARGET_DIR is the workspace itself: choose a directory of its own"
	cmp -s "$ROOT/Cargo.lock" "$CARGO_TARGET_DIR/Cargo.lock" || cp "$ROOT/Cargo.lock" "$CARGO_TARGET_DIR/Cargo.lock"
	for entry in Cargo.toml node pallets runtime upgrade-check zombienet; do
		[ "$(readlink "$CARGO_TARGET_DIR/$entry" || true)" = "$ROOT/$entry" ] || other=true
	done
	if $other; then
		rm -f "$CARGO_TARGET_DIR/built"
		forget "$ROOT" "$CARGO_TARGET_DIR"
		for entry in Cargo.toml node pallets runtime upgrade-check zombienet; do
			ln -sfn "$ROOT/$entry" "$CARGO_TARGET_DIR/$entry"
		done
	fi
}

# The one cargo selection for the node, the relay chain and the tools. Cargo unifies features over what is selected,
# so another selection (one package, say) means other features, and most of the graph compiles again. The tests'
# selection has the features of the dev-dependencies too: `--examples`, of which there are none, turns them on here
# without building the tests, and `cargo test --workspace` afterwards reuses every dependency.
cargo_build() {
	keep_lock
	(cd "$ROOT" && cargo build --release --locked --workspace --bins --examples) || return
	[ "$(readlink "$CARGO_TARGET_DIR/Cargo.toml" || true)" = "$ROOT/Cargo.toml" ] ||
		die "another tree began to build in $CARGO_TARGET_DIR meanwhile: one at a time, this one again"
	# All binaries are of this tree, until another tree compiles anything.
	touch "$CARGO_TARGET_DIR/built"
}

# Fails if what is built is another tree's. Without a link only cargo itself was called.
check_tree() {
	local of
	of="$(readlink "$CARGO_TARGET_DIR/Cargo.toml" || true)"
	[ -n "$of" ] || return 0
	[ "$of" = "$ROOT/Cargo.toml" ] || die "what is built is of the tree ${of%/Cargo.toml}: run this without --no-build"
	[ -e "$CARGO_TARGET_DIR/built" ] || die "what is built may be of another tree: run this without --no-build"
}

# The runtime's wasm with a feature, without the native runtime around it: the flags are those of substrate-wasm-builder, which
# would compile a thousand crates with the feature for it. Sets $wasm: bare_wasm TREE FEATURE TARGET-DIRECTORY
bare_wasm() {
	wasm="$3/wasm32v1-none/release/parachain_template_runtime.wasm"
	own_target "$1" "$3"
	(
		cd "$1" || exit
		export RUSTFLAGS="-C link-arg=--export-table -C link-arg=--export=__heap_base -C link-arg=--import-memory --cfg substrate_runtime"
		exec cargo rustc --release --locked --target-dir "$3" --target wasm32v1-none \
			-p parachain-template-runtime --lib --crate-type cdylib --no-default-features --features "$2"
	)
}

# Whether a version, as `node --version` says it, is NODE_JS or later: new_enough VERSION
new_enough() {
	local major minor
	IFS=. read -r major minor _ <<<"${1#v}"
	[ "${major:-0}" -gt "${NODE_JS%.*}" ] || { [ "${major:-0}" -eq "${NODE_JS%.*}" ] && [ "${minor:-0}" -ge "${NODE_JS#*.}" ]; }
}

# The path of a zombie-cli of the pinned version; fails if there is none.
zombie_cli() {
	local path
	for path in "$(command -v zombie-cli || true)" "$CARGO_BIN/zombie-cli"; do
		if [ -x "$path" ] && [ "$("$path" --version 2>/dev/null)" = "zombie-cli $ZOMBIE_CLI_VERSION" ]; then
			say "$path"
			return 0
		fi
	done
	return 1
}

# One line for each node of a specification in zombienet/: relay or para, name, RPC port, metrics port.
spec_nodes() {
	awk '
		function put() { if (name != "") print kind, name, rpc, metrics; name = "" }
		/^\[/ { put(); kind = /relaychain\.nodes/ ? "relay" : /parachains\.collators/ ? "para" : "" }
		kind == "" { next }
		$1 == "name" { gsub(/"/, "", $3); name = $3 }
		$1 == "rpc_port" { rpc = $3 }
		$1 == "prometheus_port" { metrics = $3 }
		END { put() }
	' "$1"
}

port_open() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# runtime_constant TREE NAME: the number that a constant of runtime/src/lib.rs has there, or nothing.
runtime_constant() {
	sed -n "s/^pub const $2: u[0-9]* = \([0-9_]*\);.*/\1/p" "$1/runtime/src/lib.rs" | tr -d _
}

# expected_rules SECONDS CAPACITY FILE: monitoring's rules about the runtime's constants, of FILE, with these numbers.
expected_rules() {
	awk -v seconds="$1" -v capacity="$2" '
		/record:/ { value = /block_seconds/ ? seconds : capacity }
		/expr: vector\(/ { sub(/vector\(.*\)/, "vector(" value ")") }
		{ print }
	' "$3"
}
