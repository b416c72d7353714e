//! What has to hold of an upgrade: versions, transactions, migrations, weight, storage versions.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::names;
use crate::report::one_line;
use crate::report::Report;
use crate::state::Runtime;
use crate::state::State;
use crate::transactions;
use anyhow::Result;
use codec::Decode;
use codec::Encode;
use frame_metadata::v15::RuntimeMetadataV15;
use polkadot_sdk::*;
use sp_crypto_hashing::twox_128;
use sp_runtime::Digest;
use sp_version::RuntimeVersion;
use sp_weights::Weight;
use std::collections::BTreeMap;
use std::time::Instant;

/// The method that `frame_try_runtime::TryRuntime` gives a runtime, and which of its checks to make: `UpgradeCheckSelect`,
/// encoded.
const METHOD: &str = "TryRuntime_on_runtime_upgrade";
const NO_CHECKS: &[u8] = &[0];
const ALL_CHECKS: &[u8] = &[1];
/// The method that says how long a slot lasts, in milliseconds.
const SLOT_DURATION: &str = "AuraApi_slot_duration";
/// Where events are.
const EVENTS: [&str; 2] = ["System.Events", "System.EventCount"];
/// How many differences are listed.
const LISTED: usize = 20;

/// Tries one upgrade, and leaves the state as the upgrade does. Returns whether it could.
pub fn upgrade(
	state: &mut State,
	old: &Runtime,
	new: &Runtime,
	report: &mut Report,
) -> Result<bool> {
	versions(&old.version, &new.version, report);
	let tried = new.has_api("TryRuntime");
	report.check(tried, "compiled with the feature `try-runtime`");
	if !tried {
		return Ok(false);
	}
	let (was, is) = (state.metadata(old)?, state.metadata(new)?);
	if let (Some(was), Some(is)) = (&was, &is) {
		let differences = transactions::differences(was, is);
		let raised = new.version.transaction_version > old.version.transaction_version;
		transactions_checked(&differences, raised, report);
	} else {
		println!(
			"note    transactions are not compared: one runtime has no metadata of version 15"
		);
	}

	// `pre_upgrade`, the migrations, `post_upgrade`, storage versions against those in the code, every pallet's `try_state`, and
	// whether all of the state can be decoded.
	drop_digest(state, old, new)?;
	match state.call(new, METHOD, ALL_CHECKS) {
		Ok(_) => report.check(true, "migrations: all checks hold, and the whole state is decoded"),
		Err(error) => report.check(false, format!("migrations: {}", one_line(&error))),
	}

	// As it will be, without checks: those read more.
	let (weights, proof) = match state.prove(new, METHOD, NO_CHECKS) {
		Ok(proved) => proved,
		Err(error) => {
			report.check(false, format!("migrations, without checks: {}", one_line(&error)));
			return Ok(false);
		},
	};
	// The runtime is compiled by now.
	let start = Instant::now();
	let (_, changes) = state.call(new, METHOD, NO_CHECKS)?;
	let elapsed = start.elapsed();
	let (used, limit) = <(Weight, Weight)>::decode(&mut &weights[..])?;
	weight(used, limit, proof as u64, report);
	println!("note    time: {} ms, on this machine and without a disk", elapsed.as_millis());

	let before = is.as_ref().map(|metadata| storage_versions(state, metadata)).transpose()?;
	state.apply(changes)?;
	if let (Some(metadata), Some(before)) = (&is, before) {
		let after = storage_versions(state, metadata)?;
		versions_checked(&before, &after, report);
	}

	let (_, changes) = state.call(new, METHOD, NO_CHECKS)?;
	let altered = state.altered(changes)?;
	let names = altered.iter().map(|key| names::of_key(key, is.as_ref()));
	// An event says that something was done, not what there is now.
	let names: Vec<_> = names.filter(|name| !EVENTS.contains(&name.as_str())).collect();
	report.check(names.is_empty(), "idempotent: a second time changes nothing");
	list(&names);
	Ok(true)
}

/// Aura's `try_state` believes the digest, if there is one. The state's is that of the last block, with a slot that is counted in
/// the old runtime's durations; the block that has the migrations in it brings its own. So where an upgrade changes the duration,
/// the old one goes.
fn drop_digest(state: &mut State, old: &Runtime, new: &Runtime) -> Result<()> {
	// A chain without Aura has no slots to count.
	let (Ok((was, _)), Ok((is, _))) =
		(state.call(old, SLOT_DURATION, &[]), state.call(new, SLOT_DURATION, &[]))
	else {
		return Ok(());
	};
	if was != is {
		let [was, is] = [was, is].map(|bytes| u64::decode(&mut &bytes[..]));
		println!(
			"note    a slot lasts {} ms and then {}: the checks are made without the last block's digest",
			was?, is?
		);
		let key = [twox_128(b"System"), twox_128(b"Digest")].concat();
		state.set(key, Digest::default().encode());
	}
	Ok(())
}

/// Prints what a check found, one line for each thing.
fn list(found: &[String]) {
	for text in found.iter().take(LISTED) {
		println!("        {text}");
	}
	if found.len() > LISTED {
		println!("        and {} more", found.len() - LISTED);
	}
}

/// What `system.set_code` asks for, and what wallets rely on.
fn versions(old: &RuntimeVersion, new: &RuntimeVersion, report: &mut Report) {
	let (was, is) = (&old.spec_name, &new.spec_name);
	report.check(was == is, format!("spec_name: {was} -> {is}, which has to stay"));
	let (was, is) = (old.spec_version, new.spec_version);
	report.check(is > was, format!("spec_version: {was} -> {is}, which has to rise"));
	let (was, is) = (old.transaction_version, new.transaction_version);
	report.check(is >= was, format!("transaction_version: {was} -> {is}, which must not fall"));
	let (was, is) = (old.system_version, new.system_version);
	if was != is {
		println!("note    system_version: {was} -> {is}: state is hashed in another way");
	}
}

