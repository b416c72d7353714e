//! What the blocks that were looked at amount to.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::facts::Watch;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// The blocks that were looked at, summed up.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Measured {
	/// How many times between two blocks there are.
	pub intervals: usize,
	/// Their mean, in milliseconds.
	pub mean_ms: Option<f64>,
	/// Half of them are no longer, in milliseconds.
	pub median_ms: Option<u64>,
	/// The shortest, in milliseconds.
	pub min_ms: Option<u64>,
	/// The longest, in milliseconds.
	pub max_ms: Option<u64>,
	/// How many lasted how many whole seconds.
	pub histogram: BTreeMap<u64, u32>,
	/// By how much the relay parent's number went on from block to block, and how often.
	pub relay_parent_steps: BTreeMap<u32, u32>,
	/// How many blocks had the slot of the block before.
	pub in_the_slot_before: u32,
	/// How many blocks each authority made.
	pub authors: BTreeMap<u32, u32>,
	/// The longest unincluded segment.
	pub longest_segment: Option<u32>,
	/// The relay blocks that did not change the session, and how many of them backed a candidate.
	pub relay_blocks: u32,
	/// See [`Measured::relay_blocks`].
	pub backing_blocks: u32,
	/// The relay blocks that changed the session.
	pub session_changes: u32,
	/// Candidates that were backed.
	pub backed: u32,
	/// Candidates that were included.
	pub included: u32,
	/// Candidates that timed out.
	pub timed_out: u32,
	/// The mean from backing to inclusion, in relay blocks.
	pub inclusion_lag: Option<f64>,
	/// The mean distance from the last finalized to the best block, in blocks.
	pub finality_lag: Option<f64>,
	/// How many blocks were announced for each that became final.
	pub authored_per_final: Option<f64>,
}

/// The mean time between two blocks, in milliseconds; none without two blocks.
pub fn mean_ms(watch: &Watch) -> Option<f64> {
	mean(&intervals(watch))
}

fn intervals(watch: &Watch) -> Vec<u64> {
	let pairs = watch.blocks.windows(2);
	pairs
		.filter(|pair| {
			pair[1].number == pair[0].number.saturating_add(1) && pair[0].timestamp_ms > 0
		})
		.map(|pair| pair[1].timestamp_ms.saturating_sub(pair[0].timestamp_ms))
		.collect()
}

fn mean(numbers: &[u64]) -> Option<f64> {
	match numbers.len() {
		0 => None,
		count => Some(numbers.iter().map(|number| *number as f64).sum::<f64>() / count as f64),
	}
}

/// Sums `watch` up.
pub fn measure(watch: &Watch) -> Measured {
	let mut lengths = intervals(watch);
	lengths.sort_unstable();
	let mut measured = Measured {
		intervals: lengths.len(),
		mean_ms: mean(&lengths),
		median_ms: lengths.get(lengths.len() / 2).copied(),
		min_ms: lengths.first().copied(),
		max_ms: lengths.last().copied(),
		longest_segment: watch.blocks.iter().filter_map(|block| block.segment).max(),
		..Measured::default()
	};
	for length in lengths {
		*measured.histogram.entry(length / 1000).or_default() += 1;
	}
	for pair in watch.blocks.windows(2) {
		let step = pair[1].relay_parent.saturating_sub(pair[0].relay_parent);
		*measured.relay_parent_steps.entry(step).or_default() += 1;
		measured.in_the_slot_before +=
			u32::from(pair[0].slot.is_some() && pair[0].slot == pair[1].slot);
	}
	for author in watch.blocks.iter().filter_map(|block| block.author) {
		*measured.authors.entry(author).or_default() += 1;
	}
	for block in &watch.relay_blocks {
		measured.backed += block.backed;
		measured.included += block.included;
		measured.timed_out += block.timed_out;
		if block.session_change {
			measured.session_changes += 1;
		} else {
			measured.relay_blocks += 1;
			measured.backing_blocks += u32::from(block.backed > 0);
		}
	}
	let lags: Vec<u64> = watch
		.blocks
		.iter()
		.filter_map(|block| Some(block.included_in?.saturating_sub(block.backed_in?).into()))
		.collect();
	measured.inclusion_lag = mean(&lags);
	let behind: Vec<u64> = watch.finality_lag.iter().map(|lag| (*lag).into()).collect();
	measured.finality_lag = mean(&behind);
	measured.authored_per_final = match (watch.announced.get(), watch.heights) {
		(Some(announced), heights) if heights > 0 => {
			Some(f64::from(announced) / f64::from(heights))
		},
		_ => None,
	};
	measured
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::facts::Block;
	use crate::facts::Known;
	use crate::facts::RelayBlock;

	fn block(number: u32, seconds: u64, relay_parent: u32, slot: u64) -> Block {
		Block {
			number,
			timestamp_ms: seconds * 1000,
			relay_parent,
			slot: Some(slot),
			author: Some(number % 2),
			backed_in: Some(relay_parent + 1),
			included_in: Some(relay_parent + 2),
			..Block::default()
		}
	}

	#[test]
	fn blocks_are_summed_up() {
		let watch = Watch {
			blocks: vec![
				block(1, 6, 1, 1),
				block(2, 12, 2, 2),
				block(3, 15, 2, 2),
				block(4, 30, 5, 5),
			],
			relay_blocks: vec![
				RelayBlock { number: 2, backed: 1, ..RelayBlock::default() },
				RelayBlock { number: 3, included: 1, ..RelayBlock::default() },
				RelayBlock { number: 4, session_change: true, ..RelayBlock::default() },
			],
			announced: Known::found(3, "x"),
			heights: 2,
			finality_lag: vec![2, 4],
			..Watch::default()
		};
		let measured = measure(&watch);
		assert_eq!((measured.intervals, measured.mean_ms), (3, Some(8000.0)));
		let ends = (measured.min_ms, measured.median_ms, measured.max_ms);
		assert_eq!(ends, (Some(3000), Some(6000), Some(15_000)));
		assert_eq!(measured.relay_parent_steps, BTreeMap::from([(0, 1), (1, 1), (3, 1)]));
		assert_eq!(measured.in_the_slot_before, 1);
		assert_eq!((measured.relay_blocks, measured.backing_blocks), (2, 1));
		assert_eq!((measured.backed, measured.included), (1, 1));
		assert_eq!((measured.session_changes, measured.inclusion_lag), (1, Some(1.0)));
		assert_eq!((measured.authored_per_final, measured.finality_lag), (Some(1.5), Some(3.0)));
		assert_eq!(measured.authors, BTreeMap::from([(0, 2), (1, 2)]));
	}

	#[test]
	fn nothing_is_made_of_no_blocks() {
		assert_eq!(measure(&Watch::default()), Measured::default());
	}
}
