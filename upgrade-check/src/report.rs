//! What is said of each check, and whether all of them held.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

/// The checks so far.
#[derive(Debug, Default)]
pub struct Report {
	/// How many held.
	pub passed: u32,
	/// How many did not.
	pub failed: u32,
}

impl Report {
	/// Says of one check what was found, and whether that is as it has to be.
	pub fn check(&mut self, holds: bool, text: impl AsRef<str>) {
		let (count, word) =
			if holds { (&mut self.passed, "ok     ") } else { (&mut self.failed, "FAILED ") };
		*count += 1;
		println!("{word} {}", text.as_ref());
	}

	/// The sum; returns whether all held.
	pub fn close(&self) -> bool {
		if self.passed + self.failed > 0 {
			println!("{} passed, {} failed", self.passed, self.failed);
		}
		self.failed == 0
	}
}

/// An error and what caused it, on one line. Of what a trap in a runtime says, only what it is: the rest are addresses.
pub fn one_line(error: &anyhow::Error) -> String {
	let causes = error.chain().map(|cause| {
		let text = cause.to_string();
		let text = text.split("WASM backtrace").next().unwrap_or_default();
		text.split_whitespace().collect::<Vec<_>>().join(" ")
	});
	causes.collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn one_failed_check_fails_all() {
		let mut report = Report::default();
		report.check(true, "good");
		assert!(report.close());
		report.check(false, "bad");
		assert!(!report.close());
		assert_eq!((report.passed, report.failed), (1, 1));
	}

	#[test]
	fn an_error_is_one_line() {
		let error = anyhow::anyhow!("trap:\n  unreachable\nWASM backtrace:\n  0: 0x12")
			.context("it failed");
		assert_eq!(one_line(&error), "it failed: trap: unreachable");
	}
}
