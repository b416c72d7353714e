//! The time between blocks, what it took to include them, and what was built in vain.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::history::History;
use crate::history::ParaBlock;
use network_observer::client::Hash;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::HashMap;

/// A moment of a rehearsal that the chart marks.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
	/// What happened.
	pub name: String,
	/// When, in milliseconds since 1970.
	pub at_ms: u64,
	/// The height of the last finalized parachain block then.
	pub height: u32,
}

/// A canonical block, as a report has it.
#[derive(Clone, Debug, Serialize)]
pub struct Point {
	/// Its height.
	pub number: u32,
	/// Its hash.
	pub hash: String,
	/// `Timestamp.Now`, in milliseconds since 1970.
	pub timestamp_ms: u64,
	/// The time since its parent, in milliseconds; none for the first, as the genesis block has no time.
	pub interval_ms: Option<u64>,
	/// The index of the Aura authority that made it.
	pub author: u32,
	/// The height of the relay block it was built on.
	pub relay_parent: u32,
	/// The height of the relay block that backed it.
	pub backed_in: Option<u32>,
	/// The height of the relay block that included it.
	pub included_in: Option<u32>,
	/// How many transactions it has, inherents left out.
	pub transactions: u32,
	/// The version of the runtime in its state.
	pub spec_version: u32,
}

impl Point {
	/// From relay parent to inclusion, in relay blocks.
	pub fn lag(&self) -> Option<u32> {
		Some(self.included_in?.saturating_sub(self.relay_parent))
	}
}

/// Every finalized block of the history.
pub fn points(history: &History) -> Vec<Point> {
	// A candidate that a session change dropped is backed again: the last one counts, with its inclusion.
	let mut backed: HashMap<Hash, u32> = HashMap::new();
	let mut included: HashMap<Hash, u32> = HashMap::new();
	for block in &history.relay {
		backed.extend(block.backed.iter().map(|head| (*head, block.number)));
		included.extend(block.included.iter().map(|head| (*head, block.number)));
	}
	let mut parent: Option<&ParaBlock> = None;
	let mut points = vec![];
	for block in &history.para {
		points.push(Point {
			number: block.number,
			hash: format!("{:?}", block.hash),
			timestamp_ms: block.timestamp_ms,
			interval_ms: parent
				.map(|parent| block.timestamp_ms.saturating_sub(parent.timestamp_ms)),
			author: block.author,
			relay_parent: block.relay_parent,
			backed_in: backed.get(&block.hash).copied(),
			included_in: included.get(&block.hash).copied(),
			transactions: signed(block),
			spec_version: block.spec_version,
		});
		parent = Some(block);
	}
	points
}

/// How many transactions somebody paid for.
fn signed(block: &ParaBlock) -> u32 {
	let paid = block.events.iter().filter(|event| {
		event.extrinsic.is_some() && event.name == "TransactionPayment.TransactionFeePaid"
	});
	u32::try_from(paid.count()).unwrap_or(u32::MAX)
}

/// A stretch of blocks, summed up.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Stretch {
	/// What it is of.
	pub name: String,
	/// The heights between which the intervals are.
	pub first: u32,
	/// The last of them.
	pub last: u32,
	/// How many intervals.
	pub intervals: usize,
	/// Their mean, in milliseconds.
	pub mean_ms: f64,
	/// The mean of those without a session change between the backing of their two blocks, in milliseconds: before phase 3 each
	/// of the fast relay chain's costs a slot or nothing, by the second in which that chain started.
	pub steady_ms: f64,
	/// The mean over whole sessions, in milliseconds: from the first block backed after one session change to the first backed
	/// after the last. A number of blocks that is no multiple of a session's has one change more or less in it by chance.
	pub sessions_ms: Option<f64>,
	/// The shortest, in milliseconds.
	pub min_ms: u64,
	/// Half of them are no longer, in milliseconds.
	pub median_ms: u64,
	/// The longest, in milliseconds.
	pub max_ms: u64,
	/// How many lasted how many whole seconds.
	pub histogram: BTreeMap<u64, u32>,
	/// How many different blocks the collators announced for these heights.
	pub authored: usize,
	/// How many reorgs the first collator saw at these heights.
	pub reorgs: usize,
	/// How many blocks each author made, by its index.
	pub authors: BTreeMap<u32, u32>,
	/// The mean from relay parent to inclusion, in relay blocks.
	pub inclusion_lag: f64,
	/// The relay chain's session changes while these blocks were backed.
	pub session_changes: usize,
	/// How many of the relay blocks meanwhile, session changes left out, backed a block.
	pub backing: usize,
	/// Of how many.
	pub relay_blocks: usize,
	/// Candidates that timed out before they were available.
	pub timed_out: u32,
}

