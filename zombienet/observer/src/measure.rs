//! Watches relay chain and parachain over the same window of blocks and reports what it saw.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! The window is `N` parachain blocks after a first one: `N` intervals on the parachain, and on the relay chain the
//! blocks after the one that backed the first, up to the one that backed the last. Everything in a [`Report`] is of this
//! window. The first block is the best block of the moment the measurement starts, so that every later block, abandoned
//! forks included, was announced while somebody listened; it takes the time to finalize those blocks longer than the
//! window itself.

use crate::client;
use crate::client::Chain;
use crate::client::Hash;
use crate::client::Header;
use anyhow::anyhow;
use anyhow::bail;
use anyhow::Context;
use anyhow::Result;
use futures::stream;
use futures::stream::BoxStream;
use futures::Stream;
use futures::StreamExt;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::env::consts::ARCH;
use std::env::consts::OS;
use std::fmt;
use std::time::Duration;
use std::time::Instant;
use subxt::client::Block;
use subxt::dynamic::At;
use subxt::ext::scale_value::Composite;
use subxt::PolkadotConfig;

/// How long the parachain may go without a newly finalized block before a measurement gives up: ten slots of the slowest
/// stage.
const STALL: Duration = Duration::from_secs(120);
/// The width of a bar of the histogram, in milliseconds: every interval is a multiple of a relay slot, give or take.
const BUCKET_MS: u64 = 1000;

/// What was seen in the window. Its JSON form keeps its names: add fields, rename none.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Report {
	/// The parachain's id.
	pub para_id: u32,
	/// The version of the parachain's runtime.
	pub spec_version: u32,
	/// Time between two parachain blocks.
	pub interval: Intervals,
	/// What the mean interval is made of beyond the expected one.
	pub excess: Excess,
	/// By how many blocks the relay parent of a parachain block is ahead of its parent's: how often each step was seen.
	pub relay_parent_steps: BTreeMap<u32, u32>,
	/// The relay chain.
	pub relay: Relay,
	/// The machine that made the report: its processor, cores, memory and system.
	#[serde(default)]
	pub machine: String,
	/// The index of each Aura authority that made a canonical block, and how many it made.
	pub authors: BTreeMap<u32, u32>,
	/// How many different blocks the collators announced for the window's heights.
	pub authored: u32,
	/// How many of them were included and finalized.
	pub canonical: u32,
	/// How often the first node replaced its best block by one that does not descend from it.
	pub reorgs: u32,
	/// How far the last finalized block is behind the best block, at the first node, whenever the best block changes.
	pub finality_lag: Lag,
	/// The canonical blocks: the first one, and those that are measured.
	pub blocks: Vec<ParaBlock>,
	/// The window's relay blocks.
	pub relay_blocks: Vec<RelayBlock>,
}

/// Time between consecutive canonical parachain blocks, in milliseconds, by their own `Timestamp.Now`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Intervals {
	/// How many intervals.
	pub count: u32,
	/// Their mean.
	pub mean_ms: f64,
	/// The shortest.
	pub min_ms: u64,
	/// Half of them are no longer than this.
	pub p50_ms: u64,
	/// 95 % of them are no longer than this.
	pub p95_ms: u64,
	/// The longest.
	pub max_ms: u64,
	/// How many last from this many milliseconds up to one second more.
	pub histogram: BTreeMap<u64, u32>,
}

/// The difference between the sum of all intervals and as many expected ones, by cause. It divided by the number of
/// intervals is by how much the mean is above the expected interval.
///
/// A relay block that changes the session backs nothing: `Session.NewSession` is deposited in its `on_initialize`, which
/// buffers the change, and while it is buffered `paras_inherent` takes every core for blocked. At its end the change is
/// applied: `shared` forgets the allowed scheduling parents and `inclusion` drops every candidate that is still pending
/// availability. So no block built on a relay parent before the change, not yet backed or not yet available, can be
/// backed any more: the collators build again, on the block that changed the session or a later one.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Excess {
	/// The interval to expect, in milliseconds: the length of a parachain slot.
	pub expected_ms: u64,
	/// How many longer intervals have such a relay block between the backing of their two parachain blocks.
	pub session_change_intervals: u32,
	/// By how much these are longer, in seconds.
	pub session_change_s: f64,
	/// How many longer intervals have none.
	pub other_intervals: u32,
	/// By how much these are longer, in seconds.
	pub other_s: f64,
	/// By how much the shorter intervals are shorter, in seconds.
	pub shorter_s: f64,
}

