//! The parts every way of running shares: database, executor, transaction pool, import queue.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use cumulus_client_consensus_aura::equivocation_import_queue;
use cumulus_client_consensus_common::ParachainBlockImport as TParachainBlockImport;
use cumulus_client_service::ParachainHostFunctions;
use parachain_template_runtime::opaque::Block;
use parachain_template_runtime::RuntimeApi;
use polkadot_sdk::*;
use sc_chain_spec::BuildGenesisBlock;
use sc_chain_spec::GenesisBlockBuilder;
use sc_client_api::Backend;
use sc_executor::HeapAllocStrategy;
use sc_executor::WasmExecutor;
use sc_executor::DEFAULT_HEAP_ALLOC_STRATEGY;
use sc_service::Configuration;
use sc_service::PartialComponents;
use sc_service::TFullBackend;
use sc_service::TFullClient;
use sc_telemetry::Telemetry;
use sc_telemetry::TelemetryWorker;
use sc_telemetry::TelemetryWorkerHandle;
use sp_blockchain::HeaderBackend;
use sp_consensus_aura::sr25519::AuthorityPair;
use sp_core::storage::Storage;
use sp_runtime::traits::Block as BlockT;
use std::sync::Arc;

/// Runs the runtime's wasm. Its host functions include the one that tells how large the proof has become.
pub type ParachainExecutor = WasmExecutor<ParachainHostFunctions>;
/// The chain as the node knows it.
pub type ParachainClient = TFullClient<Block, RuntimeApi, ParachainExecutor>;
/// The database.
pub type ParachainBackend = TFullBackend<Block>;
/// Imports blocks: this node's own and those of others.
pub type ParachainBlockImport =
	TParachainBlockImport<Block, Arc<ParachainClient>, ParachainBackend>;
/// The pool of transactions, aware of forks.
pub type TransactionPool = sc_transaction_pool::TransactionPoolHandle<Block, ParachainClient>;

/// The parts that are not everyone's.
pub struct Rest {
	/// Imports this node's own blocks.
	pub block_import: ParachainBlockImport,
	/// Reports to the telemetry servers, if there are any.
	pub telemetry: Option<Telemetry>,
	/// Lets the relay chain's node report there too.
	pub telemetry_worker: Option<TelemetryWorkerHandle>,
}

/// All parts, enough for the commands that work on the database alone.
pub type Components = PartialComponents<
	ParachainClient,
	ParachainBackend,
	(),
	sc_consensus::DefaultImportQueue<Block>,
	TransactionPool,
	Rest,
>;

/// Opens the database and puts the parts together.
///
/// Fails if the database cannot be opened or belongs to another chain.
pub fn new_partial(config: &Configuration) -> Result<Components, sc_service::Error> {
	let base_path = config.base_path.path();
	std::fs::create_dir_all(base_path).map_err(|error| {
		let path = base_path.display();
		sc_service::Error::Other(format!(
			"the base path `{path}` cannot be made a directory: {error}"
		))
	})?;
	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;

	let heap_pages =
		config.executor.default_heap_pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |extra_pages| {
			HeapAllocStrategy::Static { extra_pages: extra_pages as u32 }
		});
	let executor = ParachainExecutor::builder()
		.with_execution_method(config.executor.wasm_method)
		.with_onchain_heap_alloc_strategy(heap_pages)
		.with_offchain_heap_alloc_strategy(heap_pages)
		.with_max_runtime_instances(config.executor.max_runtime_instances)
		.with_runtime_cache_size(config.executor.runtime_cache_size)
		.build();

	let backend = sc_service::new_db_backend(config.db_config())?;
	let genesis = config
		.chain_spec
		.as_storage_builder()
		.build_storage()
		.map_err(sp_blockchain::Error::Storage)?;
	check_genesis(config, &backend, &genesis, &executor)?;
	let genesis_block_builder = GenesisBlockBuilder::new_with_storage(
		genesis,
		!config.no_genesis(),
		backend.clone(),
		executor.clone(),
	)?;
	// Imports record the proof as they go: without it the runtime could not give back what a transaction did not use.
	let (client, backend, keystore_container, task_manager) =
		sc_service::new_full_parts_with_genesis_builder::<Block, RuntimeApi, _, _>(
			config,
			telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor,
			backend,
			genesis_block_builder,
			true,
		)?;
	let client = Arc::new(client);

	let telemetry_worker = telemetry.as_ref().map(|(worker, _)| worker.handle());
	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});

	let transaction_pool = Arc::from(
		sc_transaction_pool::Builder::new(
			task_manager.spawn_essential_handle(),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);

	let block_import = ParachainBlockImport::new(client.clone(), backend.clone());
	let import_queue =
		equivocation_import_queue::fully_verifying_import_queue::<AuthorityPair, _, _, _, _>(
			client.clone(),
			block_import.clone(),
			|_, ()| async { Ok(sp_timestamp::InherentDataProvider::from_system_time()) },
			&task_manager.spawn_essential_handle(),
			config.prometheus_registry(),
			telemetry.as_ref().map(|telemetry| telemetry.handle()),
		);

	Ok(PartialComponents {
		backend,
		client,
		import_queue,
		keystore_container,
		task_manager,
		transaction_pool,
		select_chain: (),
		other: Rest { block_import, telemetry, telemetry_worker },
	})
}

/// The SDK takes whatever genesis a database has. This refuses a database whose chain is not the one asked for, before
/// anything is written to it.
fn check_genesis(
	config: &Configuration,
	backend: &Arc<ParachainBackend>,
	genesis: &Storage,
	executor: &ParachainExecutor,
) -> Result<(), sc_service::Error> {
	let Some(found) = backend.blockchain().hash(0)? else {
		// The database is empty.
		return Ok(());
	};
	let (block, _) = GenesisBlockBuilder::<Block, _, _>::new_with_storage(
		genesis.clone(),
		false,
		backend.clone(),
		executor.clone(),
	)?
	.build_genesis_block()?;
	let asked_for = block.header().hash();
	if found == asked_for {
		return Ok(());
	}
	Err(sc_service::Error::Other(format!(
		"the database in `{}` belongs to another chain: its genesis is {found:?}, that of `{}` is {asked_for:?}. \
		 Use another --base-path, or remove it with `purge-chain`",
		config.base_path.path().display(),
		config.chain_spec.id(),
	)))
}
