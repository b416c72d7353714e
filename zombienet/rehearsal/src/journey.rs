//! The journey: one network from its first stage to its last, under load, and everything checked afterwards.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::intervals;
use crate::intervals::Stretch;
use crate::ledger::outstanding;
use crate::ledger::Ledger;
use crate::load::Record;
use crate::logs;
use crate::network::print_logs;
use crate::network::Spec;
use crate::network::COLLATORS;
use crate::report::Check;
use crate::report::Report;
use crate::session::Session;
use crate::session::BACK;
use crate::session::STALL;
use crate::stage::Paths;
use crate::stage::Stage;
use crate::sync;
use crate::upgrade::Parameters;
use crate::upgrade::ASYNCHRONOUS;
use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use network_observer::one_line;
use std::time::Duration;
use std::time::Instant;

/// How long the last transactions may take to be final after the users stopped.
const SETTLED: Duration = Duration::from_secs(240);
/// How long the last of the long locks may take to open after everything else.
const LOCKS: Duration = Duration::from_secs(20 * 60);
/// The longest time between two blocks anywhere, in milliseconds.
const GAP_MS: u64 = 30_000;
/// The mean block time before phase 3, in milliseconds, without intervals in which the relay chain changes its session: 12 s ± 1.
const BEFORE_MS: std::ops::RangeInclusive<f64> = 11_000.0..=13_000.0;
/// The mean block time at phase 3, in milliseconds, over whole sessions of the fast relay chain: of ten relay blocks one changes the
/// session and backs nothing, and one more backs nothing where the change drops a candidate that is pending availability.
const AFTER_MS: f64 = 7500.0;
/// By how many ticks each account's long lock is longer than the one before.
const LOCK_STEP: u32 = 3;

/// What part of the journey to make, and how.
#[derive(Clone, Debug)]
pub struct Options {
	/// The stage whose network is started.
	pub from: Stage,
	/// The stage to arrive at.
	pub to: Stage,
	/// How many blocks the first baseline takes; the last takes twice as many, those between a quarter.
	pub blocks: u32,
	/// Transactions per second.
	pub per_second: f64,
	/// Leave the network up at the end, until Ctrl-C.
	pub keep: bool,
}

impl Options {
	/// How many blocks it takes, about, until phase 3 is in force: for so long the long locks last at least. Baselines, a
	/// dozen blocks for each upgrade, as many for the collators, and some to spare.
	fn lock_ticks(&self) -> u32 {
		let between = self.blocks / 4;
		match self.from {
			Stage::Sync => self.blocks + 2 * between + 45,
			Stage::Phase1 => self.blocks + between + 30,
			_ => self.blocks + 18,
		}
	}

	/// Whether the timelock's clock changes on the way.
	fn changes_clock(&self) -> bool {
		self.from < Stage::Phase3 && self.to == Stage::Phase3
	}
}

/// Makes the journey and writes its report. Fails if a step fails, or if what should hold does not.
pub async fn run(paths: &Paths, options: &Options) -> Result<()> {
	ensure!(options.from <= options.to, "--from {} is after --to {}", options.from, options.to);
	// Before the hour, not after it.
	for stage in [Stage::Sync, Stage::Phase1, Stage::Phase2, Stage::Phase3] {
		if stage >= options.from && stage <= options.to {
			paths.node(stage)?;
			paths.runtime(stage)?;
		}
	}
	let title = format!("From {} to {}", options.from, options.to);
	let mut report = Report::new(&title);
	let directory = paths.out.join("network");
	let spec = Spec::of(paths, options.from)?;
	let started = Session::start(paths, &spec, &directory).await;
	let mut session = match started {
		Ok(session) => session,
		Err(error) => {
			print_logs(&directory);
			return Err(error.context("phase: the start of the network"));
		},
	};

	let outcome = travel(paths, options, &mut session, &mut report).await;
	if let Err(error) = &outcome {
		report.checks.push(Check::failed("the journey", &one_line(error)));
		print_logs(&directory);
	}
	report.see(&session).await;
	report.logs = logs::scan(&session.network.logs());
	report.checks.push(panics(&report.logs));
	report.write(&paths.out, "journey")?;
	report.print();
	if options.keep {
		println!("the network stays up until Ctrl-C: {}", directory.display());
		std::future::pending::<()>().await;
	}
	session.end().await?;
	outcome?;
	report.verdict()
}

