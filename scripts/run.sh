#!/usr/bin/env bash
# Builds a stage and runs its local network, or one node without a relay chain, until Ctrl-C.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/run.sh [STAGE] [--async-backing on|off] [--no-build] [--blocks N] [--measure FILE]
#        scripts/run.sh [STAGE] --dev [--no-build] [-- NODE-ARGUMENTS]
#
# Sets up what is missing, builds, starts the relay chain and the parachain of zombienet/STAGE.toml, waits until the
# parachain makes blocks, and goes on printing the measured block time. Ctrl-C ends everything it started.
#
#   STAGE           sync, phase-1, phase-2 or phase-3; this tree's own if left out. On main the others are those of the last
#                   commit, built by scripts/stages.sh beside the working tree
#   --async-backing on|off
#                   the relay chain's setting, instead of the one that the stage is for
#   --dev           one node with a mocked relay chain and no data kept; ports and more after --
#   --no-build      run what is built already, be it of these sources or not; sets nothing up either
#   --blocks N      end after N parachain blocks
#   --measure FILE  measure N blocks, 50 if there is no --blocks, write the report to FILE as JSON, and end
#   --help          this text
#
# RELAY_BIN=PATH  runs another relay chain than the workspace's: a directory with polkadot, polkadot-execute-worker
#                 and polkadot-prepare-worker in it, or the polkadot of such a directory
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

# What another script starts with & is deaf to SIGINT, and so is all that it starts in turn. Bash can't undo that.
if [ "$(trap -p INT)" = "trap -- '' SIGINT" ] && command -v perl >/dev/null; then
	exec perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$BASH" "$0" "$@"
fi

# How long the nodes may take to answer, and then the parachain to make its first block: it took 84 to 138 s on 2 cores.
START_TIMEOUT=300
# How many networks' directories are kept.
KEEP=3

groups=""        # the process groups started here and not ended yet, the newest first
network_group="" # of them, zombie-cli and its nodes
guard_group=""   # the guard's
run_dir=""       # this network's directory

# --- Processes -------------------------------------------------------------------------------------------------------

# Starts a command in a process group of its own, whose id is $pid: by it, everything that the command starts in turn
# can be ended, and nothing else. Nodes and their workers stay in zombie-cli's group. Job control gives the group, and
# also keeps the shell from making the command deaf to SIGINT, as it does with `&` in scripts.
spawn() {
	set -m
	"$@" </dev/null &
	pid=$!
	set +m
	groups=" $pid$groups"
}

# The processes of a group, without what is dead and only not reaped yet.
group_members() {
	ps -A -o pid= -o pgid= -o stat= | awk -v group="$1" '$2 == group && $3 !~ /^Z/ { print $1 }'
}

# Nodes close their databases on SIGINT. SIGTERM is for what is deaf to it.
end_group() {
	local signal tries left
	for signal in INT TERM KILL; do
		kill -"$signal" -- "-$1" 2>/dev/null || true
		for ((tries = 0; tries < 50; tries++)); do
			left="$(group_members "$1")"
			[ -n "$left" ] || return 0
			[ "$left" != "$1" ] || [ "$tries" -lt 5 ] || break
			sleep 0.2
		done
	done
	return 1
}

# The command's own exit, in a way that signals to this script interrupt.
supervise() {
	local code=0
	spawn "$@"
	wait "$pid" || code=$?
	groups="${groups/ $pid/}"
	return "$code"
}

# Ends the network if this script is killed without a chance to do so itself.
guard() {
	local group
	while kill -0 "$$" 2>/dev/null; do
		sleep 1
	done
	while read -r group; do
		end_group "$group" || true
	done <"$run_dir/groups"
}

clean_up() {
	local code=$? group port tries
	trap - EXIT
	trap '' INT TERM HUP PIPE
	set +e
	[ -z "$groups" ] || [ "$code" = 0 ] || say "ending what was started ..."
	# The newest is the observer: the side that closes a connection first is left with it, better not the nodes' ports.
	for group in $groups; do
		end_group "$group" || { say "run.sh: process group $group does not end" >&2; code=1; }
	done
	[ -z "$guard_group" ] || kill -KILL -- "-$guard_group" 2>/dev/null
	if [ -n "$network_group" ]; then
		for port in $(spec_ports); do
			tries=0
			while port_open "$port" && [ "$tries" -lt 50 ]; do
				sleep 0.2
				tries=$((tries + 1))
			done
		done
		say "ended; logs: $run_dir/nodes"
	fi
	exit "$code"
}

# --- The network's specification -------------------------------------------------------------------------------------

spec_ports() {
	spec_nodes "$spec" | awk '{ print $3; print $4 }'
}

rpc_ports() {
	spec_nodes "$spec" | awk -v kind="$1" '$1 == kind { print $3 }'
}

