//! Waits for a network's first parachain block, then prints one line per block.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::client;
use crate::client::Chain;
use crate::client::Header;
use anyhow::bail;
use anyhow::Context;
use anyhow::Result;
use std::time::Duration;
use std::time::Instant;
use subxt::dynamic::Value;

/// How often the state of a network without blocks is looked at.
const LOOK: Duration = Duration::from_secs(3);
/// How long the same state is not said again.
const REPEAT: Duration = Duration::from_secs(15);
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

/// Prints each new best block of `para` until Ctrl-C, or until `blocks` of them are printed.
///
/// The mean is that of the best chain since the first line: forks do not count.
pub async fn follow(para: &Chain, blocks: Option<u32>) -> Result<()> {
	let closed = || format!("{} closed its connection: the node ended; see its log", para.url());
	let mut heads = para.rpc().chain_subscribe_new_heads().await.with_context(closed)?;
	let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
	let mut first = None;
	let mut printed = 0;
	while blocks.is_none_or(|blocks| printed < blocks) {
		let next = tokio::select! {
			interrupted = &mut interrupt => return interrupted.context("listening for Ctrl-C"),
			next = tokio::time::timeout(QUIET, heads.next()) => next,
		};
		let Ok(next) = next else {
			eprintln!("no new block for {} s", QUIET.as_secs());
			continue;
		};
		let head = next.with_context(closed)?.with_context(closed)?;
		let line = line(para, &head, &mut first).await?;
		println!("{line}");
		printed += 1;
	}
	Ok(())
}

/// The line of one block. `first` is the height and the time of the first block of all, in milliseconds.
async fn line(para: &Chain, head: &Header, first: &mut Option<(u32, u64)>) -> Result<String> {
	let hash = para.hash_of(head);
	if head.number == 0 {
		return Ok(format!("#0 {hash} genesis"));
	}
	let now = para.timestamp(hash).await?;
	let (start, start_ms) = *first.get_or_insert((head.number, now));
	// The genesis block has no time.
	let interval = match head.number {
		1 => "-".to_string(),
		_ => seconds(now.saturating_sub(para.timestamp(head.parent_hash).await?) as f64),
	};
	let mean = match head.number.checked_sub(start) {
		Some(blocks) if blocks > 0 => {
			seconds(now.saturating_sub(start_ms) as f64 / f64::from(blocks))
		},
		_ => "-".to_string(),
	};
	let author = para.author(head).await?;
	let finalized = para.finalized().await?.number;
	Ok(format!(
		"#{:<5} {hash} author {author}  {interval:>7}  mean {mean:>7}  best {} finalized {finalized}",
		head.number, head.number
	))
}

fn seconds(milliseconds: f64) -> String {
	format!("{:.2} s", milliseconds / 1000.0)
}
