//! Reads what a relay chain's node tells of its configuration and of the parachain.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::facts::Known;
use crate::facts::Parameters;
use crate::facts::Pending;
use crate::facts::Relay;
use crate::facts::RelayBlock;
use crate::node;
use crate::node::Hash;
use crate::node::Key;
use crate::node::Node;
use crate::node::Value;
use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use subxt::dynamic::At;
use subxt::ext::codec::Decode;
use subxt::ext::scale_value::ValueDef;

/// Everything about the relay chain behind `node`, in the state of its best block, and what it knows of the parachain
/// `para_id`.
///
/// Fails if that is no relay chain, or does not know the parachain.
pub async fn read(node: &Node, para_id: Option<u32>) -> Result<Relay> {
	let Some(configuration) = node.pallet_with("ActiveConfig") else {
		if node.pallet_with("LastRelayChainBlockNumber").is_some() {
			bail!("{} is a parachain, not a relay chain: it belongs to --para", node.url());
		}
		bail!("{} is no relay chain: its runtime has no configuration of parachains", node.url());
	};
	let best = node.header(None).await?;
	let at = node.hash_of(&best);
	let (_, finalized) = node.finalized().await?;
	let active = node.value(at, &configuration, "ActiveConfig", vec![]).await?;
	let active = active.with_context(|| format!("{} has no ActiveConfig", node.url()))?;
	let mut relay = Relay {
		url: node.url().to_string(),
		chain: node.text("system_chain").await,
		node: node.name().await,
		best: best.number,
		finalized: finalized.number,
		session: session(node, at).await,
		block_ms: block_ms(node),
		active: parameters(&active, &format!("{configuration}.ActiveConfig")),
		node_features: features(&active),
		..Relay::default()
	};
	relay.pending = pending(node, at, &configuration).await;
	if let Some(id) = para_id {
		relay.lifecycle = lifecycle(node, at, id).await?;
		relay.cores = cores(node, at, id).await;
	}
	Ok(relay)
}

async fn session(node: &Node, at: Hash) -> Known<u32> {
	match node.value(at, "Session", "CurrentIndex", vec![]).await {
		Ok(value) => match value.as_ref().and_then(number) {
			Some(index) => Known::found(index, "Session.CurrentIndex"),
			None => Known::missing("the runtime has no Session.CurrentIndex"),
		},
		Err(error) => Known::missing(error.to_string()),
	}
}

fn block_ms(node: &Node) -> Known<u64> {
	match node.constant("Babe", "ExpectedBlockTime") {
		Ok(Some(value)) => match node::number(&value) {
			Some(ms) => Known::found(ms, "the constant Babe.ExpectedBlockTime"),
			None => Known::missing("the constant Babe.ExpectedBlockTime is no number"),
		},
		Ok(None) => Known::missing("the metadata has no constant Babe.ExpectedBlockTime"),
		Err(error) => Known::missing(error.to_string()),
	}
}

/// What `config`, a whole configuration, says about asynchronous backing; `how` is where it is from.
fn parameters(config: &Value, how: &str) -> Parameters {
	let of = |found: Option<&Value>, name: &str| match found.and_then(number) {
		Some(number) => Known::found(number, format!("{how}, {name}")),
		None => Known::missing(format!("{how} has no {name}")),
	};
	let group = config.at("async_backing_params");
	Parameters {
		// Before 2024 it stood by itself.
		lookahead: of(
			config
				.at("scheduler_params")
				.at("lookahead")
				.or_else(|| config.at("scheduling_lookahead")),
			"lookahead",
		),
		max_candidate_depth: of(group.at("max_candidate_depth"), "max_candidate_depth"),
		allowed_ancestry_len: of(group.at("allowed_ancestry_len"), "allowed_ancestry_len"),
	}
}

fn features(config: &Value) -> Known<Vec<u32>> {
	match config.at("node_features").map(|value| &value.value) {
		Some(ValueDef::BitSequence(bits)) => {
			let on = (0u32..).zip(bits.iter()).filter(|(_, on)| *on).map(|(index, _)| index);
			Known::found(on.collect(), "ActiveConfig, node_features")
		},
		_ => Known::missing("ActiveConfig has no node_features"),
	}
}

async fn pending(node: &Node, at: Hash, configuration: &str) -> Vec<Pending> {
	let Ok(Some(list)) = node.value(at, configuration, "PendingConfigs", vec![]).await else {
		return vec![];
	};
	let ValueDef::Composite(changes) = &list.value else { return vec![] };
	changes
		.values()
		.filter_map(|change| {
			let parameters = parameters(change.at(1)?, &format!("{configuration}.PendingConfigs"));
			Some(Pending { session: change.at(0).and_then(number)?, parameters })
		})
		.collect()
}

