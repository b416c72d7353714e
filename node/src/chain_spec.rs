//! The chains the node knows by name: `dev` and `local`. Every other chain comes as a file.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use parachain_template_runtime::genesis::PARA_ID;
use parachain_template_runtime::WASM_BINARY;
use polkadot_sdk::*;
use sc_chain_spec::ChainSpecExtension;
use sc_service::ChainType;
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
use sp_runtime::serde;
use sp_runtime::Deserialize;
use sp_runtime::Serialize;

/// The specification of a parachain.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions>;

/// What a parachain's specification says beside what every chain's does.
#[derive(Clone, Debug, Serialize, Deserialize, ChainSpecExtension)]
#[serde(crate = "serde")]
pub struct Extensions {
	/// The relay chain's id, used where no other is named on the command line.
	#[serde(alias = "relayChain", alias = "RelayChain")]
	pub relay_chain: String,
	/// The chain's id there. Other tools read it here; this node asks the runtime.
	#[serde(alias = "paraId", alias = "ParaId")]
	pub para_id: Option<u32>,
}

impl Extensions {
	/// The extensions of a specification, if it has them.
	pub fn try_get(spec: &dyn sc_service::ChainSpec) -> Option<&Self> {
		sc_chain_spec::get_extension(spec.extensions())
	}
}

/// The relay chain of the networks on one machine.
const LOCAL_RELAY_CHAIN: &str = "rococo-local";

/// A built-in chain, from a genesis preset of the runtime that is compiled in.
///
/// Fails if the runtime was compiled with `SKIP_WASM_BUILD`.
fn built_in(
	name: &str,
	id: &str,
	chain_type: ChainType,
	relay_chain: &str,
	preset: &str,
) -> Result<ChainSpec, String> {
	let wasm = WASM_BINARY
		.ok_or("this node was compiled without its runtime: compile it without SKIP_WASM_BUILD")?;
	let mut properties = sc_chain_spec::Properties::new();
	properties.insert("tokenSymbol".into(), "UNIT".into());
	properties.insert("tokenDecimals".into(), 12.into());
	properties.insert("ss58Format".into(), 42.into());
	let extensions = Extensions { relay_chain: relay_chain.into(), para_id: Some(PARA_ID) };

	Ok(ChainSpec::builder(wasm, extensions)
		.with_name(name)
		.with_id(id)
		.with_chain_type(chain_type)
		.with_genesis_config_preset_name(preset)
		.with_protocol_id(id)
		.with_properties(properties)
		.build())
}

/// The specification that `--chain` names: `dev`, `local` (also where nothing is named), or a file's path.
pub fn load(id: &str) -> Result<ChainSpec, String> {
	match id {
		"dev" => built_in(
			"Parachain Template Development",
			"parachain-template-dev",
			ChainType::Development,
			LOCAL_RELAY_CHAIN,
			DEV_RUNTIME_PRESET,
		),
		"" | "local" => built_in(
			"Parachain Template Local",
			"parachain-template-local",
			ChainType::Local,
			LOCAL_RELAY_CHAIN,
			LOCAL_TESTNET_RUNTIME_PRESET,
		),
		path if std::path::Path::new(path).is_file() => ChainSpec::from_json_file(path.into())
			.map_err(|error| format!("`{path}` is not a chain specification: {error}")),
		other => Err(format!(
			"there is no chain `{other}`: name `dev`, `local`, or the path of a chain specification"
		)),
	}
}
