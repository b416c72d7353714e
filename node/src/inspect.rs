//! Says of a runtime's wasm what is asked before an upgrade: its hash, its version, and the calls that authorize it.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::components::ParachainExecutor;
use codec::Decode;
use codec::Encode;
use parachain_template_runtime::opaque::Block;
use parachain_template_runtime::RuntimeCall;
use polkadot_sdk::*;
use sc_executor::RuntimeVersion;
use sp_core::hexdisplay::HexDisplay;
use sp_core::traits::ReadRuntimeVersion;
use sp_runtime::traits::Hash;
use sp_runtime::traits::HashingFor;
use std::path::Path;

/// Prints what `file` is, one line for each thing. The calls are encoded for the runtime that is compiled into this node:
/// what they need of it, the pallets' indices, no upgrade may change.
pub fn runtime(file: &Path) -> sc_cli::Result<()> {
	let path = file.display();
	let code = std::fs::read(file).map_err(|error| format!("`{path}` cannot be read: {error}"))?;
	// Where the version is not written beside the code, which is where our runtime has it, the code is asked.
	let version = ParachainExecutor::builder()
		.build()
		.read_runtime_version(&code, &mut sp_io::TestExternalities::default().ext())
		.map_err(|error| format!("`{path}` is no runtime: {error}"))?;
	let version = RuntimeVersion::decode(&mut &version[..])?;

	// The chain hashes the code as it is submitted, compressed.
	let code_hash = HashingFor::<Block>::hash(&code);
	let authorize = RuntimeCall::System(frame_system::Call::authorize_upgrade { code_hash });
	let sudo = RuntimeCall::Sudo(pallet_sudo::Call::sudo { call: Box::new(authorize.clone()) });
	println!("code hash:     {code_hash:?}");
	println!("spec_name:     {}", version.spec_name);
	println!("spec_version:  {}", version.spec_version);
	println!("transactions:  version {}", version.transaction_version);
	println!("system.authorize_upgrade: 0x{}", HexDisplay::from(&authorize.encode()));
	println!("sudo.sudo of it:          0x{}", HexDisplay::from(&sudo.encode()));
	Ok(())
}
