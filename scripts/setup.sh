#!/usr/bin/env bash
# Sets up what a bare Debian, Ubuntu or macOS lacks to build, run and test the template.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/setup.sh [--check] [--no-network] [--no-tests]
#
# System packages, the Rust toolchain of rust-toolchain.toml, zombie-cli, and promtool with Prometheus. What is there is left
# alone; a second run touches no network.
#
#   --check       only say what is missing, and fail if anything is
#   --no-network  without zombie-cli: enough for `scripts/run.sh --dev`
#   --no-tests    without what only the tests need, and without Prometheus
#   --help        this text
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

check=false
network=true
tests=true
while [ $# -gt 0 ]; do
	case "$1" in
		--check) check=true ;;
		--no-network) network=false ;;
		--no-tests) tests=false ;;
		--help | -h)
			show_help
			exit 0
			;;
		*) die "unknown argument '$1' (see --help)" ;;
	esac
	shift
done

# From the one place that names them.
toolchain_file() {
	sed -n "s/^$1 *= *//p" "$ROOT/rust-toolchain.toml" | tr -d '[]",'
}
CHANNEL="$(toolchain_file channel)"
COMPONENTS="$(toolchain_file components)"
TARGETS="$(toolchain_file targets)"

have() {
	command -v "$1" >/dev/null 2>&1
}

