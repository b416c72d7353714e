#!/usr/bin/env bash
# Tests the scripts themselves, on a copy of them with stand-ins for the binaries: no build, no network, no fixed port.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/test-scripts.sh [--help]
#
# Bad input gives one line on stderr and a failure; whatever way scripts/run.sh ends, nothing it started is left.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

case "${1:-}" in
	"") ;;
	--help | -h)
		show_help
		exit 0
		;;
	*) die "unknown argument '$1' (see --help)" ;;
esac

work="$(mktemp -d)"
work="$(cd "$work" && pwd -P)"
tree="$work/tree"
out="$work/out"
err="$work/err"
bystander=""
passed=0
failures=0

# The processes whose command line names the work directory.
left_over() {
	ps -A -ww -o pid= -o args= | awk -v work="$work" 'index($0, work) && !/awk/ { print $1 }'
}

clean_up() {
	local code=$? process
	for process in $bystander $(left_over); do
		kill -KILL "$process" 2>/dev/null || true
	done
	rm -rf "$work"
	exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- The copy and the stand-ins --------------------------------------------------------------------------------------

mkdir -p "$tree/zombienet" "$work/bin" "$work/relay" "$work/target/release"
cp -R "$ROOT/scripts" "$ROOT/.ci" "$ROOT/Cargo.toml" "$ROOT/Cargo.lock" "$ROOT/rust-toolchain.toml" "$tree"
own="$(stage)"

# Free ports instead of the fixed ones, so that a network that runs meanwhile is not in the way.
ports="$(perl -MSocket -e '
	for (1 .. 8) {
		socket my $s, PF_INET, SOCK_STREAM, 0; bind $s, sockaddr_in(0, INADDR_LOOPBACK);
		push @keep, $s; print((sockaddr_in(getsockname $s))[0], " ")
	}')"
awk -v ports="$ports" '
	BEGIN { split(ports, free, " ") }
	/^(rpc|prometheus)_port = / { $3 = free[++used] }
	{ print }
' "$ROOT/zombienet/$own.toml" >"$tree/zombienet/$own.toml"
first_port="${ports%% *}"

# stand_in PATH, with its text on stdin
stand_in() {
	{
		echo '#!/usr/bin/env bash'
		cat
	} >"$1"
	chmod +x "$1"
}

cat >"$work/listen.pl" <<END
use Socket;
\$SIG{INT} = \$ARGV[1] eq "deaf" ? "IGNORE" : sub { exit };
socket S, PF_INET, SOCK_STREAM, 0; bind S, sockaddr_in(\$ARGV[0], INADDR_LOOPBACK) or die; listen S, 5;
sleep 1 while 1;
END
echo "$ZOMBIE_CLI_VERSION" >"$work/version"
stand_in "$work/bin/zombie-cli" <<END
[ "\$1" != --version ] || { echo "zombie-cli \$(cat "$work/version")"; exit; }
[ ! -e "$work/zombie-dies" ] || { echo "no network today"; exit 3; }
command -v polkadot >"$work/polkadot-used"
nodes="\$6"
[ ! -e "\$nodes" ] || { echo "would reuse \$nodes"; exit 4; }
while read -r key _ port; do
	[ "\$key" = rpc_port ] || continue
	mkdir -p "\$nodes/\$port"
	echo "log of \$port" >"\$nodes/\$port/\$port.log"
	perl "$work/listen.pl" "\$port" "\$(cat "$work/mode" 2>/dev/null)" &
done <"\$2"
echo '{}' >"\$nodes/zombie.json"
while :; do sleep 0.2; done
END
stand_in "$work/target/release/$OBSERVER_BIN" <<END
echo "observer \$*"
[ ! -e "$work/observer-fails" ] || exit 9
case "\$*" in *--blocks*) exit 0 ;; esac
while :; do sleep 0.2; done
END
stand_in "$work/target/release/$NODE_BIN" <<END
echo "node \$*"
END
for bin in $RELAY_BINS; do
	stand_in "$work/target/release/$bin" </dev/null
	stand_in "$work/relay/$bin" </dev/null
done

export CARGO_TARGET_DIR="$work/target" CARGO_HOME="$work/no-cargo" PATH="$work/bin:$PATH"
run="$tree/scripts/run.sh"

# --- What the tests are made of --------------------------------------------------------------------------------------

ok() {
	passed=$((passed + 1))
	say "ok      $1"
}

not_ok() {
	failures=$((failures + 1))
	say "FAILED  $1: $2"
	sed 's/^/        stdout: /' "$out" | tail -n 20
	sed 's/^/        stderr: /' "$err" | tail -n 20
}

