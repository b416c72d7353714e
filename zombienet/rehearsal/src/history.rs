//! What the network did, read while it does it: every finalized block of both chains, and every block announced.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! Nodes keep the state of 256 blocks, a rehearsal is longer: so blocks are read as they become final, through whichever
//! node answers. They are read by number, from 1 on, so nothing is left out while nodes are down.

use crate::load::LONG_LOCK;
use anyhow::bail;
use anyhow::Context;
use anyhow::Result;
use network_observer::client;
use network_observer::client::Chain;
use network_observer::client::Hash;
use network_observer::client::Value;
use network_observer::one_line;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;
use subxt::dynamic::At;
use subxt::events::Phase;
use subxt::ext::scale_value::Composite;
use tokio::sync::Mutex;
use tokio::sync::MutexGuard;
use tokio::task::JoinHandle;

/// How often the last finalized block is asked for.
const LOOK: Duration = Duration::from_secs(2);
/// How long one attempt to read a block may take.
const ATTEMPT: Duration = Duration::from_secs(30);

/// A finalized block of the parachain.
#[derive(Clone, Debug, Default)]
pub struct ParaBlock {
	/// Its height.
	pub number: u32,
	/// Its hash.
	pub hash: Hash,
	/// The root of its state.
	pub state_root: Hash,
	/// `Timestamp.Now`, in milliseconds since 1970.
	pub timestamp_ms: u64,
	/// The index of the Aura authority that made it.
	pub author: u32,
	/// The height of the relay block it was built on.
	pub relay_parent: u32,
	/// The version of the runtime in its state: that of the next block.
	pub spec_version: u32,
	/// The hashes of its transactions, inherents included.
	pub extrinsics: Vec<Hash>,
	/// Those of its events that a rehearsal reads.
	pub events: Vec<Event>,
	/// How many transfers of the token it has.
	pub transfers: usize,
	/// The execution time that its transactions were charged with, in picoseconds.
	pub ref_time: u64,
	/// The size of proof that its transactions were charged with, in bytes.
	pub proof_size: u64,
}

/// An event of a parachain block.
#[derive(Clone, Debug)]
pub struct Event {
	/// The transaction it belongs to, by its place in the block.
	pub extrinsic: Option<u32>,
	/// Pallet and variant, as in `Timelock.Opened`.
	pub name: String,
	/// Its fields.
	pub fields: Composite<()>,
	/// For `System.ExtrinsicFailed`: who refused it and why.
	pub error: Option<String>,
}

impl Event {
	/// The number in the field `name`.
	pub fn number(&self, name: &str) -> Option<u128> {
		self.fields.at(name).and_then(client::number)
	}
}

/// A finalized block of the relay chain.
#[derive(Clone, Debug, Default)]
pub struct RelayBlock {
	/// Its height.
	pub number: u32,
	/// Whether it changed the session.
	pub session_change: bool,
	/// The parachain blocks it backed.
	pub backed: Vec<Hash>,
	/// The parachain blocks it included.
	pub included: Vec<Hash>,
	/// How many parachain blocks timed out in it before they were available.
	pub timed_out: u32,
}

/// All of it.
#[derive(Default)]
pub struct History {
	/// The parachain's finalized blocks, from 1 on.
	pub para: Vec<ParaBlock>,
	/// The relay chain's finalized blocks, from 1 on.
	pub relay: Vec<RelayBlock>,
	/// The height of every parachain block that a collator announced, forks included.
	pub announced: HashMap<Hash, u32>,
	/// When the first collator took a best block that does not descend from the one before: the new one's height.
	pub reorgs: Vec<u32>,
}

impl History {
	/// The height of the last finalized parachain block.
	pub fn height(&self) -> u32 {
		self.para.last().map_or(0, |block| block.number)
	}

	/// The finalized parachain blocks from height `first` to `last`.
	pub fn between(&self, first: u32, last: u32) -> &[ParaBlock] {
		let start = self.para.partition_point(|block| block.number < first);
		let end = self.para.partition_point(|block| block.number <= last);
		self.para.get(start..end.max(start)).unwrap_or_default()
	}