check_ports() {
	local port
	for port in "$@"; do
		! port_open "$port" || die "port $port is in use: end what listens there (another network?), then run this again"
	done
}

# zombie-cli binds every port before it starts the nodes, and fails while the system still keeps a closed connection
# of the network before, up to a minute on Linux. Whether it can is only to be found out by doing the same.
wait_ports() {
	local tries=0
	until perl -MSocket -e '
		for (@ARGV) { socket S, PF_INET, SOCK_STREAM, 0; bind S, sockaddr_in($_, INADDR_ANY) or exit 1; close S }' "$@"; do
		[ "$tries" != 0 ] || say "waiting until the system gives back the ports of the network before ..."
		[ "$tries" -lt 90 ] || die "one of these ports stays in use: $*"
		sleep 1
		tries=$((tries + 1))
	done
}

explorer() {
	say "https://polkadot.js.org/apps/?rpc=ws%3A%2F%2F127.0.0.1%3A$1#/explorer"
}

# --- What is run -----------------------------------------------------------------------------------------------------

# A tree is one stage, and runs that one; main can make the others. $node_dir is where the stage's node is.
use_stage() {
	node_dir="$RELEASE"
	! own_stage "$1" || return 0
	node_dir="$CARGO_TARGET_DIR/stages/$1"
}

build_stage() {
	if [ "$node_dir" = "$RELEASE" ]; then cargo_build; else "$ROOT/scripts/stages.sh" build "$stage"; fi
}

check_built() {
	local bin dir
	[ "$node_dir" != "$RELEASE" ] || check_tree
	for bin in "$@"; do
		dir="$RELEASE"
		[ "$bin" != "$NODE_BIN" ] || dir="$node_dir"
		[ -x "$dir/$bin" ] || die "$bin is not built for $stage: run this without --no-build"
	done
}

# The directory whose `polkadot` and workers are to be run, or nothing for our own.
relay_dir() {
	local dir="${RELAY_BIN:-}" bin
	[ -n "$dir" ] || return 0
	[ -d "$dir" ] || dir="$(dirname "$dir")"
	for bin in $RELAY_BINS; do
		[ -x "$dir/$bin" ] || die "RELAY_BIN: there is no $bin in $dir"
	done
	(cd "$dir" && pwd)
}

# Leaves the newest directories of dead networks. Their names begin with their time.
prune_networks() {
	local all=("$1"/*/) i
	for ((i = 0; i < ${#all[@]} - KEEP; i++)); do
		[ -d "${all[i]}" ] || continue
		# The first line is the network.
		[ -z "$(group_members "$(head -n 1 "${all[i]}groups" 2>/dev/null)")" ] || continue
		rm -rf "${all[i]}"
	done
}

failed() {
	local log
	for log in "$run_dir"/zombie-cli.log "$run_dir"/nodes/*/*.log; do
		[ -f "$log" ] || continue
		say ""
		say "--- the end of $log"
		tail -n 20 "$log"
	done
	die "$1; the full logs: $run_dir"
}

run_dev() {
	local port_given=false argument
	for argument in "$@"; do
		case "$argument" in --rpc-port | --rpc-port=*) port_given=true ;; esac
	done
	$port_given || check_ports 9944
	if $build; then
		"$ROOT/scripts/setup.sh" --no-tests --no-network
		build_stage
	fi
	check_built "$NODE_BIN"
	$port_given || { say "ws://127.0.0.1:9944"; explorer 9944; }
	exec "$node_dir/$NODE_BIN" --dev "$@"
}

# Runs the observer until it ends, and fails where it does or where the network ends before: observe COMMAND OPTION ..
observe() {
	local port code=0
	set -- "$@" --relay "ws://127.0.0.1:$(rpc_ports relay | head -n 1)"
	for port in $(rpc_ports para); do set -- "$@" --para "ws://127.0.0.1:$port"; done
	spawn "$RELEASE/$OBSERVER_BIN" "$@"
	# The observer before this one has ended, and its number may be somebody else's by now.
	printf '%s\n' "$network_group" "$pid" >"$run_dir/groups"
	while kill -0 "$pid" 2>/dev/null; do
		kill -0 "$network_group" 2>/dev/null || failed "zombie-cli ended"
		sleep 1
	done
	wait "$pid" || code=$?
	groups="${groups/ $pid/}"
	[ "$code" = 0 ] || failed "$OBSERVER_BIN failed with exit code $code"
}

