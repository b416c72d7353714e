//! Whether the chain did what it was asked for: every transaction once, balances that add up, locks that open in time.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::history::Event;
use crate::history::History;
use crate::history::ParaBlock;
use crate::load::Record;
use crate::load::What;
use crate::load::LONG_LOCK;
use anyhow::Context;
use anyhow::Result;
use network_observer::client::Chain;
use network_observer::client::Hash;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::HashMap;
use subxt::utils::AccountId32;

/// How far from its time a lock may open: one block of the slower chain, in milliseconds.
const LOCK_TOLERANCE_MS: i64 = 12_000;

/// The account of it all.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ledger {
	/// How many transactions a node accepted.
	pub submitted: usize,
	/// How many of them are in exactly one finalized block.
	pub once: usize,
	/// Those that are in none, as hashes.
	pub lost: Vec<String>,
	/// Those that are in more than one, as hashes.
	pub repeated: Vec<String>,
	/// How many of them did what they asked for.
	pub succeeded: usize,
	/// How many of them failed in their block, by error.
	pub failed: BTreeMap<String, u32>,
	/// What nodes refused to take, by reason.
	pub refused: BTreeMap<String, u32>,
	/// From submission to the timestamp of the block they are in, in milliseconds: the median and the 95th percentile.
	pub wait_ms: (u64, u64),
	/// For how long nothing was signed because an upgrade was due, in seconds.
	pub held_s: f64,
	/// The fees that were paid, in the token's smallest unit.
	pub fees: u128,
	/// Each sender's balance: what the chain says and what the events add up to.
	pub balances: Vec<Balance>,
	/// The openings of locks that the events and the clock disagree on.
	pub wrong_openings: Vec<String>,
	/// How many openings were too early and were refused.
	pub refused_openings: usize,
	/// How many locks were opened.
	pub opened: usize,
	/// The locks made before the change of clock.
	pub locks: Vec<LongLock>,
}

/// The balance of a sender, in the token's smallest unit.
#[derive(Clone, Debug, Serialize)]
pub struct Balance {
	/// The sender, by index.
	pub account: usize,
	/// What it has at the end, holds included, by the chain.
	pub is: u128,
	/// What it should have, by what it had, what its transactions did, and their fees.
	pub expected: u128,
	/// What is on hold, by the chain.
	pub held: u128,
	/// What its open locks add up to.
	pub locked: u128,
}

/// A lock that was made to outlast the change of clock.
#[derive(Clone, Debug, Serialize)]
pub struct LongLock {
	/// Its number.
	pub id: u32,
	/// The height of the block it was made in.
	pub made_in: u32,
	/// The moment it was made for, on the clock of then: a height of the parachain.
	pub opens_at: u32,
	/// When it should open, as planned when it was made, in milliseconds since 1970.
	pub planned_ms: u64,
	/// When it should open, by what was left of it when the clock changed, in milliseconds since 1970. `None` if it opened
	/// before.
	pub left_ms: Option<u64>,
	/// The time of the first block in which it can be opened, in milliseconds since 1970.
	pub due_ms: Option<u64>,
	/// The time of the block in which it was opened, in milliseconds since 1970.
	pub opened_ms: Option<u64>,
	/// Whether somebody tried before its moment, and was refused.
	pub refused_before: bool,
}

impl LongLock {
	/// By how much it opens late, by what was left of it at the change of clock; negative for early. In milliseconds.
	pub fn late_ms(&self) -> Option<i64> {
		let (left, due) = (i64::try_from(self.left_ms?).ok()?, i64::try_from(self.due_ms?).ok()?);
		Some(due - left)
	}

	/// By how much it opens later than planned when it was made, in milliseconds: what the blocks before the change of clock
	/// took longer than they should is in it.
	pub fn behind_plan_ms(&self) -> Option<i64> {
		Some(i64::try_from(self.due_ms?).ok()? - i64::try_from(self.planned_ms).ok()?)
	}

	/// Whether it outlasted the change of clock, opened in time, and not before.
	pub fn kept(&self) -> bool {
		self.opened_ms.is_some()
			&& self.late_ms().is_some_and(|late| late.abs() <= LOCK_TOLERANCE_MS)
	}
}

/// Which block each transaction is in, as an index into the history, and its place there.
type Places = HashMap<Hash, Vec<(usize, u32)>>;

fn places(history: &History) -> Places {
	let mut places = Places::new();
	for (block, at) in history.para.iter().zip(0..) {
		for (hash, index) in block.extrinsics.iter().zip(0..) {
			places.entry(*hash).or_default().push((at, index));
		}
	}
	places
}

