#!/usr/bin/env bash
# Calls rustc so that its wasm says nothing of where the sources are: cargo's RUSTC_WRAPPER in scripts/build-runtime.sh.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: RUSTC_WRAPPER=scripts/rustc.sh RUNTIME_TREE=DIRECTORY RUNTIME_PATHS=FROM=TO.. cargo ..
#
# Two things would tell the directory of a clone. Panics say the path of their source. And cargo hashes the path of a crate
# that is not below the workspace, as the runtime is not below the project that substrate-wasm-builder makes for it; that
# hash is part of each symbol's name and of each TypeId, and so decides the order of functions.
# WASM_BUILD_RUSTFLAGS could do the first, where there are no blanks in a path, and nothing about the second.
#
#   RUNTIME_TREE   the directory of the clone
#   RUNTIME_PATHS  what paths are called instead, one on each line; where two fit, the last
#   --help         this text
set -euo pipefail

if [ "${1:-}" = --help ]; then
	# shellcheck source=scripts/env.sh
	. "$(dirname "$0")/env.sh"
	show_help
	exit 0
fi

[ $# -gt 0 ] || {
	echo "rustc.sh: cargo calls this, with the compiler and its arguments (see --help)" >&2
	exit 1
}
before="" source="" wasm=false
for argument; do
	case "$argument" in
		*.rs) source="$argument" ;;
		--target=wasm32*) wasm=true ;;
		wasm32*) [ "$before" != --target ] || wasm=true ;;
	esac
	before="$argument"
done
# Build scripts, macros and questions about the compiler.
$wasm || exec "$@"

# A crate of the clone, or of the project made for it, is named by the path inside of it. What is left is from a registry.
name="${source#"$RUNTIME_TREE"/}"
case "$name" in /*) name="" ;; esac
case "$source" in "${CARGO_HOME:-$HOME/.cargo}"/*) name="" ;; esac
before="" arguments=()
for argument; do
	case "$before $argument" in
		"-C metadata="*) [ -z "$name" ] || argument="metadata=$name" ;;
	esac
	arguments+=("$argument")
	before="$argument"
done
while IFS= read -r path; do
	[ -z "$path" ] || arguments+=("--remap-path-prefix=$path")
done < <(printf '%s\n' "$RUNTIME_PATHS")
# What a build script wrote is in a directory with such a hash in it.
[ -z "${OUT_DIR:-}" ] || arguments+=("--remap-path-prefix=$OUT_DIR=target/${CARGO_PKG_NAME:-}")
exec "${arguments[@]}"