	/// How many long locks were made, and how many of them opened.
	pub fn long_locks(&self) -> (usize, usize) {
		let events = || self.para.iter().flat_map(|block| &block.events);
		let count = |name: &str| {
			events()
				.filter(|event| event.name == name && event.number("amount") == Some(LONG_LOCK))
				.count()
		};
		(count("Timelock.Locked"), count("Timelock.Opened"))
	}

	/// How many different blocks were announced for the heights from `first` to `last`.
	pub fn authored(&self, first: u32, last: u32) -> usize {
		self.announced.values().filter(|height| (first..=last).contains(*height)).count()
	}
}

/// Reads a network's blocks in the background until it is dropped.
pub struct Follower {
	history: Arc<Mutex<History>>,
	tasks: Vec<JoinHandle<()>>,
	/// Why the last attempt to read failed.
	trouble: Arc<Mutex<String>>,
}

impl Follower {
	/// Follows the relay chain through the first node of `relays` that answers, and the parachain through those of `paras`.
	pub fn start(relays: &[String], paras: &[String], para_id: u32) -> Self {
		let history = Arc::new(Mutex::new(History::default()));
		let trouble = Arc::new(Mutex::new(String::new()));
		let mut tasks = vec![
			tokio::spawn(read_relay(relays.to_vec(), para_id, history.clone(), trouble.clone())),
			tokio::spawn(read_para(paras.to_vec(), history.clone(), trouble.clone())),
		];
		for (index, url) in paras.iter().enumerate() {
			tasks.push(tokio::spawn(listen(url.clone(), index == 0, history.clone())));
		}
		Self { history, tasks, trouble }
	}

	/// What was read so far.
	pub async fn history(&self) -> MutexGuard<'_, History> {
		self.history.lock().await
	}

	/// Waits until the parachain has a finalized block of height `height`, for as long as it finalizes one at least every
	/// `patience`.
	pub async fn reach(&self, height: u32, patience: Duration) -> Result<()> {
		let (mut last, mut since) = (self.history().await.height(), Instant::now());
		while last < height {
			tokio::time::sleep(LOOK).await;
			let now = self.history().await.height();
			if now > last {
				(last, since) = (now, Instant::now());
			}
			if since.elapsed() > patience {
				let trouble = self.trouble.lock().await.clone();
				bail!(
					"no parachain block was finalized for {} s, after #{last} ({trouble}): look for errors in the collators' logs",
					patience.as_secs()
				);
			}
		}
		Ok(())
	}

	/// Waits for `count` finalized blocks more than there are now. Returns the heights between which they are.
	pub async fn blocks(&self, count: u32, patience: Duration) -> Result<(u32, u32)> {
		let first = self.history().await.height();
		self.reach(first + count, patience).await?;
		Ok((first, first + count))
	}
}

impl Drop for Follower {
	fn drop(&mut self) {
		for task in &self.tasks {
			task.abort();
		}
	}
}

/// A connection to one of several nodes, made anew to the next when it fails.
struct Connection {
	urls: Vec<String>,
	next: usize,
	chain: Option<Chain>,
}

impl Connection {
	fn new(urls: Vec<String>) -> Self {
		Self { urls, next: 0, chain: None }
	}

	async fn get(&mut self) -> Result<Chain> {
		if let Some(chain) = &self.chain {
			return Ok(chain.clone());
		}
		let url = self.urls.get(self.next % self.urls.len().max(1)).context("no node to ask")?;
		self.next += 1;
		let chain = Chain::connect(url, Duration::ZERO).await?;
		self.chain = Some(chain.clone());
		Ok(chain)
	}

	fn lost(&mut self) {
		self.chain = None;
	}
}

async fn read_relay(
	urls: Vec<String>,
	para_id: u32,
	history: Arc<Mutex<History>>,
	trouble: Arc<Mutex<String>>,
) {
	let mut connection = Connection::new(urls);
	loop {
		let next = history.lock().await.relay.last().map_or(1, |block| block.number + 1);
		match attempt(next_relay(&mut connection, next, para_id)).await {
			Ok(Some(block)) => history.lock().await.relay.push(block),
			Ok(None) => tokio::time::sleep(LOOK).await,
			Err(error) => {
				connection.lost();
				*trouble.lock().await = one_line(&error);
				tokio::time::sleep(LOOK).await;
			},
		}
	}
}

