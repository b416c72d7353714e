#!/usr/bin/env bash
# Tests the checks of upgrades, clients, the omni-node and dependencies, and the benchmarks, with stand-ins for the programs that
# they call.
# No build, no chain, no network.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/test-checks.sh [--help]
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
# shellcheck source=scripts/checks.sh
. "$ROOT/scripts/checks.sh"

only_help "$@"

scratch="$(mktemp -d)"
scratch="$(cd "$scratch" && pwd -P)"
# The processes whose command line names the directory.
left_over() {
	ps -A -ww -o pid= -o args= | awk -v work="$scratch" 'index($0, work) && !/awk/ { print $1 }'
}
finish() {
	local code=$? process
	for process in $(left_over); do
		kill -KILL "$process" 2>/dev/null || true
	done
	rm -rf "$scratch"
	exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
out="$scratch/out"
err="$scratch/err"
tree="$scratch/tree"
target="$scratch/target"
mkdir -p "$tree/runtime/src/weights" "$tree/pallets/timelock/src" "$scratch/bin" "$scratch/tmp" "$target/release" "$target/stages/sync" "$target/benchmarks/release"
cp -R "$ROOT/scripts" "$ROOT/clients" "$ROOT/Cargo.toml" "$ROOT/Cargo.lock" "$ROOT/rust-toolchain.toml" "$tree"
rm -rf "$tree/clients/node_modules"
cp "$ROOT/runtime/src/benchmarks.rs" "$ROOT/runtime/src/genesis.rs" "$tree/runtime/src"
# The copy is main, whatever stage this tree is.
become() {
	sed "s/^stage = .*/stage = \"$1\"/" "$ROOT/Cargo.toml" >"$tree/Cargo.toml"
}
become phase-3
on_its_own "$scratch"
export PATH="$scratch/bin:$PATH" TMPDIR="$scratch/tmp"

# Whatever way a check ends, its node and its directory go with it.
aftermath() {
	if [ -n "$(left_over)" ]; then
		say "processes are left: $(left_over)"
	elif [ -n "$(ls "$scratch/tmp")" ]; then
		say "a directory is left: $(ls "$scratch/tmp")"
	fi
}

# --- The stand-ins ---------------------------------------------------------------------------------------------------

# A node that says where it listens, and a specification; and what it was asked.
node_stand_in() {
	stand_in "$1" <<END
echo "$2 \$*" >>"$scratch/asked"
case "\$1" in
	export-chain-spec) cat "$scratch/spec.json" | if [ "\${*: -2:1}" = --output ]; then tee "\${*: -1}"; else cat; fi; exit ;;
	chain-spec-builder) [ ! -e "$scratch/no-spec" ] || { echo "no such preset" >&2; exit 1; }; touch "\$3"; exit ;;
	--version) echo "$2 1.2.3"; exit ;;
	benchmark) exec "$scratch/benchmark" "\$@" ;;
esac
[ ! -e "$scratch/node-dies" ] || { echo "no port today"; exit 1; }
echo "2026-01-01 Running JSON-RPC server: addr=127.0.0.1:12345,[::1]:54321"
exec perl -e 'sleep 600' "$scratch"
END
}
node_stand_in "$target/release/$NODE_BIN" node
node_stand_in "$target/stages/sync/$NODE_BIN" sync
node_stand_in "$target/benchmarks/release/$NODE_BIN" benchmarks
node_stand_in "$scratch/omni" omni
echo '{"name": "A Chain", "id": "a-chain", "para_id": 2000, "relay_chain": "rococo-local", "properties": {"tokenSymbol": "UNIT"}}' >"$scratch/spec.json"
stand_in "$target/release/upgrade-check" <<END
echo "upgrade-check \$*" | tee -a "$scratch/asked"
[ ! -e "$scratch/upgrade-fails" ]
END
echo 22.12.0 >"$scratch/node-version"
stand_in "$scratch/bin/node" <<END
case "\$1" in
	--version) echo "v\$(cat "$scratch/node-version")" ;;
	-p) echo property ;;
	*) echo "client \$(basename "\$1") \${*:2}" | tee -a "$scratch/asked"; [ ! -e "$scratch/client-fails" ] ;;
