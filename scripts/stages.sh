#!/usr/bin/env bash
# Makes the stages of the migration out of main and stages/*.patch, and keeps the patches right.
# The same in every stage.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/stages.sh list
#        scripts/stages.sh tag [--force]
#        scripts/stages.sh checkout STAGE [DIRECTORY]
#        scripts/stages.sh check
#        scripts/stages.sh edit STAGE
#        scripts/stages.sh save [STAGE]
#        scripts/stages.sh remake DIRECTORY
#        scripts/stages.sh build [STAGE ...]
#        scripts/stages.sh test [STAGE ...]
#        scripts/stages.sh prove [STEP ...]
#
# Main is phase-3. The stages before it, phase-2, phase-1 and sync, are main with the patches taken back. They are commits
# that hang on no history; the same main gives the same commits in every clone, a shallow one too.
#
#   list      the stages' commits, and the files and lines each phase changes
#   tag       tags the commits as sync, phase-1, phase-2 and phase-3; with --force also where a tag is elsewhere now
#   checkout  a worktree of a stage, below the target directory if no other is named; its path is the last line
#   check     everything that must be true of the patches; of the working tree, where it differs from the last commit
#   edit      a worktree to change a stage in; or, where a patch no longer applies, to make the stage before it anew
#   save      carries the change through the later stages and writes patches, main's files and the diffs in docs/guide;
#             without STAGE only those diffs
#   remake    writes patches, main's files and those diffs from all stages at once: DIRECTORY has a worktree of each, by its
#             name, as scripts/rename.sh makes them
#   build     builds the stages named, or all, each in its worktree, and keeps node and runtime in stages/STAGE below the
#             target directory, from where scripts/run.sh STAGE runs them; what is the same as there is not built again.
#             The rest of the target directory is of the stage that was built last, afterwards
#   test      format, build, clippy and tests of the stages named, or of all but main's own, which scripts/test.sh tests
#   prove     undoes each step alone, or the ones named, and shows which test or build error notices it; the table and
#             what the runs said is kept in prove, below the target directory
#   --help    this text
#
# tag, checkout, list, build, test and prove are of the last commit, and say so where the working tree differs.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

PHASES="phase-1 phase-2 phase-3"
# What the guide numbers. A patch's header says of each what became of it.
STEPS="1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 2.1 2.2 2.3 2.4 2.5 2.6 3.1 3.2 3.3 3.4 3.5 3.6"
# How many lines a patch may change, without those of a file that it deletes.
MAXIMUM_LINES=150
WORKTREES="$CARGO_TARGET_DIR/worktrees"
# What a stage's binaries are made of.
COMPILED="runtime node pallets zombienet/relay zombienet/observer Cargo.toml Cargo.lock rust-toolchain.toml"
RUNTIME_WASM="$RELEASE/wbuild/parachain-template-runtime/parachain_template_runtime.compact.compressed.wasm"

# --- Git -------------------------------------------------------------------------------------------------------------

# Called from a hook, git would go on with the hook's repository.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX GIT_OBJECT_DIRECTORY
# The commits are the same whoever makes them.
export GIT_AUTHOR_NAME=stages GIT_AUTHOR_EMAIL=stages@localhost
export GIT_COMMITTER_NAME=stages GIT_COMMITTER_EMAIL=stages@localhost

# Git in a directory, without what a user's configuration could change.
git_in() {
	local dir="$1"
	shift
	git -C "$dir" -c core.hooksPath=/dev/null -c core.attributesFile=/dev/null -c core.quotePath=true -c core.editor=true \
		-c commit.gpgSign=false -c i18n.commitEncoding=UTF-8 -c rerere.enabled=false -c apply.ignoreWhitespace=no \
		-c diff.indentHeuristic=true -c advice.detachedHead=false "$@"
}

main_git() {
	git_in "$ROOT" "$@"
}

# With an index of our own: neither the user's nor the working tree is touched.
index_git() {
	GIT_INDEX_FILE="$work/index" git_in "$ROOT" "$@"
}

note() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

short() {
	printf '%.12s' "$1"
}

# --- Stages and trees ------------------------------------------------------------------------------------------------

stage_before() {
	case "$1" in
		phase-3) say phase-2 ;;
		phase-2) say phase-1 ;;
		phase-1) say sync ;;
	esac
}

stage_after() {
	case "$1" in
		sync) say phase-1 ;;
		phase-1) say phase-2 ;;
		phase-2) say phase-3 ;;
	esac
}

# The stage that a tree says it is.
stage_of() {
	main_git cat-file blob "$1:Cargo.toml" | sed -n '/^\[workspace\.metadata\]/,/^\[/s/^stage *= *"\([^"]*\)".*/\1/p'
}

head_tree() {
	main_git rev-parse --verify --quiet 'HEAD^{tree}' || die "this clone has no commit yet"
}

# The working tree as it is, as a tree object.
working_tree() {
	# Of a command in $(..) set -e is off.
	index_git read-tree HEAD && index_git add --all . && index_git write-tree
}

say_if_dirty() {
	[ "$(working_tree)" = "$(main_git rev-parse 'HEAD^{tree}')" ] || note "the working tree has changes; this is of the last commit, without them"
}

# The tree that a patch makes of a tree: patched TREE PATCH [-R]
patched() {
	index_git read-tree "$1" || return
	index_git apply --cached --whitespace=nowarn ${3:+"$3"} "$2" 2>"$work/apply-errors" || return 1
	index_git write-tree
}

# The trees of all stages from main's, in $work/STAGE.tree. Where a patch cannot be taken back: fails, with $broken as the
# phase it belongs to.
derive() {
	local tree="$1" phase stage
	broken=""
	stage="$(stage_of "$tree")"
	[ "$stage" = phase-3 ] || die "this tree is ${stage:-no stage}: the stages are made of main, which is phase-3"
	for phase in $PHASES; do
		main_git cat-file blob "$tree:stages/$phase.patch" >"$work/$phase.patch" 2>/dev/null ||
			die "there is no stages/$phase.patch"
	done
	say "$tree" >"$work/phase-3.tree"
	for phase in phase-3 phase-2 phase-1; do
		if ! tree="$(patched "$tree" "$work/$phase.patch" -R)"; then
			broken="$phase"
			return 1
		fi
		say "$tree" >"$work/$(stage_before "$phase").tree"
	done
}

