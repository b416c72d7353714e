//! Wrong turns, each taken on a live network of its own, with what came of it.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::intervals::Stretch;
use crate::logs;
use crate::network::print_logs;
use crate::network::Spec;
use crate::network::COLLATORS;
use crate::report::Case;
use crate::report::Check;
use crate::report::Report;
use crate::session::Session;
use crate::session::BACK;
use crate::session::STALL;
use crate::stage::Paths;
use crate::stage::Stage;
use crate::upgrade;
use crate::upgrade::Applied;
use crate::upgrade::Upgrade;
use crate::upgrade::ASYNCHRONOUS;
use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use clap::ValueEnum;
use network_observer::client::Until;
use network_observer::one_line;
use std::time::Duration;
use std::time::Instant;

/// How many blocks are measured before a turn is taken.
const BEFORE: u32 = 8;
/// How many blocks are measured afterwards.
const AFTER: u32 = 30;
/// For how long at most.
const LONGEST: Duration = Duration::from_secs(480);
/// What a second upgrade fails with: the relay chain restricts it from the block on that tells it of the first. In the
/// block of the first itself the parachain refuses it.
const SECOND: [&str; 2] =
	["ParachainSystem.ProhibitedByPolkadot", "ParachainSystem.OverlappingUpgrades"];
/// How long a runtime of an old version may take until it is in force: nothing but an event tells.
const APPLIED: Duration = Duration::from_secs(600);

/// A wrong turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WrongTurn {
	/// The runtime of phase 3 while the collators are those of phase 1.
	Phase3RuntimeOnPhase1Nodes,
	/// The relay chain's parameters before anything else.
	RelayParametersFirst,
	/// A runtime that does not raise `spec_version`.
	NoSpecVersionBump,
	/// Code of another hash than was authorized.
	WrongCodeHash,
	/// One collator is still that of phase 1 when phase 3 is on.
	CollatorLeftBehind,
	/// More blocks ahead than the relay chain allows: capacity 3 with a lookahead of 1.
	CapacityAboveRelayChain,
	/// A second upgrade while the first waits for the relay chain.
	TwoUpgradesAtOnce,
	/// From sync to phase 3 in one upgrade, with the collators of sync.
	TwoRuntimesInOne,
}

impl WrongTurn {
	fn name(self) -> String {
		self.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default()
	}

	fn what(self) -> &'static str {
		match self {
			Self::Phase3RuntimeOnPhase1Nodes => {
				"The runtime of phase 3 is enacted while both collators are still those of phase 1."
			},
			Self::RelayParametersFirst => {
				"The relay chain's parameters are raised while runtime and collators are those of sync."
			},
			Self::NoSpecVersionBump => {
				"A runtime with the same spec_version is authorized and applied; without the check too, if such a build is there."
			},
			Self::WrongCodeHash => "The code that is applied is not the one that was authorized.",
			Self::CollatorLeftBehind => {
				"Phase 3 and the relay chain's parameters are on, and one collator is still that of phase 1."
			},
			Self::CapacityAboveRelayChain => {
				"The runtime may be three blocks ahead, the relay chain looks one ahead; then it is raised to three."
			},
			Self::TwoUpgradesAtOnce => {
				"The runtime of phase 3 is applied while that of phase 1 waits for the relay chain's go-ahead."
			},
			Self::TwoRuntimesInOne => {
				"From sync to the runtime of phase 3 in one upgrade, with the collators of sync."
			},
		}
	}

	/// The specification of the network it is taken on.
	fn spec(self, paths: &Paths) -> Result<Spec> {
		match self {
			Self::Phase3RuntimeOnPhase1Nodes | Self::CollatorLeftBehind => {
				Spec::of(paths, Stage::Phase1)
			},
			Self::NoSpecVersionBump => Spec::of(paths, Stage::Phase2),
			Self::CapacityAboveRelayChain => Spec::of(paths, Stage::Phase3)?.lookahead(1),
			_ => Spec::of(paths, Stage::Sync),
		}
	}
}

