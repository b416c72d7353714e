#!/usr/bin/env bash
# What the tests of the scripts are made of: counting, running a command and judging how it ends. To be sourced.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# $out and $err are the files that a command's output goes to; the script that sources this says where they are.
# shellcheck disable=SC2154

passed=0
failures=0
# Whether the command is to be refused: then it says one line on stderr.
refusing=false

# Said by a script that has more to ask of every command, where the answer is bad.
aftermath() {
	:
}

ok() {
	passed=$((passed + 1))
	say "ok      $1"
}

not_ok() {
	failures=$((failures + 1))
	say "FAILED  $1: $2"
	sed 's/^/        stdout: /' "$out" | tail -n 20
	sed 's/^/        stderr: /' "$err" | tail -n 20
}

# check NAME COMMAND ..: it succeeds.
check() {
	local name="$1"
	shift
	: >"$out" && : >"$err"
	if "$@"; then ok "$name"; else not_ok "$name" "it is not so: $*"; fi
}

# ends NAME CODE TEXT COMMAND ..: it exits with CODE, and says TEXT.
ends() {
	local name="$1" want="$2" text="$3" code=0 problem=""
	shift 3
	"$@" >"$out" 2>"$err" </dev/null || code=$?
	if [ "$code" != "$want" ]; then
		problem="exit code $code instead of $want"
	elif $refusing && [ "$(wc -l <"$err")" -ne 1 ]; then
		problem="not one line on stderr"
	elif $refusing && ! grep -qF -- "$text" "$err"; then
		problem="stderr lacks: $text"
	elif ! grep -qF -- "$text" "$out" "$err"; then
		problem="it doesn't say: $text"
	else
		problem="$(aftermath)"
	fi
	if [ -z "$problem" ]; then ok "$name"; else not_ok "$name" "$problem"; fi
}

# refuses NAME TEXT COMMAND ..: it fails, and says one line with TEXT on stderr.
refuses() {
	refusing=true
	ends "$1" 1 "${@:2}"
	refusing=false
}

# The closing line, which scripts/test.sh adds up.
sum() {
	say "$passed passed, $failures failed"
	[ "$failures" = 0 ]
}

# A script in place of a program: stand_in PATH, with its text on stdin
stand_in() {
	{
		echo '#!/usr/bin/env bash'
		cat
	} >"$1"
	chmod +x "$1"
}

# Called from a hook, git would go on with the hook's repository.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX GIT_OBJECT_DIRECTORY

# All of the tree with its changes, not what the last commit has: copy_tree DIRECTORY
copy_tree() {
	local index="$1.index"
	GIT_INDEX_FILE="$index" git -C "$ROOT" read-tree HEAD
	GIT_INDEX_FILE="$index" git -C "$ROOT" add --all .
	GIT_INDEX_FILE="$index" git -C "$ROOT" checkout-index --all --prefix="$1/"
	rm -f "$index"
}

# From here on nothing is the user's but the toolchain: what git is configured to do does not count. on_its_own DIRECTORY
on_its_own() {
	export CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}"
	export HOME="$1" XDG_CONFIG_HOME="$1/config" GIT_CONFIG_NOSYSTEM=1 CARGO_TARGET_DIR="$1/target"
	export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost
}

# commit CLONE MESSAGE
commit() {
	git -C "$1" add --all .
	git -C "$1" commit --quiet --message "$2"
}
