//! One connection to one node: reads blocks and storage, submits transactions, names what was refused and why.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::one_line;
use anyhow::anyhow;
use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use codec::Decode;
use codec::Encode;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;
use subxt::backend::LegacyBackend;
use subxt::config::substrate::DigestItem;
use subxt::config::DefaultExtrinsicParamsBuilder;
use subxt::config::Hasher;
use subxt::config::RpcConfigFor;
use subxt::dynamic::At;
use subxt::error::BackendError;
use subxt::error::DispatchError;
use subxt::error::ExtrinsicError;
use subxt::error::RpcError;
use subxt::events::Events;
use subxt::events::Phase;
use subxt::ext::frame_decode::storage::decode_storage_value;
use subxt::ext::scale_decode::IntoVisitor;
use subxt::ext::scale_value::Composite;
use subxt::ext::scale_value::ValueDef;
use subxt::rpcs;
use subxt::rpcs::LegacyRpcMethods;
use subxt::rpcs::RpcClient;
use subxt::tx::DynamicPayload;
use subxt::tx::Payload;
use subxt::tx::TransactionStatus;
use subxt::utils::AccountId32;
use subxt::ArcMetadata;
use subxt::OnlineClient;
use subxt::OnlineClientAtBlock;
use subxt::PolkadotConfig;
use subxt_signer::sr25519::Keypair;

pub use subxt_signer::sr25519::dev as keys;

/// The hash of a block.
pub type Hash = subxt::utils::H256;
/// The header of a block.
pub type Header = <PolkadotConfig as subxt::Config>::Header;
/// A value as the chain's own metadata describes it.
pub type Value = subxt::dynamic::Value;
/// A call, made from its arguments' values.
pub type Call = DynamicPayload<Composite<()>>;
/// The client library's view of a block, with the metadata of the runtime in its state.
pub type AtBlock = OnlineClientAtBlock<PolkadotConfig>;

/// Aura's name in a block's digest.
const AURA: [u8; 4] = *b"aura";
/// How often a condition is looked at that no subscription reports.
pub const POLL: Duration = Duration::from_millis(500);
/// How long one attempt to connect may take; a relay chain's metadata is a megabyte.
const ATTEMPT: Duration = Duration::from_secs(20);
/// How long a transaction may take until it is in a block, or final. A dozen blocks of the slowest stage.
const TRANSACTION: Duration = Duration::from_secs(180);

/// A connection to a node of either chain.
#[derive(Clone)]
pub struct Chain {
	url: String,
	api: OnlineClient<PolkadotConfig>,
	rpc: LegacyRpcMethods<RpcConfigFor<PolkadotConfig>>,
	runtime: AtBlock,
}

/// What an account owns, in the token's smallest unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
	/// How many transactions it sent.
	pub nonce: u32,
	/// What it can use.
	pub free: u128,
	/// What is set aside, holds included.
	pub reserved: u128,
}

/// An entry of `Timelock.Locks`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
	/// The lock's number, which no other has.
	pub id: u32,
	/// What is held, in the token's smallest unit.
	pub amount: u128,
	/// The first tick of the pallet's clock at which it can be opened.
	pub opens_at: u32,
	/// Whom the amount goes to, if not back to its owner.
	pub beneficiary: Option<AccountId32>,
}

/// Where the node has to have a transaction before [`Chain::submit`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
	/// In a block of the best chain; another block may replace it.
	InBlock,
	/// In a finalized block.
	Final,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
	/// It is in this block and did what it asked for.
	Done(Hash),
	/// It is in a block and failed there.
	Failed {
		/// The block it is in: it paid its fee and changed nothing else.
		block: Hash,
		/// Who refused it and why, as in `Timelock.TooEarly` or `Token.FundsUnavailable`.
		error: String,
	},
	/// The node did not take it, or dropped it: the node's words, as in `Invalid Transaction: Transaction has a bad
	/// signature`.
	Refused(String),
}

impl Outcome {
	/// The block in which `what` was done; an error that says why not otherwise.
	pub fn done(self, what: &str) -> Result<Hash> {
		match self {
			Outcome::Done(block) => Ok(block),
			other => bail!("{what} should have been done, and was {other}"),
		}
	}

	/// The block in which `what` failed, and the name of the error.
	pub fn failed(self, what: &str) -> Result<(Hash, String)> {
		match self {
			Outcome::Failed { block, error } => Ok((block, error)),
			other => bail!("{what} should have failed in a block, and was {other}"),
		}
	}

