//! What a runtime's own configuration contradicts itself in.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use super::several_under_way;
use super::Rule;
use super::Severity;
use crate::facts::CollatorKind;
use crate::facts::Facts;
use crate::facts::RelayCheck;
use crate::steps::collator_kinds;

/// How long a validator executes a block for before it gives up, in picoseconds.
const BACKING: u64 = 2_000_000_000_000;
/// How long the basic collator builds for where nobody says otherwise, in milliseconds.
const BASIC_MS: u64 = 500;

pub(super) const RULES: &[Rule] = &[
	Rule {
		id: "strict-relay-check",
		severity: Severity::Error,
		sentence: "The relay parent's number has to increase with each block, so a second block on one relay parent is lost: the slot-based collator on several cores makes one, and the lookahead collator of SDK 2606 or older.",
		remedy: "Set CheckAssociatedRelayNumber to RelayNumberMonotonicallyIncreases.",
		guide: "phase-1.md#14-parachain-system",
		check: strict_relay_check,
	},
	Rule {
		id: "minimum-period",
		severity: Severity::Error,
		sentence: "The minimum period moves the time of a second block on one relay parent out of its slot: the slot-based collator on several cores makes one, and the lookahead collator of SDK 2606 or older.",
		remedy: "Set MinimumPeriod to half a slot, or to zero where a slot has more than two blocks.",
		guide: "phase-3.md#35-minimum-period",
		check: minimum_period,
	},
	Rule {
		id: "slot-mismatch",
		severity: Severity::Error,
		sentence: "Nodes are told another slot duration than blocks are checked against.",
		remedy: "Let AuraApi::slot_duration and pallet_aura::Config::SlotDuration have one constant.",
		guide: "phase-1.md#16-the-slot-in-the-api",
		check: slot_mismatch,
	},
	Rule {
		id: "slot-raised",
		severity: Severity::Error,
		sentence: "The checkout makes the slot longer than the chain's is: on older SDKs no block passes after that upgrade.",
		remedy: "Keep the slot as it is, and lower the capacity instead.",
		guide: "phase-3.md#going-back",
		check: slot_raised,
	},
	Rule {
		id: "weight-above-authoring",
		severity: Severity::Warning,
		sentence: "A block may use more execution time than there is to build or to check it in.",
		remedy: "Raise authoring_duration to 1500 ms with 2 s of weight, and keep the weight within 2 s.",
		guide: "phase-2.md#25-the-parameters",
		check: weight_above_authoring,
	},
	Rule {
		id: "upgrade-pending",
		severity: Severity::Note,
		sentence: "A runtime upgrade is on its way: what is said here is of the runtime before it.",
		remedy: "Ask again when it is enacted.",
		guide: "README.md#the-order",
		check: upgrade_pending,
	},
];

fn strict_relay_check(facts: &Facts) -> Vec<String> {
	let mut evidence = vec![];
	if let Some(para) = &facts.para {
		let strict = para.relay_check.get() == Some(RelayCheck::Strict);
		if strict && para.velocity_hook.get() == Some(true) {
			evidence.push(format!("{}, and those of the hook", para.relay_check.how));
		}
	}
	if let Some(source) = &facts.source {
		let hook = source.hook.as_ref().is_some_and(|hook| hook.code.contains("FixedVelocity"));
		if let Some(place) = source.relay_check.as_ref().filter(|_| hook) {
			if place.code.contains("StrictlyIncreases") {
				evidence.push(place.to_string());
			}
		}
	}
	evidence
}

fn minimum_period(facts: &Facts) -> Vec<String> {
	let mut evidence = vec![];
	// The last block of a slot comes so many periods after the first: one more than the slot has by the velocity.
	let in_the_way = |period: u64, slot: u64, velocity: u64| {
		let after = velocity.max(1).saturating_mul(slot.div_ceil(6000));
		period.saturating_mul(2) > slot || period.saturating_mul(after) >= slot.max(1)
	};
	if let Some(para) = &facts.para {
		let slot = para.slot_duration_pallet.get().or(para.slot_duration_api.get());
		if let (Some(period), Some(slot)) = (para.minimum_period.get(), slot) {
			if several_under_way(facts) && in_the_way(period, slot, 1) {
				evidence.push(format!("the minimum period is {period} ms in a slot of {slot} ms"));
			}
		}
	}
	if let Some(source) = &facts.source {
		let several = source.several_per_slot.as_ref().is_some_and(|it| it.code.contains("true"));
		let number = |at: usize| source.hook_numbers.get(at).copied().flatten();
		let capacity = number(2) > Some(1);
		for place in &source.minimum_periods {
			if let (Some(period), Some(slot)) = (source.get_type(place), source.slot_ms()) {
				if several && capacity && in_the_way(period, slot, number(1).unwrap_or(1)) {
					evidence.push(format!("{place}, {period} ms in a slot of {slot} ms"));
				}
			}
		}
	}
	evidence
}

fn slot_mismatch(facts: &Facts) -> Vec<String> {
	let Some(para) = &facts.para else { return vec![] };
	match (para.slot_duration_api.get(), para.slot_duration_pallet.get()) {
		(Some(api), Some(pallet)) if api != pallet => {
			vec![format!("the API says {api} ms, the pallet's constant {pallet} ms")]
		},
		_ => vec![],
	}
}

fn slot_raised(facts: &Facts) -> Vec<String> {
	let (Some(para), Some(source)) = (&facts.para, &facts.source) else { return vec![] };
	let chain = para.slot_duration_pallet.get().or(para.slot_duration_api.get());
	match (chain, source.slot_ms(), &source.slot_duration) {
		(Some(chain), Some(checkout), Some(place)) if checkout > chain => {
			vec![format!(
				"the chain's slot is {chain} ms, that of the checkout {checkout} ms: {place}"
			)]
		},
		_ => vec![],
	}
}

fn weight_above_authoring(facts: &Facts) -> Vec<String> {
	let source = facts.source.as_ref();
	let chain = facts.para.as_ref().and_then(|para| para.max_ref_time.get());
	let checkout = source.and_then(|source| source.numbers.get("MAXIMUM_BLOCK_WEIGHT").copied());
	let Some(time) = chain.or(checkout) else { return vec![] };
	let said = format!("a block may use {:.2} s of execution", time as f64 / 1e12);
	let mut evidence = vec![];
	if time > BACKING {
		evidence.push(format!("{said}, a validator gives it 2 s"));
	}
	let mut collators: Vec<(String, u64)> = vec![];
	if let Some(ms) = source.and_then(|source| source.authoring_ms) {
		collators.push(("the checkout's collator".to_string(), ms));
	} else {
		let basic = collator_kinds(facts).into_iter().filter(|it| it.1 == CollatorKind::Basic);
		collators.extend(basic.map(|(who, _)| (who, BASIC_MS)));
	}
	for (who, ms) in collators {
		// 2 s of weight in 1500 ms is what the guide has: weights are those of a slower machine.
		if time / 4 > ms.saturating_mul(1_000_000_000) / 3 {
			evidence.push(format!("{said}, {who} builds for {ms} ms"));
		}
	}
	evidence
}

fn upgrade_pending(facts: &Facts) -> Vec<String> {
	match &facts.para {
		Some(para) if para.upgrade_pending.get() == Some(true) => {
			vec![format!("{} holds code", para.upgrade_pending.how)]
		},
		_ => vec![],
	}
}
