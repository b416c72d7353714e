//! A live network from `scripts/run.sh`: measured, used, a collator killed and started again, and ended without a trace.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! Ten to twenty minutes, and everything that is to be seen is printed: run it with `--nocapture`. `RUN_STAGE` names the
//! stage to run if not this tree's own.

use anyhow::anyhow;
use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use network_observer::client::height;
use network_observer::client::keys;
use network_observer::client::Chain;
use network_observer::client::Header;
use network_observer::limits;
use network_observer::measure::measure;
use network_observer::one_line;
use network_observer::process;
use network_observer::scenario;
use nix::sys::signal::kill;
use nix::sys::signal::killpg;
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use std::fs::File;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;
use tokio::signal::unix::signal;
use tokio::signal::unix::SignalKind;

/// The RPC ports of the relay chain's alice and bob, as `zombienet/*.toml` fixes them.
const RELAY: [u16; 2] = [9944, 9945];
/// The RPC ports of the collators charlie and dave.
const PARA: [u16; 2] = [9988, 9989];
/// All nodes: each has its log in a directory of its name.
const NODES: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// How many blocks are measured.
const BLOCKS: u32 = 50;
/// How long the network may take to make its first block; a build may precede it.
const UP: Duration = Duration::from_secs(15 * 60);
/// How long a node of the network may take to answer once it is up.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a collator may take after its start until a block of its own is final.
const BACK: Duration = Duration::from_secs(5 * 60);
/// How long the network may take to end.
const END: Duration = Duration::from_secs(30);
/// How often processes and ports are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How much of each log is shown when something fails.
const TAIL: usize = 40;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts a real network: scripts/test.sh --network"]
async fn network() -> Result<()> {
	// The network is in a process group of its own, which Ctrl-C does not reach: it is ended below. A handler also makes the
	// script start with the default action where this test was started deaf to SIGINT, as shells do with `&`.
	let mut interrupt = signal(SignalKind::interrupt())?;
	let stage = stage()?;
	let mut network = Network::start(&stage)?;
	let outcome = tokio::select! {
		outcome = network.exercise(&stage) => outcome,
		_ = interrupt.recv() => Err(anyhow!("interrupted")),
	};
	if outcome.is_err() {
		network.print_logs();
	}
	section("end");
	let ended = network.end().await;
	if let (Err(_), Err(error)) = (&outcome, &ended) {
		println!("  also: {}", one_line(error));
	}
	outcome.and(ended)
}

/// The stage to run: `RUN_STAGE`, else the one that the workspace's manifest names.
fn stage() -> Result<String> {
	if let Ok(stage) = std::env::var("RUN_STAGE") {
		return Ok(stage);
	}
	let manifest = std::fs::read_to_string(root()?.join("Cargo.toml"))?;
	manifest
		.lines()
		.skip_while(|line| line.trim() != "[workspace.metadata]")
		.find_map(|line| line.strip_prefix("stage = "))
		.map(|value| value.trim().trim_matches('"').to_string())
		.context("the workspace's Cargo.toml names no stage")
}

fn root() -> Result<PathBuf> {
	let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
	crates.ancestors().nth(2).map(Path::to_path_buf).context("no workspace around this crate")
}

fn section(title: &str) {
	println!("--- {title}");
}

fn url(port: u16) -> String {
	format!("ws://127.0.0.1:{port}")
}

fn open_ports() -> Vec<u16> {
	let open = |port: &u16| {
		let address = SocketAddr::from(([127, 0, 0, 1], *port));
		TcpStream::connect_timeout(&address, LOOK).is_ok()
	};
	RELAY.into_iter().chain(PARA).filter(open).collect()
}

struct Network {
	script: Child,
	/// The process group of the script, and of the collator that is started again.
	group: Pid,
	/// What the script says.
	output: PathBuf,
	/// The collator that was started again, and its log.
	collator: Option<(Child, PathBuf)>,
	ended: bool,
}

impl Network {
	fn start(stage: &str) -> Result<Self> {
		section(&format!("start {stage}"));
		let open = open_ports();
		ensure!(open.is_empty(), "ports {open:?} are in use: end the network that runs already");
		let target = process::target_dir()?;
		let directory = target.join("network");
		std::fs::create_dir_all(&directory)?;
		let output = directory.join(format!("{stage}.log"));
		let file = File::create(&output)?;
		let root = root()?;
		let script = Command::new(root.join("scripts/run.sh"))
			.arg(stage)
			.current_dir(root)
			// It runs what was built beside this test.
			.env("CARGO_TARGET_DIR", target)
			.stdin(Stdio::null())
			.stdout(file.try_clone()?)
			.stderr(file)
			.process_group(0)
			.spawn()
			.context("starting scripts/run.sh")?;
		let group = Pid::from_raw(i32::try_from(script.id())?);
		println!("  output: {}", output.display());
		Ok(Self { script, group, output, collator: None, ended: false })
	}

