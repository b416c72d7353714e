//! One test per step of the guide, named for it, and the runtime's own promises.
//! The same in every stage: a test knows from the stage's name what to expect before and after its step.
// SPDX-License-Identifier: Apache-2.0

mod messages;
mod weights_are_measured;

use crate::*;
use codec::Encode;
use core::num::NonZeroU32;
use cumulus_pallet_parachain_system::consensus_hook::ConsensusHook as _;
use cumulus_pallet_parachain_system::consensus_hook::ExpectParentIncluded;
use cumulus_pallet_parachain_system::consensus_hook::UnincludedSegmentCapacity;
use cumulus_pallet_parachain_system::relay_state_snapshot::RelayChainStateProof;
use cumulus_pallet_parachain_system::Ancestor;
use cumulus_pallet_parachain_system::CheckAssociatedRelayNumber;
use cumulus_pallet_parachain_system::UsedBandwidth;
use frame_support::traits::Get;
use sp_consensus_aura::Slot;
use sp_keyring::Sr25519Keyring;
use std::panic::catch_unwind;
use std::panic::AssertUnwindSafe;

/// What the runtime is configured with, whatever the stage calls it.
type Hook = <Runtime as cumulus_pallet_parachain_system::Config>::ConsensusHook;
type RelayNumber = <Runtime as cumulus_pallet_parachain_system::Config>::CheckAssociatedRelayNumber;

/// Time between two relay blocks, in milliseconds: a fact about the relay chain, not this runtime's setting.
const RELAY_SLOT: u64 = 6000;

/// The stages in the order of the migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
	Sync,
	Phase1,
	Phase2,
	Phase3,
}

/// The stage of this tree, from the workspace's manifest.
fn stage() -> Stage {
	let line = include_str!("../../Cargo.toml")
		.lines()
		.find_map(|line| line.strip_prefix("stage = "))
		.expect("the root Cargo.toml names its stage");
	match line.trim_matches('"') {
		"sync" => Stage::Sync,
		"phase-1" => Stage::Phase1,
		"phase-2" => Stage::Phase2,
		"phase-3" => Stage::Phase3,
		other => panic!("the root Cargo.toml names an unknown stage: {other}"),
	}
}

/// Runs on the genesis of the local chain.
fn on_genesis<R>(test: impl FnOnce() -> R) -> R {
	on_preset(sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET, test)
}

/// Runs on the genesis of a preset, which the runtime's own API builds.
fn on_preset<R>(preset: &str, test: impl FnOnce() -> R) -> R {
	let preset = genesis::get_preset(&preset.into()).expect("the runtime has this preset");
	let mut ext = sp_io::TestExternalities::default();
	ext.execute_with(|| {
		let mut config: serde_json::Value =
			serde_json::to_value(RuntimeGenesisConfig::default()).expect("a genesis serialises");
		let patch = serde_json::from_slice(&preset).expect("a preset is JSON");
		merge(&mut config, patch);
		let config = serde_json::to_vec(&config).expect("a genesis serialises");
		let built = api::dispatch("GenesisBuilder_build_state", &config.encode())
			.expect("the runtime has this API");
		<sp_genesis_builder::Result as codec::Decode>::decode(&mut &built[..])
			.expect("the API answers with a result")
			.expect("the preset builds");
		test()
	})
}

/// Puts a patch over a JSON value, as the genesis builder's host does.
fn merge(value: &mut serde_json::Value, patch: serde_json::Value) {
	match (value, patch) {
		(serde_json::Value::Object(value), serde_json::Value::Object(patch)) => {
			for (key, patch) in patch {
				merge(value.entry(key).or_insert(serde_json::Value::Null), patch);
			}
		},
		(value, patch) => *value = patch,
	}
}

/// What the hook says at a relay slot and a slot of this chain, or `None` where it panics.
fn hook_at(relay_slot: u64, para_slot: u64) -> Option<UnincludedSegmentCapacity> {
	let builder = cumulus_test_relay_sproof_builder::RelayStateSproofBuilder {
		para_id: genesis::PARA_ID.into(),
		current_slot: relay_slot.into(),
		..Default::default()
	};
	let (root, proof) = builder.into_state_root_and_proof();
	let proof = RelayChainStateProof::new(genesis::PARA_ID.into(), root, proof)
		.expect("the builder's proof is a proof");
	pallet_aura::CurrentSlot::<Runtime>::put(Slot::from(para_slot));
	catch_unwind(AssertUnwindSafe(|| Hook::on_state_proof(&proof).1)).ok()
}

