//! Tells which phase of the migration to asynchronous backing a live parachain is in, and what is wrong with it.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! What is looked at, and what is made of it, are apart: everything observed is a [`facts::Facts`], and everything said is a pure
//! function of it.
//!
//! - [`node`]: a connection within limits; [`chain`], [`relay`], [`watch`], [`metrics`]: what is read through it.
//! - [`code`]: what a runtime's wasm tells; [`source`]: what a checkout tells.
//! - [`steps`], [`phase`], [`rules`], [`measure`]: what is made of the facts.
//! - [`report`]: how it is said; [`look`]: all of it in its order; [`progress`]: a bar meanwhile.
//!
//! Nothing is compiled in from a runtime's metadata: it is read from the node, so this is for any parachain.

pub mod chain;
pub mod code;
#[cfg(test)]
mod examples;
pub mod facts;
pub mod look;
pub mod measure;
pub mod metrics;
pub mod node;
pub mod phase;
pub mod progress;
pub mod relay;
pub mod report;
pub mod rules;
pub mod source;
pub mod steps;
pub mod watch;

/// `error` and its causes on one line, each said once: client libraries repeat a cause in the error around it.
pub fn one_line(error: &anyhow::Error) -> String {
	let mut line = String::new();
	for cause in error.chain().map(|cause| cause.to_string().replace(['\n', '\r'], " ")) {
		if line.contains(&cause) {
			continue;
		}
		if !line.is_empty() {
			line.push_str(": ");
		}
		line.push_str(&cause);
	}
	// What a server says may be as long as it likes.
	match line.char_indices().nth(300) {
		Some((end, _)) => format!("{}…", &line[..end]),
		None => line,
	}
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

	#[test]
	fn a_line_has_an_end() {
		assert_eq!(one_line(&anyhow!("é".repeat(10_000))).chars().count(), 301);
	}
}
