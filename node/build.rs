//! Gives the binary the commit it was built from, for `--version` and telemetry.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

fn main() {
	substrate_build_script_utils::generate_cargo_keys();
	substrate_build_script_utils::rerun_if_git_head_changed();
}
