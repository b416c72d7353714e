//! `--dev`: a chain of one node, with a relay chain made up on the fly, and every block final at once.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::components::new_partial;
use crate::components::ParachainClient;
use crate::rpc;
use codec::Encode;
use cumulus_client_parachain_inherent::MockValidationDataInherentDataProvider;
use cumulus_primitives_core::relay_chain::HeadData;
use cumulus_primitives_core::relay_chain::UpgradeGoAhead;
use cumulus_primitives_core::rpsr_digest;
use cumulus_primitives_core::CollectCollationInfo;
use cumulus_primitives_core::GetParachainInfo;
use futures::stream;
use futures::FutureExt;
use futures::StreamExt;
use futures_timer::Delay;
use parachain_template_runtime::opaque::Block;
use parachain_template_runtime::Hash;
use parachain_template_runtime::Header;
use polkadot_sdk::*;
use sc_client_api::Backend;
use sc_consensus::BlockImportParams;
use sc_consensus::LongestChain;
use sc_consensus_manual_seal::ConsensusDataProvider;
use sc_consensus_manual_seal::EngineCommand;
use sc_consensus_manual_seal::Error;
use sc_network::config::FullNetworkConfiguration;
use sc_network::NetworkBackend;
use sc_service::Configuration;
use sc_service::TaskManager;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sc_transaction_pool_api::TransactionPool;
use sp_api::ProvideRuntimeApi;
use sp_api::StorageProof;
use sp_consensus_aura::digests::CompatibleDigestItem;
use sp_consensus_aura::sr25519::AuthorityPair;
use sp_consensus_aura::sr25519::AuthoritySignature;
use sp_consensus_aura::AuraApi;
use sp_consensus_aura::Slot;
use sp_consensus_aura::SlotDuration;
use sp_inherents::InherentData;
use sp_keystore::KeystorePtr;
use sp_runtime::traits::Header as _;
use sp_runtime::Digest;
use sp_runtime::DigestItem;
use sp_timestamp::TimestampInherentData;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;

/// Time between two blocks of the relay chain that is made up, in milliseconds.
const RELAY_CHAIN_SLOT_DURATION_MILLIS: u64 = 6000;

type Network = sc_network::Litep2pNetworkBackend;
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Starts a chain of one node.
///
/// A block is made every `block_time` milliseconds, or every slot where none is given, or whenever transactions arrive where
/// it is zero. Where blocks are made faster than slots pass, the chain's clock runs ahead of the wall's.
///
/// Fails if the database or a port is not to be had.
pub fn start_node(
	mut config: Configuration,
	block_time: Option<u64>,
) -> Result<TaskManager, sc_service::Error> {
	// There is nobody to talk to.
	config.network.default_peers_set.in_peers = 0;
	config.network.default_peers_set.out_peers = 0;

	let parts = new_partial(&config)?;
	let client = parts.client;
	let backend = parts.backend;
	let pool = parts.transaction_pool;
	let mut telemetry = parts.other.telemetry;
	let mut task_manager = parts.task_manager;
	let keystore = parts.keystore_container.keystore();

	let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
		sc_service::build_network(sc_service::BuildNetworkParams {
			config: &config,
			client: client.clone(),
			transaction_pool: pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue: parts.import_queue,
			net_config: FullNetworkConfiguration::<_, _, Network>::new(
				&config.network,
				config.prometheus_registry().cloned(),
			),
			block_announce_validator_builder: None,
			warp_sync_config: None,
			block_relay: None,
			metrics: <Network as NetworkBackend<Block, Hash>>::register_notification_metrics(
				config.prometheus_registry(),
			),
			gap_sync_body_policy: None,
		})?;

	if config.offchain_worker.enabled {
		let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
			runtime_api_provider: client.clone(),
			keystore: Some(keystore.clone()),
			offchain_db: backend.offchain_storage(),
			transaction_pool: Some(OffchainTransactionPoolFactory::new(pool.clone())),
			network_provider: Arc::new(network.clone()),
			is_validator: true,
			enable_http_requests: true,
			custom_extensions: |_| vec![],
		})?;
		task_manager.spawn_handle().spawn(
			"offchain-workers-runner",
			"offchain-work",
			workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
		);
	}

	let proposer = sc_basic_authorship::ProposerFactory::new(
		task_manager.spawn_handle(),
		client.clone(),
		pool.clone(),
		config.prometheus_registry(),
		telemetry.as_ref().map(|telemetry| telemetry.handle()),
	);

	let rpc_builder = {
		let client = client.clone();
		let pool = pool.clone();
		Box::new(move |_| rpc::methods(client.clone(), pool.clone()))
	};
	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		rpc_builder,
		client: client.clone(),
		transaction_pool: pool.clone(),
		task_manager: &mut task_manager,
		config,
		keystore: keystore.clone(),
		backend: backend.clone(),
		network,
		sync_service,
		system_rpc_tx,
		tx_handler_controller,
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;

	let slot_duration = sc_consensus_aura::slot_duration(&*client)?.as_duration();
	let aura = Aura { client: client.clone(), keystore };
	let inherents = {
		let client = client.clone();
		move |parent, ()| {
			let inherents = create_inherents(&client, parent);
			async { inherents }
		}
	};

	// Make a block whenever this yields: when a transaction has arrived, or each time the slot has passed.
	let occasions = match block_time {
		Some(0) => {
			let waiting = pool.clone();
			pool.import_notification_stream()
				.filter(move |_| futures::future::ready(waiting.status().ready > 0))
				.map(|_| ())
				.boxed()
		},
		Some(millis) => every(move || Duration::from_millis(millis)),
		None => {
			let client = client.clone();
			// An upgrade may change it.
			every(move || {
				sc_consensus_aura::slot_duration(&*client)
					.map_or(slot_duration, |now| now.as_duration())
			})
		},
	};
	let commands = occasions.map(|()| EngineCommand::SealNewBlock {
		// Otherwise a block with one transaction counts as empty: there are more inherent data than inherents.
		create_empty: true,
		finalize: true,
		parent_hash: None,
		sender: None,
	});
	let authorship =
		sc_consensus_manual_seal::run_manual_seal(sc_consensus_manual_seal::ManualSealParams {
			block_import: client.clone(),
			env: proposer,
			client,
			pool,
			commands_stream: commands,
			select_chain: LongestChain::new(backend),
			consensus_data_provider: Some(Box::new(aura)),
			create_inherent_data_providers: inherents,
		});
	task_manager.spawn_essential_handle().spawn_blocking("authorship", None, authorship);

	Ok(task_manager)
}

