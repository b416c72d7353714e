//! Watches a running network and measures it: the library behind `network-observer`, and the tests' client for a node.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//!
//! - [`client`]: one connection to one node: reads, submits, names what was refused and why.
//! - [`watch`]: waits for a network's first block, then prints one line per block.
//! - [`measure`]: watches relay chain and parachain over the same window and makes a [`measure::Report`] of it.
//! - [`limits`]: what a stage's report has to keep.
//! - [`scenario`]: what a user does with the chain, and what a chain has to refuse.
//! - [`process`]: starts and ends a node, for tests.
//!
//! Nothing is compiled in from a runtime's metadata: it is read from the node, so one binary serves every stage and both
//! chains.

pub mod client;
pub mod limits;
pub mod measure;
pub mod process;
pub mod scenario;
pub mod watch;

/// `error` and its causes on one line, each said once: client libraries repeat a cause in the error around it.
pub fn one_line(error: &anyhow::Error) -> String {
	let mut line = String::new();
	for cause in error.chain().map(|cause| cause.to_string().replace('\n', " ")) {
		if line.contains(&cause) {
			continue;
		}
		if !line.is_empty() {
			line.push_str(": ");
		}
		line.push_str(&cause);
	}
	line
}

#[cfg(test)]
mod tests {
	use super::one_line;
	use anyhow::anyhow;

	#[test]
	fn a_cause_that_is_said_already_is_not_repeated() {
		let error = anyhow!("connection\nrefused")
			.context("RPC error: connection refused")
			.context("reading X");
		assert_eq!(one_line(&error), "reading X: RPC error: connection refused");
	}
}
