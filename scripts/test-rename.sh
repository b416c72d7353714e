#!/usr/bin/env bash
# Tests scripts/rename.sh in a scratch clone: that the renamed chain resolves, is formatted and has its stages. No build.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/test-rename.sh [--help]
#
# The clone is of the working tree with its changes. It is renamed twice, and back.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
# shellcheck source=scripts/checks.sh
. "$ROOT/scripts/checks.sh"

only_help "$@"
[ "$(stage)" = phase-3 ] || die "this tree is $(stage): the chain is renamed on main"

work="$(mktemp -d)"
work="$(cd "$work" && pwd -P)"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
out="$work/out"
err="$work/err"
tree="$work/tree"
rename="$tree/scripts/rename.sh"
copy_tree "$tree"
on_its_own "$work"
git -C "$tree" init --quiet
commit "$tree" "main"
start="$(git -C "$tree" rev-parse HEAD)"
main="$(git -C "$tree" symbolic-ref --short HEAD)"

# The present names, be it the template or a chain made of it; and two that sort before and after every crate, one a word
# and short, one long, so that imports move and lines break in other places.
old="${NODE_BIN%-node}"
token="$(sed -n 's/.*"tokenSymbol"\.into(), "\(.*\)"\.into.*/\1/p' "$tree/node/src/chain_spec.rs")"
para_id="$(sed -n 's/^pub const PARA_ID: u32 = \(.*\);/\1/p' "$tree/runtime/src/genesis.rs")"
short=aq
long=zy-a-name-of-many-words

is_clean() {
	[ -z "$(git -C "$tree" status --porcelain)" ]
}

# The files that say a pattern, besides those that keep what they say, what is no text and npm's hashes: two letters are in those
# by chance.
who_says() {
	git -C "$tree" grep -IlE "$@" -- ':(exclude)CHANGELOG.md' ':(exclude)LICENSE' ':(exclude)docs/measurements' \
		':(exclude)scripts/rename.sh' ':(exclude)scripts/test-rename.sh' ':(exclude,glob)**/package-lock.json'
}

# A name in whatever way it is written, also in paths; but with small letters and a blank it is a word, as "parachain template".
no_trace() {
	local ways title
	ways="$(awk -F - '{ for (i = 1; i <= NF; i++) way = way (i > 1 ? "[-_]" : "") $i; print "(^|[^A-Za-z0-9])" way "([^A-Za-z0-9]|$)" }' <<<"$1")"
	title="$(awk -F - '{ for (i = 1; i <= NF; i++) $i = toupper(substr($i, 1, 1)) substr($i, 2); print }' <<<"$1")"
	! who_says -i "$ways" && ! who_says "$title" && ! git -C "$tree" ls-files | grep -iE "$ways"
}

# What must be so of the renamed clone, which is committed then: renamed NAME
renamed() {
	ends "rename.sh $1: the stages" 0 " passed, 0 failed" "$tree/scripts/stages.sh" check
	commit "$tree" "$1"
	check "rename.sh $1: the lock file is right" locked
	check "rename.sh $1: its packages are in order" in_order
	ends "rename.sh $1: tags" 0 "phase-3" "$tree/scripts/stages.sh" tag --force
	for name in $STAGES; do
		git -C "$tree" -c advice.detachedHead=false checkout --quiet "$name"
		check "rename.sh $1: $name is formatted" formatted
	done
	git -C "$tree" checkout --quiet "$main"
}

locked() {
	(cd "$tree" && cargo metadata --locked --format-version 1 >/dev/null)
}

in_order() {
	sed -n 's/^name = //p' "$tree/Cargo.lock" | LC_ALL=C sort -c
}

formatted() {
	(cd "$tree" && cargo fmt --all --check >/dev/null)
}

# --- What is refused -------------------------------------------------------------------------------------------------

refuses "rename.sh: no name" "what shall the chain be called" "$rename"
refuses "rename.sh: an empty name" "the name is empty" "$rename" ""
refuses "rename.sh: two names" "one name, not 'aq' and 'aw'" "$rename" aq aw
refuses "rename.sh: an unknown option" "unknown argument '--nope'" "$rename" "$short" --nope
for name in Aq a_q aq- a--q 1aq 'a q' '../aq' 'aq"'; do
	refuses "rename.sh: '$name' is no crate" "'$name' is no name for a crate" "$rename" "$name"