	/// The words with which the node refused `what`.
	pub fn refused(self, what: &str) -> Result<String> {
		match self {
			Outcome::Refused(reason) => Ok(reason),
			other => bail!("{what} should have been refused by the node, and was {other}"),
		}
	}
}

impl std::fmt::Display for Outcome {
	fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		match self {
			Outcome::Done(block) => write!(out, "done in block {block}"),
			Outcome::Failed { block, error } => write!(out, "failed in block {block}: {error}"),
			Outcome::Refused(reason) => write!(out, "refused: {reason}"),
		}
	}
}

impl Chain {
	/// Connects to the node at `url` (`ws://host:port`), trying again for as long as `patience` lasts.
	pub async fn connect(url: &str, patience: Duration) -> Result<Self> {
		let started = Instant::now();
		loop {
			let cause = match tokio::time::timeout(ATTEMPT, Self::connect_once(url)).await {
				Ok(Ok(chain)) => return Ok(chain),
				Ok(Err(cause)) => one_line(&cause),
				Err(_) => format!("no reply in {} s", ATTEMPT.as_secs()),
			};
			if started.elapsed() >= patience {
				bail!("nothing answers on {url}: start the network with scripts/run.sh ({cause})");
			}
			tokio::time::sleep(POLL).await;
		}
	}

	async fn connect_once(url: &str) -> Result<Self> {
		let client = RpcClient::from_insecure_url(url).await?;
		// Historic types are only for metadata before version 14.
		let config = PolkadotConfig::builder().use_historic_types(false).build();
		// Its methods tell why a transaction is refused, and read every block whose state the node has.
		let backend = Arc::new(LegacyBackend::builder().build(client.clone()));
		let api = OnlineClient::from_backend_with_config(config, backend).await?;
		let rpc = LegacyRpcMethods::new(client);
		let best = rpc.chain_get_block_hash(None).await?.context("the node has no best block")?;
		let runtime = api.at_block(best).await?;
		Ok(Self { url: url.to_string(), api, rpc, runtime })
	}

	/// The node's address.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// The client library's view of the node, for what has no method here.
	pub fn api(&self) -> &OnlineClient<PolkadotConfig> {
		&self.api
	}

	/// The node's plain RPC methods.
	pub fn rpc(&self) -> &LegacyRpcMethods<RpcConfigFor<PolkadotConfig>> {
		&self.rpc
	}

	/// The runtime that was current when the connection was made, in the state of the best block: transactions are signed
	/// for it, and constants are its own.
	pub fn runtime(&self) -> &AtBlock {
		&self.runtime
	}

	/// The version of [`Chain::runtime`].
	pub fn spec_version(&self) -> u32 {
		self.runtime.spec_version()
	}

	/// The runtime that made the block `at`, which decodes the block's events and state: the one in the state of its parent.
	/// The block that puts a new runtime in place has the new code in its state, beside the old one's events. It takes a
	/// runtime with a `system_version` below 3, and an upgrade that raises `spec_version`.
	pub async fn made_by(&self, at: Hash) -> Result<AtBlock> {
		let header = self.header(at).await?;
		let (block, number) = match header.number.checked_sub(1) {
			Some(parent) => (header.parent_hash, parent),
			None => (at, 0),
		};
		let runtime = self.api.at_block_hash_and_number(block, number).await;
		runtime.with_context(|| format!("reading the runtime of {at:?} from {}", self.url))
	}

	/// The hash of `bytes`, as the chain hashes headers, transactions and code.
	pub fn hash(&self, bytes: &[u8]) -> Hash {
		self.runtime.hasher().hash(bytes)
	}

	/// The hash of `header`.
	pub fn hash_of(&self, header: &Header) -> Hash {
		self.hash(&header.encode())
	}

	/// The header of the block `at`.
	pub async fn header(&self, at: Hash) -> Result<Header> {
		let header = self.rpc.chain_get_header(Some(at)).await.with_context(|| self.lost())?;
		header.with_context(|| format!("{} does not know the block {at:?}", self.url))
	}

	/// The header of the best block.
	pub async fn best(&self) -> Result<Header> {
		let header = self.rpc.chain_get_header(None).await.with_context(|| self.lost())?;
		header.with_context(|| format!("{} has no best block", self.url))
	}

