//! What a measurement of each stage has to keep; the table that `--check` and the network test read.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::measure::Report;
use anyhow::Context;
use anyhow::Result;
use std::ops::RangeInclusive;

/// The limits of a stage on the local network: two validators, two collators, sessions of ten relay blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
	/// The stage, as its tag is named.
	pub stage: &'static str,
	/// How many intervals a measurement needs to mean anything.
	pub intervals: u32,
	/// The relay chain's `lookahead`, `max_candidate_depth` and `allowed_ancestry_len`, as the stage's specification has them.
	pub relay: [u32; 3],
	/// The mean block time, in seconds, session changes included.
	pub mean_s: RangeInclusive<f64>,
	/// The mean block time, in seconds, without what session changes made longer.
	pub steady_s: RangeInclusive<f64>,
	/// The longest time between two blocks, in seconds.
	pub longest_s: f64,
	/// The share of relay blocks that back a candidate, in percent, session changes left out.
	pub backing_percent: RangeInclusive<f64>,
	/// How far finality may be behind the best block, in blocks.
	pub finality_lag: u32,
	/// How many collators have to make blocks.
	pub authors: usize,
}

/// A block every 12 s: a candidate in every second relay block.
///
/// A session change comes every 10 relay blocks. If those are the blocks that would back a candidate, each costs a slot of
/// 12 s: four blocks a minute, 15 s in the mean. Otherwise none costs anything, or 6 s after a block that was late. Which it
/// is depends on the second in which the relay chain makes its first block.
const fn every_12_s(stage: &'static str) -> Limits {
	Limits {
		stage,
		intervals: 50,
		relay: [1, 0, 0],
		mean_s: 11.5..=15.7,
		steady_s: 11.5..=13.0,
		longest_s: 36.0,
		backing_percent: 40.0..=60.0,
		finality_lag: 6,
		authors: 2,
	}
}

/// One row per stage.
///
/// At `phase-3` a session change backs nothing, which costs 6 s, and drops the candidate that is pending availability, which costs
/// another 6 s where there is one. Fifty intervals have five or six changes in them: 300 s and 30 to 72, which is 6.6 to 7.44 s in
/// the mean. One block per relay parent makes up for none of it, so without them it is 6 s.
pub static LIMITS: [Limits; 4] = [
	every_12_s("sync"),
	every_12_s("phase-1"),
	every_12_s("phase-2"),
	Limits {
		stage: "phase-3",
		intervals: 50,
		relay: [3, 3, 2],
		mean_s: 5.9..=7.45,
		steady_s: 5.9..=6.2,
		longest_s: 18.0,
		backing_percent: 95.0..=100.0,
		finality_lag: 6,
		authors: 2,
	},
];

/// The limits of `stage`.
pub fn of(stage: &str) -> Result<&'static Limits> {
	LIMITS.iter().find(|limits| limits.stage == stage).with_context(|| {
		let stages: Vec<_> = LIMITS.iter().map(|limits| limits.stage).collect();
		format!("there is no stage {stage}: give one of {}", stages.join(", "))
	})
}

impl Limits {
	/// The limits that `report` misses, one sentence each.
	pub fn missed(&self, report: &Report) -> Vec<String> {
		let mut missed = vec![];
		let mut keep = |kept: bool, sentence: String| {
			if !kept {
				missed.push(sentence);
			}
		};
		let interval = &report.interval;
		let mean_s = interval.mean_ms / 1000.0;
		let steady_s = mean_s - report.excess.session_change_s / f64::from(interval.count.max(1));
		let longest_s = interval.max_ms as f64 / 1000.0;
		let backing = report.relay.backing_percent();
		let lag = report.finality_lag.max_blocks;
		let relay = &report.relay;
		let relay = [relay.lookahead, relay.max_candidate_depth, relay.allowed_ancestry_len];
		keep(
			interval.count >= self.intervals,
			format!("{} intervals are too few: measure {}", interval.count, self.intervals),
		);
		keep(
			relay == self.relay,
			format!(
				"the relay chain's lookahead, max_candidate_depth and allowed_ancestry_len are {relay:?}, not {:?}: a key of \
				 the specification does not reach it",
				self.relay
			),
		);
		keep(
			self.mean_s.contains(&mean_s),
			format!("mean block time {mean_s:.2} s, not within {}", range(&self.mean_s, "s")),
		);
		keep(
			self.steady_s.contains(&steady_s),
			format!(
				"mean block time {steady_s:.2} s without session changes, not within {}",
				range(&self.steady_s, "s")
			),
		);
		keep(
			longest_s <= self.longest_s,
			format!("longest block time {longest_s:.1} s, more than {:.1} s", self.longest_s),
		);
		keep(
			self.backing_percent.contains(&backing),
			format!(
				"{backing:.1} % of the relay blocks outside session changes back a candidate, not within {}",
				range(&self.backing_percent, "%")
			),
		);
		keep(
			lag <= self.finality_lag,
			format!("finality up to {lag} blocks behind, more than {}", self.finality_lag),
		);
		keep(
			report.authors.len() >= self.authors,
			format!("{} collators made blocks, not {}", report.authors.len(), self.authors),
		);
		missed
	}
}

