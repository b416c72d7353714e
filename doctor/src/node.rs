//! One connection to one node: reads what it is asked for, within limits of time and size that a hostile server cannot stretch.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! The node's own metadata decodes everything. It is looked through before anything is decoded with it, as it may be made to
//! lead a decoder astray.

use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use scale_info::PortableRegistry;
use scale_info::TypeDef;
use serde::de::DeserializeOwned;
use serde_json::json;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;
use subxt::config::Hasher;
use subxt::config::Header as _;
use subxt::ext::codec::Compact;
use subxt::ext::codec::Decode;
use subxt::ext::jsonrpsee::ws_client::WsClientBuilder;
use subxt::ext::scale_value::scale::decode_as_type;
use subxt::ext::scale_value::Composite;
use subxt::ext::scale_value::ValueDef;
use subxt::ext::subxt_core;
use subxt::ext::subxt_rpcs;
use subxt::ext::subxt_rpcs::client::RpcClient;
use subxt::ext::subxt_rpcs::client::RpcParams;
use subxt::ext::subxt_rpcs::client::RpcSubscription;
use subxt::Config;
use subxt::Metadata;
use subxt::PolkadotConfig;

/// The hash of a block.
pub type Hash = subxt::utils::H256;
/// The header of a block.
pub type Header = <PolkadotConfig as Config>::Header;
/// A value that was decoded with the chain's own metadata.
pub type Value = subxt::dynamic::DecodedValue;
/// A part of a storage map's key.
pub type Key = subxt::dynamic::Value;

/// How long a node may take to take a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one request may take. A relay chain's metadata is a megabyte, a runtime's code two as JSON.
const REQUEST: Duration = Duration::from_secs(15);
/// How long it may take until a connection is of use.
const ATTACH: Duration = Duration::from_secs(45);
/// How large a response may be, in bytes.
const RESPONSE: u32 = 32 * 1024 * 1024;
/// How many types and values may be within each other: in an XCM message it is some fifty.
const DEPTH: u32 = 128;
/// How many parts a value may have: memory is taken for each. The events of a busy relay block have some hundred thousand.
const PARTS: u32 = 4_000_000;
/// How many heads may wait to be read.
const WAITING_HEADS: usize = 4096;

/// What has to answer for anything to be found out.
const NEEDED: [&str; 6] = [
	"chain_getBlockHash",
	"chain_getFinalizedHead",
	"chain_getHeader",
	"state_getMetadata",
	"state_getRuntimeVersion",
	"state_getStorage",
];

/// A connection to a node of either chain.
pub struct Node {
	url: String,
	rpc: RpcClient,
	metadata: Metadata,
}

/// The version of a runtime.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Version {
	/// The runtime's name.
	pub spec_name: String,
	/// Its version.
	pub spec_version: u32,
	/// `system_version`, which older runtimes call `state_version`.
	pub system_version: Option<u32>,
	/// The hashes of its APIs' names as hexadecimal digits, and their versions.
	pub apis: Vec<(String, u32)>,
}

impl Version {
	/// The version of the API whose name has the hash `id`.
	pub fn api(&self, id: &str) -> Option<u32> {
		self.apis.iter().find(|(hash, _)| hash == id).map(|(_, version)| *version)
	}

	fn of(json: &Json) -> Option<Self> {
		let number = |name: &str| json.get(name).and_then(Json::as_u64).and_then(small);
		let apis = json.get("apis").and_then(Json::as_array);
		let api = |pair: &Json| {
			let id = pair.get(0)?.as_str()?;
			Some((id.to_string(), pair.get(1)?.as_u64().and_then(small)?))
		};
		Some(Self {
			spec_name: json.get("specName")?.as_str()?.to_string(),
			spec_version: number("specVersion")?,
			system_version: number("systemVersion").or_else(|| number("stateVersion")),
			apis: apis.into_iter().flatten().filter_map(api).collect(),
		})
	}
}

fn small(number: u64) -> Option<u32> {
	u32::try_from(number).ok()
}