/// Yields each time the wall clock passes a multiple of what `period` is then.
fn every(period: impl Fn() -> Duration + Send + 'static) -> stream::BoxStream<'static, ()> {
	stream::repeat(())
		.then(move |()| {
			let period = period();
			let passed = wall_clock().as_nanos() % period.as_nanos();
			// Not tokio's timer: it panics in a node that is told to end while a block is made.
			Delay::new(period - Duration::from_nanos(passed as u64))
		})
		.boxed()
}

/// Time since 1970.
fn wall_clock() -> Duration {
	SystemTime::now()
		.duration_since(SystemTime::UNIX_EPOCH)
		.expect("no machine's clock is before 1970; qed")
}

/// The relay chain's slot for the block that follows `parent`, `now` after 1970: one that no block had before. It is counted on
/// from the parent's relay slot, not from the parent's own: an upgrade to another `slot_duration` counts those anew.
fn relay_slot(parent: &Header, slot_duration: SlotDuration, now: Duration) -> u64 {
	// Relay slot and parachain slot have to be in step, and each block in a slot of its own.
	let step = slot_duration.as_millis().div_ceil(RELAY_CHAIN_SLOT_DURATION_MILLIS);
	// The mock takes the relay chain's height for its slot.
	let last = rpsr_digest::extract_relay_parent_storage_root(parent.digest())
		.map_or(0, |(_, height)| u64::from(height));
	let wall = now.as_millis() as u64 / RELAY_CHAIN_SLOT_DURATION_MILLIS;
	wall.max(last + step)
}

/// What the relay chain would tell the block that follows `parent`: a relay slot that no block had before, the parent as the
/// block that is included, and leave to apply new code.
fn create_inherents(
	client: &ParachainClient,
	parent: Hash,
) -> Result<
	(sp_timestamp::InherentDataProvider, MockValidationDataInherentDataProvider<()>),
	BoxError,
> {
	let header: Header = client.header(parent)?.ok_or("the parent of the next block is unknown")?;
	let api = client.runtime_api();
	let relay_slot = relay_slot(&header, api.slot_duration(parent)?, wall_clock());
	let go_ahead = api.collect_collation_info(parent, &header)?.new_validation_code.is_some();
	let number = header.number + 1;
	let relay = MockValidationDataInherentDataProvider {
		current_para_block: number,
		para_id: api.parachain_id(parent)?,
		current_para_block_head: Some(HeadData(header.encode())),
		relay_offset: relay_slot as u32 - number,
		relay_blocks_per_para_block: 1,
		para_blocks_per_relay_epoch: 10,
		upgrade_go_ahead: go_ahead.then_some(UpgradeGoAhead::GoAhead),
		..Default::default()
	};
	let timestamp = relay_slot * RELAY_CHAIN_SLOT_DURATION_MILLIS;
	Ok((sp_timestamp::InherentDataProvider::new(timestamp.into()), relay))
}

/// Makes each block a block of Aura, slot and seal, so that what a chain of one node made can be exported and imported.
struct Aura {
	client: Arc<ParachainClient>,
	keystore: KeystorePtr,
}

impl Aura {
	/// The slot of the block that follows `parent`, from its timestamp.
	fn slot(&self, parent: &Header, inherents: &InherentData) -> Result<Slot, Error> {
		let timestamp = inherents
			.timestamp_inherent_data()?
			.ok_or_else(|| Error::StringError("the next block has no timestamp".into()))?;
		let slot_duration = self
			.client
			.runtime_api()
			.slot_duration(parent.hash())
			.map_err(sp_blockchain::Error::from)?;
		Ok(Slot::from_timestamp(timestamp, slot_duration))
	}
}

impl ConsensusDataProvider<Block> for Aura {
	fn create_digest(&self, parent: &Header, inherents: &InherentData) -> Result<Digest, Error> {
		let slot = self.slot(parent, inherents)?;
		let item = <DigestItem as CompatibleDigestItem<AuthoritySignature>>::aura_pre_digest(slot);
		Ok(Digest { logs: vec![item] })
	}

	fn append_block_import(
		&self,
		parent: &Header,
		params: &mut BlockImportParams<Block>,
		inherents: &InherentData,
		_: StorageProof,
	) -> Result<(), Error> {
		let slot = self.slot(parent, inherents)?;
		let authorities = self
			.client
			.runtime_api()
			.authorities(parent.hash())
			.map_err(sp_blockchain::Error::from)?;
		let author =
			sc_consensus_aura::standalone::slot_author::<AuthorityPair>(slot, &authorities)
				.ok_or_else(|| Error::StringError("the runtime has no Aura authorities".into()))?;
		let seal = sc_consensus_aura::standalone::seal::<_, AuthorityPair>(
			&params.header.hash(),
			author,
			&self.keystore,
		)?;
		params.post_digests.push(seal);
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const TWELVE: SlotDuration = SlotDuration::from_millis(12_000);
	const SIX: SlotDuration = SlotDuration::from_millis(6_000);
	/// A slot of the relay chain, in which the wall clock is.
	const WALL: u64 = 299_000_000;

	/// The slot that follows a block of the relay slot `last`, which a runtime of `was` made.
	fn after(last: u64, was: SlotDuration, is: SlotDuration) -> u64 {
		let parent_slot = last * RELAY_CHAIN_SLOT_DURATION_MILLIS / was.as_millis();
		let aura = <DigestItem as CompatibleDigestItem<AuthoritySignature>>::aura_pre_digest(
			parent_slot.into(),
		);
		let relay = rpsr_digest::relay_parent_storage_root_item(Default::default(), last as u32);
		let digest = Digest { logs: vec![aura, relay] };
		let parent =
			Header::new(1, Default::default(), Default::default(), Default::default(), digest);
		let now = Duration::from_millis(WALL * RELAY_CHAIN_SLOT_DURATION_MILLIS);
		relay_slot(&parent, is, now)
	}

	#[test]
	fn a_chain_that_is_behind_is_in_the_wall_clocks_slot() {
		assert_eq!(after(WALL - 100, TWELVE, TWELVE), WALL);
		assert_eq!(after(WALL - 100, SIX, SIX), WALL);
	}

	#[test]
	fn a_chain_that_is_ahead_takes_the_next_slot_of_its_own() {
		assert_eq!(after(WALL + 100, TWELVE, TWELVE), WALL + 102);
		assert_eq!(after(WALL + 100, SIX, SIX), WALL + 101);
		// No multiple of the relay chain's.
		assert_eq!(after(WALL + 100, SIX, SlotDuration::from_millis(8_000)), WALL + 102);
	}

	#[test]
	fn relay_slots_go_on_where_an_upgrade_changes_the_slot_duration() {
		assert_eq!(after(WALL + 100, TWELVE, SIX), WALL + 101);
		assert_eq!(after(WALL + 100, SIX, TWELVE), WALL + 102);
		assert_eq!(after(WALL, SIX, TWELVE), WALL + 2);
	}

	#[test]
	fn genesis_has_no_slot() {
		let genesis = Header::new(
			0,
			Default::default(),
			Default::default(),
			Default::default(),
			Digest::default(),
		);
		assert_eq!(relay_slot(&genesis, SIX, Duration::from_millis(6_000 * WALL)), WALL);
	}
}
