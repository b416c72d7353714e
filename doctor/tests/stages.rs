//! The checkout of each stage, made of this tree and `stages/*.patch`: its phase and its steps.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use doctor::facts::Facts;
use doctor::phase::Name;
use doctor::report::Report;
use doctor::source;
use doctor::steps::Status;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

const STAGES: [&str; 4] = ["sync", "phase-1", "phase-2", "phase-3"];

fn root() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
	std::fs::create_dir_all(to)?;
	for entry in std::fs::read_dir(from)? {
		let entry = entry?;
		let target = to.join(entry.file_name());
		if entry.file_type()?.is_dir() {
			copy(&entry.path(), &target)?;
		} else {
			std::fs::copy(entry.path(), target)?;
		}
	}
	Ok(())
}

/// The stage that this tree is of, from the one place that names it.
fn own_stage() -> Result<usize> {
	let manifest = std::fs::read_to_string(root().join("Cargo.toml"))?;
	let line = manifest.lines().find_map(|line| line.strip_prefix("stage = "));
	let name = line.context("the root manifest names no stage")?.trim_matches('"');
	STAGES.iter().position(|stage| *stage == name).context("an unknown stage")
}

/// Runtime, node and pallets of `stage`, in a directory of their own: this tree's, with patches taken back or applied.
fn checkout(stage: &str) -> Result<TempDir> {
	let tree = tempfile::tempdir()?;
	for directory in ["runtime", "node", "pallets"] {
		copy(&root().join(directory), &tree.path().join(directory))?;
	}
	std::fs::copy(root().join("Cargo.toml"), tree.path().join("Cargo.toml"))?;
	let wanted = STAGES.iter().position(|name| *name == stage).context("an unknown stage")?;
	let own = own_stage()?;
	let back = (wanted + 1..=own).rev().map(|phase| (STAGES[phase], true));
	let on = (own + 1..=wanted).map(|phase| (STAGES[phase], false));
	for (phase, reverse) in back.chain(on) {
		let patch = root().join("stages").join(format!("{phase}.patch"));
		let patch = patch.canonicalize()?;
		let mut git = Command::new("git");
		git.current_dir(tree.path()).arg("apply").args(reverse.then_some("-R")).arg(patch);
		// Not of a repository that the directory may be in.
		git.env("GIT_CEILING_DIRECTORIES", tree.path().parent().context("a parent")?);
		git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
		let done = git.output().context("running git")?;
		ensure!(done.status.success(), "{phase}: {}", String::from_utf8_lossy(&done.stderr));
	}
	Ok(tree)
}

fn report(stage: &str) -> Result<Report> {
	let tree = checkout(stage)?;
	let source = source::read(tree.path())?;
	Ok(Report::of(Facts { source: Some(source), ..Facts::default() }))
}

fn with(report: &Report, status: Status) -> Vec<&str> {
	let steps = report.steps.iter().filter(|step| step.status == status);
	steps.map(|step| step.id.as_str()).collect()
}

const PHASE_1: [&str; 8] = ["1.1", "1.2", "1.3", "1.4a", "1.4b", "1.5", "1.6", "1.7"];
const PHASE_2: [&str; 6] = ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6"];
const PHASE_3: [&str; 6] = ["3.1", "3.2", "3.3", "3.4", "3.5", "3.clock"];

#[test]
fn each_stage_is_told_by_its_checkout() -> Result<()> {
	let names = [Name::Sync, Name::Phase1, Name::Phase2, Name::Phase3];
	for (stage, name) in STAGES.into_iter().zip(names) {
		assert_eq!(report(stage)?.phase.name, name, "{stage}");
	}
	Ok(())
}

#[test]
fn each_stage_has_done_its_steps_and_no_others() -> Result<()> {
	// On this SDK no stage can have CheckInherents.
	let always = ["1.8"];
	let phases = [&PHASE_1[..], &PHASE_2[..], &PHASE_3[..]];
	for (count, stage) in STAGES.into_iter().enumerate() {
		let report = report(stage)?;
		let mut done: Vec<&str> = phases[..count].concat();
		done.extend(always);
		done.sort_unstable();
		let mut said = with(&report, Status::Done);
		said.sort_unstable();
		assert_eq!(said, done, "done in {stage}");
		let mut open: Vec<&str> = phases[count..].concat();
		open.sort_unstable();
		let mut said = with(&report, Status::NotDone);
		said.sort_unstable();
		assert_eq!(said, open, "not done in {stage}");
	}
	Ok(())
}

#[test]
fn no_stages_checkout_has_findings() -> Result<()> {
	for stage in STAGES {
		let report = report(stage)?;
		assert!(report.findings.is_empty(), "{stage}: {:?}", report.findings);
		assert_eq!(report.facts.source.map(|it| it.unreadable), Some(vec![]), "{stage}");
	}
	Ok(())
}

#[test]
fn the_next_patch_touches_the_files_that_it_touches() -> Result<()> {
	for (stage, file) in [("sync", "runtime/src/lib.rs"), ("phase-1", "node/src/service.rs")] {
		let report = report(stage)?;
		let touches = &report.phase.touches;
		assert!(touches.iter().any(|line| line.contains(file)), "{stage}: {touches:?}");
	}
	assert_eq!(report("phase-3")?.phase.touches, Vec::<String>::new());
	Ok(())
}

#[test]
fn places_are_lines_of_the_files_they_name() -> Result<()> {
	let tree = checkout("phase-3")?;
	let source = source::read(tree.path())?;
	let places = [
		(source.constants.get("UNINCLUDED_SEGMENT_CAPACITY"), "UNINCLUDED_SEGMENT_CAPACITY"),
		// The node has one of that name, for itself.
		(
			source.constants.get("RELAY_CHAIN_SLOT_DURATION_MILLIS"),
			"pub const RELAY_CHAIN_SLOT_DURATION_MILLIS",
		),
		(source.hook.as_ref(), "type ConsensusHook"),
		(source.relay_check.as_ref(), "CheckAssociatedRelayNumber"),
		(source.several_per_slot.as_ref(), "AllowMultipleBlocksPerSlot"),
		(source.minimum_periods.first(), "MinimumPeriod"),
		(source.unincluded_api.as_ref(), "AuraUnincludedSegmentApi"),
		(source.slot_duration_api.as_ref(), "fn slot_duration"),
		(source.authoring_duration.as_ref(), "authoring_duration"),
		(source.collators.get("lookahead"), "lookahead"),
		(source.collator_run.as_ref(), "aura::run"),
	];
	for (place, words) in places {
		let place = place.with_context(|| format!("nothing found for {words}"))?;
		let text = std::fs::read_to_string(tree.path().join(&place.file))?;
		let line = text.lines().nth(place.line - 1).context("no such line")?;
		assert!(line.contains(words), "{place} is {line}");
	}
	assert_eq!(source.hook_numbers, [Some(6000), Some(1), Some(3)]);
	assert_eq!(source.authoring_ms, Some(1500));
	Ok(())
}
