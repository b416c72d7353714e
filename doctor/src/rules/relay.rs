//! What a chain asks of its relay chain and does not get.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use super::Rule;
use super::Severity;
use crate::facts::Block;
use crate::facts::Facts;
use std::collections::BTreeSet;

pub(super) const RULES: &[Rule] = &[
	Rule {
		id: "capacity-above-relay",
		severity: Severity::Warning,
		sentence: "More blocks may be under way than the relay chain backs ahead: what is late is thrown away and built again.",
		remedy: "Set the relay chain's scheduler lookahead to the capacity, or lower the capacity.",
		guide: "phase-3.md#36-the-relay-chains-parameters",
		check: capacity_above_relay,
	},
	Rule {
		id: "not-scheduled",
		severity: Severity::Error,
		sentence: "The relay chain gives the parachain no core.",
		remedy: "Buy coretime or renew it, and look at the parachain's state on the relay chain.",
		guide: "phase-3.md#what-can-go-wrong",
		check: not_scheduled,
	},
];

fn capacity_above_relay(facts: &Facts) -> Vec<String> {
	let (Some(para), Some(relay)) = (&facts.para, &facts.relay) else { return vec![] };
	let (Some(capacity), Some(depth)) = (para.capacity.get(), relay.active.depth()) else {
		return vec![];
	};
	// Asynchronous backing lets a core back ahead while one more becomes available.
	let each = depth.saturating_add((relay.active.asynchronous() == Some(true)).into());
	let cores = relay.cores.get().unwrap_or(1).max(1);
	let ahead = each.saturating_mul(cores).saturating_mul(bundled(&facts.watch.blocks, cores));
	if capacity.at_least <= ahead {
		return vec![];
	}
	let mut evidence =
		vec![format!("the capacity is {capacity}, and the relay chain takes {ahead} at a time")];
	if let Some(coming) = relay.pending.iter().find(|it| it.parameters.depth() > Some(depth)) {
		evidence.push(format!(
			"it backs {} ahead from session {} on",
			coming.parameters.depth().unwrap_or_default(),
			coming.session
		));
	}
	evidence
}

/// How many blocks a candidate has: those on one relay parent are shared among the cores.
fn bundled(blocks: &[Block], cores: u32) -> u32 {
	let parents: BTreeSet<u32> = blocks.iter().map(|block| block.relay_parent).collect();
	let each = blocks.len().checked_div(parents.len()).unwrap_or(1);
	(u32::try_from(each).unwrap_or(u32::MAX) / cores).max(1)
}

fn not_scheduled(facts: &Facts) -> Vec<String> {
	let Some(relay) = &facts.relay else { return vec![] };
	let mut evidence = vec![];
	if let Some(state) = &relay.lifecycle.value {
		// One that buys each block, or is about to, has no core of its own.
		if !["Parachain", "Parathread", "DowngradingParachain"].contains(&state.as_str()) {
			evidence.push(format!("its state there is {state}"));
		} else if relay.cores.get() == Some(0) && state == "Parachain" {
			evidence.push(format!("{} has no claim of it", relay.cores.how));
		}
	}
	evidence
}
