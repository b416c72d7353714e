//! A live network: started from a specification, its nodes replaced, killed, paused and started again, and ended.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::stage::Paths;
use crate::stage::Stage;
use anyhow::anyhow;
use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use network_observer::client::Chain;
use network_observer::process::tail;
use network_observer::watch;
use nix::sys::signal::kill;
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use std::time::Instant;
use tokio::net::TcpSocket;
use zombienet_sdk::AddCollatorOptions;
use zombienet_sdk::LocalFileSystem;
use zombienet_sdk::NetworkConfig;
use zombienet_sdk::NetworkConfigExt;
use zombienet_sdk::NetworkNode;

/// The relay chain's validators, as the specifications name them.
pub const VALIDATORS: [&str; 2] = ["alice", "bob"];
/// The parachain's collators, as the specifications name them.
pub const COLLATORS: [&str; 2] = ["charlie", "dave"];
/// The parachain's id in every specification.
pub const PARA_ID: u32 = 2000;

/// The RPC ports of the specifications and of the nodes that a rehearsal adds.
const PORTS: [(&str, u16); 6] = [
	("alice", 9944),
	("bob", 9945),
	("charlie", 9988),
	("dave", 9989),
	("eve", 9990),
	("ferdie", 9991),
];
/// The metrics ports of the specifications.
const METRICS: [u16; 4] = [9615, 9616, 9617, 9618];
/// How long the system may keep the ports of a network before.
const PORTS_FREE: Duration = Duration::from_secs(90);
/// How long the nodes may take to be up; the first parachain block is not waited for here.
const UP: Duration = Duration::from_secs(600);
/// How long the parachain may take to make its first block once the nodes are up: 84 to 138 s on 2 cores.
const FIRST_BLOCK: Duration = Duration::from_secs(360);
/// How long a node that was started may take to answer.
pub const ANSWER: Duration = Duration::from_secs(120);
/// How much of each log is shown when something fails.
const TAIL: usize = 25;

/// A specification, made to run one stage's binaries.
#[derive(Clone, Debug)]
pub struct Spec {
	text: String,
	/// The stage whose node the collators start with.
	stage: Stage,
}

impl Spec {
	/// The specification of `stage`, with the node of `stage`.
	pub fn of(paths: &Paths, stage: Stage) -> Result<Self> {
		Ok(Self { text: paths.spec(stage)?, stage })
	}

	/// The same with the relay chain set to `lookahead`, and the parameters that the guide names to match.
	pub fn lookahead(self, lookahead: u32) -> Result<Self> {
		let (depth, ancestry) = if lookahead > 1 { (lookahead, lookahead - 1) } else { (0, 0) };
		let text = set(&self.text, "lookahead", lookahead)?;
		let text = set(&text, "max_candidate_depth", depth)?;
		Ok(Self { text: set(&text, "allowed_ancestry_len", ancestry)?, ..self })
	}

	/// The same with a full node, `eve`, that makes no blocks: what wallets talk to on a production chain.
	pub fn with_full_node(mut self) -> Self {
		let port = port("eve").unwrap_or_default();
		self.text.push_str(&format!(
			"\n[[parachains.collators]]\nname = \"eve\"\ncommand = \"parachain-template-node\"\nvalidator = false\ninvulnerable = false\nrpc_port = {port}\n"
		));
		self
	}

	/// The text that zombienet reads: commands with their paths, and the directory of the network.
	fn resolved(&self, paths: &Paths, directory: &Path) -> Result<String> {
		let relay = paths.polkadot()?;
		let node = paths.node(self.stage)?;
		let text = self
			.text
			.replace("\"polkadot\"", &format!("\"{}\"", relay.display()))
			.replace("\"parachain-template-node\"", &format!("\"{}\"", node.display()));
		let settings = format!("[settings]\nbase_dir = \"{}\"", directory.display());
		ensure!(text.contains("[settings]"), "the specification has no [settings]");
		Ok(text.replacen("[settings]", &settings, 1))
	}
}

/// `text` with the line `key = …` saying `value`.
fn set(text: &str, key: &str, value: u32) -> Result<String> {
	let mut found = false;
	let lines: Vec<_> = text
		.lines()
		.map(|line| match line.split_once('=') {
			Some((name, _)) if name.trim() == key => {
				found = true;
				format!("{key} = {value}")
			},
			_ => line.to_string(),
		})
		.collect();
	ensure!(found, "the specification does not set {key}");
	Ok(lines.join("\n") + "\n")
}

fn port(name: &str) -> Option<u16> {
	PORTS.iter().find(|(node, _)| *node == name).map(|(_, port)| *port)
}

/// The address of the node `name`.
pub fn url(name: &str) -> Result<String> {
	let port = port(name).with_context(|| format!("no port is known for a node {name}"))?;
	Ok(format!("ws://127.0.0.1:{port}"))
}

