#!/usr/bin/env bash
# Tests what makes a release: scripts/build-runtime.sh with stand-ins for cargo and rustc, the Dockerfile, its health check. No
# build, no container engine.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/test-release.sh [--help]
#
# With hadolint installed, it reads the Dockerfile too.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
# shellcheck source=scripts/checks.sh
. "$ROOT/scripts/checks.sh"

only_help "$@"

work="$(mktemp -d)"
work="$(cd "$work" && pwd -P)"
node=""
clean_up() {
	[ -z "$node" ] || kill "$node" 2>/dev/null || true
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
out="$work/out"
err="$work/err"
tree="$work/tree"
mkdir -p "$tree/runtime" "$work/bin" "$work/target/release" "$work/cargo/registry"
cp -R "$ROOT/scripts" "$ROOT/Cargo.toml" "$ROOT/Cargo.lock" "$ROOT/rust-toolchain.toml" "$tree"
on_its_own "$work"
export CARGO_HOME="$work/cargo" PATH="$work/bin:$PATH"
stand_in "$work/target/release/$NODE_BIN" <<<'echo "node $*"'
channel="$(sed -n 's/^channel = "\(.*\)"/\1/p' "$tree/rust-toolchain.toml")"

# Keeps what the last command said for more than one question about it.
keep() {
	cp "$out" "$work/said"
}

# --- The runtime -----------------------------------------------------------------------------------------------------

build_runtime="$tree/scripts/build-runtime.sh"
package="${NODE_BIN%-node}-runtime"
blob="wbuild/$package/${package//-/_}"
hash="0x$(printf '6d%.0s' {1..32})"
refuses "build-runtime.sh: unknown option" "unknown argument '--nope'" "$build_runtime" --nope
refuses "build-runtime.sh: --size and --check" "--size builds nothing" "$build_runtime" --size --check
refuses "build-runtime.sh: --size of nothing" "has no wasm yet" "$build_runtime" --size
mkdir -p "$work/target/release/${blob%/*}"
head -c 1000 /dev/zero >"$work/target/release/$blob.compact.compressed.wasm"
ends "build-runtime.sh: --size" 0 "1000 bytes compressed, of " "$build_runtime" --size
head -c 3000000 /dev/zero >"$work/target/release/$blob.compact.compressed.wasm"
refuses "build-runtime.sh: --size of too much" "3000000 bytes compressed, more than BUDGET" "$build_runtime" --size

# A compiler that does what is asked of it, or what a file says.
stand_in "$work/bin/rustc" <<END
case "\$1" in
	-vV) echo "rustc \$(cat "$work/other-compiler" 2>/dev/null || echo "$channel") (x)" && echo "commit-hash: x" ;;
	--print) echo "$work/sysroot" ;;
esac
END
stand_in "$work/bin/cargo" <<END
[ "\$1" = check ] || exit 0
env >"$work/environment"
[ ! -e "$work/broken" ] || { echo "error: no semicolon" >&2; exit 101; }
out="\$CARGO_TARGET_DIR/production/build/x/out"
wasm="\$CARGO_TARGET_DIR/production/$blob"
mkdir -p "\$out" "\${wasm%/*}"
if [ -e "$work/says-path" ]; then echo "\$PWD/runtime/src/lib.rs"; else echo code; fi >"\$wasm.compact.wasm"
if [ -e "$work/says-path-in-other-words" ]; then echo "\${#PWD}"; else echo code; fi >"\$wasm.compact.compressed.wasm"
echo "pub const WASM_BINARY_PATH: Option<&str> = Some(\"\$wasm.compact.compressed.wasm\");" >"\$out/wasm_binary.rs"
{
	echo "Executing build command: RUSTFLAGS=\"x\" cargo"
	[ -e "$work/no-hash" ] || echo "Executing build command: RUNTIME_METADATA_HASH=\"$hash\" RUSTFLAGS=\"x\" cargo"
} >"\$out/../output"
echo '{"reason":"compiler-artifact","package_id":"path+file:///x/runtime#$package@0.1.0"}'
echo "{\"reason\":\"build-script-executed\",\"package_id\":\"path+file://\$PWD/runtime#$package@0.1.0\",\"out_dir\":\"\$out\"}"
END
# What is wrong, as the name of a file, and what is said then.
spoils() {
	touch "$work/$2"
	ends "build-runtime.sh: $1" 1 "$3" "$build_runtime"
	rm "$work/$2"
}
spoils "it does not compile" broken "does not compile"
spoils "a path of this machine" says-path "has a path of this machine in it, $tree/runtime/"
spoils "no hash of the metadata" no-hash "does not say the metadata's hash"
echo 1.0.0 >"$work/other-compiler"
refuses "build-runtime.sh: another compiler" "asks for $channel, and $work/bin/rustc is rustc 1.0.0" "$build_runtime"
rm "$work/other-compiler"
echo another >"$work/target/build-runtime/tree"
touch "$work/target/build-runtime/of-another-tree"
ends "build-runtime.sh" 0 "node inspect-runtime $work/target/build-runtime/production/$blob.compact.compressed.wasm" \
	env RUSTFLAGS=-Copt-level=0 CARGO_PROFILE_PRODUCTION_LTO=off WASM_BUILD_TYPE=debug "$build_runtime"
