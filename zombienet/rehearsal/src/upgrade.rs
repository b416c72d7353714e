//! A runtime upgrade as a production chain does it, and the relay chain's parameters; each step read back.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! A parachain's upgrade is in two halves. On the parachain, root authorizes a hash and anybody submits the code of that
//! hash: `ValidationFunctionStored`. On the relay chain, validators compile it (a vote), wait a few blocks, and give the
//! go-ahead; the next parachain block sees it and puts the code in place: `ValidationFunctionApplied`. The block after that
//! is the first of the new runtime.

use crate::network::PARA_ID;
use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use network_observer::client;
use network_observer::client::keys;
use network_observer::client::Call;
use network_observer::client::Chain;
use network_observer::client::Hash;
use network_observer::client::Outcome;
use network_observer::client::Until;
use network_observer::client::Value;
use serde::Serialize;
use std::time::Duration;
use std::time::Instant;
use subxt::dynamic::At;
use subxt::ext::scale_value::Composite;
use subxt::Metadata;

/// How often an upgrade under way is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// How long the relay chain may take from the code to the go-ahead: it compiles it, votes, and waits a session.
const ENACTED: Duration = Duration::from_secs(600);
/// How long the relay chain may take until new parameters are in force: two of its sessions, of a minute each.
const IN_FORCE: Duration = Duration::from_secs(300);

/// How an upgrade went.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Upgrade {
	/// The `spec_version` of the new runtime.
	pub spec_version: u32,
	/// The size of its code, in bytes.
	pub code_bytes: usize,
	/// From the authorization to its finality, in seconds.
	pub authorize_s: f64,
	/// From the code's submission to its finality, in seconds.
	pub apply_s: f64,
	/// From then to the relay chain's go-ahead, in seconds.
	pub go_ahead_s: f64,
	/// From then until the new runtime is in a finalized block's state, in seconds.
	pub enacted_s: f64,
	/// The height of the relay chain when its go-ahead was seen.
	pub go_ahead_at: u32,
	/// The height of the first finalized block that was seen to have the new runtime in its state.
	pub seen_at: u32,
}

/// What became of code that was submitted.
#[derive(Clone, Debug, PartialEq)]
pub enum Applied {
	/// The parachain stored it and waits for the relay chain.
	Stored,
	/// The call succeeded and the code was thrown away all the same: the error's name.
	Rejected(String),
	/// The call failed: the error's name.
	Failed(String),
}

/// The hash by which code is authorized.
pub fn code_hash(chain: &Chain, code: &[u8]) -> Hash {
	chain.hash(code)
}

fn apply_call(code: &[u8]) -> Call {
	client::call("System", "apply_authorized_upgrade", vec![Value::from_bytes(code)])
}

/// Authorizes and applies `code` in one transaction of sudo. Returns the error's name if that fails.
pub async fn authorize_and_apply(chain: &Chain, code: &[u8]) -> Result<Option<String>> {
	let hash = Value::from_bytes(code_hash(chain, code).as_bytes());
	let authorize = client::call("System", "authorize_upgrade", vec![hash]);
	let calls = [authorize.into_value(), apply_call(code).into_value()];
	let calls = Value::unnamed_composite(calls);
	let batch = client::call("Utility", "batch_all", vec![calls]);
	Ok(sudo_until(chain, batch, Until::InBlock).await?.1)
}

/// Authorizes the code of hash `hash`, as sudo. Without `checks` the runtime does not look at name and version.
pub async fn authorize(chain: &Chain, hash: Hash, checks: bool) -> Result<()> {
	let call = if checks { "authorize_upgrade" } else { "authorize_upgrade_without_checks" };
	let call = client::call("System", call, vec![Value::from_bytes(hash.as_bytes())]);
	sudo(chain, call).await.context("authorizing an upgrade")?;
	Ok(())
}

/// Submits `code`, which must have been authorized, and says what became of it.
pub async fn apply(chain: &Chain, code: &[u8], until: Until) -> Result<Applied> {
	let block = match chain.submit(&apply_call(code), &keys::alice(), until).await? {
		Outcome::Done(block) => block,
		Outcome::Failed { error, .. } => return Ok(Applied::Failed(error)),
		Outcome::Refused(reason) => bail!("the node refused the new code: {reason}"),
	};
	let runtime = chain.made_by(block).await?;
	for event in chain.events_by(&runtime, block).await?.iter() {
		let event = event?;
		match (event.pallet_name(), event.event_name()) {
			("ParachainSystem", "ValidationFunctionStored") => return Ok(Applied::Stored),
			("System", "RejectedInvalidAuthorizedUpgrade") => {
				let fields = event.decode_fields_unchecked_as::<Composite<()>>()?;
				let error = fields.at("error").context("a rejection without an error")?;
				return Ok(Applied::Rejected(error_name(runtime.metadata_ref(), error)));
			},
			_ => {},
		}
	}
	bail!("the code was accepted in {block:?} and neither stored nor rejected")
}