/// A running network. Dropping it kills its nodes.
pub struct Network {
	inner: zombienet_sdk::Network<LocalFileSystem>,
	directory: PathBuf,
	/// What each collator runs: zombienet itself forgets a replaced binary.
	binaries: HashMap<String, PathBuf>,
}

impl Network {
	/// Starts the network of `spec` in `directory`, which must not exist yet, and waits until its nodes are up.
	pub async fn start(paths: &Paths, spec: &Spec, directory: &Path) -> Result<Self> {
		ensure!(!directory.exists(), "{} exists: give another --out", directory.display());
		ports_are_free().await?;
		std::fs::create_dir_all(directory)
			.with_context(|| format!("making {}", directory.display()))?;
		let file = directory.join("network.toml");
		std::fs::write(&file, spec.resolved(paths, directory)?)
			.with_context(|| format!("writing {}", file.display()))?;
		let config = NetworkConfig::load_from_toml(&file.to_string_lossy())
			.with_context(|| format!("reading {}", file.display()))?;
		let spawned = tokio::time::timeout(UP, config.spawn_native())
			.await
			.map_err(|_| anyhow!("the nodes are not up after {} s", UP.as_secs()))?;
		let inner = spawned.with_context(|| {
			format!("starting the network of {}: see the logs in that directory", file.display())
		})?;
		let node = paths.node(spec.stage)?;
		let binaries =
			COLLATORS.iter().chain(&["eve"]).map(|name| (name.to_string(), node.clone()));
		Ok(Self { inner, directory: directory.to_path_buf(), binaries: binaries.collect() })
	}

	/// Waits until the parachain makes blocks; returns how long that took.
	pub async fn first_block(&self) -> Result<Duration> {
		let (relay, para) = (url(VALIDATORS[0])?, url(COLLATORS[0])?);
		let live =
			watch::first_block(&relay, &para, FIRST_BLOCK, |line| println!("    {line}")).await?;
		Ok(live.waited)
	}

	/// A connection to the first validator.
	pub async fn relay(&self) -> Result<Chain> {
		Chain::connect(&url(VALIDATORS[0])?, ANSWER).await
	}

	/// A new connection to the parachain node `name`: one made before an upgrade signs for the old runtime.
	pub async fn para(&self, name: &str) -> Result<Chain> {
		Chain::connect(&url(name)?, ANSWER).await
	}

	/// The directory of one node: its log, `data` and `relay-data`.
	pub fn node_directory(&self, name: &str) -> PathBuf {
		self.directory.join(name)
	}

	/// Replaces the binary of a collator by `binary`, on the same database and with the same keys.
	pub async fn swap(&mut self, name: &str, binary: &Path) -> Result<()> {
		self.binaries.insert(name.to_string(), binary.to_path_buf());
		self.start_again(name).await
	}

	/// Starts a collator again, on its database, and waits until it answers. Kills it first if it still runs.
	pub async fn start_again(&self, name: &str) -> Result<()> {
		self.spawn_again(name).await?;
		Chain::connect(&url(name)?, ANSWER)
			.await
			.with_context(|| format!("{name} does not answer after its start"))?;
		Ok(())
	}

	/// As [`Network::start_again`], without waiting for an answer: the node may be unable to.
	pub async fn spawn_again(&self, name: &str) -> Result<()> {
		let binary =
			self.binaries.get(name).with_context(|| format!("{name} is no collator"))?.clone();
		self.node(name)?
			.restart_with(vec![], Some(binary.to_string_lossy().into_owned()), None, None)
			.await
			.with_context(|| format!("starting {name} with {}", binary.display()))
	}

	/// Kills a node at once, as a power cut does. It stays down until it is started again.
	pub fn kill(&self, name: &str) -> Result<()> {
		kill(self.process(name)?, Signal::SIGKILL).with_context(|| format!("killing {name}"))
	}

	/// Whether the process of the node runs: it is neither gone nor a zombie.
	pub fn runs(&self, name: &str) -> Result<bool> {
		let pid = self.process(name)?.to_string();
		let output = Command::new("ps").args(["-o", "stat=", "-p", &pid]).output();
		let output = output.context("running ps: scripts/setup.sh installs it")?;
		let state = String::from_utf8_lossy(&output.stdout).trim().to_string();
		Ok(!state.is_empty() && !state.starts_with('Z'))
	}

	/// Stops a node in its tracks; its connections stay open.
	pub async fn pause(&self, name: &str) -> Result<()> {
		self.node(name)?.pause().await.with_context(|| format!("pausing {name}"))
	}

	/// Lets a paused node go on.
	pub async fn resume(&self, name: &str) -> Result<()> {
		self.node(name)?.resume().await.with_context(|| format!("resuming {name}"))
	}