/// How many of the transactions in `record` are in no finalized block yet.
pub fn outstanding(history: &History, record: &Record) -> usize {
	let places = places(history);
	record.submitted.iter().filter(|sent| !places.contains_key(&sent.hash)).count()
}

impl Ledger {
	/// Checks `record` against `history`; `start` are the senders' balances before their first transaction. The balances of
	/// the end are read from `para`, in the state of the history's last block.
	pub async fn of(
		history: &History,
		record: &Record,
		start: &[u128],
		para: &Chain,
	) -> Result<Self> {
		let mut ledger = Self::transactions(history, record);
		let end = history.para.last().context("no parachain block is final")?;
		let totals = flows(history, record, start);
		for (account, id) in record.senders.iter().enumerate() {
			let id = AccountId32(*id);
			let on_chain = para.account(end.hash, &id).await?;
			let locks = para.locks(end.hash, &id).await?;
			ledger.balances.push(Balance {
				account,
				is: on_chain.free + on_chain.reserved,
				expected: totals.get(account).copied().unwrap_or_default(),
				held: para.held(end.hash, &id).await?,
				locked: locks.iter().map(|lock| lock.amount).sum(),
			});
		}
		ledger.locks = long_locks(history, record);
		Ok(ledger)
	}

	fn transactions(history: &History, record: &Record) -> Self {
		let places = places(history);
		let mut ledger = Self {
			submitted: record.submitted.len(),
			refused: record.refused.clone(),
			held_s: record.held_s,
			..Self::default()
		};
		let mut waits = vec![];
		for sent in &record.submitted {
			let hash = format!("{:?}", sent.hash);
			let (block, index) = match places.get(&sent.hash).map(Vec::as_slice) {
				Some([(block, index)]) => (*block, *index),
				Some(_) => {
					ledger.repeated.push(hash);
					continue;
				},
				None => {
					ledger.lost.push(hash);
					continue;
				},
			};
			ledger.once += 1;
			let Some(block) = history.para.get(block) else { continue };
			waits.push(block.timestamp_ms.saturating_sub(sent.at_ms));
			ledger.fees += fee(block, index);
			let error = failure(block, index);
			match &error {
				Some(error) => *ledger.failed.entry(error.clone()).or_default() += 1,
				None => ledger.succeeded += 1,
			}
			if let What::Open { id, .. } = &sent.what {
				ledger.opening(history, block, *id, error.as_deref());
			}
		}
		waits.sort_unstable();
		let rank =
			|percent: usize| waits.get(waits.len() * percent / 100).copied().unwrap_or_default();
		ledger.wait_ms = (rank(50), rank(95));
		ledger
	}

	/// Whether an opening in `block` with that outcome is what the clock demands.
	fn opening(&mut self, history: &History, block: &ParaBlock, id: u32, error: Option<&str>) {
		let due = due(history, block, id);
		match (due, error) {
			(Some(true), None) => self.opened += 1,
			(Some(false), Some("Timelock.TooEarly")) => self.refused_openings += 1,
			// The early attempt came late, and opened it.
			(Some(true), Some("Timelock.NotFound")) => {},
			(due, error) => self.wrong_openings.push(format!(
				"lock {id} in #{}: {}, and the chain says {}",
				block.number,
				match due {
					Some(true) => "due",
					Some(false) => "not due",
					None => "of unknown moment",
				},
				error.unwrap_or("opened")
			)),
		}
	}

	/// Whether everything adds up, and each lock kept its time.
	pub fn balanced(&self) -> bool {
		self.balances
			.iter()
			.all(|balance| balance.is == balance.expected && balance.held == balance.locked)
	}
}

/// The events of the transaction at `index` in `block`.
fn events_of(block: &ParaBlock, index: u32) -> impl Iterator<Item = &Event> {
	block.events.iter().filter(move |event| event.extrinsic == Some(index))
}

fn fee(block: &ParaBlock, index: u32) -> u128 {
	events_of(block, index)
		.filter(|event| event.name == "TransactionPayment.TransactionFeePaid")
		.filter_map(|event| event.number("actual_fee"))
		.sum()
}

fn failure(block: &ParaBlock, index: u32) -> Option<String> {
	events_of(block, index).find_map(|event| event.error.clone())
}