async fn lifecycle(node: &Node, at: Hash, id: u32) -> Result<Known<String>> {
	let Some(pallet) = node.pallet_with("ParaLifecycles") else {
		return Ok(Known::missing("the runtime has no ParaLifecycles"));
	};
	let key = vec![Key::u128(u128::from(id))];
	let value = node.value(at, &pallet, "ParaLifecycles", key).await?;
	ensure!(
		value.is_some(),
		"the relay chain behind {} does not know parachain {id}: are --relay and --para one network?",
		node.url()
	);
	Ok(match value.as_ref().and_then(node::variant) {
		Some(name) => Known::found(name.to_string(), format!("{pallet}.ParaLifecycles")),
		None => Known::missing(format!("{pallet}.ParaLifecycles is no state")),
	})
}

/// On how many cores the parachain is in the relay block after `at`.
async fn cores(node: &Node, at: Hash, id: u32) -> Known<u32> {
	let how = "ParachainHost_claim_queue";
	match node.ask(at, how, &[]).await {
		Ok(bytes) => match <Vec<(u32, Vec<u32>)>>::decode(&mut &bytes[..]) {
			Ok(queue) => {
				// A core that others have in between is the parachain's too.
				let cores = queue.iter().filter(|(_, claims)| claims.contains(&id)).count();
				Known::found(u32::try_from(cores).unwrap_or(u32::MAX), how)
			},
			Err(_) => Known::missing(format!("{how} answers with something else")),
		},
		Err(error) => Known::missing(error.to_string()),
	}
}

/// What the relay block `at` of height `height` did for the parachain, and the hashes of the parachain's blocks it backed and
/// included.
pub async fn block(
	node: &Node,
	at: Hash,
	height: u32,
	para_id: u32,
) -> Result<(RelayBlock, Vec<Hash>, Vec<Hash>)> {
	let mut block = RelayBlock { number: height, ..RelayBlock::default() };
	let (mut backed, mut included) = (vec![], vec![]);
	let events = node.value(at, "System", "Events", vec![]).await;
	let events = events.with_context(|| format!("the events of relay block #{height}"))?;
	let events = events.context("the relay chain has no events")?;
	let ValueDef::Composite(events) = &events.value else { bail!("its events are no list") };
	for event in events.values() {
		// The pallet, and within it the event.
		let pallet = event.at("event");
		let event = pallet.at(0);
		match (pallet.and_then(node::variant), event.and_then(node::variant)) {
			(Some("Session"), Some("NewSession")) => block.session_change = true,
			(Some("ParaInclusion"), Some(kind)) => {
				let para = event.at(0).at("descriptor").at("para_id").and_then(number);
				if para != Some(para_id) {
					continue;
				}
				// Head data is the parachain block's header, encoded.
				let head = event.at(1).map(|head| node.hash(&node::all_bytes(head)));
				match kind {
					"CandidateBacked" => {
						block.backed += 1;
						backed.extend(head);
					},
					"CandidateIncluded" => {
						block.included += 1;
						included.extend(head);
					},
					"CandidateTimedOut" => block.timed_out += 1,
					_ => {},
				}
			},
			_ => {},
		}
	}
	Ok((block, backed, included))
}

fn number(value: &Value) -> Option<u32> {
	node::number(value).and_then(|number| u32::try_from(number).ok())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::examples::named;
	use crate::examples::uint;
	use crate::examples::value;

	#[test]
	fn parameters_are_found_where_each_age_has_them() {
		let today = named(vec![
			("scheduler_params", named(vec![("lookahead", uint(3))])),
			("async_backing_params", named(vec![("max_candidate_depth", uint(4))])),
		]);
		let found = parameters(&today, "x");
		assert_eq!((found.lookahead.value, found.max_candidate_depth.value), (Some(3), Some(4)));
		assert_eq!(found.allowed_ancestry_len.value, None);
		let earlier = named(vec![("scheduling_lookahead", uint(1))]);
		assert_eq!(parameters(&earlier, "x").lookahead.value, Some(1));
	}

	#[test]
	fn features_are_the_numbers_of_the_bits_that_are_set() {
		let bits = [false, true, false, true].into_iter().collect();
		let config = named(vec![("node_features", value(ValueDef::BitSequence(bits)))]);
		assert_eq!(features(&config).value, Some(vec![1, 3]));
		assert_eq!(features(&named(vec![])).value, None);
	}
}
