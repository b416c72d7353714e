//! The state of a chain as it is copied: from a node or out of a file, and into one.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::bail;
use anyhow::Context;
use anyhow::Result;
use jsonrpsee::core::client::ClientT;
use jsonrpsee::rpc_params;
use jsonrpsee::ws_client::WsClient;
use jsonrpsee::ws_client::WsClientBuilder;
use polkadot_sdk::*;
use serde::Deserialize;
use serde::Serialize;
use sp_core::storage::well_known_keys::DEFAULT_CHILD_STORAGE_KEY_PREFIX;
use sp_core::storage::ChildInfo;
use sp_core::storage::Storage;
use sp_core::storage::StorageChangeSet;
use sp_core::storage::StorageChild;
use sp_core::storage::StorageData;
use sp_core::storage::StorageKey;
use sp_core::H256;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

/// How many entries are asked for at once.
const PAGE: u32 = 256;
/// How long one answer may take, and how long it may be: a page of large values is longer than what is usual.
const ANSWER_TIME: Duration = Duration::from_secs(60);
const ANSWER_SIZE: u32 = 128 * 1024 * 1024;
/// How long a node may take to answer at all, and to get to the block that is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// A copy of a state.
#[derive(Debug, Default)]
pub struct Snapshot {
	/// What is stored.
	pub storage: Storage,
	/// The number and the hash of the block that it is the state after. Not known of a file.
	pub block: Option<(u32, H256)>,
	/// The root of the state's trie, by that block.
	pub root: Option<H256>,
}

/// What is read of a header.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
	number: String,
	state_root: H256,
}

impl Header {
	fn number(&self) -> Result<u32> {
		u32::from_str_radix(self.number.trim_start_matches("0x"), 16)
			.with_context(|| format!("'{}' is no block's number", self.number))
	}
}

/// A specification with a raw genesis, as far as there is state in it.
#[derive(Debug, Deserialize)]
struct Specification {
	genesis: Genesis,
}

#[derive(Debug, Serialize, Deserialize)]
struct Genesis {
	raw: Raw,
}

type Entries = BTreeMap<StorageKey, StorageData>;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
	top: Entries,
	#[serde(default)]
	children_default: BTreeMap<StorageKey, Entries>,
}

impl Snapshot {
	/// Copies a node's state: after block `at`, or after the last final one, once that is block `reach` or a later one.
	pub async fn of_node(url: &str, at: Option<H256>, reach: Option<u32>) -> Result<Self> {
		let client = connect(url, reach.is_some()).await?;
		let at = match (at, reach) {
			(Some(at), _) => at,
			(None, Some(reach)) => wait_for(&client, reach).await?,
			(None, None) => client.request("chain_getFinalizedHead", rpc_params![]).await?,
		};
		let header = header(&client, at).await?;
		let mut storage = Storage::default();
		let mut last: Option<StorageKey> = None;
		loop {
			let parameters = rpc_params!["0x", PAGE, &last, at];
			let keys: Vec<StorageKey> = client.request("state_getKeysPaged", parameters).await?;
			let Some(newest) = keys.last().cloned() else { break };
			let parameters = rpc_params![&keys, at];
			let sets: Vec<StorageChangeSet<H256>> =
				client.request("state_queryStorageAt", parameters).await?;
			let entries = sets.into_iter().flat_map(|set| set.changes);
			let entries = entries.filter_map(|(key, value)| Some((key.0, value?.0)));
			storage.top.extend(entries);
			last = Some(newest);
		}
		add_children(&client, at, &mut storage).await?;
		let block = Some((header.number()?, at));
		Ok(Self { storage, block, root: Some(header.state_root) })
	}

	/// Reads a file that was written by [`Self::save`], or by a node's `export-state`.
	pub fn of_file(file: &Path) -> Result<Self> {
		let path = file.display();
		let text =
			std::fs::read_to_string(file).with_context(|| format!("`{path}` cannot be read"))?;
		let specification: Specification = serde_json::from_str(&text)
			.with_context(|| format!("`{path}` is no specification with a raw genesis"))?;
		let Raw { top, children_default } = specification.genesis.raw;
		let mut storage = Storage::default();
		storage.top.extend(top.into_iter().map(|(key, value)| (key.0, value.0)));
		for (key, entries) in children_default {
			let data = entries.into_iter().map(|(key, value)| (key.0, value.0)).collect();
			let child_info = ChildInfo::new_default(&key.0);
			storage.children_default.insert(key.0, StorageChild { data, child_info });
		}
		Ok(Self { storage, ..Default::default() })
	}

