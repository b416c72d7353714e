//! Waits for a network's first parachain block, then prints one line per block.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::client;
use crate::client::Chain;
use crate::client::Header;
use crate::client::Value;
use crate::one_line;
use anyhow::bail;
use anyhow::Context;
use anyhow::Result;
use std::time::Duration;
use std::time::Instant;

/// How often the state of a network without blocks is looked at.
const LOOK: Duration = Duration::from_secs(3);
/// How long the same state is not said again.
const REPEAT: Duration = Duration::from_secs(15);
/// How long all of the parachain's nodes may be gone.
const LOST: Duration = Duration::from_secs(120);
/// How long to wait for a block before saying that there is none.
const QUIET: Duration = Duration::from_secs(60);

/// A network that makes blocks.
pub struct Live {
	/// A node of the relay chain.
	pub relay: Chain,
	/// A node of the parachain.
	pub para: Chain,
	/// How long it took until the parachain had a block.
	pub waited: Duration,
}

/// Waits until the parachain at `para` has a block, for `patience` at most, and tells `progress` what it waits for.
pub async fn first_block(
	relay: &str,
	para: &str,
	patience: Duration,
	mut progress: impl FnMut(&str),
) -> Result<Live> {
	let started = Instant::now();
	let left = || patience.saturating_sub(started.elapsed());
	progress(&format!("waiting for {relay} and {para} to answer"));
	let relay = Chain::connect(relay, left()).await?;
	let para = Chain::connect(para, left()).await?;
	let para_id = para.para_id().await?;
	let (mut said, mut said_at) = (String::new(), Instant::now());
	loop {
		if para.best().await?.number > 0 {
			return Ok(Live { relay, para, waited: started.elapsed() });
		}
		let state = relay_state(&relay, para_id).await?;
		if left().is_zero() {
			bail!(
				"the parachain made no block within {} s ({state}): look for errors in the collators' logs",
				patience.as_secs()
			);
		}
		if state != said || said_at.elapsed() >= REPEAT {
			progress(&format!(
				"no parachain block after {} s: {state}",
				started.elapsed().as_secs()
			));
			(said, said_at) = (state, Instant::now());
		}
		tokio::time::sleep(LOOK).await;
	}
}

/// What the relay chain says that a parachain waits for: its height, its session, and what the parachain is to it.
async fn relay_state(relay: &Chain, para_id: u32) -> Result<String> {
	let best = relay.best().await?;
	let at = relay.hash_of(&best);
	let session = relay.number(at, "Session", "CurrentIndex").await.with_context(|| {
		format!("{} does not answer like a relay chain: check --relay", relay.url())
	})?;
	let key = vec![Value::u128(para_id.into())];
	let lifecycle = relay.storage(at, "Paras", "ParaLifecycles", key).await?;
	let lifecycle = match lifecycle.as_ref().and_then(client::variant) {
		Some("Parachain") => "onboarded".to_string(),
		Some(other) => format!("not onboarded yet: {other}"),
		None => "not registered".to_string(),
	};
	Ok(format!("relay chain #{}, session {session}, parachain {para_id} {lifecycle}", best.number))
}

/// Prints each new best block until Ctrl-C, or until `blocks` of them are printed: those of `para`, and when its connection
/// is lost, those of another of the nodes at `others`. Fails when no node has told of a block for two minutes.
///
/// The mean is that of the best chain since the first line: forks do not count, and one that goes back further starts it anew.
pub async fn follow(para: Chain, others: &[String], blocks: Option<u32>) -> Result<()> {
	let mut seen = Seen { para, first: None, printed: 0, last: Instant::now() };
	let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
	tokio::select! {
		interrupted = &mut interrupt => interrupted.context("listening for Ctrl-C"),
		done = async {
			while let Err(lost) = seen.print(blocks).await {
				eprintln!("{}: {}", seen.para.url(), one_line(&lost));
				seen.reconnect(others).await.map_err(|gone| gone.context(lost))?;
				eprintln!("going on with {}", seen.para.url());
			}
			Ok(())
		} => done,
	}
}

/// What was printed so far, and the node that tells of blocks.
struct Seen {
	para: Chain,
	/// The height and the time of the first block, in milliseconds.
	first: Option<(u32, u64)>,
	printed: u32,
	last: Instant,
}

impl Seen {
	/// Prints blocks until there are enough; an error is the loss of the node.
	async fn print(&mut self, blocks: Option<u32>) -> Result<()> {
		let closed = "the node closed its connection; see its log";
		let mut heads = self.para.rpc().chain_subscribe_new_heads().await.context(closed)?;
		while blocks.is_none_or(|blocks| self.printed < blocks) {
			let Ok(next) = tokio::time::timeout(QUIET, heads.next()).await else {
				eprintln!("no new block for {} s", QUIET.as_secs());
				// A node that lives and has nothing to tell is not lost.
				self.para.best().await?;
				self.last = Instant::now();
				continue;
			};
			let head = next.context(closed)?.context(closed)?;
			let line = line(&self.para, &head, &mut self.first).await?;
			println!("{line}");
			self.printed += 1;
			self.last = Instant::now();
		}
		Ok(())
	}

	/// Connects to the first node that answers, the lost one last.
	async fn reconnect(&mut self, others: &[String]) -> Result<()> {
		let lost = self.para.url().to_string();
		let next = others.iter().position(|url| *url == lost).map_or(0, |at| at + 1);
		while self.last.elapsed() < LOST {
			for url in others.iter().cycle().skip(next).take(others.len()) {
				if let Ok(para) = Chain::connect(url, LOOK).await {
					self.para = para;
					return Ok(());
				}
			}
			tokio::time::sleep(LOOK).await;
		}
		bail!("no node of the parachain has told of a block for {} s", LOST.as_secs())
	}
}

/// The line of one block. `first` is the height and the time of the first block of all, in milliseconds.
async fn line(para: &Chain, head: &Header, first: &mut Option<(u32, u64)>) -> Result<String> {
	let (hash, number) = (para.hash_of(head), client::height(head));
	if number == 0 {
		return Ok(format!("#0 {hash} genesis"));
	}
	let now = para.timestamp(hash).await?;
	let (start, start_ms) = match *first {
		// Made twice, the first block may have been abandoned: its time would stay in the mean of a chain it is not in.
		Some(seen) if seen.0 < number => seen,
		_ => *first.insert((number, now)),
	};
	// The genesis block has no time.
	let interval = match number {
		1 => "-".to_string(),
		_ => seconds(now.saturating_sub(para.timestamp(head.parent_hash).await?) as f64),
	};
	let mean = match number.checked_sub(start) {
		Some(blocks) if blocks > 0 => {
			seconds(now.saturating_sub(start_ms) as f64 / f64::from(blocks))
		},
		_ => "-".to_string(),
	};
	let author = para.author(head).await?;
	let finalized = para.finalized().await?.number;
	Ok(format!(
		"#{number:<5} {hash} author {author}  {interval:>7}  mean {mean:>7}  best {number} finalized {finalized}"
	))
}

fn seconds(milliseconds: f64) -> String {
	format!("{:.2} s", milliseconds / 1000.0)
}
