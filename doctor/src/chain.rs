//! Reads what a parachain's node tells of its runtime and state.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::code;
use crate::code::Code;
use crate::facts::Bounds;
use crate::facts::Clock;
use crate::facts::ClockKind;
use crate::facts::Counts;
use crate::facts::Known;
use crate::facts::Para;
use crate::node;
use crate::node::Hash;
use crate::node::Node;
use crate::node::Value;
use crate::node::Version;
use anyhow::bail;
use anyhow::Result;
use subxt::dynamic::At;
use subxt::ext::codec::Compact;
use subxt::ext::codec::Decode;

/// The hash of the name `AuraUnincludedSegmentApi`.
pub const UNINCLUDED_API: &str = "0xd7bdd8a272ca0d65";
/// The hash of the name `AuraApi`.
const AURA_API: &str = "0xdd718d5cc53262d4";
/// Where a runtime's code is stored.
const CODE: &[u8] = b":code";
/// How many entries of a map are read: enough to see what it holds.
const ENTRIES: usize = 64;
/// By how many times one chain has to be higher than the other for a height to tell which of them it is of.
const APART: u64 = 4;

/// A storage map that holds heights, and where in it.
struct Heights {
	kind: ClockKind,
	entry: &'static str,
	/// The name of the fields that are heights; none where the key ends with one.
	field: Option<&'static str>,
	/// Whether what is stored are lengths of time rather than heights.
	lengths: bool,
}

const HEIGHTS: [Heights; 8] = [
	heights(ClockKind::Vesting, "Vesting", Some("starting_block")),
	heights(ClockKind::Scheduler, "Agenda", None),
	heights(ClockKind::Voting, "VotingFor", Some("prior")),
	heights(ClockKind::Voting, "VotingOf", Some("prior")),
	heights(ClockKind::Referenda, "ReferendumInfoOf", Some("end")),
	heights(ClockKind::Referenda, "ReferendumInfoFor", Some("submitted")),
	heights(ClockKind::Proxy, "Announcements", Some("height")),
	Heights { kind: ClockKind::Proxy, entry: "Proxies", field: Some("delay"), lengths: true },
];

const fn heights(kind: ClockKind, entry: &'static str, field: Option<&'static str>) -> Heights {
	Heights { kind, entry, field, lengths: false }
}

/// The periods of the configuration that count blocks.
const PERIODS: [(ClockKind, &str); 7] = [
	(ClockKind::Kick, "KickThreshold"),
	(ClockKind::Voting, "VoteLockingPeriod"),
	(ClockKind::Referenda, "UndecidingTimeout"),
	(ClockKind::Referenda, "EnactmentPeriod"),
	(ClockKind::Referenda, "LaunchPeriod"),
	(ClockKind::Referenda, "VotingPeriod"),
	(ClockKind::Referenda, "CooloffPeriod"),
];

/// Everything about the parachain behind `node`, in the state of its best block.
///
/// Fails if that is no parachain, or if the node does not answer what every node can.
pub async fn read(node: &Node, relay_height: Option<u32>) -> Result<Para> {
	let Some(system) = node.pallet_with("LastRelayChainBlockNumber") else {
		if node.pallet_with("ParaLifecycles").is_some() {
			bail!("{} is a relay chain, not a parachain: it belongs to --relay", node.url());
		}
		bail!(
			"{} is no parachain: its runtime has no parachain-system with LastRelayChainBlockNumber",
			node.url()
		);
	};
	let best = node.header(None).await?;
	let at = node.hash_of(&best);
	let (_, finalized) = node.finalized().await?;
	let version = node.version(at).await?;
	let code = match node.raw(at, CODE).await {
		Ok(Some(stored)) => {
			code::read(&stored).unwrap_or_else(|error| Code::unknown(&error.to_string()))
		},
		Ok(None) => Code::unknown("the node has no code in its state"),
		Err(error) => Code::unknown(&error.to_string()),
	};
	let mut para = Para {
		url: node.url().to_string(),
		chain: node.text("system_chain").await,
		node: node.name().await,
		spec_name: version.spec_name.clone(),
		spec_version: version.spec_version,
		system_version: match version.system_version {
			Some(number) => Known::found(number, "state_getRuntimeVersion"),
			None => Known::missing("state_getRuntimeVersion has none"),
		},
		best: best.number,
		finalized: finalized.number,
		para_id: para_id(node, at).await,
		unincluded_api: Known::found(
			version.api(UNINCLUDED_API).unwrap_or(0),
			"the APIs of state_getRuntimeVersion",
		),
		slot_duration_api: slot_duration(node, at, &version).await,
		slot_duration_pallet: constant(node, "Aura", "SlotDuration"),
		minimum_period: constant(node, "Timestamp", "MinimumPeriod"),
		velocity_hook: code.velocity_hook,
		relay_check: code.relay_check,
		several_per_slot: code.several_per_slot,
		capacity: Known::missing("the runtime has no AuraUnincludedSegmentApi to ask"),
		authorities: authorities(node, at).await,
		upgrade_pending: upgrade_pending(node, at, &system).await,
		..Para::default()
	};
	(para.max_ref_time, para.max_proof_size) = weights(node);
	if para.velocity_hook.value.is_none() {
		para.velocity_hook = hook_by_storage(node, at).await;
	}
	if para.unincluded_api.get() > Some(0) {
		let segment = segment(node, at, &system).await;
		let lets_follow = lets_follow(node, at).await;
		para.capacity = capacity([(segment, lets_follow)]);
	}
	para.clocks = clocks(node, at, best.number, relay_height).await;
	Ok(para)
}