/// What the runtime tells a collator that would build at a relay slot, with nothing included but the genesis.
fn may_build_at(relay_slot: u64) -> bool {
	let input = (System::block_hash(0), Slot::from(relay_slot)).encode();
	api::dispatch("AuraUnincludedSegmentApi_can_build_upon", &input) == Some(vec![1])
}

/// The slot of this chain in which a relay slot lies.
fn para_slot(relay_slot: u64) -> u64 {
	relay_slot * RELAY_SLOT / slot_of_stage()
}

/// The length of a slot that the stage should have, in milliseconds.
fn slot_of_stage() -> u64 {
	if stage() < Stage::Phase3 {
		12_000
	} else {
		6_000
	}
}

fn capacity(blocks: u32) -> UnincludedSegmentCapacity {
	NonZeroU32::new(blocks).expect("a capacity is not zero").into()
}

#[test]
fn step_1_1_velocity_is_one_block_and_one_to_fill_the_segment() {
	on_genesis(|| {
		let slot = 1000;
		let blocks = (0..3).filter(|_| hook_at(slot, para_slot(slot)).is_some()).count();
		// Before the hook, nothing counts blocks.
		assert_eq!(blocks, if stage() < Stage::Phase1 { 3 } else { 2 });
	});
}

#[test]
fn step_1_2_the_slot_follows_the_relay_chains_slot_of_6000_ms() {
	on_genesis(|| {
		for relay_slot in [1000, 1001, 1002, 1003] {
			assert!(hook_at(relay_slot, para_slot(relay_slot)).is_some());
		}
		let ahead = hook_at(1004, para_slot(1004) + 1).is_some();
		// Before the hook, nothing on chain ties this chain's slot to the relay chain's.
		assert_eq!(ahead, stage() < Stage::Phase1);
	});
}

#[test]
fn step_1_3_durations_follow_from_milliseconds() {
	assert_eq!(MILLISECS_PER_BLOCK, slot_of_stage());
	assert_eq!(u64::from(MINUTES) * MILLISECS_PER_BLOCK, 60_000);
	assert_eq!(u64::from(HOURS) * MILLISECS_PER_BLOCK, 3_600_000);
	assert_eq!(u64::from(DAYS) * MILLISECS_PER_BLOCK, 86_400_000);
	let session = u64::from(configs::collators::SESSION_PERIOD) * MILLISECS_PER_BLOCK;
	assert_eq!(session, 6 * 3_600_000);
}

#[test]
fn step_1_4_the_hook_sets_the_capacity() {
	let expected = match stage() {
		Stage::Sync => on_genesis(|| {
			let (root, proof) =
				cumulus_test_relay_sproof_builder::RelayStateSproofBuilder::default()
					.into_state_root_and_proof();
			let proof = RelayChainStateProof::new(genesis::PARA_ID.into(), root, proof)
				.expect("the builder's proof is a proof");
			ExpectParentIncluded::on_state_proof(&proof).1
		}),
		Stage::Phase1 | Stage::Phase2 => capacity(1),
		Stage::Phase3 => capacity(3),
	};
	on_genesis(|| assert_eq!(hook_at(1000, para_slot(1000)), Some(expected)));
}

#[test]
fn step_1_4_the_relay_number_may_stay_but_not_fall() {
	let check = |current, previous| {
		catch_unwind(|| RelayNumber::check_associated_relay_number(current, previous)).is_ok()
	};
	assert!(check(8, 7));
	assert!(!check(6, 7));
	assert_eq!(check(7, 7), stage() >= Stage::Phase1);
}

#[test]
fn step_1_5_and_3_1_several_blocks_share_a_slot_from_phase_3_on() {
	let multiple: bool = <Runtime as pallet_aura::Config>::AllowMultipleBlocksPerSlot::get();
	assert_eq!(multiple, stage() >= Stage::Phase3);
}

#[test]
fn step_1_5_the_pallets_slot_is_the_constant() {
	let slot: u64 = <Runtime as pallet_aura::Config>::SlotDuration::get();
	assert_eq!(slot, slot_of_stage());
}

#[test]
fn step_1_6_the_apis_slot_is_the_pallets() {
	let api = on_genesis(|| {
		let bytes = api::dispatch("AuraApi_slot_duration", &[]).expect("the runtime has this API");
		<u64 as codec::Decode>::decode(&mut &bytes[..]).expect("a slot duration is a u64")
	});
	assert_eq!(api, slot_of_stage());
}

