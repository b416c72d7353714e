//! Facts of healthy chains, for tests: each stage's, as it is on a network at rest.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::facts::Block;
use crate::facts::Bounds;
use crate::facts::Collator;
use crate::facts::CollatorKind;
use crate::facts::Facts;
use crate::facts::Known;
use crate::facts::Para;
use crate::facts::Parameters;
use crate::facts::Relay;
use crate::facts::RelayBlock;
use crate::facts::RelayCheck;
use crate::facts::Watch;
use crate::node::Value;
use subxt::ext::scale_value::Composite;
use subxt::ext::scale_value::Primitive;
use subxt::ext::scale_value::ValueDef;

/// Known by an example.
pub fn known<T>(value: T) -> Known<T> {
	Known::found(value, "an example")
}

/// The relay chain's parameters with that lookahead.
pub fn parameters(lookahead: u32) -> Parameters {
	Parameters {
		lookahead: known(lookahead),
		max_candidate_depth: known(if lookahead > 1 { lookahead } else { 0 }),
		allowed_ancestry_len: known(lookahead - 1),
	}
}

fn relay(lookahead: u32) -> Relay {
	Relay {
		best: 300,
		finalized: 297,
		session: known(7),
		block_ms: known(6000),
		active: parameters(lookahead),
		cores: known(1),
		lifecycle: known("Parachain".to_string()),
		..Relay::default()
	}
}

/// Blocks that come every so many relay blocks.
fn watch(every: u32) -> Watch {
	let blocks = (1..=20u32).map(|number| Block {
		number,
		timestamp_ms: u64::from(number * every) * 6000,
		slot: Some(number.into()),
		author: Some(number % 2),
		relay_parent: 100 + number * every,
		digest: vec!["aura".to_string()],
		backed_in: Some(101 + number * every),
		included_in: Some(102 + number * every),
		..Block::default()
	});
	let relay_blocks = (101..=100 + 20 * every).map(|number| RelayBlock {
		number,
		backed: u32::from(number.is_multiple_of(every)),
		included: u32::from(number.is_multiple_of(every)),
		..RelayBlock::default()
	});
	Watch {
		blocks: blocks.collect(),
		relay_blocks: relay_blocks.collect(),
		live: 10,
		wanted: 10,
		announced: known(12),
		heights: 10,
		reorgs: known(1),
		finality_lag: vec![3; 10],
		seconds: 60,
		..Watch::default()
	}
}

fn para() -> Para {
	Para {
		spec_name: "example".to_string(),
		spec_version: 1,
		system_version: known(1),
		best: 120,
		finalized: 117,
		para_id: known(2000),
		unincluded_api: known(0),
		slot_duration_api: known(12_000),
		slot_duration_pallet: known(12_000),
		minimum_period: known(6000),
		max_ref_time: known(500_000_000_000),
		max_proof_size: known(10 * 1024 * 1024),
		velocity_hook: known(false),
		relay_check: known(RelayCheck::Strict),
		several_per_slot: known(false),
		authorities: known(2),
		upgrade_pending: known(false),
		..Para::default()
	}
}

/// The chain before.
pub fn sync() -> Facts {
	Facts { para: Some(para()), relay: Some(relay(1)), watch: watch(2), ..Facts::default() }
}

/// A chain after phase 1, of whose collators nothing is known.
pub fn phase_1() -> Facts {
	let para = Para {
		spec_version: 2,
		unincluded_api: known(2),
		velocity_hook: known(true),
		relay_check: known(RelayCheck::Monotonic),
		capacity: known(Bounds { at_least: 1, at_most: Some(1) }),
		..para()
	};
	Facts { para: Some(para), ..sync() }
}

/// A chain after phase 3.
pub fn phase_3() -> Facts {
	let para = Para {
		spec_version: 3,
		unincluded_api: known(2),
		slot_duration_api: known(6000),
		slot_duration_pallet: known(6000),
		minimum_period: known(3000),
		max_ref_time: known(2_000_000_000_000),
		velocity_hook: known(true),
		relay_check: known(RelayCheck::Monotonic),
		several_per_slot: known(true),
		capacity: known(Bounds { at_least: 3, at_most: Some(3) }),
		..para()
	};
	Facts { para: Some(para), relay: Some(relay(3)), watch: watch(1), ..Facts::default() }
}

/// The same with asynchronous backing off.
pub fn synchronous_relay(facts: &mut Facts) {
	facts.relay = Some(relay(1));
}

/// The same with collators that told how they build.
pub fn with_collators(mut facts: Facts, kinds: &[CollatorKind]) -> Facts {
	facts.collators = (1..)
		.zip(kinds)
		.map(|(number, kind)| Collator {
			url: format!("http://collator-{number}/metrics"),
			node: None,
			kind: known(*kind),
		})
		.collect();
	facts
}

/// A value as a decoder has it.
pub fn value(value: ValueDef<u32>) -> Value {
	Value { value, context: 0 }
}

/// A number, as a decoder has it.
pub fn uint(number: u128) -> Value {
	value(ValueDef::Primitive(Primitive::u128(number)))
}

/// Fields with names, as a decoder has them.
pub fn named(fields: Vec<(&str, Value)>) -> Value {
	let fields = fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
	value(ValueDef::Composite(Composite::Named(fields)))
}
