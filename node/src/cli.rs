//! The command line of the collator and of the relay chain's node inside it.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use clap::CommandFactory;
use clap::FromArgMatches;
use polkadot_sdk::*;
use sc_cli::CliConfiguration;
use std::path::PathBuf;

/// What the node can do besides running.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
	/// Make, look at and store keys.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Print a chain's specification.
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Write a chain's specification to a file.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Execute a block again.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Write the state at a block as a chain's specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Read blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Take the chain back by some blocks.
	Revert(sc_cli::RevertCmd),

	/// Remove the database, and that of the relay chain's node inside this one.
	PurgeChain(PurgeChain),

	/// Write the genesis head, which a parachain is registered with.
	#[command(alias = "export-genesis-state")]
	ExportGenesisHead(cumulus_client_cli::ExportGenesisHeadCommand),

	/// Write the genesis runtime, which a parachain is registered with.
	ExportGenesisWasm(cumulus_client_cli::ExportGenesisWasmCommand),

	/// Print the hash and the version of a runtime, and the calls that authorize an upgrade to it.
	InspectRuntime {
		/// The wasm, as scripts/build-runtime.sh makes it.
		file: PathBuf,
	},

	/// Measure this machine, or what the runtime costs.
	#[command(subcommand)]
	Benchmark(frame_benchmarking_cli::BenchmarkCmd),
}

/// Which databases to remove.
#[derive(Debug, clap::Parser)]
#[group(skip)]
pub struct PurgeChain {
	/// Which of the two, and of which chain.
	#[command(flatten)]
	pub cmd: cumulus_client_cli::PurgeChainCmd,

	/// Options that the relay chain's node was started with.
	#[arg(raw = true)]
	pub relay_chain_args: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  parachain-template-node --dev
      a chain of its own, without a relay chain: a block every slot
  parachain-template-node --dev --dev-block-time 0
      the same, a block when a transaction arrives
  parachain-template-node --collator --chain chain.json -- --chain relay.json
      a collator with a relay chain's node inside
  parachain-template-node --collator --chain chain.json --relay-chain-rpc-urls ws://RELAY_HOST:9944
      a collator beside a relay chain's node";

/// A collator, or a full node, of a parachain. What follows `--` is for the relay chain's node inside it.
#[derive(Debug, clap::Parser)]
#[command(
	propagate_version = true,
	args_conflicts_with_subcommands = true,
	subcommand_negates_reqs = true,
	after_help = EXAMPLES
)]
pub struct Cli {
	/// What to do instead of running a node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// The options of every parachain node.
	#[command(flatten)]
	pub run: cumulus_client_cli::RunCmd,

	/// When to stop because the disk is full.
	#[command(flatten)]
	pub storage_monitor: sc_storage_monitor::StorageMonitorParams,

	/// With `--dev`, time between two blocks in milliseconds, instead of the runtime's slot duration. `0` makes a block when
	/// a transaction arrives, and none otherwise.
	#[arg(long, value_name = "MS", requires = "dev")]
	pub dev_block_time: Option<u64>,

	/// Do not measure this machine at the start.
	#[arg(long)]
	pub no_hardware_benchmarks: bool,

	/// Options of the relay chain's node.
	#[arg(raw = true)]
	pub relay_chain_args: Vec<String>,
}

impl sc_cli::SubstrateCli for Cli {
	fn impl_name() -> String {
		"Parachain Template Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		"A collator, or a full node, of a parachain. What follows `--` is for the relay chain's node inside it.".into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		env!("CARGO_PKG_REPOSITORY").into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
		Ok(Box::new(crate::chain_spec::load(id)?))
	}
}

/// The command line of the relay chain's node.
#[derive(Debug)]
pub struct RelayChainCli {
	/// The relay chain's own options.
	pub base: polkadot_cli::RunCmd,
	/// The relay chain to use where none is named.
	pub chain_id: Option<String>,
	/// Where its database is.
	pub base_path: PathBuf,
}

impl RelayChainCli {
	/// Reads what followed `--`. Ends the program, as clap does, where it makes no sense.
	pub fn new(config: &sc_service::Configuration, args: &[String]) -> Self {
		let command = polkadot_cli::RunCmd::command().no_binary_name(true);
		let base = polkadot_cli::RunCmd::from_arg_matches(&command.get_matches_from(args))
			.unwrap_or_else(|error| error.exit());
		let chain_id = crate::chain_spec::Extensions::try_get(&*config.chain_spec)
			.map(|extensions| extensions.relay_chain.clone());
		Self { base, chain_id, base_path: config.base_path.path().join("polkadot") }
	}
}

impl sc_cli::SubstrateCli for RelayChainCli {
	fn impl_name() -> String {
		Cli::impl_name()
	}

	fn impl_version() -> String {
		Cli::impl_version()
	}