/// The relay chain's own word about asynchronous backing, and the window's relay blocks, counted.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Relay {
	/// `scheduler_params.lookahead` of its configuration when the measurement starts: 1 is synchronous backing.
	#[serde(default)]
	pub lookahead: u32,
	/// `async_backing_params.max_candidate_depth`, likewise.
	#[serde(default)]
	pub max_candidate_depth: u32,
	/// `async_backing_params.allowed_ancestry_len`, likewise.
	#[serde(default)]
	pub allowed_ancestry_len: u32,
	/// Blocks that did not change the session.
	pub blocks: u32,
	/// How many of these backed at least one candidate of the parachain.
	pub backing_blocks: u32,
	/// Blocks that changed the session.
	pub session_changes: u32,
	/// How many of these backed at least one candidate of the parachain.
	pub backing_session_changes: u32,
	/// Candidates of the parachain that were backed.
	pub backed: u32,
	/// Candidates of the parachain that were included.
	pub included: u32,
	/// Candidates of the parachain that timed out before they were available.
	pub timed_out: u32,
}

impl Relay {
	/// The share of relay blocks that backed a candidate, session changes left out, in percent.
	pub fn backing_percent(&self) -> f64 {
		100.0 * f64::from(self.backing_blocks) / f64::from(self.blocks.max(1))
	}
}

/// Distances from the last finalized to the best block, in blocks.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Lag {
	/// Their mean.
	pub mean_blocks: f64,
	/// The largest.
	pub max_blocks: u32,
}

/// A canonical parachain block.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ParaBlock {
	/// Its height.
	pub number: u32,
	/// Its hash.
	pub hash: String,
	/// The index of the Aura authority that made it.
	pub author: u32,
	/// `Timestamp.Now`, in milliseconds since 1970.
	pub timestamp_ms: u64,
	/// The number of the relay block it was built on.
	pub relay_parent: u32,
	/// The number of the relay block that backed it.
	pub backed_in: u32,
}

/// A finalized relay block, with what it did for the parachain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct RelayBlock {
	/// Its height.
	pub number: u32,
	/// Whether it changed the session: `Session.NewSession`.
	pub session_change: bool,
	/// `ParaInclusion.CandidateBacked`, of our parachain.
	pub backed: u32,
	/// `ParaInclusion.CandidateIncluded`, of our parachain.
	pub included: u32,
	/// `ParaInclusion.CandidateTimedOut`, of our parachain.
	pub timed_out: u32,
}

/// Measures `count` blocks of the parachain whose nodes are `paras`: the first of them is the one asked for blocks, the
/// best block and finality, all of them for the blocks they announce. Calls `progress` at each block measured.
///
/// Fails if a node closes its connection (it restarted or ended: what it announced meanwhile is unknown), and if no
/// block is finalized for two minutes.
pub async fn measure(
	relay: &Chain,
	paras: &[Chain],
	count: u32,
	mut progress: impl FnMut(&str),
) -> Result<Report> {
	let para = paras.first().context("no parachain node to measure: give --para")?;
	let mut log = Log {
		para_id: para.para_id().await?,
		spec_version: para.spec_version(),
		expected_ms: para.slot_duration()?,
		settings: settings(relay).await?,
		..Log::default()
	};
	let mut feed = stream::select_all(subscribe(relay, paras).await?);
	log.finalized = client::height(&para.finalized().await?);
	// Whatever is above this is announced from now on, by every node.
	let mut start = 1;
	for node in paras {
		start = start.max(client::height(&node.best().await?));
	}
	let mut last_block = Instant::now();
	loop {
		let left = STALL.saturating_sub(last_block.elapsed());
		let Ok(next) = tokio::time::timeout(left, feed.next()).await else {
			bail!(
				"no parachain block was finalized for {} s, after #{}: look for errors in the collators' logs",
				STALL.as_secs(),
				log.finalized
			);
		};
		match next.context("every node closed its connection")?? {
			Seen::RelayFinal(hash, number) => {
				let (block, backed) = relay_block(relay, hash, number, log.para_id).await?;
				log.backed.extend(backed.into_iter().map(|head| (head, number)));
				log.relay.push(block);
			},
			Seen::ParaFinal(hash, header) => {
				log.finalized = client::height(&header);
				last_block = Instant::now();
				if log.finalized >= start {
					log.blocks.push((hash, para_block(para, hash, &header).await?));
					let measured = log.blocks.len().saturating_sub(1);
					progress(&format!("#{} is final, {measured} of {count}", header.number));
				}
			},
			Seen::Announced(header) => log.announced(Head::of(para, &header)),
			Seen::Best(header) => log.best(Head::of(para, &header)),
		}
		if let Some(window) = log.window(count)? {
			return Ok(log.report(window));
		}
	}
}