derive_or_die() {
	derive "$1" || die "$(broken_text); \`scripts/stages.sh edit $(stage_before "$broken")\` mends it"
}

broken_text() {
	say "stages/$broken.patch no longer fits: $(misfits "$broken" "$(cat "$work/$broken.tree")" -R)"
}

# The text of a stage's commit: what its patch says about itself.
commit_text() {
	if [ "$1" = sync ]; then
		say "sync: the chain before the migration"
		say ""
		say "Synchronous backing: a block every 12 s, each on top of a block that the relay chain has included."
	else
		header "$work/$1.patch"
	fi
}

# commit_stage STAGE TREE [PARENT]
commit_stage() {
	local minute
	case "$1" in sync) minute=0 ;; *) minute="${1#phase-}" ;; esac
	commit_text "$1" >"$work/message"
	GIT_AUTHOR_DATE="2024-01-01T00:0$minute:00Z" GIT_COMMITTER_DATE="2024-01-01T00:0$minute:00Z" \
		main_git commit-tree "$2" ${3:+-p "$3"} -F "$work/message"
}

# The commits of all stages, in $work/STAGE.commit, from sync on by applying the patches.
make_commits() {
	local stage tree parent=""
	derive_or_die "$1"
	tree="$(cat "$work/sync.tree")"
	for stage in $STAGES; do
		if [ "$stage" != sync ]; then
			tree="$(patched "$tree" "$work/$stage.patch")" || die "stages/$stage.patch does not apply to what it was taken back from"
		fi
		[ "$tree" = "$(cat "$work/$stage.tree")" ] || die "stages/$stage.patch does not lead back to $stage"
		parent="$(commit_stage "$stage" "$tree" "$parent")"
		say "$parent" >"$work/$stage.commit"
	done
}

commit_of() {
	cat "$work/$1.commit"
}

# --- Patches ---------------------------------------------------------------------------------------------------------

# What stands before the diff, without empty lines at its end.
header() {
	awk '/^diff --git / { exit } /^$/ { empty++; next } { while (empty > 0) { print ""; empty-- } print }' "$1"
}

# The map in a patch's header: a line with STEP FILE HUNK FROM TO for each part of a hunk, the changed lines of a hunk being
# counted from 1, and a line with STEP alone for a step that has no lines.
read_map() {
	awk '
		/^diff --git / { exit }
		!/^step / { next }
		{
			step = $2
			sub(/:$/, "", step)
			if ($4 != "@@") { print step; next }
			file = $3
			sub(/^.* @@ */, "")
			count = split($0, refs, /, */)
			for (i = 1; i <= count; i++) {
				parts = split(refs[i], part, ":")
				from = 1
				to = 99999
				if (parts == 2) {
					ends = split(part[2], range, "-")
					from = range[1]
					to = range[ends]
				}
				print step, file, part[1], from, to
			}
		}
	' "$1"
}

# read_patch lines PATCH: FILE, HUNK, LINE and the text of each changed line, with tabs between.
# read_patch part PATCH PARTS: a patch of some parts alone, each FILE:HUNK:FROM:TO, that can be taken back from the stage
# to which the whole patch leads. read_patch show PATCH PARTS: the same for people.
read_patch() {
	awk -v what="$1" -v wanted="${3:-}" '
		function is_wanted(line, i, part) {
			for (i = 1; i <= count; i++) {
				split(parts[i], part, ":")
				if (part[1] == file && part[2] == hunk && line >= part[3] && line <= part[4]) return 1
			}
			return 0
		}
		# Without what is not wanted: lines that the patch adds are there, lines that it removes are not.
		function put_hunk(i, size, first, last, old, new, from) {
			size = first = last = changed = 0
			for (i = 1; i <= lines; i++) {
				sign = substr(text[i], 1, 1)
				if (sign != " " && !is_wanted(++changed)) {
					if (sign == "-") continue
					text[i] = " " substr(text[i], 2)
					sign = " "
				}
				kept[++size] = text[i]
				if (sign != " ") {
					if (!first) first = size
					last = size
				}
			}
			if (!first) return
			from = first > 3 ? first - 3 : 1
			if (last + 3 < size) size = last + 3
			old = new = 0
			for (i = from; i <= size; i++) {
				sign = substr(kept[i], 1, 1)
				if (sign != "+") old++
				if (sign != "-") new++
			}
			if (what == "show") {
				if (deletion != "") {
					print "@@ " file " @@ deleted, " size " lines"
					return
				}
				print "@@ " file " @@" heading
			} else {
				if (file != last_file) {
					printf "diff --git a/%s b/%s\n%s--- a/%s\n", file, file, deletion, file
					print "+++ " (deletion == "" ? "b/" file : "/dev/null")
				}
				printf "@@ -%d,%d +%d,%d @@%s\n", old_start + from - 1, old, new_start + from - 1, new, heading
				last_file = file
			}
			for (i = from; i <= size; i++) print kept[i]
		}
		BEGIN { count = split(wanted, parts, " ") }
		old_left <= 0 && new_left <= 0 && /^diff --git a\// { file = substr($3, 3); hunk = 0; deletion = ""; next }
		old_left <= 0 && new_left <= 0 && /^deleted file mode / { deletion = $0 "\n"; next }
		old_left <= 0 && new_left <= 0 && /^@@ -/ && file != "" {
			hunk++
			lines = changed = 0
			old_left = split(substr($2, 2), range, ",") == 2 ? range[2] : 1
			old_start = range[1]
			new_left = split(substr($3, 2), range, ",") == 2 ? range[2] : 1
			new_start = range[1]
			heading = $0
			sub(/^@@ [^@]* @@/, "", heading)
			next
		}
		old_left > 0 || new_left > 0 {
			sign = substr($0, 1, 1)
			if (sign == "\\") next
			if (sign != "+") old_left--
			if (sign != "-") new_left--
			text[++lines] = $0
			if (what == "lines") {
				if (sign != " ") printf "%s\t%d\t%d\t%s\n", file, hunk, ++changed, $0
			} else if (old_left <= 0 && new_left <= 0) {
				put_hunk()
			}
		}
	' "$2"
}