async fn para_id(node: &Node, at: Hash) -> Known<u32> {
	let Some(pallet) = node.pallet_with("ParachainId") else {
		return Known::missing("no pallet stores ParachainId");
	};
	match node.value(at, &pallet, "ParachainId", vec![]).await {
		Ok(value) => match value.as_ref().and_then(number) {
			Some(id) => Known::found(id, format!("{pallet}.ParachainId")),
			None => Known::missing(format!("{pallet}.ParachainId is no number")),
		},
		Err(error) => Known::missing(error.to_string()),
	}
}

async fn slot_duration(node: &Node, at: Hash, version: &Version) -> Known<u64> {
	if version.api(AURA_API).is_none() {
		return Known::missing("the runtime has no AuraApi");
	}
	match node.ask(at, "AuraApi_slot_duration", &[]).await {
		Ok(bytes) => match u64::decode(&mut &bytes[..]) {
			Ok(duration) => Known::found(duration, "AuraApi_slot_duration"),
			Err(_) => Known::missing("AuraApi_slot_duration answers with something else"),
		},
		Err(error) => Known::missing(error.to_string()),
	}
}

fn constant(node: &Node, pallet: &str, name: &str) -> Known<u64> {
	match node.constant(pallet, name) {
		Ok(Some(value)) => match node::number(&value) {
			Some(number) => Known::found(number, format!("the constant {pallet}.{name}")),
			None => Known::missing(format!("the constant {pallet}.{name} is no number")),
		},
		Ok(None) => Known::missing(format!("the metadata has no constant {pallet}.{name}")),
		Err(error) => Known::missing(error.to_string()),
	}
}

/// The execution time, in picoseconds, and the size of proof, in bytes, that a block may use.
fn weights(node: &Node) -> (Known<u64>, Known<u64>) {
	let how = "the constant System.BlockWeights";
	let found = match node.constant("System", "BlockWeights") {
		Ok(Some(value)) => value,
		Ok(None) => {
			let why = "the metadata has no constant System.BlockWeights";
			return (Known::missing(why), Known::missing(why));
		},
		Err(error) => {
			return (Known::missing(error.to_string()), Known::missing(error.to_string()))
		},
	};
	let max = found.at("max_block");
	// Before 2022 a weight was one number.
	let time = max.at("ref_time").and_then(node::number).or_else(|| max.and_then(node::number));
	let proof = max.at("proof_size").and_then(node::number);
	let known = |number: Option<u64>| match number {
		Some(number) => Known::found(number, how),
		None => Known::missing(format!("{how} has none")),
	};
	(known(time), known(proof))
}

async fn authorities(node: &Node, at: Hash) -> Known<u32> {
	match length(node, at, "Aura", "Authorities").await {
		Ok(Some(count)) => Known::found(count, "Aura.Authorities"),
		Ok(None) => Known::missing("no pallet Aura stores Authorities"),
		Err(error) => Known::missing(error.to_string()),
	}
}

