//! Looks at everything that was named, in an order that leaves no gap: what the runtime says after what its blocks did.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::chain;
use crate::facts::Collator;
use crate::facts::Facts;
use crate::facts::Known;
use crate::facts::Para;
use crate::facts::Relay;
use crate::metrics;
use crate::node::Node;
use crate::one_line;
use crate::progress::Progress;
use crate::relay;
use crate::source;
use crate::watch;
use anyhow::bail;
use anyhow::Result;
use std::path::PathBuf;
use std::time::Duration;

/// How long both chains may take to say what is to be said of their state.
const READ: Duration = Duration::from_secs(30);

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Targets {
	/// Nodes of the parachain: the first is asked everything, the others for their name and version.
	pub paras: Vec<String>,
	/// A node of the relay chain.
	pub relay: Option<String>,
	/// Metrics of collators' relay chain nodes.
	pub metrics: Vec<String>,
	/// A checkout.
	pub source: Option<PathBuf>,
	/// How many new blocks to wait for; 0 looks only at those that are there.
	pub blocks: u32,
}

/// Everything that can be found out about `targets`. Fails if one of them cannot be looked at.
pub async fn look(targets: &Targets) -> Result<Facts> {
	// The checkout first: what is wrong with it is known at once.
	let mut facts = Facts {
		source: targets.source.as_deref().map(source::read).transpose()?,
		..Facts::default()
	};
	for url in &targets.metrics {
		facts.collators.push(metrics::read(url).await?);
	}
	let Some(url) = targets.paras.first() else { return Ok(facts) };
	let mut node = Node::connect(url).await?;
	let relay_node = match &targets.relay {
		Some(url) => Some(Node::connect(url).await?),
		None => None,
	};
	let (mut para, mut relay) = read(&node, relay_node.as_ref()).await?;
	for url in targets.paras.get(1..).unwrap_or_default() {
		let other = Node::connect(url).await?;
		let name = other.name().await;
		facts.collators.push(Collator {
			url: url.clone(),
			node: Some(name),
			kind: Known::missing("give --metrics of its relay chain node"),
		});
	}

	let mut progress = Progress::new();
	let both = relay_node.as_ref().zip(para.para_id.get());
	facts.watch = watch::watch(&node, both, targets.blocks, &mut progress).await;
	progress.clear();

	// An upgrade meanwhile: what was read before is of the old runtime. The relay chain's parameters may be others too.
	if facts.watch.upgraded.is_some() {
		node = Node::connect(url).await?;
	}
	(para, relay) = match read(&node, relay_node.as_ref()).await {
		Ok(again) => again,
		// It answered before, and may have been stopped since.
		Err(error) => {
			facts.watch.trouble.get_or_insert(one_line(&error));
			(para, relay)
		},
	};
	let seen = facts.watch.blocks.iter().map(|block| (block.segment, block.lets_follow));
	let capacity = chain::capacity(seen);
	if para.unincluded_api.get() > Some(0) && capacity.value.is_some() {
		para.capacity = capacity;
	}
	facts.para = Some(para);
	facts.relay = relay;
	Ok(facts)
}

/// What both chains say, within [`READ`].
async fn read(node: &Node, relay_node: Option<&Node>) -> Result<(Para, Option<Relay>)> {
	match tokio::time::timeout(READ, read_both(node, relay_node)).await {
		Ok(read) => read,
		Err(_) => bail!("{} answers too slowly: ask a node that is nearer", node.url()),
	}
}

async fn read_both(node: &Node, relay_node: Option<&Node>) -> Result<(Para, Option<Relay>)> {
	let Some(relay_node) = relay_node else { return Ok((chain::read(node, None).await?, None)) };
	let height = relay_node.header(None).await?.number;
	let para = chain::read(node, Some(height)).await?;
	let relay = relay::read(relay_node, para.para_id.get()).await?;
	Ok((para, Some(relay)))
}