# The steps of a phase that have lines.
steps_of() {
	read_map "$work/$1.patch" | awk 'NF == 5 && !seen[$1]++ { printf "%s ", $1 }'
}

# The header of a patch, for the same changed lines in another patch, where they may be in hunks of other numbers. The same
# means as many in each file, removed and added in the same order: otherwise nobody but the author knows the map, and the
# header stays as it is. renumbered PATCH OTHER-PATCH
renumbered() {
	read_patch lines "$1" >"$work/lines"
	read_patch lines "$2" >"$work/other-lines"
	header "$1" >"$work/old-header"
	awk '
		FILENAME != ARGV[3] {
			split($0, field, "\t")
			sign = field[1] SUBSEP substr(field[4], 1, 1)
			if (FILENAME == ARGV[1]) {
				signs[++lines] = sign
				file[lines] = field[1]; hunk[lines] = field[2]; line[lines] = field[3]
			} else {
				if (signs[++others] != sign) differ = 1
				new_hunk[others] = field[2]; new_line[others] = field[3]
				size[field[1], field[2]] = field[3]
			}
			next
		}
		differ || lines != others || !/^step / || $4 != "@@" { print; next }
		{
			text = $0
			sub(/@@ .*$/, "@@", text)
			name = $3
			sub(/^.* @@ */, "")
			count = split($0, refs, /, */)
			split("", mine)
			for (i = 1; i <= count; i++) {
				parts = split(refs[i], part, ":")
				ends = parts == 2 ? split(part[2], range, "-") : 0
				for (j = 1; j <= lines; j++) {
					if (file[j] != name || hunk[j] != part[1]) continue
					if (!ends || (line[j] >= range[1] && line[j] <= range[ends])) mine[j] = 1
				}
			}
			new = ""
			for (j = 1; j <= lines; j++) {
				if (!(j in mine)) continue
				from = to = new_line[j]
				while ((j + 1) in mine && file[j + 1] == name && new_hunk[j + 1] == new_hunk[j]) to = new_line[++j]
				new = new (new == "" ? " " : ", ") new_hunk[j]
				if (from != 1 || to != size[name, new_hunk[j]]) new = new ":" from (from == to ? "" : "-" to)
			}
			print text new
		}
	' "$work/lines" "$work/other-lines" "$work/old-header"
}

# The parts that belong to steps, as read_patch takes them: parts_of PATCH STEP ...
parts_of() {
	local patch="$1"
	shift
	read_map "$patch" | awk -v steps=" $* " 'NF == 5 && index(steps, " " $1 " ") { print $2 ":" $3 ":" $4 ":" $5 }' | tr '\n' ' '
}

# The hunks that do not fit a tree, each with its steps, on one line: misfits PHASE TREE [-R]
misfits() {
	local file hunk steps list=""
	index_git read-tree "$2"
	while read -r file hunk; do
		read_patch part "$work/$1.patch" "$file:$hunk:1:99999" >"$work/hunk.patch"
		if ! index_git apply --cached --check --whitespace=nowarn ${3:+"$3"} "$work/hunk.patch" 2>/dev/null; then
			steps="$(read_map "$work/$1.patch" | awk -v file="$file" -v hunk="$hunk" \
				'$2 == file && $3 == hunk && !seen[$1]++ { list = list (list == "" ? "" : ", ") $1 } END { print list }')"
			list="$list; $file @@ $hunk (step ${steps:-unknown})"
		fi
	done < <(read_patch lines "$work/$1.patch" | awk -F '\t' '!seen[$1, $2]++ { print $1, $2 }')
	[ -n "$list" ] || list="; $(head -n 1 "$work/apply-errors")"
	say "${list#; }"
}

# The difference between two trees or commits as a patch has it: no ids of files, so that it only changes where they do.
diff_trees() {
	main_git diff-tree -p -U3 --no-color --no-renames --no-ext-diff --no-textconv --diff-algorithm=myers \
		--src-prefix=a/ --dst-prefix=b/ "$1" "$2" | sed '/^index /d'
}

# --- The pages of the guide ------------------------------------------------------------------------------------------

# A page with the diffs as they should be. They stand between `<!-- step STEP ... -->` and `<!-- end -->`.
make_page() {
	local steps phase
	rm -rf "$work/blocks"
	mkdir "$work/blocks"
	while read -r steps; do
		phase="phase-${steps%%.*}"
		[ -f "$work/$phase.patch" ] || { note "$1: there is no step $steps"; return 1; }
		# shellcheck disable=SC2086 # a list
		read_patch show "$work/$phase.patch" "$(parts_of "$work/$phase.patch" $steps)" >"$work/blocks/$steps"
		[ -s "$work/blocks/$steps" ] || { note "$1: step $steps has no lines in stages/$phase.patch"; return 1; }
	done < <(sed -n 's/^<!-- step \(.*\) -->$/\1/p' "$1")
	awk -v blocks="$work/blocks/" -v page="$1" '
		/^<!-- step .* -->$/ {
			if (skip) exit 1
			print
			steps = $0
			sub(/^<!-- step /, "", steps)
			sub(/ -->$/, "", steps)
			print "```diff"
			while ((getline line < (blocks steps)) > 0) print line
			close(blocks steps)
			print "```"
			skip = 1
			next
		}
		/^<!-- end -->$/ { skip = 0 }
		!skip { print }
		END { if (skip) exit 1 }
	' "$1" || { note "$1: a step's diff has no <!-- end -->"; return 1; }
}