	/// Waits until the best block is that high, for `patience` at most.
	pub async fn reach(&self, height: u32, patience: Duration) -> Result<()> {
		let started = Instant::now();
		loop {
			let best = self.best().await?.number;
			if best >= height.into() {
				return Ok(());
			}
			ensure!(
				started.elapsed() < patience,
				"{} is at #{best} after {} s, not at #{height}",
				self.url,
				patience.as_secs()
			);
			tokio::time::sleep(POLL).await;
		}
	}

	/// The hash of the last finalized block.
	pub async fn finalized_hash(&self) -> Result<Hash> {
		self.rpc.chain_get_finalized_head().await.with_context(|| self.lost())
	}

	/// The header of the last finalized block.
	pub async fn finalized(&self) -> Result<Header> {
		self.header(self.finalized_hash().await?).await
	}

	/// The value of `pallet.entry` for `keys` in the state of block `at`; `None` where nothing is stored.
	pub async fn storage(
		&self,
		at: Hash,
		pallet: &str,
		entry: &str,
		keys: Vec<Value>,
	) -> Result<Option<Value>> {
		let reading = || format!("reading {pallet}.{entry} from {}", self.url);
		let runtime = self.made_by(at).await.with_context(reading)?;
		let key = runtime.storage().entry((pallet, entry)).and_then(|entry| entry.fetch_key(keys));
		let key = key.with_context(reading)?;
		// The library's own reading takes the default for what is not stored.
		let found = self.rpc.state_get_storage(&key, Some(at)).await.with_context(reading)?;
		let Some(bytes) = found else { return Ok(None) };
		let metadata = runtime.metadata_ref();
		let (types, visitor) = (metadata.types(), Value::into_visitor());
		let value = decode_storage_value(pallet, entry, &mut &bytes[..], metadata, types, visitor);
		value.map(Some).with_context(reading)
	}

	/// The number that `pallet.entry` holds in the state of block `at`; 0 where nothing is stored.
	pub async fn number(&self, at: Hash, pallet: &str, entry: &str) -> Result<u128> {
		match self.storage(at, pallet, entry, vec![]).await? {
			Some(value) => number(&value)
				.with_context(|| format!("{pallet}.{entry} on {} is no number", self.url)),
			None => Ok(0),
		}
	}

	/// The constant `pallet.name` of the runtime.
	pub fn constant(&self, pallet: &str, name: &str) -> Result<Value> {
		let value = self.runtime.constants().entry((pallet, name));
		value.with_context(|| format!("reading the constant {pallet}.{name} of {}", self.url))
	}

	/// The constant `pallet.name` of the runtime, which is a number.
	pub fn constant_number(&self, pallet: &str, name: &str) -> Result<u128> {
		number(&self.constant(pallet, name)?)
			.with_context(|| format!("the constant {pallet}.{name} of {} is no number", self.url))
	}

	/// The events of the block `at`.
	pub async fn events(&self, at: Hash) -> Result<Events<PolkadotConfig>> {
		self.events_by(&self.made_by(at).await?, at).await
	}

	/// The events of the block `at`, which `runtime` made.
	pub async fn events_by(&self, runtime: &AtBlock, at: Hash) -> Result<Events<PolkadotConfig>> {
		let reading = || format!("reading the events of {at:?} from {}", self.url);
		let key = runtime.storage().entry(("System", "Events")).with_context(reading)?.key_prefix();
		let bytes = self.rpc.state_get_storage(&key, Some(at)).await.with_context(reading)?;
		Ok(runtime.events().from_bytes(bytes.unwrap_or_default()))
	}

	/// `Timestamp.Now` of the block `at`, in milliseconds since 1970.
	pub async fn timestamp(&self, at: Hash) -> Result<u64> {
		Ok(u64::try_from(self.number(at, "Timestamp", "Now").await?)?)
	}

	/// The number of the relay block the parachain block `at` was built on.
	pub async fn relay_parent(&self, at: Hash) -> Result<u32> {
		let number = self.number(at, "ParachainSystem", "LastRelayChainBlockNumber").await?;
		Ok(u32::try_from(number)?)
	}

	/// The parachain's id.
	pub async fn para_id(&self) -> Result<u32> {
		let at = self.finalized_hash().await?;
		let id = self.number(at, "ParachainInfo", "ParachainId").await.with_context(|| {
			format!("{} does not answer like a parachain: check --para", self.url)
		})?;
		Ok(u32::try_from(id)?)
	}

	/// How long one collator's turn is, in milliseconds: at each stage also the time between two blocks to expect.
	pub fn slot_duration(&self) -> Result<u64> {
		Ok(u64::try_from(self.constant_number("Aura", "SlotDuration")?)?)
	}