# By the names that the bindings' generator looks for: what other packages bring, libclang-cpp or libclang.so.1, is not enough.
have_libclang() {
	local directory
	for directory in "${LIBCLANG_PATH:-/nonexistent}" /usr/lib/llvm-*/lib /usr/lib/*-linux-gnu /usr/lib /usr/lib64; do
		if compgen -G "$directory/libclang.so" >/dev/null || compgen -G "$directory/libclang-[0-9]*.so" >/dev/null; then
			return 0
		fi
	done
	return 1
}

# The system packages that are missing, on one line. It looks for what they bring, not for the packages.
missing_packages() {
	local list=""
	if [ "$(uname -s)" = Darwin ]; then
		have protoc || list="$list protobuf"
		# zombie-cli and the rehearsal link the system's OpenSSL.
		have pkg-config || list="$list pkgconf"
		[ -e "$(brew --prefix 2>/dev/null || true)/opt/openssl@3/include" ] || list="$list openssl@3"
		if $tests; then
			have shellcheck || list="$list shellcheck"
			have jq || list="$list jq"
		fi
	else
		if ! have cc || ! have c++ || ! have make; then
			list="$list build-essential"
		fi
		# The SDK's network builds its OpenSSL from source, with modules that Debian's smallest perl has not.
		perl -MIPC::Cmd -MFindBin -e 1 2>/dev/null || list="$list perl"
		# RocksDB's bindings are generated with it.
		have_libclang || list="$list libclang-dev"
		have protoc || list="$list protobuf-compiler"
		# `ps`, by which scripts/run.sh sees what is left of a network.
		have ps || list="$list procps"
		# zombie-cli and the rehearsal link the system's OpenSSL.
		have pkg-config || list="$list pkg-config"
		[ -e /usr/include/openssl/ssl.h ] || list="$list libssl-dev"
		if $tests; then
			have shellcheck || list="$list shellcheck"
			have jq || list="$list jq"
		fi
	fi
	say "${list# }"
}

# What is missing of the toolchain, on one line. `rustup run` installs nothing, and needs no network.
missing_toolchain() {
	local list="" item sysroot
	if ! sysroot="$(rustup run "$CHANNEL" rustc --print sysroot 2>/dev/null)"; then
		say "$CHANNEL"
		return
	fi
	for item in $COMPONENTS; do
		case "$item" in
			rust-src) [ -e "$sysroot/lib/rustlib/src/rust/library/core" ] || list="$list $item" ;;
			rustfmt) [ -x "$sysroot/bin/cargo-fmt" ] && [ -x "$sysroot/bin/rustfmt" ] || list="$list $item" ;;
			clippy) [ -x "$sysroot/bin/cargo-clippy" ] && [ -x "$sysroot/bin/clippy-driver" ] || list="$list $item" ;;
			*) die "rust-toolchain.toml names the component $item, which this script doesn't know how to look for" ;;
		esac
	done
	for item in $TARGETS; do
		# The directory may be there and empty: look for the library itself.
		compgen -G "$sysroot/lib/rustlib/$item/lib/libcore-*.rlib" >/dev/null || list="$list $item"
	done
	say "${list# }"
}

# promtool, by which monitoring/ is tested, and Prometheus with it, out of Debian's package: installed, it would start a service
# on this machine. Nothing else needs them, so nothing fails without.
get_prometheus() {
	local dir="$PROMETHEUS_DIR.new"
	if [ "$(uname -s)" = Darwin ]; then
		brew install prometheus
		return
	fi
	have apt-get && have dpkg-deb || return 1
	rm -rf "$dir"
	mkdir -p "$dir"
	# Its lists may be of before a cleaning, or none.
	(cd "$dir" && { apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }; } 2>/dev/null &&
		dpkg-deb -x prometheus_*.deb .) || return 1
	mkdir -p "$PROMETHEUS_DIR/usr/bin"
	mv "$dir/usr/bin/prometheus" "$dir/usr/bin/promtool" "$PROMETHEUS_DIR/usr/bin/"
	rm -rf "$dir"
}

if ! have rustup; then
	die "rustup is missing: install it as https://rustup.rs says, then run this again"
fi
if [ "$(uname -s)" = Darwin ]; then
	xcode-select -p >/dev/null 2>&1 || die "the command line tools are missing: run xcode-select --install, then this again"
fi

packages="$(missing_packages)"
toolchain="$(missing_toolchain)"
zombie=""
if $network && ! zombie_cli >/dev/null; then
	zombie="zombie-cli $ZOMBIE_CLI_VERSION"
fi
prometheus=""
if $tests && ! $check && ! have promtool; then
	prometheus="prometheus"
fi

if [ -z "$packages$toolchain$zombie$prometheus" ]; then
	say "setup: everything is there"
	exit 0
fi
if $check; then
	list=""
	[ -z "$packages" ] || list="$list; system packages: $packages"
	[ -z "$toolchain" ] || list="$list; of the Rust toolchain $CHANNEL: $toolchain"
	[ -z "$zombie" ] || list="$list; $zombie"
	die "missing: ${list#; } (scripts/setup.sh installs it)"
fi

if [ -n "$packages" ]; then
	if [ "$(uname -s)" = Darwin ]; then
		have brew || die "install these packages, then run this again: $packages (with Homebrew: brew install $packages)"
		say "setup: brew install $packages"
		# shellcheck disable=SC2086 # a list
		brew install $packages || die "brew could not install $packages"
	else
		have apt-get || die "this is neither Debian nor Ubuntu: install the like of these packages, then run this again: $packages"
		sudo=""
		if [ "$(id -u)" != 0 ]; then
			if have sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
				sudo="sudo"
			else
				die "no right to install packages; as root: apt-get update && apt-get install -y $packages"
			fi
		fi
		say "setup: apt-get install $packages"
		$sudo apt-get update -qq || die "apt-get could not update its lists: is there a network?"
		# shellcheck disable=SC2086 # a list, and no sudo for root
		$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $packages || die "apt-get could not install $packages"
	fi
fi

if [ -n "$toolchain" ]; then
	say "setup: the Rust toolchain $CHANNEL lacks: $toolchain"
	if [ "$toolchain" = "$CHANNEL" ]; then
		arguments=""
		for item in $COMPONENTS; do arguments="$arguments --component $item"; done
		for item in $TARGETS; do arguments="$arguments --target $item"; done
		# shellcheck disable=SC2086 # a list
		rustup toolchain install "$CHANNEL" --profile minimal $arguments ||
			die "rustup could not install the toolchain: is there a network? rustup toolchain install $CHANNEL$arguments"
	else
		for item in $toolchain; do
			kind=component
			case " $TARGETS " in *" $item "*) kind=target ;; esac
			rustup "$kind" add --toolchain "$CHANNEL" "$item" ||
				die "rustup could not add it: is there a network? rustup $kind add --toolchain $CHANNEL $item"
		done
	fi
	toolchain="$(missing_toolchain)"
	[ -z "$toolchain" ] || die "the Rust toolchain $CHANNEL still lacks: $toolchain"
fi

if [ -n "$zombie" ]; then
	say "setup: cargo install $zombie: about 12 minutes on 2 cores"
	# A target directory of its own, as its features are other than ours; of no use afterwards.
	(cd "$ROOT" && cargo install zombie-cli --version "$ZOMBIE_CLI_VERSION" --locked --target-dir "$CACHE/zombie-cli") ||
		die "cargo could not install $zombie"
	rm -rf "$CACHE/zombie-cli"
	zombie_cli >/dev/null || die "$zombie is installed, but does not run: $CARGO_BIN/zombie-cli --version"
fi

if [ -n "$prometheus" ]; then
	say "setup: promtool and prometheus"
	if ! get_prometheus || ! have promtool; then
		rm -rf "$PROMETHEUS_DIR.new"
		say "setup: no promtool, so scripts/test.sh skips the tests of monitoring/ (apt-get update, then this again, may bring it)"
	fi
fi
say "setup: done"