keep
check "build-runtime.sh: the hash of the metadata" grep -qx "metadata hash: $hash" "$work/said"
check "build-runtime.sh: what another tree built is gone" test ! -e "$work/target/build-runtime/of-another-tree"
check "build-runtime.sh: the caller's flags stay outside" test -z "$(grep -E '^(RUSTFLAGS|CARGO_PROFILE.*)=' "$work/environment")"
check "build-runtime.sh: the profile" grep -qx WASM_BUILD_TYPE=production "$work/environment"
refuses "build-runtime.sh: --check without git" "this is no clone" "$build_runtime" --check
git -C "$tree" init --quiet
commit "$tree" main
ends "build-runtime.sh: --check" 0 "at another path gives the same 5 bytes" "$build_runtime" --check
touch "$work/says-path-in-other-words"
ends "build-runtime.sh: --check of what differs" 1 "the copy's wasm is another one" "$build_runtime" --check
rm "$work/says-path-in-other-words"

stand_in "$work/bin/compiler" <<<'printf "%s\n" "$@"'
wrapped() {
	env RUNTIME_TREE=/a/tree RUNTIME_PATHS=$'/a/tree=chain\n/b=target' CARGO_HOME=/a/tree/home OUT_DIR=/b/out CARGO_PKG_NAME=x \
		"$tree/scripts/rustc.sh" compiler "$@" -C metadata=0123 --crate-name x
}
ends "rustc.sh: --help" 0 "Usage: RUSTC_WRAPPER" "$tree/scripts/rustc.sh" --help
ends "rustc.sh: a crate of the tree" 0 "metadata=runtime/src/lib.rs" wrapped /a/tree/runtime/src/lib.rs --target wasm32v1-none
keep
check "rustc.sh: the tree's path" grep -qx -- "--remap-path-prefix=/a/tree=chain" "$work/said"
check "rustc.sh: what a build script wrote comes last" test "$(tail -n 1 "$work/said")" = "--remap-path-prefix=/b/out=target/x"
ends "rustc.sh: the project around it" 0 "metadata=src/lib.rs" wrapped src/lib.rs --target=wasm32v1-none
ends "rustc.sh: a crate of a registry" 0 "metadata=0123" wrapped /a/tree/home/registry/src/x/lib.rs --target wasm32v1-none
ends "rustc.sh: a crate for this machine" 0 "metadata=0123" wrapped /a/tree/runtime/build.rs
keep
check "rustc.sh: with its own paths" test "$(grep -c remap "$work/said")" = 0

# --- Images ----------------------------------------------------------------------------------------------------------

check "Dockerfile: the compiler of rust-toolchain.toml" grep -q "^FROM rust:$channel-" "$ROOT/Dockerfile"
check "docs/release.md: srtool with that compiler" grep -q "paritytech/srtool:$channel\$" "$ROOT/docs/release.md"
check "Dockerfile: exact versions" test -z "$(awk '/^FROM/ && $2 !~ /:[0-9]+\.[0-9]+/ && !($2 in stage) { print } /^FROM/ { stage[$4] }' "$ROOT/Dockerfile")"
check "Dockerfile: the collator is the last, and is started" test "$(tail -n 1 "$ROOT/Dockerfile")" = "ENTRYPOINT [\"/usr/local/bin/$NODE_BIN\"]"
let_in() {
	local path
	for path in Cargo.toml Cargo.lock rust-toolchain.toml $(sed -n 's/^members = \[\(.*\)\]/\1/p' "$ROOT/Cargo.toml" | tr -d '",'); do
		grep -qx "!${path%%/*}" "$ROOT/.dockerignore" || return 1
	done
	while read -r path; do
		grep -qx "!$path" "$ROOT/.dockerignore" || return 1
	done < <(grep -v '^#' "$ROOT/Dockerfile" | grep -o 'scripts/[a-z-]*\.sh')
}
check ".dockerignore: what the Dockerfile needs is let in" let_in
if command -v hadolint >/dev/null; then
	check "Dockerfile: hadolint" hadolint "$ROOT/Dockerfile"
else
	say "skipped Dockerfile: hadolint is missing"
fi

health="$tree/scripts/health.sh"
port="$(perl -MSocket -e 'socket S, PF_INET, SOCK_STREAM, 0; bind S, sockaddr_in(0, INADDR_LOOPBACK); print((sockaddr_in(getsockname S))[0])')"
ends "health.sh: --help" 0 "Usage: scripts/health.sh" "$health" --help
refuses "health.sh: unknown option" "unknown argument '--nope'" "$health" --nope
refuses "health.sh: no port" "'9944x' is no port" "$health" 9944x
refuses "health.sh: no node" "nothing listens on port $port" "$health" "$port"
# A node that says what a file says.
cat >"$work/answer.pl" <<'END'
use Socket;
socket S, PF_INET, SOCK_STREAM, 0; setsockopt S, SOL_SOCKET, SO_REUSEADDR, 1;
bind S, sockaddr_in($ARGV[0], INADDR_LOOPBACK) or die; listen S, 5;
while (accept C, S) {
	open A, ">>", "$ARGV[1].asked";
	while (<C>) { last if /^\r/; print A $_ }
	close A;
	open F, $ARGV[1]; print C <F>; close F; close C;
}
END
printf 'HTTP/1.1 200 OK\r\n\r\n{}' >"$work/answer"
perl "$work/answer.pl" "$port" "$work/answer" &
node=$!
for ((tries = 0; tries < 50; tries++)); do
	! port_open "$port" || break
	sleep 0.1
done
ends "health.sh: a node that answers" 0 "port $port answers" "$health" "$port"
check "health.sh: what it asks" grep -q '^GET /health HTTP/1.1' "$work/answer.asked"
printf 'HTTP/1.1 500 Internal Server Error\r\n\r\n' >"$work/answer"
refuses "health.sh: a node that is not ready" "500 Internal Server Error" "$health" --ready "$port"
check "health.sh: what it asks then" grep -q '^GET /health/readiness HTTP/1.1' "$work/answer.asked"
: >"$work/answer"
refuses "health.sh: a node that says nothing" "no answer on port $port" "$health" "$port"

sum
