//! Gives the binaries the commit they were built from.
//! The same in every stage.

fn main() {
	substrate_build_script_utils::generate_cargo_keys();
}
