//! What the compiler does not insist on: step 2.5 of the guide (without 2.1 to 2.4 and 2.6 nothing compiles), and the token's numbers.
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

#[test]
fn the_token_is_the_same_to_wallets_runtime_and_metadata_hash() {
	let properties = crate::chain_spec::load("dev").expect("it is built in").properties();
	let symbol = properties["tokenSymbol"].as_str().expect("a symbol is a word");
	let decimals = properties["tokenDecimals"].as_u64().expect("decimals are a number");
	let hashed = format!("enable_metadata_hash(\"{symbol}\", {decimals})");
	assert!(include_str!("../../runtime/build.rs").contains(&hashed), "no {hashed}");
	assert_eq!(10u128.pow(decimals as u32), parachain_template_runtime::UNIT);
	let prefix = parachain_template_runtime::configs::system::SS58Prefix::get();
	assert_eq!(properties["ss58Format"].as_u64(), Some(prefix.into()));
}