fn range(range: &RangeInclusive<f64>, unit: &str) -> String {
	format!("{} to {} {unit}", range.start(), range.end())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::measure::Excess;
	use crate::measure::Intervals;
	use crate::measure::Lag;
	use crate::measure::Relay;
	use std::collections::BTreeMap;

	fn good() -> Report {
		Report {
			para_id: 1000,
			spec_version: 3,
			interval: Intervals {
				count: 50,
				mean_ms: 7440.0,
				min_ms: 6000,
				p50_ms: 6000,
				p95_ms: 12_000,
				max_ms: 18_000,
				histogram: BTreeMap::new(),
			},
			excess: Excess { session_change_s: 72.0, ..Excess::default() },
			relay_parent_steps: BTreeMap::new(),
			relay: Relay {
				lookahead: 3,
				max_candidate_depth: 3,
				allowed_ancestry_len: 2,
				blocks: 50,
				backing_blocks: 48,
				..Relay::default()
			},
			machine: String::new(),
			authors: BTreeMap::from([(0, 25), (1, 25)]),
			authored: 60,
			canonical: 50,
			reorgs: 3,
			finality_lag: Lag { mean_blocks: 3.0, max_blocks: 6 },
			blocks: vec![],
			relay_blocks: vec![],
		}
	}

	#[test]
	fn a_good_report_misses_nothing() -> Result<()> {
		assert_eq!(of("phase-3")?.missed(&good()), Vec::<String>::new());
		Ok(())
	}

	#[test]
	fn every_limit_is_named_when_it_is_missed() -> Result<()> {
		let mut bad = good();
		bad.interval =
			Intervals { count: 49, mean_ms: 7451.0, max_ms: 18_001, ..Intervals::default() };
		bad.excess.session_change_s = 10.0;
		bad.relay.max_candidate_depth = 0;
		bad.relay.backing_blocks = 47;
		bad.finality_lag.max_blocks = 7;
		bad.authors.remove(&1);
		let missed = of("phase-3")?.missed(&bad);
		let words = [
			"too few",
			"lookahead",
			"mean",
			"without session changes",
			"longest",
			"back a candidate",
			"finality",
			"collators",
		];
		assert_eq!(missed.len(), words.len(), "{missed:?}");
		for (sentence, word) in missed.iter().zip(words) {
			assert!(sentence.contains(word), "{sentence} says nothing of {word}");
		}
		Ok(())
	}

	#[test]
	fn the_stages_before_phase_3_make_a_block_in_every_second_relay_block() -> Result<()> {
		let mut report = good();
		assert_eq!(of("sync")?.missed(&report).len(), 4);
		report.relay.lookahead = 1;
		report.relay.max_candidate_depth = 0;
		report.relay.allowed_ancestry_len = 0;
		report.interval.mean_ms = 12_400.0;
		report.excess.session_change_s = 0.0;
		report.relay.backing_blocks = 25;
		assert_eq!(of("phase-2")?.missed(&report), Vec::<String>::new());
		// Each session change takes a slot.
		report.interval.mean_ms = 15_000.0;
		assert_eq!(of("phase-2")?.missed(&report).len(), 1);
		report.excess.session_change_s = 150.0;
		assert_eq!(of("phase-2")?.missed(&report), Vec::<String>::new());
		Ok(())
	}

	#[test]
	fn step_3_6_each_specification_has_the_parameters_that_are_read_back() -> Result<()> {
		for limits in &LIMITS {
			let path = format!("{}/../{}.toml", env!("CARGO_MANIFEST_DIR"), limits.stage);
			let text = std::fs::read_to_string(&path).with_context(|| path.clone())?;
			let names = ["lookahead", "max_candidate_depth", "allowed_ancestry_len"];
			for (name, number) in names.into_iter().zip(limits.relay) {
				let line = format!("{name} = {number}");
				assert!(text.lines().any(|other| other == line), "{path} has no line {line}");
			}
		}
		Ok(())
	}

	#[test]
	fn an_unknown_stage_names_the_known_ones() {
		let said = of("phase-4").map_err(|error| error.to_string());
		assert_eq!(
			said.err().as_deref(),
			Some("there is no stage phase-4: give one of sync, phase-1, phase-2, phase-3")
		);
	}
}
