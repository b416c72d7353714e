//! Everything that was observed, and how: what steps, phase and rules are judged by, and nothing else.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! Its JSON form keeps its names: add fields, rename none. Tests judge recorded facts.

use crate::source::Source;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// Something that may be known, with where it is from, or why it is not known.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Known<T> {
	/// What it is; none if it could not be found out.
	pub value: Option<T>,
	/// Where it is from, or why it is not known.
	pub how: String,
}

impl<T> Known<T> {
	/// It is `value`, by `how`.
	pub fn found(value: T, how: impl Into<String>) -> Self {
		Self { value: Some(value), how: how.into() }
	}

	/// It is not known, because of `how`.
	pub fn missing(how: impl Into<String>) -> Self {
		Self { value: None, how: how.into() }
	}
}

impl<T: Copy> Known<T> {
	/// What it is, if that is known.
	pub fn get(&self) -> Option<T> {
		self.value
	}
}

impl<T> Default for Known<T> {
	fn default() -> Self {
		Self::missing("not looked at")
	}
}

/// All of it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Facts {
	/// The parachain, if one was asked.
	pub para: Option<Para>,
	/// Its relay chain, if one was asked.
	pub relay: Option<Relay>,
	/// The blocks that were looked at.
	pub watch: Watch,
	/// What is known of single collators: further `--para`, and `--metrics`.
	pub collators: Vec<Collator>,
	/// The checkout, if one was given.
	pub source: Option<Source>,
}

/// A parachain's runtime and state, as one of its nodes tells.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Para {
	/// The node that was asked.
	pub url: String,
	/// The chain's name.
	pub chain: String,
	/// The node's name and version.
	pub node: String,
	/// The runtime's name.
	pub spec_name: String,
	/// The runtime's version.
	pub spec_version: u32,
	/// `system_version` of the runtime, which older ones call `state_version`.
	pub system_version: Known<u32>,
	/// The height of the best block.
	pub best: u32,
	/// The height of the last finalized block.
	pub finalized: u32,
	/// The parachain's id.
	pub para_id: Known<u32>,
	/// The version of `AuraUnincludedSegmentApi`; 0 where the runtime does not have it.
	pub unincluded_api: Known<u32>,
	/// What `AuraApi::slot_duration` answers, in milliseconds.
	pub slot_duration_api: Known<u64>,
	/// `pallet_aura::Config::SlotDuration`, in milliseconds.
	pub slot_duration_pallet: Known<u64>,
	/// `pallet_timestamp::Config::MinimumPeriod`, in milliseconds.
	pub minimum_period: Known<u64>,
	/// The execution time a block may use, in picoseconds.
	pub max_ref_time: Known<u64>,
	/// The size of proof a block may use, in bytes.
	pub max_proof_size: Known<u64>,
	/// Whether `FixedVelocityConsensusHook` guards blocks.
	pub velocity_hook: Known<bool>,
	/// How the relay parent's number has to go on from block to block.
	pub relay_check: Known<RelayCheck>,
	/// `pallet_aura::Config::AllowMultipleBlocksPerSlot`.
	pub several_per_slot: Known<bool>,
	/// How many blocks may wait for their inclusion.
	pub capacity: Known<Bounds>,
	/// How many authorities take turns.
	pub authorities: Known<u32>,
	/// Whether an upgrade is stored that the relay chain has not let through yet.
	pub upgrade_pending: Known<bool>,
	/// What the runtime has that may count blocks.
	pub clocks: Vec<Clock>,
}

/// `cumulus_pallet_parachain_system::Config::CheckAssociatedRelayNumber`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelayCheck {
	/// `RelayNumberStrictlyIncreases`.
	Strict,
	/// `RelayNumberMonotonicallyIncreases`.
	Monotonic,
	/// Neither of the two.
	Any,
}

/// Between what and what a number is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Bounds {
	/// It is no less.
	pub at_least: u32,
	/// It is no more, if that was seen.
	pub at_most: Option<u32>,
}

impl fmt::Display for Bounds {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.at_most {
			Some(most) if most == self.at_least => write!(out, "{most}"),
			Some(most) => write!(out, "{} to {most}", self.at_least),
			None => write!(out, "{} or more", self.at_least),
		}
	}
}

