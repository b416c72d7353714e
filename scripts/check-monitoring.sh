#!/usr/bin/env bash
# Checks monitoring/: configuration, rules and their tests, the dashboard, and that every metric in them is one that nodes have.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/check-monitoring.sh [STAGE] [--live] [--port N]
#
# The last line is the sum: `N passed, N failed`. What promtool does is skipped where there is none, and the sum says so.
#
#   --live    also ask the network that runs: each metric of monitoring/metrics.txt has to be at its nodes, and each
#             expression of rules and dashboard has to return something
#   STAGE     the stage that runs, for --live; this tree's own if left out
#   --port N  where the Prometheus of scripts/monitor.sh listens, 9190 if left out; --live starts one where there is none
#   --help    this text
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

MONITORING="$ROOT/monitoring"
DASHBOARD="$MONITORING/grafana/dashboards/parachain.json"
# How long --live waits for an expression to return something: several blocks, their inclusion and their finality.
PATIENCE=180

passed=0
failures=0
skipped=0

work="$(mktemp -d)"
monitor=""
clean_up() {
	local code=$?
	trap - EXIT
	if [ -n "$monitor" ]; then
		kill "$monitor" 2>/dev/null || true
		wait "$monitor" 2>/dev/null || true
	fi
	rm -rf "$work"
	exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

ok() {
	passed=$((passed + 1))
	say "ok      $1"
}

# not_ok NAME WHY
not_ok() {
	failures=$((failures + 1))
	say "FAILED  $1: $2"
}

skip() {
	skipped=$((skipped + 1))
	say "skipped $1: $2"
}

# verdict NAME FILE: each line of FILE is something wrong.
verdict() {
	if [ -s "$2" ]; then
		not_ok "$1" "$(head -n 1 "$2")"
		sed '1d; s/^/        /' "$2"
	else
		ok "$1"
	fi
}

# check NAME COMMAND..: it succeeds; what it says is shown if not.
check() {
	local name="$1"
	shift
	if "$@" >"$work/out" 2>&1; then
		ok "$name"
	else
		not_ok "$name" "$*"
		sed 's/^/        /' "$work/out"
	fi
}

# --- Expressions -----------------------------------------------------------------------------------------------------

# rules KIND: for each rule of that kind, record or alert, its name, a tab, and its expression on one line.
rules() {
	awk -v kind="$1" '
		function put() { if (name != "") print name "\t" text; name = "" }
		/^ *- (record|alert): / { put(); if ($2 == kind ":") name = $3; text = ""; block = 0; next }
		/^ *expr: \|/ { block = index($0, "expr"); next }
		/^ *expr: / { sub(/^ *expr: /, ""); text = $0; next }
		block && match($0, /[^ ]/) > block { text = text " " substr($0, RSTART); next }
		{ block = 0 }
		END { put() }
	' "$MONITORING"/rules/*.yml
}

# For each expression of the dashboard its panel, a tab, and the expression, for all nodes.
panels() {
	# shellcheck disable=SC2016 # the dollars are jq's and the dashboard's
	jq -r '[.panels[] | select(.targets) | .title as $title | .targets[] | [$title, .expr]],
		[.annotations.list[] | select(.expr) | [.name, .expr]] | .[] | @tsv' "$DASHBOARD" | sed 's/\$node/.+/g'
}

# The metrics in the expressions on stdin, one on each line. What is left of an expression without strings, selectors, ranges
# and label lists is numbers, operators, functions, which a parenthesis follows, and metrics.
metrics_in() {
	awk '
		{
			line = " " $0
			gsub(/"([^"\\]|\\.)*"/, "", line)
			gsub(/\{[^}]*\}/, "", line)
			gsub(/\[[^]]*\]/, "", line)
			while (match(line, /[^A-Za-z0-9_:](by|without|on|ignoring|group_left|group_right) *\([^)]*\)/))
				line = substr(line, 1, RSTART) " " substr(line, RSTART + RLENGTH)
			while (match(line, /[A-Za-z_:][A-Za-z0-9_:]*|[0-9][0-9.]*[A-Za-z0-9]*/)) {
				word = substr(line, RSTART, RLENGTH)
				line = substr(line, RSTART + RLENGTH)
				if (word ~ /^[0-9]/ || line ~ /^ *\(/) continue
				if (word ~ /^(and|or|unless|bool|offset|inf|Inf|nan|NaN)$/) continue
				print word
			}
		}
	' | sort -u
}