# Makes all pages anew, from the patches in $work.
write_pages() {
	local page
	for page in "$ROOT"/docs/guide/*.md; do
		[ -f "$page" ] || continue
		make_page "$page" >"$work/page" || die "the pages before it are written, this one is not"
		cmp -s "$work/page" "$page" || { cat "$work/page" >"$page"; say "docs/guide/$(basename "$page")"; }
	done
}

# --- Worktrees -------------------------------------------------------------------------------------------------------

# Clones share the target directory and the worktrees in it: one that is there may be this clone's, another's, or of a clone
# that is gone. Then its .git names a directory that is not there.
is_orphan() {
	[ -f "$1/.git" ] && ! (cd "$1" && cd "$(sed -n 's/^gitdir: //p' .git)") 2>/dev/null
}

# A clean worktree of a commit: worktree DIRECTORY COMMIT
worktree() {
	local dir="$1" commit="$2" top
	if [ -e "$dir" ]; then
		[ -d "$dir" ] || die "$dir is a file: name a directory"
		dir="$(cd "$dir" && pwd -P)"
		# Elsewhere it is the user's to remove.
		if [ "$(dirname "$dir")" -ef "$WORKTREES" ] && is_orphan "$dir"; then
			note "$dir is of a clone that is gone: it is made anew"
			rm -rf "$dir"
			mkdir "$dir"
		fi
		top="$(git_in "$dir" rev-parse --show-toplevel 2>/dev/null)" || top=""
		if [ -n "$(ls -A "$dir")" ]; then
			if [ "$top" != "$dir" ] || [ ! -f "$dir/.git" ]; then
				die "$dir is there and no worktree of a clone: remove it, or name another directory"
			fi
			[ -z "$(git_in "$dir" status --porcelain --untracked-files=normal)" ] || die "$dir has changes: save them elsewhere, or remove it"
			if [ "$(git_in "$dir" rev-parse HEAD)" = "$commit" ]; then
				return
			fi
			if git_in "$dir" symbolic-ref --quiet HEAD >/dev/null ||
				[ "$(git_in "$dir" show -s --format=%ce HEAD)" != "$GIT_COMMITTER_EMAIL" ]; then
				die "$dir has commits of its own: name another directory"
			fi
			if git_in "$dir" cat-file -e "$commit" 2>/dev/null; then
				git_in "$dir" checkout --quiet --detach "$commit"
				return
			fi
			# Another clone's, and nothing in it that isn't in that clone, which makes it anew in the same way.
			rm -rf "$dir"
		fi
	fi
	mkdir -p "$(dirname "$dir")"
	main_git worktree add --quiet --force --detach "$dir" "$commit" >&2
}

# Whatever is in it. Git removes only this clone's.
remove_worktree() {
	main_git worktree remove --force "$1" 2>/dev/null || rm -rf "$1"
}

# --- list, tag, checkout ---------------------------------------------------------------------------------------------

# Files, lines added and lines removed.
size_of() {
	read_patch lines "$1" | awk -F '\t' '
		!seen[$1]++ { files++ }
		substr($4, 1, 1) == "+" { added++ }
		substr($4, 1, 1) == "-" { removed++ }
		END { printf "%d %d %d\n", files, added, removed }'
}

# A tag may also be of something that is no commit.
tag_commit() {
	main_git rev-parse --verify --quiet "refs/tags/$1^{commit}" 2>/dev/null ||
		main_git rev-parse --verify --quiet "refs/tags/$1" || true
}

list_stages() {
	local tree stage files added removed tag
	say_if_dirty
	tree="$(head_tree)"
	make_commits "$tree"
	printf '%-8s  %-40s  %5s  %6s  %6s  %s\n' stage commit files lines+ lines- tag
	for stage in $STAGES; do
		files=- added=- removed=-
		[ "$stage" = sync ] || read -r files added removed < <(size_of "$work/$stage.patch")
		tag="$(tag_commit "$stage")"
		case "$tag" in
			"") tag=none ;;
			"$(commit_of "$stage")") tag=here ;;
			*) tag="at $(short "$tag")" ;;
		esac
		printf '%-8s  %-40s  %5s  %6s  %6s  %s\n' "$stage" "$(commit_of "$stage")" "$files" "$added" "$removed" "$tag"
	done
}

tag_stages() {
	local force="$1" tree stage tag elsewhere=""
	say_if_dirty
	[ "$(main_git rev-parse --is-shallow-repository)" != true ] ||
		note "this is a shallow clone, which is enough: the stages hang on no history"
	tree="$(head_tree)"
	make_commits "$tree"
	for stage in $STAGES; do
		tag="$(tag_commit "$stage")"
		[ -z "$tag" ] || [ "$tag" = "$(commit_of "$stage")" ] || elsewhere="$elsewhere, $stage at $(short "$tag")"
	done
	[ -z "$elsewhere" ] || $force ||
		die "nothing is tagged, as tags are elsewhere (${elsewhere#, }): \`scripts/stages.sh tag --force\` moves them"
	for stage in $STAGES; do
		[ "$(tag_commit "$stage")" = "$(commit_of "$stage")" ] || say "update refs/tags/$stage $(commit_of "$stage")"
	done | main_git update-ref --stdin 2>"$work/tag-errors" || die "nothing is tagged: $(head -n 1 "$work/tag-errors")"
	for stage in $STAGES; do
		printf '%-8s  %s\n' "$stage" "$(commit_of "$stage")"
	done
}

checkout_stage() {
	local stage="$1" dir="${2:-$WORKTREES/$1}" tree
	case "$dir" in /*) ;; *) dir="$PWD/$dir" ;; esac
	say_if_dirty
	tree="$(head_tree)"
	make_commits "$tree"
	worktree "$dir" "$(commit_of "$stage")"
	dir="$(cd "$dir" && pwd -P)"
	say "$dir"
}

# --- check -----------------------------------------------------------------------------------------------------------

allowed_files() {
	case "$1" in
		phase-2) say "Cargo.toml node/src/basic.rs node/src/main.rs node/src/service.rs" ;;
		*) say "Cargo.toml runtime/Cargo.toml runtime/src/lib.rs" ;;
	esac
}

# What a patch changes and should not.
other_files() {
	local file allowed
	allowed="$(allowed_files "$1")"
	main_git diff-tree -r --name-only "$(cat "$work/$(stage_before "$1").tree")" "$(cat "$work/$1.tree")" | while read -r file; do
		case " $allowed " in *" $file "*) ;; *) say "it changes $file" ;; esac
	done | summary
}

passed=0
failures=0

ok() {
	passed=$((passed + 1))
	say "ok      $1"
}

not_ok() {
	failures=$((failures + 1))
	say "FAILED  $1: $2"
}

# verdict NAME PROBLEM
verdict() {
	if [ -z "$2" ]; then ok "$1"; else not_ok "$1" "$2"; fi
}

# The first line of standard input, and how many there are besides.
summary() {
	awk 'NR == 1 { first = $0 } END { if (NR > 1) first = first ", and " NR - 1 " more"; if (NR) print first }'
}

# Parts of the map that name no line, lines that no step names, lines that two steps name.
map_problems() {
	read_map "$work/$1.patch" >"$work/map"
	read_patch lines "$work/$1.patch" >"$work/lines"
	awk '
		FILENAME == ARGV[1] {
			if (NF == 5) { step[++count] = $1; file[count] = $2; hunk[count] = $3; from[count] = $4; to[count] = $5 }
			next
		}
		{
			split($0, field, "\t")
			owner = ""
			for (i = 1; i <= count; i++) {
				if (file[i] != field[1] || hunk[i] != field[2] || field[3] < from[i] || field[3] > to[i]) continue
				if (owner != "") print field[1] " @@ " field[2] ":" field[3] " belongs to the steps " owner " and " step[i]
				owner = step[i]
				used[i] = 1
				if (field[3] > last[i]) last[i] = field[3]
			}
			if (owner == "") print field[1] " @@ " field[2] ":" field[3] " belongs to no step: " field[4]
		}
		END {
			for (i = 1; i <= count; i++) {
				if (!used[i]) print "step " step[i] " names " file[i] " @@ " hunk[i] ", where it has no line"
				else if (to[i] < 99999 && last[i] < to[i]) print "step " step[i] " names " file[i] " @@ " hunk[i] ":" to[i] ", which is not there"
			}
		}
	' "$work/map" "$work/lines" | summary
}

# A step of the guide may be told in parts: 1.4a, 1.4b.
missing_steps() {
	local step
	for step in $STEPS; do
		[ "phase-${step%%.*}" = "$1" ] || continue
		read_map "$work/$1.patch" | awk -v step="$step" '
			{ sub(/[a-z]$/, "", $1) }
			$1 == step { found = 1 }
			END { if (!found) print "the header says nothing of step " step }'
	done | summary
}

lines_problem() {
	local deleted
	deleted="$(awk '/^diff --git / { file = substr($3, 3) } /^deleted file mode / { print file }' "$work/$1.patch" | xargs)"
	read_patch lines "$work/$1.patch" | awk -F '\t' -v deleted=" $deleted " -v most="$MAXIMUM_LINES" '
		!index(deleted, " " $1 " ") { lines++ }
		END { if (lines > most) print lines " are more than " most }'
}

stage_line_problem() {
	local found
	found="$(read_patch lines "$work/$1.patch" | awk -F '\t' '$1 == "Cargo.toml" { print $4 }')"
	[ "$found" = "-stage = \"$(stage_before "$1")\"
+stage = \"$1\"" ] || say "in Cargo.toml it has to change the stage's name from $(stage_before "$1") to $1 and nothing else"
}

unshown_steps() {
	local step
	for step in $(steps_of "$1"); do
		case "$step" in *.stage) continue ;; esac
		case " $(sed -n 's/^<!-- step \(.*\) -->$/\1/p' "$ROOT"/docs/guide/*.md | tr '\n' ' ')" in
			*" $step "*) ;;
			*) say "no page shows step $step" ;;
		esac
	done | summary
}

check() {
	local tree phase stage problem page
	tree="$(working_tree)"
	[ "$tree" = "$(head_tree)" ] || note "the working tree has changes; this is of the working tree"
	if ! derive "$tree"; then
		not_ok "the patches can be taken back from main" "$(broken_text); \`scripts/stages.sh edit $(stage_before "$broken")\` mends it"
		say "$passed passed, $failures failed"
		return 1
	fi
	ok "the patches can be taken back from main"
	tree="$(cat "$work/sync.tree")"
	for phase in $PHASES; do
		tree="$(patched "$tree" "$work/$phase.patch")" || tree=none
		problem=""
		[ "$tree" = "$(cat "$work/$phase.tree")" ] || problem="it leads elsewhere than it was taken back from"
		verdict "$phase.patch applies to $(stage_before "$phase")" "$problem"
		[ -z "$problem" ] || tree="$(cat "$work/$phase.tree")"
	done
	problem=""
	[ "$tree" = "$(working_tree)" ] || problem="they differ"
	verdict "phase-3 is main" "$problem"
	for stage in $STAGES; do
		problem=""
		[ "$(stage_of "$(cat "$work/$stage.tree")")" = "$stage" ] || problem="it says it is $(stage_of "$(cat "$work/$stage.tree")")"
		verdict "$stage names itself" "$problem"
		problem=""
		[ "$(main_git rev-parse "$(cat "$work/$stage.tree"):Cargo.lock")" = "$(main_git rev-parse "$(cat "$work/phase-3.tree"):Cargo.lock")" ] ||
			problem="it differs"
		verdict "$stage has main's Cargo.lock" "$problem"
		problem=""
		[ -f "$ROOT/zombienet/$stage.toml" ] || problem="there is no zombienet/$stage.toml"
		verdict "$stage has a network" "$problem"
	done
	for phase in $PHASES; do
		problem="$(other_files "$phase")"
		verdict "$phase.patch changes the guide's files only" "${problem:-$(stage_line_problem "$phase")}"
		problem="$(lines_problem "$phase")"
		verdict "$phase.patch changes at most $MAXIMUM_LINES lines" "$problem"
		verdict "$phase.patch maps every line to a step" "$(map_problems "$phase")"
		verdict "$phase.patch has all steps of the guide" "$(missing_steps "$phase")"
		verdict "docs/guide shows the steps of $phase" "$(unshown_steps "$phase")"
	done
	for page in "$ROOT"/docs/guide/*.md; do
		[ -f "$page" ] || continue
		if ! make_page "$page" >"$work/page" 2>"$work/page-problem"; then
			problem="$(cat "$work/page-problem")"
		else
			problem=""
			cmp -s "$work/page" "$page" || problem="it differs; \`scripts/stages.sh save\` writes it anew"
		fi
		verdict "docs/guide/$(basename "$page") has the patches' diffs" "$problem"
	done
	say "$passed passed, $failures failed"
	[ "$failures" = 0 ]
}

# --- edit, save ------------------------------------------------------------------------------------------------------

# What an edit is about, in its worktree's own part of the repository: main's tree when it began, the kind of edit, the
# stage that the worktree is, and the commit which that stage follows.
edit_file() {
	say "$(git_in "$1" rev-parse --absolute-git-dir)/stages-edit"
}

# The repository of a clone or worktree.
common_dir() {
	(cd "$1" && cd "$(git_in . rev-parse --git-common-dir)" && pwd -P)
}

# Another clone's edit is of that clone's main, and holds work that is nowhere else.
need_own_edit() {
	[ -f "$1/.git" ] || die "$1 is there and no worktree of a clone: remove it"
	! is_orphan "$1" || die "$1 is an edit of a clone that is gone: take from it what you need, then remove it"
	[ "$(common_dir "$1")" = "$(common_dir "$ROOT")" ] || die "$1 is an edit of another clone, $(common_dir "$1"): save it there"
}

begin_edit() {
	local stage="$1" dir="$WORKTREES/edit-$1" tree kind=change commit parent=none hunks
	if [ -e "$dir" ]; then
		need_own_edit "$dir"
		die "$dir holds an edit: \`scripts/stages.sh save $stage\`, or \`git worktree remove --force\` it"
	fi
	tree="$(working_tree)"
	if derive "$tree"; then
		make_commits "$tree"
		commit="$(commit_of "$stage")"
		[ "$stage" = sync ] || parent="$(commit_of "$(stage_before "$stage")")"
	elif [ "$stage" = "$(stage_before "$broken")" ]; then
		kind=remake
		hunks="$(misfits "$broken" "$(cat "$work/$broken.tree")" -R)"
		commit="$(commit_stage "$broken" "$(cat "$work/$broken.tree")")"
	else
		die "$(broken_text); first \`scripts/stages.sh edit $(stage_before "$broken")\`"
	fi
	worktree "$dir" "$commit"
	say "$tree $kind $stage $parent" >"$(edit_file "$dir")"
	if [ "$kind" = remake ]; then
		git_in "$dir" apply -R -C1 --reject --whitespace=nowarn "$work/$broken.patch" 2>/dev/null || true
		note "this is $broken with what fits of its patch taken back; make it $stage, by hand where FILE.rej says: $hunks"
	else
		note "change $stage here, then \`scripts/stages.sh save $stage\`"
	fi
	say "$dir"
}

# Writes a patch, with the header of the one before, which is in $work/header: write_patch PHASE OLD NEW
write_patch() {
	diff_trees "$2" "$3" >"$work/diff"
	{
		renumbered "$work/header" "$work/diff"
		say ""
		cat "$work/diff"
	} >"$work/$1.patch"
	cmp -s "$work/$1.patch" "$ROOT/stages/$1.patch" || { cat "$work/$1.patch" >"$ROOT/stages/$1.patch"; say "stages/$1.patch"; }
}

# Makes the working tree another tree: write_main OLD NEW
write_main() {
	main_git diff-tree -p --binary --no-color --no-renames --no-ext-diff --no-textconv --src-prefix=a/ --dst-prefix=b/ \
		"$1" "$2" >"$work/main.patch"
	if [ -s "$work/main.patch" ]; then
		main_git apply --whitespace=nowarn "$work/main.patch"
		main_git diff-tree -r --name-only "$1" "$2"
	fi
}

save_edit() {
	local stage="$1" dir="$WORKTREES/edit-$1" begun kind current parent tree file next phase old
	[ ! -e "$dir" ] || need_own_edit "$dir"
	if [ ! -e "$dir" ] || [ ! -f "$(edit_file "$dir")" ]; then
		die "no edit of $stage is under way: \`scripts/stages.sh edit $stage\` begins one"
	fi
	read -r begun kind current parent <"$(edit_file "$dir")"
	[ "$(working_tree)" = "$begun" ] ||
		die "main has changed since the edit began: put it back, or take your changes out of $dir and edit again"
	file="$(cd "$dir" && find . -name '*.rej' | awk 'NR == 1')"
	[ -z "$file" ] || die "${file#./} is still in $dir: do by hand what it says, then remove it"
	file="$(git_in "$dir" grep -lE '^(<<<<<<<|>>>>>>>)( |$)' -- . | awk 'NR == 1' || true)"
	[ -z "$file" ] || die "$file in $dir still has a conflict"
	git_in "$dir" add --all .
	tree="$(git_in "$dir" write-tree)"
	[ "$(stage_of "$tree")" = "$current" ] || die "Cargo.toml in $dir has to name the stage $current"

	if [ "$kind" = remake ]; then
		if derive "$begun"; then die "the patches fit: there is nothing to make anew"; fi
		cp "$work/$broken.patch" "$work/header"
		write_patch "$broken" "$tree" "$(cat "$work/$broken.tree")"
		remove_worktree "$dir"
		if derive "$(working_tree)"; then write_pages; fi
		note "now \`scripts/stages.sh check\`: the map in a header may need new numbers"
		return
	fi

	make_commits "$begun"
	[ "$tree" != "$(cat "$work/$current.tree")" ] || [ "$current" != "$stage" ] || die "nothing is changed in $dir"
	# The later stages follow, one after the other. A conflict stays in the worktree, to be mended there.
	while :; do
		[ "$parent" != none ] || parent=""
		parent="$(commit_stage "$current" "$tree" "$parent")"
		git_in "$dir" reset --quiet "$parent"
		next="$(stage_after "$current")"
		[ -n "$next" ] || break
		current="$next"
		say "$begun $kind $current $parent" >"$(edit_file "$dir")"
		git_in "$dir" cherry-pick --no-commit "$(commit_of "$current")" >/dev/null 2>&1 ||
			die "$current does not follow: $(misfits "$current" "$tree"); mend it in $dir, then \`scripts/stages.sh save $stage\` again"
		tree="$(git_in "$dir" write-tree)"
		[ "$(stage_of "$tree")" = "$current" ] || die "Cargo.toml in $dir has to name the stage $current"
	done

	write_main "$begun" "$tree"
	for phase in phase-3 phase-2 phase-1; do
		main_git cat-file blob "$tree:stages/$phase.patch" >"$work/header"
		old="$(main_git rev-parse "$parent^")"
		write_patch "$phase" "$old" "$parent"
		parent="$old"
	done
	remove_worktree "$dir"
	write_pages
	note "look at it with \`git diff\`, then \`scripts/stages.sh check\`: the map in a header may need new numbers"
}

remake() {
	local dir begun stage tree phase
	dir="$(cd "$1" 2>/dev/null && pwd -P)" || die "there is no $1"
	begun="$(working_tree)"
	derive_or_die "$begun"
	for stage in $STAGES; do
		[ -f "$dir/$stage/.git" ] || die "$dir/$stage is no worktree: \`scripts/stages.sh checkout $stage $dir/$stage\` makes it"
		[ "$(common_dir "$dir/$stage")" = "$(common_dir "$ROOT")" ] || die "$dir/$stage is a worktree of another clone"
		git_in "$dir/$stage" add --all .
		tree="$(git_in "$dir/$stage" write-tree)"
		[ "$(stage_of "$tree")" = "$stage" ] || die "Cargo.toml in $dir/$stage has to name the stage $stage"
		say "$tree" >"$work/$stage.made"
	done
	write_main "$begun" "$tree"
	for phase in $PHASES; do
		main_git cat-file blob "$tree:stages/$phase.patch" >"$work/header"
		write_patch "$phase" "$(cat "$work/$(stage_before "$phase").made")" "$(cat "$work/$phase.made")"
	done
	write_pages
}

save_pages() {
	local tree
	tree="$(working_tree)"
	derive_or_die "$tree"
	write_pages
}

# --- build, test -----------------------------------------------------------------------------------------------------

# Runs a command in a tree, with its own settings, and makes the target directory the tree's: in_tree DIRECTORY COMMAND ..
in_tree() {
	# shellcheck disable=SC2016 # for the other shell
	bash -c 'set -euo pipefail; . "$1/scripts/env.sh"; keep_lock; cd "$ROOT"; shift; "$@"' "$0" "$@"
}

sources() {
	local path
	for path in $COMPILED; do
		main_git rev-parse --verify "$(commit_of "$1"):$path"
	done | main_git hash-object --stdin
}

# Whether a stage's copies are of these sources, and what every stage's network needs besides is there too.
is_built() {
	local dir="$CARGO_TARGET_DIR/stages/$1" bin
	[ "$(cat "$dir/sources" 2>/dev/null)" = "$2" ] || return 1
	[ -x "$dir/$NODE_BIN" ] && [ -f "$dir/${RUNTIME_WASM##*/}" ] || return 1
	for bin in $OBSERVER_BIN $RELAY_BINS; do
		[ -x "$RELEASE/$bin" ] || return 1
	done
}