async fn next_relay(
	connection: &mut Connection,
	next: u32,
	para_id: u32,
) -> Result<Option<RelayBlock>> {
	let chain = connection.get().await?;
	if client::height(&chain.finalized().await?) < next {
		return Ok(None);
	}
	Ok(Some(relay_block(&chain, next, para_id).await?))
}

async fn read_para(urls: Vec<String>, history: Arc<Mutex<History>>, trouble: Arc<Mutex<String>>) {
	let mut connection = Connection::new(urls);
	loop {
		let next = history.lock().await.height() + 1;
		match attempt(next_para(&mut connection, next)).await {
			Ok(Some(block)) => history.lock().await.para.push(block),
			Ok(None) => tokio::time::sleep(LOOK).await,
			Err(error) => {
				connection.lost();
				*trouble.lock().await = one_line(&error);
				tokio::time::sleep(LOOK).await;
			},
		}
	}
}

async fn next_para(connection: &mut Connection, next: u32) -> Result<Option<ParaBlock>> {
	let chain = connection.get().await?;
	if client::height(&chain.finalized().await?) < next {
		return Ok(None);
	}
	Ok(Some(para_block(&chain, next).await?))
}

async fn attempt<T>(read: impl std::future::Future<Output = Result<T>>) -> Result<T> {
	match tokio::time::timeout(ATTEMPT, read).await {
		Ok(read) => read,
		Err(_) => bail!("no reply in {} s", ATTEMPT.as_secs()),
	}
}

/// Notes what the node at `url` announces, and its reorgs if it `counts` them. Connects again when the connection is lost.
async fn listen(url: String, counts: bool, history: Arc<Mutex<History>>) {
	loop {
		// What is not heard while the node is down, it does not announce.
		let _ = listen_once(&url, counts, &history).await;
		tokio::time::sleep(LOOK).await;
	}
}

async fn listen_once(url: &str, counts: bool, history: &Mutex<History>) -> Result<()> {
	let chain = Chain::connect(url, Duration::ZERO).await?;
	let mut all = chain.rpc().chain_subscribe_all_heads().await?;
	let mut best = chain.rpc().chain_subscribe_new_heads().await?;
	let mut last: Option<(u32, Hash)> = None;
	loop {
		tokio::select! {
			head = all.next() => {
				let head = head.context("the subscription ended")??;
				let (hash, height) = (chain.hash_of(&head), client::height(&head));
				history.lock().await.announced.insert(hash, height);
			},
			head = best.next() => {
				let head = head.context("the subscription ended")??;
				let (hash, height) = (chain.hash_of(&head), client::height(&head));
				// A head further ahead is a node that catches up.
				let abandons = last.is_some_and(|(number, old)| {
					(height <= number && hash != old)
						|| (height == number + 1 && head.parent_hash != old)
				});
				if counts && abandons {
					history.lock().await.reorgs.push(height);
				}
				last = Some((height, hash));
			},
		}
	}
}

async fn hash_at(chain: &Chain, number: u32) -> Result<Hash> {
	let hash = chain.rpc().chain_get_block_hash(Some(number.into())).await?;
	hash.with_context(|| format!("{} does not have block #{number}", chain.url()))
}

async fn relay_block(chain: &Chain, number: u32, para_id: u32) -> Result<RelayBlock> {
	let hash = hash_at(chain, number).await?;
	let mut block = RelayBlock { number, ..RelayBlock::default() };
	for event in chain.events(hash).await?.iter() {
		let event = event.with_context(|| format!("the events of relay block #{number}"))?;
		match (event.pallet_name(), event.event_name()) {
			("Session", "NewSession") => block.session_change = true,
			("ParaInclusion", kind) => {
				let fields = event.decode_fields_unchecked_as::<Composite<()>>()?;
				let para = fields.at(0).at("descriptor").at("para_id").and_then(client::number);
				if para != Some(u128::from(para_id)) {
					continue;
				}
				// Head data is the parachain block's header, encoded.
				let head = fields.at(1).map(client::bytes).context("a candidate without a head")?;
				let head = chain.hash(&head);
				match kind {
					"CandidateBacked" => block.backed.push(head),
					"CandidateIncluded" => block.included.push(head),
					"CandidateTimedOut" => block.timed_out += 1,
					_ => {},
				}
			},
			_ => {},
		}
	}
	Ok(block)
}