/// What counts blocks in a way that phase 3 changes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockKind {
	/// Vesting schedules: their start, and what they free per block.
	Vesting,
	/// Calls to be made at a block.
	Scheduler,
	/// Locks of votes, and of what was voted with.
	Voting,
	/// Referenda: when they end.
	Referenda,
	/// Announcements of proxies, and the delay of those that have to announce.
	Proxy,
	/// How long a collator may make no block before it loses its place.
	Kick,
}

/// The heights that one storage entry holds, or a period of the configuration.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Clock {
	/// What it is.
	pub kind: ClockKind,
	/// The pallet's name in this runtime.
	pub pallet: String,
	/// The storage entry or constant.
	pub entry: String,
	/// How many entries are stored; 0 for a constant.
	pub stored: u32,
	/// Whether there are more than were read.
	pub more: bool,
	/// The constant, in blocks.
	pub period: Option<u64>,
	/// The lowest height stored.
	pub lowest: Option<u64>,
	/// The highest height stored.
	pub highest: Option<u64>,
	/// Whose blocks are counted.
	pub counts: Known<Counts>,
}

/// Whose blocks a height counts.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
	/// The parachain's.
	Parachain,
	/// The relay chain's.
	Relay,
}

/// A relay chain's configuration, and what it knows of the parachain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Relay {
	/// The node that was asked.
	pub url: String,
	/// The chain's name.
	pub chain: String,
	/// The node's name and version.
	pub node: String,
	/// The height of the best block.
	pub best: u32,
	/// The height of the last finalized block.
	pub finalized: u32,
	/// The index of the session.
	pub session: Known<u32>,
	/// Time between two blocks, in milliseconds.
	pub block_ms: Known<u64>,
	/// What is in force.
	pub active: Parameters,
	/// What is decided and not in force yet.
	pub pending: Vec<Pending>,
	/// On how many cores the parachain is now.
	pub cores: Known<u32>,
	/// The parachain's state, as in `Parachain`.
	pub lifecycle: Known<String>,
	/// The numbers of the node features that are on.
	pub node_features: Known<Vec<u32>>,
}

/// What of a relay chain's configuration is about asynchronous backing.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Parameters {
	/// `scheduler_params.lookahead`: 1 is synchronous backing.
	pub lookahead: Known<u32>,
	/// `async_backing_params.max_candidate_depth`.
	pub max_candidate_depth: Known<u32>,
	/// `async_backing_params.allowed_ancestry_len`.
	pub allowed_ancestry_len: Known<u32>,
}

impl Parameters {
	/// Whether candidates are backed ahead of the relay chain. `lookahead` decides where there is one; the relay chains of
	/// before stable2503 went by the depth.
	pub fn asynchronous(&self) -> Option<bool> {
		match self.lookahead.get() {
			Some(lookahead) => Some(lookahead > 1),
			None => self.max_candidate_depth.get().map(|depth| depth > 0),
		}
	}

	/// How many candidates the relay chain takes ahead, on one core.
	pub fn depth(&self) -> Option<u32> {
		self.lookahead.get().or_else(|| self.max_candidate_depth.get().map(|depth| depth.max(1)))
	}
}

/// A change of the relay chain's configuration that waits for its session.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Pending {
	/// The index of the session it takes effect with.
	pub session: u32,
	/// What is in force from then on.
	pub parameters: Parameters,
}

/// The blocks that were looked at: the last finalized ones, and those that came meanwhile.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Watch {
	/// Finalized parachain blocks in their order, all of the runtime that is current at the end.
	pub blocks: Vec<Block>,
	/// Finalized relay blocks in their order.
	pub relay_blocks: Vec<RelayBlock>,
	/// How many blocks became final while somebody listened.
	pub live: u32,
	/// How many were waited for.
	pub wanted: u32,
	/// How many different blocks were announced for the heights that somebody listened to.
	pub announced: Known<u32>,
	/// How many heights these are.
	pub heights: u32,
	/// How often the best block was replaced by one that does not descend from it.
	pub reorgs: Known<u32>,
	/// How far the last finalized block was behind each best block, in blocks.
	pub finality_lag: Vec<u32>,
	/// How long somebody listened, in seconds.
	pub seconds: u64,
	/// The runtime's version before and after, if it changed among the blocks that were looked at.
	pub upgraded: Option<(u32, u32)>,
	/// Why less was looked at than should have been.
	pub trouble: Option<String>,
}

