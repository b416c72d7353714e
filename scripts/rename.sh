#!/usr/bin/env bash
# Gives the chain another name, on main and in every stage: crates, binary, chain ids, specifications, pages.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/rename.sh NAME [--token SYMBOL] [--para-id N] [--dry-run]
#
# NAME is lower case with dashes, as crates are named: of NAME come the crates NAME-node and NAME-runtime, the chain ids NAME-dev
# and NAME-local, the chains' names, the name in the runtime's version, the variables, and the directory in ~/.cache that is
# built in. The present name is read from the crates, so that a renamed chain can be renamed again. The working tree has to be
# clean. Afterwards it has the change, formatted and with its lock file and its patches in stages/; nothing is committed. With the
# present NAME it only changes token and id.
#
#   --token SYMBOL  the token's symbol. If left out: the initials of NAME, or the first four letters of a single word; a symbol
#                   that was given another way before stays
#   --para-id N     the id on the relay chain of the local networks, from 1 to 4294967295; if left out it stays
#   --dry-run       only say what would change
#   --help          this text
#
# What was measured and CHANGELOG.md keep the old name, and so does "the template" where a page speaks of it.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
# What small letters are is nobody's opinion.
export LC_ALL=C

# What keeps its name: history, and the tests of this script, which have names of their own.
KEPT="CHANGELOG.md LICENSE docs/measurements scripts/rename.sh scripts/test-rename.sh"
# What nothing can be called in Rust.
KEYWORDS="abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl in
	let loop macro match mod move mut override priv pub ref return self static struct super trait true try type typeof unsafe
	unsized use virtual where while yield"
# A name that cargo and the node take, with what is put behind it.
LONGEST=50

# --- Names -----------------------------------------------------------------------------------------------------------

# The name that a crate of ours has, without its end: crate_name DIRECTORY END
crate_name() {
	sed -n "/^\[package\]/,/^\[/s/^name = \"\(.*\)-$2\"\$/\1/p" "$ROOT/$1/Cargo.toml"
}

# my-chain as people write it: My Chain
title() {
	awk -F - '{ for (i = 1; i <= NF; i++) $i = toupper(substr($i, 1, 1)) substr($i, 2); print }' <<<"$1"
}

symbol() {
	awk -F - '{ if (NF == 1) s = substr($1, 1, 4); else for (i = 1; i <= NF; i++) s = s substr($i, 1, 1); print toupper(substr(s, 1, 12)) }' <<<"$1"
}

# The value in a file, if it is there once: value FILE PATTERN, with parentheses around it
# shellcheck disable=SC2016 # for perl
value() {
	perl -0777 -ne 'BEGIN { $pattern = shift } @all = /$pattern/mg; print "$all[0]\n" if @all == 1' "$2" "$ROOT/$1"
}

check_name() {
	case "$1" in
		[!a-z]* | *[!a-z0-9-]* | *- | *--*)
			die "'$1' is no name for a crate: small letters, digits and single dashes, a letter first (my-chain)"
			;;
	esac
	[ "${#1}" -le "$LONGEST" ] || die "'$1' has more than $LONGEST characters"
	case " $(tr '\n\t' '  ' <<<"$KEYWORDS") " in *" $1 "*) die "'$1' is a keyword of Rust" ;; esac
	local crate
	for crate in "$1" "$1-node" "$1-runtime"; do
		! grep -qx "name = \"$crate\"" "$ROOT/Cargo.lock" || [ "${crate%-*}" = "$old" ] ||
			die "'$1' cannot be told apart from a dependency: Cargo.lock has the crate $crate"
	done
}

# --- Replacing -------------------------------------------------------------------------------------------------------

# The files that have names in them, of the worktree that this is called in, each with a NUL behind it.
named_files() {
	local kept=() path
	for path in $KEPT; do kept+=(":(exclude)$path"); done
	# Cargo's lock files have rules of their own; npm's say nothing of us, and two letters are in its hashes by chance.
	git grep -Ilz -e '' -- . "${kept[@]}" ':(exclude,glob)**/Cargo.lock' ':(exclude,glob)**/package-lock.json'
}