build_stage() {
	local stage="$1" dir="$CARGO_TARGET_DIR/stages/$1" start=$SECONDS made file
	made="$(sources "$stage")"
	if is_built "$stage" "$made"; then
		say "$stage: up to date"
		return
	fi
	worktree "$WORKTREES/$stage" "$(commit_of "$stage")"
	in_tree "$WORKTREES/$stage" cargo_build || die "$stage does not build"
	mkdir -p "$dir"
	# Last written, first removed: it must not vouch for files that it is not of.
	rm -f "$dir/sources"
	say "$made" >"$work/sources"
	for file in "$RELEASE/$NODE_BIN" "$RUNTIME_WASM" "$work/sources"; do
		# A node that runs keeps its file.
		cp "$file" "$dir/new"
		mv "$dir/new" "$dir/${file##*/}"
	done
	say "$stage: built, $((SECONDS - start)) s"
}

build_stages() {
	local stage
	say_if_dirty
	make_commits "$(head_tree)"
	for stage in "$@"; do
		build_stage "$stage"
	done
}

# The command line's tests are the same in each stage, and main's run them; --lib and --bins are the pallet's, the runtime's
# and the node's own. Each test of the node starts a node.
test_stages() {
	local stage dir start
	say_if_dirty
	make_commits "$(head_tree)"
	for stage in "$@"; do
		start=$SECONDS
		dir="$WORKTREES/$stage"
		worktree "$dir" "$(commit_of "$stage")"
		(cd "$dir" && cargo fmt --all --check) || die "$stage is not formatted"
		build_stage "$stage"
		in_tree "$dir" cargo clippy --release --locked --workspace --all-targets -- -D warnings ||
			die "clippy complains of $stage"
		in_tree "$dir" cargo test --release --locked --workspace --lib --bins --test dev --no-fail-fast -- --test-threads 2 ||
			die "tests of $stage fail"
		say "$stage: tested, $((SECONDS - start)) s"
	done
}