impl Node {
	/// Connects to the node at `url` (`ws://host:port`) and reads its metadata.
	///
	/// Fails in seconds, in one line, if nothing answers there, or what answers is no node, lacks a method that is needed, is
	/// still syncing, or has metadata that cannot be used.
	pub async fn connect(url: &str) -> Result<Self> {
		match tokio::time::timeout(ATTACH, Self::attach(url)).await {
			Ok(node) => node,
			Err(_) => bail!("{url} answers too slowly to be asked anything"),
		}
	}

	async fn attach(url: &str) -> Result<Self> {
		ensure!(
			url.starts_with("ws://") || url.starts_with("wss://"),
			"{url} is no address of a node: give one like ws://127.0.0.1:9944"
		);
		let builder = WsClientBuilder::new()
			.connection_timeout(CONNECT)
			// `within` ends it sooner, and says so.
			.request_timeout(ATTACH)
			.max_response_size(RESPONSE)
			.max_buffer_capacity_per_subscription(WAITING_HEADS);
		let client = match tokio::time::timeout(CONNECT, builder.build(url)).await {
			Ok(client) => client.with_context(|| format!("nothing answers on {url}"))?,
			Err(_) => bail!("nothing answers on {url} in {} s", CONNECT.as_secs()),
		};
		let rpc = RpcClient::new(client);
		methods(&rpc, url).await?;
		synced(&rpc, url).await?;
		let metadata = metadata(&rpc, url).await?;
		Ok(Self { url: url.to_string(), rpc, metadata })
	}

	/// The node's address.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// The runtime's metadata, of when the connection was made.
	pub fn metadata(&self) -> &Metadata {
		&self.metadata
	}

	/// The node's answer to `method`.
	pub async fn call<T: DeserializeOwned>(&self, method: &str, params: &[Json]) -> Result<T> {
		call(&self.rpc, &self.url, method, params).await
	}

	/// The answer to `method` as text; nothing if there is none.
	pub async fn text(&self, method: &str) -> String {
		self.call::<String>(method, &[]).await.unwrap_or_default()
	}

	/// The node's name and version.
	pub async fn name(&self) -> String {
		format!("{} {}", self.text("system_name").await, self.text("system_version").await)
			.trim()
			.to_string()
	}

	/// The version of the runtime in the state of block `at`.
	pub async fn version(&self, at: Hash) -> Result<Version> {
		let json: Json = self.call("state_getRuntimeVersion", &[json!(at)]).await?;
		Version::of(&json).with_context(|| {
			format!("{} answers state_getRuntimeVersion with something else", self.url)
		})
	}

	/// The header of block `at`, or of the best block.
	pub async fn header(&self, at: Option<Hash>) -> Result<Header> {
		let header: Option<Header> = self.call("chain_getHeader", &[json!(at)]).await?;
		header.with_context(|| format!("{} does not have the block {at:?}", self.url))
	}

	/// The hash of the last finalized block, and its header.
	pub async fn finalized(&self) -> Result<(Hash, Header)> {
		let hash: Hash = self.call("chain_getFinalizedHead", &[]).await?;
		Ok((hash, self.header(Some(hash)).await?))
	}

	/// The hash of the canonical block of height `number`.
	pub async fn hash_at(&self, number: u32) -> Result<Hash> {
		let hash: Option<Hash> = self.call("chain_getBlockHash", &[json!(number)]).await?;
		hash.with_context(|| format!("{} does not have block #{number}", self.url))
	}

	/// The hash of `header`.
	pub fn hash_of(&self, header: &Header) -> Hash {
		header.hash_with(<PolkadotConfig as Config>::Hasher::new(&self.metadata))
	}

	/// The hash of `bytes`, by the chain's hasher.
	pub fn hash(&self, bytes: &[u8]) -> Hash {
		<PolkadotConfig as Config>::Hasher::new(&self.metadata).hash(bytes)
	}