# names replace DIRECTORY: puts names, token and id into the files of a worktree. names find DIRECTORY: says FILE:LINE where the
# new name is already; the next rename could not tell one from the other.
# A name ends where no letter or digit follows. A single word is written alike with dashes and with underscores, so that what
# follows it decides.
# shellcheck disable=SC2016 # for perl
names() {
	(cd "$2" && named_files | OLD="$old" OLD_TITLE="$(title "$old")" NEW="$new" NEW_TITLE="$(title "$new")" \
		TOKEN="$token" PARA_ID="$para_id" xargs -0 perl -e '
		sub ways { my ($kebab, $title) = @_; (my $snake = $kebab) =~ tr/-/_/; ($kebab, $snake, uc $snake, $title) }
		sub any { my $ways = join "|", map quotemeta, @_; qr/(?<![A-Za-z0-9])(?:$ways)(?![A-Za-z0-9])/ }
		my @old = ways($ENV{OLD}, $ENV{OLD_TITLE});
		my @new = ways($ENV{NEW}, $ENV{NEW_TITLE});
		my %to;
		@to{reverse @old} = reverse @new;
		my ($was, $is) = (any(@old), any(@new));
		my $token = qr/((?:"tokenSymbol"\.into\(\), |enable_metadata_hash\()")[^"]*/;
		my $what = shift;
		for my $file (@ARGV) {
			open my $in, "<:raw", $file or die "$file: $!\n";
			my $text = my $before = join "", <$in>;
			if ($what eq "find") {
				$text =~ s/$was|$token//g;
				print "$file:", 1 + ($` =~ tr/\n//), "\n" if $text =~ /$is/;
				next;
			}
			$text =~ s/($was)(?=(_?))/$2 && $1 eq $old[0] ? $new[1] : $to{$1}/ge;
			$text =~ s/$token/$1$ENV{TOKEN}/g if $file =~ /\.rs$/;
			$text =~ s/^(pub const PARA_ID: u32 = )\d+/$1$ENV{PARA_ID}/m if $file =~ /\.rs$/;
			$text =~ s/^(\[\[parachains\]\]\nid = )\d+/$1$ENV{PARA_ID}/mg if $file =~ m{^zombienet/[^/]*\.toml$};
			next if $text eq $before;
			open my $out, ">:raw", $file or die "$file: $!\n";
			print $out $text;
			close $out or die "$file: $!\n";
		}
	' "$1")
}

# The crates in a lock file, and packages and lists in the order that cargo writes them in, or its next change would move them.
# shellcheck disable=SC2016 # for perl
relock() {
	OLD="$old" NEW="$new" perl -0777 -i -e '
		$_ = <>;
		my $ours = qr/\Q$ENV{OLD}\E-(node|runtime)/;
		/"$ours"/ or do { print; exit };
		s/"$ours"/"$ENV{NEW}-$1"/g;
		s{(?<=^dependencies = \[\n)(.*?)(?=^\])}{ join "", sort { name($a) cmp name($b) } split /^/m, $1 }gmse;
		my ($head, @packages) = split /^(?=\[\[package\]\]\n)/m;
		s/\n*\z/\n/ for @packages;
		print $head, join "\n", sort { name($a) cmp name($b) } @packages;
		sub name { $_[0] =~ /^(?:\[\[package\]\]\nname = | )"([^" ]*)/ ? $1 : die "no lock file: $_[0]" }
	' "$1"
}

# Names have lengths, and imports an order: rustfmt has its say in each workspace of a worktree.
reformat() {
	local manifest
	while IFS= read -r -d '' manifest; do
		(cd "$1/$(dirname "$manifest")" && cargo fmt --all) || die "$manifest: cargo fmt fails"
	done < <(git -C "$1" grep -lz -e '^\[workspace\]' -- ':(glob)**/Cargo.toml')
}

# --- The command line ------------------------------------------------------------------------------------------------

new="" token="" para_id="" dry=false
while [ $# -gt 0 ]; do
	case "$1" in
		--dry-run) dry=true ;;
		--token)
			[[ "${2:-}" =~ ^[A-Za-z][A-Za-z0-9]{0,11}$ ]] || die "--token needs a symbol of at most 12 letters and digits, not '${2:-}'"
			token="$2"
			shift
			;;
		--para-id)
			if [[ ! "${2:-}" =~ ^[1-9][0-9]{0,9}$ ]] || [ "$2" -gt 4294967295 ]; then
				die "--para-id needs a number from 1 to 4294967295, not '${2:-}'"
			fi
			para_id="$2"
			shift
			;;
		--help | -h)
			show_help
			exit 0
			;;
		-*) die "unknown argument '$1' (see --help)" ;;
		*)
			[ -z "$new" ] || die "one name, not '$new' and '$1'"
			[ -n "$1" ] || die "the name is empty"
			new="$1"
			;;
	esac
	shift
done
[ -n "$new" ] || die "what shall the chain be called? (see --help)"
need_cmd git "install it"
need_cmd perl "scripts/setup.sh installs it"
(cd "$ROOT" && cargo fmt --version) >/dev/null 2>&1 || die "cargo fmt is missing: scripts/setup.sh installs it"
# Called from a hook, git would go on with the hook's repository.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX GIT_OBJECT_DIRECTORY

old="$(crate_name node node)"
[ -n "$old" ] || die "node/Cargo.toml names no crate that ends in -node"
[ "$(crate_name runtime runtime)" = "$old" ] || die "runtime/Cargo.toml does not name the crate $old-runtime, as node/Cargo.toml has it"
check_name "$new"
[ "$(stage)" = phase-3 ] || die "this tree is $(stage): the chain is renamed on main, and the stages with it"
top="$(git -C "$ROOT" rev-parse --show-toplevel 2>/dev/null)" || top=""
[ "$top" = "$ROOT" ] || die "the chain is renamed in a git clone, which makes its stages"
[ -z "$(git -C "$ROOT" status --porcelain --untracked-files=normal)" ] || die "the working tree has changes: commit them, or put them away"

old_token="$(value node/src/chain_spec.rs '"tokenSymbol"\.into\(\), "(\w+)"')"
[ -n "$old_token" ] || die "node/src/chain_spec.rs does not set tokenSymbol once"
old_id="$(value runtime/src/genesis.rs '^pub const PARA_ID: u32 = (\d+);')"
[ -n "$old_id" ] || die "runtime/src/genesis.rs does not set PARA_ID once"
# Of the template, or of the name before. Another one was chosen.
if [ -z "$token" ]; then
	token="$old_token"
	case "$old_token" in UNIT | "$(symbol "$old")") [ "$new" = "$old" ] || token="$(symbol "$new")" ;; esac
fi
para_id="${para_id:-$old_id}"
[ "$new $token $para_id" != "$old $old_token $old_id" ] || die "the chain is called $old already, with that token and that id"
found="$(names find "$ROOT" | awk 'NR == 1')"
[ -z "$found" ] || die "'$new' is a word of the sources already, so that it could never be told apart again: $found"

# --- Renaming --------------------------------------------------------------------------------------------------------

# All of it in a clone, so that nothing is changed here unless all of it succeeds.
work="$(mktemp -d)"
work="$(cd "$work" && pwd -P)"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
clone="$work/clone"
stages() {
	CARGO_TARGET_DIR="$work/target" "$clone/scripts/stages.sh" "$@" >"$work/log" 2>&1
}
git -c core.hooksPath=/dev/null -c advice.detachedHead=false -c init.defaultBranch=main clone --quiet --no-local --no-tags --depth 1 "$ROOT" "$clone"
stages tag || die "$(tail -n 1 "$work/log")"
# The patches have to be of the stages as they are with the new name: renamed themselves, they would miss what rustfmt moves.
for name in $STAGES; do
	tree="$work/stages/$name"
	git -C "$clone" -c core.hooksPath=/dev/null worktree add --quiet --detach "$tree" "refs/tags/$name"
	names replace "$tree"
	while IFS= read -r -d '' lock; do relock "$tree/$lock"; done < <(git -C "$tree" ls-files -z -- ':(glob)**/Cargo.lock')
	reformat "$tree"
done
stages remake "$work/stages" || die "$(tail -n 1 "$work/log")"
stages check || die "the stages would not survive it: $(grep -m 1 '^FAILED' "$work/log" || tail -n 1 "$work/log")"
git -C "$clone" diff --binary --no-color --no-renames --no-ext-diff --no-textconv --src-prefix=a/ --dst-prefix=b/ HEAD >"$work/patch"

$dry || git -C "$ROOT" apply --whitespace=nowarn "$work/patch"

if [ "$new" = "$old" ]; then say "name:    $new, as before"; else say "name:    $old -> $new, $(title "$old") -> $(title "$new")"; fi
if [ "$token" = "$old_token" ]; then say "token:   $token, as before"; else say "token:   $old_token -> $token"; fi
if [ "$para_id" = "$old_id" ]; then say "para id: $para_id, as before"; else say "para id: $old_id -> $para_id"; fi
git -C "$ROOT" apply --stat "$work/patch"
if $dry; then
	say "nothing is changed: --dry-run"
else
	say "look at it with \`git diff\`, commit it, then \`scripts/setup.sh\` and \`scripts/test.sh --quick\`; where stages are tagged, \`scripts/stages.sh tag --force\`"
	[ "$new" = "$old" ] || say "the first build compiles everything: the target directory has the new name too, unless CARGO_TARGET_DIR is set"
fi