/// What each sender should have: what it had, less what it paid and gave, and what it was given.
fn flows(history: &History, record: &Record, start: &[u128]) -> Vec<u128> {
	let places = places(history);
	let mut totals = start.to_vec();
	for sent in &record.submitted {
		let Some([(block, index)]) = places.get(&sent.hash).map(Vec::as_slice) else { continue };
		let Some(block) = history.para.get(*block) else { continue };
		let mut moves = vec![(sent.account, false, fee(block, *index))];
		if let (What::Transfer { to, amount }, None) = (&sent.what, failure(block, *index)) {
			moves.extend([(sent.account, false, *amount), (*to, true, *amount)]);
		}
		for (account, gains, amount) in moves {
			if let Some(total) = totals.get_mut(account) {
				*total = if gains { *total + amount } else { total.saturating_sub(amount) };
			}
		}
	}
	totals
}

/// A change of the timelock's clock.
struct Change {
	/// The height of the first block of the new clock.
	block: u32,
	from_now: u32,
	from_millisecs: u64,
	to_now: u32,
	to_millisecs: u64,
}

impl Change {
	fn of(history: &History) -> Option<Self> {
		history.para.iter().find_map(|block| {
			let event = block.events.iter().find(|event| event.name == "Timelock.ClockChanged")?;
			let number =
				|name: &str| event.number(name).and_then(|value| u64::try_from(value).ok());
			Some(Self {
				block: block.number,
				from_now: u32::try_from(number("from_now")?).ok()?,
				from_millisecs: number("from_millisecs")?,
				to_now: u32::try_from(number("to_now")?).ok()?,
				to_millisecs: number("to_millisecs")?,
			})
		})
	}

	/// A moment of the old clock on the new one, by the formula that the event is documented with.
	fn convert(&self, moment: u32) -> u32 {
		let left = u64::from(moment.saturating_sub(self.from_now)) * self.from_millisecs;
		let ticks = left.div_ceil(self.to_millisecs.max(1));
		self.to_now.saturating_add(u32::try_from(ticks).unwrap_or(u32::MAX))
	}
}

/// The block a lock was made in, and the moment it was made for.
fn made(history: &History, id: u32) -> Option<(&ParaBlock, u32)> {
	history.para.iter().find_map(|block| {
		let event = block.events.iter().find(|event| {
			event.name == "Timelock.Locked" && event.number("id") == Some(id.into())
		})?;
		Some((block, u32::try_from(event.number("opens_at")?).ok()?))
	})
}

/// Whether lock `id` is due in `block`, by the block's clock. `None` if it was never made.
fn due(history: &History, block: &ParaBlock, id: u32) -> Option<bool> {
	let (made_in, opens_at) = made(history, id)?;
	Some(match Change::of(history) {
		// Made by the old clock, opened by the new.
		Some(change) if block.number >= change.block && made_in.number < change.block => {
			block.relay_parent >= change.convert(opens_at)
		},
		Some(change) if block.number >= change.block => block.relay_parent >= opens_at,
		// A chain that starts with the relay chain's clock has moments of that clock.
		None if history.para.first().is_some_and(|first| first.spec_version >= 3) => {
			block.relay_parent >= opens_at
		},
		_ => block.number >= opens_at,
	})
}

fn long_locks(history: &History, record: &Record) -> Vec<LongLock> {
	let change = Change::of(history);
	let mut locks = vec![];
	for block in &history.para {
		for event in &block.events {
			if event.name != "Timelock.Locked" || event.number("amount") != Some(LONG_LOCK) {
				continue;
			}
			let Some((id, opens_at)) = id_and_moment(event) else { continue };
			let after = |now: u64, blocks: u32, tick: u64| now + u64::from(blocks) * tick;
			let tick = change.as_ref().map_or(12_000, |change| change.from_millisecs);
			let last = change
				.as_ref()
				.and_then(|change| history.para.iter().rfind(|other| other.number < change.block));
			let left = last
				.filter(|last| last.number < opens_at)
				.map(|last| after(last.timestamp_ms, opens_at - last.number, tick));
			let due = history.para.iter().find(|other| due(history, other, id) == Some(true));
			let opened = history.para.iter().find(|other| {
				other.events.iter().any(|event| {
					event.name == "Timelock.Opened" && event.number("id") == Some(id.into())
				})
			});
			locks.push(LongLock {
				id,
				made_in: block.number,
				opens_at,
				planned_ms: after(block.timestamp_ms, opens_at.saturating_sub(block.number), tick),
				left_ms: left,
				due_ms: due.map(|block| block.timestamp_ms),
				opened_ms: opened.map(|block| block.timestamp_ms),
				refused_before: refused_before(history, record, id),
			});
		}
	}
	locks
}

fn id_and_moment(event: &Event) -> Option<(u32, u32)> {
	let number = |name: &str| event.number(name).and_then(|number| u32::try_from(number).ok());
	Some((number("id")?, number("opens_at")?))
}

