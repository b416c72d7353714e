//! The node's command line: bad input is refused in one line and harms no database; every subcommand does its work.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use network_observer::process;
use network_observer::process::Finished;
use network_observer::process::Node;
use polkadot_sdk::sp_runtime::traits::BlakeTwo256;
use polkadot_sdk::sp_runtime::traits::Hash;
use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_parachain-template-node");
/// How long a command may take.
const COMMAND: Duration = Duration::from_secs(60);
/// How many blocks a database has at least that [`database`] makes.
const HEIGHT: u32 = 4;
/// For a node that is to be refused for something else than a port that another node on this machine has.
const FREE_PORTS: [&str; 5] = ["--rpc-port", "0", "--port", "0", "--no-prometheus"];

fn node(args: &[&str]) -> Result<Finished> {
	process::run(Path::new(BINARY), args, COMMAND)
}

/// Runs the node, which has to succeed, and returns what it wrote to standard output.
fn works(args: &[&str]) -> Result<String> {
	let finished = node(args)?;
	ensure!(
		finished.status.success(),
		"{} failed ({}):\n{}",
		args.join(" "),
		finished.status,
		finished.stderr
	);
	Ok(String::from_utf8(finished.stdout)?)
}

/// Runs the node, which has to fail and say why in one line with all of `words` in it.
fn refused(args: &[&str], words: &[&str]) -> Result<()> {
	let finished = node(args)?;
	let (args, said) = (args.join(" "), &finished.stderr);
	ensure!(!finished.status.success(), "{args} succeeded:\n{said}");
	ensure!(!said.contains("panicked"), "{args} panicked:\n{said}");
	// The second is clap's, which adds the usage.
	let is_error = |line: &&str| line.starts_with("Error: ") || line.starts_with("error: ");
	let errors: Vec<_> = said.lines().filter(is_error).collect();
	let [line] = errors.as_slice() else {
		bail!("{args} failed with {} lines of error, not with one:\n{said}", errors.len());
	};
	for word in words {
		ensure!(line.contains(word), "{args} failed without a word of `{word}`: {line}");
	}
	Ok(())
}

fn path(path: &Path) -> Result<&str> {
	path.to_str().with_context(|| format!("{} is no text", path.display()))
}

/// The base path of a `--dev` chain of some blocks, whose node was ended as an operator ends it.
async fn database() -> Result<TempDir> {
	made_with(&["--dev", "--dev-block-time", "200"]).await
}

/// The same, of a node with these arguments.
async fn made_with(args: &[&str]) -> Result<TempDir> {
	let directory = tempfile::tempdir()?;
	let node = Node::start(Path::new(BINARY), args, Some(directory.path())).await?;
	let chain = node.connect().await?;
	chain.reach(HEIGHT, COMMAND).await.with_context(|| node.tail())?;
	node.end()?;
	Ok(directory)
}

/// All blocks in the database, as `export-blocks` writes them.
fn blocks(base_path: &Path) -> Result<Vec<u8>> {
	let directory = tempfile::tempdir()?;
	let file = directory.path().join("blocks.json");
	works(&["export-blocks", "--dev", "--base-path", path(base_path)?, path(&file)?])?;
	Ok(std::fs::read(file)?)
}

/// How many blocks there are in an export.
fn count(export: &[u8]) -> Result<usize> {
	let mut count = 0;
	for block in serde_json::Deserializer::from_slice(export).into_iter::<Value>() {
		block?;
		count += 1;
	}
	Ok(count)
}

#[test]
fn an_unknown_chain_is_refused() -> Result<()> {
	let directory = tempfile::tempdir()?;
	let base_path = path(directory.path())?;
	refused(&["--chain", "nope", "--base-path", base_path], &["nope"])?;
	refused(&["build-spec", "--chain", "nope"], &["nope"])?;
	refused(&["export-chain-spec", "--chain", "nope"], &["nope"])
}

#[test]
fn a_file_that_is_no_chain_specification_is_refused() -> Result<()> {
	let directory = tempfile::tempdir()?;
	let file = directory.path().join("broken.json");
	std::fs::write(&file, "{ \"name\": ")?;
	let base_path = path(directory.path())?;
	refused(&["--chain", path(&file)?, "--base-path", base_path], &["broken.json", "specification"])
}

