//! The command line of `network-observer`.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::bail;
use anyhow::Context;
use anyhow::Result;
use clap::Args;
use clap::Parser;
use clap::Subcommand;
use network_observer::client::Chain;
use network_observer::limits;
use network_observer::measure::measure;
use network_observer::watch;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

/// How long a network that is measured may take to answer: it is running already.
const CONNECT: Duration = Duration::from_secs(30);

/// Watches a running network of the template and measures it.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	/// Wait until the parachain makes blocks, then print a line for each, until Ctrl-C.
	Watch(Watch),
	/// Measure block time, backing, forks and finality over a number of parachain blocks.
	Measure(Measure),
}

#[derive(Debug, Args)]
struct Nodes {
	/// A node of the relay chain.
	#[arg(long, value_name = "URL", value_parser = url)]
	relay: String,

	/// Nodes of the parachain: blocks and finality are read from the first, forks from all of them; `watch` turns to
	/// another when one is gone.
	#[arg(long, value_name = "URL", value_parser = url, required = true, num_args = 1..)]
	para: Vec<String>,
}

#[derive(Debug, Args)]
struct Watch {
	#[command(flatten)]
	nodes: Nodes,

	/// How long to wait for the first block, in seconds.
	#[arg(long, value_name = "SECS", default_value_t = 900)]
	timeout: u64,

	/// End after this many lines.
	#[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
	blocks: Option<u32>,
}

#[derive(Debug, Args)]
struct Measure {
	#[command(flatten)]
	nodes: Nodes,

	/// How many parachain blocks to measure.
	#[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
	blocks: u32,

	/// Write the report to this file, as JSON.
	#[arg(long, value_name = "FILE")]
	json: Option<PathBuf>,

	/// Fail if the report misses the limits of this stage: sync, phase-1, phase-2 or phase-3.
	#[arg(long, value_name = "STAGE")]
	check: Option<String>,
}

fn url(text: &str) -> Result<String, String> {
	match text.strip_prefix("ws://").or_else(|| text.strip_prefix("wss://")) {
		Some(rest) if !rest.is_empty() => Ok(text.to_string()),
		_ => Err("not the address of a node, as in ws://127.0.0.1:9944".to_string()),
	}
}

/// Runs the command that was given.
pub async fn run(cli: Cli) -> Result<()> {
	match cli.command {
		Command::Watch(options) => watch(options).await,
		Command::Measure(options) => run_measure(options).await,
	}
}

async fn watch(options: Watch) -> Result<()> {
	let para = first(&options.nodes)?;
	let patience = Duration::from_secs(options.timeout);
	let waiting = watch::first_block(&options.nodes.relay, para, patience, |line| {
		eprintln!("{line}");
	});
	let live = tokio::select! {
		live = waiting => live?,
		interrupted = tokio::signal::ctrl_c() => return interrupted.context("listening for Ctrl-C"),
	};
	println!("first block after {} s", live.waited.as_secs());
	watch::follow(live.para, &options.nodes.para, options.blocks).await
}

async fn run_measure(options: Measure) -> Result<()> {
	// Before minutes are spent on measuring.
	let limits = options.check.as_deref().map(limits::of).transpose()?;
	if let Some(limits) = limits {
		if options.blocks < limits.intervals {
			bail!("--check {} needs --blocks {} at least", limits.stage, limits.intervals);
		}
	}
	if let Some(file) = &options.json {
		prepare(file)?;
	}

	let relay = Chain::connect(&options.nodes.relay, CONNECT).await?;
	let mut paras = vec![];
	for url in &options.nodes.para {
		paras.push(Chain::connect(url, CONNECT).await?);
	}
	let report = measure(&relay, &paras, options.blocks, |line| eprintln!("{line}")).await?;
	println!("{report}");
	if let Some(file) = &options.json {
		let json = serde_json::to_string_pretty(&report)?;
		std::fs::write(file, json).with_context(|| format!("writing {}", file.display()))?;
		println!("written to {}", file.display());
	}

	let Some(limits) = limits else { return Ok(()) };
	let missed = limits.missed(&report);
	for sentence in &missed {
		eprintln!("missed: {sentence}");
	}
	if !missed.is_empty() {
		bail!("{} limits of {} missed", missed.len(), limits.stage);
	}
	println!("within all limits of {}", limits.stage);
	Ok(())
}

fn first(nodes: &Nodes) -> Result<&str> {
	nodes.para.first().map(String::as_str).context("no parachain node: give --para")
}

/// Sees to it that `file` can be written.
fn prepare(file: &Path) -> Result<()> {
	if file.is_dir() {
		bail!("{} is a directory: give --json a file", file.display());
	}
	if let Some(directory) = file.parent() {
		std::fs::create_dir_all(directory)
			.with_context(|| format!("making the directory {}", directory.display()))?;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn the_command_line_is_sound() {
		Cli::command().debug_assert();
	}

	#[test]
	fn an_address_is_that_of_a_websocket() {
		assert!(url("ws://127.0.0.1:9944").is_ok());
		assert!(url("http://127.0.0.1:9944").is_err());
		assert!(url("ws://").is_err());
	}

	#[test]
	fn several_parachain_nodes_can_be_given_in_two_ways() -> Result<()> {
		let base = ["network-observer", "measure", "--relay", "ws://r", "--para", "ws://a"];
		for more in [vec!["ws://b"], vec!["--para", "ws://b"]] {
			let cli = Cli::try_parse_from(base.iter().copied().chain(more))?;
			let Command::Measure(options) = cli.command else { bail!("not measure") };
			assert_eq!(options.nodes.para, ["ws://a", "ws://b"]);
		}
		Ok(())
	}
}
