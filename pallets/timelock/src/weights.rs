//! Weights of the timelock pallet.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! Placeholder weights for `pallet_timelock`, estimated by hand from the database accesses of each
//! function and a `MaxLocks` of 16. The benchmark CLI replaces this file.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use polkadot_sdk::{frame_support, frame_system};

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_timelock`.
pub trait WeightInfo {
	fn lock() -> Weight;
	fn open() -> Weight;
	fn extend() -> Weight;
	fn convert_account() -> Weight;
	fn on_idle_base() -> Weight;
	fn on_finalize() -> Weight;
}

/// Weights for `pallet_timelock` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Storage: `Timelock::NextId` (r:1 w:1)
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn lock() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `4430`
		Weight::from_parts(70_000_000, 4430)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn open() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `6196`
		Weight::from_parts(90_000_000, 6196)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	fn extend() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `4430`
		Weight::from_parts(35_000_000, 4430)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Timelock::Locks` (r:2 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	fn convert_account() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `7870`
		Weight::from_parts(30_000_000, 7870)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Timelock::Conversion` (r:1 w:1)
	/// Storage: `Timelock::Locks` (r:1 w:0)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	fn on_idle_base() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `4430`
		Weight::from_parts(15_000_000, 4430)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Storage: `Timelock::LastMoment` (r:0 w:1)
	fn on_finalize() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `1493`
		Weight::from_parts(5_000_000, 1493)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Storage: `Timelock::NextId` (r:1 w:1)
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn lock() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `4430`
		Weight::from_parts(70_000_000, 4430)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn open() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `6196`
		Weight::from_parts(90_000_000, 6196)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	fn extend() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `4430`
		Weight::from_parts(35_000_000, 4430)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Timelock::Locks` (r:2 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	fn convert_account() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `7870`
		Weight::from_parts(30_000_000, 7870)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Timelock::Conversion` (r:1 w:1)
	/// Storage: `Timelock::Locks` (r:1 w:0)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	fn on_idle_base() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `4430`
		Weight::from_parts(15_000_000, 4430)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Storage: `Timelock::LastMoment` (r:0 w:1)
	fn on_finalize() -> Weight {
		// Proof Size summary in bytes:
		//  Estimated: `1493`
		Weight::from_parts(5_000_000, 1493)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
}
