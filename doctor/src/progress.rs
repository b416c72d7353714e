//! A bar on a terminal's last line, and nothing where there is no terminal.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use std::io::IsTerminal;
use std::io::Write;

/// How many characters the bar has.
const WIDTH: u32 = 30;

/// A bar on stderr.
pub struct Progress {
	on: bool,
}

impl Progress {
	/// One that is shown if stderr is a terminal.
	pub fn new() -> Self {
		Self { on: std::io::stderr().is_terminal() }
	}

	/// Shows `done` of `all` blocks.
	pub fn show(&mut self, done: u32, all: u32) {
		if self.on && all > 0 {
			// A terminal that is gone is none to complain on.
			let _ = write!(std::io::stderr(), "\r{} ", bar(done, all));
		}
	}

	/// Takes the bar away.
	pub fn clear(&mut self) {
		if self.on {
			let _ = write!(std::io::stderr(), "\r{:60}\r", "");
		}
	}
}

impl Default for Progress {
	fn default() -> Self {
		Self::new()
	}
}

fn bar(done: u32, all: u32) -> String {
	let done = done.min(all);
	let full = u64::from(WIDTH) * u64::from(done) / u64::from(all.max(1));
	let bar: String = (0..u64::from(WIDTH)).map(|at| if at < full { '#' } else { '.' }).collect();
	format!("watching [{bar}] {done} of {all}")
}

#[cfg(test)]
mod tests {
	use super::bar;

	#[test]
	fn a_bar_is_as_full_as_it_says() {
		assert_eq!(bar(0, 10).matches('#').count(), 0);
		assert_eq!(bar(5, 10).matches('#').count(), 15);
		assert_eq!(bar(12, 10).matches('#').count(), 30);
		assert!(bar(5, 10).ends_with("5 of 10"));
		assert_eq!(bar(0, 0).matches('#').count(), 0);
	}
}
