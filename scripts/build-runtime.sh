#!/usr/bin/env bash
# Builds the runtime of a release: the same wasm, byte by byte, in every clone; says what it is and how the chain takes it.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/build-runtime.sh [--check]
#        scripts/build-runtime.sh --size
#
# Compiles with the profile `production`, with the metadata's hash inside, in a target directory of its own below the usual
# one. Prints the file, its sizes, the metadata's hash; then, with the node, which is built where it is missing, the code's
# hash, the version, and the calls that authorize it. The working tree counts, with changes that are not committed.
#
#   --check  also builds a copy of the tree, with another path for the tree, for cargo's home and for the target directory,
#            and fails unless the two are the same; both from the start, so that it takes more than twice as long
#   --size   builds nothing: only whether the wasm of the release build keeps to the budget
#   --help   this text
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

# How many bytes the compressed wasm may have. A relay chain takes no more than its configuration's `max_code_size`: 5 MiB at
# most on this SDK, 3 MiB on those before. But all of it is in one block, and each node compiles it when it is imported: what
# it grows by costs the block of the upgrade its time. So the budget is what it has, and room for a pallet or two: raise it
# knowingly.
BUDGET=1310720
PACKAGE=parachain-template-runtime
WASM_NAME="${PACKAGE//-/_}.compact.compressed.wasm"
# What is let through of the caller's environment: where things are, and how the network is reached. Of the rest some would
# change the code (RUSTFLAGS, CARGO_PROFILE_*, WASM_BUILD_*, what a crate asks for with `env!`).
KEPT="HOME USER LOGNAME PATH TMPDIR TERM RUSTUP_HOME RUSTUP_DIST_SERVER CARGO_NET_OFFLINE CARGO_NET_GIT_FETCH_WITH_CLI
	CARGO_HTTP_PROXY CARGO_HTTP_CAINFO http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
	SSL_CERT_FILE SSL_CERT_DIR CARGO_BUILD_JOBS CC CXX SDKROOT DEVELOPER_DIR"

twice=false size=false
while [ $# -gt 0 ]; do
	case "$1" in
		--check) twice=true ;;
		--size) size=true ;;
		--help | -h)
			show_help
			exit 0
			;;
		*) die "unknown argument '$1' (see --help)" ;;
	esac
	shift
done
! $twice || ! $size || die "--size builds nothing that could be checked"

bytes() {
	wc -c <"$1" | tr -d ' '
}

# Fails if a wasm has more than the budget: within_budget FILE
within_budget() {
	local has
	has="$(bytes "$1")"
	[ "$has" -le "$BUDGET" ] || die "the runtime has $has bytes compressed, more than BUDGET in scripts/build-runtime.sh: $BUDGET"
	say "size:          $has bytes compressed, of $BUDGET"
}

if $size; then
	wasm="$RELEASE/wbuild/$PACKAGE/$WASM_NAME"
	[ -f "$wasm" ] || die "the release build has no wasm yet: scripts/run.sh builds it"
	within_budget "$wasm"
	exit 0
fi

# A command in a tree, with a clean environment: clean TREE CARGO-HOME [NAME=VALUE ..] COMMAND ..
clean() {
	local tree="$1" kept=("CARGO_HOME=$2") name
	shift 2
	for name in $KEPT; do
		[ -z "${!name:-}" ] || kept+=("$name=${!name}")
	done
	(cd "$tree" && exec env -i "${kept[@]}" "$@")
}

# Compiles a tree; $wasm, $compact and $metadata_hash are what comes of it: build TREE TARGET-DIRECTORY CARGO-HOME
build() {
	local tree="$1" target="$2" home="$3" version channel sysroot paths out path
	# Cargo knows a workspace's crates by their paths inside of it, and what is out of date by times: what another tree
	# built it would take for this one's.
	if [ -e "$target" ] && [ "$(cat "$target/tree" 2>/dev/null)" != "$tree" ]; then rm -rf "$target"; fi
	mkdir -p "$target"
	target="$(cd "$target" && pwd -P)"
	say "$tree" >"$target/tree"

	version="$(clean "$tree" "$home" rustc -vV)"
	channel="$(sed -n 's/^channel *= *"\(.*\)"$/\1/p' "$tree/rust-toolchain.toml")"
	case "$version" in
		"rustc $channel "*) ;;
		*) die "rust-toolchain.toml asks for $channel, and $(command -v rustc) is $(sed -n '1p' <<<"$version"): put rustup's first on the PATH" ;;
	esac
	sysroot="$(clean "$tree" "$home" rustc --print sysroot)"
	# Without rust-src the compiler says /rustc/COMMIT itself.
	paths="$tree=chain