# The lines of the list, without what explains them.
list() {
	grep -v '^#' "$MONITORING/metrics.txt" | awk NF
}

# All names that an expression may have, one on each line: a histogram has three.
names() {
	list | awk '$2 != "histogram" { print $1 } $2 == "histogram" { print $1 "_bucket"; print $1 "_count"; print $1 "_sum" }'
	rules record | cut -f 1
	# Prometheus makes them itself.
	printf '%s\n' up ALERTS
}

# --- What needs nothing else -----------------------------------------------------------------------------------------

check_names() {
	local name
	names | sort -u >"$work/names"
	{ rules record; rules alert; panels; } >"$work/expressions"
	cut -f 2 "$work/expressions" | metrics_in >"$work/used"
	comm -23 "$work/used" "$work/names" | sed 's/$/ is not in monitoring\/metrics.txt, nor recorded by a rule/' >"$work/wrong"
	verdict "each metric is in the list" "$work/wrong"

	list | while read -r name _; do
		grep -qE "^$name(_bucket|_count|_sum)?\$" "$work/used" || say "$name is used by no expression: delete its line"
	done >"$work/wrong"
	verdict "each metric in the list is used" "$work/wrong"
}

# The SDK's sources are there once cargo has fetched them.
check_sources() {
	local name crate file version source found=0
	: >"$work/wrong"
	: >"$work/missing"
	while read -r name _ _ _ file; do
		crate="${file%%/*}"
		version="$(awk -v crate="\"$crate\"" '$1 == "name" { on = $3 == crate } on && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' \
			"$ROOT/Cargo.lock")"
		[ -n "$version" ] || { say "$name: Cargo.lock has no $crate" >>"$work/wrong"; continue; }
		for source in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$crate-$version"; do
			[ -d "$source" ] || { source=""; continue; }
			found=$((found + 1))
			grep -qF "\"$name\"" "$source/${file#*/}" 2>/dev/null || say "$name is not in ${file#*/} of $crate $version" >>"$work/wrong"
			break
		done
		[ -n "$source" ] || say "cargo has not fetched $crate $version: \`cargo fetch --locked\`" >>"$work/missing"
	done < <(list)
	if [ "$found" = 0 ]; then
		skip "each metric is in the SDK's sources" "cargo has not fetched them yet"
	else
		sort -u "$work/missing" >>"$work/wrong"
		verdict "each metric is in the SDK's sources" "$work/wrong"
	fi
}

# The headings of a page, as the addresses that they get.
anchors() {
	sed -n 's/^##* *//p' "$1" | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

check_alerts() {
	local name page
	rules alert | cut -f 1 | while read -r name; do
		grep -qF "alertname=\"$name\"" "$MONITORING/tests/alerts.yml" || grep -q "alertname: $name\$" "$MONITORING/tests/alerts.yml" ||
			say "no test makes $name fire"
		awk -v name="$name" '
			/- alert: / { on = $3 == name }
			on && /severity: (critical|warning)\}/ { severity = 1 }
			on && /^ *summary: / { summary = 1 }
			on && /^ *description: / { description = 1 }
			on && /^ *page: / { page = 1 }
			END { exit !(severity && summary && description && page) }
		' "$MONITORING/rules/alerts.yml" || say "$name lacks a severity, a summary, a description or a page"
	done >"$work/wrong"
	verdict "each alert has a test and says what to do" "$work/wrong"

	sed -n 's/^ *page: //p' "$MONITORING/rules/alerts.yml" | sort -u | while read -r page; do
		if [ ! -f "$ROOT/${page%%#*}" ]; then
			say "there is no ${page%%#*}"
		else
			anchors "$ROOT/${page%%#*}" | grep -qx -- "${page#*#}" || say "${page%%#*} has no heading #${page#*#}"
		fi
	done >"$work/wrong"
	verdict "each page is there" "$work/wrong"
}

