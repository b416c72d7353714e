//! The command `network-observer`: see `network-observer --help`.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

mod cli;

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
	match cli::run(cli::Cli::parse()).await {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {}", network_observer::one_line(&error));
			ExitCode::FAILURE
		},
	}
}
