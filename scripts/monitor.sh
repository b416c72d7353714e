#!/usr/bin/env bash
# Runs Prometheus, and Grafana where it is installed, beside a network of scripts/run.sh, until Ctrl-C.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/monitor.sh [STAGE] [--port N]
#        scripts/monitor.sh [STAGE] --targets
#        scripts/monitor.sh --check
#
# Finds the nodes in zombienet/STAGE.toml, with the rules, alerts and dashboard of monitoring/. Start it before or after
# the network: nodes that come, go and come back are found. What was recorded is kept, below the target directory.
#
#   STAGE      the stage that runs, whose block time the alerts expect; this tree's own if left out
#   --port N   where Prometheus listens, 9190 if left out; Grafana does on the next one
#   --targets  only print the targets, as JSON for Prometheus
#   --check    only run scripts/check-monitoring.sh
#   --help     this text
#
# GRAFANA_HOME=DIRECTORY    where Grafana's conf/ and public/ are, if not in one of the usual places
# MONITORING_DIR=DIRECTORY  where to keep what is recorded, instead of monitoring/ below the target directory
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

HOW_TO_GET="scripts/setup.sh brings it, or https://prometheus.io/download does"
# How long recordings are kept.
KEEP=15d
# How often targets are looked for, in seconds.
INTERVAL=5

# --- Targets ---------------------------------------------------------------------------------------------------------