impl Stretch {
	/// The blocks announced for each block that is canonical.
	pub fn authored_per_included(&self) -> f64 {
		self.authored as f64 / self.intervals.max(1) as f64
	}

	/// The blocks after `first`, up to `last`.
	pub fn of(name: &str, history: &History, first: u32, last: u32) -> Self {
		let all = points(history);
		let blocks: Vec<&Point> =
			all.iter().filter(|point| point.number > first && point.number <= last).collect();
		let mut lengths: Vec<u64> = blocks.iter().filter_map(|point| point.interval_ms).collect();
		lengths.sort_unstable();
		let mut stretch = Self {
			name: name.to_string(),
			first,
			last,
			intervals: lengths.len(),
			mean_ms: mean(&lengths),
			min_ms: lengths.first().copied().unwrap_or_default(),
			median_ms: lengths.get(lengths.len() / 2).copied().unwrap_or_default(),
			max_ms: lengths.last().copied().unwrap_or_default(),
			authored: history.authored(first + 1, last),
			reorgs: history.reorgs.iter().filter(|at| **at > first && **at <= last).count(),
			..Self::default()
		};
		for length in lengths {
			*stretch.histogram.entry((length + 500) / 1000).or_default() += 1;
		}
		for block in &blocks {
			*stretch.authors.entry(block.author).or_default() += 1;
		}
		let lags: Vec<u64> = blocks.iter().filter_map(|point| point.lag().map(u64::from)).collect();
		stretch.inclusion_lag = mean(&lags);
		let steady: Vec<u64> = all
			.windows(2)
			.filter(|pair| pair[1].number > first && pair[1].number <= last)
			.filter(|pair| !changes_session(history, pair[0].backed_in, pair[1].backed_in))
			.filter_map(|pair| pair[1].interval_ms)
			.collect();
		stretch.steady_ms = mean(&steady);
		stretch.sessions_ms = over_sessions(history, &blocks);
		let backed = blocks.iter().filter_map(|point| point.backed_in);
		if let (Some(from), Some(to)) = (backed.clone().min(), backed.max()) {
			for block in history.relay.iter().filter(|block| (from..=to).contains(&block.number)) {
				stretch.timed_out += block.timed_out;
				if block.session_change {
					stretch.session_changes += 1;
					continue;
				}
				stretch.relay_blocks += 1;
				stretch.backing += usize::from(!block.backed.is_empty());
			}
		}
		stretch
	}
}

/// Whether the relay chain changed its session after the block `after`, up to the block `until`.
fn changes_session(history: &History, after: Option<u32>, until: Option<u32>) -> bool {
	let (Some(after), Some(until)) = (after, until) else { return false };
	history
		.relay
		.iter()
		.any(|block| block.session_change && block.number > after && block.number <= until)
}

/// The mean block time over whole sessions, if there is one.
fn over_sessions(history: &History, blocks: &[&Point]) -> Option<f64> {
	let mut starts = blocks
		.windows(2)
		.filter(|pair| changes_session(history, pair[0].backed_in, pair[1].backed_in))
		.map(|pair| pair[1]);
	let (from, to) = (starts.next()?, starts.next_back()?);
	let time = to.timestamp_ms.saturating_sub(from.timestamp_ms);
	Some(time as f64 / f64::from(to.number - from.number))
}

fn mean(numbers: &[u64]) -> f64 {
	numbers.iter().sum::<u64>() as f64 / numbers.len().max(1) as f64
}