	/// The public keys that take turns in making blocks, in the state of block `at`.
	pub async fn authorities(&self, at: Hash) -> Result<Vec<[u8; 32]>> {
		let value = self.storage(at, "Aura", "Authorities", vec![]).await?;
		let keys = bytes(&value.with_context(|| format!("{} has no Aura.Authorities", self.url))?);
		ensure!(
			!keys.is_empty() && keys.len().is_multiple_of(32),
			"Aura.Authorities are no 32-byte keys"
		);
		Ok(keys
			.chunks_exact(32)
			.map(|chunk| {
				let mut key = [0; 32];
				key.copy_from_slice(chunk);
				key
			})
			.collect())
	}

	/// Which authority made the block: an index into [`Chain::authorities`] of its parent.
	pub async fn author(&self, header: &Header) -> Result<u32> {
		let slot = slot(header).with_context(|| format!("#{} has no slot", header.number))?;
		let authorities = self.authorities(header.parent_hash).await?;
		Ok(u32::try_from(slot % authorities.len() as u64)?)
	}

	/// What `who` owns in the state of block `at`; nothing if there is no such account.
	pub async fn account(&self, at: Hash, who: &AccountId32) -> Result<Account> {
		let Some(value) = self.storage(at, "System", "Account", vec![account_key(who)]).await?
		else {
			return Ok(Account::default());
		};
		let balance = |name: &str| {
			let amount = value.at("data").at(name).and_then(number);
			amount.with_context(|| format!("System.Account has no {name} balance"))
		};
		let nonce = value.at("nonce").and_then(number).context("System.Account has no nonce")?;
		Ok(Account {
			nonce: u32::try_from(nonce)?,
			free: balance("free")?,
			reserved: balance("reserved")?,
		})
	}

	/// The sum of all holds on the account `who` in the state of block `at`, in the token's smallest unit.
	pub async fn held(&self, at: Hash, who: &AccountId32) -> Result<u128> {
		let Some(holds) = self.storage(at, "Balances", "Holds", vec![account_key(who)]).await?
		else {
			return Ok(0);
		};
		entries(&holds)
			.into_iter()
			.map(|hold| find(hold, "amount").and_then(number).context("a hold without an amount"))
			.sum()
	}

	/// The timelocks of the account `who` in the state of block `at`.
	pub async fn locks(&self, at: Hash, who: &AccountId32) -> Result<Vec<Lock>> {
		match self.storage(at, "Timelock", "Locks", vec![account_key(who)]).await? {
			// The list is beside the timebase its moments are read in.
			Some(locks) => {
				entries(find(&locks, "locks").unwrap_or(&locks)).into_iter().map(lock).collect()
			},
			None => Ok(vec![]),
		}
	}

	/// Signs `call` for `signer`, with the nonce that follows what the pool already has. Returns the transaction's bytes.
	pub async fn sign(&self, call: &impl Payload, signer: &Keypair) -> Result<Vec<u8>> {
		let account = signer.public_key().to_account_id();
		let nonce = self.rpc.system_account_next_index(&account).await;
		let nonce = nonce.with_context(|| self.lost())?;
		self.sign_with(call, signer, nonce)
	}

