//! `--dev` and a real client: blocks on time or on demand, final at once; transfers, locks, and what is refused.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use network_observer::client::keys;
use network_observer::client::Chain;
use network_observer::client::Until;
use network_observer::client::POLL;
use network_observer::process::Node;
use network_observer::scenario;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

/// How long a block may take to be final: `--dev` makes it so at once.
const FINAL: Duration = Duration::from_secs(5);

async fn start(args: &[&str]) -> Result<Node> {
	Node::start(Path::new(env!("CARGO_BIN_EXE_parachain-template-node")), args, None).await
}

/// Waits until what is best now is final.
async fn is_final_at_once(chain: &Chain) -> Result<()> {
	let best = chain.best().await?.number;
	let started = Instant::now();
	while chain.finalized().await?.number < best {
		ensure!(started.elapsed() < FINAL, "#{best} is not final after {} s", FINAL.as_secs());
		tokio::time::sleep(POLL).await;
	}
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_made_every_slot_and_final_at_once() -> Result<()> {
	let node = start(&["--dev"]).await?;
	let chain = node.connect().await?;
	let slot_ms = chain.slot_duration()?;
	let slot = Duration::from_millis(slot_ms);

	chain.reach(1, 3 * slot).await.with_context(|| node.tail())?;
	let started = Instant::now();
	is_final_at_once(&chain).await?;
	chain.reach(3, 5 * slot).await.with_context(|| node.tail())?;
	let elapsed = started.elapsed();
	ensure!(
		elapsed > slot && elapsed < 4 * slot,
		"two more blocks took {:.1} s, with slots of {:.1} s",
		elapsed.as_secs_f64(),
		slot.as_secs_f64()
	);
	is_final_at_once(&chain).await?;

	// By their own clock the blocks are whole slots apart; a busy machine may miss one.
	let mut header = chain.best().await?;
	while header.number > 1 {
		let interval = chain.timestamp(chain.hash_of(&header)).await?
			- chain.timestamp(header.parent_hash).await?;
		ensure!(
			interval == slot_ms || interval == 2 * slot_ms,
			"#{} is {interval} ms after its parent, with slots of {slot_ms} ms",
			header.number
		);
		header = chain.header(header.parent_hash).await?;
	}
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_block_time_of_0_a_block_waits_for_a_transaction() -> Result<()> {
	let node = start(&["--dev", "--dev-block-time", "0"]).await?;
	let chain = node.connect().await?;
	let started = Instant::now();
	while started.elapsed() < Duration::from_secs(10) {
		let best = chain.best().await?.number;
		ensure!(best == 0, "#{best} was made without a transaction");
		tokio::time::sleep(POLL).await;
	}

	for height in 1..=2 {
		let call = scenario::transfer(&keys::bob().public_key().to_account_id(), 1_000_000_000);
		let submitted = Instant::now();
		let outcome = chain.submit(&call, &keys::alice(), Until::InBlock).await;
		let block = outcome.with_context(|| node.tail())?.done("a transfer")?;
		let took = submitted.elapsed();
		ensure!(took < Duration::from_secs(3), "the block took {:.1} s", took.as_secs_f64());
		ensure!(chain.header(block).await?.number == height, "the transfer is not in #{height}");
		is_final_at_once(&chain).await?;
	}
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_transfers_locks_and_opens() -> Result<()> {
	// A block is a tick of the locks' clock: they must not be due before the client has tried, on a busy machine either.
	let node = start(&["--dev", "--dev-block-time", "1000"]).await?;
	scenario::transfer_lock_open(node.url()).await.with_context(|| node.tail())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_refused_what_it_must_not_do() -> Result<()> {
	let mut node = start(&["--dev", "--dev-block-time", "500"]).await?;
	scenario::refusals(node.url()).await.with_context(|| node.tail())?;
	ensure!(node.runs()?, "the node ended\n{}", node.tail());
	Ok(())
}