	/// What is stored under `key` in the state of block `at`.
	pub async fn raw(&self, at: Hash, key: &[u8]) -> Result<Option<Vec<u8>>> {
		let stored: Option<String> =
			self.call("state_getStorage", &[json!(hex(key)), json!(at)]).await?;
		stored.map(|text| self.unhex(&text)).transpose()
	}

	/// The bytes of the plain storage value `pallet.entry` in the state of block `at`.
	pub async fn bytes(&self, at: Hash, pallet: &str, entry: &str) -> Result<Option<Vec<u8>>> {
		let address = subxt::dynamic::storage(pallet, entry, ());
		self.raw(at, &address.to_root_bytes()).await
	}

	/// The value of `pallet.entry` for `keys` in the state of block `at`: what is stored, or else the default, if it has one.
	/// None if the runtime has no such entry.
	pub async fn value(
		&self,
		at: Hash,
		pallet: &str,
		entry: &str,
		keys: Vec<Key>,
	) -> Result<Option<Value>> {
		let Some((ty, default)) = self.entry(pallet, entry) else { return Ok(None) };
		let reading = || format!("{} answers with something else than {pallet}.{entry}", self.url);
		let address = subxt::dynamic::storage(pallet, entry, keys);
		let key = subxt_core::storage::get_address_bytes(&address, &self.metadata)
			.with_context(reading)?;
		match self.raw(at, &key).await?.or(default) {
			Some(bytes) => Ok(Some(self.decode(&bytes, ty).with_context(reading)?)),
			None => Ok(None),
		}
	}

	/// Up to `limit` entries of the map `pallet.entry` in the state of block `at`, with their keys, and whether there are more.
	pub async fn map(
		&self,
		at: Hash,
		pallet: &str,
		entry: &str,
		limit: usize,
	) -> Result<(Vec<(Vec<u8>, Value)>, bool)> {
		let (ty, _) = self
			.entry(pallet, entry)
			.with_context(|| format!("the runtime has no {pallet}.{entry}"))?;
		let prefix = subxt::dynamic::storage(pallet, entry, ()).to_root_bytes();
		// One more than wanted says whether there are more.
		let params = [json!(hex(&prefix)), json!(limit + 1), Json::Null, json!(at)];
		let mut keys: Vec<String> = self.call("state_getKeysPaged", &params).await?;
		let more = keys.len() > limit;
		keys.truncate(limit);
		let mut found = vec![];
		for (key, stored) in self.stored(at, keys).await? {
			let value = self.decode(&self.unhex(&stored)?, ty);
			let value = value.with_context(|| format!("reading {pallet}.{entry}"))?;
			found.push((self.unhex(&key)?, value));
		}
		Ok((found, more))
	}

	/// What is stored under each of `keys`: in one request where the node has such a one, and one by one otherwise.
	async fn stored(&self, at: Hash, keys: Vec<String>) -> Result<Vec<(String, String)>> {
		if keys.is_empty() {
			return Ok(vec![]);
		}
		let params = [json!(keys), json!(at)];
		if let Ok(sets) = self.call::<Json>("state_queryStorageAt", &params).await {
			let changes = sets.get(0).and_then(|set| set.get("changes")).and_then(Json::as_array);
			let pair = |change: &Json| {
				let key = change.get(0)?.as_str()?.to_string();
				Some((key, change.get(1)?.as_str()?.to_string()))
			};
			return Ok(changes.into_iter().flatten().filter_map(pair).collect());
		}
		let mut found = vec![];
		for key in keys {
			let stored: Option<String> =
				self.call("state_getStorage", &[json!(key), json!(at)]).await?;
			found.extend(stored.map(|stored| (key, stored)));
		}
		Ok(found)
	}

	/// The constant `pallet.name` of the runtime; none if it has no such constant.
	pub fn constant(&self, pallet: &str, name: &str) -> Result<Option<Value>> {
		let found = self.metadata.pallet_by_name(pallet);
		let Some(constant) = found.and_then(|pallet| pallet.constant_by_name(name)) else {
			return Ok(None);
		};
		let value = self.decode(constant.value(), constant.ty());
		Ok(Some(value.with_context(|| format!("the constant {pallet}.{name} of {}", self.url))?))
	}

