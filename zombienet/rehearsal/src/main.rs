//! The command `rehearsal`: takes a live network from the first stage to the last, and tries what can go wrong.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! - [`stage`]: the stages, and where their binaries are; [`network`]: a live network and its nodes.
//! - [`history`]: every block, read as it becomes final; [`session`]: a network with its history, users and marks.
//! - [`upgrade`]: runtime upgrades and the relay chain's parameters; [`sync`]: a fresh node.
//! - [`load`]: users; [`ledger`]: whether they got what they asked for.
//! - [`intervals`], [`logs`]: what blocks and logs tell; [`report`], [`chart`]: what is written of it.
//! - [`journey`], [`wrong_turns`], [`faults`], [`throughput`]: the rehearsals; [`disk`]: a disk to fill.

mod chart;
mod disk;
mod faults;
mod history;
mod intervals;
mod journey;
mod ledger;
mod load;
mod logs;
mod network;
mod report;
mod session;
mod stage;
mod sync;
mod throughput;
mod upgrade;
mod wrong_turns;

use crate::faults::Fault;
use crate::stage::Paths;
use crate::stage::Stage;
use crate::wrong_turns::WrongTurn;
use anyhow::bail;
use anyhow::Context;
use anyhow::Result;
use clap::Args;
use clap::Parser;
use clap::Subcommand;
use network_observer::one_line;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::signal;
use tokio::signal::unix::SignalKind;

/// Takes a live network of the template from its first stage to its last, and tries what can go wrong.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
	#[command(flatten)]
	places: Places,

	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Args)]
struct Places {
	/// Each stage's node and runtime, in a directory of the stage's name.
	#[arg(long, value_name = "DIR")]
	stages: PathBuf,

	/// The directory of polkadot and its workers.
	#[arg(long, value_name = "DIR")]
	relay: PathBuf,

	/// The directory of the stages' specifications.
	#[arg(long, value_name = "DIR")]
	specs: PathBuf,

	/// A directory for the report and the networks' logs; it is made.
	#[arg(long, value_name = "DIR")]
	out: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
	/// One network from a stage to another under load, everything checked afterwards.
	Journey(Journey),
	/// What a team could do wrong, each on a network of its own.
	WrongTurns {
		/// Which; all if none is named.
		names: Vec<WrongTurn>,
	},
	/// Faults during steady phase 3, on one network under load.
	Faults {
		/// Which; all if none is named.
		names: Vec<Fault>,
	},
	/// Full blocks at sync and at phase 3.
	Throughput {
		/// How many blocks to measure at sync; at phase 3 it is twice as many.
		#[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
		blocks: u32,

		/// How many transfers one transaction makes.
		#[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
		batch: u32,
	},
}

#[derive(Debug, Args)]
struct Journey {
	/// The stage whose network is started.
	#[arg(long, value_name = "STAGE", default_value = "sync")]
	from: Stage,

	/// The stage to arrive at.
	#[arg(long, value_name = "STAGE", default_value = "phase-3")]
	to: Stage,

	/// How many blocks the first baseline takes; the last takes twice as many, those between a quarter.
	#[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(4..))]
	blocks: u32,

	/// Transactions per second of all users.
	#[arg(long, value_name = "RATE", default_value_t = 1.0)]
	per_second: f64,

	/// Leave the network up at the end, until Ctrl-C.
	#[arg(long)]
	keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
	let outcome = tokio::select! {
		outcome = run(Cli::parse()) => outcome,
		interrupted = interrupted() => interrupted,
	};
	// By now the network was dropped, and its nodes killed with it.
	if let Err(error) = network::end_children() {
		eprintln!("Error: {}", one_line(&error));
	}
	match outcome {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {}", one_line(&error));
			ExitCode::FAILURE
		},
	}
}

/// Waits for Ctrl-C or SIGTERM.
async fn interrupted() -> Result<()> {
	let mut interrupt = signal(SignalKind::interrupt())?;
	let mut terminate = signal(SignalKind::terminate())?;
	tokio::select! {
		_ = interrupt.recv() => {},
		_ = terminate.recv() => {},
	}
	bail!("interrupted; everything that was started is ended")
}

async fn run(cli: Cli) -> Result<()> {
	let absolute = |path: &PathBuf| {
		std::path::absolute(path).with_context(|| format!("the path {}", path.display()))
	};
	let paths = Paths {
		stages: absolute(&cli.places.stages)?,
		relay: absolute(&cli.places.relay)?,
		specs: absolute(&cli.places.specs)?,
		out: absolute(&cli.places.out)?,
	};
	match cli.command {
		Command::Journey(journey) => {
			let Journey { from, to, blocks, per_second, keep } = journey;
			journey::run(&paths, &journey::Options { from, to, blocks, per_second, keep }).await
		},
		Command::WrongTurns { names } => wrong_turns::run(&paths, &names).await,
		Command::Faults { names } => faults::run(&paths, &names).await,
		Command::Throughput { blocks, batch } => throughput::run(&paths, blocks, batch).await,
	}
}
