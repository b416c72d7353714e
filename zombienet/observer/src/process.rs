//! Starts and ends the node binary, for tests: on a free port, with its log in a file, and ended when dropped.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::client::Chain;
use crate::one_line;
use anyhow::anyhow;
use anyhow::bail;
use anyhow::Context;
use anyhow::Result;
use nix::sys::signal::kill;
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;
use tempfile::TempDir;

/// The file name of the node.
pub const NODE: &str = "parachain-template-node";
/// How long a node may take until its RPC port answers.
const START: Duration = Duration::from_secs(60);
/// How long a node may take to end after SIGTERM before it is killed; it closes its database meanwhile.
const END: Duration = Duration::from_secs(30);
/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// How much of a log is shown when something fails.
const TAIL: usize = 40;

/// The node binary: `$PARACHAIN_TEMPLATE_NODE`, else the one beside this test or program.
pub fn node_binary() -> Result<PathBuf> {
	let path = match std::env::var_os("PARACHAIN_TEMPLATE_NODE") {
		Some(path) => PathBuf::from(path),
		None => target_dir()?.join("release").join(NODE),
	};
	if !path.is_file() {
		bail!(
			"{} is no file: build the node with `cargo build --release -p {NODE}`, or set PARACHAIN_TEMPLATE_NODE",
			path.display()
		);
	}
	Ok(path)
}

/// Cargo's target directory: `$CARGO_TARGET_DIR`, else where this test or program was built.
pub fn target_dir() -> Result<PathBuf> {
	if let Some(path) = std::env::var_os("CARGO_TARGET_DIR") {
		return Ok(PathBuf::from(path));
	}
	let this = std::env::current_exe().context("finding out where this program is")?;
	// target/release/program, or target/release/deps/test
	this.ancestors()
		.skip(1)
		.find(|directory| !directory.ends_with("deps"))
		.and_then(Path::parent)
		.map(Path::to_path_buf)
		.with_context(|| {
			format!("{} is in no target directory: set CARGO_TARGET_DIR", this.display())
		})
}

/// The last `lines` lines of the file `path`; says so if it cannot be read.
pub fn tail(path: &Path, lines: usize) -> String {
	match std::fs::read(path) {
		Ok(bytes) => {
			let text = String::from_utf8_lossy(&bytes);
			let all: Vec<_> = text.lines().collect();
			all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
		},
		Err(error) => format!("{} cannot be read: {error}", path.display()),
	}
}

/// A running node. Dropping it ends it.
pub struct Node {
	child: Child,
	url: String,
	log: PathBuf,
	base_path: PathBuf,
	/// Holds the log, and the database if none was given.
	_directory: TempDir,
}

impl Node {
	/// Starts `binary` with `args` on free ports and waits until it answers by RPC, for a minute at most. The database goes to
	/// `base_path`, or to a directory that ends with the node. Ctrl-C ends it as it ends what started it.
	pub async fn start(binary: &Path, args: &[&str], base_path: Option<&Path>) -> Result<Self> {
		let directory = tempfile::tempdir().context("making a directory for a node")?;
		let log = directory.path().join("node.log");
		let base_path = match base_path {
			Some(path) => path.to_path_buf(),
			None => directory.path().join("data"),
		};
		let output = File::create(&log).with_context(|| format!("making {}", log.display()))?;
		let child = Command::new(binary)
			.args(args)
			.arg("--base-path")
			.arg(&base_path)
			.args(["--rpc-port", "0", "--port", "0"])
			.args(["--no-prometheus", "--no-telemetry", "--no-mdns"])
			.stdin(Stdio::null())
			.stdout(output.try_clone().context("sharing a log file")?)
			.stderr(output)
			.spawn()
			.with_context(|| format!("starting {}", binary.display()))?;
		let mut node = Self { child, url: String::new(), log, base_path, _directory: directory };
		node.answers().await.map_err(|error| {
			anyhow!("{NODE} {}: {}\n{}", args.join(" "), one_line(&error), node.tail())
		})?;
		Ok(node)
	}

	async fn answers(&mut self) -> Result<()> {
		let started = Instant::now();
		while started.elapsed() < START {
			if let Some(status) = self.child.try_wait()? {
				bail!("ended at once ({status})");
			}
			// As it is written, a character may not be whole yet either.
			let log = std::fs::read(&self.log)?;
			if let Some(port) = rpc_port(&String::from_utf8_lossy(&log)) {
				self.url = format!("ws://127.0.0.1:{port}");
				if Chain::connect(&self.url, Duration::ZERO).await.is_ok() {
					return Ok(());
				}
			}
			tokio::time::sleep(LOOK).await;
		}
		bail!("did not answer in {} s", START.as_secs())
	}

	/// The address of its RPC port.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// Where its database is.
	pub fn base_path(&self) -> &Path {
		&self.base_path
	}

	/// A connection to it.
	pub async fn connect(&self) -> Result<Chain> {
		Chain::connect(&self.url, Duration::from_secs(10)).await
	}

	/// Whether it still runs.
	pub fn runs(&mut self) -> Result<bool> {
		Ok(self.child.try_wait()?.is_none())
	}

	/// The last lines of its log.
	pub fn tail(&self) -> String {
		tail(&self.log, TAIL)
	}