/// Upgrades the parachain that `para` is a node of to `code`, and waits until the new runtime is final. Calls `due` when the
/// relay chain knows of the code: transactions signed from then on may be too late for the old runtime.
pub async fn upgrade(
	relay: &Chain,
	para: &Chain,
	code: &[u8],
	spec_version: u32,
	mut due: impl FnMut(),
) -> Result<Upgrade> {
	let mut report = Upgrade { spec_version, code_bytes: code.len(), ..Upgrade::default() };
	ready(relay, para).await?;

	let started = Instant::now();
	let hash = code_hash(para, code);
	authorize(para, hash, true).await?;
	report.authorize_s = started.elapsed().as_secs_f64();
	println!("    authorized {hash:?}");

	let started = Instant::now();
	match apply(para, code, Until::Final).await? {
		Applied::Stored => {},
		other => bail!("the new code was not stored: {other:?}"),
	}
	report.apply_s = started.elapsed().as_secs_f64();
	println!("    stored; waiting for the relay chain");

	enacted(relay, para, &mut report, &mut due).await?;
	Ok(report)
}

/// Waits until neither chain has an upgrade under way: one at a time, and not too soon after the last.
async fn ready(relay: &Chain, para: &Chain) -> Result<()> {
	let started = Instant::now();
	loop {
		let at = para.hash_of(&para.best().await?);
		// Its value is an option itself.
		let restriction = para.storage(at, "ParachainSystem", "UpgradeRestrictionSignal", vec![]);
		let restricted = restriction.await?.as_ref().and_then(client::variant) == Some("Some");
		if !restricted && on_relay(relay, "UpgradeRestrictionSignal").await?.is_none() {
			return Ok(());
		}
		ensure!(
			started.elapsed() < ENACTED,
			"the relay chain does not permit an upgrade after {} s: is one under way?",
			ENACTED.as_secs()
		);
		tokio::time::sleep(LOOK).await;
	}
}

/// Waits for the relay chain's go-ahead and for a finalized parachain block whose state has the new runtime.
pub async fn enacted(
	relay: &Chain,
	para: &Chain,
	report: &mut Upgrade,
	due: &mut impl FnMut(),
) -> Result<()> {
	let started = Instant::now();
	let (mut was_due, mut go_ahead) = (false, None);
	loop {
		if !was_due && on_relay(relay, "FutureCodeHash").await?.is_some() {
			was_due = true;
			due();
			println!("    the relay chain knows of the new code");
		}
		if go_ahead.is_none() {
			if let Some(signal) = on_relay(relay, "UpgradeGoAheadSignal").await? {
				ensure!(
					client::variant(&signal) == Some("GoAhead"),
					"the relay chain aborts the upgrade: its validators could not compile the code"
				);
				report.go_ahead_at = client::height(&relay.best().await?);
				report.go_ahead_s = started.elapsed().as_secs_f64();
				go_ahead = Some(Instant::now());
				println!("    go-ahead at relay block #{}", report.go_ahead_at);
			}
		}
		let finalized = para.finalized_hash().await?;
		let version = para.rpc().state_get_runtime_version(Some(finalized)).await?.spec_version;
		if version >= report.spec_version {
			report.seen_at = client::height(&para.header(finalized).await?);
			report.enacted_s = go_ahead.map_or(0.0, |at| at.elapsed().as_secs_f64());
			println!("    runtime {version} is final at #{}", report.seen_at);
			return Ok(());
		}
		ensure!(
			started.elapsed() < ENACTED,
			"runtime {} is not in force after {} s (known to the relay chain: {was_due}, go-ahead: {}): see the validators' logs",
			report.spec_version,
			ENACTED.as_secs(),
			go_ahead.is_some()
		);
		tokio::time::sleep(LOOK).await;
	}
}

/// What `Paras.entry` holds for the parachain in the relay chain's best state.
async fn on_relay(relay: &Chain, entry: &str) -> Result<Option<Value>> {
	let at = relay.hash_of(&relay.best().await?);
	relay.storage(at, "Paras", entry, vec![Value::u128(PARA_ID.into())]).await
}

/// Does `call` as sudo, which Alice is on both chains, and fails if the call within fails. Returns the block, final.
pub async fn sudo(chain: &Chain, call: Call) -> Result<Hash> {
	match sudo_until(chain, call, Until::Final).await? {
		(block, None) => Ok(block),
		(_, Some(error)) => bail!("sudo itself succeeded, and the call within failed: {error}"),
	}
}

