//! Gives the binaries the commit they were built from.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

fn main() {
	substrate_build_script_utils::generate_cargo_keys();
}