#[test]
fn a_node_that_is_not_told_its_relay_chain_is_refused() -> Result<()> {
	let directory = tempfile::tempdir()?;
	let chain = ["--chain", "local", "--base-path", path(directory.path())?];
	let full = [&chain[..], &FREE_PORTS].concat();
	let collator = [&full[..], &["--collator", "--unsafe-force-node-key-generation"]].concat();
	refused(&full, &["-- --chain", "--relay-chain-rpc-urls"])?;
	refused(&collator, &["-- --chain", "--relay-chain-rpc-urls"])
}

#[test]
fn an_unknown_subcommand_is_refused() -> Result<()> {
	refused(&["frobnicate"], &["frobnicate"])
}

#[test]
fn a_base_path_that_cannot_be_written_is_refused() -> Result<()> {
	let directory = tempfile::tempdir()?;
	let file = directory.path().join("file");
	std::fs::write(&file, "")?;
	// Below a file: permissions do not keep root from writing.
	let below = file.join("base");
	let args = [&["--dev", "--base-path", path(&below)?][..], &FREE_PORTS].concat();
	refused(&args, &["directory"])?;
	ensure!(std::fs::read(&file)?.is_empty(), "the file was written to");
	Ok(())
}

#[tokio::test]
async fn an_rpc_port_in_use_is_refused_and_the_database_is_as_before() -> Result<()> {
	let directory = database().await?;
	let before = blocks(directory.path())?;
	let listener = TcpListener::bind(("127.0.0.1", 0))?;
	let port = listener.local_addr()?.port().to_string();
	let base_path = path(directory.path())?;
	let ports = ["--rpc-port", &port, "--port", "0", "--no-prometheus"];
	// So that no block is made before the port is asked for.
	let args = [&["--dev", "--dev-block-time", "0", "--base-path", base_path][..], &ports].concat();
	refused(&args, &["in use"])?;
	ensure!(blocks(directory.path())? == before, "the database has changed");
	Ok(())
}

#[test]
fn a_port_for_peers_or_metrics_in_use_is_refused() -> Result<()> {
	let listener = TcpListener::bind(("127.0.0.1", 0))?;
	let port = listener.local_addr()?.port().to_string();
	let peers = format!("/ip4/127.0.0.1/tcp/{port}");
	let node = ["--dev", "--tmp", "--rpc-port", "0"];
	let taken = ["--listen-addr", &peers, "--no-prometheus"];
	refused(&[&node[..], &taken[..]].concat(), &["peers", "in use", "--port"])?;
	let taken = ["--port", "0", "--prometheus-port", &port];
	refused(&[&node[..], &taken[..]].concat(), &["metrics", "in use", "--prometheus-port"])
}

#[test]
fn a_port_of_the_relay_chains_node_in_use_is_refused() -> Result<()> {
	let listener = TcpListener::bind(("127.0.0.1", 0))?;
	let port = listener.local_addr()?.port().to_string();
	let node = [&["--chain", "local", "--tmp"][..], &FREE_PORTS].concat();
	// Nobody answers there; a smaller node has the same ports.
	let elsewhere = ["--relay-chain-rpc-urls", "ws://127.0.0.1:1", "--"];
	let inside = ["--", "--chain", "rococo-local"];
	let taken = ["--port", "0", "--prometheus-port", &port];
	for relay in [&elsewhere[..], &inside[..]] {
		refused(&[&node, relay, &taken].concat(), &["metrics", "in use", "-- --prometheus-port"])?;
	}
	Ok(())
}

#[tokio::test]
async fn a_database_of_another_chain_is_refused_and_is_as_before() -> Result<()> {
	let directory = database().await?;
	let before = blocks(directory.path())?;
	// The same id and another genesis: one more key in the state.
	let mut spec: Value =
		serde_json::from_str(&works(&["export-chain-spec", "--chain", "dev", "--raw"])?)?;
	let state = spec.pointer_mut("/genesis/raw/top").and_then(Value::as_object_mut);
	state.context("a raw specification without state")?.insert("0xdead".into(), "0xbeef".into());
	let file = directory.path().join("other.json");
	std::fs::write(&file, serde_json::to_vec(&spec)?)?;

	let base_path = path(directory.path())?;
	let chain = ["--dev", "--chain", path(&file)?, "--base-path", base_path];
	let args = [&chain[..], &FREE_PORTS].concat();
	refused(&args, &["another chain", "genesis"])?;
	ensure!(blocks(directory.path())? == before, "the database has changed");
	Ok(())
}

