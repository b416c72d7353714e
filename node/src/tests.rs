//! The step of the guide that the compiler does not insist on: without any of 2.1 to 2.4 and 2.6 the others do not compile.
//! The same in every stage: a test knows from the stage's name what to expect.
// SPDX-License-Identifier: Apache-2.0

#[test]
fn step_2_5_validators_can_follow_the_authoring_time() {
	let stage = include_str!("../../Cargo.toml")
		.lines()
		.find_map(|line| line.strip_prefix("stage = "))
		.expect("the root Cargo.toml names its stage");
	let found = include_str!("service.rs")
		.lines()
		.find_map(|line| line.trim().strip_prefix("authoring_duration: Duration::from_millis("))
		.and_then(|rest| rest.strip_suffix("),"))
		.expect("start_consensus sets the authoring time");
	let expected = match stage.trim_matches('"') {
		"sync" | "phase-1" => "500",
		_ => "1500",
	};
	assert_eq!(found, expected);
}
