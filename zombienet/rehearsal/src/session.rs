//! What every rehearsal has: a network, what it does, users if wanted, and marks for the chart.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::history::Follower;
use crate::intervals::Mark;
use crate::load::key;
use crate::load::now_ms;
use crate::load::senders;
use crate::load::Load;
use crate::load::Plan;
use crate::network;
use crate::network::Network;
use crate::network::Spec;
use crate::network::COLLATORS;
use crate::network::PARA_ID;
use crate::network::VALIDATORS;
use crate::stage::Paths;
use crate::stage::Stage;
use crate::upgrade;
use crate::upgrade::Upgrade;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use network_observer::client::height;
use network_observer::client::Chain;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

/// How long no block may become final before a rehearsal gives up: ten slots of the slowest stage, and a session change.
pub const STALL: Duration = Duration::from_secs(180);
/// How long a collator may take after its start until a block of its own is final.
pub const BACK: Duration = Duration::from_secs(300);

/// A network under rehearsal.
pub struct Session {
	/// The network.
	pub network: Network,
	/// What it does.
	pub follower: Follower,
	/// Its users, once they were started.
	pub load: Option<Load>,
	/// The senders' balances before their first transaction.
	pub balances: Vec<u128>,
	/// What happened when.
	pub marks: Vec<Mark>,
	/// The index of each of [`COLLATORS`] among the Aura authorities.
	authors: Vec<u32>,
}

impl Session {
	/// Starts the network of `spec` in `directory`, and waits for its first parachain block.
	pub async fn start(paths: &Paths, spec: &Spec, directory: &Path) -> Result<Self> {
		println!("  starting the network; logs: {}", directory.display());
		let network = Network::start(paths, spec, directory).await?;
		let follower = Follower::start(&urls(&VALIDATORS)?, &urls(&COLLATORS)?, PARA_ID);
		let waited = network.first_block().await?;
		println!("  first parachain block after {} s", waited.as_secs());
		follower.reach(1, STALL).await?;
		let authors = authors(&network.para(COLLATORS[0]).await?).await?;
		let mut session =
			Self { network, follower, load: None, balances: vec![], marks: vec![], authors };
		session.mark("start").await;
		Ok(session)
	}

	/// Notes that `name` happened now.
	pub async fn mark(&mut self, name: &str) {
		let height = self.follower.history().await.height();
		println!("  #{height} {name}");
		self.marks.push(Mark { name: name.to_string(), at_ms: now_ms(), height });
	}

	/// Starts users that send through `nodes`.
	pub async fn users(
		&mut self,
		nodes: &[&str],
		per_second: f64,
		long_locks: Option<(u32, u32)>,
	) -> Result<()> {
		let chain = self.para().await?;
		let at = chain.finalized_hash().await?;
		for key in senders()? {
			let account = chain.account(at, &key.public_key().to_account_id()).await?;
			self.balances.push(account.free + account.reserved);
		}
		let plan = Plan { urls: urls(nodes)?, per_second, long_locks };
		self.load = Some(Load::start(plan).await.context("starting the users")?);
		Ok(())
	}

	/// A new connection to the relay chain.
	pub async fn relay(&self) -> Result<Chain> {
		self.network.relay().await
	}

	/// A new connection to the first collator, for the runtime that is the best block's now.
	pub async fn para(&self) -> Result<Chain> {
		self.network.para(COLLATORS[0]).await
	}

	/// Upgrades the runtime to that of `stage`. The users wait from when the upgrade is due until it is final.
	pub async fn upgrade(&mut self, paths: &Paths, stage: Stage) -> Result<Upgrade> {
		let (relay, para) = (self.relay().await?, self.para().await?);
		let code = paths.runtime(stage)?;
		self.mark(&format!("{stage}: runtime authorized and applied")).await;
		let load = self.load.as_ref();
		let due = || {
			if let Some(load) = load {
				load.hold();
			}
		};
		let upgraded = upgrade::upgrade(&relay, &para, &code, stage.spec_version(), due).await;
		if let Some(load) = &self.load {
			load.release();
		}
		let upgraded = upgraded.with_context(|| format!("upgrading to the runtime of {stage}"))?;
		self.mark(&format!("{stage}: runtime in force")).await;
		Ok(upgraded)
	}

