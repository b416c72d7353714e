//! Faults during steady phase 3, one after another on one network under load, with the time to recovery.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::disk::SmallDisk;
use crate::intervals::Stretch;
use crate::journey::books;
use crate::ledger::outstanding;
use crate::ledger::Ledger;
use crate::load::now_ms;
use crate::logs;
use crate::network::print_logs;
use crate::network::Spec;
use crate::network::COLLATORS;
use crate::network::VALIDATORS;
use crate::report::Case;
use crate::report::Check;
use crate::report::Report;
use crate::session::Session;
use crate::session::BACK;
use crate::session::STALL;
use crate::stage::Paths;
use crate::stage::Stage;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use clap::ValueEnum;
use network_observer::one_line;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

/// How long a fault lasts.
const FAULT: Duration = Duration::from_secs(60);
/// How many blocks are measured before each fault and after its recovery.
const STEADY: u32 = 12;
/// How long the last transactions may take to be final after the users stopped.
const SETTLED: Duration = Duration::from_secs(240);
/// Transactions per second.
const PER_SECOND: f64 = 1.0;
/// What comes of a full disk on a machine that lends none.
const NOT_TRIED: &str =
	"not tried: mounting a small file system is not permitted, and REHEARSAL_SMALL_DISK names none";

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fault {
	/// One collator is killed for a minute.
	CollatorKilled,
	/// Both collators are killed for a minute.
	CollatorsKilled,
	/// One of the two validators is paused for a minute.
	ValidatorPaused,
	/// A collator's disk is full for a minute.
	DiskFull,
	/// A collator starts with an emptied database.
	DatabaseEmptied,
}

impl Fault {
	fn name(self) -> String {
		self.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default()
	}

	fn what(self) -> &'static str {
		match self {
			Self::CollatorKilled => "One collator of two is killed (SIGKILL), and started after 60 s.",
			Self::CollatorsKilled => "Both collators are killed (SIGKILL), and started after 60 s.",
			Self::ValidatorPaused => "One validator of two is paused (SIGSTOP), and resumed after 60 s.",
			Self::DiskFull => "The disk of one collator's parachain database is filled, and freed after 60 s.",
			Self::DatabaseEmptied => {
				"One collator is killed, both its databases are deleted, its keys are kept, and it is started."
			},
		}
	}
}

/// Makes the faults given, or all, and writes a report. Fails if one does not end in recovery or anything is lost.
pub async fn run(paths: &Paths, faults: &[Fault]) -> Result<()> {
	let faults = if faults.is_empty() { Fault::value_variants() } else { faults };
	let mut report = Report::new("Faults at phase 3");
	let directory = paths.out.join("network");
	// Users talk to a full node too: what only killed collators had in their pools would be gone with them.
	let spec = Spec::of(paths, Stage::Phase3)?.with_full_node();
	let mut session = Session::start(paths, &spec, &directory)
		.await
		.inspect_err(|_| print_logs(&directory))
		.context("starting the network")?;
	let nodes = [COLLATORS[0], COLLATORS[1], "eve"];
	session.users(&nodes, PER_SECOND, None).await?;

	for fault in faults {
		let name = fault.name();
		println!("\n{name}: {}", fault.what());
		let mut case =
			Case { name: name.clone(), what: fault.what().to_string(), ..Case::default() };
		match make(*fault, &mut session, &mut case).await {
			Ok(Some(outcome)) => {
				println!("  => {outcome}");
				report.checks.push(Check::of(&name, true, outcome.clone()));
				case.outcome = outcome;
			},
			// No check of it: nothing was seen to hold.
			Ok(None) => {
				println!("  => {NOT_TRIED}");
				case.outcome = NOT_TRIED.to_string();
			},
			Err(error) => {
				print_logs(&directory);
				report.checks.push(Check::failed(&name, &one_line(&error)));
				case.outcome = format!("No recovery: {}", one_line(&error));
			},
		}
		report.cases.push(case);
		report.write(&paths.out, "faults")?;
	}

	let outcome = account(&mut session, &mut report).await;
	if let Err(error) = &outcome {
		report.checks.push(Check::failed("the books", &one_line(error)));
	}
	report.see(&session).await;
	report.logs = logs::scan(&session.network.logs());
	report.write(&paths.out, "faults")?;
	report.print();
	session.end().await?;
	outcome?;
	report.verdict()
}

/// Makes one fault. `None` where it cannot be made.
async fn make(fault: Fault, session: &mut Session, case: &mut Case) -> Result<Option<String>> {
	let (first, _) = session.follower.blocks(STEADY, STALL).await.context("before the fault")?;
	let before = session.follower.history().await.height();
	session.mark(&fault.name()).await;
	let recovery = match fault {
		Fault::CollatorKilled => killed(session, &[1]).await?,
		Fault::CollatorsKilled => killed(session, &[0, 1]).await?,
		Fault::ValidatorPaused => paused(session).await?,
		Fault::DiskFull => match SmallDisk::new(&session.network.node_directory("disk"))? {
			Some(disk) => match disk_full(session, case, &disk).await {
				Ok(recovery) => recovery,
				Err(error) => {
					// The faults after this one need the collator.
					let mended = mend(session).await;
					let mended = mended.map_or_else(|error| one_line(&error), |()| "runs".into());
					case.fact("the collator, on its database of before", mended);
					return Err(error);
				},
			},
			None => return Ok(None),
		},
		Fault::DatabaseEmptied => emptied(session).await?,
	};
	session.mark(&format!("{}: recovered", fault.name())).await;
	let (after, last) = session.follower.blocks(STEADY, STALL).await.context("afterwards")?;
	let history = session.follower.history().await;
	case.fact("time to recovery", format!("{} s", recovery.as_secs()));
	for (name, from, to) in
		[("before", first, before), ("fault", before, after), ("after", after, last)]
	{
		case.stretch(Stretch::of(name, &history, from, to));
	}
	let gap = case.stretches.iter().map(|stretch| stretch.max_ms).max().unwrap_or_default();
	Ok(Some(format!(
		"recovered {} s after the fault ended; the longest time between two blocks was {:.0} s",
		recovery.as_secs(),
		gap as f64 / 1000.0
	)))
}