/// Does `call` as sudo. Returns the block, and the name of the error of the call within, if it failed.
async fn sudo_until(chain: &Chain, call: Call, until: Until) -> Result<(Hash, Option<String>)> {
	let call = client::call("Sudo", "sudo", vec![call.into_value()]);
	let block = chain.submit(&call, &keys::alice(), until).await?.done("a call of sudo")?;
	let runtime = chain.made_by(block).await?;
	for event in chain.events_by(&runtime, block).await?.iter() {
		let event = event?;
		if (event.pallet_name(), event.event_name()) != ("Sudo", "Sudid") {
			continue;
		}
		let fields = event.decode_fields_unchecked_as::<Composite<()>>()?;
		let result = fields.at("sudo_result").context("Sudo.Sudid has no result")?;
		if client::variant(result) == Some("Ok") {
			return Ok((block, None));
		}
		let error = result.at(0).map(|error| error_name(runtime.metadata_ref(), error));
		return Ok((block, Some(error.unwrap_or_else(|| result.to_string()))));
	}
	bail!("there is no Sudo.Sudid in {block:?}")
}

/// The name that `metadata` has for the error that the `DispatchError` in `value` is.
fn error_name(metadata: &Metadata, value: &Value) -> String {
	let name = || {
		let module = (client::variant(value) == Some("Module")).then(|| value.at(0)).flatten()?;
		let index = u8::try_from(client::number(module.at("index")?)?).ok()?;
		let error = *client::bytes(module.at("error")?).first()?;
		let pallet = metadata.pallet_by_error_index(index)?;
		Some(format!("{}.{}", pallet.name(), pallet.error_variant_by_index(error)?.name))
	};
	name().unwrap_or_else(|| value.to_string())
}

/// What the relay chain lets a parachain do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Parameters {
	/// `scheduler_params.lookahead`: what decides.
	pub lookahead: u32,
	/// `async_backing_params.max_candidate_depth`: what the guide names, stored and not read.
	pub max_candidate_depth: u32,
	/// `async_backing_params.allowed_ancestry_len`: as above.
	pub allowed_ancestry_len: u32,
}

/// Asynchronous backing, by the guide's numbers; the lookahead is the SDK's default.
pub const ASYNCHRONOUS: Parameters =
	Parameters { lookahead: 3, max_candidate_depth: 3, allowed_ancestry_len: 2 };

impl Parameters {
	/// Those in force in the best block of `relay`.
	pub async fn in_force(relay: &Chain) -> Result<Self> {
		let at = relay.hash_of(&relay.best().await?);
		let config = relay.storage(at, "Configuration", "ActiveConfig", vec![]).await?;
		let config = config.context("the relay chain has no Configuration.ActiveConfig")?;
		let number = |group: &str, name: &str| -> Result<u32> {
			let number = config.at(group).at(name).and_then(client::number);
			let number = number.with_context(|| format!("ActiveConfig has no {group}.{name}"))?;
			Ok(u32::try_from(number)?)
		};
		Ok(Self {
			lookahead: number("scheduler_params", "lookahead")?,
			max_candidate_depth: number("async_backing_params", "max_candidate_depth")?,
			allowed_ancestry_len: number("async_backing_params", "allowed_ancestry_len")?,
		})
	}

	/// Sets them on the relay chain, as its sudo, and waits until they are in force: two sessions. Returns how long it took.
	pub async fn set(self, relay: &Chain) -> Result<Duration> {
		let started = Instant::now();
		let parameters = Value::named_composite([
			("max_candidate_depth", Value::u128(self.max_candidate_depth.into())),
			("allowed_ancestry_len", Value::u128(self.allowed_ancestry_len.into())),
		]);
		let lookahead = vec![Value::u128(self.lookahead.into())];
		let calls = [
			client::call("Configuration", "set_async_backing_params", vec![parameters]),
			client::call("Configuration", "set_scheduling_lookahead", lookahead),
		];
		let calls = Value::unnamed_composite(calls.map(Call::into_value));
		sudo(relay, client::call("Utility", "batch_all", vec![calls]))
			.await
			.context("setting the relay chain's parameters")?;
		loop {
			let now = Self::in_force(relay).await?;
			if now == self {
				return Ok(started.elapsed());
			}
			ensure!(
				started.elapsed() < IN_FORCE,
				"after {} s the relay chain has {now:?}, not {self:?}",
				IN_FORCE.as_secs()
			);
			tokio::time::sleep(LOOK).await;
		}
	}
}