async fn para_block(chain: &Chain, number: u32) -> Result<ParaBlock> {
	let hash = hash_at(chain, number).await?;
	let details = chain.rpc().chain_get_block(Some(hash)).await?;
	let details = details.with_context(|| format!("{} has no body of #{number}", chain.url()))?;
	let header = details.block.header;
	let runtime = chain.made_by(hash).await?;
	let (mut events, mut transfers) = (vec![], 0);
	for event in chain.events_by(&runtime, hash).await?.iter() {
		let event = event.with_context(|| format!("the events of block #{number}"))?;
		let name = format!("{}.{}", event.pallet_name(), event.event_name());
		// Counted, not kept: a full block has thousands.
		transfers += usize::from(name == "Balances.Transfer");
		// The rest is noise, and would be most of what is kept.
		let read = ["Timelock.", "Sudo.", "ParachainSystem.ValidationFunction"];
		let read = read.iter().any(|prefix| name.starts_with(prefix))
			|| ["System.ExtrinsicSuccess", "System.ExtrinsicFailed"].contains(&name.as_str())
			|| name == "TransactionPayment.TransactionFeePaid";
		if !read {
			continue;
		}
		let error = match name.as_str() {
			"System.ExtrinsicFailed" => {
				let error = client::error_name(event.field_bytes(), runtime.metadata());
				Some(error.unwrap_or_else(|error| format!("unknown: {}", one_line(&error))))
			},
			_ => None,
		};
		let extrinsic = match event.phase() {
			Phase::ApplyExtrinsic(index) => Some(index),
			_ => None,
		};
		let fields = event.decode_fields_unchecked_as()?;
		events.push(Event { extrinsic, name, fields, error });
	}
	let version = chain.rpc().state_get_runtime_version(Some(hash)).await?;
	let weight = chain.storage(hash, "System", "BlockWeight", vec![]).await?;
	let (ref_time, proof_size) = weight.as_ref().map(weights).unwrap_or_default();
	Ok(ParaBlock {
		number,
		hash,
		state_root: header.state_root,
		timestamp_ms: chain.timestamp(hash).await?,
		author: chain.author(&header).await?,
		relay_parent: chain.relay_parent(hash).await?,
		spec_version: version.spec_version,
		extrinsics: details.block.extrinsics.iter().map(|bytes| chain.hash(bytes)).collect(),
		events,
		transfers,
		ref_time,
		proof_size,
	})
}

/// The sums over the classes of transactions in `System.BlockWeight`: execution time and proof size. What is mandatory has no
/// part in their limit.
fn weights(value: &Value) -> (u64, u64) {
	let sum = |part: &str| -> u64 {
		["normal", "operational"]
			.iter()
			.filter_map(|class| value.at(*class).at(part).and_then(client::number))
			.filter_map(|number| u64::try_from(number).ok())
			.sum()
	};
	(sum("ref_time"), sum("proof_size"))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn history() -> History {
		let block = |number, spec_version| ParaBlock { number, spec_version, ..Default::default() };
		History {
			para: vec![block(1, 1), block(2, 1), block(3, 2), block(4, 2)],
			announced: (1..=6u8).map(|id| (Hash::repeat_byte(id), u32::from(id) / 2)).collect(),
			..History::default()
		}
	}

	#[test]
	fn blocks_are_found_by_their_height() {
		let history = history();
		let numbers = |first, last| -> Vec<u32> {
			history.between(first, last).iter().map(|block| block.number).collect()
		};
		assert_eq!(numbers(2, 3), [2, 3]);
		assert_eq!(numbers(4, 9), [4]);
		assert!(numbers(9, 9).is_empty());
		assert_eq!(history.authored(1, 2), 4);
	}
}
