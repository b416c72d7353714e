//! Watches both chains over the same blocks: the last finalized ones first, then those that come.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::chain;
use crate::facts::Block;
use crate::facts::Known;
use crate::facts::Watch;
use crate::node::Hash;
use crate::node::Header;
use crate::node::Node;
use crate::one_line;
use crate::progress::Progress;
use crate::relay;
use anyhow::Context;
use anyhow::Result;
use std::collections::HashMap;
use std::collections::HashSet;
use std::time::Duration;
use std::time::Instant;
use subxt::config::substrate::DigestItem;
use subxt::ext::codec::Decode;
use subxt::ext::subxt_rpcs::client::RpcSubscription;

/// How many finalized blocks are read that were there before.
const BEFORE: u32 = 20;
/// How many relay blocks are read for each parachain block: with 12 s to a block there are two, and some more at the ends.
const RELAY_BLOCKS: u32 = 3;
/// How many heads are kept: no chain has as many while it is watched.
const HEADS: usize = 100_000;
/// How often finality is asked for.
const LOOK: Duration = Duration::from_secs(2);
/// How long the parachain may go without a newly finalized block before watching ends: ten slots of the slowest stage.
const STALL: Duration = Duration::from_secs(120);
/// How long one look at either chain may take.
const ATTEMPT: Duration = Duration::from_secs(90);
/// Aura's name in a block's digest.
const AURA: [u8; 4] = *b"aura";
/// That of cumulus.
const CUMULUS: [u8; 4] = *b"CMLS";

/// Watches until `wanted` blocks became final, or none does any more. What fails on the way ends it early, and is in the result.
pub async fn watch(
	para: &Node,
	relay: Option<(&Node, u32)>,
	wanted: u32,
	progress: &mut Progress,
) -> Watch {
	let started = Instant::now();
	let mut log = Log { wanted, ..Log::default() };
	if let Err(error) = follow(para, relay, &mut log, progress).await {
		log.trouble = Some(one_line(&error));
	}
	let mut watch = log.result();
	watch.seconds = started.elapsed().as_secs();
	watch
}

async fn follow(
	para: &Node,
	relay: Option<(&Node, u32)>,
	log: &mut Log,
	progress: &mut Progress,
) -> Result<()> {
	let system = para.pallet_with("LastRelayChainBlockNumber").context("no parachain-system")?;
	// Listening comes first, so that no block is announced unheard whose height is counted.
	let mut best = para.heads("chain_subscribeNewHeads", "chain_unsubscribeNewHeads").await;
	let mut all = para.heads("chain_subscribeAllHeads", "chain_unsubscribeAllHeads").await;
	log.listens = (best.is_some(), all.is_some());
	let (_, finalized) = para.finalized().await?;
	log.first_live = para.header(None).await?.number.max(finalized.number).saturating_add(1);
	log.finalized = finalized.number;
	let mut next = finalized.number.saturating_sub(BEFORE).max(1);
	let mut next_relay = None;
	let mut last_block = Instant::now();
	loop {
		let (_, finalized) = para.finalized().await?;
		// A server may tell of any height.
		let last = finalized.number.min(u32::MAX - 1);
		next = next.max(last.saturating_sub(BEFORE + log.wanted));
		while next <= last {
			let block = tokio::time::timeout(ATTEMPT, block(para, &system, next)).await;
			let (block, hash, version) = block.context("the parachain's node is too slow")??;
			if next_relay.is_none() {
				next_relay = Some(block.relay_parent.saturating_add(1));
			}
			if next > log.finalized {
				last_block = Instant::now();
			}
			log.finalized = log.finalized.max(next);
			log.take(block, hash, version);
			next += 1;
			progress.show(log.live(), log.wanted);
		}
		if let (Some((relay, para_id)), Some(from)) = (relay, next_relay.as_mut()) {
			let read = read_relay(relay, para_id, from, log);
			tokio::time::timeout(ATTEMPT, read)
				.await
				.context("the relay chain's node is too slow")??;
		}
		if log.live() >= log.wanted || last_block.elapsed() > STALL {
			return Ok(());
		}
		let until = Instant::now() + LOOK;
		while Instant::now() < until {
			let left = until.saturating_duration_since(Instant::now());
			tokio::select! {
				head = next_of(&mut best) => match head {
					Some(head) => log.best(para.hash_of(&head), &head),
					None => {
						best = None;
						log.listens.0 = false;
					},
				},
				head = next_of(&mut all) => match head {
					Some(head) => log.announced(para.hash_of(&head), &head),
					None => {
						all = None;
						log.listens.1 = false;
					},
				},
				_ = tokio::time::sleep(left) => {},
			}
		}
	}
}

