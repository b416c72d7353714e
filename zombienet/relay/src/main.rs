//! The relay chain's node, exactly as the SDK ships it.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

fn main() -> std::process::ExitCode {
	match polkadot_cli::run() {
		Ok(()) => std::process::ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {error}");
			std::process::ExitCode::FAILURE
		},
	}
}