/// What the relay chain's configuration says, read from the running chain: a specification's key that does not reach it
/// shows nowhere else. No blocks are counted yet.
async fn settings(relay: &Chain) -> Result<Relay> {
	let at = relay.hash_of(&relay.best().await?);
	let config = relay.storage(at, "Configuration", "ActiveConfig", vec![]).await?;
	let config = config.with_context(|| {
		format!("{} has no Configuration.ActiveConfig: check --relay", relay.url())
	})?;
	let field = |group: &str, name: &str| -> Result<u32> {
		let found = config.at(group).at(name).and_then(client::number);
		let found = found.with_context(|| {
			format!("Configuration.ActiveConfig of {} has no {group}.{name}", relay.url())
		})?;
		Ok(u32::try_from(found)?)
	};
	Ok(Relay {
		lookahead: field("scheduler_params", "lookahead")?,
		max_candidate_depth: field("async_backing_params", "max_candidate_depth")?,
		allowed_ancestry_len: field("async_backing_params", "allowed_ancestry_len")?,
		..Relay::default()
	})
}

/// What a subscription said.
enum Seen {
	RelayFinal(Hash, u32),
	ParaFinal(Hash, Header),
	Best(Header),
	Announced(Header),
}

type Feed = BoxStream<'static, Result<Seen>>;

async fn subscribe(relay: &Chain, paras: &[Chain]) -> Result<Vec<Feed>> {
	let failed = |chain: &Chain| format!("subscribing to the blocks of {}", chain.url());
	let blocks = relay.api().stream_blocks().await.with_context(|| failed(relay))?;
	let mut feeds = vec![feed(relay, blocks, |block: Block<PolkadotConfig>| {
		Seen::RelayFinal(block.hash(), client::height(block.header()))
	})];
	for (index, node) in paras.iter().enumerate() {
		if index == 0 {
			let blocks = node.api().stream_blocks().await.with_context(|| failed(node))?;
			feeds.push(feed(node, blocks, |block: Block<PolkadotConfig>| {
				Seen::ParaFinal(block.hash(), block.header().clone())
			}));
			let heads = node.rpc().chain_subscribe_new_heads().await;
			feeds.push(feed(node, heads.with_context(|| failed(node))?, Seen::Best));
		}
		let heads = node.rpc().chain_subscribe_all_heads().await;
		feeds.push(feed(node, heads.with_context(|| failed(node))?, Seen::Announced));
	}
	Ok(feeds)
}

/// `items` as things seen, and an error at its end: these subscriptions end only with the node.
fn feed<T, E>(
	chain: &Chain,
	items: impl Stream<Item = Result<T, E>> + Send + 'static,
	seen: fn(T) -> Seen,
) -> Feed
where
	T: 'static,
	E: std::error::Error + Send + Sync + 'static,
{
	let closed = format!(
		"{} closed its connection during the measurement: the node restarted or ended; see its log, then measure again",
		chain.url()
	);
	let ended = closed.clone();
	items
		.map(move |item| item.map(seen).with_context(|| closed.clone()))
		.chain(stream::once(async move { Err(anyhow!(ended)) }))
		.boxed()
}