/// The next head; never, where there is no subscription; none, when it ended.
async fn next_of(heads: &mut Option<RpcSubscription<Header>>) -> Option<Header> {
	match heads {
		Some(heads) => heads.next().await?.ok(),
		None => std::future::pending().await,
	}
}

async fn read_relay(relay: &Node, para_id: u32, from: &mut u32, log: &mut Log) -> Result<()> {
	let (_, finalized) = relay.finalized().await?;
	// A parachain that stands still is not worth a day of relay blocks.
	let most = (BEFORE + log.wanted) * RELAY_BLOCKS;
	let last = finalized.number.min(u32::MAX - 1);
	*from = (*from).max(last.saturating_sub(most));
	while *from <= last {
		let at = relay.hash_at(*from).await?;
		let (block, backed, included) = relay::block(relay, at, *from, para_id).await?;
		log.backed.extend(backed.into_iter().map(|head| (head, *from)));
		log.included.extend(included.into_iter().map(|head| (head, *from)));
		log.watch.relay_blocks.push(block);
		*from += 1;
	}
	Ok(())
}

/// The finalized parachain block of height `number`, its hash, and the version of the runtime in its state.
async fn block(para: &Node, system: &str, number: u32) -> Result<(Block, Hash, u32)> {
	let at = para.hash_at(number).await?;
	let header = para.header(Some(at)).await?;
	let authorities = chain::length(para, header.parent_hash, "Aura", "Authorities");
	let (version, now, relay_parent, relay_slot, authorities) = tokio::try_join!(
		para.version(at),
		para.bytes(at, "Timestamp", "Now"),
		para.bytes(at, system, "LastRelayChainBlockNumber"),
		chain::relay_slot(para, at),
		authorities,
	)?;
	let slot = slot(&header);
	let author = match (slot, authorities) {
		(Some(slot), Some(count)) if count > 0 => u32::try_from(slot % u64::from(count)).ok(),
		_ => None,
	};
	let now = now.and_then(|bytes| u64::decode(&mut &bytes[..]).ok());
	let relay_parent = relay_parent.and_then(|bytes| u32::decode(&mut &bytes[..]).ok());
	let block = Block {
		number,
		hash: format!("{at:?}"),
		timestamp_ms: now.unwrap_or(0),
		slot,
		author,
		relay_parent: relay_parent.unwrap_or(0),
		segment: chain::segment(para, at, system).await,
		lets_follow: chain::lets_follow(para, at).await,
		in_relay_slot: relay_slot.map(|(_, count)| count),
		digest: engines(&header),
		backed_in: None,
		included_in: None,
	};
	Ok((block, at, version.spec_version))
}

/// The slot in which the block was made.
fn slot(header: &Header) -> Option<u64> {
	header.digest.logs.iter().find_map(|item| match item {
		DigestItem::PreRuntime(AURA, data) => u64::decode(&mut &data[..]).ok(),
		_ => None,
	})
}

/// What the collator wrote into the block's digest: the engines' names, and of those of cumulus which item it is.
fn engines(header: &Header) -> Vec<String> {
	let mut names: Vec<String> = header
		.digest
		.logs
		.iter()
		.filter_map(|item| match item {
			DigestItem::PreRuntime(CUMULUS, data) => {
				Some(format!("CMLS.{}", data.first().copied().unwrap_or_default()))
			},
			DigestItem::PreRuntime(engine, _) => Some(String::from_utf8_lossy(engine).into_owned()),
			_ => None,
		})
		.collect();
	names.sort();
	names.dedup();
	names
}

/// A block as far as its ancestry goes.
#[derive(Clone, Copy, Debug)]
struct Head {
	number: u32,
	hash: Hash,
	parent: Hash,
}

/// Whether taking `new` for the best block abandons `old`: walking from it through `known` blocks down to the height of `old`
/// does not lead to `old`. Where an ancestor is unknown, as while a node catches up, it does not count.
fn abandons(old: &Head, new: &Head, known: &HashMap<Hash, Head>) -> bool {
	let mut at = *new;
	while at.number > old.number {
		match known.get(&at.parent) {
			// A hostile server's heights may go the wrong way.
			Some(parent) if parent.number < at.number => at = *parent,
			_ => return at.number == old.number.saturating_add(1) && at.parent != old.hash,
		}
	}
	at.hash != old.hash
}

/// What was seen so far.
#[derive(Default)]
struct Log {
	wanted: u32,
	watch: Watch,
	/// The runtime's version in the last block.
	version: Option<u32>,
	/// The first height that is announced while somebody listens.
	first_live: u32,
	finalized: u32,
	/// Whether best heads and all heads are told of.
	listens: (bool, bool),
	known: HashMap<Hash, Head>,
	heard: HashMap<u32, HashSet<Hash>>,
	best: Option<Head>,
	reorgs: u32,
	backed: HashMap<Hash, u32>,
	included: HashMap<Hash, u32>,
	/// The finalized blocks' hashes, for those that backed and included them.
	hashes: HashMap<u32, Hash>,
	live: u32,
	trouble: Option<String>,
}