/// Takes the turns given, or all, and writes a report. Fails if one could not be taken or ended otherwise than before.
pub async fn run(paths: &Paths, turns: &[WrongTurn]) -> Result<()> {
	let turns = if turns.is_empty() { WrongTurn::value_variants() } else { turns };
	let mut report = Report::new("Wrong turns");
	for turn in turns {
		let name = turn.name();
		println!("\n{name}: {}", turn.what());
		let mut case =
			Case { name: name.clone(), what: turn.what().to_string(), ..Case::default() };
		let directory = paths.out.join(&name);
		let outcome = match Session::start(paths, &turn.spec(paths)?, &directory).await {
			Ok(mut session) => {
				let outcome = take(*turn, paths, &mut session, &mut case).await;
				case.logs = logs::scan(&session.network.logs());
				let ended = session.end().await;
				outcome.and_then(|outcome| ended.map(|()| outcome))
			},
			Err(error) => Err(error),
		};
		match outcome {
			Ok(outcome) => {
				println!("  => {outcome}");
				report.checks.push(Check::of(&name, true, outcome.clone()));
				case.outcome = outcome;
			},
			Err(error) => {
				print_logs(&directory);
				report.checks.push(Check::failed(&name, &one_line(&error)));
				case.outcome = format!("Otherwise than it should: {}", one_line(&error));
			},
		}
		report.cases.push(case);
		// After each, so that the hours before are not lost with the last.
		report.write(&paths.out, "wrong-turns")?;
	}
	report.print();
	report.verdict()
}

async fn take(
	turn: WrongTurn,
	paths: &Paths,
	session: &mut Session,
	case: &mut Case,
) -> Result<String> {
	match turn {
		WrongTurn::Phase3RuntimeOnPhase1Nodes | WrongTurn::TwoRuntimesInOne => {
			watch(session, case, "before", BEFORE).await?;
			session.upgrade(paths, Stage::Phase3).await?;
			watch(session, case, "after", AFTER).await
		},
		WrongTurn::RelayParametersFirst => {
			watch(session, case, "before", BEFORE).await?;
			ASYNCHRONOUS.set(&session.relay().await?).await?;
			session.mark("the relay chain's parameters are in force").await;
			watch(session, case, "after", AFTER / 2).await
		},
		WrongTurn::NoSpecVersionBump => no_spec_version_bump(paths, session, case).await,
		WrongTurn::WrongCodeHash => wrong_code_hash(paths, session, case).await,
		WrongTurn::CollatorLeftBehind => {
			session.network.swap(COLLATORS[0], &paths.node(Stage::Phase2)?).await?;
			session.block_of(0, BACK).await?;
			session.upgrade(paths, Stage::Phase3).await?;
			ASYNCHRONOUS.set(&session.relay().await?).await?;
			session.mark("the relay chain's parameters are in force").await;
			let outcome = watch(session, case, "one collator of phase 1", AFTER).await?;
			shares(session, case);
			session.network.swap(COLLATORS[1], &paths.node(Stage::Phase2)?).await?;
			session.block_of(1, BACK).await?;
			watch(session, case, "both of phase 2", AFTER).await?;
			shares(session, case);
			Ok(outcome)
		},
		WrongTurn::CapacityAboveRelayChain => {
			watch(session, case, "lookahead 1", AFTER).await?;
			ASYNCHRONOUS.set(&session.relay().await?).await?;
			session.mark("the relay chain's parameters are in force").await;
			watch(session, case, "lookahead 3", AFTER).await?;
			let ratios: Vec<_> = case
				.stretches
				.iter()
				.map(|stretch| format!("{} {:.2}", stretch.name, stretch.authored_per_included()))
				.collect();
			Ok(format!("blocks authored per block included: {}", ratios.join(", ")))
		},
		WrongTurn::TwoUpgradesAtOnce => two_upgrades_at_once(paths, session, case).await,
	}
}

/// Measures `count` blocks. The outcome compares with the first stretch. No turn stops the chain: fails if it stands, or is too slow
/// for `LONGEST`.
async fn watch(session: &mut Session, case: &mut Case, name: &str, count: u32) -> Result<String> {
	session.mark(&format!("{name}: {count} blocks")).await;
	let first = session.follower.history().await.height();
	let watched = tokio::time::timeout(LONGEST, session.follower.reach(first + count, STALL)).await;
	{
		let history = session.follower.history().await;
		let last = history.height().min(first + count);
		if last > first {
			case.stretch(Stretch::of(name, &history, first, last));
		}
		if last < first + count {
			case.fact(name, format!("{} of {count} blocks", last - first));
		}
	}
	match watched {
		Ok(reached) => reached.with_context(|| format!("{name}: the chain stands"))?,
		Err(_) => bail!("{name}: {count} blocks took longer than {} s", LONGEST.as_secs()),
	};
	let told: Vec<_> = case
		.stretches
		.iter()
		.map(|stretch| {
			format!(
				"{}: a block every {:.1} s, at most {:.0} s, {:.2} authored per included, {} reorgs",
				stretch.name,
				stretch.mean_ms / 1000.0,
				stretch.max_ms as f64 / 1000.0,
				stretch.authored_per_included(),
				stretch.reorgs
			)
		})
		.collect();
	Ok(told.join("; "))
}

/// Who made how many blocks of the last stretch.
fn shares(session: &Session, case: &mut Case) {
	let Some(stretch) = case.stretches.last().cloned() else { return };
	for (author, count) in &stretch.authors {
		let name = format!("{}: blocks of {}", stretch.name, session.collator(*author));
		case.fact(&name, count);
	}
}

