//! The collator node's entry: runs the command and, where it fails, says why in one line.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

#![warn(missing_docs)]

mod chain_spec;
mod cli;
mod command;
mod components;
mod dev;
mod inspect;
mod rpc;
mod service;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {}", command::explain(&error));
			ExitCode::FAILURE
		},
	}
}
