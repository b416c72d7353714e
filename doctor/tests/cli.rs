//! The command line: exit codes, one line of error, and JSON that is what it is documented to be.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::Context;
use anyhow::Result;
use doctor::report::Report;
use std::path::Path;
use std::process::Command;
use std::process::Output;
use tempfile::TempDir;

fn doctor(arguments: &[&str]) -> Result<Output> {
	let mut command = Command::new(env!("CARGO_BIN_EXE_doctor"));
	command.args(arguments).output().context("running the doctor")
}

/// A checkout whose runtime has the hook, and `check` for the relay parent's number.
fn checkout(check: &str) -> Result<TempDir> {
	let tree = tempfile::tempdir()?;
	let runtime = format!(
		"type ConsensusHook = cumulus_pallet_aura_ext::FixedVelocityConsensusHook<Runtime, 6000, 1, 3>;
		impl cumulus_pallet_parachain_system::Config for Runtime {{
			type ConsensusHook = ConsensusHook;
			type CheckAssociatedRelayNumber = {check};
		}}
		cumulus_pallet_parachain_system::register_validate_block! {{ Runtime = Runtime }}"
	);
	std::fs::write(tree.path().join("lib.rs"), runtime)?;
	Ok(tree)
}

fn path(tree: &Path) -> Result<&str> {
	tree.to_str().context("a path that is no text")
}

#[test]
fn what_cannot_be_looked_at_is_one_line_and_code_2() -> Result<()> {
	let dead = "ws://127.0.0.1:1";
	let cases: [&[&str]; 3] = [
		&["--para", dead, "--relay", dead],
		&["--source", "/there/is/no/such/directory"],
		&["--para", "nothing", "--relay", "nothing"],
	];
	for arguments in cases {
		let output = doctor(arguments)?;
		let said = String::from_utf8(output.stderr)?;
		assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
		assert_eq!(said.lines().count(), 1, "{said}");
		assert!(said.starts_with("doctor: "), "{said}");
		assert!(output.stdout.is_empty());
	}
	Ok(())
}

#[test]
fn a_wrong_command_line_is_code_2() -> Result<()> {
	let cases: [&[&str]; 4] = [
		&[],
		&["--para", "ws://127.0.0.1:1"],
		&["--relay", "ws://127.0.0.1:1"],
		&["--source", ".", "--blocks", "1001"],
	];
	for arguments in cases {
		assert_eq!(doctor(arguments)?.status.code(), Some(2), "{arguments:?}");
	}
	Ok(())
}

#[test]
fn findings_are_code_1_and_none_are_code_0() -> Result<()> {
	for (check, code) in
		[("RelayNumberStrictlyIncreases", 1), ("RelayNumberMonotonicallyIncreases", 0)]
	{
		let tree = checkout(check)?;
		let output = doctor(&["--source", path(tree.path())?])?;
		let said = String::from_utf8(output.stdout)?;
		assert_eq!(output.status.code(), Some(code), "{said}");
		assert_eq!(said.contains("error strict-relay-check"), code == 1, "{said}");
		assert!(said.contains("lib.rs:4: RelayNumber"), "{said}");
	}
	Ok(())
}

#[test]
fn json_is_a_report_and_nothing_else() -> Result<()> {
	let tree = checkout("RelayNumberStrictlyIncreases")?;
	let output = doctor(&["--json", "--source", path(tree.path())?])?;
	let report: Report = serde_json::from_slice(&output.stdout)?;
	assert_eq!(report.version, 1);
	let rules: Vec<&str> = report.findings.iter().map(|finding| finding.rule.as_str()).collect();
	assert_eq!(rules, ["strict-relay-check"]);
	Ok(())
}
