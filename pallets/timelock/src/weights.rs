//! What the calls of `pallet_timelock` cost, measured by `scripts/benchmark.sh`: do not edit.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0
//
// 2026-11-22, on AMD EPYC; steps 50, repeat 20, benchmark CLI 62.0.0.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]

use core::marker::PhantomData;
use polkadot_sdk::frame_support::traits::Get;
use polkadot_sdk::frame_support::weights::constants::RocksDbWeight;
use polkadot_sdk::frame_support::weights::Weight;
use polkadot_sdk::frame_system;

/// What the pallet asks of its weights.
pub trait WeightInfo {
	fn lock() -> Weight;
	fn open() -> Weight;
	fn extend() -> Weight;
	fn convert_account() -> Weight;
	fn on_idle_base() -> Weight;
	fn on_finalize() -> Weight;
}

/// For runtimes: with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Timelock::NextId` (r:1 w:1)
	/// Proof: `Timelock::NextId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Proof: `Timelock::CurrentTimebase` (`max_values`: Some(1), `max_size`: Some(25), added: 520, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Proof: `Timelock::PastTimebases` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	fn lock() -> Weight {
		// Proof in bytes: measured 1176, estimated 4430.
		// Shortest execution: 86_648_000 picoseconds.
		Weight::from_parts(94_711_000, 4430)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Proof: `Timelock::CurrentTimebase` (`max_values`: Some(1), `max_size`: Some(25), added: 520, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Proof: `Timelock::PastTimebases` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn open() -> Weight {
		// Proof in bytes: measured 1388, estimated 6196.
		// Shortest execution: 86_378_000 picoseconds.
		Weight::from_parts(93_728_000, 6196)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Proof: `Timelock::CurrentTimebase` (`max_values`: Some(1), `max_size`: Some(25), added: 520, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Proof: `Timelock::PastTimebases` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	fn extend() -> Weight {
		// Proof in bytes: measured 1184, estimated 4430.
		// Shortest execution: 27_871_000 picoseconds.
		Weight::from_parts(32_808_000, 4430)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Timelock::Locks` (r:2 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Proof: `Timelock::CurrentTimebase` (`max_values`: Some(1), `max_size`: Some(25), added: 520, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Proof: `Timelock::PastTimebases` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	fn convert_account() -> Weight {
		// Proof in bytes: measured 1149, estimated 7870.
		// Shortest execution: 21_071_000 picoseconds.
		Weight::from_parts(24_737_000, 7870)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Timelock::Conversion` (r:1 w:1)
	/// Proof: `Timelock::Conversion` (`max_values`: Some(1), `max_size`: Some(37), added: 532, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::Locks` (r:1 w:0)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Proof: `Timelock::CurrentTimebase` (`max_values`: Some(1), `max_size`: Some(25), added: 520, mode: `MaxEncodedLen`)
	fn on_idle_base() -> Weight {
		// Proof in bytes: measured 112, estimated 4430.
		// Shortest execution: 11_267_000 picoseconds.
		Weight::from_parts(17_356_000, 4430)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Timelock::LastMoment` (r:0 w:1)
	/// Proof: `Timelock::LastMoment` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn on_finalize() -> Weight {
		// Proof in bytes: measured 29, estimated 1514.
		// Shortest execution: 2_573_000 picoseconds.
		Weight::from_parts(4_497_000, 1514)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}

/// For tests.
impl WeightInfo for () {
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Timelock::NextId` (r:1 w:1)
	/// Proof: `Timelock::NextId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Proof: `Timelock::CurrentTimebase` (`max_values`: Some(1), `max_size`: Some(25), added: 520, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Proof: `Timelock::PastTimebases` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	fn lock() -> Weight {
		// Proof in bytes: measured 1176, estimated 4430.
		// Shortest execution: 86_648_000 picoseconds.
		Weight::from_parts(94_711_000, 4430)
			.saturating_add(RocksDbWeight::get().reads(6))
			.saturating_add(RocksDbWeight::get().writes(3))
	}
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Proof: `Timelock::CurrentTimebase` (`max_values`: Some(1), `max_size`: Some(25), added: 520, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Proof: `Timelock::PastTimebases` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(103), added: 2578, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn open() -> Weight {
		// Proof in bytes: measured 1388, estimated 6196.
		// Shortest execution: 86_378_000 picoseconds.
		Weight::from_parts(93_728_000, 6196)
			.saturating_add(RocksDbWeight::get().reads(7))
			.saturating_add(RocksDbWeight::get().writes(4))
	}
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Timelock::Locks` (r:1 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Proof: `Timelock::CurrentTimebase` (`max_values`: Some(1), `max_size`: Some(25), added: 520, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Proof: `Timelock::PastTimebases` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	fn extend() -> Weight {
		// Proof in bytes: measured 1184, estimated 4430.
		// Shortest execution: 27_871_000 picoseconds.
		Weight::from_parts(32_808_000, 4430)
			.saturating_add(RocksDbWeight::get().reads(4))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	/// Storage: `Timelock::Locks` (r:2 w:1)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Proof: `Timelock::CurrentTimebase` (`max_values`: Some(1), `max_size`: Some(25), added: 520, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::PastTimebases` (r:1 w:0)
	/// Proof: `Timelock::PastTimebases` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	fn convert_account() -> Weight {
		// Proof in bytes: measured 1149, estimated 7870.
		// Shortest execution: 21_071_000 picoseconds.
		Weight::from_parts(24_737_000, 7870)
			.saturating_add(RocksDbWeight::get().reads(4))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	/// Storage: `Timelock::Conversion` (r:1 w:1)
	/// Proof: `Timelock::Conversion` (`max_values`: Some(1), `max_size`: Some(37), added: 532, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::Locks` (r:1 w:0)
	/// Proof: `Timelock::Locks` (`max_values`: None, `max_size`: Some(965), added: 3440, mode: `MaxEncodedLen`)
	/// Storage: `Timelock::CurrentTimebase` (r:1 w:0)
	/// Proof: `Timelock::CurrentTimebase` (`max_values`: Some(1), `max_size`: Some(25), added: 520, mode: `MaxEncodedLen`)
	fn on_idle_base() -> Weight {
		// Proof in bytes: measured 112, estimated 4430.
		// Shortest execution: 11_267_000 picoseconds.
		Weight::from_parts(17_356_000, 4430)
			.saturating_add(RocksDbWeight::get().reads(3))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Timelock::LastMoment` (r:0 w:1)
	/// Proof: `Timelock::LastMoment` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn on_finalize() -> Weight {
		// Proof in bytes: measured 29, estimated 1514.
		// Shortest execution: 2_573_000 picoseconds.
		Weight::from_parts(4_497_000, 1514)
			.saturating_add(RocksDbWeight::get().reads(1))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
}
