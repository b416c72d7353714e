//! Compiles the runtime to the wasm that goes on chain, with the metadata's hash inside where it is asked for.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

#[cfg(all(feature = "std", feature = "metadata-hash"))]
fn main() {
	// Symbol and decimals are part of the hash: they must be those of the chain spec's properties.
	substrate_wasm_builder::WasmBuilder::init_with_defaults()
		.enable_metadata_hash("UNIT", 12)
		.build();
}

#[cfg(all(feature = "std", not(feature = "metadata-hash")))]
fn main() {
	substrate_wasm_builder::WasmBuilder::build_using_defaults();
}

// Inside the wasm build itself there is nothing to build.
#[cfg(not(feature = "std"))]
fn main() {}
