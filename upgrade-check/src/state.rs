//! A chain's state in memory, and runtimes that are called on it.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::anyhow;
use anyhow::Context;
use anyhow::Result;
use codec::Decode;
use codec::Encode;
use cumulus_client_service::ParachainHostFunctions;
use frame_metadata::v15::RuntimeMetadataV15;
use frame_metadata::RuntimeMetadata;
use frame_metadata::RuntimeMetadataPrefixed;
use polkadot_sdk::*;
use sc_executor::HeapAllocStrategy;
use sc_executor::WasmExecutor;
use sp_core::storage::StateVersion;
use sp_core::storage::Storage;
use sp_core::traits::CallContext;
use sp_core::traits::ReadRuntimeVersion;
use sp_core::traits::RuntimeCode;
use sp_core::traits::WrappedRuntimeCode;
use sp_core::H256;
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::prove_execution_on_trie_backend;
use sp_state_machine::Backend;
use sp_state_machine::BasicExternalities;
use sp_state_machine::InMemoryBackend;
use sp_state_machine::OverlayedChanges;
use sp_state_machine::StateMachine;
use sp_version::RuntimeVersion;

/// The metadata that runtimes have had since 2023, and the last whose types are those of one registry.
const METADATA_VERSION: u32 = 15;

/// What a call changed.
pub type Changes = OverlayedChanges<BlakeTwo256>;
/// Runs wasm with the host functions that collators have: a runtime that asks for another one would stop them.
type Executor = WasmExecutor<ParachainHostFunctions>;

fn executor() -> Executor {
	Executor::builder()
		// Checks of a whole state take more memory than a block may.
		.with_offchain_heap_alloc_strategy(HeapAllocStrategy::Dynamic { maximum_pages: None })
		.build()
}

/// A runtime's wasm, compressed or not.
pub struct Runtime {
	/// The wasm.
	pub code: Vec<u8>,
	/// The version that is written in it.
	pub version: RuntimeVersion,
	hash: Vec<u8>,
}

impl Runtime {
	/// Fails if the code has no version.
	pub fn new(code: Vec<u8>) -> Result<Self> {
		let version = executor()
			.read_runtime_version(&code, &mut BasicExternalities::new_empty())
			.map_err(|error| anyhow!(error))?;
		let version = RuntimeVersion::decode(&mut &version[..])?;
		let hash = sp_crypto_hashing::blake2_256(&code).to_vec();
		Ok(Self { code, version, hash })
	}

	/// Whether it has a runtime API of that name.
	pub fn has_api(&self, name: &str) -> bool {
		// An API's id is the hash of its name: see `decl_runtime_apis!`.
		self.version.api_version(&sp_crypto_hashing::blake2_64(name.as_bytes())).is_some()
	}
}

/// A chain's state.
pub struct State {
	backend: InMemoryBackend<BlakeTwo256>,
	version: StateVersion,
	executor: Executor,
}

impl State {
	/// Builds the tries of what is stored.
	pub fn new(storage: Storage, version: StateVersion) -> Self {
		Self { backend: (storage, version).into(), version, executor: executor() }
	}

	/// The root of the trie.
	pub fn root(&self) -> H256 {
		*self.backend.root()
	}

	/// What is stored under a key.
	pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
		self.backend.storage(key).map_err(|error| anyhow!(error))
	}

	/// Stores a value.
	pub fn set(&mut self, key: Vec<u8>, value: Vec<u8>) {
		self.backend.insert(vec![(None, vec![(key, Some(value))])], self.version);
	}

	/// Calls a runtime; returns what it returned and what it would change.
	pub fn call(&self, runtime: &Runtime, method: &str, data: &[u8]) -> Result<(Vec<u8>, Changes)> {
		let fetcher = WrappedRuntimeCode(runtime.code.as_slice().into());
		let code =
			RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: runtime.hash.clone() };
		let mut changes = Changes::default();
		let result = StateMachine::new(
			&self.backend,
			&mut changes,
			&self.executor,
			method,
			data,
			&mut Default::default(),
			&code,
			CallContext::Offchain,
		)
		.execute()
		.map_err(|error| anyhow!("{error}"))?;
		Ok((result, changes))
	}

	/// Calls a runtime; returns what it returned and the size of the proof of what it read, compact, in bytes.
	pub fn prove(&self, runtime: &Runtime, method: &str, data: &[u8]) -> Result<(Vec<u8>, usize)> {
		let fetcher = WrappedRuntimeCode(runtime.code.as_slice().into());
		let code =
			RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: runtime.hash.clone() };
		let (result, proof) = prove_execution_on_trie_backend(
			&self.backend,
			&mut Changes::default(),
			&self.executor,
			method,
			data,
			&code,
			&mut Default::default(),
		)
		.map_err(|error| anyhow!("{error}"))?;
		let size = proof
			.encoded_compact_size::<BlakeTwo256>(self.root())
			.context("the proof of what was read is not whole")?;
		Ok((result, size))
	}

	/// Makes a call's changes.
	pub fn apply(&mut self, mut changes: Changes) -> Result<()> {
		let changes = changes
			.drain_storage_changes(&self.backend, self.version)
			.map_err(|error| anyhow!(error))?;
		self.backend.apply_transaction(changes.transaction_storage_root, changes.transaction);
		Ok(())
	}

	/// The keys whose value a call's changes would make another one. Child tries are not looked into.
	pub fn altered(&self, mut changes: Changes) -> Result<Vec<Vec<u8>>> {
		let changes = changes
			.drain_storage_changes(&self.backend, self.version)
			.map_err(|error| anyhow!(error))?;
		let mut keys = Vec::new();
		for (key, value) in changes.main_storage_changes {
			if self.get(&key)? != value {
				keys.push(key);
			}
		}
		Ok(keys)
	}

	/// A runtime's metadata, or `None` if it has none of the version that is read here.
	pub fn metadata(&self, runtime: &Runtime) -> Result<Option<RuntimeMetadataV15>> {
		let call = self.call(runtime, "Metadata_metadata_at_version", &METADATA_VERSION.encode());
		// A runtime from before 2023 has no such method.
		let Ok((encoded, _)) = call else { return Ok(None) };
		let Some(metadata) = Option::<Vec<u8>>::decode(&mut &encoded[..])? else {
			return Ok(None);
		};
		match RuntimeMetadataPrefixed::decode(&mut &metadata[..])?.1 {
			RuntimeMetadata::V15(metadata) => Ok(Some(metadata)),
			_ => Ok(None),
		}
	}
}
