//! Blocks that do not come, or come late, or in vain.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use super::several_under_way;
use super::Rule;
use super::Severity;
use crate::facts::Facts;
use crate::measure::measure;

/// Of how many blocks something is said in general.
const ENOUGH: usize = 5;

pub(super) const RULES: &[Rule] = &[
	Rule {
		id: "chain-stands",
		severity: Severity::Error,
		sentence: "No block became final for two minutes.",
		remedy: "Read the collators' logs for panics, and see whether the relay chain finalizes.",
		guide: "phase-3.md#what-can-go-wrong",
		check: stands,
	},
	Rule {
		id: "blocks-late",
		severity: Severity::Warning,
		sentence: "Most blocks come later than the phase has them.",
		remedy: "See whose slots are empty, and whether blocks are backed at the first attempt.",
		guide: "phase-3.md#what-can-go-wrong",
		check: late,
	},
	Rule {
		id: "thrown-away",
		severity: Severity::Warning,
		sentence: "Nearly every block is built twice, and one of the two thrown away.",
		remedy:
			"See the relay chain's lookahead, and whether collators' machines and network keep up.",
		guide: "phase-3.md#36-the-relay-chains-parameters",
		check: thrown_away,
	},
	Rule {
		id: "watch-ended",
		severity: Severity::Note,
		sentence: "Watching ended early: what is measured is of fewer blocks.",
		remedy: "Ask again, or another node.",
		guide: "README.md#the-order",
		check: ended,
	},
];

fn stands(facts: &Facts) -> Vec<String> {
	let watch = &facts.watch;
	// Without trouble, nothing else ends watching before all that were wanted came.
	if watch.live < watch.wanted && watch.trouble.is_none() {
		vec![format!("{} new ones in {} s, and then none", watch.live, watch.seconds)]
	} else {
		vec![]
	}
}

fn late(facts: &Facts) -> Vec<String> {
	let measured = measure(&facts.watch);
	let Some(para) = &facts.para else { return vec![] };
	let slot = para.slot_duration_api.get().or(para.slot_duration_pallet.get());
	let (Some(median), Some(slot)) = (measured.median_ms, slot) else { return vec![] };
	if measured.intervals < ENOUGH {
		return vec![];
	}
	// One block waits for the inclusion of the one before, which takes two relay blocks; several do not.
	let expected = match several_under_way(facts) {
		true => 6000,
		false => slot.max(12_000),
	};
	if median * 10 > expected * 14 {
		vec![format!(
			"half of {} intervals last {:.1} s or longer, where {:.1} s are to be expected",
			measured.intervals,
			median as f64 / 1000.0,
			expected as f64 / 1000.0
		)]
	} else {
		vec![]
	}
}

fn thrown_away(facts: &Facts) -> Vec<String> {
	let per_final = measure(&facts.watch).authored_per_final;
	match per_final {
		Some(ratio) if ratio >= 1.8 && facts.watch.heights as usize >= ENOUGH => {
			vec![format!(
				"{ratio:.2} blocks were announced for each of {} heights",
				facts.watch.heights
			)]
		},
		_ => vec![],
	}
}

fn ended(facts: &Facts) -> Vec<String> {
	facts.watch.trouble.clone().into_iter().collect()
}