/// The finalized relay block `hash`, with the hashes of the parachain blocks it backed.
async fn relay_block(
	relay: &Chain,
	hash: Hash,
	number: u32,
	para_id: u32,
) -> Result<(RelayBlock, Vec<Hash>)> {
	let mut block = RelayBlock { number, ..RelayBlock::default() };
	let mut backed = vec![];
	for event in relay.events(hash).await?.iter() {
		let event =
			event.with_context(|| format!("decoding the events of relay block #{number}"))?;
		let name = (event.pallet_name(), event.event_name());
		if name == ("Session", "NewSession") {
			block.session_change = true;
		}
		let counter = match name {
			("ParaInclusion", "CandidateBacked") => &mut block.backed,
			("ParaInclusion", "CandidateIncluded") => &mut block.included,
			("ParaInclusion", "CandidateTimedOut") => &mut block.timed_out,
			_ => continue,
		};
		let fields = event.decode_fields_unchecked_as::<Composite<()>>()?;
		let para = fields.at(0).at("descriptor").at("para_id").and_then(client::number);
		if para != Some(u128::from(para_id)) {
			continue;
		}
		*counter += 1;
		if name.1 == "CandidateBacked" {
			// Head data is the parachain block's header, encoded.
			let head = fields.at(1).map(client::bytes).context("a candidate without head data")?;
			backed.push(relay.hash(&head));
		}
	}
	Ok((block, backed))
}

async fn para_block(para: &Chain, hash: Hash, header: &Header) -> Result<ParaBlock> {
	Ok(ParaBlock {
		number: client::height(header),
		hash: format!("{hash:?}"),
		author: para.author(header).await?,
		timestamp_ms: para.timestamp(hash).await?,
		relay_parent: para.relay_parent(hash).await?,
		backed_in: 0,
	})
}

/// A block as far as its ancestry goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
	number: u32,
	hash: Hash,
	parent: Hash,
}

impl Head {
	fn of(chain: &Chain, header: &Header) -> Self {
		let number = client::height(header);
		Self { number, hash: chain.hash_of(header), parent: header.parent_hash }
	}
}

/// Whether taking `new` for the best block abandons `old`, a reorg: `new` is not `old`, and walking from it through `known`
/// blocks down to the height of `old` does not lead to `old`. Where an ancestor is unknown, as while a node catches up, it
/// is none.
fn abandons(old: &Head, new: &Head, known: &HashMap<Hash, Head>) -> bool {
	let mut at = *new;
	while at.number > old.number {
		match known.get(&at.parent) {
			Some(parent) => at = *parent,
			None => return at.number == old.number + 1 && at.parent != old.hash,
		}
	}
	at.hash != old.hash
}

/// What was seen so far.
#[derive(Default)]
struct Log {
	para_id: u32,
	spec_version: u32,
	expected_ms: u64,
	/// The relay chain's, without blocks.
	settings: Relay,
	/// Finalized parachain blocks since the start.
	blocks: Vec<(Hash, ParaBlock)>,
	/// Finalized relay blocks.
	relay: Vec<RelayBlock>,
	/// The last relay block that backed a parachain block. A candidate that a session change dropped is backed again.
	backed: HashMap<Hash, u32>,
	/// Every parachain block that any node announced.
	known: HashMap<Hash, Head>,
	/// The first node's best block.
	best: Option<Head>,
	/// The height of the first node's last finalized block.
	finalized: u32,
	/// The heights of the best blocks that abandoned the one before.
	reorgs: Vec<u32>,
	/// The height of each best block, and how many blocks behind it finality was.
	lags: Vec<(u32, u32)>,
}

impl Log {
	fn announced(&mut self, head: Head) {
		self.known.insert(head.hash, head);
	}

	fn best(&mut self, head: Head) {
		self.announced(head);
		if self.best.is_some_and(|old| abandons(&old, &head, &self.known)) {
			self.reorgs.push(head.number);
		}
		self.lags.push((head.number, head.number.saturating_sub(self.finalized)));
		self.best = Some(head);
	}