esac
END
stand_in "$scratch/bin/npm" <<END
echo "npm \$*" >>"$scratch/asked"
[ ! -e "$scratch/npm-fails" ]
END
stand_in "$scratch/bin/cargo" <<END
echo "cargo \$*" >>"$scratch/asked"
END
# As the node's benchmarks write it, as far as scripts/benchmark.sh reads it.
stand_in "$scratch/benchmark" <<END
[ ! -e "$scratch/benchmark-fails" ] || { echo "out of memory" >&2; exit 1; }
output="\${*: -1}"
if [ "\$2" = pallet ]; then echo "//! \$*" >"\$output"; exit; fi
if [ "\$2" = storage ]; then cp "\$4" "$scratch/state.json"; echo "// 2026-01-01 (Y/M/D), \$*" >"\$output"; exit; fi
for name in block extrinsic; do
	printf '%s\n' '//! BENCHMARK CLI VERSION 1.2.3' '//! DATE: 2026-01-01 (Y/M/D)' '//! HOSTNAME: \`here\`, CPU: \`A CPU\`' 'parameter_types! {' \
		"	pub const \$name: Weight = Weight::from_parts(7, 8);" '}' 'mod test_weights {}' >"\$output/\${name}_weights.rs"
done
END
touch "$scratch/wasm" "$scratch/state"
asked() {
	grep -qF -- "$1" "$scratch/asked"
}

# --- Upgrades --------------------------------------------------------------------------------------------------------

check_upgrade="$tree/scripts/check-upgrade.sh"
ends "check-upgrade.sh: --help" 0 "Usage: scripts/check-upgrade.sh" "$check_upgrade" --help
refuses "check-upgrade.sh: unknown option" "unknown argument '--nope'" "$check_upgrade" --nope
refuses "check-upgrade.sh: no chain" "name the chain with --uri" "$check_upgrade"
refuses "check-upgrade.sh: no URL" "'localhost:9944' is no ws://HOST:PORT" "$check_upgrade" --uri localhost:9944
refuses "check-upgrade.sh: an option without its value" "--uri needs a value" "$check_upgrade" --uri
refuses "check-upgrade.sh: two states" "not of both" "$check_upgrade" --uri ws://x --snapshot "$scratch/state"
refuses "check-upgrade.sh: no snapshot" "there is no file '$scratch/none'" "$check_upgrade" --snapshot "$scratch/none"
refuses "check-upgrade.sh: no runtime" "there is no file '$scratch/none'" "$check_upgrade" --uri ws://x --runtime "$scratch/none"
refuses "check-upgrade.sh: a block of no chain" "--at is a block of the chain" "$check_upgrade" --snapshot "$scratch/state" --at 0x1
refuses "check-upgrade.sh: a block by its number" "'7' is no block's hash" "$check_upgrade" --uri ws://x --at 7
refuses "check-upgrade.sh: half a hash" "'0x12' is no block's hash" "$check_upgrade" --uri ws://x --at 0x12
refuses "check-upgrade.sh: --save nowhere" "cannot write" "$check_upgrade" --uri ws://x --save "$scratch/none/state"
refuses "check-upgrade.sh: stages and a runtime" "brings its own" "$check_upgrade" --stages --runtime "$scratch/wasm"
become phase-1
refuses "check-upgrade.sh: --stages in a stage's tree" "this tree is phase-1" "$check_upgrade" --stages
become phase-3
refuses "check-upgrade.sh: no runtime built" "the runtime of phase-3 is not built with try-runtime" \
	"$check_upgrade" --uri ws://x --no-build
block=0x1212121212121212121212121212121212121212121212121212121212121212
ends "check-upgrade.sh: runtimes in their order" 0 "upgrade-check --uri ws://x --at $block --save $scratch/copy $scratch/wasm $scratch/state" \
	"$check_upgrade" --uri ws://x --at "$block" --save "$scratch/copy" --runtime "$scratch/wasm" --runtime "$scratch/state" --no-build
mkdir -p "$target/try-runtime"
touch "$target/try-runtime/phase-1.wasm" "$target/try-runtime/phase-3.wasm"
echo /another/tree | tee "$target/try-runtime/phase-1.of" >"$target/try-runtime/phase-3.of"
refuses "check-upgrade.sh: another tree's runtime" "the runtime of phase-3 is not built with try-runtime" \
	"$check_upgrade" --snapshot "$scratch/state" --no-build
