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
# shellcheck source=scripts/checks.sh
. "$ROOT/scripts/checks.sh"

only_help "$@"

# Below nohup all that is started is deaf to SIGHUP, and one test would wait for ever.
if [ "$(trap -p HUP)" = "trap -- '' SIGHUP" ] && command -v perl >/dev/null; then
	exec perl -e '$SIG{HUP} = "DEFAULT"; exec @ARGV' "$BASH" "$0" "$@"
fi

work="$(mktemp -d)"
work="$(cd "$work" && pwd -P)"
tree="$work/tree"
out="$work/out"
err="$work/err"
bystander=""

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

mkdir -p "$tree/zombienet" "$work/bin" "$work/relay" "$work/target/release" "$work/target/stages/sync"
cp -R "$ROOT/scripts" "$ROOT/.ci" "$ROOT/Cargo.toml" "$ROOT/Cargo.lock" "$ROOT/rust-toolchain.toml" "$tree"
cp -R "$ROOT/monitoring" "$ROOT/docs" "$tree"
rm -r "$tree/docs/measurements"
# The copy is main, so what it says of the runtime's constants holds there, whatever they are in this tree.
mkdir -p "$tree/runtime/src"
sed -n 's/.*vector(\(.*\)).*/\1/p' "$tree/monitoring/rules/expected.yml" | awk '
	NR == 1 { print "pub const MILLISECS_PER_BLOCK: u64 = " $1 * 1000 ";" }
	NR == 2 { print "pub const UNINCLUDED_SEGMENT_CAPACITY: u32 = " $1 ";" }
' >"$tree/runtime/src/lib.rs"

# The copy is main, whatever stage this tree is.
own=phase-3
become() {
	sed "s/^stage = .*/stage = \"$1\"/" "$ROOT/Cargo.toml" >"$tree/Cargo.toml"
}
become "$own"

# Free ports instead of the fixed ones, so that a network that runs meanwhile is not in the way.
ports="$(perl -MSocket -e '
	for (1 .. 8) {
		socket my $s, PF_INET, SOCK_STREAM, 0; bind $s, sockaddr_in(0, INADDR_LOOPBACK);
		push @keep, $s; print((sockaddr_in(getsockname $s))[0], " ")
	}')"
for name in $STAGES; do
	awk -v ports="$ports" '
		BEGIN { split(ports, free, " ") }
		/^(rpc|prometheus)_port = / { $3 = free[++used] }
		{ print }
	' "$ROOT/zombienet/$name.toml" >"$tree/zombienet/$name.toml"
done
first_port="${ports%% *}"

cat >"$work/listen.pl" <<END
use Socket;
\$SIG{INT} = \$ARGV[1] eq "deaf" ? "IGNORE" : sub { exit };
\$SIG{HUP} = sub { } if \$ARGV[1] eq "reloads";
socket S, PF_INET, SOCK_STREAM, 0; bind S, sockaddr_in(\$ARGV[0], INADDR_LOOPBACK) or die; listen S, 5;
sleep 1 while 1;
END
echo "$ZOMBIE_CLI_VERSION" >"$work/version"
stand_in "$work/bin/zombie-cli" <<END
[ "\$1" != --version ] || { echo "zombie-cli \$(cat "$work/version")"; exit; }
[ ! -e "$work/zombie-dies" ] || { echo "no network today"; exit 3; }
command -v polkadot >"$work/polkadot-used"
command -v $NODE_BIN >"$work/node-used"
echo "\$2" >"$work/spec-used"
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
echo "observer \$*" | tee -a "$work/observed"
[ ! -e "$work/observer-fails" ] || exit 9
while [ -e "$work/observer-waits" ]; do sleep 0.2; done
case "\$*" in
	measure*--json*)
		while [ "\$1" != --json ]; do shift; done
		exec cp "$work/report.json" "\$2"
		;;
	*--blocks*) exit 0 ;;