	async fn exercise(&mut self, stage: &str) -> Result<()> {
		// Not before: until its nodes run, zombie-cli itself listens on their ports, and a connection would keep them busy.
		self.says("first block after ", UP).await?;
		println!("  nodes: {}", self.directory()?.display());
		let relay = Chain::connect(&url(RELAY[0]), ANSWER).await?;
		Chain::connect(&url(RELAY[1]), ANSWER).await?;
		let charlie = Chain::connect(&url(PARA[0]), ANSWER).await?;
		let dave = Chain::connect(&url(PARA[1]), ANSWER).await?;

		section(&format!("measure {BLOCKS} blocks"));
		let paras = [charlie, dave.clone()];
		let report = measure(&relay, &paras, BLOCKS, |line| println!("  {line}")).await?;
		println!("{report}");
		let json = process::target_dir()?.join("network").join(format!("{stage}.json"));
		std::fs::write(&json, serde_json::to_string_pretty(&report)?)?;
		println!("  written to {}", json.display());
		let missed = limits::of(stage)?.missed(&report);
		ensure!(missed.is_empty(), "limits of {stage} missed: {}", missed.join("; "));

		section("a client transfers, locks and opens");
		scenario::transfer_lock_open(&url(PARA[0])).await?;
		section("a client is refused what it must not do");
		scenario::refusals(&url(PARA[0])).await?;

		section("charlie is killed");
		let slot = Duration::from_millis(dave.slot_duration()?);
		let collator = Collator::named("charlie")?;
		kill(collator.pid, Signal::SIGKILL).context("killing charlie")?;
		goes_on(&dave, 10 * slot, 5 * slot, 3).await?;

		section("charlie is started again");
		let from = height(&dave.best().await?);
		self.restart(&collator)?;
		let key = keys::charlie().public_key().0;
		let wait = tokio::time::timeout(BACK, authors(&dave, key, from)).await;
		let number = wait.with_context(|| {
			format!("charlie has made no block that is final {} s after its start", BACK.as_secs())
		})??;
		println!("  charlie made #{number}");
		Ok(())
	}

	/// Waits until the script's output has a line that begins with `words`.
	async fn says(&mut self, words: &str, patience: Duration) -> Result<()> {
		let started = Instant::now();
		loop {
			if let Some(line) = self.line(words)? {
				println!("  {line}");
				return Ok(());
			}
			if let Some(status) = self.script.try_wait()? {
				bail!("scripts/run.sh ended ({status}) before it said `{words}`");
			}
			ensure!(
				started.elapsed() < patience,
				"scripts/run.sh did not say `{words}` within {} s",
				patience.as_secs()
			);
			tokio::time::sleep(LOOK).await;
		}
	}

	fn line(&self, words: &str) -> Result<Option<String>> {
		let output = std::fs::read(&self.output)?;
		let output = String::from_utf8_lossy(&output);
		Ok(output.lines().find(|line| line.starts_with(words)).map(str::to_string))
	}

	/// Where the nodes have their directories.
	fn directory(&self) -> Result<PathBuf> {
		let line = self.line("logs: ")?.context("scripts/run.sh named no directory of logs")?;
		Ok(PathBuf::from(line.trim_start_matches("logs: ")))
	}

	fn restart(&mut self, collator: &Collator) -> Result<()> {
		let log = process::target_dir()?.join("network").join("charlie-again.log");
		let file = File::create(&log)?;
		let mut command = Command::new(&collator.program);
		command
			.args(&collator.args)
			.stdin(Stdio::null())
			.stdout(file.try_clone()?)
			.stderr(file)
			.process_group(self.group.as_raw());
		if let Some(directory) = &collator.directory {
			command.current_dir(directory);
		}
		let child = command.spawn().context("starting charlie again")?;
		println!("  log: {}", log.display());
		self.collator = Some((child, log));
		Ok(())
	}

	/// Ends the network as Ctrl-C does, and fails if anything of it is left after 30 s.
	async fn end(&mut self) -> Result<()> {
		let nodes = self.directory().ok();
		killpg(self.group, Signal::SIGINT).context("interrupting scripts/run.sh")?;
		let started = Instant::now();
		loop {
			let ports = open_ports();
			let left = self.left(nodes.as_deref())?;
			if ports.is_empty() && left.is_empty() {
				println!("  ended after {} s", started.elapsed().as_secs());
				self.ended = true;
				return Ok(());
			}
			ensure!(
				started.elapsed() < END,
				"{} s after SIGINT ports {ports:?} are open, and there are: {left:#?}",
				END.as_secs()
			);
			tokio::time::sleep(LOOK).await;
		}
	}

	/// The processes of the groups that the script is in and that it made, and those that work in the network's directory.
	fn left(&mut self, nodes: Option<&Path>) -> Result<Vec<String>> {
		// Reaps them if they ended.
		self.script.try_wait()?;
		if let Some((collator, _)) = &mut self.collator {
			collator.try_wait()?;
		}
		let mut groups = vec![self.group.as_raw()];
		// The script writes them down, one a line.
		let file = nodes.and_then(Path::parent).map(|directory| directory.join("groups"));
		if let Some(text) = file.and_then(|file| std::fs::read_to_string(file).ok()) {
			groups.extend(text.lines().filter_map(|line| line.trim().parse::<i32>().ok()));
		}
		let nodes = nodes.map(|nodes| nodes.display().to_string());
		let left = processes()?.into_iter().filter(|process| {
			groups.contains(&process.group)
				|| nodes.as_ref().is_some_and(|nodes| process.command.contains(nodes))
		});
		Ok(left.map(|process| format!("{} {}", process.pid, process.command)).collect())
	}

