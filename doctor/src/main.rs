//! The command `doctor`: which phase a chain is in, and what is wrong with it.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::anyhow;
use anyhow::Result;
use clap::Parser;
use doctor::look::look;
use doctor::look::Targets;
use doctor::one_line;
use doctor::report::Report;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// The exit code where nothing was found.
const HEALTHY: u8 = 0;
/// The exit code where something was found.
const FINDINGS: u8 = 1;
/// The exit code where it could not be looked. It is also that of a wrong command line.
const COULD_NOT_LOOK: u8 = 2;
/// How much stack there is, in bytes, to parse a checkout and to decode what a server says.
const STACK: usize = 64 * 1024 * 1024;

/// Tells which phase of the migration a live parachain is in, and what is wrong with it.
///
/// Exit code: 0 healthy, 1 findings, 2 could not look.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
	/// A node of the parachain, as in ws://127.0.0.1:9988. Of further ones, only name and version are asked.
	#[arg(long, value_name = "URL", required_unless_present = "source", requires = "relay")]
	para: Vec<String>,

	/// A node of its relay chain, as in ws://127.0.0.1:9944.
	#[arg(long, value_name = "URL", requires = "para")]
	relay: Option<String>,

	/// The metrics of a collator's relay chain node, as in http://127.0.0.1:9616/metrics: how it builds is nowhere else. Once
	/// for each collator.
	#[arg(long, value_name = "URL")]
	metrics: Vec<String>,

	/// A checkout of runtime and node.
	#[arg(long, value_name = "PATH")]
	source: Option<PathBuf>,

	/// How many new blocks to wait for; with 0, only those that are there.
	#[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=1000))]
	blocks: u32,

	/// Prints JSON instead of text.
	#[arg(long)]
	json: bool,
}

fn main() -> ExitCode {
	let cli = Cli::parse();
	let json = cli.json;
	match run(cli).and_then(|report| say(&report, json).map(|()| report.healthy())) {
		Ok(true) => HEALTHY.into(),
		Ok(false) => FINDINGS.into(),
		Err(error) => {
			eprintln!("doctor: {}", one_line(&error));
			COULD_NOT_LOOK.into()
		},
	}
}

fn run(cli: Cli) -> Result<Report> {
	let targets = Targets {
		paras: cli.para,
		relay: cli.relay,
		metrics: cli.metrics,
		source: cli.source,
		blocks: cli.blocks,
	};
	let runtime = tokio::runtime::Builder::new_multi_thread()
		.worker_threads(2)
		.thread_stack_size(STACK)
		.enable_all()
		.build()?;
	// Libraries that decode what a hostile server says may panic: that is one line too.
	std::panic::set_hook(Box::new(|_| {}));
	let facts = runtime.block_on(runtime.spawn(async move { look(&targets).await }));
	// Requests that nobody answers are not waited for.
	runtime.shutdown_background();
	let facts = facts.map_err(|error| {
		anyhow!("what a server answered led its reader astray: {}", reason(error))
	})??;
	Ok(Report::of(facts))
}

/// The words of the panic that ended a task.
fn reason(error: tokio::task::JoinError) -> String {
	let Ok(panic) = error.try_into_panic() else { return "it was ended".to_string() };
	match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
		(Some(words), _) => words.to_string(),
		(_, Some(words)) => words.clone(),
		_ => "no reason given".to_string(),
	}
}

fn say(report: &Report, json: bool) -> Result<()> {
	let mut out = std::io::stdout().lock();
	if json {
		serde_json::to_writer_pretty(&mut out, report)?;
		writeln!(out)?;
	} else {
		writeln!(out, "{report}")?;
	}
	out.flush()?;
	Ok(())
}