	/// Waits until the collator of that place in [`COLLATORS`] is needed least: a block of its own was just backed, so that its
	/// next slot is as far away as can be, and the relay chain changes its session no sooner. On a production chain sessions
	/// last hours; here a change a minute would be in the way of every other restart, and cost a slot that it does not there.
	pub async fn idle(&self, collator: usize) -> Result<()> {
		let name = COLLATORS.get(collator).context("there is no such collator")?;
		let author = self.authors.get(collator).copied().context("there is no such collator")?;
		let (relay, para) = (self.relay().await?, self.network.para(name).await?);
		let session = u32::try_from(relay.constant_number("Babe", "EpochDuration")?)?.max(1);
		let started = Instant::now();
		let mut last = height(&para.best().await?);
		loop {
			ensure!(started.elapsed() < STALL, "no such moment in {} s", STALL.as_secs());
			tokio::time::sleep(Duration::from_millis(500)).await;
			let best = para.best().await?;
			if height(&best) <= last || para.author(&best).await? != author {
				continue;
			}
			last = height(&best);
			let relay_parent = para.relay_parent(para.hash_of(&best)).await?;
			// Sessions all have the same length, so any change tells when the next ones are.
			let since = {
				let history = self.follower.history().await;
				let change = history.relay.iter().rfind(|block| block.session_change);
				change.map(|change| relay_parent.saturating_sub(change.number) % session)
			};
			// Its next block is built four relay blocks on, and backed in the fifth.
			if since.is_none_or(|since| (1..=session.saturating_sub(6)).contains(&since)) {
				return relay.reach(relay_parent + 1, STALL).await;
			}
		}
	}

	/// Waits for a finalized block that the collator of that place in [`COLLATORS`] made after now. Returns how long it took.
	pub async fn block_of(&self, collator: usize, patience: Duration) -> Result<Duration> {
		self.block_since(collator, now_ms(), patience).await
	}

	/// As [`Session::block_of`], for a block that was made after `since`, in milliseconds since 1970.
	pub async fn block_since(
		&self,
		collator: usize,
		since: u64,
		patience: Duration,
	) -> Result<Duration> {
		let started = Instant::now();
		let author = self.authors.get(collator).copied().context("there is no such collator")?;
		loop {
			let made = self
				.follower
				.history()
				.await
				.para
				.iter()
				.rev()
				.any(|block| block.author == author && block.timestamp_ms > since);
			if made {
				return Ok(started.elapsed());
			}
			ensure!(
				started.elapsed() < patience,
				"no block of {} became final in {} s: see its log",
				COLLATORS.get(collator).unwrap_or(&"the collator"),
				patience.as_secs()
			);
			tokio::time::sleep(Duration::from_secs(2)).await;
		}
	}

	/// The name of the collator that is the Aura authority of index `author`.
	pub fn collator(&self, author: u32) -> &'static str {
		let place = self.authors.iter().position(|index| *index == author);
		place.and_then(|place| COLLATORS.get(place).copied()).unwrap_or("another")
	}

	/// Ends the network. Nothing is left when that fails, either: its nodes are killed with this process at the latest.
	pub async fn end(self) -> Result<()> {
		let Self { network, follower, load, .. } = self;
		drop(load);
		drop(follower);
		network.end().await
	}
}

/// The index of each of [`COLLATORS`] among the Aura authorities. They are sorted by key, and the keys are those of the
/// development accounts of the same names: runtime/src/genesis.rs.
async fn authors(chain: &Chain) -> Result<Vec<u32>> {
	let authorities = chain.authorities(chain.finalized_hash().await?).await?;
	let mut authors = vec![];
	for uri in ["//Charlie", "//Dave"] {
		let public = key(uri)?.public_key().0;
		let index = authorities.iter().position(|authority| *authority == public);
		authors.push(u32::try_from(index.with_context(|| format!("{uri} is no authority"))?)?);
	}
	Ok(authors)
}

/// The addresses of the nodes of these names.
pub fn urls(names: &[&str]) -> Result<Vec<String>> {
	names.iter().map(|name| network::url(name)).collect()
}