	fn print_logs(&self) {
		let mut logs = vec![self.output.clone()];
		if let Ok(directory) = self.directory() {
			logs.extend(NODES.map(|node| directory.join(node).join(format!("{node}.log"))));
		}
		logs.extend(self.collator.iter().map(|(_, log)| log.clone()));
		for log in logs {
			println!("--- the end of {}\n{}", log.display(), process::tail(&log, TAIL));
		}
	}
}

impl Drop for Network {
	fn drop(&mut self) {
		if self.ended {
			return;
		}
		// The script ends what it started, and its guard does if the script is killed.
		let _ = killpg(self.group, Signal::SIGINT);
		if !matches!(process::wait(&mut self.script, 2 * END), Ok(Some(_))) {
			let _ = self.script.kill();
			let _ = self.script.wait();
		}
		if let Some((collator, _)) = &mut self.collator {
			let _ = collator.kill();
			let _ = collator.wait();
		}
	}
}

/// A process that is not merely waiting to be reaped.
struct Process {
	pid: i32,
	group: i32,
	command: String,
}

fn processes() -> Result<Vec<Process>> {
	let columns = ["-o", "pid=", "-o", "pgid=", "-o", "stat=", "-o", "args="];
	let output = Command::new("ps").arg("-axww").args(columns).output().context("running ps")?;
	let output = String::from_utf8_lossy(&output.stdout);
	let process = |line: &str| {
		let mut words = line.split_whitespace();
		let (pid, group) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
		let dead = words.next()?.starts_with('Z');
		let command = words.collect::<Vec<_>>().join(" ");
		(!dead).then_some(Process { pid, group, command })
	};
	Ok(output.lines().filter_map(process).collect())
}

/// A collator that zombienet started: what it takes to start it again.
struct Collator {
	pid: Pid,
	program: PathBuf,
	args: Vec<String>,
	directory: Option<PathBuf>,
}

impl Collator {
	fn named(name: &str) -> Result<Self> {
		let named = processes()?.into_iter().find(|process| {
			let words: Vec<_> = process.command.split(' ').collect();
			words.first().is_some_and(|program| program.ends_with(process::NODE))
				&& words.windows(2).any(|pair| pair == ["--name", name])
		});
		let process = named.with_context(|| format!("no process of a collator named {name}"))?;
		let of_process = PathBuf::from(format!("/proc/{}", process.pid));
		// Where there is no /proc, no argument may have a space in it.
		let words: Vec<String> = match std::fs::read(of_process.join("cmdline")) {
			Ok(line) => line
				.split(|byte| *byte == 0)
				.map(|word| String::from_utf8_lossy(word).into_owned())
				.filter(|word| !word.is_empty())
				.collect(),
			Err(_) => process.command.split(' ').map(str::to_string).collect(),
		};
		let program = match std::fs::read_link(of_process.join("exe")) {
			Ok(program) => program,
			Err(_) => process::node_binary()?,
		};
		Ok(Self {
			pid: Pid::from_raw(process.pid),
			program,
			args: words.into_iter().skip(1).collect(),
			directory: std::fs::read_link(of_process.join("cwd")).ok(),
		})
	}
}

/// Watches the best block of `para` for `period`: it has to rise by `blocks` at least, and never to rest for `gap`.
async fn goes_on(para: &Chain, period: Duration, gap: Duration, blocks: u32) -> Result<()> {
	let first = height(&para.best().await?);
	let mut heads = para.rpc().chain_subscribe_new_heads().await?;
	let (started, mut risen, mut best) = (Instant::now(), Instant::now(), first);
	while started.elapsed() < period {
		let left =
			gap.saturating_sub(risen.elapsed()).min(period.saturating_sub(started.elapsed()));
		if let Ok(head) = tokio::time::timeout(left, heads.next()).await {
			let number = height(&head.context("dave closed its connection")??);
			if number > best {
				println!("  #{number} after {:.1} s", risen.elapsed().as_secs_f64());
				(best, risen) = (number, Instant::now());
			}
		}
		ensure!(risen.elapsed() < gap, "no block for {} s with one collator left", gap.as_secs());
	}
	ensure!(
		best - first >= blocks,
		"only {} blocks in {} s with one collator left",
		best - first,
		period.as_secs()
	);
	Ok(())
}

/// Waits until a finalized block above `from` was made by `key`, and returns its height.
async fn authors(para: &Chain, key: [u8; 32], from: u32) -> Result<u32> {
	let mut blocks = para.api().stream_blocks().await?;
	while let Some(block) = blocks.next().await {
		let header: Header = block?.header().clone();
		if height(&header) <= from {
			continue;
		}
		let author = para.author(&header).await? as usize;
		if para.authorities(header.parent_hash).await?.get(author) == Some(&key) {
			return Ok(height(&header));
		}
	}
	bail!("{} closed its connection", para.url())
}
