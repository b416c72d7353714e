//! The stages, and where the binaries, runtimes and specifications of each are.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use clap::ValueEnum;
use std::fmt;
use std::path::Path;
use std::path::PathBuf;

/// The file name of the node.
const NODE: &str = "parachain-template-node";
/// The file name of the runtime that goes into an upgrade.
const RUNTIME: &str = "parachain_template_runtime.compact.compressed.wasm";

/// A stage of the migration, in their order.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
pub enum Stage {
	/// Synchronous backing, nothing prepared.
	#[value(name = "sync")]
	Sync,
	/// The runtime is ready.
	#[value(name = "phase-1")]
	Phase1,
	/// The collators are ready.
	#[value(name = "phase-2")]
	Phase2,
	/// Asynchronous backing is on.
	#[value(name = "phase-3")]
	Phase3,
}

impl Stage {
	/// As its tag is named.
	pub fn name(self) -> &'static str {
		match self {
			Self::Sync => "sync",
			Self::Phase1 => "phase-1",
			Self::Phase2 => "phase-2",
			Self::Phase3 => "phase-3",
		}
	}

	/// The `spec_version` of its runtime.
	pub fn spec_version(self) -> u32 {
		match self {
			Self::Sync => 1,
			Self::Phase1 | Self::Phase2 => 2,
			Self::Phase3 => of_main(),
		}
	}
}

/// The `spec_version` of main, which goes on to upgrades of its own.
fn of_main() -> u32 {
	let runtime = include_str!("../../../runtime/src/lib.rs");
	let mut numbers = runtime.lines().filter_map(|line| line.trim().strip_prefix("spec_version: "));
	let number = numbers.next().and_then(|number| number.strip_suffix(',')?.parse().ok());
	number.expect("VERSION has one, on a line of its own, which a test reads; qed")
}

impl fmt::Display for Stage {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		out.write_str(self.name())
	}
}

/// Where the things are that a rehearsal needs. All paths are absolute: nodes run in directories of their own.
#[derive(Clone, Debug)]
pub struct Paths {
	/// A directory for each stage, with its node and its runtime: what `scripts/stages.sh build` makes.
	pub stages: PathBuf,
	/// The directory of `polkadot` and its two workers.
	pub relay: PathBuf,
	/// The directory of the specifications, a TOML file for each stage.
	pub specs: PathBuf,
	/// The directory for reports and the networks' files.
	pub out: PathBuf,
}

impl Paths {
	/// The node of `stage`.
	pub fn node(&self, stage: Stage) -> Result<PathBuf> {
		built(self.stages.join(stage.name()).join(NODE))
	}

	/// The runtime of `stage`, as an upgrade submits it.
	pub fn runtime(&self, stage: Stage) -> Result<Vec<u8>> {
		let path = built(self.stages.join(stage.name()).join(RUNTIME))?;
		std::fs::read(&path).with_context(|| format!("reading {}", path.display()))
	}

	/// The runtime of phase 3 with the `spec_version` of phase 2, if somebody built one: an ordinary build does not.
	pub fn unbumped_runtime(&self) -> Option<Vec<u8>> {
		std::fs::read(self.stages.join("phase-3-unbumped").join(RUNTIME)).ok()
	}

	/// The relay chain's binary.
	pub fn polkadot(&self) -> Result<PathBuf> {
		built(self.relay.join("polkadot"))
	}

	/// The specification of `stage`.
	pub fn spec(&self, stage: Stage) -> Result<String> {
		let path = self.specs.join(format!("{stage}.toml"));
		std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
	}
}

fn built(path: PathBuf) -> Result<PathBuf> {
	ensure!(path.is_file(), "{} is missing: build it with scripts/stages.sh build", path.display());
	// Zombienet takes a command apart at its spaces.
	ensure!(
		!spaced(&path),
		"{} has a space in its path: set CARGO_TARGET_DIR to one without",
		path.display()
	);
	Ok(path)
}

fn spaced(path: &Path) -> bool {
	path.to_string_lossy().contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn each_runtime_has_a_higher_version() {
		let versions = [Stage::Sync, Stage::Phase1, Stage::Phase3].map(Stage::spec_version);
		assert!(versions.is_sorted_by(|one, next| one < next), "{versions:?}");
	}
}
