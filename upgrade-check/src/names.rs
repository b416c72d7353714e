//! The names of what is in storage, by a runtime's metadata.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use frame_metadata::v15::RuntimeMetadataV15;
use polkadot_sdk::*;
use sp_core::hexdisplay::HexDisplay;
use sp_crypto_hashing::twox_128;

/// Under which name a pallet's storage version is stored, as `frame_support` has it.
const STORAGE_VERSION: &[u8] = b":__STORAGE_VERSION__:";

/// The pallets that store something, each with the key of its storage version.
pub fn version_keys(metadata: &RuntimeMetadataV15) -> impl Iterator<Item = (&str, Vec<u8>)> {
	metadata.pallets.iter().filter_map(|pallet| {
		let prefix = &pallet.storage.as_ref()?.prefix;
		let key = [twox_128(prefix.as_bytes()), twox_128(STORAGE_VERSION)].concat();
		Some((pallet.name.as_str(), key))
	})
}

/// What a key belongs to, `Pallet.Entry`, or the key itself where there is no metadata that says so.
pub fn of_key(key: &[u8], metadata: Option<&RuntimeMetadataV15>) -> String {
	let pallets = metadata.into_iter().flat_map(|metadata| &metadata.pallets);
	for storage in pallets.filter_map(|pallet| pallet.storage.as_ref()) {
		if !key.starts_with(&twox_128(storage.prefix.as_bytes())) {
			continue;
		}
		for entry in &storage.entries {
			if key[16..].starts_with(&twox_128(entry.name.as_bytes())) {
				return format!("{}.{}", storage.prefix, entry.name);
			}
		}
	}
	format!("0x{}", HexDisplay::from(&key))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn without_metadata_a_key_is_itself() {
		assert_eq!(of_key(b":code", None), "0x3a636f6465");
	}
}
