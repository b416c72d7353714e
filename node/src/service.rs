//! Starts a node of the parachain, and the consensus that makes its blocks.
//! Phase 2 edits this file; the parts it puts together are in `components`.
// SPDX-License-Identifier: Apache-2.0

use crate::components::new_partial;
use crate::components::ParachainBackend;
use crate::components::ParachainBlockImport;
use crate::components::ParachainClient;
use crate::components::Rest;
use crate::components::TransactionPool;
use crate::rpc;
use codec::Encode;
use cumulus_client_bootnodes::start_bootnode_tasks;
use cumulus_client_bootnodes::StartBootnodeTasksParams;
use cumulus_client_cli::CollatorOptions;
use cumulus_client_collator::service::CollatorService;
use cumulus_client_consensus_aura::collators::lookahead as aura;
use cumulus_client_consensus_aura::collators::lookahead::Params as AuraParams;
use cumulus_client_service::build_network;
use cumulus_client_service::build_relay_chain_interface;
use cumulus_client_service::prepare_node_config;
use cumulus_client_service::start_relay_chain_tasks;
use cumulus_client_service::BuildNetworkParams;
use cumulus_client_service::DARecoveryProfile;
use cumulus_client_service::ParachainTracingExecuteBlock;
use cumulus_client_service::StartRelayChainTasksParams;
use cumulus_primitives_core::relay_chain::CollatorPair;
use cumulus_primitives_core::relay_chain::ValidationCode;
use cumulus_primitives_core::GetParachainInfo;
use cumulus_primitives_core::ParaId;
use cumulus_relay_chain_interface::OverseerHandle;
use cumulus_relay_chain_interface::RelayChainInterface;
use frame_benchmarking_cli::SUBSTRATE_REFERENCE_HARDWARE;
use futures::FutureExt;
use parachain_template_runtime::opaque::Block;
use parachain_template_runtime::Hash;
use polkadot_sdk::*;
use sc_client_api::Backend;
use sc_consensus::ImportQueue;
use sc_network::config::FullNetworkConfiguration;
use sc_network::NetworkBackend;
use sc_network::NetworkBlock;
use sc_network::NetworkStateInfo;
use sc_network::PeerId;
use sc_service::Configuration;
use sc_service::TaskManager;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_aura::sr25519::AuthorityPair;
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use std::time::Duration;
use substrate_prometheus_endpoint::Registry;

/// Time between two relay blocks.
const RELAY_CHAIN_SLOT_DURATION: Duration = Duration::from_millis(6000);

/// What the command line says about the node beside its configuration.
pub struct Options {
	/// Where the relay chain is.
	pub collator: CollatorOptions,
	/// When to stop because the disk is full.
	pub storage_monitor: sc_storage_monitor::StorageMonitorParams,
	/// How fast this machine is, if that was measured.
	pub hwbench: Option<sc_sysinfo::HwBench>,
}