echo "$tree" | tee "$target/try-runtime/phase-1.of" >"$target/try-runtime/phase-3.of"
ln -s /another/tree/Cargo.toml "$target/Cargo.toml"
refuses "check-upgrade.sh: another tree's tool" "what is built is of the tree /another/tree" \
	"$check_upgrade" --snapshot "$scratch/state" --no-build
refuses "check-clients.sh: another tree's node" "what is built is of the tree /another/tree" \
	"$tree/scripts/check-clients.sh" --runtime "$scratch/wasm" --no-build
rm "$target/Cargo.toml"
ends "check-upgrade.sh: this tree's runtime" 0 "upgrade-check --snapshot $scratch/state $target/try-runtime/phase-3.wasm" \
	"$check_upgrade" --snapshot "$scratch/state" --no-build
ends "check-upgrade.sh: --stages" 0 \
	"upgrade-check --uri ws://127.0.0.1:12345 --reach 5 $target/try-runtime/phase-1.wasm $target/try-runtime/phase-3.wasm" \
	"$check_upgrade" --stages --no-build
check "check-upgrade.sh: on a free port" asked "sync --dev-block-time 1000 --dev --rpc-port 0 --port 0"
touch "$scratch/node-dies"
refuses "check-upgrade.sh: the node dies" "the node ended at its start" "$check_upgrade" --stages --no-build
rm "$scratch/node-dies"
touch "$scratch/upgrade-fails"
ends "check-upgrade.sh: a check fails" 1 "upgrade-check --snapshot" "$check_upgrade" --snapshot "$scratch/state" --no-build
ends "check-upgrade.sh: a check fails on a node of its own" 1 "upgrade-check --uri" "$check_upgrade" --stages --no-build
rm "$scratch/upgrade-fails"

# --- Clients ---------------------------------------------------------------------------------------------------------

check_clients="$tree/scripts/check-clients.sh"
ends "check-clients.sh: --help" 0 "Usage: scripts/check-clients.sh" "$check_clients" --help
refuses "check-clients.sh: unknown option" "unknown argument '--nope'" "$check_clients" --nope
refuses "check-clients.sh: unknown client" "unknown client 'wallet'" "$check_clients" wallet
refuses "check-clients.sh: no URL" "is no ws://HOST:PORT" "$check_clients" --uri 9944
refuses "check-clients.sh: a runtime for a running chain" "--uri names one that is running" \
	"$check_clients" --uri ws://x --runtime "$scratch/wasm"
refuses "check-clients.sh: an upgrade of no chain" "name it with --uri" "$check_clients" fork --upgrade "$scratch/wasm"
refuses "check-clients.sh: an upgrade without a fork" "is for fork alone" "$check_clients" --uri ws://x --upgrade "$scratch/wasm"
refuses "check-clients.sh: no runtime built" "the runtime of a release is not built" "$check_clients" --no-build
echo 20.20.2 >"$scratch/node-version"
refuses "check-clients.sh: an old Node.js" "node is 20.20.2, and the clients need 22" "$check_clients" --no-build
echo 22.9.0 >"$scratch/node-version"
refuses "check-clients.sh: a Node.js that is a little too old" "node is 22.9.0" "$check_clients" --no-build
echo 24.0.0 >"$scratch/node-version"
touch "$scratch/npm-fails"
refuses "check-clients.sh: no registry" "npm could not install the clients" "$check_clients" transfer --uri ws://x
rm "$scratch/npm-fails"
ends "check-clients.sh: a running chain" 0 "client transfer.mjs ws://x" "$check_clients" transfer --uri ws://x
check "check-clients.sh: by the lock file, without scripts" asked "npm ci --ignore-scripts"
rm "$scratch/asked"
ends "check-clients.sh: a fork that is upgraded" 0 "client fork.mjs ws://x $scratch/wasm" \
	"$check_clients" fork --uri ws://x --upgrade "$scratch/wasm"