async fn upgrade_pending(node: &Node, at: Hash, system: &str) -> Known<bool> {
	match length(node, at, system, "PendingValidationCode").await {
		Ok(count) => {
			Known::found(count.unwrap_or(0) > 0, format!("{system}.PendingValidationCode"))
		},
		Err(error) => Known::missing(error.to_string()),
	}
}

/// How many elements the list `pallet.entry` has.
pub async fn length(node: &Node, at: Hash, pallet: &str, entry: &str) -> Result<Option<u32>> {
	let bytes = node.bytes(at, pallet, entry).await?;
	Ok(bytes.and_then(|bytes| Compact::<u32>::decode(&mut &bytes[..]).ok()).map(|count| count.0))
}

/// The hook stores the relay slot with each block. Where the code tells nothing, that does.
async fn hook_by_storage(node: &Node, at: Hash) -> Known<bool> {
	match relay_slot(node, at).await {
		Ok(Some(_)) => Known::found(true, "aura-ext stores the relay slot with each block"),
		Ok(None) => Known::found(false, "aura-ext stores no relay slot"),
		Err(error) => Known::missing(error.to_string()),
	}
}

/// The relay slot of block `at`, and how many blocks were made in it: what the hook stores.
pub async fn relay_slot(node: &Node, at: Hash) -> Result<Option<(u64, u32)>> {
	for entry in ["RelaySlotInfo", "SlotInfo"] {
		if let Some(pallet) = node.pallet_with(entry) {
			let stored = node.bytes(at, &pallet, entry).await?;
			return Ok(stored.and_then(|bytes| <(u64, u32)>::decode(&mut &bytes[..]).ok()));
		}
	}
	Ok(None)
}

/// How many blocks wait for their inclusion, block `at` counted; none where the runtime keeps no such list.
pub async fn segment(node: &Node, at: Hash, system: &str) -> Option<u32> {
	node.pallet_with("UnincludedSegment")?;
	let count = length(node, at, system, "UnincludedSegment").await.ok()?;
	Some(count.unwrap_or(0))
}

/// Whether the runtime lets a block follow block `at` in a later slot, as long as no block that waits is included: so whether
/// its capacity is more than the number of those that wait. None if the hook has not run yet, or the runtime does not answer.
pub async fn lets_follow(node: &Node, at: Hash) -> Option<bool> {
	relay_slot(node, at).await.ok()??;
	// An included block that nobody knows, and the last slot there will ever be.
	let mut input = vec![255; 32];
	input.extend_from_slice(&u64::MAX.to_le_bytes());
	let answer = node.ask(at, "AuraUnincludedSegmentApi_can_build_upon", &input).await.ok()?;
	bool::decode(&mut &answer[..]).ok()
}

/// The capacity, from how many blocks waited and whether one more was let in: more than those if it was, no more than those if
/// it was not; and never less than were seen.
pub fn capacity(seen: impl IntoIterator<Item = (Option<u32>, Option<bool>)>) -> Known<Bounds> {
	let mut at_least = 0;
	let mut at_most: Option<u32> = None;
	for (segment, lets_follow) in seen {
		let Some(segment) = segment else { continue };
		at_least = at_least.max(segment);
		match lets_follow {
			Some(true) => at_least = at_least.max(segment + 1),
			Some(false) => at_most = Some(at_most.map_or(segment, |most| most.min(segment))),
			None => {},
		}
	}
	match (at_least, at_most) {
		(0, None) => Known::missing("no block that waits for its inclusion was seen"),
		// Two runtimes were seen.
		(least, Some(most)) if least > most => {
			Known::missing("what was seen contradicts itself: the runtime changed meanwhile")
		},
		_ => Known::found(
			Bounds { at_least, at_most },
			"blocks that wait for their inclusion, and AuraUnincludedSegmentApi_can_build_upon at them",
		),
	}
}