	/// What the runtime's function `name` answers in the state of block `at`.
	pub async fn ask(&self, at: Hash, name: &str, input: &[u8]) -> Result<Vec<u8>> {
		let params = [json!(name), json!(hex(input)), json!(at)];
		let answer: String = self.call("state_call", &params).await?;
		self.unhex(&answer)
	}

	/// The headers that the node tells of by the subscription `subscribe`; none if it has no such subscription.
	pub async fn heads(
		&self,
		subscribe: &str,
		unsubscribe: &str,
	) -> Option<RpcSubscription<Header>> {
		let heads = self.rpc.subscribe::<Header>(subscribe, RpcParams::new(), unsubscribe);
		tokio::time::timeout(REQUEST, heads).await.ok()?.ok()
	}

	/// The name of the first pallet that stores `entry`.
	pub fn pallet_with(&self, entry: &str) -> Option<String> {
		self.pallets_with(entry).into_iter().next()
	}

	/// The names of all pallets that store `entry`.
	pub fn pallets_with(&self, entry: &str) -> Vec<String> {
		self.metadata
			.pallets()
			.filter(|pallet| {
				pallet.storage().is_some_and(|storage| storage.entry_by_name(entry).is_some())
			})
			.map(|pallet| pallet.name().to_string())
			.collect()
	}

	/// The type of a storage entry's value, and its default if there is one.
	fn entry(&self, pallet: &str, entry: &str) -> Option<(u32, Option<Vec<u8>>)> {
		let found = self.metadata.pallet_by_name(pallet)?.storage()?.entry_by_name(entry)?;
		let optional =
			matches!(found.modifier(), subxt::metadata::types::StorageEntryModifier::Optional);
		let default = (!optional).then(|| found.default_bytes().to_vec());
		Some((found.entry_type().value_ty(), default))
	}

	fn decode(&self, bytes: &[u8], ty: u32) -> Result<Value> {
		let mut left = PARTS;
		walk(&mut &*bytes, ty, self.metadata.types(), 0, &mut left)?;
		Ok(decode_as_type(&mut &*bytes, ty, self.metadata.types())?)
	}

	fn unhex(&self, text: &str) -> Result<Vec<u8>> {
		unhex(text).with_context(|| format!("{} answers with something else than bytes", self.url))
	}
}

async fn call<T: DeserializeOwned>(
	rpc: &RpcClient,
	url: &str,
	method: &str,
	params: &[Json],
) -> Result<T> {
	let mut list = RpcParams::new();
	for param in params {
		list.push(param)?;
	}
	match within(rpc.request::<T>(method, list)).await {
		Some(Ok(answer)) => Ok(answer),
		Some(Err(subxt_rpcs::Error::User(error))) if error.code == -32601 => {
			bail!("{url} does not offer {method}: ask another node, or allow it there")
		},
		Some(Err(error)) => {
			Err(error).with_context(|| format!("{url} does not answer {method} as a node does"))
		},
		None => bail!("{url} did not answer {method} in {} s", REQUEST.as_secs()),
	}
}

async fn within<T>(work: impl Future<Output = T>) -> Option<T> {
	tokio::time::timeout(REQUEST, work).await.ok()
}

/// Fails if the node says that it lacks a method that is needed. One that does not list its methods is taken at its word later.
async fn methods(rpc: &RpcClient, url: &str) -> Result<()> {
	let listed: Json = match call(rpc, url, "rpc_methods", &[]).await {
		Ok(listed) => listed,
		Err(error) if error.to_string().contains("does not offer") => return Ok(()),
		Err(error) => return Err(error),
	};
	let Some(listed) = listed.get("methods").and_then(Json::as_array) else { return Ok(()) };
	for method in NEEDED {
		ensure!(
			listed.iter().any(|name| name.as_str() == Some(method)),
			"{url} does not offer {method}: ask another node, or allow it there"
		);
	}
	Ok(())
}

