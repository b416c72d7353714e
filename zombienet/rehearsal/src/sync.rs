//! A fresh full node: it syncs from genesis through every upgrade to the head, and comes to the same states.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::history::Follower;
use crate::history::ParaBlock;
use crate::network::Network;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use network_observer::client;
use network_observer::client::Chain;
use serde::Serialize;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

/// How long the node may take: it syncs the relay chain first, to know what is final.
const SYNCED: Duration = Duration::from_secs(600);
/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// What the fresh node came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Synced {
	/// The height it had to reach: the last finalized block when it was started.
	pub height: u32,
	/// How long it took from its start, in seconds.
	pub seconds: f64,
	/// The blocks at which states were compared: those around each upgrade, the first and the last.
	pub compared: Vec<Compared>,
}

/// A block on both nodes.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
	/// Its height.
	pub number: u32,
	/// The version of the runtime in its state.
	pub spec_version: u32,
	/// The root of its state, by the network.
	pub state_root: String,
	/// Whether the fresh node has the same block with the same state, which it computed itself.
	pub same: bool,
}

impl Synced {
	/// Whether all compared states are the same.
	pub fn same(&self) -> bool {
		!self.compared.is_empty() && self.compared.iter().all(|block| block.same)
	}
}

/// Adds the node `name` of `binary`, waits until it has the last finalized block, and compares.
pub async fn fresh_node(
	network: &mut Network,
	follower: &Follower,
	name: &str,
	binary: &Path,
) -> Result<Synced> {
	let started = Instant::now();
	let blocks = interesting(&follower.history().await.para);
	let height = blocks.last().context("no parachain block is final")?.number;
	network.add_full_node(name, binary).await?;
	let node = network.para(name).await?;
	loop {
		let finalized = client::height(&node.finalized().await?);
		if finalized >= height {
			break;
		}
		ensure!(
			started.elapsed() < SYNCED,
			"after {} s {name} has block #{finalized} final of #{height}: look for the block it stops at in its log",
			SYNCED.as_secs()
		);
		tokio::time::sleep(LOOK).await;
	}
	let mut synced =
		Synced { height, seconds: started.elapsed().as_secs_f64(), ..Default::default() };
	for block in blocks {
		synced.compared.push(Compared {
			number: block.number,
			spec_version: block.spec_version,
			state_root: format!("{:?}", block.state_root),
			same: has(&node, &block).await?,
		});
	}
	Ok(synced)
}

/// Whether `node` has the block. A header with this hash can only have this state root: the node executed the block and
/// would have refused it with another.
async fn has(node: &Chain, block: &ParaBlock) -> Result<bool> {
	let Some(hash) = node.rpc().chain_get_block_hash(Some(block.number.into())).await? else {
		return Ok(false);
	};
	Ok(hash == block.hash && node.header(hash).await?.state_root == block.state_root)
}

/// The first block, those before, at and after each change of the runtime, and the last.
fn interesting(blocks: &[ParaBlock]) -> Vec<ParaBlock> {
	let mut indices = vec![0, blocks.len().saturating_sub(1)];
	for (index, pair) in blocks.windows(2).enumerate() {
		if let [before, after] = pair {
			if before.spec_version != after.spec_version {
				indices.extend([index, index + 1, index + 2]);
			}
		}
	}
	indices.sort_unstable();
	indices.dedup();
	indices.into_iter().filter_map(|index| blocks.get(index).cloned()).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn blocks_around_an_upgrade_are_compared() {
		let block = |number: u32| ParaBlock {
			number,
			spec_version: if number < 5 { 1 } else { 2 },
			..ParaBlock::default()
		};
		let blocks: Vec<_> = (1..=9).map(block).collect();
		let numbers: Vec<_> = interesting(&blocks).iter().map(|block| block.number).collect();
		assert_eq!(numbers, [1, 4, 5, 6, 9]);
		assert!(interesting(&[]).is_empty());
	}
}