#[test]
fn step_1_7_the_runtime_answers_whether_a_block_may_be_built() {
	use cumulus_primitives_aura::runtime_decl_for_aura_unincluded_segment_api::ID;
	let version =
		RUNTIME_API_VERSIONS.iter().find(|(id, _)| *id == ID).map(|(_, version)| *version);
	assert_eq!(version, if stage() < Stage::Phase1 { None } else { Some(2) });
	if stage() < Stage::Phase1 {
		return;
	}
	on_genesis(|| {
		// The genesis is included: a block may follow it in any later slot.
		assert!(may_build_at(1000));
		// After that a relay slot has velocity + 1 blocks at most.
		for blocks in [1, 2] {
			assert!(hook_at(1000, para_slot(1000)).is_some());
			assert_eq!(may_build_at(1000), blocks < 2, "{blocks} blocks");
		}
		assert!(!may_build_at(999), "slots do not go back");
		assert!(may_build_at(1001));
	});
}

#[test]
fn step_1_5_and_1_6_the_slot_comes_from_the_constant() {
	// The numbers were right before, from elsewhere: until phase 3 only the text tells.
	let text = include_str!("lib.rs");
	for line in [
		"type SlotDuration = ConstU64<SLOT_DURATION>;",
		"sp_consensus_aura::SlotDuration::from_millis(SLOT_DURATION)",
	] {
		assert_eq!(text.contains(line), stage() >= Stage::Phase1, "{line}");
	}
}

#[test]
fn step_1_7_what_std_turns_on_is_what_the_runtime_depends_on() {
	// Inside the workspace a missing line goes unnoticed: another crate turns the feature on.
	let manifest = include_str!("../Cargo.toml");
	let section = |title: &'static str, end: &'static str| {
		let lines = manifest.lines().skip_while(move |line| *line != title).skip(1);
		lines.take_while(move |line| !line.starts_with(end))
	};
	let mut dependencies: Vec<_> = section("[dependencies]", "[")
		.filter(|line| line.contains(" = { ") && !line.contains("optional"))
		.filter_map(|line| line.split(' ').next())
		.collect();
	let mut std: Vec<_> = section("std = [", "]")
		.filter_map(|line| line.trim().trim_matches(&['"', ','][..]).strip_suffix("/std"))
		.collect();
	dependencies.sort();
	std.sort();
	assert_eq!(dependencies, std);
}

#[test]
fn step_3_2_the_chain_may_be_three_blocks_ahead() {
	let expected = if stage() < Stage::Phase3 { 1 } else { 3 };
	if stage() < Stage::Phase1 {
		return;
	}
	on_genesis(|| {
		assert_eq!(hook_at(1000, para_slot(1000)), Some(capacity(expected)));
		// Collators are told the same: they build until so many blocks wait to be included.
		for waiting in [expected - 1, expected] {
			let segment: Vec<Ancestor<Hash>> = (0..waiting)
				.map(|_| Ancestor::new_unchecked(UsedBandwidth::default(), None))
				.collect();
			cumulus_pallet_parachain_system::UnincludedSegment::<Runtime>::put(segment);
			assert_eq!(may_build_at(1001), waiting < expected, "{waiting} blocks wait");
		}
	});
}

#[test]
fn step_3_3_a_block_takes_6000_ms() {
	assert_eq!(MILLISECS_PER_BLOCK, slot_of_stage());
}

#[test]
fn step_3_3_the_upgrade_moves_the_slot_to_the_new_duration() {
	on_genesis(|| {
		// The last block before the upgrade, made in the second half of a slot of 12 s.
		let now = 1001 * RELAY_SLOT;
		pallet_timestamp::Now::<Runtime>::put(now);
		pallet_aura::CurrentSlot::<Runtime>::put(Slot::from(now / 12_000));
		<Aura as frame_support::traits::OnRuntimeUpgrade>::on_runtime_upgrade();
		let slot = pallet_aura::CurrentSlot::<Runtime>::get();
		assert_eq!(slot, Slot::from(now / slot_of_stage()));
	});
}

#[test]
fn step_3_4_a_block_may_execute_for_two_seconds() {
	let seconds_in_halves = if stage() < Stage::Phase3 { 1 } else { 4 };
	let block = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
	assert_eq!(block.ref_time(), WEIGHT_REF_TIME_PER_SECOND / 2 * seconds_in_halves);
	// The proof does not grow with the time: what is bound by storage does not get faster.
	assert_eq!(block.proof_size(), 10 * 1024 * 1024);
}