# --- prove -----------------------------------------------------------------------------------------------------------

# The unit tests of a tree's runtime or node: run_tests DIRECTORY LOG (runtime|node) [FEATURES]. The selection is the whole
# workspace, as for every build, so that no dependency is compiled again. They need no wasm, and are compiled to be compiled
# soon: without optimization, and only what the step changed.
run_tests() {
	local dir="$1" log="$2" what="--lib" crate fast=() only=()
	# The node's other tests need the wasm.
	[ "$3" = runtime ] || what="--bin $NODE_BIN" only=(-- step_)
	for crate in "$NODE_BIN" parachain-template-runtime; do
		fast+=(--config "profile.release.package.$crate.opt-level=0")
	done
	# shellcheck disable=SC2086 # a list
	in_tree "$dir" env SKIP_PARACHAIN_TEMPLATE_RUNTIME_WASM_BUILD=1 CARGO_INCREMENTAL=1 cargo test "${fast[@]}" $what \
		--release --locked --workspace --no-fail-fast ${4:+--features "$4"} ${only[@]+"${only[@]}"} >"$log" 2>&1 </dev/null
}

# The tests that failed, or the first error of the build.
caught_by() {
	awk '
		/^test .* \.\.\. FAILED$/ { name = $2; sub(/^.*::/, "", name); tests = tests (tests == "" ? "" : ", ") name; next }
		/^error(\[E[0-9]+\])?: / && error == "" { error = $0 }
		END { print tests != "" ? tests : error != "" ? "build: " error : "something that is neither test nor build error" }
	' "$1"
}