$(cd "$home" && pwd -P)=cargo
$home=cargo
$target=target
$sysroot/lib/rustlib/src/rust=/rustc/$(sed -n 's/^commit-hash: //p' <<<"$version")"

	# The build script makes the wasm, so that the crate itself need not be compiled, only checked. It asks cargo about the
	# workspace of the lock file that it is pointed to, instead of looking for one as in scripts/env.sh.
	say "build-runtime: compiling $tree with $(sed -n '1p' <<<"$version")"
	clean "$tree" "$home" CARGO_TARGET_DIR="$target" \
		WASM_BUILD_TYPE=production WASM_BUILD_WORKSPACE_HINT="$tree" WASM_BUILD_NO_COLOR=1 \
		RUSTC_WRAPPER="$tree/scripts/rustc.sh" RUNTIME_TREE="$tree" RUNTIME_PATHS="$paths" \
		cargo check --profile production --locked -p "$PACKAGE" --features metadata-hash \
		--message-format json-render-diagnostics >"$target/messages" || die "$tree does not compile: see above"
	out="$(sed -n "s/^{\"reason\":\"build-script-executed\",\"package_id\":\"[^\"]*#$PACKAGE@.*\"out_dir\":\"\([^\"]*\)\".*/\1/p" "$target/messages")"
	[ -f "$out/wasm_binary.rs" ] || die "cargo does not say where the wasm is: look at $target/messages"
	wasm="$(sed -n 's/.*WASM_BINARY_PATH: .*Some("\(.*\)").*/\1/p' "$out/wasm_binary.rs")"
	case "$wasm" in */"$WASM_NAME") ;; *) die "the wasm is '$wasm', and not compressed" ;; esac
	compact="${wasm/.compact.compressed./.compact.}"
	# substrate-wasm-builder gives the hash to the second of its two builds, and prints how it calls it.
	metadata_hash="$(sed -n 's/.*RUNTIME_METADATA_HASH="\(0x[0-9a-f]\{64\}\)".*/\1/p' "${out%/out}/output" | sort -u)"
	[ "${#metadata_hash}" = 66 ] || die "substrate-wasm-builder does not say the metadata's hash: look at ${out%/out}/output"

	for path in "$tree/runtime/" "$tree/pallets/" "$home/registry/" "$target/" "$sysroot/"; do
		! LC_ALL=C grep -qaF -- "$path" "$compact" || die "the wasm has a path of this machine in it, $path: $compact"
	done
}

"$ROOT/scripts/setup.sh" --check --no-network --no-tests >/dev/null
home="$(cd "${CARGO_HOME:-$HOME/.cargo}" && pwd -P)"
if $twice; then
	need_cmd git "it copies the tree"
	[ "$(git -C "$ROOT" rev-parse --show-toplevel 2>/dev/null)" = "$ROOT" ] || die "--check copies the tree with git, and this is no clone"
	rm -rf "$CARGO_TARGET_DIR/build-runtime" "$CARGO_TARGET_DIR/build-runtime-again"
fi

build "$ROOT" "$CARGO_TARGET_DIR/build-runtime" "$home"
say "file:          $wasm"
within_budget "$wasm"
say "uncompressed:  $(bytes "$compact") bytes"
say "metadata hash: $metadata_hash"

if $twice; then
	first="$wasm" first_hash="$metadata_hash"
	again="$CARGO_TARGET_DIR/build-runtime-again"
	# shellcheck source=scripts/checks.sh
	. "$ROOT/scripts/checks.sh"
	mkdir -p "$again"
	again="$(cd "$again" && pwd -P)"
	copy_tree "$again/copy-of-the-tree"
	ln -s "$home" "$again/home-of-cargo"
	build "$again/copy-of-the-tree" "$again/target" "$again/home-of-cargo"
	[ "$metadata_hash" = "$first_hash" ] || die "the copy's metadata has the hash $metadata_hash"
	cmp -s "$first" "$wasm" || die "the copy's wasm is another one: compare $first with $wasm"
	wasm="$first"
	rm -rf "$again"
	say "checked:       a copy of the tree at another path gives the same $(bytes "$wasm") bytes"
fi

# The node reads version and hash, and knows the calls.
say "build-runtime: building the node, unless it is there"
cargo_build
"$RELEASE/$NODE_BIN" inspect-runtime "$wasm"
