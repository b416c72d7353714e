//! What the calls of `pallet_balances` cost, measured by `scripts/benchmark.sh`: do not edit.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0
//
// 2026-11-26, on AMD EPYC; steps 50, repeat 20, benchmark CLI 62.0.0.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]

use core::marker::PhantomData;
use polkadot_sdk::frame_support::traits::Get;
use polkadot_sdk::frame_support::weights::Weight;
use polkadot_sdk::*;

pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> pallet_balances::WeightInfo for WeightInfo<T> {
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn transfer_allow_death() -> Weight {
		// Proof in bytes: measured 0, estimated 3593.
		// Shortest execution: 94_147_000 picoseconds.
		Weight::from_parts(101_820_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn transfer_keep_alive() -> Weight {
		// Proof in bytes: measured 0, estimated 3593.
		// Shortest execution: 74_830_000 picoseconds.
		Weight::from_parts(80_772_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn force_set_balance_creating() -> Weight {
		// Proof in bytes: measured 39, estimated 3593.
		// Shortest execution: 41_197_000 picoseconds.
		Weight::from_parts(45_726_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn force_set_balance_killing() -> Weight {
		// Proof in bytes: measured 174, estimated 3593.
		// Shortest execution: 40_657_000 picoseconds.
		Weight::from_parts(44_544_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn force_transfer() -> Weight {
		// Proof in bytes: measured 103, estimated 6196.
		// Shortest execution: 96_310_000 picoseconds.
		Weight::from_parts(162_355_000, 6196)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn transfer_all() -> Weight {
		// Proof in bytes: measured 0, estimated 3593.
		// Shortest execution: 90_039_000 picoseconds.
		Weight::from_parts(145_192_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn force_unreserve() -> Weight {
		// Proof in bytes: measured 174, estimated 3593.
		// Shortest execution: 33_793_000 picoseconds.
		Weight::from_parts(36_910_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `System::Account` (r:999 w:999)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// The range of component `u` is `[1, 1000]`.
	fn upgrade_accounts(u: u32, ) -> Weight {
		// Proof in bytes: measured 0 + u * 136, estimated 990 + u * 2603.
		// Shortest execution: 33_433_000 picoseconds.
		Weight::from_parts(1_077_321_565, 990)
			// Standard error: 312_537
			.saturating_add(Weight::from_parts(27_626_160, 0).saturating_mul(u.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(u.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(u.into())))
			.saturating_add(Weight::from_parts(0, 2603).saturating_mul(u.into()))
	}
	fn force_adjust_total_issuance() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 12_644_000 picoseconds.
		Weight::from_parts(14_176_000, 0)
	}
	fn burn_allow_death() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 61_425_000 picoseconds.
		Weight::from_parts(66_685_000, 0)
	}
	fn burn_keep_alive() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 40_636_000 picoseconds.
		Weight::from_parts(44_453_000, 0)
	}
}
