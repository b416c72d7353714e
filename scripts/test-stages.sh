#!/usr/bin/env bash
# Tests scripts/stages.sh in scratch clones: git only, no build, with a stand-in for cargo where there would be one.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/test-stages.sh [--help]
#
# The clones are of the working tree with its changes. They have a target directory of their own.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
# shellcheck source=scripts/checks.sh
. "$ROOT/scripts/checks.sh"

only_help "$@"
[ "$(stage)" = phase-3 ] || die "this tree is $(stage): the stages are made of main"

work="$(mktemp -d)"
work="$(cd "$work" && pwd -P)"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
one="$work/one"
two="$work/two"
out="$work/out"
err="$work/err"

# --- The clones ------------------------------------------------------------------------------------------------------

# All of the tree, not the scripts alone: a change of stages/ may go with one of the runtime.
copy_tree "$one"
on_its_own "$work"
worktrees="$CARGO_TARGET_DIR/worktrees"

# With a commit before the last one, so that a shallow clone has less.
git -C "$one" init --quiet
git -C "$one" add --all -- scripts
git -C "$one" commit --quiet --message "before"
commit "$one" "main"
git clone --quiet --depth 1 "file://$one" "$two"

# Cargo as prove calls it: the tests fail where something is undone.
mkdir "$work/bin"
cat >"$work/bin/cargo" <<'END'
#!/usr/bin/env bash
git diff --quiet HEAD || { echo "test mod::notices ... FAILED"; exit 101; }
END
chmod +x "$work/bin/cargo"
export PATH="$work/bin:$PATH"

# --- What the tests are made of --------------------------------------------------------------------------------------

# stages CLONE ARGUMENT ..
stages() {
	local clone="$1"
	shift
	"$clone/scripts/stages.sh" "$@"
}

# What `list` says a stage's commit is: listed CLONE STAGE
listed() {
	stages "$1" list 2>/dev/null | awk -v stage="$2" '$1 == stage { print $2 }'
}

same() {
	[ -n "$1" ] && [ "$1" = "$2" ]
}

# Whether a directory is a clean worktree of a clone's stage: is_at DIRECTORY CLONE STAGE
is_at() {
	same "$(git -C "$1" rev-parse HEAD)" "$(listed "$2" "$3")" && [ -z "$(git -C "$1" status --porcelain)" ] &&
		grep -qx "stage = \"$3\"" "$1/Cargo.toml"
}

# Adds to the end of a line, given without its indentation: mark FILE LINE
mark() {
	LINE="$2" awk '{ text = $0; sub(/^[ \t]+/, "", text); if (text == ENVIRON["LINE"]) $0 = $0 " // marked"; print }' "$1" >"$work/marked"
	cat "$work/marked" >"$1"
}

# --- list, tag -------------------------------------------------------------------------------------------------------

refuses "stages.sh: no verb" "what shall it do" stages "$one"
refuses "stages.sh tag: an unknown option" "tag takes --force or nothing" stages "$one" tag --nope
refuses "stages.sh checkout: two stages as one" "unknown stage 'sync phase-1'" stages "$one" checkout "sync phase-1"
refuses "stages.sh checkout: a file" "is a file: name a directory" stages "$one" checkout sync "$one/LICENSE"
refuses "stages.sh checkout: an unknown stage" "unknown stage 'phase-4'" stages "$one" checkout phase-4
refuses "stages.sh edit: no stage" "edit needs a stage" stages "$one" edit
ends "stages.sh check: all is well" 0 " passed, 0 failed" stages "$one" check
ends "stages.sh list" 0 "none" stages "$one" list
check "stages.sh list: four rows" test "$(stages "$one" list | awk 'NR > 1 { print $1 }' | tr '\n' ' ')" = "$STAGES "
ends "stages.sh tag" 0 "$(listed "$one" sync)" stages "$one" tag
check "stages.sh tag: four tags" test "$(git -C "$one" tag | tr '\n' ' ')" = "phase-1 phase-2 phase-3 sync "
check "stages.sh tag: phase-3 is main" git -C "$one" diff --quiet HEAD phase-3
check "stages.sh tag: one stage is on top of the other" same "$(git -C "$one" rev-parse phase-3~3)" "$(listed "$one" sync)"
ends "stages.sh tag: in a shallow clone" 0 "this is a shallow clone" stages "$two" tag
for name in $STAGES; do
	check "stages.sh tag: $name is the same in both clones" \
		same "$(git -C "$one" rev-parse "$name")" "$(git -C "$two" rev-parse "$name")"