# The metrics port of the relay chain's node inside the collator whose own metrics port is $1; nothing where there is none.
# zombie-cli takes a free one, which stands nowhere but in the collator's command line, behind the `--`. Of two collators with
# the same port of their own, each in a network namespace, it is the one that can be reached from here.
embedded_port() {
	local port first=""
	for port in $(ps -A -ww -o args= | awk -v own="$1" '
		{
			inside = 0; ours = 0; port = ""
			for (i = 1; i < NF; i++) {
				if ($i == "--") inside = 1
				if ($i != "--prometheus-port") continue
				if (inside) port = $(i + 1)
				else if ($(i + 1) == own) ours = 1
			}
			if (ours && port ~ /^[0-9]+$/) print port
		}
	'); do
		first="${first:-$port}"
		! port_open "$port" || { say "$port"; return; }
	done
	# It starts, or has just ended.
	[ -z "$first" ] || say "$first"
}

# One line for each target: role, name, port.
target_list() {
	local kind name metrics port
	spec_nodes "$spec" | while read -r kind name _ metrics; do
		say "$kind $name $metrics"
		[ "$kind" = para ] || continue
		port="$(embedded_port "$metrics")"
		[ -z "$port" ] || say "embedded $name $port"
	done
}

targets() {
	target_list | awk '
		{ printf "%s\n\t{\"targets\": [\"127.0.0.1:%s\"], \"labels\": {\"role\": \"%s\", \"node\": \"%s\"}}", NR == 1 ? "[" : ",", $3, $1, $2 }
		END { print NR == 0 ? "[]" : "\n]" }
	'
}

# Whole or not at all, and only if it changes: Prometheus reads it whenever it does.
write_targets() {
	targets >"$dir/targets.new"
	if cmp -s "$dir/targets.new" "$dir/targets/network.json"; then
		rm "$dir/targets.new"
	else
		mv "$dir/targets.new" "$dir/targets/network.json"
	fi
}

# --- Configuration ---------------------------------------------------------------------------------------------------

# The tree of the stage, by whose runtime the expected block time is known.
stage_tree() {
	tree="$ROOT"
	! own_stage "$1" || return 0
	tree="$CARGO_TARGET_DIR/worktrees/$1"
	[ -f "$tree/runtime/src/lib.rs" ] || die "the stage $1 is not built: scripts/run.sh $1 does it"
}

# A copy, with the stage's own numbers and the targets in it.
write_configuration() {
	local seconds capacity
	mkdir -p "$dir/rules" "$dir/targets"
	cp "$ROOT/monitoring/prometheus.yml" "$dir/prometheus.yml"
	rm -f "$dir"/rules/*.yml
	cp "$ROOT"/monitoring/rules/*.yml "$dir/rules/"
	seconds="$(runtime_constant "$tree" MILLISECS_PER_BLOCK | awk '{ print $1 / 1000 }')"
	[ -n "$seconds" ] || die "runtime/src/lib.rs of $stage has no MILLISECS_PER_BLOCK: the alerts need it"
	# The stages before phase 1 have none, and build on included blocks only.
	capacity="$(runtime_constant "$tree" UNINCLUDED_SEGMENT_CAPACITY)"
	expected_rules "$seconds" "${capacity:-1}" "$ROOT/monitoring/rules/expected.yml" >"$dir/rules/expected.yml"
	write_targets
}

# --- Grafana ---------------------------------------------------------------------------------------------------------

# The directory with Grafana's conf/ in it; the packages of Debian's kind, Homebrew's, and the archive's own.
grafana_home() {
	local bin candidate
	bin="$(command -v grafana)" || return 1
	for candidate in "${GRAFANA_HOME:-}" /usr/share/grafana "$(dirname "$bin")/.." "$(dirname "$bin")/../share/grafana"; do
		if [ -n "$candidate" ] && [ -f "$candidate/conf/defaults.ini" ]; then
			(cd "$candidate" && pwd -P)
			return 0
		fi
	done
	return 1
}

start_grafana() {
	local home="$1"
	mkdir -p "$dir/grafana"
	PROMETHEUS_URL="http://127.0.0.1:$port" DASHBOARDS="$ROOT/monitoring/grafana/dashboards" \
		GF_PATHS_PROVISIONING="$ROOT/monitoring/grafana" GF_PATHS_DATA="$dir/grafana" GF_PATHS_LOGS="$dir/grafana" \
		GF_PATHS_PLUGINS="$dir/grafana/plugins" GF_SERVER_HTTP_ADDR=127.0.0.1 GF_SERVER_HTTP_PORT="$((port + 1))" \
		GF_AUTH_ANONYMOUS_ENABLED=true GF_AUTH_ANONYMOUS_ORG_ROLE=Viewer GF_ANALYTICS_REPORTING_ENABLED=false \
		GF_ANALYTICS_CHECK_FOR_UPDATES=false GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false \
		grafana server --homepath "$home" >"$dir/grafana.log" 2>&1 </dev/null &
	grafana_pid=$!
}

# --- Running ---------------------------------------------------------------------------------------------------------

# What goes on beside Prometheus, which takes this script's place and number: it ends with it, however that ends.
accompany() {
	local tries=0 home page
	# Caught, not ignored: Grafana would inherit that, and be deaf to its end. To Prometheus a hangup is no end, so it is told.
	trap : INT TERM
	trap 'kill "$$" 2>/dev/null || true' HUP
	grafana_pid=""
	trap '[ -z "$grafana_pid" ] || kill "$grafana_pid" 2>/dev/null || true' EXIT
	until port_open "$port"; do
		if ! kill -0 "$$" 2>/dev/null || [ "$tries" -ge 300 ]; then
			say "monitor.sh: Prometheus did not start; the end of $dir/prometheus.log:" >&2
			tail -n 5 "$dir/prometheus.log" >&2
			return
		fi
		# What ends this script's group ends sleep too.
		sleep 0.2 || true
		tries=$((tries + 1))
	done
	page=alerts
	# Of Debian's package scripts/setup.sh takes the programs, not the pages, whose place is fixed.
	case "$(command -v prometheus)" in "$PROMETHEUS_DIR"/*) [ -d /usr/share/prometheus/web ] || page=api/v1/alerts ;; esac
	say "Prometheus: http://127.0.0.1:$port/$page"
	if home="$(grafana_home)"; then
		start_grafana "$home"
		say "Grafana:    http://127.0.0.1:$((port + 1))/d/parachain"
	else
		say "Grafana:    not installed, https://grafana.com/grafana/download; or import monitoring/grafana/dashboards into yours"
	fi
	while kill -0 "$$" 2>/dev/null; do
		write_targets
		sleep "$INTERVAL" || true
	done
}

stage="" port=9190 only=""
while [ $# -gt 0 ]; do
	case "$1" in
		--port)
			[ $# -gt 1 ] || die "--port needs a number"
			port="${2:-0}"
			shift
			;;
		--targets | --check)
			[ -z "$only" ] || die "$only and $1: one at a time"
			only="$1"
			;;
		--help | -h)
			show_help
			exit 0
			;;
		-*) die "unknown argument '$1' (see --help)" ;;
		*)
			[ -z "$stage" ] || die "one stage at a time, not '$stage' and '$1'"
			stage="$1"
			;;
	esac
	shift
done
# Grafana takes the next one.
is_port "$port" 65534 || die "--port needs a port, not '$port'"
[ "$only" != --check ] || exec "$ROOT/scripts/check-monitoring.sh"

stage="${stage:-$(stage)}"
stage_tree "$stage"
spec="$ROOT/zombienet/$stage.toml"
[ -f "$spec" ] || die "there is no zombienet/$stage.toml"
if [ "$only" = --targets ]; then
	targets
	exit 0
fi

dir="${MONITORING_DIR:-$CARGO_TARGET_DIR/monitoring}"
need_cmd prometheus "$HOW_TO_GET"
need_cmd ps "scripts/setup.sh installs it"
ports="$port"
! grafana_home >/dev/null || ports="$port $((port + 1))"
for taken in $ports; do
	! port_open "$taken" || die "port $taken is in use: end what listens there, or choose another with --port"
done
write_configuration
accompany &
exec prometheus --config.file="$dir/prometheus.yml" --storage.tsdb.path="$dir/data" --storage.tsdb.retention.time="$KEEP" \
	--web.listen-address="127.0.0.1:$port" >"$dir/prometheus.log" 2>&1 </dev/null