async fn travel(
	paths: &Paths,
	options: &Options,
	session: &mut Session,
	report: &mut Report,
) -> Result<()> {
	let between = (options.blocks / 4).max(2);
	let locks = options.changes_clock().then_some((options.lock_ticks(), LOCK_STEP));
	session.users(&COLLATORS, options.per_second, locks).await?;
	let count = if options.from == Stage::Phase3 { 2 * options.blocks } else { options.blocks };
	let first = baseline(session, report, options.from, count).await;
	first.with_context(|| format!("phase: {}", options.from))?;

	if options.from < Stage::Phase1 && options.to >= Stage::Phase1 {
		let upgraded = session.upgrade(paths, Stage::Phase1).await.context("phase: phase-1")?;
		report.upgrades.push(upgraded);
		baseline(session, report, Stage::Phase1, between).await.context("phase: phase-1")?;
	}
	if options.from < Stage::Phase2 && options.to >= Stage::Phase2 {
		collators(paths, session).await.context("phase: phase-2")?;
		baseline(session, report, Stage::Phase2, between).await.context("phase: phase-2")?;
	}
	if options.from < Stage::Phase3 && options.to >= Stage::Phase3 {
		let upgraded = session.upgrade(paths, Stage::Phase3).await.context("phase: phase-3")?;
		report.upgrades.push(upgraded);
		let off = stretch(session, "phase-3, relay chain synchronous", between).await;
		report.stretches.push(off.context("phase: phase-3")?);
		parameters(session, report).await.context("phase: the relay chain's parameters")?;
		let last = baseline(session, report, Stage::Phase3, 2 * options.blocks);
		last.await.context("phase: phase-3")?;
	}

	let record = settle(session, options).await.context("phase: the last transactions")?;
	check(session, report, options, &record).await.context("phase: the books")?;
	let node = paths.node(options.to)?;
	session.mark("a fresh node").await;
	let synced = sync::fresh_node(&mut session.network, &session.follower, "ferdie", &node);
	let synced = synced.await.context("phase: a fresh node")?;
	report.checks.push(Check::of(
		"a fresh node comes to the same states",
		synced.same(),
		format!(
			"#{} in {:.0} s, {} state roots compared",
			synced.height,
			synced.seconds,
			synced.compared.len()
		),
	));
	report.synced = Some(synced);
	Ok(())
}

/// Measures `count` blocks and holds the mean against the stage.
async fn baseline(
	session: &mut Session,
	report: &mut Report,
	stage: Stage,
	count: u32,
) -> Result<()> {
	let measured = stretch(session, stage.name(), count).await?;
	// A few blocks between two steps say little of the mean; the longest gap is checked for all of them.
	if count >= 10 {
		let held = match stage {
			Stage::Phase3 => measured.sessions_ms.unwrap_or(measured.mean_ms) <= AFTER_MS,
			_ => BEFORE_MS.contains(&measured.steady_ms),
		};
		report.checks.push(Check::of(
			&format!("block time of {stage}"),
			held,
			format!(
				"mean {:.2} s over {} blocks, {:.2} s over whole sessions, {:.2} s without session changes, longest {:.0} s",
				measured.mean_ms / 1000.0,
				measured.intervals,
				measured.sessions_ms.unwrap_or_default() / 1000.0,
				measured.steady_ms / 1000.0,
				measured.max_ms as f64 / 1000.0
			),
		));
	}
	report.stretches.push(measured);
	Ok(())
}

async fn stretch(session: &mut Session, name: &str, count: u32) -> Result<Stretch> {
	session.mark(&format!("{name}: {count} blocks")).await;
	let (first, last) = session.follower.blocks(count, STALL).await?;
	Ok(Stretch::of(name, &*session.follower.history().await, first, last))
}

/// Phase 2: the collators are replaced one after another, on their databases and with their keys, each when it is needed
/// least.
async fn collators(paths: &Paths, session: &mut Session) -> Result<()> {
	let node = paths.node(Stage::Phase2)?;
	for (place, name) in COLLATORS.iter().enumerate() {
		session.idle(place).await.with_context(|| format!("a moment to replace {name} in"))?;
		session.mark(&format!("phase-2: {name} replaced")).await;
		session.network.swap(name, &node).await?;
		let back = session.block_of(place, BACK).await?;
		println!("    {name} is back: a block of its own is final after {} s", back.as_secs());
	}
	Ok(())
}

/// The relay chain's parameters of step 3.6, read back.
async fn parameters(session: &mut Session, report: &mut Report) -> Result<()> {
	let relay = session.relay().await?;
	let before = Parameters::in_force(&relay).await?;
	session.mark("relay chain: parameters sent").await;
	let took = ASYNCHRONOUS.set(&relay).await?;
	session.mark("relay chain: parameters in force").await;
	let after = Parameters::in_force(&relay).await?;
	report.checks.push(Check::of(
		"the relay chain's parameters",
		after == ASYNCHRONOUS && before != after,
		format!("{before:?}, after {} s {after:?}", took.as_secs()),
	));
	Ok(())
}