done
refuses "rename.sh: a long name" "more than 50 characters" "$rename" "$(printf 'aq%.0s' {1..26})"
refuses "rename.sh: a keyword" "'async' is a keyword" "$rename" async
refuses "rename.sh: a dependency" "Cargo.lock has the crate serde" "$rename" serde
refuses "rename.sh: a dependency with the runtime's end" "Cargo.lock has the crate sp-runtime" "$rename" sp
refuses "rename.sh: a word of the sources" "is a word of the sources already" "$rename" collator
refuses "rename.sh: the same name" "called $old already" "$rename" "$old"
refuses "rename.sh: the same of all" "called $old already" "$rename" "$old" --token "$token" --para-id "$para_id"
refuses "rename.sh: --token without a symbol" "--token needs a symbol" "$rename" "$short" --token
refuses "rename.sh: --token with a blank" "--token needs a symbol" "$rename" "$short" --token "A Q"
for id in "" 0 x 4294967296 99999999999999999999; do
	refuses "rename.sh: --para-id '$id'" "--para-id needs a number" "$rename" "$short" --para-id "$id"
done
echo changed >>"$tree/LICENSE"
refuses "rename.sh: a dirty tree" "the working tree has changes" "$rename" "$short"
git -C "$tree" checkout --quiet -- LICENSE
touch "$tree/new"
refuses "rename.sh: a file that git does not know" "the working tree has changes" "$rename" "$short"
rm "$tree/new"
sed -i.bak "s/^name = .*/name = \"other-runtime\"/" "$tree/runtime/Cargo.toml"
refuses "rename.sh: half a name" "does not name the crate $old-runtime" "$rename" "$short"
mv "$tree/runtime/Cargo.toml.bak" "$tree/runtime/Cargo.toml"
"$tree/scripts/stages.sh" checkout sync "$work/sync" >/dev/null 2>&1
refuses "rename.sh: a stage's tree" "this tree is sync" "$work/sync/scripts/rename.sh" "$short"
git -C "$tree" worktree remove --force "$work/sync"
check "rename.sh: nothing is changed" is_clean

# --- There and back --------------------------------------------------------------------------------------------------

ends "rename.sh --dry-run" 0 "$old -> $short" "$rename" "$short" --dry-run --token aQ1
check "rename.sh --dry-run: nothing is changed" is_clean
# What a chain may be called whose tests these are.
[ "$old" = my-chain ] || ends "rename.sh: the name that the error proposes" 0 "$old -> my-chain" "$rename" my-chain --dry-run
# The token that would have come of the name.
ends "rename.sh $short" 0 "$old -> $short" "$rename" "$short" --token AQ
check "rename.sh $short: nothing has the old name" no_trace "$old"
check "rename.sh $short: the token" test "$(who_says '"AQ"' | tr '\n' ' ')" = "node/src/chain_spec.rs runtime/build.rs "
check "rename.sh $short: the binary" grep -qx "NODE_BIN=$short-node" "$tree/scripts/env.sh"
renamed "$short"
ends "rename.sh: no more initials than a token has" 0 "AQ -> ABCDEFGHIJKL" "$rename" a-b-c-d-e-f-g-h-i-j-k-l-m --dry-run
ends "rename.sh: the same name, another token" 0 "name:    $short, as before" "$rename" "$short" --token aQ1
commit "$tree" "another token"
ends "rename.sh $long" 0 "token:   aQ1, as before" "$rename" "$long" --para-id 3000
check "rename.sh $long: nothing has the old name" no_trace "$short"
check "rename.sh $long: Rust has underscores" grep -q "^use ${long//-/_}_runtime::" "$tree/node/src/service.rs"
check "rename.sh $long: the chain ids" grep -q "\"$long-dev\"" "$tree/node/src/chain_spec.rs"
check "rename.sh $long: the chains' names" grep -q '"Zy A Name Of Many Words Local"' "$tree/node/src/chain_spec.rs"
check "rename.sh $long: the parachain's id" test "$(who_says '^(id|pub const PARA_ID: u32) = 3000;?$' | wc -l)" -eq 6
renamed "$long"
# The other tests of the scripts know the names that are in the tree, and none besides.
for name in test-checks test-release; do
	ends "rename.sh $long: $name.sh" 0 " passed, 0 failed" "$tree/scripts/$name.sh"
done
ends "rename.sh $old" 0 "$long -> $old" "$rename" "$old" --token "$token" --para-id "$para_id"
check "rename.sh $old: all is as it was" git -C "$tree" diff --quiet "$start"

sum