	/// Writes a file that [`Self::of_file`] reads, and that Chopsticks takes as a genesis.
	pub fn save(&self, file: &Path) -> Result<()> {
		let entries = |data: &BTreeMap<Vec<u8>, Vec<u8>>| -> Entries {
			let data = data.iter();
			data.map(|(key, value)| (StorageKey(key.clone()), StorageData(value.clone()))).collect()
		};
		let children = self.storage.children_default.iter();
		let children = children.map(|(key, child)| (StorageKey(key.clone()), entries(&child.data)));
		let raw = Raw { top: entries(&self.storage.top), children_default: children.collect() };
		let specification = serde_json::json!({
			"name": "Snapshot",
			"id": "snapshot",
			"chainType": "Development",
			"bootNodes": [],
			"genesis": Genesis { raw },
		});
		std::fs::write(file, specification.to_string())
			.with_context(|| format!("`{}` cannot be written", file.display()))
	}

	/// Where the state is from, as words that follow others.
	pub fn place(&self) -> String {
		self.block
			.map_or_else(String::new, |(number, hash)| format!(", after block {number} ({hash:?})"))
	}
}

/// Connects to a node; one that is only starting may take a while to answer.
async fn connect(url: &str, patient: bool) -> Result<WsClient> {
	let start = Instant::now();
	loop {
		let client = WsClientBuilder::default()
			.max_response_size(ANSWER_SIZE)
			.request_timeout(ANSWER_TIME)
			.build(url)
			.await;
		match client {
			Ok(client) => return Ok(client),
			Err(_) if patient && start.elapsed() < PATIENCE => {
				tokio::time::sleep(Duration::from_secs(1)).await;
			},
			Err(error) => return Err(error).with_context(|| format!("{url} does not answer")),
		}
	}
}

async fn header(client: &WsClient, at: H256) -> Result<Header> {
	let header: Option<Header> = client.request("chain_getHeader", rpc_params![at]).await?;
	header.with_context(|| format!("the node has no block {at:?}"))
}

/// Waits until a block is final; returns the hash of the one that is.
async fn wait_for(client: &WsClient, number: u32) -> Result<H256> {
	let start = Instant::now();
	loop {
		let at: H256 = client.request("chain_getFinalizedHead", rpc_params![]).await?;
		let last = header(client, at).await?.number()?;
		if last >= number {
			return Ok(at);
		}
		if start.elapsed() > PATIENCE {
			bail!("after {} s the last final block is {last}, not {number}", PATIENCE.as_secs());
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	}
}

/// Copies the child tries too; what the top trie has of them are only roots, which follow.
async fn add_children(client: &WsClient, at: H256, storage: &mut Storage) -> Result<()> {
	let prefix = DEFAULT_CHILD_STORAGE_KEY_PREFIX;
	let roots: Vec<_> = storage.top.keys().filter(|key| key.starts_with(prefix)).cloned().collect();
	for root in roots {
		storage.top.remove(&root);
		let child = StorageKey(root.clone());
		let mut data = BTreeMap::new();
		let mut last: Option<StorageKey> = None;
		loop {
			let parameters = rpc_params![&child, "0x", PAGE, &last, at];
			let keys: Vec<StorageKey> =
				client.request("childstate_getKeysPaged", parameters).await?;
			let Some(newest) = keys.last().cloned() else { break };
			let parameters = rpc_params![&child, &keys, at];
			let values: Vec<Option<StorageData>> =
				client.request("childstate_getStorageEntries", parameters).await?;
			let entries = keys.into_iter().zip(values);
			data.extend(entries.filter_map(|(key, value)| Some((key.0, value?.0))));
			last = Some(newest);
		}
		let name = root[prefix.len()..].to_vec();
		let child_info = ChildInfo::new_default(&name);
		storage.children_default.insert(name, StorageChild { data, child_info });
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_saved_state_is_read_back() -> Result<()> {
		let child = StorageChild {
			data: [(vec![1], vec![2])].into(),
			child_info: ChildInfo::new_default(b"child"),
		};
		let mut snapshot = Snapshot::default();
		snapshot.storage.top.insert(b":code".to_vec(), vec![0; 3]);
		snapshot.storage.children_default.insert(b"child".to_vec(), child);
		let file = std::env::temp_dir().join(format!("upgrade-check-{}.json", std::process::id()));
		snapshot.save(&file)?;
		let read = Snapshot::of_file(&file);
		std::fs::remove_file(&file)?;
		let read = read?.storage;
		assert_eq!(read.top, snapshot.storage.top);
		assert_eq!(read.children_default, snapshot.storage.children_default);
		Ok(())
	}

	#[test]
	fn the_number_of_a_header() -> Result<()> {
		let header = |number: &str| Header { number: number.into(), state_root: H256::zero() };
		assert_eq!(header("0x2a").number()?, 42);
		assert!(header("many").number().is_err());
		Ok(())
	}
}