#[test]
fn step_3_5_the_minimum_period_is_half_a_slot_unless_experimental() {
	let period: u64 = <Runtime as pallet_timestamp::Config>::MinimumPeriod::get();
	let experimental = cfg!(feature = "experimental");
	assert_eq!(period, if experimental { 0 } else { slot_of_stage() / 2 });
	// A period of zero must not make the slot zero, which pallet-aura once derived from it.
	let slot: u64 = <Runtime as pallet_aura::Config>::SlotDuration::get();
	assert_ne!(slot, 0);
}

#[test]
fn timing_by_block_number_uses_the_relay_chains_clock_from_phase_3_on() {
	let tick: u64 = <Runtime as pallet_timelock::Config>::MillisecsPerTick::get();
	let clock = <Runtime as pallet_timelock::Config>::ClockId::get();
	let (expected_tick, expected_clock) = if stage() < Stage::Phase3 {
		(12_000, pallet_timelock::Clock::Parachain)
	} else {
		(RELAY_SLOT, pallet_timelock::Clock::RelayChain)
	};
	assert_eq!(tick, expected_tick);
	assert_eq!(clock, expected_clock);
	on_genesis(|| {
		System::set_block_number(17);
		cumulus_pallet_parachain_system::LastRelayChainBlockNumber::<Runtime>::put(40);
		let now = <<Runtime as pallet_timelock::Config>::BlockNumberProvider
			as sp_runtime::traits::BlockNumberProvider>::current_block_number();
		assert_eq!(now, if stage() < Stage::Phase3 { 17 } else { 40 });
	});
}

#[test]
fn every_runtime_stage_raises_the_version() {
	let expected = match stage() {
		Stage::Sync => 1..=1,
		// Phase 2 changes nodes only.
		Stage::Phase1 | Stage::Phase2 => 2..=2,
		// Main goes on to upgrades of its own.
		Stage::Phase3 => 3..=u32::MAX,
	};
	assert!(expected.contains(&VERSION.spec_version), "{}", VERSION.spec_version);
	// With a newer system version, collators would not see the pending code when they ask.
	assert_eq!(VERSION.system_version, 1);
}

#[test]
fn every_preset_builds_and_names_its_collators() {
	for (preset, mut collators) in [
		(sp_genesis_builder::DEV_RUNTIME_PRESET, vec![Sr25519Keyring::Alice]),
		(
			sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET,
			vec![Sr25519Keyring::Charlie, Sr25519Keyring::Dave],
		),
	] {
		// The order in which they take turns.
		collators.sort_by_key(|collator| collator.to_account_id());
		let accounts: Vec<AccountId> = collators.iter().map(|c| c.to_account_id()).collect();
		let keys: Vec<AuraId> = collators.iter().map(|c| c.public().into()).collect();
		on_preset(preset, || {
			assert_eq!(Session::validators(), accounts);
			assert_eq!(pallet_aura::Authorities::<Runtime>::get().into_inner(), keys);
			assert_eq!(ParachainInfo::parachain_id(), ParaId::from(genesis::PARA_ID));
			let sudo = pallet_sudo::Key::<Runtime>::get();
			assert_eq!(sudo, Some(Sr25519Keyring::Alice.to_account_id()));
		});
	}
	assert_eq!(genesis::get_preset(&"nope".into()), None);
	// Yours too, beside those two.
	for preset in genesis::preset_names() {
		on_preset(preset.as_ref(), || assert!(!Session::validators().is_empty(), "{preset:?}"));
	}
}

#[test]
fn an_empty_transactions_execution_costs_the_base_fee() {
	use crate::weights::extrinsic_weights::ExtrinsicBaseWeight;
	use frame_support::weights::WeightToFee as _;
	let time = Weight::from_parts(ExtrinsicBaseWeight::get().ref_time(), 0);
	let fee = configs::monetary::WeightToFee::weight_to_fee(&time);
	assert_eq!(fee, configs::monetary::BASE_TRANSACTION_FEE);
	// A block full of proof costs what a block full of time costs, within a rounding of one part in a thousand.
	let full_time = Weight::from_parts(MAXIMUM_BLOCK_WEIGHT.ref_time(), 0);
	let full_proof = Weight::from_parts(0, MAXIMUM_BLOCK_WEIGHT.proof_size());
	let by_time = configs::monetary::WeightToFee::weight_to_fee(&full_time);
	let by_proof = configs::monetary::WeightToFee::weight_to_fee(&full_proof);
	assert!(by_time.abs_diff(by_proof) <= by_time / 1000, "{by_time} against {by_proof}");
}