#[tokio::test]
async fn a_node_that_makes_a_block_ends_as_well() -> Result<()> {
	// Whether it is at it when it is told to end is chance, and likely with one block after the other.
	for _ in 0..3 {
		made_with(&["--dev", "--dev-block-time", "1"]).await?;
	}
	Ok(())
}

#[test]
fn the_version_is_told() -> Result<()> {
	let version = works(&["--version"])?;
	ensure!(version.contains(env!("CARGO_PKG_VERSION")), "the version is {version}");
	Ok(())
}

#[test]
fn specifications_are_written() -> Result<()> {
	for chain in ["dev", "local"] {
		let built = works(&["build-spec", "--chain", chain, "--disable-default-bootnode"])?;
		let exported = works(&["export-chain-spec", "--chain", chain])?;
		for text in [built, exported] {
			let spec: Value = serde_json::from_str(&text)?;
			let id = format!("parachain-template-{chain}");
			ensure!(spec["id"] == id.as_str(), "the id of {chain} is {}", spec["id"]);
			ensure!(spec["genesis"]["runtimeGenesis"].is_object(), "{chain} has no genesis");
			// Zombienet reads these.
			ensure!(spec["relay_chain"].is_string(), "{chain} names no relay chain");
			ensure!(spec["para_id"].is_u64(), "{chain} has no parachain id");
		}
	}
	Ok(())
}

#[test]
fn what_a_parachain_is_registered_with_is_written() -> Result<()> {
	let head = works(&["export-genesis-head", "--chain", "local"])?;
	let state = works(&["export-genesis-state", "--chain", "local"])?;
	ensure!(head == state, "export-genesis-state differs from export-genesis-head");
	// The header of block 0: no parent, height 0, two roots, no digest.
	ensure!(head.starts_with(&format!("0x{}00", "00".repeat(32))), "the genesis head is {head}");
	ensure!(head.len() == 2 + 2 * (32 + 1 + 32 + 32 + 1), "the genesis head is {head}");

	let code = works(&["export-genesis-wasm", "--chain", "local"])?;
	let start: String = code.chars().take(18).collect();
	ensure!(
		start == "0x52bc537646db8e05",
		"the runtime is no compressed wasm: it begins with {start}"
	);
	Ok(())
}

#[test]
fn a_runtime_is_inspected() -> Result<()> {
	let directory = tempfile::tempdir()?;
	let file = directory.path().join("runtime.wasm");
	works(&["export-genesis-wasm", "--raw", "--chain", "local", path(&file)?])?;
	let hash = BlakeTwo256::hash(&std::fs::read(&file)?);
	let hash = format!("{hash:?}");
	let digits = hash.trim_start_matches("0x");
	ensure!(digits.len() == 64, "the hash is {hash}");

	let said = works(&["inspect-runtime", path(&file)?])?;
	let value = |name: &str| {
		let line = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
		line.map(str::trim).with_context(|| format!("there is no {name} in:\n{said}"))
	};
	ensure!(value("code hash")? == hash, "the code's hash is {hash}, not what this says:\n{said}");
	ensure!(value("spec_name")? == "parachain-template", "whose version is this?\n{said}");
	ensure!(value("spec_version")?.parse::<u32>()? > 0, "whose version is this?\n{said}");
	// Pallet and call, each a byte.
	ensure!(value("system.authorize_upgrade")? == format!("0x0009{digits}"), "which call?\n{said}");
	ensure!(value("sudo.sudo of it")? == format!("0x0f000009{digits}"), "which call?\n{said}");
	Ok(())
}

#[test]
fn what_is_no_runtime_is_not_inspected() -> Result<()> {
	let directory = tempfile::tempdir()?;
	let file = directory.path().join("text");
	std::fs::write(&file, "a runtime")?;
	refused(&["inspect-runtime", path(&file)?], &["text", "is no runtime"])?;
	refused(&["inspect-runtime", "nowhere.wasm"], &["nowhere.wasm", "cannot be read"])?;
	refused(&["inspect-runtime", path(directory.path())?], &["cannot be read"])?;
	refused(&["inspect-runtime"], &["required"])
}