/// Starts a node: a collator where the configuration's role is authority, a full node otherwise.
///
/// `Net` is the network's implementation. Fails if the database, the relay chain, the network or a port is not to be had.
#[sc_tracing::logging::prefix_logs_with("Parachain")]
pub async fn start_node<Net: NetworkBackend<Block, Hash>>(
	config: Configuration,
	relay_config: Configuration,
	options: Options,
) -> Result<TaskManager, sc_service::Error> {
	let config = prepare_node_config(config);
	let collating = config.role.is_authority();
	let registry = config.prometheus_registry().cloned();
	let fork_id = config.chain_spec.fork_id().map(ToString::to_string);
	let relay_fork_id = relay_config.chain_spec.fork_id().map(ToString::to_string);
	let public_addresses = config.network.public_addresses.clone();
	let advertise_non_global_ips = config.network.allow_non_globals_in_dht;
	let database_path = config.database.path().map(ToOwned::to_owned);

	let parts = new_partial(&config)?;
	let Rest { block_import, mut telemetry, telemetry_worker } = parts.other;
	let client = parts.client;
	let backend = parts.backend;
	let transaction_pool = parts.transaction_pool;
	let keystore = parts.keystore_container.keystore();
	let mut task_manager = parts.task_manager;
	let import_queue = parts.import_queue.service();

	let best = client.info().best_hash;
	let para_id = client
		.runtime_api()
		.parachain_id(best)
		.map_err(|error| sc_service::Error::Application(error.into()))?;

	let (relay_chain_interface, collator_key, relay_chain_network, request_receiver) =
		build_relay_chain_interface(
			relay_config,
			&config,
			telemetry_worker,
			&mut task_manager,
			options.collator.clone(),
			options.hwbench.clone(),
		)
		.await
		.map_err(|error| sc_service::Error::Application(error.into()))?;

	let metrics = Net::register_notification_metrics(registry.as_ref());
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
		build_network(BuildNetworkParams {
			parachain_config: &config,
			net_config: FullNetworkConfiguration::<_, _, Net>::new(
				&config.network,
				registry.clone(),
			),
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			para_id,
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			relay_chain_interface: relay_chain_interface.clone(),
			import_queue: parts.import_queue,
			metrics,
			// `None` takes the policy from `--blocks-pruning`.
			gap_sync_body_policy: None,
		})
		.await?;

	if config.offchain_worker.enabled {
		let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
			runtime_api_provider: client.clone(),
			keystore: Some(keystore.clone()),
			offchain_db: backend.offchain_storage(),
			transaction_pool: Some(OffchainTransactionPoolFactory::new(transaction_pool.clone())),
			network_provider: Arc::new(network.clone()),
			is_validator: collating,
			enable_http_requests: true,
			custom_extensions: |_| vec![],
		})?;
		task_manager.spawn_handle().spawn(
			"offchain-workers-runner",
			"offchain-work",
			workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
		);
	}

	let rpc_builder = {
		let client = client.clone();
		let transaction_pool = transaction_pool.clone();
		Box::new(move |_| rpc::methods(client.clone(), transaction_pool.clone()))
	};
	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		rpc_builder,
		client: client.clone(),
		transaction_pool: transaction_pool.clone(),
		task_manager: &mut task_manager,
		config,
		keystore: keystore.clone(),
		backend: backend.clone(),
		network: network.clone(),
		sync_service: sync_service.clone(),
		system_rpc_tx,
		tx_handler_controller,
		telemetry: telemetry.as_mut(),
		tracing_execute_block: Some(Arc::new(ParachainTracingExecuteBlock::new(client.clone()))),
	})?;

	if let Some(path) = database_path {
		sc_storage_monitor::StorageMonitorService::try_spawn(
			options.storage_monitor,
			path,
			&task_manager.spawn_essential_handle(),
		)
		.map_err(|error| sc_service::Error::Application(error.into()))?;
	}

	if let Some(hwbench) = options.hwbench {
		sc_sysinfo::print_hwbench(&hwbench);
		if let Err(error) = SUBSTRATE_REFERENCE_HARDWARE.check_hardware(&hwbench, false) {
			if collating {
				log::warn!("This machine is slower than a collator's should be: {error}");
			}
		}
		if let Some(telemetry) = &telemetry {
			task_manager.spawn_handle().spawn(
				"telemetry_hwbench",
				None,
				sc_sysinfo::initialize_hwbench_telemetry(telemetry.handle(), hwbench),
			);
		}
	}

	let announce_block: Arc<dyn Fn(Hash, Option<Vec<u8>>) + Send + Sync> = {
		let sync_service = sync_service.clone();
		Arc::new(move |hash, data| sync_service.announce_block(hash, data))
	};
	let overseer_handle = relay_chain_interface
		.overseer_handle()
		.map_err(|error| sc_service::Error::Application(error.into()))?;

	start_relay_chain_tasks(StartRelayChainTasksParams {
		client: client.clone(),
		announce_block: announce_block.clone(),
		para_id,
		relay_chain_interface: relay_chain_interface.clone(),
		task_manager: &mut task_manager,
		da_recovery_profile: if collating {
			DARecoveryProfile::Collator
		} else {
			DARecoveryProfile::FullNode
		},
		import_queue,
		relay_chain_slot_duration: RELAY_CHAIN_SLOT_DURATION,
		recovery_handle: Box::new(overseer_handle.clone()),
		sync_service,
		prometheus_registry: registry.as_ref(),
	})?;

	let collator_peer_id = relay_chain_network.local_peer_id();
	start_bootnode_tasks(StartBootnodeTasksParams {
		embedded_dht_bootnode: options.collator.embedded_dht_bootnode,
		dht_bootnode_discovery: options.collator.dht_bootnode_discovery,
		para_id,
		task_manager: &mut task_manager,
		relay_chain_interface: relay_chain_interface.clone(),
		relay_chain_fork_id: relay_fork_id,
		relay_chain_network,
		request_receiver,
		parachain_network: network,
		advertise_non_global_ips,
		parachain_genesis_hash: client.info().genesis_hash.encode(),
		parachain_fork_id: fork_id,
		parachain_public_addresses: public_addresses,
	});

	if let Some(collator_key) = collator_key.filter(|_| collating) {
		let collation = Collation {
			client,
			block_import,
			transaction_pool,
			keystore,
			relay_chain_interface,
			overseer_handle,
			announce_block,
			para_id,
			collator_key,
			collator_peer_id,
			registry,
			telemetry: telemetry.as_ref().map(|telemetry| telemetry.handle()),
			task_manager: &task_manager,
		};
		start_consensus(collation, backend);
	}

	Ok(task_manager)
}