	/// The blocks to report once `count` blocks after a first one are final, all with the relay block that backed them.
	fn window(&self, count: u32) -> Result<Option<Vec<ParaBlock>>> {
		let count = count as usize;
		// The first block may have been backed before anybody listened; nothing is lost by starting later.
		let known = self.blocks.iter().position(|(hash, _)| self.backed.contains_key(hash));
		let first = known.unwrap_or(self.blocks.len());
		let Some(window) = self.blocks.get(first..=first + count) else {
			if known.is_none() && self.blocks.len() > 10 {
				bail!(
					"the relay chain finalized no candidate of parachain {}: are --relay and --para one network?",
					self.para_id
				);
			}
			return Ok(None);
		};
		// The relay chain's subscription may be a moment behind the parachain's, but not for long.
		if self.blocks.len() > first + count + 20 {
			bail!("the relay chain finalized no backing of some parachain blocks: measure again");
		}
		let with_backing = |(hash, block): &(Hash, ParaBlock)| {
			let backed_in = *self.backed.get(hash)?;
			Some(ParaBlock { backed_in, ..block.clone() })
		};
		Ok(window.iter().map(with_backing).collect())
	}

	fn report(&self, blocks: Vec<ParaBlock>) -> Report {
		let ends = |of: fn(&ParaBlock) -> u32| {
			(blocks.first().map(of).unwrap_or_default(), blocks.last().map(of).unwrap_or_default())
		};
		let within = |(first, last): (u32, u32), number: u32| number > first && number <= last;
		let heights = ends(|block| block.number);
		let backing = ends(|block| block.backed_in);

		let measured = blocks.get(1..).unwrap_or_default();
		let relay_blocks: Vec<RelayBlock> =
			self.relay.iter().filter(|block| within(backing, block.number)).cloned().collect();
		let lags = self.lags.iter().filter(|(number, _)| within(heights, *number));
		let authored: BTreeSet<Hash> = self
			.known
			.values()
			.filter(|head| within(heights, head.number))
			.map(|head| head.hash)
			.collect();
		Report {
			para_id: self.para_id,
			spec_version: self.spec_version,
			interval: Intervals::of(&intervals(&blocks)),
			excess: Excess::of(&blocks, &relay_blocks, self.expected_ms),
			relay_parent_steps: tally(
				blocks
					.windows(2)
					.map(|pair| pair[1].relay_parent.saturating_sub(pair[0].relay_parent)),
			),
			relay: self.settings.clone().counting(&relay_blocks),
			machine: machine(),
			authors: tally(measured.iter().map(|block| block.author)),
			authored: authored.len() as u32,
			canonical: measured.len() as u32,
			reorgs: self.reorgs.iter().filter(|number| within(heights, **number)).count() as u32,
			finality_lag: Lag::of(&lags.map(|(_, lag)| *lag).collect::<Vec<_>>()),
			blocks,
			relay_blocks,
		}
	}
}

fn intervals(blocks: &[ParaBlock]) -> Vec<u64> {
	blocks
		.windows(2)
		.map(|pair| pair[1].timestamp_ms.saturating_sub(pair[0].timestamp_ms))
		.collect()
}

fn tally<K: Ord>(items: impl Iterator<Item = K>) -> BTreeMap<K, u32> {
	let mut counts = BTreeMap::new();
	for item in items {
		*counts.entry(item).or_default() += 1;
	}
	counts
}

