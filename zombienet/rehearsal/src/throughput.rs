//! Blocks filled with transfers at `sync` and at phase 3, in one run on one machine, and how much gets through.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! Transfers come in batches of one signed transaction: what is compared is what blocks have room for, and on a machine that
//! runs the whole network, checking a signature per transfer in every node's pool would be measured instead.

use crate::history::History;
use crate::history::ParaBlock;
use crate::intervals::Stretch;
use crate::load::senders;
use crate::logs;
use crate::network::print_logs;
use crate::network::Spec;
use crate::network::COLLATORS;
use crate::report::line;
use crate::report::Check;
use crate::report::Report;
use crate::report::Throughput;
use crate::session::urls;
use crate::session::Session;
use crate::session::STALL;
use crate::stage::Paths;
use crate::stage::Stage;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use network_observer::client;
use network_observer::client::Chain;
use network_observer::scenario;
use std::time::Duration;
use std::time::Instant;
use subxt::config::DefaultExtrinsicParamsBuilder;
use subxt::dynamic::At;
use subxt::dynamic::Value;
use subxt::PolkadotConfig;
use subxt_signer::sr25519::Keypair;

/// How many blocks may pass before the pools are full and blocks with them.
const WARM_UP: u32 = 5;
/// How many transactions of each sender wait at most: several blocks' worth.
const WAITING: u64 = 60;
/// What one transfer transfers, in the token's smallest unit.
const AMOUNT: u128 = 1_000_000_000;
/// What the guide promises: twice the blocks, with four times the execution time each.
const PROMISE: f64 = 8.0;
/// How often a sender looks how many of its transactions wait.
const LOOK: Duration = Duration::from_millis(500);
/// How long none of a sender's transactions may be included before it asks for its nonce again.
const STUCK: Duration = Duration::from_secs(60);

/// Measures both stages and writes a report. `blocks` are measured at sync and twice as many at phase 3, which takes as long.
pub async fn run(paths: &Paths, blocks: u32, batch: u32) -> Result<()> {
	let mut report = Report::new("Throughput at sync and at phase 3");
	for (stage, count) in [(Stage::Sync, blocks), (Stage::Phase3, 2 * blocks)] {
		println!("\n{stage}: {count} blocks, transfers in batches of {batch}");
		let directory = paths.out.join(format!("throughput-{stage}"));
		let measured = measure(paths, stage, count, batch, &mut report).await;
		let measured = measured
			.inspect_err(|_| print_logs(&directory))
			.with_context(|| format!("measuring {stage}"))?;
		println!(
			"  {:.1} transfers per second, {:.2} s of execution per minute, blocks {:.0} % full, {:.0} kB of proof per block",
			measured.transfers_per_second,
			measured.ref_time_s_per_minute,
			measured.full_percent,
			measured.proof_kb_per_block
		);
		report.throughput.push(measured);
	}
	if let [sync, phase_3] = report.throughput.as_slice() {
		let ratio = |of: fn(&Throughput) -> f64| of(phase_3) / of(sync).max(f64::MIN_POSITIVE);
		let transfers = ratio(|stage| stage.transfers_per_second);
		let numbers = format!(
			"transfers per second × {transfers:.2}, execution per minute × {:.2}, proof per block × {:.2}, block time × {:.2}; blocks {:.0} % and {:.0} % full",
			ratio(|stage| stage.ref_time_s_per_minute),
			ratio(|stage| stage.proof_kb_per_block),
			ratio(|stage| stage.block_s),
			sync.full_percent,
			phase_3.full_percent
		);
		let check = Check::of("eight times the throughput", transfers >= PROMISE, numbers);
		report.checks.push(check);
	}
	report.write(&paths.out, "throughput")?;
	report.print();
	report.verdict()
}

