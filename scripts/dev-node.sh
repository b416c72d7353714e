#!/usr/bin/env bash
# What the checks with a node of their own share: a chain of one node, and other people's clients on it. To be sourced, after
# scripts/env.sh.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034 # the variables are for the scripts that source this file

# How long a node may take until it answers, in seconds.
START_TIMEOUT=120
# The clients outside the clone, like all that is not source.
CLIENTS="$CARGO_TARGET_DIR/clients"
# The runtime of a release, where scripts/build-runtime.sh puts it.
RELEASE_WASM="$CARGO_TARGET_DIR/build-runtime/production/wbuild/parachain-template-runtime/parachain_template_runtime.compact.compressed.wasm"

node_pid=""
work=""
log=""

# Ends the node, however the script ends.
clean_up() {
	local code=$? tries
	trap - EXIT
	trap '' INT TERM HUP
	if [ -n "$node_pid" ]; then
		kill -TERM "$node_pid" 2>/dev/null || true
		for ((tries = 0; tries < 50; tries++)); do
			kill -0 "$node_pid" 2>/dev/null || break
			sleep 0.2
		done
		kill -KILL "$node_pid" 2>/dev/null || true
		wait "$node_pid" 2>/dev/null || true
	fi
	# Where it is looked for; the next run of this name writes over it.
	[ ! -f "$work/node.log" ] || cp "$work/node.log" "$log"
	[ -z "$work" ] || rm -rf "$work"
	exit "$code"
}

# From here on there is a directory $work, which goes with the script.
begin_work() {
	trap clean_up EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	work="$(mktemp -d)"
}

# Starts a chain of one node and sets $url, where it answers: start_node NAME BINARY ARGUMENT ..
start_node() {
	local port="" tries
	log="$CARGO_TARGET_DIR/checks/$1.log"
	shift
	mkdir -p "${log%/*}"
	# It is read before the node may have opened it.
	: >"$work/node.log"
	# A port that is free, which the log names.
	"$@" --dev --rpc-port 0 --port 0 --no-prometheus >"$work/node.log" 2>&1 </dev/null &
	node_pid=$!
	for ((tries = 0; tries < START_TIMEOUT * 2; tries++)); do
		port="$(sed -n 's/.*Running JSON-RPC server: addr=127\.0\.0\.1:\([0-9]*\).*/\1/p' "$work/node.log" | head -n 1)"
		[ -z "$port" ] || break
		kill -0 "$node_pid" 2>/dev/null || die "the node ended at its start: see $log"
		sleep 0.5
	done
	[ -n "$port" ] || die "the node does not answer after $START_TIMEOUT s: see $log"
	url="ws://127.0.0.1:$port"
}

# Fails unless a URL is one of a WebSocket: check_url URL
check_url() {
	case "$1" in ws://?* | wss://?*) ;; *) die "'$1' is no ws://HOST:PORT" ;; esac
}

# Fails unless there is a file: check_file FILE
check_file() {
	[ -f "$1" ] || die "there is no file '$1'"
}

need_node_js() {
	local version
	need_cmd npm "install Node.js $NODE_JS or later"
	need_cmd node "install Node.js $NODE_JS or later"
	version="$(node --version)"
	new_enough "$version" ||
		die "node is ${version#v}, and the clients need $NODE_JS or later: \`npx --yes --package node@^$NODE_JS -- $0\` brings it for one run"
}

# Installs the clients by their lock file, unless that is done. Without what packages would run at their installation:
# sqlite3 would download, or compile, a database that nothing here asks for.
install_clients() {
	mkdir -p "$CLIENTS"
	cp "$ROOT"/clients/*.mjs "$ROOT/clients/package.json" "$CLIENTS"
	if ! cmp -s "$ROOT/clients/package-lock.json" "$CLIENTS/installed"; then
		say "$(basename "$0"): installing the clients"
		cp "$ROOT/clients/package-lock.json" "$CLIENTS"
		rm -f "$CLIENTS/installed"
		(cd "$CLIENTS" && npm ci --ignore-scripts --no-audit --no-fund --loglevel error) || die "npm could not install the clients"
		cp "$ROOT/clients/package-lock.json" "$CLIENTS/installed"
	fi
}

# Runs a program of clients/: client NAME ARGUMENT ..
client() {
	local name="$1"
	shift
	LOG_LEVEL="${LOG_LEVEL:-error}" node "$CLIENTS/$name.mjs" "$@"
}

# The runtime of a release, built if anything changed; or the file that is named. Sets $wasm: release_wasm FILE BUILD
release_wasm() {
	wasm="${1:-$RELEASE_WASM}"
	if [ -z "$1" ] && $2; then
		"$ROOT/scripts/build-runtime.sh"
	elif [ -z "$1" ] && [ "$(cat "$CARGO_TARGET_DIR/build-runtime/tree" 2>/dev/null || true)" != "$ROOT" ]; then
		die "the runtime of a release is not built of this tree: scripts/build-runtime.sh builds it"
	fi
	check_file "$wasm"
	wasm="$(cd "$(dirname "$wasm")" && pwd -P)/$(basename "$wasm")"
}