done
ends "stages.sh tag: again" 0 "$(listed "$one" phase-3)" stages "$one" tag
git -C "$one" tag --force phase-1 HEAD >/dev/null
refuses "stages.sh tag: one is elsewhere" "(phase-1 at $(git -C "$one" rev-parse HEAD | cut -c 1-12))" stages "$one" tag
check "stages.sh tag: it stays there" same "$(git -C "$one" rev-parse phase-1)" "$(git -C "$one" rev-parse HEAD)"
ends "stages.sh tag --force" 0 "$(listed "$one" phase-1)" stages "$one" tag --force
git -C "$one" tag --force sync "$(git -C "$one" rev-parse HEAD:LICENSE)" >/dev/null
refuses "stages.sh tag: one is of no commit" "tags are elsewhere (sync at" stages "$one" tag
stages "$one" tag --force >/dev/null
check "stages.sh tag --force: it is moved" same "$(git -C "$one" rev-parse phase-1)" "$(listed "$one" phase-1)"
echo changed >>"$one/LICENSE"
ends "stages.sh tag: a dirty tree" 0 "of the last commit, without them" stages "$one" tag
check "stages.sh tag: it is without the change" git -C "$one" diff --quiet HEAD phase-3
git -C "$one" checkout --quiet -- LICENSE

# --- checkout --------------------------------------------------------------------------------------------------------

sync="$worktrees/sync"
ends "stages.sh checkout" 0 "$sync" stages "$one" checkout sync
check "stages.sh checkout: its path is the last line" test "$(tail -n 1 "$out")" = "$sync"
check "stages.sh checkout: it is sync" is_at "$sync" "$one" sync
refuses "stages.sh: in a stage's worktree" "this tree is sync: the stages are made of main" "$sync/scripts/stages.sh" list
mkdir "$work/foreign"
echo mine >"$work/foreign/file"
refuses "stages.sh checkout: into somebody's directory" "no worktree of a clone" stages "$one" checkout sync "$work/foreign"
check "stages.sh checkout: all is there still" grep -qx mine "$work/foreign/file"
echo mine >"$sync/file"
refuses "stages.sh checkout: a worktree with changes" "$sync has changes" stages "$one" checkout sync
check "stages.sh checkout: they are there still" grep -qx mine "$sync/file"
rm "$sync/file"

# --- Two clones, one target directory --------------------------------------------------------------------------------

# Other stages than the first clone's, which has none of these commits.
echo changed >>"$two/LICENSE"
commit "$two" "another main"
for turn in 1 2; do
	for clone in "$two" "$one"; do
		ends "stages.sh checkout: ${clone##*/}'s turn, $turn" 0 "$sync" stages "$clone" checkout sync
		check "stages.sh checkout: it is ${clone##*/}'s sync, $turn" is_at "$sync" "$clone" sync
	done
done
stages "$two" checkout sync >/dev/null
echo mine >"$sync/file"
refuses "stages.sh checkout: another clone's changes" "$sync has changes" stages "$one" checkout sync
check "stages.sh checkout: the other clone has them still" grep -qx mine "$sync/file"
rm "$sync/file"
stages "$two" edit sync >/dev/null 2>&1
refuses "stages.sh edit: another clone's edit is there" "an edit of another clone, $two/.git" stages "$one" edit sync
refuses "stages.sh save: another clone's edit" "an edit of another clone, $two/.git" stages "$one" save sync
ends "stages.sh prove" 0 "notices" stages "$two" prove 1.1
cp "$out" "$work/table"
check "stages.sh prove: the table is kept" cmp -s "$work/table" "$CARGO_TARGET_DIR/prove/table"
check "stages.sh prove: its worktree is not" test ! -e "$worktrees/prove"
# As a prove that was killed leaves it.
git -C "$two" worktree add --quiet --detach "$worktrees/prove" phase-1
ends "stages.sh prove: in another clone's worktree" 0 "notices" stages "$one" prove 1.1
git -C "$two" worktree add --quiet --force --detach "$worktrees/prove" phase-1
rm -rf "$two"
ends "stages.sh prove: in a dead clone's worktree" 0 "notices" stages "$one" prove 1.1
check "stages.sh prove: nothing is left" test ! -e "$worktrees/prove"
ends "stages.sh checkout: a dead clone's worktree" 0 "of a clone that is gone" stages "$one" checkout sync
check "stages.sh checkout: it is made anew" is_at "$sync" "$one" sync
refuses "stages.sh edit: a dead clone's edit is there" "of a clone that is gone" stages "$one" edit sync
refuses "stages.sh save: a dead clone's edit" "of a clone that is gone" stages "$one" save sync
rm -rf "$worktrees/edit-sync"

# --- A patch that no longer fits -------------------------------------------------------------------------------------