/// Waits for the long locks, stops the users, and waits until what they sent is final.
async fn settle(session: &mut Session, options: &Options) -> Result<Record> {
	if options.changes_clock() {
		session.mark("waiting for the locks").await;
		let started = Instant::now();
		loop {
			let record = match &session.load {
				Some(load) => load.record().await,
				None => bail!("there are no users"),
			};
			let locks = session.follower.history().await.long_locks();
			let wanted = record.senders.len();
			if locks.0 >= wanted && locks.1 >= wanted {
				break;
			}
			ensure!(
				started.elapsed() < LOCKS,
				"after {} s {} of {wanted} long locks are made and {} opened",
				LOCKS.as_secs(),
				locks.0,
				locks.1
			);
			tokio::time::sleep(Duration::from_secs(5)).await;
		}
	}
	session.mark("users stopped").await;
	let record = session.load.take().context("there are no users")?.finish().await?;
	let started = Instant::now();
	while outstanding(&*session.follower.history().await, &record) > 0 {
		// What is not final by then is lost: the books say which.
		if started.elapsed() > SETTLED {
			break;
		}
		tokio::time::sleep(Duration::from_secs(3)).await;
	}
	Ok(record)
}

async fn check(
	session: &mut Session,
	report: &mut Report,
	options: &Options,
	record: &Record,
) -> Result<()> {
	let para = session.para().await?;
	let ledger = {
		let history = session.follower.history().await;
		Ledger::of(&history, record, &session.balances, &para).await?
	};
	books(&mut report.checks, &ledger);
	if options.changes_clock() {
		let outlasted: Vec<_> = ledger.locks.iter().filter(|lock| lock.left_ms.is_some()).collect();
		let kept = outlasted.iter().filter(|lock| lock.kept()).count();
		let refused = outlasted.iter().filter(|lock| lock.refused_before).count();
		let worst =
			outlasted.iter().filter_map(|lock| lock.late_ms()).max_by_key(|late| late.abs());
		report.checks.push(Check::of(
			"locks made before phase 3 open at their time",
			kept == outlasted.len() && kept > 0 && refused > 0,
			format!(
				"{} outlasted the change of clock, {kept} opened within a block of their time (at most {:.0} s off), {refused} were tried before it and refused",
				outlasted.len(),
				worst.unwrap_or_default() as f64 / 1000.0
			),
		));
	}
	let points = intervals::points(&*session.follower.history().await);
	let longest = intervals::longest(&points);
	let gap = longest.and_then(|point| point.interval_ms).unwrap_or_default();
	report.checks.push(Check::of(
		"no gap above 30 s",
		gap <= GAP_MS,
		format!(
			"the longest is {:.0} s, before #{}",
			gap as f64 / 1000.0,
			longest.map_or(0, |point| point.number)
		),
	));
	let version = points.last().map_or(0, |point| point.spec_version);
	report.checks.push(Check::of(
		"the runtime arrived",
		version == options.to.spec_version(),
		format!("spec_version {version}"),
	));
	report.ledger = Some(ledger);
	Ok(())
}

/// The checks of a ledger that every rehearsal with users makes.
pub fn books(checks: &mut Vec<Check>, ledger: &Ledger) {
	checks.push(Check::of(
		"every transaction is in a finalized block exactly once",
		ledger.submitted > 0 && ledger.once == ledger.submitted,
		format!(
			"{} submitted, {} once, {} lost, {} repeated; none submitted again",
			ledger.submitted,
			ledger.once,
			ledger.lost.len(),
			ledger.repeated.len()
		),
	));
	checks.push(Check::of(
		"no transaction was refused by the nodes",
		ledger.refused.is_empty(),
		format!("{:?}", ledger.refused),
	));
	checks.push(Check::of(
		"balances add up",
		ledger.balanced(),
		format!("{} accounts, fees {} in the smallest unit", ledger.balances.len(), ledger.fees),
	));
	checks.push(Check::of(
		"locks open when the clock says so",
		ledger.wrong_openings.is_empty(),
		format!(
			"{} opened, {} refused as too early, {} otherwise: {:?}",
			ledger.opened,
			ledger.refused_openings,
			ledger.wrong_openings.len(),
			ledger.wrong_openings
		),
	));
}

fn panics(logs: &logs::Logs) -> Check {
	let unexpected: Vec<_> = logs
		.messages
		.iter()
		.filter(|message| message.is_panic() && message.expected.is_none())
		.map(|message| format!("{} × {}", message.count(), message.text))
		.collect();
	Check::of(
		"no panic that the guide does not tell of",
		unexpected.is_empty(),
		format!("{} panics in all, of these unexpected: {unexpected:?}", logs.panics),
	)
}