run_network() {
	local zombie relay bins bin tries kind name rpc metrics
	# The networks' specifications differ in the relay chain's setting alone.
	case "$async_backing" in
		on) spec="$ROOT/zombienet/phase-3.toml" ;;
		off) spec="$ROOT/zombienet/sync.toml" ;;
		*) spec="$ROOT/zombienet/$stage.toml" ;;
	esac
	[ -f "$spec" ] || die "there is no zombienet/$(basename "$spec")"
	relay="$(relay_dir)"
	# shellcheck disable=SC2046 # a list
	check_ports $(spec_ports)
	if $build; then
		"$ROOT/scripts/setup.sh" --no-tests
		supervise build_stage || exit 1
	fi
	need_cmd perl "scripts/setup.sh installs it"
	need_cmd ps "scripts/setup.sh installs it"
	zombie="$(zombie_cli)" || die "zombie-cli $ZOMBIE_CLI_VERSION is missing: scripts/setup.sh installs it"
	# shellcheck disable=SC2086 # a list
	check_built "$NODE_BIN" "$OBSERVER_BIN" $RELAY_BINS
	# shellcheck disable=SC2046 # a list; a build takes long enough for another network to start
	check_ports $(spec_ports)
	# shellcheck disable=SC2046
	wait_ports $(spec_ports)

	mkdir -p "$CARGO_TARGET_DIR/networks"
	prune_networks "$CARGO_TARGET_DIR/networks"
	run_dir="$(mktemp -d "$CARGO_TARGET_DIR/networks/$(date +%Y%m%d-%H%M%S)-$stage.XXXXXX")"
	bins="$node_dir:$RELEASE"
	if [ -n "$relay" ]; then
		mkdir "$run_dir/bin"
		for bin in $RELAY_BINS; do ln -s "$relay/$bin" "$run_dir/bin/$bin"; done
		bins="$run_dir/bin:$bins"
	fi
	say "logs: $run_dir/nodes"

	# `nodes` must not exist yet: zombie-cli would go on with the databases in it.
	spawn env NO_COLOR=1 RUST_BACKTRACE=0 PATH="$bins:$PATH" "$zombie" spawn "$spec" -p native -d "$run_dir/nodes" -v none >"$run_dir/zombie-cli.log" 2>&1
	network_group=$pid
	disown "$network_group"
	say "$network_group" >"$run_dir/groups"
	spawn guard
	guard_group=$pid
	disown "$guard_group"
	groups=" $network_group"

	# Written when all nodes have answered. Their ports tell nothing: zombie-cli itself listens there until then.
	tries=0
	until [ -s "$run_dir/nodes/zombie.json" ]; do
		kill -0 "$network_group" 2>/dev/null || failed "zombie-cli ended"
		[ "$tries" -lt "$START_TIMEOUT" ] || failed "the nodes are not up after $START_TIMEOUT s"
		sleep 1
		tries=$((tries + 1))
	done
	spec_nodes "$spec" | while read -r kind name rpc metrics; do
		printf '%-6s %-8s ws://127.0.0.1:%s  metrics: http://127.0.0.1:%s/metrics\n' "$kind" "$name" "$rpc" "$metrics"
	done
	say "relay chain: $(explorer "$(rpc_ports relay | head -n 1)")"
	say "parachain:   $(explorer "$(rpc_ports para | head -n 1)")"

	set -- watch --timeout "$START_TIMEOUT"
	if [ -n "$measure" ]; then
		observe "$@" --blocks 1
		observe measure --blocks "${blocks:-50}" --json "$measure"
	else
		observe "$@" ${blocks:+--blocks "$blocks"}
	fi
}

stage="" dev=false build=true blocks="" async_backing="" measure=""
while [ $# -gt 0 ]; do
	case "$1" in
		--dev) dev=true ;;
		--no-build) build=false ;;
		--blocks)
			[ $# -gt 1 ] || die "--blocks needs a number"
			blocks="${2:-0}"
			shift
			;;
		--async-backing)
			case "${2:-}" in on | off) ;; *) die "--async-backing is on or off, not '${2:-}'" ;; esac
			async_backing="$2"
			shift
			;;
		--measure)
			case "${2:-}" in "" | -*) die "--measure needs a file" ;; esac
			[ ! -d "$2" ] || die "--measure needs a file: $2 is a directory"
			# Not after the measurement.
			if ! mkdir -p "$(dirname "$2")" 2>/dev/null || [ ! -w "$(dirname "$2")" ]; then die "--measure cannot write $2"; fi
			measure="$2"
			shift
			;;
		--help | -h)
			show_help
			exit 0
			;;
		--)
			shift
			break
			;;
		-*) die "unknown argument '$1' (see --help)" ;;
		*)
			[ -z "$stage" ] || die "one stage at a time, not '$stage' and '$1'"
			stage="$1"
			;;
	esac
	shift
done
stage="${stage:-$(stage)}"
use_stage "$stage"
case "$blocks" in *[!0-9]* | 0*) die "--blocks needs a number of at least 1, not '$blocks'" ;; esac

if $dev; then
	[ -z "$blocks$async_backing$measure" ] || die "--blocks, --async-backing and --measure are for networks, not for --dev"
	run_dev "$@"
fi
[ $# = 0 ] || die "arguments after -- are for --dev only"
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
run_network