fn refused_before(history: &History, record: &Record, lock: u32) -> bool {
	let places = places(history);
	record.submitted.iter().any(|sent| {
		let opens = matches!(&sent.what, What::Open { id, .. } if *id == lock);
		let place = places.get(&sent.hash).and_then(|places| places.first());
		let block = place.and_then(|(block, index)| Some((history.para.get(*block)?, *index)));
		opens
			&& block.is_some_and(|(block, index)| {
				failure(block, index).as_deref() == Some("Timelock.TooEarly")
			})
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::load::Submitted;
	use network_observer::client::Value;
	use subxt::ext::scale_value::Composite;

	fn event(extrinsic: Option<u32>, name: &str, fields: &[(&str, u128)]) -> Event {
		let fields = fields.iter().map(|(name, number)| (name.to_string(), Value::u128(*number)));
		Event {
			extrinsic,
			name: name.to_string(),
			fields: Composite::Named(fields.collect()),
			error: None,
		}
	}

	fn hash(id: u8) -> Hash {
		Hash::repeat_byte(id)
	}

	fn sent(id: u8, account: usize, what: What) -> Submitted {
		Submitted { hash: hash(id), account, nonce: 0, what, at_ms: 0, spec_version: 1, nodes: 2 }
	}

	fn block(number: u32, extrinsics: Vec<Hash>, events: Vec<Event>) -> ParaBlock {
		ParaBlock {
			number,
			timestamp_ms: u64::from(number) * 12_000,
			relay_parent: number * 2,
			spec_version: 1,
			extrinsics,
			events,
			..ParaBlock::default()
		}
	}

	#[test]
	fn what_is_lost_and_what_is_repeated_is_told() {
		let history = History {
			para: vec![block(1, vec![hash(1), hash(2)], vec![]), block(2, vec![hash(2)], vec![])],
			..History::default()
		};
		let open = || What::Transfer { to: 0, amount: 1 };
		let submitted = vec![sent(1, 0, open()), sent(2, 0, open()), sent(3, 0, open())];
		let record = Record { submitted, ..Record::default() };
		let ledger = Ledger::transactions(&history, &record);
		assert_eq!((ledger.once, ledger.lost.len(), ledger.repeated.len()), (1, 1, 1));
		assert_eq!(outstanding(&history, &record), 1);
	}

	#[test]
	fn transfers_and_fees_move_balances_and_failures_cost_their_fee_alone() {
		let fee = |index| {
			event(Some(index), "TransactionPayment.TransactionFeePaid", &[("actual_fee", 3)])
		};
		let failed = Event {
			error: Some("Token.X".into()),
			..event(Some(1), "System.ExtrinsicFailed", &[])
		};
		let events = vec![fee(0), fee(1), failed];
		let history =
			History { para: vec![block(1, vec![hash(1), hash(2)], events)], ..History::default() };
		let transfer = || What::Transfer { to: 1, amount: 10 };
		let submitted = vec![sent(1, 0, transfer()), sent(2, 0, transfer())];
		let record = Record { submitted, ..Record::default() };
		assert_eq!(flows(&history, &record, &[100, 100]), [84, 110]);
	}

	#[test]
	fn a_lock_is_followed_across_the_change_of_clock() {
		let locked =
			event(Some(0), "Timelock.Locked", &[("id", 7), ("amount", LONG_LOCK), ("opens_at", 5)]);
		// Two blocks of 12 s are left after block 3: four relay blocks after relay parent 6.
		let changed = event(
			None,
			"Timelock.ClockChanged",
			&[("from_now", 3), ("from_millisecs", 12_000), ("to_now", 6), ("to_millisecs", 6000)],
		);
		let opened = event(Some(0), "Timelock.Opened", &[("id", 7)]);
		let mut para = vec![
			block(1, vec![], vec![locked]),
			block(2, vec![], vec![]),
			block(3, vec![], vec![]),
			block(4, vec![], vec![changed]),
		];
		// From here on a block per relay block.
		for number in 5..=9u32 {
			let at = 8 + number - 4;
			let events = if at == 11 { vec![opened.clone()] } else { vec![] };
			para.push(ParaBlock {
				relay_parent: at,
				timestamp_ms: u64::from(at) * 6000,
				..block(number, vec![], events)
			});
		}
		let history = History { para, ..History::default() };
		let locks = long_locks(&history, &Record::default());
		let [lock] = locks.as_slice() else { panic!("one lock, not {locks:?}") };
		assert_eq!((lock.planned_ms, lock.left_ms), (60_000, Some(60_000)));
		assert_eq!((lock.due_ms, lock.opened_ms), (Some(60_000), Some(66_000)));
		assert_eq!((lock.late_ms(), lock.kept()), (Some(0), true));
	}
}