esac
while :; do sleep 0.2; done
END
cat >"$work/report.json" <<END
{"interval": {"count": 2, "mean_ms": 12000.0, "min_ms": 6000, "max_ms": 18000}, "machine": "one of ours",
"relay": {"lookahead": 1, "blocks": 4, "backing_blocks": 2, "session_changes": 1, "backing_session_changes": 0},
"authored": 3, "canonical": 2, "reorgs": 1, "finality_lag": {"mean_blocks": 2.5, "max_blocks": 3}}
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

# Waits for what ends a moment after its parent.
nothing_left() {
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		[ -n "$(left_over)" ] || return 0
		sleep 0.2
	done
	return 1
}

# Whatever way a command ends, it leaves no process; one that is refused leaves no directory either.
aftermath() {
	if $refusing && [ -e "$work/target/networks" ]; then
		say "it made a network's directory"
	elif ! nothing_left; then
		say "processes are left: $(left_over)"
	fi
}

# A network that gets a signal as soon as it is watched, or its group where $group is a minus: signalled SIGNAL COMMAND ..
sign=observer
group=""
signalled() {
	local signal="$1" tries process code=0
	shift
	# With & from a script: deaf to SIGINT at first.
	"$@" &
	process=$!
	for ((tries = 0; tries < 100; tries++)); do
		! grep -q "^$sign" "$out" || break
		sleep 0.2
	done
	kill -"$signal" -- "$group$process"
	{ wait "$process" || code=$?; } 2>/dev/null
	return "$code"
}

# A child of this script, without the shell's word about it.
end() {
	kill "$1" || true
	wait "$1" 2>/dev/null || true
}

# --- Bad input -------------------------------------------------------------------------------------------------------

refuses "run.sh: unknown stage" "the stages are sync phase-1 phase-2 phase-3" "$run" phase-4
become phase-1
refuses "run.sh: another stage in a stage's tree" "this tree is phase-1; check out the tag sync" "$run" sync --no-build
refuses "measure.sh: in a stage's tree" "this tree is phase-1" "$tree/scripts/measure.sh" sync
become "$own"
refuses "run.sh: a stage that is not built" "$NODE_BIN is not built for sync" "$run" sync --no-build
refuses "run.sh: two stages" "one stage at a time" "$run" "$own" "$own"
refuses "run.sh: unknown option" "unknown argument '--nope'" "$run" --nope
refuses "run.sh: --blocks without a number" "--blocks needs a number" "$run" --blocks
refuses "run.sh: --blocks 0" "at least 1" "$run" --blocks 0
refuses "run.sh: --blocks x" "at least 1" "$run" --blocks 3x
refuses "run.sh: --async-backing x" "on or off, not 'x'" "$run" --async-backing x
refuses "run.sh: --async-backing without a setting" "on or off, not ''" "$run" --async-backing
refuses "run.sh: --async-backing with --dev" "for networks" "$run" --dev --async-backing on
refuses "run.sh: --measure without a file" "--measure needs a file" "$run" --measure
refuses "run.sh: --measure with a directory" "is a directory" "$run" --measure "$work"
refuses "run.sh: --measure with --dev" "for networks" "$run" --dev --measure "$work/none"
refuses "run.sh: --measure below a file" "cannot write" "$run" --measure "$run/report.json"
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
ln -s "$tree/Cargo.toml" "$work/target/Cargo.toml"
refuses "run.sh: --no-build with half a build" "may be of another tree" "$run" --no-build
ln -sfn "$work/elsewhere/Cargo.toml" "$work/target/Cargo.toml"
refuses "run.sh: --no-build with another tree's build" "is of the tree $work/elsewhere" "$run" --no-build
perl "$work/listen.pl" "$first_port" hears &
listener=$!
until port_open "$first_port"; do
	kill -0 "$listener" 2>/dev/null || die "nothing can listen on port $first_port: run this again"
	sleep 0.1