/// Transactions that are signed already, and wallets that know the old ones, have to be told of a change.
fn transactions_checked(differences: &[String], raised: bool, report: &mut Report) {
	match (differences.len(), raised) {
		(0, true) => {
			report.check(true, "transactions: as before");
			println!(
				"note    transaction_version need not rise: it puts off wallets without an update"
			);
		},
		(0, false) => report.check(true, "transactions: as before"),
		(_, true) => {
			report.check(true, "transactions: not as before, and transaction_version rises")
		},
		(_, false) => {
			report.check(false, "transactions: not as before, and transaction_version stays")
		},
	}
	list(differences);
}

/// What migrations take of the block, by their own account and as measured.
fn weight(used: Weight, limit: Weight, proof: u64, report: &mut Report) {
	let percent = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
	let part = |part: u64, whole: u64| format!("{part} of {whole}, {:.2} %", percent(part, whole));
	report.check(
		used.ref_time() <= limit.ref_time(),
		format!("weight, time: {} ps", part(used.ref_time(), limit.ref_time())),
	);
	report.check(
		used.proof_size() <= limit.proof_size(),
		format!("weight, proof: {} bytes", part(used.proof_size(), limit.proof_size())),
	);
	report.check(
		proof <= limit.proof_size(),
		format!("proof, measured: {} bytes", part(proof, limit.proof_size())),
	);
	if proof > used.proof_size() {
		println!(
			"note    more is read than the weight says: the rest of the block does not know of it"
		);
	}
}

type StorageVersions = BTreeMap<String, u16>;

/// The storage version of each pallet that has one in the state.
fn storage_versions(state: &State, metadata: &RuntimeMetadataV15) -> Result<StorageVersions> {
	let mut versions = StorageVersions::new();
	for (pallet, key) in names::version_keys(metadata) {
		if let Some(value) = state.get(&key)? {
			versions.insert(pallet.into(), u16::decode(&mut &value[..])?);
		}
	}
	Ok(versions)
}

/// That each is what the pallet's code asks for is one of the migrations' checks.
fn versions_checked(before: &StorageVersions, after: &StorageVersions, report: &mut Report) {
	let mut moved = Vec::new();
	let mut fell = false;
	for (pallet, is) in after {
		match before.get(pallet) {
			Some(was) if was == is => {},
			Some(was) => {
				fell |= is < was;
				moved.push(format!("{pallet}: {was} -> {is}"));
			},
			None => moved.push(format!("{pallet}: new, {is}")),
		}
	}
	let count = moved.len();
	report.check(
		!fell,
		format!("storage versions: {count} of {} change, and none falls", after.len()),
	);
	list(&moved);
}

#[cfg(test)]
mod tests {
	use super::*;

	/// How many checks hold, and how many do not.
	fn sums(check: impl FnOnce(&mut Report)) -> (u32, u32) {
		let mut report = Report::default();
		check(&mut report);
		(report.passed, report.failed)
	}

	fn version(
		spec_name: &'static str,
		spec_version: u32,
		transaction_version: u32,
	) -> RuntimeVersion {
		RuntimeVersion {
			spec_name: spec_name.into(),
			spec_version,
			transaction_version,
			..Default::default()
		}
	}

	#[test]
	fn a_version_rises_and_a_name_stays() {
		let old = version("chain", 5, 2);
		let against = |new| sums(|report| versions(&old, &new, report));
		assert_eq!(against(version("chain", 6, 2)), (3, 0));
		assert_eq!(against(version("chain", 6, 3)), (3, 0));
		assert_eq!(against(version("chain", 5, 2)), (2, 1));
		assert_eq!(against(version("other", 6, 2)), (2, 1));
		assert_eq!(against(version("chain", 6, 1)), (2, 1));
	}

	#[test]
	fn other_transactions_need_another_version() {
		let changed = ["Balances.transfer: 0 is gone".to_string()];
		let of =
			|found: &[String], raised| sums(|report| transactions_checked(found, raised, report));
		assert_eq!(of(&[], false), (1, 0));
		assert_eq!(of(&[], true), (1, 0));
		assert_eq!(of(&changed, true), (1, 0));
		assert_eq!(of(&changed, false), (0, 1));
	}

	#[test]
	fn a_block_has_limits() {
		let limit = Weight::from_parts(100, 10);
		let of = |used, proof| sums(|report| weight(used, limit, proof, report));
		assert_eq!(of(Weight::from_parts(100, 10), 10), (3, 0));
		assert_eq!(of(Weight::from_parts(101, 0), 0), (2, 1));
		assert_eq!(of(Weight::from_parts(0, 11), 0), (2, 1));
		assert_eq!(of(Weight::from_parts(0, 0), 11), (2, 1));
	}

	#[test]
	fn a_storage_version_does_not_fall() {
		let of = |was, is| {
			let before = [("Xcm".to_string(), was)].into();
			let after = [("Xcm".to_string(), is), ("New".to_string(), 1)].into();
			sums(|report| versions_checked(&before, &after, report))
		};
		assert_eq!(of(3, 3), (1, 0));
		assert_eq!(of(3, 4), (1, 0));
		assert_eq!(of(3, 2), (0, 1));
	}
}