/// What block production works with.
struct Collation<'a> {
	client: Arc<ParachainClient>,
	block_import: ParachainBlockImport,
	transaction_pool: Arc<TransactionPool>,
	keystore: KeystorePtr,
	relay_chain_interface: Arc<dyn RelayChainInterface>,
	overseer_handle: OverseerHandle,
	announce_block: Arc<dyn Fn(Hash, Option<Vec<u8>>) + Send + Sync>,
	para_id: ParaId,
	collator_key: CollatorPair,
	/// The collator's identity in the relay chain's network.
	collator_peer_id: PeerId,
	registry: Option<Registry>,
	telemetry: Option<sc_telemetry::TelemetryHandle>,
	task_manager: &'a TaskManager,
}

/// Starts making blocks: whenever a relay block arrives, on top of what the relay chain has not included yet.
fn start_consensus(collation: Collation, backend: Arc<ParachainBackend>) {
	let client = collation.client;
	let proposer = sc_basic_authorship::ProposerFactory::new(
		collation.task_manager.spawn_handle(),
		client.clone(),
		collation.transaction_pool,
		collation.registry.as_ref(),
		collation.telemetry,
	);
	let collator_service =
		CollatorService::new(client.clone(), collation.announce_block, client.clone());

	let params = AuraParams {
		create_inherent_data_providers: |_, ()| async { Ok(()) },
		block_import: collation.block_import,
		para_client: client.clone(),
		para_backend: backend,
		code_hash_provider: move |block_hash| {
			client.code_at(block_hash).ok().map(|code| ValidationCode::from(code).hash())
		},
		relay_client: collation.relay_chain_interface,
		keystore: collation.keystore,
		collator_key: collation.collator_key,
		collator_peer_id: collation.collator_peer_id,
		para_id: collation.para_id,
		overseer_handle: collation.overseer_handle,
		relay_chain_slot_duration: RELAY_CHAIN_SLOT_DURATION,
		proposer,
		collator_service,
		// Long enough for two seconds of weight on a good machine, short enough for a slower validator, which has to
		// unpack the proof too, to check it in two seconds.
		authoring_duration: Duration::from_millis(1500),
		reinitialize: false,
		max_pov_percentage: None,
	};
	let consensus = aura::run::<Block, AuthorityPair, _, _, _, _, _, _, _, _>(params);
	collation.task_manager.spawn_essential_handle().spawn("aura", None, consensus);
}