done
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
refuses "test.sh: stages in no time" "no other option" "$tree/scripts/test.sh" --stages --quick
refuses "test.sh: unknown option" "unknown argument '--nope'" "$tree/scripts/test.sh" --nope
refuses "stages.sh: build of an unknown stage" "unknown stage 'phase-4'" "$tree/scripts/stages.sh" build sync phase-4
refuses "stages.sh: test of an unknown stage" "unknown stage 'phase-4'" "$tree/scripts/stages.sh" test phase-4
refuses "stages.sh: no clone" "made in a git clone" "$tree/scripts/stages.sh" build sync
measure="$tree/scripts/measure.sh"
refuses "measure.sh: unknown stage" "unknown stage 'phase-4'" "$measure" phase-4:on
refuses "measure.sh: unknown setting" "on or off, not 'maybe'" "$measure" sync:maybe
refuses "measure.sh: unknown option" "unknown argument '--nope'" "$measure" --nope
refuses "measure.sh: --blocks 0" "at least 1" "$measure" --blocks 0
refuses "measure.sh: --at-once without a number" "--at-once needs a number" "$measure" sync --at-once
refuses "measure.sh: --check of a stage" "measures nothing" "$measure" --check sync
refuses "measure.sh: no README" "there is no README.md" "$measure" --no-build sync:off
rehearse="$tree/scripts/rehearse.sh"
refuses "rehearse.sh: unknown option" "unknown option '--nope'" "$rehearse" --nope
refuses "rehearse.sh: unknown rehearsal" "unknown rehearsal 'dance'" "$rehearse" dance
refuses "rehearse.sh: unknown stage" "unknown stage 'phase-4'" "$rehearse" --to phase-4
refuses "rehearse.sh: backwards" "--from phase-2 comes after --to phase-1" "$rehearse" --from phase-2 --to phase-1
refuses "rehearse.sh: an option without its value" "--to needs a value" "$rehearse" --to
refuses "rehearse.sh: --blocks x" "at least 1, not 'x'" "$rehearse" --blocks x
refuses "rehearse.sh: --per-second x" "needs a number, not 'x'" "$rehearse" --per-second x
refuses "rehearse.sh: --no-build with nothing built" "is not built: run this without --no-build" "$rehearse" --no-build
refuses "check-readme.sh: no README" "there is no README.md" "$tree/scripts/check-readme.sh"
# shellcheck disable=SC2016 # the backquotes are the README's
printf '%s\n' '```sh' 'scripts/run.sh --nope' '```' >"$tree/README.md"
refuses "check-readme.sh: an option that is none" "run.sh has no --nope" "$tree/scripts/check-readme.sh"
# shellcheck disable=SC2016
printf '%s\n' '```sh' 'make everything' '```' >"$tree/README.md"
refuses "check-readme.sh: a command nothing exercises" "make everything" "$tree/scripts/check-readme.sh"
# shellcheck disable=SC2016
printf '%s\n' '```sh' 'scripts/stages.sh turn' '```' >"$tree/README.md"
refuses "check-readme.sh: a verb nothing exercises" "stages.sh turn: nothing exercises it" "$tree/scripts/check-readme.sh"
# shellcheck disable=SC2016
printf '%s\n' '```sh' 'RELAY_BIN=x scripts/run.sh --blocks 3 # words' 'scripts/test.sh --all' '```' >"$tree/README.md"
ends "check-readme.sh: a good README" 0 "2 passed, 0 failed" "$tree/scripts/check-readme.sh"

# --- Monitoring ------------------------------------------------------------------------------------------------------

monitor="$tree/scripts/monitor.sh"
check_monitoring="$tree/scripts/check-monitoring.sh"
dashboard="$tree/monitoring/grafana/dashboards/parachain.json"
refuses "monitor.sh: unknown stage" "unknown stage 'phase-4'" "$monitor" phase-4
refuses "monitor.sh: a stage that is not built" "the stage sync is not built" "$monitor" sync
refuses "monitor.sh: unknown option" "unknown argument '--nope'" "$monitor" --nope
refuses "monitor.sh: --port x" "not 'x'" "$monitor" --port x
refuses "monitor.sh: no port for Grafana" "not '65535'" "$monitor" --port 65535
refuses "monitor.sh: --port without a number" "--port needs a number" "$monitor" --port
ends "doctor.sh: unknown option" 2 "unknown argument '--nope'" "$tree/scripts/doctor.sh" --nope
refuses "check-monitoring.sh: unknown option" "unknown argument '--nope'" "$check_monitoring" --nope
refuses "check-monitoring.sh: a stage that nothing asks" "is for --live" "$check_monitoring" sync

