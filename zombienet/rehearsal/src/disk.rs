//! A small file system for a database, that can be filled without harm to anything else.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

/// How large the file system is: what a node wants to be free before it starts (`--db-storage-threshold`, 1024 MiB), and several
/// times the database of a short-lived chain.
const SIZE: &str = "size=1536m";
/// The largest file system that is filled, in bytes, when one was given: whoever names his root by mistake keeps it.
const MOST: u64 = 2_000_000_000;
/// What is written at once.
const CHUNK: usize = 1 << 20;

/// A directory on a file system of its own. Unmounted when dropped, if it was mounted here.
pub struct SmallDisk {
	directory: PathBuf,
	mounted: bool,
}

impl SmallDisk {
	/// That of the environment variable `REHEARSAL_SMALL_DISK`, an empty directory on a small file system; else a memory
	/// file system, mounted at `directory`. `None` if that is not permitted.
	pub fn new(directory: &Path) -> Result<Option<Self>> {
		if let Some(given) = std::env::var_os("REHEARSAL_SMALL_DISK") {
			return Ok(Some(Self { directory: PathBuf::from(given), mounted: false }));
		}
		std::fs::create_dir_all(directory)
			.with_context(|| format!("making {}", directory.display()))?;
		let mounted = Command::new("mount")
			.args(["-t", "tmpfs", "-o", SIZE, "tmpfs"])
			.arg(directory)
			.stderr(Stdio::null())
			.status()
			.is_ok_and(|status| status.success());
		Ok(mounted.then(|| Self { directory: directory.to_path_buf(), mounted: true }))
	}

	/// Moves the directory `data` here, and leaves a link in its place.
	pub fn take(&self, data: &Path) -> Result<()> {
		copy(data, &self.data())?;
		std::fs::rename(data, kept(data)).with_context(|| format!("moving {}", data.display()))?;
		symlink(self.data(), data).with_context(|| format!("linking {}", data.display()))
	}

	/// Moves it back.
	pub fn give_back(&self, data: &Path) -> Result<()> {
		std::fs::remove_file(data).with_context(|| format!("unlinking {}", data.display()))?;
		std::fs::remove_dir_all(kept(data))?;
		copy(&self.data(), data)?;
		std::fs::remove_dir_all(self.data()).context("emptying the small disk")
	}

	/// Puts what was there before [`SmallDisk::take`] back in its place: for a database that the full disk broke.
	pub fn restore(data: &Path) -> Result<()> {
		if !kept(data).is_dir() {
			return Ok(());
		}
		if data.is_symlink() {
			std::fs::remove_file(data).with_context(|| format!("unlinking {}", data.display()))?;
		}
		std::fs::rename(kept(data), data).with_context(|| format!("moving {} back", data.display()))
	}

	/// Fills what is left. Returns how much that was, in bytes.
	pub fn fill(&self) -> Result<u64> {
		let mut file = File::create(self.filler()).context("making a file on the small disk")?;
		let (chunk, mut written) = (vec![0; CHUNK], 0u64);
		loop {
			if file.write_all(&chunk).and_then(|()| file.sync_data()).is_err() {
				return Ok(written);
			}
			written += chunk.len() as u64;
			if written >= MOST {
				self.free()?;
			}
			ensure!(written < MOST, "{} is not small", self.directory.display());
		}
	}

	/// Frees it again.
	pub fn free(&self) -> Result<()> {
		std::fs::remove_file(self.filler()).context("freeing the small disk")
	}

	fn data(&self) -> PathBuf {
		self.directory.join("data")
	}

	fn filler(&self) -> PathBuf {
		self.directory.join("filler")
	}
}

impl Drop for SmallDisk {
	fn drop(&mut self) {
		let _ = std::fs::remove_file(self.filler());
		if self.mounted {
			// Lazily: a node may have files open there.
			let _ = Command::new("umount").arg("-l").arg(&self.directory).status();
		}
	}
}

/// Where a directory waits while it is on the small disk.
fn kept(data: &Path) -> PathBuf {
	data.with_extension("kept")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
	let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().context("running cp")?;
	ensure!(copied.success(), "copying {} to {} failed", from.display(), to.display());
	Ok(())
}