	/// Adds a node of the parachain that has nothing yet and makes no blocks.
	pub async fn add_full_node(&mut self, name: &str, binary: &Path) -> Result<()> {
		let command = binary.to_string_lossy();
		let options = AddCollatorOptions {
			command: Some((&*command).try_into()?),
			is_validator: false,
			rpc_port: Some(port(name).with_context(|| format!("no port for {name}"))?),
			..Default::default()
		};
		let added = tokio::time::timeout(UP, self.inner.add_collator(name, options, PARA_ID));
		added
			.await
			.map_err(|_| anyhow!("{name} is not up after {} s", UP.as_secs()))?
			.with_context(|| format!("adding the node {name}"))?;
		self.binaries.insert(name.to_string(), binary.to_path_buf());
		Ok(())
	}

	/// The log of each node, by the node's name.
	pub fn logs(&self) -> Vec<(String, PathBuf)> {
		logs_in(&self.directory)
	}

	/// Ends every node.
	pub async fn end(self) -> Result<()> {
		self.inner.destroy().await.context("ending the network")
	}

	fn node(&self, name: &str) -> Result<&NetworkNode> {
		self.inner.get_node(name)
	}

	/// The id of the node's process, which zombienet tells in the node's JSON form alone.
	fn process(&self, name: &str) -> Result<Pid> {
		let node = serde_json::to_value(self.node(name)?)?;
		let pid = node["inner"]["process_handle"].as_i64();
		let pid = pid.with_context(|| format!("{name} has no process"))?;
		Ok(Pid::from_raw(i32::try_from(pid)?))
	}
}

/// The logs in the directory of a network, by the nodes' names.
pub fn logs_in(directory: &Path) -> Vec<(String, PathBuf)> {
	let mut logs: Vec<_> = PORTS
		.iter()
		.map(|(name, _)| (name.to_string(), directory.join(name).join(format!("{name}.log"))))
		.filter(|(_, path)| path.is_file())
		.collect();
	logs.sort();
	logs
}

/// Prints the end of every log in the directory of a network.
pub fn print_logs(directory: &Path) {
	for (_, path) in logs_in(directory) {
		eprintln!("\n--- the end of {}\n{}", path.display(), tail(&path, TAIL));
	}
}

/// Waits until every port of a network can be bound: the system keeps those of the one before for up to a minute.
async fn ports_are_free() -> Result<()> {
	let started = Instant::now();
	let ports: Vec<u16> = PORTS.iter().map(|(_, port)| *port).chain(METRICS).collect();
	loop {
		let Some(taken) = ports.iter().find(|port| !is_free(**port)) else { return Ok(()) };
		if started.elapsed() > PORTS_FREE {
			bail!("port {taken} is in use: end what listens there (another network?)");
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	}
}

/// Whether zombienet can bind the port. It does not take one that the system still keeps, as std's and tokio's listeners do.
fn is_free(port: u16) -> bool {
	let address = SocketAddr::from(([0, 0, 0, 0], port));
	TcpSocket::new_v4().and_then(|socket| socket.bind(address)).is_ok()
}

/// Kills every process that this one started, and theirs. For the end: dropping a network kills its nodes, but not what
/// zombienet started beside them when it was interrupted.
pub fn end_children() -> Result<()> {
	let output = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
	let output = output.context("running ps: scripts/setup.sh installs it")?;
	let parents: Vec<(i32, i32)> = String::from_utf8_lossy(&output.stdout)
		.lines()
		.filter_map(|line| {
			let mut fields = line.split_whitespace().map(str::parse::<i32>);
			Some((fields.next()?.ok()?, fields.next()?.ok()?))
		})
		.collect();
	for pid in descendants(i32::try_from(std::process::id())?, &parents) {
		// It may have ended meanwhile.
		let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
	}
	Ok(())
}

/// The processes below `root`, of pairs of a process and its parent.
fn descendants(root: i32, parents: &[(i32, i32)]) -> Vec<i32> {
	let mut found = vec![root];
	let mut next = 0;
	while let Some(parent) = found.get(next).copied() {
		found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
		next += 1;
	}
	found.split_off(1)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_value_of_a_specification_is_replaced() -> Result<()> {
		let text = "[a]\nlookahead = 1\nname = \"x\"\n";
		assert_eq!(set(text, "lookahead", 3)?, "[a]\nlookahead = 3\nname = \"x\"\n");
		assert!(set(text, "none", 3).is_err());
		Ok(())
	}

	#[test]
	fn descendants_are_found_at_every_depth() {
		let parents = [(2, 1), (3, 2), (4, 1), (5, 9)];
		assert_eq!(descendants(1, &parents), [2, 4, 3]);
		assert!(descendants(5, &parents).is_empty());
	}
}