# What Debian always has, and no more.
mkdir "$work/few"
for name in awk basename bash cat cmp comm cp cut date diff dirname env grep head jq mktemp mv ps readlink rm sed sleep sort tail tr uniq; do
	ln -s "$(command -v "$name")" "$work/few/$name"
done
without() { env PATH="$work/few" XDG_CACHE_HOME="$work/no-cache" "$@"; }
refuses "monitor.sh: no Prometheus" "prometheus is missing: scripts/setup.sh" without "$monitor"
ends "check-monitoring.sh: no promtool" 0 "skipped configuration, rules and their tests" without "$check_monitoring"

# Each mistake alone. Without promtool, as it is not what has to see it.
spoilt() {
	local name="$1" text="$2" file="$3" was now
	was="$4" now="$5"
	cp "$file" "$work/unspoilt"
	awk -v was="$was" -v now="$now" '{ at = index($0, was) } at { $0 = substr($0, 1, at - 1) now substr($0, at + length(was)) } 1' \
		"$work/unspoilt" >"$file"
	ends "check-monitoring.sh: $name" 1 "$text" without "$check_monitoring"
	cp "$work/unspoilt" "$file"
}
rules="$tree/monitoring/rules"
spoilt "a metric of the dashboard that no node has" "substrate_number_trees is not in" "$dashboard" substrate_number_leaves substrate_number_trees
spoilt "a metric of a rule that no node has" "substrate_sync_friends is not in" "$rules/alerts.yml" substrate_sync_peers substrate_sync_friends
spoilt "a recorded name that is gone" "node:backing_lag" "$rules/recording.yml" node:backing_lag_relay_blocks node:backing_lag_blocks
spoilt "a metric that nothing uses" "used by no expression" "$tree/monitoring/metrics.txt" substrate_sync_peers substrate_sync_friends
spoilt "an alert without a test" "no test makes Abandoned fire" "$rules/alerts.yml" "alert: NodeDown" "alert: Abandoned"
spoilt "an alert that does not say what to do" "NodeDown lacks" "$rules/alerts.yml" "description:" "decoration:"
spoilt "a page without the heading" "has no heading #34-height" "$rules/alerts.yml" "#34-weight" "#34-height"
spoilt "another block time than the runtime's" "expected.yml" "$rules/expected.yml" "vector(" "vector(1"
spoilt "panels on each other" "lie on each other" "$dashboard" '"x": 8' '"x": 7'
# shellcheck disable=SC2016 # the dollar is the dashboard's
spoilt "another datasource" "another datasource" "$dashboard" '"uid": "${datasource}"' '"uid": "mine"'

# A collator, by its command line: its own port, then that of the node inside.
collator="$(awk '/collators\]/ { on = 1 } on && $1 == "prometheus_port" { print $3; exit }' "$tree/zombienet/$own.toml")"
perl -e 'sleep 600' "$work" --prometheus-port "$collator" -- --chain relay --prometheus-port 7 &
collator_pid=$!
ends "monitor.sh: the relay chain's node inside a collator" 0 '{"targets": ["127.0.0.1:7"], "labels": {"role": "embedded", "node": "charlie"}}' \
	bash -c "\"$monitor\" --targets; kill $collator_pid"
{ wait "$collator_pid" || true; } 2>/dev/null
check "monitor.sh: each node is a target" test "$("$monitor" --targets | jq length)" = 4

stand_in "$work/bin/prometheus" <<END
echo "prometheus \$*" >"$work/prometheus-used"
for argument; do
	case "\$argument" in --web.listen-address=*) exec perl "$work/listen.pl" "\${argument##*:}" reloads ;; esac