#[test]
fn keys_are_made() -> Result<()> {
	let key = works(&["key", "generate"])?;
	ensure!(key.contains("Secret phrase") && key.contains("Public key"), "the key is {key}");
	Ok(())
}

#[tokio::test]
async fn a_chain_is_purged() -> Result<()> {
	let directory = database().await?;
	works(&["purge-chain", "-y", "--dev", "--base-path", path(directory.path())?])?;
	let chain = directory.path().join("chains").join("parachain-template-dev");
	for kind in ["db", "paritydb"] {
		let database = chain.join(kind).join("full");
		ensure!(!database.exists(), "{} is still there", database.display());
	}
	Ok(())
}

#[test]
fn the_relay_chain_that_is_purged_is_the_one_that_is_named() -> Result<()> {
	let directory = tempfile::tempdir()?;
	let (ours, relay) = (directory.path().join("ours"), directory.path().join("relay"));
	let database = relay.join("chains").join("rococo_local_testnet").join("db").join("full");
	let purge = |options: &[&str], named: &[&str]| {
		let start = ["purge-chain", "-y", "--dev", "--base-path", path(&ours)?];
		works(&[&start[..], options, &["--"], named].concat())
	};
	let named = ["--chain", "rococo-local", "--database", "rocksdb", "--base-path", path(&relay)?];
	std::fs::create_dir_all(&database)?;
	purge(&["--parachain"], &named)?;
	ensure!(database.exists(), "the relay chain's database was removed with `--parachain`");
	purge(&["--relaychain"], &named)?;
	ensure!(!database.exists(), "{} is still there", database.display());
	Ok(())
}

#[test]
fn a_parachains_database_is_purged_without_its_relay_chain() -> Result<()> {
	let directory = tempfile::tempdir()?;
	let mut spec: Value = serde_json::from_str(&works(&["export-chain-spec", "--chain", "dev"])?)?;
	spec["relay_chain"] = "nowhere".into();
	let file = directory.path().join("chain.json");
	std::fs::write(&file, spec.to_string())?;
	let purge =
		["purge-chain", "-y", "--chain", path(&file)?, "--base-path", path(directory.path())?];
	refused(&purge, &["nowhere"])?;
	let chain = directory.path().join("chains").join("parachain-template-dev");
	let databases = ["db", "paritydb"].map(|kind| chain.join(kind).join("full"));
	for database in &databases {
		std::fs::create_dir_all(database)?;
	}
	works(&[&purge[..], &["--parachain"]].concat())?;
	ensure!(databases.iter().any(|database| !database.exists()), "both databases are still there");
	Ok(())
}

#[tokio::test]
async fn blocks_are_exported_imported_checked_and_reverted() -> Result<()> {
	// At the pace of slots: blocks of slots to come are refused.
	let (from, to) = (made_with(&["--dev"]).await?, tempfile::tempdir()?);
	let export = blocks(from.path())?;
	let height = count(&export)?;
	ensure!(height >= HEIGHT as usize, "of {HEIGHT} blocks {height} were exported");

	let file = to.path().join("blocks.json");
	std::fs::write(&file, &export)?;
	let to_path = path(to.path())?;
	works(&["import-blocks", "--dev", "--base-path", to_path, path(&file)?])?;
	ensure!(blocks(to.path())? == export, "what was imported is not what was exported");

	works(&["check-block", "--dev", "--base-path", to_path, "3"])?;

	// What was imported is not final; what a node made with `--dev` is, and stays.
	works(&["revert", "--dev", "--base-path", to_path, "2"])?;
	let reverted = blocks(to.path())?;
	ensure!(count(&reverted)? == height - 2, "{} of {height} blocks are left", count(&reverted)?);
	ensure!(export.starts_with(&reverted), "the blocks that are left are others");
	works(&["revert", "--dev", "--base-path", path(from.path())?, "2"])?;
	ensure!(blocks(from.path())? == export, "final blocks were reverted");
	Ok(())
}
