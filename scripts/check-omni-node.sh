#!/usr/bin/env bash
# Checks that the runtime runs under the SDK's own collator, polkadot-omni-node of the same release, as it is published.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/check-omni-node.sh [--runtime FILE] [--omni-node FILE] [--no-build]
#
# Installs polkadot-omni-node from crates.io, below the target directory, which takes an hour or more on 2 cores, once. It makes a
# specification of the runtime, starts a chain of one node with it, and a wallet's library transfers there. What is not tried
# is a collator at a relay chain.
#
#   --runtime FILE    this runtime, instead of the one that scripts/build-runtime.sh builds
#   --omni-node FILE  this binary, instead of the one that is installed
#   --no-build        take what is built and installed already
#   --help            this text
#
# Needs Node.js 22.12 or later, with npm.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
# shellcheck source=scripts/dev-node.sh
. "$ROOT/scripts/dev-node.sh"

runtime="" omni="" build=true
while [ $# -gt 0 ]; do
	case "$1" in
		--runtime | --omni-node)
			[ $# -gt 1 ] || die "$1 needs a value (see --help)"
			check_file "$2"
			[ "$1" = --runtime ] && runtime="$2" || omni="$2"
			shift
			;;
		--no-build) build=false ;;
		--help | -h)
			show_help
			exit 0
			;;
		*) die "unknown argument '$1' (see --help)" ;;
	esac
	shift
done

# The version of the release is that of its library, which the umbrella crate has in the lock file.
version="$(sed -n '/^name = "polkadot-omni-node-lib"$/{n;s/^version = "\(.*\)"$/\1/p;}' "$ROOT/Cargo.lock")"
[ -n "$version" ] || die "Cargo.lock does not say which polkadot-omni-node belongs to the SDK"

# Whether what is installed is of that version.
installed() {
	grep -q "^\"polkadot-omni-node $version " "$installation/.crates.toml" 2>/dev/null
}

installation="$CARGO_TARGET_DIR/omni-node"
install_omni_node() {
	say "check-omni-node: installing polkadot-omni-node $version"
	# By the lock file that is published with it. The wasm of relay chains is not needed, and a quarter of the time: they are
	# only for specifications of test networks that are built in.
	(
		cd "$ROOT"
		export SKIP_ROCOCO_RUNTIME_WASM_BUILD=1 SKIP_WESTEND_RUNTIME_WASM_BUILD=1
		cargo install --locked --force --root "$installation" --target-dir "$installation/target" "polkadot-omni-node@$version"
	) || die "polkadot-omni-node $version does not compile: see above"
	# 8 GB that nothing else uses.
	rm -rf "$installation/target"
}

need_node_js
begin_work
if [ -z "$omni" ]; then
	omni="$installation/bin/polkadot-omni-node"
	if ! installed; then
		$build || die "polkadot-omni-node $version is not installed: run this without --no-build"
		"$ROOT/scripts/setup.sh" --no-network --no-tests
		install_omni_node
	fi
fi
[ -x "$omni" ] || die "$omni cannot be run"
# Without a directory in it, it would be looked for on the PATH.
omni="$(cd "$(dirname "$omni")" && pwd -P)/$(basename "$omni")"
release_wasm "$runtime" "$build"
if $build; then cargo_build; else check_tree; fi
[ -x "$RELEASE/$NODE_BIN" ] || die "$NODE_BIN is not built: run this without --no-build"
install_clients

# What a specification has besides its runtime: as in the one that is built into our node.
"$RELEASE/$NODE_BIN" export-chain-spec --chain dev >"$work/dev.json"
property() {
	node -p "const spec = JSON.parse(fs.readFileSync(0)); $1" <"$work/dev.json"
}
"$omni" chain-spec-builder --chain-spec-path "$work/spec.json" create -t development --runtime "$wasm" \
	--chain-name "$(property spec.name)" --chain-id "$(property spec.id)" \
	--para-id "$(property spec.para_id)" --relay-chain "$(property spec.relay_chain)" \
	--properties "$(property 'Object.entries(spec.properties).map((entry) => entry.join("=")).join()')" \
	named-preset development >"$work/said" 2>&1 || die "no specification: $(tail -n 1 "$work/said")"

start_node omni-node "$omni" --chain "$work/spec.json" --dev-block-time 2000 --no-hardware-benchmarks
say "check-omni-node: $("$omni" --version) runs $wasm"
client transfer "$url" || die "the transfer failed; the node's log: $CARGO_TARGET_DIR/checks/omni-node.log"