async fn measure(
	paths: &Paths,
	stage: Stage,
	count: u32,
	batch: u32,
	report: &mut Report,
) -> Result<Throughput> {
	let directory = paths.out.join(format!("throughput-{stage}"));
	let spec = Spec::of(paths, stage)?;
	let mut session = Session::start(paths, &spec, &directory).await?;
	let para = session.para().await?;
	let room = normal_ref_time(&para)?;
	let mut tasks = vec![];
	for (index, key) in senders()?.into_iter().enumerate() {
		let url = urls(&[COLLATORS[index % COLLATORS.len()]])?.remove(0);
		tasks.push(tokio::spawn(async move {
			loop {
				// What can go wrong is a full pool, or a nonce that a fork took back: look again.
				if let Err(error) = send(&url, &key, batch).await {
					println!("    a sender starts anew: {}", network_observer::one_line(&error));
				}
				tokio::time::sleep(LOOK).await;
			}
		}));
	}
	session.follower.blocks(WARM_UP, STALL).await?;
	session.mark(&format!("{stage}: full blocks")).await;
	let outcome = session.follower.blocks(count, STALL).await;
	for task in &tasks {
		task.abort();
	}
	let (first, last) = outcome?;
	let history = session.follower.history().await;
	let measured = summed(stage, &history, first, last, room);
	let stretch = Stretch::of(stage.name(), &history, first, last);
	println!("  {}", line(&stretch));
	report.stretches.push(stretch);
	drop(history);
	let found = logs::scan(&session.network.logs());
	println!("  {} panics, {} unexpected lines in the logs", found.panics, found.unexpected);
	report.logs = found;
	session.end().await?;
	Ok(measured)
}

fn summed(stage: Stage, history: &History, first: u32, last: u32, room: u64) -> Throughput {
	let start = history.between(first, first).first().map_or(0, |block| block.timestamp_ms);
	let blocks = history.between(first + 1, last);
	let end = blocks.last().map_or(start, |block| block.timestamp_ms);
	let seconds = (end.saturating_sub(start) as f64 / 1000.0).max(f64::MIN_POSITIVE);
	let transfers: usize = blocks.iter().map(transfers).sum();
	let count = blocks.len().max(1) as f64;
	let ref_time = blocks.iter().map(|block| block.ref_time as f64).sum::<f64>();
	let proof = blocks.iter().map(|block| block.proof_size as f64).sum::<f64>();
	Throughput {
		stage: stage.name().to_string(),
		blocks: blocks.len(),
		seconds,
		transfers,
		transfers_per_second: transfers as f64 / seconds,
		ref_time_s_per_minute: ref_time / 1e12 / seconds * 60.0,
		full_percent: 100.0 * ref_time / count / room.max(1) as f64,
		proof_kb_per_block: proof / count / 1000.0,
		block_s: seconds / count,
	}
}

fn transfers(block: &ParaBlock) -> usize {
	block.events.iter().filter(|event| event.name == "Balances.Transfer").count()
}

/// The execution time that a block has for ordinary transactions, in picoseconds.
fn normal_ref_time(chain: &Chain) -> Result<u64> {
	let weights = chain.constant("System", "BlockWeights")?;
	let room = weights
		.at("per_class")
		.at("normal")
		.at("max_total")
		// An option.
		.at(0)
		.at("ref_time")
		.and_then(client::number);
	Ok(u64::try_from(room.context("System.BlockWeights has no limit for transactions")?)?)
}

/// Sends batches of transfers from `key` to Alice without end, with [`WAITING`] of them waiting at most.
async fn send(url: &str, key: &Keypair, batch: u32) -> Result<()> {
	let chain = Chain::connect(url, Duration::from_secs(30)).await?;
	let account = key.public_key().to_account_id();
	let mut nonce = chain.rpc().system_account_next_index(&account).await?;
	let to = client::keys::alice().public_key().to_account_id();
	let calls = (0..batch).map(|_| scenario::transfer(&to, AMOUNT).into_value());
	let calls = Value::unnamed_composite(calls);
	let call = subxt::dynamic::tx("Utility", "batch_all", vec![calls]);
	let (mut last, mut since) = (0, Instant::now());
	loop {
		let at = chain.hash_of(&chain.best().await?);
		let done = u64::from(chain.account(at, &account).await?.nonce);
		if done > last {
			(last, since) = (done, Instant::now());
		}
		// The pool dropped one, and the rest wait for it.
		ensure!(since.elapsed() < STUCK, "nothing was included for {} s", STUCK.as_secs());
		while nonce < done + WAITING {
			let params = DefaultExtrinsicParamsBuilder::<PolkadotConfig>::new();
			let params = params.nonce(nonce).immortal().build();
			let bytes =
				chain.api().tx().create_partial_offline(&call, params)?.sign(key).into_encoded();
			chain.rpc().author_submit_extrinsic(&bytes).await?;
			nonce += 1;
		}
		tokio::time::sleep(LOOK).await;
	}
}
