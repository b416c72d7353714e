//! The command `upgrade-check`: tries runtime upgrades on a copy of a chain's state, which is a node's or a file's.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

mod checks;
mod names;
mod report;
mod snapshot;
mod state;
mod transactions;

use crate::report::Report;
use crate::snapshot::Snapshot;
use crate::state::Runtime;
use crate::state::State;
use anyhow::Context;
use anyhow::Result;
use clap::Parser;
use polkadot_sdk::*;
use sp_core::storage::well_known_keys::CODE;
use sp_core::H256;
use std::path::PathBuf;
use std::process::ExitCode;

/// Tries runtime upgrades on a copy of a chain's state: one after another, each on what the one before it left.
///
/// The chain itself is only read. Fails if a check does.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
	/// A node of the chain: ws://HOST:PORT
	#[arg(
		long,
		value_name = "URL",
		required_unless_present = "snapshot",
		conflicts_with = "snapshot"
	)]
	uri: Option<String>,

	/// The state after this block; without it, after the last final one.
	#[arg(long, value_name = "HASH", requires = "uri", conflicts_with = "reach")]
	at: Option<H256>,

	/// Wait, for two minutes at most, until the node answers and block N is final.
	#[arg(long, value_name = "N", requires = "uri")]
	reach: Option<u32>,

	/// The state in a file, as --save and a node's `export-state` write it: a specification with a raw genesis.
	#[arg(long, value_name = "FILE")]
	snapshot: Option<PathBuf>,

	/// Write the state to a file, for --snapshot.
	#[arg(long, value_name = "FILE")]
	save: Option<PathBuf>,

	/// The new runtimes, in the order of the upgrades, compiled with the feature `try-runtime`.
	runtimes: Vec<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
	// What runtimes log: errors, or what RUST_LOG asks for.
	sp_tracing::try_init_simple();
	match run(Cli::parse()).await {
		Ok(true) => ExitCode::SUCCESS,
		Ok(false) => ExitCode::FAILURE,
		Err(error) => {
			eprintln!("Error: {}", report::one_line(&error));
			ExitCode::FAILURE
		},
	}
}

/// Returns whether all checks hold.
async fn run(cli: Cli) -> Result<bool> {
	// Before the state is read, which takes longer.
	let mut runtimes = Vec::new();
	for file in &cli.runtimes {
		let path = file.display();
		let code = std::fs::read(file).with_context(|| format!("`{path}` cannot be read"))?;
		let runtime = Runtime::new(code).with_context(|| format!("`{path}` is no runtime"))?;
		runtimes.push((path, runtime));
	}

	let snapshot = match (&cli.uri, &cli.snapshot) {
		(Some(uri), _) => Snapshot::of_node(uri, cli.at, cli.reach).await?,
		(None, Some(file)) => Snapshot::of_file(file)?,
		(None, None) => unreachable!("clap asks for one of them; qed"),
	};
	println!("state:   {} entries{}", snapshot.storage.top.len(), snapshot.place());
	if let Some(file) = &cli.save {
		snapshot.save(file)?;
		println!("saved:   {}", file.display());
	}

	let code = snapshot.storage.top.get(CODE).context("the state has no runtime in it")?.clone();
	let mut old = Runtime::new(code).context("what the state has as its runtime is none")?;
	let mut state = State::new(snapshot.storage, old.version.state_version());
	if snapshot.root.is_some_and(|root| root != state.root()) {
		println!(
			"note    the copy's root is not the block's: entries are missing, or were written under another state version; \
			 sizes of proofs may differ"
		);
	}

	let mut report = Report::default();
	for (path, new) in runtimes {
		println!("runtime: {path}");
		if !checks::upgrade(&mut state, &old, &new, &mut report)? {
			println!("note    what comes after this one is not tried: it left no state");
			break;
		}
		state.set(CODE.to_vec(), new.code.clone());
		old = new;
	}
	Ok(report.close())
}