# Waits for what ends a moment after its parent.
nothing_left() {
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		[ -n "$(left_over)" ] || return 0
		sleep 0.2
	done
	return 1
}

# refuses NAME TEXT COMMAND..: it fails, says one line with TEXT on stderr, and leaves nothing, no directory either.
refuses() {
	local name="$1" text="$2" code=0
	shift 2
	"$@" >"$out" 2>"$err" </dev/null || code=$?
	if [ "$code" = 0 ]; then
		not_ok "$name" "it succeeds"
	elif [ "$(wc -l <"$err")" -ne 1 ]; then
		not_ok "$name" "not one line on stderr"
	elif ! grep -qF -- "$text" "$err"; then
		not_ok "$name" "stderr lacks: $text"
	elif [ -e "$work/target/networks" ]; then
		not_ok "$name" "it made a network's directory"
	elif ! nothing_left; then
		not_ok "$name" "processes are left: $(left_over)"
	else
		ok "$name"
	fi
}

# ends NAME CODE TEXT COMMAND..: it exits with CODE, says TEXT somewhere, and leaves no process.
ends() {
	local name="$1" want="$2" text="$3" code=0
	shift 3
	"$@" >"$out" 2>"$err" </dev/null || code=$?
	if [ "$code" != "$want" ]; then
		not_ok "$name" "exit code $code instead of $want"
	elif ! cat "$out" "$err" | grep -qF -- "$text"; then
		not_ok "$name" "it doesn't say: $text"
	elif ! nothing_left; then
		not_ok "$name" "processes are left: $(left_over)"
	else
		ok "$name"
	fi
}

# A network that gets a signal as soon as it is watched.
signalled() {
	local signal="$1" tries process code=0
	# With & from a script: deaf to SIGINT at first.
	"$run" --no-build &
	process=$!
	for ((tries = 0; tries < 100; tries++)); do
		! grep -q "^observer" "$out" || break
		sleep 0.2
	done
	kill -"$signal" "$process"
	{ wait "$process" || code=$?; } 2>/dev/null
	return "$code"
}

# A child of this script, without the shell's word about it.
end() {
	kill "$1" || true
	wait "$1" 2>/dev/null || true
}

check() {
	local name="$1"
	shift
	: >"$out" && : >"$err"
	if "$@"; then ok "$name"; else not_ok "$name" "it is not so: $*"; fi
}

# --- Bad input -------------------------------------------------------------------------------------------------------

other=""
for name in $STAGES; do
	[ "$name" = "$own" ] || other="$name"
done

refuses "run.sh: unknown stage" "the stages are sync phase-1 phase-2 phase-3" "$run" phase-4
refuses "run.sh: another tree's stage" "this tree is $own; check out the tag $other" "$run" "$other"
refuses "run.sh: two stages" "one stage at a time" "$run" "$own" "$own"
refuses "run.sh: unknown option" "unknown argument '--nope'" "$run" --nope
refuses "run.sh: --blocks without a number" "--blocks needs a number" "$run" --blocks
refuses "run.sh: --blocks 0" "at least 1" "$run" --blocks 0
refuses "run.sh: --blocks x" "at least 1" "$run" --blocks 3x
refuses "run.sh: --blocks with --dev" "for networks" "$run" --dev --blocks 3
refuses "run.sh: node arguments without --dev" "for --dev only" "$run" --no-build -- --base-path here
refuses "run.sh: RELAY_BIN without workers" "there is no polkadot in" env RELAY_BIN="$work/nowhere" "$run" --no-build
echo 0.0.1 >"$work/version"
refuses "run.sh: another zombie-cli" "zombie-cli $ZOMBIE_CLI_VERSION is missing" "$run" --no-build
refuses "setup.sh: --check without zombie-cli" "zombie-cli $ZOMBIE_CLI_VERSION" "$tree/scripts/setup.sh" --check
echo "$ZOMBIE_CLI_VERSION" >"$work/version"
mv "$work/target/release/polkadot" "$work/polkadot"
refuses "run.sh: --no-build without a build" "polkadot is not built" "$run" --no-build
mv "$work/polkadot" "$work/target/release/polkadot"
perl "$work/listen.pl" "$first_port" hears &
until (exec 3<>"/dev/tcp/127.0.0.1/$first_port") 2>/dev/null; do sleep 0.1; done
listener=$!
"$run" --no-build >"$out" 2>"$err" </dev/null && code=0 || code=$?
end "$listener"
if [ "$code" != 0 ] && [ "$(wc -l <"$err")" -eq 1 ] && grep -q "port $first_port is in use" "$err"; then
	ok "run.sh: port in use"