	/// Signs `call` for `signer` with this nonce, and for [`Chain::runtime`], without asking the node. It never expires. Returns
	/// the transaction's bytes.
	pub fn sign_with(&self, call: &impl Payload, signer: &Keypair, nonce: u64) -> Result<Vec<u8>> {
		let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).immortal().build();
		let signable = self.runtime.tx().create_signable_offline(call, params);
		let signed = signable.and_then(|mut signable| signable.sign(signer));
		Ok(signed.with_context(|| format!("making a transaction for {}", self.url))?.into_encoded())
	}

	/// Signs `call` for `signer`, submits it, and waits for what becomes of it, for three minutes at most.
	///
	/// While the node abandons a block for another, it tells a nonce that its pool has already: then this signs again.
	pub async fn submit(
		&self,
		call: &impl Payload,
		signer: &Keypair,
		until: Until,
	) -> Result<Outcome> {
		let started = Instant::now();
		loop {
			let outcome = self.submit_bytes(self.sign(call, signer).await?, until).await?;
			match &outcome {
				Outcome::Refused(reason)
					if reason.contains("Priority is too low")
						&& started.elapsed() < Duration::from_secs(60) =>
				{
					tokio::time::sleep(POLL).await;
				},
				_ => return Ok(outcome),
			}
		}
	}

	/// Submits a transaction as it is, and waits for what becomes of it, for three minutes at most.
	pub async fn submit_bytes(&self, transaction: Vec<u8>, until: Until) -> Result<Outcome> {
		let tx = self.runtime.tx().from_bytes(transaction);
		let mut progress = match tx.submit_and_watch().await {
			Ok(progress) => progress,
			Err(error) => match refusal(&error) {
				Some(reason) => return Ok(Outcome::Refused(reason)),
				None => return Err(error).with_context(|| self.lost()),
			},
		};
		let watch = async {
			while let Some(status) = progress.next().await {
				match status.with_context(|| self.lost())? {
					TransactionStatus::InBestBlock(block) if until == Until::InBlock => {
						return self.outcome(block.block_hash(), tx.hash()).await
					},
					TransactionStatus::InFinalizedBlock(block) => {
						return self.outcome(block.block_hash(), tx.hash()).await
					},
					TransactionStatus::Error { message }
					| TransactionStatus::Invalid { message }
					| TransactionStatus::Dropped { message } => return Ok(Outcome::Refused(message)),
					_ => {},
				}
			}
			Err(anyhow!("{} stopped telling what became of a transaction", self.url))
		};
		tokio::time::timeout(TRANSACTION, watch).await.unwrap_or_else(|_| {
			Err(anyhow!(
				"{} did not get a transaction into a block in {} s: does the chain make blocks?",
				self.url,
				TRANSACTION.as_secs()
			))
		})
	}

	/// What the transaction of hash `transaction` did in `block`. The library would read its events as the block's own state
	/// has the runtime, and name its error as the connection's: neither need be the runtime that made the block.
	async fn outcome(&self, block: Hash, transaction: Hash) -> Result<Outcome> {
		let body = self.rpc.chain_get_block(Some(block)).await.with_context(|| self.lost())?;
		let body = body.with_context(|| format!("{} has no body of {block:?}", self.url))?;
		let mut bodies = body.block.extrinsics.iter();
		let index = bodies.position(|bytes| self.hash(bytes) == transaction);
		let index = index.with_context(|| format!("{transaction:?} is not in {block:?}"))?;
		let phase = Phase::ApplyExtrinsic(u32::try_from(index)?);
		let runtime = self.made_by(block).await?;
		for event in self.events_by(&runtime, block).await?.iter() {
			let event = event.with_context(|| format!("decoding the events of {block:?}"))?;
			if event.phase() == phase
				&& (event.pallet_name(), event.event_name()) == ("System", "ExtrinsicFailed")
			{
				let error = error_name(event.field_bytes(), runtime.metadata())?;
				return Ok(Outcome::Failed { block, error });
			}
		}
		Ok(Outcome::Done(block))
	}

	/// What to say when a request fails that cannot be wrong.
	fn lost(&self) -> String {
		format!("lost {}: the node restarted or ended; see its log", self.url)
	}
}

/// The height of the block: the chains here count them in 32 bits.
pub fn height(header: &Header) -> u32 {
	u32::try_from(header.number).unwrap_or(u32::MAX)
}

/// The slot in which the block was made.
pub fn slot(header: &Header) -> Option<u64> {
	header.digest.logs.iter().find_map(|item| match item {
		DigestItem::PreRuntime(AURA, data) => u64::decode(&mut &data[..]).ok(),
		_ => None,
	})
}

/// The number in `value`, through the single-field types around it.
pub fn number(value: &Value) -> Option<u128> {
	match &value.value {
		ValueDef::Primitive(primitive) => primitive.as_u128(),
		ValueDef::Composite(fields) if fields.len() == 1 => fields.values().next().and_then(number),
		_ => None,
	}
}