# A line of main that only gives a hunk of phase-3 its place, and is in no other patch; the first of a hunk, so that git
# finds the place by the others.
read -r hunk line < <(awk '
	FILENAME == ARGV[1] { count[$0]++; next }
	FILENAME != ARGV[ARGC - 1] { count[substr($0, 2)] = 0; next }
	/^diff --git / { on = $3 == "a/runtime/src/lib.rs"; next }
	/^@@/ { hunk += on; first = 1; next }
	on && first && /^ ./ && count[substr($0, 2)] == 1 { print hunk, substr($0, 2); exit }
	{ first = 0 }
' "$one/runtime/src/lib.rs" "$one/stages/phase-1.patch" "$one/stages/phase-2.patch" "$one/stages/phase-3.patch") ||
	die "each hunk of phase-3 begins with a line that is in the other patches too: these tests need another one"
start="$(git -C "$one" rev-parse HEAD)"
# Nothing is to be set up here.
printf '%s\n' '#!/usr/bin/env bash' >"$one/scripts/setup.sh"
mark "$one/runtime/src/lib.rs" "$line"
commit "$one" "a line in a hunk is changed"
misfit="stages/phase-3.patch no longer fits: runtime/src/lib.rs @@ $hunk (step 3."
ends "stages.sh check: a patch that does not fit" 1 "$misfit" stages "$one" check
refuses "stages.sh tag: a patch that does not fit" "$misfit" stages "$one" tag
refuses "run.sh: a patch that does not fit" "$misfit" "$one/scripts/run.sh" sync --dev -- --rpc-port 1
refuses "stages.sh edit: of a stage that cannot be made yet" "first \`scripts/stages.sh edit phase-2\`" stages "$one" edit sync
ends "stages.sh edit: to mend the patch" 0 "make it phase-2" stages "$one" edit phase-2
ends "stages.sh save: the patch is mended" 0 "stages/phase-3.patch" stages "$one" save phase-2
ends "stages.sh check: it fits again" 0 " passed, 0 failed" stages "$one" check
git -C "$one" reset --quiet --hard "$start"

# --- edit, save ------------------------------------------------------------------------------------------------------

refuses "stages.sh save: there is no edit" "no edit of sync is under way" stages "$one" save sync
ends "stages.sh edit" 0 "$worktrees/edit-sync" stages "$one" edit sync
refuses "stages.sh edit: twice" "holds an edit" stages "$one" edit sync
refuses "stages.sh save: nothing is changed" "nothing is changed" stages "$one" save sync
mark "$worktrees/edit-sync/runtime/src/lib.rs" "$line"
check "stages.sh edit: the line is there" grep -qF "$line // marked" "$worktrees/edit-sync/runtime/src/lib.rs"
echo changed >>"$one/LICENSE"
refuses "stages.sh save: main has changed" "main has changed since" stages "$one" save sync
git -C "$one" checkout --quiet -- LICENSE
ends "stages.sh save" 0 "stages/phase-3.patch" stages "$one" save sync
check "stages.sh save: main has the change" grep -qF "$line // marked" "$one/runtime/src/lib.rs"
check "stages.sh save: the worktree is gone" test ! -e "$worktrees/edit-sync"
ends "stages.sh check: after save" 0 " passed, 0 failed" stages "$one" check
commit "$one" "a stage is changed"
ends "stages.sh tag --force: after save" 0 "$(listed "$one" sync)" stages "$one" tag --force
check "stages.sh tag: sync has the change" git -C "$one" grep -qF "$line // marked" sync -- runtime/src/lib.rs

# --- remake ----------------------------------------------------------------------------------------------------------

made="$work/made"
refuses "stages.sh remake: no directory" "remake takes one directory" stages "$one" remake
refuses "stages.sh remake: there is none" "there is no $made" stages "$one" remake "$made"
for name in sync phase-1 phase-2; do
	stages "$one" checkout "$name" "$made/$name" >/dev/null 2>&1
done
refuses "stages.sh remake: a stage is missing" "$made/phase-3 is no worktree" stages "$one" remake "$made"
stages "$one" checkout phase-3 "$made/phase-3" >/dev/null 2>&1
check "stages.sh remake: of what is there" stages "$one" remake "$made"
check "stages.sh remake: all is as it was" test -z "$(git -C "$one" status --porcelain)"
# A line that parts two changes of phase-3, and makes two hunks of one.
hunks() { grep -c '^@@' "$one/stages/phase-3.patch"; }
before="$(hunks)"
for name in $STAGES; do
	awk '{ print } /^\ttype Moment = u64;$/ { print "\t// marked" }' "$made/$name/runtime/src/lib.rs" >"$work/marked"
	cat "$work/marked" >"$made/$name/runtime/src/lib.rs"
done
ends "stages.sh remake" 0 "stages/phase-3.patch" stages "$one" remake "$made"
check "stages.sh remake: main has the change" grep -qx "$(printf '\t// marked')" "$one/runtime/src/lib.rs"
check "stages.sh remake: one hunk more" test "$(hunks)" -eq "$((before + 1))"
ends "stages.sh check: the map has the new numbers" 0 " passed, 0 failed" stages "$one" check

sum