async fn no_spec_version_bump(
	paths: &Paths,
	session: &mut Session,
	case: &mut Case,
) -> Result<String> {
	let para = session.para().await?;
	// The runtimes of phase 1 and 2 have the same version.
	let code = paths.runtime(Stage::Phase1)?;
	upgrade::authorize(&para, upgrade::code_hash(&para, &code), true).await?;
	let applied = upgrade::apply(&para, &code, Until::Final).await?;
	case.fact("applied with the check", format!("{applied:?}"));
	ensure!(
		applied == Applied::Rejected("System.SpecVersionNeedsToIncrease".to_string()),
		"the runtime should have refused the code, and it was {applied:?}"
	);
	watch(session, case, "after the refusal", BEFORE).await?;
	let refused = "refused with System.SpecVersionNeedsToIncrease, though the transaction succeeds";

	let Some(code) = paths.unbumped_runtime() else {
		case.fact("applied without the check", "not tried: no build of phase 3 with version 2");
		return Ok(refused.to_string());
	};
	let para = session.para().await?;
	upgrade::authorize(&para, upgrade::code_hash(&para, &code), false).await?;
	let applied = upgrade::apply(&para, &code, Until::Final).await?;
	case.fact("applied without the check", format!("{applied:?}"));
	ensure!(applied == Applied::Stored, "the code should have been stored, and was {applied:?}");
	let started = Instant::now();
	let at = loop {
		let at = session.follower.history().await.para.iter().rev().find_map(|block| {
			let applied = "ParachainSystem.ValidationFunctionApplied";
			block.events.iter().any(|event| event.name == applied).then_some(block.number)
		});
		if let Some(at) = at {
			break at;
		}
		ensure!(started.elapsed() < APPLIED, "the runtime did not come into force");
		tokio::time::sleep(Duration::from_secs(2)).await;
	};
	case.fact("in force after", format!("#{at}"));
	let after = watch(session, case, "without the check", AFTER).await?;
	let converted = session
		.follower
		.history()
		.await
		.para
		.iter()
		.any(|block| block.events.iter().any(|event| event.name == "Timelock.ClockChanged"));
	case.fact("the timelock converted its locks", converted);
	Ok(format!("{refused}; without the check: {after}; locks converted: {converted}"))
}

async fn wrong_code_hash(paths: &Paths, session: &mut Session, case: &mut Case) -> Result<String> {
	let para = session.para().await?;
	let (right, wrong) = (paths.runtime(Stage::Phase1)?, paths.runtime(Stage::Phase3)?);
	upgrade::authorize(&para, upgrade::code_hash(&para, &right), true).await?;
	let applied = upgrade::apply(&para, &wrong, Until::Final).await?;
	case.fact("other code", format!("{applied:?}"));
	ensure!(
		applied == Applied::Failed("System.Unauthorized".to_string()),
		"the call should have failed, and it was {applied:?}"
	);
	watch(session, case, "after the refusal", BEFORE).await?;
	let applied = upgrade::apply(&para, &right, Until::Final).await?;
	case.fact("the authorized code afterwards", format!("{applied:?}"));
	ensure!(applied == Applied::Stored, "the right code should be stored, and it was {applied:?}");
	Ok("the call fails with System.Unauthorized, the authorization stays, and the right code is still taken".to_string())
}

async fn two_upgrades_at_once(
	paths: &Paths,
	session: &mut Session,
	case: &mut Case,
) -> Result<String> {
	let (relay, para) = (session.relay().await?, session.para().await?);
	let (first, second) = (paths.runtime(Stage::Phase1)?, paths.runtime(Stage::Phase3)?);
	upgrade::authorize(&para, upgrade::code_hash(&para, &first), true).await?;
	let applied = upgrade::apply(&para, &first, Until::InBlock).await?;
	ensure!(applied == Applied::Stored, "the first was not stored: {applied:?}");
	// In one transaction, as the first is in force in a minute.
	let error = upgrade::authorize_and_apply(&para, &second).await?;
	let error = error.context("the second upgrade should have failed, and was taken")?;
	case.fact("the second, while the first waits", &error);
	ensure!(SECOND.contains(&error.as_str()), "the second failed with {error}, not {SECOND:?}");
	let mut enacted = Upgrade { spec_version: Stage::Phase1.spec_version(), ..Upgrade::default() };
	upgrade::enacted(&relay, &para, &mut enacted, &mut || ()).await?;
	case.fact("the first, afterwards", format!("in force, seen at #{}", enacted.seen_at));
	watch(session, case, "after the first", BEFORE).await?;
	Ok(format!("the second call fails with {error}; the first is enacted as if nothing had been"))
}