done
END
sign=Prometheus
ends "monitor.sh: SIGTERM" 143 "Prometheus: http://127.0.0.1:$first_port/alerts" signalled TERM "$monitor" --port "$first_port"
ends "monitor.sh: SIGKILL" 137 "Prometheus: http" signalled KILL "$monitor" --port "$first_port"
# As a terminal does that is closed; to Prometheus that is no end. The alarm ends it, as a failure, where nothing else does.
group=-
ends "monitor.sh: SIGHUP" 143 "Prometheus: http" signalled HUP perl -e 'setpgrp; alarm 60; exec @ARGV' "$monitor" --port "$first_port"
group=""
sign=observer
check "monitor.sh: Prometheus gets its configuration" grep -q -- "--config.file=$work/target/monitoring/prometheus.yml" "$work/prometheus-used"
check "monitor.sh: and the rules" test -s "$work/target/monitoring/rules/alerts.yml"
check "monitor.sh: and the targets" test "$(jq length "$work/target/monitoring/targets/network.json")" = 4
# Grafana, where it is installed.
mkdir -p "$work/grafana/conf"
touch "$work/grafana/conf/defaults.ini"
stand_in "$work/bin/grafana" <<END
echo "\$* \$GF_SERVER_HTTP_PORT \$PROMETHEUS_URL \$GF_PATHS_PROVISIONING" >"$work/grafana-used"
exec perl -e 'sleep 600' "$work"
END
sign=Grafana
ends "monitor.sh: with Grafana" 143 "Grafana:    http://127.0.0.1:$((first_port + 1))/" \
	signalled TERM env GRAFANA_HOME="$work/grafana" "$monitor" --port "$first_port"
sign=observer
check "monitor.sh: Grafana gets its place, its port and Prometheus" grep -qxF \
	"server --homepath $work/grafana $((first_port + 1)) http://127.0.0.1:$first_port $tree/monitoring/grafana" "$work/grafana-used"
rm "$work/bin/grafana"
# As scripts/run.sh builds a stage.
mkdir -p "$work/target/worktrees/sync/runtime/src"
echo 'pub const MILLISECS_PER_BLOCK: u64 = 12_000;' >"$work/target/worktrees/sync/runtime/src/lib.rs"
sign=Prometheus
ends "monitor.sh: another stage" 143 "Prometheus: http" signalled TERM "$monitor" sync --port "$first_port"
sign=observer
check "monitor.sh: that stage's numbers" test "$(grep -o 'vector(.*)' "$work/target/monitoring/rules/expected.yml" | tr '\n' ' ')" = "vector(12) vector(1) "
rm -r "$work/target/worktrees"
stand_in "$work/bin/prometheus" <<<'echo "no data today" >&2; exit 3'
ends "monitor.sh: Prometheus does not start" 3 "no data today" bash -c "\"$monitor\" --port $first_port; code=\$?; sleep 1; exit \$code"
rm "$work/bin/prometheus"

# --- Networks --------------------------------------------------------------------------------------------------------

# Somebody else's node of the same name is nobody's business here.
perl -e 'exec { "sleep" } "polkadot", "600"' &
bystander=$!

stand_in "$work/target/stages/sync/$NODE_BIN" <<<'echo "sync $*"'
ends "run.sh: a stage's --dev" 0 "sync --dev --rpc-port 1" "$run" sync --dev --no-build -- --rpc-port 1

