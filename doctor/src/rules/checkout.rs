//! What in a checkout will hurt later.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use super::before_phase_3;
use super::Rule;
use super::Severity;
use crate::source::Place;
use crate::source::AURA;

pub(super) const RULES: &[Rule] = &[
	Rule {
		id: "literal-durations",
		severity: Severity::Note,
		sentence: "Numbers that look like days or weeks in blocks are written into the runtime.",
		remedy: "Derive them from MILLISECS_PER_BLOCK, in phase 1.",
		guide: "phase-1.md#13-block-time-and-slot-duration",
		check: |facts| {
			let before = before_phase_3(facts);
			let source = facts.source.as_ref().filter(|_| before);
			source.map(|source| lines(&source.literals)).unwrap_or_default()
		},
	},
	Rule {
		id: "check-inherents",
		severity: Severity::Warning,
		sentence: "register_validate_block! has CheckInherents, which SDKs since stable2512 refuse to compile.",
		remedy: "Take it out together with phase 1's hook, and assert inherents of your own where they are executed.",
		guide: "phase-1.md#18-checkinherents",
		check: |facts| {
			let found = facts.source.as_ref().and_then(|source| source.check_inherents.as_ref());
			found.into_iter().map(Place::to_string).collect()
		},
	},
	Rule {
		id: "slot-from-minimum-period",
		severity: Severity::Warning,
		sentence: "The slot's duration is derived from the minimum period, and would be zero when that is.",
		remedy: "Let pallet_aura::Config::SlotDuration be the constant SLOT_DURATION.",
		guide: "phase-1.md#15-pallet-aura",
		check: |facts| {
			let found = facts.source.as_ref().and_then(|source| source.slot_duration.as_ref());
			found
				.filter(|place| place.code.contains("MinimumPeriod"))
				.into_iter()
				.map(Place::to_string)
				.collect()
		},
	},
	Rule {
		id: "no-time-check",
		severity: Severity::Warning,
		sentence: "Nothing compares slot and time: pallet_timestamp's OnTimestampSet is ().",
		remedy: "Set it to Aura, and see that blocks go on, before phase 1.",
		guide: "phase-1.md#before",
		check: |facts| {
			// Without Aura there is no slot to compare with.
			let source = facts.source.as_ref().filter(|source| source.configures(AURA));
			let found = source.and_then(|source| source.on_timestamp_set.as_ref());
			found.filter(|place| place.code == "()").into_iter().map(Place::to_string).collect()
		},
	},
];

fn lines(places: &[Place]) -> Vec<String> {
	places.iter().map(Place::to_string).collect()
}