/// All bytes in `value`, in order, through the types around them.
pub fn bytes(value: &Value) -> Vec<u8> {
	match &value.value {
		ValueDef::Primitive(primitive) => {
			primitive.as_u128().and_then(|number| u8::try_from(number).ok()).into_iter().collect()
		},
		ValueDef::Composite(fields) => fields.values().flat_map(bytes).collect(),
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

/// `who` as the key of a storage map, or as an account id within a call.
pub fn account_key(who: &AccountId32) -> Value {
	Value::from_bytes(who)
}

/// The call `pallet.name` with these arguments.
pub fn call(pallet: &str, name: &str, arguments: Vec<Value>) -> Call {
	Call::new(pallet, name, Composite::Unnamed(arguments))
}

/// The elements of a list of structs, through the types around it: a bounded list is a struct of one list.
fn entries(value: &Value) -> Vec<&Value> {
	let ValueDef::Composite(Composite::Unnamed(values)) = &value.value else {
		return vec![];
	};
	match values.as_slice() {
		[only] if matches!(&only.value, ValueDef::Composite(Composite::Unnamed(_))) => {
			entries(only)
		},
		all => all.iter().collect(),
	}
}

/// The first field named `name` in `value` or in what it is made of.
fn find<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
	let fields = match &value.value {
		ValueDef::Composite(fields) => fields,
		ValueDef::Variant(variant) => &variant.values,
		_ => return None,
	};
	if let Composite::Named(named) = fields {
		if let Some((_, found)) = named.iter().find(|(field, _)| field == name) {
			return Some(found);
		}
	}
	fields.values().find_map(|field| find(field, name))
}

fn lock(value: &Value) -> Result<Lock> {
	let field = |name: &str| {
		let found = find(value, name).and_then(number);
		found.with_context(|| format!("an entry of Timelock.Locks has no number named {name}"))
	};
	let beneficiary = match find(value, "beneficiary") {
		Some(found) if variant(found) == Some("Some") => {
			let key = bytes(found.at(0).context("an empty beneficiary")?);
			let key = <[u8; 32]>::try_from(key).map_err(|_| anyhow!("a beneficiary is no key"))?;
			Some(AccountId32(key))
		},
		_ => None,
	};
	Ok(Lock {
		id: u32::try_from(field("id")?)?,
		amount: field("amount")?,
		opens_at: u32::try_from(field("opens_at")?)?,
		beneficiary,
	})
}

/// Who refused a call and why, from the fields of its `System.ExtrinsicFailed` and the metadata of the runtime that made the
/// block: `Pallet.Error` for a pallet's own errors.
pub fn error_name(fields: &[u8], metadata: ArcMetadata) -> Result<String> {
	Ok(match DispatchError::decode_from(fields, metadata).context("decoding an error")? {
		DispatchError::Module(module) => match module.details() {
			Ok(details) => format!("{}.{}", details.pallet.name(), details.variant.name),
			Err(_) => module.to_string(),
		},
		DispatchError::Token(token) => format!("Token.{token:?}"),
		DispatchError::Arithmetic(arithmetic) => format!("Arithmetic.{arithmetic:?}"),
		other => format!("{other:?}"),
	})
}

/// The node's words if it refused a transaction; `None` if something else went wrong.
fn refusal(error: &ExtrinsicError) -> Option<String> {
	let ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(RpcError::ClientError(
		rpcs::Error::User(user),
	))) = error
	else {
		return None;
	};
	let details =
		user.data.as_ref().and_then(|data| serde_json::from_str::<String>(data.get()).ok());
	let reason = match details {
		Some(details) => format!("{}: {details}", user.message),
		None => user.message.clone(),
	};
	// A panic of the runtime brings its backtrace along.
	Some(reason.lines().next().unwrap_or_default().to_string())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn uint(number: u128) -> Value {
		Value::u128(number)
	}

	fn list(values: Vec<Value>) -> Value {
		Value::unnamed_composite(values)
	}

	fn entry(id: u128, amount: u128) -> Value {
		Value::named_composite([
			("id", uint(id)),
			("amount", uint(amount)),
			("opens_at", uint(7)),
			("beneficiary", Value::unnamed_variant("None", [])),
		])
	}

	#[test]
	fn numbers_and_bytes_are_read_through_the_types_around_them() {
		assert_eq!(number(&list(vec![list(vec![uint(5)])])), Some(5));
		assert_eq!(number(&list(vec![uint(5), uint(6)])), None);
		assert_eq!(bytes(&list(vec![list(vec![uint(5), uint(255)]), uint(6)])), [5, 255, 6]);
	}

	#[test]
	fn a_bounded_list_of_structs_is_a_list_of_them_whatever_its_length() {
		assert_eq!(entries(&list(vec![list(vec![])])).len(), 0);
		assert_eq!(entries(&list(vec![list(vec![entry(1, 2)])])).len(), 1);
		assert_eq!(entries(&list(vec![list(vec![entry(1, 2), entry(2, 3)])])).len(), 2);
	}

	#[test]
	fn a_lock_is_read_by_the_names_of_its_fields() -> Result<()> {
		let read = lock(&entry(3, 40))?;
		assert_eq!(read, Lock { id: 3, amount: 40, opens_at: 7, beneficiary: None });
		Ok(())
	}
}