	fn description() -> String {
		Cli::description()
	}

	fn author() -> String {
		Cli::author()
	}

	fn support_url() -> String {
		Cli::support_url()
	}

	fn copyright_start_year() -> i32 {
		Cli::copyright_start_year()
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
		polkadot_cli::Cli::from_iter([Self::executable_name()].iter()).load_spec(id)
	}
}

impl sc_cli::DefaultConfigurationValues for RelayChainCli {
	fn p2p_listen_port() -> u16 {
		30334
	}

	fn rpc_listen_port() -> u16 {
		9945
	}

	fn prometheus_listen_port() -> u16 {
		9616
	}
}

// Everything is the relay chain's own option, except that its chain and base path default to the parachain's.
impl CliConfiguration<Self> for RelayChainCli {
	fn shared_params(&self) -> &sc_cli::SharedParams {
		self.base.base.shared_params()
	}

	fn import_params(&self) -> Option<&sc_cli::ImportParams> {
		self.base.base.import_params()
	}

	fn network_params(&self) -> Option<&sc_cli::NetworkParams> {
		self.base.base.network_params()
	}

	fn keystore_params(&self) -> Option<&sc_cli::KeystoreParams> {
		self.base.base.keystore_params()
	}

	fn offchain_worker_params(&self) -> Option<&sc_cli::OffchainWorkerParams> {
		self.base.base.offchain_worker_params()
	}

	fn dev_key_seed(&self, is_dev: bool) -> sc_cli::Result<Option<String>> {
		self.base.base.dev_key_seed(is_dev)
	}

	fn base_path(&self) -> sc_cli::Result<Option<sc_service::BasePath>> {
		Ok(self.base.base.base_path()?.or_else(|| Some(self.base_path.clone().into())))
	}

	fn rpc_addr(&self, default_port: u16) -> sc_cli::Result<Option<Vec<sc_cli::RpcEndpoint>>> {
		self.base.base.rpc_addr(default_port)
	}

	fn prometheus_config(
		&self,
		default_port: u16,
		spec: &Box<dyn sc_service::ChainSpec>,
	) -> sc_cli::Result<Option<sc_service::config::PrometheusConfig>> {
		self.base.base.prometheus_config(default_port, spec)
	}

	fn init<F>(&self, _: &String, _: &String, _: F) -> sc_cli::Result<()>
	where
		F: FnOnce(&mut sc_cli::LoggerBuilder),
	{
		unreachable!("only the parachain's command line is initialised; qed")
	}

	fn chain_id(&self, is_dev: bool) -> sc_cli::Result<String> {
		let chain_id = self.base.base.chain_id(is_dev)?;
		Ok(if chain_id.is_empty() { self.chain_id.clone().unwrap_or_default() } else { chain_id })
	}

	fn role(&self, is_dev: bool) -> sc_cli::Result<sc_service::Role> {
		self.base.base.role(is_dev)
	}

	fn transaction_pool(
		&self,
		is_dev: bool,
	) -> sc_cli::Result<sc_service::config::TransactionPoolOptions> {
		self.base.base.transaction_pool(is_dev)
	}

	fn trie_cache_maximum_size(&self) -> sc_cli::Result<Option<usize>> {
		self.base.base.trie_cache_maximum_size()
	}

	fn rpc_methods(&self) -> sc_cli::Result<sc_service::config::RpcMethods> {
		self.base.base.rpc_methods()
	}

	fn rpc_max_connections(&self) -> sc_cli::Result<u32> {
		self.base.base.rpc_max_connections()
	}

	fn rpc_cors(&self, is_dev: bool) -> sc_cli::Result<Option<Vec<String>>> {
		self.base.base.rpc_cors(is_dev)
	}

	fn default_heap_pages(&self) -> sc_cli::Result<Option<u64>> {
		self.base.base.default_heap_pages()
	}

	fn force_authoring(&self) -> sc_cli::Result<bool> {
		self.base.base.force_authoring()
	}

	fn disable_grandpa(&self) -> sc_cli::Result<bool> {
		self.base.base.disable_grandpa()
	}

	fn max_runtime_instances(&self) -> sc_cli::Result<Option<usize>> {
		self.base.base.max_runtime_instances()
	}

	fn runtime_cache_size(&self) -> sc_cli::Result<u8> {
		self.base.base.runtime_cache_size()
	}

	fn announce_block(&self) -> sc_cli::Result<bool> {
		self.base.base.announce_block()
	}

	fn telemetry_endpoints(
		&self,
		spec: &Box<dyn sc_service::ChainSpec>,
	) -> sc_cli::Result<Option<sc_telemetry::TelemetryEndpoints>> {
		self.base.base.telemetry_endpoints(spec)
	}

	fn node_name(&self) -> sc_cli::Result<String> {
		self.base.base.node_name()
	}
}