/// Fails if the node is still syncing: what it says is of long ago. It has a few seconds, as it also says so for a moment
/// whenever it fell behind a little.
async fn synced(rpc: &RpcClient, url: &str) -> Result<()> {
	for _ in 0..3 {
		let Ok(health) = call::<Json>(rpc, url, "system_health", &[]).await else { return Ok(()) };
		if health.get("isSyncing").and_then(Json::as_bool) != Some(true) {
			return Ok(());
		}
		tokio::time::sleep(Duration::from_secs(2)).await;
	}
	let state = call::<Json>(rpc, url, "system_syncState", &[]).await.unwrap_or_default();
	let at = |name: &str| state.get(name).map_or_else(|| "?".to_string(), Json::to_string);
	bail!(
		"{url} is still syncing, at block {} of {}: ask again when it is done",
		at("currentBlock"),
		at("highestBlock")
	)
}

/// The newest metadata that this program reads.
async fn metadata(rpc: &RpcClient, url: &str) -> Result<Metadata> {
	let unusable = || format!("the metadata of {url} cannot be used");
	let mut bytes = None;
	for version in [16u8, 15] {
		let params = [json!("Metadata_metadata_at_version"), json!(hex(&[version, 0, 0, 0]))];
		let answer: String = match call(rpc, url, "state_call", &params).await {
			Ok(answer) => answer,
			Err(error) if error.to_string().contains("did not answer") => return Err(error),
			// A runtime without the function, or a node without state_call: the older way is asked next.
			Err(_) => continue,
		};
		if let Some(Some(opaque)) =
			unhex(&answer).and_then(|some| Option::<Vec<u8>>::decode(&mut &some[..]).ok())
		{
			bytes = Some(opaque);
			break;
		}
	}
	let bytes = match bytes {
		Some(bytes) => bytes,
		None => {
			let answer: String = call(rpc, url, "state_getMetadata", &[]).await?;
			unhex(&answer).with_context(unusable)?
		},
	};
	let metadata = Metadata::decode(&mut &bytes[..]).with_context(unusable)?;
	sane(&metadata).with_context(unusable)?;
	Ok(metadata)
}

/// Fails for types that no program can have, and on which a decoder would not come to an end.
fn sane(metadata: &Metadata) -> Result<()> {
	let types = metadata.types();
	let hashing = metadata.pallet_by_name("System").and_then(|it| it.associated_type_id("Hashing"));
	if let Some(id) = hashing {
		ensure!(types.resolve(id).is_some(), "the type of its hash is missing");
	}
	let mut known = HashMap::new();
	types.types.iter().try_for_each(|ty| height(ty.id, types, &mut known, 0).map(|_| ()))
}

/// How many types the type `id` has within each other, itself counted, where no value decides whether they end. `above` are those
/// that it is in.
fn height(
	id: u32,
	types: &PortableRegistry,
	known: &mut HashMap<u32, u32>,
	above: u32,
) -> Result<u32> {
	if let Some(height) = known.get(&id) {
		return Ok(*height);
	}
	ensure!(above < DEPTH, "a type contains itself, or others without end");
	let parts: Vec<u32> = match types.resolve(id).map(|ty| &ty.type_def) {
		Some(TypeDef::Composite(of)) => of.fields.iter().map(|field| field.ty.id).collect(),
		Some(TypeDef::Tuple(of)) => of.fields.iter().map(|field| field.id).collect(),
		Some(TypeDef::Array(of)) => vec![of.type_param.id],
		Some(TypeDef::Compact(of)) => vec![of.type_param.id],
		_ => vec![],
	};
	let mut highest = 0;
	for part in parts {
		highest = highest.max(height(part, types, known, above + 1)?);
	}
	ensure!(highest < DEPTH, "a type contains others without end");
	known.insert(id, highest + 1);
	Ok(highest + 1)
}