async fn clocks(node: &Node, at: Hash, para_height: u32, relay_height: Option<u32>) -> Vec<Clock> {
	let mut clocks = vec![];
	for heights in &HEIGHTS {
		for pallet in node.pallets_with(heights.entry) {
			// A pallet of somebody else may have an entry of that name: then nothing in it has the field.
			let Ok((entries, more)) = node.map(at, &pallet, heights.entry, ENTRIES).await else {
				continue;
			};
			let numbers: Vec<Vec<u64>> =
				entries.iter().map(|(key, value)| numbers(heights, key, value)).collect();
			let stored = numbers.iter().filter(|numbers| !numbers.is_empty()).count();
			let all = || numbers.iter().flatten().copied();
			let highest = all().max();
			if let Some(highest) = highest {
				clocks.push(Clock {
					kind: heights.kind,
					pallet,
					entry: heights.entry.to_string(),
					stored: u32::try_from(stored).unwrap_or(u32::MAX),
					more,
					period: None,
					lowest: all().min(),
					highest: Some(highest),
					counts: match heights.lengths {
						true => {
							Known::missing("a length of time does not tell whose blocks it counts")
						},
						false => counts(highest, para_height, relay_height),
					},
				});
			}
		}
	}
	for (kind, name) in PERIODS {
		let pallets: Vec<String> = node
			.metadata()
			.pallets()
			.filter(|pallet| pallet.constant_by_name(name).is_some())
			.map(|pallet| pallet.name().to_string())
			.collect();
		for pallet in pallets {
			if let Some(period) = constant(node, &pallet, name).get() {
				clocks.push(Clock {
					kind,
					pallet,
					entry: name.to_string(),
					stored: 0,
					more: false,
					period: Some(period),
					lowest: None,
					highest: None,
					counts: Known::missing("a period does not tell whose blocks it counts"),
				});
			}
		}
	}
	clocks
}

/// The heights in an entry; nothing where there are none, as in an agenda whose calls were made.
fn numbers(heights: &Heights, key: &[u8], value: &Value) -> Vec<u64> {
	match heights.field {
		Some(name) => node::fields(value, name)
			.into_iter()
			.filter_map(|field| node::number(field).or_else(|| field.at(0).and_then(node::number)))
			.filter(|height| *height > 0)
			.collect(),
		None if node::elements(value) == 0 => vec![],
		None => {
			let tail: Option<[u8; 4]> =
				key.len().checked_sub(4).and_then(|start| key[start..].try_into().ok());
			tail.map(|bytes| u64::from(u32::from_le_bytes(bytes))).into_iter().collect()
		},
	}
}

/// Whose height `height` is, where the two chains' are so far apart that it can be told.
fn counts(height: u64, para: u32, relay: Option<u32>) -> Known<Counts> {
	let Some(relay) = relay else { return Known::missing("no relay chain to compare it with") };
	let (para, relay) = (u64::from(para), u64::from(relay));
	let (low, high) = (para.min(relay), para.max(relay));
	if low == 0 || high / low < APART {
		return Known::missing(
			"the two chains' heights are too near to each other to tell whose it is",
		);
	}
	let counts = match height.abs_diff(para) < height.abs_diff(relay) {
		true => Counts::Parachain,
		false => Counts::Relay,
	};
	Known::found(counts, format!("the parachain is at #{para}, the relay chain at #{relay}"))
}

fn number(value: &Value) -> Option<u32> {
	node::number(value).and_then(|number| u32::try_from(number).ok())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn capacity_is_between_what_was_let_in_and_what_was_not() {
		let of = |seen: &[(u32, bool)]| {
			capacity(seen.iter().map(|(segment, lets)| (Some(*segment), Some(*lets)))).value
		};
		assert_eq!(of(&[(1, false)]), Some(Bounds { at_least: 1, at_most: Some(1) }));
		assert_eq!(of(&[(1, true)]), Some(Bounds { at_least: 2, at_most: None }));
		assert_eq!(of(&[(2, true), (3, false)]), Some(Bounds { at_least: 3, at_most: Some(3) }));
		assert_eq!(of(&[]), None);
		// Of two runtimes.
		assert_eq!(of(&[(1, false), (2, true)]), None);
	}

	#[test]
	fn a_height_is_of_the_chain_it_is_near_to() {
		assert_eq!(counts(6_000_000, 5_000_000, Some(27_000_000)).value, Some(Counts::Parachain));
		assert_eq!(counts(28_000_000, 5_000_000, Some(27_000_000)).value, Some(Counts::Relay));
		assert_eq!(counts(100, 40, Some(80)).value, None);
		assert_eq!(counts(100, 40, None).value, None);
	}

	#[test]
	fn bounds_are_said_in_words() {
		assert_eq!(Bounds { at_least: 3, at_most: Some(3) }.to_string(), "3");
		assert_eq!(Bounds { at_least: 2, at_most: None }.to_string(), "2 or more");
		assert_eq!(Bounds { at_least: 2, at_most: Some(3) }.to_string(), "2 to 3");
	}
}