impl Log {
	fn live(&self) -> u32 {
		self.live
	}

	fn take(&mut self, block: Block, hash: Hash, version: u32) {
		if let Some(old) = self.version.replace(version) {
			if old != version {
				// What comes from here on is another runtime's.
				self.watch.blocks.clear();
				let from = self.watch.upgraded.map_or(old, |(first, _)| first);
				self.watch.upgraded = Some((from, version));
			}
		}
		if block.number >= self.first_live {
			self.live += 1;
		}
		self.hashes.insert(block.number, hash);
		self.watch.blocks.push(block);
	}

	fn announced(&mut self, hash: Hash, header: &Header) {
		if self.known.len() >= HEADS {
			return;
		}
		self.known.insert(hash, Head { number: header.number, hash, parent: header.parent_hash });
		if header.number >= self.first_live {
			self.heard.entry(header.number).or_default().insert(hash);
		}
	}

	fn best(&mut self, hash: Hash, header: &Header) {
		self.announced(hash, header);
		let head = Head { number: header.number, hash, parent: header.parent_hash };
		if self.best.is_some_and(|old| abandons(&old, &head, &self.known)) {
			self.reorgs += 1;
		}
		if self.watch.finality_lag.len() < HEADS {
			self.watch.finality_lag.push(header.number.saturating_sub(self.finalized));
		}
		self.best = Some(head);
	}

	fn result(mut self) -> Watch {
		for block in &mut self.watch.blocks {
			if let Some(hash) = self.hashes.get(&block.number) {
				block.backed_in = self.backed.get(hash).copied();
				block.included_in = self.included.get(hash).copied();
			}
		}
		// Only heights that are final: others may still be announced again.
		let settled = || {
			self.heard.iter().filter(|(height, _)| **height <= self.finalized).map(|(_, them)| them)
		};
		let announced: usize = settled().map(HashSet::len).sum();
		let heights = settled().count();
		let wanted = self.wanted;
		let heard = |listens: bool, count: u32, name: &str| match listens {
			_ if wanted == 0 => Known::missing("no new block was waited for"),
			true => Known::found(count, name),
			false => Known::missing(format!("the node has no {name}, or ended it")),
		};
		self.watch.announced = heard(self.listens.1, small(announced), "chain_subscribeAllHeads");
		self.watch.heights = small(heights);
		self.watch.reorgs = heard(self.listens.0, self.reorgs, "chain_subscribeNewHeads");
		self.watch.live = self.live;
		self.watch.wanted = self.wanted;
		self.watch.trouble = self.trouble;
		self.watch
	}
}

fn small(number: usize) -> u32 {
	u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn hash(id: u8) -> Hash {
		Hash::repeat_byte(id)
	}

	fn head(number: u32, id: u8, parent: u8) -> Head {
		Head { number, hash: hash(id), parent: hash(parent) }
	}

	fn block(number: u32) -> Block {
		Block { number, ..Block::default() }
	}

	#[test]
	fn a_child_is_no_reorg_and_a_sibling_is() {
		let old = head(1, 1, 0);
		assert!(!abandons(&old, &head(2, 2, 1), &HashMap::new()));
		assert!(abandons(&old, &head(1, 9, 0), &HashMap::new()));
		let known = HashMap::from([(hash(9), head(1, 9, 0))]);
		assert!(abandons(&old, &head(2, 10, 9), &known));
		// While a node catches up.
		assert!(!abandons(&old, &head(5, 5, 4), &HashMap::new()));
	}

	#[test]
	fn blocks_of_the_runtime_before_are_left_out() {
		let mut log = Log { first_live: 2, ..Log::default() };
		for (number, version) in [(1, 1), (2, 1), (3, 2), (4, 2)] {
			log.take(block(number), hash(0), version);
		}
		assert_eq!(log.live(), 3);
		let watch = log.result();
		assert_eq!(watch.blocks.iter().map(|block| block.number).collect::<Vec<_>>(), [3, 4]);
		assert_eq!(watch.upgraded, Some((1, 2)));
	}

	#[test]
	fn a_block_knows_who_backed_it() {
		let mut log = Log::default();
		log.take(block(1), hash(1), 1);
		log.backed.insert(hash(1), 11);
		log.included.insert(hash(1), 12);
		let watch = log.result();
		let ends: Vec<_> = watch.blocks.iter().map(|it| (it.backed_in, it.included_in)).collect();
		assert_eq!(ends, [(Some(11), Some(12))]);
	}
}