printf '%s\n' before '<!-- measurements -->' '<!-- end -->' after >"$tree/README.md"
mkdir -p "$tree/docs/guide"
cp "$tree/README.md" "$tree/docs/guide/phase-3.md"
reports="$tree/docs/measurements"
ends "measure.sh: two networks" 0 "asynchronous backing on" "$measure" --no-build --blocks 2 sync
check "run.sh: the stage's node is found first" grep -qx "$work/target/stages/sync/$NODE_BIN" "$work/node-used"
check "run.sh: --async-backing on" grep -qx "$tree/zombienet/phase-3.toml" "$work/spec-used"
check "run.sh: it waits for the first block" grep -q "^observer watch .*--blocks 1 --relay" "$work/observed"
check "run.sh: it measures" grep -q "^observer measure --blocks 2 --json .*--relay ws:.*--para ws:.*--para ws:" "$work/observed"
# shellcheck disable=SC2016 # the backquotes are the table's
row='| off: `1` | 12.00, 6.0, 18.0 | 2 of 4 | 0 of 1 | 1.50 | 1 | 2.5, 3 |'
check "measure.sh: the stage's own setting is bold" grep -qxF "| **sync** ${row/off/**off**}" "$tree/README.md"
check "measure.sh: the other one is not" grep -qxF "| sync ${row/off/on}" "$tree/README.md"
check "measure.sh: the machine" grep -q "^2 blocks each, .* (one of ours)" "$tree/README.md"
check "measure.sh: the rest of the README stays" test "$(sed -n '1p;$p' "$tree/README.md" | tr '\n' ' ')" = "before after "
check "measure.sh: the guide has phase 3's rows alone" test "$(grep -c "^| .*not measured" "$tree/docs/guide/phase-3.md")" = 2
check "measure.sh: a missing report is to be seen" grep -q "^| \*\*phase-3\*\* | \*\*on\*\* | not measured |" "$tree/README.md"
cp "$reports/sync-on.json" "$reports/phase-3-on.json"
ends "measure.sh: --check of another table" 1 "measure.sh --table writes it" "$measure" --check
ends "measure.sh: --table" 0 "README.md" "$measure" --table
ends "measure.sh: --check" 0 "are those of docs/measurements" "$measure" --check
touch "$work/observer-fails"
ends "measure.sh: a failure" 1 "not measured: sync:off" "$measure" --no-build --blocks 2 sync:off
rm "$work/observer-fails"
check "measure.sh: the report before it stays" cmp -s "$work/report.json" "$reports/sync-off.json"
if unshare --net --map-root-user ip link set lo up 2>/dev/null; then
	ends "measure.sh: two networks at once" 0 "sync:on  " "$measure" --no-build --blocks 2 --at-once 2 sync
else
	refuses "measure.sh: two networks at once" "--at-once needs Linux" "$measure" --no-build --blocks 2 --at-once 2 sync
fi
touch "$work/observer-waits"
ends "measure.sh: SIGTERM" 143 "ended" signalled TERM "$measure" --no-build sync:off
rm "$work/observer-waits"

# That was all with another tree's build in the target directory.
rm "$work/target/Cargo.toml"

ends "run.sh: a network of N blocks" 0 "http://127.0.0.1:" "$run" --no-build --blocks 2
ends "run.sh: the observer's arguments" 0 "--para ws://127.0.0.1:" "$run" "$own" --no-build --blocks 2
ends "run.sh: the operator's relay chain" 0 "logs: " env RELAY_BIN="$work/relay" "$run" --no-build --blocks 2
check "run.sh: it is found first" grep -q "/networks/.*/bin/polkadot$" "$work/polkadot-used"
ends "run.sh: SIGINT" 130 "ended" signalled INT "$run" --no-build
ends "run.sh: SIGTERM" 143 "ended" signalled TERM "$run" --no-build
ends "run.sh: SIGHUP" 129 "ended" signalled HUP "$run" --no-build
ends "run.sh: SIGKILL" 137 "observer" signalled KILL "$run" --no-build
echo deaf >"$work/mode"
ends "run.sh: nodes deaf to SIGINT" 143 "ended" signalled TERM "$run" --no-build
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
touch "$work/target/built"
mkdir -p "$tree/zombienet/relay"
printf '[package]\nname = "relay"\n[[bin]]\nname = "other"\n' >"$tree/zombienet/relay/Cargo.toml"
built="$work/target/release/.fingerprint"
mkdir -p "$built/relay-0123456789abcdef" "$built/relay-utils-0123456789abcdef" "$built/other-0123456789abcdef"
locked
check "env.sh: another tree's build counts no more" test ! -e "$work/target/built"
check "env.sh: what it compiled of its own counts no more" test "$(cd "$built" && echo *)" = "other-0123456789abcdef relay-utils-0123456789abcdef"
check "env.sh: the lock file is kept" same_lock
check "env.sh: the workspace is beside it" test "$work/target/Cargo.toml" -ef "$tree/Cargo.toml"
touch -t 200001010000 "$work/target/Cargo.lock"
locked
check "env.sh: the same content keeps its time" test "$work/target/Cargo.lock" -ot "$tree/Cargo.toml"
echo '# changed' >>"$tree/Cargo.lock"
locked
check "env.sh: a change arrives" same_lock

sum