check "check-clients.sh: installed once" test "$(grep -c '^npm' "$scratch/asked")" = 0
ends "check-clients.sh: a chain of its own" 0 "2 passed, 0 failed" "$check_clients" --runtime "$scratch/wasm" --no-build
check "check-clients.sh: the runtime is put in" asked "client spec.mjs"
check "check-clients.sh: the node takes the specification" asked "/spec.json --dev-block-time 2000 --dev --rpc-port 0"
check "check-clients.sh: both clients" asked "client fork.mjs ws://127.0.0.1:12345"
touch "$scratch/client-fails"
ends "check-clients.sh: a client fails" 1 "0 passed, 1 failed" "$check_clients" fork --uri ws://x
rm "$scratch/client-fails"

# --- The omni-node ---------------------------------------------------------------------------------------------------

check_omni="$tree/scripts/check-omni-node.sh"
version="$(sed -n '/^name = "polkadot-omni-node-lib"$/{n;s/^version = "\(.*\)"$/\1/p;}' "$ROOT/Cargo.lock")"
ends "check-omni-node.sh: --help" 0 "Usage: scripts/check-omni-node.sh" "$check_omni" --help
refuses "check-omni-node.sh: unknown option" "unknown argument '--nope'" "$check_omni" --nope
refuses "check-omni-node.sh: no binary" "there is no file" "$check_omni" --omni-node "$scratch/none"
refuses "check-omni-node.sh: not installed" "polkadot-omni-node $version is not installed" "$check_omni" --no-build
refuses "check-omni-node.sh: no program" "cannot be run" "$check_omni" --omni-node "$scratch/wasm" --no-build
mkdir -p "$target/omni-node/bin"
echo "\"polkadot-omni-node 0.0.1 (registry+x)\" = [\"polkadot-omni-node\"]" >"$target/omni-node/.crates.toml"
refuses "check-omni-node.sh: another one is installed" "polkadot-omni-node $version is not installed" "$check_omni" --no-build
sed -i.old "s/0\.0\.1/$version/" "$target/omni-node/.crates.toml"
node_stand_in "$target/omni-node/bin/polkadot-omni-node" omni
ends "check-omni-node.sh" 0 "client transfer.mjs ws://127.0.0.1:12345" "$check_omni" --runtime "$scratch/wasm" --no-build
here() (cd "$scratch" && exec "$@")
ends "check-omni-node.sh: a binary of this directory" 0 "client transfer.mjs" \
	here "$check_omni" --omni-node omni --runtime "$scratch/wasm" --no-build
check "check-omni-node.sh: it makes a specification of the runtime" asked "create -t development --runtime $scratch/wasm"
check "check-omni-node.sh: and starts with it" asked "omni --chain $scratch/tmp/"
touch "$scratch/no-spec"
refuses "check-omni-node.sh: no specification" "no specification: no such preset" "$check_omni" --runtime "$scratch/wasm" --no-build
rm "$scratch/no-spec"
touch "$scratch/client-fails"
ends "check-omni-node.sh: the transfer fails" 1 "the transfer failed" "$check_omni" --runtime "$scratch/wasm" --no-build
rm "$scratch/client-fails"

# --- Benchmarks ------------------------------------------------------------------------------------------------------

