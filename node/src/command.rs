//! Carries out the command line: a subcommand, a chain of its own with `--dev`, or a node of the parachain.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::chain_spec::Extensions;
use crate::cli::Cli;
use crate::cli::PurgeChain;
use crate::cli::RelayChainCli;
use crate::cli::Subcommand;
use crate::components::new_partial;
use crate::dev;
use crate::inspect;
use crate::service;
use cumulus_client_service::storage_proof_size::HostFunctions as ReclaimHostFunctions;
use frame_benchmarking_cli::BenchmarkCmd;
use frame_benchmarking_cli::SUBSTRATE_REFERENCE_HARDWARE;
use parachain_template_runtime::opaque::Block;
use polkadot_sdk::*;
use sc_cli::Result;
use sc_cli::SubstrateCli;
use sc_network::multiaddr::Multiaddr;
use sc_network::multiaddr::Protocol;
use sc_service::Configuration;
use sp_runtime::traits::HashingFor;
use std::error::Error;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::net::TcpListener;

/// Says on one line what went wrong: the error and, where it does not say so itself, what caused it.
pub fn explain(error: &sc_cli::Error) -> String {
	let mut text = error.to_string();
	let mut cause = error.source();
	while let Some(error) = cause {
		let reason = error.to_string();
		if !text.contains(&reason) {
			text = format!("{text}: {reason}");
		}
		cause = error.source();
	}
	text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the command line and carries it out.
pub fn run() -> Result<()> {
	let cli = Cli::from_args();

	match &cli.subcommand {
		Some(Subcommand::Key(cmd)) => Ok(cmd.run(&cli)?),
		Some(Subcommand::BuildSpec(cmd)) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.chain_spec, config.network))
		},
		Some(Subcommand::ExportChainSpec(cmd)) => {
			let spec = cli.load_spec(&cmd.chain)?;
			cmd.run(spec)
		},
		Some(Subcommand::CheckBlock(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = new_partial(&config)?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Subcommand::ExportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = new_partial(&config)?;
			Ok((cmd.run(parts.client, config.database), parts.task_manager))
		}),
		Some(Subcommand::ExportState(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = new_partial(&config)?;
			Ok((cmd.run(parts.client, config.chain_spec), parts.task_manager))
		}),
		Some(Subcommand::ImportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = new_partial(&config)?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Subcommand::Revert(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = new_partial(&config)?;
			Ok((cmd.run(parts.client, parts.backend, None), parts.task_manager))
		}),
		Some(Subcommand::PurgeChain(PurgeChain { cmd, relay_chain_args })) => {
			let runner = cli.create_runner(cmd)?;
			if cmd.parachain && !cmd.relaychain {
				// Where the relay chain is not known to this node, too.
				return runner.sync_run(|config| cmd.base.run(config.database));
			}
			let relay_cli = RelayChainCli::new(runner.config(), relay_chain_args);
			runner.sync_run(|config| {
				let relay_config = relay_config(&relay_cli, &config)?;
				cmd.run(config, relay_config)
			})
		},
		Some(Subcommand::ExportGenesisHead(cmd)) => cli.create_runner(cmd)?.sync_run(|config| {
			let parts = new_partial(&config)?;
			cmd.run(parts.client)
		}),
		Some(Subcommand::ExportGenesisWasm(cmd)) => cli.create_runner(cmd)?.sync_run(|_| {
			let spec = cli.load_spec(&cmd.shared_params.chain.clone().unwrap_or_default())?;
			cmd.run(&*spec)
		}),
		Some(Subcommand::InspectRuntime { file }) => inspect::runtime(file),
		Some(Subcommand::Benchmark(cmd)) => benchmark(&cli, cmd),
		None => run_node(cli),
	}
}

/// Runs a benchmark. `pallet` and `overhead` take the runtime that is measured as a file, compiled with `runtime-benchmarks`;
/// this node need not be.
fn benchmark(cli: &Cli, cmd: &BenchmarkCmd) -> Result<()> {
	match cmd {
		BenchmarkCmd::Pallet(cmd) => {
			let spec = cmd.shared_params.chain.as_ref().map(|id| cli.load_spec(id)).transpose()?;
			cmd.run_with_spec::<HashingFor<Block>, ReclaimHostFunctions>(spec)
		},
		BenchmarkCmd::Block(cmd) => cli.create_runner(cmd)?.sync_run(|config| {
			let parts = new_partial(&config)?;
			cmd.run(parts.client)
		}),
		#[cfg(feature = "runtime-benchmarks")]
		BenchmarkCmd::Storage(cmd) => cli.create_runner(cmd)?.sync_run(|config| {
			let parts = new_partial(&config)?;
			let db = parts.backend.expose_db();
			let storage = parts.backend.expose_storage();
			let cache = parts.backend.expose_shared_trie_cache();
			cmd.run(config, parts.client, db, storage, cache)
		}),
		BenchmarkCmd::Overhead(cmd) => {
			let runner = cli.create_runner(cmd)?;
			runner.sync_run(|_| {
				cmd.run_with_default_builder_and_spec::<Block, ReclaimHostFunctions>(None)
			})
		},
		BenchmarkCmd::Machine(cmd) => cli
			.create_runner(cmd)?
			.sync_run(|config| cmd.run(&config, SUBSTRATE_REFERENCE_HARDWARE.clone())),
		#[allow(unreachable_patterns)]
		_ => Err("this node has no such benchmark: `storage` needs one compiled with `--features \
		          runtime-benchmarks`, `extrinsic` is not there at all"
			.into()),
	}
}