/// Goes through the value of type `id` at the start of `input`, of which `left` parts may still come. Fails where a decoder would
/// take more memory or stack than there is: lists that are said to be longer than they are, values within values without end.
fn walk(
	input: &mut &[u8],
	id: u32,
	types: &PortableRegistry,
	depth: u32,
	left: &mut u32,
) -> Result<()> {
	ensure!(depth < DEPTH, "there are values within values without end");
	*left = left.checked_sub(1).context("there is a value without end")?;
	let ty = types.resolve(id).context("a type is missing")?;
	let (parts, times): (Vec<u32>, u32) = match &ty.type_def {
		TypeDef::Composite(of) => (of.fields.iter().map(|field| field.ty.id).collect(), 1),
		TypeDef::Tuple(of) => (of.fields.iter().map(|field| field.id).collect(), 1),
		TypeDef::Array(of) => (vec![of.type_param.id], of.len),
		TypeDef::Sequence(of) => (vec![of.type_param.id], Compact::<u32>::decode(input)?.0),
		TypeDef::Variant(of) => {
			let index = u8::decode(input)?;
			let found = of.variants.iter().find(|variant| variant.index == index);
			let found = found.context("there is a value of no variant")?;
			(found.fields.iter().map(|field| field.ty.id).collect(), 1)
		},
		_ => {
			decode_as_type(input, id, types)?;
			return Ok(());
		},
	};
	for _ in 0..times {
		for part in &parts {
			walk(input, *part, types, depth + 1, left)?;
		}
	}
	Ok(())
}

/// `bytes` as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
	let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
	format!("0x{digits}")
}

/// The bytes that `text` has the hexadecimal digits of.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
	let digits = text.strip_prefix("0x")?.as_bytes();
	if !digits.len().is_multiple_of(2) {
		return None;
	}
	let digit = |digit: u8| char::from(digit).to_digit(16);
	digits
		.chunks_exact(2)
		.map(|pair| match pair {
			[high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
			_ => None,
		})
		.collect()
}

/// The number in `value`, through the single-field types around it.
pub fn number(value: &Value) -> Option<u64> {
	match &value.value {
		ValueDef::Primitive(primitive) => {
			primitive.as_u128().and_then(|number| u64::try_from(number).ok())
		},
		ValueDef::Composite(fields) if fields.len() == 1 => fields.values().next().and_then(number),
		_ => None,
	}
}

/// All bytes in `value`, in order, through the types around them.
pub fn all_bytes(value: &Value) -> Vec<u8> {
	match &value.value {
		ValueDef::Primitive(primitive) => {
			primitive.as_u128().and_then(|number| u8::try_from(number).ok()).into_iter().collect()
		},
		ValueDef::Composite(fields) => fields.values().flat_map(all_bytes).collect(),
		_ => vec![],
	}
}

/// The name of the variant that `value` is.
pub fn variant(value: &Value) -> Option<&str> {
	match &value.value {
		ValueDef::Variant(variant) => Some(&variant.name),
		_ => None,
	}
}

/// How many elements a list has, through the single-field types around it.
pub fn elements(value: &Value) -> usize {
	match &value.value {
		ValueDef::Composite(Composite::Unnamed(values)) => match values.as_slice() {
			[only] if matches!(&only.value, ValueDef::Composite(Composite::Unnamed(_))) => {
				elements(only)
			},
			all => all.len(),
		},
		_ => 0,
	}
}