/// The longest interval of all, with the block that ends it.
pub fn longest(points: &[Point]) -> Option<&Point> {
	points.iter().max_by_key(|point| point.interval_ms)
}

/// Transactions in each minute since the first block.
pub fn per_minute(points: &[Point]) -> Vec<u32> {
	let Some(start) = points.first().map(|point| point.timestamp_ms) else { return vec![] };
	let mut minutes = vec![];
	for point in points {
		let minute = usize::try_from(point.timestamp_ms.saturating_sub(start) / 60_000);
		let minute = minute.unwrap_or_default();
		if minutes.len() <= minute {
			minutes.resize(minute + 1, 0);
		}
		if let Some(count) = minutes.get_mut(minute) {
			*count += point.transactions;
		}
	}
	minutes
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::history::RelayBlock;

	fn history() -> History {
		let para = |number: u32, seconds: u64| ParaBlock {
			number,
			hash: Hash::repeat_byte(number as u8),
			timestamp_ms: seconds * 1000,
			relay_parent: number,
			author: number % 2,
			..ParaBlock::default()
		};
		let relay = |number: u32, session_change, backed: &[u8]| RelayBlock {
			number,
			session_change,
			backed: backed.iter().map(|id| Hash::repeat_byte(*id)).collect(),
			included: backed.iter().map(|id| Hash::repeat_byte(id - 1)).collect(),
			..RelayBlock::default()
		};
		History {
			para: vec![para(1, 60), para(2, 66), para(3, 78), para(4, 126)],
			relay: vec![
				relay(2, false, &[1]),
				relay(3, false, &[2]),
				relay(4, true, &[]),
				relay(5, false, &[3]),
				relay(6, false, &[4]),
			],
			announced: (1..=8u8).map(|id| (Hash::repeat_byte(id), u32::from(id).min(4))).collect(),
			reorgs: vec![1, 3],
		}
	}

	#[test]
	fn a_stretch_counts_what_is_after_its_first_block() {
		let stretch = Stretch::of("all", &history(), 1, 4);
		assert_eq!((stretch.intervals, stretch.min_ms, stretch.max_ms), (3, 6000, 48_000));
		assert_eq!((stretch.mean_ms, stretch.authored, stretch.reorgs), (22_000.0, 7, 1));
		// The session changes between the backing of the second and the third block.
		assert_eq!(stretch.steady_ms, 27_000.0);
		assert_eq!((stretch.session_changes, stretch.backing, stretch.relay_blocks), (1, 3, 3));
		assert_eq!(stretch.authors, BTreeMap::from([(0, 2), (1, 1)]));
	}

	#[test]
	fn a_session_is_whole_between_two_changes() {
		let mut history = history();
		assert_eq!(Stretch::of("one change", &history, 1, 4).sessions_ms, None);
		// The second change is before #6 is backed.
		let more = |number: u32, seconds: u64| ParaBlock {
			number,
			hash: Hash::repeat_byte(number as u8),
			timestamp_ms: seconds * 1000,
			..ParaBlock::default()
		};
		history.para.extend([more(5, 132), more(6, 144)]);
		let relay = |number: u32, session_change, backed: Option<u8>| RelayBlock {
			number,
			session_change,
			backed: backed.into_iter().map(Hash::repeat_byte).collect(),
			..RelayBlock::default()
		};
		history.relay.extend([
			relay(7, false, Some(5)),
			relay(8, true, None),
			relay(9, false, Some(6)),
		]);
		// From #3 at 78 s to #6 at 144 s.
		assert_eq!(Stretch::of("two", &history, 1, 6).sessions_ms, Some(22_000.0));
	}

	#[test]
	fn a_block_is_included_by_the_relay_block_after() {
		let points = points(&history());
		let lags: Vec<_> = points.iter().map(Point::lag).collect();
		assert_eq!(lags, [Some(2), Some(3), Some(3), None]);
		assert_eq!(longest(&points).map(|point| point.number), Some(4));
	}

	#[test]
	fn transactions_are_counted_by_minute() {
		let mut points = points(&history());
		points.iter_mut().for_each(|point| point.transactions = 2);
		assert_eq!(per_minute(&points), [6, 2]);
	}
}