benchmark="$tree/scripts/benchmark.sh"
weights="$tree/runtime/src/weights"
ends "benchmark.sh: --help" 0 "Usage: scripts/benchmark.sh" "$benchmark" --help
refuses "benchmark.sh: unknown option" "'--nope' is neither" "$benchmark" --nope
refuses "benchmark.sh: unknown pallet" "'pallet_none' is neither" "$benchmark" pallet_none
refuses "benchmark.sh: a pattern" "'pallet_.*' is neither" "$benchmark" "pallet_.*"
refuses "benchmark.sh: --steps 1" "--steps needs a number of at least 2" "$benchmark" --steps 1
refuses "benchmark.sh: --repeat x" "--repeat needs a number of at least 1" "$benchmark" --repeat x
refuses "benchmark.sh: --repeat without a number" "--repeat needs a number" "$benchmark" --repeat
rm "$scratch/asked"
ends "benchmark.sh: two of them" 0 "benchmark: done" "$benchmark" --steps 2 --repeat 3 pallet_balances pallet_timelock
check "benchmark.sh: a pallet of the SDK" grep -q "pallet_balances --extrinsic \* --steps 2 --repeat 3" "$weights/pallet_balances.rs"
check "benchmark.sh: a pallet of ours" test -s "$tree/pallets/timelock/src/weights.rs"
check "benchmark.sh: no other" test ! -e "$weights/pallet_utility.rs" -a ! -e "$weights/block_weights.rs"
ends "benchmark.sh: overhead" 0 "benchmark: done" "$benchmark" overhead
check "benchmark.sh: of this chain" asked "--para-id $(sed -n 's/^pub const PARA_ID: u32 = \(.*\);$/\1/p' "$ROOT/runtime/src/genesis.rs")"
check "benchmark.sh: what was measured, and on what" test "$(grep -cE 'on A CPU; .* CLI 1.2.3|from_parts\(7, 8\)' "$weights/block_weights.rs")" = 2
check "benchmark.sh: nothing else" test "$(grep -cE 'here|test_weights' "$weights/extrinsic_weights.rs")" = 0
refuses "benchmark.sh: a specification without a state" "another file than this script knows" "$benchmark" storage
printf '{\n  "top": {\n    "0x00": "0x00"\n  }\n}\n' >"$scratch/spec.json"
# So that a test does not make a million.
sed -i.old 's/^ACCOUNTS=.*/ACCOUNTS=100/' "$benchmark"
rm "$scratch/asked"
ends "benchmark.sh: storage" 0 "benchmark: storage" "$benchmark" --repeat 3 storage
check "benchmark.sh: by the node with benchmarks" asked "benchmarks benchmark storage"
check "benchmark.sh: compiled for it" asked "--features $NODE_BIN/runtime-benchmarks"
check "benchmark.sh: no pallet is compiled for it" test "$(grep -c rustc "$scratch/asked")" = 0
check "benchmark.sh: what storage costs" grep -q '^// 2026-01-01, .*validate-block-rounds 3' "$weights/inmemorydb_weights.rs"
check "benchmark.sh: a state of its own" test "$(jq '.top | length' "$scratch/state.json")" = 101
check "benchmark.sh: an account is 80 bytes" jq -e '[.top[] | length] | unique == [4, 162]' "$scratch/state.json"
ends "benchmark.sh: all of it" 0 "benchmark: overhead" "$benchmark"
while read -r name; do
	check "benchmark.sh: $name has a file" test -s "$weights/$name.rs"
done < <(sed -n 's/^pub mod \(.*\);$/\1/p' "$ROOT/runtime/src/weights/mod.rs")
touch "$scratch/benchmark-fails"
ends "benchmark.sh: a benchmark fails" 1 "overhead could not be measured" "$benchmark" overhead
rm "$scratch/benchmark-fails"

# --- Dependencies ----------------------------------------------------------------------------------------------------

dependencies="$tree/scripts/check-dependencies.sh"
mkdir -p "$tree/doctor" "$tree/zombienet/rehearsal"
ends "check-dependencies.sh: --help" 0 "Usage: scripts/check-dependencies.sh" "$dependencies" --help
refuses "check-dependencies.sh: unknown option" "unknown argument '--nope'" "$dependencies" --nope
refuses "check-dependencies.sh: no cargo-deny" "cargo-deny $CARGO_DENY_VERSION is missing" "$dependencies"
rm "$scratch/asked"
ends "check-dependencies.sh: of all lock files" 0 "zombienet/rehearsal: licenses sources" "$dependencies" --install
check "check-dependencies.sh: cargo-deny is installed" asked "cargo install --locked cargo-deny@$CARGO_DENY_VERSION"
check "check-dependencies.sh: the SDK is there once" asked "licenses sources bans"
check "check-dependencies.sh: no advisories unless they are asked for" test "$(grep -c advisories "$scratch/asked")" = 0
ends "check-dependencies.sh: advisories" 0 "doctor: licenses sources advisories" "$dependencies" --install --advisories

# --- The programs themselves -----------------------------------------------------------------------------------------

check "clients: exact versions" test -z "$(sed -n '/"dependencies"/,/}/p' "$ROOT/clients/package.json" | grep '[~^*]')"
while read -r name; do
	check "clients: the lock file has $name" grep -qF "$name" "$ROOT/clients/package-lock.json"
done < <(sed -n '/"dependencies"/,/}/s/^ *\(".*": ".*"\),\{0,1\}$/\1/p' "$ROOT/clients/package.json")

sum