/// All fields named `name` in `value` and in what it is made of.
pub fn fields<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
	let mut found = vec![];
	let mut waiting = vec![value];
	while let Some(value) = waiting.pop() {
		let composite = match &value.value {
			ValueDef::Composite(composite) => composite,
			ValueDef::Variant(variant) => &variant.values,
			_ => continue,
		};
		if let Composite::Named(named) = composite {
			found.extend(named.iter().filter(|(field, _)| field == name).map(|(_, field)| field));
		}
		waiting.extend(composite.values());
	}
	found
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::examples::named;
	use crate::examples::uint;
	use crate::examples::value;
	use scale_info::form::PortableForm;
	use scale_info::Path;
	use scale_info::PortableType;
	use scale_info::Type;
	use scale_info::TypeDefArray;
	use scale_info::TypeDefPrimitive;
	use scale_info::TypeDefSequence;
	use scale_info::TypeDefTuple;

	#[test]
	fn hexadecimal_digits_are_read_and_written() {
		assert_eq!(hex(&[0, 171, 255]), "0x00abff");
		assert_eq!(unhex("0x00ABff"), Some(vec![0, 171, 255]));
		assert_eq!(unhex("0x"), Some(vec![]));
		for wrong in ["", "00", "0x0", "0xzz", "0xé"] {
			assert_eq!(unhex(wrong), None, "{wrong}");
		}
	}

	#[test]
	fn a_version_is_read_with_its_apis() {
		let json = json!({
			"specName": "a chain", "specVersion": 7, "stateVersion": 1,
			"apis": [["0xd7bdd8a272ca0d65", 2], ["no version"]],
		});
		let version = Version::of(&json).unwrap_or_default();
		assert_eq!((version.spec_version, version.system_version), (7, Some(1)));
		assert_eq!(version.api("0xd7bdd8a272ca0d65"), Some(2));
		assert_eq!(version.api("0xdf6acb689907609b"), None);
		assert_eq!(Version::of(&json!({"specName": 1})), None);
	}

	#[test]
	fn fields_are_found_however_deep() {
		let schedule = named(vec![("starting_block", uint(5))]);
		let list = value(ValueDef::Composite(Composite::Unnamed(vec![schedule.clone(), schedule])));
		let found = fields(&list, "starting_block");
		assert_eq!(found.into_iter().filter_map(number).collect::<Vec<_>>(), [5, 5]);
	}

	fn list(of: u32) -> TypeDef<PortableForm> {
		TypeDef::Sequence(TypeDefSequence::new(of.into()))
	}

	/// Whether `bytes`, as the last of `types`, may be decoded.
	fn walked(types: Vec<TypeDef<PortableForm>>, bytes: &[u8]) -> Result<()> {
		let last = u32::try_from(types.len())? - 1;
		let whole = |def| Type::new(Path::default(), vec![], def, vec![]);
		let types = (0..).zip(types).map(|(id, def)| PortableType::new(id, whole(def))).collect();
		walk(&mut &*bytes, last, &PortableRegistry { types }, 0, &mut 1000)
	}

	#[test]
	fn types_are_not_within_each_other_without_end() {
		let within = |count: u32| -> Result<u32> {
			let parts =
				(0..count).map(|id| TypeDefTuple::<PortableForm> { fields: vec![(id + 1).into()] });
			let types = (0..).zip(parts).map(|(id, def)| PortableType::new(id, def.into()));
			let types = PortableRegistry { types: types.collect() };
			let mut known = HashMap::new();
			// From the innermost on.
			(0..count).rev().try_fold(0, |_, id| height(id, &types, &mut known, 0))
		};
		assert_eq!(within(50).ok(), Some(51));
		assert!(within(5000).is_err());
	}

	#[test]
	fn a_list_is_as_long_as_what_is_there() {
		let bytes = || vec![TypeDef::Primitive(TypeDefPrimitive::U8), list(0)];
		assert!(walked(bytes(), &[8, 1, 2]).is_ok());
		assert!(walked(bytes(), &[8, 1]).is_err());
		assert!(walked(bytes(), &[254, 255, 255, 255, 1]).is_err());
	}

	#[test]
	fn nothing_is_not_repeated_without_end() {
		let nothings = |count: u32| -> Vec<TypeDef<PortableForm>> {
			let nothing = TypeDef::Tuple(TypeDefTuple { fields: vec![] });
			vec![nothing, TypeDef::Array(TypeDefArray::new(count, 0u32.into()))]
		};
		assert!(walked(nothings(5), &[]).is_ok());
		assert!(walked(nothings(u32::MAX), &[]).is_err());
	}

	#[test]
	fn values_are_not_within_each_other_without_end() {
		assert!(walked(vec![list(0)], &[4, 4, 0]).is_ok());
		assert!(walked(vec![list(0)], &[4; 500]).is_err());
	}
}