else
	not_ok "run.sh: port in use" "exit code $code"
fi

refuses "setup.sh: unknown option" "unknown argument '--nope'" "$tree/scripts/setup.sh" --nope
stand_in "$work/bin/rustup" <<<'exit 1'
refuses "setup.sh: --check without the toolchain" "of the Rust toolchain" "$tree/scripts/setup.sh" --check
rm "$work/bin/rustup"
refuses ".ci/run: an argument" "no arguments" "$tree/.ci/run" quick
refuses "test.sh: two sizes" "no other option" "$tree/scripts/test.sh" --quick --all
refuses "test.sh: unknown option" "unknown argument '--nope'" "$tree/scripts/test.sh" --nope
refuses "check-readme.sh: no README" "there is no README.md" "$tree/scripts/check-readme.sh"
# shellcheck disable=SC2016 # the backquotes are the README's
printf '%s\n' '```sh' 'scripts/run.sh --nope' '```' >"$tree/README.md"
refuses "check-readme.sh: an option that is none" "run.sh has no --nope" "$tree/scripts/check-readme.sh"
# shellcheck disable=SC2016
printf '%s\n' '```sh' 'make everything' '```' >"$tree/README.md"
refuses "check-readme.sh: a command nothing exercises" "make everything" "$tree/scripts/check-readme.sh"
# shellcheck disable=SC2016
printf '%s\n' '```sh' 'RELAY_BIN=x scripts/run.sh --blocks 3 # words' 'scripts/test.sh --all' '```' >"$tree/README.md"
ends "check-readme.sh: a good README" 0 "2 passed, 0 failed" "$tree/scripts/check-readme.sh"

# --- Networks --------------------------------------------------------------------------------------------------------

# Somebody else's node of the same name is nobody's business here.
perl -e 'exec { "sleep" } "polkadot", "600"' &
bystander=$!

ends "run.sh: a network of N blocks" 0 "http://127.0.0.1:" "$run" --no-build --blocks 2
ends "run.sh: the observer's arguments" 0 "--para ws://127.0.0.1:" "$run" "$own" --no-build --blocks 2
ends "run.sh: the operator's relay chain" 0 "logs: " env RELAY_BIN="$work/relay" "$run" --no-build --blocks 2
check "run.sh: it is found first" grep -q "/networks/.*/bin/polkadot$" "$work/polkadot-used"
ends "run.sh: SIGINT" 130 "ended" signalled INT
ends "run.sh: SIGTERM" 143 "ended" signalled TERM
ends "run.sh: SIGHUP" 129 "ended" signalled HUP
ends "run.sh: SIGKILL" 137 "observer" signalled KILL
echo deaf >"$work/mode"
ends "run.sh: nodes deaf to SIGINT" 143 "ended" signalled TERM
rm "$work/mode"
touch "$work/observer-fails"
ends "run.sh: no blocks" 1 "log of $first_port" "$run" --no-build
rm "$work/observer-fails"
touch "$work/zombie-dies"
ends "run.sh: zombie-cli ends" 1 "no network today" "$run" --no-build
rm "$work/zombie-dies"
# All but the newest three, and the last run's own.
count() { [ "$(find "$work/target/networks" -mindepth 1 -maxdepth 1 | wc -l)" -eq "$1" ]; }
check "run.sh: old networks are removed" count 4
check "run.sh: bystanders live" kill -0 "$bystander"
end "$bystander"
bystander=""

ends "run.sh: --dev" 0 "node --dev --rpc-port 1" "$run" --dev --no-build -- --rpc-port 1

# --- The lock file ---------------------------------------------------------------------------------------------------

locked() (
	cd "$tree"
	. scripts/env.sh
	keep_lock
)
same_lock() { cmp -s "$tree/Cargo.lock" "$work/target/Cargo.lock"; }
locked
check "env.sh: the lock file is kept" same_lock
check "env.sh: the workspace is beside it" test "$work/target/Cargo.toml" -ef "$tree/Cargo.toml"
touch -t 200001010000 "$work/target/Cargo.lock"
locked
check "env.sh: the same content keeps its time" test "$work/target/Cargo.lock" -ot "$tree/Cargo.toml"
echo '# changed' >>"$tree/Cargo.lock"
locked
check "env.sh: a change arrives" same_lock

say "$passed passed, $failures failed"
[ "$failures" = 0 ]
