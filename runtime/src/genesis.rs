//! The state chains start with: `development`, one collator, and `local_testnet`, two.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::*;
use frame_support::build_struct_json_patch;
use sp_genesis_builder::PresetId;
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
use sp_keyring::Sr25519Keyring;

/// The id of this chain on the relay chain of every preset. A chain of your own reserves its id before it has a genesis.
pub const PARA_ID: u32 = 2000;

/// The version of XCM spoken to chains whose own version is not known yet.
const SAFE_XCM_VERSION: u32 = xcm::prelude::XCM_VERSION;

/// The genesis with these collators, a million tokens for each well-known account, and Alice as sudo.
fn genesis(collators: &[Sr25519Keyring]) -> serde_json::Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig {
			balances: Sr25519Keyring::well_known()
				.map(|account| (account.to_account_id(), 1_000_000 * UNIT))
				.collect::<Vec<_>>(),
		},
		parachain_info: ParachainInfoConfig { parachain_id: PARA_ID.into() },
		collator_selection: CollatorSelectionConfig {
			invulnerables: collators.iter().map(|c| c.to_account_id()).collect::<Vec<_>>(),
			candidacy_bond: 16 * UNIT,
		},
		session: SessionConfig {
			keys: collators
				.iter()
				.map(|c| {
					let keys = SessionKeys { aura: c.public().into() };
					(c.to_account_id(), c.to_account_id(), keys)
				})
				.collect::<Vec<_>>(),
		},
		polkadot_xcm: PolkadotXcmConfig { safe_xcm_version: Some(SAFE_XCM_VERSION) },
		sudo: SudoConfig { key: Some(Sr25519Keyring::Alice.to_account_id()) },
	})
}

/// The genesis of the preset of that name, as JSON, or `None` where there is no such preset.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEV_RUNTIME_PRESET => genesis(&[Sr25519Keyring::Alice]),
		LOCAL_TESTNET_RUNTIME_PRESET => genesis(&[Sr25519Keyring::Charlie, Sr25519Keyring::Dave]),
		_ => return None,
	};
	Some(serde_json::to_vec(&patch).expect("a JSON value serialises; qed"))
}

/// The names [`get_preset`] knows.
pub fn preset_names() -> Vec<PresetId> {
	[DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET].map(PresetId::from).to_vec()
}