/// The smallest of the `sorted` values that `percent` of them do not exceed; 0 of none.
fn percentile(sorted: &[u64], percent: usize) -> u64 {
	let rank = (sorted.len() * percent).div_ceil(100);
	sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

impl Intervals {
	fn of(intervals: &[u64]) -> Self {
		let mut sorted = intervals.to_vec();
		sorted.sort_unstable();
		Self {
			count: sorted.len() as u32,
			mean_ms: sorted.iter().sum::<u64>() as f64 / sorted.len().max(1) as f64,
			min_ms: sorted.first().copied().unwrap_or_default(),
			p50_ms: percentile(&sorted, 50),
			p95_ms: percentile(&sorted, 95),
			max_ms: sorted.last().copied().unwrap_or_default(),
			histogram: tally(sorted.iter().map(|interval| interval / BUCKET_MS * BUCKET_MS)),
		}
	}
}

impl Excess {
	fn of(blocks: &[ParaBlock], relay: &[RelayBlock], expected_ms: u64) -> Self {
		let mut excess = Self { expected_ms, ..Self::default() };
		for (pair, interval) in blocks.windows(2).zip(intervals(blocks)) {
			let seconds = (interval as f64 - expected_ms as f64) / 1000.0;
			let (after, until) = (pair[0].backed_in, pair[1].backed_in);
			let session_change = relay.iter().any(|block| {
				block.session_change
					&& block.backed == 0
					&& block.number > after
					&& block.number <= until
			});
			if seconds < 0.0 {
				excess.shorter_s -= seconds;
			} else if seconds > 0.0 && session_change {
				excess.session_change_intervals += 1;
				excess.session_change_s += seconds;
			} else if seconds > 0.0 {
				excess.other_intervals += 1;
				excess.other_s += seconds;
			}
		}
		excess
	}
}

impl Relay {
	fn counting(mut self, blocks: &[RelayBlock]) -> Self {
		for block in blocks {
			let (all, backing) = if block.session_change {
				(&mut self.session_changes, &mut self.backing_session_changes)
			} else {
				(&mut self.blocks, &mut self.backing_blocks)
			};
			*all += 1;
			*backing += u32::from(block.backed > 0);
			self.backed += block.backed;
			self.included += block.included;
			self.timed_out += block.timed_out;
		}
		self
	}
}

impl Lag {
	fn of(lags: &[u32]) -> Self {
		let sum: u64 = lags.iter().copied().map(u64::from).sum();
		Self {
			mean_blocks: sum as f64 / lags.len().max(1) as f64,
			max_blocks: lags.iter().copied().max().unwrap_or_default(),
		}
	}
}

/// The machine this runs on, as far as it says.
fn machine() -> String {
	let field = |file: &str, key: &str| {
		let text = std::fs::read_to_string(file).ok()?;
		let line = text.lines().find(|line| line.starts_with(key))?;
		Some(line.split_once(':')?.1.trim().to_string())
	};
	let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| ARCH.to_string());
	let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
	let memory = field("/proc/meminfo", "MemTotal")
		.and_then(|kib| kib.split(' ').next()?.parse::<f64>().ok())
		.map(|kib| format!(", {:.1} GiB", kib / 1024.0 / 1024.0))
		.unwrap_or_default();
	format!("{cpu}, {cores} cores{memory}, {OS}")
}

impl fmt::Display for Report {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		let heights = |first: Option<u32>, last: Option<u32>| {
			format!("#{} to #{}", first.unwrap_or_default(), last.unwrap_or_default())
		};
		let (blocks, relay_blocks) = (&self.blocks, &self.relay_blocks);
		writeln!(
			out,
			"parachain {}, spec_version {}: {}, relay chain {}",
			self.para_id,
			self.spec_version,
			heights(blocks.first().map(|b| b.number), blocks.last().map(|b| b.number)),
			heights(relay_blocks.first().map(|b| b.number), relay_blocks.last().map(|b| b.number)),
		)?;
		writeln!(out, "machine: {}", self.machine)?;
		writeln!(
			out,
			"the relay chain's configuration: lookahead {}, max_candidate_depth {}, allowed_ancestry_len {}",
			self.relay.lookahead, self.relay.max_candidate_depth, self.relay.allowed_ancestry_len
		)?;

		let interval = &self.interval;
		writeln!(
			out,
			"block time: mean {:.2} s over {} intervals; min {}, p50 {}, p95 {}, max {}",
			interval.mean_ms / 1000.0,
			interval.count,
			seconds(interval.min_ms),
			seconds(interval.p50_ms),
			seconds(interval.p95_ms),
			seconds(interval.max_ms),
		)?;
		for (from, count) in &interval.histogram {
			let bar = "#".repeat(*count as usize);
			writeln!(out, "  {:>3} s {count:>4} {bar}", from / 1000)?;
		}

		let excess = &self.excess;
		writeln!(
			out,
			"the mean is {:+.2} s off {}: {:.1} s at {} session changes, {:.1} s in {} other long intervals, {:.1} s \
			 saved by short ones, over {} intervals",
			(interval.mean_ms - excess.expected_ms as f64) / 1000.0,
			seconds(excess.expected_ms),
			excess.session_change_s,
			excess.session_change_intervals,
			excess.other_s,
			excess.other_intervals,
			excess.shorter_s,
			interval.count,
		)?;
		let steps: Vec<_> = self
			.relay_parent_steps
			.iter()
			.map(|(step, count)| format!("+{step}: {count}"))
			.collect();
		writeln!(out, "relay parents: {}", steps.join(", "))?;

