//! What a chain asks of its relay chain and does not get.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use super::Rule;
use super::Severity;
use crate::facts::Facts;

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
	let ahead = depth.saturating_mul(relay.cores.get().unwrap_or(1).max(1));
	if capacity.at_least <= ahead {
		return vec![];
	}
	let mut evidence =
		vec![format!("the capacity is {capacity}, the relay chain backs {ahead} ahead")];
	if let Some(coming) = relay.pending.iter().find(|it| it.parameters.depth() > Some(depth)) {
		evidence.push(format!(
			"{} from session {} on",
			coming.parameters.depth().unwrap_or_default(),
			coming.session
		));
	}
	evidence
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