	/// Ends it with SIGTERM. Fails if it has to be killed after half a minute, or ends with another exit status than 0.
	pub fn end(mut self) -> Result<()> {
		terminate(&self.child)?;
		match wait(&mut self.child, END)? {
			Some(status) if status.success() => Ok(()),
			Some(status) => bail!("after SIGTERM {NODE} ended with {status}\n{}", self.tail()),
			None => bail!("{NODE} did not end in {} s\n{}", END.as_secs(), self.tail()),
		}
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		// Nothing is left to be done about a process that cannot be ended.
		if let Ok(None) = self.child.try_wait() {
			let _ = terminate(&self.child);
			if let Ok(None) = wait(&mut self.child, END) {
				let _ = self.child.kill();
				let _ = self.child.wait();
			}
		}
		if std::thread::panicking() {
			eprintln!("the last lines of {NODE}:\n{}", self.tail());
		}
	}
}

/// What a process that ended left behind.
#[derive(Debug)]
pub struct Finished {
	/// Its exit status.
	pub status: ExitStatus,
	/// What it wrote to standard output.
	pub stdout: Vec<u8>,
	/// What it wrote to standard error.
	pub stderr: String,
}

/// Runs `binary` with `args` to its end. Kills it and fails if that takes longer than `patience`.
pub fn run(binary: &Path, args: &[&str], patience: Duration) -> Result<Finished> {
	let directory = tempfile::tempdir().context("making a directory for a process")?;
	let (stdout, stderr) = (directory.path().join("stdout"), directory.path().join("stderr"));
	let mut child = Command::new(binary)
		.args(args)
		.stdin(Stdio::null())
		.stdout(File::create(&stdout)?)
		.stderr(File::create(&stderr)?)
		.spawn()
		.with_context(|| format!("starting {}", binary.display()))?;
	let Some(status) = wait(&mut child, patience)? else {
		child.kill()?;
		child.wait()?;
		bail!(
			"{} {} did not end in {} s\n{}",
			binary.display(),
			args.join(" "),
			patience.as_secs(),
			tail(&stderr, TAIL)
		);
	};
	Ok(Finished {
		status,
		stdout: std::fs::read(&stdout)?,
		stderr: String::from_utf8_lossy(&std::fs::read(&stderr)?).into_owned(),
	})
}

/// The port where a node answers by RPC, as its log says, of which the last line may not be whole yet.
fn rpc_port(log: &str) -> Option<u16> {
	let (_, rest) = log.split_once("Running JSON-RPC server: addr=127.0.0.1:")?;
	let (port, _) = rest.split_once([',', '\n'])?;
	port.parse().ok()
}

/// Waits for `child` to end, for `patience` at most.
pub fn wait(child: &mut Child, patience: Duration) -> Result<Option<ExitStatus>> {
	let started = Instant::now();
	loop {
		match child.try_wait().context("waiting for a process")? {
			Some(status) => return Ok(Some(status)),
			None if started.elapsed() >= patience => return Ok(None),
			None => std::thread::sleep(LOOK),
		}
	}
}

/// Sends SIGTERM to `child`, and to nothing else. It has not been waited for, so its id is still its own.
fn terminate(child: &Child) -> Result<()> {
	let pid = Pid::from_raw(i32::try_from(child.id())?);
	kill(pid, Signal::SIGTERM).with_context(|| format!("ending process {pid}"))
}

#[cfg(test)]
mod tests {
	use super::*;

	const SHORT: Duration = Duration::from_millis(300);

	#[test]
	fn a_process_is_run_to_its_end() -> Result<()> {
		let script = ["-c", "echo out; echo err >&2; exit 3"];
		let finished = run(Path::new("/bin/sh"), &script, Duration::from_secs(10))?;
		assert_eq!(finished.status.code(), Some(3));
		assert_eq!(
			(finished.stdout.as_slice(), finished.stderr.as_str()),
			(&b"out\n"[..], "err\n")
		);
		Ok(())
	}

	#[test]
	fn a_process_that_does_not_end_is_an_error() {
		let started = Instant::now();
		assert!(run(Path::new("/bin/sh"), &["-c", "exec sleep 60"], SHORT).is_err());
		assert!(started.elapsed() < Duration::from_secs(10));
	}

	#[test]
	fn the_port_is_in_the_log() {
		let line = "2026-01-01 00:00:00 Running JSON-RPC server: addr=127.0.0.1:40001";
		assert_eq!(rpc_port(&format!("{line}\n")), Some(40001));
		assert_eq!(rpc_port(&format!("a line\n{line},[::1]:40002\n")), Some(40001));
		assert_eq!(rpc_port(line), None);
		assert_eq!(rpc_port("a line\n"), None);
	}

	#[test]
	fn a_tail_is_the_end_of_a_file() -> Result<()> {
		let directory = tempfile::tempdir()?;
		let file = directory.path().join("log");
		std::fs::write(&file, "a\nb\nc\n")?;
		assert_eq!(tail(&file, 2), "b\nc");
		assert_eq!(tail(&file, 9), "a\nb\nc");
		assert!(tail(&directory.path().join("none"), 2).contains("cannot be read"));
		Ok(())
	}

	#[test]
	fn this_test_is_in_a_target_directory() -> Result<()> {
		assert!(target_dir()?.is_dir());
		Ok(())
	}
}