/// A finalized block of the parachain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Block {
	/// Its height.
	pub number: u32,
	/// Its hash.
	pub hash: String,
	/// `Timestamp.Now`, in milliseconds since 1970.
	pub timestamp_ms: u64,
	/// Its slot.
	pub slot: Option<u64>,
	/// The index of the authority that made it.
	pub author: Option<u32>,
	/// The height of its relay parent.
	pub relay_parent: u32,
	/// How many blocks wait for their inclusion, this one counted.
	pub segment: Option<u32>,
	/// Whether the runtime lets one more follow while all of these wait.
	pub lets_follow: Option<bool>,
	/// How many blocks were made in its relay slot, this one counted.
	pub in_relay_slot: Option<u32>,
	/// What its collator wrote into its digest: the engines' names, `CMLS.1` for the core of the slot-based collator.
	pub digest: Vec<String>,
	/// The height of the relay block that backed it.
	pub backed_in: Option<u32>,
	/// The height of the relay block that included it.
	pub included_in: Option<u32>,
}

/// A finalized block of the relay chain, with what it did for the parachain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RelayBlock {
	/// Its height.
	pub number: u32,
	/// Whether it changed the session.
	pub session_change: bool,
	/// How many of the parachain's candidates it backed.
	pub backed: u32,
	/// How many it included.
	pub included: u32,
	/// How many timed out in it.
	pub timed_out: u32,
}

/// How a collator builds.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CollatorKind {
	/// On included blocks only, when the relay chain's node asks for it.
	Basic,
	/// Ahead of the relay chain.
	Lookahead,
	/// Ahead of the relay chain, by a clock of its own.
	SlotBased,
}

impl CollatorKind {
	/// Whether it is what phase 2 is about.
	pub fn ahead(self) -> bool {
		self != CollatorKind::Basic
	}
}

impl fmt::Display for CollatorKind {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		out.write_str(match self {
			CollatorKind::Basic => "basic",
			CollatorKind::Lookahead => "lookahead",
			CollatorKind::SlotBased => "slot-based",
		})
	}
}

/// A single collator.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Collator {
	/// Where it was asked.
	pub url: String,
	/// Its name and version, if it was asked by RPC.
	pub node: Option<String>,
	/// How it builds, if it was asked for its metrics.
	pub kind: Known<CollatorKind>,
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn facts_come_back_from_json_as_they_were() -> anyhow::Result<()> {
		let facts = Facts {
			para: Some(Para {
				capacity: Known::found(Bounds { at_least: 1, at_most: Some(1) }, "asked"),
				relay_check: Known::found(RelayCheck::Monotonic, "the code"),
				..Para::default()
			}),
			..Facts::default()
		};
		assert_eq!(serde_json::from_str::<Facts>(&serde_json::to_string(&facts)?)?, facts);
		Ok(())
	}

	#[test]
	fn facts_of_a_smaller_version_are_read() -> anyhow::Result<()> {
		let facts: Facts = serde_json::from_str(r#"{"para": {"spec_version": 7}}"#)?;
		assert_eq!(facts.para.map(|para| (para.spec_version, para.best)), Some((7, 0)));
		Ok(())
	}

	#[test]
	fn the_lookahead_decides_where_there_is_one() {
		let mut of = Parameters {
			lookahead: Known::found(1, "x"),
			max_candidate_depth: Known::found(3, "x"),
			..Parameters::default()
		};
		assert_eq!((of.asynchronous(), of.depth()), (Some(false), Some(1)));
		of.lookahead = Known::missing("x");
		assert_eq!((of.asynchronous(), of.depth()), (Some(true), Some(3)));
		of.max_candidate_depth = Known::missing("x");
		assert_eq!((of.asynchronous(), of.depth()), (None, None));
	}
}