# In main's file main's numbers; the other stages have main's file too.
check_expected() {
	[ "$(stage)" = phase-3 ] || return 0
	expected_rules "$(runtime_constant "$ROOT" MILLISECS_PER_BLOCK | awk '{ print $1 / 1000 }')" \
		"$(runtime_constant "$ROOT" UNINCLUDED_SEGMENT_CAPACITY)" "$MONITORING/rules/expected.yml" >"$work/expected.yml"
	check "expected.yml has the runtime's constants" diff "$MONITORING/rules/expected.yml" "$work/expected.yml"
}

check_dashboard() {
	# shellcheck disable=SC2016 # the dollars are the dashboard's
	jq -r '
		def cells: [.gridPos | .x as $x | .y as $y | range(.w) as $i | range(.h) as $j | [$x + $i, $y + $j]];
		(if (.schemaVersion | type) != "number" or .schemaVersion < 39 then
			"schemaVersion \(.schemaVersion) is older than Grafana 11" else empty end),
		(if .uid == null or .title == null then "no uid or no title" else empty end),
		([.panels[].id] | if length != (unique | length) then "two panels have one id" else empty end),
		([.panels[] | cells[]] | if length != (unique | length) then "two panels lie on each other" else empty end),
		(.panels[] | select(.gridPos.x + .gridPos.w > 24) | "\(.title) is wider than the page"),
		(.panels[] | select(.type != "row" and ((.targets // []) | length) == 0) | "\(.title) shows nothing"),
		(if any(.templating.list[]; .type == "datasource" and .name == "datasource") then empty
			else "no variable for the datasource" end),
		(.. | objects | select(has("expr")) | select(.datasource.uid != "${datasource}") | "\(.expr): another datasource than the variable"),
		(.panels[] | select(.type != "row" and .datasource.uid != "${datasource}") | "\(.title): another datasource than the variable")
	' "$DASHBOARD" >"$work/wrong" 2>&1 || say "it is not a dashboard" >>"$work/wrong"
	verdict "the dashboard is sound" "$work/wrong"
}

# --- What promtool does ----------------------------------------------------------------------------------------------

check_promtool() {
	local file
	if ! command -v promtool >/dev/null; then
		skip "configuration, rules and their tests" "promtool is missing, scripts/setup.sh installs it"
		return
	fi
	check "configuration" promtool check config "$MONITORING/prometheus.yml"
	check "rules" promtool check rules "$MONITORING"/rules/*.yml
	for file in "$MONITORING"/tests/*.yml; do
		check "tests/$(basename "$file")" promtool test rules "$file"
	done
	# promtool reads rules, so the dashboard's expressions are made some.
	{
		printf 'groups:\n  - name: dashboard\n    rules:\n'
		panels | cut -f 2 | awk '{ gsub(/\047/, "\047\047"); printf "      - record: panel:%d\n        expr: \047%s\047\n", NR, $0 }'
	} >"$work/panels.yml"
	check "the dashboard's expressions" promtool check rules "$work/panels.yml"
}

# --- The network that runs -------------------------------------------------------------------------------------------

# What the nodes themselves say, in $work/ROLE-NODE; the families of each role in $work/ROLE.
scrape() {
	local role node port
	"$ROOT/scripts/monitor.sh" "$stage" --targets | jq -r '.[] | "\(.labels.role) \(.labels.node) \(.targets[0])"' >"$work/targets"
	while read -r role node port; do
		if curl -fsS --max-time 10 "http://$port/metrics" >"$work/$role-$node" 2>"$work/out"; then
			ok "$node ($role) answers"
		else
			not_ok "$node ($role) answers" "$(tail -n 1 "$work/out")"
		fi
	done <"$work/targets"
	for role in relay para embedded; do
		cat "$work/$role"-* 2>/dev/null | awk '$1 == "#" && $2 == "TYPE" { print $3, $4 }' | sort -u >"$work/$role"
		[ -s "$work/$role" ] || not_ok "metrics of $role" "no such node answers: is it the network of $stage, from scripts/run.sh?"
	done
}

check_exposed() {
	local name type roles when role kind
	: >"$work/later"
	while read -r name type roles when _; do
		for role in ${roles//,/ }; do
			[ -s "$work/$role" ] || continue
			kind="$(awk -v name="$name" '$1 == name { print $2 }' "$work/$role")"
			if [ "$kind" = "$type" ]; then
				ok "$name at $role"
			elif [ -n "$kind" ]; then
				not_ok "$name at $role" "it is a $kind, not a $type"
			elif [ "$when" = later ]; then
				say "$name" >>"$work/later"
				skip "$name at $role" "it has not happened yet"
			else
				not_ok "$name at $role" "it is not there"
			fi
		done
	done < <(list)
}

# How many series an expression returns.
series() {
	curl -fsS --max-time 10 --data-urlencode "query=$1" "http://127.0.0.1:$port/api/v1/query" | jq -r '.data.result | length'
}

# returns NAME EXPRESSION: it has series, if need be after a while. Nothing is waited for that cannot be there yet.
returns() {
	local count=0
	while :; do
		count="$(series "$2" 2>/dev/null || say 0)"
		[ "$count" = 0 ] || { ok "$1: $count series"; return; }
		if metrics_in <<<"$2" | sed -E 's/_(bucket|count|sum)$//' | grep -qxFf "$work/later"; then
			skip "$1" "it has not happened yet"
			return
		fi
		[ "$SECONDS" -lt "$deadline" ] || { not_ok "$1" "no series: $2"; return; }
		sleep 3
	done
}

check_live() {
	local name expression metric tries=0
	need_cmd curl "apt-get install curl, or brew install curl"
	scrape
	if [ ! -s "$work/relay" ] && [ ! -s "$work/para" ]; then return; fi
	check_exposed
	if ! port_open "$port"; then
		# With nothing in it of a network before, whose last minutes would do for this one's first.
		MONITORING_DIR="$work/monitoring" "$ROOT/scripts/monitor.sh" "$stage" --port "$port" >"$work/monitor" 2>&1 </dev/null &
		monitor=$!
		until port_open "$port"; do
			kill -0 "$monitor" 2>/dev/null || die "$(tail -n 1 "$work/monitor")"
			[ "$tries" -lt 150 ] || die "Prometheus does not listen on $port after 30 s: $(tail -n 1 "$work/monitoring/prometheus.log")"
			sleep 0.2
			tries=$((tries + 1))
		done
	fi
	deadline=$((SECONDS + PATIENCE))
	# Records that are made of records fill up last, so the order does not matter: each waits.
	while IFS=$'\t' read -r name expression; do
		returns "rule $name" "$expression"
		returns "$name, recorded" "$name"
	done < <(rules record)
	while IFS=$'\t' read -r name expression; do
		case "$expression" in ALERTS*) continue ;; esac
		returns "panel $name" "$expression"
	done < <(panels)
	# An alert that returns something is one that fires: what it is made of has to be there.
	while IFS=$'\t' read -r name expression; do
		while read -r metric; do
			returns "alert $name: $metric" "$metric"
		done < <(metrics_in <<<"$expression")
	done < <(rules alert)
	say "firing: $(curl -fsS "http://127.0.0.1:$port/api/v1/alerts" | jq -r '
		[.data.alerts[] | select(.state == "firing") | .labels.alertname] | unique | if . == [] then "nothing" else join(", ") end')"
}

stage="" port=9190 live=false
while [ $# -gt 0 ]; do
	case "$1" in
		--live) live=true ;;
		--port)
			[ $# -gt 1 ] || die "--port needs a number"
			port="${2:-0}"
			shift
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
is_port "$port" 65534 || die "--port needs a port, not '$port'"
[ -z "$stage" ] || $live || die "a stage is for --live"
stage="${stage:-$(stage)}"
need_cmd jq "scripts/setup.sh installs it"

check_names
check_sources
check_alerts
check_expected
check_dashboard
check_promtool
if $live; then check_live; fi
[ "$skipped" = 0 ] || say "$skipped skipped: see above"
say "$passed passed, $failures failed"
[ "$failures" = 0 ]
