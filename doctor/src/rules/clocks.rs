//! What counts the chain's own blocks, and so comes in half the time when phase 3 halves the block time.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use super::before_phase_3;
use super::Rule;
use super::Severity;
use crate::facts::ClockKind;
use crate::facts::Counts;
use crate::facts::Facts;
use crate::source::words;
use crate::source::Place;
use crate::source::Source;

/// The page of all of them.
const GUIDE: &str = "timing-by-block-number.md#what-to-look-for-in-your-chain";
const CONVERT: &str =
	"Convert what is stored in phase 3's upgrade, or move the pallet to the relay chain's clock and convert.";

pub(super) const RULES: &[Rule] = &[
	Rule {
		id: "clock-vesting",
		severity: Severity::Warning,
		sentence: "Vesting schedules count this chain's blocks: at phase 3 they free twice as fast.",
		remedy: CONVERT,
		guide: GUIDE,
		check: |facts| stored(facts, ClockKind::Vesting),
	},
	Rule {
		id: "clock-scheduler",
		severity: Severity::Warning,
		sentence: "Scheduled calls wait for this chain's blocks: at phase 3 they are made after half the time.",
		remedy: CONVERT,
		guide: GUIDE,
		check: |facts| stored(facts, ClockKind::Scheduler),
	},
	Rule {
		id: "clock-voting",
		severity: Severity::Warning,
		sentence: "Locks of votes count this chain's blocks: at phase 3 they open after half the time.",
		remedy: CONVERT,
		guide: GUIDE,
		check: |facts| stored(facts, ClockKind::Voting),
	},
	Rule {
		id: "clock-referenda",
		severity: Severity::Warning,
		sentence: "Referenda count this chain's blocks: at phase 3 they end after half the time.",
		remedy: CONVERT,
		guide: GUIDE,
		check: |facts| stored(facts, ClockKind::Referenda),
	},
	Rule {
		id: "clock-proxy",
		severity: Severity::Warning,
		sentence: "Proxies' announcements and delays count this chain's blocks: at phase 3 they are over after half the time.",
		remedy: CONVERT,
		guide: GUIDE,
		check: |facts| stored(facts, ClockKind::Proxy),
	},
	Rule {
		id: "clock-periods",
		severity: Severity::Note,
		sentence: "Periods of the configuration are in blocks: each that the code does not derive from the block time halves at phase 3.",
		remedy: "See each of them in the code, in phase 1.",
		guide: "phase-1.md#13-block-time-and-slot-duration",
		check: periods,
	},
	Rule {
		id: "clock-session",
		severity: Severity::Warning,
		sentence: "The length of a session, or the kick threshold, is a number of blocks that does not follow from the block time.",
		remedy: "Derive it from MILLISECS_PER_BLOCK, in phase 1.",
		guide: "phase-1.md#13-block-time-and-slot-duration",
		check: session,
	},
];

fn stored(facts: &Facts, kind: ClockKind) -> Vec<String> {
	let Some(para) = facts.para.as_ref().filter(|_| before_phase_3(facts)) else { return vec![] };
	para.clocks
		.iter()
		.filter(|clock| clock.kind == kind && clock.stored > 0)
		.filter(|clock| clock.counts.get() != Some(Counts::Relay))
		.map(|clock| {
			let more = if clock.more { " and more" } else { "" };
			let whose = match clock.counts.get() {
				Some(_) => "of this chain".to_string(),
				None => format!("of this chain or the relay chain: {}", clock.counts.how),
			};
			format!(
				"{}.{} has {}{more} entries, from {} to {}, {whose}",
				clock.pallet,
				clock.entry,
				clock.stored,
				clock.lowest.unwrap_or_default(),
				clock.highest.unwrap_or_default()
			)
		})
		.collect()
}

fn periods(facts: &Facts) -> Vec<String> {
	let Some(para) = facts.para.as_ref().filter(|_| before_phase_3(facts)) else { return vec![] };
	// What the checkout has, is judged by `session`.
	let kick = facts.source.as_ref().is_some_and(|source| source.kick_threshold.is_some());
	para.clocks
		.iter()
		.filter(|clock| !(kick && clock.kind == ClockKind::Kick))
		.filter_map(|clock| {
			Some(format!("{}.{} is {} blocks", clock.pallet, clock.entry, clock.period?))
		})
		.collect()
}

fn session(facts: &Facts) -> Vec<String> {
	let Some(source) = facts.source.as_ref().filter(|_| before_phase_3(facts)) else {
		return vec![];
	};
	[&source.session_period, &source.kick_threshold]
		.into_iter()
		.flatten()
		.filter(|place| has_number(source, place) && !derived(source, &place.code, 8))
		.map(Place::to_string)
		.collect()
}

/// Whether there is a length of time in it at all: a pallet may be asked for one instead.
fn has_number(source: &Source, place: &Place) -> bool {
	words(&place.code).any(|word| {
		word.starts_with(|letter: char| letter.is_ascii_digit())
			|| source.constants.contains_key(word)
	})
}

/// Whether `code` goes back to the block time, through constants of constants.
fn derived(source: &Source, code: &str, depth: u32) -> bool {
	words(code).any(|word| {
		word == "MILLISECS_PER_BLOCK"
			|| (depth > 0
				&& source
					.constants
					.get(word)
					.is_some_and(|place| derived(source, &place.code, depth - 1)))
	})
}