/// Kills collators, given by place, and starts them after a minute. Returns how long it takes from then until each has made
/// a block that is final.
async fn killed(session: &Session, places: &[usize]) -> Result<Duration> {
	for place in places {
		session.network.kill(COLLATORS.get(*place).context("no such collator")?)?;
	}
	tokio::time::sleep(FAULT).await;
	let (started, since) = (Instant::now(), now_ms());
	for place in places {
		let name = COLLATORS.get(*place).context("no such collator")?;
		session.network.spawn_again(name).await?;
	}
	for place in places {
		session.block_since(*place, since, BACK).await?;
	}
	Ok(started.elapsed())
}

/// Pauses a validator for a minute. Returns how long it takes from then until both collators have made a block that is
/// final: with two validators, nothing is final without both.
async fn paused(session: &Session) -> Result<Duration> {
	session.network.pause(VALIDATORS[1]).await?;
	tokio::time::sleep(FAULT).await;
	session.network.resume(VALIDATORS[1]).await?;
	let (started, since) = (Instant::now(), now_ms());
	for place in 0..COLLATORS.len() {
		session.block_since(place, since, BACK).await?;
	}
	Ok(started.elapsed())
}

async fn disk_full(session: &Session, case: &mut Case, disk: &SmallDisk) -> Result<Duration> {
	let name = COLLATORS[1];
	let data = session.network.node_directory(name).join("data");
	end(session, name).await?;
	disk.take(&data)?;
	session.network.start_again(name).await?;
	session.block_of(1, BACK).await.context("on the small disk")?;

	case.fact("filled with", format!("{} MB", disk.fill()? / 1_000_000));
	tokio::time::sleep(FAULT).await;
	disk.free()?;
	let started = Instant::now();
	let runs = session.network.runs(name)?;
	case.fact("the collator", if runs { "still ran" } else { "had ended" });
	// As a service manager does, and nothing else.
	if !runs {
		session.network.spawn_again(name).await?;
	}
	let mut back = session.block_of(1, BACK).await;
	if runs && back.is_err() {
		case.fact("the collator, left alone", "made no block again; started anew");
		session.network.spawn_again(name).await?;
		back = session.block_of(1, BACK).await;
	}
	back?;
	let recovery = started.elapsed();
	end(session, name).await?;
	disk.give_back(&data)?;
	session.network.start_again(name).await?;
	session.block_of(1, BACK).await.context("back on its disk")?;
	Ok(recovery)
}

/// Starts the collator whose disk was full on its database of before.
async fn mend(session: &Session) -> Result<()> {
	let name = COLLATORS[1];
	// It may have ended.
	let _ = end(session, name).await;
	SmallDisk::restore(&session.network.node_directory(name).join("data"))?;
	session.network.start_again(name).await
}

/// Kills a collator and waits until its process is gone: before its files are touched.
async fn end(session: &Session, name: &str) -> Result<()> {
	session.network.kill(name)?;
	let started = Instant::now();
	while session.network.runs(name)? {
		ensure!(started.elapsed() < FAULT, "{name} does not end");
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
	Ok(())
}

async fn emptied(session: &Session) -> Result<Duration> {
	let name = COLLATORS[1];
	end(session, name).await?;
	let directory = session.network.node_directory(name);
	let mut emptied = 0;
	for data in ["data", "relay-data"] {
		emptied += remove_databases(&directory.join(data).join("chains"))?;
	}
	ensure!(emptied > 0, "no database was found in {}", directory.display());
	let started = Instant::now();
	session.network.spawn_again(name).await?;
	session.block_of(1, BACK * 2).await?;
	Ok(started.elapsed())
}

/// Deletes the databases of all chains in `chains`, and leaves keys and network identities. Returns how many it deleted.
fn remove_databases(chains: &Path) -> Result<usize> {
	let mut removed = 0;
	let reading = || format!("reading {}", chains.display());
	for chain in std::fs::read_dir(chains).with_context(reading)? {
		let chain = chain.with_context(reading)?.path();
		for name in ["db", "paritydb"] {
			let database = chain.join(name);
			if database.is_dir() {
				std::fs::remove_dir_all(&database)
					.with_context(|| format!("deleting {}", database.display()))?;
				removed += 1;
			}
		}
	}
	Ok(removed)
}

/// Stops the users, waits for their last transactions, and makes the books.
async fn account(session: &mut Session, report: &mut Report) -> Result<()> {
	session.mark("users stopped").await;
	let record = session.load.take().context("there are no users")?.finish().await?;
	let started = Instant::now();
	while started.elapsed() < SETTLED
		&& outstanding(&*session.follower.history().await, &record) > 0
	{
		tokio::time::sleep(Duration::from_secs(3)).await;
	}
	let para = session.para().await?;
	let history = session.follower.history().await;
	let ledger = Ledger::of(&history, &record, &session.balances, &para).await?;
	books(&mut report.checks, &ledger);
	report.ledger = Some(ledger);
	Ok(())
}