# What a step's proof runs besides the defaults.
features_for() {
	case "$1" in 3.5*) say parachain-template-runtime/experimental ;; esac
}

kind_of() {
	case "$1" in phase-2) say node ;; *) say runtime ;; esac
}

prove() {
	local tree phase step all="" steps dir="$WORKTREES/prove" logs="$CARGO_TARGET_DIR/prove" log features parts holes=0 baseline caught
	say_if_dirty
	tree="$(head_tree)"
	make_commits "$tree"
	for phase in $PHASES; do
		all="$all $(steps_of "$phase")"
	done
	for step in "$@"; do
		case " $all " in *" $step "*) ;; *) die "there is no step $step with lines: the steps are$(say "$all" | tr -s " " | sed "s, *$,,")" ;; esac
	done
	steps="${*:-$all}"
	if [ -e "$dir" ]; then
		[ -f "$dir/.git" ] || die "$dir is there and no worktree of a clone: remove it"
		remove_worktree "$dir"
	fi
	rm -rf "$logs"
	mkdir -p "$logs"
	proving="$dir"
	printf '%-11s  %-40s  %s\n' step undone "caught by" | tee "$logs/table"
	for phase in $PHASES; do
		baseline=""
		for step in $(steps_of "$phase"); do
			case " $steps " in *" $step "*) ;; *) continue ;; esac
			features="$(features_for "$step")"
			# The phase as a whole passes, or its own failures would be taken for the step's.
			if [ "$baseline" != "$phase $features" ]; then
				log="$logs/$phase${features:+-experimental}.log"
				worktree "$dir" "$(commit_of "$phase")"
				run_tests "$dir" "$log" "$(kind_of "$phase")" "$features" || die "$phase fails with nothing undone: see $log"
				baseline="$phase $features"
			fi
			parts="$(parts_of "$work/$phase.patch" "$step")"
			read_patch part "$work/$phase.patch" "$parts" >"$work/step.patch"
			git_in "$dir" apply -R --whitespace=nowarn "$work/step.patch" || die "step $step cannot be undone alone"
			printf '%-11s  %-40s  ' "$step" "$(say "$parts" | tr ' ' '\n' | awk -F : 'NF && !seen[$1]++ { printf "%s ", $1 }')" | tee -a "$logs/table"
			if run_tests "$dir" "$logs/$step.log" "$(kind_of "$phase")" "$features"; then
				holes=$((holes + 1))
				caught=NOTHING
			else
				caught="$(caught_by "$logs/$step.log")"
				case "$caught" in
					"something that"*) die "step $step: the run ended with $caught: see $logs/$step.log" ;;
				esac
			fi
			say "$caught" | tee -a "$logs/table"
			git_in "$dir" checkout --quiet --force HEAD
			# A step that deletes a file brings it back when it is undone.
			git_in "$dir" clean --quiet --force -d
		done
	done
	[ "$holes" = 0 ] || die "$holes steps can be undone unnoticed; what the runs said: $logs"
}