/// The configuration of the relay chain's node.
fn relay_config(cli: &RelayChainCli, config: &Configuration) -> Result<Configuration> {
	SubstrateCli::create_configuration(cli, cli, config.tokio_handle.clone())
		.map_err(|error| format!("the relay chain's node cannot start: {error}").into())
}

/// Refuses a chain that is not told where its relay chain is, if that is a local network, which has no address of its own: the
/// node would wait for ever, without a word.
fn check_relay_chain_is_named(
	cli: &Cli,
	relay_cli: &RelayChainCli,
	config: &Configuration,
) -> Result<()> {
	let local = Extensions::try_get(&*config.chain_spec)
		.is_some_and(|extensions| extensions.relay_chain.ends_with("-local"));
	let named = !cli.run.relay_chain_rpc_urls.is_empty()
		|| relay_cli.base.base.shared_params.chain.is_some()
		|| relay_cli.base.base.shared_params.dev;
	if named || !local {
		return Ok(());
	}
	Err("the relay chain of this chain is a local network: say which with `-- --chain RELAY_SPEC`, or \
	     with `--relay-chain-rpc-urls ws://HOST:PORT`; or run without one with `--dev`"
		.into())
}

/// Refuses a port that is taken, before anything is opened. The SDK would listen for RPC on a random one instead, and for
/// peers and metrics nowhere, with a warning at most. `rpc` is false for the relay chain's node in this one, full or not: whom
/// it answers is here, and a random port does.
fn check_ports(config: &Configuration, rpc: bool) -> Result<()> {
	let part = if rpc { "" } else { "-- " };
	let rpc = config.rpc.addr.iter().flatten().filter(|endpoint| rpc && !endpoint.is_optional);
	let rpc = rpc.map(|endpoint| (endpoint.listen_addr, "RPC", "--rpc-port"));
	let peers = config.network.listen_addresses.iter().filter_map(socket_address);
	let peers = peers.map(|address| (address, "peers", "--port"));
	let metrics = config.prometheus_config.iter();
	let metrics = metrics.map(|metrics| (metrics.port, "metrics", "--prometheus-port"));
	for (address, what, option) in rpc.chain(peers).chain(metrics) {
		let Err(error) = TcpListener::bind(address) else { continue };
		// A machine without IPv6 has no such address.
		if matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied) {
			let line = format!("cannot listen for {what} on {address}, is the port in use? {error}; choose one with `{part}{option}`");
			return Err(line.into());
		}
	}
	Ok(())
}

/// Where a multiaddress listens, if it is one of TCP.
fn socket_address(address: &Multiaddr) -> Option<SocketAddr> {
	let mut parts = address.iter();
	let ip = match parts.next()? {
		Protocol::Ip4(ip) => IpAddr::V4(ip),
		Protocol::Ip6(ip) => IpAddr::V6(ip),
		_ => return None,
	};
	match parts.next()? {
		Protocol::Tcp(port) => Some(SocketAddr::new(ip, port)),
		_ => None,
	}
}

/// Runs the node until it is told to stop.
fn run_node(cli: Cli) -> Result<()> {
	let runner = cli.create_runner(&cli.run.normalize())?;
	let is_dev = cli.run.base.shared_params.dev;
	check_ports(runner.config(), true)?;

	runner.run_node_until_exit(|mut config| async move {
		// `check_ports` found them free: where one is taken since, fail rather than listen where nobody looks.
		for endpoint in config.rpc.addr.iter_mut().flatten() {
			endpoint.retry_random_port = false;
		}
		if is_dev {
			return dev::start_node(config, cli.dev_block_time).map_err(Into::into);
		}

		let relay_cli = RelayChainCli::new(&config, &cli.relay_chain_args);
		check_relay_chain_is_named(&cli, &relay_cli, &config)?;
		let relay_config = relay_config(&relay_cli, &config)?;
		check_ports(&relay_config, false)?;
		let hwbench =
			config.database.path().filter(|_| !cli.no_hardware_benchmarks).and_then(|path| {
				std::fs::create_dir_all(path).ok()?;
				Some(sc_sysinfo::gather_hwbench(Some(path), &SUBSTRATE_REFERENCE_HARDWARE))
			});
		let options = service::Options {
			collator: cli.run.collator_options(),
			storage_monitor: cli.storage_monitor,
			hwbench,
		};
		let started = match config.network.network_backend {
			sc_network::config::NetworkBackendType::Libp2p => {
				service::start_node::<sc_network::NetworkWorker<_, _>>(
					config,
					relay_config,
					options,
				)
				.await
			},
			sc_network::config::NetworkBackendType::Litep2p => {
				service::start_node::<sc_network::Litep2pNetworkBackend>(
					config,
					relay_config,
					options,
				)
				.await
			},
		};
		started.map_err(Into::into)
	})
}