		let relay = &self.relay;
		writeln!(
			out,
			"relay blocks that back a candidate: {} of {} ({:.1} %), and {} of {} that change the session",
			relay.backing_blocks,
			relay.blocks,
			relay.backing_percent(),
			relay.backing_session_changes,
			relay.session_changes,
		)?;
		writeln!(
			out,
			"candidates: {} backed, {} included, {} timed out",
			relay.backed, relay.included, relay.timed_out
		)?;
		writeln!(
			out,
			"collators: {} blocks authored, {} canonical, {} reorgs",
			self.authored, self.canonical, self.reorgs
		)?;
		let authors: Vec<_> =
			self.authors.iter().map(|(author, count)| format!("{author}: {count}")).collect();
		writeln!(out, "blocks by authority: {}", authors.join(", "))?;
		write!(
			out,
			"best to finalized: mean {:.1} blocks, max {}",
			self.finality_lag.mean_blocks, self.finality_lag.max_blocks
		)
	}
}

fn seconds(milliseconds: u64) -> String {
	format!("{:.1} s", milliseconds as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn hash(id: u8) -> Hash {
		Hash::from([id; 32])
	}

	fn head(number: u32, id: u8, parent: u8) -> Head {
		Head { number, hash: hash(id), parent: hash(parent) }
	}

	fn block(number: u32, seconds: u64, backed_in: u32) -> ParaBlock {
		ParaBlock {
			number,
			hash: format!("{number}"),
			author: number % 2,
			timestamp_ms: seconds * 1000,
			relay_parent: backed_in.saturating_sub(1),
			backed_in,
		}
	}

	fn relay(number: u32, session_change: bool) -> RelayBlock {
		let backed = u32::from(!session_change);
		RelayBlock { number, session_change, backed, included: backed, timed_out: 0 }
	}

	#[test]
	fn intervals_are_summed_up() {
		let of = Intervals::of(&[6000, 6000, 12_000, 6000, 0]);
		assert_eq!((of.count, of.min_ms, of.p50_ms, of.max_ms), (5, 0, 6000, 12_000));
		assert_eq!(of.mean_ms, 6000.0);
		assert_eq!(of.histogram, BTreeMap::from([(0, 1), (6000, 3), (12_000, 1)]));
		assert_eq!(Intervals::of(&[]), Intervals::default());
	}

	#[test]
	fn percentiles_are_values_that_occur() {
		let values: Vec<u64> = (1..=20).collect();
		assert_eq!(percentile(&values, 50), 10);
		assert_eq!(percentile(&values, 95), 19);
		assert_eq!(percentile(&values, 100), 20);
		assert_eq!(percentile(&[7], 95), 7);
	}

	#[test]
	fn intervals_a_second_apart_have_bars_of_their_own() {
		let of = Intervals::of(&[6000, 6999, 7000]);
		assert_eq!(of.histogram, BTreeMap::from([(6000, 2), (7000, 1)]));
	}

	#[test]
	fn a_child_of_the_best_block_is_no_reorg() {
		let old = head(1, 1, 0);
		assert!(!abandons(&old, &head(2, 2, 1), &HashMap::new()));
		assert!(!abandons(&old, &old, &HashMap::new()));
	}

	#[test]
	fn a_sibling_and_its_descendants_are_a_reorg() {
		let sibling = head(1, 11, 0);
		let known = HashMap::from([(sibling.hash, sibling)]);
		assert!(abandons(&head(1, 1, 0), &sibling, &HashMap::new()));
		assert!(abandons(&head(1, 1, 0), &head(2, 12, 11), &known));
		assert!(abandons(&head(2, 2, 1), &sibling, &known));
	}

	#[test]
	fn blocks_that_were_never_best_are_walked_over() {
		let skipped = head(2, 2, 1);
		let known = HashMap::from([(skipped.hash, skipped)]);
		assert!(!abandons(&head(1, 1, 0), &head(3, 3, 2), &known));
		assert!(abandons(&head(1, 9, 0), &head(3, 3, 2), &known));
		assert!(!abandons(&head(1, 1, 0), &head(3, 3, 2), &HashMap::new()));
	}

	#[test]
	fn a_long_interval_belongs_to_the_session_change_within_it() {
		// The candidate for relay block 4 is lost; the one after relay block 7 is late without a reason; then a short one.
		let blocks =
			[block(1, 0, 2), block(2, 6, 3), block(3, 18, 5), block(4, 30, 7), block(5, 33, 8)];
		let relay =
			[relay(3, false), relay(4, true), relay(5, false), relay(6, false), relay(7, false)];
		let excess = Excess::of(&blocks, &relay, 6000);
		assert_eq!((excess.session_change_intervals, excess.session_change_s), (1, 6.0));
		assert_eq!((excess.other_intervals, excess.other_s), (1, 6.0));
		assert_eq!(excess.shorter_s, 3.0);
	}

	#[test]
	fn a_session_change_that_backed_something_is_no_cause() {
		let change = RelayBlock { backed: 1, ..relay(3, true) };
		let excess = Excess::of(&[block(1, 0, 2), block(2, 12, 4)], &[change], 6000);
		assert_eq!((excess.session_change_s, excess.other_s), (0.0, 6.0));
	}

	fn log() -> Log {
		let mut log = Log { para_id: 1000, expected_ms: 6000, ..Log::default() };
		for number in 1..=4u32 {
			let id = number as u8;
			log.blocks.push((hash(id), block(number, u64::from(number) * 6, 0)));
			log.best(head(number, id, id - 1));
			log.relay.push(relay(number, false));
			log.relay.push(relay(number + 10, number == 3));
		}
		log.relay.sort_by_key(|block| block.number);
		log.announced(head(3, 33, 2));
		log
	}

	#[test]
	fn the_window_starts_at_the_first_block_whose_backing_was_seen() -> Result<()> {
		let mut log = log();
		assert_eq!(log.window(2)?, None);
		log.backed = HashMap::from([(hash(2), 12), (hash(3), 13)]);
		assert_eq!(log.window(2)?, None);
		log.backed.insert(hash(4), 14);
		let numbers: Vec<_> =
			log.window(2)?.unwrap_or_default().iter().map(|b| (b.number, b.backed_in)).collect();
		assert_eq!(numbers, [(2, 12), (3, 13), (4, 14)]);
		Ok(())
	}

	#[test]
	fn relay_chain_and_parachain_are_reported_over_the_same_window() -> Result<()> {
		let mut log = log();
		log.backed = HashMap::from([(hash(2), 12), (hash(3), 13), (hash(4), 14)]);
		log.settings.lookahead = 3;
		let report = log.report(log.window(2)?.context("a window")?);
		assert_eq!((report.canonical, report.authored, report.reorgs), (2, 3, 0));
		assert_eq!((report.relay.blocks, report.relay.session_changes), (1, 1));
		assert_eq!(report.relay.lookahead, 3);
		assert!(report.machine.ends_with(OS), "{}", report.machine);
		assert_eq!(report.relay.backing_percent(), 100.0);
		assert_eq!(report.authors, BTreeMap::from([(0, 1), (1, 1)]));
		assert_eq!(report.finality_lag, Lag { mean_blocks: 3.5, max_blocks: 4 });
		assert_eq!(serde_json::from_str::<Report>(&serde_json::to_string(&report)?)?, report);
		Ok(())
	}

	#[test]
	fn a_report_without_the_relay_chains_settings_is_still_read() -> Result<()> {
		let mut old = serde_json::to_value(log().report(vec![]))?;
		old.as_object_mut().context("an object")?.remove("machine");
		old["relay"].as_object_mut().context("an object")?.remove("lookahead");
		let report: Report = serde_json::from_value(old)?;
		assert_eq!((report.machine.as_str(), report.relay.lookahead), ("", 0));
		Ok(())
	}

	#[test]
	fn two_networks_are_told_apart() {
		let mut log = log();
		for number in 5..=20 {
			log.blocks.push((hash(number), block(u32::from(number), 0, 0)));
		}
		assert!(log.window(2).is_err());
	}
}