# --- The command line ------------------------------------------------------------------------------------------------

usage() {
	die "$1 (see --help)"
}

clean_up() {
	local code=$?
	rm -rf "$work"
	if [ -n "$proving" ] && [ -e "$proving" ]; then
		remove_worktree "$proving" || true
	fi
	exit "$code"
}

verb="${1:-}"
[ $# = 0 ] || shift
case "$verb" in
	--help | -h)
		show_help
		exit 0
		;;
	list | check) [ $# = 0 ] || usage "$verb takes no argument, not '$1'" ;;
	tag) [ $# = 0 ] || { [ $# = 1 ] && [ "$1" = --force ]; } || usage "tag takes --force or nothing, not '$*'" ;;
	checkout | edit)
		[ $# -gt 0 ] || usage "$verb needs a stage: $STAGES"
		known_stage "$1"
		[ $# = 1 ] || { [ "$verb" = checkout ] && [ $# = 2 ]; } || usage "$verb takes one stage, not '$*'"
		;;
	remake) [ $# = 1 ] || usage "remake takes one directory, not '$*'" ;;
	save)
		[ $# -le 1 ] || usage "save takes one stage or none, not '$*'"
		[ $# = 0 ] || known_stage "$1"
		;;
	build | test)
		for stage in "$@"; do known_stage "$stage"; done
		# shellcheck disable=SC2086 # a list
		if [ $# = 0 ]; then set -- $STAGES; [ "$verb" = build ] || set -- ${STAGES% *}; fi
		;;
	prove) ;;
	"") usage "what shall it do?" ;;
	*) usage "unknown argument '$verb'" ;;
esac

need_cmd git "install it"
top="$(git -C "$ROOT" rev-parse --show-toplevel 2>&1)" || die "the stages are made in a git clone: $top"
[ "$top" = "$ROOT" ] || die "the stages are made in a git clone of the template alone, not in $top"
work="$(mktemp -d)"
proving=""
broken=""
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

case "$verb" in
	list) list_stages ;;
	tag) if [ "${1:-}" = --force ]; then tag_stages true; else tag_stages false; fi ;;
	checkout) checkout_stage "$@" ;;
	check) check ;;
	edit) begin_edit "$1" ;;
	save) if [ $# = 0 ]; then save_pages; else save_edit "$1"; fi ;;
	remake) remake "$1" ;;
	build) build_stages "$@" ;;
	test) test_stages "$@" ;;
	prove) prove "$@" ;;
esac
